"""Isthmus: which intermediate task helps which language, by how much, and is it real."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from isthmus.api import analyse, check, diff, load_study, plan, run, scores, write_report
    from isthmus.inference.predictor import predict
    from isthmus.study.study import Study

__all__ = [
    "Study",
    "analyse",
    "check",
    "diff",
    "load_study",
    "plan",
    "predict",
    "run",
    "scores",
    "write_report",
]

_HOMES = {
    "Study": "isthmus.study.study",
    "analyse": "isthmus.api",
    "check": "isthmus.api",
    "diff": "isthmus.api",
    "load_study": "isthmus.api",
    "plan": "isthmus.api",
    "predict": "isthmus.inference.predictor",
    "run": "isthmus.api",
    "scores": "isthmus.api",
    "write_report": "isthmus.api",
}


def __getattr__(name: str) -> Any:
    """Imports a public name when it is first used, so that ``import isthmus`` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'isthmus' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
