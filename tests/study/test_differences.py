from __future__ import annotations

from plan_work import SCRATCH, planned

from isthmus.study import step as step_module
from isthmus.study.differences import causes, changes


def found(before, after):
    return [(change.path, change.before, change.after) for change in changes(before, after)]


def test_changes_are_named_by_their_place():
    before = {"training": {"peak_lr": 2e-5, "seed": 1}, "seeds": [0], "list": [{"a": 1}, 2]}
    after = {"training": {"peak_lr": 3e-5}, "seeds": [0, 1], "list": [{"a": None}, 2], "x": ""}
    assert found(before, after) == [
        ("training.peak_lr", "2e-05", "3e-05"),
        ("training.seed", "1", ""),
        ("seeds", "[0]", "[0, 1]"),
        ("list[0].a", "1", "null"),
        ("x", "", '""'),
    ]
    assert found(before, before) == []


def test_true_is_not_1():
    assert found({"a": True}, {"a": 1}) == [("a", "true", "1")]


def why(before, after):
    """The causes of every score that both plans have."""
    places = {
        (cell.route, cell.target, cell.language, cell.seed): cell.score_key for cell in after.cells
    }
    pairs = [
        (cell.score_key, places[place])
        for cell in before.cells
        if (place := (cell.route, cell.target, cell.language, cell.seed)) in places
    ]
    return causes(before, after, pairs)


def test_equal_plans_have_no_cause():
    assert why(planned(SCRATCH), planned(SCRATCH)) == []


def test_a_setting_is_named_once_with_all_that_stands_on_it():
    before = planned(SCRATCH)
    after = planned({**SCRATCH, "training": {"peak_lr": 1e-4}})
    (cause,) = why(before, after)
    assert (cause.kind, cause.verb, cause.path) == ("setting", "train", "training.peak_lr")
    assert cause.after == "0.0001"
    trained = [step for step in before.steps if step.verb == "train"]
    assert cause.num_steps == len(trained) - 1, "all but pretraining"
    retrieved = [c for c in before.cells if c.target in {"tatoeba", "bucc2018"}]
    alone = [c for c in retrieved if c.route == "baseline"]
    assert cause.num_scores == len(before.cells) - len(alone)


def test_an_added_corpus_is_an_input_that_one_side_has():
    pretrain = {**SCRATCH["models"]["tiny"]["pretrain"], "languages": ["en", "de", "th", "fr"]}
    after = planned({**SCRATCH, "models": {"tiny": {"pretrain": pretrain}}})
    by_name = {(cause.verb, cause.path): cause for cause in why(planned(SCRATCH), after)}
    tokenizer = by_name["tokenizer", "text"]
    assert (tokenizer.kind, tokenizer.before) == ("input", "")
    assert tokenizer.after == "read ntrex_text train fr"
    assert by_name["train", "train"].num_steps == 1


def test_another_version_of_a_verb_is_said(monkeypatch):
    before = planned(SCRATCH)
    newer = {**step_module.VERB_VERSIONS, "predict": 99}
    monkeypatch.setattr("isthmus.study.identity.VERB_VERSIONS", newer)
    (cause,) = why(before, planned(SCRATCH))
    assert (cause.kind, cause.verb, cause.path) == ("version", "predict", "")
    assert cause.num_scores == len(before.cells)
