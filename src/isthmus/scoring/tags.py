"""Scores of tag sequences: spans as seqeval 0.0.12 finds them, strict spans, and words.

XTREME scores both NER and POS with seqeval 0.0.12. Over POS tags this has odd effects, kept here
for parity: the first letter of a tag is read as a chunk prefix (``INTJ`` begins with I, ``SCONJ``
and ``SYM`` with S), and runs of an equal tag merge into one span. ``word_accuracy`` is what POS
scores should have been.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Set


@dataclass(frozen=True, slots=True)
class SetScore:
    """F1, precision and recall of a predicted set against a gold set, each from 0 to 1."""

    f1: float
    precision: float
    recall: float

    @classmethod
    def of_counts(cls, *, num_correct: int, num_predicted: int, num_gold: int) -> SetScore:
        """Scores counts; whatever would divide by zero is 0."""
        if not num_correct:
            return cls(0.0, 0.0, 0.0)
        precision, recall = num_correct / num_predicted, num_correct / num_gold
        return cls(2 * precision * recall / (precision + recall), precision, recall)


# A type, and the first and last word, counted from the start of all sequences. Plain tuples, as a
# benchmark's tag files hold millions.
Span: TypeAlias = tuple[str, int, int]


def seqeval_score(gold: Iterable[Sequence[str]], predicted: Iterable[Sequence[str]]) -> SetScore:
    """Micro-averaged span score exactly as seqeval 0.0.12 gives it."""
    return _score(set(seqeval_spans(gold)), set(seqeval_spans(predicted)))


def strict_score(gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> SetScore:
    """Micro-averaged span score over well-formed spans only; see ``strict_spans``."""
    gold_spans, predicted_spans = _strict_spans_of_both(gold, predicted)
    return _score(gold_spans, predicted_spans)


def strict_score_by_type(
    gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]
) -> dict[str, SetScore]:
    """``strict_score`` for each span type found in either, in alphabetical order."""
    gold_spans, predicted_spans = _strict_spans_of_both(gold, predicted)
    num_gold = Counter(kind for kind, _, _ in gold_spans)
    num_predicted = Counter(kind for kind, _, _ in predicted_spans)
    num_correct = Counter(kind for kind, _, _ in gold_spans & predicted_spans)
    return {
        kind: SetScore.of_counts(
            num_correct=num_correct[kind],
            num_predicted=num_predicted[kind],
            num_gold=num_gold[kind],
        )
        for kind in sorted(num_gold.keys() | num_predicted.keys())
    }


def word_accuracy(gold: Iterable[Sequence[str]], predicted: Iterable[Sequence[str]]) -> float:
    """Share of words whose tag is right, from 0 to 1.

    Raises:
        ValueError: the sequences differ in length, or there are no words.
    """
    right = total = 0
    for gold_tags, predicted_tags in zip(gold, predicted, strict=True):
        right += sum(g == p for g, p in zip(gold_tags, predicted_tags, strict=True))
        total += len(gold_tags)
    if not total:
        msg = "no words to score"
        raise ValueError(msg)
    return right / total


def seqeval_spans(sequences: Iterable[Sequence[str]]) -> list[Span]:
    """Finds spans as seqeval 0.0.12 does: generous to malformed prefixes, `-` splits off the type.

    A word's prefix is its tag's first character and its type what follows the last ``-``. Spans
    never cross from one sequence to the next.

    Raises:
        ValueError: a tag is empty.
    """
    spans: list[Span] = []
    transitions: dict[tuple[str, str], tuple[bool, bool, str]] = {}
    previous, first = "O", 0
    # Each sequence is closed by an O, which also keeps positions of different sequences apart.
    for position, tag in enumerate(chain.from_iterable((*tags, "O") for tags in sequences)):
        key = (previous, tag)
        if key not in transitions:
            transitions[key] = _transition(previous, tag)
        ends, starts, type_before = transitions[key]
        if ends:
            spans.append((type_before, first, position - 1))
        if starts:
            first = position
        previous = tag
    return spans


def strict_spans(sequences: Iterable[Sequence[str]], *, iobes: bool = False) -> list[Span]:
    """Finds well-formed spans: B-X, then only I-X; with ``iobes`` also closed by E-X, or S-X.

    Anything else (an I- after O or after another type, under ``iobes`` a B- that no E- closes)
    belongs to no span. Positions count as in ``seqeval_spans``.
    """
    find = _iobes_spans if iobes else _bio_spans
    spans: list[Span] = []
    offset = 0
    for tags in sequences:
        spans.extend((kind, offset + i, offset + j) for kind, i, j in find(tags))
        offset += len(tags) + 1
    return spans


def _strict_spans_of_both(
    gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]
) -> tuple[set[Span], set[Span]]:
    # The gold says which scheme the data is in; a prediction is held to it.
    kinds = {tag for tags in gold for tag in tags}
    iobes = any(tag.startswith(("E-", "S-")) for tag in kinds)
    return set(strict_spans(gold, iobes=iobes)), set(strict_spans(predicted, iobes=iobes))


def _score(gold: Set[Span], predicted: Set[Span]) -> SetScore:
    return SetScore.of_counts(
        num_correct=len(gold & predicted), num_predicted=len(predicted), num_gold=len(gold)
    )


def _split(tag: str) -> tuple[str, str]:
    if not tag:
        msg = "a tag is empty; write O for a word outside every span"
        raise ValueError(msg)
    return tag[0], tag.rsplit("-", 1)[-1]


def _transition(previous: str, tag: str) -> tuple[bool, bool, str]:
    """Whether a span ends between two tags, whether one starts there, and the first tag's type."""
    (prefix_before, type_before), (prefix, kind) = _split(previous), _split(tag)
    differs = type_before != kind
    ends = (
        prefix_before in "ES"
        or (prefix_before in "BI" and prefix in "BSO")
        or (prefix_before not in "O." and differs)
    )
    starts = (
        prefix in "BS"
        or (prefix_before in "ESO" and prefix in "EI")
        or (prefix not in "O." and differs)
    )
    return ends, starts, type_before


def _bio_spans(tags: Sequence[str]) -> list[tuple[str, int, int]]:
    spans: list[tuple[str, int, int]] = []
    open_type: str | None = None
    for i, tag in enumerate(tags):
        prefix, _, kind = tag.partition("-")
        if prefix == "B":
            spans.append((kind, i, i))
            open_type = kind
        elif prefix == "I" and kind == open_type:
            spans[-1] = (kind, spans[-1][1], i)
        else:
            open_type = None
    return spans


def _iobes_spans(tags: Sequence[str]) -> list[tuple[str, int, int]]:
    spans: list[tuple[str, int, int]] = []
    open_type: str | None = None
    first = 0
    for i, tag in enumerate(tags):
        prefix, _, kind = tag.partition("-")
        if prefix == "S":
            spans.append((kind, i, i))
        if prefix == "E" and kind == open_type:
            spans.append((kind, first, i))
        if prefix == "B":
            open_type, first = kind, i
        elif not (prefix == "I" and kind == open_type):
            open_type = None
    return spans
