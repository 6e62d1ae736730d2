from __future__ import annotations

import errno
import json
import logging
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from isthmus.errors import StoreError
from isthmus.study import disk
from isthmus.study.record import Run
from isthmus.study.step import Plan, Step
from isthmus.study.store import STORE_FORMAT, Store

STEP = Step(
    key="0123456789abcdef", verb="score", settings={"n": 1}, inputs={"predict": "ff"}, title="pos"
)
RUN = Run(
    started="2026-01-02T03:04:05+00:00",
    ended="2026-01-02T03:04:06+00:00",
    seconds=1.0,
    host={"cores": 2},
    peak_memory=10**8,
)
RESULT = {"rows": [{"metric": "f1", "value": 50.0, "count": 10, "chance": 5.0}]}


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def finish(store, step=STEP, result=RESULT):
    with store.claim(step) as claim:
        return claim.finish(result, RUN)


def test_nothing_is_created_by_looking(store):
    assert store.done(STEP.key) is None
    assert list(store.records("score")) == []
    assert not store.root.exists()


def test_a_finished_step_is_found_again(store):
    with store.claim(STEP) as claim:
        (claim.folder / "out.txt").write_text("kept")
        assert store.done(STEP.key) is None, "outputs alone do not make a step done"
        claim.finish(RESULT, RUN)
    done = Store(store.root).done(STEP.key)
    assert done.result == RESULT
    assert (done.folder / "out.txt").read_text() == "kept"
    record = store.record(STEP.key)
    assert (record.verb, record.title, record.inputs) == ("score", "pos", {"predict": "ff"})
    assert [record.key for record in store.records("score")] == [STEP.key]


def test_records_from_before_processor_time_was_kept_are_read(store):
    finish(store)
    path = store.folder(STEP) / "record.json"
    content = json.loads(path.read_text())
    assert content.pop("cpu_seconds") == RUN.cpu_seconds
    path.write_text(json.dumps(content))
    assert store.record(STEP.key).cpu_seconds == 0.0


def test_what_finish_returns_is_what_later_readers_see(store):
    assert finish(store, result={"pair": (1, 2)}).result == {"pair": [1, 2]}


def test_a_result_that_is_not_json_leaves_the_step_undone(store):
    with pytest.raises(TypeError):
        finish(store, result={"where": store})
    assert store.done(STEP.key) is None


def test_a_claimed_step_cannot_be_claimed_until_it_is_released(store):
    other = Store(store.root)
    with store.claim(STEP):
        assert other.is_claimed(STEP.key)
        assert other.claim(STEP, timeout_s=0) is None
        with other.claim(replace(STEP, key="00ff"), timeout_s=0) as claim:
            assert claim is not None
    assert not other.is_claimed(STEP.key)
    with other.claim(STEP, timeout_s=0) as claim:
        assert claim is not None


def test_a_claim_dies_with_its_process(store):
    code = (
        "import os, sys; from pathlib import Path; from isthmus.study.store import Store;"
        "from isthmus.study.step import Step;"
        "step = Step(key='k1', verb='read', settings={}, inputs={}, title='t');"
        "claim = Store(Path(sys.argv[1])).claim(step); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(store.root)], check=False)
    assert killed.returncode == -9
    step = Step(key="k1", verb="read", settings={}, inputs={}, title="t")
    with store.claim(step, timeout_s=0) as claim:
        assert claim is not None


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"key": "0123456789abcdef"}', b"\xff\xfe"],
    ids=["empty", "cut", "list", "fields", "bytes"],
)
def test_a_record_that_cannot_be_read_counts_as_not_done(store, content, caplog):
    path = finish(store).folder / "record.json"
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert store.done(STEP.key) is None
        assert store.done(STEP.key) is None
    assert len(caplog.records) == 1, "said once"
    assert str(path) in caplog.text


def test_the_record_of_another_key_counts_as_not_done(store, caplog):
    path = finish(store).folder / "record.json"
    raw = json.loads(path.read_bytes())
    path.write_text(json.dumps(raw | {"key": "fedcba"}))
    assert store.done(STEP.key) is None
    assert "fedcba" in caplog.text


def test_a_store_of_a_newer_format_is_refused(store):
    store.prepare()
    (store.root / "store.json").write_text(f'{{"format": {STORE_FORMAT + 1}}}')
    with pytest.raises(StoreError, match="Upgrade Isthmus"):
        Store(store.root)


@pytest.mark.parametrize("content", ["", "[]", "{}", "nothing"])
def test_a_store_that_does_not_say_its_format_is_refused(store, content):
    store.prepare()
    (store.root / "store.json").write_text(content)
    with pytest.raises(StoreError, match="does not say which format"):
        Store(store.root)


def test_a_file_is_no_store(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="not a store"):
        Store(tmp_path / "file")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "is full"),
        (errno.EDQUOT, "is full"),
        (errno.EROFS, "cannot be written"),
        (errno.EACCES, "cannot be written"),
        (errno.EIO, "cannot be used"),
    ],
)
def test_a_refusal_to_write_says_what_to_do_and_leaves_nothing_done(
    store, monkeypatch, number, said
):
    def refuse(descriptor):
        raise OSError(number, os.strerror(number), "somewhere")

    with store.claim(STEP) as claim:
        monkeypatch.setattr(disk.os, "fsync", refuse)
        with pytest.raises(StoreError, match=said) as refusal:
            claim.finish(RESULT, RUN)
    assert str(store.root) in str(refusal.value)
    assert store.done(STEP.key) is None
    assert [path.name for path in claim.folder.iterdir()] == [], "no temporary file stays"


def test_a_real_limit_on_file_size_is_a_full_store(store):
    code = (
        "import resource, sys; from pathlib import Path;"
        "from isthmus.study.store import Store;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4, 4)); Store(Path(sys.argv[1])).prepare()"
    )
    command = [sys.executable, "-c", code, str(store.root)]
    limited = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "StoreError" in limited.stderr
    assert "is full" in limited.stderr
    assert not (store.root / "store.json").exists()


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX permissions")
def test_a_read_only_folder_is_said_so():
    with tempfile.TemporaryDirectory() as name:
        locked = Path(name)
        locked.chmod(0o555)
        root = os.geteuid() == 0
        if root:  # who may write anywhere, unless it steps down for a moment
            os.seteuid(65534)
        try:
            with pytest.raises(StoreError, match="cannot be written"):
                Store(locked / "store").prepare()
        finally:
            if root:
                os.seteuid(0)
            locked.chmod(0o755)


def test_a_study_keeps_its_declaration_and_its_plan(store):
    plan = Plan(study="mine", steps=(STEP,), cells=(), num_unshared=3)
    store.save_study("mine", "name: mine\n", plan)
    folder = store.study_folder("mine")
    assert (folder / "study.yaml").read_text() == "name: mine\n"
    saved = json.loads((folder / "plan.json").read_text())
    assert saved["num_unshared"] == 3
    assert saved["steps"][0]["settings"] == {"n": 1}
