"""Bibles in the public domain, a verse a text."""

from __future__ import annotations

from isthmus.languages.table import codes
from isthmus.tasks.task import Task

BIBLE = Task(
    name="bible",
    form="mlm",
    role="text",
    languages=codes("de en et fr ja ru"),
    metrics=(),
    citation="Christodouloupoulos and Steedman 2015; scrollmapper/bible_databases",
    licence="public domain or CC0",
)
