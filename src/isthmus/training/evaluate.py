"""Runs a head, or the bare encoder, over rows without gradients, in length-sorted batches."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from isthmus.forms.pooling import pool
from isthmus.models.model import device_of
from isthmus.training.ahead import ahead
from isthmus.training.batches import batches_by_length, evaluation_tokens, to_device
from isthmus.training.precision import autocast

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from isthmus.examples import Example, Prediction
    from isthmus.forms.features import Features
    from isthmus.forms.form import Batch, Form, FormSpec, Special
    from isthmus.forms.pooling import Pooling
    from isthmus.models.model import Model
    from isthmus.training.precision import Precision


def predict(
    model: Model,
    head: str,
    form: Form,
    spec: FormSpec,
    features: Features,
    examples: Sequence[Example],
    special: Special,
    *,
    precision: Precision = "fp32",
) -> list[Prediction]:
    """Returns one prediction per example, in example order."""
    outputs = head_outputs(model, head, form, spec, features, special, precision=precision)
    return form.decode(outputs, features.table, examples, spec)


def head_outputs(
    model: Model,
    head: str,
    form: Form,
    spec: FormSpec,
    features: Features,
    special: Special,
    *,
    precision: Precision = "fp32",
) -> list[Mapping[str, Any]]:
    """Returns what a form's ``decode`` needs of each row, in the order of the table."""
    outputs: list[Mapping[str, Any] | None] = [None] * len(features)
    with closing(_batches(model, form, spec, features, special, precision)) as batches:
        for rows, batch in batches:
            for row, output in zip(rows, form.outputs(model, head, batch, spec), strict=True):
                outputs[row] = output
    return [output for output in outputs if output is not None]


def pooled_states(
    model: Model,
    form: Form,
    spec: FormSpec,
    features: Features,
    special: Special,
    *,
    places: Sequence[tuple[int, Pooling]],
    precision: Precision = "fp32",
    folder: Path | None = None,
) -> dict[tuple[int, Pooling], NDArray[np.float32]]:
    """Returns sentence vectors by place (layer, pooling), each float32 of shape [rows, D].

    One forward pass serves every place; token states are pooled batch by batch and
    never kept. Layer 0 is the embeddings.

    Args:
        folder: Where vectors are written to files that are mapped into memory. Without it they
            are in memory.
    """
    shape = len(features), int(model.encoder.config.hidden_size)
    vectors = {
        (layer, how): _empty(shape, folder and folder / f"{layer}-{how}.npy")
        for layer, how in places
    }
    with closing(_batches(model, form, spec, features, special, precision)) as batches:
        for rows, batch in batches:
            for place, pooled_ND in _pooled(model, batch, vectors):
                vectors[place][rows] = pooled_ND.cpu().numpy()
    return vectors


def _pooled(
    model: Model, batch: Batch, places: Iterable[tuple[int, Pooling]]
) -> Iterator[tuple[tuple[int, Pooling], torch.Tensor]]:
    """Yields a batch's vectors for each place; its token states are gone when this is through."""
    states = model.all_hidden(batch)
    mask_NT = batch.attention_mask_NT
    for layer, how in places:
        yield (layer, how), pool(states[layer].float(), mask_NT, how)


def _empty(shape: tuple[int, int], path: Path | None) -> NDArray[np.float32]:
    if path is None:
        return np.empty(shape, dtype=np.float32)
    return np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=shape)


def _batches(
    model: Model,
    form: Form,
    spec: FormSpec,
    features: Features,
    special: Special,
    precision: Precision,
) -> Generator[tuple[NDArray[np.int64], Batch]]:
    """Yields row numbers and their batch; to be closed, since it holds modes and a thread."""
    device, max_tokens = device_of(model), evaluation_tokens(model)

    def made() -> Iterator[tuple[NDArray[np.int64], Batch]]:
        for rows in batches_by_length(features, max_tokens=max_tokens):
            yield rows, to_device(form.collate(features, rows, spec, special, None), device)

    model.eval()
    with torch.inference_mode(), autocast(precision, device), ahead(made(), device) as batches:
        yield from batches
