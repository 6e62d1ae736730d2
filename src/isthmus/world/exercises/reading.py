"""Extractive questions about scenes: who, what and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.examples import Answer, Question
from isthmus.world.exercises.scenes import SceneTeller
from isthmus.world.meaning import Clause, question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isthmus.world.draws import Draw
    from isthmus.world.exercises.setting import Setting
    from isthmus.world.render import Renderer
    from isthmus.world.teller import Teller


_PASSIVE_ROLE = {"subject": "agent", "object": "subject"}


def answerable(setting: Setting) -> Iterator[Question]:
    """One question per scene, answered by one phrase of it."""
    draw, teller, scenes = _tellers(setting)
    for number in range(setting.count):
        scene = scenes.scene()
        index, role = draw.pick(scene.asks)
        clauses = list(scene.clauses)
        yield _asked(setting, number, clauses, clauses[index], index, role, teller)


def maybe_unanswerable(setting: Setting) -> Iterator[Question]:
    """The same, but a third ask for what the context leaves out.

    Every context has lost one sentence of its scene: another one where the question has an
    answer, the one that answers where it has none.
    """
    draw, teller, scenes = _tellers(setting)
    for number in range(setting.count):
        scene = scenes.scene()
        index, role = draw.pick(scene.asks)
        asked = scene.clauses[index]
        has_answer = draw.flip(2 / 3)
        lost = index
        while has_answer and lost == index:
            lost = draw.below(len(scene.clauses))
        clauses = [clause for place, clause in enumerate(scene.clauses) if place != lost]
        where = index - (lost < index) if has_answer else -1
        yield _asked(setting, number, clauses, asked, where, role, teller)


def among_others(setting: Setting) -> Iterator[Question]:
    """The same as ``answerable``, with an unrelated sentence somewhere in the context."""
    draw, teller, scenes = _tellers(setting)
    for number in range(setting.count):
        scene = scenes.scene()
        index, role = draw.pick(scene.asks)
        clauses = list(scene.clauses)
        asked, other = clauses[index], draw.below(len(clauses) + 1)
        clauses.insert(other, teller.statement())
        index += other <= index
        yield _asked(setting, number, clauses, asked, index, role, teller)


def in_the_passive(setting: Setting) -> Iterator[Question]:
    """The same as ``answerable``, with half of the sentences told in the passive."""
    draw, teller, scenes = _tellers(setting)
    for number in range(setting.count):
        scene = scenes.scene()
        index, role = draw.pick(scene.asks)
        clauses = [c.to_passive() if draw.flip(0.5) else c for c in scene.clauses]
        yield _asked(setting, number, clauses, scene.clauses[index], index, role, teller)


def ask(asked: Clause, role: str, teller: Teller) -> Clause:
    """The question for a role; it leaves out where it happened, unless it asks that."""
    if role != "place":
        asked = asked._replace(place=None, relation="")
    return question(asked, role, teller.question_word(asked, role))


def _tellers(setting: Setting) -> tuple[Draw, Teller, SceneTeller]:
    draw = setting.draw()
    teller = setting.teller(draw)
    return draw, teller, SceneTeller(setting.world, draw, teller)


def _asked(
    setting: Setting,
    number: int,
    clauses: list[Clause],
    asked: Clause,
    index: int,
    role: str,
    teller: Teller,
) -> Question:
    """Renders context and question; ``index`` is the sentence that answers, -1 none."""
    renderer = setting.renderer
    context, answers = _context(renderer, clauses, index, role)
    return Question(
        uid=setting.uid(number),
        question=renderer.say(ask(asked, role, teller)),
        context=context,
        answers=answers,
    )


def _context(
    renderer: Renderer, clauses: list[Clause], index: int, role: str
) -> tuple[str, tuple[Answer, ...]]:
    texts: list[str] = []
    answers: tuple[Answer, ...] = ()
    start = 0
    for place, clause in enumerate(clauses):
        words, spans = renderer.sentence(clause)
        if place == index:
            first, last = spans[_PASSIVE_ROLE.get(role, role) if clause.passive else role]
            answer = renderer.text(words[first:last])
            answers = (Answer(text=answer, start=start + renderer.offset(words, first)),)
        texts.append(renderer.text(words))
        start += len(texts[-1]) + 1
    return " ".join(texts), answers
