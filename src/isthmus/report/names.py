"""How reports name what they tell of: targets, panels, and gains with their marks."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from isthmus.analysis.overall import OVERALL

if TYPE_CHECKING:
    from isthmus.analysis.gains import Gain
    from isthmus.report.facts import Facts

_WHOLE = 99.5
_TENTH = Decimal("0.1")
_MARKS = ((0.001, "***"), (0.01, "**"), (0.05, "*"))


def shown(value: float, form: str = ".1f") -> str:
    """A number as charts show it, where half of a tenth goes away from zero and not to the even.

    Scores on some hundred examples often end there, and a page says no number in two ways.
    """
    if form.endswith(".1f"):
        value = float(Decimal(round(value, 3)).quantize(_TENTH, ROUND_HALF_UP))
    return format(value, form)


def rough(value: float) -> str:
    """An amount to three digits or to the whole number, never in powers of ten where that is large."""
    return f"{value:,.0f}" if abs(value) >= _WHOLE else f"{value:.3g}"


def interval(gain: Gain) -> str:
    """The gain with its interval, such as "+3.0 [1.2, 4.8]"."""
    found = gain.estimate
    if found.low is None or found.high is None:
        return f"{shown(found.value, '+.1f')} [no interval]"
    return f"{shown(found.value, '+.1f')} [{shown(found.low)}, {shown(found.high)}]"


def rate(q: float | None) -> str:
    """The rate of false discoveries, such as "q = 0.012"."""
    if q is None:
        return "q unknown"
    return "q < 0.001" if q < 0.001 else f"q = {q:.3f}"


def panel_of(model: str, text: str, facts: Facts) -> str:
    """The title of a panel, which names the encoder where there are several."""
    return f"{model}: {text}" if len(facts.encoders) > 1 else text


def name_of(target: str, split: str) -> str:
    """A target, and its split where that is not the test."""
    return target if split == "test" else f"{target} ({split})"


def target_name(gain: Gain) -> str:
    """The target, and its split where that is not the test."""
    if gain.target == OVERALL:
        return "all targets"
    return name_of(gain.target, gain.split)


def marked(gain: Gain) -> str:
    """The gain with its interval and the mark of its rate of false discoveries."""
    return interval(gain) + mark_of(gain)


def mark_of(gain: Gain) -> str:
    """Stars for the rate of false discoveries of a gain whose interval leaves out 0."""
    mark = next((mark for rate, mark in _MARKS if gain.q is not None and gain.q < rate), "")
    return mark * gain.estimate.excludes_zero
