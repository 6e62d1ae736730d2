"""A moment inside a running step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """A moment inside a running step, for progress displays and the step's events file.

    Attributes:
        done, total: In units of the verb (optimiser steps, examples); total 0 if unknown.
        values: Numbers worth showing, such as ``loss`` or ``tokens_per_second``.
        message: A line for people, or "".
    """

    done: int = 0
    total: int = 0
    values: Mapping[str, float] = field(default_factory=dict)
    message: str = ""
