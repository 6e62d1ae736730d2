"""A table as every format shows it: text to read, values to sort by, links to what is behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from isthmus.report.names import shown

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column; numbers are set to the right and sort by value.

    Attributes:
        tags: What all of it is about, for filters, such as its target.
        is_over_seeds: It says nothing of one seed, and goes while a reader looks at one alone.
    """

    name: str
    is_number: bool = False
    explained: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    is_over_seeds: bool = False


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
        alone: The text for each seed of the study, for a reader who looks at one alone; empty
            where the text holds for every seed.
    """

    text: str
    value: float | None = None
    tone: str = ""
    links: tuple[Link, ...] = ()
    leads: Mapping[str, str] = field(default_factory=dict)
    alone: tuple[str, ...] = ()

    @property
    def sort_value(self) -> float | None:
        """The value, where the text alone does not say it; a page has thousands of cells."""
        return None if self.value is None or _is_plain(self.text) else self.value


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row.

    Attributes:
        tags: Which route, target, language, metric and seed it is about, for filters.
        is_over_seeds: It says nothing of one seed, and goes while a reader looks at one alone.
    """

    cells: tuple[Cell, ...]
    tags: Mapping[str, str] = field(default_factory=dict)
    is_over_seeds: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table.

    Attributes:
        name: Small letters, digits and ``-``: an anchor of the page, a label in LaTeX.
        caption: What is in it, in a sentence.
        note: How to read it; "" if nothing is to be said.
        is_over_seeds: It stays as it is while a reader looks at one seed alone, and says so.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    is_over_seeds: bool = False


def words(text: str) -> Cell:
    """A cell of text."""
    return Cell(text=text)


def number(value: float | None, form: str = ".1f", *, alone: tuple[str, ...] = ()) -> Cell:
    """A cell of a number, empty for None."""
    if value is None:
        return Cell(text="")
    return Cell(text=shown(value, form), value=float(value), alone=alone)


def _is_plain(text: str) -> bool:
    """Whether text is a number as a script would read it."""
    return text.lstrip("+-").replace(".", "", 1).isdigit()
