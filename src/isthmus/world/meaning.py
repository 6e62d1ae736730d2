"""What is said, before any language says it: phrases and clauses over concepts.

Both are tuples rather than dataclasses because they are hashed and compared by the million, which
tuples do in C: the renderer's caches live on it.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from isthmus.tasks.task import Split


class Phrase(NamedTuple):
    """A noun phrase, a name, a pronoun or a question word.

    Attributes:
        head: Concept of its head.
        determiner: Concept of its determiner, or "".
        numeral: Concept of its numeral, or "".
        adjectives: Concepts of its adjectives.
        plural: Whether it is marked as plural.
        entity: ``LOC``, ``ORG`` or ``PER`` for a name, "" otherwise.
        parts: Concepts of the further words of a name.
        of: Its possessor.
        also: A second phrase joined to it by "and".
    """

    head: str
    determiner: str = ""
    numeral: str = ""
    adjectives: tuple[str, ...] = ()
    plural: bool = False
    entity: str = ""
    parts: tuple[str, ...] = ()
    of: Phrase | None = None
    also: Phrase | None = None


class Clause(NamedTuple):
    """Who does what to whom, where and when.

    Attributes:
        subject: The subject; of a passive, the patient.
        verb: Concept of the verb; ``be`` is the copula.
        object: The direct object, or a copula's noun.
        predicate: Concept of a copula's adjective, or "".
        recipient: To whom something is given.
        relation: Concept of the adposition of ``place``.
        place: Where it happens; also the phrase of any other adposition.
        agent: Who does it, in a passive.
        adverb: Concept of an adverb, or "".
        tense: ``present``, ``past`` or ``future``.
        negated: Whether it is denied.
        passive: Whether the verb is passive.
        asks: The role a question asks about: subject, object, place or agent; "" for a statement.
        fronted: Whether ``place`` stands first, which changes nothing of the meaning.
        link: Concept of the conjunction to ``then``, or "".
        then: A second clause.
    """

    subject: Phrase
    verb: str
    object: Phrase | None = None
    predicate: str = ""
    recipient: Phrase | None = None
    relation: str = ""
    place: Phrase | None = None
    agent: Phrase | None = None
    adverb: str = ""
    tense: str = "present"
    negated: bool = False
    passive: bool = False
    asks: str = ""
    fronted: bool = False
    link: str = ""
    then: Clause | None = None

    def to_passive(self) -> Clause:
        """The same event in the passive; what has no object stays as it is."""
        if self.object is None or self.passive:
            return self
        return self._replace(
            subject=self.object, object=None, agent=self.subject, passive=True, tense="past"
        )

    def swapped(self) -> Clause:
        """The event with doer and done-to exchanged."""
        if self.object is None:
            return self
        return self._replace(subject=self.object, object=self.subject)


def skeleton(clause: Clause) -> str:
    """Who does what to whom, where, and whether so: what decides the split of a clause.

    Tense, number, voice, modifiers and a second clause are left out.
    """
    doer, done_to = clause.subject, clause.object
    if clause.passive:
        doer, done_to = clause.agent or doer, clause.subject
    return (
        f"{doer.head}/{clause.verb}/{done_to.head if done_to else clause.predicate}"
        f"/{clause.place.head if clause.place else ''}/{clause.negated}"
    )


def split_of(bones: str) -> Split:
    """The split of a skeleton by its digest: 80% train, 10% development, 10% test."""
    bucket = zlib.crc32(bones.encode()) % 10
    return "train" if bucket < 8 else "dev" if bucket == 8 else "test"


def question(clause: Clause, role: str, word: str) -> Clause:
    """Asks for one role of a statement by a question word."""
    asked = Phrase(word)
    if role == "subject":
        return clause._replace(subject=asked, asks=role)
    if role == "object":
        return clause._replace(object=asked, asks=role)
    if role == "agent":
        return clause._replace(agent=asked, asks=role)
    return clause._replace(place=asked, relation="", asks=role, fronted=False)
