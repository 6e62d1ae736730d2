"""The plan of a study: every step there is to do, equal work once, and the cells it fills.

    pretrained encoder -> phases of the route -> target training -> predict -> score
    (model)               (route, seed)          (target, seed)     (split, language)
                                                                 -> adapt -> score
                                                                    (k examples, draw)

Keys are digests, so sharing needs no bookkeeping here: routes that begin alike, targets that train
alike and seeds that change nothing meet in the same step.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from isthmus.study.check import check_names
from isthmus.study.data_steps import DataSteps
from isthmus.study.few_shots import Evaluation, FewShots
from isthmus.study.graph import Graph
from isthmus.study.lacks import LackError, Lacks
from isthmus.study.resolve import (
    form_spec,
    plain,
    predict_tokens,
    sweep_settings,
    target_training,
)
from isthmus.study.starts import start
from isthmus.study.step import Cell, Missing, Plan
from isthmus.study.trainings import Trainings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from isthmus.forms.form import FormSpec
    from isthmus.sources.provider import Provider
    from isthmus.study.starts import Start
    from isthmus.study.study import Study
    from isthmus.tasks.task import Split, Task
    from isthmus.training.settings import TrainingSettings


def make_plan(study: Study, provider: Provider) -> Plan:
    """Returns the plan of a study on a provider's data. Nothing is read, trained or loaded.

    Languages of a target that there is no data in are left out and listed in the plan.

    Raises:
        StudyError: the study names what is not there, or asks for what cannot be done.
        DataError: a task that it needs has no data; every such task is listed.
    """
    check_names(study, provider)
    return _Planner(study, provider).plan()


MINED = "f1_bitext"
"""Targets with this metric are mined, with a threshold; others are matched with the nearest."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    """A route's checkpoint, from which targets are trained or evaluated straight."""

    start: Start
    checkpoint: str
    route: str
    seed: int

    @property
    def title(self) -> str:
        return f"route {self.route}, seed {self.seed}"


class _Planner:
    def __init__(self, study: Study, provider: Provider):
        self.study, self.provider = study, provider
        self.graph = Graph()
        self.data = DataSteps(self.graph, provider)
        self.trainings = Trainings(study, self.data)
        self.tasks = provider.tasks()
        self.few_shots = FewShots(study, self.data)
        self.cells: list[Cell] = []
        self.few_shot: list[Cell] = []
        self.missing: list[Missing] = []
        self.lacks = Lacks()

    def plan(self) -> Plan:
        places = {name: self._evaluated(name) for name in self.study.targets}
        for model in self.study.models:
            with self.lacks.noting():
                self._model(start(self.study, model, self.data), places)
        self.lacks.raise_any()
        plan = Plan(
            study=self.study.name,
            steps=tuple(self.graph.steps.values()),
            cells=tuple(self.cells),
            num_unshared=0,
            missing=tuple(self.missing),
            few_shot=tuple(self.few_shot),
        )
        num_unshared = sum(self.graph.num_needed(cell.score_key) for cell in plan.all_cells)
        return replace(plan, num_unshared=num_unshared)

    def _evaluated(self, name: str) -> tuple[tuple[Split, str], ...]:
        """Returns the splits and languages of a target to evaluate, noting those without data."""
        wanted = [code for code in self.tasks[name].languages if self._is_asked(name, code)]
        places: list[tuple[Split, str]] = []
        for split in self.study.splits:
            has = self.data.available(self.tasks[name], split)
            places += [(split, code) for code in wanted if code in has]
            lacking = tuple(code for code in wanted if code not in has)
            if lacking:
                self.missing.append(Missing(target=name, split=split, languages=lacking))
        if not places:
            what = f"{name} has no {' or '.join(self.study.splits)} data in any asked language"
            first = (self.tasks[name], self.study.splits[0], wanted[0]) if wanted else None
            self.lacks.note(what, "the study's targets", self.data.remedy(*first) if first else "")
        with self.lacks.noting():
            languages = tuple(dict.fromkeys(code for _, code in places))
            lack = self.few_shots.pools(self.tasks[name], languages)
            self.missing += [] if lack is None else [lack]
        return tuple(places)

    def _is_asked(self, name: str, code: str) -> bool:
        lists = (self.study.languages, self.study.targets[name].languages)
        return all(languages == "all" or code in languages for languages in lists)

    def _model(self, begin: Start, places: Mapping[str, tuple[tuple[Split, str], ...]]) -> None:
        for seed in self.study.seeds:
            for route, phases in self.study.routes.items():
                with self.lacks.noting():
                    checkpoint = begin.checkpoint
                    for phase in phases:
                        checkpoint = self.trainings.phase(
                            begin, checkpoint, phase, route=route, seed=seed
                        )
                    run = _Run(start=begin, checkpoint=checkpoint, route=route, seed=seed)
                    for target, evaluated in places.items():
                        with self.lacks.noting():
                            self._target(run, target, evaluated)

    def _target(self, run: _Run, name: str, places: Iterable[tuple[Split, str]]) -> None:
        task, target = self.tasks[name], self.study.targets[name]
        training = target_training(self.study, target, task)
        trained = self.trainings.trained(task)
        asked = replace(task, labels=trained.labels)
        checkpoint, labels_from, choice = run.checkpoint, None, {}
        settings: dict[str, object] = {"form": task.form, "precision": training.precision}
        if task.form == "retrieve":
            method = "mine" if task.metrics[0] == MINED else "nearest"
            settings["method"] = method
            choice = {"choice": self._choice(run, task, method, training)}
        else:
            checkpoint = self.trainings.target(
                run.start, checkpoint, task, target, seed=run.seed, route=run.route
            )
            labels_from = self.data.labels_from(trained)
            settings["head"] = trained.name
        for split, code in places:
            spec = self._spec(asked, training, code)
            examples = self.data.read(task, split, code)
            encoded = self.data.encode(
                task,
                split,
                code,
                tokenizer=run.start.tokenizer,
                spec=spec,
                labels_from=labels_from,
            )
            place = f"{name} {split} {code} ({run.start.model}, {run.title})"
            predictions = self.graph.add(
                "predict",
                {**settings, "spec": plain(spec), "language": code},
                {"checkpoint": checkpoint, "encoded": encoded, "examples": examples, **choice},
                title=f"predict {place}",
                num_tokens=predict_tokens(task, training.max_length),
            )
            score = self.data.score(
                task, code, predictions=predictions, examples=examples, title=place
            )
            cell = Cell(
                model=run.start.model,
                route=run.route,
                target=name,
                split=split,
                language=code,
                seed=run.seed,
                score_key=score,
            )
            self.cells.append(cell)
            evaluation = Evaluation(
                cell=cell,
                task=task,
                head=trained.name,
                spec=spec,
                checkpoint=checkpoint,
                tokenizer=run.start.tokenizer,
                encoded=encoded,
                examples=examples,
                labels_from=labels_from,
                run=run.title,
            )
            self.few_shot += self.few_shots.cells(evaluation)

    def _choice(self, run: _Run, task: Task, method: str, training: TrainingSettings) -> str:
        """Returns the key of the step that chooses how vectors are made, on development pairs.

        All the languages there are pairs in choose together, whatever languages are evaluated, so
        that asking for one language more does not change the scores of the others.
        """
        judge = self.tasks[task.selects_on or task.name]
        languages = self.data.available(judge, "dev")
        if not languages:
            raise LackError(
                f"{judge.name} has no dev data to choose layer and pooling on",
                task.name,
                self.data.remedy(judge, "dev", judge.languages[0]),
            )
        spec = form_spec(judge, max_length=training.max_length)
        inputs = {"checkpoint": run.checkpoint}
        for code in languages:
            inputs[f"examples/{code}"] = self.data.read(judge, "dev", code)
            inputs[f"encoded/{code}"] = self.data.encode(
                judge, "dev", code, tokenizer=run.start.tokenizer, spec=spec
            )
        settings: dict[str, object] = {
            **sweep_settings(self.study.retrieval, mined=method == "mine"),
            "task": judge.name,
            "method": method,
            "spec": plain(spec),
            "precision": training.precision,
        }
        return self.graph.add(
            "embed",
            settings,
            inputs,
            title=f"embed {judge.name} ({run.start.model}, {run.title})",
            num_tokens=predict_tokens(judge, training.max_length) * len(languages),
        )

    def _spec(self, task: Task, training: TrainingSettings, code: str) -> FormSpec:
        joined = (
            self.study.joined_words
            and task.form == "tag"
            and not self.provider.language(code).spaced
        )
        return form_spec(task, max_length=training.max_length, joined_words=joined)
