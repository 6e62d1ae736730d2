"""``isthmus init``: from a file to a study that runs, and to a model that a pipeline opens."""

from __future__ import annotations

import csv
import json
import random

import pyarrow as pa
import pytest
import torch
import yaml
from pyarrow import parquet
from transformers import AutoModelForMaskedLM, pipeline
from typer.testing import CliRunner

from isthmus.api import load_study, open_study
from isthmus.cli.main import app
from isthmus.study.plan import make_plan
from isthmus.study.starter import starter_name
from isthmus.study.tables import read_predictions
from isthmus.testing.models import tiny_config
from isthmus.testing.tokenizers import tiny_tokenizer

CONLL = "# doc 1\nAna B-PER\nsaw O\n\nRío B-LOC\n\n" * 6
CONLLU = "1\tAna\t_\tPROPN\t_\t_\t_\t_\t_\t_\n2\tsah\t_\tVERB\t_\t_\t_\t_\t_\t_\n\n" * 12
QUESTIONS = [
    {
        "id": f"q{i}",
        "question": "Where?",
        "answers": [{"text": "Río", "answer_start": 3}] if i else [],
        "is_impossible": not i,
    }
    for i in range(12)
]
SQUAD = json.dumps(
    {"version": "2", "data": [{"paragraphs": [{"context": "in Río", "qas": QUESTIONS}]}]}
)
CHOICES = "question,A,B,C,answer\n" + "".join(
    f"why {i}?,a{i},b{i},c{i},{'ABC'[i % 3]}\n" for i in range(12)
)
NLI = "".join(
    json.dumps({"premise": f"a {i}", "hypothesis": f"b {i}", "label": i % 3}) + "\n"
    for i in range(12)
)
NUMBERED = "".join(f"{'pos' if i % 2 else 'neg'}\tthe film {i} was long\n" for i in range(12))
FILES = {
    "ner.en.conll": (CONLL, "tag", ['comment: "# "', "B-PER", "metrics: [f1_span"]),
    "pos.de.conllu": (CONLLU, "tag", ["{de: pos.de.conllu}", "PROPN"]),
    "tags.txt": (CONLL, "tag", ["{en: tags.txt}"]),
    "qa.json": (SQUAD, "span", ["unanswerable: true", "format: squad"]),
    "mcq.csv": (CHOICES, "choice", ["labels: [A, B, C]", "choices: [A, B, C]"]),
    "nli.jsonl": (NLI, "classify", ["text_b: hypothesis", "hold_out: {test: 1}"]),
    "plain.tsv": (NUMBERED, "classify", ["columns: {text: 1, label: 0}"]),
    "semi.csv": (
        "text;label\nпривет мир;1\nпока;0\nда;1\nнет;0\n",
        "classify",
        ["delimiter: ;", "{ru: "],
    ),
    "bitext.tsv": ("en\tsw\n" + "cat\tpaka\n" * 12, "retrieve", ["{sw: bitext.tsv}", "{dev: 5}"]),
    "news.txt": ("rain today\nsun tomorrow\n", "mlm", ["data: files", "adapted: [{mlm: [news]}]"]),
}


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def init(*arguments):
    return CliRunner().invoke(app, ["init", *(str(argument) for argument in arguments)])


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("asked", [False, True], ids=["guessed", "asked"])
def test_a_study_is_written_that_is_valid_and_can_be_planned(name, asked, tmp_path):
    content, form, written = FILES[name]
    (tmp_path / name).write_text(content, encoding="utf-8")
    result = init(name, *(["--form", form] if asked else []), "--out", "study.yaml")
    assert result.exit_code == 0, result.output
    text = (tmp_path / "study.yaml").read_text(encoding="utf-8")
    for part in written:
        assert part in text
    study = load_study("study.yaml")
    (task,) = study.tasks.values()
    assert task.form == form
    if form != "mlm":
        assert make_plan(study, study.provider()).cells
    assert "isthmus run study.yaml" in result.stderr
    assert f"{name}: {form} from" in result.stderr


def test_parquet_is_looked_at_too(tmp_path):
    columns = {"tokens": [["Ana", "saw"]] * 12, "ner_tags": [[1, 0]] * 12}
    parquet.write_table(pa.table(columns), tmp_path / "ner.parquet")
    assert init("ner.parquet").exit_code == 0
    task = load_study("ner.yaml").tasks["ner"]
    assert (task.form, task.columns.words, task.columns.tags) == ("tag", "tokens", "ner_tags")


def test_nothing_is_ever_written_over(tmp_path):
    (tmp_path / "plain.tsv").write_text(NUMBERED)
    (tmp_path / "plain.yaml").write_text("mine")
    result = init("plain.tsv")
    assert result.exit_code == 2
    assert "plain.yaml is there already, and is left alone" in result.stderr
    assert (tmp_path / "plain.yaml").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["absent.csv"], 1, "no such file"),
        (["plain.dat"], 2, "does not tell its format; give it one of the suffixes .csv"),
        (
            ["plain.tsv", "--form", "span"],
            2,
            "(0, 1) do not tell what is what for span, which has que",
        ),
        (["plain.conll", "--form", "span"], 2, "is conll by its name; 'span' is read from squad"),
        (["plain.tsv", "--language", "deu"], 2, "Did you mean 'de'?"),
        (["plain.tsv", "--test", "plain.tsv"], 2, "--test takes LANGUAGE=FILE"),
        (["plain.tsv", "--test", "sw=absent.tsv"], 2, "there is no file"),
        (["empty.csv"], 1, "the file is empty"),
        (["plain.tsv", "--form", "clasify"], 2, "clasify"),
    ],
)
def test_what_cannot_be_begun_is_refused_and_nothing_written(arguments, status, said, tmp_path):
    for name in ("plain.tsv", "plain.dat", "plain.conll"):
        (tmp_path / name).write_text(NUMBERED)
    (tmp_path / "empty.csv").write_text("")
    result = init(*arguments)
    assert (result.exit_code, list(tmp_path.glob("*.yaml"))) == (status, [])
    assert said in result.stderr


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("My Reviews (2).train.en.csv", "my_reviews_2"),
        ("en.csv", "mine"),
        ("привет.csv", "mine"),
        ("mlm.txt", "my_mlm"),
    ],
)
def test_a_study_is_called_by_the_file(name, expected, tmp_path):
    assert starter_name(tmp_path / name) == expected


def test_paths_start_from_the_study_wherever_it_lies(tmp_path):
    for folder in ("data", "studies", "encoder"):
        (tmp_path / folder).mkdir()
    (tmp_path / "data" / "x.en.csv").write_text("text,label\na,x\nb,y\n" * 6)
    config = json.dumps({"max_position_embeddings": 66})
    (tmp_path / "encoder" / "config.json").write_text(config)
    assert init("data/x.en.csv", "--out", "studies/x.yaml", "--model", "encoder").exit_code == 0
    study = load_study("studies/x.yaml")
    assert study.tasks["x"].files["train"]["en"].files == ("../data/x.en.csv",)
    assert study.models["encoder"].load == "./../encoder"
    assert study.training["max_length"] == 64
    assert study.provider().tasks()["x"].num_train > 0


GOOD, BAD = ["good", "nice", "great"], ["bad", "poor", "awful"]


def write_reviews(path, count, text):
    draw = random.Random(count)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "review", "verdict"])
        for number in range(count):
            word = draw.choice(GOOD if number % 2 else BAD)
            writer.writerow([number, text.format(word), "pos" if number % 2 else "neg"])


def test_from_a_csv_to_a_pipeline_in_another_language(tmp_path):
    """Init, run, and the checkpoint opened by transformers alone: it predicts as was recorded."""
    write_reviews(tmp_path / "reviews.en.csv", 120, "the film, all in all, was {}")
    write_reviews(tmp_path / "reviews.sw.csv", 10, "filamu hii ilikuwa {} sana")
    fast = tiny_tokenizer()
    torch.manual_seed(0)
    AutoModelForMaskedLM.from_config(tiny_config("xlm-roberta", fast)).save_pretrained("encoder")
    fast.save_pretrained("encoder")

    assert init("reviews.en.csv", "--model", "encoder").exit_code == 0
    declared = yaml.safe_load((tmp_path / "reviews.yaml").read_text())
    declared["training"]["precision"] = "fp32"  # as the pipeline computes
    (tmp_path / "reviews.yaml").write_text(yaml.safe_dump(declared, allow_unicode=True))
    result = CliRunner().invoke(app, ["run", "reviews.yaml", "--store", "store"])
    assert result.exit_code == 0, result.output

    opened = open_study("reviews.yaml", store="store")
    assert set(opened.scores()["language"]) == {"en", "sw"}
    (train,) = [step for step in opened.plan.steps if step.verb == "train"]
    checkpoint = opened.store.folder(train) / "checkpoint" / "reviews"
    classifier = pipeline("text-classification", model=str(checkpoint), device="cpu")
    assert set(classifier.model.config.id2label.values()) == {"neg", "pos"}
    (predict,) = [
        step for step in opened.plan.steps if step.title.startswith("predict reviews test sw")
    ]
    recorded = read_predictions(opened.store.folder(predict) / "predictions.parquet")
    with (tmp_path / "reviews.sw.csv").open(encoding="utf-8") as file:
        texts = [row["review"] for row in csv.DictReader(file)]
    found = classifier(texts)
    assert [each["label"] for each in found] == [each.value for each in recorded]
    scores = pytest.approx([each["score"] for each in found], abs=1e-5)
    assert [each.score for each in recorded] == scores
