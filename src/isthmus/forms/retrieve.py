"""Sentences to be found among those of another language: encoded, never trained.

Retrieval compares vectors of all sentences of a bitext at once, so it has no head, no loss and no
prediction by batch. This form makes its batches; ``isthmus.forms.pooling`` turns hidden states into
vectors and ``isthmus.scoring.retrieval`` turns vectors into matches.
"""

# ruff: noqa: ARG002  (forms share their methods' arguments)

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

import numpy as np

from isthmus.errors import StudyError
from isthmus.examples import Line
from isthmus.forms.batching import make_batch, part_of
from isthmus.forms.features import TableWriter, single_rows
from isthmus.forms.tokens import Template, chunks_of, tokenise

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


class Retrieve:
    """Sentence retrieval; the table has no columns of its own."""

    name: ClassVar[FormName] = "retrieve"
    auto_model: ClassVar[str] = "AutoModel"

    def encode(
        self, examples: Sequence[Example], tokenizer: PreTrainedTokenizerFast, spec: FormSpec
    ) -> pa.Table:
        """Returns a row a line, cut at its end."""
        template = Template.of(tokenizer)
        room = template.single.room(spec.max_length)
        writer = TableWriter(template.fields())
        for start, chunk in chunks_of(examples, Line, form=self.name):
            encodings = tokenise(tokenizer, [line.text for line in chunk])
            for index, encoding in enumerate(encodings, start):
                row = template.single.fill(encoding.ids[:room])
                writer.add(example=index, truncated=len(encoding) > room, **row)
        return writer.table()

    def trainable(self, table: pa.Table) -> NDArray[np.int64]:
        """Returns no units."""
        return single_rows(np.zeros(table.num_rows, dtype=np.bool_))

    def collate(
        self,
        features: Features,
        rows: NDArray[np.int64],
        spec: FormSpec,
        special: Special,
        rng: np.random.Generator | None,
    ) -> Batch:
        """Makes a batch without targets."""
        return make_batch(features, rows, spec, special, {})

    def part(self, batch: Batch, rows: NDArray[np.int64]) -> Batch:
        """Returns some rows of a batch as a batch of their own."""
        return part_of(batch, rows, {})

    def loss(self, model: Model, head: str, batch: Batch) -> tuple[Tensor, Tensor]:
        """Raises StudyError: there is nothing to train."""
        _no_head("trained on")

    def outputs(
        self, model: Model, head: str, batch: Batch, spec: FormSpec
    ) -> Sequence[Mapping[str, Any]]:
        """Raises StudyError: matches need all sentences at once."""
        _no_head("predicted batch by batch")

    def decode(
        self,
        outputs: Sequence[Mapping[str, Any]],
        table: pa.Table,
        examples: Sequence[Example],
        spec: FormSpec,
    ) -> list[Prediction]:
        """Raises StudyError: matches need all sentences at once."""
        _no_head("predicted batch by batch")


def _no_head(done: str) -> NoReturn:
    raise StudyError(
        f"A retrieval task cannot be {done}: it has no head. Evaluate it on an encoder, or train on "
        "its text with the form 'mlm'."
    )
