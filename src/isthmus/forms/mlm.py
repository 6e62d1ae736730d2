"""Masked language modelling, on running text and on translations (TLM).

Shape letters: N sequences, T tokens, D width, V vocabulary, M masked tokens.
"""

# ruff: noqa: ARG002  (forms share their methods' arguments)

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

import numpy as np
import torch

from isthmus.errors import StudyError
from isthmus.forms.batching import make_batch, part_of, part_positions
from isthmus.forms.features import SMALL_INTS, TableWriter, single_rows
from isthmus.forms.masking import choose, replace
from isthmus.forms.passages import packed, passages, row_of
from isthmus.forms.scores import summed_cross_entropy
from isthmus.forms.tokens import Template

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray
    from torch import Tensor
    from transformers import PreTrainedTokenizerFast

    from isthmus.examples import Example, Prediction
    from isthmus.forms.features import Features
    from isthmus.forms.form import Batch, FormSpec, Special
    from isthmus.models.model import Model
    from isthmus.tasks.task import FormName


class Mlm:
    """Masked language modelling over the text of any type of example.

    The table's own column, only where ``spec.whole_words``: ``word_starts`` (a value a token: 1
    where a word starts and on special tokens, else 0). A packed row's ``example`` is its first.
    """

    name: ClassVar[FormName] = "mlm"
    auto_model: ClassVar[str] = "AutoModelForMaskedLM"

    def encode(
        self, examples: Sequence[Example], tokenizer: PreTrainedTokenizerFast, spec: FormSpec
    ) -> pa.Table:
        """Returns the rows of every text: one, or several for a text longer than a row.

        Translations stand in one row, the longer side cut first. With ``spec.pack``, nearby
        texts share a row as long as they fit.

        Raises:
            StudyError: The tokenizer has no mask token.
        """
        template = Template.of(tokenizer)
        if tokenizer.mask_token_id is None:
            raise StudyError(
                f"The tokenizer {tokenizer.name_or_path!r} has no mask token, which masked "
                "language modelling needs. Use an encoder that was pretrained with one."
            )
        frame = template.single
        writer = TableWriter(
            template.fields() | ({"word_starts": SMALL_INTS} if spec.whole_words else {})
        )
        found = passages(examples, tokenizer, template, spec)
        room = spec.max_length - len(frame.specials[0])
        for run in packed(found, room) if spec.pack else ([passage] for passage in found):
            writer.add(**row_of(run, frame))
        return writer.table()

    def trainable(self, table: pa.Table) -> NDArray[np.int64]:
        """Returns a unit for every row: all text is its own gold."""
        return single_rows(np.ones(table.num_rows, dtype=np.bool_))

    def collate(
        self,
        features: Features,
        rows: NDArray[np.int64],
        spec: FormSpec,
        special: Special,
        rng: np.random.Generator | None,
    ) -> Batch:
        """Makes a batch, masked anew: the same way for the same state of ``rng``.

        Targets: ``position`` (M, flat: row * T + token, ascending) and ``label`` (M).

        Raises:
            ValueError: There is no ``rng``.
        """
        if rng is None:
            raise ValueError("masking draws tokens: pass np.random.default_rng(seed) as rng")
        batch = make_batch(features, rows, spec, special, {})
        ids_NT = batch.input_ids_NT.numpy()
        word_starts_NT = None
        if spec.whole_words:
            starts = features.lists["word_starts"]
            word_starts_NT = starts.padded(rows, ids_NT.shape[1], 1) > 0
        position_M = choose(ids_NT, special, spec.mask_fraction, rng, word_starts_NT)
        flat = ids_NT.reshape(-1)
        label_M = flat[position_M]
        flat[position_M] = replace(label_M, special, rng)
        targets = {"position": torch.from_numpy(position_M), "label": torch.from_numpy(label_M)}
        return dataclasses.replace(batch, targets=targets)

    def part(self, batch: Batch, rows: NDArray[np.int64]) -> Batch:
        """Returns some rows of a batch, masked as they are there, as a batch of their own."""
        inside_M, position_M = part_positions(batch, rows)
        label_M = batch.targets["label"][inside_M]
        return part_of(batch, rows, {"position": position_M, "label": label_M})

    def loss(self, model: Model, head: str, batch: Batch) -> tuple[Tensor, Tensor]:
        """Returns the summed cross entropy and the number of masked tokens."""
        label_M = batch.targets["label"]
        hidden_1MD = model.hidden_at(batch, batch.targets["position"])
        logits_MV = model.head(head, hidden_1MD).logits[0]
        loss = summed_cross_entropy(logits_MV.float(), label_M)
        return loss, label_M.new_full((), len(label_M))

    def outputs(
        self, model: Model, head: str, batch: Batch, spec: FormSpec
    ) -> Sequence[Mapping[str, Any]]:
        """Raises StudyError: a language model is judged by its loss."""
        _no_predictions()

    def decode(
        self,
        outputs: Sequence[Mapping[str, Any]],
        table: pa.Table,
        examples: Sequence[Example],
        spec: FormSpec,
    ) -> list[Prediction]:
        """Raises StudyError: a language model is judged by its loss."""
        _no_predictions()


def _no_predictions() -> NoReturn:
    raise StudyError(
        "Masked language modelling makes no predictions to score; name a task of another form as "
        "the target."
    )
