from __future__ import annotations

import numpy as np
import pytest
import yaml
from typer.testing import CliRunner

import isthmus
from isthmus.api import open_study
from isthmus.cli.main import app
from isthmus.scoring.items import Items
from isthmus.study.record import Run
from isthmus.study.tables import ITEMS, write_items

DECLARATION = {
    "name": "mini",
    "data": "world",
    "models": {"nano": {"pretrain": {"size": "nano", "corpus": ["text"], "languages": ["qar"]}}},
    "routes": {"base": [], "reading": [{"tasks": ["squad_v1"]}]},
    "targets": ["xnli"],
    "languages": ["qar", "qor", "qlz"],
    "seeds": [0, 1, 2, 3],
}
RUN = Run(started="", ended="", seconds=1.0, host={}, peak_memory=1)


@pytest.fixture
def study(tmp_path):
    path = tmp_path / "mini.yaml"
    path.write_text(yaml.safe_dump(DECLARATION))
    return path


def fill(study, store, share=1.0):
    """Makes scores up for the first share of the cells."""
    opened, rng = open_study(study, store=store), np.random.default_rng(0)
    steps = {step.key: step for step in opened.plan.steps}
    cells = opened.plan.cells
    for cell in cells[: round(share * len(cells))]:
        step = steps[cell.score_key]
        right = (rng.random(400) < 0.5 + 0.2 * (cell.route == "reading")).astype(float)
        found = Items(
            uids=tuple(f"xnli/test/{cell.language}/{i}" for i in range(len(right))),
            numerator=right[:, None],
            denominator=np.ones((len(right), 1)),
        )
        value = 100 * float(right.mean())
        row = {"metric": "accuracy", "value": value, "chance": 33.3, "count": 400}
        with opened.store.claim(step) as claim:
            claim.finish({"rows": [row]}, RUN)
        write_items(opened.store.folder(step) / ITEMS, {"accuracy": found})


def report(study, store, *args):
    return CliRunner().invoke(app, ["report", str(study), "--store", str(store), *args])


def test_a_whole_study_has_its_report_in_the_store(study, tmp_path):
    fill(study, tmp_path / "store")
    result = report(study, tmp_path / "store")
    assert result.exit_code == 0, result.output
    page = tmp_path / "store" / "studies" / "mini" / "report" / "index.html"
    assert result.stdout == f"{page}\n"
    html = page.read_text(encoding="utf-8")
    assert "Of 1 pair of route and target, 1 does better zero-shot than base" in html
    assert "reading helps zero-shot:" in html


def test_a_study_half_run_has_a_report_of_what_is_done(study, tmp_path):
    fill(study, tmp_path / "store", share=0.75)
    result = report(study, tmp_path / "store", "--out", str(tmp_path / "out"))
    assert result.exit_code == 3, result.output
    html = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "18 of 24 scores are there" in html
    assert "What keeps the answer from being whole" in html


def test_a_study_not_run_has_a_report_that_says_so(study, tmp_path):
    page = isthmus.write_report(study, store=tmp_path / "store", out=tmp_path / "out")
    assert "No zero-shot gain can be told yet" in page.read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_is_an_error(study, tmp_path):
    (tmp_path / "out").write_text("a file")
    result = report(study, tmp_path / "store", "--out", str(tmp_path / "out"))
    assert result.exit_code == 1
    assert "out" in result.output


def test_two_studies_have_a_page_of_both(study, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text(yaml.safe_dump(DECLARATION | {"name": "other"}))
    result = report(study, tmp_path / "store", "--beside", str(other), "--out", str(tmp_path / "a"))
    assert result.exit_code == 3, result.output
    page = tmp_path / "a" / "mini-beside-other.html"
    assert result.stdout == f"{page}\n"
    html = page.read_text(encoding="utf-8")
    assert 'src="index.html"' in html
    assert 'src="../a-beside/index.html"' in html
    assert (tmp_path / "a-beside" / "index.html").is_file()


def test_a_study_beside_itself_is_refused(study, tmp_path):
    result = report(study, tmp_path / "store", "--beside", str(study))
    assert result.exit_code == 2
    assert "name another study" in result.output
