"""Extractive questions about scenes: who, what and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.examples import Answer, Question
from isthmus.world.exercises.scenes import SceneTeller
from isthmus.world.meaning import question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isthmus.world.exercises.setting import Setting


def reading(setting: Setting) -> Iterator[Question]:
    """One question per scene, answered by one phrase of it."""
    draw, renderer = setting.draw(), setting.renderer
    teller = setting.teller(draw)
    scenes = SceneTeller(setting.world, draw, teller)
    for number in range(setting.count):
        scene = scenes.scene()
        index, role = draw.pick(scene.asks)
        asked = scene.clauses[index]
        said = [renderer.sentence(clause) for clause in scene.clauses]
        texts = [renderer.text(sentence.words) for sentence in said]
        words = said[index].words
        first, last = said[index].spans[role]
        before = sum(len(text) + 1 for text in texts[:index])
        answer = Answer(
            text=renderer.text(words[first:last]), start=before + renderer.offset(words, first)
        )
        asking = question(asked._replace(**_dropped(role)), role, teller.question_word(asked, role))
        yield Question(
            uid=setting.uid(number),
            question=renderer.say(asking),
            context=" ".join(texts),
            answers=(answer,),
        )


def _dropped(role: str) -> dict[str, None]:
    """A question leaves out where it happened, unless that is what it asks."""
    return {} if role == "place" else {"place": None}
