"""One text, or a pair, to one label.

Shape letters: N sequences, T tokens, D width, K labels.
"""

# ruff: noqa: ARG002  (forms share their methods' arguments)

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pyarrow as pa
import torch
from torch.nn import functional

from isthmus.examples import Pair, Prediction
from isthmus.forms.batching import make_batch, part_of
from isthmus.forms.features import TableWriter, single_rows
from isthmus.forms.labels import UNLABELLED, LabelIds
from isthmus.forms.tokens import Template, chunks_of, longest_first, tokenise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor
    from transformers import PreTrainedTokenizerFast

    from isthmus.examples import Example
    from isthmus.forms.features import Features
    from isthmus.forms.form import Batch, FormSpec, Special
    from isthmus.models.model import Model
    from isthmus.tasks.task import FormName


class Classify:
    """Classification; the table's own column is ``label`` (int32, -1 where unlabelled)."""

    name: ClassVar[FormName] = "classify"
    auto_model: ClassVar[str] = "AutoModelForSequenceClassification"

    def encode(
        self, examples: Sequence[Example], tokenizer: PreTrainedTokenizerFast, spec: FormSpec
    ) -> pa.Table:
        """Returns a row an example; the longer text of a pair is cut first."""
        template = Template.of(tokenizer)
        labels = LabelIds(spec.labels)
        room_single = template.single.room(spec.max_length)
        room_pair = template.pair.room(spec.max_length)
        writer = TableWriter(template.fields() | {"label": pa.int32()})
        for start, chunk in chunks_of(examples, Pair, form=self.name):
            first = tokenise(tokenizer, [pair.text for pair in chunk])
            second = tokenise(tokenizer, [pair.text_b or "" for pair in chunk])
            for index, pair in enumerate(chunk):
                ids, ids_b = first[index].ids, second[index].ids
                if pair.text_b is None:
                    kept = min(len(ids), room_single)
                    truncated = kept < len(ids)
                    row = template.single.fill(ids[:kept])
                else:
                    kept, kept_b = longest_first(len(ids), len(ids_b), room_pair)
                    truncated = kept + kept_b < len(ids) + len(ids_b)
                    row = template.pair.fill(ids[:kept], ids_b[:kept_b])
                label = labels.of(pair.label, pair.uid)
                writer.add(example=start + index, truncated=truncated, label=label, **row)
        return writer.table()

    def trainable(self, table: pa.Table) -> NDArray[np.int64]:
        """Returns a unit for every labelled row."""
        return single_rows(table.column("label").to_numpy() != UNLABELLED)

    def collate(
        self,
        features: Features,
        rows: NDArray[np.int64],
        spec: FormSpec,
        special: Special,
        rng: np.random.Generator | None,
    ) -> Batch:
        """Makes a batch; the target is ``label`` (N)."""
        label_N = features.columns["label"][rows].astype("int64")
        return make_batch(features, rows, spec, special, {"label": label_N})

    def part(self, batch: Batch, rows: NDArray[np.int64]) -> Batch:
        """Returns some rows of a batch as a batch of their own."""
        return part_of(batch, rows, {"label": batch.targets["label"][rows]})

    def loss(self, model: Model, head: str, batch: Batch) -> tuple[Tensor, Tensor]:
        """Returns the summed cross entropy and the number of labelled sequences."""
        label_N = batch.targets["label"]
        logits_NK = model.head(head, model.pooled(batch)).logits
        loss = functional.cross_entropy(
            logits_NK.float(), label_N, ignore_index=UNLABELLED, reduction="sum"
        )
        return loss, (label_N != UNLABELLED).sum()

    def outputs(
        self,
        model: Model,
        head: str,
        batch: Batch,
        spec: FormSpec,
    ) -> Sequence[Mapping[str, Any]]:
        """Returns ``probabilities`` (K, float32) of each row."""
        logits_NK = model.head(head, model.pooled(batch)).logits
        probabilities_NK = torch.softmax(logits_NK.detach().float(), dim=-1).cpu().numpy()
        return [{"probabilities": row} for row in probabilities_NK]

    def decode(
        self,
        outputs: Sequence[Mapping[str, Any]],
        table: pa.Table,
        examples: Sequence[Example],
        spec: FormSpec,
    ) -> list[Prediction]:
        """Returns the most probable label of each example, scored by its probability."""
        predictions = []
        indices = table.column("example").to_pylist()
        for output, index in zip(outputs, indices, strict=True):
            probabilities = output["probabilities"]
            best = int(probabilities.argmax())
            value, score = spec.labels[best], float(probabilities[best])
            predictions.append(Prediction(uid=examples[index].uid, value=value, score=score))
        return predictions
