"""Two reports side by side: a page of two frames, in which one follows what is chosen in the other."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import quote

from isthmus.report.page import environment
from isthmus.study.disk import explained, write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write_beside(pages: Mapping[str, Path], folder: Path) -> Path:
    """Writes the page that shows two reports, and returns it.

    Args:
        pages: Study -> the page of its report; the page names them relative to its own folder.
        folder: Where to.

    Raises:
        StoreError: the folder cannot be written.
    """
    places = {
        name: quote(os.path.relpath(page.resolve(), folder.resolve()).replace(os.sep, "/"))
        for name, page in pages.items()
    }
    path = folder / f"{'-beside-'.join(pages)}.html"
    template = environment().get_template("beside.html.jinja")
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(path, template.render(names=list(pages), places=places).encode())
    return path
