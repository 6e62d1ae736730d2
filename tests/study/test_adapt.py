"""Few-shot training performed: a small study of the embedded world, from declaration to scores."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter

import numpy as np
import polars as pl
import pytest
import yaml

from isthmus.api import open_study
from isthmus.errors import StepFailed
from isthmus.examples import Choice, Question, Sentence
from isthmus.runners.local import LocalRunner
from isthmus.study.cards import write_cards
from isthmus.study.scores import summarise
from isthmus.study.step import Job
from isthmus.study.tables import (
    EXAMPLES,
    PREDICTIONS,
    read_examples,
    read_predictions,
)
from isthmus.study.work import perform
from isthmus.study.work.adapt import rows_of_units, stratum

SHORT = {"max_steps": 5, "batch_size": 4, "peak_lr": 1e-3, "max_length": 64}
FEW = {"draws": 2, "split": "dev", "training": {"num_epochs": 3, "peak_lr": 5e-3}}
STUDY = {
    "name": "shots",
    "data": "world",
    "world": {
        "num_train": 48, "num_train_reading": 48, "num_train_large": 48, "num_train_low": 48,
        "num_eval": 12, "num_eval_reading": 12, "num_text_sentences": 48, "num_bitext": 24,
    },
    "models": {
        "nano": {
            "pretrain": {
                "size": "nano",
                "tokenizer": {"vocab_size": 300},
                "corpus": ["text"],
                "languages": ["qar", "qor"],
                "training": SHORT,
            }
        }
    },
    "routes": {"base": [], "nli": [{"tasks": ["mnli"]}]},
    "targets": {
        "xnli": {"few_shot": {"k": [3, 12], **FEW}},
        "udpos": {"few_shot": {**FEW, "k": [2], "draws": 1}},
        "xquad": {"few_shot": {**FEW, "k": [2], "draws": 1}},
    },
    "languages": ["qar", "qor"],
    "seeds": [0, 1],
    "training": SHORT,
}  # fmt: skip


@pytest.fixture(scope="module")
def shots(tmp_path_factory):
    return run(STUDY, tmp_path_factory.mktemp("shots"))


def run(declared, folder):
    path = folder / f"{declared['name']}.yaml"
    path.write_text(yaml.safe_dump(declared))
    opened = open_study(path, store=folder / "store")
    opened.run(LocalRunner(num_workers=2, device="cpu"))  # one thread each: small work is quickest
    return opened


def adapts(opened, part=""):
    return [step for step in opened.plan.steps if step.verb == "adapt" and part in step.title]


def uids(opened, step):
    return json.loads((opened.store.folder(step) / "drawn.json").read_text())["uids"]


def job_of(opened, step, folder):
    inputs = {role: opened.store.done(key) for role, key in step.inputs.items()}
    return Job(
        step=step, folder=folder, inputs=inputs, provider=opened.provider,
        num_threads=opened.store.record(step.key).host["threads"], device="cpu",
        report=lambda _: None,
    )  # fmt: skip


def test_every_cell_is_scored_and_says_its_shots_and_draw(shots):
    scores = shots.scores()
    few = scores.filter(pl.col("shots") > 0)
    assert few.select("target", "route", "seed", "language", "shots", "draw").n_unique() == len(
        shots.plan.few_shot
    )
    assert set(few["language"]) == {"qor"}
    zero = scores.filter(shots=0)
    assert set(zero["draw"]) == {0}
    assert zero["step"].n_unique() == len({cell.score_key for cell in shots.plan.cells})


def test_summaries_and_cards_are_of_zero_shot_scores_alone(shots):
    scores, metrics = shots.scores(), {"xnli": "accuracy", "udpos": "f1", "xquad": "f1"}
    sources = dict.fromkeys(metrics, "qar")
    assert summarise(scores, metrics, sources).equals(
        summarise(scores.filter(shots=0), metrics, sources)
    )
    write_cards(shots.study, shots.plan, shots.store)
    (first, *_) = adapts(shots, "xnli")
    card = (shots.store.done(first.inputs["checkpoint"]).folder / "checkpoint").rglob("README.md")
    lines = [line for path in card for line in path.read_text().splitlines()]
    value = scores.filter(
        target="xnli", route="base", language="qor", metric="accuracy", shots=0, seed=0
    )["value"].item()
    assert f"| xnli | test | qor | accuracy | {value:.1f} |" in lines


def test_all_routes_and_seeds_see_the_same_examples_and_draws_are_nested(shots):
    seen = {}
    for step in adapts(shots, "xnli"):
        place = step.settings["shots"], step.settings["draw"]
        drawn = uids(shots, step)
        assert seen.setdefault(place, drawn) == drawn
        assert len(set(drawn)) == place[0]
    assert set(seen) == {(3, 1), (3, 2), (12, 1), (12, 2)}
    for draw in (1, 2):
        assert seen[12, draw][:3] == seen[3, draw]
    assert seen[3, 1] != seen[3, 2]
    assert all("/dev/" in uid for drawn in seen.values() for uid in drawn)


def test_draws_have_their_share_of_each_label_and_are_recorded(shots):
    for step in adapts(shots, "xnli"):
        found = shots.store.done(step.key).result
        pool = read_examples(shots.store.done(step.inputs["pool_examples"]).folder / EXAMPLES)
        labels = {example.uid: stratum(example) for example in pool}
        assert found["strata"] == Counter(labels[uid] for uid in uids(shots, step))
        assert found["pool"] == len(pool) == 12
        share = Counter(labels.values())
        for label, count in found["strata"].items():
            assert abs(count - step.settings["shots"] * share[label] / 12) <= 1
        assert (found["shots"], found["draw"]) == (step.settings["shots"], step.settings["draw"])
    (udpos, *_) = (shots.store.done(step.key).result for step in adapts(shots, "udpos"))
    assert udpos["strata"] == {"any": 2}
    (xquad, *_) = (shots.store.done(step.key).result for step in adapts(shots, "xquad"))
    assert xquad["strata"] == {"answerable": 2}


def test_training_on_few_examples_changes_what_is_predicted_and_keeps_no_weights(shots):
    for step in adapts(shots):
        folder = shots.store.folder(step)
        names = {path.name for path in folder.iterdir()}
        assert {"drawn.json", PREDICTIONS} <= names
        assert not {"checkpoint", "resume.pt"} & names
        predictions = read_predictions(folder / PREDICTIONS)
        examples = read_examples(shots.store.done(step.inputs["examples"]).folder / EXAMPLES)
        assert [each.uid for each in predictions] == [each.uid for each in examples]
        zero = next(
            each
            for each in shots.plan.steps
            if each.verb == "predict"
            and all(each.inputs[r] == step.inputs[r] for r in ("checkpoint", "encoded"))
        )
        before = read_predictions(shots.store.folder(zero) / PREDICTIONS)
        assert before != predictions


@pytest.mark.parametrize("part", ["xnli", "udpos", "xquad"])
def test_a_killed_step_starts_anew_and_ends_the_same(shots, part, tmp_path):
    step = adapts(shots, part)[-1]
    (tmp_path / "drawn.json").write_text("half")
    (tmp_path / "resume.tmp").write_bytes(b"half")
    for _ in range(2):  # the second time with the checkpoint in memory
        again = perform(job_of(shots, step, tmp_path))
        expected = shots.store.done(step.key).result
        assert {**again, "train_seconds": 0} == {**expected, "train_seconds": 0}
        made, first = (folder / PREDICTIONS for folder in (tmp_path, shots.store.folder(step)))
        assert made.read_bytes() == first.read_bytes()


def test_the_weights_in_memory_are_left_as_they_were(shots, tmp_path):
    """A step after another, from the same checkpoint, is not a step further."""
    one, other = adapts(shots, "xnli")[:2]
    assert one.inputs["checkpoint"] == other.inputs["checkpoint"]
    for step in (one, other, one):
        again = perform(job_of(shots, step, tmp_path))
        assert again["loss"] == shots.store.done(step.key).result["loss"]


def test_an_example_of_several_rows_stays_whole():
    """The four rows of a choice, the windows of a question."""
    units = np.array([[0, 4], [8, 12], [14, 15]])
    rows, own = rows_of_units(units)
    assert rows.tolist() == [0, 1, 2, 3, 8, 9, 10, 11, 14]
    assert own.tolist() == [[0, 4], [4, 8], [8, 9]]


def test_what_examples_are_counted_under():
    choice = Choice(uid="c", prompt="p", choices=("a", "b"), label=1)
    question = Question(uid="q", question="q", context="c", answers=())
    sentence = Sentence(uid="s", words=("w",), tags=("t",))
    assert [stratum(each) for each in (choice, question, sentence)] == ["1", "unanswerable", "any"]


def test_more_epochs_fit_the_examples(shots, tmp_path):
    (step, *_) = adapts(shots, "xnli")
    training = {**step.settings["training"], "num_epochs": 25.0, "dropout": 0.0}
    longer = dataclasses.replace(step, settings={**step.settings, "training": training})
    curve = perform(job_of(shots, longer, tmp_path))["loss"]
    assert np.mean([loss for _, loss in curve[-5:]]) < 0.5 * curve[0][1]


def test_a_pool_that_is_too_small_fails_with_its_size(shots, tmp_path):
    (step, *_) = adapts(shots, "xnli")
    larger = dataclasses.replace(step, settings={**step.settings, "shots": 13})
    with pytest.raises(StepFailed, match=r"13 examples of xnli in qor .* its pool has 12 with"):
        perform(job_of(shots, larger, tmp_path))
