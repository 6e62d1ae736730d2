"""The tables of ``isthmus gains``."""

from collections.abc import Sequence

from rich.table import Table

from isthmus.analysis.estimate import Estimate
from isthmus.analysis.gains import Gain
from isthmus.analysis.overall import OVERALL
from isthmus.analysis.result import Analysis
from isthmus.analysis.tuning import Tuning
from isthmus.analysis.verdict import Finding, Verdict
from isthmus.cli.marks import percent

_MARKS = ((0.001, "***"), (0.01, "**"), (0.05, "*"))
_DIGITS = {"points": (1, "+"), "routes": (0, ""), "rank correlation": (2, "+"), "labels": (0, "")}


def means_table(gains: Sequence[Gain], analysis: Analysis) -> Table:
    """Routes x targets: the mean gains of one encoder, below the baseline's scores."""
    targets = list(dict.fromkeys(gain.target for gain in gains))
    first = {gain.target: gain for gain in reversed(gains)}
    table = Table()
    table.add_column("route")
    for target in targets:
        metric = "" if target == OVERALL else f"\n{first[target].metric}"
        table.add_column(f"{target}{metric}", justify="right")
    base = [percent(first[target].baseline) for target in targets]
    table.add_row(analysis.baseline, *base, style="dim", end_section=True)
    for route in dict.fromkeys(gain.route for gain in gains):
        by_target = {gain.target: gain for gain in gains if gain.route == route}
        table.add_row(route, *(_cell(by_target.get(target)) for target in targets))
    seen = {
        row.target: row.points
        for row in analysis.detectable
        if (row.model, row.split, row.scope) == (gains[0].model, gains[0].split, gains[0].scope)
    }
    if seen:
        table.add_section()
        table.add_row("seen from", *(percent(seen.get(target)) for target in targets), style="dim")
    return table


def language_table(gains: Sequence[Gain]) -> Table:
    """Languages x routes: the gains of one target."""
    routes = list(dict.fromkeys(gain.route for gain in gains))
    table = Table()
    table.add_column("language")
    for name in ("examples", "baseline", *routes):
        table.add_column(name, justify="right")
    for code in dict.fromkeys(gain.group for gain in gains):
        row = {gain.route: gain for gain in gains if gain.group == code}
        known = next(iter(row.values()))
        table.add_row(
            code,
            str(known.estimate.num_examples),
            percent(known.baseline),
            *(_cell(row.get(route)) for route in routes),
        )
    return table


def claims_table(verdicts: Sequence[Verdict]) -> Table:
    """What became of each claim, and of each of its predicates."""
    table = Table()
    for name in ("claim", "verdict", "what was measured"):
        table.add_column(name, overflow="fold")
    for name in ("estimate", "probability", "published"):
        table.add_column(name, justify="right")
    for verdict in verdicts:
        source = f" ({verdict.source})" if verdict.source else ""
        names = [f"{verdict.says}{source}", verdict.judgement]
        for finding in verdict.findings:
            note = f": {finding.note}" if finding.note else ""
            table.add_row(
                *(names or ("", "")),
                f"{finding.predicate}{note}",
                _measured(finding),
                "" if finding.probability is None else f"{finding.probability:.3f}",
                "" if finding.published is None else f"{finding.published:g}",
                end_section=finding is verdict.findings[-1],
            )
            names = []
    return table


def tunings_table(runs: Sequence[Tuning]) -> Table:
    """Routes x seeds: where the vectors of one retrieval were taken from."""
    seeds = sorted({run.seed for run in runs})
    table = Table()
    for name in ("route", *(f"seed {seed}" for seed in seeds)):
        table.add_column(name)
    for route in dict.fromkeys(run.route for run in runs):
        cells = {run.seed: _place(run) for run in runs if run.route == route}
        table.add_row(route, *(cells.get(seed, "") for seed in seeds))
    return table


def estimated(found: Estimate, q: float | None) -> str:
    """Points with their interval, and a mark by the rate of false discoveries."""
    if found.low is None or found.high is None:
        return f"{found.value:+.1f} [none]"
    mark = next((mark for rate, mark in _MARKS if q is not None and q < rate), "")
    return f"{found.value:+.1f} [{found.low:.1f}, {found.high:.1f}]{mark}"


def _place(run: Tuning) -> str:
    more = [name for name, done in (("centred", run.centring), ("whitened", run.whitening)) if done]
    return f"{', '.join([f'layer {run.layer}', run.pooling, *more])}: {run.dev_accuracy:.1f}"


def _measured(finding: Finding) -> str:
    if finding.unit == "labels" and finding.probability is not None:
        value, low, high = (
            f">{finding.most:.0f}" if each is None else f"{each:.0f}"
            for each in (finding.value, finding.low, finding.high)
        )
        return f"{value} [{low}, {high}]"
    if finding.value is None:
        return ""
    digits, sign = _DIGITS[finding.unit]
    value = f"{finding.value:{sign}.{digits}f}"
    if finding.low is None or finding.high is None:
        return f"{value} [none]"
    return f"{value} [{finding.low:.{digits}f}, {finding.high:.{digits}f}]"


def _cell(gain: Gain | None) -> str:
    return "" if gain is None else estimated(gain.estimate, gain.q)
