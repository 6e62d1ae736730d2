"""Which examples every optimiser step sees: a pure function of sizes, settings and seed.

Nothing here is drawn while training, so a step's batch depends on the step's number alone and a
resumed run sees what an uninterrupted one would have seen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from isthmus.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from isthmus.training.settings import Mixture, TrainingSettings

# Streams of random numbers of one seed, kept apart.
TASKS, ORDER, MASKS, DROPOUT, SUBSET = range(5)


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """The tasks and units of every step.

    Attributes:
        task_of_step: Index of the task each step trains, shape [steps].
        visit_of_step: How often that task was trained before, shape [steps].
        sizes: Units (see ``Form.trainable``) of each task.
        batch_size: Units per step.
    """

    task_of_step: NDArray[Any]
    visit_of_step: NDArray[Any]
    sizes: tuple[int, ...]
    batch_size: int
    seed: int

    def __len__(self) -> int:
        return len(self.task_of_step)

    def units(self, step: int) -> tuple[int, NDArray[Any]]:
        """Returns (task, indices of its units) for a step; epochs follow without a gap."""
        task, visit = int(self.task_of_step[step]), int(self.visit_of_step[step])
        size = self.sizes[task]
        positions = np.arange(visit * self.batch_size, (visit + 1) * self.batch_size)
        epochs, places = np.divmod(positions, size)
        units = np.empty(self.batch_size, dtype=np.int64)
        for epoch in range(int(epochs[0]), int(epochs[-1]) + 1):
            inside = epochs == epoch
            units[inside] = _permutation(self.seed, task, epoch, size)[places[inside]]
        return task, units


def make_schedule(
    sizes: Sequence[int],
    settings: TrainingSettings,
    mixture: Mixture,
    *,
    seed: int,
    mlm_task: int | None = None,
) -> Schedule:
    """Draws one task a step, by the mixture, for as many steps as the settings ask.

    Without ``max_steps`` the number of steps is that of ``num_epochs`` over the supervised tasks
    (each counted up to the mixture's cap where there are several); steps of language modelling
    alongside come on top of them.

    Args:
        sizes: Units of each task, in order; none may be 0.
        mlm_task: Index of the task that ``mixture.mlm_share`` is about, if there is one.

    Raises:
        StudyError: A task is empty, or the weights do not fit the tasks.
    """
    if not sizes or min(sizes) == 0:
        raise StudyError(f"Every task of a phase needs training examples; got sizes {list(sizes)}.")
    supervised = [index for index in range(len(sizes)) if index != mlm_task]
    share = mixture.mlm_share if mlm_task is not None else 0.0
    num_steps = settings.max_steps or _steps_of_epochs(
        [sizes[index] for index in supervised], settings, mixture, share
    )
    probabilities = np.zeros(len(sizes))
    probabilities[supervised] = (1 - share) * mixing_probabilities(
        [sizes[index] for index in supervised], mixture
    )
    if mlm_task is not None:
        probabilities[mlm_task] = share
    if len(sizes) == 1:
        task_of_step: NDArray[Any] = np.zeros(num_steps, dtype=np.int64)
    else:
        task_of_step = stream(seed, TASKS).choice(
            len(sizes), size=num_steps, p=probabilities / probabilities.sum()
        )
    visits = np.zeros(num_steps, dtype=np.int64)
    for task in range(len(sizes)):
        own = task_of_step == task
        visits[own] = np.arange(own.sum())
    return Schedule(
        task_of_step=task_of_step,
        visit_of_step=visits,
        sizes=tuple(sizes),
        batch_size=settings.batch_size,
        seed=seed,
    )


def mixing_probabilities(sizes: Sequence[int], mixture: Mixture) -> NDArray[Any]:
    """Returns the probability of drawing each task, shape [tasks]; jiant's rules.

    Raises:
        StudyError: ``weights`` are not one number from 0 up a task, or all 0.
    """
    if mixture.rule == "uniform":
        weights = np.ones(len(sizes))
    elif mixture.rule == "weights":
        if (
            len(mixture.weights) != len(sizes)
            or min(mixture.weights) < 0
            or not any(mixture.weights)
        ):
            raise StudyError(
                f"mixture.weights must be {len(sizes)} numbers from 0 up, one a task, and not all "
                f"0; got {list(mixture.weights)}."
            )
        weights = np.asarray(mixture.weights, dtype=float)
    else:
        weights = np.minimum(np.asarray(sizes, dtype=float), mixture.cap)
        weights **= 1 / mixture.temperature
    probabilities: NDArray[Any] = weights / weights.sum()
    return probabilities


def learning_rate(step: int, num_steps: int, settings: TrainingSettings) -> float:
    """Returns the rate of a 0-based step: from 0 up over the warm-up, then down to 0 (or level)."""
    num_warmup = round(settings.warmup_fraction * num_steps)
    if step < num_warmup:
        return settings.peak_lr * step / num_warmup
    if settings.decay == "constant":
        return settings.peak_lr
    return settings.peak_lr * (num_steps - step) / max(1, num_steps - num_warmup)


def decay_until(step: int, num_steps: int, settings: TrainingSettings) -> float:
    """Returns what AdamW's weight decay has left of 1 after so many steps without gradients."""
    rates = [learning_rate(earlier, num_steps, settings) for earlier in range(step)]
    return math.prod(1 - rate * settings.weight_decay for rate in rates)


def stream(seed: int, *place: int) -> np.random.Generator:
    """Returns the generator of one place (a stream, a step, ...) of a seed, alike everywhere."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *place])))


def subset(size: int, count: int | None, *, seed: int) -> NDArray[Any]:
    """Returns indices of ``count`` of ``size`` examples, drawn by seed, in ascending order."""
    if count is None or count >= size:
        return np.arange(size)
    return np.sort(stream(seed, SUBSET).choice(size, size=count, replace=False))


def even_subset(sizes: Sequence[int], count: int | None, *, seed: int) -> NDArray[Any]:
    """Returns indices of ``count`` examples of several sets laid end to end, as many of each set.

    A set that has fewer gives all it has, and the others share what is left. What does not divide
    comes from the largest sets, of equal ones from the first.

    Raises:
        StudyError: ``count`` is None, or there are not so many altogether.
    """
    if count is None or count > sum(sizes):
        raise StudyError(
            f"'even_languages' shares num_train, {count}, among sets of {list(sizes)} examples; set "
            f"it to {sum(sizes)} at most."
        )
    shares = even_shares(sizes, count)
    starts = np.cumsum([0, *sizes[:-1]])
    drawn = [
        start + np.sort(stream(seed, SUBSET, place).choice(size, size=share, replace=False))
        for place, (start, size, share) in enumerate(zip(starts, sizes, shares, strict=True))
    ]
    return np.concatenate(drawn)


def even_shares(sizes: Sequence[int], count: int) -> list[int]:
    """Returns how many of ``count`` each set gives, the smallest first asked."""
    shares = [0] * len(sizes)
    order = sorted(range(len(sizes)), key=lambda place: (sizes[place], -place))
    for num_asked, place in enumerate(order):
        shares[place] = min(sizes[place], (count - sum(shares)) // (len(sizes) - num_asked))
    return shares


def _steps_of_epochs(
    sizes: Sequence[int], settings: TrainingSettings, mixture: Mixture, mlm_share: float
) -> int:
    cap = mixture.cap if len(sizes) > 1 and mixture.rule == "proportional" else max(sizes)
    num_units = settings.num_epochs * sum(min(size, cap) for size in sizes)
    return max(1, math.ceil(num_units / settings.batch_size / (1 - mlm_share)))


@lru_cache(maxsize=32)
def _permutation(seed: int, task: int, epoch: int, size: int) -> NDArray[Any]:
    return stream(seed, ORDER, task, epoch).permutation(size)
