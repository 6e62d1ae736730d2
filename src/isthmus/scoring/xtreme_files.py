"""Readers of the files in XTREME's layout, for predictions and labels alike.

They accept what the benchmark's own readers accept (white space at the ends of a line aside, a
byte order mark besides) and refuse what those would misread: each error names file and line.
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from isthmus.errors import DataError, suggest

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

_INDEX = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class TaggedFile:
    """Tag sequences, and the 1-based line at which each begins."""

    sequences: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]


def read_text(path: Path) -> str:
    """The text of a UTF-8 file.

    Raises:
        DataError: there is no such file, or it is not UTF-8.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        msg = "there is no such file: a task that is scored needs every one of its languages"
        raise DataError(msg, path=path) from error
    except OSError as error:
        msg = f"cannot be read: {error.strerror}"
        raise DataError(msg, path=path) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        msg = f"not UTF-8 ({error.reason}): save the file as UTF-8"
        raise DataError(msg, path=path, line=line) from error


def read_lines(path: Path) -> list[str]:
    """The lines of a file without the white space at their ends."""
    return [line.strip() for line in io.StringIO(read_text(path), newline=None)]


def read_labels(path: Path, allowed: Collection[str]) -> list[str]:
    """One label a line, each among ``allowed``."""
    labels = read_lines(path)
    for number, label in enumerate(labels, start=1):
        if label not in allowed:
            raise _unknown(label, allowed, "label", path, number)
    return labels


def read_indices(path: Path) -> list[str]:
    """One 0-based index a line, as it is written (the benchmark compares the text)."""
    indices = read_lines(path)
    for number, index in enumerate(indices, start=1):
        if not _INDEX.fullmatch(index):
            msg = f"{_short(index)} is not a 0-based index of a line: write a whole number"
            raise DataError(msg, path=path, line=number)
    return indices


def read_pairs(path: Path) -> list[tuple[str, ...]]:
    """One ``source-id<TAB>english-id`` a line."""
    pairs = [tuple(line.split("\t")) for line in read_lines(path)]
    for number, pair in enumerate(pairs, start=1):
        if len(pair) != 2 or not all(pair):
            msg = f"{_short(chr(9).join(pair))} is not two ids with one tab between them"
            raise DataError(msg, path=path, line=number)
    return pairs


def read_tags(path: Path, allowed: Collection[str] | None) -> TaggedFile:
    """One tag a line, each among ``allowed`` if given; a blank line ends a sequence."""
    sequences: list[tuple[str, ...]] = []
    lines: list[int] = []
    tags: list[str] = []
    number, first = 0, 1
    for number, tag in enumerate(read_lines(path), start=1):
        if tag:
            if allowed is not None and tag not in allowed:
                raise _unknown(tag, allowed, "tag", path, number)
            tags.append(tag)
        else:
            sequences.append(tuple(tags))
            lines.append(first)
            tags, first = [], number + 1
    if tags:
        sequences.append(tuple(tags))
        lines.append(first)
    return TaggedFile(tuple(sequences), tuple(lines))


def read_choices(path: Path) -> list[object]:
    """The value of ``label`` in each JSON line."""
    labels: list[object] = []
    for number, line in enumerate(io.StringIO(read_text(path), newline=None), start=1):
        row = _json(line, path, number)
        if not isinstance(row, dict) or "label" not in row:
            msg = f"{_short(line.strip())} is not a JSON object with a field 'label'"
            raise DataError(msg, path=path, line=number)
        labels.append(row["label"])
    return labels


def read_answers(path: Path) -> dict[str, str]:
    """Predicted answers: a JSON object from question id to text, bare or under ``data``."""
    answers = _json_object(path)
    for uid, text in answers.items():
        if not isinstance(text, str):
            msg = f"the answer of question {uid!r} should be a text, got {_short(text)}"
            raise DataError(msg, path=path)
    return answers


def read_questions(path: Path) -> list[tuple[str, tuple[str, ...]]]:
    """Gold questions in SQuAD's JSON format: (id, gold texts), in file order, repeats kept."""
    content = _json(read_text(path), path)
    articles = content.get("data", content) if isinstance(content, dict) else content
    questions: list[tuple[str, tuple[str, ...]]] = []
    try:
        for article in articles:
            for paragraph in article["paragraphs"]:
                for question in paragraph["qas"]:
                    texts = tuple(answer["text"] for answer in question["answers"])
                    questions.append((question["id"], texts))
    except (KeyError, TypeError) as error:
        msg = (
            f"not SQuAD's format (data > paragraphs > qas > id, answers > text): {error!r} after"
            f" question {questions[-1][0]!r}"
            if questions
            else f"not SQuAD's format (data > paragraphs > qas > id, answers > text): {error!r}"
        )
        raise DataError(msg, path=path) from error
    for uid, texts in questions:
        if not isinstance(uid, str) or not texts or not all(isinstance(t, str) for t in texts):
            msg = f"question {_short(uid)} needs a text as its id and one gold answer or more"
            raise DataError(msg, path=path)
    return questions


def read_entities(path: Path) -> dict[str, list[str]]:
    """A JSON object from mention id to entity ids: ranked if predicted, the right one if gold."""
    entities = _json_object(path)
    for uid, ids in entities.items():
        if not isinstance(ids, list) or not all(isinstance(i, str) for i in ids):
            msg = f"mention {uid!r} should have a list of entity ids, got {_short(ids)}"
            raise DataError(msg, path=path)
    return entities


def _json_object(path: Path) -> dict[str, Any]:
    content = _json(read_text(path), path)
    content = content.get("data", content) if isinstance(content, dict) else content
    if not isinstance(content, dict):
        msg = f"should be a JSON object with an id for each value, got a {type(content).__name__}"
        raise DataError(msg, path=path)
    return content


def _json(text: str, path: Path, line: int | None = None) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        msg = f"not JSON: {error.msg} (column {error.colno})"
        raise DataError(msg, path=path, line=line or error.lineno) from error
    except (ValueError, RecursionError) as error:
        msg = f"JSON that cannot be read: {error}"
        raise DataError(msg, path=path, line=line) from error


def _unknown(word: str, allowed: Collection[str], what: str, path: Path, line: int) -> DataError:
    msg = f"{_short(word)} is not a {what} of this task.{suggest(word[:40], allowed)}"
    return DataError(msg, path=path, line=line)


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
