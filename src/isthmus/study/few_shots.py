"""The steps of few-shot training: from a target's zero-shot weights, on k examples in a language.

An ``adapt`` step a language, k and draw trains in memory and predicts at once: the weights are kept
nowhere, since a study has thousands of such steps. Which examples a draw has depends on its number,
the language and the task alone, so every route, seed and encoder sees the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from isthmus.sources.provider import source_of
from isthmus.study.lacks import LackError
from isthmus.study.resolve import adapt_tokens, few_shot_training, plain
from isthmus.study.step import Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from isthmus.forms.form import FormSpec
    from isthmus.study.data_steps import DataSteps
    from isthmus.study.parts import FewShot
    from isthmus.study.step import Cell
    from isthmus.study.study import Study
    from isthmus.tasks.task import Split, Task

POOLS: tuple[Split, ...] = ("train", "dev")
"""What examples are drawn from, the first that a language has."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """A trained target, a split and a language: what is predicted, zero-shot and after few shots.

    Attributes:
        cell: Its place in the table, zero-shot.
        head: Of the checkpoint.
        checkpoint, tokenizer, encoded, examples: Keys of the steps that have them.
        labels_from: Key of the training set that labels come from, where the task lists none.
        run: Who is measured, for people.
    """

    cell: Cell
    task: Task
    head: str
    spec: FormSpec
    checkpoint: str
    tokenizer: str
    encoded: str
    examples: str
    labels_from: str | None
    run: str


class FewShots:
    """Adds ``adapt`` and ``score`` steps to a graph."""

    def __init__(self, study: Study, data: DataSteps):
        self.study, self.data = study, data
        self._pools: dict[str, Mapping[str, Split]] = {}

    def pools(self, task: Task, languages: tuple[str, ...]) -> Missing | None:
        """Settles which split each language's examples are drawn from.

        Args:
            task: A target. languages: Those that it is evaluated in.

        Returns:
            The languages that have no such split, where the study does not name languages.

        Raises:
            LackError: no language has one, or one that the study names has none.
        """
        few_shot = self.study.targets[task.name].few_shot
        if few_shot is None:
            return None
        asked = few_shot_languages(few_shot, languages, source_of(task, self.data.provider))
        found = {code: pool_of(few_shot, task, code, self.data.available) for code in asked}
        self._pools[task.name] = {code: split for code, split in found.items() if split}
        lacking = tuple(code for code, split in found.items() if split is None)
        if not lacking:
            return None
        if few_shot.languages == "all" and len(lacking) < len(found):
            return Missing(target=task.name, split="few-shot", languages=lacking)
        splits = few_shot.split or " or ".join(POOLS)
        remedy = self.data.remedy(task, few_shot.split or "dev", lacking[0])
        what = f"{task.name} has no {splits} data in {', '.join(lacking)} to draw examples from"
        raise LackError(what, f"'targets.{task.name}.few_shot'", remedy)

    def cells(self, place: Evaluation) -> Iterator[Cell]:
        """Adds the steps of one evaluation for every k and draw, and yields their cells."""
        few_shot = self.study.targets[place.cell.target].few_shot
        split = self._pools.get(place.cell.target, {}).get(place.cell.language)
        if few_shot is None or split is None:
            return
        pool = self.data.read(place.task, split, place.cell.language)
        encoded = self.data.encode(
            place.task,
            split,
            place.cell.language,
            tokenizer=place.tokenizer,
            spec=place.spec,
            labels_from=place.labels_from,
        )
        inputs = {
            "checkpoint": place.checkpoint,
            "pool_encoded": encoded,
            "pool_examples": pool,
            "encoded": place.encoded,
            "examples": place.examples,
        }
        for shots in sorted(few_shot.k):
            for draw in range(1, few_shot.draws + 1):
                yield self._cell(place, inputs, few_shot, shots=shots, draw=draw)

    def _cell(
        self,
        place: Evaluation,
        inputs: Mapping[str, str],
        few_shot: FewShot,
        *,
        shots: int,
        draw: int,
    ) -> Cell:
        cell, task = place.cell, place.task
        target = self.study.targets[cell.target]
        training = few_shot_training(self.study, target, few_shot, task, shots=shots)
        title = (
            f"{cell.target} {cell.split} {cell.language} "
            f"({cell.model}, {place.run}, {shots} shot{'s' * (shots > 1)}, draw {draw})"
        )
        settings = {
            "task": task.name,
            "language": cell.language,
            "form": task.form,
            "head": place.head,
            "spec": plain(place.spec),
            "training": plain(training),
            "seed": cell.seed,
            "shots": shots,
            "draw": draw,
        }
        predictions = self.data.graph.add(
            "adapt",
            settings,
            inputs,
            title=f"adapt {title}",
            num_tokens=adapt_tokens(task, training, shots=shots),
        )
        score = self.data.score(
            task,
            cell.language,
            predictions=predictions,
            examples=place.examples,
            title=title,
        )
        return replace(cell, score_key=score, shots=shots, draw=draw)


def few_shot_languages(few_shot: FewShot, languages: Sequence[str], source: str) -> tuple[str, ...]:
    """Those of the evaluated languages that examples are drawn in; never the source."""
    asked = languages if few_shot.languages == "all" else few_shot.languages
    return tuple(code for code in languages if code in asked and code != source)


def pool_of(
    few_shot: FewShot, task: Task, code: str, available: Callable[[Task, Split], Sequence[str]]
) -> Split | None:
    """The split that a language's examples are drawn from; None where it has none."""
    splits = POOLS if few_shot.split is None else (few_shot.split,)
    return next((split for split in splits if code in available(task, split)), None)
