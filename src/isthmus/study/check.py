"""Checks the names in a study against the place its data comes from."""

from __future__ import annotations

from collections import ChainMap
from typing import TYPE_CHECKING

from isthmus.errors import StudyError, suggest
from isthmus.sources.provider import source_of
from isthmus.study.check_few_shots import check_few_shot
from isthmus.study.check_translations import check_translations
from isthmus.study.claims import check_claims

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from isthmus.sources.provider import Provider
    from isthmus.study.lines import Place
    from isthmus.study.parts import Languages, Phase
    from isthmus.study.study import Study
    from isthmus.tasks.task import Task

Problem = tuple["Place", str]


def check_names(study: Study, provider: Provider) -> None:
    """Checks every task and language that a study names.

    Raises:
        StudyError: lists everything that is unknown or cannot be used where it stands.
    """
    tasks = provider.tasks()
    problems = [
        *_models(study, provider, tasks),
        *_routes(study, provider, tasks),
        *_targets(study, provider, tasks),
        *_codes(("languages",), study.languages, provider),
        *_selection(study, provider, tasks),
        *check_claims(study),
    ]
    if problems:
        raise study.error(*problems)


def _models(study: Study, provider: Provider, tasks: Mapping[str, Task]) -> Iterator[Problem]:
    for name, model in study.models.items():
        if model.pretrain is None:
            continue
        place: Place = ("models", name, "pretrain")
        for index, corpus in enumerate(model.pretrain.corpus):
            yield from _known((*place, "corpus", index), corpus.task, tasks)
        yield from _codes((*place, "languages"), model.pretrain.languages, provider)


def _routes(study: Study, provider: Provider, tasks: Mapping[str, Task]) -> Iterator[Problem]:
    for name, phases in study.routes.items():
        for index, phase in enumerate(phases):
            place: Place = ("routes", name, index)
            for number, task in enumerate(phase.tasks):
                yield from _trainable((*place, "tasks", number), task, tasks)
            trained = [tasks[task].trains_on or task for task in phase.tasks if task in tasks]
            if len(set(trained)) < len(trained):
                yield place, f"'tasks' trains on the same data twice: {trained}; keep one of each."
            for number, task in enumerate(phase.mlm):
                inner = (*place, "mlm", number)
                yield from _known(inner, task, tasks)
                if task in tasks and tasks[task].form != "mlm":
                    texts = [each.name for each in tasks.values() if each.form == "mlm"]
                    yield inner, f"{task!r} is not a text task.{suggest(task, texts)}"
            yield from _codes((*place, "languages"), phase.languages or "all", provider)
            yield from check_translations(study, provider, phase, place)
            if phase.even_languages and not any(each in tasks for each in phase.tasks):
                yield place, "'even_languages' has no meaning without 'tasks'; leave it out."
            elif phase.even_languages and _num_train(study, phase) is None:
                message = "'even_languages' shares 'training.num_train' among languages; set it."
                yield place, message


def _num_train(study: Study, phase: Phase) -> object:
    layers = (study.training, study.intermediate.training, phase.training)
    return ChainMap(*(dict(layer) for layer in reversed(layers))).get("num_train")


def _targets(study: Study, provider: Provider, tasks: Mapping[str, Task]) -> Iterator[Problem]:
    for name, target in study.targets.items():
        place: Place = ("targets", name)
        yield from _known(place, name, tasks)
        if name not in tasks:
            continue
        if tasks[name].form == "mlm":
            yield place, f"{name!r} is text: it can be trained on, but has no score."
        yield from _codes((*place, "languages"), target.languages, provider)
        if target.trains_on is not None:
            yield from _retrained((*place, "trains_on"), name, target.trains_on, tasks)
        if target.few_shot is not None:
            yield from check_few_shot(study, provider, tasks[name], target.few_shot)
        own = tasks[name].languages
        for code in () if target.languages == "all" else target.languages:
            if code not in own:
                yield (*place, "languages"), f"{name} is not in {code!r}.{suggest(code, own)}"


def _retrained(place: Place, name: str, other: str, tasks: Mapping[str, Task]) -> Iterator[Problem]:
    """Checks that a target can train on another task than its own."""
    yield from _trainable(place, other, tasks)
    if other not in tasks:
        return
    task, trained = tasks[name], tasks[other]
    if task.form != trained.form:
        yield place, f"{other!r} is of the form {trained.form!r}, and {name!r} {task.form!r}."
    if trained.trains_on and other != name:
        yield place, f"{other!r} trains on {trained.trains_on!r} itself; name that."
    foreign = [label for label in task.labels if trained.labels and label not in trained.labels]
    if foreign:
        known = ", ".join(trained.labels)
        yield place, f"{other!r} has no label {foreign[0]!r} of {name!r}, but {known}."


def _selection(study: Study, provider: Provider, tasks: Mapping[str, Task]) -> Iterator[Problem]:
    place: Place = ("selection", "languages")
    languages = study.selection.languages or ()
    yield from _codes(place, languages, provider)
    sources = {source_of(tasks[name], provider) for name in study.targets if name in tasks}
    others = [code for code in languages if sources - {code}]
    if others and not study.oracle:
        message = (
            f"selects on {others}, which is not zero-shot: it inflates the scores. Select on "
            f"{' or '.join(map(repr, sorted(sources)))}, or declare 'oracle: true', which every table "
            "will name."
        )
        yield place, message


def _known(place: Place, name: str, tasks: Mapping[str, Task]) -> Iterator[Problem]:
    if name not in tasks:
        yield place, f"unknown task {name!r}.{suggest(name, tasks)}"


def _trainable(place: Place, name: str, tasks: Mapping[str, Task]) -> Iterator[Problem]:
    yield from _known(place, name, tasks)
    if name in tasks and tasks[name].form == "mlm":
        yield place, f"{name!r} is text; write it under 'mlm', with 'mixture.mlm_share'."
    elif name in tasks and tasks[name].trains_on == "":
        yield place, f"{name!r} has no training data; it can only be a target."


def _codes(place: Place, languages: Languages | tuple[()], provider: Provider) -> Iterator[Problem]:
    for code in () if languages == "all" else languages:
        try:
            provider.language(code)
        except StudyError as error:
            yield place, str(error)
