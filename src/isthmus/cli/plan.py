"""``isthmus plan``: what a run would do, and what it would cost. Nothing is written."""

from dataclasses import asdict
from pathlib import Path

from rich.table import Table

from isthmus.api import Opened, open_study
from isthmus.cli.console import say, write_json, write_table
from isthmus.cli.marks import title_of
from isthmus.cli.times import count, duration, memory
from isthmus.runners.host import usable_cores
from isthmus.runners.schedule import missing_steps
from isthmus.study.estimate import Estimate, estimate, history_of
from isthmus.study.step import VERB_VERSIONS


def show_plan(
    study: str, *, store: Path, data: Path | None, num_workers: int, only: str, as_json: bool
) -> None:
    """Shows the steps of each verb, how many are there already, and the cost of the rest."""
    opened = open_study(study, store=store, data=data, only=only)
    plan = opened.selected
    missing = {step.key for step in missing_steps(plan, opened.store.is_done)}
    history = history_of(record for verb in VERB_VERSIONS for record in opened.store.records(verb))
    cached = {step.key for step in plan.steps} - missing
    threads = max(1, usable_cores() // num_workers)
    num_cores = min(usable_cores(), num_workers * threads)
    cost = estimate(plan, history, num_cores=num_cores, done=cached)
    peak = sum(sorted((step.memory for step in cost.steps), reverse=True)[:num_workers])
    if as_json:
        write_json(_as_json(opened, missing, cost, peak))
        return
    write_table(_table(opened, missing, cost), f"{title_of(opened.study)}: the plan")
    say(
        f"{len(plan.steps)} steps fill {len(plan.all_cells)} cells; without sharing there would be "
        f"{plan.num_unshared}."
    )
    if missing:
        say(
            f"To do: {len(missing)} steps, about {count(cost.num_tokens)} tokens, "
            f"{duration(cost.seconds)} and at most {memory(peak)} of memory "
            f"with {num_workers} worker{'s' * (num_workers > 1)}."
        )
    else:
        say("Nothing to do: every score is there.")
    for lack in plan.missing:
        say(f"No {lack.split} data of {lack.target} in: {' '.join(lack.languages)}", style="yellow")


def _table(opened: Opened, missing: set[str], cost: Estimate) -> Table:
    costs = {step.key: step for step in cost.steps}
    table = Table()
    table.add_column("verb")
    for name in ("steps", "cached", "to do", "tokens", "time"):
        table.add_column(name, justify="right")
    for verb in VERB_VERSIONS:
        steps = [step for step in opened.selected.steps if step.verb == verb]
        due = [costs[step.key] for step in steps if step.key in missing]
        num_tokens = sum(step.num_tokens for step in due)
        if steps:
            table.add_row(
                verb,
                str(len(steps)),
                str(len(steps) - len(due)),
                str(len(due)),
                count(num_tokens) if num_tokens else "",
                duration(sum(step.seconds for step in due)) if due else "",
            )
    return table


def _as_json(opened: Opened, missing: set[str], cost: Estimate, peak: int) -> dict[str, object]:
    plan = opened.selected
    costs = {step.key: asdict(step) for step in cost.steps}
    return {
        "study": plan.study,
        "oracle": opened.study.oracle,
        "num_steps": len(plan.steps),
        "num_cached": len(plan.steps) - len(missing),
        "num_unshared": plan.num_unshared,
        "num_cells": len(plan.all_cells),
        "num_tokens": cost.num_tokens,
        "seconds": cost.seconds,
        "memory": peak,
        "missing_data": [asdict(lack) for lack in plan.missing],
        "steps": [
            {
                "key": step.key,
                "verb": step.verb,
                "title": step.title,
                "inputs": dict(step.inputs),
                "cached": step.key not in missing,
                "num_tokens": costs[step.key]["num_tokens"] if step.key in costs else 0,
                "seconds": costs[step.key]["seconds"] if step.key in costs else 0.0,
            }
            for step in plan.steps
        ],
    }
