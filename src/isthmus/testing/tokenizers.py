"""Fast tokenizers trained from a few texts in well under a second, shaped like well-known ones."""

# ruff: noqa: S106  (special tokens, not passwords)

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from tokenizers import (
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from transformers import PreTrainedTokenizerFast

from isthmus.testing.examples import TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterable

Family: TypeAlias = Literal["xlm-roberta", "bert", "deberta-v2", "modernbert"]

FAMILIES: tuple[Family, ...] = ("xlm-roberta", "bert", "deberta-v2", "modernbert")

_BERT_SPECIALS = {
    "pad_token": "[PAD]",
    "cls_token": "[CLS]",
    "sep_token": "[SEP]",
    "unk_token": "[UNK]",
    "mask_token": "[MASK]",
}
_SPECIALS = list(_BERT_SPECIALS.values())
_TYPED_INPUTS = ["input_ids", "token_type_ids", "attention_mask"]


def tiny_tokenizer(
    texts: Iterable[str] = TEXTS,
    *,
    kind: Literal["bpe", "unigram"] = "bpe",
    vocab_size: int = 400,
) -> PreTrainedTokenizerFast:
    """Returns a tokenizer like XLM-R's: ``▁`` marks words, ``<s> A </s></s> B </s>``.

    Args:
        texts: What it is trained on. kind: The subword model.
        vocab_size: Number of ids at most, the five special ones included.
    """
    specials = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    trainer: trainers.Trainer
    if kind == "bpe":
        backend = Tokenizer(models.BPE(unk_token="<unk>"))
        trainer = trainers.BpeTrainer(
            vocab_size=vocab_size, special_tokens=specials, show_progress=False
        )
    else:
        backend = Tokenizer(models.Unigram())
        trainer = trainers.UnigramTrainer(
            vocab_size=vocab_size,
            special_tokens=specials,
            unk_token="<unk>",
            show_progress=False,
        )
    backend.normalizer = normalizers.NFKC()
    backend.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    backend.decoder = decoders.Metaspace(prepend_scheme="always")
    backend.train_from_iterator(texts, trainer)
    backend.post_processor = _template(backend, "<s> $A </s>", "<s> $A </s> </s> $B </s>")
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        bos_token="<s>",
        cls_token="<s>",
        eos_token="</s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
    )


def tokenizer_like(family: Family, texts: Iterable[str] = TEXTS) -> PreTrainedTokenizerFast:
    """Returns a tokenizer with the parts, special tokens and template of a family's."""
    return {
        "xlm-roberta": tiny_tokenizer,
        "bert": _bert,
        "deberta-v2": _deberta,
        "modernbert": _modernbert,
    }[family](texts)


def _bert(texts: Iterable[str]) -> PreTrainedTokenizerFast:
    backend = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    backend.normalizer = normalizers.BertNormalizer(lowercase=False)
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    backend.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=400, special_tokens=_SPECIALS, show_progress=False
    )
    backend.train_from_iterator(texts, trainer)
    return _with_segments(backend)


def _deberta(texts: Iterable[str]) -> PreTrainedTokenizerFast:
    backend = Tokenizer(models.Unigram())
    backend.normalizer = normalizers.Sequence([normalizers.Strip(), normalizers.NFKC()])
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Punctuation(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    backend.decoder = decoders.Metaspace(prepend_scheme="always")
    trainer = trainers.UnigramTrainer(
        vocab_size=400, special_tokens=_SPECIALS, unk_token="[UNK]", show_progress=False
    )
    backend.train_from_iterator(texts, trainer)
    return _with_segments(backend)


def _modernbert(texts: Iterable[str]) -> PreTrainedTokenizerFast:
    backend = Tokenizer(models.BPE())
    backend.normalizer = normalizers.NFC()
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=_SPECIALS,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    backend.train_from_iterator(texts, trainer)
    backend.post_processor = _template(backend, "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1")
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        model_input_names=["input_ids", "attention_mask"],
        **_BERT_SPECIALS,
    )


def _with_segments(backend: Tokenizer) -> PreTrainedTokenizerFast:
    backend.post_processor = _template(backend, "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1")
    return PreTrainedTokenizerFast(
        tokenizer_object=backend, model_input_names=_TYPED_INPUTS, **_BERT_SPECIALS
    )


def _template(backend: Tokenizer, single: str, pair: str) -> processors.TemplateProcessing:
    names = [name.partition(":")[0] for name in single.split() if not name.startswith("$")]
    return processors.TemplateProcessing(
        single=single,
        pair=pair,
        special_tokens=[(name, backend.token_to_id(name)) for name in names],
    )
