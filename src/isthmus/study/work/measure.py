"""The verbs of measuring: predict, and score what was predicted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from isthmus.forms.catalogue import FORMS
from isthmus.forms.features import Features
from isthmus.scoring.chance import chance
from isthmus.scoring.items import items
from isthmus.scoring.metrics import METRICS
from isthmus.study.tables import (
    EXAMPLES,
    ITEMS,
    PREDICTIONS,
    read_examples,
    read_predictions,
    read_table,
    write_items,
    write_predictions,
)
from isthmus.study.work.checkpoints import open_checkpoint
from isthmus.study.work.data import FEATURES, spec_of
from isthmus.study.work.retrieve import match
from isthmus.training import evaluate
from isthmus.training.precision import computed_in

if TYPE_CHECKING:
    from isthmus.study.step import Job


def predict(job: Job) -> dict[str, object]:
    """Predicts one task, split and language; writes ``predictions.parquet``, one row a uid."""
    settings = cast("dict[str, Any]", job.step.settings)
    if settings["form"] == "retrieve":
        predictions, found = match(job)
    else:
        model, special = open_checkpoint(
            job.inputs["checkpoint"].folder, (settings["head"],), job.device
        )
        encoded = job.inputs["encoded"]
        predictions = evaluate.predict(
            model,
            settings["head"],
            FORMS[settings["form"]],
            spec_of({**settings["spec"], "labels": encoded.result["labels"]}),
            Features(read_table(encoded.folder / FEATURES)),
            read_examples(job.inputs["examples"].folder / EXAMPLES),
            special,
            precision=settings["precision"],
        )
        found = {"padded": model.first_position is None, "attention": model.attention}
    write_predictions(job.folder / PREDICTIONS, predictions)
    precision = computed_in(settings["precision"], job.device)
    return {"count": len(predictions), "precision": precision, **found}


def score(job: Job) -> dict[str, object]:
    """Scores predictions by every metric of the task; each row with the level of chance beside.

    What every example contributes to each metric is kept in ``items.arrow``, for the analysis.
    """
    settings = cast("dict[str, Any]", job.step.settings)
    gold = read_examples(job.inputs["examples"].folder / EXAMPLES)
    predictions = read_predictions(job.inputs["predictions"].folder / PREDICTIONS)
    predicted = {prediction.uid: prediction for prediction in predictions}
    language = settings["language"]
    rows = [
        {
            "metric": name,
            "value": METRICS[name](gold, predicted, language=language),
            "chance": chance(gold, name, language=language),
            "count": len(predicted),
        }
        for name in settings["metrics"]
    ]
    taken_apart = {
        name: items(gold, predicted, name, language=language) for name in settings["metrics"]
    }
    write_items(job.folder / ITEMS, taken_apart)
    return {"rows": rows}
