"""Stores of studies of the world whose scores are made up, as a run would have left them."""

from __future__ import annotations

import numpy as np
import yaml

from isthmus.api import declaration, open_study
from isthmus.scoring.items import Items
from isthmus.study.record import Run
from isthmus.study.tables import ITEMS, write_items

DECLARATION = {
    "name": "mini",
    "data": "world",
    "models": {"nano": {"pretrain": {"size": "nano", "corpus": ["text"], "languages": ["qar"]}}},
    "routes": {"base": [], "reading": [{"tasks": ["squad_v1"]}]},
    "targets": ["xnli"],
    "languages": ["qar", "qor", "qlz"],
    "seeds": [0, 1, 2],
}
NUM_EXAMPLES = 400


def declared(folder, name="mini", **changes):
    """The file of a study."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(DECLARATION | {"name": name} | changes))
    return path


def fill(study, store, *, chance=lambda cell: 0.5, keep=lambda cell: True, uids=None, draw=0):
    """Scores of a study that was run.

    Args:
        chance: Cell -> the chance of an answer to be right. The same cell draws the same answers
            in every store, unless ``draw`` is another.
        keep: Cell -> whether it is done.
        uids: Cell -> numbers of the examples; the first of all where None.
    """
    opened = open_study(study, store=store)
    opened.store.prepare()
    opened.store.save_study(opened.study.name, declaration(opened.study), opened.plan)
    steps = {step.key: step for step in opened.plan.steps}
    for cell in filter(keep, opened.plan.cells):
        numbers = list(uids(cell) if uids else range(NUM_EXAMPLES))
        name = f"{cell.route} {cell.target} {cell.language} {cell.seed}".encode()
        luck = np.random.default_rng([draw, *name]).random(max(numbers) + 1)
        right = (luck[numbers] < chance(cell)).astype(float)
        found = Items(
            uids=tuple(f"{cell.target}/test/{cell.language}/{i}" for i in numbers),
            numerator=right[:, None],
            denominator=np.ones((len(right), 1)),
        )
        row = {
            "metric": "accuracy",
            "value": 100 * float(right.mean()),
            "chance": 33.3,
            "count": len(numbers),
        }
        step = steps[cell.score_key]
        with opened.store.claim(step) as claim:
            claim.finish({"rows": [row]}, RUN)
        write_items(opened.store.folder(step) / ITEMS, {"accuracy": found})
    return opened


RUN = Run(started="", ended="", seconds=1.0, host={}, peak_memory=1)
