"""A growing set of steps in which equal work is one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.study.identity import step_key
from isthmus.study.step import Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from isthmus.study.step import Verb


class Graph:
    """Steps by key, inputs before users: a step can only be added after its inputs."""

    def __init__(self) -> None:
        self.steps: dict[str, Step] = {}
        self._needs: dict[str, int] = {}

    def add(
        self,
        verb: Verb,
        settings: Mapping[str, object],
        inputs: Mapping[str, str],
        *,
        title: str,
        num_tokens: int = 0,
        locations: Mapping[str, str] | None = None,
    ) -> str:
        """Adds a step unless there is an equal one already, and returns its key."""
        key = step_key(verb, settings, inputs)
        if key not in self.steps:
            needs = 1 << len(self.steps)
            for each in inputs.values():
                needs |= self._needs[each]
            self._needs[key] = needs
            self.steps[key] = Step(
                key=key,
                verb=verb,
                settings=settings,
                inputs=inputs,
                title=title,
                num_tokens=num_tokens,
                locations=locations or {},
            )
        return key

    def num_needed(self, key: str) -> int:
        """Returns how many steps a step takes on its own: itself and everything before it."""
        return self._needs[key].bit_count()
