"""The unit of work, caching and resume, and the plan that orders such units.

A step is pure declaration: a verb, the settings that change its numbers, and the keys of the
steps it takes its input from. Its key is the digest of exactly those, so equal work has equal keys
whatever study asks for it.

    read       provider -> examples.arrow                 (one task, split and language)
    translate  read -> examples.arrow                      (in another language)
    tokenizer  read...  -> tokenizer/                      (trained from scratch)
    load       a Hugging Face encoder -> checkpoint/mlm/   (by name or folder)
    encode     read + tokenizer -> features.arrow          (subword ids, by a form)
    train      [checkpoint] + encode... -> checkpoint/<head>/
    embed      checkpoint + encode... -> the layer, pooling and centring chosen on development pairs
    predict    checkpoint + encode + read [+ embed] -> predictions.parquet
    adapt      checkpoint + a pool's encode + read, and as predict -> predictions.parquet
    score      predict + read -> metric values
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from isthmus.sources.provider import Provider
    from isthmus.training.progress import Progress

Verb: TypeAlias = Literal[
    "read",
    "translate",
    "tokenizer",
    "load",
    "encode",
    "train",
    "embed",
    "predict",
    "adapt",
    "score",
]

VERB_VERSIONS: Mapping[Verb, int] = {
    "read": 1,
    "translate": 1,
    "tokenizer": 1,
    "load": 2,
    "encode": 1,
    "train": 6,
    "embed": 4,
    "predict": 4,
    "adapt": 2,
    "score": 1,
}
"""Raised by one whenever a verb would give other numbers for the same settings and inputs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step.

    Attributes:
        key: Digest of verb, verb's version, settings and inputs; see ``identity``.
        verb: What is done.
        settings: JSON values that change the numbers.
        inputs: Role -> key of the step that fills it, such as ``init`` or ``train/squad_v1/en``.
        title: For people, such as ``train squad_v1 (route all, seed 0)``. Not identity.
        num_tokens: Subword tokens this step is expected to process; 0 where it is negligible.
            Not identity.
        locations: Where things lie that ``settings`` name by content, such as the ``folder`` of a
            ``load``. Not identity.
    """

    key: str
    verb: Verb
    settings: Mapping[str, object]
    inputs: Mapping[str, str]
    title: str
    num_tokens: int = 0
    locations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One place of the result table and the score step that fills it.

    Attributes:
        shots: Labelled examples in the language that were trained on; 0 is zero-shot.
        draw: Number of the draw of these examples, from 1; 0 where there are none.
    """

    model: str
    route: str
    target: str
    split: str
    language: str
    seed: int
    score_key: str
    shots: int = 0
    draw: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing:
    """Languages that a target has, that the study asks for, and that there is no data for."""

    target: str
    split: str
    languages: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Every step of a study, each once, inputs before the steps that use them.

    Attributes:
        cells: Zero-shot, and what is trained in the language itself where that is the source.
        num_unshared: Steps there would be if every cell were computed on its own.
        missing: What is left out for want of data.
        few_shot: Cells of a few examples in the language. They stand apart, so that whoever
            averages over ``cells`` never takes them for zero-shot.
    """

    study: str
    steps: tuple[Step, ...]
    cells: tuple[Cell, ...]
    num_unshared: int
    missing: tuple[Missing, ...] = ()
    few_shot: tuple[Cell, ...] = ()

    @property
    def all_cells(self) -> tuple[Cell, ...]:
        """Every cell, those of a few examples last."""
        return self.cells + self.few_shot


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """A finished step as its users see it: its folder, and what its record says of the result."""

    folder: Path
    result: Mapping[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """Everything a worker needs to perform one step.

    Attributes:
        folder: Where the step writes. It may hold what an interrupted attempt left; training and
            translating resume from it, every other step overwrites.
        num_threads: CPU threads to compute with. The same number gives the same bits.
        device: ``cpu``, ``cuda`` or ``cuda:1``.
        save_seconds: A training step saves its state about this often, at most.
        max_tokens: Tokens that a training computes at a time, at most; None for what suits encoder
            and device. See ``isthmus.training.pieces``.
    """

    step: Step
    folder: Path
    inputs: Mapping[str, Done]
    provider: Provider
    num_threads: int
    device: str
    report: Callable[[Progress], None]
    save_seconds: float = 10.0
    max_tokens: int | None = None
