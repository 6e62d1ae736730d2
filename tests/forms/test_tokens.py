from __future__ import annotations

import pytest
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast

from isthmus.errors import StudyError
from isthmus.forms.tokens import Template, require_fast, special_of, tokenise
from isthmus.testing.examples import TEXTS
from isthmus.testing.tokenizers import tokenizer_like


def test_template_is_the_tokenizers_own(tokenizer):
    template = Template.of(tokenizer)
    first, second = (encoding.ids for encoding in tokenise(tokenizer, TEXTS[:2]))
    for filled, expected in (
        (template.single.fill(first), tokenizer(TEXTS[0])),
        (template.pair.fill(first, second), tokenizer(TEXTS[0], TEXTS[1])),
    ):
        assert filled["input_ids"] == expected["input_ids"]
        if "token_type_ids" in tokenizer.model_input_names:
            assert filled["type_ids"] == expected["token_type_ids"]
        else:
            assert "type_ids" not in filled


def test_double_separator_is_understood(xlmr):
    frame = Template.of(xlmr).pair
    assert frame.specials == ((0,), (2, 2), (2,))
    assert frame.room(10) == 6
    assert not frame.has_types


def test_truncation_and_padding_left_on_are_switched_off(tokenizer):
    tokenizer.backend_tokenizer.enable_truncation(3)
    tokenizer.backend_tokenizer.enable_padding(length=500)
    lengths = [len(encoding) for encoding in tokenise(tokenizer, TEXTS)]
    assert 3 < max(lengths) < 500
    assert tokenizer.backend_tokenizer.truncation is None


def test_a_tokenizer_that_knows_no_character_is_refused():
    backend = Tokenizer(models.BPE(vocab={"<pad>": 0, "ж": 1}, merges=[]))
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, pad_token="<pad>")
    with pytest.raises(StudyError, match="gives no subwords"):
        Template.of(tokenizer)


def test_special_ids(tokenizer):
    special = special_of(tokenizer)
    assert special.pad == tokenizer.pad_token_id
    assert special.mask == tokenizer.mask_token_id
    assert special.vocab_size == len(tokenizer)
    assert special.never_masked == tuple(sorted(tokenizer.all_special_ids))
    assert len(special.never_masked) == 5


def test_a_pad_token_is_needed():
    tokenizer = tokenizer_like("bert")
    tokenizer.pad_token = None
    with pytest.raises(StudyError, match="has no pad token"):
        special_of(tokenizer)


def test_without_a_mask_token_its_id_is_none_of_the_vocabulary():
    tokenizer = tokenizer_like("bert")
    tokenizer.mask_token = None
    assert special_of(tokenizer).mask == -1


def test_fast_ones_pass(tokenizer):
    assert require_fast(tokenizer) is tokenizer.backend_tokenizer
