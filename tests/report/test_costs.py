from __future__ import annotations

from dataclasses import replace

import pytest
from made_report import analysis, gain
from test_report_command import DECLARATION, RUN

from isthmus.api import open_study
from isthmus.report.costs import ledger_of
from isthmus.study.study import Study

TOKENS, SECONDS = 1000, 10.0
LAYER_WEIGHTS = 2 * (4 * 64**2 + 2 * 64 * 256)  # of the size nano


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    opened = open_study(Study(**DECLARATION), store=tmp_path_factory.mktemp("costs"))
    result = {"num_tokens": TOKENS, "train_seconds": SECONDS, "num_parameters": 300_000}
    result |= {"width": 64, "num_layers": 2}
    for step in opened.plan.steps:
        if step.verb == "train":
            with opened.store.claim(step) as claim:
                claim.finish(result, RUN)
    return opened


def test_a_route_costs_what_it_trains_beyond_the_baseline(opened):
    found = replace(gain("good", "zero_shot"), model="nano", route="reading")
    ledger = ledger_of(opened.plan, opened.store, replace(analysis(), gains=(found,)))
    (cost,) = ledger.routes
    assert (cost.route, cost.num_tokens, cost.seconds) == ("reading", TOKENS, SECONDS)
    assert cost.flops == 6 * LAYER_WEIGHTS * TOKENS
    assert (cost.gain, cost.low, cost.high) == (7.5, 6.5, 8.5)
    assert cost.flops_per_point == cost.flops / 7.5
    assert cost.seconds_per_point == SECONDS / 7.5


def test_every_training_is_added_up(opened):
    num_trainings = sum(step.verb == "train" for step in opened.plan.steps)
    spent = ledger_of(opened.plan, opened.store, analysis()).training
    assert spent.num_tokens == num_trainings * TOKENS
    assert spent.flops == 6 * LAYER_WEIGHTS * spent.num_tokens


def test_where_nothing_is_gained_a_point_has_no_price(opened):
    found = replace(gain("bad", "zero_shot"), model="nano", route="reading")
    (cost,) = ledger_of(opened.plan, opened.store, replace(analysis(), gains=(found,))).routes
    assert cost.tokens_per_point is None
