from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from isthmus.errors import StoreError
from isthmus.study.record import Run
from isthmus.study.scores import (
    SCHEMA,
    by_language,
    by_shots,
    save_scores,
    score_table,
    summarise,
)
from isthmus.study.step import Cell, Plan, Step
from isthmus.study.store import Store

RUN = Run(started="", ended="", seconds=0.1, host={}, peak_memory=1)
METRICS = {"pos": "f1", "bitext": "accuracy"}
SOURCES = dict.fromkeys(METRICS, "en")
VALUES = {  # (route, target, language, seed) -> the first metric
    ("base", "pos", "en", 0): 90.0,
    ("base", "pos", "en", 1): 94.0,
    ("base", "pos", "de", 0): 60.0,
    ("base", "pos", "de", 1): 70.0,
    ("base", "pos", "sw", 0): 30.0,
    ("base", "bitext", "de", 0): 20.0,
    ("squad", "pos", "en", 0): 95.0,
}


def key(place):
    return "-".join(map(str, place))


@pytest.fixture
def plan():
    cells = tuple(
        Cell(
            model="m",
            route=route,
            target=target,
            split="test",
            language=language,
            seed=seed,
            score_key=key((route, target, language, seed)),
        )
        for route, target, language, seed in [*VALUES, ("squad", "pos", "de", 0)]
    )
    steps = tuple(
        Step(key=cell.score_key, verb="score", settings={}, inputs={}, title=cell.score_key)
        for cell in cells
    )
    return Plan(study="mine", steps=steps, cells=cells, num_unshared=8)


@pytest.fixture
def store(tmp_path, plan):
    store = Store(tmp_path / "store")
    for step in plan.steps:
        place = next((place for place in VALUES if key(place) == step.key), None)
        if place is None:
            continue
        rows = [
            {"metric": METRICS[place[1]], "value": VALUES[place], "count": 10, "chance": 5.0},
            {"metric": "other", "value": 1.0, "count": 10, "chance": None},
        ]
        with store.claim(step) as claim:
            claim.finish({"rows": rows}, RUN)
    return store


def test_the_long_table_has_a_row_for_every_cell_and_metric_that_is_done(plan, store):
    table = score_table(plan, store, oracle=False)
    assert dict(table.schema) == {name: kind() for name, kind in SCHEMA.items()}
    assert len(table) == 2 * len(VALUES)
    row = table.filter(route="squad", metric="f1").row(0, named=True)
    assert (row["value"], row["count"], row["chance"], row["oracle"]) == (95.0, 10, 5.0, False)
    assert row["step"] == key(("squad", "pos", "en", 0))


def test_an_empty_store_gives_an_empty_table_of_the_same_columns(plan, tmp_path):
    table = score_table(plan, Store(tmp_path / "nothing"), oracle=True)
    assert table.is_empty()
    assert table.columns == list(SCHEMA)
    assert summarise(table, METRICS, SOURCES).is_empty()


def test_the_summary_means_over_seeds_and_then_over_languages(plan, store):
    summary = summarise(score_table(plan, store, oracle=False), METRICS, SOURCES)
    base = summary.filter(route="base", target="pos").row(0, named=True)
    assert base["source"] == 92.0
    assert base["zero_shot"] == (65.0 + 30.0) / 2, "a language with one seed counts as much"
    assert (base["num_languages"], base["num_seeds"]) == (2, 2)
    bitext = summary.filter(target="bitext").row(0, named=True)
    assert (bitext["source"], bitext["zero_shot"]) == (None, 20.0)
    squad = summary.filter(route="squad").row(0, named=True)
    assert (squad["source"], squad["zero_shot"]) == (95.0, None)


def test_languages_have_a_row_each(plan, store):
    rows = by_language(score_table(plan, store, oracle=False), METRICS)
    german = rows.filter(target="pos", language="de").row(0, named=True)
    assert (german["value"], german["num_seeds"]) == (65.0, 2)


def test_the_same_cell_under_two_names_counts_twice(plan, store):
    twin = replace(plan, cells=(plan.cells[0], replace(plan.cells[0], route="twin")))
    assert score_table(twin, store, oracle=False)["route"].unique().sort().to_list() == [
        "base",
        "twin",
    ]


def test_the_table_is_saved_whole_or_not_at_all(plan, store, tmp_path):
    table = score_table(plan, store, oracle=True)
    path = store.root / "scores.parquet"
    save_scores(table, path, store.root)
    assert pl.read_parquet(path).equals(table)
    with pytest.raises(StoreError):
        save_scores(table, store.root / "nowhere" / "scores.parquet", store.root)


def few_shot_scores(scores):
    """The long table with scores after 5 examples of German and Swahili, by two draws."""
    few = [
        {"route": "base", "language": code, "draw": draw, "value": value, "seed": 0}
        for code, values in {"de": (70.0, 74.0), "sw": (40.0, 44.0)}.items()
        for draw, value in enumerate(values, start=1)
    ]
    place = {"study": "mine", "model": "m", "target": "pos", "split": "test", "metric": "f1"}
    rows = [place | {"shots": 5, "oracle": False, "count": 1, "step": "s"} | row for row in few]
    return pl.concat([scores, pl.DataFrame(rows, schema=SCHEMA, strict=False)])


def test_few_shot_scores_are_in_no_zero_shot_mean(plan, store):
    scores = score_table(plan, store, oracle=False)
    assert set(scores["shots"]) == set(scores["draw"]) == {0}
    assert summarise(few_shot_scores(scores), METRICS, SOURCES).equals(
        summarise(scores, METRICS, SOURCES)
    )
    assert by_language(few_shot_scores(scores), METRICS).equals(by_language(scores, METRICS))
    assert by_shots(scores, METRICS).is_empty()


def test_few_shot_scores_stand_beside_zero_shot_in_the_same_languages(plan, store):
    found = by_shots(few_shot_scores(score_table(plan, store, oracle=False)), METRICS)
    assert found.select(
        "route", "target", "shots", "value", "num_languages", "num_draws"
    ).rows() == [
        ("base", "pos", 0, (65.0 + 30.0) / 2, 2, 1),  # English is the source, squad has none
        ("base", "pos", 5, (72.0 + 42.0) / 2, 2, 2),
    ]
