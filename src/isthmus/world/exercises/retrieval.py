"""Bitext to be found: both sides of translated sentences, with and without distractors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.examples import Line
from isthmus.world.families import SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isthmus.world.draws import Draw
    from isthmus.world.exercises.setting import Setting
    from isthmus.world.meaning import Clause
    from isthmus.world.world import World


def translations(setting: Setting) -> Iterator[Line]:
    """Every source line, sorted as text so that order hides the alignment, then the foreign ones."""
    teller = setting.teller(setting.draw())
    source, foreign = setting.world.renderer(SOURCE), setting.renderer
    pairs: dict[str, str] = {}
    seen: set[str] = set()
    while len(pairs) < setting.count:
        clause = teller.statement()
        line, translation = source.say(clause), foreign.say(clause)
        if line not in pairs and translation not in seen:
            pairs[line] = translation
            seen.add(translation)
    yield from _lines(setting, sorted(pairs), list(pairs.values()), pairs)


def bitext_with_distractors(setting: Setting) -> Iterator[Line]:
    """Sentences of both sides, of which three in five have their translation on the other side.

    Every distractor is one translated sentence with one thing changed, told on one side only.
    """
    draw = setting.draw()
    teller = setting.teller(draw)
    source, foreign = setting.world.renderer(SOURCE), setting.renderer
    num_pairs = max(1, round(setting.count * 0.6))
    pairs: dict[str, str] = {}
    clauses: list[Clause] = []
    taken: set[str] = set()
    while len(pairs) < num_pairs:
        clause = teller.statement()
        line, translation = source.say(clause), foreign.say(clause)
        if not {line, translation} & taken:
            pairs[line] = translation
            taken |= {line, translation}
            clauses.append(clause)
    alone: dict[str, list[str]] = {"source": [], "foreign": []}
    for side, renderer in (("source", source), ("foreign", foreign)):
        while len(alone[side]) < setting.count - num_pairs:
            near = _near(draw, setting.world, draw.pick(clauses))
            both = {source.say(near), foreign.say(near)}
            if not both & taken:
                alone[side].append(renderer.say(near))
                taken |= both
    sources = draw.shuffled([*pairs, *alone["source"]])
    foreigns = draw.shuffled([*pairs.values(), *alone["foreign"]])
    yield from _lines(setting, sources, foreigns, pairs)


def _lines(
    setting: Setting, sources: list[str], foreigns: list[str], pairs: dict[str, str]
) -> Iterator[Line]:
    back = {translation: line for line, translation in pairs.items()}
    source_uids = {line: setting.uid(f"source/{n}") for n, line in enumerate(sources)}
    foreign_uids = {line: setting.uid(f"foreign/{n}") for n, line in enumerate(foreigns)}
    for line, uid in source_uids.items():
        match = (foreign_uids[pairs[line]],) if line in pairs else ()
        yield Line(uid=uid, text=line, side="source", match=match)
    for line, uid in foreign_uids.items():
        match = (source_uids[back[line]],) if line in back else ()
        yield Line(uid=uid, text=line, side="foreign", match=match)


def _near(draw: Draw, world: World, clause: Clause) -> Clause:
    """The same with one thing changed: the verb, the doer, or whether it is so."""
    kind = draw.below(3)
    concepts = world.concepts
    if kind == 0 and clause.verb in concepts.social:
        return clause._replace(verb=draw.pick(concepts.social))
    if kind == 0 and clause.verb in concepts.handling:
        return clause._replace(verb=draw.pick(concepts.handling))
    if kind == 1 and clause.subject.entity == "PER":
        return clause._replace(subject=clause.subject._replace(head=draw.pick(world.names)))
    if kind == 1 and clause.subject.head in concepts.animate:
        return clause._replace(subject=clause.subject._replace(head=draw.pick(concepts.animate)))
    return clause._replace(negated=not clause.negated)
