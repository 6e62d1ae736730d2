from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
import torch
from transformers import AutoModelForSequenceClassification, ByT5Tokenizer
from typer.testing import CliRunner

import isthmus
from isthmus.cli.main import app
from isthmus.errors import StudyError
from isthmus.forms.catalogue import FORMS
from isthmus.forms.features import Features
from isthmus.forms.tokens import special_of
from isthmus.inference.inputs import without_gold
from isthmus.inference.predictor import CHUNK, Labelled, Predictor
from isthmus.models.checkpoint import HeadInfo, save_checkpoint
from isthmus.study.resolve import form_spec
from isthmus.tasks.labels import NLI_LABELS
from isthmus.tasks.task import Task
from isthmus.testing.examples import EXAMPLES
from isthmus.testing.models import tiny_config, tiny_model
from isthmus.testing.tokenizers import FAMILIES, tokenizer_like
from isthmus.training.evaluate import predict

if TYPE_CHECKING:
    from pathlib import Path

    from isthmus.training.precision import Precision

HEADS = {"classify": ("same", "other"), "tag": ("D", "N", "V", "P"), "span": (), "choice": ()}


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def save(folder: Path, family: str = "xlm-roberta", **labels: tuple[str, ...]) -> Path:
    """A checkpoint as a training leaves it, with a head a form, named after the form."""
    tokenizer = tokenizer_like(family)
    heads = {**HEADS, **labels}
    model = tiny_model(heads, tokenizer, family=family)
    infos = {
        form: HeadInfo(
            name=form,
            form=form,
            auto_model=FORMS[form].auto_model,
            labels=names,
            max_length=48,
            unanswerable=form == "span",
        )
        for form, names in heads.items()
    }
    save_checkpoint(folder, model, infos, tokenizer, card="")
    return folder


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("trained") / "checkpoint")


@pytest.mark.parametrize("form", HEADS)
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_it_says_what_the_model_says(
    tmp_path: Path, family: str, form: str, precision: Precision
) -> None:
    folder = save(tmp_path / "checkpoint", family)
    tokenizer = tokenizer_like(family)
    task = Task(name=form, form=form, role="target", metrics=(), labels=HEADS[form])
    spec = form_spec(task, max_length=48)
    examples = [without_gold(example) for example in EXAMPLES[form]]
    if form == "span":
        spec = form_spec(
            Task(name=form, form=form, role="target", metrics=(), unanswerable=True), max_length=48
        )
    expected = predict(
        tiny_model(HEADS, tokenizer, family=family),
        form,
        FORMS[form],
        spec,
        Features(FORMS[form].encode(examples, tokenizer, spec)),
        examples,
        special_of(tokenizer),
        precision=precision,
    )
    found = isthmus.predict(folder, form, EXAMPLES[form], device="cpu", precision=precision)
    assert [(f.uid, f.value) for f in found] == [(e.uid, e.value) for e in expected]
    assert [f.score for f in found] == [
        None if e.score is None else pytest.approx(e.score, abs=1e-5) for e in expected
    ]
    for each in found:
        if form == "classify":
            assert each.probabilities is not None
            assert list(each.probabilities) == list(HEADS[form])
            assert sum(each.probabilities.values()) == pytest.approx(1, abs=1e-5)
            assert max(each.probabilities, key=each.probabilities.__getitem__) == each.value
        else:
            assert each.probabilities is None


def test_many_examples_keep_their_order(checkpoint: Path, monkeypatch) -> None:
    monkeypatch.setattr("isthmus.inference.predictor.CHUNK", 3)
    many = [e for _ in range(3) for e in EXAMPLES["tag"]]
    predictor = Predictor(checkpoint, "tag", device="cpu")
    found = list(predictor(many))
    assert CHUNK > 3
    assert [each.uid for each in found] == [e.uid for e in many]
    assert [len(each.value) for each in found] == [len(e.words) for e in many]
    assert found[:4] == found[4:8] == list(predictor(EXAMPLES["tag"]))
    assert list(predictor([])) == []


def test_a_checkpoint_is_a_head_s_folder_the_one_above_or_the_step_s(checkpoint: Path) -> None:
    texts = EXAMPLES["classify"]
    found = [
        isthmus.predict(place, "classify", texts, device="cpu")
        for place in (checkpoint / "classify", checkpoint, checkpoint.parent)
    ]
    assert found[0] == found[1] == found[2]


def test_labels_are_the_task_s_in_the_order_of_the_head(tmp_path: Path) -> None:
    order = tuple(label.upper() for label in NLI_LABELS[::-1])
    folder = save(tmp_path / "checkpoint", classify=order)
    as_task = isthmus.predict(folder, "xnli", EXAMPLES["classify"], device="cpu")
    as_form = isthmus.predict(folder, "classify", EXAMPLES["classify"], device="cpu")
    assert [each.value for each in as_task] == [each.value.lower() for each in as_form]
    assert list(as_task[0].probabilities or ()) == list(NLI_LABELS[::-1])
    with pytest.raises(
        StudyError, match=r"the head has the labels .*, and pawsx has 0, 1: give the"
    ):
        Predictor(folder, "pawsx")


@pytest.mark.parametrize("family", FAMILIES)
def test_any_hugging_face_model_of_the_right_kind_will_do(tmp_path: Path, family: str) -> None:
    tokenizer = tokenizer_like(family)
    config = tiny_config(family, tokenizer)
    config.id2label = {2: "Neutral", 0: "ENTAILMENT", 1: "contradiction"}
    config.label2id = {label: index for index, label in config.id2label.items()}
    torch.manual_seed(3)
    full = AutoModelForSequenceClassification.from_config(config).eval()
    full.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    found = isthmus.predict(tmp_path, "xnli", EXAMPLES["classify"], device="cpu", precision="fp32")
    for example, said in zip(EXAMPLES["classify"], found, strict=True):
        pair = (example.text,) if example.text_b is None else (example.text, example.text_b)
        with torch.inference_mode():
            logits = full(**tokenizer(*pair, return_tensors="pt")).logits[0]
        expected = torch.softmax(logits, -1).tolist()
        assert said.probabilities == pytest.approx(
            dict(zip(("entailment", "contradiction", "neutral"), expected, strict=True)), abs=1e-4
        )


def test_checkpoints_that_cannot_be_used_are_named(tmp_path: Path, checkpoint: Path) -> None:
    tokenizer = tokenizer_like("xlm-roberta")
    full = AutoModelForSequenceClassification.from_config(tiny_config("xlm-roberta", tokenizer))
    cases = {name: tmp_path / name for name in ("no_tokenizer", "slow", "other", "empty")}
    for name in ("no_tokenizer", "slow", "other"):
        full.save_pretrained(cases[name])
    ByT5Tokenizer().save_pretrained(cases["slow"])
    tokenizer.save_pretrained(cases["other"])
    cases["empty"].mkdir()
    told = {
        "no_tokenizer": "No tokenizer could be loaded",
        "slow": "has no fast tokenizer",
        "other": "has no trained head of the form 'tag': it is XLMRobertaForSequenceClassification",
        "empty": "is no checkpoint",
    }
    for name, says in told.items():
        with pytest.raises(StudyError, match=says):
            Predictor(cases[name], "tag", device="cpu")
    for place, says in {
        checkpoint / "tag": "is a head of the form 'tag', and classify is of the form 'classify'",
        tmp_path / "a" / "b": "there is no folder",
    }.items():
        with pytest.raises(StudyError, match=says):
            Predictor(place, "classify", device="cpu")
    with pytest.raises(StudyError, match="there is no device 'gpu'"):
        Predictor(checkpoint, "tag", device="gpu")
    with pytest.raises(StudyError, match="there is no precision 'fp16'; give fp32 or bf16"):
        Predictor(checkpoint, "tag", device="cpu", precision="fp16")
    with pytest.raises(StudyError, match="'xq'"):
        Predictor(checkpoint, "tag", device="cpu", language="xq", joined_words=True)


def test_of_several_heads_the_one_of_the_task_is_taken(tmp_path: Path, checkpoint: Path) -> None:
    two = tmp_path / "checkpoint"
    for name in ("first", "second"):
        (two / name).mkdir(parents=True)
        for path in (checkpoint / "span").iterdir():
            (two / name / path.name).symlink_to(path)
    with pytest.raises(StudyError, match=r"several heads of the form 'span'.* first \(span\)"):
        Predictor(two, "xquad")
    (two / "first").rename(two / "squad_v1")
    found = isthmus.predict(two, "xquad", EXAMPLES["span"], device="cpu")
    assert found == isthmus.predict(checkpoint, "span", EXAMPLES["span"], device="cpu")


def test_unspaced_languages_are_joined_on_request(checkpoint: Path) -> None:
    chinese = [EXAMPLES["tag"][2]]

    def told(**options) -> Labelled:
        return isthmus.predict(checkpoint, "tag", chinese, device="cpu", **options)[0]

    apart, joined = told(language="zh"), told(language="zh", joined_words=True)
    assert told(language="de", joined_words=True) == apart
    assert len(joined.value) == len(apart.value)


def call(*arguments, **options):
    return CliRunner().invoke(app, ["predict", *map(str, arguments), "--device", "cpu"], **options)


def test_the_command_writes_lines_tables_and_xtremes_format(tmp_path, checkpoint) -> None:
    source = tmp_path / "new.tsv"
    source.write_text("People cross it.\tIt is crossed.\nShips sail.\tThe cape is wide.\n")
    shown = call(checkpoint, "classify", source)
    assert shown.exit_code == 0, shown.output
    rows = [json.loads(line) for line in shown.stdout.splitlines()]
    assert [row["uid"] for row in rows] == ["new/0", "new/1"]
    assert rows[0].keys() == {"uid", "prediction", "score", "probabilities"}
    out = tmp_path / "deep" / "out.tsv"
    assert call(checkpoint, "classify", source, "--out", out).exit_code == 0
    table = [line.split("\t") for line in out.read_text().splitlines()]
    assert table[0] == ["uid", "prediction", "score"]
    assert [row[1] for row in table[1:]] == [row["prediction"] for row in rows]
    lines = call(checkpoint, "classify", "-", "--format", "tsv", input=source.read_bytes())
    assert [row.split("\t")[1] for row in lines.stdout.splitlines()[1:]] == [
        r[1] for r in table[1:]
    ]
    before = out.read_bytes()
    refused = call(checkpoint, "classify", source, "--out", out)
    assert (refused.exit_code, out.read_bytes()) == (2, before)
    assert "--force" in refused.stderr
    assert call(checkpoint, "classify", source, "--out", out, "--force").exit_code == 0
    assert sorted(path.name for path in out.parent.iterdir()) == ["out.tsv"]


def test_xtremes_format_is_that_of_the_task(tmp_path: Path) -> None:
    folder = save(tmp_path / "checkpoint", classify=NLI_LABELS)
    (tmp_path / "new.tsv").write_text("a\tb\nc\td\n")
    shown = call(folder, "xnli", tmp_path / "new.tsv", "--format", "xtreme")
    assert set(shown.stdout.splitlines()) <= set(NLI_LABELS)
    assert len(shown.stdout.splitlines()) == 2
    refused = call(folder, "mnli", tmp_path / "new.tsv", "--format", "xtreme")
    assert refused.exit_code == 2
    assert "mnli is no task of XTREME" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "content", "status", "says"),
    [
        (["span", "-"], b"x\n", 2, "'span' does not read plain lines"),
        (["classify", "-"], b"fine\n\xff\n", 1, "standard input:2: not UTF-8"),
        (["classify", "-"], b"a\tb\tc\n", 1, "standard input:1: 2 tabs"),
        (["classify", "-", "--format", "xml"], b"", 2, "no format 'xml'"),
        (["classify", "-", "--columns", "text"], b"", 2, "--columns has 'text'"),
        (["classify", "none.tsv"], b"", 2, "no file none.tsv"),
        (["tatoeba", "-"], b"", 2, "has no head to predict with"),
    ],
)
def test_one_clear_line_and_a_status(checkpoint, arguments, content, status, says) -> None:
    shown = call(checkpoint, *arguments, input=io.BytesIO(content).read())
    assert shown.exit_code == status
    assert says in shown.stderr
    assert shown.stdout == ""


@pytest.mark.parametrize("form", HEADS)
def test_a_card_is_taken_where_there_is_one_and_says_the_same(
    checkpoint: Path, form: str, card: torch.device
) -> None:
    predictor = Predictor(checkpoint, form, precision="fp32")
    assert {weight.device for weight in predictor._model.parameters()} == {card}
    found = list(predictor(EXAMPLES[form]))
    expected = list(Predictor(checkpoint, form, device="cpu", precision="fp32")(EXAMPLES[form]))
    assert [each.value for each in found] == [each.value for each in expected]
    assert [each.score for each in found] == [
        None if each.score is None else pytest.approx(each.score, abs=1e-4) for each in expected
    ]
