"""How far each step of a plan is, as the store shows it from outside."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

    from isthmus.study.step import Step
    from isthmus.study.store import Store

StateName: TypeAlias = Literal["done", "running", "failed", "interrupted", "to do"]
STATES: tuple[StateName, ...] = ("done", "running", "failed", "interrupted", "to do")


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """The state of a step; ``cause`` says why its last attempt failed, if it did."""

    name: StateName
    cause: str = ""


def state_of(step: Step, store: Store) -> State:
    """Returns the state of a step."""
    if store.is_done(step.key):
        return State(name="done")
    if store.is_claimed(step.key):
        return State(name="running")
    folder = store.folder(step)
    if not folder.is_dir():
        return State(name="to do")
    last = _last_event(folder / "events.jsonl")
    if last.get("event") == "failed":
        return State(name="failed", cause=str(last.get("cause", "")))
    return State(name="interrupted")


def _last_event(path: Path) -> dict[str, object]:
    """The last whole event; the very last line may have been cut by a kill."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    for line in reversed(lines[-2:]):
        try:
            event = json.loads(line)
        except ValueError:
            continue
        return event if isinstance(event, dict) else {}
    return {}
