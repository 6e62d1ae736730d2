"""NTREX-128's first 1,800 lines as plain text, English included."""

from __future__ import annotations

from isthmus.tasks.ntrex import NTREX_LANGUAGES
from isthmus.tasks.task import Task

NTREX_TEXT = Task(
    name="ntrex_text",
    form="mlm",
    role="text",
    languages=("en", *NTREX_LANGUAGES),
    metrics=(),
    citation="Federmann et al. 2022 (2022.sumeval-1.4)",
    licence="CC BY-SA 4.0",
)
