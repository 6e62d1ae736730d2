"""Words: proto-roots, what each language inherits, what it borrows, and regular sound change.

A proto-language has a root for every concept. A daughter inherits a share of them through its
sound changes and has roots of its own for the rest. Which concepts are lost is one fixed order, so
a language with a smaller share keeps a subset of what a nearer relative keeps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from isthmus.world.concepts import FUNCTION_WORDS, HOMOGRAPHS
from isthmus.world.draws import stream
from isthmus.world.families import PLAN_BY_CODE, SOURCE, Plan
from isthmus.world.scripts import CONSONANTS, VOWELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from isthmus.world.concepts import Concepts
    from isthmus.world.spec import WorldSpec

CALQUE_EVERY = 2
"""Every second name is translated (it is the word of a noun), the others are borrowed."""


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """The romanised stem of every concept in one language.

    Attributes:
        stems: Concept -> stem.
        origin: Concept that owns a root -> ``inherited``, ``borrowed`` or ``own``; names apart.
    """

    stems: Mapping[str, str]
    origin: Mapping[str, str]


def lexicon(code: str, concepts: Concepts, spec: WorldSpec) -> Lexicon:
    """Makes the words of a language."""
    keys = root_keys(concepts)
    roots, origin = _roots(PLAN_BY_CODE[code], keys, spec)
    stems = {concept: roots[_root_of(concept, roots)] for concept in concepts.part_of_speech()
             if not concept.startswith("name")}  # fmt: skip
    return Lexicon(stems=stems | _names(code, concepts, spec, roots), origin=origin)


def root_keys(concepts: Concepts) -> tuple[str, ...]:
    """Concepts that own a root: all but names and those that share another's."""
    spoken = [c for c in concepts.part_of_speech() if not c.startswith("name")]
    return tuple(c for c in spoken if _root_of(c, spoken) == c)


def cognates(code: str, concepts: Concepts, spec: WorldSpec) -> dict[str, tuple[str, str]]:
    """Concept -> (source's root, this language's root), for roots of one origin with the source."""
    keys = root_keys(concepts)
    source, _ = _roots(PLAN_BY_CODE[SOURCE], keys, spec)
    roots, origin = _roots(PLAN_BY_CODE[code], keys, spec)
    related = PLAN_BY_CODE[code].family == PLAN_BY_CODE[SOURCE].family
    kept = {"borrowed", "inherited"} if related else {"borrowed"}
    return {key: (source[key], roots[key]) for key in keys if origin[key] in kept}


def sound_change(word: str, changes: Iterable[tuple[str, str]]) -> str:
    """Applies ordered sound changes; every one holds wherever its pattern stands."""
    for pattern, replacement in changes:
        word = re.sub(pattern, replacement, word)
    return word


def _root_of(concept: str, roots: Iterable[str]) -> str:
    shared = HOMOGRAPHS.get(concept, concept)
    return shared if shared in roots else concept


def _roots(
    plan: Plan, keys: tuple[str, ...], spec: WorldSpec
) -> tuple[dict[str, str], dict[str, str]]:
    parent = _parent_roots(plan, keys, spec)
    own = _new_roots(spec.seed, plan.code, keys, plan.roots)
    inherited = _inherited(plan, keys, spec)
    borrowed: frozenset[str] = frozenset()
    if plan.borrows:
        order = stream(spec.seed, "loans", plan.family).shuffled(keys)
        borrowed = frozenset(order[: round(spec.loan_share * len(keys))])
        source, _ = _roots(PLAN_BY_CODE[SOURCE], keys, spec)
    roots, origin = {}, {}
    taken: set[str] = set()
    # Old words first: a new one gives way to them, so that what is inherited stays regular.
    for key in sorted(keys, key=lambda key: key not in inherited and key not in borrowed):
        if key in borrowed:
            root, how = sound_change(source[key], plan.adapts), "borrowed"
        elif key in inherited:
            root, how = sound_change(parent[key], plan.changes), "inherited"
        else:
            root, how = own[key], "own"
        while root in taken:  # a merger: the later word grows a vowel, as languages do
            root += VOWELS[len(root) % 5]
        taken.add(root)
        roots[key], origin[key] = root, how
    return roots, origin


def _parent_roots(plan: Plan, keys: tuple[str, ...], spec: WorldSpec) -> dict[str, str]:
    if plan.parent in PLAN_BY_CODE:
        return _roots(PLAN_BY_CODE[plan.parent], keys, spec)[0]
    return _new_roots(spec.seed, plan.parent, keys, plan.roots)


def _inherited(plan: Plan, keys: tuple[str, ...], spec: WorldSpec) -> frozenset[str]:
    if plan.cognates == "":
        return frozenset(keys)
    if plan.cognates == "none":
        return frozenset()
    share: float = getattr(spec, plan.cognates)
    order = stream(spec.seed, "kept", plan.family).shuffled(keys)
    return frozenset(order[: round(share * len(keys))])


def _new_roots(
    seed: int, language: str, keys: tuple[str, ...], shapes: tuple[str, ...]
) -> dict[str, str]:
    """A different root for every key; function words are of one syllable or two short ones."""
    draw = stream(seed, "roots", language)
    roots: dict[str, str] = {}
    taken: set[str] = set()
    for key in keys:
        own_shapes = ("CVC", "CV", "VC") if key in FUNCTION_WORDS else shapes
        root = ""
        while not root or root in taken:
            root = "".join(
                draw.pick(CONSONANTS if letter == "C" else VOWELS)
                for letter in draw.pick(own_shapes)
            )
        taken.add(root)
        roots[key] = root
    return roots


def _names(
    code: str, concepts: Concepts, spec: WorldSpec, roots: Mapping[str, str]
) -> dict[str, str]:
    """Names: half are one word in all languages, adapted in sound; half are calques."""
    nouns = [noun for noun in concepts.nouns if noun in roots]
    order = stream(spec.seed, "calques").shuffled(nouns)
    coined = _new_roots(spec.seed, "names", concepts.names, ("CVCVCV", "CVCCV", "VCVCV"))
    taken = set(roots.values())
    stems: dict[str, str] = {}
    for number, name in enumerate(concepts.names):
        calque = number // CALQUE_EVERY
        if number % CALQUE_EVERY == 0 and calque < len(order):
            stems[name] = roots[order[calque]]
            continue
        stem = sound_change(coined[name], PLAN_BY_CODE[code].adapts)
        while stem in taken:
            stem += "n"
        taken.add(stem)
        stems[name] = stem
    return stems
