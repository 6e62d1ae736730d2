"""``isthmus status``."""

from pathlib import Path

from rich.table import Table

from isthmus.api import Opened, open_study
from isthmus.cli.console import say, write_json, write_table
from isthmus.cli.marks import title_of
from isthmus.study.state import STATES, State, state_of
from isthmus.study.step import VERB_VERSIONS, Step


def show_status(study: str, *, store: Path, data: Path | None, only: str, as_json: bool) -> None:
    """Shows the number of steps of each verb in each state, and why steps failed."""
    opened = open_study(study, store=store, data=data, only=only)
    states = [(step, state_of(step, opened.store)) for step in opened.selected.steps]
    if as_json:
        write_json(_as_json(opened, states))
        return
    table = Table()
    table.add_column("steps")
    for name in STATES:
        table.add_column(name, justify="right")
    for verb in VERB_VERSIONS:
        counts = _counts([state for step, state in states if step.verb == verb])
        if any(counts):
            table.add_row(verb, *(str(count) if count else "" for count in counts))
    table.add_section()
    table.add_row("all", *map(str, _counts([state for _, state in states])))
    write_table(table, f"{title_of(opened.study)} in {opened.store.root}")
    for step, state in states:
        if state.name == "failed":
            say(f"failed: {step.title}: {state.cause}")
            say(f"  log: {opened.store.folder(step) / 'log.txt'}")


def _counts(states: list[State]) -> list[int]:
    return [sum(state.name == name for state in states) for name in STATES]


def _as_json(opened: Opened, states: list[tuple[Step, State]]) -> dict[str, object]:
    return {
        "study": opened.study.name,
        "oracle": opened.study.oracle,
        "store": str(opened.store.root),
        "counts": dict(zip(STATES, _counts([state for _, state in states]), strict=True)),
        "steps": [
            {
                "key": step.key,
                "verb": step.verb,
                "title": step.title,
                "state": state.name,
                "cause": state.cause,
            }
            for step, state in states
        ],
    }
