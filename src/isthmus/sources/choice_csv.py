"""Multiple choice as CSV with a header: CosmosQA."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.errors import DataError
from isthmus.examples import Choice
from isthmus.sources.choice import label_index
from isthmus.sources.lines import never_empty
from isthmus.sources.tables import csv_rows, position

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@never_empty
def read_choice_csv(
    path: Path,
    *,
    uid: str,
    repairs: Counter[str],
    prompt: Sequence[str] = ("context", "question"),
    choices: Sequence[str] = ("answer0", "answer1", "answer2", "answer3"),
    label: str | None = "label",
) -> Iterator[Choice]:
    """Yields the questions of a CSV file.

    Args:
        path: The file.
        uid: Prefix of the uids.
        repairs: Counts ``empty text`` (a prompt or a choice, kept).
        prompt: The columns that, joined by a space, are the prompt.
        choices: The columns of the choices.
        label: The column with the 0-based index of the right choice; None where there is none.

    Raises:
        DataError: A missing column, quotes that do not match, a row with more or fewer columns
            than the header, a label that is none of the choices, fewer than two choices.
    """
    rows = csv_rows(path, repairs)
    _, header = next(rows, (0, []))
    if len(choices) < 2:
        raise DataError(
            f"{len(choices)} columns of choices are given; two are the least", path=path
        )
    at_prompt = [position(column, header, path) for column in prompt]
    at_choices = [position(column, header, path) for column in choices]
    at_label = None if label is None else position(label, header, path)
    for number, (line, fields) in enumerate(rows):
        question = " ".join(fields[at] for at in at_prompt)
        answers = tuple(fields[at] for at in at_choices)
        gold = None
        if at_label is not None:
            gold = label_index(fields[at_label], len(answers), path, line)
        if not question or not all(answers):
            repairs["empty text"] += 1
        yield Choice(uid=f"{uid}/{number}", prompt=question, choices=answers, label=gold)
