from __future__ import annotations

import json

import pytest
from filled_store import declared, fill
from typer.testing import CliRunner

from isthmus.cli.main import app


@pytest.fixture
def stores(tmp_path):
    return tmp_path / "before", tmp_path / "after"


def diff(stores, *options):
    return CliRunner().invoke(app, ["diff", *map(str, stores), *options])


def test_equal_runs_exit_with_0(tmp_path, stores):
    for store in stores:
        fill(declared(tmp_path), store)
    result = diff(stores)
    assert result.exit_code == 0, result.output
    assert "scores: 18 in both, 0 moved" in result.stdout
    assert "nothing differs" in result.stdout


def test_runs_that_differ_exit_with_1_and_say_why(tmp_path, stores):
    fill(declared(tmp_path), stores[0])
    changed = declared(tmp_path, training={"batch_size": 8})
    fill(changed, stores[1], chance=lambda cell: 0.5 + 0.2 * (cell.route == "reading"))
    result = diff(stores, "--languages")
    assert result.exit_code == 1, result.output
    assert 'declared: training (none) -> {"batch_size": 8}' in result.stdout
    assert "train: training.batch_size" in result.stdout
    assert "mean of 3" in result.stdout
    assert "qlz" in result.stdout
    assert "]**" in result.stdout
    assert "rows beyond noise" in result.stdout
    assert "qlz" not in diff(stores).stdout
    (read,) = json.loads(diff(stores, "--json").stdout)
    assert read["num_moved"] == 9
    assert read["causes"][0]["path"] == "training.batch_size"


def test_a_run_half_done_exits_with_3_if_nothing_differs_so_far(tmp_path, stores):
    fill(declared(tmp_path), stores[0])
    fill(declared(tmp_path), stores[1], keep=lambda cell: cell.seed == 0)
    result = diff(stores)
    assert result.exit_code == 3, result.output
    assert "6 of 18 scores are there" in result.stderr


def test_what_cannot_be_compared_exits_with_2(tmp_path, stores):
    assert diff(stores).exit_code == 2
    for store in stores:
        fill(declared(tmp_path), store, keep=lambda _: False)
    result = diff(stores, "--study", "minni")
    assert result.exit_code == 2
    assert "Did you mean 'mini'?" in result.stderr
    (stores[0] / "store.json").write_text("?")
    result = diff(stores)
    assert result.exit_code == 2, "1 would say that something differs"
    assert "store.json" in result.stderr


def test_one_seed_is_said(tmp_path, stores):
    for draw, store in enumerate(stores):
        fill(declared(tmp_path, seeds=[0]), store, draw=draw)
    result = diff(stores)
    assert "One seed: intervals answer for the test examples alone." in result.stderr
