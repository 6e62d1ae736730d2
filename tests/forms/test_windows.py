from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.examples import Answer, Question
from isthmus.forms.windows import Context, gold_characters, windows


def question(context, *answers):
    return Question(uid="q", question="?", context=context, answers=answers)


@given(length=st.integers(0, 300), room=st.integers(1, 50), stride=st.integers(0, 200))
def test_windows_cover_everything_and_move_on(length, room, stride):
    found = list(windows(length, room, stride))
    assert found[0][0] == 0
    assert found[-1][1] == length
    assert all(stop - start <= room for start, stop in found)
    for (start, stop), (next_start, next_stop) in itertools.pairwise(found):
        assert stop - next_start == min(stride, room // 2)
        assert start < next_start
        assert stop < next_stop


def test_one_window_where_all_fits():
    assert list(windows(7, 7, 3)) == [(0, 7)]
    assert list(windows(0, 7, 3)) == [(0, 0)]


def test_gold_is_the_first_answer_at_its_offset():
    wrong, right = Answer(text="b", start=0), Answer(text="bc", start=1)
    assert gold_characters(question("abc", wrong, right, Answer(text="a", start=0))) == (1, 3)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(text="c", start=-1),
        Answer(text="", start=1),
        Answer(text="abcd", start=0),
        Answer(text="a", start=99),
    ],
)
def test_answers_elsewhere_are_no_gold(answer):
    assert gold_characters(question("abc", answer)) is None
    assert gold_characters(question("abc")) is None


def test_context_finds_tokens_by_characters_and_skips_blanks():
    # "a bc": a mark without width, "a", a token of white space, " b" with its space, "c".
    context = Context.of("a bc", [5, 6, 7, 8, 9], [(0, 0), (0, 1), (1, 2), (1, 3), (3, 4)])
    assert context.ends.tolist() == [0, 1, 0, 3, 4]
    assert context.find(0, 1) == (1, 1)
    assert context.find(2, 3) == (3, 3)
    assert context.find(0, 4) == (1, 4)
    assert context.find(1, 2) == (3, 3)
    assert context.find(4, 5) is None
