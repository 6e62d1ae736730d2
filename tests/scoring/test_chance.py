from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.errors import DataError, StudyError
from isthmus.examples import Answer, Choice, Line, Pair, Prediction, Question, Sentence, Text
from isthmus.scoring.chance import chance
from isthmus.scoring.metrics import METRICS

WORDS = "one two three four five six seven eight nine ten"
QUESTION = Question(
    uid="q", question="?", context=WORDS, answers=(Answer(text="four five", start=14),)
)


@given(st.lists(st.sampled_from("01"), min_size=1))
def test_no_constant_label_beats_it(labels: list[str]) -> None:
    gold = [Pair(uid=str(i), text="x", label=label) for i, label in enumerate(labels)]
    for metric in ("accuracy", "f1", "f1_macro"):
        for label in "01":
            constant = {e.uid: Prediction(uid=e.uid, value=label) for e in gold}
            if label in labels:
                assert chance(gold, metric, language="en") >= METRICS[metric](
                    gold, constant, language="en"
                )


def test_tags() -> None:
    gold = [Sentence(uid="a", words=("x", "y", "z"), tags=("NOUN", "NOUN", "ADJ"))]
    assert chance(gold, "accuracy", language="en") == pytest.approx(200 / 3)
    assert 10 < chance(gold, "f1_pos", language="en") < 35
    assert chance(gold, "f1_span", language="en") == 0
    assert chance([replace(gold[0], tags=("X", "X", "X"))], "f1_pos", language="en") == 100


def test_choices_of_different_number() -> None:
    gold = [
        Choice(uid=str(n), prompt="p", choices=tuple("abcdefgh"[:n]), label=0) for n in (2, 4, 5)
    ]
    assert chance(gold, "accuracy", language="en") == pytest.approx(
        100 * (1 / 2 + 1 / 4 + 1 / 5) / 3
    )


def test_lines_in_expectation() -> None:
    gold = [
        *(Line(uid=f"e{i}", text="x", side="source", match=(f"f{i}",)) for i in range(3)),
        Line(uid="e3", text="x", side="source", match=()),
        *(Line(uid=f"f{i}", text="x", side="foreign", match=(f"e{i}",)) for i in range(3)),
        *(Line(uid=f"f{i}", text="x", side="foreign", match=()) for i in range(3, 10)),
    ]
    assert chance(gold, "accuracy", language="de") == pytest.approx(10)
    rng = random.Random(0)
    draws = [
        METRICS["f1_bitext"](
            gold,
            {f"e{i}": Prediction(uid=f"e{i}", value=(f"f{rng.randrange(10)}",)) for i in range(4)},
            language="de",
        )
        for _ in range(4000)
    ]
    assert chance(gold, "f1_bitext", language="de") == pytest.approx(sum(draws) / len(draws), abs=1)
    with pytest.raises(DataError, match="no line is foreign"):
        chance(gold[:4], "accuracy", language="de")


def test_random_spans_of_the_gold_length_are_as_good_as_counting_says() -> None:
    # Two of ten words in a row: 9 places, one of them right, two that share one word.
    assert chance([QUESTION], "exact_match", language="en") == pytest.approx(100 / 9, abs=2)
    assert chance([QUESTION], "f1", language="en") == pytest.approx(200 / 9, abs=2)


def test_random_spans_are_the_same_every_time_and_in_any_order() -> None:
    gold = [replace(QUESTION, uid=str(i)) for i in range(20)]
    assert chance(gold, "f1", language="en") == chance(gold, "f1", language="en")
    assert chance(gold[::-1], "f1", language="en") == pytest.approx(
        chance(gold, "f1", language="en")
    )


def test_spans_of_unspaced_text_are_counted_in_characters() -> None:
    thai = replace(QUESTION, context="กขคงจฉชซฌญ", answers=(Answer(text="งจ", start=3),))
    assert chance([thai], "exact_match", language="th") == pytest.approx(100 / 9, abs=2)


def test_always_empty_where_most_have_no_answer() -> None:
    gold = [QUESTION, *(replace(QUESTION, uid=str(i), answers=()) for i in range(3))]
    assert chance(gold, "f1", language="en") == 75
    assert chance(gold[1:], "f1", language="en") == 100
    empty = [replace(QUESTION, context="")]
    assert chance(empty, "f1", language="en") == 0


def test_what_has_no_chance_level() -> None:
    with pytest.raises(StudyError, match="Did you mean 'accuracy'"):
        chance([QUESTION], "acuracy", language="en")
    with pytest.raises(DataError, match="at least one"):
        chance([], "f1", language="en")
    with pytest.raises(DataError, match="Text"):
        chance([Text(uid="a", text="x")], "f1", language="en")
    with pytest.raises(DataError, match="no gold"):
        chance([Pair(uid="a", text="x")], "accuracy", language="en")
    with pytest.raises(DataError, match="f1_pos"):
        chance([QUESTION], "f1_pos", language="en")


def test_xtremes_f1_of_tags_has_a_level_of_chance_above_a_constant_tag():
    tags = ("NOUN", "VERB", "NOUN", "ADJ") * 5
    gold = [Sentence(uid=str(n), words=("w",) * 20, tags=tags) for n in range(40)]
    expected = 100 * (0.5**2 + 2 * 0.25**2)
    assert 0 < chance(gold, "f1_pos", language="en") < expected + 5
    assert chance(gold, "f1_pos", language="en") == chance(gold, "f1_pos", language="en")
