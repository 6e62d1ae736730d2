"""What is true of kinds in a world: where they are found, what they are like, do and want.

Drawn once per world. Plain text states these facts in every language; common-sense questions ask
for them. A third is kept for development, so that its answers are never those of training.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from isthmus.world.draws import stream
from isthmus.world.meaning import Clause, Phrase, question

if TYPE_CHECKING:
    from isthmus.world.concepts import Concepts

_OF_THINGS = ("found", "like")
RELATIONS = ("found", "like", "does", "wants", "keeps")


class Fact(NamedTuple):
    """One fact of a kind.

    Attributes:
        kind: Concept of the kind.
        relation: ``found`` (at a place), ``like`` (an adjective), ``does`` (an act), ``wants``
            (a food) or ``keeps`` (a tool or garment).
        value: Concept of the value.
    """

    kind: str
    relation: str
    value: str

    def clause(self) -> Clause:
        """The sentence that states it."""
        kinds = Phrase(self.kind, plural=True)
        if self.relation == "found":
            place = Phrase(self.value, determiner="the")
            return Clause(kinds, "lie", relation="near", place=place)
        if self.relation == "like":
            return Clause(kinds, "be", predicate=self.value)
        if self.relation == "does":
            return Clause(kinds, self.value, adverb="often")
        verb = "eat" if self.relation == "wants" else "own"
        return Clause(kinds, verb, object=Phrase(self.value, plural=True))

    def question(self) -> Clause:
        """The question for the value."""
        stated = self.clause()
        if self.relation == "found":
            return question(stated, "place", "where")
        if self.relation in {"wants", "keeps"}:
            return question(stated, "object", "what")
        asked = Phrase("what")
        if self.relation == "like":
            return Clause(stated.subject, "be", object=asked, asks="object")
        return Clause(stated.subject, "make", object=asked, adverb="often", asks="object")

    def value_phrase(self, value: str) -> Phrase:
        """A value as an answer."""
        if self.relation == "found":
            return Phrase(value, determiner="the")
        return Phrase(value, plural=self.relation in {"wants", "keeps"})


def values(concepts: Concepts, relation: str) -> tuple[str, ...]:
    """Every value that a relation may have."""
    return {
        "found": concepts.places,
        "like": concepts.adjectives,
        "does": concepts.going,
        "wants": concepts.foods,
        "keeps": concepts.tools + concepts.garments,
    }[relation]


def facts(concepts: Concepts, seed: int) -> tuple[Fact, ...]:
    """Draws one value for every kind and relation."""
    draw = stream(seed, "knowledge")
    return tuple(
        Fact(kind, relation, draw.pick(values(concepts, relation)))
        for kind in concepts.animate + concepts.things
        for relation in (RELATIONS if kind in concepts.animate else _OF_THINGS)
    )


def kept_for_dev(known: tuple[Fact, ...], seed: int) -> frozenset[Fact]:
    """A third of the facts of every relation, whose questions training never asks."""
    kept: list[Fact] = []
    for relation in RELATIONS:
        same = [fact for fact in known if fact.relation == relation]
        kept += stream(seed, "kept facts", relation).sample(same, len(same) // 3)
    return frozenset(kept)


def scripts(concepts: Concepts, seed: int) -> dict[str, str]:
    """Which deed follows which: one cycle through everything that is done with things."""
    order = stream(seed, "scripts").shuffled(concepts.handling)
    return dict(zip(order, [*order[1:], order[0]], strict=True))
