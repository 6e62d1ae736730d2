"""SQuAD 1.1: answers in a paragraph. XQuAD and MLQA train on it."""

from __future__ import annotations

from isthmus.tasks.task import Recipe, Task

SQUAD_V1 = Task(
    name="squad_v1",
    form="span",
    role="intermediate",
    metrics=("f1", "exact_match"),
    num_train=87_599,
    recipe=Recipe(num_epochs=3, batch_size=8, max_length=384),
    citation="Rajpurkar et al. 2016 (D16-1264)",
    licence="CC BY-SA 4.0",
    hub="rajpurkar/squad",
)
