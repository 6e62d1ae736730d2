"""What the tests of plans share: two studies over every natural task, and their plans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from natural_provider import NaturalProvider

from isthmus.study.plan import make_plan
from isthmus.study.study import Study

if TYPE_CHECKING:
    from isthmus.study.step import Plan

SCRATCH: dict[str, Any] = {
    "name": "scratch",
    "data": "files",
    "models": {
        "tiny": {
            "pretrain": {
                "size": "tiny",
                "corpus": ["ntrex_text", "ntrex_bitext", "squad_v1"],
                "languages": ["en", "de", "th"],
                "training": {"max_steps": 100, "max_length": 64},
            }
        }
    },
    "routes": {
        "baseline": [],
        "squad_v1": [{"tasks": ["squad_v1"]}],
        "multi": [
            {
                "tasks": ["squad_v1", "mnli", "ccg"],
                "mixture": {"mlm_share": 0.25},
                "mlm": ["ntrex_text"],
            }
        ],
        "chain": [{"tasks": ["squad_v1"]}, {"tasks": ["mnli"]}],
    },
    "targets": ["xnli", "udpos", "xquad", "mlqa", "tatoeba", "bucc2018"],
    "languages": ["en", "de", "th"],
}
LOADED: dict[str, Any] = {
    **SCRATCH,
    "name": "loaded",
    "models": {"xlmr": {"load": "FacebookAI/xlm-roberta-base", "revision": "abc"}},
    "seeds": [0, 1],
    "selection": {"keep": "best"},
    "training": {"precision": "bf16"},
    "joined_words": True,
}


def planned(declared: dict[str, Any]) -> Plan:
    return make_plan(Study(**declared), NaturalProvider())


def trainings(plan: Plan) -> list[Any]:
    return [step for step in plan.steps if step.verb == "train"]
