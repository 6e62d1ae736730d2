"""The embedded world as a provider: every task, in every language, made when read."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from isthmus.errors import StudyError, suggest
from isthmus.languages.language import Language
from isthmus.world.catalogue import FOREIGN, LANGUAGES, Entry, catalogue
from isthmus.world.distance import distance
from isthmus.world.exercises.setting import Setting
from isthmus.world.families import PLAN_BY_CODE, SOURCE
from isthmus.world.spec import WORLD_VERSION, WorldSpec
from isthmus.world.world import build_world

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Mapping

    from isthmus.examples import Example
    from isthmus.tasks.task import Split, Task


class WorldProvider:
    """Serves one world; satisfies ``isthmus.sources.provider.Provider``.

    Args:
        spec: The world's settings.
    """

    def __init__(self, spec: WorldSpec | None = None):
        self.spec = spec if spec is not None else WorldSpec()
        self._catalogue = catalogue(self.spec)

    @property
    def source_language(self) -> str:
        """Code of the language that has labelled training data."""
        return SOURCE

    def tasks(self) -> Mapping[str, Task]:
        """Every task by name, in the natural catalogue's order, plain text last."""
        return {name: entry.task for name, entry in self._catalogue.items()}

    def language(self, code: str) -> Language:
        """The language of a code.

        Raises:
            StudyError: for an unknown code.
        """
        plan = PLAN_BY_CODE.get(code)
        if plan is None:
            raise StudyError(
                f"The embedded world has no language {code!r}.{suggest(code, LANGUAGES)}"
            )
        return Language(
            code=plan.code,
            name=plan.name,
            script=plan.script,
            family=plan.family,
            branch=plan.branch,
            iso639_3=plan.code,
            spaced=plan.spaced,
        )

    def available(self, task: Task, split: Split) -> tuple[str, ...]:
        """Languages that have a split.

        Whatever is trained has training and development sets in every language: the world's
        renderer is its own translator.
        """
        entry = self._entry(task.name)
        if entry.task.form == "retrieve":
            return () if split == "train" else FOREIGN
        if split == "test" and entry.task.role != "target":
            return ()
        return FOREIGN if entry.task.name == "bitext" else LANGUAGES

    def identity(self, task: Task, split: Split, language: str) -> Mapping[str, object]:
        """The spec and version that determine the examples; of its sizes, this split's."""
        entry = self._check(task, split, language)
        return {
            "world": asdict(self.spec.counting(self._size(entry, split))),
            "version": WORLD_VERSION,
            "task": task.name,
            "split": split,
            "language": language,
        }

    def note(self, task: Task, split: Split, language: str) -> str:
        """Nothing: the world has what its tasks ask for."""
        self._check(task, split, language)
        return ""

    def distance(self, code: str) -> Mapping[str, float]:
        """Distance from the source per component, 0 to 1, known by construction.

        Raises:
            StudyError: for an unknown code.
        """
        return distance(self.language(code).code, self.spec)

    def read(
        self,
        task: Task,
        split: Split,
        language: str,
        repairs: Counter[str],  # noqa: ARG002 (nothing made here needs repair)
    ) -> Iterator[Example]:
        """Makes the examples, one at a time.

        Raises:
            StudyError: for a task, language or split that the world has not.
        """
        entry = self._check(task, split, language)
        return entry.exercise(
            Setting(
                world=build_world(self.spec),
                task=task.name,
                drawn_as=(entry.task.trains_on or task.name) if split == "train" else task.name,
                split=split,
                language=language,
                count=self._count(entry, split),
            )
        )

    def _count(self, entry: Entry, split: Split) -> int:
        count: int = getattr(self.spec, self._size(entry, split))
        return count

    @staticmethod
    def _size(entry: Entry, split: Split) -> str:
        """The field of the spec that says how many examples there are."""
        return entry.train if split == "train" else entry.evaluate

    def _entry(self, name: str) -> Entry:
        if name not in self._catalogue:
            raise StudyError(
                f"The embedded world has no task {name!r}.{suggest(name, self._catalogue)}"
            )
        return self._catalogue[name]

    def _check(self, task: Task, split: Split, language: str) -> Entry:
        entry = self._entry(task.name)
        self.language(language)
        languages = self.available(task, split)
        if language not in languages:
            has = ", ".join(languages) if languages else "no language"
            raise StudyError(
                f"The embedded world has {task.name} {split} in {has}; got {language!r}."
            )
        return entry
