"""A headless Chromium for the tests of pages, where there is one."""

from __future__ import annotations

import shutil

import pytest

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)


@pytest.fixture(scope="package")
def browser():
    if CHROMIUM is None:
        pytest.skip("no Chromium on the path: apt-get install chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def opened(browser):
    """Opens a report's page; ``said`` has what it wrote to the console, ``asked`` its requests."""
    pages = []

    def open_page(address, scheme="light"):
        page = browser.new_page(color_scheme=scheme, viewport={"width": 1000, "height": 800})
        pages.append(page)
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda asked: page.asked.append(asked.url))
        page.goto(address)
        page.wait_for_selector("html[data-drawn]", timeout=20_000)
        return page

    yield open_page
    for page in pages:
        page.close()
