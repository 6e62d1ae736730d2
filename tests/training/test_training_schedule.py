from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.errors import StudyError
from isthmus.training.schedule import (
    even_shares,
    even_subset,
    learning_rate,
    make_schedule,
    mixing_probabilities,
    stream,
    subset,
)
from isthmus.training.settings import Mixture, TrainingSettings

EPOCHS = TrainingSettings(num_epochs=3.0, batch_size=4)


def drawn(schedule, task):
    """The units of one task in the order they are trained."""
    units = [schedule.units(step) for step in range(len(schedule))]
    return np.concatenate([u for t, u in units if t == task] or [np.empty(0, dtype=int)])


@given(
    size=st.integers(1, 40),
    batch_size=st.integers(1, 12),
    num_epochs=st.integers(1, 4),
    seed=st.integers(0, 2**62),
)
@settings(deadline=None, max_examples=60)
def test_every_epoch_has_every_unit_once(size, batch_size, num_epochs, seed):
    asked = TrainingSettings(num_epochs=float(num_epochs), batch_size=batch_size)
    schedule = make_schedule([size], asked, Mixture(), seed=seed)
    units = drawn(schedule, 0)
    assert size * num_epochs <= len(units) < size * num_epochs + batch_size
    for epoch in range(num_epochs):
        assert sorted(units[epoch * size : (epoch + 1) * size]) == list(range(size))
    rest = units[num_epochs * size :]
    assert max(Counter(rest[:size].tolist()).values(), default=1) == 1


def test_epochs_differ_and_so_do_seeds_and_tasks():
    one = drawn(make_schedule([30], EPOCHS, Mixture(), seed=0), 0)
    other = drawn(make_schedule([30], EPOCHS, Mixture(), seed=1), 0)
    assert list(one[:30]) != list(one[30:60])
    assert list(one[:30]) != list(other[:30])
    both = make_schedule([30, 30], EPOCHS, Mixture(), seed=0)
    assert list(drawn(both, 0)[:20]) != list(drawn(both, 1)[:20])


def test_the_units_of_a_step_do_not_depend_on_what_was_asked_before():
    schedule = make_schedule([7, 50], EPOCHS, Mixture(), seed=3)
    forward = [schedule.units(step)[1].tolist() for step in range(len(schedule))]
    backward = [schedule.units(step)[1].tolist() for step in reversed(range(len(schedule)))]
    assert forward == backward[::-1]


@pytest.mark.parametrize(
    ("mixture", "expected"),
    [
        (Mixture(), [0.1, 0.3, 0.6]),
        (Mixture(cap=300), [1 / 7, 3 / 7, 3 / 7]),
        (Mixture(temperature=2.0), np.sqrt([1, 3, 6]) / np.sqrt([1, 3, 6]).sum()),
        (Mixture(cap=100, temperature=5.0), [1 / 3, 1 / 3, 1 / 3]),
        (Mixture(rule="uniform"), [1 / 3, 1 / 3, 1 / 3]),
        (Mixture(rule="weights", weights=(1.0, 1.0, 2.0)), [0.25, 0.25, 0.5]),
    ],
)
def test_tasks_are_mixed_by_rule(mixture, expected):
    assert mixing_probabilities([100, 300, 600], mixture) == pytest.approx(expected)
    many = TrainingSettings(max_steps=20_000, batch_size=1)
    schedule = make_schedule([100, 300, 600], many, mixture, seed=0)
    shares = np.bincount(schedule.task_of_step, minlength=3) / 20_000
    assert shares == pytest.approx(expected, abs=0.015), "4 standard errors"


@pytest.mark.parametrize("weights", [(), (1.0,), (1.0, -1.0), (0.0, 0.0)])
def test_weights_must_fit_the_tasks(weights):
    with pytest.raises(StudyError, match=r"mixture\.weights must be 2"):
        mixing_probabilities([5, 5], Mixture(rule="weights", weights=weights))


def test_language_modelling_has_its_share_on_top_of_the_epochs():
    sizes, mixture = [400, 100, 99_999], Mixture(mlm_share=0.2)
    schedule = make_schedule(sizes, EPOCHS, mixture, seed=0, mlm_task=2)
    assert len(schedule) == np.ceil(3 * 500 / 4 / 0.8)
    shares = np.bincount(schedule.task_of_step) / len(schedule)
    assert shares == pytest.approx([0.64, 0.16, 0.2], abs=0.08)
    alone = make_schedule(sizes[:2], EPOCHS, mixture, seed=0)
    assert set(alone.task_of_step) == {0, 1}
    assert len(alone) == 375


def test_epochs_count_each_task_up_to_the_cap():
    assert len(make_schedule([1000, 8], EPOCHS, Mixture(cap=32), seed=0)) == 3 * 40 / 4
    assert len(make_schedule([1000], EPOCHS, Mixture(cap=32), seed=0)) == 3 * 1000 / 4
    fixed = replace(EPOCHS, max_steps=7)
    assert len(make_schedule([1000], fixed, Mixture(), seed=0)) == 7
    part = replace(EPOCHS, num_epochs=0.1)
    assert len(make_schedule([1000], part, Mixture(), seed=0)) == 25


@pytest.mark.parametrize("sizes", [[], [0], [5, 0]])
def test_an_empty_task_is_refused(sizes):
    with pytest.raises(StudyError, match="needs training examples"):
        make_schedule(sizes, EPOCHS, Mixture(), seed=0)


def text_of(seed):
    schedule = make_schedule([13, 40, 9], EPOCHS, Mixture(temperature=2.0), seed=seed)
    units = [schedule.units(step)[1].tolist() for step in range(len(schedule))]
    drawn_part = subset(100, 5, seed=seed).tolist()
    return f"{schedule.task_of_step.tolist()} {units} {drawn_part} {stream(seed, 2, 5).random()}"


def test_schedules_are_alike_in_every_process():
    code = "import test_training_schedule as t; print(t.text_of(11))"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parent,
    )  # fmt: skip
    assert run.stdout.strip() == text_of(11)


@given(
    num_steps=st.integers(1, 300),
    warmup_fraction=st.floats(0, 1),
    decay=st.sampled_from(["linear", "constant"]),
)
@settings(deadline=None, max_examples=60)
def test_the_learning_rate_is_that_of_transformers(num_steps, warmup_fraction, decay):
    asked = TrainingSettings(peak_lr=2e-5, warmup_fraction=warmup_fraction, decay=decay)
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=2e-5)
    num_warmup = round(warmup_fraction * num_steps)
    scheduler = (
        transformers.get_linear_schedule_with_warmup(optimiser, num_warmup, num_steps)
        if decay == "linear"
        else transformers.get_constant_schedule_with_warmup(optimiser, num_warmup)
    )
    for step in range(num_steps):
        expected = scheduler.get_last_lr()[0]
        assert learning_rate(step, num_steps, asked) == pytest.approx(expected, rel=1e-12)
        assert 0 <= learning_rate(step, num_steps, asked) <= 2e-5 * (1 + 1e-12)
        optimiser.step()
        scheduler.step()


@given(size=st.integers(0, 60), count=st.one_of(st.none(), st.integers(0, 80)))
@settings(deadline=None, max_examples=60)
def test_a_subset_is_ascending_and_without_repeats(size, count):
    found = subset(size, count, seed=1)
    assert len(found) == min(size, size if count is None else count)
    assert sorted(set(found.tolist())) == found.tolist()
    assert all(0 <= index < size for index in found)


def test_a_subset_is_drawn_and_not_the_first():
    assert subset(1000, 10, seed=1).tolist() != list(range(10))
    assert subset(1000, 10, seed=1).tolist() != subset(1000, 10, seed=2).tolist()


@given(sizes=st.lists(st.integers(0, 40), min_size=1, max_size=6), share=st.floats(0.0, 1.0))
def test_languages_share_a_number_as_evenly_as_their_sizes_allow(sizes, share):
    count = int(share * sum(sizes))
    shares = even_shares(sizes, count)
    assert sum(shares) == count
    assert all(0 <= each <= size for each, size in zip(shares, sizes, strict=True))
    open_ended = [each for each, size in zip(shares, sizes, strict=True) if each < size]
    assert max(shares) - min(open_ended, default=max(shares)) <= 1
    found = even_subset(sizes, count, seed=3)
    assert len(set(found.tolist())) == count
    stops = np.cumsum(sizes)
    assert (
        np.bincount(np.searchsorted(stops, found, side="right"), minlength=len(sizes))[
            : len(sizes)
        ].tolist()
        == shares
    )


def test_every_language_is_drawn_by_itself():
    found = even_subset([50, 50], 10, seed=1)
    one, other = found[:5].tolist(), (found[5:] - 50).tolist()
    assert one != other
    assert one != even_subset([50, 50], 10, seed=2)[:5].tolist()
    assert one == even_subset([50, 60], 10, seed=1)[:5].tolist()


@pytest.mark.parametrize("count", [None, 7])
def test_no_number_is_shared_that_is_not_there(count):
    with pytest.raises(StudyError, match=rf"num_train, {count}, among .* \[2, 4\].*6 at most"):
        even_subset([2, 4], count, seed=0)
