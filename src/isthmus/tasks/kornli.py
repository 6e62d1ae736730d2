"""KorNLI's Korean translation of XNLI's development and test pairs, corrected by hand."""

from __future__ import annotations

from isthmus.languages.table import codes
from isthmus.tasks.labels import NLI_LABELS
from isthmus.tasks.task import Task

KORNLI = Task(
    name="kornli",
    form="classify",
    role="target",
    labels=NLI_LABELS,
    languages=codes("ko"),
    metrics=("accuracy",),
    trains_on="mnli",
    num_train=392_702,
    citation="Ham et al. 2020 (2020.findings-emnlp.39)",
    licence="CC BY-SA 4.0",
    hub="kakaobrain/kor_nli",
)
