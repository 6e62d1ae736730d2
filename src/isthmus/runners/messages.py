"""What a runner and its worker processes say to each other, as pickles over the worker's pipes."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from isthmus.study.step import Done, Step
    from isthmus.training.progress import Progress


@dataclass(frozen=True, kw_only=True, slots=True)
class Hello:
    """The first message to a worker.

    Attributes:
        provider: Pickled, so that what goes wrong in unpickling is said in a step's log.
        work: ``module:function`` that performs a Job.
        num_threads: The worker's share of the cores.
        index: 0-based, among this runner's workers.
        max_tokens: See ``Job``.
    """

    store: Path
    provider: bytes
    work: str
    num_threads: int
    device: str
    index: int
    max_tokens: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Perform:
    """To a worker: perform this step.

    Attributes:
        num_threads: CPU threads to compute it with.
    """

    step: Step
    inputs: Mapping[str, Done]
    num_threads: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """From a worker: a moment inside its step."""

    progress: Progress


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """From a worker: its step is done.

    Attributes:
        elsewhere: Another process had done it already.
    """

    seconds: float
    elsewhere: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Busy:
    """From a worker: another process is performing its step."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Broken:
    """From a worker: its step raised; the log has the traceback.

    Attributes:
        stops: Where going on is useless: ``store`` if the store cannot be used, ``work`` if the
            work function or the provider cannot be loaded.
    """

    cause: str
    stops: Literal["", "store", "work"] = ""


Reply: TypeAlias = Moved | Finished | Busy | Broken


def send(message: Hello | Perform | Reply, pipe: IO[bytes]) -> None:
    """Writes one message."""
    pickle.dump(message, pipe)
    pipe.flush()


def receive(pipe: IO[bytes]) -> object:
    """Reads one message; raises EOFError where the other side is gone."""
    try:
        return pickle.load(pipe)  # noqa: S301 - the other end is our own process
    except pickle.UnpicklingError as error:
        raise EOFError("the other side died in the middle of a message") from error
