"""Opens checkpoints for measuring, each once for the steps in a row that ask for it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from isthmus.forms.tokens import special_of
from isthmus.models.checkpoint import load_checkpoint
from isthmus.study.work.data import load_tokenizer

if TYPE_CHECKING:
    from pathlib import Path

    from isthmus.forms.form import Special
    from isthmus.models.model import Model


@lru_cache(maxsize=1)
def open_checkpoint(folder: Path, heads: tuple[str, ...], device: str) -> tuple[Model, Special]:
    """Loads a step's checkpoint with the named heads, ready to predict."""
    model = load_checkpoint(folder / "checkpoint", heads=heads)
    return model.to(device).eval(), special_of(load_tokenizer(folder))
