"""The answer to a question as a stretch of its context.

Training follows SQuAD as BERT, jiant and the ``transformers`` examples do it: all windows of a
question are trained on, and those that do not hold the whole answer point to the first token.

Shape letters: N sequences, T tokens, D width, S candidate starts (or ends).
"""

# ruff: noqa: ARG002  (forms share their methods' arguments)

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa
import torch
from torch.nn import functional

from isthmus.examples import Prediction, Question
from isthmus.forms.batching import make_batch, part_of, part_width, width_of
from isthmus.forms.features import INTS, Features, TableWriter, single_rows
from isthmus.forms.labels import UNLABELLED
from isthmus.forms.tokens import Template, chunks_of, only, tokenise
from isthmus.forms.windows import Context, gold_characters, windows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from torch import Tensor
    from transformers import PreTrainedTokenizerFast

    from isthmus.examples import Example
    from isthmus.forms.form import Batch, FormSpec, Special
    from isthmus.models.model import Model
    from isthmus.tasks.task import FormName

NO_ANSWER = 0
"""Where windows without the answer point: the first token."""


class Span:
    """Extractive question answering.

    The table's own columns: ``start`` and ``end`` (int32, first and last token of the answer, both
    0 in windows without it, -1 where unlabelled), ``char_starts`` and ``char_ends`` (a value a
    token: its characters in the context; both 0 where no answer can start or end).
    """

    name: ClassVar[FormName] = "span"
    auto_model: ClassVar[str] = "AutoModelForQuestionAnswering"

    def encode(
        self, examples: Sequence[Example], tokenizer: PreTrainedTokenizerFast, spec: FormSpec
    ) -> pa.Table:
        """Returns a row a window.

        Questions are cut to ``max_query`` subwords, and to half of what fits into a row.
        """
        template = Template.of(tokenizer)
        room = template.pair.room(spec.max_length)
        max_query = min(spec.max_query, room // 2)
        own = {"start": pa.int32(), "end": pa.int32(), "char_starts": INTS, "char_ends": INTS}
        writer = TableWriter(template.fields() | own)
        for start, chunk in chunks_of(examples, Question, form=self.name):
            queries = tokenise(tokenizer, [question.question for question in chunk])
            contexts = tokenise(tokenizer, [each.context for each in chunk], offsets=True)
            for index, question in enumerate(chunk):
                query = queries[index].ids
                encoding = contexts[index]
                context = Context.of(question.context, encoding.ids, encoding.offsets)
                for row in _rows(question, query[:max_query], context, template, spec):
                    writer.add(example=start + index, truncated=len(query) > max_query, **row)
        return writer.table()

    def trainable(self, table: pa.Table) -> NDArray[np.int64]:
        """Returns a unit for every labelled window."""
        return single_rows(table.column("start").to_numpy() != UNLABELLED)

    def collate(
        self,
        features: Features,
        rows: NDArray[np.int64],
        spec: FormSpec,
        special: Special,
        rng: np.random.Generator | None,
    ) -> Batch:
        """Makes a batch.

        Targets: ``start`` and ``end`` (N), and ``allowed`` (NT, bool: an answer may start or end).
        """
        width = width_of(features, rows, spec)
        targets = {
            "start": features.columns["start"][rows].astype(np.int64),
            "end": features.columns["end"][rows].astype(np.int64),
            "allowed": features.lists["char_ends"].padded(rows, width, 0) > 0,
        }
        return make_batch(features, rows, spec, special, targets)

    def part(self, batch: Batch, rows: NDArray[np.int64]) -> Batch:
        """Returns some rows of a batch as a batch of their own."""
        targets = {name: target[rows] for name, target in batch.targets.items()}
        targets["allowed"] = targets["allowed"][:, : part_width(batch, rows)]
        return part_of(batch, rows, targets)

    def loss(self, model: Model, head: str, batch: Batch) -> tuple[Tensor, Tensor]:
        """Returns the sum over windows of the mean of both cross entropies, and their number.

        Padding is no candidate, so that a window's loss does not depend on its neighbours'
        lengths; ``transformers`` leaves it in the softmax.
        """
        start_NT, end_NT = _logits(model, head, batch)
        start_N, end_N = batch.targets["start"], batch.targets["end"]
        options: dict[str, Any] = {"ignore_index": UNLABELLED, "reduction": "sum"}
        start_loss = functional.cross_entropy(start_NT, start_N, **options)
        end_loss = functional.cross_entropy(end_NT, end_N, **options)
        return (start_loss + end_loss) / 2, (start_N != UNLABELLED).sum()

    def outputs(
        self, model: Model, head: str, batch: Batch, spec: FormSpec
    ) -> Sequence[Mapping[str, Any]]:
        """Returns the best span of each row: ``start``, ``end`` (tokens), ``score``, ``null``.

        ``score`` is None where the window has no place for an answer.
        """
        start_NT, end_NT = (logits.detach().cpu() for logits in _logits(model, head, batch))
        return best_spans(start_NT, end_NT, batch.targets["allowed"].cpu(), spec)

    def decode(
        self,
        outputs: Sequence[Mapping[str, Any]],
        table: pa.Table,
        examples: Sequence[Example],
        spec: FormSpec,
    ) -> list[Prediction]:
        """Returns the best span over each question's windows, as it stands in the context.

        White space at its ends is stripped. ``score`` is the lowest null score of any window less
        the best span's. Where ``spec.unanswerable``, a score above 0 gives "". A context in which
        the tokenizer sees nothing is its own answer.
        """
        features = Features(table)
        best: list[tuple[float, int, int] | None] = [None] * len(examples)
        null = [np.inf] * len(examples)
        for row, output in enumerate(outputs):
            index = int(features.columns["example"][row])
            null[index] = min(null[index], output["null"])
            score, found = output["score"], best[index]
            if score is not None and (found is None or score > found[0]):
                offset = int(features.lists["char_starts"].offsets[row])
                best[index] = (score, offset + output["start"], offset + output["end"])
        starts = features.lists["char_starts"].values
        ends = features.lists["char_ends"].values
        predictions = []
        for index, question in enumerate(only(examples, Question, form=self.name)):
            value, odds, found = question.context.strip(), None, best[index]
            if found is not None:
                odds = null[index] - found[0]
                value = question.context[starts[found[1]] : ends[found[2]]].strip()
            if spec.unanswerable and (odds is None or odds > 0):
                value = ""
            predictions.append(Prediction(uid=question.uid, value=value, score=odds))
        return predictions


def best_spans(
    start_NT: Tensor, end_NT: Tensor, allowed_NT: Tensor, spec: FormSpec
) -> list[dict[str, Any]]:
    """Returns the best span of each row out of the ``num_best`` starts and ends.

    A row none of whose best starts and ends go together is searched in full.
    """
    null_N = start_NT[:, NO_ANSWER] + end_NT[:, NO_ANSWER]
    start_NT = start_NT.masked_fill(~allowed_NT, -torch.inf)
    end_NT = end_NT.masked_fill(~allowed_NT, -torch.inf)
    num_best = min(spec.num_best, start_NT.shape[1])
    score_NS, start_NS = start_NT.topk(num_best, dim=1)
    end_score_NS, end_NS = end_NT.topk(num_best, dim=1)
    length_NSS = end_NS[:, None, :] - start_NS[:, :, None] + 1
    pair_NSS = score_NS[:, :, None] + end_score_NS[:, None, :]
    fits_NSS = (length_NSS >= 1) & (length_NSS <= spec.max_answer)
    score_N, place_N = pair_NSS.masked_fill(~fits_NSS, -torch.inf).flatten(1).max(dim=1)
    spans = []
    for row in range(len(null_N)):
        score = float(score_N[row])
        start = int(start_NS[row, place_N[row] // num_best])
        end = int(end_NS[row, place_N[row] % num_best])
        if score == -torch.inf:
            score, start, end = _search(start_NT[row], end_NT[row], spec.max_answer)
        spans.append(
            {
                "start": start,
                "end": end,
                "score": None if score == -torch.inf else score,
                "null": float(null_N[row]),
            }
        )
    return spans


def _search(start_T: Tensor, end_T: Tensor, max_answer: int) -> tuple[float, int, int]:
    """Returns (score, start, end) of the best span of at most ``max_answer`` tokens."""
    best = (-torch.inf, 0, 0)
    for longer in range(min(max_answer, len(start_T))):
        score, start = (start_T[: len(start_T) - longer] + end_T[longer:]).max(dim=0)
        if float(score) > best[0]:
            best = (float(score), int(start), int(start) + longer)
    return best


def _logits(model: Model, head: str, batch: Batch) -> tuple[Tensor, Tensor]:
    """Returns the logits of a token being first and last, start_NT and end_NT; -inf on padding."""
    output = model.head(head, model.hidden(batch))
    padding_NT = batch.attention_mask_NT == 0
    start_NT, end_NT = output.start_logits.float(), output.end_logits.float()
    return start_NT.masked_fill(padding_NT, -torch.inf), end_NT.masked_fill(padding_NT, -torch.inf)


def _rows(
    question: Question,
    query: Sequence[int],
    context: Context,
    template: Template,
    spec: FormSpec,
) -> list[dict[str, Any]]:
    """Returns the columns of each window of a question."""
    frame = template.pair
    characters = gold_characters(question)
    gold = context.find(*characters) if characters is not None else None
    labelled = gold is not None or (question.answers == () and spec.unanswerable)
    room = frame.room(spec.max_length) - len(query)
    shift = len(frame.specials[0]) + len(query) + len(frame.specials[1])
    before, after = [0] * shift, [0] * len(frame.specials[2])
    rows = []
    for start, stop in windows(len(context.ids), room, spec.stride):
        target = (NO_ANSWER, NO_ANSWER) if labelled else (UNLABELLED, UNLABELLED)
        if gold is not None and start <= gold[0] and gold[1] < stop:
            target = (gold[0] - start + shift, gold[1] - start + shift)
        rows.append(
            {
                "start": target[0],
                "end": target[1],
                "char_starts": [*before, *context.starts[start:stop].tolist(), *after],
                "char_ends": [*before, *context.ends[start:stop].tolist(), *after],
                **frame.fill(query, context.ids[start:stop]),
            }
        )
    return rows
