"""What the choice of a seed or a target does to a page's tables and charts, in Chromium."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_report import HOSTILE, analysis, facts, gain

from isthmus.report.names import shown
from isthmus.report.write import write_report

OTHER = "u"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    root = tmp_path_factory.mktemp("seeds")
    one = analysis()
    more = [gain(route, "zero_shot", target=OTHER) for route in ("good", "bad", "even")]
    made = facts(root / "store", analysis=replace(one, gains=(*one.gains, *more)))
    return write_report(made, root / "out").as_uri()


@pytest.fixture
def page(opened, address):
    return opened(address)


def cells(page, table, route, *columns):
    """The visible texts of a route's first row in a table, under some heads."""
    return page.eval_on_selector(
        f"#{table}",
        """(table, [route, columns]) => {
            const heads = [...table.tHead.rows[0].cells];
            const row = [...table.tBodies[0].rows].find((row) =>
                !row.hidden && [...row.cells].some((cell) => cell.textContent === route));
            return columns.map((name) => heads.findIndex((head) => head.textContent.startsWith(name)))
                .map((place) => row.cells[place]).map((cell) => cell.hidden ? null : cell.textContent);
        }""",
        [route, columns],
    )


def test_a_seed_alone_is_in_tables_what_it_is_in_charts(page):
    chart = page.locator("[data-chart=routes-1]")
    page.select_option("select[name=seed]", "1")
    chart.locator("text", has_text="−4.5").first.wait_for(state="attached")
    assert chart.locator("text", has_text="*").count() == 0
    assert cells(page, "routes", "bad", "t, accuracy") == ["-4.5"]
    assert cells(page, "means", "bad", "baseline", "route's score", "gain") == [
        "50.0",
        "45.5",
        "-4.5",
    ]
    assert cells(page, "families", "good", "route's score", "gain") == ["58.0", "+8.0"]
    assert cells(page, "languages", "good", "score", "gain") == ["58.0", "+8.0"]
    assert page.locator("#languages a[data-seed='0']:visible").count() == 0
    assert page.said == []


def test_what_says_nothing_of_one_seed_goes_and_comes_back(page):
    before = {name: page.text_content(f"#{name}") for name in ("routes", "languages", "families")}
    hidden = page.locator("#languages th", has_text="q")
    assert hidden.is_visible()
    assert page.locator("#routes tr", has_text="seen from").is_visible()
    page.select_option("select[name=seed]", "0")
    assert not hidden.is_visible()
    assert page.locator("#languages td:visible", has_text="0.0004").count() == 0
    assert not page.locator("#routes tr", has_text="seen from").is_visible()
    weight = "getComputedStyle(document.querySelector('#languages td.up')).fontWeight"
    assert page.evaluate(weight) == "400", "one seed is told apart from nothing by no test"
    page.click("#choices button[type=reset]")
    hidden.wait_for(state="visible")
    assert {name: page.text_content(f"#{name}") for name in before} == before
    assert page.locator("table [hidden]").count() == 0
    assert page.evaluate(weight) == "650"


def test_what_stays_over_all_seeds_says_so_while_one_is_chosen(page):
    said = page.locator(".over-seeds")
    assert not any(each.is_visible() for each in said.all())
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.select_option("select[name=seed]", "0")
    assert said.count() == 5, "detectable; charts and table of distances, and of costs"
    assert all(each.is_visible() for each in said.all())
    assert "seed 0 alone" in page.inner_text("#choices output").lower()


def test_a_gain_of_one_seed_still_leads_to_its_languages(page):
    page.select_option("select[name=seed]", "1")
    page.click("#routes a[data-route=good]")
    assert page.evaluate("document.activeElement.id") == "by-language"
    assert page.input_value("select[name=seed]") == "1"


def test_what_is_sorted_stays_sorted_by_what_is_shown(page):
    def order():
        return page.eval_on_selector_all(
            "#routes tbody tr:not([hidden])", "rows => rows.map(row => row.cells[0].textContent)"
        )

    page.focus("#routes th:nth-child(2) button")
    page.keyboard.press("Enter")
    assert order() == ["bad", "even", "seen from", "good", "base"]
    page.select_option("select[name=seed]", "1")
    assert order() == ["bad", "good", "even", "base"]
    page.select_option("select[name=seed]", "0")
    assert order() == ["even", "bad", "good", "base"]
    page.select_option("select[name=seed]", "")
    assert order() == ["bad", "even", "seen from", "good", "base"]


def test_a_target_leaves_its_own_column_of_the_matrix(page):
    heads = page.locator("#routes th")
    assert heads.count() == 3
    page.select_option("select[name=target]", OTHER)
    assert [head.is_visible() for head in heads.all()] == [True, False, True]
    assert page.locator("#routes tbody tr").first.locator("td:visible").count() == 2
    page.select_option("select[name=target]", "")
    assert all(head.is_visible() for head in heads.all())


def test_families_and_scripts_are_drawn_and_lose_their_intervals_with_a_seed(page):
    families, scripts = (page.locator(f"[data-chart={name}-1]") for name in ("families", "scripts"))
    assert HOSTILE[:12] in families.text_content()
    assert "Latn" in scripts.text_content()
    for chart in (families, scripts):
        assert chart.locator(".mark-symbol.role-mark path").count() == 3
    spans = scripts.locator(".mark-rule.role-mark line")
    assert spans.count() == 6, "an interval and a line of nothing for each route"
    page.select_option("select[name=seed]", "1")
    spans.nth(3).wait_for(state="detached")
    assert spans.count() == 3


def test_numbers_are_rounded_alike_in_tables_and_charts(page):
    values = [points / 8 for points in range(-400, 400)] + [0.15, 0.35, -1.45, 57.249]
    drawn = page.evaluate("values => values.map((value) => value.toFixed(1))", values)
    assert drawn == [shown(value) for value in values]
