"""Fast tokenizers made from a few texts in well under a second, shaped like well-known ones.

Equal texts make equal tokenizers. The library's own WordPiece and Unigram trainers break ties
differently in every process, so those vocabularies are counted here.
"""

# ruff: noqa: S106  (special tokens, not passwords)

from __future__ import annotations

import math
from collections import Counter
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
_VOCAB_SIZE = 400
_LONGEST_PIECE = 8
"""Of a Unigram vocabulary, in characters."""


def tiny_tokenizer(
    texts: Iterable[str] = TEXTS,
    *,
    kind: Literal["bpe", "unigram"] = "bpe",
    vocab_size: int = _VOCAB_SIZE,
) -> PreTrainedTokenizerFast:
    """Returns a tokenizer like XLM-R's: ``▁`` marks words, ``<s> A </s></s> B </s>``.

    Args:
        texts: What it is made from. kind: The subword model.
        vocab_size: Number of ids at most, the five special ones included.
    """
    specials = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    texts = list(texts)
    if kind == "bpe":
        backend = Tokenizer(models.BPE(unk_token="<unk>"))
    else:
        backend = Tokenizer(_unigram(texts, specials, "<unk>", vocab_size))
    backend.normalizer = normalizers.NFKC()
    backend.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    backend.decoder = decoders.Metaspace(prepend_scheme="always")
    if kind == "bpe":
        trainer = trainers.BpeTrainer(
            vocab_size=vocab_size, special_tokens=specials, show_progress=False
        )
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
    make = {
        "xlm-roberta": tiny_tokenizer,
        "bert": _bert,
        "deberta-v2": _deberta,
        "modernbert": _modernbert,
    }[family]
    return make(list(texts))


def _bert(texts: list[str]) -> PreTrainedTokenizerFast:
    split = pre_tokenizers.BertPreTokenizer()
    words = ["▁" + word for text in texts for word, _ in split.pre_tokenize_str(text)]
    pieces = [piece for piece, _ in _pieces(words, _VOCAB_SIZE - len(_SPECIALS)) if piece != "▁"]
    tokens = [*_SPECIALS, *(p[1:] if p.startswith("▁") else "##" + p for p in pieces)]
    vocabulary = {token: index for index, token in enumerate(tokens)}
    backend = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    backend.normalizer = normalizers.BertNormalizer(lowercase=False)
    backend.pre_tokenizer = split
    backend.decoder = decoders.WordPiece()
    return _with_segments(backend)


def _deberta(texts: list[str]) -> PreTrainedTokenizerFast:
    backend = Tokenizer(_unigram(texts, _SPECIALS, "[UNK]", _VOCAB_SIZE))
    backend.normalizer = normalizers.Sequence([normalizers.Strip(), normalizers.NFKC()])
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Punctuation(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    backend.decoder = decoders.Metaspace(prepend_scheme="always")
    return _with_segments(backend)


def _modernbert(texts: list[str]) -> PreTrainedTokenizerFast:
    backend = Tokenizer(models.BPE())
    backend.normalizer = normalizers.NFC()
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=_VOCAB_SIZE,
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


def _unigram(
    texts: list[str], specials: list[str], unknown: str, vocab_size: int
) -> models.Unigram:
    words = ["▁" + word for text in texts for word in text.split()]
    pieces = _pieces(words, vocab_size - len(specials))
    vocabulary = [*((special, 0.0) for special in specials), *pieces]
    return models.Unigram(vocabulary, unk_id=specials.index(unknown))


def _pieces(words: list[str], room: int) -> list[tuple[str, float]]:
    """Returns pieces of ``▁`` words with log probabilities: those that cover most come first.

    All characters, inside words and starting them, come before longer pieces, so that only
    characters that no text has are unknown.
    """
    counts = Counter(
        word[start:stop]
        for word in words
        for start in range(len(word))
        for stop in range(start + 1, min(start + _LONGEST_PIECE, len(word)) + 1)
    )
    total = sum(counts.values())
    ordered = sorted(counts, key=lambda p: (len(p.lstrip("▁")) > 1, -counts[p] * len(p), p))
    return [(piece, math.log(counts[piece] / total)) for piece in ordered[:room]]


def _with_segments(backend: Tokenizer) -> PreTrainedTokenizerFast:
    backend.add_special_tokens(_SPECIALS)
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
