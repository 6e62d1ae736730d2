"""A tag for every word, read off the word's first subword.

Shape letters: N sequences, T tokens, D width, K labels, M words.
"""

# ruff: noqa: ARG002  (forms share their methods' arguments)

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from torch.nn import functional

from isthmus.errors import DataError
from isthmus.examples import Prediction, Sentence
from isthmus.forms.batching import make_batch, part_of, part_positions, width_of
from isthmus.forms.features import INTS, Features, TableWriter, single_rows
from isthmus.forms.labels import UNLABELLED, LabelIds
from isthmus.forms.tokens import Template, chunks_of
from isthmus.forms.words import joined_words, pieces, separate_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray
    from torch import Tensor
    from transformers import PreTrainedTokenizerFast

    from isthmus.examples import Example
    from isthmus.forms.form import Batch, FormSpec, Special
    from isthmus.models.model import Model
    from isthmus.tasks.task import FormName


class Tag:
    """Tagging.

    The table's own columns, both with a value a word: ``positions`` (index in the row of the
    word's first subword) and ``tags`` (-1 where unlabelled). A sentence longer than a row makes
    several rows, cut between words; a sentence without words makes none.
    """

    name: ClassVar[FormName] = "tag"
    auto_model: ClassVar[str] = "AutoModelForTokenClassification"

    def encode(
        self, examples: Sequence[Example], tokenizer: PreTrainedTokenizerFast, spec: FormSpec
    ) -> pa.Table:
        """Returns one or several rows a sentence."""
        template = Template.of(tokenizer)
        labels = LabelIds(spec.labels)
        room = template.single.room(spec.max_length)
        shift = len(template.single.specials[0])
        align = joined_words if spec.joined_words else separate_words
        writer = TableWriter(template.fields() | {"positions": INTS, "tags": INTS})
        for start, chunk in chunks_of(examples, Sentence, form=self.name):
            filled = [index for index, sentence in enumerate(chunk) if sentence.words]
            aligned = align(tokenizer, [chunk[index].words for index in filled])
            for index, subwords in zip(filled, aligned, strict=True):
                tags = _tag_ids(chunk[index], labels)
                for piece in pieces(subwords, room):
                    writer.add(
                        example=start + index,
                        truncated=piece.truncated,
                        positions=(piece.firsts + shift).tolist(),
                        tags=tags[piece.start : piece.stop],
                        **template.single.fill(piece.ids.tolist()),
                    )
        return writer.table()

    def trainable(self, table: pa.Table) -> NDArray[np.int64]:
        """Returns a unit for every row with a labelled word."""
        tags = Features(table).lists["tags"]
        labelled = np.concatenate([[0], np.cumsum(tags.values != UNLABELLED)])
        return single_rows(labelled[tags.offsets[1:]] > labelled[tags.offsets[:-1]])

    def collate(
        self,
        features: Features,
        rows: NDArray[np.int64],
        spec: FormSpec,
        special: Special,
        rng: np.random.Generator | None,
    ) -> Batch:
        """Makes a batch.

        Targets: ``position`` (M, flat: row * T + token), ``label`` (M) and ``num_words`` (N).
        """
        positions = features.lists["positions"]
        num_words = positions.lengths(rows)
        width = width_of(features, rows, spec)
        row_of_word = np.repeat(np.arange(len(rows)), num_words)
        targets = {
            "position": row_of_word * width + positions.flat(rows),
            "label": features.lists["tags"].flat(rows),
            "num_words": num_words,
        }
        return make_batch(features, rows, spec, special, targets)

    def part(self, batch: Batch, rows: NDArray[np.int64]) -> Batch:
        """Returns some rows of a batch as a batch of their own."""
        inside_M, position_M = part_positions(batch, rows)
        targets = {
            "position": position_M,
            "label": batch.targets["label"][inside_M],
            "num_words": batch.targets["num_words"][rows],
        }
        return part_of(batch, rows, targets)

    def loss(self, model: Model, head: str, batch: Batch) -> tuple[Tensor, Tensor]:
        """Returns the summed cross entropy and the number of labelled words."""
        label_M = batch.targets["label"]
        logits_MK = _logits(model, head, batch)
        loss = functional.cross_entropy(
            logits_MK.float(), label_M, ignore_index=UNLABELLED, reduction="sum"
        )
        return loss, (label_M != UNLABELLED).sum()

    def outputs(
        self,
        model: Model,
        head: str,
        batch: Batch,
        spec: FormSpec,
    ) -> Sequence[Mapping[str, Any]]:
        """Returns ``tags`` (one id a word) of each row."""
        best_M = _logits(model, head, batch).detach().argmax(dim=-1).cpu().numpy()
        ends_N = np.cumsum(batch.targets["num_words"].cpu().numpy())
        return [{"tags": tags} for tags in np.split(best_M.astype(np.int32), ends_N[:-1])]

    def decode(
        self,
        outputs: Sequence[Mapping[str, Any]],
        table: pa.Table,
        examples: Sequence[Example],
        spec: FormSpec,
    ) -> list[Prediction]:
        """Returns the tags of every sentence, its rows rejoined."""
        tags: list[list[str]] = [[] for _ in examples]
        for output, index in zip(outputs, table.column("example").to_pylist(), strict=True):
            tags[index] += [spec.labels[tag] for tag in output["tags"]]
        return [
            Prediction(uid=example.uid, value=tuple(found))
            for example, found in zip(examples, tags, strict=True)
        ]


def _logits(model: Model, head: str, batch: Batch) -> Tensor:
    hidden_1MD = model.hidden_at(batch, batch.targets["position"])
    logits_MK: Tensor = model.head(head, hidden_1MD).logits[0]
    return logits_MK


def _tag_ids(sentence: Sentence, labels: LabelIds) -> list[int]:
    if sentence.tags is None:
        return [UNLABELLED] * len(sentence.words)
    if len(sentence.tags) != len(sentence.words):
        raise DataError(
            f"{sentence.uid}: {len(sentence.words)} words but {len(sentence.tags)} tags; "
            "give one tag a word."
        )
    return [labels.of(tag, sentence.uid) for tag in sentence.tags]
