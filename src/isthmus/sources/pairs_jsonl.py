"""Pairs as JSON lines: OCNLI, IndoNLI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.sources.document import json_lines
from isthmus.sources.lines import never_empty
from isthmus.sources.pairs import pairs

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from isthmus.examples import Pair
    from isthmus.sources.document import Json


@never_empty
def read_pairs_jsonl(
    path: Path,
    *,
    uid: str,
    repairs: Counter[str],
    text: str = "premise",
    text_b: str | None = "hypothesis",
    label: str | None = "label",
    labels: Sequence[str] | None = None,
    label_map: Mapping[str, str] | None = None,
) -> Iterator[Pair]:
    """Yields the pairs of a file of JSON objects, one a line.

    The options are fields, and else those of ``read_pairs_tsv``. A label may be text or a whole
    number; a label that is null is a pair without gold.

    Raises:
        DataError: Not JSON, a missing field, a value of the wrong type, an unknown label.
    """
    rows = _rows(path, repairs, text, text_b, label)
    return pairs(rows, path, uid=uid, repairs=repairs, labels=labels, label_map=label_map)


def _rows(
    path: Path, repairs: Counter[str], text: str, text_b: str | None, label: str | None
) -> Iterator[tuple[int, str, str | None, str | None]]:
    for record in json_lines(path, repairs):
        yield (
            record.line,
            record[text].string(),
            None if text_b is None else record[text_b].string(),
            None if label is None else _label(record[label]),
        )


def _label(value: Json) -> str:
    if value.raw is None:
        return "-"
    return value.string() if isinstance(value.raw, str) else str(value.integer())
