"""What a plan will cost: tokens, seconds and memory of each step, before anything is run.

Rates that finished steps measured are used where there are any, scaled by the encoder's size; else
the speed of this machine's matrix products. Memory is counted from parameters and activations. The
figures are for planning: right within a factor of two or so, better once a study has run a little.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from isthmus.study.resolve import NUM_CHOICES, trained_tokens
from isthmus.study.shape import Shape, shapes
from isthmus.study.translation_cost import EFFICIENCY as TRANSLATE_EFFICIENCY
from isthmus.study.translation_cost import measured, memory_of, seconds_of
from isthmus.training.schedule import mixing_probabilities
from isthmus.training.settings import ACTIVATION_BYTES, Mixture

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from isthmus.study.record import Record
    from isthmus.study.step import Plan, Step, Verb

EFFICIENCY = 0.3
"""Share of the speed of large matrix products that training and predicting reach."""

TRAIN_PASSES, PREDICT_PASSES = 3, 1
"""In forward passes: the backward pass is about two (Kaplan et al. 2020, section 2.1)."""

STEP_SECONDS = 0.02
"""Of an optimiser step whatever the encoder's size; what measured rates have in them already."""

SECONDS: Mapping[Verb, float] = {"read": 1.0, "translate": 5.0, "tokenizer": 20.0, "load": 30.0, "encode": 3.0, "train": 3.0, "embed": 2.0, "predict": 1.0, "adapt": 2.0, "score": 0.2}  # fmt: skip
"""Beside the encoder's own work, where nothing was measured: starting, reading, writing."""

PROCESS_BYTES = 400 * 2**20
"""Python with its libraries, before there is a model."""

PREDICT_TOKENS = 4096


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """A measured speed of training: forward multiply-adds per token, and tokens per second."""

    forward_flops: float
    tokens_per_second: float


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """What finished steps, of this study or others, say about the speed of this machine.

    Attributes:
        rates: Of training steps.
        translating: Operations per second of translating steps, see ``translation_cost``.
        seconds: Mean time of steps of the other verbs.
        results: Step key -> result, for sizes and token counts that are known by now.
    """

    rates: tuple[Rate, ...] = ()
    translating: tuple[float, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    results: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class StepCost:
    """One step: subword tokens, wall seconds on all of the machine's threads, peak bytes."""

    key: str
    num_tokens: int
    seconds: float
    memory: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A whole plan. ``seconds`` is the sum over steps, ``memory`` the largest step's, in bytes."""

    steps: tuple[StepCost, ...]
    num_tokens: int
    seconds: float
    memory: int


def estimate(
    plan: Plan,
    history: History | None = None,
    *,
    flops_per_second: float | None = None,
    done: Collection[str] = (),
) -> Estimate:
    """Returns what is left of a plan to pay.

    Args:
        plan: From ``make_plan``.
        history: From ``history_of``.
        flops_per_second: Of large fp32 matrix products; measured here, in a fraction of a second,
            where None and ``history`` does not say enough.
        done: Keys of finished steps, which cost nothing more.
    """
    known = history or History()
    translates = any(step.verb == "translate" and step.num_tokens for step in plan.steps)
    if flops_per_second is None and not (known.rates and (known.translating or not translates)):
        flops_per_second = measure_flops_per_second()
    sizes = shapes(plan, known.results)
    costs = tuple(
        _cost(step, sizes.get(step.key), known, flops_per_second or 0.0)
        for step in plan.steps
        if step.key not in done
    )
    return Estimate(
        steps=costs,
        num_tokens=sum(cost.num_tokens for cost in costs),
        seconds=sum(cost.seconds for cost in costs),
        memory=max((cost.memory for cost in costs), default=0),
    )


def history_of(records: Iterable[Record]) -> History:
    """Returns what the records of finished steps say about speed and sizes."""
    rates, translating, results = [], [], {}
    seconds: dict[str, list[float]] = {}
    for record in records:
        results[record.key] = record.result
        if record.verb == "translate" and (speed := measured(record.settings, record.result)):
            translating.append(speed)
            continue
        if record.verb != "train":
            seconds.setdefault(record.verb, []).append(record.seconds)
            continue
        shape = Shape.of_result(record.result)
        speed = cast("float", record.result.get("tokens_per_second", 0.0))
        if shape is not None and speed > 0:
            rates.append(Rate(forward_flops=shape.forward_flops, tokens_per_second=speed))
    return History(
        rates=tuple(rates),
        translating=tuple(translating),
        seconds={verb: float(np.mean(values)) for verb, values in seconds.items()},
        results=results,
    )


def measure_flops_per_second(*, width: int = 768, seconds: float = 0.2) -> float:
    """Returns the speed of fp32 matrix products of this width here, the best of a few."""
    rng = np.random.default_rng(0)
    left, right = (rng.standard_normal((width, width), dtype=np.float32) for _ in range(2))
    best, end = math.inf, time.perf_counter() + seconds
    while time.perf_counter() < end or best == math.inf:
        begin = time.perf_counter()
        left @ right
        best = min(best, time.perf_counter() - begin)
    return 2 * width**3 / best


def _cost(step: Step, shape: Shape | None, known: History, flops_per_second: float) -> StepCost:
    num_tokens = _tokens(step, known)
    if step.verb == "translate" and num_tokens:
        speed = TRANSLATE_EFFICIENCY * flops_per_second
        if known.translating:
            speed = float(np.mean(known.translating))
        return StepCost(
            key=step.key,
            num_tokens=num_tokens,
            seconds=SECONDS["translate"] + seconds_of(step, speed),
            memory=PROCESS_BYTES + memory_of(step),
        )
    if shape is None or step.verb not in {"train", "embed", "predict", "adapt"}:
        seconds = known.seconds.get(step.verb, SECONDS[step.verb])
        memory = PROCESS_BYTES + (shape.weight_bytes if shape and step.verb == "load" else 0)
        return StepCost(key=step.key, num_tokens=num_tokens, seconds=seconds, memory=memory)
    trained = _trained_tokens(step, num_tokens)
    passes = TRAIN_PASSES * trained + PREDICT_PASSES * (num_tokens - trained)
    speed = _train_tokens_per_second(shape, known, flops_per_second)
    seconds = passes / TRAIN_PASSES / speed + SECONDS[step.verb]
    if trained and not known.rates:
        seconds += STEP_SECONDS * _num_steps(step, trained)
    return StepCost(
        key=step.key, num_tokens=num_tokens, seconds=seconds, memory=_memory(step, shape)
    )


def _tokens(step: Step, known: History) -> int:
    """Returns the tokens of a step; counted, once what it reads has been encoded."""
    if step.verb == "train":
        return _train_tokens(step, known)
    encoded = known.results.get(step.inputs.get("encoded", ""), {})
    counted = encoded.get("num_tokens")
    trained = _trained_tokens(step, step.num_tokens)
    return counted + trained if isinstance(counted, int) else step.num_tokens


def _trained_tokens(step: Step, num_tokens: int) -> int:
    """Returns how many of a step's tokens are trained on; the others are only read."""
    if step.verb != "adapt":
        return num_tokens if step.verb == "train" else 0
    settings = cast("dict[str, Any]", step.settings)
    return trained_tokens(settings["form"], settings["training"], shots=settings["shots"])


def _train_tokens(step: Step, known: History) -> int:
    """Returns the tokens of a training from the sizes of its encodings, where all are known."""
    training = cast("Mapping[str, float]", step.settings["training"])
    mixture = cast("dict[str, Any]", step.settings["mixture"])
    sizes, unit_tokens = [], []
    for entry in cast("list[Mapping[str, str]]", step.settings["tasks"]):
        roles = [role for role in step.inputs if role.startswith(f"train/{entry['name']}/")]
        counts = [known.results.get(step.inputs[role], {}) for role in roles]
        if not all(counts):
            return step.num_tokens
        rows_per_unit = NUM_CHOICES if entry["form"] == "choice" else 1
        num_units = sum(cast("int", each["num_rows"]) for each in counts) / rows_per_unit
        unit_tokens.append(sum(cast("int", each["num_tokens"]) for each in counts) / num_units)
        sizes.append(round(min(num_units, training["num_train"] or num_units)))
    mlm_share = mixture["mlm_share"]
    shares = mixing_probabilities(
        sizes[: len(sizes) - bool(mlm_share)],
        Mixture(**{**mixture, "weights": tuple(mixture["weights"])}),
    )
    shares = np.append(shares * (1 - mlm_share), [mlm_share] if mlm_share else [])
    num_epochs = training["num_epochs"] / (1 - mlm_share)
    num_units = num_epochs * sum(sizes[: len(sizes) - bool(mlm_share)])
    if training["max_steps"]:
        num_units = training["max_steps"] * training["batch_size"]
    return round(num_units * float(shares @ np.array(unit_tokens)))


def _train_tokens_per_second(shape: Shape, known: History, flops_per_second: float) -> float:
    if not known.rates:
        return EFFICIENCY * flops_per_second / (TRAIN_PASSES * shape.forward_flops)
    nearest = min(
        known.rates, key=lambda rate: abs(math.log(rate.forward_flops / shape.forward_flops))
    )
    return nearest.tokens_per_second * nearest.forward_flops / shape.forward_flops


def _memory(step: Step, shape: Shape) -> int:
    if step.verb not in {"train", "adapt"}:
        activations = PREDICT_TOKENS * shape.width * ACTIVATION_BYTES["fp32"]
        kept = shape.num_layers + 1 if step.verb == "embed" else 1
        return (
            PROCESS_BYTES + shape.weight_bytes + activations + kept * PREDICT_TOKENS * shape.width
        )
    training = cast("Mapping[str, object]", step.settings["training"])
    entries = cast("list[Mapping[str, object]]", step.settings.get("tasks", [step.settings]))
    longest = max(_num_subwords(entry) for entry in entries)
    num_tokens = cast("int", training["batch_size"]) * longest
    per_layer = num_tokens * shape.width * ACTIVATION_BYTES[cast("str", training["precision"])]
    masked = cast("float", training["mask_fraction"]) if _has_text(entries) else 0.0
    logits = round(masked * num_tokens * shape.vocab_size * 8)
    states = 4 * shape.weight_bytes  # weights, gradients and Adam's two moments
    states += shape.weight_bytes * (step.verb == "adapt")  # and the weights it started from
    return PROCESS_BYTES + states + per_layer * shape.num_layers + logits


def _num_steps(step: Step, num_tokens: int) -> float:
    """Returns about how many optimiser steps a training has, taking sequences as half full."""
    training = cast("Mapping[str, int]", step.settings["training"])
    whole = training["batch_size"] * training["max_length"] / 2
    return training["max_steps"] or num_tokens / whole


def _num_subwords(entry: Mapping[str, object]) -> int:
    """Returns the most subwords that one example of a training task can have."""
    spec = cast("Mapping[str, int]", entry["spec"])
    return spec["max_length"] * (NUM_CHOICES if entry["form"] == "choice" else 1)


def _has_text(entries: list[Mapping[str, object]]) -> bool:
    return any(entry["form"] == "mlm" for entry in entries)
