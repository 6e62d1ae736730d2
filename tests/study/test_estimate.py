from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from natural_provider import NaturalProvider

from isthmus.models.sizes import SIZES
from isthmus.study.estimate import (
    PROCESS_BYTES,
    History,
    Rate,
    estimate,
    history_of,
    measure_flops_per_second,
)
from isthmus.study.plan import make_plan
from isthmus.study.record import Record
from isthmus.study.shape import Shape, shapes
from isthmus.study.study import Study

if TYPE_CHECKING:
    from pathlib import Path

    from isthmus.study.step import Plan, Step

DECLARED: dict[str, Any] = {
    "name": "cost",
    "data": "files",
    "models": {"xlmr": {"load": "FacebookAI/xlm-roberta-large"}},
    "routes": {"baseline": [], "mnli": [{"tasks": ["mnli"]}]},
    "targets": ["pawsx", "tatoeba"],
    "languages": ["en", "de"],
}
SCRATCH: dict[str, Any] = {
    "pretrain": {
        "size": "tiny",
        "tokenizer": {"vocab_size": 2000},
        "corpus": ["udhr"],
        "training": {"max_steps": 100, "batch_size": 10, "max_length": 50},
    }
}


def test_parameters_are_those_of_the_published_encoders() -> None:
    large, base = (Shape.of_size(SIZES[name], 250_002) for name in ("large", "base"))
    assert large.num_parameters == pytest.approx(560e6, rel=0.01)  # Conneau et al. 2020, table 5
    assert base.num_parameters == pytest.approx(278e6, rel=0.01)


def test_every_step_has_a_cost_and_the_total_is_their_sum() -> None:
    plan = _plan()
    whole = estimate(plan, flops_per_second=1e12)
    assert [cost.key for cost in whole.steps] == [step.key for step in plan.steps]
    assert all(cost.seconds > 0 and cost.memory >= PROCESS_BYTES for cost in whole.steps)
    assert whole.seconds == pytest.approx(sum(cost.seconds for cost in whole.steps))
    assert whole.num_tokens == sum(step.num_tokens for step in plan.steps) > 1e6
    assert whole.memory == max(cost.memory for cost in whole.steps)


def test_finished_steps_cost_nothing() -> None:
    plan = _plan()
    done = [step.key for step in plan.steps if step.verb == "train"]
    whole, rest = (
        estimate(plan, flops_per_second=1e12),
        estimate(plan, flops_per_second=1e12, done=done),
    )
    assert rest.seconds < whole.seconds / 10
    assert estimate(plan, flops_per_second=1e12, done=[s.key for s in plan.steps]).seconds == 0


def test_twice_the_speed_is_half_the_time_of_training() -> None:
    plan = _plan()
    key = _one(plan, "train mnli (xlmr, route mnli").key
    slow, fast = (
        {c.key: c for c in estimate(plan, flops_per_second=speed).steps}[key].seconds
        for speed in (1e9, 2e9)
    )
    assert slow / fast == pytest.approx(2, rel=1e-2)


def test_tokens_follow_steps_batch_and_length() -> None:
    plan = _plan(models={"tiny": SCRATCH})
    assert _one(plan, "pretrain tiny").num_tokens == round(100 * 10 * 50 * 0.9)
    few = _plan(training={"num_train": 320, "num_epochs": 2, "batch_size": 32, "max_length": 100})
    assert _one(few, "train pawsx (xlmr, route baseline").num_tokens == 20 * 32 * 25


def test_a_measured_rate_is_used_and_scaled_by_size() -> None:
    plan = _plan()
    shape = Shape.of_size(SIZES["large"], 250_002)
    here = Rate(forward_flops=shape.forward_flops, tokens_per_second=1000.0)
    half = Rate(forward_flops=shape.forward_flops / 2, tokens_per_second=2000.0)
    far = Rate(forward_flops=shape.forward_flops / 1000, tokens_per_second=1.0)
    step = _one(plan, "train mnli (xlmr, route mnli")
    for rates in ((here,), (half,), (far, half)):
        costs = estimate(plan, History(rates=rates)).steps
        (cost,) = (cost for cost in costs if cost.key == step.key)
        assert cost.seconds == pytest.approx(step.num_tokens / 1000, rel=0.01)


def test_history_is_read_from_records() -> None:
    plan = _plan(models={"tiny": SCRATCH})
    pretrain = _one(plan, "pretrain tiny")
    encode = next(step for step in plan.steps if step.verb == "encode")
    result = {"width": 128, "num_layers": 3, "num_parameters": 912_640, "tokens_per_second": 9e4}
    records = [
        _record(pretrain, result, seconds=60.0),
        _record(encode, {"num_tokens": 123}, seconds=4.0),
        _record(replace(encode, key="other"), {}, seconds=2.0),
    ]
    history = history_of(iter(records))
    assert [rate.tokens_per_second for rate in history.rates] == [9e4]
    assert history.seconds == {"encode": 3.0}
    assert history.results[encode.key] == {"num_tokens": 123}
    costs = {cost.key: cost for cost in estimate(plan, history).steps}
    assert costs[encode.key].seconds == 3.0


def test_counted_tokens_replace_guesses() -> None:
    plan = _plan()
    step = _one(plan, "predict pawsx test de (xlmr, route baseline")
    history = History(results={step.inputs["encoded"]: {"num_tokens": 777}})
    costs = {cost.key: cost for cost in estimate(plan, history, flops_per_second=1e12).steps}
    assert costs[step.key].num_tokens == 777


def test_memory_grows_with_batch_precision_and_choices() -> None:
    def peak(**training: Any) -> int:
        return estimate(_plan(training=training), flops_per_second=1e12).memory

    large = 4 * Shape.of_size(SIZES["large"], 250_002).weight_bytes
    assert large < peak(batch_size=1) < peak(batch_size=32, precision="bf16") < peak(batch_size=32)
    choice = _plan(routes={"h": [{"tasks": ["hellaswag"]}]}, training={"batch_size": 32})
    assert estimate(choice, flops_per_second=1e12).memory > 2 * peak(batch_size=32)


def test_a_folder_is_sized_by_its_configuration(tmp_path: Path) -> None:
    config = {
        "num_hidden_layers": 3,
        "hidden_size": 128,
        "intermediate_size": 512,
        "vocab_size": 1000,
    }
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config))
    plan = _plan(models={"mine": {"load": str(tmp_path)}})
    wanted = Shape(num_layers=3, width=128, feed_forward=512, vocab_size=1000)
    assert set(shapes(plan, {}).values()) == {wanted}
    path.write_text("{")
    assert set(shapes(plan, {}).values()) == {Shape.of_size(SIZES["base"], 250_002)}


def test_this_machine_can_be_measured() -> None:
    assert 1e6 < measure_flops_per_second(width=128, seconds=0.01) < 1e15


def _plan(**changes: Any) -> Plan:
    return make_plan(Study(**{**DECLARED, **changes}), NaturalProvider())


def _one(plan: Plan, title: str) -> Step:
    (step,) = (step for step in plan.steps if step.title.startswith(title))
    return step


def _record(step: Step, result: dict[str, object], *, seconds: float) -> Record:
    return Record(
        key=step.key,
        verb=step.verb,
        title=step.title,
        settings=step.settings,
        inputs=step.inputs,
        result=result,
        started="",
        ended="",
        seconds=seconds,
        host={},
        peak_memory=0,
    )
