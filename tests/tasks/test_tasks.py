"""Looking tasks up by name; the contract over all of them is in ``contracts``."""

from __future__ import annotations

import subprocess
import sys

import pytest

from isthmus.errors import StudyError
from isthmus.tasks.catalogue import TASKS, task
from isthmus.tasks.labels import NER_LABELS, NLI_LABELS, UPOS_LABELS


def test_a_task_by_its_name():
    for row in TASKS:
        assert task(row.name) is row


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ("tatoebba", "Did you mean 'tatoeba'?"),
        ("squadv1", "Did you mean 'squad_v1'?"),
        ("zzz", "Known: "),
    ],
)
def test_an_unknown_name_suggests_the_nearest(wrong, hint):
    with pytest.raises(StudyError, match=f"task '{wrong}' is not known") as caught:
        task(wrong)
    assert hint in str(caught.value)


def test_label_sets_are_those_of_the_data():
    assert NLI_LABELS == ("entailment", "neutral", "contradiction")
    assert len(UPOS_LABELS) == 17
    assert sorted({tag[2:] for tag in NER_LABELS if tag != "O"}) == ["LOC", "ORG", "PER"]


def test_inference_tasks_can_share_a_head():
    named = {row.name: row.labels for row in TASKS}
    for name in ("anli_plus", "mnli", "snli", "anli", "xnli", "ocnli", "indonli", "kornli"):
        assert named[name] == NLI_LABELS


def test_the_settings_of_the_papers_code():
    recipes = {
        r.name: (r.recipe.num_epochs, r.recipe.batch_size, r.recipe.max_length) for r in TASKS
    }
    assert recipes["xnli"] == (2, 32, 256)
    assert recipes["pawsx"] == (5, 32, 256)
    assert recipes["udpos"] == recipes["panx"] == (10, 32, 256)
    assert recipes["xquad"] == recipes["mlqa"] == recipes["tydiqa"] == (2, 16, 384)
    assert recipes["mnli"] == recipes["anli_plus"] == (2, 24, 256)
    assert recipes["qqp"] == (3, 24, 256)
    assert recipes["squad_v1"] == recipes["squad_v2"] == (3, 8, 384)
    assert recipes["hellaswag"] == (7, 24, 256)
    assert recipes["ccg"] == (15, 24, 256)
    assert recipes["cosmosqa"] == (15, 4, 256)
    assert recipes["commonsenseqa"] == (10, 4, 256)


def test_the_catalogue_does_not_import_torch():
    code = (
        "import sys, isthmus.tasks.catalogue, isthmus.sources.files; print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
