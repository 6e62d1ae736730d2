from __future__ import annotations

import numpy as np
import pytest
from analysis_store import Made

from isthmus.analysis.load import load_sheets
from isthmus.examples import Line, Prediction
from isthmus.scoring.items import items
from isthmus.study.tables import ITEMS, write_items

ACCURACY = {"t": "accuracy", "u": "accuracy"}


@pytest.fixture
def made(tmp_path):
    return Made(tmp_path / "store")


def test_a_sheet_has_every_run_on_every_example(made):
    for seed in (0, 1):
        made.right("base", seed, "sw", [1, 0, 0, seed])
        made.right("route", seed, "sw", [1, 1, 0, 1])
        made.right("base", seed, "ur", [1, 0])
        made.right("route", seed, "ur", [0, 0])
    (sheet,), problems = load_sheets(made.plan, made.store, ACCURACY)
    assert not problems
    assert (sheet.routes, sheet.seeds, sheet.languages) == (("base", "route"), (0, 1), ("sw", "ur"))
    assert sheet.scores.tolist() == [[[25, 50], [75, 75]], [[50, 50], [0, 0]]]
    assert [column.num_examples for column in sheet.columns] == [4, 2]
    # The examples 0 and 1 of both languages are translations, or might be, and are drawn together.
    assert [column.places.tolist() for column in sheet.columns] == [[0, 1, 2, 3], [0, 1]]
    assert sheet.num_examples == 4
    assert all(column.counts_hits for column in sheet.columns)


def test_targets_are_sheets_of_their_own(made):
    for target in ("t", "u"):
        made.right("base", 0, "sw", [1, 0], target=target)
    sheets, _ = load_sheets(made.plan, made.store, ACCURACY)
    assert [sheet.target for sheet in sheets] == ["t", "u"]


def test_scores_that_kept_no_items_are_taken_apart_from_the_predictions(made):
    expected = made.predicted("base", 0, "sw", "0120", "0210", metric="f1_macro")
    other = made.predicted("route", 0, "sw", "0120", "0xx0", metric="f1_macro")
    (sheet,), _ = load_sheets(made.plan, made.store, {"t": "f1_macro"})
    assert sheet.scores[0, :, 0] == pytest.approx([expected, other])
    assert not sheet.columns[0].counts_hits


def test_runs_that_are_not_done_are_said(made):
    made.right("base", 0, "sw", [1, 0])
    made.announce("route", 0, "sw")
    made.announce("route", 1, "sw")
    (sheet,), (problem,) = load_sheets(made.plan, made.store, ACCURACY)
    assert problem.kind == "missing"
    assert "2 of 3 scores are not done, those of route (seed 0), route (seed 1)" in problem.message
    assert np.isnan(sheet.scores[0, 1]).all()
    assert sheet.seeds_of(["base", "route"], ["sw"]) == set()
    assert sheet.seeds_of(["base"], ["sw"]) == {0}


def test_nothing_done_is_no_sheet(made):
    made.announce("base", 0, "sw")
    sheets, (problem,) = load_sheets(made.plan, made.store, ACCURACY)
    assert (sheets, problem.kind) == ([], "missing")


def test_runs_on_other_examples_are_left_out_and_said(made):
    made.right("base", 0, "sw", [1, 0])
    made.right("route", 0, "sw", [1, 1], uids=["t/test/sw/0", "t/test/sw/7"])
    (sheet,), (problem,) = load_sheets(made.plan, made.store, ACCURACY)
    assert problem.kind == "unequal"
    assert "t test sw, encoder m: route (seed 0) had other examples" in problem.message
    assert np.isnan(sheet.scores[0, 1, 0])


def test_another_version_of_a_task_with_the_same_uids_is_not_compared(made):
    made.right("base", 0, "sw", [1, 0], inputs={"examples": "version1"})
    made.right("route", 0, "sw", [1, 1], inputs={"examples": "version2"})
    _, (problem,) = load_sheets(made.plan, made.store, ACCURACY)
    assert problem.kind == "unequal"


def test_examples_that_nobody_got_anything_on_are_not_kept(made):
    gold = [("a",), (), ("b",), ()]
    found = [("a",), (), ("c",), ()]
    lines = [Line(uid=f"de-{i}", text="x", side="source", match=m) for i, m in enumerate(gold)]
    predicted = {
        line.uid: Prediction(uid=line.uid, value=v) for line, v in zip(lines, found, strict=True)
    }
    step = made.announce("base", 0, "de")
    made.finish(step, {"rows": []})
    taken_apart = {"f1_bitext": items(lines, predicted, "f1_bitext", language="de")}
    write_items(made.store.folder(step) / ITEMS, taken_apart)
    (sheet,), _ = load_sheets(made.plan, made.store, {"t": "f1_bitext"})
    assert (sheet.num_examples, sheet.num_live) == (4, 2)
    assert sheet.columns[0].places.tolist() == [0, 1]
    assert sheet.columns[0].num_examples == 4
    assert sheet.scores[0, 0, 0] == pytest.approx(50)
