"""The rows that speed is judged by: what each is to reach, and the command that measures it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What a row is to reach.

    Attributes:
        least: How many times as fast as its peer, or which share of it.
        command: What measures it: a file of this folder and its arguments.
        on_gpu: It is set for a graphics card.
    """

    least: float
    command: tuple[str, ...]
    on_gpu: bool = False


GRID = "the paper's grid, tokens trained"
MINED = "mining, 10,000 x 768", "mining, 100,000 x 1,024"
OF_PEAK = ", share of the bf16 peak"

_SMALL_SEARCH = ("mining.py",)
_LARGE_SEARCH = ("mining.py", "--rows", "100000", "--width", "1024", "--sources", "20000")


def _trained(
    row: str, least: float, *, share: bool = False, on_gpu: bool = False
) -> dict[str, Goal]:
    name = row + OF_PEAK if share else row
    return {name: Goal(least=least, command=("trainer.py", row), on_gpu=on_gpu)}


GOALS: dict[str, Goal] = {
    **_trained("pairs, pocket", 2.0),
    **_trained("tags, pocket", 2.0),
    **_trained("pairs, small", 2.2),
    **_trained("tags, small", 2.2),
    **_trained("pairs, XLM-R base", 2.5),
    **_trained("spans in windows of 384, pocket", 2.0),
    **_trained("predicting pairs, pocket", 4.5),
    **_trained("predicting pairs, base", 3.5),
    **_trained("language modelling, pocket", 2.5),
    MINED[0]: Goal(least=8.0, command=_SMALL_SEARCH),
    MINED[0] + ", recall": Goal(least=0.999, command=_SMALL_SEARCH),
    MINED[1]: Goal(least=8.0, command=_LARGE_SEARCH),
    MINED[1] + ", recall": Goal(least=0.999, command=_LARGE_SEARCH),
    **_trained("pairs, small", 0.28, share=True),
    **_trained("pairs, XLM-R base", 0.30, share=True),
    **_trained("predicting pairs, base", 0.38, share=True),
    MINED[0] + OF_PEAK: Goal(least=0.65, command=_SMALL_SEARCH),
    MINED[1] + OF_PEAK: Goal(least=0.65, command=_LARGE_SEARCH),
    GRID: Goal(least=4.0, command=("grid.py",)),
    **_trained("pairs, XLM-R Large", 1.5, on_gpu=True),
    **_trained("pairs, XLM-R Large", 0.45, share=True, on_gpu=True),
    **_trained("spans in windows of 384, XLM-R Large", 1.5, on_gpu=True),
    **_trained("spans in windows of 384, XLM-R Large", 0.45, share=True, on_gpu=True),
}
"""In the order in which they are shown."""
