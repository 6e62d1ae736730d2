from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer

from isthmus.errors import StudyError
from isthmus.models.tokenizers import SPECIAL_TOKENS, train_tokenizer
from isthmus.models.unigram import train_unigram
from isthmus.testing.examples import TEXTS

ALGORITHMS = ("bpe", "unigram")
MANY = [" ".join(text.split()[start:]) for text in TEXTS for start in range(6)]


@pytest.fixture(scope="module", params=ALGORITHMS)
def trained(request):
    return train_tokenizer(MANY, algorithm=request.param, vocab_size=260)


def digest(algorithm):
    fast = train_tokenizer(MANY, algorithm=algorithm, vocab_size=260)
    return hashlib.sha256(fast.backend_tokenizer.to_str().encode()).hexdigest()


def test_the_same_texts_give_the_same_tokenizer_in_any_process():
    code = (
        "import test_tokenizers as t\nprint(*[t.digest(algorithm) for algorithm in t.ALGORITHMS])"
    )
    command = [sys.executable, "-c", code]
    found = {
        subprocess.run(
            command, capture_output=True, text=True, check=True, cwd=__file__.rpartition("/")[0]
        ).stdout
        for _ in range(2)
    }
    assert found == {" ".join(map(digest, ALGORITHMS)) + "\n"}


def test_special_tokens_come_first_and_stay_whole(trained):
    assert trained.convert_tokens_to_ids(list(SPECIAL_TOKENS)) == [0, 1, 2, 3, 4]
    assert (trained.bos_token, trained.cls_token) == ("<s>", "<s>")
    assert (trained.eos_token, trained.sep_token) == ("</s>", "</s>")
    assert (trained.pad_token_id, trained.unk_token_id, trained.mask_token_id) == (1, 3, 4)
    assert set(trained.all_special_ids) == {0, 1, 2, 3, 4}
    assert "<mask>" in trained.tokenize("The <mask> bridge")
    assert 5 < len(trained) <= 260


def test_a_pair_is_joined_as_xlm_r_joins_it(trained):
    one, other = "People cross.", "Ships sail."
    ids = trained(one, add_special_tokens=False)["input_ids"]
    ids_b = trained(other, add_special_tokens=False)["input_ids"]
    assert trained(one)["input_ids"] == [0, *ids, 2]
    assert trained(one, other)["input_ids"] == [0, *ids, 2, 2, *ids_b, 2]
    assert "token_type_ids" not in trained(one, other)


def test_texts_come_back_and_punctuation_stands_alone(trained):
    for text in TEXTS:
        ids = trained(text)["input_ids"]
        assert trained.unk_token_id not in ids
        decoded = trained.decode(ids, skip_special_tokens=True)
        assert decoded == unicodedata.normalize("NFKC", text)
    assert "," in trained.tokenize("wide lands, and people")
    assert trained("ȹ")["input_ids"].count(trained.unk_token_id) == 1


def test_offsets_are_of_the_text_before_normalisation(trained):
    text = "ｂｒｉｄｇｅ ﬁve ㎒ day"  # full width, ligature, square
    encoding = trained(text, return_offsets_mapping=True, add_special_tokens=False)
    found = {}
    for word, (start, stop) in zip(encoding.word_ids(0), encoding["offset_mapping"], strict=True):
        first, _ = found.get(word, (start, stop))
        found[word] = (first, stop)
    assert [text[slice(*place)].strip() for place in found.values()] == text.split()


@given(st.text(st.sampled_from("bridge ﬁ㎒ａé。,\u0301"), max_size=20))
@settings(deadline=None, max_examples=60)
def test_offsets_cover_the_text_and_never_go_back(text):
    fast, last, covered = _bpe(), 0, set()
    offsets = fast(text, return_offsets_mapping=True, add_special_tokens=False)["offset_mapping"]
    for start, stop in offsets:
        assert last <= start < stop <= len(text)
        last = start
        covered.update(range(start, stop))
    # The library counts a mark that NFKC merges into the character before it with neither token.
    visible = {place for place, character in enumerate(text) if character not in " \u0301"}
    assert visible <= covered


def _bpe(cache={}):  # noqa: B006  (hypothesis takes no fixtures of a function)
    if not cache:
        cache["bpe"] = train_tokenizer(MANY, algorithm="bpe", vocab_size=260)
    return cache["bpe"]


def test_it_survives_a_folder(trained, tmp_path):
    trained.save_pretrained(tmp_path)
    again = AutoTokenizer.from_pretrained(tmp_path)
    assert again.is_fast
    assert again.model_max_length == trained.model_max_length == 512
    for text in TEXTS:
        assert again(text, text)["input_ids"] == trained(text, text)["input_ids"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_vocabulary_too_small_for_the_alphabet_is_refused(algorithm):
    with pytest.raises(StudyError, match=r"130 cannot hold the 5 .* 133 .* at least 138\."):
        train_tokenizer(TEXTS, algorithm=algorithm, vocab_size=130)
    assert len(train_tokenizer(TEXTS, algorithm=algorithm, vocab_size=138)) == 138


def test_unigram_keeps_what_is_frequent_and_long():
    counts = {"▁canal": 50, "▁canals": 30, "▁sea": 2, "▁x": 1}
    model = train_unigram(
        counts,
        ["▁canal", "▁se", "ea"],
        special_tokens=("<s>", "<unk>"),
        unk_token="<unk>",
        vocab_size=2 + 8 + 1,
    )
    assert [token.value for token in model.tokenize("▁canals")] == ["▁canal", "s"]
    assert [token.value for token in model.tokenize("▁sea")] == ["▁", "s", "e", "a"]


def test_unigram_scores_are_the_log_shares_of_its_last_counts():
    fast = train_tokenizer(["aa aa b"], algorithm="unigram", vocab_size=64)
    vocabulary = json.loads(fast.backend_tokenizer.to_str())["model"]["vocab"]
    scores = dict(map(tuple, vocabulary))
    assert [piece for piece, _ in vocabulary[:5]] == list(SPECIAL_TOKENS)
    assert scores["▁aa"] > scores["▁b"] > scores["a"]
    assert list(scores.values())[5:] == sorted(list(scores.values())[5:], reverse=True)
