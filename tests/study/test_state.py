from __future__ import annotations

import json

import pytest

from isthmus.study.record import Run
from isthmus.study.state import state_of
from isthmus.study.step import Step
from isthmus.study.store import Store

STEP = Step(key="k1", verb="train", settings={}, inputs={}, title="train")


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def write_events(store, *events):
    folder = store.folder(STEP)
    folder.mkdir(parents=True)
    (folder / "events.jsonl").write_text("".join(events))


def test_untouched_is_to_do(store):
    assert state_of(STEP, store).name == "to do"


def test_claimed_is_running_and_then_interrupted(store):
    with store.claim(STEP):
        assert state_of(STEP, Store(store.root)).name == "running"
    assert state_of(STEP, store).name == "interrupted"


def test_finished_is_done(store):
    with store.claim(STEP) as claim:
        claim.finish({}, Run(started="", ended="", seconds=0.0, host={}, peak_memory=0))
    assert state_of(STEP, store).name == "done"


def test_the_last_event_says_that_it_failed_and_why(store):
    failed = json.dumps({"event": "failed", "cause": "ValueError: no"}) + "\n"
    write_events(store, '{"event": "started"}\n', failed)
    state = state_of(STEP, store)
    assert (state.name, state.cause) == ("failed", "ValueError: no")


@pytest.mark.parametrize("cut", ['{"event": "pro', "", "\x00\x00"])
def test_a_line_cut_by_a_kill_is_interrupted(store, cut):
    write_events(store, '{"event": "started"}\n', cut)
    assert state_of(STEP, store).name == "interrupted"
