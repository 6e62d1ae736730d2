from __future__ import annotations

import json

import pytest
from golden_losses import FILE, fingerprint, losses_of
from training_parts import TRAINED

GOLDEN = json.loads(FILE.read_text())


def test_every_form_that_trains_has_its_losses():
    assert tuple(GOLDEN["losses"]) == TRAINED
    assert {len(losses) for losses in GOLDEN["losses"].values()} == {20}


@pytest.mark.parametrize("form", TRAINED)
def test_losses_are_those_stored(form):
    found, stored = losses_of(form), GOLDEN["losses"][form]
    if GOLDEN["machine"] == fingerprint():
        assert found == stored
    else:
        assert found == pytest.approx(stored, rel=1e-5)
