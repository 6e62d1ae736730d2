"""The rows behind the charts: plain values, a list of them for each named data set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from isthmus.report.answer import is_told
from isthmus.report.few_shots import curve_rows
from isthmus.report.names import mark_of, name_of, panel_of, target_name
from isthmus.report.runs import runs_of
from isthmus.report.score_tables import language_scores

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from isthmus.analysis.gains import Gain
    from isthmus.report.facts import Facts
    from isthmus.report.runs import Runs

MEANS, LANGUAGES, GROUPS = "means", "languages", "groups"
SWEEP, COSTS, CURVES = "sweep", "costs", "curves"

Rows = list[dict[str, Any]]


def chart_data(facts: Facts) -> dict[str, Rows]:
    """Name -> rows."""
    runs = runs_of(facts)
    return {
        MEANS: _means(facts, runs),
        LANGUAGES: _languages(facts, runs),
        GROUPS: _groups(facts, runs),
        SWEEP: _sweep(facts),
        COSTS: _costs(facts),
        CURVES: curve_rows(facts),
    }


def in_columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Rows as columns, each a list of values; text as the distinct texts, and which is where.

    Thousands of rows name the same few routes, targets and places.
    """
    names = list(dict.fromkeys(name for row in rows for name in row))
    return {name: _column([row.get(name) for row in rows]) for name in names}


def _column(values: list[Any]) -> Any:
    texts = list(dict.fromkeys(values)) if all(isinstance(each, str) for each in values) else []
    if not texts or 2 * len(texts) > len(values):
        return values
    places = {text: place for place, text in enumerate(texts)}
    return {"texts": texts, "at": [places[value] for value in values]}


def _means(facts: Facts, runs: Runs) -> Rows:
    rows = []
    for gain in facts.analysis.gains:
        if gain.scope == "zero_shot":
            over = "zero-shot, mean over languages"
        elif facts.is_in_source(gain):
            over = f"in the source language, {gain.group}"
        else:
            continue
        rows.append(
            {
                "panel": panel_of(gain.model, over, facts),
                "route": gain.route,
                "target": gain.target,
                "column": target_name(gain),
                "metric": gain.metric,
                "over": over,
                **_gain(gain, runs, facts),
            }
        )
    return rows


def _groups(facts: Facts, runs: Runs) -> Rows:
    """A row for each gain by family and by script, in the order of the languages."""
    order = {code: place for place, code in enumerate(facts.languages)}
    gains = [*facts.analysis.gains_over("family"), *facts.analysis.gains_over("script")]
    gains.sort(key=lambda gain: min(order[code] for code in gain.languages))
    return [
        {
            "panel": panel_of(gain.model, f"{target_name(gain)}, by {gain.scope}", facts),
            "by": gain.scope,
            "route": gain.route,
            "target": gain.target,
            "column": " ".join(gain.group.split()),
            "metric": gain.metric,
            "languages": " ".join(gain.languages),
            **_gain(gain, runs, facts),
        }
        for gain in gains
    ]


def _gain(gain: Gain, runs: Runs, facts: Facts) -> dict[str, Any]:
    found = gain.estimate
    return {
        "baseline": round(gain.baseline, 3),
        "score": round(gain.score, 3),
        "gain": round(found.value, 3),
        "low": None if found.low is None else round(found.low, 3),
        "high": None if found.high is None else round(found.high, 3),
        "mark": mark_of(gain),
        "q": None if gain.q is None else round(gain.q, 5),
        "told": is_told(gain),
        "seeds": [
            [seed, round(base, 3), round(score, 3)]
            for seed, (base, score) in runs.by_seed(gain, facts.analysis.baseline).items()
        ],
    }


def _languages(facts: Facts, runs: Runs) -> Rows:
    gains = {
        (gain.model, gain.route, gain.target, gain.split, gain.group): gain
        for gain in facts.analysis.gains_over("language")
    }
    rows = []
    for row in language_scores(facts).iter_rows(named=True):
        gain = gains.get(tuple(row[n] for n in ("model", "route", "target", "split", "language")))
        seeds = [
            [seed, None, round(value, 3)]
            for seed, value in zip(row["seeds"], row["values"], strict=True)
        ]
        rows.append(
            {
                "panel": panel_of(row["model"], name_of(row["target"], row["split"]), facts),
                "route": row["route"],
                "target": row["target"],
                "metric": row["metric"],
                "language": row["language"],
                "chance": None if row["chance"] is None else round(row["chance"], 2),
                "seeds": seeds,
                **(_gain(gain, runs, facts) if gain is not None else {}),
                "score": round(row["value"], 3),
            }
        )
    return rows


def _sweep(facts: Facts) -> Rows:
    """A row for each place: the mean over the seeds, and each seed's."""
    found: dict[tuple[Any, ...], Rows] = {}
    for place in facts.sweep:
        key = (place.model, place.route, place.target, place.layer, place.pooling, place.treatment)
        found.setdefault(key, []).append({"seed": place.seed, "accuracy": place.accuracy})
    rows = []
    for (model, route, target, layer, pooling, treatment), runs in found.items():
        mean = sum(run["accuracy"] for run in runs) / len(runs)
        rows.append(
            {
                "panel": panel_of(model, f"{target}, {route}", facts),
                "route": route,
                "target": target,
                "layer": layer,
                "place": f"{pooling}, {treatment}",
                "accuracy": round(mean, 2),
                "seeds": [[run["seed"], None, round(run["accuracy"], 2)] for run in runs],
            }
        )
    return rows


def _costs(facts: Facts) -> Rows:
    return [
        {
            "panel": panel_of(cost.model, "all targets together", facts),
            "route": cost.route,
            "flops": cost.flops,
            "num_tokens": cost.num_tokens,
            "minutes": round(cost.seconds / 60, 2),
            "gain": None if cost.gain is None else round(cost.gain, 3),
            "low": None if cost.low is None else round(cost.low, 3),
            "high": None if cost.high is None else round(cost.high, 3),
        }
        for cost in facts.ledger.routes
    ]
