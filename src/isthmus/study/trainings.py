"""The steps that train: phases of a route, and targets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from isthmus.sources.provider import source_of
from isthmus.study.lacks import LackError
from isthmus.study.resolve import (
    form_spec,
    mixture_of,
    phase_max_length,
    phase_training,
    plain,
    target_training,
    text_spec,
    train_tokens,
)
from isthmus.study.starts import text_languages
from isthmus.study.translations import TranslateSteps, originals, sets
from isthmus.training.settings import Mixture

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from isthmus.forms.form import FormSpec
    from isthmus.study.data_steps import DataSteps
    from isthmus.study.parts import Phase, Target
    from isthmus.study.starts import Start
    from isthmus.study.study import Study
    from isthmus.tasks.task import Task
    from isthmus.training.settings import TrainingSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class Taught:
    """One task of a training.

    Attributes:
        languages: Of its training data as there is.
        translated: Further languages -> key of the step that has its examples in it.
        num_sets: How many training sets as large as its own these are.
    """

    task: Task
    spec: FormSpec
    languages: tuple[str, ...]
    translated: Mapping[str, str] = field(default_factory=dict)
    num_sets: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """What one training is: everything but the checkpoint it starts from.

    Attributes:
        tasks: Those that have heads of their own.
        texts: Text tasks for language modelling, in every language they have.
        evaluated: The target, whose own development sets serve languages that the trained task
            has none in; None in an intermediate phase.
        even_languages: See ``Phase``; a setting of the step only where it is so.
        route: For messages and titles; no part of the step.
    """

    tasks: tuple[Taught, ...]
    texts: tuple[Task, ...] = ()
    mixture: Mixture
    training: TrainingSettings
    seed: int
    carry_heads: Literal["same_labels", "never"]
    evaluated: Task | None = None
    even_languages: bool = False
    route: str

    @property
    def title(self) -> str:
        """Who trains, for people."""
        return f"route {self.route}, seed {self.seed}"


class Trainings:
    """Adds ``train`` steps to a graph, with all that they are made from."""

    def __init__(self, study: Study, data: DataSteps):
        self.study, self.data = study, data
        self.tasks = data.provider.tasks()
        self.translate = TranslateSteps(study, data)

    def trained(self, task: Task) -> Task:
        """Returns the task whose training set and head a task uses."""
        return self.tasks[task.trains_on] if task.trains_on else task

    def phase(self, start: Start, init: str, phase: Phase, *, route: str, seed: int) -> str:
        """Returns the key of an intermediate phase that starts from ``init``."""
        tasks = [self.tasks[name] for name in phase.tasks]
        texts = tuple(self.tasks[name] for name in phase.mlm)
        training = phase_training(self.study, phase, tasks or texts)
        if not tasks:  # text has no development set to select on
            training = replace(training, selection="last")
        lengths = {task.name: phase_max_length(self.study, phase, task) for task in tasks}
        lesson = Lesson(
            tasks=tuple(
                self._taught(task, phase, route=route, max_length=lengths[task.name])
                for task in tasks
            ),
            texts=texts,
            mixture=mixture_of(phase),
            training=training,
            seed=seed,
            carry_heads=phase.carry_heads,
            even_languages=phase.even_languages,
            route=route,
        )
        return self._train(start, init, lesson)

    def target(
        self, start: Start, init: str, task: Task, target: Target, *, seed: int, route: str
    ) -> str:
        """Returns the key of a target's training, on data in its source language."""
        trained, training = self.trained(task), target_training(self.study, target, task)
        lesson = Lesson(
            tasks=(
                Taught(
                    task=trained,
                    spec=form_spec(trained, max_length=training.max_length),
                    languages=(source_of(trained, self.data.provider),),
                ),
            ),
            mixture=Mixture(),
            training=training,
            seed=seed,
            carry_heads=target.carry_heads,
            evaluated=task,
            route=route,
        )
        return self._train(start, init, lesson)

    def _taught(self, task: Task, phase: Phase, *, route: str, max_length: int) -> Taught:
        """Returns one task of a phase with its data."""
        trained = self.trained(task)
        languages = originals(phase, task.name, source_of(trained, self.data.provider))
        return Taught(
            task=trained,
            spec=form_spec(trained, max_length=max_length),
            languages=languages,
            translated=self.translate.steps(trained, phase, as_named=task.name, route=route),
            num_sets=len(languages) + sets(phase, task.name, trained),
        )

    def _train(self, start: Start, init: str, lesson: Lesson) -> str:
        inputs = {"init": init}
        best = lesson.training.selection == "best"
        entries = []
        for taught in lesson.tasks:
            task, spec = taught.task, taught.spec
            entry: dict[str, object] = {
                "name": task.name,
                "head": task.name,
                "form": task.form,
                "labels": list(task.labels),
                "spec": plain(spec),
            }
            self.data.need(task, "train", taught.languages, f"route {lesson.route}")
            for code in (*taught.languages, *taught.translated):
                inputs[f"train/{task.name}/{code}"] = self._encode(
                    start, task, "train", code, spec, translated=taught.translated.get(code)
                )
            if best:
                entry["metric"] = task.metrics[0]
                inputs |= self._development(start, task, spec, lesson)
            entries.append(entry)
        if lesson.texts:
            entries.append(self._texts(start, lesson, inputs))
        settings: dict[str, object] = {
            "tasks": entries,
            "mixture": plain(lesson.mixture),
            "training": plain(lesson.training),
            "seed": lesson.seed,
            "carry_heads": lesson.carry_heads,
            "selection_languages": self._all_selected(lesson) if best else [],
        }
        if lesson.even_languages:
            settings["even_languages"] = True
        tasks = [taught.task for taught in lesson.tasks] or list(lesson.texts)
        names = "+".join(task.name for task in tasks)
        return self.data.graph.add(
            "train",
            settings,
            inputs,
            title=f"train {names} ({start.model}, {lesson.title})",
            num_tokens=train_tokens(
                tasks, lesson.training, [taught.num_sets for taught in lesson.tasks]
            ),
        )

    def _texts(self, start: Start, lesson: Lesson, inputs: dict[str, str]) -> dict[str, object]:
        """Adds the texts' encodings to ``inputs`` and returns the entry of their one head."""
        spec = text_spec(lesson.training)
        for task in lesson.texts:
            for code in text_languages(task, self.data, f"route {lesson.route}"):
                inputs[f"train/mlm/{code}/{task.name}"] = self.data.encode(
                    task, "train", code, tokenizer=start.tokenizer, spec=spec
                )
        return {"name": "mlm", "head": "mlm", "form": "mlm", "labels": [], "spec": plain(spec)}

    def _development(
        self, start: Start, task: Task, spec: FormSpec, lesson: Lesson
    ) -> dict[str, str]:
        inputs = {}
        for code in self._selected(task):
            holders: Sequence[Task] = [task, lesson.evaluated] if lesson.evaluated else [task]
            holder = next(
                (each for each in holders if code in self.data.available(each, "dev")), None
            )
            if holder is None:
                continue
            inputs[f"dev/{task.name}/{code}"] = self._encode(start, holder, "dev", code, spec)
            inputs[f"dev_examples/{task.name}/{code}"] = self.data.read(holder, "dev", code)
        if not inputs:
            selected = self._selected(task)
            raise LackError(
                f"{task.name} has no dev data in {', '.join(selected)} to select on",
                "'selection: {keep: best}'",
                self.data.remedy(task, "dev", selected[0]),
            )
        return inputs

    def _encode(
        self,
        start: Start,
        task: Task,
        split: Literal["train", "dev"],
        code: str,
        spec: FormSpec,
        *,
        translated: str | None = None,
    ) -> str:
        return self.data.encode(
            task,
            split,
            code,
            tokenizer=start.tokenizer,
            spec=spec,
            labels_from=self.data.labels_from(self.trained(task)),
            translated=translated,
        )

    def _selected(self, task: Task) -> tuple[str, ...]:
        return self.study.selection.languages or (source_of(task, self.data.provider),)

    def _all_selected(self, lesson: Lesson) -> list[str]:
        return list(
            dict.fromkeys(code for taught in lesson.tasks for code in self._selected(taught.task))
        )
