"""From mined rows to named sentence pairs: repeated sentences, thresholds, extraction.

Repeated sentences have one vector and many ids. XTREME drops them (``drop``); jiant pairs every id
of one side with every id of the other (``expand``). The threshold belongs to a development set
and is carried to the test set as it is.

Source: BUCC 2018's evaluation as in LASER's and XTREME's mining code.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from isthmus.errors import DataError, StudyError, suggest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    from isthmus.scoring.retrieval import Candidates

Duplicates: TypeAlias = Literal["drop", "expand"]
IdPair: TypeAlias = tuple[str, str]

DUPLICATES: tuple[Duplicates, ...] = ("drop", "expand")


@dataclass(frozen=True, slots=True)
class Sentences:
    """The distinct sentences of one side of a bitext, in order of first appearance.

    Attributes:
        rows: For each sentence the row whose vector stands for it: its last, as XTREME takes it.
        ids: For each sentence all its ids, in file order.
    """

    rows: tuple[int, ...]
    ids: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Threshold:
    """The score from which pairs are kept, and the F1 (0..1) that it gave where it was chosen."""

    score: float
    f1: float


def distinct(ids: Sequence[str], texts: Sequence[str]) -> Sentences:
    """Groups one side's lines by text, white space at the ends aside.

    Raises:
        DataError: there is not one id a text, or an id stands twice.
    """
    if len(ids) != len(texts):
        msg = f"{len(ids)} ids but {len(texts)} sentences: give one id a sentence"
        raise DataError(msg)
    if len(set(ids)) != len(ids):
        repeated = Counter(ids).most_common(1)[0][0]
        msg = f"the sentence id {repeated!r} stands more than once: ids must be unique"
        raise DataError(msg)
    groups: dict[str, list[int]] = {}
    for row, text in enumerate(texts):
        groups.setdefault(text.strip(), []).append(row)
    return Sentences(
        rows=tuple(rows[-1] for rows in groups.values()),
        ids=tuple(tuple(ids[row] for row in rows) for rows in groups.values()),
    )


def name_pairs(
    candidates: Candidates,
    source: Sentences,
    foreign: Sentences,
    *,
    duplicates: Duplicates = "drop",
) -> dict[IdPair, float]:
    """Gives mined pairs their ids: (source id, foreign id) to score, in the candidates' order.

    Args:
        candidates: Mined from the vectors of ``source.rows`` and ``foreign.rows``.
        source: Distinct sentences of the source side.
        foreign: Distinct sentences of the other side.
        duplicates: What becomes of sentences with several ids; see the module.

    Raises:
        StudyError: there is no such policy.
    """
    if duplicates not in DUPLICATES:
        msg = f"there is no policy {duplicates!r} for duplicates.{suggest(duplicates, DUPLICATES)}"
        raise StudyError(msg)
    scores: dict[IdPair, float] = {}
    for row, column, score in zip(
        candidates.source.tolist(),
        candidates.foreign.tolist(),
        candidates.score.tolist(),
        strict=True,
    ):
        source_ids, foreign_ids = source.ids[row], foreign.ids[column]
        if duplicates == "drop" and (len(source_ids) > 1 or len(foreign_ids) > 1):
            continue
        for pair in ((s, f) for s in source_ids for f in foreign_ids):
            scores[pair] = max(score, scores.get(pair, score))
    return scores


def best_threshold(scores: Mapping[IdPair, float], gold: Set[IdPair]) -> Threshold:
    """Finds the threshold that maximises F1 against gold pairs: only ever on development data.

    Pairs are taken by falling score, equal ones in the order given, and the threshold lies halfway
    between the last pair taken and the next. Where all pairs are taken it is the last one's score
    (XTREME's code fails there), and where none is right it is 0 (as XTREME's).
    """
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    best, threshold, num_right = 0.0, 0.0, 0
    for i, (pair, score) in enumerate(ranked):
        num_right += pair in gold
        if not num_right:
            continue
        precision, recall = num_right / (i + 1), num_right / len(gold)
        f1 = 2 * precision * recall / (precision + recall)
        if f1 > best:
            following = ranked[i + 1][1] if i + 1 < len(ranked) else score
            best, threshold = f1, (score + following) / 2
    return Threshold(threshold, best)


def extract(scores: Mapping[IdPair, float], threshold: float) -> list[IdPair]:
    """The pairs whose score reaches the threshold, in the order given."""
    return [pair for pair, score in scores.items() if score >= threshold]
