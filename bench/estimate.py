"""Compares what ``isthmus plan`` says a study costs with the records of its finished steps.

    python bench/estimate.py world --store store

Processor time is compared, which hardly depends on what else runs: estimates are made for one core.
The first column is said before anything was run; the second with the records of the training steps
alone, whose sizes and speeds then stand for what is left.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from isthmus.api import open_study
from isthmus.study.estimate import Estimate, estimate, history_of
from isthmus.study.step import VERB_VERSIONS


def main() -> None:
    """Prints a table with a row a verb."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study")
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--data", type=Path)
    asked = parser.parse_args()
    opened = open_study(asked.study, store=asked.store, data=asked.data)
    plan, store = opened.plan, opened.store
    records = {step.key: store.record(step.key) for step in plan.steps}
    spent = {key: each.cpu_seconds for key, each in records.items() if each and each.cpu_seconds}
    before = estimate(plan)
    after = estimate(plan, history_of(store.records("train")))
    print(
        "| verb | steps | before, s | with its trainings' records, s | measured, s | before | with |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|")
    for verb in (*VERB_VERSIONS, "all"):
        keys = [step.key for step in plan.steps if verb in (step.verb, "all") and step.key in spent]
        if keys:
            guesses = [_sum(said, keys) for said in (before, after)]
            measured = sum(spent[key] for key in keys)
            shares = " | ".join(f"{guess / measured - 1:+.0%}" for guess in guesses)
            told = " | ".join(f"{guess:.1f}" for guess in guesses)
            print(f"| {verb} | {len(keys)} | {told} | {measured:.1f} | {shares} |")


def _sum(said: Estimate, keys: list[str]) -> float:
    return sum(step.seconds for step in said.steps if step.key in set(keys))


if __name__ == "__main__":
    main()
