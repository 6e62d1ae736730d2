"""How often the analysis is right: coverage of its intervals, false alarms of its tests.

    python bench/intervals.py [--repetitions 4000]

Draws studies from known truths (``isthmus.testing.sheets``), analyses each, and puts what was found
into docs/statistics.md. Every study has a seed of its own, so the table can be made again.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from isthmus.analysis.axis import Axis
from isthmus.analysis.curves import curves_of, worths_of
from isthmus.analysis.effect import contrast
from isthmus.analysis.estimate import MIN_TELLING
from isthmus.analysis.gains import gain_in
from isthmus.analysis.groups import gains_by
from isthmus.analysis.mixed import slope_of
from isthmus.analysis.paired import false_discovery_rates
from isthmus.analysis.power import components_of, minimum_detectable_gain
from isthmus.analysis.resample import resampled_scores
from isthmus.testing.sheets import Drawn, Truth, draw_sheet
from isthmus.testing.shots import FewShotTruth, draw_shots

PAGE = Path(__file__).parents[1] / "docs" / "statistics.md"
BEGIN, END = "<!-- coverage: python bench/intervals.py -->", "<!-- end of coverage -->"
NUM_DRAWS = 500
"""Of each bootstrap; the analysis takes 2,000, which changes nothing but the noise."""


@dataclass(frozen=True)
class Row:
    """One line of a table: what was tried, and columns of text."""

    name: str
    columns: tuple[str, ...]


GAINS = {
    "accuracy, 1 seed, 500 examples": Truth(num_seeds=1),
    "accuracy, 1 seed, 50 examples": Truth(num_seeds=1, num_examples=50),
    "span F1, 1 seed, 50 sentences": Truth(num_seeds=1, num_examples=50, counts="spans"),
    "accuracy, 2 seeds, 500 examples": Truth(num_seeds=2),
    "accuracy, 3 seeds, 500 examples": Truth(),
    "the same, seeds do not matter": Truth(seed_spread=0.0),
    "the same, seeds matter most": Truth(seed_spread=0.4),
    "the same, 3 points gained": Truth(lifts=(0.0, 0.15)),
    "the same, 2,000 examples": Truth(num_examples=2000),
    "the same, 100 examples": Truth(num_examples=100),
    "span F1, 3 seeds, 500 sentences": Truth(counts="spans"),
    "near the ceiling (96%), 3 seeds": Truth(level=2.6, num_examples=1000),
    "accuracy, 5 seeds, 500 examples": Truth(num_seeds=5),
    "span F1, 5 seeds, 200 sentences": Truth(num_seeds=5, num_examples=200, counts="spans"),
    "accuracy, 10 seeds, 500 examples": Truth(num_seeds=10),
    "mean of 8 translated languages, 3 seeds": Truth(num_languages=8, num_examples=300),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=4000)
    repetitions = parser.parse_args().repetitions
    parts = [
        _table(
            f"**Coverage of nominal 95% intervals of a gain**, in percent, by {repetitions:,} studies "
            "each, with the mean half-width in points in brackets. With one seed the truth is the "
            "gain of the two runs on endlessly many examples; else of endlessly many seeds too.",
            ("setting", "this analysis", "plain hierarchical bootstrap", "its BCa"),
            [_coverage(name, truth, repetitions) for name, truth in GAINS.items()],
        ),
        _table(
            f"**False alarms where there is no gain**, in percent of {repetitions:,} studies at the "
            f"nominal 5%; for false discoveries, of {repetitions // 4:,} studies of 20 routes with any q "
            "below 0.05.",
            ("setting", "p of the gain", "p of these runs", "plain hierarchical bootstrap"),
            [
                _alarms("accuracy, 1 seed", Truth(num_seeds=1, seed_spread=0.0), repetitions),
                _alarms(
                    "span F1, 1 seed",
                    Truth(num_seeds=1, seed_spread=0.0, counts="spans"),
                    repetitions,
                ),
                _alarms("accuracy, 3 seeds", Truth(), repetitions),
                _alarms("accuracy, 3 seeds that matter most", Truth(seed_spread=0.4), repetitions),
                _alarms("span F1, 5 seeds", Truth(num_seeds=5, counts="spans"), repetitions),
                _discoveries("any of 20 routes discovered, 3 seeds", repetitions // 4),
            ],
        ),
        _table(
            f"**Coverage of the other intervals**, in percent, by {repetitions // 2:,} studies each, of "
            f"the mixed model and of few-shot curves by {repetitions // 4:,}.",
            ("quantity", "covered"),
            _others(repetitions // 2),
        ),
        _table(
            "**Power at the smallest gain that is said to be seen in four of five studies**, in "
            f"percent, by {repetitions // 2:,} studies each.",
            ("design", "smallest gain, points", "seen"),
            [
                _power(
                    "3 seeds, 2,000 examples",
                    Truth(num_examples=2000, seed_spread=0.02),
                    repetitions // 2,
                ),
                _power(
                    "5 seeds, 2,000 examples",
                    Truth(num_examples=2000, seed_spread=0.03, num_seeds=5),
                    repetitions // 2,
                ),
            ],
        ),
        _command(repetitions),
    ]
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    text = "\n\n".join(parts)
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")


def _command(repetitions: int) -> str:
    error = 100 * np.sqrt(0.05 * 0.95 / repetitions)
    return (
        f"Command: `python bench/intervals.py --repetitions {repetitions}`; studies are seeded by "
        f"their number, numpy {np.__version__}. Standard error of a coverage near 95%: {error:.1f} "
        "points."
    )


def _coverage(name: str, truth: Truth, repetitions: int) -> Row:
    weights_KR = _mean_gain(truth)
    found = np.zeros((3, 3))  # method x (covered, half-width, given)
    for number in range(repetitions):
        rng, drawn, scores = _study(truth, number)
        effect = contrast(drawn.sheet, scores, weights_KR)
        true = _true_gain(truth, drawn, weights_KR)
        bounds = [
            effect.doubt.interval() if effect.num_telling >= MIN_TELLING else None,
            *_resampled_seeds(effect, np.einsum("kr,krsb->sb", weights_KR, scores), rng),
        ]
        for method, interval in enumerate(bounds):
            if interval is not None:
                low, high = interval
                found[method] += [low <= true <= high, (high - low) / 2, 1]
    cells = [
        f"{100 * covered / given:.1f} ({width / given:.1f})" for covered, width, given in found
    ]
    return Row(name, tuple(cells))


def _resampled_seeds(effect, per_seed_SB, rng):
    """Percentile and BCa intervals of the bootstrap that draws seeds again as it does examples."""
    num_seeds, num_draws = per_seed_SB.shape
    picked = rng.integers(0, num_seeds, (num_seeds, num_draws))
    drawn = np.take_along_axis(per_seed_SB, picked, axis=0).mean(axis=0)
    percentile = np.quantile(drawn, [0.025, 0.975])
    influence = effect.parts[0].influence.mean(axis=0)
    squares = np.sum(influence**2)
    skew = np.sum(influence**3) / (6 * squares**1.5) if squares else 0.0
    share = np.mean(drawn < effect.value) + np.mean(drawn == effect.value) / 2
    shift = ndtri(np.clip(share, 1e-3, 1 - 1e-3))
    moved = shift + ndtri(np.array([0.025, 0.975]))
    return percentile, np.quantile(drawn, ndtr(shift + moved / (1 - skew * moved)))


def _alarms(name: str, truth: Truth, repetitions: int) -> Row:
    alarms, given = np.zeros(3), 0
    for number in range(repetitions):
        rng, drawn, scores = _study(truth, number)
        gain = gain_in(drawn.sheet, scores, "route1", ("l0",), baseline="base", scope="language")
        effect = contrast(drawn.sheet, scores, _mean_gain(truth))
        plain, _ = _resampled_seeds(effect, scores[0, 1] - scores[0, 0], rng)
        if gain.estimate.p is not None:
            alarms += [gain.estimate.p < 0.05, gain.p_runs < 0.05, not plain[0] <= 0 <= plain[1]]
            given += 1
    shares = [f"{100 * alarm / given:.1f}" for alarm in alarms]
    if truth.num_seeds > 1:  # other seeds would gain otherwise, which is not what it asks about
        shares[1] += " (of other seeds)"
    return Row(name, tuple(shares))


def _discoveries(name: str, repetitions: int) -> Row:
    truth = Truth(lifts=(0.0,) * 21)
    found = 0
    for number in range(repetitions):
        _, drawn, scores = _study(truth, number)
        p_values = []
        for r in range(1, 21):
            weights = np.zeros((1, 21))
            weights[0, [0, r]] = -1, 1
            below = contrast(drawn.sheet, scores, weights).doubt.below(0.0)
            p_values.append(2 * min(below, 1 - below))
        found += min(false_discovery_rates(p_values)) < 0.05
    return Row(name, (f"{100 * found / repetitions:.1f}", "", ""))


def _others(repetitions: int) -> list[Row]:
    rows = []
    for num_languages, num_seeds in ((2, 3), (4, 3), (8, 3), (8, 5)):
        truth = Truth(
            lifts=(0.0, 0.2), num_languages=num_languages, num_seeds=num_seeds, language_spread=0.2
        )
        name = f"gain of a family of {num_languages} languages, {num_seeds} seeds"
        rows.append(Row(name, (_family(truth, repetitions),)))
    for number in (6, 8, 14, 25, 40):
        for rho in (0.0, 0.7):
            name = f"Spearman's correlation of {rho:g} over {number} languages"
            rows.append(Row(name, (_correlation(number, rho, repetitions),)))
    rows.append(Row("mixed model's slope, 6 tasks, 20 languages", (_slope(repetitions // 4),)))
    for num_draws, num_seeds in ((3, 3), (5, 3), (5, 5), (10, 3)):
        truth = FewShotTruth(num_draws=num_draws, num_seeds=num_seeds)
        what = f"{num_draws} draws, {num_seeds} seeds"
        for gain, name in ((False, "score after 50 labels"), (True, "gain of 50 labels")):
            rows.append(Row(f"{name}, {what}", (_point(truth, repetitions // 4, gain=gain),)))
        rows.append(
            Row(f"labels that a stopover is worth, {what}", (_worth(truth, repetitions // 4),))
        )
    return rows


def _family(truth: Truth, repetitions: int) -> str:
    covered, true = 0, truth.gain()
    for number in range(repetitions):
        _, drawn, scores = _study(truth, number)
        groups = dict.fromkeys(drawn.sheet.languages, "family")
        (gain,) = gains_by("family", groups, drawn.sheet, scores, baseline="base", source="none")
        covered += gain.estimate.low <= true <= gain.estimate.high
    return f"{100 * covered / repetitions:.1f}"


def _correlation(number: int, rho: float, repetitions: int) -> str:
    names = [str(i) for i in range(number)]
    true = 6 / np.pi * np.arcsin(rho / 2)
    covered = 0
    for repetition in range(repetitions):
        rng = np.random.default_rng([11, number, int(100 * rho), repetition])
        x = rng.standard_normal(number)
        y = rho * x + np.sqrt(1 - rho**2) * rng.standard_normal(number)
        axis = Axis(
            name="d", distance=dict(zip(names, x, strict=True)), control={}, seed=repetition
        )
        found = axis.correlate([dict(zip(names, y, strict=True))])
        covered += found.spearman_low <= true <= found.spearman_high
    return f"{100 * covered / repetitions:.1f}"


def _slope(repetitions: int) -> str:
    covered = 0
    for repetition in range(repetitions):
        rng = np.random.default_rng([12, repetition])
        distance = rng.random(20)
        tasks, languages = (each.ravel() for each in np.indices((6, 20)))
        outcome = (
            rng.normal(0, 2, 6)[tasks] + rng.normal(0, 1, 20)[languages] + rng.normal(0, 0.5, 120)
        ) - 3 * distance[languages]
        found = slope_of(outcome, distance[languages], [*map(str, tasks)], [*map(str, languages)])
        true = -3 * distance.std(ddof=1)
        covered += found.low is not None and found.low <= true <= found.high
    return f"{100 * covered / repetitions:.1f}"


def _worth(truth: FewShotTruth, repetitions: int) -> str:
    covered = 0
    for number in range(repetitions):
        shots = draw_shots(truth, np.random.default_rng([13, truth.num_draws, number]))
        (worth,) = worths_of(shots, baseline="base", seed=number)
        bounds = (worth.labels.low, worth.labels.high)
        low, high = (np.inf if bound is None else bound for bound in bounds)
        covered += low <= truth.labels(1) <= high
    return f"{100 * covered / repetitions:.1f}"


def _point(truth: FewShotTruth, repetitions: int, *, gain: bool) -> str:
    covered, expected = 0, truth.expected()[0]
    true = expected[4] - gain * expected[0]
    for number in range(repetitions):
        shots = draw_shots(truth, np.random.default_rng([14, truth.num_draws, number]))
        point = curves_of(shots)[0].points[4]
        low, high = (point.gain_low, point.gain_high) if gain else (point.low, point.high)
        covered += low is not None and high is not None and low <= true <= high
    return f"{100 * covered / repetitions:.1f}"


def _power(name: str, truth: Truth, repetitions: int) -> Row:
    effects = []
    for number in range(200):
        _, drawn, scores = _study(truth, number)
        effects.append(contrast(drawn.sheet, scores, _mean_gain(truth)))
    points = minimum_detectable_gain(
        components_of(effects), num_seeds=truth.num_seeds, num_examples=truth.num_examples
    )
    lift = brentq(lambda x: replace(truth, lifts=(0.0, x)).gain() - points, 0, 3)
    gaining, seen = replace(truth, lifts=(0.0, lift)), 0
    for number in range(repetitions):
        _, drawn, scores = _study(gaining, 10_000 + number)
        low, _ = contrast(drawn.sheet, scores, _mean_gain(gaining)).doubt.interval()
        seen += low > 0
    return Row(name, (f"{points:.1f}", f"{100 * seen / repetitions:.1f}"))


def _study(truth: Truth, number: int) -> tuple[np.random.Generator, Drawn, np.ndarray]:
    rng = np.random.default_rng([2026, number])
    drawn = draw_sheet(truth, rng)
    return rng, drawn, resampled_scores(drawn.sheet, rng, num_draws=NUM_DRAWS)


def _mean_gain(truth: Truth) -> np.ndarray:
    share = 1 / truth.num_languages
    weights_KR = np.zeros((truth.num_languages, len(truth.lifts)))
    weights_KR[:, 0], weights_KR[:, 1] = -share, share
    return weights_KR


def _true_gain(truth: Truth, drawn: Drawn, weights_KR: np.ndarray) -> float:
    if truth.num_seeds > 1:
        return truth.gain()
    return float(np.sum(weights_KR * drawn.expected_scores[:, :, 0]))


def _table(title: str, heads: tuple[str, ...], rows: list[Row]) -> str:
    lines = [title, "", f"| {' | '.join(heads)} |", f"|---|{'---:|' * (len(heads) - 1)}"]
    lines += [f"| {row.name} | {' | '.join(row.columns)} |" for row in rows]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
