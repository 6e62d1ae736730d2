"""Ids as frequent as words are, in texts of real lengths, as features for Isthmus and as a data set for the Trainer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from transformers import PreTrainedTokenizerFast

from isthmus.forms.features import INTS, Features
from isthmus.forms.form import FormSpec

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPECIAL_TOKENS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
NUM_TAGS, NUM_CLASSES = 17, 3
SUBWORDS_A_WORD = 1.5
NUM_BATCHES = 50


def make_tokenizer(vocab_size: int) -> PreTrainedTokenizerFast:
    """Returns a tokenizer that has as many ids and never tokenises."""
    words = [*SPECIAL_TOKENS, *(f"w{i}" for i in range(vocab_size - len(SPECIAL_TOKENS)))]
    vocabulary = {word: index for index, word in enumerate(words)}
    names = ("bos_token", "pad_token", "eos_token", "unk_token", "mask_token")
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(WordLevel(vocabulary, unk_token="<unk>")),
        cls_token="<s>",
        sep_token="</s>",
        model_input_names=["input_ids", "attention_mask"],
        **dict(zip(names, SPECIAL_TOKENS, strict=True)),
    )


def lengths_like(kind: str, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Returns lengths in subwords: of pairs, of windows over paragraphs, or of packed text.

    Pairs are log-normal with median 30 and 95% under 120. Windows of 384 hold paragraphs that are
    log-normal with median 180. Packed rows of 128 are between 105 and 128 long.
    """
    if kind == "pairs":
        drawn = rng.lognormal(np.log(30), np.log(120 / 30) / 1.645, count)
        return np.clip(drawn, 6, 256).astype(np.int64)
    if kind == "windows":
        return np.clip(rng.lognormal(np.log(180), 0.45, count), 40, 384).astype(np.int64)
    return rng.integers(105, 129, count)


def batched_lengths(
    kind: str, num_batches: int, batch_size: int, rng: np.random.Generator, *, grouped: bool
) -> NDArray[np.int64]:
    """Returns the lengths of some batches out of 50, spread evenly from the widest to the narrowest.

    So a few batches are padded as many are. The Trainer groups 50 batches by length at a time where
    a training set is large; in a few alone it would have little to group.

    Args:
        grouped: By length; else batches are random.
    """
    drawn = lengths_like(kind, NUM_BATCHES * batch_size, rng)
    drawn = (np.sort(drawn) if grouped else drawn).reshape(NUM_BATCHES, batch_size)
    widest_first = np.argsort(-drawn.max(axis=1), kind="stable")
    picked = (np.arange(num_batches) + 0.5) * NUM_BATCHES / num_batches
    return drawn[widest_first[picked.astype(np.int64)]].ravel()


def make_table(form: str, lengths: NDArray[np.int64], vocab_size: int, seed: int) -> pa.Table:
    """Returns the rows of a form as it encodes them, with random ids and gold."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    for index, length in enumerate(lengths):
        ids = _ids(length, vocab_size, rng)
        ids[0], ids[-1] = 0, 2
        row: dict[str, Any] = {"example": index, "input_ids": ids, "truncated": False}
        if form == "classify":
            row["label"] = int(rng.integers(NUM_CLASSES))
        elif form == "tag":
            num_words = max(1, int((length - 2) / SUBWORDS_A_WORD))
            inside = np.arange(1, max(length - 1, 2))
            row["positions"] = np.sort(rng.choice(inside, num_words, replace=False))
            row["tags"] = rng.integers(0, NUM_TAGS, num_words)
        elif form == "span":
            start = int(rng.integers(1, length - 2))
            row |= {"start": start, "end": min(start + 2, length - 2)}
            row |= {"char_starts": np.arange(length), "char_ends": np.arange(length) + 1}
        rows.append(row)
    lists = {"input_ids", "positions", "tags", "char_starts", "char_ends"}
    kinds = {"truncated": pa.bool_()} | dict.fromkeys(lists, INTS)
    schema = pa.schema([(name, kinds.get(name, pa.int32())) for name in rows[0]])
    return pa.Table.from_pylist(rows, schema=schema)


def _ids(length: int, vocab_size: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Returns ids drawn as Zipf has words, the rate of each inverse to its rank."""
    num_words = vocab_size - len(SPECIAL_TOKENS)
    ranks = np.exp(rng.random(length) * np.log(num_words)).astype(np.int64)
    return len(SPECIAL_TOKENS) + ranks - 1


def spec_of(form: str) -> FormSpec:
    """Returns the specification the rows are encoded with."""
    labels = {"classify": NUM_CLASSES, "tag": NUM_TAGS}.get(form, 0)
    return FormSpec(labels=tuple(map(str, range(labels))), max_length=384)


def peer_rows(form: str, features: Features) -> list[dict[str, Any]]:
    """Returns the same rows as the Trainer's collators take them."""
    found = []
    for row in features.table.to_pylist():
        ids = row["input_ids"]
        own: dict[str, Any] = {"input_ids": ids, "attention_mask": [1] * len(ids)}
        if form == "classify":
            own["labels"] = row["label"]
        elif form == "tag":
            labels = np.full(len(ids), -100)
            labels[row["positions"]] = row["tags"]
            own["labels"] = labels.tolist()
        elif form == "span":
            own |= {"start_positions": row["start"], "end_positions": row["end"]}
        found.append(own)
    return found
