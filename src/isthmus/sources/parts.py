"""From the files of one part of a row to the task's examples: window, gold, tags, plain text."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from isthmus.errors import DataError
from isthmus.examples import Choice, Line, Pair, Question, Sentence, Text
from isthmus.sources.readers import READERS

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from isthmus.examples import Example
    from isthmus.sources.layouts.layout import Part
    from isthmus.sources.resolve import Found
    from isthmus.tasks.task import Task


def read_part(
    found: Found, number: int, task: Task, uid: str, repairs: Counter[str]
) -> Iterator[Example]:
    """The examples of one file of a part, as the part wants them."""
    part = found.part
    examples = _raw(found, number, task, uid, repairs)
    if found.gold is not None:
        gold = _raw(found.gold, 0, task, uid, repairs)
        examples = _with_gold(examples, gold, found.paths[number], found.gold.paths[0])
    for index, example in _numbered(examples):
        if part.window is not None and index not in part.window:
            continue
        if part.answerable_only and isinstance(example, Question) and not example.answers:
            continue
        yield _outside(example, part)


def _raw(
    found: Found, number: int, task: Task, uid: str, repairs: Counter[str]
) -> Iterator[Example]:
    options = dict(found.options)
    if task.labels:
        options["labels"] = (*task.labels, *found.part.outside)
    reader = READERS[found.part.reader]
    return reader(found.paths[number], uid=uid, repairs=repairs, **options)


def _numbered(examples: Iterable[Example]) -> Iterator[tuple[int, Example]]:
    """Examples with their 0-based index; of a bitext, the index within the side."""
    counts = {"source": 0, "foreign": 0, "": 0}
    for example in examples:
        side = example.side if isinstance(example, Line) else ""
        yield counts[side], example
        counts[side] += 1


def _with_gold(
    examples: Iterable[Example], gold: Iterable[Example], path: Path, gold_path: Path
) -> Iterator[Example]:
    """Pairs with the labels of other pairs, one to one."""
    for number, (example, labelled) in enumerate(zip_longest(examples, gold), start=1):
        if not isinstance(example, Pair) or not isinstance(labelled, Pair):
            short, long = (path, gold_path) if example is None else (gold_path, path)
            raise DataError(
                f"ends before pair {number}, which {str(long)!r} has; labels go by line", path=short
            )
        yield replace(example, label=labelled.label)


def _outside(example: Example, part: Part) -> Example:
    """A sentence with the tags that the task does not have as ``O``."""
    if not part.outside or not isinstance(example, Sentence) or example.tags is None:
        return example
    return replace(example, tags=tuple("O" if t in part.outside else t for t in example.tags))


def new_texts(example: Example, seen: set[str]) -> Iterator[Text]:
    """The running text of an example: itself, or of another form's what has not been seen.

    Questions about one passage, and pairs with one premise, give it once.
    """
    if isinstance(example, Text):
        yield example
        return
    for number, text in enumerate(plain_texts(example)):
        if text and text not in seen:
            seen.add(text)
            yield Text(uid=f"{example.uid}/{number}", text=text)


def plain_texts(example: Example) -> tuple[str, ...]:
    """The texts in an example of any form, without labels, answers or choices."""
    match example:
        case Pair():
            return (example.text, example.text_b or "")
        case Sentence():
            return (" ".join(example.words),)
        case Question():
            return (example.context, example.question)
        case Choice():
            return (example.prompt,)
        case _:
            return (example.text,)
