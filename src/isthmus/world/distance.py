"""How far a language is from the source, by component: known because the language was made so."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from isthmus.world.families import PLAN_BY_CODE, SOURCE
from isthmus.world.grammar import morphology_distance, order_distance
from isthmus.world.lexicon import cognates, root_keys
from isthmus.world.world import build_world

if TYPE_CHECKING:
    from collections.abc import Mapping

    from isthmus.world.spec import WorldSpec

WEIGHTS = MappingProxyType(
    {"lexicon": 0.3, "sound": 0.1, "order": 0.25, "morphology": 0.15, "script": 0.1, "spacing": 0.1}
)
"""Weights of the components in ``overall``. They sum to 1."""


@lru_cache(maxsize=256)
def distance(code: str, spec: WorldSpec) -> Mapping[str, float]:
    """Distance from the source, 0 (the same) to 1, per component.

    ``lexicon`` is 1 minus the share of roots of common origin, loans included; ``sound`` the mean
    normalised edit distance of those roots, before they are written; ``order`` and ``morphology``
    are as in ``grammar``; ``script`` and ``spacing`` are 0 or 1; ``overall`` is their weighted
    mean.
    """
    plan, source = PLAN_BY_CODE[code], PLAN_BY_CODE[SOURCE]
    concepts = build_world(spec).concepts
    shared = cognates(code, concepts, spec)
    parts = {
        "lexicon": 1 - len(shared) / len(root_keys(concepts)),
        "sound": _mean(
            [_edits(one, two) / max(len(one), len(two)) for one, two in shared.values()]
        ),
        "order": order_distance(source.order, plan.order),
        "morphology": morphology_distance(source.morphology, plan.morphology),
        "script": float(plan.script != source.script),
        "spacing": float(plan.spaced != source.spaced),
    }
    overall = sum(WEIGHTS[name] * value for name, value in parts.items())
    return MappingProxyType({**parts, "overall": overall})


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _edits(one: str, two: str) -> int:
    """Levenshtein distance."""
    row = list(range(len(two) + 1))
    for place, sound in enumerate(one, start=1):
        previous, row[0] = row[0], place
        for column, other in enumerate(two, start=1):
            previous, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, previous + (sound != other)),
            )
    return row[-1]
