"""Where the tokens of a batch stand when its padding is left out, and which sequences attend together.

Shape letters: N sequences, T padded tokens, F tokens of all sequences, D width, G sequences of a
group, L their padded length.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import torch

from isthmus.models.packing import pack
from isthmus.transfer import sent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from torch import Tensor

    from isthmus.models.packing import Packing

SHARE, SLACK = 0.75, 16
"""A group's shortest sequence has this share of its longest one's tokens, or lacks this many: inside
a group attention is padded, but every group costs calls of its own."""

MULTIPLE = 16
"""Lengths of groups are multiples of this, so that kernels meet few different shapes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Neighbouring sequences of about one length, which attend in one call.

    Attributes:
        start, stop: Their places in the flat row.
        size: G. length: L, that of the longest, rounded up.
        place_F: Of their tokens in the padded group (sequence * L + token); None without padding.
        row_P: The other way round, which of the tokens stands at each of the P = G * L places; any
            of them on padding. None without padding.
        mask_G11L: True on real tokens; None without padding.
    """

    start: int
    stop: int
    size: int
    length: int
    place_F: Tensor | None  # noqa: N815  shape letters
    row_P: Tensor | None  # noqa: N815
    mask_G11L: Tensor | None  # noqa: N815


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where the tokens of a padded batch stand in its flat row, longest sequence first.

    Attributes:
        place_F: Of each token in the padded batch (row * T + token).
        position_F: Of each token in its sequence, from 0.
        start_N: Place in the flat row at which each of the batch's sequences starts.
        width: T.
        sorted_N: Tokens of each sequence, in the flat row's order.
    """

    place_F: Tensor  # noqa: N815
    position_F: Tensor  # noqa: N815
    start_N: Tensor  # noqa: N815
    width: int
    sorted_N: NDArray[np.int64]  # noqa: N815

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Sequences of about one length, together all of them."""
        device = self.place_F.device
        return tuple(
            _group(self.sorted_N, first, last, length, device)
            for first, last, length in _bounds(self.sorted_N)
        )

    @property
    def num_tokens(self) -> int:
        """F."""
        return len(self.place_F)

    @cached_property
    def bounds_N(self) -> Tensor:  # noqa: N802  shape letters
        """int32, where each sequence of the flat row starts, and F: [N + 1]."""
        stops_N = np.concatenate([[0], np.cumsum(self.sorted_N)]).astype(np.int32)
        return sent(torch.from_numpy(stops_N), self.place_F.device)

    @cached_property
    def packing(self) -> Packing:
        """The same groups, one after the other in one table."""
        return pack(self.sorted_N, list(_bounds(self.sorted_N)))

    def flat_places(self, place_M: Tensor) -> Tensor:
        """Returns where tokens of the padded batch stand in the flat row."""
        return self.start_N[place_M // self.width] + place_M % self.width

    def padded(self, hidden_1FD: Tensor) -> Tensor:
        """Returns hidden_NTD, zero on padding; ``hidden_1FD`` may have rows more than tokens."""
        num_rows, width = len(self.start_N), hidden_1FD.shape[-1]
        padded = hidden_1FD.new_zeros(num_rows * self.width, width)
        padded.index_copy_(0, self.place_F, hidden_1FD[0, : len(self.place_F)])
        return padded.view(num_rows, self.width, width)


def lay_out(lengths_N: NDArray[np.int64], width: int, device: torch.device) -> Layout:
    """Makes the layout of a batch whose rows have ``lengths_N`` tokens and are padded to a width."""
    order_N = np.argsort(-lengths_N, kind="stable")
    sorted_N = lengths_N[order_N]
    stops_N = np.cumsum(sorted_N)
    position_F = np.arange(stops_N[-1]) - np.repeat(stops_N - sorted_N, sorted_N)
    start_N = np.empty_like(stops_N)
    start_N[order_N] = stops_N - sorted_N

    return Layout(
        place_F=sent(torch.from_numpy(np.repeat(order_N, sorted_N) * width + position_F), device),
        position_F=sent(torch.from_numpy(position_F), device),
        start_N=sent(torch.from_numpy(start_N), device),
        width=width,
        sorted_N=sorted_N,
    )


def _bounds(sorted_N: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """Yields the first sequence of each group, the one after its last, and L; lengths fall."""
    first = 0
    while first < len(sorted_N):
        length = int(sorted_N[first])
        shortest = min(SHARE * length, length - SLACK)
        last = int(np.searchsorted(-sorted_N, -shortest, side="right"))
        yield first, last, -(-length // MULTIPLE) * MULTIPLE
        first = last


def _group(
    sorted_N: NDArray[np.int64], first: int, last: int, length: int, device: torch.device
) -> Group:
    start = int(sorted_N[:first].sum())
    lengths_G = sorted_N[first:last]
    place_F = row_P = mask_G11L = None
    if lengths_G[-1] < length:
        real_GL = np.arange(length) < lengths_G[:, None]
        first_G1 = (np.cumsum(lengths_G) - lengths_G)[:, None]
        rows_GL = np.where(real_GL, first_G1 + np.arange(length), 0)
        place_F = sent(torch.from_numpy(np.flatnonzero(real_GL)), device)
        row_P = sent(torch.from_numpy(rows_GL.reshape(-1)), device)
        mask_G11L = sent(torch.from_numpy(real_GL[:, None, None]), device)
    return Group(
        start=start,
        stop=start + int(lengths_G.sum()),
        size=last - first,
        length=length,
        place_F=place_F,
        row_P=row_P,
        mask_G11L=mask_G11L,
    )
