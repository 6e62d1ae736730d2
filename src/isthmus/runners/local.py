"""Runs a plan's missing steps on this machine, in worker processes that stay.

The runner itself computes nothing and imports neither torch nor transformers: it hands steps out,
listens, and decides. A worker that dies fails its step and is replaced. Where nothing is missing,
no worker is started at all.
"""

from __future__ import annotations

import pickle
import time
from collections import defaultdict
from typing import TYPE_CHECKING

from isthmus.errors import StepFailed, StoreError, StudyError
from isthmus.runners.host import usable_cores
from isthmus.runners.messages import Broken, Busy, Finished, Hello, Moved
from isthmus.runners.process import Pool
from isthmus.runners.runner import Event, Failure, Summary, unobserved
from isthmus.runners.schedule import Schedule, bottlenecks, missing_steps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from isthmus.runners.process import Place
    from isthmus.runners.runner import Observer
    from isthmus.sources.provider import Provider
    from isthmus.study.step import Done, Plan, Step
    from isthmus.study.store import Store

_RETRY_SECONDS = 0.5
"""How often to look whether a step that another process performs is done."""

_DYING_SECONDS = 5.0
"""How long a worker that closed its pipe may take to exit by itself."""

_MAX_SHOWN = 5
"""Failed steps listed for one cause."""


class LocalRunner:
    """A Runner of this machine's worker processes.

    Args:
        num_workers: Processes; each computes with its share of the cores, or with all of them
            where nothing else can be computed meanwhile.
        device: ``auto`` takes graphics cards where there are any; else ``cpu``, ``cuda``,
            ``cuda:1``.
        work: ``module:function`` that performs a Job; for tests and for verbs of one's own.
        max_tokens: Tokens that a training computes at a time, at most; larger batches are computed
            in pieces. None for what suits encoder and device.
    """

    def __init__(
        self,
        num_workers: int = 1,
        device: str = "auto",
        work: str = "isthmus.study.work:perform",
        max_tokens: int | None = None,
    ):
        if num_workers < 1:
            raise StudyError(f"At least one worker is needed, not {num_workers}.")
        if max_tokens is not None and max_tokens < 1:
            raise StudyError(f"At least one token is computed at a time, not {max_tokens}.")
        self._num_workers, self._device, self._work = num_workers, device, work
        self._max_tokens = max_tokens

    def run(
        self, plan: Plan, store: Store, provider: Provider, observe: Observer = unobserved
    ) -> Summary:
        """Performs every missing step that can be performed; see ``Runner.run``."""
        clock = time.monotonic()
        missing = missing_steps(plan, store.is_done)
        observe(Event(kind="planned", steps=missing))
        if not missing:
            observe(Event(kind="finished"))
            return Summary()
        store.prepare()
        num_workers = min(self._num_workers, len(missing))
        share = max(1, usable_cores() // self._num_workers)
        hello = Hello(
            store=store.root.resolve(),
            provider=_pickled(provider),
            work=self._work,
            num_threads=share,
            device=self._device,
            index=0,
            max_tokens=self._max_tokens,
        )
        threads = defaultdict(lambda: share, dict.fromkeys(bottlenecks(plan), usable_cores()))
        with Pool(num_workers, hello) as pool:
            dispatch = _Dispatch(Schedule(missing), threads, store, pool, observe)
            dispatch.run()
        summary = dispatch.summary(time.monotonic() - clock)
        observe(Event(kind="finished", seconds=summary.seconds))
        if summary.failures:
            raise StepFailed(_failure_report(summary))
        return summary


class _Dispatch:
    """One run's state: who performs what, and what came of it."""

    def __init__(
        self,
        schedule: Schedule,
        threads: Mapping[str, int],
        store: Store,
        pool: Pool,
        observe: Observer,
    ):
        self._schedule, self._store, self._pool, self._observe = schedule, store, pool, observe
        self._threads = threads
        self._retry_at: dict[str, float] = {}
        self._num_done = self._num_elsewhere = self._num_blocked = 0
        self._failures: list[Failure] = []

    def run(self) -> None:
        while self._schedule.unfinished:
            for place in self._pool.idle():
                self._hand_out(place)
            message = self._pool.next_reply(_RETRY_SECONDS)
            if message is not None:
                self._react(*message)

    def summary(self, seconds: float) -> Summary:
        return Summary(
            num_done=self._num_done,
            num_elsewhere=self._num_elsewhere,
            failures=tuple(self._failures),
            num_blocked=self._num_blocked,
            seconds=seconds,
        )

    def _hand_out(self, place: Place) -> None:
        """Gives a place the next step, passing by those that another process finished."""
        now = time.monotonic()
        later = [key for key, retry_at in self._retry_at.items() if retry_at > now]
        while (step := self._schedule.take(place.held, without=later)) is not None:
            self._retry_at.pop(step.key, None)
            if not self._store.is_done(step.key):
                place.start(step, self._inputs(step), self._threads[step.key])
                self._observe(Event(kind="started", step=step))
                return
            self._finish_elsewhere(step)

    def _inputs(self, step: Step) -> dict[str, Done]:
        inputs = {}
        for role, key in step.inputs.items():
            done = self._store.done(key)
            if done is None:
                raise StoreError(
                    f"The result of step {key}, which {step.title!r} needs, has vanished from "
                    f"{self._store.root} during the run. Run again to make it anew."
                )
            inputs[role] = done
        return inputs

    def _react(self, place: Place, reply: object) -> None:
        step = place.step
        if step is None:
            # A worker that dies idle is missed by nobody; its place starts another when needed.
            place.bury(_DYING_SECONDS)
            return
        match reply:
            case Moved(progress=progress):
                self._observe(Event(kind="moved", step=step, progress=progress))
                return
            case Busy():
                self._retry_at[step.key] = time.monotonic() + _RETRY_SECONDS
                self._schedule.give_back(step)
                self._observe(Event(kind="waiting", step=step))
            case Finished(elsewhere=True):
                self._finish_elsewhere(step)
            case Finished(seconds=seconds):
                self._num_done += 1
                self._schedule.finish(step)
                self._observe(Event(kind="done", step=step, seconds=seconds))
            case Broken(cause=cause, stops="store"):
                raise StoreError(cause)
            case Broken(cause=cause, stops="work"):
                log = self._store.folder(step) / "log.txt"
                raise StepFailed(f"No step can be performed: {cause}\n  log: {log}")
            case Broken(cause=cause):
                self._fail(step, cause)
            case _:
                self._fail(step, place.bury(_DYING_SECONDS))
        place.rest()

    def _finish_elsewhere(self, step: Step) -> None:
        self._num_elsewhere += 1
        self._schedule.finish(step)
        self._observe(Event(kind="elsewhere", step=step))

    def _fail(self, step: Step, cause: str) -> None:
        log = self._store.folder(step) / "log.txt"
        self._failures.append(Failure(step=step, cause=cause, log=log))
        self._observe(Event(kind="failed", step=step, message=cause))
        for blocked in self._schedule.fail(step):
            self._num_blocked += 1
            self._observe(Event(kind="blocked", step=blocked, message=step.title))


def _pickled(provider: Provider) -> bytes:
    try:
        return pickle.dumps(provider)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise StudyError(
            f"The provider {type(provider).__name__} cannot be sent to worker processes ({error}). "
            "Define its class in an importable module, without open files or lambdas."
        ) from error


def _failure_report(summary: Summary) -> str:
    """One paragraph a cause, with the first few steps that failed of it."""
    causes: dict[str, list[Failure]] = {}
    for failure in summary.failures:
        causes.setdefault(failure.cause, []).append(failure)
    count = len(summary.failures)
    lines = [f"{count} step{'s' * (count > 1)} failed, {summary.num_blocked} blocked by that:"]
    for cause, failures in causes.items():
        lines.append(f"  {cause}")
        for failure in failures[:_MAX_SHOWN]:
            lines += [f"    {failure.step.title}", f"      log: {failure.log}"]
        if len(failures) > _MAX_SHOWN:
            lines.append(f"    and {len(failures) - _MAX_SHOWN} more")
    lines.append("Everything else is done and kept; run again after the cause is removed.")
    return "\n".join(lines)
