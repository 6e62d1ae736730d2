"""Content-addressed results of steps on a disk.

    <root>/store.json                      the version of this layout
    <root>/steps/<verb>/<key>/             a step's outputs, log.txt, events.jsonl
    <root>/steps/<verb>/<key>/record.json  written last: the step is done if and only if it is there
    <root>/studies/<name>/                 study.yaml, plan.json, scores.parquet
    <root>/locks/<key>                     held by the process that performs the step
    <root>/hub.json                        commits that branches of the hub are held at

Whoever performs a step claims it first, so that two runs on one store share the work instead of
doing it twice. A claim dies with its process.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from isthmus.errors import StoreError
from isthmus.study.disk import explained, sync_files, write_atomically
from isthmus.study.record import Record, Run, parse_record
from isthmus.study.step import VERB_VERSIONS, Done

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from isthmus.study.step import Plan, Step

STORE_FORMAT = 1
"""Raised by one whenever an older Isthmus could misread what a newer one stores."""

_UNSYNCED = ("log.txt", "events.jsonl")
"""What no result depends on need not wait for the disk, which takes longer than small steps do."""

_log = logging.getLogger(__name__)


class Store:
    """The results of steps below one folder. Nothing is created before something is written.

    Args:
        root: The folder; it need not exist.

    Raises:
        StoreError: the store was made by a newer Isthmus, or its ``store.json`` is unreadable.
    """

    def __init__(self, root: Path):
        self.root = root
        self._warned: set[Path] = set()
        self._check_format()

    def folder(self, step: Step) -> Path:
        """Where a step's outputs are, or will be."""
        return self.root / "steps" / step.verb / step.key

    def study_folder(self, name: str) -> Path:
        """Where a study's declaration, plan and scores are, or will be."""
        return self.root / "studies" / name

    def done(self, key: str) -> Done | None:
        """The finished step of a key, or None."""
        record = self.record(key)
        if record is None:
            return None
        return Done(folder=self.root / "steps" / record.verb / key, result=record.result)

    def is_done(self, key: str) -> bool:
        """Whether the step of a key is finished."""
        return self.record(key) is not None

    def record(self, key: str) -> Record | None:
        """The record of a finished step, or None; an unreadable record counts as not there."""
        for verb in VERB_VERSIONS:
            path = self.root / "steps" / verb / key / "record.json"
            try:
                content = path.read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                continue
            try:
                return parse_record(content, key)
            except ValueError as error:
                self._warn(path, error)
        return None

    def records(self, verb: str) -> Iterator[Record]:
        """Every finished step of a verb, in the order of their keys."""
        for path in sorted((self.root / "steps" / verb).glob("*/record.json")):
            record = self.record(path.parent.name)
            if record is not None:
                yield record

    def stamp(self, plan: Plan) -> int:
        """A number that is another one when a record of a plan's steps was written or taken away."""
        times = []
        for step in plan.steps:
            try:
                times.append((self.folder(step) / "record.json").stat().st_mtime_ns)
            except OSError:
                times.append(0)
        return hash(tuple(times))

    def prepare(self) -> None:
        """Creates the store where it does not exist, and finds out that it can be written.

        Raises:
            StoreError: it cannot.
        """
        with explained(self.root):
            for name in ("steps", "studies", "locks"):
                (self.root / name).mkdir(parents=True, exist_ok=True)
            write_atomically(self.root / "store.json", f'{{"format": {STORE_FORMAT}}}\n'.encode())

    def claim(self, step: Step, timeout_s: float = -1.0) -> Claim | None:
        """Takes a step for this process, or returns None where another one holds it.

        Args:
            step: The step to perform. Look again whether it is done once it is claimed.
            timeout_s: How long to wait for another holder, in seconds; negative waits for ever.

        Raises:
            StoreError: the store cannot be written.
        """
        with explained(self.root):
            locks = self.root / "locks"
            locks.mkdir(parents=True, exist_ok=True)
            lock = FileLock(locks / step.key)
            try:
                lock.acquire(timeout=timeout_s)
            except Timeout:
                return None
            folder = self.folder(step)
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except BaseException:
                lock.release()
                raise
        return Claim(root=self.root, step=step, folder=folder, lock=lock)

    def is_claimed(self, key: str) -> bool:
        """Whether some process is performing the step of a key now."""
        path = self.root / "locks" / key
        try:
            if path.exists():
                with FileLock(path, timeout=0):
                    return False
        except Timeout:
            return True
        except OSError:
            # A store that cannot be written is one in which nobody works.
            return False
        return False

    def save_study(self, name: str, declaration: str, plan: Plan) -> None:
        """Keeps a study's declaration and plan beside its scores."""
        folder = self.study_folder(name)
        with explained(self.root):
            folder.mkdir(parents=True, exist_ok=True)
            write_atomically(folder / "study.yaml", declaration.encode())
            content = json.dumps(plan, default=_shallow, ensure_ascii=False)
            write_atomically(folder / "plan.json", content.encode())

    def _check_format(self) -> None:
        path = self.root / "store.json"
        try:
            found = json.loads(path.read_bytes())["format"]
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreError(
                f"{self.root} is not a store ({error.strerror}). Choose another with --store."
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"{path} does not say which format the store has ({error}). If the folder is a "
                f'store of this version, write {{"format": {STORE_FORMAT}}} there.'
            ) from error
        if not isinstance(found, int) or found > STORE_FORMAT:
            raise StoreError(
                f"The store {self.root} has format {found}; this Isthmus reads format "
                f"{STORE_FORMAT}. Upgrade Isthmus, or choose another store with --store."
            )

    def _warn(self, path: Path, error: ValueError) -> None:
        if path not in self._warned:
            self._warned.add(path)
            _log.warning("%s cannot be used (%s): the step will be done again.", path, error)


class Claim:
    """The right to perform one step, released on leaving the ``with`` block.

    Attributes:
        folder: Where the step writes; it may hold what an interrupted attempt left.
    """

    def __init__(self, *, root: Path, step: Step, folder: Path, lock: FileLock):
        self.folder = folder
        self._root, self._step, self._lock = root, step, lock

    def finish(self, result: dict[str, object], run: Run) -> Done:
        """Writes the record, after everything else in the folder has reached the disk.

        Raises:
            StoreError: the record cannot be written; the step is not done.
            TypeError: the result holds something that is not a JSON value.
        """
        step = self._step
        record = Record(
            key=step.key,
            verb=step.verb,
            title=step.title,
            settings=dict(step.settings),
            inputs=dict(step.inputs),
            result=result,
            **asdict(run),
        )
        content = record.as_json()
        with explained(self._root):
            sync_files(self.folder, but=_UNSYNCED)
            write_atomically(self.folder / "record.json", content)
        # What the caller sees now is what every later reader will see: tuples as lists, and so on.
        return Done(folder=self.folder, result=parse_record(content, step.key).result)

    def __enter__(self) -> Claim:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lock.release()


def _shallow(value: object) -> dict[str, object]:
    """One level of a Plan, a Step or a Cell as JSON; ``asdict`` would copy all of it first."""
    return {field.name: getattr(value, field.name) for field in fields(value)}  # type: ignore[arg-type]
