"""One of several continuations or answers, each scored with the prompt in a row of its own.

Shape letters: N sequences, D width, B examples, C choices.
"""

# ruff: noqa: ARG002  (forms share their methods' arguments)

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa
import torch
from torch.nn import functional

from isthmus.errors import DataError
from isthmus.examples import Choice, Prediction
from isthmus.forms.batching import make_batch, part_of
from isthmus.forms.features import TableWriter
from isthmus.forms.labels import UNLABELLED
from isthmus.forms.tokens import Template, chunks_of, tokenise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from torch import Tensor
    from transformers import PreTrainedTokenizerFast

    from isthmus.examples import Example
    from isthmus.forms.features import Features
    from isthmus.forms.form import Batch, FormSpec, Special
    from isthmus.models.model import Model
    from isthmus.tasks.task import FormName


class Choose:
    """Multiple choice.

    The table's own columns: ``choice`` (int32, 0-based) and ``label`` (int32, the right choice of
    the example, -1 where unlabelled).
    """

    name: ClassVar[FormName] = "choice"
    auto_model: ClassVar[str] = "AutoModelForMultipleChoice"

    def encode(
        self, examples: Sequence[Example], tokenizer: PreTrainedTokenizerFast, spec: FormSpec
    ) -> pa.Table:
        """Returns a row a choice; too long a row loses the start of its prompt.

        A choice that leaves no room for the prompt loses its end.
        """
        template = Template.of(tokenizer)
        room = template.pair.room(spec.max_length)
        writer = TableWriter(template.fields() | {"choice": pa.int32(), "label": pa.int32()})
        for start, chunk in chunks_of(examples, Choice, form=self.name):
            prompts = tokenise(tokenizer, [example.prompt for example in chunk])
            texts = iter(tokenise(tokenizer, [text for each in chunk for text in each.choices]))
            for index, example in enumerate(chunk):
                prompt, label = prompts[index].ids, _label_of(example)
                for number in range(len(example.choices)):
                    choice = next(texts).ids
                    kept = min(len(choice), room)
                    cut = max(0, len(prompt) + kept - room)
                    writer.add(
                        example=start + index,
                        choice=number,
                        label=label,
                        truncated=cut > 0 or kept < len(choice),
                        **template.pair.fill(prompt[cut:], choice[:kept]),
                    )
        return writer.table()

    def trainable(self, table: pa.Table) -> NDArray[np.int64]:
        """Returns a unit for the rows of every labelled example."""
        starts = np.flatnonzero(table.column("choice").to_numpy() == 0)
        stops = np.append(starts, table.num_rows)[1:]
        labelled = table.column("label").to_numpy()[starts] != UNLABELLED
        units: NDArray[np.int64] = np.stack([starts, stops], axis=1)[labelled]
        return units

    def collate(
        self,
        features: Features,
        rows: NDArray[np.int64],
        spec: FormSpec,
        special: Special,
        rng: np.random.Generator | None,
    ) -> Batch:
        """Makes a batch; examples may have different numbers of choices.

        Targets: ``row`` (B, C: of each example's choices, -1 where it has fewer), ``label`` (B).
        Training needs all rows of an example side by side; prediction does not.
        """
        choice_N = features.columns["choice"][rows].astype(np.int64)
        first_N = choice_N == 0
        first_N[:1] = True
        label_B = features.columns["label"][rows][first_N].astype(np.int64)
        row_BC = np.full((len(label_B), choice_N.max(initial=0) + 1), -1)
        row_BC[np.cumsum(first_N) - 1, choice_N] = np.arange(len(rows))
        return make_batch(features, rows, spec, special, {"row": row_BC, "label": label_B})

    def part(self, batch: Batch, rows: NDArray[np.int64]) -> Batch:
        """Returns some rows of a batch as a batch of their own."""
        row_BC = batch.targets["row"]
        place_N = row_BC.new_full((len(batch.lengths_N),), -1)
        place_N[rows] = torch.arange(len(rows))
        place_BC = torch.where(row_BC < 0, -1, place_N[row_BC])
        order_B = place_BC[:, 0].argsort()
        inside_B = order_B[place_BC[order_B, 0] >= 0]
        place_BC = place_BC[inside_B]
        num_choices = int((place_BC >= 0).sum(1).max())
        targets = {"row": place_BC[:, :num_choices], "label": batch.targets["label"][inside_B]}
        return part_of(batch, rows, targets)

    def loss(self, model: Model, head: str, batch: Batch) -> tuple[Tensor, Tensor]:
        """Returns the summed cross entropy over the choices and the number of examples."""
        row_BC, label_B = batch.targets["row"], batch.targets["label"]
        scores_N = _scores(model, head, batch).float()
        scores_BC = scores_N[row_BC].masked_fill(row_BC < 0, -torch.inf)
        loss = functional.cross_entropy(
            scores_BC, label_B, ignore_index=UNLABELLED, reduction="sum"
        )
        return loss, (label_B != UNLABELLED).sum()

    def outputs(
        self,
        model: Model,
        head: str,
        batch: Batch,
        spec: FormSpec,
    ) -> Sequence[Mapping[str, Any]]:
        """Returns the ``score`` of each row, a logit."""
        scores_N = _scores(model, head, batch).detach().float().cpu()
        return [{"score": score} for score in scores_N.tolist()]

    def decode(
        self,
        outputs: Sequence[Mapping[str, Any]],
        table: pa.Table,
        examples: Sequence[Example],
        spec: FormSpec,
    ) -> list[Prediction]:
        """Returns the choice of highest score, with its probability among the choices."""
        scores: list[list[float]] = [[] for _ in examples]
        for output, index in zip(outputs, table.column("example").to_pylist(), strict=True):
            scores[index].append(output["score"])
        predictions = []
        for example, logits in zip(examples, scores, strict=True):
            logits_C = np.array(logits)
            best = int(logits_C.argmax())
            probability = 1.0 / float(np.exp(logits_C - logits_C[best]).sum())
            predictions.append(Prediction(uid=example.uid, value=best, score=probability))
        return predictions


def _scores(model: Model, head: str, batch: Batch) -> Tensor:
    """Returns a logit a row, scores_N: to the head, all rows are choices of one example."""
    hidden_1N1D = model.pooled(batch).unsqueeze(0)
    scores_N: Tensor = model.head(head, hidden_1N1D).logits[0]
    return scores_N


def _label_of(example: Choice) -> int:
    if not example.choices:
        raise DataError(f"{example.uid}: there is nothing to choose from; give it choices.")
    if example.label is None:
        return UNLABELLED
    if not 0 <= example.label < len(example.choices):
        raise DataError(
            f"{example.uid}: label {example.label} is not one of its {len(example.choices)} "
            "choices, which count from 0."
        )
    return example.label
