"""Paraphrase pairs of the same words: only who does what to whom tells them apart.

Both labels go through the same change of form (passive, a place moved to the front, a pair named
the other way round); the negative pair also swaps roles or modifiers first. So the two texts of
a pair have the same words whichever its label.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.examples import Pair
from isthmus.world.meaning import Clause, Phrase, question
from isthmus.world.teller import PLACE_RELATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isthmus.world.draws import Draw
    from isthmus.world.exercises.setting import Setting
    from isthmus.world.world import World

LABELS = ("0", "1")


def statements(setting: Setting) -> Iterator[Pair]:
    """Pairs of statements."""
    draw, renderer = setting.draw(), setting.renderer
    teller = setting.teller(draw)
    for number, label in enumerate(_balanced(draw, setting.count)):
        clause = _event(setting.world, draw)
        while not teller.accepts(clause):
            clause = _event(setting.world, draw)
        other = clause if label == "1" else _changed(draw, clause)
        yield Pair(
            uid=setting.uid(number),
            text=renderer.say(clause),
            text_b=renderer.say(_said_otherwise(draw, other)),
            label=label,
        )


def questions(setting: Setting) -> Iterator[Pair]:
    """Pairs of questions: one active, one passive, in either order."""
    draw, renderer = setting.draw(), setting.renderer
    teller = setting.teller(draw)
    for number, label in enumerate(_balanced(draw, setting.count)):
        role = draw.pick(("subject", "object", "place"))
        word = "where" if role == "place" else "who"
        clause = _event(setting.world, draw)
        while not teller.accepts(asked := question(clause, role, word)):
            clause = _event(setting.world, draw)
        same = label == "1"
        passive = _ask_passive(clause if same else clause.swapped(), role, same=same)
        one, two = (asked, passive) if draw.flip(0.5) else (passive, asked)
        yield Pair(
            uid=setting.uid(number),
            text=renderer.say(one),
            text_b=renderer.say(two),
            label=label,
        )


def _balanced(draw: Draw, count: int) -> list[str]:
    return draw.shuffled([LABELS[number % 2] for number in range(count)])


def _event(world: World, draw: Draw) -> Clause:
    """Someone does something to someone somewhere, each perhaps with an adjective or partner."""
    one, two = _someone(world, draw), _someone(world, draw)
    if one.head == two.head:
        return _event(world, draw)
    place = Phrase(draw.pick(world.concepts.places), determiner="the")
    return Clause(
        one,
        draw.pick(world.concepts.social),
        object=two,
        relation=draw.pick(PLACE_RELATIONS),
        place=place,
        tense="past",
    )


def _someone(world: World, draw: Draw) -> Phrase:
    if draw.flip(0.5):
        return Phrase(draw.pick(world.names), entity="PER")
    adjectives = (draw.pick(world.concepts.adjectives),) if draw.flip(0.3) else ()
    return Phrase(draw.pick(world.concepts.animate), determiner="the", adjectives=adjectives)


def _changed(draw: Draw, clause: Clause) -> Clause:
    """Another meaning of the same words: roles swapped, or adjectives where both have one."""
    one, two = clause.subject, clause.object
    if (
        two is not None
        and one.adjectives != two.adjectives
        and draw.flip(0.5)
        and not (one.entity or two.entity)
    ):
        return clause._replace(
            subject=one._replace(adjectives=two.adjectives),
            object=two._replace(adjectives=one.adjectives),
        )
    return clause.swapped()


def _said_otherwise(draw: Draw, clause: Clause) -> Clause:
    """The same meaning in another form."""
    if draw.flip(0.5):
        return clause.to_passive()
    return clause._replace(fronted=True)


def _ask_passive(clause: Clause, role: str, *, same: bool) -> Clause:
    """Asks for a role in the passive; for a swapped clause, for what makes the words the same."""
    if role == "place":
        return question(clause.to_passive(), role, "where")
    if not same:
        role = "object" if role == "subject" else "subject"
    return question(clause.to_passive(), "agent" if role == "subject" else "subject", "who")
