"""The promise of resuming, on a real study: whatever is killed, the numbers come out the same."""

from __future__ import annotations

import random
import subprocess
import sys
import time

import polars as pl
import psutil
import pytest
import yaml

from isthmus.api import open_study

DECLARATION = {
    "name": "resumed",
    "data": "world",
    "world": {"num_train": 400, "num_train_reading": 400, "num_eval": 50, "num_eval_reading": 50},
    "models": {
        "nano": {
            "pretrain": {
                "size": "nano",
                "corpus": ["text"],
                "languages": ["qar", "qor"],
                "training": {"max_steps": 200, "batch_size": 16, "max_length": 32},
            }
        }
    },
    "routes": {"base": [], "reading": [{"tasks": ["squad_v1"]}]},
    "targets": ["udpos"],
    "languages": ["qar", "qor"],
    "training": {"max_steps": 100, "peak_lr": 1e-3, "max_length": 64},
}


def start(study, store):
    code = "import sys; from isthmus.cli.main import main; main()"
    command = [sys.executable, "-c", code, "run", str(study), "--store", str(store)]
    return subprocess.Popen(
        [*command, "--device", "cpu"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finish(study, store):
    process = start(study, store)
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    return errors


def wait_for_saved_state(process, store):
    """Waits until a training in this run has saved its state, or the run has ended."""
    before = saved_states(store)
    while process.poll() is None and saved_states(store) in (before, {}):
        time.sleep(0.05)


def saved_states(store):
    return {path: path.stat().st_mtime for path in store.glob("steps/train/*/resume.pt")}


@pytest.mark.slow
def test_a_study_killed_at_random_points_ends_with_the_same_bits(tmp_path):
    study = tmp_path / "study.yaml"
    study.write_text(yaml.safe_dump(DECLARATION))
    finish(study, tmp_path / "whole")

    draw, kept = random.Random(0), {}
    for attempt in range(5):
        process = start(study, tmp_path / "killed")
        if attempt % 2:
            wait_for_saved_state(process, tmp_path / "killed")
        time.sleep(draw.uniform(0.0, 4.0))
        workers = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.communicate()
        assert not psutil.wait_procs(workers, timeout=5)[1]
        records = {
            path: path.read_bytes() for path in (tmp_path / "killed").glob("steps/*/*/record.json")
        }
        assert kept.items() <= records.items(), "what was finished is not done again"
        kept = records
    finish(study, tmp_path / "killed")

    whole, killed = (open_study(study, store=tmp_path / name) for name in ("whole", "killed"))
    assert killed.scores().equals(whole.scores())
    assert pl.read_parquet(killed.scores_path).equals(whole.scores())
    for step in whole.plan.steps:
        if step.verb == "train":
            one, other = (opened.store.folder(step) / "checkpoint" for opened in (whole, killed))
            weights = sorted(path.relative_to(one) for path in one.rglob("*.safetensors"))
            assert weights
            for name in weights:
                assert (one / name).read_bytes() == (other / name).read_bytes(), (step.title, name)
