"""Facts of a made-up study, with names that are hostile wherever names are free."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from isthmus.analysis.detectable import Detectable
from isthmus.analysis.estimate import Estimate
from isthmus.analysis.gains import Gain
from isthmus.analysis.result import Analysis
from isthmus.analysis.similarity import Association
from isthmus.analysis.tuning import Tuning
from isthmus.analysis.verdict import Finding, Verdict
from isthmus.languages.language import Language
from isthmus.report.costs import Cost, Ledger, Spent
from isthmus.report.facts import Encoder, Facts, Place, Source
from isthmus.study.scores import SCHEMA
from isthmus.study.study import Study

HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>\"'&{{7*7}}"
BACKWARDS = "\u202eעברית\u2028|*_$%\\end{x}"
LANGUAGES = {
    code: Language(code=code, name=name, script="Latn", family=family, iso639_3=code)
    for code, name, family in (
        ("en", "English", "A"),
        ("xx", HOSTILE, HOSTILE),
        ("yy", BACKWARDS, "B"),
    )
}
DISTANCES = {"en": {"overall": 0.0}, "xx": {"overall": 0.25}, "yy": {"overall": 0.5}}
VALUES = {"base": 50.0, "good": 57.5, "bad": 45.0, "even": 50.2}
SPREAD = {"base": 0.0, "good": 0.5, "bad": 0.5, "even": 8.0}
"""Half of what lies between the scores of the two seeds, the second the higher."""
QS = {"good": 0.0004, "bad": 0.02, "even": 0.8}


def gain(route, scope, group="", *, target="t", languages=("xx", "yy"), **fields):
    value = VALUES[route] - VALUES["base"]
    estimate = Estimate(
        value=value,
        low=value - 1,
        high=value + 1,
        probability=0.9,
        p=0.01,
        doubts=("seeds", "examples"),
        num_seeds=2,
        num_examples=100,
        num_languages=len(languages),
    )
    return Gain(
        model="m",
        route=route,
        target=target,
        split="test",
        metric="accuracy",
        scope=scope,
        group=group,
        baseline=VALUES["base"],
        score=VALUES[route],
        estimate=fields.get("estimate", estimate),
        languages=languages,
        without_one=(value - 0.5, value + 0.5) if len(languages) > 1 else None,
        q=QS[route],
    )


def analysis(problems=()):
    routes = [route for route in VALUES if route != "base"]
    gains = [gain(route, "language", c, languages=(c,)) for route in routes for c in LANGUAGES]
    gains += [gain(route, "zero_shot") for route in routes]
    gains += [gain(route, "family", HOSTILE, languages=("xx",)) for route in routes]
    gains += [gain(route, "script", "Latn") for route in routes]
    seen = Detectable(
        model="m",
        target="t",
        split="test",
        metric="accuracy",
        scope="zero_shot",
        group="",
        num_seeds=2,
        num_examples=100,
        points=3.25,
        by_num_seeds=((1, 4.0), (3, 2.5)),
    )
    chosen = Tuning(
        model="m",
        route="good",
        target="t",
        seed=0,
        layer=1,
        pooling="mean",
        centring=True,
        whitening=False,
        dev_accuracy=61.0,
        num_places=2,
        alike=True,
    )
    return Analysis(
        study="made",
        oracle=False,
        baseline="base",
        sources={"t": "en"},
        num_draws=200,
        seed=0,
        gains=tuple(gains),
        detectable=(seen,),
        distances={"m": DISTANCES},
        associations=(_association("score", "base"), _association("gain", "good", q=0.4)),
        tunings=(chosen,),
        verdicts=(verdict("supported"), verdict("undecided", 0.5)),
        problems=tuple(problems),
    )


def _association(what, route, q=0.001):
    return Association(
        model="m",
        split="test",
        what=what,
        route=route,
        target="t",
        distance="overall",
        num_languages=7,
        spearman=-0.6,
        spearman_low=-0.9,
        spearman_high=-0.1,
        kendall=-0.5,
        kendall_low=-0.8,
        kendall_high=-0.1,
        p=0.01,
        q=q,
    )


def verdict(judgement, probability=0.99):
    return Verdict(
        says=f"Good is good: {HOSTILE}",
        source=HOSTILE,
        judgement=judgement,
        model="m",
        split="test",
        scale="in the embedded world, with m",
        differences=("Encoder: big there, m here.",),
        findings=(
            Finding(
                predicate="good gains more than 0 points over base",
                judgement=judgement,
                probability=probability,
                value=7.5,
                low=6.5,
                high=8.5,
                published=9.0,
            ),
            Finding(
                predicate="good is worth at least 10 labels on t",
                judgement=judgement,
                low=12.0,
                unit="labels",
            ),
        ),
    )


def scores():
    rows = [
        {
            "study": "made",
            "model": "m",
            "route": route,
            "target": "t",
            "split": "test",
            "language": code,
            "metric": "accuracy",
            "seed": seed,
            "shots": 0,
            "draw": 0,
            "value": value + SPREAD[route] * (2 * seed - 1),
            "count": 100,
            "chance": 33.0,
            "oracle": False,
            "step": f"{route}{code}{seed}",
        }
        for route, value in VALUES.items()
        for code in LANGUAGES
        for seed in (0, 1)
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def facts(root=Path("store"), **fields):
    study = Study(
        name="made",
        description=HOSTILE,
        data="world",
        models={"m": {"load": "x"}},
        routes={route: [{"tasks": ["mnli"]}] * (route != "base") for route in VALUES},
        targets=["t"],
        seeds=[0, 1],
    )
    places = [
        Place(
            model="m",
            route="good",
            target="t",
            seed=0,
            layer=layer,
            pooling="mean",
            treatment="as it is",
            accuracy=60.0 + layer,
        )
        for layer in (0, 1)
    ]
    return Facts(
        **{
            "study": study,
            "declaration": f"description: {HOSTILE}",
            "analysis": analysis(),
            "scores": scores(),
            "metrics": {"t": "accuracy"},
            "source_of": {"t": "en"},
            "languages": LANGUAGES,
            "distances": DISTANCES,
            "distance_names": ("overall",),
            "num_done": 24,
            "num_planned": 24,
            "on_world": True,
            "encoders": (Encoder(name="m", origin=HOSTILE, num_parameters=2_000_000),),
            "sources": (
                Source(
                    task="t",
                    splits="test",
                    languages="en xx yy",
                    citation="A & B 2020",
                    licence=HOSTILE,
                    revision="",
                    notes=("a stand-in",),
                ),
            ),
            "ledger": Ledger(
                routes=(
                    Cost(
                        model="m",
                        route="good",
                        num_tokens=3e6,
                        flops=6e12,
                        seconds=90.0,
                        gain=7.5,
                        low=6.5,
                        high=8.5,
                    ),
                ),
                training=Spent(num_tokens=9e6, flops=18e12, seconds=900.0),
                prediction=Spent(num_tokens=1e6, flops=1e12, seconds=90.0),
            ),
            "sweep": tuple(places),
            "versions": {"isthmus": "0"},
            "hosts": (),
            "store_root": root,
        }
        | fields
    )
