"""What an exercise is made for: a world, a task, a split and a language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from isthmus.world.draws import Draw, stream
from isthmus.world.teller import Teller

if TYPE_CHECKING:
    from isthmus.tasks.task import Split
    from isthmus.world.render import Renderer
    from isthmus.world.world import World


@dataclass(frozen=True, kw_only=True)
class Setting:
    """The request that an exercise answers.

    Attributes:
        world: The world.
        task: Name of the task, for uids.
        drawn_as: Name of the task whose meanings these are: another's where it trains on that.
        split: The split.
        language: Code of the language.
        count: How many examples.
    """

    world: World
    task: str
    drawn_as: str
    split: Split
    language: str
    count: int

    def draw(self, *names: str) -> Draw:
        """The stream of meanings: the same in every language, so that examples are parallel."""
        return stream(self.world.spec.seed, self.drawn_as, self.split, *names)

    def teller(self, draw: Draw) -> Teller:
        """A teller of this split's clauses."""
        return Teller(self.world, draw, self.split)

    @property
    def renderer(self) -> Renderer:
        """The renderer of the language."""
        return self.world.renderer(self.language)

    def uid(self, number: int | str) -> str:
        """The uid of an example, such as ``xnli/test/qsc/17``."""
        return f"{self.task}/{self.split}/{self.language}/{number}"
