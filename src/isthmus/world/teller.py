"""Draws clauses: what is said in a world, by split, in the mixture that running text has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.world.concepts import ADVERBS, GROUPS, SEASONS, TRANSFER
from isthmus.world.meaning import Clause, Phrase, question, skeleton, split_of

if TYPE_CHECKING:
    from isthmus.tasks.task import Split
    from isthmus.world.draws import Draw
    from isthmus.world.world import World

PLACE_RELATIONS = ("in", "near", "under", "on")
TENSES = ("present", "present", "present", "past", "future")


class Teller:
    """Draws phrases and clauses from one stream, all of one split.

    A singular noun always has a determiner, so a bare word is a name or a plural: that, order and
    affixes are what tells homographs apart.
    """

    def __init__(self, world: World, draw: Draw, split: Split):
        self._concepts = world.concepts
        self._names = world.names
        self._stated = world.stated
        self._draw = draw
        self.split = split

    def statement(self) -> Clause:
        """A statement of any kind, of this split."""
        while True:
            clause = self._any_clause()
            if self.accepts(clause):
                return clause

    def accepts(self, clause: Clause) -> bool:
        """Whether a clause may be told in this split, whatever the task.

        Every task, and plain text, tells only the clauses of its split, so what a development or
        test sentence says is told in no training set and in no text, by construction. Facts of
        kinds are stated in plain text, so they count as training's.
        """
        bones = skeleton(clause)
        return (split_of(bones) if bones not in self._stated else "train") == self.split

    def utterance(self, question_share: float = 0.15) -> Clause:
        """A statement, or now and then a question."""
        clause = self.statement()
        if not self._draw.flip(question_share) or clause.then or clause.passive:
            return clause
        asked = self.ask(clause)
        return asked if self.accepts(asked) else clause

    def ask(self, clause: Clause) -> Clause:
        """Asks for one role of a statement."""
        roles = ["subject"]
        if clause.object is not None:
            roles.append("object")
        if clause.place is not None and clause.relation in PLACE_RELATIONS:
            roles.append("place")
        role = self._draw.pick(roles)
        return question(clause, role, self.question_word(clause, role))

    def question_word(self, clause: Clause, role: str) -> str:
        """Who, what or where, by what the role holds."""
        if role == "place":
            return "where"
        phrase = clause.subject if role == "subject" else clause.object
        concepts = self._concepts
        is_person = phrase is not None and (
            phrase.entity == "PER" or phrase.head in concepts.animate
        )
        return "who" if is_person else "what"

    def person_name(self) -> Phrase:
        """A name of a person, of one word or two."""
        parts = (self._draw.pick(self._names),) if self._draw.flip(0.2) else ()
        return Phrase(self._draw.pick(self._names), entity="PER", parts=parts)

    def place_name(self) -> Phrase:
        """A name of a place."""
        parts = (self._draw.pick(self._concepts.places),) if self._draw.flip(0.3) else ()
        return Phrase(self._draw.pick(self._names), entity="LOC", parts=parts)

    def group_name(self) -> Phrase:
        """A name of an organisation."""
        parts = (self._draw.pick(GROUPS),) if self._draw.flip(0.4) else ()
        return Phrase(self._draw.pick(self._names), entity="ORG", parts=parts)

    def noun(self, heads: tuple[str, ...], *, modified: float = 0.35) -> Phrase:
        """A common noun with a determiner, a numeral or a bare plural, sometimes an adjective."""
        draw = self._draw
        adjectives = (draw.pick(self._concepts.adjectives),) if draw.flip(modified) else ()
        kind = draw.below(10)
        if kind < 5:
            return Phrase(draw.pick(heads), determiner="the", adjectives=adjectives)
        if kind < 7:
            determiner = draw.pick(("this", "every", "some"))
            return Phrase(draw.pick(heads), determiner=determiner, adjectives=adjectives)
        if kind < 8:
            numeral = draw.pick(("two", "three", "four"))
            return Phrase(draw.pick(heads), numeral=numeral, adjectives=adjectives, plural=True)
        return Phrase(draw.pick(heads), adjectives=adjectives, plural=True)

    def someone(self) -> Phrase:
        """A person or an animal, by name or by kind."""
        if self._draw.flip(0.35):
            return self.person_name()
        return self.noun(self._concepts.animate)

    def thing(self) -> Phrase:
        """A thing, sometimes with its owner."""
        phrase = self.noun(self._concepts.things)
        if not phrase.adjectives and self._draw.flip(0.12):
            return phrase._replace(of=self.person_name())
        return phrase

    def somewhere(self) -> Phrase:
        """A place, by name or by kind."""
        if self._draw.flip(0.3):
            return self.place_name()
        return self.noun(self._concepts.places, modified=0.15)

    def _any_clause(self) -> Clause:
        draw = self._draw
        clause = draw.pick(_MIXTURE)(self)
        if draw.flip(0.06):
            return clause._replace(
                link=draw.pick(("because", "after_clause", "before_clause", "and")),
                then=Clause(self.person_name(), draw.pick(self._concepts.going), tense="past"),
            )
        return clause

    def _event(self, clause: Clause) -> Clause:
        """Gives an event tense, denial, place or adverb, and sometimes a pronoun or a pair."""
        draw = self._draw
        changes: dict[str, object] = {"tense": draw.pick(TENSES)}
        if draw.flip(0.12):
            changes["negated"] = True
        if draw.flip(0.05):
            changes["subject"] = Phrase(draw.pick(("they", "someone", "this_one")))
        elif draw.flip(0.06) and not clause.subject.adjectives:
            changes["subject"] = clause.subject._replace(also=self.person_name())
        extra = draw.below(10)
        if extra < 4:
            changes["place"] = self.somewhere()
            changes["relation"] = draw.pick(PLACE_RELATIONS)
            changes["fronted"] = draw.flip(0.1)
        elif extra < 6:
            changes["adverb"] = draw.pick(ADVERBS)
        elif extra < 7:
            changes["place"] = Phrase(draw.pick(SEASONS), determiner="the")
            changes["relation"] = draw.pick(("after", "before"))
        return clause._replace(**changes)  # type: ignore[arg-type]

    def social(self) -> Clause:
        """One does something to another."""
        verb = self._draw.pick(self._concepts.social)
        return self._event(Clause(self.someone(), verb, object=self.someone()))

    def handling(self) -> Clause:
        """One does something with a thing."""
        verb = self._draw.pick((*self._concepts.handling, "make", "eat", "drink"))
        return self._event(Clause(self.someone(), verb, object=self.thing()))

    def going(self) -> Clause:
        """One does something alone."""
        return self._event(Clause(self.someone(), self._draw.pick(self._concepts.going)))

    def transfer(self) -> Clause:
        """One gives a thing to another."""
        return Clause(
            self.someone(),
            self._draw.pick(TRANSFER),
            object=self.noun(self._concepts.things, modified=0.1),
            recipient=self.someone(),
            tense=self._draw.pick(TENSES),
        )

    def passive(self) -> Clause:
        """Something is done, by someone."""
        draw = self._draw
        is_social = draw.flip(0.5)
        verbs = self._concepts.social if is_social else self._concepts.handling
        return Clause(
            self.someone() if is_social else self.thing(),
            draw.pick(verbs),
            agent=self.someone(),
            passive=True,
            negated=draw.flip(0.1),
        )

    def description(self) -> Clause:
        """What something is, is like, or where."""
        draw = self._draw
        negated = draw.flip(0.15)
        subject = self.noun(self._concepts.animate + self._concepts.things, modified=0.1)
        kind = draw.below(4)
        if kind < 2:
            predicate = draw.pick(self._concepts.adjectives)
            return Clause(subject, "be", predicate=predicate, negated=negated)
        if kind == 2:
            named = self.person_name()
            role = Phrase(draw.pick(self._concepts.people), determiner="some")
            return Clause(named, "be", object=role, negated=negated)
        relation = draw.pick(PLACE_RELATIONS)
        return Clause(subject, "be", relation=relation, place=self.somewhere(), negated=negated)

    def affiliation(self) -> Clause:
        """Who lives, works or hires where; names of every type."""
        draw = self._draw
        tense = draw.pick(TENSES)
        kind = draw.below(5)
        if kind == 0:
            relation = draw.pick(("in", "near"))
            return Clause(
                self.someone(), "live", relation=relation, place=self.somewhere(), tense=tense
            )
        if kind == 1:
            return Clause(
                self.someone(), "work", relation="for", place=self.group_name(), tense=tense
            )
        if kind == 2:
            return Clause(self.group_name(), "hire", object=self.someone(), tense=tense)
        if kind == 3:
            return Clause(self.group_name(), "own", object=self.thing(), tense=tense)
        return Clause(self.place_name(), "lie", relation="near", place=self.somewhere())


_MIXTURE = (
    *[Teller.social] * 5,
    *[Teller.handling] * 5,
    *[Teller.going] * 3,
    *[Teller.transfer] * 2,
    *[Teller.passive] * 2,
    *[Teller.description] * 3,
    *[Teller.affiliation] * 3,
)
