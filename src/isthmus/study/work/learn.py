"""The verbs of training: tokenizers, encoders from elsewhere, and every phase of training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa

from isthmus.errors import StudyError
from isthmus.forms.catalogue import FORMS
from isthmus.forms.features import Features
from isthmus.forms.passages import texts
from isthmus.forms.tokens import special_of
from isthmus.models.build import add_head, load_pretrained, new_model, num_positions, set_dropout
from isthmus.models.checkpoint import HeadInfo, head_infos, load_checkpoint, save_checkpoint
from isthmus.models.sizes import Size
from isthmus.models.tokenizers import pretrained_tokenizer, train_tokenizer
from isthmus.study.tables import EXAMPLES, StoredExamples, read_table
from isthmus.study.work.data import FEATURES, load_tokenizer, spec_of
from isthmus.study.work.select import make_selection
from isthmus.training.feed import TaskData
from isthmus.training.loop import Execution
from isthmus.training.loop import train as train_model
from isthmus.training.pieces import default_max_tokens
from isthmus.training.precision import computed_in
from isthmus.training.progress import Progress
from isthmus.training.schedule import even_subset, make_schedule, subset
from isthmus.training.settings import Mixture, TrainingSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import torch
    from transformers import PreTrainedTokenizerFast

    from isthmus.forms.form import FormSpec
    from isthmus.models.model import Model
    from isthmus.study.step import Job
    from isthmus.training.loop import TrainResult

STATE = "resume.pt"


def tokenizer(job: Job) -> dict[str, object]:
    """Trains a subword tokenizer on the texts of its inputs, in the order of their roles."""
    settings = cast("dict[str, Any]", job.step.settings)

    def lines() -> Iterator[str]:
        for role in sorted(job.inputs):
            for example in StoredExamples(job.inputs[role].folder / EXAMPLES):
                for unit in texts(example):
                    yield from unit

    fast = train_tokenizer(
        lines(), algorithm=settings["algorithm"], vocab_size=settings["vocab_size"]
    )
    fast.save_pretrained(job.folder / "tokenizer")
    return {"vocab_size": len(fast)}


def load(job: Job) -> dict[str, object]:
    """Fetches a Hugging Face encoder and its tokenizer into the store."""
    settings = cast("dict[str, Any]", job.step.settings)
    name = job.step.locations.get("folder", settings["name"])
    revision = settings.get("revision")
    model = load_pretrained(name, revision=revision)
    fast = pretrained_tokenizer(name, revision=revision)
    head = HeadInfo(
        name="mlm",
        form="mlm",
        auto_model=FORMS["mlm"].auto_model,
        max_length=min(fast.model_max_length, num_positions(model.encoder.config)),
    )
    card = f"# {settings['name']}\n\nAs loaded, unchanged; opens with `{{auto_model}}`.\n"
    save_checkpoint(job.folder / "checkpoint", model, {"mlm": head}, fast, card=card)
    return {
        "num_parameters": _num_parameters(model),
        "width": model.encoder.config.hidden_size,
        "padded": model.first_position is None,
        "attention": model.attention,
    }


def train(job: Job) -> dict[str, object]:
    """Trains one phase; writes ``checkpoint/<head>/`` for each of its heads."""
    settings = cast("dict[str, Any]", job.step.settings)
    training = TrainingSettings(**settings["training"])
    mixture = Mixture(**{**settings["mixture"], "weights": tuple(settings["mixture"]["weights"])})
    start = job.inputs["init"] if "init" in job.inputs else job.inputs["tokenizer"]
    fast = load_tokenizer(start.folder)
    tasks = [_task_data(job, entry, training) for entry in settings["tasks"]]
    model = _initial_model(job, tasks, fast)
    if training.dropout is not None:
        set_dropout(model, training.dropout)
    model.to(job.device)
    precision = computed_in(training.precision, job.device)
    if precision != training.precision:
        job.report(Progress(message=f"{job.device} has no units for bf16: computing in fp32"))
    if model.first_position is None:
        kind = type(model.encoder).__name__
        job.report(Progress(message=f"{kind} cannot run on real tokens alone: computing padding"))
    names = [entry["name"] for entry in settings["tasks"]]
    schedule = make_schedule(
        [len(task.units) for task in tasks],
        training,
        mixture,
        seed=settings["seed"],
        mlm_task=names.index("mlm") if mixture.mlm_share else None,
    )
    max_tokens = job.max_tokens or default_max_tokens(model, training)
    result = train_model(
        model,
        tasks,
        schedule,
        training,
        special_of(fast),
        execution=Execution(
            path=job.folder / STATE, seconds=job.save_seconds, max_tokens=max_tokens
        ),
        selection=make_selection(job, training, len(schedule), special_of(fast)),
        report=job.report,
    )
    heads = {task.head: _head_info(task) for task in tasks}
    save_checkpoint(job.folder / "checkpoint", model, heads, fast, card=f"# {job.step.title}\n")
    (job.folder / STATE).unlink(missing_ok=True)
    return {**_summary(model, tasks, result), "precision": precision, "max_tokens": max_tokens}


def carried_head(
    name: str, form: str, labels: Sequence[str], before: Mapping[str, HeadInfo]
) -> str | None:
    """Returns the head of the phase before that a new head starts from, or None to start afresh.

    A head carries over if it has the same form and the same labels in the same order (NLI to NLI,
    span to span): the one of the same name if there is one, else the first by name.
    """
    fitting = [
        other
        for other, info in sorted(before.items())
        if info.form == form and info.labels == tuple(labels)
    ]
    return name if name in fitting else next(iter(fitting), None)


def _initial_model(job: Job, tasks: Sequence[TaskData], fast: PreTrainedTokenizerFast) -> Model:
    settings = cast("dict[str, Any]", job.step.settings)
    training = settings["training"]
    if "init" not in job.inputs:
        dropout = training["dropout"] if training["dropout"] is not None else 0.1
        size = Size(**settings["architecture"])
        return new_model(size, fast, dropout=dropout, seed=settings["seed"])
    folder = job.inputs["init"].folder / "checkpoint"
    before = head_infos(folder) if settings["carry_heads"] == "same_labels" else {}
    sources = {
        task.head: carried_head(task.head, task.form.name, task.spec.labels, before)
        for task in tasks
    }
    carried = tuple(dict.fromkeys(source for source in sources.values() if source is not None))
    model = load_checkpoint(folder, heads=carried)
    old_heads = {source: model.heads[source] for source in carried}
    model.heads.clear()
    for index, task in enumerate(tasks):
        source = sources[task.head]
        if task.head in model.heads:
            continue
        if source is not None and not _is_taken(old_heads[source], model):
            model.heads[task.head] = old_heads[source]
        else:
            add_head(
                model,
                task.head,
                auto_model=task.form.auto_model,
                labels=task.spec.labels,
                seed=_head_seed(settings["seed"], index),
            )
            if source is not None:
                model.heads[task.head].load_state_dict(old_heads[source].state_dict())
    return model


def _is_taken(head: torch.nn.Module, model: Model) -> bool:
    return any(other is head for other in model.heads.values())


def _head_seed(seed: int, index: int) -> int:
    return int(np.random.SeedSequence([seed, index, 7]).generate_state(1)[0])


def _task_data(job: Job, entry: Mapping[str, Any], training: TrainingSettings) -> TaskData:
    """Joins the encoded inputs of one task, in the order of their roles."""
    settings = cast("dict[str, Any]", job.step.settings)
    form = FORMS[entry["form"]]
    roles = sorted(role for role in job.inputs if role.startswith(f"train/{entry['name']}/"))
    tables = [read_table(job.inputs[role].folder / FEATURES) for role in roles]
    units, num_rows = [], 0
    for table in tables:
        units.append(form.trainable(table) + num_rows)
        num_rows += table.num_rows
    joined = np.concatenate(units)
    if len(joined) == 0:
        raise StudyError(
            f"{entry['name']} has no labelled example to train on: {', '.join(roles)}."
        )
    drawn = (
        even_subset([len(each) for each in units], training.num_train, seed=settings["seed"])
        if settings.get("even_languages") and entry["name"] != "mlm"
        else subset(len(joined), training.num_train, seed=settings["seed"])
    )
    spec = spec_of(
        {**entry["spec"], "labels": cast("list[str]", job.inputs[roles[0]].result["labels"])}
    )
    return TaskData(
        head=entry["head"],
        form=form,
        spec=spec,
        features=Features(pa.concat_tables(tables, promote_options="default")),
        units=joined[drawn],
    )


def _head_info(task: TaskData) -> HeadInfo:
    spec: FormSpec = task.spec
    return HeadInfo(
        name=task.head,
        form=task.form.name,
        auto_model=task.form.auto_model,
        labels=spec.labels,
        max_length=spec.max_length,
        unanswerable=spec.unanswerable,
    )


def _summary(model: Model, tasks: Sequence[TaskData], result: TrainResult) -> dict[str, object]:
    return {
        "num_steps": result.num_steps,
        "num_tokens": result.num_tokens,
        "padded": model.first_position is None,
        "attention": model.attention,
        "num_pieces": result.num_pieces,
        "num_oversized": result.num_oversized,
        "train_seconds": round(result.seconds, 3),
        "tokens_per_second": round(result.num_tokens / max(result.seconds, 1e-9), 1),
        "num_parameters": _num_parameters(model),
        "width": model.encoder.config.hidden_size,
        "num_layers": model.encoder.config.num_hidden_layers,
        "units": {task.head: len(task.units) for task in tasks},
        "steps_of_head": dict(result.steps_of_task),
        "best_step": result.best_step,
        "best_score": result.best_score,
        "loss": [[step, loss] for step, loss in result.curve],
    }


def _num_parameters(model: Model) -> int:
    return sum(weight.numel() for weight in model.parameters())
