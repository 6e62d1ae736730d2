"""What makes two pieces of work the same: a canonical form of settings, and its digest.

Hashing fails closed. A value whose text could differ between processes, machines or versions (a
set, a path, an object's repr, NaN) is refused with a word on what to write instead.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias, cast

from isthmus.errors import StudyError
from isthmus.study.step import VERB_VERSIONS

if TYPE_CHECKING:
    from isthmus.study.step import Verb

DIGEST_BYTES = 16


def canonical(value: object) -> bytes:
    """Returns the one JSON text of a value: keys sorted, no spaces, ASCII, floats by repr.

    Mappings with string keys, lists, tuples (as lists), strings, integers, finite floats, booleans
    and None are taken; 1 and 1.0 are different values.

    Raises:
        StudyError: for anything else; it names the place and what to write instead.
    """
    plain = _plain(value, ())
    return json.dumps(plain, sort_keys=True, allow_nan=False, separators=(",", ":")).encode()


def digest(value: object) -> str:
    """Returns 32 hexadecimal digits that name a value's canonical form (BLAKE2b)."""
    return hashlib.blake2b(canonical(value), digest_size=DIGEST_BYTES).hexdigest()


def step_key(verb: Verb, settings: Mapping[str, object], inputs: Mapping[str, str]) -> str:
    """Returns the key of a step: the digest of its verb, that verb's version, and what it takes."""
    return digest(
        {"verb": verb, "version": VERB_VERSIONS[verb], "settings": settings, "inputs": inputs}
    )


Place: TypeAlias = tuple[()] | tuple["Place", str | int]
"""Where in a value we are, as (the place around it, its key or index)."""

_SCALARS = frozenset({str, int, bool, type(None)})
_REMEDIES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    ((set, frozenset), "its order varies; write a sorted list"),
    (bytes, "write its digest, or text"),
    (str, "a kind of string; write a plain string"),
    ((int, float), "a kind of number; write a plain int or float"),
)


def _plain(value: object, place: Place) -> object:
    kind = type(value)
    if kind in _SCALARS:
        return value
    if kind is float:
        if not math.isfinite(cast("float", value)):
            raise StudyError(
                f"{_named(place)} is {value!r}, which has no JSON form; "
                "write a finite number, or null."
            )
        return value
    if isinstance(value, Mapping):
        for key in value:
            if type(key) is not str:
                raise StudyError(
                    f"{_named(place)} has the key {key!r}; write keys as plain strings."
                )
        return {key: _plain(item, (place, key)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, (place, index)) for index, item in enumerate(value)]
    raise StudyError(
        f"{_named(place)} is {_shown(value)}, which cannot be hashed: {_remedy(value)}."
    )


def _named(place: Place) -> str:
    """Returns a place as people write it; only ever needed for a message."""
    if not place:
        return "The value"
    outer, last = place
    name = f"[{last}]" if isinstance(last, int) else str(last)
    if not outer:
        return name
    return f"{_named(outer)}{name if isinstance(last, int) else '.' + name}"


def _remedy(value: object) -> str:
    for kinds, remedy in _REMEDIES:
        if isinstance(value, kinds):
            return remedy
    if hasattr(value, "__fspath__"):
        return "where a file lies is not identity; write the digest of its contents"
    return "write it as JSON values (mappings, lists, strings, numbers, true, false, null)"


def _shown(value: object) -> str:
    text = repr(value)
    return f"{text if len(text) <= 60 else text[:57] + '...'} ({type(value).__name__})"
