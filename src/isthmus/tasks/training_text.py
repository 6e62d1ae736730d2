"""The raw text of training sets: the sentences, passages and pairs that tasks are trained on.

English is the text of udpos, panx, squad_v1 and snli; other languages have what UD treebanks have for
training. Each text stands once. No development or test file is read, unless it stands in for a
training file that is absent (which the provider's note then says).
"""

from __future__ import annotations

from isthmus.languages.table import codes
from isthmus.tasks.task import Task

TRAINING_TEXT = Task(
    name="training_text",
    form="mlm",
    role="text",
    languages=codes("en kk mr te"),
    metrics=(),
    citation="those of udpos, panx, squad_v1 and snli",
    licence="of its parts: udpos, panx, squad_v1, snli",
)
