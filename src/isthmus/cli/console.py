"""Where the command line writes: results to standard output, everything else to standard error."""

from __future__ import annotations

import json
import logging
import sys
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.table import Table

_PIPE_WIDTH = 160
"""Columns where there is no terminal to ask: tables in files and pipes should not be cut at 80."""


def results() -> Console:
    """The console for what was asked for."""
    return _console(stderr=False)


def messages() -> Console:
    """The console for progress, warnings and errors."""
    return _console(stderr=True)


def write_json(value: Mapping[str, object] | Sequence[object]) -> None:
    """Writes a result as JSON, characters of every script as they are."""
    sys.stdout.write(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def write_text(text: str) -> None:
    """Writes a result as it is."""
    sys.stdout.write(text)


def write_table(table: Table, title: str = "") -> None:
    """Writes a table, and above it a title, which rich would wrap to the table's width."""
    console = results()
    if title:
        console.print(title, soft_wrap=True)
    console.print(table)


def say(text: str, style: str = "") -> None:
    """Says something that is not a result."""
    messages().print(text, style=style, soft_wrap=True)


def show_warnings() -> None:
    """Says the warnings of the package's logger."""
    handler = _SayHandler(level=logging.WARNING)
    logger = logging.getLogger("isthmus")
    if not any(isinstance(other, _SayHandler) for other in logger.handlers):
        logger.addHandler(handler)


class _SayHandler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        say(f"Warning: {record.getMessage()}", style="yellow")


def _console(*, stderr: bool) -> Console:
    # Names and messages may hold brackets, which rich would otherwise take for markup.
    console = Console(stderr=stderr, markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        console = Console(
            stderr=stderr, markup=False, highlight=False, emoji=False, width=_PIPE_WIDTH
        )
    return console
