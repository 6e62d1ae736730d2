"""Turns what pydantic says of a declaration into one StudyError that a person can act on."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from pydantic import BaseModel

from isthmus.errors import StudyError, suggest
from isthmus.study.lines import Origin, Place, dotted
from isthmus.study.overrides import Overrides

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_EXPECTED = {
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "float_type": "a number",
    "int_type": "a whole number",
    "model_type": "a mapping",
    "string_type": "text",
    "tuple_type": "a list",
}


def study_error(problems: Sequence[tuple[Place, str]], origin: Origin) -> StudyError:
    """Returns one error that lists (place, message) problems with their file and line."""
    lines = [f"{_where(place, origin)}{message}" for place, message in problems]
    if len(lines) == 1:
        return StudyError(lines[0])
    return StudyError("\n".join([f"The study has {len(lines)} problems:", *lines]))


def from_validation(error: ValidationError, model: type[BaseModel], origin: Origin) -> StudyError:
    """Returns the StudyError for a failed validation of ``model``."""
    problems = []
    for detail in error.errors(include_url=False):
        place = tuple(part for part in detail["loc"] if not _is_tag(part))
        problems.append((place, _message(detail, place, model)))
    return study_error(list(dict.fromkeys(problems)), origin)


def _where(place: Place, origin: Origin) -> str:
    name = f"{dotted(place)}: " if place else ""
    if origin.path is None:
        return name
    line = origin.line(place)
    return f"{origin.path}:{line}: {name}" if line else f"{origin.path}: {name}"


def _is_tag(part: str | int) -> bool:
    """Tells pydantic's own marks, such as the member of a union, from fields and indices."""
    return isinstance(part, str) and (part == "[key]" or part.endswith(("]", ")")))


def _message(detail: ErrorDetails, place: Place, model: type[BaseModel]) -> str:
    kind, value = detail["type"], detail["input"]
    if kind == "extra_forbidden":
        known = _fields_at(model, place[:-1])
        return f"unknown field {place[-1]!r}.{suggest(str(place[-1]), known)}"
    if kind == "missing":
        return "is missing; add it."
    if kind == "value_error":
        text = str(detail["ctx"]["error"])
        return text if text.endswith((".", "?")) else f"{text}."
    if kind in _EXPECTED:
        return f"expected {_EXPECTED[kind]}, got {_shown(value)}."
    if kind == "literal_error":
        return f"expected {detail['ctx']['expected']}, got {_shown(value)}."
    if kind == "string_pattern_mismatch":
        return f"{value!r} may only hold letters, digits and '_', '-' (also '.', '+' in names)."
    text = detail["msg"].removeprefix("Input ")
    return f"{text[:1].lower()}{text[1:]}, got {_shown(value)}."


def _shown(value: object) -> str:
    text = repr(list(value) if isinstance(value, tuple) else value)
    return text if len(text) <= 60 else text[:57] + "..."


def _fields_at(annotation: Any, place: Place) -> list[str]:
    """Returns the field names of the model at a place, by walking annotations."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not place:
            return list(annotation.model_fields)
        field = annotation.model_fields.get(str(place[0]))
        if field is None:
            return []
        for extra in field.metadata:
            if isinstance(extra, Overrides):
                return list(extra.model.model_fields)
        return _fields_at(field.annotation, place[1:])
    arguments = get_args(annotation)
    origin = get_origin(annotation)
    if origin in {Union, types.UnionType}:
        found = (_fields_at(member, place) for member in arguments)
        return next((names for names in found if names), [])
    if not arguments:
        return []
    if origin is tuple:
        return _fields_at(arguments[0], place[1:])
    if isinstance(origin, type) and issubclass(origin, dict):
        return _fields_at(arguments[1], place[1:])
    return _fields_at(arguments[0], place)  # Annotated
