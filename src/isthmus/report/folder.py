"""The folder of a report: what an earlier report left there goes, whatever else lies there stays."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from isthmus.study.disk import explained, write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

LISTING = "files.json"
"""Names the files that are the report's: those of the last one, nothing that others put there."""


def replace_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes files in their order, then removes those that an earlier call wrote and this does not.

    A call that is killed leaves a listing of both, so that the next one still knows what is whose.

    Raises:
        StoreError: the folder cannot be written.
    """
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        earlier = _listed(folder)
        _list(folder, earlier | set(files))
        for name, content in files.items():
            write_atomically(folder / name, content)
        for name in earlier - set(files):
            (folder / name).unlink(missing_ok=True)
        _list(folder, files)


def _listed(folder: Path) -> set[str]:
    """What the folder's listing names there; nothing where there is none, or none of ours."""
    try:
        names = json.loads((folder / LISTING).read_bytes())["files"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return set()
    if not isinstance(names, list):
        return set()
    return {name for name in names if isinstance(name, str) and _is_file_of(folder, name)}


def _is_file_of(folder: Path, name: str) -> bool:
    """Whether a name is a file's in the folder itself: a listing may be anybody's."""
    path = folder / name
    return path.name == name and path.parent == folder and path.is_file()


def _list(folder: Path, names: Iterable[str]) -> None:
    listing = json.dumps({"files": sorted(names)}, indent=1) + "\n"
    write_atomically(folder / LISTING, listing.encode())
