"""Plain text and bitext to pretrain on: only what the training split may say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.examples import Text
from isthmus.world.exercises.choices import story
from isthmus.world.exercises.reading import ask
from isthmus.world.exercises.scenes import SceneTeller
from isthmus.world.families import SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isthmus.world.draws import Draw
    from isthmus.world.exercises.setting import Setting
    from isthmus.world.meaning import Clause
    from isthmus.world.teller import Teller

SENTENCES_PER_DOCUMENT = 4


def documents(setting: Setting) -> Iterator[Text]:
    """Documents of a few sentences; every language has its own, so they are not parallel.

    Two in ten state facts of kinds, one tells a story with what follows, four a scene, half of
    those with a question and its answer, and the rest say whatever is said.
    """
    draw = setting.draw(setting.language)
    teller, renderer = setting.teller(draw), setting.renderer
    scenes = SceneTeller(setting.world, draw, teller)
    for number in range(setting.count):
        kind = draw.below(10)
        if kind < 2:
            facts = draw.sample(setting.world.facts, SENTENCES_PER_DOCUMENT)
            clauses = [fact.clause() for fact in facts]
        elif kind < 3:
            clauses = story(setting.world, draw, teller)
        elif kind < 7:
            clauses = _told(draw, teller, scenes)
        else:
            clauses = [teller.utterance() for _ in range(SENTENCES_PER_DOCUMENT)]
        yield Text(uid=setting.uid(number), text=" ".join(renderer.say(c) for c in clauses))


def bitext(setting: Setting) -> Iterator[Text]:
    """Source sentences with their translation into the language."""
    teller = setting.teller(setting.draw(setting.language))
    source, foreign = setting.world.renderer(SOURCE), setting.renderer
    for number in range(setting.count):
        clause = teller.utterance()
        yield Text(uid=setting.uid(number), text=source.say(clause), parallel=foreign.say(clause))


def _told(draw: Draw, teller: Teller, scenes: SceneTeller) -> list[Clause]:
    scene = scenes.scene()
    clauses = list(scene.clauses)
    if draw.flip(0.5):
        index, role = draw.pick(scene.asks)
        told = scene.clauses[index]
        asked = ask(told, role, teller)
        if teller.accepts(asked):
            clauses = [*clauses[:3], asked, told]
    return clauses
