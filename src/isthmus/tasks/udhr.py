"""The Universal Declaration of Human Rights, a paragraph a text."""

from __future__ import annotations

from isthmus.languages.table import codes
from isthmus.tasks.task import Task

UDHR = Task(
    name="udhr",
    form="mlm",
    role="text",
    languages=codes(
        "af ar bg bn de en es et fa fi fr gu he hi id it ja jv kk ko lt ml mr my nl pl pt qu ru th tl "
        "uk zh"
    ),
    metrics=(),
    citation="UDHR in XML (efele.net/udhr)",
    licence="not stated (text of the United Nations)",
)
