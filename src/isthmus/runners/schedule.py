"""Which steps are missing, and which of the ready ones comes next. Pure, and the same everywhere.

Steps on the longest remaining chain of work go first, so that no worker waits at the end for one
long training. Among steps about as urgent, one that uses the checkpoint a worker has just used or
made goes to that worker, which still holds it in memory. Scores go before all: they cost next to
nothing, and show what a study that still runs has found.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from isthmus.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from isthmus.study.step import Plan, Step

_MIN_TOKENS = 1000
"""What a step costs at least: it reads, writes and keeps a record, whatever it computes."""


def missing_steps(plan: Plan, is_done: Callable[[str], bool]) -> tuple[Step, ...]:
    """The steps to perform, inputs first: what the plan's last steps need and the store lacks.

    A step nobody needs any more is left alone, even if it was never done or its result was
    deleted to save room.

    Raises:
        StudyError: the plan names an input that it does not hold.
    """
    steps = {step.key: step for step in plan.steps}
    used = {key for step in plan.steps for key in step.inputs.values()}
    stack = [step.key for step in plan.steps if step.key not in used]
    needed: dict[str, bool] = {}
    while stack:
        key = stack.pop()
        if key in needed:
            continue
        if key not in steps:
            raise StudyError(f"The plan of {plan.study} uses step {key}, which it does not hold.")
        needed[key] = not is_done(key)
        if needed[key]:
            stack.extend(steps[key].inputs.values())
    return tuple(step for step in plan.steps if needed.get(step.key))


def bottlenecks(plan: Plan) -> frozenset[str]:
    """Keys of the steps beside which no other computing step can run, whatever is done already.

    Such a step (the pretraining of a study's only encoder, say) needs, or is needed by, every other
    step that computes with a model: one that has ``num_tokens``. It may have all cores to itself.
    """
    position = {step.key: index for index, step in enumerate(plan.steps)}
    before: list[int] = []  # of each step the steps it needs, itself included, as bits
    for index, step in enumerate(plan.steps):
        needs = 1 << index
        for key in step.inputs.values():
            needs |= before[position[key]]
        before.append(needs)
    computing = [index for index, step in enumerate(plan.steps) if step.num_tokens]
    all_computing = sum(1 << index for index in computing)
    num_users = Counter[int]()
    for index in computing:
        num_users.update(_bits(before[index] & all_computing))
    return frozenset(
        plan.steps[index].key
        for index in computing
        if (before[index] & all_computing).bit_count() + num_users[index] == len(computing) + 1
    )


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


class Schedule:
    """The missing steps of a run: which are ready, and which are out of reach.

    Args:
        missing: In the order of ``missing_steps``.
    """

    def __init__(self, missing: Sequence[Step]):
        self._steps = {step.key: step for step in missing}
        self._order = {key: position for position, key in enumerate(self._steps)}
        self._users: dict[str, list[str]] = defaultdict(list)
        self._num_waiting: Counter[str] = Counter()
        for step in missing:
            for key in sorted(set(step.inputs.values()) & self._steps.keys()):
                self._users[key].append(step.key)
                self._num_waiting[step.key] += 1
        self._urgency = _remaining_work(missing, self._users)
        self._ready = {key for key in self._steps if self._num_waiting[key] == 0}
        self._open = set(self._steps)

    @property
    def unfinished(self) -> bool:
        """Whether any step is neither done, failed nor blocked."""
        return bool(self._open)

    def take(self, held: str = "", without: Iterable[str] = ()) -> Step | None:
        """Takes the next ready step, or None where none is ready.

        Args:
            held: Key of the checkpoint that the worker has in memory.
            without: Keys to pass over for now.
        """
        candidates = self._ready.difference(without)
        if not candidates:
            return None
        key = min(candidates, key=lambda key: self._rank(key, held))
        self._ready.remove(key)
        return self._steps[key]

    def give_back(self, step: Step) -> None:
        """Makes a taken step ready again."""
        self._ready.add(step.key)

    def finish(self, step: Step) -> None:
        """Marks a step as done; those that waited only for it become ready."""
        self._open.discard(step.key)
        for user in self._users[step.key]:
            self._num_waiting[user] -= 1
            if self._num_waiting[user] == 0 and user in self._open:
                self._ready.add(user)

    def fail(self, step: Step) -> tuple[Step, ...]:
        """Marks a step as failed, and returns those that can no longer be performed."""
        self._open.discard(step.key)
        blocked, stack = set(), [step.key]
        while stack:
            for user in self._users[stack.pop()]:
                if user in self._open:
                    self._open.discard(user)
                    blocked.add(user)
                    stack.append(user)
        return tuple(self._steps[key] for key in sorted(blocked, key=self._order.__getitem__))

    def _rank(self, key: str, held: str) -> tuple[bool, int, bool, int, int]:
        step, urgency = self._steps[key], self._urgency[key]
        shares = bool(held) and checkpoint_used(step) == held
        return (step.verb != "score", -urgency.bit_length(), not shares, -urgency, self._order[key])


def checkpoint_used(step: Step) -> str:
    """Key of the checkpoint a step starts from, or ""."""
    return step.inputs.get("checkpoint") or step.inputs.get("init") or ""


def checkpoint_held(step: Step) -> str:
    """Key of the checkpoint a worker has in memory once it has performed a step, or ""."""
    return step.key if step.verb in ("train", "load") else checkpoint_used(step)


def _remaining_work(missing: Sequence[Step], users: Mapping[str, list[str]]) -> dict[str, int]:
    """Tokens on the longest chain of steps that begins with each step."""
    remaining: dict[str, int] = {}
    for step in reversed(missing):
        after = max((remaining[user] for user in users.get(step.key, ())), default=0)
        remaining[step.key] = max(step.num_tokens, _MIN_TOKENS) + after
    return remaining
