"""Encoders give the same hidden states and gradients flat as padded, or run padded."""

from __future__ import annotations

import copy
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close
from transformers import (
    AutoModel,
    BertConfig,
    CamembertConfig,
    DebertaV2Config,
    DistilBertConfig,
    ElectraConfig,
    EuroBertConfig,
    MobileBertConfig,
    ModernBertConfig,
    RobertaConfig,
    XLMRobertaConfig,
    XLMRobertaXLConfig,
)

from isthmus.forms.form import Batch
from isthmus.models import varlen
from isthmus.models.layout import MULTIPLE, SHARE, SLACK, lay_out
from isthmus.models.model import Model
from isthmus.testing.flash import plain_flash

SHAPE = {
    "vocab_size": 90,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 48,
    "max_position_embeddings": 160,
    "pad_token_id": 1,
}
STILL = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
SPECIAL = {"bos_token_id": 2, "eos_token_id": 3}

FLAT = {
    "xlm-roberta": XLMRobertaConfig(**SHAPE, **STILL),
    "roberta": RobertaConfig(**SHAPE, **STILL),
    "camembert": CamembertConfig(**SHAPE, **STILL),
    "xlm-roberta-xl": XLMRobertaXLConfig(**SHAPE, **STILL),
    "bert": BertConfig(**SHAPE, **STILL),
    "electra": ElectraConfig(**SHAPE, **STILL, embedding_size=16),
    "distilbert": DistilBertConfig(
        vocab_size=90, dim=32, n_layers=2, n_heads=2, hidden_dim=48, pad_token_id=1, dropout=0.0,
        attention_dropout=0.0,
    ),
    "modernbert": ModernBertConfig(
        **SHAPE, **SPECIAL, local_attention=16, cls_token_id=2, sep_token_id=3
    ),
    "eurobert, sharing keys": EuroBertConfig(**SHAPE, **SPECIAL, num_key_value_heads=1),
}  # fmt: skip
COUNTED_FROM_PADDING = {"xlm-roberta", "roberta", "camembert", "xlm-roberta-xl"}

PADDED = {
    "deberta-v2, relative positions": DebertaV2Config(
        **SHAPE, **STILL, relative_attention=True, pos_att_type=["p2c", "c2p"]
    ),
    "mobilebert, neighbouring tokens": MobileBertConfig(
        **SHAPE, **STILL, embedding_size=16, intra_bottleneck_size=16, num_feedforward_networks=1
    ),
}

LENGTHS = np.array([7, 60, 44, 9, 31, 30, 1, 60])


def model_of(config):
    torch.manual_seed(0)
    return Model(AutoModel.from_config(config), {}).eval()


def batch_of(lengths_N, *, types=False):
    generator = torch.Generator().manual_seed(1)
    shape = (len(lengths_N), int(lengths_N.max()) + 3)
    ids = torch.randint(4, 90, shape, generator=generator)
    ids[torch.arange(shape[1]) >= torch.from_numpy(lengths_N)[:, None]] = 1
    type_ids = torch.randint(0, 2, shape, generator=generator) if types else None
    return Batch(input_ids_NT=ids, lengths_N=lengths_N, type_ids_NT=type_ids, targets={})


def padded_twin(model):
    """The same model, made to run padded."""
    twin = copy.deepcopy(model)
    twin.first_position = None
    return twin


def pair_of(name):
    model = model_of(FLAT[name])
    assert model.first_position == (2 if name in COUNTED_FROM_PADDING else 0)
    return model, padded_twin(model), batch_of(LENGTHS, types=name == "bert")


@pytest.fixture(params=["groups", "one call"])
def _each_way(request, monkeypatch):
    """Attention goes group by group, or as on graphics cards, by a stand-in for their kernel."""
    if request.param == "one call":
        monkeypatch.setattr(varlen, "runs_on", lambda _: True)
        monkeypatch.setattr(varlen, "flash", plain_flash)
        monkeypatch.setattr(varlen, "DTYPES", (torch.float32,))


@pytest.mark.usefixtures("_each_way")
@pytest.mark.parametrize("name", FLAT)
@torch.inference_mode()
def test_hidden_states_are_those_of_the_padded_encoder(name):
    model, padded, batch = pair_of(name)
    real_NT = batch.attention_mask_NT == 1
    assert_close(model.hidden(batch)[real_NT], padded.hidden(batch)[real_NT])
    assert not model.hidden(batch)[~real_NT].any()
    for layer, expected in zip(model.all_hidden(batch), padded.all_hidden(batch), strict=True):
        assert_close(layer[real_NT], expected[real_NT])
    places = real_NT.flatten().nonzero()[:, 0].flip(0)[::3]
    assert_close(model.hidden_at(batch, places), padded.hidden_at(batch, places))
    assert_close(model.pooled(batch), padded.pooled(batch))


def gradients(model, batch, direction_NTD):
    model.zero_grad()
    loss = (model.hidden(batch) * direction_NTD).sum() + model.pooled(batch).square().sum()
    loss.backward()
    return {name: weight.grad for name, weight in model.named_parameters()}


@pytest.mark.usefixtures("_each_way")
@pytest.mark.parametrize("name", FLAT)
def test_gradients_agree_to_a_millionth(name):
    model, padded, batch = pair_of(name)
    direction_NTD = torch.randn(*batch.input_ids_NT.shape, 32) * batch.attention_mask_NT[..., None]
    found = gradients(model, batch, direction_NTD)
    expected = gradients(padded, batch, direction_NTD)
    largest = max(gradient.norm() for gradient in expected.values() if gradient is not None)
    for weight, gradient in expected.items():
        if gradient is None:
            assert found[weight] is None, weight
            continue
        # A key's bias changes no attention: its gradient is nothing but rounding.
        scale = max(gradient.norm(), 1e-3 * largest)
        assert (found[weight] - gradient).norm() <= 1e-6 * scale, weight


@pytest.mark.parametrize("name", PADDED)
def test_what_cannot_run_flat_runs_padded_as_before(name):
    config = PADDED[name]
    model = model_of(config)
    before = model.encoder.config._attn_implementation
    batch = batch_of(LENGTHS)
    found = model.hidden(batch)
    assert model.first_position is None
    assert model.encoder.config._attn_implementation == before
    own = model_of(config).encoder
    expected = own(input_ids=batch.input_ids_NT, attention_mask=batch.attention_mask_NT)
    assert torch.equal(found, expected.last_hidden_state)


@pytest.mark.parametrize("name", FLAT)
@torch.inference_mode()
def test_an_encoder_that_was_tried_still_runs_by_itself(name, tmp_path):
    model, batch = model_of(FLAT[name]), batch_of(LENGTHS)
    inputs = {"input_ids": batch.input_ids_NT, "attention_mask": batch.attention_mask_NT}
    before = model.encoder(**inputs).last_hidden_state
    model.train()
    assert model.first_position is not None
    assert all(module.training for module in model.modules()), "trying leaves the mode alone"
    model.eval()
    assert torch.equal(model.encoder(**inputs).last_hidden_state, before)
    model.encoder.config.save_pretrained(tmp_path)
    assert "isthmus" not in (tmp_path / "config.json").read_text()


@given(st.lists(st.integers(1, 90), min_size=1, max_size=12))
@settings(deadline=None, max_examples=60)
def test_every_token_has_one_place_and_one_group(lengths):
    lengths_N = np.array(lengths)
    width = max(lengths) + 2
    layout = lay_out(lengths_N, width, torch.device("cpu"))
    real = [row * width + place for row, n in enumerate(lengths) for place in range(n)]
    assert sorted(layout.place_F.tolist()) == real
    assert torch.equal(layout.place_F[layout.flat_places(layout.place_F)], layout.place_F)
    assert (layout.place_F % width == layout.position_F).all()
    stop = 0
    for group in layout.groups:
        assert group.start == stop
        stop = group.stop
        own = layout.place_F[group.start : group.stop] // width
        sizes = own.unique_consecutive(return_counts=True)[1]
        longest = int(sizes[0])
        assert (len(sizes), -(-longest // MULTIPLE) * MULTIPLE) == (group.size, group.length)
        assert sizes.min() >= min(SHARE * longest, longest - SLACK)
        if group.mask_G11L is None:
            assert set(sizes.tolist()) == {group.length}
        else:
            assert torch.equal(group.mask_G11L.flatten().nonzero()[:, 0], group.place_F)
            assert group.row_P[group.place_F].tolist() == list(range(group.stop - group.start))
            assert 0 <= group.row_P.min() <= group.row_P.max() < group.stop - group.start
    assert stop == len(real)
    states_FD = torch.randn(stop, 4)
    padded_NTD = layout.padded(states_FD[None])
    assert torch.equal(padded_NTD.flatten(0, 1)[layout.place_F], states_FD)
    assert math.isclose(padded_NTD.sum(), states_FD.sum(), abs_tol=1e-4)


def test_dropout_acts_on_flat_rows_too():
    dropped = XLMRobertaConfig(**SHAPE, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.3)
    model, batch = model_of(dropped), batch_of(LENGTHS)
    still = model.hidden(batch)
    model.train()
    torch.manual_seed(3)
    once = model.hidden(batch)
    assert not torch.allclose(once, still, atol=1e-4)
    torch.manual_seed(3)
    assert torch.equal(model.hidden(batch), once)
    mean = torch.stack([model.hidden(batch) for _ in range(400)]).mean(0)
    # To first order the mean over draws is what evaluation gives.
    assert (mean - still).norm() < 0.2 * (once - still).norm()


def test_padding_that_sees_nothing_of_its_window_leaves_gradients_finite():
    dropped = ModernBertConfig(
        **SHAPE,
        **SPECIAL,
        local_attention=16,
        cls_token_id=2,
        sep_token_id=3,
        attention_dropout=0.2,
    )
    model, batch = model_of(dropped).train(), batch_of(LENGTHS)
    model.hidden(batch).square().sum().backward()
    assert all(weight.grad.isfinite().all() for weight in model.parameters())
