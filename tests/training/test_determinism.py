from __future__ import annotations

import os

import pytest
import torch
from torch.utils import deterministic

from isthmus.training.determinism import one_order

CARD = torch.device("cuda", 0)


def asked():
    return (
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
        deterministic.fill_uninitialized_memory,
    )


@pytest.fixture(params=[(False, False), (True, True)])
def _before(request):
    before = asked()
    mode, warn_only = request.param
    torch.use_deterministic_algorithms(mode, warn_only=warn_only)
    yield
    torch.use_deterministic_algorithms(before[0], warn_only=before[1])


@pytest.mark.usefixtures("_before")
def test_a_card_adds_in_one_order_until_it_is_left_however_that_is():
    def interrupted():
        with one_order(CARD):
            seen.append(asked())
            raise KeyboardInterrupt

    before, seen = asked(), []
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert seen == [(True, False, False)]
    assert asked() == before


@pytest.mark.usefixtures("_before")
def test_a_processor_is_left_alone():
    before = asked()
    with one_order(torch.device("cpu")):
        assert asked() == before


def test_products_are_told_before_the_first_of_the_process():
    assert os.environ["CUBLAS_WORKSPACE_CONFIG"]
