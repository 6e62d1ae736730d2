"""The two that are timed: Isthmus, and the Trainer on the same rows with a model of the same shape."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import transformers
from random_data import make_tokenizer, peer_rows, spec_of
from transformers import Trainer, TrainingArguments, XLMRobertaConfig

from isthmus.forms.catalogue import FORMS
from isthmus.forms.tokens import special_of
from isthmus.models.build import add_head, new_model
from isthmus.models.sizes import SIZES
from isthmus.training.evaluate import predict
from isthmus.training.feed import TaskData
from isthmus.training.loop import Execution, train
from isthmus.training.schedule import make_schedule
from isthmus.training.settings import Mixture, TrainingSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from isthmus.forms.features import Features
    from isthmus.models.model import Model

BATCH_SIZE = 32


@dataclass(frozen=True, kw_only=True)
class Row:
    """What is run.

    Attributes:
        lengths: See ``lengths_like``. num_batches: Of 32 examples, in a run of either side.
        predicts: Predicts instead of training. device: ``cpu`` or ``cuda``.
    """

    form: str
    size: str
    lengths: str
    num_batches: int
    vocab_size: int = 32_000
    precision: str = "bf16"
    dropout: float = 0.1
    predicts: bool = False
    device: str = "cpu"


def our_side(row: Row, features: Features) -> Callable[[], None]:
    """Returns a run of Isthmus over all rows once."""
    fast, form, spec = make_tokenizer(row.vocab_size), FORMS[row.form], spec_of(row.form)
    model: Model = new_model(SIZES[row.size], fast, dropout=row.dropout, seed=0)
    if row.form != "mlm":
        add_head(model, row.form, auto_model=form.auto_model, labels=spec.labels, seed=0)
        del model.heads["mlm"]
    model.to(row.device)
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
    folder, seeds = Path(tempfile.mkdtemp()), count()

    def run() -> None:
        # Each run has other batches, whose shapes kernels have not met, as each step of a training.
        schedule = make_schedule([len(units)], settings, Mixture(), seed=next(seeds))
        execution = Execution(path=folder / "state.pt", seconds=1e9)
        train(
            model, [task], schedule, settings, special_of(fast), execution=execution,
            report=_discard,
        )  # fmt: skip

    return run


def peers_side(row: Row, features: Features, attention: str) -> Callable[[], None]:
    """Returns a run of the Trainer over all rows once, with one of ``transformers``' attentions."""
    fast, form, spec = make_tokenizer(row.vocab_size), FORMS[row.form], spec_of(row.form)
    size = SIZES[row.size]
    config = XLMRobertaConfig(
        vocab_size=row.vocab_size, hidden_size=size.width, num_hidden_layers=size.num_layers,
        num_attention_heads=size.num_heads, intermediate_size=size.feed_forward,
        hidden_dropout_prob=row.dropout, attention_probs_dropout_prob=row.dropout,
        max_position_embeddings=514, type_vocab_size=1, pad_token_id=fast.pad_token_id,
        num_labels=len(spec.labels) or 2,
    )  # fmt: skip
    model = getattr(transformers, form.auto_model).from_config(
        config, attn_implementation=attention
    )
    half = row.precision == "bf16"
    arguments = TrainingArguments(
        output_dir=tempfile.mkdtemp(), per_device_train_batch_size=BATCH_SIZE,
        per_device_eval_batch_size=BATCH_SIZE, num_train_epochs=1, bf16=half and not row.predicts,
        bf16_full_eval=half and row.predicts,
        train_sampling_strategy="sequential",  # examples stand in its order
        optim="adamw_torch_fused", weight_decay=0.01, warmup_steps=2, use_cpu=row.device == "cpu",
        report_to=[], logging_strategy="no", save_strategy="no", disable_tqdm=True, seed=0,
    )  # fmt: skip
    rows = peer_rows(row.form, features)
    trainer = Trainer(model, arguments, train_dataset=rows, data_collator=_collator(row.form, fast))
    # Its summary of a training would be printed between the seconds.
    trainer.remove_callback(transformers.PrinterCallback)
    run: Callable[[], Any] = trainer.train if not row.predicts else lambda: trainer.predict(rows)
    return lambda: _discard(run())


def _collator(form: str, fast: Any) -> Any:
    if form == "tag":
        return transformers.DataCollatorForTokenClassification(fast, pad_to_multiple_of=8)
    if form == "mlm":
        return transformers.DataCollatorForLanguageModeling(fast, pad_to_multiple_of=8)
    return transformers.DataCollatorWithPadding(fast, pad_to_multiple_of=8)


@dataclass(frozen=True)
class _Example:
    uid: str


def _discard(_: object) -> None:
    """Takes a result and leaves it."""
