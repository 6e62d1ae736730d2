"""The training loop: AdamW, linear warm-up and decay, clipping, resume, best-weights selection.

Every random draw is a function of (seed, step): the batch (``schedule``), the masks, the dropout.
So a training that was killed and resumed ends with the same bits as one that was not, on the same
machine with the same number of threads.
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch

from isthmus.models.model import device_of
from isthmus.models.vocabulary import trim
from isthmus.training.ahead import ahead
from isthmus.training.determinism import one_order
from isthmus.training.feed import batches_of_steps
from isthmus.training.losses import Losses
from isthmus.training.optimiser import make_optimiser
from isthmus.training.pieces import num_tokens
from isthmus.training.progress import Progress
from isthmus.training.schedule import DROPOUT, decay_until, learning_rate
from isthmus.training.state import TrainingState, load_state, save_state
from isthmus.training.step import take_step

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from numpy.typing import NDArray

    from isthmus.forms.form import Batch, Special
    from isthmus.models.model import Model
    from isthmus.models.vocabulary import Trimmed
    from isthmus.training.feed import TaskData
    from isthmus.training.schedule import Schedule
    from isthmus.training.settings import TrainingSettings

BLOCK = 2**20
"""Ids of a file that are looked at together: numpy copies them to larger numbers."""

MAX_SAVE_SHARE = 0.02
"""Execution states takes at most this share of the time."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Keeps the weights that score best on development data.

    Attributes:
        score: Higher is better. steps: After how many optimiser steps it is asked.
    """

    score: Callable[[Model], float]
    steps: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class Execution:
    """How a training is carried out; none of it is identity.

    Attributes:
        path: Where its state is saved. seconds: How often at most.
        max_tokens: Batches of more tokens are computed in pieces, see ``pieces``. Their gradient
            is that of the whole batch up to rounding, but for dropout, which draws other numbers.
    """

    path: Path
    seconds: float = 10.0
    max_tokens: int | None = None


@dataclass(frozen=True, kw_only=True)
class TrainResult:
    """What a training did.

    Attributes:
        curve: (step, mean loss since the entry before).
        seconds: Of training alone, over all attempts.
        steps_of_task: Optimiser steps by head, in task order.
        num_pieces: Forward and backward passes; more than steps where batches were split.
        num_oversized: Of these, how many had a single example of more than ``max_tokens`` tokens.
    """

    num_steps: int
    num_tokens: int
    seconds: float
    curve: tuple[tuple[int, float], ...]
    best_step: int | None
    best_score: float | None
    steps_of_task: Mapping[str, int] = field(default_factory=dict)
    num_pieces: int
    num_oversized: int


def train(
    model: Model,
    tasks: Sequence[TaskData],
    schedule: Schedule,
    settings: TrainingSettings,
    special: Special,
    *,
    execution: Execution,
    selection: Selection | None = None,
    report: Callable[[Progress], None],
) -> TrainResult:
    """Trains a model in place, from where a killed attempt left off if there was one.

    Args:
        schedule: The task and the units of every step, over ``tasks`` in order.

    Raises:
        StepFailed: The loss became NaN or infinite, or a graphics card has not enough memory.
    """
    trimmed = trim(model, _occurring(model, tasks))
    optimiser = make_optimiser(model, settings)
    state = load_state(execution.path, model, optimiser) or TrainingState(curve=[])
    if state.step:
        report(
            Progress(
                done=state.step, total=len(schedule), message=f"resumed after step {state.step}"
            )
        )
    clock = _Clock(execution.seconds)
    entry_every = max(1, len(schedule) // 200)
    device, padded = device_of(model), model.first_position is None
    losses = Losses(state, device)
    feed = batches_of_steps(
        tasks, schedule, special,
        first_step=state.step, max_tokens=execution.max_tokens, padded=padded, device=device,
    )  # fmt: skip
    model.train()
    with ahead(feed, device) as batches, one_order(device):
        for task, parts in batches:
            _count_pieces(parts, state, execution.max_tokens, report, padded=padded)
            rate = learning_rate(state.step, len(schedule), settings)
            for group in optimiser.param_groups:
                group["lr"] = rate
            torch.manual_seed(_dropout_seed(schedule.seed, state.step))
            losses.add(take_step(model, task.head, task.form, parts, optimiser, settings))
            state.step += 1
            state.num_tokens += sum(int(part.lengths_N.sum()) for part in parts)
            last = state.step == len(schedule)
            if state.step % entry_every == 0 or last:
                losses.enter()
            measures = selection is not None and state.step in selection.steps
            reports, saves = clock.report_due() or last, clock.save_due() and not last
            if measures or reports or saves:
                losses.read()
            if selection is not None and measures:
                with _whole(trimmed, state.step, len(schedule), settings):
                    score = _score(model, selection)
                _keep_best(model, score, state)
            if reports:
                report(_progress(state, len(schedule), rate, clock))
            if saves:
                state.seconds += clock.lap()
                with clock.saving():
                    save_state(execution.path, state, model, optimiser)
    if state.best_weights is not None:
        model.load_state_dict(state.best_weights)
    if trimmed is not None:
        trimmed.restore(decay_until(state.best_step or state.step, len(schedule), settings))
    model.eval()
    return TrainResult(
        num_steps=len(schedule),
        num_tokens=state.num_tokens,
        seconds=state.seconds + clock.lap(),
        curve=tuple(state.curve),
        best_step=state.best_step,
        best_score=state.best_score,
        steps_of_task=_steps_of_task(tasks, schedule),
        num_pieces=state.num_pieces,
        num_oversized=state.num_oversized,
    )


def _count_pieces(
    parts: Sequence[Batch],
    state: TrainingState,
    max_tokens: int | None,
    report: Callable[[Progress], None],
    *,
    padded: bool,
) -> None:
    """Counts pieces, and says so once where an example does not fit into any."""
    state.num_pieces += len(parts)
    largest = max(num_tokens(part, padded=padded) for part in parts)
    if max_tokens is None or largest <= max_tokens:
        return
    if state.num_oversized == 0:
        message = (
            f"an example has {largest} tokens, more than the {max_tokens} that are computed at a "
            "time: such examples are computed alone"
        )
        report(Progress(message=message))
    state.num_oversized += sum(num_tokens(part, padded=padded) > max_tokens for part in parts)


def _occurring(model: Model, tasks: Sequence[TaskData]) -> NDArray[np.bool_]:
    """Returns whether each id of the vocabulary is in any row of the tasks, shape [V]."""
    occurs_V = np.zeros(model.encoder.get_input_embeddings().num_embeddings, dtype=np.bool_)
    for task in tasks:
        for part in task.features.lists["input_ids"].parts:
            for start in range(0, len(part), BLOCK):
                occurs_V[part[start : start + BLOCK]] = True
    return occurs_V


def _whole(
    trimmed: Trimmed | None, step: int, num_steps: int, settings: TrainingSettings
) -> AbstractContextManager[None]:
    """Gives a model all its embeddings while it is measured, on whatever text."""
    if trimmed is None:
        return nullcontext()
    return trimmed.whole(decay_until(step, num_steps, settings))


def _score(model: Model, selection: Selection) -> float:
    model.eval()
    score = selection.score(model)
    model.train()
    return score


def _keep_best(model: Model, score: float, state: TrainingState) -> None:
    if state.best_score is None or np.isnan(state.best_score) or score > state.best_score:
        state.best_score, state.best_step = score, state.step
        state.best_weights = {
            name: tensor.detach().cpu().clone() for name, tensor in model.state_dict().items()
        }


def _progress(state: TrainingState, total: int, rate: float, clock: _Clock) -> Progress:
    values = {
        "tokens_per_second": state.num_tokens / max(1e-9, state.seconds + clock.elapsed()),
        "learning_rate": rate,
    }
    if state.curve:
        values["loss"] = state.curve[-1][1]
    return Progress(done=state.step, total=total, values=values)


def _steps_of_task(tasks: Sequence[TaskData], schedule: Schedule) -> dict[str, int]:
    counts: dict[str, int] = {}
    for index, task in enumerate(tasks):
        counts[task.head] = counts.get(task.head, 0) + int((schedule.task_of_step == index).sum())
    return counts


def _dropout_seed(seed: int, step: int) -> int:
    return int(np.random.SeedSequence([seed, DROPOUT, step]).generate_state(1, np.uint64)[0] >> 1)


class _Clock:
    """When to report and to save, and how long training took."""

    def __init__(self, save_seconds: float) -> None:
        self._save_seconds = save_seconds
        self._start = self._reported = self._saved = time.monotonic()

    def elapsed(self) -> float:
        return time.monotonic() - self._start

    def lap(self) -> float:
        now = time.monotonic()
        seconds, self._start = now - self._start, now
        return seconds

    def report_due(self) -> bool:
        now = time.monotonic()
        due = now - self._reported >= 0.5
        if due:
            self._reported = now
        return due

    def save_due(self) -> bool:
        return time.monotonic() - self._saved >= self._save_seconds

    def saving(self) -> _Clock:
        return self

    def __enter__(self) -> None:
        self._begun = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self._saved = time.monotonic()
        cost = self._saved - self._begun
        self._save_seconds = max(self._save_seconds, cost / MAX_SAVE_SHARE)
