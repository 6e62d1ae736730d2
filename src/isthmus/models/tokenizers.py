"""Subword tokenizers: loaded ones, and new ones of XLM-R's shape.

A new one splits words as Metaspace does and puts texts between ``<s>`` and ``</s>``.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal, cast

import tokenizers
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from isthmus.errors import StudyError
from isthmus.models.unigram import train_unigram

if TYPE_CHECKING:
    from collections.abc import Iterable

SPECIAL_TOKENS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
MAX_LENGTH = 512
MAX_PIECE = 24
"""Longest subword, in characters."""
SEED_FACTOR = 4
"""How many times larger the BPE is whose pieces are the candidates of a Unigram model."""


def train_tokenizer(
    texts: Iterable[str], *, algorithm: Literal["bpe", "unigram"], vocab_size: int
) -> PreTrainedTokenizerFast:
    """Trains a tokenizer on texts; the same texts give the same tokenizer in every process.

    Args:
        vocab_size: Largest number of subwords, special tokens included.

    Raises:
        StudyError: The vocabulary cannot hold the alphabet of the texts.
    """
    tokenizer = _untrained()
    if algorithm == "bpe":
        tokenizer.train_from_iterator(texts, _bpe_trainer(vocab_size))
    else:
        tokenizer.model = _unigram(tokenizer, texts, vocab_size)
        tokenizer.add_special_tokens(list(SPECIAL_TOKENS))
    if tokenizer.get_vocab_size() > vocab_size:
        raise StudyError(
            f"tokenizer.vocab_size {vocab_size} cannot hold the {len(SPECIAL_TOKENS)} special "
            f"tokens and {tokenizer.get_vocab_size() - len(SPECIAL_TOKENS)} characters of the "
            f"texts; write at least {tokenizer.get_vocab_size()}."
        )
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


def pretrained_tokenizer(name: str, *, revision: str | None = None) -> PreTrainedTokenizerFast:
    """Loads the tokenizer of a Hugging Face encoder, by hub name or folder.

    Raises:
        StudyError: It cannot be found, has no vocabulary, or is not a fast one.
    """
    try:
        tokenizer = AutoTokenizer.from_pretrained(name, revision=revision)
    except (OSError, ValueError, KeyError) as error:
        raise StudyError(f"No tokenizer could be loaded from {name!r}: {error}") from error
    if not tokenizer.is_fast:
        raise StudyError(
            f"{name!r} has no fast tokenizer, which aligning words and answers needs. Convert it "
            "with tokenizers, or choose an encoder that has one."
        )
    # Without its files, transformers makes a tokenizer that knows its special tokens alone.
    if set(tokenizer.get_vocab()) <= {*tokenizer.all_special_tokens, *tokenizer.get_added_vocab()}:
        raise StudyError(
            f"No tokenizer could be loaded from {name!r}: it has no vocabulary. Save the "
            "tokenizer into the same folder with its save_pretrained."
        )
    return cast("PreTrainedTokenizerFast", tokenizer)


def _untrained() -> tokenizers.Tokenizer:
    tokenizer = tokenizers.Tokenizer(models.BPE(unk_token="<unk>"))  # noqa: S106
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        # Punctuation stands alone: unspaced scripts would else learn subwords across sentences.
        [pre_tokenizers.Metaspace(), pre_tokenizers.Punctuation()]
    )
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer


def _bpe_trainer(vocab_size: int) -> trainers.BpeTrainer:
    return trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=list(SPECIAL_TOKENS),
        show_progress=False,
        max_token_length=MAX_PIECE,
    )


def _unigram(
    tokenizer: tokenizers.Tokenizer, texts: Iterable[str], vocab_size: int
) -> models.Unigram:
    """Trains a Unigram model whose candidates are the pieces of a larger BPE."""
    word_counts: Counter[str] = Counter()
    for text in texts:
        normal = tokenizer.normalizer.normalize_str(text)
        word_counts.update(word for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(normal))
    seed = tokenizers.Tokenizer(models.BPE())
    seed.train_from_iterator(word_counts.elements(), _bpe_trainer(SEED_FACTOR * vocab_size))
    return train_unigram(
        word_counts,
        sorted(seed.get_vocab()),
        special_tokens=SPECIAL_TOKENS,
        unk_token="<unk>",  # noqa: S106
        vocab_size=vocab_size,
    )
