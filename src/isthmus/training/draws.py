"""Which examples a few-shot training sees: stratified, nested, and never the first there are."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from isthmus.training.schedule import stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def order(strata: Sequence[str], *, draw: int, language: str, task: str) -> NDArray[np.int64]:
    """Returns all indices of a pool in the order in which one draw takes them.

    Its first k are the draw's k examples, so that those of a smaller k are among those of a larger.
    Among the first k of n, a stratum of m examples has k * m / n, up to one more or fewer.

    Args:
        strata: Of each example of the pool, such as its label.
        draw, language, task: All that the order depends on, beside the pool.
    """
    rng = stream(draw, _number(language), _number(task))
    of_each = np.asarray(strata)
    due = np.empty(len(of_each))
    for stratum in np.unique(of_each):
        members = np.flatnonzero(of_each == stratum)
        # Evenly spaced over the draw, from a random start: then each prefix has its share of all.
        due[rng.permutation(members)] = (np.arange(len(members)) + rng.random()) / len(members)
    return np.argsort(due, kind="stable")


def _number(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")
