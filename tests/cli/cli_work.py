"""A work function for the command line's tests: scores are made up, one verb may fail."""

from __future__ import annotations

from pathlib import Path


def perform(job):
    if Path(job.folder.parents[2] / "fail").exists() and job.step.verb == "train":
        raise ValueError("a [bold]made-up[/bold] failure")
    if job.step.verb != "score":
        return {}
    return {"rows": made_up_rows(job.step)}


def made_up_rows(step):
    value = float(sum(step.key.encode()) % 100)
    return [
        {"metric": metric, "value": value, "count": 50, "chance": 10.0}
        for metric in step.settings["metrics"]
    ]
