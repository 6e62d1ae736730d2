"""Multiple choice as JSON lines: CommonsenseQA, PIQA, XCOPA, HellaSwag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from isthmus.errors import DataError
from isthmus.examples import Choice
from isthmus.sources.choice import ASKS, continuation, label_index
from isthmus.sources.document import json_lines
from isthmus.sources.lines import never_empty, numbered_lines

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from isthmus.sources.document import Json

Layout: TypeAlias = Literal["commonsenseqa", "hellaswag", "piqa", "xcopa"]


class Item(NamedTuple):
    """A question as its file has it; ``label`` is None where it does not say."""

    prompt: str
    choices: tuple[str, ...]
    label: int | None


@never_empty
def read_choice_jsonl(
    path: Path,
    *,
    uid: str,
    repairs: Counter[str],
    layout: Layout,
    label_path: Path | None = None,
) -> Iterator[Choice]:
    """Yields the questions of a file of JSON objects, one a line.

    Args:
        path: The file.
        uid: Prefix of the uids.
        repairs: Counts ``empty text`` (a prompt or a choice, kept).
        layout: Whose fields the objects have; one of ``LAYOUTS``.
        label_path: The labels, one 0-based index a line, where another file has them (PIQA).

    Raises:
        DataError: Not JSON, a missing field, a value of the wrong type, fewer than two choices, a
            label that is none of them, or more labels than questions or fewer.
    """
    take = LAYOUTS[layout]
    labels = None if label_path is None else numbered_lines(label_path, repairs)
    for number, record in enumerate(json_lines(path, repairs)):
        prompt, choices, label = take(record)
        if len(choices) < 2:
            raise record.error(f"has {len(choices)} choices; two are the least")
        if labels is not None and label_path is not None:
            line, written = next(labels, (number + 1, ""))
            label = label_index(written.strip(), len(choices), label_path, line)
        if not prompt or not all(choices):
            repairs["empty text"] += 1
        yield Choice(uid=f"{uid}/{number}", prompt=prompt, choices=choices, label=label)
    if labels is not None and (extra := next(labels, None)) is not None:
        raise DataError(f"more labels than {str(path)!r} has", path=label_path, line=extra[0])


def _commonsenseqa(record: Json) -> Item:
    question, key = record["question"], record.get("answerKey")
    choices = list(question["choices"])
    names = [choice["label"].string() for choice in choices]
    label = None
    if key is not None:
        if key.string() not in names:
            raise key.error(f"is {key.string()[:40]!r}, none of the choices {', '.join(names)}")
        label = names.index(key.string())
    texts = tuple(choice["text"].string() for choice in choices)
    return Item(question["stem"].string(), texts, label)


def _hellaswag(record: Json) -> Item:
    endings = tuple(ending.string() for ending in record["endings"])
    start = record.get("ctx_a")
    if start is None:
        prompt, choices = continuation(record["context"].string(), endings)
    else:
        prompt, begun = start.string(), record["ctx_b"].string()
        choices = tuple(f"{begun} {ending}".strip() for ending in endings)
    return Item(prompt, choices, _label(record, len(choices)))


def _piqa(record: Json) -> Item:
    choices = (record["sol1"].string(), record["sol2"].string())
    return Item(record["goal"].string(), choices, _label(record, 2))


def _xcopa(record: Json) -> Item:
    asks = record["question"]
    if asks.string() not in ASKS:
        raise asks.error(f"is {asks.string()[:40]!r}, not one of {', '.join(ASKS)}")
    choices = (record["choice1"].string(), record["choice2"].string())
    prompt = f"{record['premise'].string()} {ASKS[asks.string()]}"
    return Item(prompt, choices, _label(record, 2))


def _label(record: Json, num_choices: int) -> int | None:
    label = record.get("label")
    if label is None:
        return None
    if not 0 <= label.integer() < num_choices:
        raise label.error(f"is {label.integer()}, not an index from 0 to {num_choices - 1}")
    return label.integer()


LAYOUTS: Mapping[Layout, Callable[[Json], Item]] = {
    "commonsenseqa": _commonsenseqa,
    "hellaswag": _hellaswag,
    "piqa": _piqa,
    "xcopa": _xcopa,
}
