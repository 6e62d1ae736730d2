from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.forms.words import Subwords, joined_words, pieces, separate_words
from isthmus.testing.examples import TEXTS
from isthmus.testing.tokenizers import FAMILIES, tiny_tokenizer, tokenizer_like

TOKENIZERS = {family: tokenizer_like(family) for family in FAMILIES}
KNOWN = st.text(st.sampled_from(sorted(set("".join(TEXTS)) - {" "})), min_size=1, max_size=12)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SENTENCES = st.lists(st.one_of(KNOWN, ANY), min_size=1, max_size=12)
QUICK = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize("align", [separate_words, joined_words])
@QUICK
@given(words=SENTENCES, room=st.integers(1, 20), family=st.sampled_from(FAMILIES))
def test_every_word_has_a_place_in_some_piece(align, words, room, family):
    (subwords,) = align(TOKENIZERS[family], [words])
    assert len(subwords.firsts) == len(words)
    assert subwords.firsts[0] >= 0
    assert subwords.firsts[-1] < len(subwords.ids)
    assert (np.diff(subwords.firsts) >= 0).all()
    next_word = 0
    for piece in pieces(subwords, room):
        assert piece.start == next_word
        next_word = piece.stop
        assert 0 < len(piece.ids) <= room
        own = piece.ids[piece.firsts]
        assert (own == subwords.ids[subwords.firsts[piece.start : piece.stop]]).all()
    assert next_word == len(words)


@pytest.mark.parametrize("align", [separate_words, joined_words])
@QUICK
@given(words=SENTENCES, room=st.integers(1, 20), family=st.sampled_from(FAMILIES))
def test_pieces_hold_all_subwords_unless_a_word_is_cut(align, words, room, family):
    (subwords,) = align(TOKENIZERS[family], [words])
    cut = list(pieces(subwords, room))
    kept = sum(len(piece.ids) for piece in cut)
    if any(piece.truncated for piece in cut):
        assert kept < len(subwords.ids)
    else:
        assert np.concatenate([piece.ids for piece in cut]).tolist() == subwords.ids.tolist()
    for piece, following in itertools.pairwise(cut):
        first = subwords.firsts[following.start]
        later = subwords.firsts[subwords.firsts > first]
        length = min((later[0] if len(later) else len(subwords.ids)) - first, room)
        assert len(piece.ids) + length > room, "another word would have fitted"


@QUICK
@given(words=st.lists(KNOWN, min_size=1, max_size=12), family=st.sampled_from(FAMILIES))
def test_separate_words_are_those_of_the_tokenizer(words, family):
    (subwords,) = separate_words(TOKENIZERS[family], [words])
    assert (np.diff(subwords.firsts) > 0).all()
    if family == "modernbert":  # marks words by the space before them: the ids of running text
        spaced = TOKENIZERS[family](" ".join(words), add_special_tokens=False)
        assert TOKENIZERS[family].decode(subwords.ids) == TOKENIZERS[family].decode(
            spaced["input_ids"]
        )
        return
    expected = TOKENIZERS[family](words, is_split_into_words=True, add_special_tokens=False)
    word_ids = expected.word_ids()
    if set(word_ids) == set(range(len(words))):
        assert subwords.ids.tolist() == expected["input_ids"]
        assert subwords.firsts.tolist() == [word_ids.index(word) for word in range(len(words))]


@QUICK
@given(words=st.lists(KNOWN, min_size=1, max_size=12), family=st.sampled_from(FAMILIES))
def test_joined_words_start_in_the_subword_that_covers_them(words, family):
    text = "".join(words)
    encoding = TOKENIZERS[family](text, add_special_tokens=False, return_offsets_mapping=True)
    (subwords,) = joined_words(TOKENIZERS[family], [words])
    if len(encoding["input_ids"]) != len(subwords.ids):
        return  # a word without any subword: the unknown token stands in for it
    start = 0
    for word, first in zip(words, subwords.firsts, strict=True):
        token_start, token_end = encoding["offset_mapping"][first]
        assert token_start < start + len(word)
        assert token_end > start
        start += len(word)


def test_a_subword_over_two_words_serves_both():
    tokenizer = tiny_tokenizer(["桥连 接"] * 9)
    assert tokenizer.tokenize("桥连接") == ["▁桥连", "接"]
    (subwords,) = joined_words(tokenizer, [("桥", "连", "接")])
    assert len(subwords.ids) == 2
    assert subwords.firsts.tolist() == [0, 0, 1]


@pytest.mark.parametrize("words", [("\u200b",), ("a", "", "b"), ("", "", ""), ("\x00", "a")])
@pytest.mark.parametrize("align", [separate_words, joined_words])
def test_words_without_subwords_become_unknown(align, words, tokenizer):
    (subwords,) = align(tokenizer, [words])
    assert len(subwords.firsts) == len(words)
    if not any(tokenizer(word, add_special_tokens=False)["input_ids"] for word in words):
        assert set(subwords.ids.tolist()) == {tokenizer.unk_token_id}
        assert subwords.firsts.tolist() == list(range(len(words)))


def test_modernbert_words_get_the_space_before_them():
    tokenizer = TOKENIZERS["modernbert"]
    (subwords,) = separate_words(tokenizer, [("The", "bridge", "joins")])
    assert (
        subwords.ids.tolist() == tokenizer("The bridge joins", add_special_tokens=False).input_ids
    )


def test_a_word_longer_than_a_row_is_cut():
    subwords = Subwords(np.arange(10), np.array([0, 2, 9]))
    cut = list(pieces(subwords, 4))
    assert [piece.ids.tolist() for piece in cut] == [[0, 1], [2, 3, 4, 5], [9]]
    assert [piece.truncated for piece in cut] == [False, True, False]
    assert [piece.firsts.tolist() for piece in cut] == [[0], [0], [0]]


def test_words_that_share_a_subword_stay_together():
    subwords = Subwords(np.arange(6), np.array([0, 2, 2, 3]))
    cut = list(pieces(subwords, 3))
    assert [(piece.start, piece.stop) for piece in cut] == [(0, 3), (3, 4)]
    assert [piece.firsts.tolist() for piece in cut] == [[0, 2, 2], [0]]
