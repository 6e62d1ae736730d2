"""What becomes of a claim: supported, contradicted or undecided, and on what scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Judgement: TypeAlias = Literal["supported", "contradicted", "undecided"]

SURE = 0.975
"""The probability from which a claim is supported; below 1 minus it, it is contradicted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What was measured of one predicate of a claim.

    Attributes:
        predicate: In words.
        judgement: By ``probability``, that the predicate holds of the true scores.
        value, low, high: The measured quantity with its 95% interval, in ``unit``; None where
            there is none, and ``note`` says why.
        published: What the source gives, in the same unit.
        note: "" if nothing.
        most: Of labels, the most that were measured; a value or bound that is None all the same,
            beside a probability, lies beyond. None for all other units.
    """

    predicate: str
    judgement: Judgement
    probability: float | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: Literal["points", "routes", "rank correlation", "labels"] = "points"
    published: float | None = None
    note: str = ""
    most: float | None = None

    @property
    def published_is_inside(self) -> bool | None:
        """Whether the published value lies in the interval; None where one of them is missing."""
        if self.published is None or self.low is None or self.high is None:
            return None
        return self.low <= self.published <= self.high


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """A claim beside what was measured of it, with one encoder on one split.

    Attributes:
        says, source: The claim's.
        judgement: Supported if all findings are, contradicted if one is, else undecided.
        scale: On what it was judged. A verdict holds there, and no claim was repeated as it was
            made: see ``differences``.
        differences: What was different from what the source measured on, a sentence each.
    """

    says: str
    source: str
    judgement: Judgement
    model: str
    split: str
    scale: str
    differences: tuple[str, ...]
    findings: tuple[Finding, ...]


def judged(probability: float) -> Judgement:
    """The judgement that goes with a probability."""
    if probability >= SURE:
        return "supported"
    return "contradicted" if probability <= 1 - SURE else "undecided"


def all_of(findings: tuple[Finding, ...]) -> Judgement:
    """The judgement of a claim all of whose predicates must hold."""
    found = {finding.judgement for finding in findings}
    if "contradicted" in found:
        return "contradicted"
    return "undecided" if "undecided" in found else "supported"
