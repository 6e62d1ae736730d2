"""Training and predicting give the same flat as padded."""

from __future__ import annotations

import pytest
import torch
from training_parts import TRAINED, make_parts

from isthmus.forms.catalogue import FORMS
from isthmus.forms.features import Features
from isthmus.forms.tokens import special_of
from isthmus.models.model import Model
from isthmus.testing.examples import EXAMPLES, SPECS
from isthmus.testing.tokenizers import tokenizer_like
from isthmus.training.evaluate import pooled_states, predict
from isthmus.training.loop import Execution, train

SHIFTS = dict.fromkeys(TRAINED, ("key.bias",)) | {
    "span": ("key.bias", "qa_outputs.bias"),
    "choice": ("key.bias", "classifier.bias"),
}
"""Weights that shift all scores of a softmax alike: their gradients are nothing but rounding, and
AdamW takes steps of one size whatever a gradient's."""


def trained(form, folder):
    """Returns a model after twenty steps, and the loss of each."""
    model, *rest = make_parts(form)
    execution = Execution(path=folder / "resume.pt", seconds=1e9)
    result = train(model, *rest, execution=execution, report=lambda progress: None)
    return model, [loss for _, loss in result.curve]


@pytest.mark.parametrize("form", TRAINED)
def test_twenty_steps_and_the_predictions_after_them_agree(form, tmp_path, monkeypatch):
    flat, losses = trained(form, tmp_path)
    assert flat.first_position == 2
    with monkeypatch.context() as patch:
        patch.setattr(Model, "first_position", None)
        padded, expected = trained(form, tmp_path)
        assert padded.first_position is None
        wanted = None if form == "mlm" else predictions(padded, form)
    assert len(losses) == 20
    assert losses == pytest.approx(expected, rel=1e-5)
    compared = padded.state_dict()
    for name, weight in flat.state_dict().items():
        if not name.endswith(SHIFTS[form]):
            torch.testing.assert_close(weight, compared[name], rtol=1e-3, atol=1e-4, msg=name)
    if wanted is not None:
        found = predictions(flat, form)
        assert [p.value for p in found] == [p.value for p in wanted]
        scores = [p.score for p in wanted if p.score is not None]
        assert [p.score for p in found if p.score is not None] == pytest.approx(scores, abs=1e-4)


def predictions(model, form):
    fast = tokenizer_like("xlm-roberta")
    features = Features(FORMS[form].encode(EXAMPLES[form], fast, SPECS[form]))
    return predict(
        model, form, FORMS[form], SPECS[form], features, EXAMPLES[form], special_of(fast)
    )


def test_sentence_vectors_of_every_layer_agree(monkeypatch):
    fast, form, spec = tokenizer_like("xlm-roberta"), FORMS["retrieve"], SPECS["retrieve"]
    features = Features(form.encode(EXAMPLES["retrieve"], fast, spec))

    def vectors():
        model, *_ = make_parts("classify")
        return pooled_states(
            model, form, spec, features, special_of(fast),
            places=[(layer, how) for layer in (0, 1, 2) for how in ("mean", "cls", "max")],
        )  # fmt: skip

    found = vectors()
    monkeypatch.setattr(Model, "first_position", None)
    for place, expected in vectors().items():
        assert found[place] == pytest.approx(expected, abs=1e-6)
