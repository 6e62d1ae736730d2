"""From what a study says to the settings each training and each encoding really has.

Later wins: the task's recipe, the study's ``training``, (for intermediate phases) the study's
``intermediate.training``, and what the phase or the target says itself.
"""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from isthmus.forms.form import FormSpec
from isthmus.study.parts import Retrieval
from isthmus.tasks.task import Recipe
from isthmus.training.settings import Mixture, TrainingSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from isthmus.study.parts import FewShot, Phase, Pretrain, Target
    from isthmus.study.study import Study
    from isthmus.tasks.task import FormName, Task

MULTI_TASK = Recipe(num_epochs=3.0, batch_size=24)
"""Phang et al. 2020 train all intermediate tasks together for 3 epochs."""

FEW_EPOCHS, FEW_BATCH_SIZE = 10.0, 16
"""Of training on a few examples, whatever their number and the target's own settings."""

FILL: Mapping[FormName, float] = {"classify": 0.25, "tag": 0.2, "span": 0.6, "choice": 0.4, "retrieve": 0.2, "mlm": 0.9}  # fmt: skip
"""Share of ``max_length`` that an average sequence fills, for estimates: text shares rows."""

UNKNOWN_TRAIN, NUM_EVALUATED, NUM_CHOICES = 10_000, 2_000, 4
"""Examples assumed where a task does not say, and sequences per example of choice; estimates."""


def phase_training(study: Study, phase: Phase, tasks: Sequence[Task]) -> TrainingSettings:
    """Returns the settings of an intermediate phase on ``tasks`` (text tasks if only those)."""
    recipe = tasks[0].recipe
    if len(tasks) > 1:
        longest = max(task.recipe.max_length for task in tasks)
        recipe = replace(MULTI_TASK, max_length=longest)
    return _settings(recipe, study, study.training, study.intermediate.training, phase.training)


def target_training(study: Study, target: Target, task: Task) -> TrainingSettings:
    """Returns the settings with which ``task`` is trained as a target."""
    return _settings(task.recipe, study, study.training, target.training)


def few_shot_training(
    study: Study, target: Target, few_shot: FewShot, task: Task, *, shots: int
) -> TrainingSettings:
    """Returns the settings of training a target further on ``shots`` examples.

    Those of the target, but ``FEW_EPOCHS`` in batches of ``FEW_BATCH_SIZE`` and the last weights,
    since selecting would take more labels; then what ``few_shot`` says. No batch has an example
    twice.
    """
    training = replace(
        target_training(study, target, task),
        num_epochs=FEW_EPOCHS,
        batch_size=FEW_BATCH_SIZE,
        max_steps=None,
        num_train=None,
        selection="last",
    )
    training = replace(training, **few_shot.training)
    return replace(training, batch_size=min(training.batch_size, shots))


def pretraining(pretrain: Pretrain) -> TrainingSettings:
    """Returns the settings of pretraining: the defaults and what it says itself."""
    return replace(TrainingSettings(), **pretrain.training)


def phase_max_length(study: Study, phase: Phase, task: Task) -> int:
    """Returns the longest input of one task of a phase, which keeps its own recipe's length."""
    layers = (study.training, study.intermediate.training, phase.training)
    return _last(layers, "max_length", task.recipe.max_length)


def mixture_of(phase: Phase) -> Mixture:
    """Returns how the phase draws its tasks."""
    return Mixture(**phase.mixture)


def form_spec(task: Task, *, max_length: int, joined_words: bool = False) -> FormSpec:
    """Returns what the task's form has to know, with only the fields that its form reads.

    Windows of ``span`` are cut down with ``max_length``, so that a question of ``max_query`` and
    the shared ``stride`` always leave room to move on; from 328 subwords they are the paper's.
    """
    spec = FormSpec(labels=task.labels, max_length=max_length)
    if task.form == "span":
        max_query = min(64, max_length // 2)
        stride = min(128, (max_length - max_query) // 2 - 4)
        return replace(spec, unanswerable=task.unanswerable, max_query=max_query, stride=stride)
    if task.form == "tag":
        return replace(spec, joined_words=joined_words)
    return spec


def text_spec(training: TrainingSettings) -> FormSpec:
    """Returns what language modelling has to know. Short texts share a row."""
    return FormSpec(
        max_length=training.max_length,
        mask_fraction=training.mask_fraction,
        whole_words=training.whole_words,
        pack=True,
    )


def sweep_settings(retrieval: Retrieval, *, mined: bool) -> dict[str, object]:
    """Returns what an ``embed`` step sweeps and, where it mines, how.

    What came later than the first stores is said only where it differs from what those did, so that
    their steps keep their keys.
    """
    settings: dict[str, object] = {
        "layers": retrieval.layers if retrieval.layers == "all" else list(retrieval.layers),
        "poolings": list(retrieval.pooling),
        "centring": list(retrieval.centring),
    }
    if any(retrieval.whitening):
        settings["whitening"] = list(retrieval.whitening)
    mining, usual = (
        {name: getattr(each, name) for name in ("margin", "select", "num_neighbours", "duplicates")}
        for each in (retrieval, Retrieval())
    )
    if mined and mining != usual:
        settings["mining"] = mining
    return settings


def train_tokens(
    tasks: Sequence[Task], training: TrainingSettings, num_sets: Sequence[float] = ()
) -> int:
    """Returns about how many subword tokens a training processes.

    Args:
        num_sets: Of each task, how many training sets as large as its own there are (one a
            language); one of each where not given.
    """
    times = num_sets or [1.0] * len(tasks)
    num_examples = sum(num_train(task, training, n) for task, n in zip(tasks, times, strict=True))
    num_steps = training.max_steps or math.ceil(
        training.num_epochs * num_examples / training.batch_size
    )
    per_example = sum(_mean_length(task, training.max_length) for task in tasks) / len(tasks)
    return round(num_steps * training.batch_size * per_example)


def predict_tokens(task: Task, max_length: int) -> int:
    """Returns about how many subword tokens predicting one language of a task processes."""
    return round((task.num_eval or NUM_EVALUATED) * _mean_length(task, max_length))


def adapt_tokens(task: Task, training: TrainingSettings, *, shots: int) -> int:
    """Returns about how many subword tokens one few-shot training and its prediction process."""
    return trained_tokens(task.form, plain(training), shots=shots) + predict_tokens(
        task, training.max_length
    )


def trained_tokens(form: FormName, training: Mapping[str, Any], *, shots: int) -> int:
    """Returns about how many subword tokens are trained on, by a step's own settings."""
    num_steps: int = training["max_steps"] or math.ceil(
        training["num_epochs"] * shots / training["batch_size"]
    )
    per_example: float = (
        FILL[form] * (NUM_CHOICES if form == "choice" else 1) * training["max_length"]
    )
    batch_size: int = training["batch_size"]
    return round(num_steps * batch_size * per_example)


def _mean_length(task: Task, max_length: int) -> float:
    """Returns the subword tokens of an average example, all choices together."""
    num_rows = NUM_CHOICES if task.form == "choice" else 1
    if task.mean_length:
        return min(task.mean_length, num_rows * max_length)
    return FILL[task.form] * num_rows * max_length


def num_train(task: Task, training: TrainingSettings, num_sets: float = 1.0) -> int:
    """Returns about how many training examples of a task are used."""
    full = round(full_train(task) * num_sets)
    return full if training.num_train is None else min(full, training.num_train)


def full_train(task: Task) -> int:
    """Returns about how many training examples a task has."""
    return task.num_train or UNKNOWN_TRAIN


def translate_tokens(task: Task, num_examples: int) -> int:
    """Returns about how many subword tokens are read and written to translate examples of a task."""
    return round(2 * num_examples * _mean_length(task, task.recipe.max_length))


def plain(settings: TrainingSettings | FormSpec | Mixture) -> dict[str, object]:
    """Returns settings, none of which nests, as JSON values for hashing."""
    values = ((field.name, getattr(settings, field.name)) for field in fields(settings))
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values}


def _settings(recipe: Recipe, study: Study, *layers: Mapping[str, object]) -> TrainingSettings:
    values: dict[str, object] = {
        field.name: getattr(recipe, field.name) for field in fields(Recipe)
    }
    values["num_epochs"] = float(recipe.num_epochs)  # 2 and 2.0 would have two keys
    for layer in layers:
        values |= layer
    return replace(TrainingSettings(selection=study.selection.keep), **values)  # type: ignore[arg-type]


def _last(layers: Sequence[Mapping[str, int]], name: str, value: int) -> int:
    for layer in layers:
        value = layer.get(name, value)
    return value
