"""One world: its concepts, its facts and its languages, all from one spec."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from isthmus.world.concepts import Concepts, concepts
from isthmus.world.families import PLAN_BY_CODE
from isthmus.world.knowledge import Fact, facts, kept_for_dev, scripts
from isthmus.world.lexicon import lexicon
from isthmus.world.meaning import skeleton
from isthmus.world.render import Renderer

if TYPE_CHECKING:
    from isthmus.world.spec import WorldSpec


class World:
    """Everything that a spec determines, made when first asked for.

    Attributes:
        spec: Its settings.
        concepts: What can be spoken of.
        facts: What is true of kinds.
        facts_kept_for_dev: Those that training never asks for.
        stated: Skeletons of the sentences that state facts.
        scripts: Deed -> the deed that follows it.
        names: Concepts of its proper names that any split may use.
        held_out_names: Names that entity tagging shows in development and test only.
    """

    def __init__(self, spec: WorldSpec):
        self.spec = spec
        self.concepts: Concepts = concepts(share=spec.concept_share, num_names=spec.num_names)
        self.facts: tuple[Fact, ...] = facts(self.concepts, spec.seed)
        self.facts_kept_for_dev: frozenset[Fact] = kept_for_dev(self.facts, spec.seed)
        self.stated: frozenset[str] = frozenset(skeleton(fact.clause()) for fact in self.facts)
        self.scripts: dict[str, str] = scripts(self.concepts, spec.seed)
        cut = round(0.85 * spec.num_names)
        self.names, self.held_out_names = self.concepts.names[:cut], self.concepts.names[cut:]
        self._upos = self.concepts.part_of_speech()
        self._renderers: dict[str, Renderer] = {}

    def renderer(self, code: str) -> Renderer:
        """What renders meanings in a language."""
        if code not in self._renderers:
            words = lexicon(code, self.concepts, self.spec)
            self._renderers[code] = Renderer(PLAN_BY_CODE[code], words, self._upos)
        return self._renderers[code]


@lru_cache(maxsize=8)
def build_world(spec: WorldSpec) -> World:
    """The world of a spec, remembered because lexicons and rendered phrases are."""
    return World(spec)
