from __future__ import annotations

import pytest
import torch
from grid_work import GRID, SHORT, run, steps
from transformers import AutoModelForMaskedLM, ByT5Tokenizer

from isthmus.errors import StepFailed
from isthmus.testing.models import tiny_config
from isthmus.testing.tokenizers import tokenizer_like


def loaded_study(name):
    return GRID | {
        "name": name,
        "models": {"own": {"load": f"./{name}"}},
        "routes": {"base": []},
        "targets": ["udpos"],
        "languages": ["qar"],
        "training": SHORT | {"max_length": 48},
    }


def saved_encoder(folder):
    fast = tokenizer_like("xlm-roberta")
    torch.manual_seed(0)
    model = AutoModelForMaskedLM.from_config(tiny_config("xlm-roberta", fast))
    model.save_pretrained(folder)
    return model, fast


def test_an_encoder_is_loaded_from_a_folder_that_save_pretrained_wrote(tmp_path):
    model, fast = saved_encoder(tmp_path / "saved")
    fast.save_pretrained(tmp_path / "saved")
    opened = run(tmp_path, loaded_study("saved"), tmp_path / "store")
    assert opened.scores()["value"].is_finite().all()
    (step,) = steps(opened, "load")
    place = opened.store.folder(step) / "checkpoint" / "mlm"
    again = AutoModelForMaskedLM.from_pretrained(place).state_dict()
    for name, tensor in model.state_dict().items():
        assert torch.equal(again[name], tensor), name


def test_an_encoder_without_a_fast_tokenizer_is_refused(tmp_path):
    saved_encoder(tmp_path / "slow")
    ByT5Tokenizer().save_pretrained(tmp_path / "slow")
    with pytest.raises(StepFailed, match="has no fast tokenizer, which aligning words"):
        run(tmp_path, loaded_study("slow"), tmp_path / "store")


def test_an_encoder_without_any_tokenizer_is_refused(tmp_path):
    saved_encoder(tmp_path / "bare")
    with pytest.raises(StepFailed, match="No tokenizer could be loaded from"):
        run(tmp_path, loaded_study("bare"), tmp_path / "store")
