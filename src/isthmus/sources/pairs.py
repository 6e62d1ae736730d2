"""From rows of two texts and a label to pairs: what the formats of pair classification share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.examples import Pair
from isthmus.sources.labels import Labels

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path


def pairs(
    rows: Iterable[tuple[int, str, str | None, str | None]],
    path: Path,
    *,
    uid: str,
    repairs: Counter[str],
    labels: Sequence[str] | None,
    label_map: Mapping[str, str] | None,
) -> Iterator[Pair]:
    """Makes pairs of (line, text, second text or None, label or None) rows.

    Args:
        rows: In file order.
        path: The file that the labels are in, for errors.
        uid: Prefix of the uids.
        repairs: Counts ``pair without a gold label dropped`` (the label ``-``) and ``empty text``
            (kept as it is, since dropping it would change a test set).
        labels: The known labels; None takes any.
        label_map: From the file's spelling of a label to the task's.

    Raises:
        DataError: An unknown label.
    """
    gold_labels, number = Labels(labels, label_map), 0
    for line, text, text_b, written in rows:
        label = None
        if written is not None:
            label = gold_labels.gold(written, path, line)
            if label is None:
                repairs["pair without a gold label dropped"] += 1
                continue
        if not text or text_b == "":
            repairs["empty text"] += 1
        yield Pair(uid=f"{uid}/{number}", text=text, text_b=text_b, label=label)
        number += 1
