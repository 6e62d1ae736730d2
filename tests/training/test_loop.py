from __future__ import annotations

import math
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from training_parts import SETTINGS, TRAINED, KilledError, killed_at, make_parts

from isthmus.errors import StepFailed
from isthmus.training import loop
from isthmus.training.loop import Execution, Selection, train
from isthmus.training.optimiser import make_optimiser
from isthmus.training.precision import computed_in
from isthmus.training.settings import Mixture

NEVER = 1e9
SHORT = replace(SETTINGS, max_steps=8)
TOGETHER = ("classify", "tag", "span", "choice", "mlm")


def quiet(progress):
    """Takes progress and says nothing."""


def run(parts, folder, *, seconds=NEVER, selection=None, report=quiet):
    execution = Execution(path=folder / "resume.pt", seconds=seconds)
    return train(*parts, execution=execution, selection=selection, report=report)


def state_of(model):
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def assert_same_bits(one, other):
    assert one.keys() == other.keys()
    for name, tensor in one.items():
        assert torch.equal(tensor, other[name]), name


@pytest.mark.parametrize("form", TRAINED)
def test_the_loss_falls(form, tmp_path):
    asked = replace(SETTINGS, max_steps=60, peak_lr=5e-3)
    curve = [loss for _, loss in run(make_parts(form, settings=asked), tmp_path).curve]
    assert len(curve) == 60
    assert sum(curve[-10:]) < 0.8 * sum(curve[:10])


@pytest.fixture
def save_every_step(monkeypatch):
    monkeypatch.setattr(loop, "MAX_SAVE_SHARE", math.inf)


def together():
    mixture = Mixture(rule="uniform", mlm_share=0.3)
    return make_parts(*TOGETHER, settings=SHORT, mixture=mixture, dropout=0.2)


def flip_flop():
    """A selection whose best evaluation is the second of three."""
    scores = {2: 0.5, 4: 0.9, 6: 0.7}
    order = iter(scores.values())
    return Selection(score=lambda model: next(order), steps=frozenset(scores))


def test_a_killed_training_ends_with_the_bits_of_one_that_was_not(tmp_path, save_every_step):
    whole = together()
    expected = run(whole, tmp_path / "none")
    for step in range(SHORT.max_steps):
        folder = tmp_path / str(step)
        folder.mkdir()
        model, tasks, schedule, *rest = together()
        with pytest.raises(KilledError):
            run((model, tasks, killed_at(schedule, step), *rest), folder, seconds=0)
        seen = []
        parts = together()
        found = run(parts, folder, seconds=0, report=seen.append)
        assert seen[0].message == (f"resumed after step {step}" if step else "")
        assert_same_bits(parts[0].state_dict(), whole[0].state_dict())
        assert found.curve == expected.curve
        assert found.num_tokens == expected.num_tokens
        assert found.steps_of_task == expected.steps_of_task


def test_it_may_be_killed_again_and_between_two_savings(tmp_path, save_every_step, monkeypatch):
    whole = together()
    expected = run(whole, tmp_path)
    calls = iter(range(10**6))
    monkeypatch.setattr(loop._Clock, "save_due", lambda clock: next(calls) % 3 == 2)
    for step in (4, 5, 7, 7):
        model, tasks, schedule, *rest = together()
        with pytest.raises(KilledError):
            run((model, tasks, killed_at(schedule, step), *rest), tmp_path, seconds=0)
    parts = together()
    assert run(parts, tmp_path).curve == expected.curve
    assert_same_bits(parts[0].state_dict(), whole[0].state_dict())


def test_a_selection_survives_a_kill(tmp_path, save_every_step):
    (tmp_path / "killed").mkdir()
    whole = together()
    expected = run(whole, tmp_path, selection=flip_flop())
    assert (expected.best_step, expected.best_score) == (4, 0.9)
    selection = flip_flop()
    model, tasks, schedule, *rest = together()
    parts = (model, tasks, killed_at(schedule, 5), *rest)
    with pytest.raises(KilledError):
        run(parts, tmp_path / "killed", seconds=0, selection=selection)
    parts = together()
    found = run(parts, tmp_path / "killed", seconds=0, selection=selection)
    assert (found.best_step, found.best_score) == (4, 0.9)
    assert_same_bits(parts[0].state_dict(), whole[0].state_dict())


def test_best_keeps_the_best_weights_and_last_the_last(tmp_path):
    seen = {}

    def score(model):
        assert not model.training
        seen[2 * (len(seen) + 1)] = state_of(model)
        return {2: 0.5, 4: 0.9, 6: 0.9, 8: 0.1}[2 * len(seen)]

    best = make_parts("classify", settings=SHORT)
    selection = Selection(score=score, steps=frozenset({2, 4, 6, 8}))
    result = run(best, tmp_path, selection=selection)
    assert (result.best_step, result.best_score) == (4, 0.9), "of equal ones the first"
    assert_same_bits(best[0].state_dict(), seen[4])
    last = make_parts("classify", settings=SHORT)
    assert run(last, tmp_path).best_step is None
    assert_same_bits(last[0].state_dict(), seen[8])


def test_measuring_does_not_change_the_training(tmp_path):
    parts, measured = (make_parts("tag", settings=SHORT, dropout=0.3) for _ in range(2))

    def score(model):
        torch.rand(7)
        return 0.0 if score.asked else score.asked.append(1) or 0.0

    score.asked = []
    plain = run(parts, tmp_path)
    selection = Selection(score=score, steps=frozenset(range(1, 9)))
    assert run(measured, tmp_path, selection=selection).curve == plain.curve


def test_a_loss_that_is_no_number_fails_the_step(tmp_path):
    asked = replace(SETTINGS, peak_lr=1e35, warmup_fraction=0.0)
    with pytest.raises(StepFailed, match=r"The loss is (nan|inf) after step \d+\. Lower peak_lr"):
        run(make_parts("classify", settings=asked), tmp_path)


def test_a_card_that_is_too_small_says_what_to_ask_for(tmp_path, monkeypatch):
    def full(*_):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.\nAnd so on.")

    monkeypatch.setattr("isthmus.training.step.backward", full)
    with pytest.raises(StepFailed, match="There is no room on cpu for ") as caught:
        run(make_parts("classify", settings=SHORT), tmp_path)
    said = re.fullmatch(
        r".* for (\d+) tokens at a time\. Run again with --max-tokens (\d+), .*: "
        r"CUDA out of memory\. Tried to allocate 2 GiB\.",
        str(caught.value),
    )
    assert int(said[2]) == int(said[1]) // 2 > 0


def test_weight_decay_is_on_matrices_alone():
    model, _, _, settings, _ = make_parts("classify", "mlm")
    decayed, free = make_optimiser(model, settings).param_groups
    assert (decayed["weight_decay"], free["weight_decay"]) == (0.01, 0.0)
    names = {id(weight): name for name, weight in model.named_parameters()}
    for weight in free["params"]:
        name = names[id(weight)].lower()
        assert name.endswith("bias") or "layernorm" in name or "layer_norm" in name
    assert all(weight.ndim == 2 for weight in decayed["params"])
    assert len(decayed["params"]) + len(free["params"]) == len(list(model.parameters()))


def test_bf16_runs_on_weights_that_stay_fp32(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True})
    half = make_parts("classify", settings=replace(SHORT, precision="bf16"))
    found = run(half, tmp_path)
    expected = run(make_parts("classify", settings=SHORT), tmp_path)
    assert {weight.dtype for weight in half[0].parameters()} == {torch.float32}
    for (_, loss), (_, full) in zip(found.curve, expected.curve, strict=True):
        assert loss == pytest.approx(full, rel=0.05)
    assert found.curve != expected.curve


def test_without_units_for_bf16_it_is_fp32(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx2": True})
    half = make_parts("classify", settings=replace(SHORT, precision="bf16"))
    expected = run(make_parts("classify", settings=SHORT), tmp_path).curve
    assert run(half, tmp_path).curve == expected


@pytest.mark.parametrize(
    ("asked", "units", "computed"),
    [
        ("fp32", {"avx512_bf16": True}, "fp32"),
        ("bf16", {"avx512_bf16": True}, "bf16"),
        ("bf16", {"amx_bf16": True, "avx512_bf16": False}, "bf16"),
        ("bf16", {"bf16": True}, "bf16"),
        ("bf16", {"avx512_bf16": False}, "fp32"),
    ],
)
def test_the_precision_computed_in_is_one_the_device_has(asked, units, computed, monkeypatch):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: units)
    assert computed_in(asked, "cpu") == computed


def test_a_card_without_units_for_bf16_computes_in_fp32(monkeypatch):
    majors = {0: 8, 1: 7}  # of an A100 and of a V100
    monkeypatch.setattr(
        torch.cuda, "get_device_properties", lambda card: SimpleNamespace(major=majors[card.index])
    )
    assert computed_in("bf16", "cuda:0") == "bf16"
    assert computed_in("bf16", "cuda:1") == "fp32"
    assert computed_in("fp32", "cuda:0") == "fp32"


@pytest.mark.parametrize("max_grad_norm", [1e-3, 5e-3, 1e9])
def test_gradients_are_clipped_to_their_global_norm(max_grad_norm, tmp_path):
    # With so large an epsilon the first step of AdamW is lr / eps times the gradient.
    asked = replace(
        SETTINGS, max_steps=1, warmup_fraction=0.0, decay="constant", weight_decay=0.0,
        peak_lr=1e3, adam_eps=1e4, max_grad_norm=max_grad_norm,
    )  # fmt: skip
    parts = make_parts("classify", settings=asked)
    before = state_of(parts[0])
    run(parts, tmp_path)
    moved = [parts[0].state_dict()[name].double() - before[name].double() for name in before]
    norm = 10 * math.sqrt(sum((change**2).sum().item() for change in moved))
    if max_grad_norm < 1:
        assert norm == pytest.approx(max_grad_norm, rel=0.05)
    else:
        assert norm > 0.01, "nothing was clipped"


def test_progress_ends_at_the_end(tmp_path):
    seen = []
    run(make_parts("classify", settings=SHORT), tmp_path, report=seen.append)
    assert (seen[-1].done, seen[-1].total) == (8, 8)
    assert {"loss", "learning_rate", "tokens_per_second"} == set(seen[-1].values)
