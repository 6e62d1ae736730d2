"""What is true of kinds in a world: where they are found, what they are like, do and want.

Drawn once per world. Plain text states these facts in every language; common-sense questions ask
for them. Facts are split, so that the answer to a test question was never the answer in training.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, NamedTuple

from isthmus.world.draws import stream
from isthmus.world.meaning import Clause, Phrase

if TYPE_CHECKING:
    from isthmus.tasks.task import Split
    from isthmus.world.concepts import Concepts

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
            return Clause(kinds, "live", relation="near", place=place)
        if self.relation == "like":
            return Clause(kinds, "be", predicate=self.value)
        if self.relation == "does":
            return Clause(kinds, self.value, adverb="often")
        verb = "eat" if self.relation == "wants" else "own"
        return Clause(kinds, verb, object=Phrase(self.value, plural=True))

    def split(self) -> Split:
        """The one split whose questions may ask for it: 70% train, 15%, 15%."""
        bucket = zlib.crc32(repr(tuple(self)).encode()) % 20
        return "train" if bucket < 14 else "dev" if bucket < 17 else "test"


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
    """Draws one value for every living kind and relation."""
    draw = stream(seed, "knowledge")
    return tuple(
        Fact(kind, relation, draw.pick(values(concepts, relation)))
        for kind in concepts.animate
        for relation in RELATIONS
    )
