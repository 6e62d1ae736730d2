"""What the formats of multiple choice share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

ASKS = {"cause": "What was the cause?", "effect": "What happened as a result?"}
"""The question that COPA and XCOPA ask of a premise; in English for every language."""


def label_index(written: str, num_choices: int, path: Path, line: int) -> int:
    """Returns the 0-based index of the right choice, written as a number.

    Raises:
        DataError: Not a number, or not one of the choices.
    """
    if written.isascii() and written.isdigit() and len(written) < 10 and int(written) < num_choices:
        return int(written)
    message = f"label {written[:80]!r} is not a number from 0 to {num_choices - 1}"
    raise DataError(message, path=path, line=line)


def continuation(context: str, endings: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Parts a HellaSwag context that was written whole into prompt and choices.

    HellaSwag proper has a context of whole sentences, ``ctx_a``, and the start of the next, ``ctx_b``,
    which belongs to the choices. Copies that keep only the two joined are parted after the last
    full stop, question or exclamation mark; contexts that end with one have no ``ctx_b``.
    """
    end = max(context.rfind(mark) for mark in ".!?") + 1
    whole, begun = context[:end], context[end:]
    if not whole or not begun.strip() or not begun[0].isspace():
        return context, endings
    return whole, tuple(f"{begun.strip()} {ending}" for ending in endings)
