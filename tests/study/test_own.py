"""Tasks that a study declares itself: what is read, and where they can be used."""

from __future__ import annotations

import pickle
from collections import Counter

import pytest
from own_work import CLASSIFY, NLI, REVIEWS, declared, examples, refused, write, write_benchmark

from isthmus.errors import StudyError
from isthmus.sources import own as own_module
from isthmus.sources.provider import source_of
from isthmus.study.plan import make_plan
from isthmus.study.study import Study


@pytest.fixture
def reviews(tmp_path):
    write(tmp_path, {"train.csv": REVIEWS, "sw.csv": "text,label\nnzuri,good\nmbaya,bad\n"})
    return declared(tmp_path, {"mine": CLASSIFY})


def test_labels_are_read_from_the_training_data(reviews, tmp_path):
    plan = make_plan(reviews, reviews.provider())
    (encode,) = [step for step in plan.steps if step.title == "encode mine test sw"]
    titles = {step.key: step.title for step in plan.steps}
    assert titles[encode.inputs["labels_from"]] == "read mine train en"
    assert [(cell.target, cell.language) for cell in plan.cells] == [("mine", "sw")]
    assert len(examples(reviews, "mine", "test", "sw")) == 2
    write(tmp_path, {"sw.csv": "text,label\nnzuri,good\nmbaya,badd\n"})
    error = refused(reviews, "mine", "test", "sw")
    assert (error.path, error.line) == (tmp_path / "sw.csv", 3)
    assert (
        "label 'badd' in column 'label' is not one of the known bad, good. Did you mean 'bad'?"
        in error.message
    )


def test_a_column_that_holds_no_labels_is_refused(reviews, tmp_path, monkeypatch):
    write(tmp_path, {"train.csv": "text,label\na,good\nb,good\n"})
    assert "fewer than two labels" in refused(reviews).message
    write(tmp_path, {"train.csv": REVIEWS.replace("bad", "fair").replace("text 7,good", "x,bad")})
    monkeypatch.setattr(own_module, "MAX_LABELS", 2)
    error = refused(reviews)
    assert "more than 2 labels in the training data of mine" in error.message
    assert error.path == tmp_path / "train.csv"


def test_a_single_text_has_no_second_one(reviews):
    assert all(pair.text_b is None for pair in examples(reviews))


def test_several_files_and_patterns_are_read_in_order(tmp_path):
    write(tmp_path, {f"de/{n}.csv": f"text,label\n{n},good\n" for n in "cab"})
    task = {**CLASSIFY, "labels": ["bad", "good"]}
    task["files"] = {"train": {"de": ["de/c.csv", "de/[ab].csv"]}}
    study = declared(tmp_path, {"mine": task})
    assert [pair.text for pair in examples(study, "mine", "train", "de")] == ["c", "a", "b"]
    task["files"] = {"train": {"de": "**/*.csv"}}
    study = declared(tmp_path, {"mine": task})
    assert [pair.text for pair in examples(study, "mine", "train", "de")] == ["a", "b", "c"]
    assert len({pair.uid for pair in examples(study, "mine", "train", "de")}) == 3


def test_held_out_examples_are_in_one_split_each(reviews, tmp_path):
    task = {**CLASSIFY, "files": {"train": {"en": "train.csv"}}, "hold_out": {"dev": 1, "test": 2}}
    study = declared(tmp_path, {"mine": task})
    read = {split: examples(study, "mine", split) for split in ("train", "dev", "test")}
    assert {split: len(found) for split, found in read.items()} == {
        "train": 28,
        "dev": 4,
        "test": 8,
    }
    texts = [pair.text for found in read.values() for pair in found]
    assert sorted(texts) == sorted(pair.text for pair in examples(reviews))
    assert {pair.label for pair in read["test"]} == {"bad", "good"}, "labels alternate in the file"
    provider = study.provider()
    note = provider.note(provider.tasks()["mine"], "dev", "en")
    assert note == "1 of every 10 examples of the files; the rest is held out"


def test_keys_follow_contents_and_not_places(tmp_path):
    keys = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder, {"train.csv": REVIEWS, "sw.csv": REVIEWS})
        study = declared(tmp_path / folder, {"mine": CLASSIFY})
        keys.append([step.key for step in make_plan(study, study.provider()).steps])
    assert keys[0] == keys[1]
    write(tmp_path / "two", {"sw.csv": REVIEWS + "x,bad\n"})
    study = declared(tmp_path / "two", {"mine": CLASSIFY})
    changed = make_plan(study, study.provider()).steps
    titles = [step.title.partition(" (")[0] for step in changed if step.key not in keys[0]]
    assert titles == [
        "read mine test sw",
        "encode mine test sw",
        "predict mine test sw",
        "score mine test sw",
    ]


def test_training_data_can_be_in_another_language_than_english(tmp_path):
    files = {"train": {"sw": "sw.csv"}, "test": {"en": "en.csv", "sw": "test.csv"}}
    write(tmp_path, dict.fromkeys(("sw.csv", "en.csv", "test.csv"), REVIEWS))
    study = declared(tmp_path, {"mine": {**CLASSIFY, "files": files}}, selection={"keep": "last"})
    provider = study.provider()
    plan = make_plan(study, provider)
    (train,) = [step for step in plan.steps if step.verb == "train"]
    assert set(train.inputs) == {"init", "train/mine/sw"}
    assert source_of(provider.tasks()["mine"], provider) == "sw"


@pytest.fixture
def benchmark(tmp_path):
    return write_benchmark(tmp_path / "benchmark")


def test_an_own_test_set_for_a_task_of_the_catalogue(tmp_path, benchmark):
    write(tmp_path, {"sw.csv": "p,h,label\na,b,n\nc,d,c\n"})
    task = {**NLI, "trains_on": "mnli", "files": {"test": {"sw": "sw.csv"}}}
    study = declared(tmp_path, {"mine": task}, data="files")
    provider = study.provider(benchmark)
    plan = make_plan(study, provider)
    (train,) = [step for step in plan.steps if step.verb == "train"]
    assert set(train.inputs) == {"init", "train/mnli/en"}
    mine = provider.tasks()["mine"]
    assert [pair.label for pair in provider.read(mine, "test", "sw", Counter())] == [
        "neutral",
        "contradiction",
    ]
    assert mine.labels == provider.tasks()["mnli"].labels, "in the head's order"
    only = make_plan(
        Study(**{**dict(study), "tasks": {}, "targets": ["xnli"]}),
        Study(**{**dict(study), "tasks": {}, "targets": ["xnli"]}).provider(benchmark),
    )
    (alone,) = [step for step in only.steps if step.verb == "train"]
    assert alone.settings["tasks"] == train.settings["tasks"], "the same head on the same data"


def test_a_target_of_the_catalogue_on_own_training_data(tmp_path, benchmark):
    write(tmp_path, {"en.csv": "p,h,label\na,b,n\nc,d,c\ne,f,e\n"})
    task = {**NLI, "files": {"train": {"en": "en.csv"}}}
    study = declared(
        tmp_path, {"mine": task}, data="files", targets={"xnli": {"trains_on": "mine"}}
    )
    plan = make_plan(study, study.provider(benchmark))
    (train,) = [step for step in plan.steps if step.verb == "train"]
    assert set(train.inputs) == {"init", "train/mine/en"}
    assert ("xnli", "sw") in {(cell.target, cell.language) for cell in plan.cells}


def test_own_tasks_do_not_change_the_keys_of_the_others(tmp_path, benchmark):
    write(tmp_path, {"en.csv": "p,h,label\na,b,n\n", "x.txt": "rain\n"})
    plain = declared(tmp_path, {}, data="files", targets=["xnli"])
    without = make_plan(plain, plain.provider(benchmark))
    tasks = {
        "mine": {**NLI, "files": {"train": {"en": "en.csv"}}},
        "words": {"form": "mlm", "files": {"train": {"en": "x.txt"}}},
    }
    routes = {
        "baseline": [],
        "mine": [{"tasks": ["mine"], "mlm": ["words"], "mixture": {"mlm_share": 0.1}}],
    }
    study = declared(tmp_path, tasks, data="files", targets=["xnli"], routes=routes)
    plan = make_plan(study, study.provider(benchmark))
    assert {step.key for step in without.steps} < {step.key for step in plan.steps}
    (phase,) = [step for step in plan.steps if step.title.startswith("train mine (")]
    assert {"train/mine/en", "train/mlm/en/words"} < set(phase.inputs)


def test_own_text_and_own_tasks_are_a_corpus(tmp_path):
    write(tmp_path, {"train.csv": REVIEWS, "sw.csv": REVIEWS, "sw.txt": "nzuri\n", "yo.txt": "o\n"})
    pretrain = {"size": "nano", "corpus": ["words", "mine"]}
    words = {"form": "mlm", "files": {"train": {"sw": "sw.txt", "yo": "yo.txt"}}}
    study = declared(
        tmp_path, {"mine": CLASSIFY, "words": words}, models={"new": {"pretrain": pretrain}}
    )
    plan = make_plan(study, study.provider())
    (tokenizer,) = [step for step in plan.steps if step.verb == "tokenizer"]
    assert sorted(tokenizer.inputs) == [
        "text/mine/train/en",
        "text/words/train/sw",
        "text/words/train/yo",
    ]


def test_a_language_outside_the_table_is_declared(tmp_path):
    write(tmp_path, {"train.csv": REVIEWS, "kmr.csv": REVIEWS})
    task = {**CLASSIFY, "files": {"train": {"en": "train.csv"}, "test": {"kmr": "kmr.csv"}}}
    with pytest.raises(
        StudyError, match=r"files\.test\.kmr: language 'kmr' is not known.*declare it"
    ):
        declared(tmp_path, {"mine": task}).provider()
    named = {"kmr": {"name": "Kurmanji", "script": "Latn", "family": "Indo-European"}}
    study = declared(tmp_path, {"mine": task}, own_languages=named, languages=["kmr"])
    provider = study.provider()
    assert provider.language("kmr").name == "Kurmanji"
    assert [cell.language for cell in make_plan(study, provider).cells] == ["kmr"]


def test_own_tasks_in_the_languages_of_the_world(tmp_path):
    write(tmp_path, {"train.csv": REVIEWS, "sw.csv": REVIEWS})
    task = {**CLASSIFY, "files": {"train": {"qar": "train.csv"}, "test": {"qor": "sw.csv"}}}
    study = declared(tmp_path, {"mine": task}, data="world", targets=["mine", "udpos"])
    plan = make_plan(study, study.provider())
    assert {cell.language for cell in plan.cells if cell.target == "mine"} == {"qor"}


def test_what_serves_own_tasks_travels_to_a_worker(reviews):
    provider = reviews.provider()
    assert pickle.loads(pickle.dumps(provider)) == provider


def test_a_broken_file_is_named_with_its_line(reviews, tmp_path):
    for content, line, said in (
        ("text,lable\na,good\n", 1, "column 'label' is not in the header. Did you mean 'lable'?"),
        ("text,label\na,good\nb\n", 3, "1 columns where the first row has 2"),
        ('text,label\n"a,good\n', 2, "is a quote not closed?"),
        ("", None, "the file is empty"),
    ):
        write(tmp_path, {"train.csv": content})
        error = refused(reviews)
        assert (error.path, error.line) == (tmp_path / "train.csv", line)
        assert said in error.message
