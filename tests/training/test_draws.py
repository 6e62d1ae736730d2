from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from isthmus.training.draws import order

LABELS = ["entailment", "neutral", "contradiction"]
POOL = LABELS * 40


def drawn(pool=POOL, draw=1, language="de", task="xnli"):
    return order(pool, draw=draw, language=language, task=task)


def test_a_draw_is_an_order_of_the_whole_pool():
    assert sorted(drawn()) == list(range(len(POOL)))


@pytest.mark.parametrize("k", range(1, len(POOL)))
def test_every_prefix_has_its_share_of_each_label(k):
    counts = Counter(POOL[index] for index in drawn()[:k])
    assert all(abs(counts[label] - k / 3) <= 1 for label in LABELS)


def test_rare_labels_come_as_often_as_they_occur():
    pool = ["common"] * 90 + ["rare"] * 10
    for draw in range(1, 20):
        rare = [pool[index] == "rare" for index in drawn(pool, draw=draw)]
        assert all(abs(sum(rare[:k]) - k / 10) <= 1 for k in range(1, 101))


def test_draws_languages_and_tasks_differ_and_nothing_else_matters():
    orders = [
        drawn(),
        drawn(draw=2),
        drawn(language="fr"),
        drawn(task="pawsx"),
    ]
    for number, one in enumerate(orders):
        assert all(not np.array_equal(one, other) for other in orders[number + 1 :])
    assert np.array_equal(drawn(), drawn())


def test_no_draw_takes_the_first_there_are():
    first = np.array([drawn(draw=draw)[:10] for draw in range(1, 201)])
    assert not any(set(row) == set(range(10)) for row in first)
    # Uniform over the pool: the mean index of 2,000 examples drawn lies at its middle.
    assert abs(first.mean() - (len(POOL) - 1) / 2) < 3.5
    # A single example is of any label.
    assert {POOL[index] for index in first[:, 0]} == set(LABELS)
