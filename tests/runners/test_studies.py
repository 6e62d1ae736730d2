"""Every question of the studies, on the embedded world, from nothing to its report."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from isthmus.api import SHIPPED, open_study

WORLDS = sorted(path.stem for path in SHIPPED.glob("*_world.yaml"))
COMMAND = [sys.executable, "-c", "from isthmus.cli.main import main; main()"]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """One store for all: the encoder is pretrained by the first."""
    return tmp_path_factory.mktemp("studies") / "store"


def isthmus(*words):
    return subprocess.run(
        [*COMMAND, *map(str, words)], capture_output=True, text=True, env=os.environ, check=False
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", WORLDS)
def test_a_study_of_the_world_ends_in_an_answer(name, store):
    done = isthmus("run", name, "--store", store, "--workers", 2, "--device", "cpu")
    assert done.returncode == 0, done.stderr[-4000:]

    opened = open_study(name, store=store)
    scores = opened.scores()
    assert set(scores["step"]) == {cell.score_key for cell in opened.plan.all_cells}
    assert scores["value"].is_between(0, 100).all()

    analysis = opened.analysis()
    assert [verdict.says for verdict in analysis.verdicts] == [
        claim.says for claim in opened.study.claims
    ]
    for verdict in analysis.verdicts:
        assert "embedded world" in verdict.scale
        for finding in verdict.findings:  # more labels than were tried have no number
            assert finding.value is not None or "do not catch up" in finding.note, verdict
    assert not {"missing", "unequal", "one_seed"} & {each.kind for each in analysis.problems}

    reported = isthmus("report", name, "--store", store)
    assert reported.returncode == (0 if analysis.is_whole else 3), reported.stderr
    folder = opened.store.study_folder(name) / "report"
    assert {"index.html", "tables.md", "gains.parquet"} <= {each.name for each in folder.iterdir()}
