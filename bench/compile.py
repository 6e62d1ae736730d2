"""Whether ``torch.compile`` makes training on flat rows faster on a processor, and at what price.

    python bench/compile.py > bench/results/compile.md

Random batches of 32 with lengths as pair tasks have them, so that no two have one shape: the same
optimiser steps of an encoder as it is and of a compiled copy in turn, on one thread, in fp32.
"""

from __future__ import annotations

import itertools
import os
import platform
import statistics
import time
from typing import TYPE_CHECKING

import numpy as np
import torch
from random_data import batched_lengths, make_table, make_tokenizer, spec_of

from isthmus.forms.catalogue import FORMS
from isthmus.forms.features import Features
from isthmus.forms.tokens import special_of
from isthmus.models.build import add_head, new_model
from isthmus.models.sizes import SIZES
from isthmus.training.optimiser import make_optimiser
from isthmus.training.settings import TrainingSettings
from isthmus.training.step import take_step

if TYPE_CHECKING:
    from collections.abc import Callable

    from isthmus.forms.form import Batch
    from isthmus.models.model import Model

BATCH_SIZE, NUM_BATCHES, NUM_PAIRS = 32, 8, 5
VOCAB_SIZE = 3000
SETTINGS = TrainingSettings()
FORM = FORMS["classify"]


def main() -> None:
    """Measures and prints the table."""
    torch.set_num_threads(1)
    print("# `torch.compile` on flat rows\n")
    print(
        f"Command: `python bench/compile.py`. {NUM_PAIRS} pairs of runs over {NUM_BATCHES} random "
        f"batches of {BATCH_SIZE} pairs of texts, {VOCAB_SIZE:,} subwords, no dropout, fp32, one "
        f"thread, processor time; load {os.getloadavg()[0]:.0f}. The first pass is wall time, in "
        "which inductor compiles.\n"
    )
    print(f"- Machine: {platform.processor() or platform.machine()}, {os.cpu_count()} cores")
    print(f"- Software: Python {platform.python_version()}, torch {torch.__version__}\n")
    print("| encoder | compiled | first pass, s | again, all shapes known, s | times as fast |")
    print("|---|---|---:|---:|---:|")
    batches = _batches()
    ways = {"feed-forward": _feed_forward, "all of it": _encoder}
    for size, name in itertools.product(("pocket", "tiny"), ways):
        print(f"| {size} | {name} | {_measure(size, batches, ways[name])} |", flush=True)


def _measure(size: str, batches: list[Batch], compiles: Callable[[Model], None]) -> str:
    eager, compiled = _stepper(size, batches), _stepper(size, batches, compiles)
    eager()
    first = _wall(compiled)
    again = _wall(compiled)
    pairs = [(_processor(eager), _processor(compiled)) for _ in range(NUM_PAIRS)]
    ratios = sorted(one / other for one, other in pairs)
    shown = f"{statistics.median(ratios):.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f})"
    return f"{first:.0f} | {again:.1f} | {shown}"


def _stepper(
    size: str, batches: list[Batch], compiles: Callable[[Model], None] | None = None
) -> Callable[[], None]:
    """Returns what takes a step on every batch."""
    model = new_model(SIZES[size], make_tokenizer(VOCAB_SIZE), dropout=0.0, seed=0)
    del model.heads["mlm"]
    add_head(model, "pairs", auto_model=FORM.auto_model, labels=spec_of("classify").labels, seed=0)
    optimiser = make_optimiser(model, SETTINGS)
    assert model.first_position is not None
    model.train()
    if compiles is not None:
        compiles(model)

    def run() -> None:
        for batch in batches:
            take_step(model, "pairs", FORM, [batch], optimiser, SETTINGS)

    return run


def _feed_forward(model: Model) -> None:
    """Compiles what sees tokens one by one, of all layers but the last, which has a hook."""
    for layer in model.encoder.encoder.layer[:-1]:
        layer.intermediate.compile(dynamic=True)
        layer.output.compile(dynamic=True)


def _encoder(model: Model) -> None:
    model.encoder.compile(dynamic=True)


def _batches() -> list[Batch]:
    rng = np.random.default_rng(0)
    lengths = batched_lengths("pairs", NUM_BATCHES, BATCH_SIZE, rng, grouped=False)
    features = Features(make_table("classify", rng.permutation(lengths), VOCAB_SIZE, seed=1))
    special = special_of(make_tokenizer(VOCAB_SIZE))
    return [
        FORM.collate(features, rows, spec_of("classify"), special, None)
        for rows in np.arange(len(features)).reshape(NUM_BATCHES, BATCH_SIZE)
    ]


def _wall(run: Callable[[], None]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def _processor(run: Callable[[], None]) -> float:
    begin = time.process_time()
    run()
    return time.process_time() - begin


if __name__ == "__main__":
    main()
