"""Small scenes: a few sentences that share people, things and deeds, so that roles decide.

In a plain scene one word tells the sentences apart: there small encoders can learn to look for the
right sentence. In a denied scene two people do something with a thing each, but not with the
other's: the words of the question stand as often in a sentence that says no. In a grid two people
handle two things in two ways, so every word of a question stands in two sentences. In a ring three
people do one thing to one another, and in a mutual scene two do it to each other in two places:
only order, or case, tells who is meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from isthmus.world.meaning import Clause, Phrase
from isthmus.world.teller import PLACE_RELATIONS

if TYPE_CHECKING:
    from isthmus.world.draws import Draw
    from isthmus.world.teller import Teller
    from isthmus.world.world import World


class Scene(NamedTuple):
    """A context and what may be asked of it.

    Attributes:
        clauses: What happens, in the order told.
        asks: (index of the clause, role) pairs with exactly one answer.
    """

    clauses: tuple[Clause, ...]
    asks: tuple[tuple[int, str], ...]


def told_in_split(teller: Teller, clauses: list[Clause]) -> bool:
    """Whether clauses may be told together: the first is of the split, in training all are."""
    if teller.split == "train":
        return all(teller.accepts(clause) for clause in clauses)
    return teller.accepts(clauses[0])


class SceneTeller:
    """Draws scenes from one stream.

    In training every clause is of the split; in development and test those that are asked about
    are, and the others may be of any.
    """

    def __init__(self, world: World, draw: Draw, teller: Teller):
        self._concepts = world.concepts
        self._names = world.names
        self._draw = draw
        self._teller = teller
        self._plain_share = world.spec.plain_scenes
        self._kinds = (
            *[self._denied] * 3, *[self._grid] * 2, self._ring, self._mutual,
        )  # fmt: skip

    def scene(self) -> Scene:
        """A scene whose askable clauses are all of the split."""
        while True:
            is_plain = self._draw.flip(self._plain_share)
            clauses, asks = self._plain() if is_plain else self._draw.pick(self._kinds)()
            fitting = [self._teller.accepts(clause) for clause in clauses]
            kept = tuple((index, role) for index, role in asks if fitting[index])
            if kept and (all(fitting) or self._teller.split != "train"):
                return self._told(clauses, kept)

    def _told(self, clauses: list[Clause], asks: tuple[tuple[int, str], ...]) -> Scene:
        """Shuffles the sentences, so that position says nothing."""
        order = self._draw.shuffled(range(len(clauses)))
        where = {old: new for new, old in enumerate(order)}
        return Scene(
            tuple(clauses[old] for old in order),
            tuple((where[index], role) for index, role in asks),
        )

    def people(self, count: int) -> list[Phrase]:
        """Different people or animals, by one-word name or by kind."""
        draw = self._draw
        heads = draw.sample(self._names, count)
        kinds = draw.sample(self._concepts.animate, count)
        return [
            Phrase(head, entity="PER") if draw.flip(0.5) else Phrase(kind, determiner="the")
            for head, kind in zip(heads, kinds, strict=True)
        ]

    def _event(
        self,
        doer: Phrase,
        verb: str,
        done_to: Phrase,
        tense: str,
        where: float,
        *,
        negated: bool = False,
    ) -> Clause:
        """An event, with a place at the given probability; places are redrawn to fit the split."""
        draw = self._draw
        for _ in range(4):
            clause = Clause(doer, verb, object=done_to, tense=tense, negated=negated)
            if draw.flip(where):
                place = Phrase(draw.pick(self._concepts.places), determiner="the")
                clause = clause._replace(relation=draw.pick(PLACE_RELATIONS), place=place)
            if self._teller.accepts(clause):
                break
        return clause

    def _tense(self) -> str:
        return self._draw.pick(("present", "past"))

    def _ring(self) -> tuple[list[Clause], list[tuple[int, str]]]:
        one, two, three = self.people(3)
        verb, tense = self._draw.pick(self._concepts.social), self._tense()
        clauses = [
            self._event(one, verb, two, tense, 0.3),
            self._event(two, verb, three, tense, 0.3),
            self._event(three, verb, one, tense, 0.3),
        ]
        if self._draw.flip(0.5):
            other = self._draw.pick(self._concepts.social)
            if other != verb:
                clauses.append(self._event(one, other, three, tense, 0.3))
        return clauses, [(index, role) for index in range(3) for role in ("subject", "object")]

    def _mutual(self) -> tuple[list[Clause], list[tuple[int, str]]]:
        one, two, three = self.people(3)
        tense = self._tense()
        verb, other = self._draw.sample(self._concepts.social, 2)
        there = self._event(one, verb, two, tense, 1.0)
        back = self._event(two, verb, one, tense, 1.0)
        while (back.relation, back.place) == (there.relation, there.place):
            back = self._event(two, verb, one, tense, 1.0)
        clauses = [there, back, self._event(three, other, one, tense, 0.3)]
        return clauses, [(0, "place"), (1, "place")]

    def _plain(self) -> tuple[list[Clause], list[tuple[int, str]]]:
        draw, tense = self._draw, self._tense()
        verb = draw.pick(self._concepts.handling)
        things = draw.sample(self._concepts.things, 3)
        clauses = [
            self._event(person, verb, Phrase(thing, determiner="the"), tense, 0.5)
            for person, thing in zip(self.people(3), things, strict=True)
        ]
        asks = [(index, role) for index in range(3) for role in ("subject", "object")]
        asks += [(index, "place") for index in range(3) if clauses[index].place is not None]
        return clauses, asks

    def _denied(self) -> tuple[list[Clause], list[tuple[int, str]]]:
        draw, tense = self._draw, self._tense()
        one, two = self.people(2)
        verb = draw.pick(self._concepts.handling)
        this, that = (
            Phrase(head, determiner="the") for head in draw.sample(self._concepts.things, 2)
        )
        clauses = [
            self._event(one, verb, this, tense, 0.5),
            self._event(two, verb, this, tense, 0.5, negated=True),
            self._event(one, verb, that, tense, 0.3, negated=True),
            self._event(two, verb, that, tense, 0.5),
        ]
        asks = [(index, role) for index in (0, 3) for role in ("subject", "object")]
        asks += [(index, "place") for index in (0, 3) if clauses[index].place is not None]
        return clauses, asks

    def _grid(self) -> tuple[list[Clause], list[tuple[int, str]]]:
        draw, tense = self._draw, self._tense()
        one, two = self.people(2)
        first, second = draw.sample(self._concepts.handling, 2)
        this, that = (
            Phrase(head, determiner="the") for head in draw.sample(self._concepts.things, 2)
        )
        clauses = [
            self._event(one, first, this, tense, 0.5),
            self._event(two, first, that, tense, 0.5),
            self._event(one, second, that, tense, 0.3),
            self._event(two, second, this, tense, 0.3),
        ]
        asks = [(index, role) for index in range(4) for role in ("subject", "object")]
        asks += [(index, "place") for index in range(4) if clauses[index].place is not None]
        return clauses, asks
