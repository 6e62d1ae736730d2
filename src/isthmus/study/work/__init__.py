"""Performs steps: the one place where verbs meet the code that does them.

Every function here takes a ``Job`` and returns the JSON values that the step's record keeps. What
a step writes beside them lies in its folder; nothing else is touched.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import torch

from isthmus.study.work.adapt import adapt
from isthmus.study.work.data import encode, read
from isthmus.study.work.learn import load, tokenizer, train
from isthmus.study.work.measure import predict, score
from isthmus.study.work.retrieve import embed
from isthmus.study.work.translate import translate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from isthmus.study.step import Job, Verb

VERBS: Mapping[Verb, Callable[[Job], Mapping[str, object]]] = MappingProxyType(
    {
        "read": read,
        "translate": translate,
        "tokenizer": tokenizer,
        "load": load,
        "encode": encode,
        "train": train,
        "embed": embed,
        "predict": predict,
        "adapt": adapt,
        "score": score,
    }
)


def perform(job: Job) -> Mapping[str, object]:
    """Performs one step in its folder and returns the result for its record.

    Raises:
        IsthmusError: With what failed and what to do; see ``errors``.
    """
    torch.set_num_threads(job.num_threads)
    return VERBS[job.step.verb](job)
