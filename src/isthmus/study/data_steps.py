"""The steps that read, encode and score examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.errors import DataError
from isthmus.sources.provider import source_of
from isthmus.study.lacks import LackError
from isthmus.study.resolve import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from isthmus.forms.form import FormSpec
    from isthmus.sources.provider import Provider
    from isthmus.study.graph import Graph
    from isthmus.tasks.task import FormName, Split, Task


class DataSteps:
    """Adds ``read``, ``encode`` and ``score`` steps to a graph; asks for each data set once."""

    def __init__(self, graph: Graph, provider: Provider):
        self.graph, self.provider = graph, provider
        self._available: dict[tuple[str, Split], tuple[str, ...]] = {}
        self._reads: dict[tuple[str, Split, str], str] = {}
        self._encodes: dict[tuple[str, str, FormName, FormSpec, str | None], str] = {}

    def available(self, task: Task, split: Split) -> tuple[str, ...]:
        """Returns the languages that there is data in, in the task's order."""
        if (task.name, split) not in self._available:
            self._available[task.name, split] = self.provider.available(task, split)
        return self._available[task.name, split]

    def need(self, task: Task, split: Split, languages: Iterable[str], user: str) -> None:
        """Checks that there is data.

        Raises:
            LackError: names task, split, languages and ``user``, who needs it.
        """
        has = self.available(task, split)
        lacking = [code for code in languages if code not in has]
        if lacking:
            there_is = f"only in {', '.join(has)}" if has else "in no language"
            what = f"{task.name} has no {split} data in {', '.join(lacking)}, {there_is}"
            raise LackError(what, user, self.remedy(task, split, lacking[0]))

    def remedy(self, task: Task, split: Split, language: str) -> str:
        """What the place of the data says when it is asked for what it has not; "" if nothing."""
        try:
            self.provider.identity(task, split, language)
        except DataError as refusal:
            return refusal.message
        return ""

    def read(self, task: Task, split: Split, language: str) -> str:
        """Returns the key of the step that reads one task, split and language."""
        place = (task.name, split, language)
        if place not in self._reads:
            settings = {
                "task": task.name,
                "split": split,
                "language": language,
                "identity": self.provider.identity(task, split, language),
            }
            self._reads[place] = self.graph.add(
                "read", settings, {}, title=f"read {task.name} {split} {language}"
            )
        return self._reads[place]

    def encode(
        self,
        task: Task,
        split: Split,
        language: str,
        *,
        tokenizer: str,
        spec: FormSpec,
        form: FormName | None = None,
        labels_from: str | None = None,
        translated: str | None = None,
    ) -> str:
        """Returns the key of the step that encodes what ``read`` reads.

        Args:
            tokenizer: Key of the step that has the tokenizer.
            translated: Key of the ``translate`` step whose examples are encoded instead.
            form: The task's own where None; ``mlm`` takes the raw text of any task.
            labels_from: Key of the read step that labels come from, where the task lists none.
        """
        examples, form = translated or self.read(task, split, language), form or task.form
        place = (examples, tokenizer, form, spec, labels_from)
        if place not in self._encodes:
            inputs = {"examples": examples, "tokenizer": tokenizer}
            if labels_from is not None:
                inputs["labels_from"] = labels_from
            self._encodes[place] = self.graph.add(
                "encode",
                {"form": form, "spec": plain(spec)},
                inputs,
                title=f"encode {task.name} {split} {language}{', translated' * bool(translated)}",
            )
        return self._encodes[place]

    def score(
        self, task: Task, language: str, *, predictions: str, examples: str, title: str
    ) -> str:
        """Returns the key of the step that scores what another predicted.

        Args:
            predictions: Key of the ``predict`` or ``adapt`` step.
            examples: Key of the step that read what was predicted.
            title: What was predicted, for people.
        """
        return self.graph.add(
            "score",
            {"metrics": list(task.metrics), "language": language},
            {"predictions": predictions, "examples": examples},
            title=f"score {title}",
        )

    def labels_from(self, task: Task) -> str | None:
        """Returns the key of the training set that gives a task its labels, if it lists none."""
        if task.labels or task.form not in {"classify", "tag"}:
            return None
        source = source_of(task, self.provider)
        self.need(task, "train", [source], f"the labels of {task.name}")
        return self.read(task, "train", source)
