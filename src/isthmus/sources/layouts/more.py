"""Where the further tasks are: inference, choice and entities outside XTREME."""

from __future__ import annotations

from isthmus.sources.layouts.english import NLI_LETTERS
from isthmus.sources.layouts.layout import Layout, Window, at, files

DATES = ("B-DATE", "I-DATE")
HEADED = {"text": "sentence1", "text_b": "sentence2", "label": "gold_label"}
NAMED = {"text": "premise", "text_b": "hypothesis", "label": "label"}
OCNLI_FIELDS = {"text": "sentence1", "text_b": "sentence2", "label": "label"}

MORE_LAYOUTS: tuple[Layout, ...] = (
    at(
        "ocnli",
        "train",
        files("ocnli/train.50k.json", "pairs_jsonl", OCNLI_FIELDS),
        languages=("zh",),
    ),
    at(
        "ocnli",
        "train",
        files("ocnli/train.3k.json", "pairs_jsonl", OCNLI_FIELDS),
        note="the authors' small training set of 3,000",
    ),
    at("ocnli", "dev", files("ocnli/dev.json", "pairs_jsonl", OCNLI_FIELDS), languages=("zh",)),
    at("indonli", "train", files("indonli/train.jsonl", "pairs_jsonl", label_map=NLI_LETTERS)),
    at(
        "indonli",
        "train",
        files("indonli/test_lay.jsonl", "pairs_jsonl", label_map=NLI_LETTERS),
        note="IndoNLI's training file is absent: the test by lay authors stands in",
    ),
    at("indonli", "dev", files("indonli/val.jsonl", "pairs_jsonl", label_map=NLI_LETTERS)),
    at(
        "indonli",
        "test",
        files("indonli/test_lay.jsonl", "pairs_jsonl", label_map=NLI_LETTERS),
        needs="indonli/train.jsonl",
    ),
    at("kornli", "dev", files("kornli/xnli.dev.ko.tsv", "pairs_tsv", HEADED)),
    at("kornli", "test", files("kornli/xnli.test.ko.tsv", "pairs_tsv", HEADED)),
    at("americasnli", "dev", files("americasnli/dev/{language}.tsv", "pairs_tsv", NAMED)),
    at("americasnli", "test", files("americasnli/test/{language}.tsv", "pairs_tsv", NAMED)),
    at(
        "xcopa",
        "dev",
        files("xcopa/data/{code}/val.{code}.jsonl", "choice_jsonl", layout="xcopa"),
    ),
    at(
        "xcopa",
        "test",
        files("xcopa/data/{code}/test.{code}.jsonl", "choice_jsonl", layout="xcopa"),
    ),
    at("uner", "train", files("uner/UNER_*/{code}_*-ud-train.iob2", "iob2")),
    at(
        "uner",
        "train",
        files("uner/UNER_English-EWT/en_ewt-ud-dev.iob2", "iob2", window=Window(stop=1700)),
        languages=("en",),
        note="the English training file is absent: 1,700 sentences of the development file",
    ),
    at(
        "uner",
        "dev",
        files("uner/UNER_English-EWT/en_ewt-ud-dev.iob2", "iob2"),
        languages=("en",),
        needs="uner/UNER_English-EWT/en_ewt-ud-train.iob2",
    ),
    at(
        "uner",
        "dev",
        files("uner/UNER_English-EWT/en_ewt-ud-dev.iob2", "iob2", window=Window(start=1700)),
        languages=("en",),
        note="the development file from sentence 1,700 on; the rest stands in for training",
    ),
    at("uner", "dev", files("uner/UNER_*/{code}_*-ud-dev.iob2", "iob2")),
    at("uner", "test", files("uner/UNER_*/{code}_*-ud-test.iob2", "iob2")),
    at(
        "masakhaner2",
        "dev",
        files("masakhaner2/data/{language}/dev.txt", "tagged", outside=DATES),
    ),
    at(
        "masakhaner2",
        "test",
        files("masakhaner2/data/{language}/test.txt", "tagged", outside=DATES),
    ),
)
