from __future__ import annotations

import hashlib
import subprocess
import sys

import pytest
import torch
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from isthmus.forms.catalogue import FORMS
from isthmus.testing.examples import EXAMPLES, SPECS, TEXTS
from isthmus.testing.models import MAX_POSITIONS, tiny_config, tiny_model
from isthmus.testing.tokenizers import FAMILIES, tiny_tokenizer, tokenizer_like


@pytest.mark.parametrize("kind", ["bpe", "unigram"])
def test_tiny_tokenizer_has_the_specials_of_xlm_roberta(kind):
    tokenizer = tiny_tokenizer(TEXTS, kind=kind, vocab_size=300)
    names = ["<s>", "<pad>", "</s>", "<unk>"]
    assert tokenizer.convert_tokens_to_ids(names) == [0, 1, 2, 3]
    assert len(tokenizer) <= 300
    assert tokenizer.decode(tokenizer(TEXTS[0])["input_ids"], skip_special_tokens=True) == TEXTS[0]
    pair = tokenizer.convert_ids_to_tokens(tokenizer("a", "a")["input_ids"])
    assert [token for token in pair if token in names] == ["<s>", "</s>", "</s>", "</s>"]
    assert "<unk>" not in tokenizer.tokenize(" ".join(TEXTS))


def test_equal_texts_make_equal_tokenizers_in_any_process():
    found = "".join(tokenizer_like(family).backend_tokenizer.to_str() for family in FAMILIES)
    script = (
        "import hashlib, isthmus.testing.tokenizers as t\n"
        "found = ''.join(t.tokenizer_like(f).backend_tokenizer.to_str() for f in t.FAMILIES)\n"
        "print(hashlib.sha256(found.encode()).hexdigest())"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split() == [hashlib.sha256(found.encode()).hexdigest()]


@pytest.mark.parametrize("family", FAMILIES)
def test_tiny_things_survive_a_folder(family, tmp_path):
    tokenizer = tokenizer_like(family)
    tokenizer.save_pretrained(tmp_path)
    again = PreTrainedTokenizerFast.from_pretrained(tmp_path)
    assert again(TEXTS[0], TEXTS[1]) == tokenizer(TEXTS[0], TEXTS[1])
    assert AutoTokenizer.from_pretrained(tmp_path).mask_token == tokenizer.mask_token


@pytest.mark.parametrize("family", FAMILIES)
def test_tiny_model_is_tiny_and_its_seed_decides(family):
    tokenizer = tokenizer_like(family)
    model = tiny_model({"tag": SPECS["tag"].labels}, tokenizer, family=family)
    again = tiny_model({"tag": SPECS["tag"].labels}, tokenizer, family=family)
    assert sum(weight.numel() for weight in model.parameters()) < 150_000
    assert set(model.heads) == {"mlm", "tag"}
    assert not model.training
    for weight, same in zip(model.parameters(), again.parameters(), strict=True):
        assert torch.equal(weight, same)


def test_families_are_known():
    with pytest.raises(ValueError, match="no tiny encoder of family 'other'"):
        tiny_config("other", tokenizer_like("bert"))


def test_examples_fit_the_tiny_encoders():
    for name in FORMS:
        assert SPECS[name].max_length <= MAX_POSITIONS
        assert len({example.uid for example in EXAMPLES[name]}) == len(EXAMPLES[name])
    for question in EXAMPLES["span"]:
        for answer in question.answers:
            assert question.context[answer.start :].startswith(answer.text)
