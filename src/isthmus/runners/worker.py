"""A worker process: performs one step at a time until its runner goes away.

It is started by a runner as ``python -m isthmus.runners.worker`` with pipes for standard input and
output, keeps the imported libraries and whatever the work function caches between steps, and holds
the claim on the step it performs, so that the claim ends with the process however it ends.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import pickle
import queue
import sys
import threading
import time
import traceback
from datetime import UTC, datetime
from importlib import import_module
from typing import IO, TYPE_CHECKING, cast

from isthmus.errors import IsthmusError, StoreError, StudyError
from isthmus.runners.events_file import EventsFile
from isthmus.runners.host import host_facts, peak_memory, reset_peak_memory
from isthmus.runners.messages import Broken, Busy, Finished, Moved, receive, send
from isthmus.study.disk import explain, is_full
from isthmus.study.record import Run
from isthmus.study.step import Job
from isthmus.study.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from isthmus.runners.messages import Hello, Perform, Reply
    from isthmus.study.store import Claim
    from isthmus.training.progress import Progress

    Work = Callable[[Job], Mapping[str, object]]

SAVE_VARIABLE = "ISTHMUS_SAVE_SECONDS"
"""Environment variable: how often, in seconds, a training saves its state at most; 10 by default."""

_MIN_SECONDS_BETWEEN_MOVES = 0.1
"""Progress goes to the events file whole, but to the display no oftener than eyes can follow."""


def main() -> None:
    """Serves the runner at the other end of the pipes until it is gone."""
    requests, replies = _take_pipes()
    faulthandler.enable()
    inbox: queue.Queue[Perform] = queue.Queue()
    hello = cast("Hello", receive(requests))
    threading.Thread(target=_listen, args=(requests, inbox), daemon=True).start()
    worker = _Worker(hello, replies)
    while True:
        send(worker.perform(inbox.get()), replies)


def _take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Keeps the pipes for messages; what libraries print must not end up between them."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    return requests, replies


def _listen(requests: IO[bytes], inbox: queue.Queue[Perform]) -> None:
    """Passes requests on. The pipe's end means that the runner died, even by ``kill -9``."""
    try:
        while True:
            inbox.put(cast("Perform", receive(requests)))
    except (EOFError, OSError):
        os._exit(1)


class _Worker:
    """What stays between steps: the store, the provider, the work function and its caches."""

    def __init__(self, hello: Hello, replies: IO[bytes]):
        self._hello, self._replies = hello, replies
        self._store = Store(hello.store)
        self._loaded: tuple[Work, object, str] | None = None
        self._last_move = 0.0

    def perform(self, request: Perform) -> Reply:
        step = request.step
        try:
            claim = self._store.claim(step, timeout_s=0)
            if claim is None:
                return Busy()
            with claim:
                if self._store.is_done(step.key):
                    return Finished(seconds=0.0, elsewhere=True)
                _log_to(claim.folder / "log.txt")
                return self._perform_claimed(request, claim)
        except StoreError as error:
            return Broken(cause=str(error), stops="store")

    def _perform_claimed(self, request: Perform, claim: Claim) -> Reply:
        step, started, clock = request.step, datetime.now(UTC), time.perf_counter()
        cpu_clock = time.process_time()
        reset_peak_memory()
        try:
            with EventsFile(claim.folder / "events.jsonl") as events:
                events.write("started", title=step.title, pid=os.getpid())
                work, provider, device = self._load()

                def report(progress: Progress) -> None:
                    events.write_progress(progress)
                    self._forward(progress)

                job = Job(
                    step=step,
                    folder=claim.folder,
                    inputs=request.inputs,
                    provider=provider,  # type: ignore[arg-type]
                    num_threads=request.num_threads,
                    device=device,
                    report=report,
                    save_seconds=float(os.environ.get(SAVE_VARIABLE, "10")),
                    max_tokens=self._hello.max_tokens,
                )
                result = dict(work(job))
                seconds = time.perf_counter() - clock
                events.write("done", seconds=round(seconds, 3))
            run = Run(
                started=started.isoformat(timespec="seconds"),
                ended=datetime.now(UTC).isoformat(timespec="seconds"),
                seconds=round(seconds, 3),
                host=host_facts(request.num_threads, device),
                peak_memory=peak_memory(),
                cpu_seconds=round(time.process_time() - cpu_clock, 3),
            )
            claim.finish(result, run)
        except StoreError:
            traceback.print_exc()
            raise
        except Exception as error:  # noqa: BLE001 - whatever a step raises is that step's failure
            traceback.print_exc()
            if isinstance(error, OSError) and is_full(error):
                return Broken(cause=explain(error, self._store.root), stops="store")
            return Broken(cause=_in_a_line(error), stops="" if self._loaded else "work")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
        return Finished(seconds=seconds)

    def _load(self) -> tuple[Work, object, str]:
        """Imports the work and finds the device, inside a step so that trouble is in its log."""
        if self._loaded is None:
            module, _, name = self._hello.work.partition(":")
            work = cast("Work", getattr(import_module(module), name))
            provider: object = pickle.loads(self._hello.provider)  # noqa: S301 - our own runner's
            self._loaded = (work, provider, _resolve(self._hello.device, self._hello.index))
        return self._loaded

    def _forward(self, progress: Progress) -> None:
        now = time.monotonic()
        at_end = 0 < progress.total <= progress.done
        if progress.message or at_end or now - self._last_move >= _MIN_SECONDS_BETWEEN_MOVES:
            self._last_move = now
            send(Moved(progress=progress), self._replies)


def _resolve(device: str, index: int) -> str:
    """``auto`` is a graphics card where there is one, each worker taking the next, else the CPU.

    Raises:
        StudyError: There is no such device.
    """
    if device == "cpu":
        return device
    import torch  # noqa: PLC0415 - only workers that need it pay for it

    num_cards = torch.cuda.device_count()
    if device == "auto" and num_cards == 0:
        return "cpu"
    named = f"cuda:{index % num_cards}" if device in ("auto", "cuda") and num_cards else device
    try:
        torch.empty(0, device=named)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise StudyError(f"there is no device {device!r} here: {reason}") from error
    if named.startswith("cuda:"):
        torch.cuda.set_device(named)  # or this worker would take memory of the first card, too
    return named


def _log_to(path: Path) -> None:
    """Sends everything this process prints, logs or dies with to the end of a file."""
    sys.stdout.flush()
    sys.stderr.flush()
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.close(file)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(  # type: ignore[union-attr]
            encoding="utf-8", errors="backslashreplace", line_buffering=True
        )
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True
    )


def _in_a_line(error: Exception) -> str:
    if isinstance(error, IsthmusError):
        return str(error)
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


if __name__ == "__main__":
    main()
