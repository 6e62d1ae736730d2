"""How much of a run is done, and how long the rest will take."""

import time
from collections.abc import Callable

from isthmus.runners.runner import Event
from isthmus.study.step import Step

_MIN_TOKENS = 1000
"""What a step counts at least, so that steps that compute little still move the bar."""


class Pace:
    """Follows a run's events. Work is measured in subword tokens, as plans expect them.

    Attributes:
        num_steps: Steps that the run has to do. num_closed: Those done, failed or blocked.
        running: Share done, 0 to 1, of each running step by key.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self.num_steps = self.num_closed = self.num_failed = 0
        self.running: dict[str, float] = {}
        self._clock = clock
        self._started = clock()
        self._sizes: dict[str, int] = {}
        self._closed_work = 0

    def __call__(self, event: Event) -> None:
        """Takes an event into account."""
        step = event.step
        if event.kind == "planned":
            self._sizes = {step.key: _size(step) for step in event.steps}
            self.num_steps = len(self._sizes)
            self._started = self._clock()
        if step is None:
            return
        if event.kind == "started":
            self.running[step.key] = 0.0
        elif event.kind == "moved" and event.progress.total:
            self.running[step.key] = min(1.0, event.progress.done / event.progress.total)
        elif event.kind == "waiting":
            self.running.pop(step.key, None)
        elif event.kind in ("done", "elsewhere", "failed", "blocked"):
            self.running.pop(step.key, None)
            self.num_closed += 1
            self.num_failed += event.kind == "failed"
            self._closed_work += self._sizes.get(step.key, 0)

    @property
    def share(self) -> float:
        """Share of the work done, 0 to 1."""
        total = sum(self._sizes.values())
        running = sum(share * self._sizes.get(key, 0) for key, share in self.running.items())
        return (self._closed_work + running) / total if total else 1.0

    @property
    def seconds_left(self) -> float | None:
        """At the pace so far; None while that says nothing."""
        elapsed, share = self._clock() - self._started, self.share
        return elapsed * (1 - share) / share if elapsed > 2 and share > 0.01 else None


def _size(step: Step) -> int:
    return max(step.num_tokens, _MIN_TOKENS)
