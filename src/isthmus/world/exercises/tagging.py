"""Tagging: parts of speech, entities and supertags of the world's running sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.examples import Sentence
from isthmus.world.concepts import GROUPS
from isthmus.world.meaning import Clause, Phrase
from isthmus.world.teller import TENSES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isthmus.world.draws import Draw
    from isthmus.world.exercises.setting import Setting
    from isthmus.world.teller import Teller
    from isthmus.world.world import World

_HELD_OUT_SHARE = 0.3


def parts_of_speech(setting: Setting) -> Iterator[Sentence]:
    """Words with universal parts of speech."""
    teller, renderer = setting.teller(setting.draw()), setting.renderer
    for number in range(setting.count):
        words = renderer.sentence(teller.utterance()).words
        yield Sentence(
            uid=setting.uid(number),
            words=tuple([word.form for word in words]),
            tags=tuple([word.upos for word in words]),
        )


def supertags(setting: Setting) -> Iterator[Sentence]:
    """Words with categories of combinatory grammar, by the directions of the source language."""
    teller, renderer = setting.teller(setting.draw()), setting.renderer
    for number in range(setting.count):
        words = renderer.sentence(teller.utterance()).words
        yield Sentence(
            uid=setting.uid(number),
            words=tuple([word.form for word in words]),
            tags=tuple([word.category for word in words]),
        )


def entities(setting: Setting) -> Iterator[Sentence]:
    """Words with LOC, ORG and PER in BIO.

    Any name may be a person's, a place's or an organisation's, so only the sentence tells. In
    development and test three names in ten are ones that training never shows.
    """
    draw, renderer = setting.draw(), setting.renderer
    teller = setting.teller(draw)
    for number in range(setting.count):
        clause = _about_names(setting.world, draw, teller, setting.split != "train")
        while not teller.accepts(clause):
            clause = _about_names(setting.world, draw, teller, setting.split != "train")
        words = renderer.sentence(clause).words
        yield Sentence(
            uid=setting.uid(number),
            words=tuple([word.form for word in words]),
            tags=tuple([word.entity for word in words]),
        )


def _about_names(world: World, draw: Draw, teller: Teller, held_out: bool) -> Clause:
    """A sentence with one to three names, whose types follow from verb, role and adposition."""
    concepts = world.concepts

    def name(entity: str) -> Phrase:
        unseen = held_out and draw.flip(_HELD_OUT_SHARE)
        head = draw.pick(world.held_out_names if unseen else world.names)
        longer = draw.flip(0.35)
        seconds = {"LOC": concepts.places, "ORG": GROUPS, "PER": world.names}[entity]
        return Phrase(head, entity=entity, parts=(draw.pick(seconds),) if longer else ())

    def person() -> Phrase:
        return name("PER") if draw.flip(0.6) else teller.noun(concepts.animate, modified=0.2)

    kind = draw.below(7)
    tense = draw.pick(TENSES)
    near = draw.pick(("in", "near"))
    if kind == 0:
        clause = Clause(name("ORG"), "hire", object=person(), tense=tense)
    elif kind == 1:
        clause = Clause(person(), "work", relation="for", place=name("ORG"), tense=tense)
    elif kind == 2:
        clause = Clause(person(), "live", relation=near, place=name("LOC"), tense=tense)
    elif kind == 3:
        clause = Clause(name("LOC"), "lie", relation="near", place=teller.somewhere())
    elif kind == 4:
        clause = Clause(name("ORG"), "own", object=teller.noun(concepts.things), tense=tense)
    else:
        verb = draw.pick(concepts.social)
        clause = Clause(name("PER"), verb, object=person(), tense=tense)
        if kind == 5:
            clause = clause._replace(relation=near, place=name("LOC"))
    return clause._replace(negated=draw.flip(0.1))
