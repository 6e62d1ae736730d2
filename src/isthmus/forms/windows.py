"""Windows of a long context after its question, and where a gold answer lies in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from isthmus.examples import Question


@dataclass(frozen=True, slots=True)
class Context:
    """The subwords of a context.

    Attributes:
        ids: One a subword.
        starts: Offset in characters at which each begins; ``ends`` at which it ends. Both 0 where
            there is nothing to see (no width, or white space only): no answer starts or ends there.
    """

    ids: Sequence[int]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, text: str, ids: Sequence[int], offsets: Sequence[tuple[int, int]]) -> Context:
        """Makes the context of a text from the tokenizer's offsets in characters."""
        bounds = np.array(offsets, dtype=np.int64).reshape(-1, 2)
        visible = np.cumsum([0, *(not character.isspace() for character in text)])
        seen = visible[bounds[:, 1]] > visible[bounds[:, 0]]
        return cls(ids, bounds[:, 0] * seen, bounds[:, 1] * seen)

    def find(self, start: int, stop: int) -> tuple[int, int] | None:
        """Returns the first and last subword of the characters, None where they have none."""
        inside = np.flatnonzero((self.ends > start) & (self.starts < stop))
        return (int(inside[0]), int(inside[-1])) if len(inside) else None


def gold_characters(question: Question) -> tuple[int, int] | None:
    """Returns (start, stop) of the first answer that stands at its offset, None without one."""
    for answer in question.answers or ():
        stop = answer.start + len(answer.text)
        if answer.text and question.context[max(answer.start, 0) : stop] == answer.text:
            return answer.start, stop
    return None


def windows(length: int, room: int, stride: int) -> Iterator[tuple[int, int]]:
    """Yields (start, stop) of windows over ``length`` subwords, at least one.

    Args:
        length: Subwords of the context. room: Subwords that fit into a window.
        stride: Subwords that neighbours share; at most half a window, so that windows move on.
    """
    start = 0
    while True:
        yield start, min(start + room, length)
        if start + room >= length:
            return
        start += room - min(stride, room // 2)
