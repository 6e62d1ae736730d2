from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

import pytest
from natural_provider import NaturalProvider

from isthmus.models.sizes import SIZES
from isthmus.study import pace
from isthmus.study.compute_cost import forward_flops, num_steps
from isthmus.study.estimate import (
    PROCESS_BYTES,
    History,
    Rate,
    estimate,
    history_of,
)
from isthmus.study.pace import bf16_speedup, measure_flops_per_second
from isthmus.study.plan import make_plan
from isthmus.study.record import Record
from isthmus.study.shape import Shape, shapes
from isthmus.study.study import Study
from isthmus.tasks.task import FormName
from isthmus.world.provider import WorldProvider
from isthmus.world.spec import WorldSpec

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


def test_cores_share_the_work_and_say_nothing_of_a_card() -> None:
    plan = _plan()
    one, four = (estimate(plan, flops_per_second=1e12, num_cores=n).seconds for n in (1, 4))
    assert one / four == pytest.approx(4)
    rate = Rate(layer_flops=1e9, flops_per_second=1e14, on_card=True)
    key = _one(plan, "train mnli (xlmr, route mnli").key
    alone, shared = (
        {c.key: c for c in estimate(plan, History(rates=(rate,)), num_cores=n).steps}[key].seconds
        for n in (1, 4)
    )
    assert alone == shared


def test_a_training_costs_by_its_head_its_steps_and_its_width() -> None:
    tiny = Shape.of_size(SIZES["tiny"], 3000)
    fp32 = {"precision": "fp32"}
    flops = {form: forward_flops(tiny, form, 0.3, fp32) for form in get_args(FormName)}
    assert flops["classify"] == flops["choice"] < flops["tag"] < min(flops["span"], flops["mlm"])
    assert flops["span"] > tiny.forward_flops
    wide = Shape.of_size(SIZES["large"], 3000)
    narrow, broad = (
        forward_flops(each, "span", 0.3, fp32) / each.forward_flops for each in (tiny, wide)
    )
    assert narrow > 1.5
    assert 1 < broad < 1.2
    settings = {
        "training": {"max_steps": None, "num_train": 100, "num_epochs": 2.0, "batch_size": 10},
        "tasks": [{"form": "classify"}, {"form": "tag"}],
    }
    assert num_steps(settings, 1e9) == 40


@pytest.mark.parametrize(
    ("cpuinfo", "times"),
    [
        ("flags : sse avx512_bf16 amx_bf16", 9.0),
        ("flags : sse avx512_bf16", 2.2),
        ("flags : sse avx512_bf16_too", 1.0),
        ("Features : bf16", 1.0),
        (None, 1.0),
    ],
)
def test_bf16_makes_products_cheaper_by_what_units_there_are(
    cpuinfo: str | None, times: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cpuinfo"
    if cpuinfo is not None:
        path.write_text(f"model name : Some\n{cpuinfo}\nflags : other\n")
    monkeypatch.setattr(pace, "_CPUINFO", path)
    bf16_speedup.cache_clear()
    wide = Shape.of_size(SIZES["large"], 3000)
    slow, fast = (
        forward_flops(wide, "mlm", 0.15, {"training": {"precision": precision}})
        for precision in ("fp32", "bf16")
    )
    bf16_speedup.cache_clear()
    assert 0.5 * times <= slow / fast <= times
    assert (slow == fast) == (times == 1)


def test_tokens_follow_steps_batch_and_length() -> None:
    plan = _plan(models={"tiny": SCRATCH})
    assert _one(plan, "pretrain tiny").num_tokens == round(100 * 10 * 50 * 0.9)
    few = _plan(training={"num_train": 320, "num_epochs": 2, "batch_size": 32, "max_length": 100})
    assert _one(few, "train pawsx (xlmr, route baseline").num_tokens == 20 * 32 * 25


def test_the_rate_measured_nearest_in_size_is_used() -> None:
    plan = _plan()
    flops = Shape.of_size(SIZES["large"], 250_002).forward_flops
    step = _one(plan, "train mnli (xlmr, route mnli")
    here, half = (Rate(layer_flops=flops / n, flops_per_second=1e12) for n in (1, 2))
    far = Rate(layer_flops=flops / 1000, flops_per_second=1.0)
    expected = {c.key: c for c in estimate(plan, flops_per_second=1e12).steps}[step.key].seconds
    for rates in ((here,), (half,), (far, half)):
        costs = {c.key: c for c in estimate(plan, History(rates=rates)).steps}
        assert costs[step.key].seconds == pytest.approx(expected)


def test_history_is_read_from_records() -> None:
    plan = _plan(models={"tiny": SCRATCH})
    pretrain = _one(plan, "pretrain tiny")
    encode = next(step for step in plan.steps if step.verb == "encode")
    result = {
        "width": 128, "num_layers": 3, "num_parameters": 912_640, "num_tokens": pretrain.num_tokens,
        "num_steps": 100,
    }  # fmt: skip
    records = [
        _record(pretrain, result, seconds=99.0, cpu_seconds=60.0),
        _record(encode, {"num_tokens": 123}, seconds=4.0, cpu_seconds=1.0),
        _record(replace(encode, key="other"), {}, seconds=2.0, cpu_seconds=2.0),
    ]
    old = [replace(record, cpu_seconds=0.0, seconds=1e6) for record in records]
    assert history_of(iter(old)).rates == ()
    assert history_of(iter(old)).seconds == {}
    history = history_of(iter(records))
    assert history.seconds == {"encode": 1.5}
    assert history.results[encode.key] == {"num_tokens": 123}
    costs = {cost.key: cost for cost in estimate(plan, history).steps}
    assert costs[encode.key].seconds == 1.5
    assert costs[pretrain.key].seconds == pytest.approx(60.0, rel=0.1)
    on_card = history_of([_record(pretrain, result, seconds=30.0, device="cuda:0")])
    costs = {cost.key: cost for cost in estimate(plan, on_card, num_cores=8).steps}
    assert costs[pretrain.key].seconds == pytest.approx(30.0, rel=0.1)


def test_what_the_embedded_world_says_of_its_sizes_is_used() -> None:
    provider = WorldProvider(WorldSpec(num_eval=70, num_eval_reading=30))
    tiny = {"pretrain": {**SCRATCH["pretrain"], "corpus": ["text"]}}
    declared = {
        **DECLARED, "data": "world", "languages": ["qsc"], "models": {"tiny": tiny},
        "targets": ["xnli", "tydiqa"], "routes": {"baseline": []},
    }  # fmt: skip
    plan = make_plan(Study(**declared), provider)
    assert _one(plan, "predict xnli test qsc").num_tokens == 70 * 21
    assert _one(plan, "predict tydiqa test qsc").num_tokens == 30 * 41


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
    assert large < peak(batch_size=1) < peak(batch_size=32) < peak(batch_size=32, precision="fp32")
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


def _record(
    step: Step,
    result: dict[str, object],
    *,
    seconds: float,
    cpu_seconds: float = 0.0,
    **host: object,
) -> Record:
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
        host=host,
        peak_memory=0,
        cpu_seconds=cpu_seconds,
    )
