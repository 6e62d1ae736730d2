"""The orders in which a reader may have the languages: by a distance, by family, by script, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from isthmus.report.facts import Facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """An order of languages.

    Attributes:
        name: What it is by.
        codes: Every language, in its order.
        notes: Code -> what the language is placed by, as axes show it; "" where it is not known.
    """

    name: str
    codes: tuple[str, ...]
    notes: Mapping[str, str]


def orders_of(facts: Facts) -> list[Order]:
    """Every order there is, the first the one in which languages are shown unless asked."""
    by_distance = list(_by_distances(facts))
    by_family = _by_words(facts, "family", {c: each.family for c, each in facts.languages.items()})
    by_script = _by_words(facts, "script", {c: each.script for c, each in facts.languages.items()})
    names = {code: language.name for code, language in facts.languages.items()}
    by_name = Order(
        name="name",
        codes=tuple(sorted(names, key=lambda code: names[code])),
        notes=dict.fromkeys(names, ""),
    )
    return [*by_distance, by_family, by_script, by_name]


def _by_distances(facts: Facts) -> Iterator[Order]:
    """Nearest first; languages whose distance is not known last."""
    for name in facts.distance_names:
        known = {
            code: facts.distances[code][name]
            for code in facts.languages
            if name in facts.distances.get(code, {})
        }
        if len(set(known.values())) > 1:
            codes = sorted(facts.languages, key=lambda code: known.get(code, float("inf")))
            notes = {code: f"{known[code]:.2f}" if code in known else "" for code in codes}
            yield Order(name=name, codes=tuple(codes), notes=notes)


def _by_words(facts: Facts, name: str, words: Mapping[str, str]) -> Order:
    """The source's own first, then by the alphabet; the order of ``facts`` within."""
    own = {words[code] for code in facts.source_of.values() if code in words}
    codes = sorted(facts.languages, key=lambda code: (words[code] not in own, words[code]))
    return Order(name=name, codes=tuple(codes), notes=words)
