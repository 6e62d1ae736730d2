"""Which tokens a language model has to predict, and what it sees in their place.

Shape letters: N sequences, T tokens, M masked tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from isthmus.forms.form import Special

MASKED, RANDOM = 0.8, 0.1
"""Shares of the chosen tokens that turn into the mask token and into a random one (BERT)."""


def choose(
    ids_NT: NDArray[np.int64],
    special: Special,
    fraction: float,
    rng: np.random.Generator,
    word_starts_NT: NDArray[np.bool_] | None = None,
) -> NDArray[np.int64]:
    """Returns the flat positions (row * T + token, ascending) to predict.

    Without words, exactly ``round(fraction * n)`` of the batch's ``n`` tokens that are not special,
    and at least one. With words, whole words in random order until there are as many.

    Args:
        ids_NT: Token ids. special: Ids that are never chosen.
        fraction: Share of the tokens. rng: Makes the choice.
        word_starts_NT: Where words start; padding and special tokens are words of their own.
    """
    flat = ids_NT.reshape(-1)
    candidates = np.flatnonzero(~np.isin(flat, special.never_masked))
    num_chosen = min(len(candidates), max(1, round(fraction * len(candidates))))
    if num_chosen == 0:
        return candidates
    if word_starts_NT is None:
        return np.sort(rng.permutation(candidates)[:num_chosen])
    numbers = np.cumsum(word_starts_NT.reshape(-1))[candidates]
    _, word_of, lengths = np.unique(numbers, return_inverse=True, return_counts=True)
    order = rng.permutation(len(lengths))
    num_words = int(np.searchsorted(np.cumsum(lengths[order]), num_chosen)) + 1
    is_chosen = np.zeros(len(lengths), dtype=np.bool_)
    is_chosen[order[:num_words]] = True
    return candidates[is_chosen[word_of]]


def replace(
    ids_M: NDArray[np.int64], special: Special, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Returns what stands in place of chosen tokens: 80% mask, 10% random, 10% themselves.

    Random tokens are drawn evenly from all that are not special.
    """
    draw_M = rng.random(len(ids_M))
    num_ordinary = special.vocab_size - len(special.never_masked)
    random_M = rng.integers(0, max(num_ordinary, 1), len(ids_M))
    for never in special.never_masked:  # ascending: each id left out moves the later ones up
        random_M += random_M >= never
    seen_M = np.where(draw_M < MASKED + RANDOM, random_M, ids_M)
    return np.where(draw_M < MASKED, special.mask, seen_M)
