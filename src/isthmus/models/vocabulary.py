"""Trains with the embeddings of the ids that occur, and puts them back: exact, and cheap.

A multilingual vocabulary is most of an encoder's weights, and a training touches few of its rows;
the others only cost their share of every optimiser step. Those never get a gradient: AdamW does
nothing to them but weight decay, which is the same factor for all, applied here at the end.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from isthmus.models.model import Model

MAX_SHARE = 0.5
"""Of the vocabulary: where more than this occurs, there is little to win."""


class Trimmed:
    """A model whose embedding matrix has the rows of some ids alone, until ``restore``.

    Args:
        model: Changed in place. It must run flat: padded, ids may have a meaning of their own.
        ids: Of the rows that are kept, ascending.
    """

    def __init__(self, model: Model, ids: Tensor):
        self._model = model
        self._embedding = cast("nn.Embedding", model.encoder.get_input_embeddings())
        self._padding = self._embedding.padding_idx
        self._before = self._embedding.weight.detach()
        self._ids = ids
        self._rows = torch.full((len(self._before),), -1, device=ids.device)
        self._rows[ids] = torch.arange(len(ids), device=ids.device)
        self._trim(nn.Parameter(self._before[ids]))

    @contextmanager
    def whole(self, decay: float) -> Iterator[None]:
        """Gives the model all embeddings for a while in which nothing is trained.

        Args:
            decay: What weight decay has left by now of a weight of 1 without gradients.
        """
        trained = cast("nn.Parameter", self._embedding.weight)
        self._put_back(self._before * decay)
        try:
            yield
        finally:
            self._trim(trained)

    def restore(self, decay: float) -> None:
        """Gives the model all embeddings, those that do not occur as weight decay leaves them.

        Once and for all: the matrix from before is changed in place, as new memory for a large one
        would cost more than many steps.
        """
        self._put_back(self._before.mul_(decay))

    def _put_back(self, whole: Tensor) -> None:
        whole[self._ids] = self._embedding.weight.detach()
        self._embedding.weight = nn.Parameter(whole)
        self._embedding.num_embeddings, self._embedding.padding_idx = len(whole), self._padding
        self._model.embedding_rows = None

    def _trim(self, weight: nn.Parameter) -> None:
        self._embedding.weight = weight
        # Padding is in no flat row, so none of the rows has to be kept from learning.
        self._embedding.num_embeddings, self._embedding.padding_idx = len(weight), None
        self._model.embedding_rows = self._rows


def trim(model: Model, occurs_V: NDArray[np.bool_]) -> Trimmed | None:
    """Trims a model to the ids that occur, where that is exact and pays; else returns None.

    It is not where a head scores the whole vocabulary, as language modelling does, nor where the
    encoder runs padded.

    Args:
        occurs_V: Whether a batch may have an id, for every id.
    """
    scores = any(head.get_output_embeddings() is not None for head in model.heads.values())  # type: ignore[operator]
    if scores or model.first_position is None or occurs_V.mean() > MAX_SHARE:
        return None
    device = model.encoder.get_input_embeddings().weight.device
    return Trimmed(model, torch.from_numpy(occurs_V).nonzero()[:, 0].to(device))
