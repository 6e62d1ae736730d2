"""Runs the grid of ``runner_work`` as a process of its own: run_alone.py STORE JOURNAL WORKERS."""

from __future__ import annotations

import sys
from pathlib import Path

from runner_work import WORK, Nowhere, make_grid

from isthmus.runners.local import LocalRunner
from isthmus.study.store import Store

store, journal, num_workers = sys.argv[1:]
runner = LocalRunner(num_workers=int(num_workers), device="cpu", work=WORK)
summary = runner.run(make_grid(Path(journal)), Store(Path(store)), Nowhere())
sys.stdout.write(f"{summary.num_done} {summary.num_elsewhere}\n")
