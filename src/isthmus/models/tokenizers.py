"""Subword tokenizers trained from scratch, of XLM-R's shape: Metaspace words, ``<s>`` and ``</s>``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import tokenizers
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from isthmus.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Iterable

SPECIAL_TOKENS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
MAX_LENGTH = 512


def train_tokenizer(
    texts: Iterable[str], *, algorithm: Literal["bpe", "unigram"], vocab_size: int
) -> PreTrainedTokenizerFast:
    """Trains a tokenizer on texts; the same texts in the same order give the same tokenizer.

    Args:
        vocab_size: Largest number of subwords, special tokens included.

    Raises:
        StudyError: The vocabulary cannot hold the alphabet of the texts.
    """
    tokenizer = tokenizers.Tokenizer(
        models.BPE(unk_token="<unk>") if algorithm == "bpe" else models.Unigram()  # noqa: S106
    )
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        # Punctuation stands alone: unspaced scripts would else learn subwords across sentences.
        [pre_tokenizers.Metaspace(), pre_tokenizers.Punctuation()]
    )
    tokenizer.decoder = decoders.Metaspace()
    options: dict[str, Any] = {
        "vocab_size": vocab_size,
        "special_tokens": list(SPECIAL_TOKENS),
        "show_progress": False,
    }
    trainer = (
        trainers.BpeTrainer(**options, max_token_length=24)
        if algorithm == "bpe"
        else trainers.UnigramTrainer(**options, unk_token="<unk>")  # noqa: S106
    )
    try:
        tokenizer.train_from_iterator(texts, trainer)
    except Exception as error:
        if "vocabulary" in str(error).lower() or "vocab" in str(error).lower():
            raise StudyError(f"vocab_size {vocab_size} is too small: {error}") from error
        raise
    start, end = (tokenizer.token_to_id(token) for token in ("<s>", "</s>"))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", start), ("</s>", end)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",  # noqa: S106
        eos_token="</s>",  # noqa: S106
        cls_token="<s>",  # noqa: S106
        sep_token="</s>",  # noqa: S106
        pad_token="<pad>",  # noqa: S106
        unk_token="<unk>",  # noqa: S106
        mask_token="<mask>",  # noqa: S106
        model_max_length=MAX_LENGTH,
        model_input_names=["input_ids", "attention_mask"],
    )
