"""A small study performed on a graphics card, pretended or real, from declaration to scores."""

from __future__ import annotations

import polars as pl
import yaml
from grid_work import GRID

from isthmus.api import open_study
from isthmus.models import varlen
from isthmus.runners.runner import Summary
from isthmus.search import neighbours
from isthmus.study.record import Run
from isthmus.study.step import Job
from isthmus.study.work import perform

STUDY = GRID | {
    "name": "card",
    "routes": {"base": [], "many": GRID["routes"]["many"]},
    "targets": {
        "xnli": {"few_shot": {"k": [3], "draws": 1, "split": "dev", "training": {"num_epochs": 2}}},
        "bucc2018": {},
    },
    "languages": ["qor"],
    "world": GRID["world"] | {"num_eval": 16},
    "retrieval": {"layers": [1, 2], "pooling": ["mean"]},
}


class OneByOne:
    """Runs the steps of a plan in this process, where a card can be pretended."""

    def __init__(self, device):
        self._device = device

    def run(self, plan, store, provider, observe=None):
        store.prepare()
        for step in plan.steps:
            with store.claim(step) as claim:
                job = Job(
                    step=step,
                    folder=claim.folder,
                    inputs={role: store.done(key) for role, key in step.inputs.items()},
                    provider=provider,
                    num_threads=1,
                    device=self._device,
                    report=lambda progress: None,
                )
                run = Run(started="", ended="", seconds=0.0, host={}, peak_memory=0, cpu_seconds=0)
                claim.finish(dict(perform(job)), run)
        return Summary(num_done=len(plan.steps))


def test_every_cell_has_scores(card, tmp_path, monkeypatch):
    monkeypatch.setattr(neighbours, "SMALL", 0)
    path = tmp_path / "card.yaml"
    path.write_text(yaml.safe_dump(STUDY))
    opened = open_study(path, store=tmp_path / "store")
    opened.run(OneByOne(str(card)))
    scores = opened.scores()
    assert set(scores["step"]) == {cell.score_key for cell in opened.plan.all_cells}
    assert scores["value"].is_finite().all()
    results = pl.DataFrame(
        {"verb": step.verb, **_kinds(opened.store.done(step.key).result)}
        for step in opened.plan.steps
    )
    said = results.drop_nulls("precision")
    assert set(said["verb"]) == {"adapt", "embed", "predict", "train"}
    assert set(said["precision"]) == {"bf16"}
    assert set(results["attention"].drop_nulls()) == {"varlen" if varlen.runs_on(card) else "sdpa"}


def _kinds(result):
    return {name: result.get(name) for name in ("precision", "attention")}
