"""A work function of tiny real steps, imported by the workers, and plans made of them."""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import time
from pathlib import Path

from isthmus.study.step import Cell, Plan, Step
from isthmus.training.progress import Progress

WORK = "runner_work:perform"


class Nowhere:
    """A provider that has no data, and can be pickled."""


def perform(job):
    settings = job.step.settings
    sys.stdout.write(f"performing {job.step.title}\n")
    assert isinstance(job.provider, Nowhere)
    for tick in range(4):
        time.sleep(settings.get("seconds", 0.02) / 4)
        job.report(Progress(done=tick + 1, total=4, values={"loss": 1.0 / (tick + 1)}))
    if settings.get("fail"):
        raise ValueError("these numbers [cannot] be divided")
    if settings.get("die"):
        os.kill(os.getpid(), signal.SIGKILL)
    if settings.get("exit"):
        sys.exit(3)
    text = job.step.title + "".join(
        (done.folder / "out.txt").read_text() for _, done in sorted(job.inputs.items())
    )
    digest = hashlib.sha256(text.encode()).hexdigest()
    (job.folder / "out.txt").write_text(digest)
    if "journal" in settings:
        with Path(settings["journal"]).open("a") as journal:
            journal.write(f"{job.step.key} {os.getpid()}\n")
    return {
        "digest": digest,
        "threads": job.num_threads,
        "omp": os.environ["OMP_NUM_THREADS"],
        "pid": os.getpid(),
    }


def make_step(title, inputs=None, *, verb="train", num_tokens=0, **settings):
    return Step(
        key=hashlib.sha256(title.encode()).hexdigest()[:16],
        verb=verb,
        settings=settings,
        inputs={role: step.key for role, step in (inputs or {}).items()},
        title=title,
        num_tokens=num_tokens,
    )


def make_plan(*steps):
    cells = tuple(
        Cell(
            model="tiny",
            route="base",
            target="pos",
            split="test",
            language="en",
            seed=0,
            score_key=step.key,
        )
        for step in steps
        if step.verb == "score"
    )
    return Plan(study="tiny", steps=steps, cells=cells, num_unshared=len(steps))


def make_grid(journal, *, num_routes=3, seconds=0.05):
    """One read, then for each route a train, two predictions from it, and their scores."""
    common = {"journal": str(journal), "seconds": seconds}
    read = make_step("read", verb="read", **common)
    steps = [read]
    for route in range(num_routes):
        train = make_step(f"train {route}", {"train/a/en": read}, **common)
        steps.append(train)
        for language in ("aa", "bb"):
            name = f"{route} {language}"
            predict = make_step(
                f"predict {name}", {"checkpoint": train, "read": read}, verb="predict", **common
            )
            score = make_step(f"score {name}", {"predict": predict}, verb="score", **common)
            steps += [predict, score]
    return make_plan(*steps)
