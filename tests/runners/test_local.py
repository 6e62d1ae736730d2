from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest
from runner_work import WORK, Nowhere, make_grid, make_plan, make_step

from isthmus.errors import StepFailed, StoreError, StudyError
from isthmus.runners.host import usable_cores
from isthmus.runners.local import LocalRunner
from isthmus.study.store import Store


def run(plan, root, *, num_workers=1, events=None):
    runner = LocalRunner(num_workers=num_workers, device="cpu", work=WORK)
    observe = (lambda event: None) if events is None else events.append
    return runner.run(plan, Store(root), Nowhere(), observe)


def start_alone(root, journal, num_workers):
    command = [sys.executable, str(Path(__file__).with_name("run_alone.py"))]
    return subprocess.Popen(
        [*command, str(root), str(journal), str(num_workers)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished_keys(journal):
    lines = journal.read_text().splitlines() if journal.exists() else []
    return Counter(line.split()[0] for line in lines)


def record_files(root):
    return {path: path.read_bytes() for path in root.glob("steps/*/*/record.json")}


def test_a_run_performs_every_step_once_and_a_second_run_none(tmp_path):
    plan = make_grid(tmp_path / "journal", num_routes=2, seconds=0.01)
    summary = run(plan, tmp_path / "store", num_workers=2)
    assert summary.num_done == len(plan.steps)
    assert finished_keys(tmp_path / "journal") == {step.key: 1 for step in plan.steps}

    events = []
    assert run(plan, tmp_path / "store", events=events).num_done == 0
    assert [event.kind for event in events] == ["planned", "finished"]


def test_a_step_leaves_its_record_its_log_and_its_events(tmp_path):
    step = make_step("only", verb="encode")
    run(make_plan(step), tmp_path / "store", num_workers=2)
    folder = tmp_path / "store" / "steps" / "encode" / step.key
    assert "performing only" in (folder / "log.txt").read_text()
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    assert [event["event"] for event in events] == ["started", *["progress"] * 4, "done"]
    assert events[2]["loss"] == 0.5
    record = Store(tmp_path / "store").record(step.key)
    assert record.title == "only"
    assert record.seconds > 0
    assert record.peak_memory > 1e6
    assert record.cpu_seconds > 0
    assert record.host["versions"]["isthmus"]
    threads = max(1, usable_cores() // 2)
    assert (record.result["threads"], record.result["omp"]) == (threads, str(threads))


def test_a_step_beside_which_nothing_computes_has_all_cores(tmp_path):
    first = make_step("first", num_tokens=100)
    twins = [make_step(name, {"init": first}, num_tokens=100) for name in ("left", "right")]
    run(make_plan(first, *twins), tmp_path, num_workers=2)
    records = [Store(tmp_path).record(step.key) for step in (first, *twins)]
    threads = [record.result["threads"] for record in records]
    assert threads == [record.host["threads"] for record in records]
    share = max(1, usable_cores() // 2)
    assert threads == [usable_cores(), share, share]


def test_progress_reaches_the_observer(tmp_path):
    events = []
    run(make_plan(make_step("only", seconds=0.6)), tmp_path / "store", events=events)
    kinds = [event.kind for event in events]
    assert kinds[:2] == ["planned", "started"]
    assert kinds[-2:] == ["done", "finished"]
    assert [event.progress.done for event in events if event.kind == "moved"][-1] == 4


def test_a_worker_keeps_its_state_between_steps(tmp_path):
    steps = [make_step(f"step {number}") for number in range(3)]
    run(make_plan(*steps), tmp_path / "store")
    results = [Store(tmp_path / "store").done(step.key).result for step in steps]
    assert len({result["pid"] for result in results}) == 1


def test_a_failed_step_blocks_only_its_dependants(tmp_path):
    bad = make_step("bad", fail=True)
    after = make_step("after", {"checkpoint": bad}, verb="predict")
    later = make_step("later", {"predict": after}, verb="score")
    good = make_step("good", seconds=0.3)
    events = []
    with pytest.raises(StepFailed) as failure:
        run(make_plan(bad, after, later, good), tmp_path / "store", events=events)
    store = Store(tmp_path / "store")
    assert store.done(good.key) is not None
    assert [store.done(step.key) for step in (bad, after, later)] == [None] * 3
    log = store.folder(bad) / "log.txt"
    assert "Traceback" in log.read_text()
    assert str(log) in str(failure.value)
    assert "these numbers [cannot] be divided" in str(failure.value)
    assert "1 step failed, 2 blocked" in str(failure.value)
    blocked = [event.step.title for event in events if event.kind == "blocked"]
    assert blocked == ["after", "later"]


@pytest.mark.parametrize(("how", "said"), [("die", "out of memory"), ("exit", "status 3")])
def test_a_worker_that_dies_fails_its_step_and_is_replaced(tmp_path, how, said):
    doomed = make_step("doomed", num_tokens=10**6, **{how: True})
    good = make_step("good")
    with pytest.raises(StepFailed, match=said):
        run(make_plan(doomed, good), tmp_path / "store")
    store = Store(tmp_path / "store")
    assert store.done(good.key) is not None
    assert store.done(doomed.key) is None


def test_a_failed_step_is_tried_again_by_the_next_run(tmp_path):
    bad = make_step("flaky", fail=True)
    with pytest.raises(StepFailed):
        run(make_plan(bad), tmp_path / "store")
    mended = make_step("flaky")
    assert mended.key == bad.key
    assert run(make_plan(mended), tmp_path / "store").num_done == 1
    events = (tmp_path / "store" / "steps" / "train" / bad.key / "events.jsonl").read_text()
    assert '"failed"' in events, "the first attempt's events stay"


@pytest.mark.parametrize("seed", range(4))
def test_a_run_killed_at_any_moment_resumes_without_doing_finished_work_again(tmp_path, seed):
    root, journal = tmp_path / "store", tmp_path / "journal"
    process = start_alone(root, journal, 2)
    time.sleep(random.Random(seed).uniform(0.2, 1.6))
    workers = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate()
    _, alive = psutil.wait_procs(workers, timeout=5)
    assert not alive, "workers die with their runner"
    kept = record_files(root)

    plan = make_grid(journal)
    summary = run(plan, root, num_workers=2)
    assert summary.num_done == len(plan.steps) - len(kept)
    after = record_files(root)
    assert len(after) == len(plan.steps)
    assert {path: after[path] for path in kept} == kept

    run(make_grid(tmp_path / "other"), tmp_path / "fresh")
    digests = [
        [Store(where).done(step.key).result["digest"] for step in plan.steps]
        for where in (root, tmp_path / "fresh")
    ]
    assert digests[0] == digests[1]


def test_two_runs_at_once_share_the_work(tmp_path):
    root, journal = tmp_path / "store", tmp_path / "journal"
    processes = [start_alone(root, journal, 1) for _ in range(2)]
    outputs = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    plan = make_grid(journal)
    assert finished_keys(journal) == {step.key: 1 for step in plan.steps}
    done = [int(output.split()[0]) for output, _ in outputs]
    assert sum(done) == len(plan.steps)
    assert min(done) > 0, "both worked"


def test_ctrl_c_ends_the_workers(tmp_path):
    class Interrupt:
        def __call__(self, event):
            if event.kind == "started":
                raise KeyboardInterrupt

    step = make_step("slow", seconds=30)
    runner = LocalRunner(device="cpu", work=WORK)
    with pytest.raises(KeyboardInterrupt):
        runner.run(make_plan(step), Store(tmp_path / "store"), Nowhere(), Interrupt())
    mine = psutil.Process().children(recursive=True)
    assert not [child for child in mine if "isthmus.runners.worker" in " ".join(child.cmdline())]


def test_a_store_that_cannot_be_written_stops_the_run(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match="--store"):
        run(make_plan(make_step("only")), tmp_path / "file" / "store")


def test_a_provider_that_cannot_be_sent_is_said_so(tmp_path):
    runner = LocalRunner(device="cpu", work=WORK)
    with pytest.raises(StudyError, match="cannot be sent to worker processes"):
        runner.run(make_plan(make_step("only")), Store(tmp_path), lambda: None)


def test_work_that_cannot_be_imported_stops_the_run(tmp_path):
    steps = [make_step(f"step {number}") for number in range(3)]
    runner = LocalRunner(device="cpu", work="nowhere_at_all:perform")
    with pytest.raises(StepFailed, match=r"No step can be performed: .*nowhere_at_all") as failure:
        runner.run(make_plan(*steps), Store(tmp_path), Nowhere())
    assert str(failure.value).count("log.txt") == 1


def test_steps_that_fail_alike_are_said_together(tmp_path):
    steps = [make_step(f"step {number}", fail=True, seconds=0.0) for number in range(7)]
    with pytest.raises(StepFailed) as failure:
        run(make_plan(*steps), tmp_path / "store")
    assert str(failure.value).count("cannot] be divided") == 1
    assert "and 2 more" in str(failure.value)


def test_no_workers_is_refused():
    with pytest.raises(StudyError, match="At least one worker"):
        LocalRunner(num_workers=0)
