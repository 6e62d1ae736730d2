"""What makes a language besides its words: the order of slots, and what affixes mark."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from isthmus.world.scripts import VOWELS

if TYPE_CHECKING:
    from collections.abc import Mapping

MARKED = (
    "plural", "present", "past", "passive", "accusative", "the", "not", "will",
    "in", "near", "under", "on", "with", "to", "by", "for", "of",
)  # fmt: skip
"""Everything an affix may mark. Those that are also function words are words where no affix is."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """Word order, as strings of slot letters.

    Attributes:
        clause: S subject, D adverb, A auxiliary, N negation, V verb, O object or predicate,
            R recipient, X place, B agent of a passive.
        nominal: D determiner, Q numeral, A adjectives, N head, G possessor.
        prepositions: Whether adpositions stand before their phrase.
        fronts_questions: Whether a question word moves to the front of its clause.
    """

    clause: str
    nominal: str
    prepositions: bool = True
    fronts_questions: bool = False


@dataclass(frozen=True, kw_only=True)
class Morphology:
    """Affixes by what they mark: ``"-en"`` is a suffix, ``"en-"`` a prefix.

    ``A`` and ``I`` in an affix are vowels that harmonise with the last vowel of the stem: *e* and
    *i* after a front vowel, *a* and *u* after any other.
    """

    affixes: Mapping[str, str] = field(default_factory=dict)

    def attach(self, stem: str, marks: tuple[str, ...]) -> str:
        """Puts the affixes of the marks on a stem, nearest first; marks without one are skipped."""
        for mark in marks:
            affix = self.affixes.get(mark, "")
            if affix.startswith("-"):
                suffix = _harmonise(affix[1:], stem)
                hiatus = stem[-1] in VOWELS and suffix[0] in VOWELS
                stem = f"{stem}j{suffix}" if hiatus else stem + suffix
            elif affix:
                prefix = _harmonise(affix[:-1], stem)
                hiatus = prefix[-1] in VOWELS and stem[0] in VOWELS
                stem = f"{prefix}j{stem}" if hiatus else prefix + stem
        return stem

    def realisation(self, mark: str) -> str:
        """How something is marked: ``prefix``, ``suffix`` or, without an affix, ``""``."""
        affix = self.affixes.get(mark, "")
        return "suffix" if affix.startswith("-") else "prefix" if affix else ""


def order_distance(one: Order, other: Order) -> float:
    """Share of ordering decisions that differ, from 0 to 1.

    Half is the share of slot pairs of the clause that stand the other way round (Kendall), a
    quarter the same for the noun phrase, an eighth each the adposition and the question word.
    """
    return (
        0.5 * _discordant(one.clause, other.clause)
        + 0.25 * _discordant(one.nominal, other.nominal)
        + 0.125 * (one.prepositions != other.prepositions)
        + 0.125 * (one.fronts_questions != other.fronts_questions)
    )


def morphology_distance(one: Morphology, other: Morphology) -> float:
    """Share of markings that differ in kind (prefix, suffix or none) or, half, only in shape."""
    total = 0.0
    for mark in MARKED:
        if one.realisation(mark) != other.realisation(mark):
            total += 1
        elif one.affixes.get(mark) != other.affixes.get(mark):
            total += 0.5
    return total / len(MARKED)


def _discordant(one: str, other: str) -> float:
    pairs = list(combinations(one, 2))
    return sum(other.index(a) > other.index(b) for a, b in pairs) / len(pairs)


def _harmonise(affix: str, stem: str) -> str:
    last = next((sound for sound in reversed(stem) if sound in VOWELS), "a")
    front = last in "ei"
    return affix.replace("A", "e" if front else "a").replace("I", "i" if front else "u")
