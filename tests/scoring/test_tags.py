from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.scoring.tags import (
    seqeval_score,
    seqeval_spans,
    strict_score,
    strict_score_by_type,
    strict_spans,
    word_accuracy,
)

TYPES = ("LOC", "PER")
BIO = ["O", *(f"{p}-{t}" for p in "BI" for t in TYPES)]
IOBES = ["O", *(f"{p}-{t}" for p in "BIES" for t in TYPES)]
UPOS = ["NOUN", "SCONJ", "CCONJ", "INTJ", "SYM", "ADJ", "ADP", "X", "PUNCT"]


def sequences(tags: list[str]) -> st.SearchStrategy[list[list[str]]]:
    return st.lists(st.lists(st.sampled_from(tags), max_size=8), max_size=5)


def test_seqeval_forgives_malformed_prefixes() -> None:
    assert seqeval_spans([["I-PER", "I-PER", "O", "I-LOC"]]) == [
        ("PER", 0, 1),
        ("LOC", 3, 3),
    ]
    assert seqeval_spans([["B-PER", "I-LOC"]]) == [("PER", 0, 0), ("LOC", 1, 1)]


def test_seqeval_over_pos_tags_merges_equal_neighbours_except_after_s() -> None:
    assert seqeval_spans([["NOUN", "NOUN", "ADJ"]]) == [("NOUN", 0, 1), ("ADJ", 2, 2)]
    assert seqeval_spans([["SCONJ", "SCONJ"]]) == [("SCONJ", 0, 0), ("SCONJ", 1, 1)]
    assert seqeval_score([["NOUN", "NOUN"]], [["NOUN", "ADJ"]]).f1 == 0
    assert word_accuracy([["NOUN", "NOUN"]], [["NOUN", "ADJ"]]) == 0.5


def test_spans_do_not_cross_sentences() -> None:
    assert seqeval_spans([["B-PER"], ["I-PER"]]) == [("PER", 0, 0), ("PER", 2, 2)]


def test_the_type_is_what_follows_the_last_hyphen() -> None:
    assert seqeval_spans([["B-A-X", "I-B-X"]]) == [("X", 0, 1)]
    assert strict_spans([["B-A-X", "I-B-X"]]) == [("A-X", 0, 0)]


def test_an_empty_tag_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        seqeval_spans([["B-PER", ""]])


def test_strict_scores_by_type() -> None:
    gold = [["B-PER", "I-PER", "O", "B-LOC"]]
    predicted = [["B-PER", "I-PER", "O", "I-LOC"]]
    scores = strict_score_by_type(gold, predicted)
    assert list(scores) == ["LOC", "PER"]
    assert (scores["LOC"].f1, scores["PER"].f1) == (0, 1)
    assert strict_score(gold, predicted).recall == 0.5
    assert seqeval_score(gold, predicted).f1 == 1


def test_a_prediction_is_held_to_the_scheme_of_the_gold() -> None:
    gold = [["B-PER", "E-PER", "S-LOC"]]
    assert strict_score(gold, [["B-PER", "I-PER", "S-LOC"]]).f1 == pytest.approx(2 / 3)
    assert strict_score(gold, gold).f1 == 1


def by_pattern(tags: list[str], pattern: str) -> list[tuple[int, int]]:
    """An independent reading: one letter and one digit a tag, found by a regular expression."""
    text = "".join(tag[0] + (str(TYPES.index(tag[2:])) if tag != "O" else "-") for tag in tags)
    return [(m.start() // 2, m.end() // 2 - 1) for m in re.finditer(pattern, text)]


@given(st.lists(st.sampled_from(BIO), max_size=12))
def test_strict_bio_is_a_pattern(tags: list[str]) -> None:
    found = [(first, last) for _, first, last in strict_spans([tags])]
    assert found == by_pattern(tags, r"B(\d)(?:I\1)*")


@given(st.lists(st.sampled_from(IOBES), max_size=12))
def test_strict_iobes_is_a_pattern(tags: list[str]) -> None:
    found = [(first, last) for _, first, last in strict_spans([tags], iobes=True)]
    assert found == by_pattern(tags, r"S\d|B(\d)(?:I\1)*E\1")


@given(st.one_of(sequences(BIO), sequences(IOBES), sequences(UPOS)))
def test_gold_against_itself_is_perfect_or_empty(tags: list[list[str]]) -> None:
    score = seqeval_score(tags, tags)
    assert score.f1 == (1.0 if seqeval_spans(tags) else 0.0)
    assert seqeval_score(tags, [["O"] * len(t) for t in tags]).f1 == 0


@given(sequences(BIO), st.data())
def test_on_well_formed_bio_strict_and_seqeval_agree(
    tags: list[list[str]], data: st.DataObject
) -> None:
    def repair(sentence: list[str]) -> list[str]:
        repaired: list[str] = []
        for tag in sentence:
            legal = not tag.startswith("I-") or (repaired and repaired[-1][1:] == tag[1:])
            repaired.append(tag if legal else "B" + tag[1:])
        return repaired

    gold = [repair(t) for t in tags]
    predicted = [
        repair(data.draw(st.lists(st.sampled_from(BIO), min_size=len(t), max_size=len(t))))
        for t in tags
    ]
    assert strict_score(gold, predicted) == seqeval_score(gold, predicted)
