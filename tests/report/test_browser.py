"""The page in a headless Chromium, where there is one."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from made_report import BACKWARDS, HOSTILE, facts

from isthmus.report.beside import write_beside
from isthmus.report.serve import SECONDS, ReportServer
from isthmus.report.write import write_report


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    root = tmp_path_factory.mktemp("page")
    return write_report(facts(root / "store"), root / "out").as_uri()


@pytest.fixture(params=["light", "dark"])
def page(opened, address, request):
    return opened(address, request.param)


def shown(page, table):
    return page.eval_on_selector_all(
        f"#{table} tbody tr:not([hidden])", "rows => rows.map(row => row.cells[0].textContent)"
    )


def test_it_draws_every_chart_silently_and_asks_for_nothing(page, address):
    assert page.said == []
    assert page.asked == [address]
    assert page.locator("[data-chart] svg").count() == page.locator("[data-chart]").count() == 9


def test_hostile_names_do_nothing(page):
    assert page.evaluate("window.hacked") is None
    assert page.locator("img").count() == 0
    assert "window.hacked=1" in page.text_content("#languages")


def test_filters_hide_rows_and_redraw_charts(page):
    bad = page.locator("[data-chart=routes-1] text", has_text="−5.0*")
    bad.wait_for(state="attached")
    page.select_option("select[name=route]", "good")
    assert set(shown(page, "languages")) == {"good"}
    bad.wait_for(state="detached")
    assert "rows shown" in page.inner_text("#choices output")
    page.click("#choices button[type=reset]")
    bad.wait_for(state="attached")
    assert set(shown(page, "languages")) == {"base", "good", "bad", "even"}
    assert page.said == []


def test_a_head_sorts_by_keyboard_numbers_by_value(page):
    page.focus("#routes th:nth-child(2) button")
    page.keyboard.press("Enter")
    assert page.get_attribute("#routes th:nth-child(2)", "aria-sort") == "ascending"
    assert shown(page, "routes") == ["bad", "even", "seen from", "good", "base"]
    page.keyboard.press("Enter")
    assert page.get_attribute("#routes th:nth-child(2)", "aria-sort") == "descending"
    assert shown(page, "routes") == ["base", "good", "seen from", "even", "bad"]


def test_a_narrow_page_does_not_scroll_sideways(page):
    page.set_viewport_size({"width": 380, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 380


def test_a_watched_page_loads_again_when_there_is_another_edition(browser, address, tmp_path):
    folder = Path(unquote(urlsplit(address).path)).parent
    page = browser.new_page()
    loads, said = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    with ReportServer("made", folder, tmp_path) as server:
        server.publish("18 of 24 scores are there.")
        page.goto(server.address)
        page.frame_locator("iframe").locator("[data-chart] svg").first.wait_for()
        page.get_by_text("18 of 24 scores are there.").wait_for()
        page.wait_for_timeout(2.5 * 1000 * SECONDS)
        assert sum(url.endswith("index.html") for url in loads) == 1, "nothing has changed"
        server.publish("All 24 scores are there.")
        page.get_by_text("All 24 scores are there.").wait_for()
        page.frame_locator("iframe").locator("[data-chart] svg").first.wait_for()
        assert sum(url.endswith("index.html") for url in loads) == 2
        assert said == []
    page.get_by_text("Nobody serves this report any more").wait_for()
    page.close()


def test_languages_stand_as_the_reader_orders_them(page):
    def firsts(note):
        chart = page.locator("[data-chart=gains-1]")
        chart.locator("text", has_text=f"English (en){note}").wait_for(state="attached")
        texts = chart.locator(".role-axis-label text").all_text_contents()
        return [text[0] for text in texts if text[0] in HOSTILE[0] + BACKWARDS[0] + "E"]

    assert firsts("  0.00") == ["E", HOSTILE[0], BACKWARDS[0]]
    page.select_option("select[name=order]", "family")
    assert firsts("  A") == ["E", HOSTILE[0], BACKWARDS[0]]
    page.select_option("select[name=order]", "name")
    page.locator("[data-chart=gains-1] text", has_text="(en)  A").wait_for(state="detached")
    assert firsts("") == [HOSTILE[0], "E", BACKWARDS[0]]


def test_the_address_keeps_the_choice(page, address):
    page.select_option("select[name=route]", "bad")
    page.select_option("select[name=theme]", "dark")
    chosen = page.evaluate("location.hash")
    assert chosen == "#route=bad&theme=dark"
    page.goto("about:blank")
    page.goto(address + chosen)
    page.wait_for_selector("html[data-drawn][data-theme=dark]", timeout=20_000)
    assert set(shown(page, "languages")) == {"bad"}
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"


def test_a_gain_leads_to_its_languages_and_their_records(page):
    page.click("#routes a[data-route=good]")
    assert set(shown(page, "languages")) == {"good"}
    assert page.evaluate("document.activeElement.id") == "by-language"
    links = page.locator("#languages tbody tr:not([hidden]) a[data-seed]")
    assert links.count() == 6
    assert links.first.get_attribute("href").endswith("/steps/score/gooden0/record.json")


def test_everything_can_be_reached_and_is_named(page):
    unnamed = page.eval_on_selector_all(
        "select, [role=img], [role=region], section, #choices",
        """all => all.filter(each => !each.closest('label') && !each.getAttribute('aria-label')
            && !each.getAttribute('aria-labelledby')).map(each => each.outerHTML.slice(0, 80))""",
    )
    assert unnamed == []
    drawn = page.locator("[data-chart][role=img]")
    assert drawn.count() == page.locator("[data-chart]").count(), "a drawn chart is still an image"
    assert not any("Vega" in place.get_attribute("aria-label") for place in drawn.all())
    assert page.locator("table caption").count() == page.locator("table").count()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.focus("select[name=route]")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_two_reports_side_by_side_follow_each_other(browser, tmp_path):
    pages = {name: write_report(facts(tmp_path), tmp_path / name) for name in ("one", "two")}
    page = browser.new_page(viewport={"width": 1400, "height": 800})
    page.goto(write_beside(pages, tmp_path / "one").as_uri())
    one, two = (page.frame_locator(f"iframe >> nth={number}") for number in (0, 1))
    for frame in (one, two):
        frame.locator("html[data-drawn]").wait_for(timeout=20_000)
    one.locator("select[name=route]").select_option("bad")
    two.locator("#languages tbody tr[data-route=good][hidden]").first.wait_for(state="attached")
    assert two.locator("select[name=route]").input_value() == "bad"
    two.locator("nav a[href='#provenance']").click()
    one.locator("#provenance:focus").wait_for()
    page.close()


def test_names_of_points_stand_where_there_is_room(page):
    points = [
        {"language": name, "x": x, "y": y}
        for name, x, y in [("aa", 0, 0), ("bb", 0.01, 0), ("cc", 0.5, 0.5), ("dd", 1, 1)]
    ]
    found = page.evaluate("points => Charts.labelled(points)", points)
    assert [point["label"] for point in found] == ["aa", "", "cc", "dd"]
    alone = page.evaluate("points => Charts.labelled(points)", points[:1])
    assert [point["label"] for point in alone] == ["aa"]
    assert page.evaluate("Charts.labelled([])") == []
    written = page.locator("[data-chart=scatter-1] text").all_text_contents()
    assert {"xx", "yy"} <= set(written)
