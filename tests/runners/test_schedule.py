from __future__ import annotations

import random

import pytest
from runner_work import make_grid, make_plan, make_step

import isthmus
from isthmus.errors import StudyError
from isthmus.runners.schedule import Schedule, bottlenecks, missing_steps


def run_all(schedule):
    taken = []
    while schedule.unfinished:
        step = schedule.take()
        taken.append(step.title)
        schedule.finish(step)
    return taken


def test_inputs_come_before_their_users(tmp_path):
    plan = make_grid(tmp_path)
    order = run_all(Schedule(plan.steps))
    titles = {step.key: step.title for step in plan.steps}
    for step in plan.steps:
        for key in step.inputs.values():
            assert order.index(titles[key]) < order.index(step.title)
    assert len(order) == len(plan.steps)


def test_the_longest_chain_goes_first():
    short = make_step("short", num_tokens=10_000)
    first = make_step("first", num_tokens=2_000)
    last = make_step("last", {"init": first}, num_tokens=500_000)
    assert run_all(Schedule([short, first, last])) == ["first", "last", "short"]


def test_a_score_does_not_wait_for_other_trainings():
    predict = make_step("predict", num_tokens=2_000)
    score = make_step("score", {"predictions": predict}, verb="score")
    long = make_step("long", num_tokens=10**7)
    schedule = Schedule([predict, score, long])
    assert schedule.take() is long
    schedule.finish(schedule.take())
    assert schedule.take() is score


def test_among_equals_the_checkpoint_in_memory_decides():
    trains = [make_step(f"train {name}") for name in "ab"]
    predicts = [
        make_step(f"predict {train.title}", {"checkpoint": train}, verb="predict")
        for train in trains
    ]
    schedule = Schedule([*trains, *predicts])
    for _ in trains:
        schedule.finish(schedule.take())
    assert schedule.take(held=trains[1].key) is predicts[1]
    assert schedule.take(held=trains[1].key) is predicts[0]
    assert schedule.take() is None


def test_a_held_checkpoint_does_not_delay_a_long_training():
    held = make_step("held")
    near = make_step("near", {"checkpoint": held}, verb="predict")
    long = make_step("long", num_tokens=10**7)
    schedule = Schedule([near, long])
    assert schedule.take(held=held.key) is long


def test_steps_that_are_passed_over_stay_ready():
    one, two = make_step("one"), make_step("two")
    schedule = Schedule([one, two])
    assert schedule.take(without=[one.key]) is two
    assert schedule.take(without=[one.key]) is None
    assert schedule.take() is one


def test_a_failure_blocks_what_needs_it_and_nothing_else():
    bad = make_step("bad")
    needs = make_step("needs", {"init": bad})
    needs_that = make_step("needs that", {"init": needs})
    free = make_step("free")
    schedule = Schedule([bad, needs, needs_that, free])
    assert schedule.fail(bad) == (needs, needs_that)
    assert schedule.take(without=[bad.key]) is free
    schedule.finish(free)
    assert not schedule.unfinished


def test_two_failures_block_a_common_user_once():
    left, right = make_step("left"), make_step("right")
    both = make_step("both", {"a": left, "b": right})
    schedule = Schedule([left, right, both])
    assert schedule.fail(left) == (both,)
    assert schedule.fail(right) == ()
    assert not schedule.unfinished


def test_only_what_the_last_steps_need_is_missing():
    read = make_step("read", verb="read")
    train = make_step("train", {"train": read})
    predict = make_step("predict", {"checkpoint": train}, verb="predict")
    score = make_step("score", {"predict": predict}, verb="score")
    plan = make_plan(read, train, predict, score)
    everything = missing_steps(plan, lambda key: False)
    assert everything == plan.steps
    assert missing_steps(plan, {score.key}.__contains__) == ()
    # Its inputs' results may have been deleted: a prediction that is there needs none of them.
    assert missing_steps(plan, {predict.key}.__contains__) == (score,)


def test_an_input_outside_the_plan_is_an_error():
    plan = make_plan(make_step("score", {"predict": make_step("gone")}, verb="score"))
    with pytest.raises(StudyError, match="does not hold"):
        missing_steps(plan, lambda key: False)


@pytest.mark.parametrize("seed", range(20))
def test_any_graph_is_run_whole_whatever_finishes_or_fails_first(seed):
    draw = random.Random(seed)
    steps = []
    for number in range(40):
        inputs = draw.sample(steps, min(len(steps), draw.randint(0, 3)))
        steps.append(
            make_step(
                f"{seed}-{number}",
                {str(role): step for role, step in enumerate(inputs)},
                num_tokens=draw.randrange(10**5),
            )
        )
    schedule, running, closed = Schedule(steps), [], set()
    while schedule.unfinished:
        while (step := schedule.take()) is not None:
            assert set(step.inputs.values()) <= closed
            running.append(step)
        step = running.pop(draw.randrange(len(running)))
        if draw.random() < 0.1:
            schedule.fail(step)
        else:
            closed.add(step.key)
            schedule.finish(step)


def test_a_step_is_a_bottleneck_where_no_other_computing_step_can_run_beside_it():
    read = make_step("read", verb="read", num_tokens=0)
    pretrain = make_step("pretrain", {"a": read}, num_tokens=100)
    twins = [make_step(name, {"init": pretrain}, num_tokens=100) for name in ("left", "right")]
    other_read = make_step("other read", verb="read", num_tokens=0)
    last = make_step("last", {"a": twins[0], "b": twins[1], "gold": other_read}, num_tokens=100)
    plan = make_plan(read, pretrain, *twins, other_read, last)
    assert bottlenecks(plan) == {pretrain.key, last.key}


def test_the_pretraining_of_the_only_encoder_is_a_bottleneck():
    plan = isthmus.plan("world")
    first = next(step for step in plan.steps if step.verb == "train")
    assert bottlenecks(plan) == {first.key}
