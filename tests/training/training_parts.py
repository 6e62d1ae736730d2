"""What a tiny training is made of."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import torch

from isthmus.forms.catalogue import FORMS
from isthmus.forms.features import Features
from isthmus.forms.tokens import special_of
from isthmus.models.build import set_dropout
from isthmus.testing.examples import EXAMPLES, SPECS
from isthmus.testing.models import tiny_model
from isthmus.testing.tokenizers import tokenizer_like
from isthmus.training.feed import TaskData
from isthmus.training.schedule import Schedule, make_schedule
from isthmus.training.settings import Mixture, TrainingSettings

TRAINED = ("classify", "tag", "span", "choice", "mlm")

SETTINGS = TrainingSettings(
    max_steps=20, batch_size=4, max_length=64, peak_lr=1e-3, precision="fp32"
)


def task_data(name, fast):
    form, spec = FORMS[name], SPECS[name]
    table = form.encode(EXAMPLES[name], fast, spec)
    return TaskData(
        head=name, form=form, spec=spec, features=Features(table), units=form.trainable(table)
    )


def make_parts(*names, settings=SETTINGS, mixture=None, dropout=0.0, seed=0, family="xlm-roberta"):
    """Returns (model, tasks, schedule, settings, special): what ``train`` takes first."""
    fast = tokenizer_like(family)
    tasks = [task_data(name, fast) for name in names]
    labels = {name: SPECS[name].labels for name in names}
    model = tiny_model(labels, fast, family=family, seed=seed)
    if "mlm" not in names:
        del model.heads["mlm"]
    set_dropout(model, dropout)
    share = mixture is not None and mixture.mlm_share
    schedule = make_schedule(
        [len(task.units) for task in tasks],
        settings,
        mixture or Mixture(),
        seed=seed,
        mlm_task=names.index("mlm") if share else None,
    )
    return model, tasks, schedule, settings, special_of(fast)


class KilledError(Exception):
    """Stands in for a kill."""


@dataclass(frozen=True, kw_only=True)
class KilledAt(Schedule):
    """A schedule in whose nth step the process dies."""

    step: int

    def units(self, step):
        if step == self.step:
            raise KilledError
        return super().units(step)


def killed_at(schedule, step):
    return KilledAt(**vars(schedule), step=step)


def on_card(model, num_bytes, monkeypatch):
    """Returns a model whose weights say that they are on a graphics card with so much memory."""
    card = SimpleNamespace(total_memory=int(num_bytes))
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: card)
    return OnCard(model)


class OnCard:
    """Stands in for a model on a graphics card, as far as sizes go."""

    def __init__(self, model):
        self.encoder, self.heads, self._model = model.encoder, model.heads, model

    def parameters(self):
        for weight in self._model.parameters():
            yield SimpleNamespace(
                device=torch.device("cuda:0"), numel=weight.numel, element_size=weight.element_size
            )
