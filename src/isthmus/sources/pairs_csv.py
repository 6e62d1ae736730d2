"""Pairs as CSV with a header: ANLI's annotation release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.sources.lines import never_empty
from isthmus.sources.pairs import pairs
from isthmus.sources.tables import csv_rows, texts_and_label

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from isthmus.examples import Pair


@never_empty
def read_pairs_csv(
    path: Path,
    *,
    uid: str,
    repairs: Counter[str],
    text: str = "context",
    text_b: str | None = "statement",
    label: str | None = "gold_label",
    labels: Sequence[str] | None = None,
    label_map: Mapping[str, str] | None = None,
) -> Iterator[Pair]:
    """Yields the pairs of a CSV file with a header; the options are those of ``read_pairs_tsv``.

    Raises:
        DataError: A missing column, quotes that do not match, a row with more or fewer columns
            than the header, an unknown label.
    """
    rows = csv_rows(path, repairs)
    _, header = next(rows, (0, []))
    texts = texts_and_label(rows, (text, text_b, label), header, path)
    return pairs(texts, path, uid=uid, repairs=repairs, labels=labels, label_map=label_map)
