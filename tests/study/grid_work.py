"""A small study of every form in the embedded world, and how tests run it and look at it."""

from __future__ import annotations

import yaml

from isthmus.api import open_study
from isthmus.runners.local import LocalRunner

WORLD = {
    "num_train": 48, "num_train_reading": 48, "num_train_large": 48, "num_train_low": 48,
    "num_eval": 10, "num_eval_reading": 10, "num_text_sentences": 48, "num_bitext": 24,
}  # fmt: skip
SHORT = {"max_steps": 5, "batch_size": 4, "peak_lr": 1e-3, "max_length": 64}
PRETRAIN = {
    "size": "nano",
    "tokenizer": {"vocab_size": 300},
    "corpus": ["text", "bitext"],
    "languages": ["qar", "qor"],
    "training": SHORT,
}
GRID = {
    "name": "grid",
    "data": "world",
    "world": WORLD,
    "models": {"nano": {"pretrain": PRETRAIN}},
    "routes": {
        "base": [],
        "nli": [{"tasks": ["mnli"]}],
        "many": [
            {
                "tasks": ["commonsenseqa", "mnli", "squad_v1"],
                "mlm": ["text"],
                "mixture": {"mlm_share": 0.4, "rule": "uniform"},
                "training": {"max_steps": 12},
            }
        ],
    },
    "targets": ["xnli", "udpos", "xquad", "tatoeba", "bucc2018"],
    "languages": ["qar", "qor"],
    "training": SHORT,
}


def run(folder, declaration, store):
    path = folder / f"{declaration['name']}.yaml"
    path.write_text(yaml.safe_dump(declaration))
    opened = open_study(path, store=store)
    opened.run(LocalRunner(device="cpu"))
    return opened


def steps(opened, verb, part=""):
    return [step for step in opened.plan.steps if step.verb == verb and part in step.title]


def result(opened, step):
    return opened.store.done(step.key).result
