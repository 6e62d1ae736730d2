"""Results of speed: one JSON file a machine, and all of them as a readable table.

Other benchmarks call ``keep``; ``python bench/speed.py`` writes bench/results/speed.md anew. What
limits a row that misses its goal, and what was tried, stands in the file by hand, under ``limits``.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shlex
import statistics
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from goals import GOALS

INTRODUCTION = (
    "How many times as fast as its peer each row is, the median over interleaved pairs of runs in "
    "one process on the same data, and the smallest and largest ratio of a pair. Load is that of "
    "the machine before and after: above the threads used, other work ran beside."
)
RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, kw_only=True)
class Result:
    """How many times as fast as its peer something is, over interleaved pairs of runs.

    Attributes:
        ratio, low, high: Median, smallest and largest over the pairs.
        detail: What was run: shapes, batch, lengths, share of padding.
        ours, peers: Median rate of each, in ``unit``.
        clock: ``cpu`` (seconds of the process) or ``wall``.
        load: Of the machine, the processes that wanted a core, before and after.
        device: What ours ran on.
    """

    row: str
    peer: str
    ratio: float
    low: float
    high: float
    detail: str
    ours: float
    peers: float
    unit: str
    clock: str
    threads: int
    load: tuple[float, float]
    command: str
    num_pairs: int = 1
    device: str = "cpu"


def summary(ours: list[float], peers: list[float]) -> tuple[float, float, float]:
    """Returns (median, smallest, largest) ratio of peer's seconds to ours, pair by pair."""
    ratios = [theirs / own for own, theirs in zip(ours, peers, strict=True)]
    return round(statistics.median(ratios), 2), round(min(ratios), 2), round(max(ratios), 2)


def keep(result: Result) -> None:
    """Puts a result in the place of the one of the same row in this machine's file."""
    path = results_of(result.device)
    content = json.loads(path.read_text()) if path.exists() else {"rows": []}
    rows = {row["row"]: row for row in content["rows"]}
    goal = GOALS.get(result.row)
    rows[result.row] = asdict(result) | {"goal": goal and goal.least}
    content |= {"machine": machine(result.device), "rows": [rows[name] for name in sorted(rows)]}
    path.write_text(json.dumps(content, indent=1) + "\n")
    write_table()


def results_of(device: str) -> Path:
    """Returns this machine's file of results; a graphics card has its own."""
    name = re.sub("[^a-z0-9]+", "-", processor(device).lower()).strip("-")
    return RESULTS / f"speed-{name}.json"


def missed(row: dict[str, Any]) -> str:
    """Returns by how much a row misses its goal, as a share of it; "" where it does not."""
    short = 1 - row["ratio"] / row["goal"] if row["goal"] else 0.0
    return f"{short:.0%}" if short > 0 else ""


def write_table() -> None:
    """Writes the table of all machines' results."""
    lines = [
        "# Speed",
        "",
        INTRODUCTION,
    ]
    contents = [json.loads(path.read_text()) for path in sorted(RESULTS.glob("speed-*.json"))]
    for content in contents:
        lines += ["", f"## {content['machine']}", ""]
        lines += [
            "| row | peer | times as fast | low-high (pairs) | goal | ours | peer's | clock, threads, load |"
        ]
        lines += ["|---|---|---:|---:|---:|---:|---:|---|"]
        lines += [_line(row) for row in content["rows"]]
        lines += [""]
        lines += [
            f"- **{row['row']}**: {row['detail']}. `{row['command']}`" for row in content["rows"]
        ]
        lines += limits_of(content)
    lines += unmeasured(contents)
    (RESULTS / "speed.md").write_text("\n".join(lines) + "\n")


def unmeasured(contents: list[dict[str, Any]]) -> list[str]:
    """Returns the lines on the goals that no machine's results say anything of."""
    there = {row["row"] for content in contents for row in content["rows"]}
    missing = [(name, goal) for name, goal in GOALS.items() if name not in there]
    head = ["", "## On no machine yet", ""] if missing else []
    return head + [
        f"- **{name}** (goal {goal.least:g}{', on a graphics card' if goal.on_gpu else ''}): "
        f"`python bench/{shlex.join(goal.command)}`"
        for name, goal in missing
    ]


def limits_of(content: dict[str, Any]) -> list[str]:
    """Returns the lines on the rows that miss their goals: what limits them, what was tried."""
    short = [row for row in content["rows"] if missed(row)]
    limits = content.get("limits", {})
    head = ["", "What misses its goal, what limits it, and what was tried:", ""] if short else []
    return head + [
        f"- **{row['row']}** misses {row['goal']} by {missed(row)}: "
        f"{limits.get(row['row'], 'not looked into yet')}"
        for row in short
    ]


def machine(device: str) -> str:
    """Returns processor, cores and versions."""
    return (
        f"{processor(device)}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"torch {torch.__version__}, transformers {transformers.__version__}"
    )


def processor(device: str) -> str:
    """Returns the name of the graphics card, or of the processor."""
    if device == "cuda":
        return torch.cuda.get_device_name()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.processor()


def _line(row: dict[str, Any]) -> str:
    goal = f"{row['goal']}" + (f", missed by {missed(row)}" if missed(row) else "")
    spread = f"{row['low']}-{row['high']} ({row['num_pairs']})"
    rates = f"{row['ours']:,.0f} | {row['peers']:,.0f} {row['unit']}"
    before, after = row["load"]
    where = f"{row['clock']}, {row['threads']}, {before:.1f}-{after:.1f}"
    return (
        f"| {row['row']} | {row['peer']} | {row['ratio']} | {spread} | {goal if row['goal'] else ''} "
        f"| {rates} | {where} |"
    )


if __name__ == "__main__":
    write_table()
