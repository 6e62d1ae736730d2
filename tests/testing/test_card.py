"""A pretended card refuses what a card refuses, and notes what it makes the host wait for."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from isthmus.testing.card import OnCard, pretended_card

DEVICE = torch.device("cuda", 0)


@pytest.fixture
def pretended():
    with pretended_card() as card:
        yield card


@pytest.fixture
def there(pretended):
    found = torch.arange(6.0).view(2, 3).to(DEVICE)
    pretended.waits.clear()
    return found


def test_what_is_on_the_card_says_so_and_stays_there(pretended, there):
    for tensor in (there, there + 1, there[0], there.T.float(), torch.zeros_like(there)):
        assert isinstance(tensor, OnCard)
        assert (tensor.device, tensor.is_cuda) == (DEVICE, True)
    assert torch.zeros(3, device="cuda").device == DEVICE
    assert torch.zeros(3).device.type == "cpu"
    assert (there * 2).cpu().tolist() == [[0, 2, 4], [6, 8, 10]]
    assert there.to(DEVICE) is there
    assert there.to("cpu").device.type == there.cpu().device.type == "cpu"
    assert there.to(DEVICE, torch.bfloat16).dtype == torch.bfloat16
    assert pretended.waits


@pytest.mark.parametrize(
    "mixing",
    [
        lambda there: there + torch.ones(3),
        lambda there: torch.ones(2, 2) @ there,
        lambda there: torch.cat([there, torch.ones(1, 3)]),
        lambda there: there.index_select(0, torch.tensor([0])),
        lambda there: there[torch.tensor([0])],
        lambda there: there.index_copy_(0, torch.tensor([0]), there[:1]),
        lambda there: functional.scaled_dot_product_attention(
            *(there[None, None],) * 3, attn_mask=torch.ones(2, 2, dtype=torch.bool)
        ),
    ],
)
def test_it_does_not_mix_with_tensors_of_the_processor(there, mixing):
    with pytest.raises(RuntimeError, match="expected all tensors to be on the same device"):
        mixing(there)


def test_only_single_numbers_of_the_processor_mix(there):
    assert isinstance(there * torch.tensor(2.0), OnCard)


def test_it_is_no_array(there):
    with pytest.raises(TypeError, match=r"use Tensor\.cpu\(\) first"):
        there.numpy()
    with pytest.raises(TypeError, match=r"use Tensor\.cpu\(\) first"):
        np.asarray(there)


@pytest.mark.parametrize(
    ("asking", "why"),
    [
        (lambda there: there.sum().item(), "item"),
        (lambda there: float(there.sum()), "__float__"),
        (lambda there: bool((there > 0).all()), "__bool__"),
        (lambda there: there.tolist(), "tolist"),
        (lambda there: there.cpu(), "copy to the host"),
        (lambda there: (there > 1).nonzero(), "nonzero"),
        (lambda there: there[there > 1], "index"),
        (lambda _: torch.tensor([1], device=DEVICE), "copy from unpinned memory"),
        (lambda _: torch.ones(1).to(DEVICE, non_blocking=True), "copy from unpinned memory"),
        (lambda _: torch.ones(1).pin_memory().to(DEVICE), "copy from unpinned memory"),
    ],
)
def test_what_makes_the_host_wait_is_noted(pretended, there, asking, why):
    asking(there)
    assert [wait.split(" in ")[0] for wait in pretended.waits][:1] == [why]


@pytest.mark.parametrize(
    "asking",
    [
        lambda there: (there + 1).sum(),
        lambda there: torch.zeros((), device=there.device),
        lambda there: there.new_full((), 3),
        lambda there: there[:, :1].masked_fill(there[:, :1] > 0, 1.0),
        lambda there: torch.ones(1).pin_memory().to(there.device, non_blocking=True),
    ],
)
def test_what_does_not_is_not(pretended, there, asking):
    assert isinstance(asking(there), OnCard)
    assert pretended.waits == []


def test_autocast_casts_what_it_casts_on_a_card(there):
    weight = nn.Parameter(torch.ones(4, 3).to(DEVICE))
    with torch.autocast("cuda", dtype=torch.bfloat16):
        product = functional.linear(there, weight)
        normal = functional.layer_norm(product, (4,))
    assert (product.dtype, normal.dtype) == (torch.bfloat16, torch.float32)
    assert functional.linear(there, weight).dtype == torch.float32
    normal.square().sum().backward()
    assert (weight.grad.device, weight.grad.dtype) == (DEVICE, torch.float32)


def test_a_module_moves_with_what_it_shares(pretended):
    layer = nn.Linear(2, 2)
    both = nn.ModuleList([layer, nn.Linear(2, 2)])
    both[1].weight = layer.weight
    assert both.to(DEVICE) is both
    assert both[0].weight is both[1].weight
    copied = copy.deepcopy(both)
    assert {weight.device for weight in copied.parameters()} == {DEVICE}
    assert copied[0].weight is copied[1].weight is not both[0].weight
    assert type(pickle.loads(pickle.dumps(both[0].weight.detach()))) is torch.Tensor
