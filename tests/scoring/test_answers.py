from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.scoring.answers import (
    MLQA_LANGUAGES,
    mlqa_score,
    normalise_mlqa,
    normalise_squad,
    squad_score,
    token_f1,
)

HOSTILE = st.text(
    alphabet=st.one_of(
        st.sampled_from("aAtTheEn .,-'\"—、。·؟।\u3000\u00a0\u200b\x1c\n\tไทย中文かなلاال0９"),
        st.characters(),
    ),
    max_size=30,
)
LANGUAGES = st.sampled_from([*MLQA_LANGUAGES, "th", "ja", "ru", "qaa"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The  Cat, the hat.", "cat hat"),
        ("theatre an-d A", "theatre and"),
        ("—dash—", "—dash—"),  # only ASCII punctuation goes
        ("", ""),
        ("a an the", ""),
        ("ไทย 中文", "ไทย 中文"),
    ],
)
def test_squad_normaliser(text: str, expected: str) -> None:
    assert normalise_squad(text) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("—Dash— the", "en", "dash"),
        ("El gato y la casa", "es", "gato y casa"),
        ("Der Hund des Mannes", "de", "hund mannes"),
        ("của tôi", "vi", "tôi"),
        ("الكتاب", "ar", "كتاب"),
        ("the किताब।", "hi", "the किताब"),
        ("超过70,000人", "zh", "超 过 70000 人"),
        ("かな", "zh", "かな"),  # MLQA's Chinese segmentation knows only common Han
        ("かな漢字 abc", "ja", "か な 漢 字 abc"),
        ("ไทย abc", "th", "ไ ท ย abc"),
        ("The Кот", "ru", "the кот"),
    ],
)
def test_mlqa_normaliser(text: str, language: str, expected: str) -> None:
    assert normalise_mlqa(text, language) == expected


def test_thai_answer_that_is_half_right_scores_only_by_characters() -> None:
    assert squad_score("ประเทศไทย", ["ไทย"]).f1 == 0
    assert mlqa_score("ประเทศไทย", ["ไทย"], "th").f1 == pytest.approx(2 * 3 / (9 + 3))


def test_each_score_takes_its_own_best_gold() -> None:
    score = squad_score("red car", ["red", "blue car red", "red car"])
    assert (score.exact_match, score.f1) == (1.0, 1.0)
    score = squad_score("red big car", ["green", "red car"])
    assert (score.exact_match, score.f1) == (0.0, pytest.approx(0.8))


def test_empty_answers_match_exactly_but_share_no_token() -> None:
    score = squad_score("the", ["a"])
    assert (score.exact_match, score.f1) == (1.0, 0.0)


def test_no_gold_is_refused() -> None:
    with pytest.raises(ValueError, match="without gold"):
        squad_score("x", [])


@given(HOSTILE, LANGUAGES)
def test_normalising_leaves_single_spaces_and_no_ascii_punctuation(
    text: str, language: str
) -> None:
    squad, mlqa = normalise_squad(text), normalise_mlqa(text, language)
    for normal in (squad, mlqa):
        assert normal == " ".join(normal.split())
    assert not set(squad) & set(string.punctuation)
    assert not set(mlqa) & set(string.punctuation)


@given(HOSTILE, HOSTILE, LANGUAGES)
def test_scores_are_symmetric_and_bounded(a: str, b: str, language: str) -> None:
    for forward, backward in (
        (squad_score(a, [b]), squad_score(b, [a])),
        (mlqa_score(a, [b], language), mlqa_score(b, [a], language)),
    ):
        assert forward.exact_match == backward.exact_match
        assert forward.f1 == pytest.approx(backward.f1, abs=1e-12)
        assert 0 <= forward.f1 <= 1
        assert forward.exact_match in (0, 1)


@given(st.lists(st.sampled_from("abc"), max_size=9), st.lists(st.sampled_from("abc"), max_size=9))
def test_token_f1_is_the_dice_of_two_bags(predicted: list[str], gold: list[str]) -> None:
    left = list(gold)
    for token in predicted:
        if token in left:
            left.remove(token)
    num_common = len(gold) - len(left)
    expected = 2 * num_common / (len(predicted) + len(gold)) if num_common else 0
    assert token_f1(predicted, gold) == pytest.approx(expected, abs=1e-12)
