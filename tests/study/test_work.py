"""Small studies of the embedded world, run by a worker process from declaration to scores."""

from __future__ import annotations

import dataclasses
import math
from typing import get_args

import polars as pl
import pyarrow.parquet as pq
import pytest
import torch
import transformers
from grid_work import GRID, SHORT, result, run, steps
from transformers import AutoTokenizer

import isthmus
from isthmus.models.checkpoint import head_infos
from isthmus.models.model import Model
from isthmus.scoring.bitext import DUPLICATES
from isthmus.scoring.retrieval import MARGINS, SELECTIONS
from isthmus.search import neighbours
from isthmus.study.parts import Retrieval
from isthmus.study.step import Job
from isthmus.study.tables import read_examples, read_predictions
from isthmus.study.work import perform, states
from isthmus.study.work.retrieve import Mining
from isthmus.training.pieces import PADDED_TOKENS

WHITE = GRID | {
    "name": "white",
    "routes": {"base": []},
    "targets": ["tatoeba", "bucc2018"],
    "retrieval": {
        "layers": [1, 2],
        "pooling": ["mean"],
        "centring": [False, True],
        "whitening": [False, True],
        "margin": "distance",
        "select": "intersect",
        "num_neighbours": 2,
        "duplicates": "expand",
    },
}
ORACLE = GRID | {
    "name": "oracle",
    "routes": {"base": []},
    "targets": ["udpos", "xquad"],
    "selection": {"keep": "best", "languages": ["qor"]},
    "oracle": True,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def grid(folder):
    return run(folder, GRID, folder / "store")


@pytest.fixture(scope="module")
def oracle(folder, grid):
    return run(folder, ORACLE, folder / "store")


def test_every_cell_has_scores_and_every_step_a_record(grid):
    scores = pl.read_parquet(grid.scores_path)
    assert scores.height == grid.scores().height >= len(grid.plan.cells)
    assert scores["step"].n_unique() == len({cell.score_key for cell in grid.plan.cells})
    assert scores["value"].is_finite().all()
    assert scores["value"].is_between(0, 100).all()
    assert set(scores["target"]) == set(GRID["targets"])
    assert {step.verb for step in grid.plan.steps} == {
        "read", "tokenizer", "encode", "train", "embed", "predict", "score",
    }  # fmt: skip
    for step in grid.plan.steps:
        record = grid.store.record(step.key)
        assert (record.verb, record.settings, record.inputs) == (
            step.verb,
            dict(step.settings),
            dict(step.inputs),
        )


def test_records_say_what_was_done(grid):
    for step in steps(grid, "read"):
        found = result(grid, step)
        examples = read_examples(grid.store.folder(step) / "examples.arrow")
        assert found["count"] == len({example.uid for example in examples}) > 0
        assert found["labels"] == sorted(found["label_counts"])
    (step,) = steps(grid, "tokenizer")
    assert result(grid, step)["vocab_size"] <= 300
    for step in steps(grid, "train"):
        found = result(grid, step)
        assert found["num_steps"] == step.settings["training"]["max_steps"]
        assert sum(found["steps_of_head"].values()) == found["num_steps"]
        assert [number for number, _ in found["loss"]] == list(range(1, found["num_steps"] + 1))
        assert all(math.isfinite(loss) for _, loss in found["loss"])
        assert found["best_step"] is None
        assert not (grid.store.folder(step) / "resume.pt").exists()
    for step in steps(grid, "predict"):
        (examples,) = [key for role, key in step.inputs.items() if role == "examples"]
        gold = read_examples(grid.store.done(examples).folder / "examples.arrow")
        asked = [example.uid for example in gold if getattr(example, "side", "source") == "source"]
        predictions = read_predictions(grid.store.folder(step) / "predictions.parquet")
        assert [prediction.uid for prediction in predictions] == asked
        assert result(grid, step)["count"] == len(asked)


def test_checkpoints_open_with_auto_classes(grid):
    names = set()
    for step in steps(grid, "train"):
        folder = grid.store.folder(step) / "checkpoint"
        for name, info in head_infos(folder).items():
            names.add(name)
            auto_class = getattr(transformers, info.auto_model)
            _, loading = auto_class.from_pretrained(folder / name, output_loading_info=True)
            assert not any(loading.values()), (step.title, name)
            assert AutoTokenizer.from_pretrained(folder / name).is_fast
            assert name in (folder / name / "README.md").read_text()
    assert names == {"mlm", "mnli", "commonsenseqa", "squad_v1", "udpos"}


def test_several_tasks_and_language_modelling_are_trained_together(grid):
    (step,) = steps(grid, "train", "commonsenseqa+mnli+squad_v1")
    counts = result(grid, step)["steps_of_head"]
    assert list(counts) == ["commonsenseqa", "mnli", "squad_v1", "mlm"]
    assert counts["mlm"] > 0
    folder = grid.store.folder(step) / "checkpoint"
    assert set(head_infos(folder)) == set(counts)


def test_equal_numbers_of_examples_are_equal_whatever_the_languages(grid, folder):
    other = {"translate": {"into": ["qor"], "model": "world", "keep_original": False}}
    both = {"translate": {"into": ["qor"], "model": "world"}, "even_languages": True}
    routes = {
        name: [{"tasks": ["mnli"], **fields}]
        for name, fields in {"source": {}, "other": other, "both": both}.items()
    }
    training = {"num_train": 20, "num_epochs": 2, "batch_size": 4, "max_length": 64}
    declared = {"name": "even", "targets": ["tatoeba"], "training": training, "routes": routes}
    opened = run(folder, GRID | declared, folder / "store")
    trained = [result(opened, step) for step in steps(opened, "train", "train mnli")]
    assert [found["units"] for found in trained] == [{"mnli": 20}] * 3
    assert [found["num_steps"] for found in trained] == [10] * 3


def test_a_head_with_the_same_labels_is_carried_on(grid):
    """XNLI trains MNLI, so its head starts where the intermediate one ended.

    The phase itself is the step that the baseline trains for XNLI, and is done once.
    """
    alone = {
        step.key: step
        for step in steps(grid, "train")
        if [entry["name"] for entry in step.settings["tasks"]] == ["mnli"]
    }
    (nli,) = [step for step in alone.values() if step.inputs["init"] in alone]
    phase = alone[nli.inputs["init"]]
    old, new = (
        transformers.AutoModelForSequenceClassification.from_pretrained(
            grid.store.folder(step) / "checkpoint" / "mnli"
        ).classifier.out_proj.weight
        for step in (phase, nli)
    )
    assert (old - new).abs().max() < 5 * SHORT["peak_lr"] * 1.5 < old.abs().max()


def test_retrieval_sweeps_places_and_uses_the_best(grid):
    for step in steps(grid, "embed"):
        found = result(grid, step)
        assert len(found["sweep"]) == 3 * 3 * 2, "layers, poolings, centring"
        best = max(place["accuracy"] for place in found["sweep"])
        assert found["accuracy"] == best
        first = next(place for place in found["sweep"] if place["accuracy"] == best)
        assert {name: first[name] for name in found["choice"]} == found["choice"]
        rows = pq.read_table(grid.store.folder(step) / "sweep.parquet").num_rows
        assert rows % 18 == 0
        assert found["searches"] == {"plain": rows}
    mined = [s for s in steps(grid, "predict") if s.settings.get("method") == "mine"]
    nearest = [s for s in steps(grid, "predict") if s.settings.get("method") == "nearest"]
    assert mined
    assert nearest
    for step in mined:
        assert "threshold" in result(grid, step)
        assert result(grid, step)["search"]["reason"] == "a small search"
    for step in nearest:
        predictions = read_predictions(grid.store.folder(step) / "predictions.parquet")
        assert all(len(prediction.value) == 1 for prediction in predictions)


def test_large_sweeps_keep_vectors_in_files_and_search_fast(grid, tmp_path, monkeypatch):
    """With the same result as small ones, and without a trace of the files."""
    monkeypatch.setattr(states, "IN_MEMORY", 0)
    monkeypatch.setattr(neighbours, "SMALL", 0)
    monkeypatch.setattr(neighbours, "MOST_NEIGHBOURS", 4)
    step = next(s for s in steps(grid, "embed") if s.settings["method"] == "mine")
    inputs = {role: grid.store.done(key) for role, key in step.inputs.items()}
    job = Job(
        step=step, folder=tmp_path, inputs=inputs, provider=grid.provider, num_threads=1,
        device="cpu", report=lambda _: None,
    )  # fmt: skip
    found, expected = perform(job), result(grid, step)
    assert list(found["searches"]) == ["tiles"]
    assert {**found, "searches": None} == {**expected, "searches": None}
    assert [path.name for path in tmp_path.iterdir()] == ["sweep.parquet"]


def test_batches_larger_than_asked_are_trained_in_pieces(grid, tmp_path):
    step = next(s for s in steps(grid, "train") if s.settings["training"]["selection"] == "last")
    inputs = {role: grid.store.done(key) for role, key in step.inputs.items()}
    said = []
    job = Job(
        step=step, folder=tmp_path, inputs=inputs, provider=grid.provider, num_threads=1,
        device="cpu", report=said.append, max_tokens=1,
    )  # fmt: skip
    found, expected = perform(job), result(grid, step)
    assert expected["max_tokens"] is None
    assert (expected["num_pieces"], expected["num_oversized"]) == (expected["num_steps"], 0)
    assert found["max_tokens"] == 1
    assert found["num_pieces"] == found["num_oversized"] > expected["num_pieces"]
    assert found["num_tokens"] == expected["num_tokens"]
    assert any("more than the 1 that are computed at a time" in each.message for each in said)


def test_what_stands_in_for_what_is_lacking_is_told_and_recorded(grid, tmp_path, monkeypatch):
    step = next(s for s in steps(grid, "train") if s.settings["training"]["selection"] == "last")
    assert result(grid, step)["padded"] is False
    half = {**step.settings["training"], "precision": "bf16", "max_steps": 1}
    step = dataclasses.replace(step, settings={**step.settings, "training": half})
    monkeypatch.setattr(torch.cpu, "get_capabilities", dict)
    monkeypatch.setattr(Model, "first_position", None)
    said = []
    job = Job(
        step=step, folder=tmp_path, provider=grid.provider, num_threads=1, device="cpu",
        inputs={role: grid.store.done(key) for role, key in step.inputs.items()},
        report=lambda progress: said.append(progress.message),
    )  # fmt: skip
    found = perform(job)
    assert (found["precision"], found["padded"]) == ("fp32", True)
    assert found["max_tokens"] == PADDED_TOKENS
    assert "cpu has no units for bf16: computing in fp32" in said
    assert "XLMRobertaModel cannot run on real tokens alone: computing padding" in said


def test_whitening_is_swept_and_pairs_are_mined_as_declared(grid, folder):
    """On the store of the grid, whose encoder it shares."""
    white = run(folder, WHITE, grid.store.root)
    for step in steps(white, "embed"):
        found = result(white, step)
        places = [(place["centring"], place["whitening"]) for place in found["sweep"]]
        assert places == [(False, False), (True, False), (True, True)] * 2
        assert len({place["accuracy"] for place in found["sweep"]}) > 1
        mined = step.settings["method"] == "mine"
        assert (found["mining"] is not None) == mined
    (mining,) = {str(result(white, s)["mining"]) for s in steps(white, "predict", "bucc2018")}
    for value in ("'distance'", "'intersect'", "2", "'expand'"):
        assert value in mining
    assert white.scores().height >= len(white.plan.cells) > 0


def test_the_declared_ways_to_mine_are_those_there_are():
    fields = Retrieval.model_fields
    assert get_args(fields["margin"].annotation) == MARGINS
    assert get_args(fields["select"].annotation) == SELECTIONS
    assert get_args(fields["duplicates"].annotation) == DUPLICATES
    declared = Retrieval()
    for field in dataclasses.fields(Mining):
        assert getattr(declared, field.name) == field.default


def test_a_checkpoint_says_of_new_text_what_the_study_predicted(grid):
    told = 0
    for step in steps(grid, "predict", "(nano, route many"):
        if "head" not in step.settings:
            continue
        checkpoint = grid.store.done(step.inputs["checkpoint"]).folder / "checkpoint"
        examples = grid.store.done(step.inputs["examples"]).folder / "examples.arrow"
        found = isthmus.predict(
            checkpoint / step.settings["head"],
            step.settings["form"],
            read_examples(examples),
            device="cpu",
        )
        expected = read_predictions(grid.store.folder(step) / "predictions.parquet")
        assert [(each.uid, each.value) for each in found] == [(p.uid, p.value) for p in expected]
        for each, prediction in zip(found, expected, strict=True):
            assert each.score == pytest.approx(prediction.score, abs=1e-5)
        told += 1
    assert told == 3 * 2, "targets with a head, languages"


def test_an_oracle_selects_on_its_languages_and_says_so(oracle, grid):
    assert oracle.scores()["oracle"].all()
    assert not grid.scores()["oracle"].any()
    trained = [step for step in steps(oracle, "train") if "init" in step.inputs]
    assert len(trained) == 2
    for step in trained:
        found = result(oracle, step)
        assert step.settings["selection_languages"] == ["qor"]
        assert 1 <= found["best_step"] <= 5
        assert 0 <= found["best_score"] <= 100
        developed = [role for role in step.inputs if role.startswith("dev/")]
        assert sorted(role.rpartition("/")[2] for role in developed) == ["qor"]


def test_a_second_study_reuses_what_the_first_made(oracle, grid):
    shared = {step.key for step in oracle.plan.steps} & {step.key for step in grid.plan.steps}
    assert {"tokenizer", "read", "encode", "train"} <= {
        step.verb for step in oracle.plan.steps if step.key in shared
    }
    assert oracle.scores()["value"].is_finite().all()
