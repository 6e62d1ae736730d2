"""The generated pages are what the catalogues say now."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


def _pages() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.pages()


@pytest.mark.parametrize("name", ["tasks.md", "languages.md"])
def test_page_is_current(name):
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == _pages()[name], f"docs/{name} is out of date: run python docs/generate.py"


def test_no_cell_breaks_its_table():
    for text in _pages().values():
        widths: list[int] = []
        for line in text.splitlines():
            widths = [*widths, line.count("|")] if line.startswith("|") else []
            assert len(set(widths)) <= 1, line
