"""Plain text, one sentence a line, perhaps with its translation in a second file."""

from __future__ import annotations

from itertools import count, islice
from typing import TYPE_CHECKING

from isthmus.examples import Text
from isthmus.sources.lines import never_empty, numbered_lines
from isthmus.sources.pairs_lines import aligned_lines

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from pathlib import Path


@never_empty
def read_lines(
    path: Path,
    *,
    uid: str,
    repairs: Counter[str],
    start: int = 0,
    stop: int | None = None,
    parallel_path: Path | None = None,
) -> Iterator[Text]:
    """Yields the lines of a file, without the space around them.

    Args:
        path: The file.
        uid: Prefix of the uids.
        repairs: Counts ``blank line skipped`` (with ``parallel_path``, a line blank on either side).
        start: 0-based first line to read, so that parts of a file can serve different ends.
        stop: Line before which to stop; None reads to the end.
        parallel_path: A file whose lines translate this one's.

    Raises:
        DataError: One file ends before the other, or no text between ``start`` and ``stop``.
    """
    if parallel_path is None:
        rows = ((text.strip(), None) for _, text in numbered_lines(path, repairs))
        chosen: Iterator[tuple[str, ...] | tuple[str, None]] = islice(rows, start, stop)
    else:
        chosen = islice(aligned_lines((path, parallel_path), repairs), start, stop)
    numbers = count()
    for text, parallel in chosen:
        if not text or parallel == "":
            repairs["blank line skipped"] += 1
        else:
            yield Text(uid=f"{uid}/{next(numbers)}", text=text, parallel=parallel)
