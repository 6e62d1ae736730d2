"""One encoder under any number of heads, each head an ordinary ``transformers`` one.

A head is the ``transformers`` model class for its form whose base model was replaced by a
pass-through: what is given as ``inputs_embeds`` comes out as the last hidden state. So heads of
every architecture keep their own layers, names and pooling, one encoder serves them all, and a
head runs only on the positions that matter (the first token, the masked tokens).

An encoder that can, runs on the real tokens of a batch alone (``flat``). Batches and what comes out
are padded all the same, so that forms need not know.

Shape letters: N sequences, T tokens, F real tokens of all, M chosen tokens, D width, L layers + 1
(0 is the embeddings).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import Tensor, nn
from transformers.modeling_outputs import BaseModelOutputWithPooling

from isthmus.models import flat
from isthmus.models.attention import path_on
from isthmus.models.layout import lay_out

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from isthmus.forms.form import Batch
    from isthmus.models.layout import Layout


class PassThrough(nn.Module):
    """Stands in for a head's base model; keeps its pooler, which belongs to the head."""

    def __init__(self, pooler: nn.Module | None):
        super().__init__()
        self.pooler = pooler

    def forward(self, *_: Any, inputs_embeds: Tensor, **__: Any) -> BaseModelOutputWithPooling:
        """Returns ``inputs_embeds`` as the last hidden state."""
        pooled = self.pooler(inputs_embeds) if self.pooler is not None else None
        return BaseModelOutputWithPooling(last_hidden_state=inputs_embeds, pooler_output=pooled)


class Model(nn.Module):
    """An encoder and its heads by name.

    Attributes:
        pooler: Weights of the pooler that the encoder was pretrained with (BERT's), by name: where
            every new head that has a pooler starts from. Empty where there is none.
    """

    def __init__(self, encoder: PreTrainedModel, heads: dict[str, PreTrainedModel]):
        super().__init__()
        self.encoder = encoder
        self.heads = nn.ModuleDict(heads)
        self.pooler: dict[str, Tensor] = {}
        self.embedding_rows: Tensor | None = None
        """Where each id stands in an embedding matrix that was trimmed; see ``vocabulary``."""

    @cached_property
    def first_position(self) -> int | None:
        """The first token's position id where the encoder runs flat, None where it runs padded."""
        return flat.first_position(self.encoder)

    @property
    def attention(self) -> str:
        """How attention is computed, for the records: ``padded``, or the path of the device."""
        return "padded" if self.first_position is None else path_on(device_of(self))

    def hidden(self, batch: Batch) -> Tensor:
        """Returns the last hidden states, hidden_NTD; only those of real tokens mean something."""
        if self.first_position is None:
            hidden_NTD: Tensor = self._padded(batch).last_hidden_state
            return hidden_NTD
        layout = _layout(batch)
        return layout.padded(self._flat(batch, layout).last_hidden_state)

    def hidden_at(self, batch: Batch, place_M: Tensor) -> Tensor:
        """Returns the last hidden states of some tokens, hidden_1MD.

        Args:
            place_M: Of each token in the padded batch: row * T + token.
        """
        if self.first_position is None:
            hidden_NTD: Tensor = self._padded(batch).last_hidden_state
            return hidden_NTD.flatten(0, 1)[place_M].unsqueeze(0)
        layout = _layout(batch)
        flat_M = layout.flat_places(place_M)
        with flat.only_rows(self.encoder, flat_M) as only:
            hidden_1FD: Tensor = self._flat(batch, layout).last_hidden_state
        return hidden_1FD if only else hidden_1FD[:, flat_M]

    def all_hidden(self, batch: Batch) -> tuple[Tensor, ...]:
        """Returns the hidden states of every layer, L of hidden_NTD; 0 is the embeddings."""
        if self.first_position is None:
            states: tuple[Tensor, ...] = self._padded(
                batch, output_hidden_states=True
            ).hidden_states
            return states
        layout = _layout(batch)
        flat_states = self._flat(batch, layout, output_hidden_states=True).hidden_states
        return tuple(layout.padded(hidden_1FD) for hidden_1FD in flat_states)

    def pooled(self, batch: Batch) -> Tensor:
        """Returns hidden_N1D: each sequence as the one position its head classifies.

        The first token, but the mean over real tokens for an encoder whose configuration says so
        (ModernBERT's ``classifier_pooling``).
        """
        if getattr(self.encoder.config, "classifier_pooling", "cls") == "mean":
            hidden_NTD = self.hidden(batch)
            mask_NT1 = batch.attention_mask_NT.unsqueeze(-1).to(hidden_NTD.dtype)
            return (hidden_NTD * mask_NT1).sum(1, keepdim=True) / mask_NT1.sum(1, keepdim=True)
        num_rows, width = batch.input_ids_NT.shape
        first_N = torch.arange(num_rows, device=batch.input_ids_NT.device) * width
        return self.hidden_at(batch, first_N).transpose(0, 1)

    def head(self, name: str, hidden: Tensor) -> Any:
        """Runs a head on hidden states as if they were all its encoder gave.

        ``classify`` takes hidden_N1D, ``tag`` and ``mlm`` selected tokens hidden_1MD, ``span``
        hidden_NTD, ``choice`` hidden_BC1D. Returns the ``transformers`` output (``logits``, or
        ``start_logits`` and ``end_logits``).
        """
        return self.heads[name](inputs_embeds=hidden)

    def _padded(self, batch: Batch, **options: Any) -> Any:
        if batch.type_ids_NT is not None:
            options["token_type_ids"] = batch.type_ids_NT
        return self.encoder(
            input_ids=batch.input_ids_NT, attention_mask=batch.attention_mask_NT, **options
        )

    def _flat(self, batch: Batch, layout: Layout, **options: Any) -> Any:
        types_NT = batch.type_ids_NT
        ids_F = batch.input_ids_NT.flatten()[layout.place_F]
        return flat.run_flat(
            self.encoder,
            layout,
            ids_F if self.embedding_rows is None else self.embedding_rows[ids_F],
            None if types_NT is None else types_NT.flatten()[layout.place_F],
            first_position=cast("int", self.first_position),
            **options,
        )


def _layout(batch: Batch) -> Layout:
    return lay_out(batch.lengths_N, batch.input_ids_NT.shape[1], batch.input_ids_NT.device)


def device_of(model: nn.Module) -> torch.device:
    """Returns where a model's weights are."""
    return next(model.parameters()).device
