"""CCG supertagging (CCGbank).

Its 1,363 supertags are read from the training data, so ``labels`` is empty here. CCGbank is
distributed by the LDC: the files are the user's to supply.
"""

from __future__ import annotations

from isthmus.tasks.task import Recipe, Task

CCG = Task(
    name="ccg",
    form="tag",
    role="intermediate",
    metrics=("accuracy",),
    num_train=38_015,
    recipe=Recipe(num_epochs=15, batch_size=24),
    citation="Hockenmaier and Steedman 2007 (J07-3004)",
    licence="LDC User Agreement (LDC2005T13)",
)
