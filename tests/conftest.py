from __future__ import annotations

import pytest


@pytest.fixture(params=["pretended", pytest.param("real", marks=pytest.mark.gpu)])
def card(request):
    """A graphics card: one that is only pretended, on any machine, and the one that is there."""
    import torch

    from isthmus.testing.card import pretended_card

    device = torch.device("cuda", 0)
    if request.param == "pretended":
        with pretended_card():
            yield device
    elif torch.cuda.is_available():
        yield device
    else:
        pytest.skip("needs a CUDA device")
