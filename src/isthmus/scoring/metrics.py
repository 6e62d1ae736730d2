"""The catalogue of metrics that a study can name, each from gold and predictions to percent.

To add one: write a function from a list of (example, prediction) and a language to a share from 0
to 1, and give it a line in ``METRICS``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

from isthmus.errors import DataError
from isthmus.examples import Choice, Line, Pair, Question, Sentence
from isthmus.scoring import classification
from isthmus.scoring.align import align
from isthmus.scoring.answers import AnswerScore, mlqa_score, squad_score
from isthmus.scoring.ranking import set_score
from isthmus.scoring.squad_v2 import squad_v2_answer
from isthmus.scoring.tags import seqeval_score, strict_score, word_accuracy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from isthmus.examples import Example, Prediction

    Rows: TypeAlias = Sequence[tuple[Example, Prediction]]
    Labels: TypeAlias = tuple[list[object], list[object]]
    Tags: TypeAlias = tuple[list[tuple[str, ...]], list[tuple[str, ...]]]

_BINARY = ("0", "1")

T = TypeVar("T")
E = TypeVar("E", Pair, Sentence, Question, Choice, Line)


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """One way to score one language of one task.

    Attributes:
        name: Its key in ``METRICS``.
        forms: Names of the forms whose examples it takes.
        scale: What 0 and 100 mean, in a few words.
        score: From aligned rows and a language code to a share, 0..1.
        higher_is_better: Whether a rise is a gain.
    """

    name: str
    forms: tuple[str, ...]
    scale: str
    score: Callable[[Rows, str], float]
    higher_is_better: bool = True

    def __call__(
        self, gold: Sequence[Example], predicted: Mapping[str, Prediction], *, language: str
    ) -> float:
        """Scores in percent, 0..100.

        Args:
            gold: Labelled examples; of a bitext, both sides.
            predicted: One prediction for each uid (of a bitext, for each line of side ``source``).
            language: Code of the language of the gold, for metrics that treat languages apart.

        Raises:
            DataError: gold and predictions do not match one to one, an example is not of a form
                this metric takes, is unlabelled, or its prediction has the wrong type.
        """
        return 100.0 * self.score(align(gold, predicted), language)


def _accuracy(rows: Rows) -> float:
    return _ACCURACY[_kind(rows, "accuracy", tuple(_ACCURACY))](rows)


def _accuracy_of_labels(rows: Rows) -> float:
    return classification.accuracy(*_labels(rows, "accuracy"))


def _accuracy_of_choices(rows: Rows) -> float:
    typed = _typed(rows, Choice, "accuracy")
    gold = [_known(choice.label, choice.uid) for choice, _ in typed]
    predicted = [_int(prediction) for _, prediction in typed]
    return classification.accuracy(gold, predicted)


def _accuracy_of_words(rows: Rows) -> float:
    return word_accuracy(*_tags(rows, "accuracy"))


def _accuracy_of_lines(rows: Rows) -> float:
    """Share of source lines whose first match is right; lines that have none are not asked."""
    right = total = 0
    for line, prediction in _typed(rows, Line, "accuracy"):
        match, found = _known(line.match, line.uid), _strings(prediction)
        if match:
            right += found[:1] != () and found[0] in match
            total += 1
    if not total:
        msg = "no source line has a translation: retrieval accuracy needs at least one"
        raise DataError(msg)
    return right / total


def _f1(rows: Rows) -> float:
    if _kind(rows, "f1", (Pair, Question)) is Pair:
        gold, predicted = _labels(rows, "f1")
        other = next((label for label in gold if label not in _BINARY), None)
        if other is not None:
            msg = f"f1 of pairs is about the labels 0 and 1, but the gold has {other!r}"
            raise DataError(f"{msg}: use f1_macro")
        return classification.binary_f1(gold, predicted)
    return _mean([score.f1 for score in _squad(rows, "f1")])


def _exact_match(rows: Rows) -> float:
    return _mean([score.exact_match for score in _squad(rows, "exact_match")])


def _f1_mlqa(rows: Rows, language: str) -> float:
    return _mean([score.f1 for score in _mlqa(rows, language, "f1_mlqa")])


def _exact_match_mlqa(rows: Rows, language: str) -> float:
    return _mean([score.exact_match for score in _mlqa(rows, language, "exact_match_mlqa")])


def _f1_macro(rows: Rows) -> float:
    return classification.macro_f1(*_labels(rows, "f1_macro"))


def _f1_pos(rows: Rows) -> float:
    return seqeval_score(*_tags(rows, "f1_pos")).f1


def _f1_span(rows: Rows) -> float:
    return seqeval_score(*_tags(rows, "f1_span")).f1


def _f1_strict(rows: Rows) -> float:
    return strict_score(*_tags(rows, "f1_span_strict")).f1


def _f1_bitext(rows: Rows) -> float:
    """F1 of the pairs (source uid, foreign uid) that lines are matched with."""
    gold: list[tuple[str, str]] = []
    predicted: list[tuple[str, str]] = []
    for line, prediction in _typed(rows, Line, "f1_bitext"):
        gold += [(line.uid, uid) for uid in _known(line.match, line.uid)]
        predicted += [(line.uid, uid) for uid in _strings(prediction)]
    return set_score(gold, predicted).f1


def _alike(score: Callable[[Rows], float]) -> Callable[[Rows, str], float]:
    """A score that treats all languages alike."""
    return lambda rows, _language: score(rows)


_ACCURACY: Mapping[type, Callable[[Rows], float]] = {
    Pair: _accuracy_of_labels,
    Choice: _accuracy_of_choices,
    Sentence: _accuracy_of_words,
    Line: _accuracy_of_lines,
}

METRICS: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            name="accuracy",
            forms=("classify", "choice", "tag", "retrieve"),
            scale="% right of examples; of words when tagging; of source lines when retrieving",
            score=_alike(_accuracy),
        ),
        Metric(
            name="f1",
            forms=("classify", "span"),
            scale="F1 of label 1, %; over answers, SQuAD's mean token F1, %",
            score=_alike(_f1),
        ),
        Metric(
            name="exact_match",
            forms=("span",),
            scale="% of answers equal to a gold one by SQuAD's normaliser",
            score=_alike(_exact_match),
        ),
        Metric(
            name="f1_mlqa",
            forms=("span",),
            scale="mean token F1 by MLQA's normaliser of the language, %",
            score=_f1_mlqa,
        ),
        Metric(
            name="exact_match_mlqa",
            forms=("span",),
            scale="% of answers equal to a gold one by MLQA's normaliser of the language",
            score=_exact_match_mlqa,
        ),
        Metric(
            name="f1_macro",
            forms=("classify",),
            scale="mean F1 over labels, %",
            score=_alike(_f1_macro),
        ),
        Metric(
            name="f1_pos",
            forms=("tag",),
            scale="span F1 of seqeval 0.0.12 over POS tags, as XTREME has it, %",
            score=_alike(_f1_pos),
        ),
        Metric(
            name="f1_span",
            forms=("tag",),
            scale="span F1 of seqeval 0.0.12, as XTREME has it, %",
            score=_alike(_f1_span),
        ),
        Metric(
            name="f1_span_strict",
            forms=("tag",),
            scale="span F1 over well-formed BIO or IOBES spans, %",
            score=_alike(_f1_strict),
        ),
        Metric(
            name="f1_bitext",
            forms=("retrieve",),
            scale="F1 of the set of sentence pairs, %",
            score=_alike(_f1_bitext),
        ),
    )
}


def _squad(rows: Rows, metric: str) -> list[AnswerScore]:
    """SQuAD v1.1's rules; v2.0's for the whole set as soon as one question has no answer."""
    typed = _typed(rows, Question, metric)
    golds = [[a.text for a in _known(question.answers, question.uid)] for question, _ in typed]
    score = squad_score if all(golds) else squad_v2_answer
    return [
        score(_str(prediction), gold) for (_, prediction), gold in zip(typed, golds, strict=True)
    ]


def _mlqa(rows: Rows, language: str, metric: str) -> list[AnswerScore]:
    return [
        _mlqa_answer(_str(prediction), [a.text for a in _known(q.answers, q.uid)], language)
        for q, prediction in _typed(rows, Question, metric)
    ]


def _mlqa_answer(text: str, golds: Sequence[str], language: str) -> AnswerScore:
    if golds:
        return mlqa_score(text, golds, language)
    # MLQA has no unanswerable questions; an empty text is then the one right answer.
    right = float(not text.strip())
    return AnswerScore(right, right)


def _labels(rows: Rows, metric: str) -> Labels:
    typed = _typed(rows, Pair, metric)
    return [_known(p.label, p.uid) for p, _ in typed], [_str(prediction) for _, prediction in typed]


def _tags(rows: Rows, metric: str) -> Tags:
    gold: list[tuple[str, ...]] = []
    predicted: list[tuple[str, ...]] = []
    for sentence, prediction in _typed(rows, Sentence, metric):
        tags, found = _known(sentence.tags, sentence.uid), _strings(prediction)
        if len(tags) != len(found):
            msg = f"{sentence.uid!r} has {len(tags)} words but {len(found)} predicted tags"
            raise DataError(f"{msg}: give one a word")
        if "" in tags or "" in found:
            msg = f"{sentence.uid!r} has an empty tag: write O for a word outside every span"
            raise DataError(msg)
        gold.append(tags)
        predicted.append(found)
    if not any(gold):
        msg = "no words to score: every sentence is empty"
        raise DataError(msg)
    return gold, predicted


def _kind(rows: Rows, metric: str, takes: tuple[type, ...]) -> type:
    kind = type(rows[0][0])
    if kind not in takes:
        names = ", ".join(t.__name__ for t in takes)
        msg = f"{metric} does not score a {kind.__name__} such as {rows[0][0].uid!r}; it takes {names}"
        raise DataError(msg)
    return kind


def _typed(rows: Rows, kind: type[E], metric: str) -> list[tuple[E, Prediction]]:
    for example, _ in rows:
        if type(example) is not kind:
            msg = f"{metric} takes a {kind.__name__} here, but {example.uid!r} is a {type(example).__name__}"
            raise DataError(msg)
    return cast("list[tuple[E, Prediction]]", rows)


def _known(gold: T | None, uid: str) -> T:
    if gold is None:
        msg = f"{uid!r} has no gold, so it cannot be scored: use a labelled split"
        raise DataError(msg)
    return gold


def _str(prediction: Prediction) -> str:
    if isinstance(prediction.value, str):
        return prediction.value
    raise _wrong_type(prediction, "a text")


def _int(prediction: Prediction) -> int:
    if isinstance(prediction.value, int) and not isinstance(prediction.value, bool):
        return prediction.value
    raise _wrong_type(prediction, "the index of a choice")


def _strings(prediction: Prediction) -> tuple[str, ...]:
    if isinstance(prediction.value, tuple):
        return prediction.value
    raise _wrong_type(prediction, "a tuple of texts")


def _wrong_type(prediction: Prediction, wanted: str) -> DataError:
    return DataError(
        f"the prediction of {prediction.uid!r} should be {wanted}, got {prediction.value!r}"
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
