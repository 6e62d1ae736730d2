"""The verb of few-shot training: on k examples of a language, then predict, all in memory."""

from __future__ import annotations

import copy
import json
import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa

from isthmus.errors import StepFailed
from isthmus.examples import Choice, Pair, Question
from isthmus.forms.catalogue import FORMS
from isthmus.forms.features import Features
from isthmus.models.build import set_dropout
from isthmus.study.tables import (
    EXAMPLES,
    PREDICTIONS,
    StoredExamples,
    read_examples,
    read_table,
    write_predictions,
)
from isthmus.study.work.checkpoints import open_checkpoint
from isthmus.study.work.data import FEATURES, spec_of
from isthmus.training import evaluate
from isthmus.training.draws import order
from isthmus.training.feed import TaskData
from isthmus.training.loop import Execution, train
from isthmus.training.pieces import default_max_tokens
from isthmus.training.precision import computed_in
from isthmus.training.schedule import make_schedule
from isthmus.training.settings import Mixture, TrainingSettings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from isthmus.examples import Example
    from isthmus.forms.form import Form
    from isthmus.study.step import Job

DRAWN = "drawn.json"
"""What an ``adapt`` step writes beside its predictions: the uids that it trained on."""


def adapt(job: Job) -> dict[str, object]:
    """Trains a target further on a few examples and predicts; keeps predictions and uids alone.

    It is short, so it saves no state: a killed one starts anew, and ends with the same bits.

    Raises:
        StepFailed: The pool has fewer examples, or training diverged.
    """
    settings = cast("dict[str, Any]", job.step.settings)
    training = TrainingSettings(**settings["training"])
    form, head = FORMS[settings["form"]], settings["head"]
    opened, special = open_checkpoint(job.inputs["checkpoint"].folder, (head,), job.device)
    drawn = _draw(job, form)
    (job.folder / DRAWN).write_text(json.dumps({"uids": drawn.uids}, indent=1), encoding="utf-8")
    encoded = job.inputs["encoded"]
    spec = spec_of({**settings["spec"], "labels": encoded.result["labels"]})
    model = copy.deepcopy(opened)  # the next step may want these weights as they were
    if training.dropout is not None:
        set_dropout(model, training.dropout)
    max_tokens = job.max_tokens or default_max_tokens(model, training)
    result = train(
        model,
        [TaskData(head=head, form=form, spec=spec, features=drawn.features, units=drawn.units)],
        make_schedule([len(drawn.units)], training, Mixture(), seed=settings["seed"]),
        training,
        special,
        execution=Execution(path=job.folder / "resume.pt", seconds=math.inf, max_tokens=max_tokens),
        report=job.report,
    )
    predictions = evaluate.predict(
        model,
        head,
        form,
        spec,
        Features(read_table(encoded.folder / FEATURES)),
        read_examples(job.inputs["examples"].folder / EXAMPLES),
        special,
        precision=training.precision,
    )
    write_predictions(job.folder / PREDICTIONS, predictions)
    return {
        "count": len(predictions),
        "precision": computed_in(training.precision, job.device),
        "shots": settings["shots"],
        "draw": settings["draw"],
        "strata": drawn.strata,
        "pool": drawn.num_pool,
        "num_steps": result.num_steps,
        "num_tokens": result.num_tokens,
        "padded": model.first_position is None,
        "attention": model.attention,
        "max_tokens": max_tokens,
        "num_pieces": result.num_pieces,
        "num_oversized": result.num_oversized,
        "train_seconds": round(result.seconds, 3),
        "loss": [[step, loss] for step, loss in result.curve],
    }


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    """The examples of a draw.

    Attributes:
        features: Their rows alone. units: In these rows.
        strata: How many there are of each label.
        num_pool: Labelled examples that they were drawn from.
    """

    uids: list[str]
    features: Features
    units: NDArray[np.int64]
    strata: dict[str, int]
    num_pool: int


def _draw(job: Job, form: Form) -> _Drawn:
    settings = cast("dict[str, Any]", job.step.settings)
    table = read_table(job.inputs["pool_encoded"].folder / FEATURES)
    examples = StoredExamples(job.inputs["pool_examples"].folder / EXAMPLES)
    units = form.trainable(table)
    owners = table.column("example").to_numpy()[units[:, 0]]
    pool = np.unique(owners)
    shots, task, language = settings["shots"], settings["task"], settings["language"]
    if len(pool) < shots:
        raise StepFailed(
            f"{shots} examples of {task} in {language} cannot be drawn: its pool has {len(pool)} "
            f"with labels. Take {shots} out of targets.{task}.few_shot.k, or name another "
            "few_shot.split."
        )
    strata = [stratum(examples[int(index)]) for index in pool]
    taken = order(strata, draw=settings["draw"], language=language, task=task)[:shots]
    rows, own = rows_of_units(units[np.isin(owners, pool[taken])])
    return _Drawn(
        uids=[examples[int(index)].uid for index in pool[taken]],
        features=Features(table.take(pa.array(rows))),
        units=own,
        strata=dict(sorted(Counter(strata[index] for index in taken).items())),
        num_pool=len(pool),
    )


def stratum(example: Example) -> str:
    """What an example is counted under, so that a draw has its share of each kind.

    Labels of pairs and choices; of questions, whether they have an answer. Sentences have as many
    labels as words, so they are all of one kind and drawn plainly.
    """
    match example:
        case Pair(label=label) | Choice(label=label):
            return str(label)
        case Question(answers=answers):
            return "answerable" if answers else "unanswerable"
        case _:
            return "any"


def rows_of_units(units: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The rows of units (start, stop), and where the units are among these rows."""
    stops = np.cumsum(units[:, 1] - units[:, 0])
    starts = np.concatenate([[0], stops[:-1]])
    rows = np.concatenate([np.arange(start, stop) for start, stop in units])
    return rows, np.stack([starts, stops], axis=1)
