"""Writes what a finished study measured as Markdown: its answer, scores, sharing, time, machine.

python bench/study_results.py real_small --store store --data DATA > bench/results/real_small.md
"""

from __future__ import annotations

import argparse
import platform
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from study_answers import answers

from isthmus.api import open_study
from isthmus.sources.provider import source_of
from isthmus.study.scores import by_language, summarise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isthmus.api import Opened


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study")
    parser.add_argument("--store", type=Path, default=Path("store"))
    parser.add_argument("--data", type=Path)
    parser.add_argument("--note", default="", help="a sentence on the circumstances of the run")
    parser.add_argument("--commit", default=_commit(), help="of the code that ran it")
    options = parser.parse_args()
    opened = open_study(options.study, store=options.store, data=options.data)
    data = " --data DATA" if options.data else ""
    lines = [f"# {opened.study.name}", "", opened.study.description, ""]
    lines += [f"Command: `isthmus run {options.study}{data}`. {options.note}".strip(), ""]
    lines += [*_machine(opened, options.commit), *answers(opened.analysis()), *_summary(opened)]
    lines += [*_languages(opened), *_notes(opened), *_trainings(opened)]
    sys.stdout.write("\n".join(lines) + "\n")


def _machine(opened: Opened, commit: str) -> Iterator[str]:
    records = [opened.store.record(step.key) for step in opened.plan.steps]
    done = [record for record in records if record is not None]
    host = next(record.host for record in done if record.verb in ("train", "embed", "predict"))
    versions = cast("dict[str, str]", host["versions"])
    facts = ", ".join(f"{name} {version}" for name, version in versions.items())
    seconds = sum(record.seconds for record in done)
    training = sum(record.seconds for record in done if record.verb == "train")
    memory = max(record.peak_memory for record in done) / 2**30
    yield f"- Machine: {_processor()}, {host['cores']} cores, {host['threads']} threads, {host['device']}"
    yield f"- Software: Python {host['python']}, {facts}; commit {commit}"
    yield (
        f"- Steps: {len(done)} of {len(opened.plan.steps)} done, for {len(opened.plan.cells)} "
        f"cells; without sharing there would be {opened.plan.num_unshared:,}"
    )
    yield (
        f"- Time: {seconds / 60:.1f} min of step time, {training / 60:.1f} of it training; "
        f"peak memory of a worker {memory:.2f} GiB"
    )
    timed = [record.cpu_seconds for record in done if record.cpu_seconds]
    if timed:
        which = "" if len(timed) == len(done) else f", of the {len(timed):,} steps that recorded it"
        yield f"- Processor time: {sum(timed) / 60:.1f} min{which}"
    yield ""


def _commit() -> str:
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _processor() -> str:
    """Returns the name of this machine's processor, where the study ran."""
    described = Path("/proc/cpuinfo")
    lines = described.read_text(encoding="utf-8").splitlines() if described.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    features = "with AMX" if any("amx_bf16" in line for line in lines) else "without AMX"
    return f"{names[0] if names else platform.processor()} ({features})"


def _metrics(opened: Opened) -> dict[str, str]:
    tasks = opened.provider.tasks()
    return {name: tasks[name].metrics[0] for name in opened.study.targets}


def _summary(opened: Opened) -> Iterator[str]:
    source = opened.provider.source_language
    yield "## Routes and targets, percent"
    yield ""
    yield f"| target | metric | route | {source} | chance | zero-shot mean | chance | languages |"
    yield "|---|---|---|---:|---:|---:|---:|---:|"
    tasks = opened.provider.tasks()
    sources = {name: source_of(tasks[name], opened.provider) for name in opened.study.targets}
    table = summarise(opened.scores(), _metrics(opened), sources)
    order = {name: place for place, name in enumerate(opened.study.targets)}
    for row in sorted(table.to_dicts(), key=lambda row: order[row["target"]]):
        numbers = [
            _number(row[name])
            for name in ("source", "source_chance", "zero_shot", "zero_shot_chance")
        ]
        cells = [row["target"], row["metric"], row["route"], *numbers, str(row["num_languages"])]
        yield f"| {' | '.join(cells)} |"
    yield ""


def _languages(opened: Opened) -> Iterator[str]:
    table = by_language(opened.scores(), _metrics(opened)).to_dicts()
    routes = list(opened.study.routes)
    for target in opened.study.targets:
        rows = [row for row in table if row["target"] == target]
        yield f"## {target} by language, percent"
        yield ""
        yield f"| language | examples | chance | {' | '.join(routes)} |"
        yield "|---|---:|---:|" + "---:|" * len(routes)
        for code in dict.fromkeys(row["language"] for row in rows):
            own = {row["route"]: row for row in rows if row["language"] == code}
            first = next(iter(own.values()))
            values = [_number(own[route]["value"] if route in own else None) for route in routes]
            name = opened.provider.language(code).name
            yield (
                f"| {code} {name} | {first['count']:,} | {_number(first['chance'])} | "
                f"{' | '.join(values)} |"
            )
        yield ""


def _notes(opened: Opened) -> Iterator[str]:
    """Says where the data is not what the task's authors have."""
    notes: dict[str, list[str]] = {}
    for step in opened.plan.steps:
        if step.verb == "read":
            task, split, language = (
                str(step.settings[name]) for name in ("task", "split", "language")
            )
            note = opened.provider.note(opened.provider.tasks()[task], split, language)
            if note:
                notes.setdefault(f"`{task}` {split}: {note}", []).append(language)
    if notes:
        yield "## What stands in for what"
        yield ""
        for note, languages in notes.items():
            yield f"- {note} ({' '.join(languages)})"
        yield ""


def _trainings(opened: Opened) -> Iterator[str]:
    """A row a training; the seeds of one are a row, with their mean."""
    yield "## Trainings"
    yield ""
    yield "| training | runs | steps | tokens | seconds | tokens/s |"
    yield "|---|---:|---:|---:|---:|---:|"
    runs: dict[str, list[dict[str, Any]]] = {}
    for step in opened.plan.steps:
        record = opened.store.record(step.key) if step.verb == "train" else None
        if record is not None:
            title = re.sub(r", seed \d+\)", ")", step.title)
            runs.setdefault(title, []).append(cast("dict[str, Any]", record.result))
    for title, results in runs.items():
        steps, tokens, seconds = (
            sum(result[name] for result in results) / len(results)
            for name in ("num_steps", "num_tokens", "train_seconds")
        )
        yield (
            f"| {title} | {len(results)} | {steps:,.0f} | {tokens:,.0f} | {seconds:.0f} | "
            f"{tokens / max(seconds, 1e-9):,.0f} |"
        )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


if __name__ == "__main__":
    main()
