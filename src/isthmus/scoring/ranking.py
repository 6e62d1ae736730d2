"""Scores of what was retrieved: sets of pairs, and ranked lists. Each from 0 to 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.scoring.tags import SetScore

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Sequence, Set


def set_score(gold: Iterable[Hashable], predicted: Iterable[Hashable]) -> SetScore:
    """F1, precision and recall of two sets, such as BUCC's sentence pairs; repeats count once."""
    gold, predicted = set(gold), set(predicted)
    return SetScore.of_counts(
        num_correct=len(gold & predicted), num_predicted=len(predicted), num_gold=len(gold)
    )


def average_precision(
    relevant: Set[Hashable], ranked: Sequence[Hashable], *, cutoff: int = 20
) -> float:
    """Average precision of a ranked list at a cut-off, as XTREME-R has it (mAP@20).

    The precisions at the relevant ranks are summed and divided by the most hits there could be,
    ``min(len(relevant), cutoff)``; a repeated item counts where it first stands.

    Raises:
        ValueError: nothing is relevant, or the cut-off is not positive.
    """
    if not relevant or cutoff < 1:
        msg = f"average precision needs relevant items and a cut-off of 1 or more, got {cutoff}"
        raise ValueError(msg)
    hits, total = 0, 0.0
    seen: set[Hashable] = set()
    for rank, item in enumerate(ranked[:cutoff], start=1):
        if item in relevant and item not in seen:
            hits += 1
            total += hits / rank
        seen.add(item)
    return total / min(len(relevant), cutoff)


def mean_average_precision(
    relevant: Sequence[Set[Hashable]], ranked: Sequence[Sequence[Hashable]], *, cutoff: int = 20
) -> float:
    """Mean of ``average_precision`` over queries.

    Raises:
        ValueError: as ``average_precision``; or the sequences differ in length or are empty.
    """
    _check(relevant, ranked)
    total = sum(
        average_precision(r, items, cutoff=cutoff)
        for r, items in zip(relevant, ranked, strict=True)
    )
    return total / len(relevant)


def mean_reciprocal_rank(
    relevant: Sequence[Set[Hashable]], ranked: Sequence[Sequence[Hashable]]
) -> float:
    """Mean over queries of 1 / rank of the first relevant item; 0 where none is listed.

    Raises:
        ValueError: the sequences differ in length or are empty.
    """
    _check(relevant, ranked)
    total = 0.0
    for wanted, items in zip(relevant, ranked, strict=True):
        rank = next((i for i, item in enumerate(items, start=1) if item in wanted), None)
        total += 1 / rank if rank else 0.0
    return total / len(relevant)


def _check(relevant: Collection[object], ranked: Collection[object]) -> None:
    if len(relevant) != len(ranked) or not relevant:
        msg = f"{len(relevant)} queries but {len(ranked)} ranked lists: give one for each, not none"
        raise ValueError(msg)
