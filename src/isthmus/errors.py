"""Every error that Isthmus raises on purpose.

    IsthmusError
    ├── StudyError     the declaration is wrong: a field, a name, a type      (exit status 2)
    ├── DataError      a data file is wrong: names the file and the line      (exit status 1)
    ├── StoreError     the store is read-only, full, locked or newer than us  (exit status 1)
    └── StepFailed     a step of the plan failed; its dependants are blocked  (exit status 1)

Each message says what failed, the value it got, and what to do about it.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class IsthmusError(Exception):
    """The root of the tree above; catching it catches everything that is not our own bug."""


class StudyError(IsthmusError):
    """A study, a command or an argument declares something that cannot be done."""


class DataError(IsthmusError):
    """A data file does not hold what it should.

    Args:
        message: What is wrong and what to do, in a sentence.
        path: The file.
        line: 1-based line number, where there is one.
    """

    def __init__(self, message: str, *, path: Path | str | None = None, line: int | None = None):
        self.message, self.path, self.line = message, path, line
        super().__init__(message, path, line)

    def __str__(self) -> str:
        if self.path is None:
            return self.message
        where = f"{self.path}:{self.line}" if self.line is not None else f"{self.path}"
        return f"{where}: {self.message}"


class StoreError(IsthmusError):
    """The store cannot be used as it is."""


class StepFailed(IsthmusError):  # noqa: N818 - the word the house uses
    """A step of the plan raised; the message names the step, its log and the cause."""


def suggest(name: str, known: Iterable[str]) -> str:
    """Returns ``" Did you mean 'x'?"`` for the nearest known name, else the list of known names."""
    known = sorted(known)
    nearest = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if nearest:
        return f" Did you mean {nearest[0]!r}?"
    shown = ", ".join(known[:20]) + (", ..." if len(known) > 20 else "")
    return f" Known: {shown}." if known else ""
