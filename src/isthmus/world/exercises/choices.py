"""Choices: what happens next, who has it now, and what is known of a kind.

Wrong choices come from the same place as right ones: from the same context, or from what is true
of other kinds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.examples import Choice
from isthmus.world.exercises.scenes import SceneTeller, told_in_split
from isthmus.world.meaning import Clause, Phrase, question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isthmus.tasks.task import Split
    from isthmus.world.draws import Draw
    from isthmus.world.exercises.setting import Setting
    from isthmus.world.knowledge import Fact
    from isthmus.world.teller import Teller
    from isthmus.world.world import World

_NUM_CHOICES = 5
GETTING = ("find", "buy", "steal", "make")


def continuations(setting: Setting) -> Iterator[Choice]:
    """What one of two people does next.

    A world's scripts say which deed follows which. The four endings cross the two deeds that
    follow here with the two things in play, so both must be bound to the person.
    """
    draw, renderer = setting.draw(), setting.renderer
    teller = setting.teller(draw)
    for number in range(setting.count):
        context, right, wrong = _story(setting.world, draw, teller)
        choices = draw.shuffled([right, *wrong])
        yield Choice(
            uid=setting.uid(number),
            prompt=" ".join([renderer.say(clause) for clause in context]),
            choices=tuple([renderer.say(clause) for clause in choices]),
            label=choices.index(right),
        )


def holders(setting: Setting) -> Iterator[Choice]:
    """Who has a thing now: whoever got it, unless it was given away."""
    draw, renderer = setting.draw(), setting.renderer
    teller = setting.teller(draw)
    scenes = SceneTeller(setting.world, draw, teller)
    for number in range(setting.count):
        context, asked, right, people = _holding(setting.world, draw, teller, scenes)
        choices = draw.shuffled(people)
        told = [renderer.say(clause) for clause in (*context, asked)]
        yield Choice(
            uid=setting.uid(number),
            prompt=" ".join(told),
            choices=tuple([renderer.phrase(person) for person in choices]),
            label=choices.index(right),
        )


def common_sense(setting: Setting) -> Iterator[Choice]:
    """What is known of a kind: where it is found, what it is like, does, wants or keeps.

    Only plain text states the facts that development questions ask for. Right and wrong choices are drawn
    alike from the values that the split's facts have, so no choice is likelier by itself. (A world
    of few concepts may have fewer than five; its questions then have fewer choices.)
    """
    draw, renderer = setting.draw(), setting.renderer
    kinds = _facts_by_value(setting.world, setting.split)
    most = max(len(by_value) for by_value in kinds.values())
    enough = min(_NUM_CHOICES, most)
    relations = [relation for relation, by_value in kinds.items() if len(by_value) >= enough]
    for number in range(setting.count):
        by_value = kinds[draw.pick(relations)]
        values = draw.sample(list(by_value), enough)
        right = draw.below(enough)
        fact = draw.pick(by_value[values[right]])
        yield Choice(
            uid=setting.uid(number),
            prompt=renderer.say(fact.question()),
            choices=tuple([renderer.phrase(fact.value_phrase(value)) for value in values]),
            label=right,
        )


def _facts_by_value(world: World, split: Split) -> dict[str, dict[str, list[Fact]]]:
    """Relation -> value -> the facts of a split."""
    kinds: dict[str, dict[str, list[Fact]]] = {}
    for fact in world.facts:
        if (fact in world.facts_kept_for_dev) != (split == "dev"):
            continue
        kinds.setdefault(fact.relation, {}).setdefault(fact.value, []).append(fact)
    return kinds


def _story(world: World, draw: Draw, teller: Teller) -> tuple[list[Clause], Clause, list[Clause]]:
    scripts, concepts = world.scripts, world.concepts
    while True:
        first, second = draw.sample(concepts.handling, 2)
        one, two = draw.sample(world.names, 2)
        this, that = draw.sample(concepts.things, 2)
        tense = draw.pick(("present", "past"))
        context = [
            _deed(one, first, this, tense),
            _deed(two, second, that, tense),
        ]
        right = _deed(one, scripts[first], this, tense)
        if told_in_split(teller, [*context, right]):
            break
    wrong = [
        _deed(one, scripts[first], that, tense),
        _deed(one, scripts[second], this, tense),
        _deed(one, scripts[second], that, tense),
    ]
    return draw.shuffled(context), right, wrong


def story(world: World, draw: Draw, teller: Teller) -> list[Clause]:
    """A story with what follows, for plain text."""
    context, right, _ = _story(world, draw, teller)
    return [*context, right]


def _deed(name: str, verb: str, thing: str, tense: str) -> Clause:
    return Clause(
        Phrase(name, entity="PER"), verb, object=Phrase(thing, determiner="the"), tense=tense
    )


def _holding(
    world: World, draw: Draw, teller: Teller, scenes: SceneTeller
) -> tuple[list[Clause], Clause, Phrase, list[Phrase]]:
    """Two things are got and each perhaps given on; four people, one of whom has the thing."""
    getting = [verb for verb in GETTING if verb in world.concepts.verbs]
    while True:
        people = scenes.people(4)
        things = draw.sample(world.concepts.things, 2)
        context: list[Clause] = []
        holders: list[Phrase] = []
        for index, thing in enumerate(things):
            getter, other = people[2 * index], people[2 * index + 1]
            object_ = Phrase(thing, determiner="the")
            context.append(Clause(getter, draw.pick(getting), object=object_, tense="past"))
            if draw.flip(0.5):
                given = Clause(getter, "give", object=object_, recipient=other, tense="past")
                holders.append(other)
            else:
                given = Clause(getter, "show", object=object_, recipient=other, tense="past")
                holders.append(getter)
            context.append(given)
        if told_in_split(teller, context):
            break
    # Only the first thing is asked for, since its sentence is of the split; which of the two
    # threads is told first is drawn, and says nothing.
    asked = Clause(people[0], "own", object=Phrase(things[0], determiner="the"))
    if draw.flip(0.5):
        context = context[2:] + context[:2]
    return context, question(asked, "subject", "who"), holders[0], people
