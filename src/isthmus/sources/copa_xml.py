"""COPA and Balanced COPA as XML: a premise, and two alternatives as its cause or effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.errors import DataError
from isthmus.examples import Choice
from isthmus.sources.choice import ASKS
from isthmus.sources.lines import never_empty
from isthmus.sources.markup import elements

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from isthmus.sources.markup import Element

PARTS = ("p", "a1", "a2")


@never_empty
def read_copa_xml(path: Path, *, uid: str, repairs: Counter[str]) -> Iterator[Choice]:
    """Yields the items; the prompt is the premise and the English question for cause or effect.

    An item without ``most-plausible-alternative`` has no label.

    Raises:
        DataError: An item that lacks a part or has it twice, an attribute with another value than
            COPA's, an id that stands twice, and as ``elements``.
    """
    parts: dict[str, str] = {}
    seen: dict[str, int] = {}
    number = 0
    for element in elements(path, repairs, ("item", *PARTS)):
        if element.tag != "item":
            if element.tag in parts:
                raise _wrong(element, path, f"<{element.tag}> stands twice in one item")
            parts[element.tag] = " ".join(element.text.split())
            continue
        name = element.attributes.get("id", "")
        if name in seen:
            raise _wrong(element, path, f"the item id {name!r} stands already on line {seen[name]}")
        if name:
            seen[name] = element.line
        missing = [part for part in PARTS if not parts.get(part)]
        if missing:
            raise _wrong(element, path, f"the item {name!r} has no <{missing[0]}>, or it is empty")
        asks = _attribute(element, path, "asks-for", ASKS)
        label = None
        if "most-plausible-alternative" in element.attributes:
            written = _attribute(element, path, "most-plausible-alternative", {"1": "", "2": ""})
            label = int(written) - 1
        prompt = f"{parts['p']} {ASKS[asks]}"
        choices = (parts["a1"], parts["a2"])
        yield Choice(uid=f"{uid}/{number}", prompt=prompt, choices=choices, label=label)
        number, parts = number + 1, {}


def _attribute(item: Element, path: Path, name: str, known: Mapping[str, str]) -> str:
    value = item.attributes.get(name, "")
    if value not in known:
        raise _wrong(item, path, f"{name} is {value[:40]!r}, not one of {', '.join(known)}")
    return value


def _wrong(element: Element, path: Path, message: str) -> DataError:
    return DataError(message, path=path, line=element.line)
