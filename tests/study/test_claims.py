from __future__ import annotations

import pytest
import yaml

from isthmus.api import find_study, load_study, plan
from isthmus.errors import StudyError
from isthmus.study.study import Study

DECLARATION = {
    "name": "claims",
    "data": "world",
    "models": {"nano": {"pretrain": {"size": "nano", "corpus": ["text"], "languages": ["qar"]}}},
    "routes": {"base": [], "reading": [{"tasks": ["squad_v1"]}]},
    "targets": ["udpos", "xnli"],
    "languages": ["qar", "qor"],
}


def claim(*holds):
    return {"says": "Something holds.", "holds": list(holds)}


def study(*holds):
    return Study(**DECLARATION, claims=[claim(*holds)])


def problems(tmp_path, *holds):
    path = tmp_path / "claims.yaml"
    path.write_text(yaml.safe_dump(DECLARATION | {"claims": [claim(*holds)]}, sort_keys=False))
    with pytest.raises(StudyError) as raised:
        plan(path)
    return str(raised.value)


def test_a_study_has_the_claims_that_it_declares():
    declared = study(
        {"gain": {"route": "reading", "published": 3}},
        {"better": {"route": "reading", "than": "base", "targets": ["xnli"], "at_least": 0.5}},
        {"best": {"languages": "zero_shot"}},
        {"improves": {"targets": ["udpos"], "at_least": 1, "by": 0.5}},
        {"correlates": {"route": "reading", "distance": "order", "sign": "negative"}},
    )
    (found,) = declared.claims
    assert found.holds[0].gain.published == 3
    assert found.holds[0].gain.targets == "all"
    assert found.holds[3].improves.routes == "all"
    assert found.holds[4].correlates.what == "gain"
    assert plan(declared).cells


def test_claims_are_not_identity():
    assert study({"best": {}}).digest == Study(**DECLARATION).digest


@pytest.mark.parametrize(
    ("predicate", "says"),
    [
        ({"gain": {"route": "reeding"}}, "gain.route: unknown route 'reeding'. Did you mean 'read"),
        (
            {"better": {"route": "reading", "than": "bse"}},
            "better.than: unknown route 'bse'. Did you",
        ),
        (
            {"best": {"targets": ["udpso"]}},
            "best.targets: unknown target 'udpso'. Did you mean 'udpos'",
        ),
        (
            {"improves": {"routes": ["raeding"], "at_least": 1}},
            "improves.routes: unknown route 'raeding'. Did you mean 'reading'",
        ),
        (
            {"correlates": {"route": "reading", "distance": "ordre", "sign": "negative"}},
            "correlates.distance: unknown distance 'ordre'. Did you mean 'order'",
        ),
        ({"gain": {"rout": "reading"}}, "unknown field 'rout'. Did you mean 'route'"),
        ({"gains": {"route": "reading"}}, "unknown field 'gains'. Did you mean 'gain'"),
        ({}, "declare one of gain, better, best, improves, correlates, worth, got none"),
        ({"best": {}, "gain": {"route": "reading"}}, "got gain and best"),
        ({"improves": {}}, "say how many routes improve"),
        ({"improves": {"at_least": 2, "at_most": 1}}, "'at_most' is 1, less than 'at_least', 2"),
        ({"best": {"targets": []}}, "expected 'all' or a list of names"),
        ({"best": {"targets": ["xnli", "xnli"]}}, "'xnli' is listed twice"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_its_line(tmp_path, predicate, says):
    message = problems(tmp_path, predicate)
    assert says in message
    assert "claims.yaml:" in message
    assert "claims[0].holds[0]" in message


def test_the_claims_of_the_protocol_are_in_the_paper_s_study():
    claims = load_study(find_study("phang2020")).claims
    assert len(claims) == 7
    published = [
        predicate.gain.published for predicate in claims[0].holds if predicate.gain is not None
    ]
    assert published == [8.2, 7.5, 7.0]
    assert claims[1].holds[0].gain.published == 8.7
    assert claims[2].holds[0].best.published == 5.4
    assert all(claim.published_on.model for claim in claims)
