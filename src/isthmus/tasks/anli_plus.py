"""ANLI+: MNLI, SNLI and the three rounds of ANLI in one training set under one head."""

from __future__ import annotations

from isthmus.tasks.labels import NLI_LABELS
from isthmus.tasks.task import Recipe, Task

ANLI_PLUS = Task(
    name="anli_plus",
    form="classify",
    role="intermediate",
    labels=NLI_LABELS,
    metrics=("accuracy",),
    num_train=1_104_934,
    recipe=Recipe(num_epochs=2, batch_size=24),
    citation="Phang et al. 2020 (arXiv 2005.13013)",
    licence="of its parts: mnli, snli, anli",
)
