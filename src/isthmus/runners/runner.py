"""What a runner is: something that performs the missing steps of a plan, and tells as it goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from isthmus.training.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from isthmus.sources.provider import Provider
    from isthmus.study.step import Plan, Step
    from isthmus.study.store import Store

EventKind: TypeAlias = Literal[
    "planned", "started", "moved", "waiting", "done", "elsewhere", "failed", "blocked", "finished"
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something an observer of a run may want to show.

    Attributes:
        kind: ``planned`` opens a run and ``finished`` closes it; the others are about ``step``.
            ``waiting`` says that another process is performing the step just started,
            ``elsewhere`` that it has done so, ``blocked`` that a step it needs has failed.
        steps: For ``planned``: the steps that are missing.
        progress: For ``moved``.
        seconds: Wall time of the step, or of the run for ``finished``.
        message: The cause of a failure, in a line.
    """

    kind: EventKind
    step: Step | None = None
    steps: tuple[Step, ...] = ()
    progress: Progress = field(default_factory=Progress)
    seconds: float = 0.0
    message: str = ""


Observer: TypeAlias = "Callable[[Event], None]"


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """A step that failed: why, in a line, and where its whole log is."""

    step: Step
    cause: str
    log: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """What came of a run, in steps.

    Attributes:
        num_done: Performed by this run. num_elsewhere: Performed by another one meanwhile.
        failures: Those that raised, or whose worker died.
        num_blocked: Those that need a failed one.
        seconds: Wall time.
    """

    num_done: int = 0
    num_elsewhere: int = 0
    failures: tuple[Failure, ...] = ()
    num_blocked: int = 0
    seconds: float = 0.0


class Runner(Protocol):
    """Somewhere to run: this machine, a cluster."""

    def run(self, plan: Plan, store: Store, provider: Provider, observe: Observer) -> Summary:
        """Performs every missing step that can be performed.

        A step that fails blocks only the steps that need it. Nothing is started where nothing is
        missing.

        Raises:
            StepFailed: after the rest has finished, if any step failed.
            StoreError: the store cannot be written.
        """


def unobserved(event: Event) -> None:
    """An observer that looks away."""
