"""Which device a worker computes on."""

from __future__ import annotations

import pytest
import torch

from isthmus.errors import StudyError
from isthmus.runners.worker import _resolve
from isthmus.testing.card import pretended_card


@pytest.mark.parametrize(
    ("asked", "index", "found"),
    [
        ("auto", 0, "cuda:0"),
        ("auto", 3, "cuda:1"),
        ("cuda", 1, "cuda:1"),
        ("cuda:0", 1, "cuda:0"),
    ],
)
def test_each_worker_takes_the_next_card_and_no_memory_of_another(asked, index, found, monkeypatch):
    with pretended_card():
        taken = []
        monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
        monkeypatch.setattr(torch.cuda, "set_device", taken.append)
        assert _resolve(asked, index) == found
        assert taken == [found]
        assert _resolve("cpu", index) == "cpu"
        assert taken == [found]


def test_without_a_card_it_is_the_processor_unless_one_was_asked_for(monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    assert _resolve("auto", 0) == "cpu"
    for name in ("cuda:99", "gpu"):
        with pytest.raises(StudyError, match=f"there is no device '{name}' here: "):
            _resolve(name, 0)
