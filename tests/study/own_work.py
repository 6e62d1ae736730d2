"""What the tests of own tasks share: files, a study over them, a small benchmark."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pytest
import yaml
from pyarrow import parquet

from isthmus.errors import DataError
from isthmus.study.study import load_study

REVIEWS = "text,label\n" + "".join(f"text {i},{('bad', 'good')[i % 2]}\n" for i in range(40))
CLASSIFY = {"form": "classify", "files": {"train": {"en": "train.csv"}, "test": {"sw": "sw.csv"}}}
MNLI = "a\tb\tneutral\nc\td\tentailment\n"


def write_benchmark(folder):
    write(
        folder,
        {
            "xnli/train-en.tsv": MNLI,
            "xnli/dev-sw.tsv": MNLI,
            "xnli/dev-en.tsv": MNLI,
            "xnli/test-sw.tsv": MNLI,
        },
    )
    return folder


NLI = {
    "form": "classify",
    "columns": {"text": "p", "text_b": "h"},
    "labels": {"e": "entailment", "n": "neutral", "c": "contradiction"},
}


def write(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, dict):
            parquet.write_table(pa.table(content), path)
        else:
            path.write_text(content, encoding="utf-8", newline="")


def declared(folder, tasks, **fields):
    """A study over tasks of its own, from a file in a folder."""
    study = {
        "name": "mine",
        "models": {"xlmr": {"load": "xlm-roberta-base"}},
        "routes": {"baseline": []},
        "tasks": tasks,
        "targets": [name for name, task in tasks.items() if task["form"] != "mlm"] or ["xnli"],
        **fields,
    }
    path = folder / "study.yaml"
    path.write_text(yaml.safe_dump(study, sort_keys=False, allow_unicode=True))
    return load_study(path)


def examples(study, name="mine", split="train", language="en", repairs=None):
    provider = study.provider()
    repairs = Counter() if repairs is None else repairs
    return list(provider.read(provider.tasks()[name], split, language, repairs))


def refused(study, *place):
    with pytest.raises(DataError) as caught:
        examples(study, *place)
    return caught.value
