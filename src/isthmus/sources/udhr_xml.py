"""The Universal Declaration of Human Rights in the XML of the UDHR in Unicode project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.examples import Text
from isthmus.sources.lines import never_empty
from isthmus.sources.markup import elements

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from pathlib import Path


@never_empty
def read_udhr_xml(path: Path, *, uid: str, repairs: Counter[str]) -> Iterator[Text]:
    """Yields the paragraphs (``<para>``), without titles.

    Args:
        path: The file.
        uid: Prefix of the uids.
        repairs: Counts ``blank paragraph skipped``.

    Raises:
        DataError: As ``elements``.
    """
    number = 0
    for para in elements(path, repairs, ("para",)):
        text = " ".join(para.text.split())
        if text:
            yield Text(uid=f"{uid}/{number}", text=text)
            number += 1
        else:
            repairs["blank paragraph skipped"] += 1
