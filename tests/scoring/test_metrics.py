from __future__ import annotations

from pathlib import Path

import pytest

from isthmus.errors import DataError
from isthmus.examples import Answer, Choice, Example, Line, Pair, Prediction, Question, Sentence
from isthmus.scoring.metrics import METRICS

PAIRS = [Pair(uid=str(i), text="x", label=label) for i, label in enumerate("0110")]
CHOICES = [Choice(uid=str(i), prompt="p", choices=("x", "y"), label=i) for i in (0, 1)]
SENTENCES = [
    Sentence(uid="0", words=("a", "b"), tags=("B-PER", "I-PER")),
    Sentence(uid="1", words=("c",), tags=("O",)),
]
QUESTIONS = [
    Question(uid="0", question="?", context="red car", answers=(Answer(text="red car", start=0),)),
    Question(uid="1", question="?", context="ไทยแลนด์", answers=(Answer(text="ไทย", start=0),)),
]
LINES = [
    Line(uid="e0", text="x", side="source", match=("f0",)),
    Line(uid="e1", text="x", side="source", match=("f1",)),
    Line(uid="e2", text="x", side="source", match=()),
    Line(uid="f0", text="x", side="foreign", match=("e0",)),
    Line(uid="f1", text="x", side="foreign", match=("e1",)),
]


def score(metric: str, gold: list[Example], values: list, language: str = "en") -> float:
    asked = [e for e in gold if not (isinstance(e, Line) and e.side == "foreign")]
    predicted = {e.uid: Prediction(uid=e.uid, value=v) for e, v in zip(asked, values, strict=True)}
    return METRICS[metric](gold, predicted, language=language)


@pytest.mark.parametrize(
    ("metric", "gold", "values", "expected"),
    [
        ("accuracy", PAIRS, ["0", "1", "0", "0"], 75),
        ("f1", PAIRS, ["0", "1", "0", "0"], 200 / 3),
        ("f1_macro", PAIRS, ["0", "1", "0", "0"], 100 * (0.8 + 2 / 3) / 2),
        ("accuracy", CHOICES, [0, 0], 50),
        ("accuracy", SENTENCES, [("B-PER", "O"), ("O",)], 200 / 3),
        ("f1_pos", SENTENCES, [("B-PER", "I-PER"), ("O",)], 100),
        ("f1_span", SENTENCES, [("I-PER", "I-PER"), ("O",)], 100),
        ("f1_span_strict", SENTENCES, [("I-PER", "I-PER"), ("O",)], 0),
        ("f1", QUESTIONS, ["red", "ไทย"], 100 * (2 / 3 + 1) / 2),
        ("exact_match", QUESTIONS, ["the red car.", "ไ"], 50),
        ("accuracy", LINES, [("f0",), ("f0",), ("f1",)], 50),
        ("f1_bitext", LINES, [("f0",), (), ("f1",)], 50),
    ],
)
def test_metrics_in_percent(metric: str, gold, values, expected: float) -> None:
    assert score(metric, gold, values) == pytest.approx(expected)


def test_mlqa_scores_depend_on_the_language() -> None:
    thai = [QUESTIONS[1]]
    assert score("f1_mlqa", thai, ["ไทยแลนด์"], "th") == pytest.approx(100 * 6 / (3 + 8))
    assert score("f1_mlqa", thai, ["ไทยแลนด์"], "en") == 0
    assert score("exact_match_mlqa", [QUESTIONS[0]], ["the red—car"], "en") == 0


def test_unanswerable_questions_bring_in_the_rules_of_squad_v2() -> None:
    unanswerable = Question(uid="2", question="?", context="x", answers=())
    gold = [QUESTIONS[0], unanswerable]
    for metric in ("f1", "exact_match", "f1_mlqa", "exact_match_mlqa"):
        assert score(metric, gold, ["red car", ""]) == 100
        assert score(metric, gold, ["red car", "x"]) == 50


@pytest.mark.parametrize(
    ("metric", "gold", "values", "says"),
    [
        ("f1", SENTENCES, [("O", "O"), ("O",)], "f1 does not score a Sentence"),
        ("f1", [Pair(uid="a", text="x", label="no")], ["1"], "the gold has 'no': use f1_macro"),
        ("f1_pos", PAIRS, ["0"] * 4, "takes a Sentence here, but '0' is a Pair"),
        ("accuracy", [*PAIRS[:1], *CHOICES[1:]], ["0", 1], "'1' is a Choice"),
        ("accuracy", [Pair(uid="a", text="x")], ["0"], "'a' has no gold"),
        ("accuracy", PAIRS, ["0", 1, "0", "0"], "'1' should be a text, got 1"),
        ("accuracy", CHOICES, [0, True], "should be the index of a choice, got True"),
        ("accuracy", LINES, ["f0", "f1", "f1"], "should be a tuple of texts"),
        ("accuracy", LINES[2:], [("f0",)], "no source line has a translation"),
        ("f1_span", SENTENCES, [("O",), ("O",)], "'0' has 2 words but 1 predicted tags"),
        ("f1_span", SENTENCES, [("O", ""), ("O",)], "'0' has an empty tag"),
        ("f1_pos", [Sentence(uid="a", words=(), tags=())], [()], "no words to score"),
    ],
)
def test_what_cannot_be_scored_is_named(metric: str, gold, values, says: str) -> None:
    with pytest.raises(DataError, match=says):
        score(metric, gold, values)


def test_every_metric_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert [name for name in METRICS if f"| `{name}` |" not in page] == []


def test_the_catalogue_is_keyed_by_name() -> None:
    assert all(name == metric.name for name, metric in METRICS.items())
    assert {
        "accuracy",
        "f1",
        "exact_match",
        "f1_pos",
        "f1_span",
        "f1_span_strict",
        "f1_macro",
        "f1_bitext",
        "f1_mlqa",
        "exact_match_mlqa",
    } <= METRICS.keys()
    assert all(metric.forms and metric.scale for metric in METRICS.values())
