from __future__ import annotations

import pytest

from isthmus.models.checkpoint import HeadInfo
from isthmus.study.work.learn import carried_head


def info(name, form="classify", labels=("a", "b")):
    return HeadInfo(name=name, form=form, auto_model="any", labels=labels)


@pytest.mark.parametrize(
    ("before", "carried"),
    [
        ((), None),
        (("qnli", "rte"), "qnli"),
        (("qnli", "mnli", "rte"), "mnli"),
    ],
)
def test_the_head_of_the_same_name_is_carried_before_others(before, carried):
    heads = {name: info(name) for name in before}
    assert carried_head("mnli", "classify", ["a", "b"], heads) == carried


def test_a_head_of_other_labels_order_or_form_is_not_carried():
    heads = {
        "mnli": info("mnli", labels=("b", "a")),
        "more": info("more", labels=("a", "b", "c")),
        "tags": info("tags", form="tag"),
    }
    assert carried_head("mnli", "classify", ["a", "b"], heads) is None
    assert carried_head("xquad", "span", [], {"squad": info("squad", "span", ())}) == "squad"
