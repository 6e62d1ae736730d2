"""A provider that claims to have every natural task in every language, and has not one example."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.languages.table import language
from isthmus.tasks.catalogue import TASKS

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Mapping

    from isthmus.examples import Example
    from isthmus.languages.language import Language
    from isthmus.tasks.task import Split, Task


class NaturalProvider:
    """Every task and language but those in ``lacking``, as (task, split, language)."""

    source_language = "en"

    def __init__(self, *lacking: tuple[str, Split, str]):
        self.lacking = lacking

    def tasks(self) -> Mapping[str, Task]:
        return {task.name: task for task in TASKS}

    def language(self, code: str) -> Language:
        return language(code)

    def available(self, task: Task, split: Split) -> tuple[str, ...]:
        if task.trains_on == "" and split == "train":
            return ()
        return tuple(
            code for code in task.languages if (task.name, split, code) not in self.lacking
        )

    def identity(self, task: Task, split: Split, language: str) -> Mapping[str, object]:
        return {"reader": 1, "digest": f"{task.name} {split} {language}"}

    def note(self, task, split, language):
        return ""

    def read(
        self, task: Task, split: Split, language: str, repairs: Counter[str]
    ) -> Iterator[Example]:
        raise NotImplementedError("A plan reads nothing.")
