"""What it costs to predict each language on its own, and not all languages in one stream.

    python bench/stream.py > bench/results/stream.md

The same examples, predicted language by language and then all at once, in turn, on one thread.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import torch
from random_data import lengths_like, make_table, make_tokenizer, spec_of

from isthmus.forms.catalogue import FORMS
from isthmus.forms.features import Features
from isthmus.forms.tokens import special_of
from isthmus.models.build import add_head, new_model
from isthmus.models.sizes import SIZES
from isthmus.training.batches import EVALUATION_TOKENS, batches_by_length
from isthmus.training.evaluate import head_outputs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SIZE, VOCAB_SIZE, NUM_PAIRS = "pocket", 32_000, 5


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is predicted: this many languages of this many examples each."""

    form: str
    num_languages: int
    num_examples: int


CASES = (
    Case(form="classify", num_languages=15, num_examples=200),
    Case(form="tag", num_languages=5, num_examples=200),
    Case(form="classify", num_languages=2, num_examples=1000),
)
"""Fewer languages where all would take minutes; a stream of fewer has less to win."""


def main() -> None:
    """Measures and prints the table."""
    torch.set_num_threads(1)
    load = os.getloadavg()[0]
    rows = [_measure(case) for case in CASES]
    print("# Languages one by one, and in one stream\n")
    print(
        f"Command: `python bench/stream.py`. Predictions of a `{SIZE}` encoder in bf16 on random "
        f"texts with lengths as pair tasks have them, {EVALUATION_TOKENS:,} padded tokens a batch, "
        "grouped by length; processor time of one thread, medians of "
        f"{NUM_PAIRS} pairs of runs in turn. Load {load:.1f} before, {os.getloadavg()[0]:.1f} "
        "after.\n"
    )
    print(f"- Machine: {platform.processor() or platform.machine()}, {os.cpu_count()} cores")
    print(f"- Software: Python {platform.python_version()}, torch {torch.__version__}\n")
    print(
        "| form | languages | examples of each | batches one by one | in one stream | one by one, s |",
        end="",
    )
    print(" in one stream, s | times as fast in one stream |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    print("\n".join(rows))


def _measure(case: Case) -> str:
    lengths = lengths_like(
        "pairs", case.num_languages * case.num_examples, np.random.default_rng(0)
    )
    tables = [
        make_table(case.form, own, VOCAB_SIZE, seed)
        for seed, own in enumerate(np.split(lengths, case.num_languages))
    ]
    alone = [Features(table) for table in tables]
    together = [Features(_joined(tables))]
    predict = _predictor(case.form)
    predict(alone[:1])
    predict(alone[:1])
    pairs = [(_seconds(predict, alone), _seconds(predict, together)) for _ in range(NUM_PAIRS)]
    ratios = sorted(one / other for one, other in pairs)
    shown = f"{statistics.median(ratios):.3f} ({ratios[0]:.3f}-{ratios[-1]:.3f})"
    one_by_one, stream = (statistics.median(column) for column in zip(*pairs, strict=True))
    return (
        f"| {case.form} | {case.num_languages} | {case.num_examples:,} | {_num_batches(alone)} "
        f"| {_num_batches(together)} | {one_by_one:.2f} | {stream:.2f} | {shown} |"
    )


def _predictor(form: str) -> Callable[[Sequence[Features]], None]:
    """Returns what predicts some tables, one after the other."""
    fast, spec = make_tokenizer(VOCAB_SIZE), spec_of(form)
    model = new_model(SIZES[SIZE], fast, dropout=0.0, seed=0)
    del model.heads["mlm"]
    add_head(model, form, auto_model=FORMS[form].auto_model, labels=spec.labels, seed=0)
    special = special_of(fast)

    def predict(tables: Sequence[Features]) -> None:
        for features in tables:
            head_outputs(model, form, FORMS[form], spec, features, special, precision="bf16")

    return predict


def _joined(tables: Sequence[pa.Table]) -> pa.Table:
    """Returns all tables as one, with the examples numbered through."""
    joined = pa.concat_tables(tables)
    place = joined.column_names.index("example")
    return joined.set_column(place, "example", pa.array(np.arange(len(joined), dtype=np.int32)))


def _num_batches(tables: Sequence[Features]) -> int:
    return sum(len(list(batches_by_length(each, max_tokens=EVALUATION_TOKENS))) for each in tables)


def _seconds(predict: Callable[[Sequence[Features]], None], tables: Sequence[Features]) -> float:
    begin = time.process_time()
    predict(tables)
    return time.process_time() - begin


if __name__ == "__main__":
    main()
