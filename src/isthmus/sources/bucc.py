"""BUCC 2018: two files of ``id TAB sentence``, and the pairs of ids that translate each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from isthmus.errors import DataError, suggest
from isthmus.examples import Line
from isthmus.sources.lines import never_empty, numbered_lines

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@never_empty
def read_bucc(
    path: Path,
    *,
    uid: str,
    repairs: Counter[str],
    foreign_path: Path,
    gold_path: Path | None = None,
) -> Iterator[Line]:
    """Yields the lines of the source side, then those of the foreign side, under their own ids.

    Args:
        path: The source (English) side.
        uid: Not used, since sentences have ids.
        repairs: Counts what ``numbered_lines`` repairs.
        foreign_path: The foreign side.
        gold_path: Pairs ``foreign-id TAB source-id``; a line in no pair is a distractor. None
            where the gold is not known.

    Raises:
        DataError: A line without a tab, an empty sentence, an id that stands twice, a pair with an
            id that neither side has.
    """
    del uid
    seen: dict[str, tuple[Path, int]] = {}
    source = _sentences(path, repairs, seen)
    foreign = _sentences(foreign_path, repairs, seen)
    gold = None
    if gold_path is not None:
        gold = _gold(gold_path, repairs, source, foreign)
    yield from _side("source", source, gold)
    yield from _side("foreign", foreign, gold)


def _side(
    side: Literal["source", "foreign"],
    sentences: Mapping[str, str],
    gold: Mapping[str, tuple[str, ...]] | None,
) -> Iterator[Line]:
    for name, text in sentences.items():
        match = None if gold is None else gold.get(name, ())
        yield Line(uid=name, text=text, side=side, match=match)


def _sentences(
    path: Path, repairs: Counter[str], seen: dict[str, tuple[Path, int]]
) -> dict[str, str]:
    sentences = {}
    for line, row in numbered_lines(path, repairs):
        name, tab, text = row.partition("\t")
        text = text.strip()
        if not tab or not name or not text:
            raise DataError(f"not 'id TAB sentence': {row[:80]!r}", path=path, line=line)
        if name in seen:
            first_path, first_line = seen[name]
            message = f"id {name[:80]!r} stands already at {first_path}:{first_line}"
            raise DataError(message, path=path, line=line)
        seen[name] = path, line
        sentences[name] = text
    return sentences


def _gold(
    path: Path, repairs: Counter[str], source: Mapping[str, str], foreign: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    gold: dict[str, tuple[str, ...]] = {}
    for line, row in numbered_lines(path, repairs):
        ids = row.split("\t")
        if len(ids) != 2:
            raise DataError(f"not 'id TAB id': {row[:80]!r}", path=path, line=line)
        for name, other, side in zip(ids, ids[::-1], (foreign, source), strict=True):
            if name not in side:
                hint = suggest(name, list(side)[:1000])
                message = f"id {name[:80]!r} has no sentence; is the order foreign, source?{hint}"
                raise DataError(message, path=path, line=line)
            if other not in gold.get(name, ()):
                gold[name] = (*gold.get(name, ()), other)
    return gold
