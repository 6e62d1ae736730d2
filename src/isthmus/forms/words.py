"""Words to subwords for tagging: where each word starts, and how long sentences are cut.

Every word gets a place, whatever the tokenizer does to it: one that gives no subword gets the
unknown token, words that share a subword share the place, and sentences are cut between words.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from isthmus.forms.tokens import require_fast, require_unicode, tokenise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from transformers import PreTrainedTokenizerFast


@dataclass(frozen=True, slots=True)
class Subwords:
    """The subwords of a sentence: their ids, and the index of each word's first (ascending)."""

    ids: NDArray[np.int64]
    firsts: NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A part of a sentence that fits into a row.

    Attributes:
        start: Index of its first word; ``stop`` of the word after its last.
        ids: Subword ids. firsts: Index in ``ids`` of each word's first subword.
        truncated: Whether subwords of a word that is too long were cut off.
    """

    start: int
    stop: int
    ids: NDArray[np.int64]
    firsts: NDArray[np.int64]
    truncated: bool


def separate_words(
    tokenizer: PreTrainedTokenizerFast, sentences: Sequence[Sequence[str]]
) -> list[Subwords]:
    """Tokenises each word on its own, as XTREME does. No sentence may be empty."""
    backend = require_fast(tokenizer)
    space = " " if _needs_space(tokenizer) else ""
    spaced = [
        [words[0], *(space + word if word else "" for word in words[1:])] for words in sentences
    ]
    try:
        encodings = backend.encode_batch(spaced, is_pretokenized=True, add_special_tokens=False)
    except TypeError:
        for words in sentences:
            require_unicode("".join(words))
        raise
    aligned = []
    for words, encoding in zip(sentences, encodings, strict=True):
        word_of = np.array(encoding.word_ids, dtype=np.int64)
        wanted = np.arange(len(words))
        firsts = np.searchsorted(word_of, wanted)
        found = np.append(word_of, -1)[firsts] == wanted
        aligned.append(_with_unknown(tokenizer, encoding.ids, firsts, found))
    return aligned


def joined_words(
    tokenizer: PreTrainedTokenizerFast, sentences: Sequence[Sequence[str]]
) -> list[Subwords]:
    """Tokenises the words as running text without spaces and aligns them by offsets.

    The first subword that covers a word's start, or else lies in the word, is the word's own.
    """
    encodings = tokenise(tokenizer, ["".join(words) for words in sentences], offsets=True)
    aligned = []
    for words, encoding in zip(sentences, encodings, strict=True):
        offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
        word_ends = np.array(list(accumulate(map(len, words))), dtype=np.int64)
        word_starts = word_ends - np.array([len(word) for word in words], dtype=np.int64)
        # Subwords without width lie anywhere; the running maximum keeps the ends ascending.
        token_ends = np.maximum.accumulate(offsets[:, 1])
        firsts = np.searchsorted(token_ends, word_starts, side="right")
        found = np.append(offsets[:, 0], np.iinfo(np.int64).max)[firsts] < word_ends
        subwords = _with_unknown(tokenizer, encoding.ids, firsts, found)
        subwords.firsts[0] = 0  # a lone mark of the word's start belongs to the first word
        aligned.append(subwords)
    return aligned


def pieces(subwords: Subwords, room: int) -> Iterator[Piece]:
    """Cuts a sentence into pieces of at most ``room`` subwords, between words.

    A single word (or words that share a subword) longer than that keeps its first subwords.
    """
    ids, firsts = subwords.ids, subwords.firsts
    if len(ids) <= room:
        yield Piece(start=0, stop=len(firsts), ids=ids, firsts=firsts, truncated=False)
        return
    starts, unit_of_word = np.unique(firsts, return_inverse=True)
    lengths = np.diff(np.append(starts, len(ids)))
    kept = np.minimum(lengths, room)
    for begin, end in _greedy(kept.tolist(), room):
        words = np.flatnonzero((unit_of_word >= begin) & (unit_of_word < end))
        units = range(begin, end)
        place = np.concatenate([[0], np.cumsum(kept[begin:end])])
        yield Piece(
            start=int(words[0]),
            stop=int(words[-1]) + 1,
            ids=np.concatenate([ids[starts[unit] : starts[unit] + kept[unit]] for unit in units]),
            firsts=place[unit_of_word[words] - begin],
            truncated=bool((kept[begin:end] < lengths[begin:end]).any()),
        )


def _greedy(lengths: Sequence[int], room: int) -> Iterator[tuple[int, int]]:
    """Yields (begin, end) runs of units, each as long as fits into ``room``."""
    begin, used = 0, 0
    for unit, length in enumerate(lengths):
        if used + length > room:
            yield begin, unit
            begin, used = unit, 0
        used += length
    yield begin, len(lengths)


def _with_unknown(
    tokenizer: PreTrainedTokenizerFast,
    ids: Sequence[int],
    firsts: NDArray[np.int64],
    found: NDArray[np.bool_],
) -> Subwords:
    """Puts the unknown token in before ``firsts`` for every word that was not found."""
    missing = ~found
    unknown = tokenizer.unk_token_id
    if unknown is None:  # byte-level vocabularies may have none, and any id keeps the place
        unknown = tokenizer.pad_token_id
    inserted = np.insert(np.array(ids, dtype=np.int64), firsts[missing], unknown)
    return Subwords(inserted, firsts + np.cumsum(missing) - missing)


def _needs_space(tokenizer: PreTrainedTokenizerFast) -> bool:
    """Whether words after the first need a space before them to get the ids of running text.

    Byte-level tokenizers without a prefix space (ModernBERT's) mark a word's start only there.
    """
    backend = require_fast(tokenizer)
    running = backend.encode("a a", add_special_tokens=False).ids
    words = backend.encode(["a", "a"], is_pretokenized=True, add_special_tokens=False).ids
    spaced = backend.encode(["a", " a"], is_pretokenized=True, add_special_tokens=False).ids
    return bool(words != running and spaced == running)
