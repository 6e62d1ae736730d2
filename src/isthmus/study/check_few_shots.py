"""Checks what a study says of few-shot training against its data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.errors import suggest
from isthmus.sources.provider import source_of
from isthmus.study.few_shots import few_shot_languages, pool_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from isthmus.sources.provider import Provider
    from isthmus.study.lines import Place
    from isthmus.study.parts import FewShot
    from isthmus.study.study import Study
    from isthmus.tasks.task import Task


def check_few_shot(
    study: Study, provider: Provider, task: Task, few_shot: FewShot
) -> Iterator[tuple[Place, str]]:
    """Checks the form of a target, the languages that are named, and that no test is a pool."""
    place: Place = ("targets", task.name, "few_shot")
    if task.form in {"retrieve", "mlm"}:
        yield (
            place,
            f"{task.name} has no training of its own to go on with; leave 'few_shot' out.",
        )
        return
    source = source_of(task, provider)
    evaluated = _evaluated(study, task)
    named = () if few_shot.languages == "all" else few_shot.languages
    for code in named:
        if code == source:
            yield (
                (*place, "languages"),
                f"{code!r} is the source language: all of its data is used.",
            )
        elif code not in evaluated:
            known = suggest(code, evaluated)
            yield (*place, "languages"), f"{task.name} is not evaluated in {code!r}.{known}"
    if not [code for code in evaluated if code != source]:
        yield place, f"{task.name} is evaluated in no language but the source; leave it out."
    yield from _tested_pools(study, provider, task, few_shot, evaluated)


def _evaluated(study: Study, task: Task) -> list[str]:
    lists = (study.languages, study.targets[task.name].languages)
    return [code for code in task.languages if all(x == "all" or code in x for x in lists)]


def _tested_pools(
    study: Study, provider: Provider, task: Task, few_shot: FewShot, evaluated: Sequence[str]
) -> Iterator[tuple[Place, str]]:
    tested: dict[str, list[str]] = {}
    for code in few_shot_languages(few_shot, evaluated, source_of(task, provider)):
        split = pool_of(few_shot, task, code, provider.available)
        if split in study.splits:
            tested.setdefault(split, []).append(code)
    place: Place = ("targets", task.name, "few_shot", "split")
    for name, codes in tested.items():
        shown = ", ".join(codes[:4]) + f" and {len(codes) - 4} more" * (len(codes) > 4)
        message = (
            f"examples of {shown} would be drawn from {task.name}'s {name} data, which the study "
            f"evaluates: take {name!r} out of 'splits', or draw from another split."
        )
        yield place, message
