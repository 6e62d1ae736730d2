from __future__ import annotations

import pytest
from filled_store import declared, fill

import isthmus
from isthmus.errors import StoreError, StudyError


@pytest.fixture
def stores(tmp_path):
    return tmp_path / "before", tmp_path / "after"


def compared(stores):
    (difference,) = isthmus.diff(*stores, num_draws=500)
    return difference


def test_two_equal_runs_differ_in_nothing(tmp_path, stores):
    for store in stores:
        fill(declared(tmp_path), store)
    found = compared(stores)
    assert found.is_none
    assert found.is_whole
    assert (found.num_compared, found.num_moved) == (18, 0)
    assert found.moved == found.causes == found.declared == found.notes == ()


def test_a_change_that_helps_is_told_from_noise_and_its_cause_is_named(tmp_path, stores):
    fill(declared(tmp_path), stores[0])
    changed = declared(tmp_path, training={"batch_size": 8})
    fill(changed, stores[1], chance=lambda cell: 0.5 + 0.2 * (cell.route == "reading"))
    found = compared(stores)
    assert [(each.path, each.after) for each in found.declared] == [
        ("training", '{"batch_size": 8}')
    ]
    (cause,) = found.causes
    assert (cause.path, cause.after, cause.num_scores) == ("training.batch_size", "8", 18)
    assert found.num_moved == 9, "the same answers of base are the same scores"
    assert {row.route for row in found.moved} == {"reading"}
    assert [row.group for row in found.moved] == ["qar", "qor", "qlz", ""]
    mean = found.moved[-1]
    assert mean.estimate.value == pytest.approx(20, abs=4)
    assert mean.after - mean.before == pytest.approx(mean.estimate.value)
    assert mean.is_beyond_noise
    assert not found.is_none
    assert found.means == (mean,)


def test_other_luck_is_noise(tmp_path, stores):
    fill(declared(tmp_path), stores[0])
    fill(declared(tmp_path), stores[1], draw=1)
    found = compared(stores)
    assert found.causes == (), "the same steps, other numbers"
    assert found.num_moved == 18
    assert not any(row.is_beyond_noise for row in found.moved)
    assert all(row.q >= row.p for row in found.moved)


def test_examples_that_only_one_side_has_are_left_out_and_said(tmp_path, stores):
    fill(declared(tmp_path), stores[0], chance=lambda _: 0.3)
    fill(declared(tmp_path), stores[1], chance=lambda _: 0.4, uids=lambda _: range(399, 99, -1))
    found = compared(stores)
    said = "xnli test qar qor qlz: of 300 and 400 examples 300 are in all runs"
    assert any(said in note for note in found.notes)
    assert {row.estimate.num_examples for row in found.moved if row.group} == {300}
    # Who was right at the lower chance is right at the higher one: no example went the other way.
    assert all(row.after > row.before for row in found.moved)


def test_no_example_in_common_compares_nothing(tmp_path, stores):
    fill(declared(tmp_path), stores[0])
    fill(declared(tmp_path), stores[1], uids=lambda _: range(400, 900))
    found = compared(stores)
    assert found.num_moved == 18
    assert found.moved == ()
    assert "no example is in both" in found.notes[-1]


def test_what_only_one_store_has_is_named(tmp_path, stores):
    fill(declared(tmp_path), stores[0])
    changed = declared(tmp_path, targets=["xnli", "pawsx"], languages=["qar", "qor"], seeds=[0, 1])
    fill(changed, stores[1], keep=lambda cell: cell.seed == 0)
    found = compared(stores)
    before, after = stores
    assert f"Only in {before}: language qlz." in found.notes
    assert f"Only in {before}: seed 2." in found.notes
    assert f"Only in {after}: target pawsx." in found.notes
    assert any(note.startswith(f"{after}: 8 of 16 scores are there") for note in found.notes)
    assert found.num_compared == 4
    assert not found.is_whole


def test_studies_without_a_score_in_common_say_so(tmp_path, stores):
    fill(declared(tmp_path), stores[0])
    fill(declared(tmp_path, targets=["pawsx"]), stores[1])
    found = compared(stores)
    assert found.notes[0] == "The two have no score in common, so nothing is compared."
    assert (found.num_compared, found.moved) == (0, ())


def test_another_first_metric_is_not_compared(tmp_path, stores):
    opened = fill(declared(tmp_path), stores[0])
    fill(declared(tmp_path), stores[1], draw=1)
    plan = stores[1] / "studies" / "mini" / "plan.json"
    text = plan.read_text()
    assert '"metrics": ["accuracy"]' in text
    plan.write_text(text.replace('"metrics": ["accuracy"]', '"metrics": ["f1_macro"]'))
    found = compared(stores)
    assert found.moved == ()
    assert "xnli test: scored by accuracy before and by f1_macro after" in found.notes[-1]
    assert opened.plan.cells


def test_every_common_study_is_compared_or_the_one_that_is_named(tmp_path, stores):
    for store in stores:
        for name in ("one", "two"):
            fill(declared(tmp_path, name), store, keep=lambda _: False)
    assert [each.study for each in isthmus.diff(*stores)] == ["one", "two"]
    assert [each.study for each in isthmus.diff(*stores, study="two")] == ["two"]


def test_what_is_not_there_is_an_error_that_says_what_is(tmp_path, stores):
    with pytest.raises(StudyError, match=r"There is no store in .*before"):
        isthmus.diff(*stores)
    for name, store in zip(("one", "two"), stores, strict=True):
        fill(declared(tmp_path, name), store, keep=lambda _: False)
    with pytest.raises(StudyError, match=r"no study in common: .*before has one; .*after has two"):
        isthmus.diff(*stores)
    with pytest.raises(StudyError, match=r"no study 'on' in the store .*Did you mean 'one'"):
        isthmus.diff(*stores, study="on")
    (stores[0] / "studies" / "one" / "plan.json").write_text("{")
    with pytest.raises(StoreError, match=r"plan.json cannot be read"):
        isthmus.diff(stores[0], stores[0], study="one")
