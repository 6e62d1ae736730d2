"""YAML read into plain values, with the line on which each of them stands.

Of YAML 1.1's guesses only the harmless are made: ``no`` is Norwegian, not False, and ``1e-5`` is a
number. Keys are always text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping  # noqa: TC003 (pydantic reads annotations)
from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003
from typing import Any, TypeAlias

import yaml

from isthmus.errors import StudyError

Place: TypeAlias = tuple[str | int, ...]
MAX_NODES = 200_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Origin:
    """The file a study was written in. Every origin equals every other: it is not identity.

    Attributes:
        path: The file; None for a study built in Python.
        lines: Place in the document -> 1-based line.
    """

    path: Path | None = None
    lines: Mapping[Place, int] = field(default_factory=dict, repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Origin)

    def __hash__(self) -> int:
        return 0

    def line(self, place: Place) -> int | None:
        """Returns the line of a place, or of the nearest place around it that has one."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place)


def read_yaml(path: Path) -> tuple[dict[str, Any], Origin]:
    """Returns a file's top-level mapping and where its values stand.

    Raises:
        StudyError: not readable, not UTF-8, not YAML, not a mapping, or a key given twice.
    """
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except FileNotFoundError:
        raise StudyError(f"There is no study file {path}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(f"{path} cannot be read as UTF-8 text: {error}.") from None
    except yaml.YAMLError as error:
        raise StudyError(_syntax(path, error)) from None
    if not isinstance(root, yaml.MappingNode):
        raise StudyError(f"{path} does not hold a study: write 'field: value' lines, name first.")
    reader = _Reader(path)
    value = reader.value(root, (), ())
    if reader.problems:
        raise StudyError("\n".join(reader.problems))
    return value, Origin(path=path, lines=reader.lines)


def _syntax(path: Path, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f"{path}:{mark.line + 1}" if mark is not None else f"{path}"
    return f"{where}: this is not YAML: {getattr(error, 'problem', None) or error}."


class _Reader:
    """Turns nodes into values, noting lines and duplicate keys on the way."""

    def __init__(self, path: Path):
        self.path, self.num_nodes = path, 0
        self.lines: dict[Place, int] = {}
        self.problems: list[str] = []

    def value(self, node: yaml.Node, place: Place, inside: tuple[int, ...]) -> Any:
        """Returns a node's value; ``inside`` are the ids of the nodes it lies in."""
        self.num_nodes += 1
        line = node.start_mark.line + 1
        if id(node) in inside or self.num_nodes > MAX_NODES:
            raise StudyError(f"{self.path}:{line}: an anchor repeats without end; write it out.")
        self.lines.setdefault(place, line)
        inside = (*inside, id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place, inside)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*place, i), inside) for i, item in enumerate(node.value)]
        return _plain_scalar(node.value) if getattr(node, "style", None) is None else node.value

    def _mapping(
        self, node: yaml.MappingNode, place: Place, inside: tuple[int, ...]
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = key_node.value
            if not isinstance(key, str):
                raise StudyError(f"{self.path}:{line}: a key must be a word, not a collection.")
            inner = (*place, key)
            if key in values:
                self.problems.append(
                    f"{self.path}:{line}: {dotted(inner)} is given twice (first on line "
                    f"{self.lines[inner]}); keep one."
                )
                continue
            self.lines[inner] = line
            values[key] = self.value(value_node, inner, inside)
        return values


def dotted(place: Place) -> str:
    """Returns a place as people write it, such as ``routes.all[0].mixture.cap``."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


_INTEGER = re.compile(r"[-+]?[0-9]+(_[0-9]+)*")
_NUMBER = re.compile(r"[-+]?([0-9]+(_[0-9]+)*)?(\.[0-9]*)?([eE][-+]?[0-9]+)?")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


def _plain_scalar(text: str) -> Any:
    """Returns what an unquoted scalar means: true, false, null, a number, or else itself."""
    if text.lower() in _WORDS and text in {text.lower(), text.title()}:
        return _WORDS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text)
    if any(character.isdigit() for character in text) and _NUMBER.fullmatch(text):
        return float(text)
    return text
