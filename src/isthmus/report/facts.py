"""Everything that a report is made from, gathered once from study, plan, store and analysis."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, cast

from isthmus.report.costs import ledger_of
from isthmus.sources.provider import source_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import polars as pl

    from isthmus.analysis.gains import Gain
    from isthmus.analysis.result import Analysis
    from isthmus.analysis.similarity import Distances
    from isthmus.languages.language import Language
    from isthmus.report.costs import Ledger
    from isthmus.sources.provider import Provider
    from isthmus.study.step import Plan
    from isthmus.study.store import Store
    from isthmus.study.study import Study


_TELLING = ("overall", "syntactic", "subword_distance")
"""The distances that languages are ordered by unless a reader asks for another, if one is known."""
_TREATMENTS = {"centring": "centred", "whitening": "whitened"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Encoder:
    """One encoder of the study; ``num_parameters`` is None until it is there."""

    name: str
    origin: str
    num_parameters: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A data set that was read, as the task and the records of reading describe it."""

    task: str
    splits: str
    languages: str
    citation: str
    licence: str
    revision: str
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The accuracy on development pairs of one layer, pooling and treatment of vectors."""

    model: str
    route: str
    target: str
    seed: int
    layer: int
    pooling: str
    treatment: str
    accuracy: float


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything that a report is made from.

    Attributes:
        declaration: The study as it was written.
        scores: The long table; see ``isthmus.study.scores.SCHEMA``.
        metrics: Target -> the metric that gains are about.
        source_of: Target -> the language of its training data.
        languages: Code -> language, in the order in which they are shown: by distance from the
            source where it is known, else by family.
        distances: Code -> name -> distance from the source; those that go with an encoder are the
            first's.
        distance_names: Of those that vary, the most telling first.
        num_done, num_planned: Scores that are there, and that the study declares.
        on_world: Whether the data is the embedded world's.
        versions: Of this package and of what the numbers rest on.
        hosts: The machines that computed, as their records say.
    """

    study: Study
    declaration: str
    analysis: Analysis
    scores: pl.DataFrame
    metrics: Mapping[str, str]
    source_of: Mapping[str, str]
    languages: Mapping[str, Language]
    distances: Distances
    distance_names: tuple[str, ...]
    num_done: int
    num_planned: int
    on_world: bool
    encoders: tuple[Encoder, ...]
    sources: tuple[Source, ...]
    ledger: Ledger
    sweep: tuple[Place, ...]
    versions: Mapping[str, str]
    hosts: tuple[str, ...]
    store_root: Path

    def is_in_source(self, gain: Gain) -> bool:
        """Whether a gain is one in the language that its target is trained in."""
        return gain.scope == "language" and gain.group == self.source_of.get(gain.target)


def gather(
    study: Study,
    plan: Plan,
    store: Store,
    provider: Provider,
    *,
    declaration: str,
    analysis: Analysis,
    scores: pl.DataFrame,
) -> Facts:
    """Gathers what is known by now.

    Args:
        declaration: The study as it was written.
        analysis: Of the study. scores: Its long table.
    """
    tasks = provider.tasks()
    distances = next(iter(analysis.distances.values()), {})
    names = _distance_names(distances)
    return Facts(
        study=study,
        declaration=declaration,
        analysis=analysis,
        scores=scores,
        metrics={name: tasks[name].metrics[0] for name in study.targets},
        source_of={name: source_of(tasks[name], provider) for name in study.targets},
        languages=_ordered(plan, provider, names, distances),
        distances=distances,
        distance_names=names,
        num_done=sum(store.is_done(cell.score_key) for cell in plan.all_cells),
        num_planned=len(plan.all_cells),
        on_world=study.data == "world",
        encoders=tuple(_encoders(study, plan, store)),
        sources=tuple(_sources(plan, store, provider)),
        ledger=ledger_of(plan, store, analysis),
        sweep=tuple(_sweep(plan, store)),
        versions=_versions(),
        hosts=_hosts(plan, store),
        store_root=store.root,
    )


def _distance_names(distances: Distances) -> tuple[str, ...]:
    values: dict[str, set[float]] = {}
    for each in distances.values():
        for name, value in each.items():
            values.setdefault(name, set()).add(value)
    varied = [name for name, found in values.items() if len(found) > 1]
    telling = [name for name in _TELLING if name in varied]
    return (*telling, *(name for name in varied if name not in telling))


def _ordered(
    plan: Plan, provider: Provider, names: tuple[str, ...], distances: Distances
) -> dict[str, Language]:
    found = {cell.language: provider.language(cell.language) for cell in plan.cells}
    first = names[0] if names and names[0] in _TELLING else None

    def place(code: str) -> tuple[Any, ...]:
        language = found[code]
        near = distances.get(code, {}).get(first, float("inf")) if first is not None else 0.0
        is_other = code != provider.source_language
        return is_other, near, language.family, language.branch, code

    return {code: found[code] for code in sorted(found, key=place)}


def _encoders(study: Study, plan: Plan, store: Store) -> Iterator[Encoder]:
    steps = {step.key: step for step in plan.steps}
    for name, source in study.models.items():
        cell = next((cell for cell in plan.cells if cell.model == name), None)
        predict = steps[steps[cell.score_key].inputs["predictions"]] if cell is not None else None
        done = store.done(predict.inputs["checkpoint"]) if predict is not None else None
        if source.pretrain is not None:
            origin = f"size {source.pretrain.size}, pretrained from scratch by this study"
        else:
            origin = f"{source.load}{f' at {source.revision}' * bool(source.revision)}"
        yield Encoder(
            name=name,
            origin=origin,
            num_parameters=cast("int", done.result["num_parameters"]) if done else None,
        )


def _sources(plan: Plan, store: Store, provider: Provider) -> Iterator[Source]:
    read: dict[str, list[dict[str, Any]]] = {}
    notes: dict[str, dict[str, None]] = {}
    for step in plan.steps:
        if step.verb != "read":
            continue
        settings = cast("dict[str, Any]", step.settings)
        read.setdefault(settings["task"], []).append(settings)
        done = store.done(step.key)
        note = str(done.result.get("note", "")) if done is not None else ""
        if note:
            notes.setdefault(settings["task"], {})[note] = None
    tasks = provider.tasks()
    for name, settings_of in read.items():
        task = tasks[name]
        commit = f"{task.hub} at {task.revision}" if task.hub and task.revision else task.hub
        yield Source(
            task=name,
            splits=" ".join(dict.fromkeys(each["split"] for each in settings_of)),
            languages=" ".join(sorted({each["language"] for each in settings_of})),
            citation=task.citation,
            licence=task.licence,
            revision=commit,
            notes=tuple(notes.get(name, ())),
        )


def _sweep(plan: Plan, store: Store) -> Iterator[Place]:
    steps = {step.key: step for step in plan.steps}
    seen: set[tuple[str, str, str, int]] = set()
    for cell in plan.cells:
        whose = (cell.model, cell.route, cell.target, cell.seed)
        predict = steps.get(steps[cell.score_key].inputs.get("predictions", ""))
        choice = predict.inputs.get("choice") if predict is not None else None
        done = store.done(choice) if choice is not None and whose not in seen else None
        seen.add(whose)
        for place in cast("list[dict[str, Any]]", done.result["sweep"] if done else []):
            treatments = [word for name, word in _TREATMENTS.items() if place.get(name)]
            yield Place(
                model=cell.model,
                route=cell.route,
                target=cell.target,
                seed=cell.seed,
                layer=place["layer"],
                pooling=place["pooling"],
                treatment=" and ".join(treatments) or "as it is",
                accuracy=place["accuracy"],
            )


def _versions() -> dict[str, str]:
    names = ("isthmus", "numpy", "polars", "scipy", "tokenizers", "torch", "transformers")
    return {"python": sys.version.split()[0], **{name: version(name) for name in names}}


def _hosts(plan: Plan, store: Store) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for step in plan.steps:
        record = store.record(step.key) if step.verb == "train" else None
        if record is not None:
            found[_host(record.host)] = None
    return tuple(found)


def _host(host: Mapping[str, Any]) -> str:
    """A record's host on one line."""
    flat: dict[str, Any] = {}
    for name, value in host.items():
        flat |= value if isinstance(value, dict) else {name: value}
    return ", ".join(f"{name} {value}" for name, value in flat.items())
