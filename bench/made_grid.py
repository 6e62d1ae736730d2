"""Facts of the paper's full grid, made up: what a report of it would be made from."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from isthmus.analysis.detectable import Detectable
from isthmus.analysis.estimate import Estimate
from isthmus.analysis.gains import Gain
from isthmus.analysis.overall import OVERALL
from isthmus.analysis.result import Analysis
from isthmus.analysis.similarity import Association
from isthmus.analysis.tuning import Tuning
from isthmus.languages.table import language
from isthmus.report.costs import Cost, Ledger, Spent
from isthmus.report.facts import Encoder, Facts, Place
from isthmus.study.claims import COMMON_DISTANCES, NATURAL_DISTANCES
from isthmus.study.scores import SCHEMA
from isthmus.study.study import Study
from isthmus.tasks.catalogue import TASKS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODEL, BASELINE = "xlmr-large", "baseline"
ROUTES = (BASELINE, *(f"route_{number}" for number in range(1, 11)))
BY_NAME = {task.name: task for task in TASKS}
TARGETS = ("pawsx", "xnli", "udpos", "panx", "xquad", "mlqa", "tydiqa", "bucc2018", "tatoeba")
RETRIEVALS = TARGETS[-2:]
LANGUAGES = tuple(dict.fromkeys(code for name in TARGETS for code in BY_NAME[name].languages))
DISTANCES = (*NATURAL_DISTANCES, *COMMON_DISTANCES)
SEEDS, SHOTS, NUM_DRAWS = (0, 1, 2), (1, 5, 10, 50, 100, 500), 7
POOLINGS, TREATMENTS = ("mean", "cls", "max"), ("as it is", "centred")
NUM_LAYERS = 25


def made_facts(root: Path) -> Facts:
    """The facts; the folder is only named in links."""
    rng = np.random.default_rng(0)
    study = Study(
        name="grid",
        data="files",
        models={MODEL: {"load": "FacebookAI/xlm-roberta-large"}},
        routes={route: [{"tasks": ["mnli"]}] * (route != BASELINE) for route in ROUTES},
        targets=list(TARGETS),
        seeds=list(SEEDS),
    )
    distances = {code: {name: float(rng.uniform()) for name in DISTANCES} for code in LANGUAGES}
    scores = _scores(rng)
    return Facts(
        study=study,
        declaration="",
        analysis=_analysis(rng, distances),
        scores=scores,
        metrics={name: BY_NAME[name].metrics[0] for name in TARGETS},
        source_of=dict.fromkeys(TARGETS, "en"),
        languages={code: language(code) for code in LANGUAGES},
        distances=distances,
        distance_names=DISTANCES,
        num_done=scores.height,
        num_planned=scores.height,
        on_world=False,
        encoders=(Encoder(name=MODEL, origin="hub", num_parameters=560_000_000),),
        sources=(),
        ledger=_ledger(rng),
        sweep=tuple(_sweep(rng)),
        versions={"isthmus": "0"},
        hosts=(),
        store_root=root,
    )


def _scores(rng: np.random.Generator) -> pl.DataFrame:
    """A row for each cell and metric, zero-shot and after draws of examples."""
    rows: list[dict[str, Any]] = []
    shots = [(0, 0), *itertools.product(SHOTS, range(1, NUM_DRAWS + 1))]
    for target, route, seed in itertools.product(TARGETS, ROUTES, SEEDS):
        for code, metric, (k, draw) in itertools.product(
            BY_NAME[target].languages, BY_NAME[target].metrics, shots
        ):
            rows.append(
                {
                    "study": "grid",
                    "model": MODEL,
                    "route": route,
                    "target": target,
                    "split": "test",
                    "language": code,
                    "metric": metric,
                    "seed": seed,
                    "shots": k,
                    "draw": draw,
                    "value": 100 * float(rng.beta(6, 3)),
                    "count": 1000,
                    "chance": 33.3,
                    "oracle": False,
                    "step": f"{abs(hash((target, route, seed, code, k, draw))):032x}"[:32],
                }
            )
    return pl.DataFrame(rows, schema=SCHEMA)


def _analysis(rng: np.random.Generator, distances: dict[str, dict[str, float]]) -> Analysis:
    gains = list(_gains(rng))
    seen = [
        Detectable(
            model=MODEL,
            target=target,
            split="test",
            metric=BY_NAME[target].metrics[0],
            scope="zero_shot",
            group="",
            num_seeds=3,
            num_examples=1000,
            points=1.0,
            by_num_seeds=((1, 2.0), (3, 1.0), (5, 0.8), (10, 0.6)),
        )
        for target in TARGETS
    ]
    return Analysis(
        study="grid",
        oracle=False,
        baseline=BASELINE,
        sources=dict.fromkeys(TARGETS, "en"),
        num_draws=2000,
        seed=0,
        gains=tuple(gains),
        detectable=tuple(seen),
        distances={MODEL: distances},
        associations=tuple(_associations(rng)),
        tunings=tuple(_tunings(rng)),
        verdicts=(),
        problems=(),
    )


def _gains(rng: np.random.Generator) -> Iterator[Gain]:
    for route in ROUTES[1:]:
        yield _gain(rng, route, OVERALL, "zero_shot", "", LANGUAGES)
        for target in TARGETS:
            codes = BY_NAME[target].languages
            others = tuple(code for code in codes if code != "en")
            yield _gain(rng, route, target, "zero_shot", "", others)
            yield _gain(rng, route, target, "all", "", codes)
            for code in codes:
                yield _gain(rng, route, target, "language", code, (code,))
            for scope in ("family", "script"):
                for group in dict.fromkeys(getattr(language(code), scope) for code in codes):
                    yield _gain(rng, route, target, scope, group, others)


def _gain(
    rng: np.random.Generator,
    route: str,
    target: str,
    scope: Any,
    group: str,
    codes: tuple[str, ...],
) -> Gain:
    value, half = float(rng.normal(0.5, 2.0)), float(rng.uniform(0.5, 2.5))
    found = Estimate(
        value=value,
        low=value - half,
        high=value + half,
        probability=0.9,
        p=0.01,
        doubts=("seeds", "examples"),
        num_seeds=len(SEEDS),
        num_examples=1000 * len(codes),
        num_languages=len(codes),
    )
    return Gain(
        model=MODEL,
        route=route,
        target=target,
        split="test",
        metric="mean" if target == OVERALL else BY_NAME[target].metrics[0],
        scope=scope,
        group=group,
        baseline=60.0,
        score=60.0 + value,
        estimate=found,
        languages=codes,
        without_one=(value - 0.5, value + 0.5) if len(codes) > 1 else None,
        q=float(rng.uniform()) ** 2,
    )


def _associations(rng: np.random.Generator) -> Iterator[Association]:
    questions = [("score", BASELINE), *(("gain", route) for route in ROUTES[1:])]
    for (what, route), target, distance in itertools.product(
        questions, (*TARGETS, OVERALL), DISTANCES
    ):
        rho = float(rng.uniform(-0.8, 0.8))
        yield Association(
            model=MODEL,
            split="test",
            what="score" if what == "score" else "gain",
            route=route,
            target=target,
            distance=distance,
            num_languages=len(LANGUAGES),
            spearman=rho,
            spearman_low=rho - 0.3,
            spearman_high=rho + 0.3,
            kendall=rho,
            kendall_low=rho - 0.3,
            kendall_high=rho + 0.3,
            p=0.1,
            q=float(rng.uniform()),
            partial=rho / 2,
        )


def _tunings(rng: np.random.Generator) -> Iterator[Tuning]:
    for route, target, seed in itertools.product(ROUTES, RETRIEVALS, SEEDS):
        yield Tuning(
            model=MODEL,
            route=route,
            target=target,
            seed=seed,
            layer=14,
            pooling="mean",
            centring=True,
            whitening=False,
            dev_accuracy=float(rng.uniform(50, 90)),
            num_places=150,
            alike=True,
        )


def _sweep(rng: np.random.Generator) -> Iterator[Place]:
    for route, target, seed, layer, pooling, treatment in itertools.product(
        ROUTES, RETRIEVALS, SEEDS, range(NUM_LAYERS), POOLINGS, TREATMENTS
    ):
        yield Place(
            model=MODEL,
            route=route,
            target=target,
            seed=seed,
            layer=layer,
            pooling=pooling,
            treatment=treatment,
            accuracy=float(rng.uniform(20, 90)),
        )


def _ledger(rng: np.random.Generator) -> Ledger:
    spent = Spent(num_tokens=1e9, flops=1e18, seconds=1e5)
    costs = [
        Cost(
            model=MODEL,
            route=route,
            num_tokens=float(rng.uniform(1e7, 1e9)),
            flops=float(rng.uniform(1e16, 1e18)),
            seconds=float(rng.uniform(1e3, 1e5)),
            gain=float(rng.normal(0.5, 2)),
        )
        for route in ROUTES[1:]
    ]
    return Ledger(routes=tuple(costs), training=spent, prediction=spent)
