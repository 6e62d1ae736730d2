"""What a plan will cost: tokens, seconds and memory of each step, before anything is run.

Rates that finished steps measured are used where there are any, those of the encoder nearest in
size; else the speed of this machine's matrix products, as ``compute_cost`` has it. Memory is counted
from parameters and activations. Figures are for planning: right within a third on the embedded world
(``bench/results/estimate.md``), and where sizes of data are not known, within a factor of a few.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from isthmus.study.compute_cost import (
    entries_of,
    forward_flops,
    num_steps,
    step_seconds,
    train_flops,
)
from isthmus.study.pace import measure_flops_per_second
from isthmus.study.resolve import NUM_CHOICES, trained_tokens
from isthmus.study.shape import Shape, shapes
from isthmus.study.translation_cost import EFFICIENCY as TRANSLATE_EFFICIENCY
from isthmus.study.translation_cost import measured, memory_of, seconds_of
from isthmus.training.schedule import mixing_probabilities
from isthmus.training.settings import ACTIVATION_BYTES, Mixture

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from isthmus.study.record import Record
    from isthmus.study.step import Plan, Step, Verb

SECONDS: Mapping[Verb, float] = {"read": 0.2, "translate": 5.0, "tokenizer": 2.0, "load": 10.0, "encode": 0.1, "train": 0.4, "embed": 2.0, "predict": 0.05, "adapt": 0.5, "score": 0.05}  # fmt: skip
"""Of one core, beside the encoder's own work, where nothing was measured: those of small sets."""

PROCESS_BYTES = 400 * 2**20
"""Python with its libraries, before there is a model."""

PREDICT_TOKENS = 4096


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """A measured speed of training.

    Attributes:
        layer_flops: ``Shape.forward_flops`` of what was trained, to know what is nearest in size.
        flops_per_second: In the operations of ``compute_cost``, of one core or of a whole card.
        on_card: Whether it was a graphics card.
    """

    layer_flops: float
    flops_per_second: float
    on_card: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """What finished steps, of this study or others, say about the speed of this machine.

    Attributes:
        rates: Of training steps.
        translating: Operations per second of translating steps, see ``translation_cost``.
        seconds: Mean processor time of steps of the other verbs.
        results: Step key -> result, for sizes and token counts that are known by now.
    """

    rates: tuple[Rate, ...] = ()
    translating: tuple[float, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    results: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class StepCost:
    """One step: subword tokens, seconds of all of the machine's cores together, peak bytes."""

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
    num_cores: int = 1,
    flops_per_second: float | None = None,
    done: Collection[str] = (),
) -> Estimate:
    """Returns what is left of a plan to pay.

    Args:
        plan: From ``make_plan``.
        history: From ``history_of``.
        num_cores: That compute at a time.
        flops_per_second: Of large fp32 matrix products on one core; measured here, in a fraction
            of a second, where None and ``history`` does not say enough.
        done: Keys of finished steps, which cost nothing more.
    """
    known = history or History()
    translates = any(step.verb == "translate" and step.num_tokens for step in plan.steps)
    if flops_per_second is None and not (known.rates and (known.translating or not translates)):
        flops_per_second = measure_flops_per_second()
    sizes = shapes(plan, known.results)
    costs = tuple(
        _cost(step, sizes.get(step.key), known, flops_per_second or 0.0, num_cores)
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
        if record.verb != "train" and record.cpu_seconds:
            seconds.setdefault(record.verb, []).append(record.cpu_seconds)
        elif (rate := _rate(record)) is not None:
            rates.append(rate)
    return History(
        rates=tuple(rates),
        translating=tuple(translating),
        seconds={verb: float(np.mean(values)) for verb, values in seconds.items()},
        results=results,
    )


def _rate(record: Record) -> Rate | None:
    """Returns the speed of a finished training, what does not depend on its tokens left out.

    None where nothing says it: the wall time of a processor depends on what else ran.
    """
    result = cast("Mapping[str, Any]", record.result)
    shape = Shape.of_result(result)
    on_card = str(record.host.get("device", "cpu")) != "cpu"
    seconds = record.seconds if on_card else record.cpu_seconds
    if shape is None or not result.get("num_tokens") or not seconds:
        return None
    computing = seconds - result["num_steps"] * step_seconds(shape, record.settings)
    flops = train_flops(shape, record.settings, result["num_tokens"])
    return Rate(
        layer_flops=shape.forward_flops,
        flops_per_second=flops / max(computing, seconds / 10),
        on_card=on_card,
    )


def _cost(
    step: Step, shape: Shape | None, known: History, flops_per_second: float, num_cores: int
) -> StepCost:
    num_tokens = _tokens(step, known)
    memory, on_card = PROCESS_BYTES, False
    seconds = known.seconds.get(step.verb, SECONDS[step.verb])
    if step.verb == "translate" and num_tokens:
        speed = TRANSLATE_EFFICIENCY * flops_per_second
        if known.translating:
            speed = float(np.mean(known.translating))
        seconds = SECONDS["translate"] + seconds_of(step, speed)
        memory += memory_of(step)
    elif shape is not None and step.verb in {"train", "embed", "predict", "adapt"}:
        rate = _nearest(shape, known, flops_per_second)
        on_card = rate.on_card
        seconds = SECONDS[step.verb] + _encoder_seconds(step, shape, num_tokens, rate)
        memory = _memory(step, shape)
    elif shape is not None and step.verb == "load":
        memory += shape.weight_bytes
    return StepCost(
        key=step.key,
        num_tokens=num_tokens,
        seconds=seconds if on_card else seconds / num_cores,
        memory=memory,
    )


def _encoder_seconds(step: Step, shape: Shape, num_tokens: int, rate: Rate) -> float:
    """Returns the seconds of an encoder's own work: training, then reading the other tokens."""
    settings = cast("Mapping[str, Any]", step.settings)
    trained = _trained_tokens(step, num_tokens)
    form = settings.get("form", "retrieve")
    flops = (num_tokens - trained) * forward_flops(shape, form, 0.0, settings)
    seconds = 0.0
    if trained:
        flops += train_flops(shape, settings, trained)
        seconds = num_steps(settings, trained) * step_seconds(shape, settings)
    return seconds + flops / rate.flops_per_second


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


def _nearest(shape: Shape, known: History, flops_per_second: float) -> Rate:
    """Returns the median rate of the encoder nearest in size, or of this machine's products."""

    def distance(rate: Rate) -> float:
        return abs(math.log(rate.layer_flops / shape.forward_flops))

    if not known.rates:
        return Rate(layer_flops=shape.forward_flops, flops_per_second=flops_per_second)
    least = min(map(distance, known.rates))
    nearest = [rate for rate in known.rates if distance(rate) == least]
    return sorted(nearest, key=lambda rate: rate.flops_per_second)[len(nearest) // 2]


def _memory(step: Step, shape: Shape) -> int:
    if step.verb not in {"train", "adapt"}:
        activations = PREDICT_TOKENS * shape.width * ACTIVATION_BYTES["fp32"]
        kept = shape.num_layers + 1 if step.verb == "embed" else 1
        return (
            PROCESS_BYTES + shape.weight_bytes + activations + kept * PREDICT_TOKENS * shape.width
        )
    training = cast("Mapping[str, object]", step.settings["training"])
    entries = entries_of(step.settings)
    longest = max(_num_subwords(entry) for entry in entries)
    num_tokens = cast("int", training["batch_size"]) * longest
    per_layer = num_tokens * shape.width * ACTIVATION_BYTES[cast("str", training["precision"])]
    masked = cast("float", training["mask_fraction"]) if _has_text(entries) else 0.0
    logits = round(masked * num_tokens * shape.vocab_size * 8)
    states = 4 * shape.weight_bytes  # weights, gradients and Adam's two moments
    states += shape.weight_bytes * (step.verb == "adapt")  # and the weights it started from
    return PROCESS_BYTES + states + per_layer * shape.num_layers + logits


def _num_subwords(entry: Mapping[str, object]) -> int:
    """Returns the most subwords that one example of a training task can have."""
    spec = cast("Mapping[str, int]", entry["spec"])
    return spec["max_length"] * (NUM_CHOICES if entry["form"] == "choice" else 1)


def _has_text(entries: Sequence[Mapping[str, object]]) -> bool:
    return any(entry["form"] == "mlm" for entry in entries)
