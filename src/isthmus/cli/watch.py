"""``isthmus report --watch``: the report of a study that still runs, kept up to date."""

import sys
import time
from pathlib import Path

from isthmus.api import Opened, open_study
from isthmus.cli.console import say, write_text
from isthmus.errors import StoreError

_SECONDS = 2.0
"""Between two looks at the store; longer where a report takes long, to leave the machine to the run."""
_SHARE = 3
"""So many times the processor time of a report lie between two: the machine is the run's."""


def watch_study(study: str, *, store: Path, data: Path | None, out: Path | None, port: int) -> None:
    """Serves the report, and makes it anew whenever a record of the study has changed.

    Raises:
        KeyboardInterrupt: when the user has seen enough.
        StudyError: the port cannot be had.
    """
    opened = open_study(study, store=store, data=data)
    folder = out or opened.report_folder
    seen = opened.store.stamp(opened.plan)
    _make(opened, folder)
    seconds = 0.0  # the first report takes long for what it imports
    from isthmus.report.serve import ReportServer  # noqa: PLC0415 - needs packages of its own

    with ReportServer(opened.study.name, folder, opened.store.root, port=port) as server:
        server.publish(_said(opened))
        say(f"The report of {opened.study.name} is served to this machine. Ctrl-C ends that.")
        write_text(f"{server.address}\n")
        sys.stdout.flush()  # who reads this through a pipe waits for it
        while True:
            time.sleep(max(_SECONDS, _SHARE * seconds))
            now = opened.store.stamp(opened.plan)
            if now == seen:
                continue
            seen = now
            try:
                seconds = _make(opened, folder)
            except StoreError as error:
                say(f"Not made anew: {error}", style="yellow")
                server.publish(f"Not made anew: {error}", is_new=False)
            else:
                server.publish(_said(opened))


def _make(opened: Opened, folder: Path) -> float:
    """Writes the report; returns the seconds of processor time that it took."""
    begin = time.process_time()
    opened.write_report(opened.analysis(), folder)
    return time.process_time() - begin


def _said(opened: Opened) -> str:
    num_done = sum(opened.store.is_done(cell.score_key) for cell in opened.plan.all_cells)
    num_planned = len(opened.plan.all_cells)
    if num_done == num_planned:
        return f"All {num_planned:,} scores are there."
    return (
        f"{num_done:,} of {num_planned:,} scores are there, {num_planned - num_done:,} are missing."
    )
