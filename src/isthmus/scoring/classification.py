"""Scores of one label an example: accuracy, binary F1 and macro F1, each from 0 to 1."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from isthmus.scoring.tags import SetScore

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


def accuracy(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> float:
    """Share of labels that are right.

    Raises:
        ValueError: the sequences differ in length or are empty.
    """
    _check(gold, predicted)
    return sum(g == p for g, p in zip(gold, predicted, strict=True)) / len(gold)


def binary_f1(
    gold: Sequence[Hashable], predicted: Sequence[Hashable], *, positive: Hashable = "1"
) -> float:
    """F1 of one label against all others; 0 where neither side has it.

    Raises:
        ValueError: the sequences differ in length or are empty.
    """
    _check(gold, predicted)
    return SetScore.of_counts(
        num_correct=sum(g == p == positive for g, p in zip(gold, predicted, strict=True)),
        num_predicted=sum(p == positive for p in predicted),
        num_gold=sum(g == positive for g in gold),
    ).f1


def macro_f1(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> float:
    """Plain mean of each label's F1, over the labels found in gold or predicted.

    Raises:
        ValueError: the sequences differ in length or are empty.
    """
    _check(gold, predicted)
    num_gold, num_predicted = Counter(gold), Counter(predicted)
    num_correct = Counter(g for g, p in zip(gold, predicted, strict=True) if g == p)
    labels = list(dict.fromkeys([*gold, *predicted]))
    f1s = [
        SetScore.of_counts(
            num_correct=num_correct[label],
            num_predicted=num_predicted[label],
            num_gold=num_gold[label],
        ).f1
        for label in labels
    ]
    return sum(f1s) / len(f1s)


def _check(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> None:
    if len(gold) != len(predicted):
        msg = f"{len(gold)} gold labels but {len(predicted)} predicted: give one for each"
        raise ValueError(msg)
    if not gold:
        msg = "no labels to score"
        raise ValueError(msg)
