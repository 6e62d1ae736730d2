"""Pairs as TSV: XNLI and PAWS-X as XTREME lays them out, and any TSV with a header."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from isthmus.errors import DataError
from isthmus.sources.lines import never_empty
from isthmus.sources.pairs import pairs
from isthmus.sources.tables import Column, texts_and_label, tsv_rows

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from isthmus.examples import Pair


@never_empty
def read_pairs_tsv(
    path: Path,
    *,
    uid: str,
    repairs: Counter[str],
    text: Column = 0,
    text_b: Column | None = 1,
    label: Column | None = 2,
    labels: Sequence[str] | None = None,
    label_map: Mapping[str, str] | None = None,
) -> Iterator[Pair]:
    """Yields the pairs of a TSV file.

    Columns named by text say that the first row is a header; columns given by number say that
    there is none. XTREME takes the labels out of its test files: where there is no header and the
    label would be the column after the last, the file has no labels. Quotes are text, also where
    XTREME's files have them doubled, because that is what its models were given.

    Args:
        path: The file.
        uid: Prefix of the uids.
        repairs: See ``pairs``.
        text: The column of the text, or of the first of two.
        text_b: The column of the second text; None where there is one text.
        label: The column of the label; None where it is not to be read.
        labels: The known labels; None takes any.
        label_map: From the file's spelling of a label to the task's.

    Raises:
        DataError: A missing column, a row with more or fewer columns than the first, an unknown
            label.
    """
    columns = (text, text_b, label)
    rows = _rows(path, repairs, columns)
    return pairs(rows, path, uid=uid, repairs=repairs, labels=labels, label_map=label_map)


def _rows(
    path: Path, repairs: Counter[str], columns: tuple[Column, Column | None, Column | None]
) -> Iterator[tuple[int, str, str | None, str | None]]:
    rows = tsv_rows(path, repairs)
    line, first = next(rows, (0, []))
    if any(isinstance(column, str) for column in columns):
        if any(isinstance(column, int) for column in columns):
            message = f"columns {columns} mix names and numbers; give names, or numbers"
            raise DataError(message, path=path)
    else:
        rows = chain([(line, first)], rows)
        if columns[2] == len(first):
            columns = (*columns[:2], None)
    yield from texts_and_label(rows, columns, first, path)
