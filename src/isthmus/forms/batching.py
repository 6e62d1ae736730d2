"""What every form's batch has: padded ids, their lengths and segment ids.

Shape letters: N sequences of a batch, R of a part of it, T tokens, M tokens that a head reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from isthmus.forms.form import Batch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from torch import Tensor

    from isthmus.forms.features import Features
    from isthmus.forms.form import FormSpec, Special

MULTIPLE = 8
"""Widths are multiples of this, in tokens, so that kernels meet few different shapes."""


def width_of(features: Features, rows: NDArray[np.int64], spec: FormSpec) -> int:
    """Returns T: the longest row, rounded up, but never beyond ``max_length``.

    The bound keeps padding inside the positions that an encoder has embeddings for.
    """
    longest = int(features.lists["input_ids"].lengths(rows).max(initial=1))
    return max(longest, min(-(-longest // MULTIPLE) * MULTIPLE, spec.max_length))


def make_batch(
    features: Features,
    rows: NDArray[np.int64],
    spec: FormSpec,
    special: Special,
    targets: Mapping[str, NDArray[Any]],
) -> Batch:
    """Pads rows into a batch with the targets of a form."""
    width = width_of(features, rows, spec)
    tokens = features.lists["input_ids"]
    types = features.lists.get("type_ids")
    return Batch(
        input_ids_NT=torch.from_numpy(tokens.padded(rows, width, special.pad)),
        lengths_N=tokens.lengths(rows),
        type_ids_NT=None if types is None else torch.from_numpy(types.padded(rows, width, 0)),
        targets={name: torch.from_numpy(np.ascontiguousarray(v)) for name, v in targets.items()},
    )


def part_of(batch: Batch, rows_R: NDArray[np.int64], targets: Mapping[str, Tensor]) -> Batch:
    """Returns some rows of a batch with their own targets, as wide as ``part_width``."""
    width, types_NT = part_width(batch, rows_R), batch.type_ids_NT
    return Batch(
        input_ids_NT=batch.input_ids_NT[rows_R, :width],
        lengths_N=batch.lengths_N[rows_R],
        type_ids_NT=None if types_NT is None else types_NT[rows_R, :width],
        targets=targets,
    )


def part_width(batch: Batch, rows_R: NDArray[np.int64]) -> int:
    """Returns the width of some rows of a batch, rounded up but never wider than the batch."""
    longest = int(batch.lengths_N[rows_R].max(initial=1))
    return min(-(-longest // MULTIPLE) * MULTIPLE, batch.input_ids_NT.shape[1])


def part_positions(batch: Batch, rows_R: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
    """Returns which of a batch's ``position`` (M) stand in some rows, and where in their part."""
    position_M, width = batch.targets["position"], batch.input_ids_NT.shape[1]
    place_N = position_M.new_full((len(batch.lengths_N),), -1)
    place_N[rows_R] = torch.arange(len(rows_R))
    row_M = place_N[position_M // width]
    inside_M = row_M >= 0
    new_M = row_M * part_width(batch, rows_R) + position_M % width
    return inside_M, new_M[inside_M]
