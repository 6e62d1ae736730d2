"""What the pages promise is so: commands, studies, Python, links and the tree."""

from __future__ import annotations

import importlib.util
import os
import re

import documents
import pytest
import yaml
from typer.main import get_command

import isthmus
from isthmus.api import find_study, open_study
from isthmus.cli.main import app
from isthmus.study.claims import (
    BestClaim,
    BetterClaim,
    Claim,
    CorrelatesClaim,
    GainClaim,
    ImprovesClaim,
    Predicate,
    WorthClaim,
)
from isthmus.study.own import COLUMNS, OwnLanguage, OwnTask
from isthmus.study.parts import FewShot, ModelSource, Part, Phase, Pretrain, Target, Translation
from isthmus.study.plan import make_plan
from isthmus.study.study import Study

COMMANDS = get_command(app).commands
WRITTEN = [*documents.commands(), *documents.inline_commands()]
STUDIES = documents.marked("study")
PYTHON = documents.marked("run")
CLAIM_PARTS = {
    "gain": GainClaim,
    "better": BetterClaim,
    "best": BestClaim,
    "improves": ImprovesClaim,
    "correlates": CorrelatesClaim,
    "worth": WorthClaim,
}

_SMALL_WORLD = {
    "num_train": 40,
    "num_train_reading": 40,
    "num_train_large": 40,
    "num_train_low": 40,
    "num_eval": 12,
    "num_eval_reading": 12,
    "num_text_sentences": 400,
    "num_bitext": 40,
}


@pytest.mark.parametrize(("page", "words"), WRITTEN, ids=[" ".join(words) for _, words in WRITTEN])
def test_a_documented_command_exists_with_its_options(page, words):
    command = COMMANDS[words[0]]
    # Parsing checks names, types and the number of arguments, and performs nothing.
    arguments = words[1:] or ["STUDY"] * sum(p.required for p in command.params)
    context = command.make_context(words[0], list(arguments), resilient_parsing=False)
    assert context.args == [], f"{page}: {words}"


def test_every_command_and_every_option_of_its_own_is_in_the_readme():
    table = (documents.ROOT / "README.md").read_text(encoding="utf-8")
    for name, command in COMMANDS.items():
        assert f"`isthmus {name}" in table, name
        for option in {name for p in command.params for name in p.opts if name.startswith("--")}:
            assert option in table, f"{name} {option}"


def test_every_named_study_is_there():
    names = {
        words[1]
        for _, words in WRITTEN
        if words[0] in {"run", "plan", "status", "scores"} and len(words) > 1
    }
    for name in names - {"STUDY", *STUDIES}:
        assert find_study(name).is_file()


@pytest.mark.parametrize("name", sorted(STUDIES))
def test_a_documented_study_passes_plan(name, tmp_path, natural):
    path = tmp_path / name
    path.write_text(STUDIES[name].text, encoding="utf-8")
    study = isthmus.load_study(path)
    _write_named_files(study, tmp_path)
    provider = natural if study.data == "files" else study.provider()
    assert make_plan(study, provider).cells


def test_the_tutorial_counts_steps_rightly(tmp_path):
    path = tmp_path / "first.yaml"
    path.write_text(STUDIES["first.yaml"].text, encoding="utf-8")
    plan = isthmus.plan(path)
    told = (
        f"{len(plan.steps)} steps fill {len(plan.cells)} cells; "
        f"without sharing there would be {plan.num_unshared}."
    )
    page = (documents.ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    assert told in page
    for verb in ("read", "tokenizer", "encode", "train", "embed", "predict", "score"):
        count = sum(step.verb == verb for step in plan.steps)
        assert re.search(rf"^  {verb} +{count} +0 +{count}\b", page, flags=re.MULTILINE), verb


def test_the_tutorial_shows_every_field():
    declared = yaml.safe_load(STUDIES["every.yaml"].text)
    _has_all(declared, Study, without={"origin", "tasks", "own_languages"})
    _has_all(declared["models"]["scratch"]["pretrain"], Pretrain)
    _has_all(declared["routes"]["mixed"][0] | {"carry_heads": ""}, Phase)
    _has_all(declared["routes"]["mixed"][0]["translate"], Translation)
    _has_all(declared["targets"]["tydiqa"], Target)
    _has_all(declared["targets"]["tydiqa"]["few_shot"], FewShot)
    (claim,) = declared["claims"]
    _has_all(claim, Claim)
    shown = {kind: said for predicate in claim["holds"] for kind, said in predicate.items()}
    assert set(shown) == set(Predicate.model_fields)
    for kind, part in CLAIM_PARTS.items():
        assert set(shown[kind]) <= set(part.model_fields)
    every = {field for part in CLAIM_PARTS.values() for field in part.model_fields}
    assert {field for said in shown.values() for field in said} == every
    for field in ModelSource.model_fields:
        assert f"{field}:" in STUDIES["every.yaml"].text


def test_the_tutorial_shows_every_field_of_own_tasks():
    declared = yaml.safe_load(STUDIES["own.yaml"].text)
    shown = {field for task in declared["tasks"].values() for field in task}
    assert shown == set(OwnTask.model_fields)
    assert set(declared["own_languages"]["kmr"]) == set(OwnLanguage.model_fields)
    assert {task["form"] for task in declared["tasks"].values()} == set(COLUMNS) - {"choice"}
    page = (documents.ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    for form, columns in COLUMNS.items():
        (row,) = re.findall(rf"^\| `{form}` \| (.*?) \|", page, flags=re.MULTILINE)
        assert set(re.findall(r"`(\w+)`", row)) == set(columns)


def _write_named_files(study: Study, folder):
    """Files for the tasks of a study's own, which a plan looks for and does not read."""
    for task in study.tasks.values():
        for languages in task.files.values():
            for files in languages.values():
                for name in (*files.files, files.source or ""):
                    path = folder / name.replace("*", "x")
                    path.parent.mkdir(exist_ok=True)
                    if name:
                        path.write_text("x\n", encoding="utf-8")


def _has_all(declared: dict, part: type[Part], without: frozenset[str] | set[str] = frozenset()):
    assert set(declared) == set(part.model_fields) - set(without)


def test_python_of_the_readme_runs_and_its_checkpoint_opens(tmp_path, monkeypatch, capsys):
    """On the documented study made small: the same names, a few steps of training."""
    monkeypatch.chdir(tmp_path)
    small = yaml.safe_load(STUDIES["first.yaml"].text)
    pretrain = small["models"]["tiny"]["pretrain"]
    pretrain |= {"size": "nano", "languages": ["qar", "qor"], "corpus": ["text"]}
    pretrain["tokenizer"]["vocab_size"] = 400
    pretrain["training"] = {"max_steps": 2, "batch_size": 4, "max_length": 32}
    small |= {"world": _SMALL_WORLD, "routes": {"baseline": []}, "targets": ["udpos"]}
    small |= {"languages": ["qar", "qor"], "training": {"max_steps": 2, "batch_size": 4}}
    (tmp_path / "first.yaml").write_text(yaml.safe_dump(small), encoding="utf-8")

    exec(compile(PYTHON["api"].text, "README.md: api", "exec"), {})
    assert "steps fill 2 cells" in capsys.readouterr().out
    found: dict = {}
    exec(compile(PYTHON["checkpoint"].text, "README.md: checkpoint", "exec"), found)
    assert found["model"].config.num_labels == 14
    assert found["tagger"]("wane il didugta sip lugoh .")
    assert open_study("first.yaml").scores().height > 0


def test_python_for_data_of_ones_own_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mydata" / "reviews").mkdir(parents=True)
    for split in ("train", "dev", "test"):
        for code in ("en", "de") if split == "test" else ("en",):
            path = tmp_path / "mydata" / "reviews" / f"{split}-{code}.tsv"
            path.write_text("so so\tbad\nfine\tgood\n", encoding="utf-8")
    found: dict = {}
    exec(compile(PYTHON["own"].text, "add.md: own", "exec"), found)
    out = capsys.readouterr().out
    assert "predict reviews test de (xlmr, route baseline, seed 0)" in out
    examples = list(found["provider"].read(found["REVIEWS"], "test", "de", repairs={}))
    assert [(each.text, each.label) for each in examples] == [("so so", "bad"), ("fine", "good")]


@pytest.mark.parametrize(
    ("page", "target"), documents.links(), ids=lambda value: getattr(value, "name", value)
)
def test_a_link_leads_somewhere(page, target):
    path, _, anchor = target.partition("#")
    there = (page.parent / path).resolve() if path else page
    assert there.exists(), f"{page.name} links to {target}"
    if anchor:
        assert anchor in documents.anchors(there), f"{page.name} links to {target}"


def test_every_page_is_linked_from_the_readme():
    linked = {
        target.partition("#")[0] for page, target in documents.links() if page.name == "README.md"
    }
    pages = {os.path.relpath(page, documents.ROOT) for page in documents.PAGES} - {"README.md"}
    assert pages <= linked


@pytest.mark.parametrize("page", documents.PAGES, ids=lambda page: page.name)
def test_files_named_in_a_page_exist(page):
    text = page.read_text(encoding="utf-8")
    for name in re.findall(r"`((?:src|docs|tests|bench)/[\w/.-]+)`", text):
        if "NAME" in name:  # a file that the reader is to make
            continue
        assert (documents.ROOT / name).exists(), f"{page.name} names {name}"


def test_the_tree_is_current_and_whole():
    spec = importlib.util.spec_from_file_location("tree", documents.ROOT / "docs" / "tree.py")
    tree = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tree)
    readme = tree.README.read_text(encoding="utf-8")
    assert readme == tree.replaced(readme), "the tree is out of date: run python docs/tree.py"
    shown = re.findall(r"^ *([\w.]+\.(?:py|yaml)) ", f"{tree.tree()}\n", flags=re.MULTILINE)
    files = [
        path.name
        for path in tree.PACKAGE.rglob("*")
        if path.suffix in {".py", ".yaml"} and path.name != "__init__.py"
    ]
    assert sorted(shown) == sorted(files)
    assert max(map(len, tree.tree().splitlines())) <= 110
