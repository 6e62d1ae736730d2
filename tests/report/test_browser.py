"""The page in a headless Chromium, where there is one."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from made_report import facts

from isthmus.report.serve import SECONDS, ReportServer
from isthmus.report.write import write_report

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on the path: apt-get install chromium"
)


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    root = tmp_path_factory.mktemp("page")
    return write_report(facts(root / "store"), root / "out").as_uri()


@pytest.fixture(params=["light", "dark"])
def page(browser, address, request):
    page = browser.new_page(color_scheme=request.param, viewport={"width": 1000, "height": 800})
    page.said, page.asked = [], []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("request", lambda asked: page.asked.append(asked.url))
    page.goto(address)
    page.wait_for_selector("html[data-drawn]", timeout=20_000)
    yield page
    page.close()


def shown(page, table):
    return page.eval_on_selector_all(
        f"#{table} tbody tr:not([hidden])", "rows => rows.map(row => row.cells[0].textContent)"
    )


def test_it_draws_every_chart_silently_and_asks_for_nothing(page, address):
    assert page.said == []
    assert page.asked == [address]
    assert page.locator("[data-chart] svg").count() == page.locator("[data-chart]").count() == 7


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
