"""A table as every format shows it: text to read, values to sort by, links to what is behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column; numbers are set to the right and sort by value."""

    name: str
    is_number: bool = False
    explained: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """Text that leads to a file, relative to the report's folder; ``about`` says what it is of."""

    text: str
    href: str
    about: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """What stands in one place of a table.

    Attributes:
        text: As it is read; plain, never markup.
        value: What to sort by, where the text is not a number; None sorts last.
        tone: ``up`` or ``down`` for a gain told apart from nothing, else "".
        links: Records behind the number.
        leads: What to choose to see the languages behind it, such as its route and target.
    """

    text: str
    value: float | None = None
    tone: str = ""
    links: tuple[Link, ...] = ()
    leads: Mapping[str, str] = field(default_factory=dict)

    @property
    def sort_value(self) -> float | None:
        """The value, where the text alone does not say it; a page has thousands of cells."""
        return None if self.value is None or _is_plain(self.text) else self.value


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row; ``tags`` say which route, target, language and metric it is about, for filters."""

    cells: tuple[Cell, ...]
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table.

    Attributes:
        name: Small letters, digits and ``-``: an anchor of the page, a label in LaTeX.
        caption: What is in it, in a sentence.
        note: How to read it; "" if nothing is to be said.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


def words(text: str) -> Cell:
    """A cell of text."""
    return Cell(text=text)


def number(value: float | None, form: str = ".1f", *, tone: str = "") -> Cell:
    """A cell of a number, empty for None."""
    if value is None:
        return Cell(text="")
    return Cell(text=format(value, form), value=float(value), tone=tone)


def _is_plain(text: str) -> bool:
    """Whether text is a number as a script would read it."""
    return text.lstrip("+-").replace(".", "", 1).isdigit()
