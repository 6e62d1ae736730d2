"""Model cards: what each checkpoint of a study is, was trained on, and scores.

A checkpoint may serve several routes, and its scores come after it; so cards are written at the end
of a run, beside the weights, from records alone. They are no part of any step.
"""

from __future__ import annotations

import json
import statistics
from typing import TYPE_CHECKING, Any, cast

from isthmus.study.disk import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from isthmus.study.step import Cell, Plan, Step
    from isthmus.study.store import Store
    from isthmus.study.study import Study

PIPELINES = {
    "classify": "text-classification",
    "tag": "token-classification",
    "span": "question-answering",
    "choice": "multiple-choice",
    "mlm": "fill-mask",
}


def write_cards(study: Study, plan: Plan, store: Store) -> None:
    """Writes ``README.md`` into every head's folder of every finished training of a plan.

    Raises:
        StoreError: the store cannot be written.
    """
    steps = {step.key: step for step in plan.steps}
    cells = _cells_by_checkpoint(plan, steps)
    for step in plan.steps:
        done = store.done(step.key) if step.verb == "train" else None
        if done is None:
            continue
        for entry in cast("list[dict[str, Any]]", step.settings["tasks"]):
            place = done.folder / "checkpoint" / entry["head"]
            if place.is_dir():
                head = entry | json.loads((place / "isthmus.json").read_text(encoding="utf-8"))
                text = card(study, steps, step, head, done.result, cells.get(step.key, ()), store)
                _write_if_new(place / "README.md", text.encode())


def card(
    study: Study,
    steps: Mapping[str, Step],
    step: Step,
    head: Mapping[str, Any],
    result: Mapping[str, Any],
    cells: Iterable[Cell],
    store: Store,
) -> str:
    """Returns the card of one head of one training, Markdown with the hub's front matter."""
    cells, auto_model = list(cells), head["auto_model"]
    languages = sorted({role.split("/")[2] for role in step.inputs if role.startswith("train/")})
    routes = ", ".join(dict.fromkeys(cell.route for cell in cells)) or "(none scored directly)"
    lines = [
        "---",
        "library_name: transformers",
        f"pipeline_tag: {PIPELINES[head['form']]}",
        "tags: [isthmus, cross-lingual-transfer]",
        "---",
        f"# {head['name']}: {step.title}",
        "",
        f"An encoder with a head for `{head['name']}`, trained by the study `{study.name}`.",
        f"Opens with `{auto_model}` and `AutoTokenizer` of `transformers`.",
        "",
        f"- Step: `{step.key}`",
        f"- Routes: {routes}",
        f"- Training languages: {', '.join(languages)}",
        f"- Parameters: {result['num_parameters']:,}",
    ]
    if study.oracle:
        lines.append("- **Oracle**: weights were selected on other languages than the source.")
    lines += ["", "## How it was made", "", *_lineage(steps, step, store)]
    lines += ["", "## Training settings", "", *_settings(step)]
    lines += ["", "## Scores", "", *_scores(cells, store)]
    return "\n".join(lines) + "\n"


def _lineage(steps: Mapping[str, Step], step: Step, store: Store) -> Iterator[str]:
    chain = [step]
    while "init" in chain[-1].inputs:
        chain.append(steps[chain[-1].inputs["init"]])
    for number, each in enumerate(reversed(chain), start=1):
        done = store.done(each.key)
        result = done.result if done is not None else {}
        if each.verb == "load":
            yield f"{number}. Loaded: {each.settings.get('name')}"
            continue
        counts = ", ".join(
            f"{head} {count:,}" for head, count in cast("dict[str, int]", result["units"]).items()
        )
        yield (
            f"{number}. {each.title}: {result['num_steps']:,} steps, "
            f"{result['num_tokens']:,} tokens; training examples: {counts}"
        )


def _settings(step: Step) -> Iterator[str]:
    for name, value in cast("dict[str, object]", step.settings["training"]).items():
        if value is not None:
            yield f"- {name}: {value}"
    yield f"- seed: {step.settings['seed']}"


def _scores(cells: Iterable[Cell], store: Store) -> Iterator[str]:
    values: dict[tuple[str, str, str, str], list[float]] = {}
    for cell in cells:
        done = store.done(cell.score_key)
        if done is not None:
            for row in cast("list[dict[str, Any]]", done.result["rows"]):
                place = (cell.target, cell.split, cell.language, row["metric"])
                values.setdefault(place, []).append(row["value"])
    if not values:
        yield "None of its own in this study: it is where other trainings start."
        return
    yield "| target | split | language | metric | percent |"
    yield "|---|---|---|---|---|"
    for (target, split, language, metric), scores in values.items():
        yield f"| {target} | {split} | {language} | {metric} | {statistics.fmean(scores):.1f} |"


def _cells_by_checkpoint(plan: Plan, steps: Mapping[str, Step]) -> dict[str, list[Cell]]:
    cells: dict[str, list[Cell]] = {}
    for cell in plan.cells:
        predict = steps[steps[cell.score_key].inputs["predictions"]]
        cells.setdefault(predict.inputs["checkpoint"], []).append(cell)
    return cells


def _write_if_new(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        write_atomically(path, content)
