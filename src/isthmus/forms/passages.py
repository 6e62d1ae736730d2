"""Running text out of any type of example, cut and packed into rows for language modelling."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

from isthmus.examples import Choice, Line, Pair, Question, Sentence, Text
from isthmus.forms.tokens import in_chunks, longest_first, tokenise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tokenizers import Encoding
    from transformers import PreTrainedTokenizerFast

    from isthmus.examples import Example
    from isthmus.forms.form import FormSpec
    from isthmus.forms.tokens import Frame, Template

NUM_OPEN = 64
"""Rows that wait for one more passage to fill them, while packing."""

Unit: TypeAlias = tuple[str] | tuple[str, str]
"""One text, or a text and its translation."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """What stands in a row after its opening token: texts and their closing tokens.

    Attributes:
        example: Index of its example.
        columns: ``input_ids``, and ``type_ids`` and ``word_starts`` where rows have them.
        truncated: Whether text was cut off.
    """

    example: int
    columns: dict[str, list[int]]
    truncated: bool


def texts(example: Example, *, joined_words: bool = False) -> tuple[Unit, ...]:
    """Returns the running text in an example, labels aside: each unit starts a row of its own.

    Args:
        example: Of any type. Both texts of a Pair stand alone; a Text stays with its translation.
        joined_words: Whether a Sentence's words are joined without spaces.
    """
    match example:
        case Text(text=text, parallel=None) | Line(text=text) | Pair(text=text, text_b=None):
            return ((text,),)
        case Text(text=text, parallel=str(parallel)):
            return ((text, parallel),)
        case Pair(text=text, text_b=str(text_b)):
            return ((text,), (text_b,))
        case Sentence(words=words):
            return ((("" if joined_words else " ").join(words),),)
        case Question(question=question, context=context):
            return ((context,), (question,))
        case Choice(prompt=prompt):
            return ((prompt,),)
    raise TypeError(f"{type(example).__name__} is no type of example")


def passages(
    examples: Sequence[Example],
    tokenizer: PreTrainedTokenizerFast,
    template: Template,
    spec: FormSpec,
) -> Iterator[Passage]:
    """Yields the passages of all examples, each short enough for a row; empty texts have none."""
    for start, chunk in in_chunks(examples):
        units = [
            (index, unit)
            for index, example in enumerate(chunk, start)
            for unit in texts(example, joined_words=spec.joined_words)
        ]
        flat = [text for _, unit in units for text in unit]
        encodings = iter(tokenise(tokenizer, flat, offsets=spec.whole_words))
        for index, unit in units:
            encoded = [next(encodings) for _ in unit]
            if len(encoded) == 1:
                yield from _cut(index, encoded[0], template.single, spec)
            elif any(len(encoding) for encoding in encoded):
                yield _translation(index, encoded, template.pair, spec)


def packed(passages: Iterable[Passage], room: int) -> Iterator[list[Passage]]:
    """Yields runs of passages that together need no more than ``room`` tokens, well filled.

    Best fit: a passage joins the fullest open run that has room for it. ``NUM_OPEN`` runs are kept
    open at most, so memory is bounded and the order is a function of the passages alone.
    """
    open_runs: list[list[list[Passage]]] = [[] for _ in range(room + 1)]  # by room that is left
    num_open = 0
    for passage in passages:
        length = len(passage.columns["input_ids"])
        fitting = next((left for left in range(length, room + 1) if open_runs[left]), None)
        run: list[Passage] = []
        if fitting is not None:
            run = open_runs[fitting].pop(0)
            num_open -= 1
        run.append(passage)
        left = (room if fitting is None else fitting) - length
        if left <= 0:
            yield run
            continue
        open_runs[left].append(run)
        num_open += 1
        if num_open > NUM_OPEN:
            yield next(runs for runs in open_runs if runs).pop(0)
            num_open -= 1
    for runs in open_runs:
        yield from runs


def row_of(run: Sequence[Passage], frame: Frame) -> dict[str, Any]:
    """Returns the columns of a row that holds a run of passages after one opening token."""
    opening = {
        "input_ids": frame.specials[0],
        "type_ids": frame.special_types[0],
        "word_starts": [1] * len(frame.specials[0]),
    }
    columns = {
        name: [*opening[name], *(value for passage in run for value in passage.columns[name])]
        for name in run[0].columns
    }
    truncated = any(passage.truncated for passage in run)
    return {"example": run[0].example, "truncated": truncated, **columns}


def _cut(index: int, encoding: Encoding, frame: Frame, spec: FormSpec) -> Iterator[Passage]:
    room = frame.room(spec.max_length)
    ids = encoding.ids
    starts = _word_starts(encoding) if spec.whole_words else []
    for begin in range(0, len(ids), room):
        part = slice(begin, begin + room)
        yield Passage(
            example=index, columns=_columns(frame, [ids[part]], [starts[part]]), truncated=False
        )


def _translation(index: int, encoded: Sequence[Encoding], frame: Frame, spec: FormSpec) -> Passage:
    kept = longest_first(len(encoded[0]), len(encoded[1]), frame.room(spec.max_length))
    ids = [encoding.ids[:length] for encoding, length in zip(encoded, kept, strict=True)]
    starts = [
        _word_starts(encoding)[:length] if spec.whole_words else []
        for encoding, length in zip(encoded, kept, strict=True)
    ]
    return Passage(
        example=index,
        columns=_columns(frame, ids, starts),
        truncated=sum(kept) < sum(map(len, encoded)),
    )


def _columns(
    frame: Frame, ids: Sequence[list[int]], starts: Sequence[list[int]]
) -> dict[str, list[int]]:
    """Returns the columns of texts in a frame, without its opening token."""
    opening = len(frame.specials[0])
    columns = {name: values[opening:] for name, values in frame.fill(*ids).items()}
    if any(starts):
        closings = [[1] * len(special) for special in frame.specials[1:]]
        columns["word_starts"] = [
            start
            for text, closing in zip(starts, closings, strict=True)
            for start in text + closing
        ]
    return columns


def _word_starts(encoding: Encoding) -> list[int]:
    words = encoding.word_ids
    changes = [int(word != last) for last, word in pairwise(words)]
    return [1, *changes] if words else []
