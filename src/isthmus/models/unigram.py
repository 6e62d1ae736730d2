"""A Unigram language model of subwords that is the same in every process.

The trainer of ``tokenizers`` keeps its words in randomly seeded hash maps, so that ties, and the
last bits of sums, fall otherwise in every process. This one follows the same idea (Kudo 2018,
*Subword Regularization*, section 3.2) with counts that are whole numbers: from a large seed of
pieces, segment all words by the likeliest pieces, count, and drop the pieces that are missed least.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from tokenizers import models

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SHRINK = 0.75
"""Share of the pieces that a round of pruning keeps at least."""
NUM_ESTIMATES = 2
"""Segmentations of all words between two rounds of pruning."""


def train_unigram(
    word_counts: Mapping[str, int],
    seed_pieces: Iterable[str],
    *,
    special_tokens: Sequence[str],
    unk_token: str,
    vocab_size: int,
) -> models.Unigram:
    """Returns a Unigram model, special tokens first.

    Args:
        word_counts: How often each word stands in the texts.
        seed_pieces: Candidates beside the single characters, which are all kept.
        vocab_size: Number of pieces at most, unless there are more characters than that.
    """
    alphabet = {character for word in word_counts for character in word}
    room = max(vocab_size - len(special_tokens), len(alphabet))
    pieces = alphabet.union(seed_pieces).difference(special_tokens)
    scores = _scores(_substrings(word_counts, pieces), alphabet)
    while True:
        for _ in range(NUM_ESTIMATES):
            counts = _segment(word_counts, scores)
            scores = _scores(counts, alphabet)
        if len(scores) <= room:
            break
        scores = _prune(scores, counts, alphabet, size=max(room, int(len(scores) * SHRINK)))
    vocabulary = [*((token, 0.0) for token in special_tokens), *scores.items()]
    return models.Unigram(vocabulary, unk_id=special_tokens.index(unk_token))


def _substrings(word_counts: Mapping[str, int], pieces: set[str]) -> Counter[str]:
    """Counts every occurrence of every piece, overlapping ones too."""
    longest = max(map(len, pieces), default=0)
    counts: Counter[str] = Counter()
    for word, count in word_counts.items():
        for start in range(len(word)):
            for stop in range(start + 1, min(start + longest, len(word)) + 1):
                if word[start:stop] in pieces:
                    counts[word[start:stop]] += count
    return counts


def _segment(word_counts: Mapping[str, int], scores: Mapping[str, float]) -> Counter[str]:
    """Counts the pieces of the likeliest segmentation of every word."""
    # The first entry stands for the unknown piece, which no word here has.
    model = models.Unigram([("", 0.0), *scores.items()], unk_id=0)
    counts: Counter[str] = Counter()
    for word, count in word_counts.items():
        for token in model.tokenize(word):
            counts[token.value] += count
    return counts


def _scores(counts: Mapping[str, int], alphabet: set[str]) -> dict[str, float]:
    """Returns log probabilities, likeliest first; characters have them even where unused."""
    kept = {piece: float(count) for piece, count in counts.items() if count}
    kept |= {character: 0.5 for character in alphabet if character not in kept}
    total = sum(kept.values())
    ordered = sorted(kept, key=lambda piece: (-kept[piece], piece))
    return {piece: math.log(kept[piece] / total) for piece in ordered}


def _prune(
    scores: Mapping[str, float], counts: Mapping[str, int], alphabet: set[str], *, size: int
) -> dict[str, float]:
    """Keeps the characters, and the pieces without which the texts would lose most likelihood."""

    def loss(piece: str) -> float:
        return counts[piece] * (scores[piece] - _without_itself(piece, scores))

    longer = [piece for piece in scores if piece not in alphabet]
    best = sorted(longer, key=lambda piece: (-loss(piece), piece))[: size - len(alphabet)]
    kept = alphabet.union(best)
    return {piece: score for piece, score in scores.items() if piece in kept}


def _without_itself(piece: str, scores: Mapping[str, float]) -> float:
    """Returns the log probability of the likeliest way to write a piece with shorter ones."""
    best = [0.0] + [-math.inf] * len(piece)
    for stop in range(1, len(piece) + 1):
        for start in range(stop):
            part = piece[start:stop]
            if part != piece and part in scores:
                best[stop] = max(best[stop], best[start] + scores[part])
    return best[-1]
