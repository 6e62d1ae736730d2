"""NTREX-128's first 1,800 lines, each with its English line as ``parallel``."""

from __future__ import annotations

from isthmus.tasks.ntrex import NTREX_LANGUAGES
from isthmus.tasks.task import Task

NTREX_BITEXT = Task(
    name="ntrex_bitext",
    form="mlm",
    role="text",
    languages=NTREX_LANGUAGES,
    metrics=(),
    citation="Federmann et al. 2022 (2022.sumeval-1.4)",
    licence="CC BY-SA 4.0",
)
