"""A small world, shared by the tests of this room."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import pytest

from isthmus.world.provider import WorldProvider
from isthmus.world.spec import WorldSpec

if TYPE_CHECKING:
    from collections.abc import Callable

    from isthmus.examples import Example
    from isthmus.tasks.task import Split

    Read = Callable[[str, Split, str], list[Example]]

SPEC = WorldSpec(
    num_train=120,
    num_train_reading=150,
    num_train_large=120,
    num_train_low=60,
    num_eval=90,
    num_eval_reading=60,
    num_text_sentences=240,
    num_bitext=50,
)


@pytest.fixture(scope="session")
def provider() -> WorldProvider:
    return WorldProvider(SPEC)


@pytest.fixture(scope="session")
def read(provider: WorldProvider) -> Read:
    """Reads a task by name, once."""

    @cache
    def reader(task: str, split: Split, language: str) -> list[Example]:
        return list(provider.read(provider.tasks()[task], split, language, Counter()))

    return reader
