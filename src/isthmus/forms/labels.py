"""Labels by name to their place in a head, and back."""

from __future__ import annotations

from isthmus.errors import DataError, suggest

UNLABELLED = -1
"""Stands in label columns where the gold is not known; losses ignore it."""


class LabelIds:
    """The ids of a label set, in head order."""

    def __init__(self, labels: tuple[str, ...]):
        self._ids = {label: index for index, label in enumerate(labels)}

    def of(self, label: str | None, uid: str) -> int:
        """Returns the id of a label, ``UNLABELLED`` for None.

        Raises:
            DataError: The label is not in the set; the message names the example.
        """
        if label is None:
            return UNLABELLED
        known = self._ids.get(label)
        if known is None:
            raise DataError(
                f"{uid}: label {label!r} is not in the task's set.{suggest(label, self._ids)}"
            )
        return known
