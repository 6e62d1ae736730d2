"""Pairs as parallel files, one text or label a line: SNLI's ``s1.dev``, ``s2.dev``, ``labels.dev``."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from isthmus.errors import DataError
from isthmus.sources.lines import never_empty, numbered_lines
from isthmus.sources.pairs import pairs

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from isthmus.examples import Pair


@never_empty
def read_pairs_lines(
    path: Path,
    *,
    uid: str,
    repairs: Counter[str],
    text_b_path: Path | None = None,
    label_path: Path | None = None,
    labels: Sequence[str] | None = None,
    label_map: Mapping[str, str] | None = None,
) -> Iterator[Pair]:
    """Yields the pairs of line-aligned files, without the space around a line.

    Args:
        path: The texts, or the first of two.
        uid: Prefix of the uids.
        repairs: See ``pairs``.
        text_b_path: The second texts; None where there is one text.
        label_path: The labels; None where there are none.
        labels: The known labels; None takes any.
        label_map: From the file's spelling of a label to the task's.

    Raises:
        DataError: Files of different numbers of lines, an unknown label.
    """
    rows = _rows(path, repairs, text_b_path, label_path)
    where = label_path or path
    return pairs(rows, where, uid=uid, repairs=repairs, labels=labels, label_map=label_map)


def _rows(
    path: Path, repairs: Counter[str], text_b_path: Path | None, label_path: Path | None
) -> Iterator[tuple[int, str, str | None, str | None]]:
    files = [file for file in (path, text_b_path, label_path) if file is not None]
    for number, row in enumerate(aligned_lines(files, repairs), start=1):
        texts = iter(row)
        text = next(texts)
        text_b = None if text_b_path is None else next(texts)
        yield number, text, text_b, None if label_path is None else next(texts)


def aligned_lines(files: Sequence[Path], repairs: Counter[str]) -> Iterator[tuple[str, ...]]:
    """Yields the lines of files that go together, without the space around them.

    Raises:
        DataError: One file ends before another.
    """
    streams = [numbered_lines(file, repairs) for file in files]
    for number, row in enumerate(zip_longest(*streams), start=1):
        if None in row:
            short, long = files[row.index(None)], files[[*map(bool, row)].index(True)]
            message = f"ends before line {number}, which {str(long)!r} has; they must be aligned"
            raise DataError(message, path=short, line=number - 1)
        yield tuple(text.strip() for _, text in row)
