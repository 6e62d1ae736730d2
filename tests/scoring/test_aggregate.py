from __future__ import annotations

from dataclasses import replace

import pytest

from isthmus.errors import DataError
from isthmus.scoring.aggregate import Score, averages, language_means, xtreme_averages
from isthmus.scoring.metrics import METRICS
from isthmus.scoring.xtreme_tasks import BENCHMARKS, XTREME

ROW = Score(
    study="s",
    model="m",
    route="none",
    target="xquad",
    split="test",
    language="en",
    metric="f1",
    seed=0,
    value=80.0,
    count=10,
)


def test_means_over_languages_keep_runs_apart() -> None:
    rows = [
        ROW,
        replace(ROW, language="th", value=20.0, count=30),
        replace(ROW, route="squad_v1", value=90.0),
        replace(ROW, seed=1, value=70.0),
    ]
    means = language_means(rows)
    assert [(m.route, m.seed, m.language, m.value, m.count) for m in means] == [
        ("none", 0, "mean", 50.0, 40),
        ("squad_v1", 0, "mean", 90.0, 10),
        ("none", 1, "mean", 70.0, 10),
    ]
    assert [m.value for m in language_means([*rows, *means], leave_out=["en"])] == [20.0]


def test_a_language_scored_twice_in_one_run_is_refused() -> None:
    with pytest.raises(DataError, match="two scores of one run"):
        language_means([ROW, replace(ROW, value=1.0)])


def test_question_answering_counts_half_exact_match() -> None:
    found = xtreme_averages(
        {"xnli": {"accuracy": 60.0}, "xquad": {"f1": 80.0, "exact_match": 60.0}, "sst2": {}}
    )
    assert found.tasks == {"xnli": 60.0, "xquad": 70.0}
    assert found.groups == {}
    assert found.overall is None
    with pytest.raises(DataError, match="xquad counts f1 and exact_match, but has no exact_match"):
        xtreme_averages({"xquad": {"f1": 80.0}})


def test_groups_and_overall_only_when_whole() -> None:
    values = {name: float(i) for i, name in enumerate(XTREME.tasks)}
    whole = averages(values)
    assert whole.overall == 4.0
    assert list(whole.groups) == ["classification", "tagging", "qa", "retrieval"]
    assert whole.groups["qa"] == pytest.approx((6 + 7 + 8) / 3)
    del values["xnli"]
    part = averages(values)
    assert part.overall is None
    assert list(part.groups) == ["tagging", "qa", "retrieval"]


def test_benchmarks_are_whole() -> None:
    for benchmark in BENCHMARKS.values():
        assert all(set(names) <= benchmark.tasks.keys() for names in benchmark.groups.values())
        for task in benchmark.tasks.values():
            assert len(set(task.languages)) == len(task.languages)
            assert set(task.study_metrics) <= METRICS.keys()
    assert [len(t.languages) for t in XTREME.tasks.values()] == [7, 15, 40, 33, 4, 36, 11, 7, 9]
