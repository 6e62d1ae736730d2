from __future__ import annotations

import pytest

from isthmus.examples import Pair
from isthmus.forms.catalogue import FORMS
from isthmus.forms.form import FormSpec
from isthmus.forms.statistics import stats


def test_counts_and_shares(xlmr):
    pairs = [Pair(uid="1", text="The ☂ ☂"), Pair(uid="2", text="The The The The The The The")]
    table = FORMS["classify"].encode(pairs, xlmr, FormSpec(max_length=8))
    found = stats(table, xlmr)
    lengths = [len(row) for row in table.column("input_ids").to_pylist()]
    unknown = sum(row.count(xlmr.unk_token_id) for row in table.column("input_ids").to_pylist())
    assert unknown == 2
    assert found == {
        "num_rows": 2,
        "num_tokens": sum(lengths),
        "mean_length": sum(lengths) / 2,
        "max_length": 8,
        "truncated": 0.5,
        "unknown": pytest.approx(2 / (sum(lengths) - 4)),
    }


def test_nothing(xlmr):
    found = stats(FORMS["classify"].encode([], xlmr, FormSpec()), xlmr)
    assert set(found.values()) == {0}
