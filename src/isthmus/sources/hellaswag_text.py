"""HellaSwag as plain text, six lines an item: activity and context, label, four endings."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from isthmus.errors import DataError
from isthmus.examples import Choice
from isthmus.sources.choice import continuation, label_index
from isthmus.sources.lines import never_empty, numbered_lines

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from pathlib import Path

LINES_PER_ITEM = 6


@never_empty
def read_hellaswag_text(path: Path, *, uid: str, repairs: Counter[str]) -> Iterator[Choice]:
    """Yields the items, with the prompt and choices of the task's own form (see ``continuation``).

    The activity, which stands before the context with a colon, is left out.

    Raises:
        DataError: A file whose last item is cut, a context without an activity, a label that is
            not 0 to 3.
    """
    lines, number = numbered_lines(path, repairs), 0
    while item := list(islice(lines, LINES_PER_ITEM)):
        line, context = item[0]
        if len(item) < LINES_PER_ITEM:
            message = f"the last item has {len(item)} lines, not {LINES_PER_ITEM}; is it cut?"
            raise DataError(message, path=path, line=line)
        _, colon, context = context.partition(": ")
        if not colon:
            message = f"no 'activity: ' before the context: {item[0][1][:80]!r}"
            raise DataError(message, path=path, line=line)
        label = label_index(item[1][1], 4, path, line + 1)
        prompt, choices = continuation(context, tuple(text for _, text in item[2:]))
        if not prompt or not all(choices):
            repairs["empty text"] += 1
        yield Choice(uid=f"{uid}/{number}", prompt=prompt, choices=choices, label=label)
        number += 1
