"""Every number of a report as tables of data, for CSV and Parquet."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import polars as pl

from isthmus.report.few_shots import curve_frame, worth_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isthmus.analysis.gains import Gain
    from isthmus.analysis.similarity import Association
    from isthmus.report.facts import Facts


def frames_of(facts: Facts) -> dict[str, pl.DataFrame]:
    """Name -> data; what has no rows is left out."""
    found = {
        "scores": facts.scores,
        "gains": _frame([_flat(gain) for gain in facts.analysis.gains]),
        "associations": _frame([_association(row) for row in facts.analysis.associations]),
        "claims": _frame(list(_findings(facts))),
        "curves": _frame(curve_frame(facts)),
        "worths": _frame(worth_frame(facts)),
        "detectable": _frame(
            [
                asdict(row) | {"by_num_seeds": _joined(row.by_num_seeds)}
                for row in facts.analysis.detectable
            ]
        ),
        "tuning": _frame([asdict(run) for run in facts.analysis.tunings]),
        "sweep": _frame([asdict(place) for place in facts.sweep]),
        "costs": _frame(
            [
                asdict(cost)
                | {
                    "tokens_per_point": cost.tokens_per_point,
                    "flops_per_point": cost.flops_per_point,
                    "seconds_per_point": cost.seconds_per_point,
                }
                for cost in facts.ledger.routes
            ]
        ),
    }
    return {name: frame for name, frame in found.items() if not frame.is_empty()}


def _flat(gain: Gain) -> dict[str, Any]:
    """One level, with the estimate's parts as columns of their own."""
    fields = asdict(gain)
    estimate = fields.pop("estimate")
    low, high = fields.pop("without_one") or (None, None)
    return {
        **fields,
        "languages": " ".join(gain.languages),
        "gain": estimate.pop("value"),
        **estimate,
        "doubts": " ".join(gain.estimate.doubts),
        "without_one_low": low,
        "without_one_high": high,
    }


def _association(row: Association) -> dict[str, Any]:
    """One level, with the slope's parts as columns of their own."""
    fields = asdict(row)
    slope = fields.pop("slope") or {}
    return {**fields, **{f"slope_{name}": value for name, value in slope.items()}}


def _findings(facts: Facts) -> Iterator[dict[str, Any]]:
    """A row for each predicate of each claim."""
    for verdict in facts.analysis.verdicts:
        for finding in verdict.findings:
            fields = asdict(verdict)
            yield {
                **{name: fields[name] for name in ("model", "split", "says", "source", "scale")},
                "differences": " ".join(verdict.differences),
                "verdict": verdict.judgement,
                **asdict(finding),
            }


def _joined(pairs: tuple[tuple[int, float], ...]) -> str:
    return " ".join(f"{count}:{points:.3f}" for count, points in pairs)


def _frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, infer_schema_length=None)
