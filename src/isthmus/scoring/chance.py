"""What a score would be without a model: the constant or random answer, in percent.

A score means little until it stands beside this. Each form has its own:

- classify: the constant label that scores best;
- tag: the most frequent tag on every word (for span metrics O, which is 0); for XTREME's F1 of
  parts of speech tags drawn as often as the gold has them, where that scores more;
- choice: one over the number of choices, on average;
- retrieve: a foreign line at random for every source line, in expectation;
- span: a random stretch of the context whose length in tokens is drawn from the gold answers'
  lengths, averaged over seeded draws; or always "", where that scores more.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from isthmus.errors import DataError, StudyError, suggest
from isthmus.examples import Choice, Line, Pair, Prediction, Question, Sentence
from isthmus.scoring.answers import UNSPACED
from isthmus.scoring.metrics import METRICS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from isthmus.examples import Example

# Spans or tag sequences drawn per gold set, at least one an example: their mean is then good to half a point.
_NUM_DRAWS = 1000
_TOKEN = re.compile(f"[{UNSPACED}]|[^\\s{UNSPACED}]+")
_SPAN_METRICS = ("f1_span", "f1_span_strict")


def chance(gold: Sequence[Example], metric: str, *, language: str) -> float:
    """Scores the best answer that needs no model, in percent; the same for the same gold.

    Args:
        gold: Labelled examples of one form; of a bitext, both sides.
        metric: A name in ``METRICS``.
        language: Code of the gold's language.

    Raises:
        StudyError: there is no such metric.
        DataError: the gold is empty, unlabelled or of a form that the metric does not take.
    """
    if metric not in METRICS:
        msg = f"there is no metric {metric!r}.{suggest(metric, METRICS)}"
        raise StudyError(msg)
    if not gold:
        msg = f"chance of {metric} needs at least one gold example, got none"
        raise DataError(msg)
    for kind, compute in _CHANCE.items():
        if isinstance(gold[0], kind):
            return compute(gold, metric, language)
    msg = f"{metric} has no chance level on a {type(gold[0]).__name__}, such as {gold[0].uid!r}"
    raise DataError(msg)


def _of_labels(gold: Sequence[Example], metric: str, language: str) -> float:
    labels = dict.fromkeys(e.label for e in gold if isinstance(e, Pair) and e.label is not None)
    return max(_constant(gold, metric, language, label) for label in [*labels] or [""])


def _of_tags(gold: Sequence[Example], metric: str, language: str) -> float:
    sentences = [e for e in gold if isinstance(e, Sentence)]
    counts = Counter(tag for sentence in sentences for tag in sentence.tags or ())
    tag = "O" if metric in _SPAN_METRICS or not counts else counts.most_common(1)[0][0]
    predicted = {e.uid: Prediction(uid=e.uid, value=(tag,) * len(e.words)) for e in sentences}
    constant = METRICS[metric](gold, predicted, language=language)
    if metric != "f1_pos" or not counts:
        return constant
    # This F1 takes a run of equal tags for one, so a constant tag scores next to nothing.
    return max(constant, _of_drawn_tags(sentences, metric, language, counts))


def _of_drawn_tags(
    sentences: Sequence[Sentence], metric: str, language: str, counts: Counter[str]
) -> float:
    names, weights = zip(*sorted(counts.items()), strict=True)
    drawn: list[Example] = []
    predicted: dict[str, Prediction] = {}
    for sentence in sentences:
        rng = random.Random(f"chance/{sentence.uid}")
        for draw in range(-(-_NUM_DRAWS // len(sentences))):
            uid = f"{sentence.uid}/{draw}"
            tags = tuple(rng.choices(names, weights, k=len(sentence.words)))
            drawn.append(replace(sentence, uid=uid))
            predicted[uid] = Prediction(uid=uid, value=tags)
    return METRICS[metric](drawn, predicted, language=language)


def _of_choices(gold: Sequence[Example], metric: str, language: str) -> float:
    _constant(gold, metric, language, 0)  # refuses whatever the metric refuses
    shares = [1 / len(e.choices) for e in gold if isinstance(e, Choice) and e.choices]
    return 100.0 * sum(shares) / len(gold)


def _of_lines(gold: Sequence[Example], metric: str, language: str) -> float:
    _constant([e for e in gold if isinstance(e, Line)], metric, language, ())
    lines = [e for e in gold if isinstance(e, Line)]
    sources = [e for e in lines if e.side == "source"]
    num_foreign = len(lines) - len(sources)
    if not num_foreign:
        msg = f"chance of {metric} needs both sides of the bitext, but no line is foreign"
        raise DataError(msg)
    matches = [len(e.match or ()) for e in sources]
    expected_right = sum(matches) / num_foreign
    if metric == "accuracy":
        return 100.0 * expected_right / sum(count > 0 for count in matches)
    # F1 of sets is 2 right / (predicted + gold), and both sizes are fixed.
    return 100.0 * 2 * expected_right / (len(sources) + sum(matches))


def _of_questions(gold: Sequence[Example], metric: str, language: str) -> float:
    empty = _constant(gold, metric, language, "")
    questions = [e for e in gold if isinstance(e, Question)]
    lengths = [
        len(_TOKEN.findall(answer.text)) or 1 for e in questions for answer in e.answers or ()
    ]
    if not lengths:
        return empty
    num_draws = -(-_NUM_DRAWS // len(questions))
    drawn: list[Example] = []
    predicted: dict[str, Prediction] = {}
    for question in questions:
        # Seeded by the uid, so a question's spans do not depend on what stands beside it.
        rng = random.Random(f"chance/{question.uid}")
        tokens = [match.span() for match in _TOKEN.finditer(question.context)]
        for draw in range(num_draws):
            uid = f"{question.uid}/{draw}"
            drawn.append(replace(question, uid=uid))
            span = _random_span(question.context, tokens, rng.choice(lengths), rng)
            predicted[uid] = Prediction(uid=uid, value=span)
    return max(empty, METRICS[metric](drawn, predicted, language=language))


def _random_span(
    context: str, tokens: Sequence[tuple[int, int]], length: int, rng: random.Random
) -> str:
    if not tokens:
        return ""
    length = min(length, len(tokens))
    first = rng.randrange(len(tokens) - length + 1)
    return context[tokens[first][0] : tokens[first + length - 1][1]]


def _constant(
    gold: Sequence[Example], metric: str, language: str, value: str | int | tuple[str, ...]
) -> float:
    asked = (e for e in gold if not (isinstance(e, Line) and e.side == "foreign"))
    predicted = {e.uid: Prediction(uid=e.uid, value=value) for e in asked}
    return METRICS[metric](gold, predicted, language=language)


_CHANCE: Mapping[type, Callable[[Sequence[Example], str, str], float]] = {
    Pair: _of_labels,
    Sentence: _of_tags,
    Choice: _of_choices,
    Line: _of_lines,
    Question: _of_questions,
}
