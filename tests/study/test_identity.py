from __future__ import annotations

import enum
import json
import math
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.errors import StudyError
from isthmus.study.identity import canonical, digest, step_key

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


class Colour(enum.StrEnum):
    RED = "red"


@given(VALUES)
def test_canonical_is_json_that_reads_back_as_the_value(value: object) -> None:
    assert json.loads(canonical(value)) == value


@given(VALUES, VALUES)
def test_equal_digests_are_equal_json(one: object, other: object) -> None:
    assert (digest(one) == digest(other)) == (json.dumps(one) == json.dumps(other)) or (
        # the order of keys is the only thing that JSON text shows and identity ignores
        json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    )


@given(st.dictionaries(st.text(), VALUES, min_size=2))
def test_order_of_keys_does_not_matter(value: dict[str, object]) -> None:
    backwards = dict(reversed(value.items()))
    assert digest(value) == digest(backwards) == digest(MappingProxyType(value))


def test_order_of_lists_and_kind_of_numbers_do_matter() -> None:
    different = [[1, 2], [2, 1], [1.0, 2], [True, 2], ["1", 2], [None, 2]]
    assert len({digest(value) for value in different}) == len(different)
    assert digest((1, 2)) == digest([1, 2])


def test_floats_are_written_by_repr() -> None:
    assert canonical([0.1, 1e-5, 2e16, -0.0]) == b"[0.1,1e-05,2e+16,-0.0]"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"languages": {"en", "de"}}, r"languages is .*set.*write a sorted list"),
        ({"root": [Path("/data")]}, r"root\[0\] is .*digest of its contents"),
        ({"a": {"peak_lr": math.nan}}, r"a\.peak_lr is nan.*finite number"),
        (math.inf, r"The value is inf"),
        ({"n": np.int64(3)}, r"n is .*int64"),
        ({"x": np.float64(3)}, r"x is .*float64.*plain int or float"),
        ({"task": Colour.RED}, r"task is .*Colour.*plain string"),
        ({"model": object()}, r"model is .*object.*JSON values"),
        ({"raw": b"abc"}, r"raw is .*bytes.*digest"),
        ({"by_seed": {0: "a"}}, r"by_seed has the key 0; write keys as plain strings"),
    ],
)
def test_refuses_what_has_no_one_form(value: object, message: str) -> None:
    with pytest.raises(StudyError, match=message):
        digest(value)


def test_step_keys_depend_on_verb_version_settings_and_inputs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from isthmus.study import identity

    keys = [
        step_key("read", {"task": "xnli"}, {}),
        step_key("encode", {"task": "xnli"}, {}),
        step_key("read", {"task": "xnli", "split": None}, {}),
        step_key("read", {"task": "xnli"}, {"examples": "0"}),
        step_key("read", {}, {"task": "xnli"}),
    ]
    monkeypatch.setattr(identity, "VERB_VERSIONS", {"read": 2})
    keys.append(step_key("read", {"task": "xnli"}, {}))
    assert len(set(keys)) == len(keys)
    assert all(len(key) == 32 and int(key, 16) >= 0 for key in keys)


def test_golden_digest() -> None:
    """Fixed for good: another value here would orphan every store there is."""
    value = {"b": [1, 2.5, None, True], "a": {"é": "ü", "": -0.0}}
    assert canonical(value) == b'{"a":{"":-0.0,"\\u00e9":"\\u00fc"},"b":[1,2.5,null,true]}'
    assert digest(value) == "bbc3f5d32c38a4d468f625aa1ef3fe9c"
