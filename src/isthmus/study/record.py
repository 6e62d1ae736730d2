"""The record of a finished step: what was done, from what, where, and with what result."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """The circumstances of one step's execution: none of it is identity.

    Attributes:
        started, ended: UTC, ISO 8601.
        seconds: Wall time of the last attempt.
        host: Versions, threads, cores and device.
        peak_memory: Highest resident memory of the worker during the step, in bytes.
        cpu_seconds: Processor time of the last attempt, over all threads; 0 in records that older
            versions wrote. Unlike ``seconds`` it says little of what else ran on the machine.
    """

    started: str
    ended: str
    seconds: float
    host: Mapping[str, object]
    peak_memory: int
    cpu_seconds: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """Everything ``record.json`` holds. See Step for the first five and Run for the rest."""

    key: str
    verb: str
    title: str
    settings: Mapping[str, object]
    inputs: Mapping[str, str]
    result: Mapping[str, object]
    started: str
    ended: str
    seconds: float
    host: Mapping[str, object]
    peak_memory: int
    cpu_seconds: float = 0.0

    def as_json(self) -> bytes:
        """Returns the record as indented UTF-8 JSON.

        Raises:
            TypeError: the result holds something that is not a JSON value.
        """
        return (json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n").encode()


def parse_record(content: bytes, key: str) -> Record:
    """Reads a record back.

    Raises:
        ValueError: it is not JSON, lacks a field, or is the record of another key.
    """
    raw = json.loads(content)
    if not isinstance(raw, dict):
        raise ValueError(f"it holds a {type(raw).__name__}, not an object")  # noqa: TRY004
    names = [field.name for field in fields(Record)]
    raw.setdefault("cpu_seconds", 0.0)
    missing = [name for name in names if name not in raw]
    if missing:
        raise ValueError(f"it lacks {', '.join(missing)}")
    if raw["key"] != key:
        raise ValueError(f"it says its key is {raw['key']!r}")
    if not isinstance(raw["result"], dict):
        raise ValueError("its result is not an object")  # noqa: TRY004
    return Record(**{name: raw[name] for name in names})
