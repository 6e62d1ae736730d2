"""What a training is fed with: the rows of its tasks, and the batch of every step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from isthmus.training.batches import to_device
from isthmus.training.pieces import pieces
from isthmus.training.schedule import MASKS, stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import torch
    from numpy.typing import NDArray

    from isthmus.forms.features import Features
    from isthmus.forms.form import Batch, Form, FormSpec, Special
    from isthmus.training.schedule import Schedule


@dataclass(frozen=True, kw_only=True)
class TaskData:
    """One task's training rows.

    Attributes:
        units: (start, stop) rows of each unit that is drawn, shape [U, 2].
    """

    head: str
    form: Form
    spec: FormSpec
    features: Features
    units: NDArray[np.int64]


def batches_of_steps(
    tasks: Sequence[TaskData],
    schedule: Schedule,
    special: Special,
    *,
    first_step: int,
    max_tokens: int | None,
    padded: bool,
    device: torch.device,
) -> Iterator[tuple[TaskData, list[Batch]]]:
    """Yields the task of every step and its batch, in pieces that lie on the device.

    Each is a function of (seed, step), whenever and in whichever thread it is made.

    Args:
        first_step: To begin with; those before it were taken already.
        max_tokens, padded: See ``pieces``.
    """
    for step in range(first_step, len(schedule)):
        index, units = schedule.units(step)
        task = tasks[index]
        rng = stream(schedule.seed, MASKS, step)
        batch = task.form.collate(task.features, rows_of(task, units), task.spec, special, rng)
        bounds = task.units[units]
        parts = pieces(
            task.form, batch, bounds[:, 1] - bounds[:, 0], max_tokens=max_tokens, padded=padded
        )
        yield task, [to_device(part, device) for part in parts]


def rows_of(task: TaskData, units: NDArray[np.int64]) -> NDArray[np.int64]:
    """Returns the row numbers of units, in order."""
    bounds = task.units[units]
    if (bounds[:, 1] - bounds[:, 0] == 1).all():
        return bounds[:, 0]
    return np.concatenate([np.arange(start, stop) for start, stop in bounds])
