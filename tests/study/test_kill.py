"""Killed at any moment and run again, a study ends with the numbers of one that was left alone."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time

import psutil
import pytest
import yaml

DECLARATION = {
    "name": "killed",
    "data": "world",
    "world": {
        "num_train": 64, "num_train_reading": 64, "num_eval": 12, "num_eval_reading": 12,
        "num_text_sentences": 64,
    },
    "models": {
        "nano": {
            "pretrain": {
                "size": "nano",
                "tokenizer": {"vocab_size": 300},
                "corpus": ["text"],
                "languages": ["qar", "qor"],
                "training": {"max_steps": 150, "batch_size": 8, "max_length": 48},
            }
        }
    },
    "routes": {"base": []},
    "targets": ["udpos", "tatoeba"],
    "languages": ["qar", "qor"],
    "training": {"max_steps": 60, "batch_size": 8, "peak_lr": 1e-3, "max_length": 48},
}  # fmt: skip
NUM_KILLS = 3


def start(study, store):
    command = [sys.executable, "-c", "from isthmus.cli.main import main; main()", "run", study]
    return subprocess.Popen(
        [*map(str, command), "--store", str(store), "--workers", "1", "--device", "cpu"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"ISTHMUS_SAVE_SECONDS": "0"},
    )  # fmt: skip


def finish(study, store):
    process = start(study, store)
    _, errors = process.communicate()
    assert process.returncode == 0, errors


def records(store):
    return {path: path.stat().st_mtime_ns for path in store.glob("steps/*/*/record.json")}


def kill(process):
    workers = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate()
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert not alive, "workers end with their runner"


def kill_in_training(study, store, draw):
    """Kills a run a random moment after a training saved its state; False if it ended before."""
    process, begun = start(study, store), time.time_ns()
    moment = None
    while process.poll() is None:
        saved = [path.stat().st_mtime_ns for path in store.glob("steps/train/*/resume.pt")]
        if moment is None and any(at > begun for at in saved):
            moment = time.monotonic() + draw.uniform(0.0, 0.6)
        if moment is not None and time.monotonic() >= moment:
            kill(process)
            return True
        time.sleep(0.005)
    process.communicate()
    return False


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    path = tmp_path_factory.mktemp("killed") / "study.yaml"
    path.write_text(yaml.safe_dump(DECLARATION))
    return path


def test_killed_runs_end_with_the_same_scores_and_redo_nothing(study, tmp_path):
    finish(study, tmp_path / "whole")
    draw, before, num_kills = random.Random(5), {}, 0
    for _ in range(NUM_KILLS):
        num_kills += kill_in_training(study, tmp_path / "killed", draw)
        now = records(tmp_path / "killed")
        assert before.items() <= now.items(), "a finished step is not done again"
        before = now
    assert num_kills, "nothing was killed in the middle of a training"
    finish(study, tmp_path / "killed")
    assert before.items() <= records(tmp_path / "killed").items()

    whole, killed = (
        tmp_path / name / "studies/killed/scores.parquet" for name in ("whole", "killed")
    )
    assert killed.read_bytes() == whole.read_bytes()
    events = [path.read_text() for path in (tmp_path / "killed").glob("steps/train/*/events.jsonl")]
    assert any("resumed after step" in text for text in events)
    shards = sorted((tmp_path / "whole").glob("steps/train/*/checkpoint/*/*.safetensors"))
    assert shards
    for shard in shards:
        other = tmp_path / "killed" / shard.relative_to(tmp_path / "whole")
        assert other.read_bytes() == shard.read_bytes()
