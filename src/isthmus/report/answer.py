"""The answer of a study in plain sentences with numbers: what its reader should take away first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from isthmus.analysis.overall import OVERALL
from isthmus.report.further import further
from isthmus.report.names import interval, rate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from isthmus.analysis.gains import Gain
    from isthmus.report.facts import Facts

MAX_RATE = 0.05
"""A gain counts as told apart from nothing below this rate of false discoveries."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A sentence; ``tone`` is ``up`` or ``down`` where it tells of a gain, else ""."""

    text: str
    tone: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What was found on one target: what helps first, then what hurts, then the rest."""

    subject: str
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """All of it in one line."""
        return f"{self.subject}: {' '.join(each.text for each in self.sentences)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The answer.

    Attributes:
        scale: What was run: never more than that is claimed.
        summary: Counts over everything.
        findings: One for each target, all targets together first.
        further: What claims, distances and few-shot curves add, a sentence each.
        caveats: What the numbers cannot say.
    """

    scale: str
    summary: str
    findings: tuple[Finding, ...]
    further: tuple[str, ...]
    caveats: tuple[str, ...]


def answer_of(facts: Facts) -> Answer:
    """Says what was found, and on what scale."""
    zero_shot = [gain for gain in facts.analysis.gains_over("zero_shot") if gain.target != OVERALL]
    return Answer(
        scale=scale_of(facts),
        summary=_summary(facts, zero_shot),
        findings=tuple(_findings(facts)),
        further=tuple(further(facts)),
        caveats=tuple(_caveats(facts)),
    )


def is_told(gain: Gain) -> bool:
    """Whether a gain is told apart from nothing, many gains considered."""
    return gain.estimate.excludes_zero and gain.q is not None and gain.q < MAX_RATE


def tone_of(gain: Gain) -> str:
    """``up`` or ``down`` for a gain told apart from nothing, else ""."""
    if not is_told(gain):
        return ""
    return "up" if gain.estimate.value > 0 else "down"


def scale_of(facts: Facts) -> str:
    """What was run, in a clause such as "on the embedded world, with ...; 1 seed"."""
    place = "on the embedded world of constructed languages" if facts.on_world else "on real data"
    encoders = " and ".join(
        f"{each.name} ({_size(each.num_parameters)}{each.origin})" for each in facts.encoders
    )
    seeds = len(facts.study.seeds)
    return (
        f"{place}, with the encoder{'s' * (len(facts.encoders) > 1)} {encoders}; "
        f"{seeds} seed{'s' * (seeds > 1)} a route"
    )


def _size(num_parameters: int | None) -> str:
    if num_parameters is None:
        return ""
    return f"{num_parameters / 1e6:,.1f} million parameters, "


def _summary(facts: Facts, gains: Sequence[Gain]) -> str:
    if not gains:
        return (
            "No zero-shot gain can be told yet: no route and its baseline were both scored in a "
            "language other than the source."
        )
    told = [gain for gain in gains if is_told(gain)]
    if not told:
        return (
            f"Nothing can be told apart from no gain: {_pairs(len(gains))}, zero-shot, at a false "
            f"discovery rate of {MAX_RATE:.0%}."
        )
    helps = sum(gain.estimate.value > 0 for gain in told)
    return (
        f"Of {_pairs(len(gains))}, {helps} do{'es' * (helps == 1)} better zero-shot than {facts.analysis.baseline}, "
        f"{len(told) - helps} worse, and {len(gains) - len(told)} cannot be told apart from nothing "
        f"(false discovery rate {MAX_RATE:.0%})."
    )


def _pairs(count: int) -> str:
    return f"{count} pair{'s' * (count > 1)} of route and target"


def _findings(facts: Facts) -> Iterator[Finding]:
    several = len(facts.encoders) > 1
    groups: dict[tuple[str, str, str], list[Gain]] = {}
    for gain in facts.analysis.gains_over("zero_shot"):
        groups.setdefault((gain.model, gain.target, gain.split), []).append(gain)
    in_source = {
        (gain.model, gain.route, gain.target, gain.split): gain
        for gain in facts.analysis.gains
        if facts.is_in_source(gain)
    }
    seen = {
        (row.model, row.target, row.split): row.points
        for row in facts.analysis.detectable
        if row.scope == "zero_shot"
    }
    for model, target, split in sorted(groups, key=lambda key: key[1] != OVERALL):
        rows = groups[model, target, split]
        name = "All targets together" if target == OVERALL else f"{target} ({rows[0].metric})"
        where = f"{f', encoder {model}' * several}{f', {split}' * (split != 'test')}"
        told = sorted(filter(is_told, rows), key=lambda gain: -gain.estimate.value)
        said = [
            Sentence(
                text=_told(gain, in_source.get((model, gain.route, target, split))),
                tone=tone_of(gain),
            )
            for gain in told
        ]
        others = [gain for gain in rows if not is_told(gain)]
        if others:
            said.append(Sentence(text=_not_told(others, seen.get((model, target, split)))))
        yield Finding(subject=f"{name}{where}", sentences=tuple(said))


def _not_told(gains: Sequence[Gain], least: float | None) -> str:
    named = ", ".join(f"{gain.route} {interval(gain)}" for gain in gains)
    bound = f" (this study sees gains from {least:.1f} points)" if least is not None else ""
    return f"Not told apart from nothing zero-shot{bound}: {named}."


def _told(gain: Gain, source: Gain | None) -> str:
    count = len(gain.languages)
    verb = "helps" if gain.estimate.value > 0 else "hurts"
    text = (
        f"{gain.route} {verb} zero-shot: {interval(gain)} points in the mean over "
        f"{count} language{'s' * (count > 1)} ({rate(gain.q)}; {gain.baseline:.1f} to {gain.score:.1f})"
    )
    if source is None:
        return f"{text}."
    doubt = "" if is_told(source) else ", not told apart from nothing"
    return f"{text}, and in {source.group} {interval(source)}{doubt}."


def _caveats(facts: Facts) -> Iterator[str]:
    if facts.study.oracle:
        yield "ORACLE: this study may select on other languages than the source; it is not zero-shot."
    if facts.num_done < facts.num_planned:
        yield f"The study is not finished: {facts.num_done:,} of {facts.num_planned:,} scores are there."
    if facts.on_world:
        yield (
            "The languages are constructed and the encoder is small: this says how the method behaves "
            "here. It reproduces no published result."
        )
    elif any((each.num_parameters or 0) < 100e6 for each in facts.encoders):
        yield (
            "The encoder is small beside those of published studies: nothing here reproduces their results."
        )
    if len(facts.study.seeds) == 1:
        yield (
            "One seed: intervals and q values answer for the test examples alone; another seed may "
            "well give another answer."
        )
