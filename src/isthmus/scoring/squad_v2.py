"""SQuAD v2.0: questions that may have no answer, and the best threshold for saying so.

Source: Rajpurkar et al. 2018, the official evaluation script, version 2.0. It differs from v1.1
in two places besides the thresholds: two answers that both normalise to nothing agree (F1 is 1),
and gold texts that normalise to nothing do not count as answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from isthmus.scoring.answers import AnswerScore, normalise_squad, token_f1

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


@dataclass(frozen=True, kw_only=True, slots=True)
class PartScore:
    """Exact match and F1 in percent over ``total`` questions."""

    exact: float
    f1: float
    total: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SquadV2Score:
    """SQuAD v2.0 scores, in percent.

    Attributes:
        overall: All questions.
        has_ans: The answerable ones, None where there are none.
        no_ans: The unanswerable ones, None where there are none.
    """

    overall: PartScore
    has_ans: PartScore | None
    no_ans: PartScore | None


@dataclass(frozen=True, kw_only=True, slots=True)
class BestThresholds:
    """The null thresholds that an oracle would choose, and the percent they would reach."""

    best_exact: float
    best_exact_threshold: float
    best_f1: float
    best_f1_threshold: float


def squad_v2_answer(prediction: str, golds: Iterable[str]) -> AnswerScore:
    """Scores one text by v2.0's rules, before any threshold; no gold text means unanswerable."""
    predicted = normalise_squad(prediction)
    normalised = [text for text in map(normalise_squad, golds) if text] or [""]
    return AnswerScore(
        exact_match=float(predicted in normalised),
        f1=max(_f1_or_both_empty(predicted, gold) for gold in normalised),
    )


def squad_v2(
    gold: Mapping[str, Sequence[str]],
    predictions: Mapping[str, str],
    null_odds: Mapping[str, float] | None = None,
    *,
    threshold: float = 0.0,
) -> SquadV2Score:
    """Scores a data set.

    Args:
        gold: Question id to its gold texts; none means unanswerable.
        predictions: Question id to the predicted text; a missing id scores 0.
        null_odds: Question id to the evidence that it has no answer. Above ``threshold`` the
            question counts as left unanswered, whatever the text says. None applies no threshold.
        threshold: In the unit of ``null_odds``.
    """
    scores = _raw_scores(gold, predictions)
    if null_odds is not None:
        scores = {
            uid: _unanswered(gold[uid])
            if uid in predictions and null_odds.get(uid, 0.0) > threshold
            else score
            for uid, score in scores.items()
        }
    answerable = [uid for uid in gold if gold[uid]]
    unanswerable = [uid for uid in gold if not gold[uid]]
    return SquadV2Score(
        overall=_part(scores, list(gold)),
        has_ans=_part(scores, answerable) if answerable else None,
        no_ans=_part(scores, unanswerable) if unanswerable else None,
    )


def best_thresholds(
    gold: Mapping[str, Sequence[str]],
    predictions: Mapping[str, str],
    null_odds: Mapping[str, float],
) -> BestThresholds:
    """Finds the thresholds that give the best exact match and F1 on this very gold.

    Arguments are those of ``squad_v2``. Questions are added in rising order of their null odds,
    equal ones in the order of ``null_odds``, and a threshold is taken up only where the total
    rises, exactly as the official script does.
    """
    scores = _raw_scores(gold, predictions)
    best_exact, exact_threshold = _best(
        gold, predictions, null_odds, {uid: score.exact_match for uid, score in scores.items()}
    )
    best_f1, f1_threshold = _best(
        gold, predictions, null_odds, {uid: score.f1 for uid, score in scores.items()}
    )
    return BestThresholds(
        best_exact=best_exact,
        best_exact_threshold=exact_threshold,
        best_f1=best_f1,
        best_f1_threshold=f1_threshold,
    )


def _raw_scores(
    gold: Mapping[str, Sequence[str]], predictions: Mapping[str, str]
) -> dict[str, AnswerScore]:
    missing = AnswerScore(0.0, 0.0)
    return {
        uid: squad_v2_answer(predictions[uid], golds) if uid in predictions else missing
        for uid, golds in gold.items()
    }


def _unanswered(golds: Sequence[str]) -> AnswerScore:
    right = float(not golds)
    return AnswerScore(right, right)


def _f1_or_both_empty(predicted: str, gold: str) -> float:
    if not predicted or not gold:
        return float(predicted == gold)
    return token_f1(predicted.split(), gold.split())


def _part(scores: Mapping[str, AnswerScore], uids: Sequence[str]) -> PartScore:
    if not uids:
        return PartScore(exact=0.0, f1=0.0, total=0)
    return PartScore(
        exact=100.0 * sum(scores[uid].exact_match for uid in uids) / len(uids),
        f1=100.0 * sum(scores[uid].f1 for uid in uids) / len(uids),
        total=len(uids),
    )


def _best(
    gold: Mapping[str, Sequence[str]],
    predictions: Mapping[str, str],
    null_odds: Mapping[str, float],
    scores: Mapping[str, float],
) -> tuple[float, float]:
    # With the threshold below every odds, all questions are left unanswered.
    total: float = sum(not golds for golds in gold.values())
    best, best_threshold = total, 0.0
    for uid in sorted((uid for uid in null_odds if uid in predictions), key=null_odds.__getitem__):
        if uid not in scores:
            continue
        if gold[uid]:
            total += scores[uid]
        elif predictions[uid]:
            total -= 1
        if total > best:
            best, best_threshold = total, null_odds[uid]
    return 100.0 * best / len(scores) if scores else 0.0, best_threshold
