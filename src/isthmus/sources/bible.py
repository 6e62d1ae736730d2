"""Bibles, one verse a text: scrollmapper's CSV, and the CES XML of the parallel Bible corpus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.errors import DataError
from isthmus.examples import Text
from isthmus.sources.lines import never_empty
from isthmus.sources.markup import elements
from isthmus.sources.tables import csv_rows

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator
    from pathlib import Path

HEADER = ["Book", "Chapter", "Verse", "Text"]


@never_empty
def read_bible_csv(path: Path, *, uid: str, repairs: Counter[str]) -> Iterator[Text]:
    """Yields the verses that are translated; the others are blank in the file.

    Args:
        path: A CSV file with the columns Book, Chapter, Verse, Text.
        uid: Prefix of the uids.
        repairs: Counts ``blank verse skipped``.

    Raises:
        DataError: Another header, quotes that do not match, a row with columns missing.
    """
    rows = csv_rows(path, repairs)
    _, header = next(rows, (0, []))
    if header != HEADER:
        message = f"the first row is {header!r}; it should be {','.join(HEADER)}"
        raise DataError(message, path=path, line=1)
    return _verses((fields[3] for _, fields in rows), uid, repairs)


@never_empty
def read_bible_xml(path: Path, *, uid: str, repairs: Counter[str]) -> Iterator[Text]:
    """Yields the verses of a CES XML file: its ``<seg type="verse">``.

    Args:
        path: The file.
        uid: Prefix of the uids.
        repairs: Counts ``blank verse skipped``.

    Raises:
        DataError: As ``elements``.
    """
    segments = elements(path, repairs, ("seg",))
    verses = (seg.text for seg in segments if seg.attributes.get("type") == "verse")
    return _verses(verses, uid, repairs)


def _verses(texts: Iterable[str], uid: str, repairs: Counter[str]) -> Iterator[Text]:
    number = 0
    for text in texts:
        verse = " ".join(text.split())
        if verse:
            yield Text(uid=f"{uid}/{number}", text=verse)
            number += 1
        else:
            repairs["blank verse skipped"] += 1
