"""Data that a plan needs and there is none of: noted as it is found, told all at once."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from isthmus.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

NUM_NAMED = 4


class LackError(DataError):
    """One thing is lacking.

    Args:
        what: Such as ``qqp has no train data in en``.
        user: Who needs it, such as ``route qqp``.
    """

    def __init__(self, what: str, user: str):
        super().__init__(f"{what}, which is needed by {user}.")
        self.what, self.user = what, user


class Lacks:
    """Everything that was found lacking so far, and who needs it."""

    def __init__(self) -> None:
        self._users: dict[str, list[str]] = {}

    def note(self, what: str, user: str) -> None:
        """Notes one lack."""
        users = self._users.setdefault(what, [])
        if user not in users:
            users.append(user)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Notes a LackError raised inside, and goes on."""
        try:
            yield
        except LackError as lack:
            self.note(lack.what, lack.user)

    def raise_any(self) -> None:
        """Raises one DataError that lists every lack with its users, if there is any."""
        if not self._users:
            return
        lines = []
        for what, users in self._users.items():
            more = f" and {len(users) - NUM_NAMED} more" if len(users) > NUM_NAMED else ""
            lines.append(f"{what} (needed by {', '.join(users[:NUM_NAMED])}{more}).")
        lines.append("Add what is lacking to the data, or leave it out of the study.")
        raise DataError("\n".join(lines))
