"""Bitext to be found: both sides of translated sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.examples import Line
from isthmus.world.families import SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isthmus.world.exercises.setting import Setting


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
    order = {line: number for number, line in enumerate(sorted(pairs))}
    places = {line: place for place, line in enumerate(pairs)}
    for line, number in order.items():
        yield Line(
            uid=setting.uid(f"source/{number}"),
            text=line,
            side="source",
            match=(setting.uid(f"foreign/{places[line]}"),),
        )
    for place, (line, translation) in enumerate(pairs.items()):
        yield Line(
            uid=setting.uid(f"foreign/{place}"),
            text=translation,
            side="foreign",
            match=(setting.uid(f"source/{order[line]}"),),
        )
