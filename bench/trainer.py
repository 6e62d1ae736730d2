"""Times Isthmus against the Hugging Face Trainer, interleaved, on the same random data and weights.

    python bench/trainer.py                      the names of the rows
    python bench/trainer.py "pairs, pocket"      one row; its result is kept
    python bench/trainer.py --all

The Trainer has its best settings: the row's precision, batches grouped by length, widths of
multiples of 8, a fused AdamW, SDPA attention, and no logging, saving or evaluation; for prediction,
weights in the row's precision, and batches in data order: grouped by length, its predictions would
come in another. Isthmus trains on random batches, as it always does.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import transformers
from random_data import lengths_like, make_table, make_tokenizer, peer_rows, spec_of
from speed import Result, keep, summary
from transformers import Trainer, TrainingArguments, XLMRobertaConfig

from isthmus.forms.catalogue import FORMS
from isthmus.forms.features import Features
from isthmus.forms.tokens import special_of
from isthmus.models.build import add_head, new_model
from isthmus.models.sizes import SIZES
from isthmus.training.evaluate import predict
from isthmus.training.loop import Execution, TaskData, train
from isthmus.training.schedule import make_schedule
from isthmus.training.settings import Mixture, TrainingSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from isthmus.models.model import Model

BATCH_SIZE = 32


@dataclass(frozen=True, kw_only=True)
class Row:
    """What is run.

    Attributes:
        lengths: See ``lengths_like``. num_batches: Of 32 examples, in a run of either side.
        predicts: Predicts instead of training.
    """

    form: str
    size: str
    lengths: str
    num_batches: int
    vocab_size: int = 32_000
    precision: str = "bf16"
    dropout: float = 0.1
    predicts: bool = False
    goal: float | None = None


ROWS = {
    "pairs, tiny, fp32": Row(
        form="classify", size="tiny", lengths="pairs", num_batches=32, vocab_size=3000,
        precision="fp32", dropout=0.0,
    ),
    "spans, tiny, fp32": Row(
        form="span", size="tiny", lengths="windows", num_batches=8, vocab_size=3000,
        precision="fp32", dropout=0.0,
    ),
    "language modelling, tiny, fp32": Row(
        form="mlm", size="tiny", lengths="packed", num_batches=12, vocab_size=3000,
        precision="fp32", dropout=0.0,
    ),
    "pairs, pocket": Row(
        form="classify", size="pocket", lengths="pairs", num_batches=16, goal=2.0
    ),
    "tags, pocket": Row(form="tag", size="pocket", lengths="pairs", num_batches=16, goal=2.0),
    "pairs, small": Row(form="classify", size="small", lengths="pairs", num_batches=8, goal=2.2),
    "tags, small": Row(form="tag", size="small", lengths="pairs", num_batches=8, goal=2.2),
    "pairs, XLM-R base": Row(
        form="classify", size="base", lengths="pairs", num_batches=3, vocab_size=250_002, goal=2.5
    ),
    "spans in windows of 384, pocket": Row(
        form="span", size="pocket", lengths="windows", num_batches=4, goal=2.0
    ),
    "language modelling, pocket": Row(
        form="mlm", size="pocket", lengths="packed", num_batches=4, goal=2.5
    ),
    "predicting pairs, pocket": Row(
        form="classify", size="pocket", lengths="pairs", num_batches=32, predicts=True, goal=4.5
    ),
    "predicting pairs, base": Row(
        form="classify", size="base", lengths="pairs", num_batches=4, vocab_size=250_002,
        predicts=True, goal=3.5,
    ),
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", choices=[[], *ROWS], metavar="ROW")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--num-pairs", type=int, default=5)
    parser.add_argument("--num-threads", type=int, default=1)
    parser.add_argument("--clock", choices=("cpu", "wall"), default="cpu")
    asked = parser.parse_args()
    torch.set_num_threads(asked.num_threads)
    warnings.filterwarnings("ignore")
    transformers.utils.logging.set_verbosity_error()
    names = list(ROWS) if asked.all else asked.rows
    if not names:
        print("\n".join(ROWS))
    for name in names:
        command = f'python bench/trainer.py "{name}" --num-threads {asked.num_threads} --clock {asked.clock}'
        keep(measure(name, asked, command))


def measure(name: str, asked: argparse.Namespace, command: str) -> Result:
    """Runs both sides in turn, after a short run of each that is not counted."""
    row, clock = ROWS[name], time.process_time if asked.clock == "cpu" else time.monotonic
    lengths = lengths_like(row.lengths, BATCH_SIZE * row.num_batches, np.random.default_rng(0))
    features = Features(make_table(row.form, lengths, row.vocab_size, seed=1))
    ours, peers = our_side(row, features), peers_side(row, features)
    before = os.getloadavg()[0]
    seconds: tuple[list[float], list[float]] = ([], [])
    for pair in range(asked.num_pairs + 1):
        for side, run in enumerate((ours, peers)):
            begin = clock()
            run()
            if pair:
                seconds[side].append(clock() - begin)
        if pair:
            print(f"{name}: {seconds[0][-1]:.2f} s, the Trainer {seconds[1][-1]:.2f} s", flush=True)
    ratio, low, high = summary(*seconds)
    num_tokens = int(lengths.sum())
    return Result(
        row=name,
        peer=f"Trainer, {row.precision}" + ("" if row.predicts else ", grouped by length"),
        ratio=ratio,
        low=low,
        high=high,
        goal=row.goal,
        detail=_detail(row, lengths),
        ours=round(num_tokens / statistics.median(seconds[0])),
        peers=round(num_tokens / statistics.median(seconds[1])),
        unit="tokens/s",
        clock=asked.clock,
        threads=asked.num_threads,
        load=(round(before, 1), round(os.getloadavg()[0], 1)),
        command=command,
    )


def our_side(row: Row, features: Features) -> Callable[[], None]:
    """Returns a run of Isthmus over all rows once."""
    fast, form, spec = make_tokenizer(row.vocab_size), FORMS[row.form], spec_of(row.form)
    model: Model = new_model(SIZES[row.size], fast, dropout=row.dropout, seed=0)
    if row.form != "mlm":
        add_head(model, row.form, auto_model=form.auto_model, labels=spec.labels, seed=0)
        del model.heads["mlm"]
    if row.predicts:
        examples = [_Example(str(index)) for index in range(len(features))]
        return lambda: _discard(
            predict(
                model, row.form, form, spec, features, examples, special_of(fast),
                precision=row.precision,
            )
        )  # fmt: skip
    settings = TrainingSettings(
        num_epochs=1.0, batch_size=BATCH_SIZE, max_length=384, precision=row.precision
    )
    units = form.trainable(features.table)
    task = TaskData(head=row.form, form=form, spec=spec, features=features, units=units)
    schedule = make_schedule([len(units)], settings, Mixture(), seed=0)
    folder = Path(tempfile.mkdtemp())
    return lambda: _discard(
        train(
            model, [task], schedule, settings, special_of(fast),
            execution=Execution(path=folder / "state.pt", seconds=1e9), report=_discard,
        )
    )  # fmt: skip


def peers_side(row: Row, features: Features) -> Callable[[], None]:
    """Returns a run of the Trainer over all rows once."""
    fast, form, spec = make_tokenizer(row.vocab_size), FORMS[row.form], spec_of(row.form)
    size = SIZES[row.size]
    config = XLMRobertaConfig(
        vocab_size=row.vocab_size, hidden_size=size.width, num_hidden_layers=size.num_layers,
        num_attention_heads=size.num_heads, intermediate_size=size.feed_forward,
        hidden_dropout_prob=row.dropout, attention_probs_dropout_prob=row.dropout,
        max_position_embeddings=514, type_vocab_size=1, pad_token_id=fast.pad_token_id,
        num_labels=len(spec.labels) or 2,
    )  # fmt: skip
    model = getattr(transformers, form.auto_model).from_config(config, attn_implementation="sdpa")
    half = row.precision == "bf16"
    arguments = TrainingArguments(
        output_dir=tempfile.mkdtemp(), per_device_train_batch_size=BATCH_SIZE,
        per_device_eval_batch_size=BATCH_SIZE, num_train_epochs=1, bf16=half and not row.predicts,
        bf16_full_eval=half and row.predicts,
        train_sampling_strategy="random" if row.predicts else "group_by_length",
        optim="adamw_torch_fused", weight_decay=0.01, warmup_steps=2, use_cpu=True, report_to=[],
        logging_strategy="no", save_strategy="no", disable_tqdm=True, seed=0,
    )  # fmt: skip
    rows = peer_rows(row.form, features)
    trainer = Trainer(model, arguments, train_dataset=rows, data_collator=_collator(row.form, fast))
    run: Callable[[], Any] = trainer.train if not row.predicts else lambda: trainer.predict(rows)
    return lambda: _discard(run())


def _collator(form: str, fast: Any) -> Any:
    if form == "tag":
        return transformers.DataCollatorForTokenClassification(fast, pad_to_multiple_of=8)
    if form == "mlm":
        return transformers.DataCollatorForLanguageModeling(fast, pad_to_multiple_of=8)
    return transformers.DataCollatorWithPadding(fast, pad_to_multiple_of=8)


def _detail(row: Row, lengths: np.ndarray[Any, Any]) -> str:
    size = SIZES[row.size]
    order = np.random.default_rng(0).permutation(lengths).reshape(-1, BATCH_SIZE)
    padding = 1 - lengths.sum() / (order.max(1) * BATCH_SIZE).sum()
    return (
        f"{size.num_layers} layers of width {size.width}, {row.vocab_size:,} subwords, dropout "
        f"{row.dropout}, {row.num_batches} batches of {BATCH_SIZE}, lengths of {row.lengths} (median "
        f"{int(np.median(lengths))}, random batches are {padding:.0%} padding)"
    )


@dataclass(frozen=True)
class _Example:
    uid: str


def _discard(_: object) -> None:
    """Takes a result and leaves it."""


if __name__ == "__main__":
    main()
