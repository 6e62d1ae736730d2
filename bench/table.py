"""The rows that speed is judged by, with what was measured; docs/speed.md says how.

    python bench/table.py               prints them from bench/results, measuring nothing
    python bench/table.py --measure     measures what this machine can first, in some 25 minutes

This machine's results come first. A row alone is measured by its own command.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from goals import GOALS
from rich import box
from rich.console import Console
from rich.table import Table
from speed import RESULTS, limits_of, missed, results_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from goals import Goal


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--measure", action="store_true")
    if parser.parse_args().measure:
        measure()
    own = {results_of(device) for device in _devices()}
    contents = [
        json.loads(path.read_text())
        for path in sorted(RESULTS.glob("speed-*.json"), key=lambda path: (path not in own, path))
    ]
    console = Console(width=None if sys.stdout.isatty() else 160)
    for content in contents or [{"machine": "no machine yet", "rows": []}]:
        console.print(table_of(content))
        console.print("\n".join(limits_of(content)).replace("**", ""), markup=False)


def measure() -> None:
    """Runs each command of the goals once, one after the other; one that fails stops the rest."""
    devices = _devices()
    commands = {goal.command: None for goal in GOALS.values() if _device(goal) in devices}
    for script, *arguments in commands:
        path = Path(__file__).parent / script
        subprocess.run([sys.executable, str(path), *arguments], check=True)


def table_of(content: Mapping[str, Any]) -> Table:
    """Returns the goals of the kind of device that results are of, with the results."""
    rows = {row["row"]: row for row in content["rows"]}
    table = Table(title=content["machine"], box=box.SIMPLE)
    table.add_column("row", no_wrap=True)
    table.add_column("peer")
    for name in ("ratio", "low-high", "goal"):
        table.add_column(name, justify="right")
    table.add_column("")
    for name, goal in GOALS.items():
        if name in rows:
            row = rows[name]
            short = missed(row)
            table.add_row(
                name,
                row["peer"],
                f"{row['ratio']:.2f}",
                f"{row['low']:.2f}-{row['high']:.2f}",
                f"{goal.least:g}",
                f"missed by {short}" if short else "met",
            )
        else:
            table.add_row(name, "", "", "", f"{goal.least:g}", _why_not(goal))
    return table


def _why_not(goal: Goal) -> str:
    return "not measured" if _device(goal) in _devices() else "no CUDA device"


def _devices() -> tuple[str, ...]:
    return ("cpu", "cuda") if torch.cuda.is_available() else ("cpu",)


def _device(goal: Goal) -> str:
    return "cuda" if goal.on_gpu else "cpu"


if __name__ == "__main__":
    main()
