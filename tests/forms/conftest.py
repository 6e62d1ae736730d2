"""Tokenizers of four families, and a model that knows the gold."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from torch.nn import functional

from isthmus.forms.catalogue import FORMS
from isthmus.forms.features import Features
from isthmus.forms.tokens import special_of
from isthmus.testing.tokenizers import FAMILIES, tokenizer_like

if TYPE_CHECKING:
    from isthmus.forms.form import Batch


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """The models are far too small for threads to pay."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def tokenizers():
    return {family: tokenizer_like(family) for family in FAMILIES}


@pytest.fixture(params=FAMILIES)
def family(request):
    return request.param


@pytest.fixture
def tokenizer(tokenizers, family):
    return tokenizers[family]


@pytest.fixture
def xlmr(tokenizers):
    return tokenizers["xlm-roberta"]


@pytest.fixture
def cut(tokenizer):
    """The library's own truncation, of whole texts.

    Asked to encode and truncate at once, tokenizers 0.23.1 and 0.23.2 stop reading too early: a
    pair is cut in the wrong place, and what overflows is lost.
    """
    backend = tokenizer.backend_tokenizer

    def cut(*texts, max_length, strategy="longest_first", stride=0):
        backend.no_truncation()
        encodings = [
            backend.encode(text, add_special_tokens=False) for text in texts if text is not None
        ]
        backend.enable_truncation(max_length, stride=stride, strategy=strategy)
        encoding = backend.post_process(*encodings)
        backend.no_truncation()
        return encoding

    return cut


class GoldModel:
    """Hidden states that are logits pointing at the gold, under a head that passes them on."""

    def __init__(self, form: str, num_labels: int):
        self.form, self.num_labels = form, num_labels

    def pooled(self, batch: Batch) -> torch.Tensor:
        targets = batch.targets
        if self.form == "classify":
            return functional.one_hot(targets["label"], self.num_labels).float().unsqueeze(1)
        gold_B = targets["row"].gather(1, targets["label"][:, None])[:, 0]
        is_gold_N = torch.zeros(len(batch.lengths_N))
        is_gold_N[gold_B[gold_B >= 0]] = 1.0  # an example's rows may stand in several batches
        return is_gold_N[:, None, None]

    def hidden(self, batch: Batch) -> torch.Tensor:
        rows, width = batch.input_ids_NT.shape
        if self.form == "tag":
            hidden = torch.zeros(rows * width, self.num_labels)
            hidden[batch.targets["position"], batch.targets["label"]] = 1.0
            return hidden.reshape(rows, width, -1)
        ends = [functional.one_hot(batch.targets[end], width) for end in ("start", "end")]
        return torch.stack(ends, dim=-1).float() * 9.0

    def hidden_at(self, batch: Batch, place_M: torch.Tensor) -> torch.Tensor:
        return self.hidden(batch).flatten(0, 1)[place_M].unsqueeze(0)

    def head(self, name: str, hidden: torch.Tensor) -> SimpleNamespace:
        if self.form == "span":
            return SimpleNamespace(start_logits=hidden[..., 0], end_logits=hidden[..., 1])
        pooled = {"classify": 1, "choice": 2}.get(self.form)
        logits = hidden if pooled is None else hidden.squeeze(pooled)
        return SimpleNamespace(logits=logits.squeeze(-1) if self.form == "choice" else logits)


@pytest.fixture
def predict_gold():
    """A function that encodes examples and predicts them with a model that knows the gold."""

    def predict(form_name, examples, tokenizer, spec, batch_size=4):
        form = FORMS[form_name]
        table = form.encode(examples, tokenizer, spec)
        features, special = Features(table), special_of(tokenizer)
        model = GoldModel(form_name, len(spec.labels))
        outputs = []
        for start in range(0, len(features), batch_size):
            rows = np.arange(start, min(start + batch_size, len(features)))
            batch = form.collate(features, rows, spec, special, None)
            outputs += form.outputs(model, "any", batch, spec)
        return form.decode(outputs, table, examples, spec)

    return predict
