from __future__ import annotations

import pytest
import torch
from torch import nn

from isthmus.models.dropout import Dropout, _kept, drop, quicken


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("rate", [0.1, 0.37, 0.999])
def test_values_are_dropped_at_the_rate_and_scaled(rate, dtype):
    values = torch.full((1003, 201), 2.0, dtype=dtype)
    torch.manual_seed(0)
    found = drop(values, rate)
    kept = found != 0
    spread = 5 * (rate * (1 - rate) / values.numel()) ** 0.5
    assert kept.double().mean().item() == pytest.approx(1 - rate, abs=spread + 2**-17)
    scaled = found[kept].double()
    assert scaled.unique().numel() == 1
    precision = 1e-2 if dtype == torch.bfloat16 else 1e-2 * rate
    assert scaled[0].item() == pytest.approx(2 / (1 - rate), rel=precision)


def test_neighbours_and_calls_are_drawn_apart():
    torch.manual_seed(0)
    one, other = (drop(torch.ones(400, 400), 0.5) > 0 for _ in range(2))
    for shifted in (other, one.roll(1, 0), one.roll(1, 1), one.roll(2, 1), one.roll(4, 1)):
        assert (one & shifted).double().mean().item() == pytest.approx(0.25, abs=0.006)
    torch.manual_seed(0)
    assert torch.equal(drop(torch.ones(400, 400), 0.5) > 0, one)


def test_gradients_flow_through_what_is_kept():
    values = torch.randn(50, 7, requires_grad=True)
    torch.manual_seed(1)
    found = drop(values, 0.25)
    found.sum().backward()
    assert torch.equal(values.grad > 0, found != 0)
    assert torch.allclose(values.grad * values, found)


@pytest.mark.parametrize("rate", [0.0, 1e-9])
def test_no_rate_drops_nothing(rate):
    values = torch.randn(9)
    assert drop(values, rate) is values
    assert torch.equal(drop(values, 1.0), torch.zeros(9))


def test_modules_are_replaced_and_evaluate_as_they_are():
    module = nn.Sequential(nn.Linear(3, 3), nn.Sequential(nn.Dropout(0.4)), nn.Dropout(0.2))
    before = dict(module.state_dict())
    quicken(module)
    rates = [child.p for child in module.modules() if isinstance(child, Dropout)]
    assert rates == [0.4, 0.2]
    assert module.state_dict().keys() == before.keys()
    values = torch.ones(5, 3)
    assert not torch.equal(module(values), module(values))
    module.eval()
    assert torch.equal(module(values), module(values))


@pytest.mark.parametrize("least", [-(2**15) + 1, -1, 0, 1, 2**15 - 1])
def test_masks_have_all_bits_where_a_number_is_large_enough(least: int):
    bits = torch.tensor([-(2**15), -(2**15) + 1, -2, -1, 0, 1, 2**15 - 2, 2**15 - 1]).short()
    expected = torch.where(bits >= least, -1, 0).short()
    assert torch.equal(_kept(bits.clone(), least), expected)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float64])
def test_values_and_gradients_are_those_of_products_to_the_bit(dtype: torch.dtype):
    # Drawn in bfloat16, some are 0 with PyTorch 2.11 and look as if they were dropped.
    values = torch.randn(40, 30).to(dtype).transpose(0, 1).requires_grad_()
    found = drop(values, 0.25)
    kept = found != 0
    assert 0 < kept.sum() < kept.numel()
    assert torch.equal(found, values * kept * (1 / 0.75))
    weights = torch.randn(30, 40, dtype=dtype)
    found.backward(weights)
    assert torch.equal(values.grad, weights * (1 / 0.75) * kept)
