"""What a route costs beyond the baseline: tokens, operations and time of training, from the records.

A token costs 6 N floating-point operations in training (a forward pass, and a backward pass of
twice that) and 2 N in prediction, N being the weights of the encoder's layers without embeddings.
Attention's products are left out, and so is what a phase saves by skipping padding.

Source: Kaplan et al. 2020, Scaling Laws for Neural Language Models, section 2.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from isthmus.analysis.overall import OVERALL
from isthmus.study.shape import shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isthmus.analysis.estimate import Estimate
    from isthmus.analysis.result import Analysis
    from isthmus.study.shape import Shape
    from isthmus.study.step import Plan, Step
    from isthmus.study.store import Store

_BACKWARD = 3
"""A step of training costs so many forward passes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spent:
    """What some steps took.

    Attributes:
        num_tokens: Subword tokens. flops: Floating-point operations.
        seconds: On the machine that ran it.
    """

    num_tokens: float = 0.0
    flops: float = 0.0
    seconds: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            num_tokens=self.num_tokens + other.num_tokens,
            flops=self.flops + other.flops,
            seconds=self.seconds + other.seconds,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """The training that one seed of a route takes more than the baseline, all targets together.

    Attributes:
        num_tokens: Subword tokens. flops: Floating-point operations.
        seconds: Of the training loop, on the machine that ran it.
        gain, low, high: Mean zero-shot gain over the targets with its 95% interval, in points; None
            where it is not known.
    """

    model: str
    route: str
    num_tokens: float
    flops: float
    seconds: float
    gain: float | None
    low: float | None = None
    high: float | None = None

    @property
    def tokens_per_point(self) -> float | None:
        """Tokens for one point of gain; None where nothing was gained."""
        return self._per_point(self.num_tokens)

    @property
    def flops_per_point(self) -> float | None:
        """Likewise, floating-point operations."""
        return self._per_point(self.flops)

    @property
    def seconds_per_point(self) -> float | None:
        """Likewise, seconds."""
        return self._per_point(self.seconds)

    def _per_point(self, spent: float) -> float | None:
        return spent / self.gain if self.gain is not None and self.gain > 0 else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Ledger:
    """What was spent: on each route beyond the baseline, and on everything that is done."""

    routes: tuple[Cost, ...] = ()
    training: Spent = Spent()
    prediction: Spent = Spent()


def ledger_of(plan: Plan, store: Store, analysis: Analysis) -> Ledger:
    """Adds up what is done of a plan."""
    books = _Books(plan=plan, store=store)
    training, prediction = Spent(), Spent()
    for step in plan.steps:
        if step.verb == "train":
            training += books.training(step) or Spent()
        elif step.verb == "predict":
            prediction += books.prediction(step)
    return Ledger(
        routes=tuple(_costs(plan, books, analysis)), training=training, prediction=prediction
    )


def _costs(plan: Plan, books: _Books, analysis: Analysis) -> Iterator[Cost]:
    """Yields the costs of the routes of which every training is done."""
    keys: dict[tuple[str, str], set[str]] = {}
    for cell in plan.cells:
        keys.setdefault((cell.model, cell.route), set()).add(cell.score_key)
    gains = _gains(analysis)
    num_seeds = len({cell.seed for cell in plan.cells})
    for (model, route), scored in keys.items():
        if route == analysis.baseline or (model, analysis.baseline) not in keys:
            continue
        taken = books.training_before(scored)
        base = books.training_before(keys[model, analysis.baseline])
        gain = gains.get((model, route))
        if taken is not None and base is not None:
            yield Cost(
                model=model,
                route=route,
                num_tokens=(taken.num_tokens - base.num_tokens) / num_seeds,
                flops=(taken.flops - base.flops) / num_seeds,
                seconds=(taken.seconds - base.seconds) / num_seeds,
                gain=gain.value if gain is not None else None,
                low=gain.low if gain is not None else None,
                high=gain.high if gain is not None else None,
            )


def _gains(analysis: Analysis) -> dict[tuple[str, str], Estimate]:
    """The mean over targets, or the gain in the only target."""
    rows = analysis.gains_over("zero_shot")
    several = any(gain.target == OVERALL for gain in rows)
    return {
        (gain.model, gain.route): gain.estimate
        for gain in rows
        if not several or gain.target == OVERALL
    }


@dataclass(frozen=True, kw_only=True)
class _Books:
    plan: Plan
    store: Store

    @cached_property
    def steps(self) -> dict[str, Step]:
        return {step.key: step for step in self.plan.steps}

    def training_before(self, keys: set[str]) -> Spent | None:
        """Every training that some steps rest on; None if one is not done."""
        spent, waiting, seen = Spent(), list(keys), set(keys)
        while waiting:
            step = self.steps[waiting.pop()]
            new = [key for key in step.inputs.values() if key not in seen]
            seen.update(new)
            waiting += new
            if step.verb == "train":
                taken = self.training(step)
                if taken is None:
                    return None
                spent += taken
        return spent

    def training(self, step: Step) -> Spent | None:
        done = self.store.done(step.key)
        if done is None:
            return None
        result = cast("dict[str, Any]", done.result)
        return Spent(
            num_tokens=result["num_tokens"],
            flops=_BACKWARD * self._flops(step, result["num_tokens"]),
            seconds=result["train_seconds"],
        )

    def prediction(self, step: Step) -> Spent:
        """Tokens as planned: predictions do not count theirs."""
        record = self.store.record(step.key)
        if record is None:
            return Spent()
        flops = self._flops(step, step.num_tokens)
        return Spent(num_tokens=step.num_tokens, flops=flops, seconds=record.seconds)

    def _flops(self, step: Step, num_tokens: float) -> float:
        shape = self.shapes.get(step.key)
        return shape.forward_flops * num_tokens if shape is not None else 0.0

    @cached_property
    def shapes(self) -> dict[str, Shape]:
        """Of every step's encoder, by key, as far as records know it."""
        results = {
            step.key: done.result
            for step in self.plan.steps
            if step.verb in {"tokenizer", "load", "train"}
            and (done := self.store.done(step.key)) is not None
        }
        return shapes(self.plan, results)
