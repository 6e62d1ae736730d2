"""A plan and a store of made-up runs, for the analysis to read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from isthmus.examples import Pair, Prediction
from isthmus.scoring.items import Items
from isthmus.scoring.metrics import METRICS
from isthmus.study.record import Run
from isthmus.study.step import Cell, Plan, Step
from isthmus.study.store import Store
from isthmus.study.tables import (
    EXAMPLES,
    ITEMS,
    PREDICTIONS,
    write_examples,
    write_items,
    write_predictions,
)

RUN = Run(started="", ended="", seconds=0.1, host={}, peak_memory=1)


class Made:
    """Adds runs to a store one by one; ``plan`` is of all that were added or announced."""

    def __init__(self, root):
        self.store = Store(root)
        self.steps, self.cells = {}, []

    @property
    def plan(self):
        steps = tuple(self.steps.values())
        zero, few = (
            tuple(cell for cell in self.cells if bool(cell.shots) == is_few)
            for is_few in (False, True)
        )
        return Plan(study="made", steps=steps, cells=zero, few_shot=few, num_unshared=len(steps))

    def step(self, verb, key, inputs=None, **settings):
        step = Step(key=key, verb=verb, settings=settings, inputs=inputs or {}, title=key)
        return self.steps.setdefault(key, step)

    def finish(self, step, result):
        with self.store.claim(step) as claim:
            claim.finish(result, RUN)

    def announce(self, route, seed, language, *, target="t", inputs=None, key=""):
        """A cell whose score is not done; returns its score step."""
        key = key or f"score-{target}-{route}-{seed}-{language}"
        step = self.step("score", key, inputs)
        self.cells.append(
            Cell(
                model="m",
                route=route,
                target=target,
                split="test",
                language=language,
                seed=seed,
                score_key=key,
            )
        )
        return step

    def after(self, route, seed, language, shots, draw, value=None):
        """The score after some examples; not done without a value."""
        key = f"after-{route}-{seed}-{language}-{shots}-{draw}"
        step = self.announce(route, seed, language, key=key)
        self.cells[-1] = replace(self.cells[-1], shots=shots, draw=draw)
        if value is not None:
            row = {"metric": "accuracy", "value": value, "count": 10, "chance": 33.3}
            self.finish(step, {"rows": [row]})

    def right(self, route, seed, language, right, *, target="t", uids=None, inputs=None):
        """A run that is right on some examples."""
        right = np.asarray(right, dtype=float)
        names = uids or [f"{target}/test/{language}/{i}" for i in range(len(right))]
        found = Items(
            uids=tuple(names),
            numerator=right[:, None],
            denominator=np.ones((len(right), 1)),
        )
        step = self.announce(route, seed, language, target=target, inputs=inputs)
        value = {"metric": "accuracy", "value": 100 * right.mean(), "count": len(right)}
        self.finish(step, {"rows": [value]})
        write_items(self.store.folder(step) / ITEMS, {"accuracy": found})

    def predicted(self, route, seed, language, gold, found, *, metric):
        """A run whose score step kept no items, as they were of old; returns its score."""
        examples = [
            Pair(uid=f"t/test/{language}/{i}", text="x", label=g) for i, g in enumerate(gold)
        ]
        predictions = [
            Prediction(uid=example.uid, value=p) for example, p in zip(examples, found, strict=True)
        ]
        read = self.step("read", f"read-{language}")
        predict = self.step("predict", f"predict-{route}-{seed}-{language}")
        for step in (read, predict):
            self.finish(step, {})
        write_examples(self.store.folder(read) / EXAMPLES, examples)
        write_predictions(self.store.folder(predict) / PREDICTIONS, predictions)
        inputs = {"predictions": predict.key, "examples": read.key}
        self.finish(self.announce(route, seed, language, inputs=inputs), {"rows": []})
        by_uid = {prediction.uid: prediction for prediction in predictions}
        return METRICS[metric](examples, by_uid, language=language)
