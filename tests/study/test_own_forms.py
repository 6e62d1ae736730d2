"""Tasks that a study declares itself: every form, from what it can be written in."""

from __future__ import annotations

import json
import pickle

import pytest
from own_work import declared, examples, write

from isthmus.examples import Answer, Choice, Line, Pair, Question, Sentence, Text
from isthmus.study.plan import make_plan
from isthmus.study.study import Study

SQUAD = {
    "data": [
        {
            "paragraphs": [
                {
                    "context": "in Río",
                    "qas": [
                        {
                            "id": "a",
                            "question": "Where?",
                            "answers": [{"text": "Río", "answer_start": 3}],
                        }
                    ],
                }
            ]
        }
    ]
}
CONLLU = "1\tAna\t_\tPROPN\tNNP\t_\t_\t_\t_\t_\n2\tsaw\t_\tVERB\tVBD\t_\t_\t_\t_\t_\n"
QUESTION = Question(
    uid="a", question="Where?", context="in Río", answers=(Answer(text="Río", start=3),)
)
NUMBERED = "mine/train/en/0"
FORMS = {
    "classify csv": (
        {"form": "classify", "labels": ["bad", "good"]},
        {"x.csv": 'text,label\n"a, b",good\n'},
        Pair(uid=NUMBERED, text="a, b", label="good"),
    ),
    "classify pair tsv, by number": (
        {
            "form": "classify",
            "columns": {"text": 2, "text_b": 1, "label": 0},
            "labels": {0: "bad", 1: "good"},
        },
        {"x.tsv": "1\tb\ta\n"},
        Pair(uid=NUMBERED, text="a", text_b="b", label="good"),
    ),
    "classify semicolons": (
        {"form": "classify", "delimiter": ";", "labels": ["bad", "good"]},
        {"x.csv": "text;label\na;good\n"},
        Pair(uid=NUMBERED, text="a", label="good"),
    ),
    "classify jsonl": (
        {"form": "classify", "columns": {"id": "n"}, "labels": [0, 1]},
        {"x.jsonl": '{"n": "x7", "text": "a", "label": 1}\n'},
        Pair(uid="x7", text="a", label="1"),
    ),
    "classify parquet": (
        {"form": "classify", "labels": [False, True]},
        {"x.parquet": {"text": ["a"], "label": [True]}},
        Pair(uid=NUMBERED, text="a", label="true"),
    ),
    "tag conll": (
        {"form": "tag", "labels": ["O", "B-PER"], "comment": "# "},
        {"x.conll": "# id\nAna x B-PER\nsaw y O\n\n"},
        Sentence(uid=NUMBERED, words=("Ana", "saw"), tags=("B-PER", "O")),
    ),
    "tag conll, columns and labels": (
        {
            "form": "tag",
            "columns": {"words": 1, "tags": 0},
            "labels": {"PER": "B-PER", "_": "O", "DATE": "O"},
        },
        {"x.tsv": "PER\tAna\n_\tsaw\nDATE\ttoday\n"},
        Sentence(uid=NUMBERED, words=("Ana", "saw", "today"), tags=("B-PER", "O", "O")),
    ),
    "tag conllu": (
        {"form": "tag", "labels": ["PROPN", "VERB"]},
        {"x.conllu": CONLLU},
        Sentence(uid=NUMBERED, words=("Ana", "saw"), tags=("PROPN", "VERB")),
    ),
    "tag conllu, another column": (
        {"form": "tag", "columns": {"tags": "xpos"}, "labels": {"NNP": "N", "VBD": "V"}},
        {"x.conllu": CONLLU},
        Sentence(uid=NUMBERED, words=("Ana", "saw"), tags=("N", "V")),
    ),
    "tag parquet": (
        {"form": "tag", "columns": {"words": "tokens"}, "labels": {0: "O", 1: "B-PER"}},
        {"x.parquet": {"tokens": [["Ana", "saw"]], "tags": [[1, 0]]}},
        Sentence(uid=NUMBERED, words=("Ana", "saw"), tags=("B-PER", "O")),
    ),
    "span squad": ({"form": "span"}, {"x.json": json.dumps(SQUAD)}, QUESTION),
    "span csv": (
        {"form": "span", "columns": {"id": "n", "answer": "text", "start": "at"}},
        {"x.csv": "n,question,context,text,at\na,Where?,in Río,Río,3\n"},
        QUESTION,
    ),
    "span jsonl": (
        {"form": "span", "columns": {"id": "id"}},
        {
            "x.jsonl": json.dumps(
                {
                    "id": "a",
                    "question": "Where?",
                    "context": "in Río",
                    "answers": {"text": ["Río"], "answer_start": [3]},
                }
            )
        },
        QUESTION,
    ),
    "choice csv": (
        {
            "form": "choice",
            "columns": {"prompt": ["p", "q"], "choices": ["a", "b"]},
            "labels": ["A", "B"],
        },
        {"x.csv": "p,q,a,b,label\nWet.,Why?,rain,sun,A\n"},
        Choice(uid=NUMBERED, prompt="Wet. Why?", choices=("rain", "sun"), label=0),
    ),
    "choice jsonl": (
        {"form": "choice"},
        {"x.jsonl": '{"prompt": "Wet.", "choices": ["rain", "sun"], "label": 0}\n'},
        Choice(uid=NUMBERED, prompt="Wet.", choices=("rain", "sun"), label=0),
    ),
    "text": ({"form": "mlm"}, {"x.txt": "\ufeffrain\r\n\r\nsun"}, Text(uid=NUMBERED, text="rain")),
    "text compressed by suffix": (
        {"form": "mlm", "format": "text"},
        {"x.any": "rain\n"},
        Text(uid=NUMBERED, text="rain"),
    ),
    "text with translations": (
        {"form": "mlm", "columns": {"text": "de", "parallel": "en"}},
        {"x.tsv": "de\ten\nRegen\train\n"},
        Text(uid=NUMBERED, text="Regen", parallel="rain"),
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_is_read_from_what_it_can_be_written_in(name, tmp_path):
    task, files, expected = FORMS[name]
    write(tmp_path, files)
    study = declared(tmp_path, {"mine": {**task, "files": {"train": {"en": next(iter(files))}}}})
    assert examples(study)[0] == expected


@pytest.mark.parametrize("name", FORMS)
def test_a_study_with_own_tasks_survives_json(name, tmp_path):
    task, files, _ = FORMS[name]
    study = declared(tmp_path, {"mine": {**task, "files": {"train": {"en": next(iter(files))}}}})
    assert Study(**study.model_dump(mode="json")) == study
    assert pickle.loads(pickle.dumps(study)) == study


@pytest.mark.parametrize(
    ("task", "files"),
    [
        ({"columns": {"foreign": "de"}}, {"x.csv": "source,de\nrain,Regen\n"}),
        ({}, {"x.txt": "Regen\n", "en.txt": "rain\n"}),
    ],
)
def test_pairs_to_retrieve(tmp_path, task, files):
    write(tmp_path, files)
    named = {"files": "x.txt", "source": "en.txt"} if "x.txt" in files else "x.csv"
    study = declared(
        tmp_path, {"mine": {"form": "retrieve", **task, "files": {"dev": {"de": named}}}}
    )
    assert examples(study, "mine", "dev", "de") == [
        Line(uid="mine/dev/de/0", text="rain", side="source", match=("mine/dev/de/1",)),
        Line(uid="mine/dev/de/1", text="Regen", side="foreign", match=("mine/dev/de/0",)),
    ]
    titles = [
        step.title
        for step in make_plan(Study(**{**dict(study), "splits": ["dev"]}), study.provider()).steps
    ]
    assert "embed mine (xlmr, route baseline, seed 0)" in titles
