"""One encoder under any number of heads, each head an ordinary ``transformers`` one.

A head is the ``transformers`` model class for its form whose base model was replaced by a
pass-through: what is given as ``inputs_embeds`` comes out as the last hidden state. So heads of
every architecture keep their own layers, names and pooling, one encoder serves them all, and a
head runs only on the positions that matter (the first token, the masked tokens).

Shape letters: N sequences, T tokens, D width, L layers + 1 (0 is the embeddings).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from transformers.modeling_outputs import BaseModelOutputWithPooling

if TYPE_CHECKING:
    from transformers import PreTrainedModel

    from isthmus.forms.form import Batch


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
    """An encoder and its heads by name."""

    def __init__(self, encoder: PreTrainedModel, heads: dict[str, PreTrainedModel]):
        super().__init__()
        self.encoder = encoder
        self.heads = nn.ModuleDict(heads)

    def hidden(self, batch: Batch) -> Tensor:
        """Returns the last hidden states, hidden_NTD."""
        hidden_NTD: Tensor = self._encode(batch).last_hidden_state
        return hidden_NTD

    def all_hidden(self, batch: Batch) -> tuple[Tensor, ...]:
        """Returns the hidden states of every layer, L of hidden_NTD; 0 is the embeddings."""
        hidden_LNTD: tuple[Tensor, ...] = self._encode(
            batch, output_hidden_states=True
        ).hidden_states
        return hidden_LNTD

    def pooled(self, batch: Batch) -> Tensor:
        """Returns hidden_N1D: each sequence as the one position its head classifies.

        The first token, but the mean over real tokens for an encoder whose configuration says so
        (ModernBERT's ``classifier_pooling``).
        """
        hidden_NTD = self.hidden(batch)
        if getattr(self.encoder.config, "classifier_pooling", "cls") == "mean":
            mask_NT1 = batch.attention_mask_NT.unsqueeze(-1).to(hidden_NTD.dtype)
            return (hidden_NTD * mask_NT1).sum(1, keepdim=True) / mask_NT1.sum(1, keepdim=True)
        return hidden_NTD[:, :1]

    def head(self, name: str, hidden: Tensor) -> Any:
        """Runs a head on hidden states as if they were all its encoder gave.

        ``classify`` takes hidden_N1D, ``tag`` and ``mlm`` selected tokens hidden_1MD, ``span``
        hidden_NTD, ``choice`` hidden_BC1D. Returns the ``transformers`` output (``logits``, or
        ``start_logits`` and ``end_logits``).
        """
        return self.heads[name](inputs_embeds=hidden)

    def _encode(self, batch: Batch, **options: Any) -> Any:
        if batch.type_ids_NT is not None:
            options["token_type_ids"] = batch.type_ids_NT
        return self.encoder(
            input_ids=batch.input_ids_NT, attention_mask=batch.attention_mask_NT, **options
        )


def device_of(model: nn.Module) -> torch.device:
    """Returns where a model's weights are."""
    return next(model.parameters()).device
