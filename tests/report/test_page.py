from __future__ import annotations

import json
from html.parser import HTMLParser

import polars as pl
import pytest
from made_report import HOSTILE, analysis, facts

from isthmus.analysis.problem import Problem
from isthmus.report.write import write_report

REQUESTS = {"src", "srcset", "action", "data", "poster", "background", "formaction", "ping"}


class Parsed(HTMLParser):
    """Every element with its attributes, and the text of scripts and of tables' cells."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.scripts, self.cells, self._open = [], [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._open = tag
        if tag == "script":
            self.scripts.append("")
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data):
        if self._open == "script":
            self.scripts[-1] += data
        if self._open == "td":
            self.cells[-1] += data

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("made")
    problem = Problem(kind="missing", message=f"runs of {HOSTILE} are not done")
    made = facts(root / "a store", analysis=analysis([problem]), num_done=20)
    return write_report(made, root / "out").parent


@pytest.fixture(scope="module")
def parsed(folder):
    return Parsed((folder / "index.html").read_text(encoding="utf-8"))


def test_the_files_are_these(folder):
    names = {"associations", "claims", "costs", "detectable", "gains", "scores", "sweep", "tuning"}
    data = {f"{name}.{kind}" for name in names for kind in ("csv", "parquet")}
    assert {path.name for path in folder.iterdir()} == {
        "files.json",
        "index.html",
        "tables.md",
        "tables.tex",
    } | data
    assert (folder / "index.html").stat().st_size < 1_200_000


def test_csv_and_parquet_hold_the_same_numbers(folder):
    gains = pl.read_parquet(folder / "gains.parquet")
    read = pl.read_csv(folder / "gains.csv")
    assert gains.height == len(analysis().gains)
    assert read["gain"].to_list() == gains["gain"].to_list()
    assert {"low", "high", "q", "p", "probability", "without_one_low"} <= set(gains.columns)


def test_the_page_asks_nothing_of_a_network(parsed):
    for tag, attrs in parsed.elements:
        assert not REQUESTS & set(attrs), (tag, attrs)
        assert tag not in {"link", "iframe", "img", "object", "embed", "base"}
        if "href" in attrs:
            assert tag == "a"
            assert "//" not in attrs["href"]
            assert ":" not in attrs["href"]
    (policy,) = [a["content"] for a in parsed.all("meta") if "http-equiv" in a]
    assert policy.startswith("default-src 'none'")


def test_hostile_names_are_text_everywhere(parsed, folder):
    html = (folder / "index.html").read_text(encoding="utf-8")
    assert HOSTILE not in html
    assert len(parsed.scripts) == 3
    assert HOSTILE in parsed.cells
    data = json.loads(parsed.scripts[0])
    assert HOSTILE in {language["family"] for language in data["languages"].values()}
    for name in ("tables.md", "tables.tex"):
        assert HOSTILE not in (folder / name).read_text(encoding="utf-8")


def test_sections_stand_in_this_order(parsed):
    assert [attrs["id"] for attrs in parsed.all("section")] == [
        "answer",
        "problems",
        "claims",
        "gains",
        "by-language",
        "by-family",
        "similarity",
        "retrieval",
        "cost",
        "provenance",
    ]
    assert [attrs["id"] for attrs in parsed.all("table") if "id" in attrs] == [
        "routes",
        "means",
        "detectable",
        "languages",
        "families",
        "associations",
        "tuning",
        "costs",
        "sources",
    ]


def test_tables_have_captions_scopes_and_values_to_sort_by(parsed):
    assert len(parsed.all("caption")) == len(parsed.all("table"))
    assert {attrs.get("scope") for attrs in parsed.all("th")} == {"col"}
    values = [attrs["data-value"] for attrs in parsed.all("td") if "data-value" in attrs]
    assert {"7.5", "-5"} <= set(values)
    assert all(float(value) is not None for value in values)


def test_rows_can_be_filtered_by_what_they_are_about(parsed):
    rows = [attrs for attrs in parsed.all("tr") if "data-language" in attrs]
    assert {row["data-language"] for row in rows} == {"en", "xx", "yy"}
    assert {attrs["name"] for attrs in parsed.all("select")} == {
        "route",
        "language",
        "seed",
        "order",
        "theme",
        "outcome",
        "distance",
    }


def test_every_chart_has_a_place_and_says_what_it_shows(parsed):
    figures = json.loads(parsed.scripts[0])["figures"]
    places = [attrs for attrs in parsed.all("div") if "data-chart" in attrs]
    assert [place["data-chart"] for place in places] == list(figures)
    assert list(figures) == [
        "routes-1",
        "routes-2",
        "gains-1",
        "scores-1",
        "families-1",
        "scripts-1",
        "scatter-1",
        "sweep-1",
        "cost-1",
    ]
    assert all(place["role"] == "img" and place["aria-label"] for place in places)


def test_scores_are_linked_to_their_records(parsed):
    hrefs = [attrs["href"] for attrs in parsed.all("a")]
    assert "../a%20store/steps/score/goodxx0/record.json" in hrefs


def test_problems_and_what_is_missing_are_said(folder):
    html = (folder / "index.html").read_text(encoding="utf-8")
    assert "20 of 24 scores are there" in html
    assert "are not done" in (folder / "tables.md").read_text(encoding="utf-8")


def test_claims_stand_beside_what_was_published_and_what_was_different(folder):
    html = (folder / "index.html").read_text(encoding="utf-8")
    assert "+7.5 points" in html
    assert "+6.5 to +8.5" in html
    assert '+9.0 <span class="aside">outside</span>' in html
    assert "from 12 on" in html
    assert "What was different: Encoder: big there, m here." in html
    assert "in the embedded world, with m" in html
