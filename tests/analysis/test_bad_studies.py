"""What scores cannot carry is said by the report and the exit status, and has no interval."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from analysis_store import Made
from filled_store import declared, fill
from typer.testing import CliRunner

from isthmus.analysis.load import load_sheets
from isthmus.api import analyse
from isthmus.cli.main import app

CLAIM = {
    "says": "Reading helps.",
    "holds": [{"gain": {"route": "reading"}}, {"best": {}}, {"improves": {"at_least": 1}}],
}


@pytest.fixture
def run(tmp_path):
    """Fills the store of a study; says what the commands say of it, and its analysis."""

    def run(changes=None, **filled):
        study, store = declared(tmp_path, claims=[CLAIM], **(changes or {})), tmp_path / "store"
        fill(study, store, **filled)
        place = [str(study), "--store", str(store)]
        gains = CliRunner().invoke(app, ["gains", *place, "--languages"])
        report = CliRunner().invoke(app, ["report", *place, "--out", str(tmp_path / "out")])
        assert gains.exit_code == report.exit_code == 3, gains.output + report.output
        page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
        found = analyse(study, store=store, num_draws=300)
        for problem in found.problems:
            assert problem.message in gains.stderr
            assert problem.message in report.stderr
            assert problem.message.replace("'", "&#39;") in page
        written = tmp_path / "out" / "gains.csv"
        text = written.read_text() if written.exists() else ""  # no gain, no file
        return found, list(csv.DictReader(io.StringIO(text))), gains

    return run


def kinds(found):
    return [problem.kind for problem in found.problems]


def test_missing_seeds(run):
    found, _, _ = run(keep=lambda cell: cell.route == "base" or cell.seed == 0)
    assert kinds(found) == ["missing", "one_seed"]
    assert "those of reading (seed 1), reading (seed 2)" in found.problems[0].message
    assert "reading and base have one seed in common" in found.problems[1].message
    assert all(gain.estimate.num_seeds == 1 for gain in found.gains)
    assert all("seeds" not in gain.estimate.doubts for gain in found.gains)
    assert found.detectable == ()


def test_unequal_examples_between_routes(run):
    found, rows, _ = run(uids=lambda cell: range(100 * (cell.route == "reading"), 500))
    assert kinds(found) == ["unequal"]
    assert "xnli test qar qor qlz" in found.problems[0].message
    assert rows == []
    assert [verdict.judgement for verdict in found.verdicts] == ["undecided"]


def test_one_run_on_other_examples_does_not_take_the_others_along(run):
    found, _, _ = run(uids=lambda cell: range(100, 500) if is_first(cell) else range(400))
    assert kinds(found) == ["unequal"]
    assert "encoder nano: base (seed 0) had other examples" in found.problems[0].message
    assert {gain.estimate.num_seeds for gain in found.gains} == {2}


def is_first(cell):
    return (cell.route, cell.seed) == ("base", 0)


def test_the_source_language_only(run):
    found, rows, gains = run({"languages": ["qar"]})
    assert kinds(found) == ["one_language"]
    assert "only qar, the source language, so nothing zero-shot" in gains.stderr
    assert {row["scope"] for row in rows} == {"language", "all"}


def test_one_language_only(run):
    found, rows, gains = run({"languages": ["qor"]})
    assert kinds(found) == ["one_language"]
    assert "one language, so nothing is said of others" in gains.stderr
    assert {row["low"] for row in rows if row["scope"] in {"family", "script"}} == {""}
    assert all(gain.without_one is None for gain in found.gains)


def test_a_constant_metric(run):
    found, rows, gains = run(chance=lambda _: 1.0)
    assert kinds(found) == ["constant"]
    assert {(row["low"], row["high"], row["p"]) for row in rows} == {("", "", "")}
    assert "+0.0 [none]" in gains.stdout
    assert "seen from" not in gains.stdout.replace("'seen from'", "")
    assert found.detectable == ()
    (verdict,) = found.verdicts
    assert verdict.judgement == "undecided"
    assert {(f.low, f.high, f.probability) for f in verdict.findings} == {(None, None, None)}


def test_a_study_half_run(run):
    found, _, _ = run(keep=lambda cell: cell.language != "qlz")
    assert kinds(found) == ["missing"]
    assert "6 of 18 scores are not done" in found.problems[0].message
    assert {gain.languages for gain in found.gains_over("zero_shot")} == {("qor",)}
    assert {gain.estimate.low for gain in found.gains_over("family")} == {None}


def test_scores_from_two_versions_of_a_task(tmp_path):
    made, rng = Made(tmp_path / "store"), np.random.default_rng(0)
    for seed in (0, 1, 2):
        for route in ("base", "route"):
            version = "new" if (route, seed) == ("base", 0) else "old"
            made.right(route, seed, "sw", rng.random(50) < 0.5, inputs={"examples": version})
    (sheet,), (problem,) = load_sheets(made.plan, made.store, {"t": "accuracy"})
    assert problem.kind == "unequal"
    assert "base (seed 0) had other examples, or another version of the data" in problem.message
    assert sheet.seeds_of(["base", "route"], ["sw"]) == {1, 2}


def test_a_handful_of_examples_carries_no_interval_not_even_of_a_family(run):
    found, rows, _ = run({"seeds": [0]}, uids=lambda _: range(4))
    assert kinds(found) == ["one_seed"]
    assert {row["low"] for row in rows} == {""}
