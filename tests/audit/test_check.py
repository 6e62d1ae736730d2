from __future__ import annotations

import json
import subprocess
import sys

import own_data
import pytest
import yaml

import isthmus
from isthmus.audit.needs import needed
from isthmus.errors import DataError
from isthmus.sources.files import FilesProvider
from isthmus.study.plan import make_plan
from isthmus.study.study import Study

SMALL_WORLD = {
    "num_train": 60,
    "num_train_reading": 60,
    "num_eval": 20,
    "num_eval_reading": 20,
    "num_text_sentences": 300,
    "num_bitext": 40,
}


@pytest.fixture
def study(tmp_path):
    return own_data.write_study(tmp_path)


def checked(study, **options):
    return isthmus.check(study, store=study.parent / "store", data=study.parent / "data", **options)


def said(report, severity):
    return "\n".join(finding.text for finding in report.of(severity))


def data_set(report, *place):
    return next(
        each
        for each in report.data_sets
        if (each.place.task, each.place.split, each.place.language) == place
    )


def test_what_was_planted_is_found(study):
    report = checked(study)
    found = {
        (str(each.training), str(each.test), each.kind): (each.num_exact, each.num_near)
        for each in report.overlaps
        if each.kind == "paragraph"
    }
    assert found == {
        ("squad_v2 train en", "xquad test en", "paragraph"): (1, 1),
        ("squad_v1 dev en", "xquad test en", "paragraph"): (1, 0),
    }
    assert "2 of 4 paragraphs (1 nearly)" in said(report, "warning")
    assert "of xquad test en stand in squad_v2 train en" in said(report, "warning")
    assert "of xquad test en stand in squad_v1 dev en" in said(report, "note"), "nobody selects"


def test_a_development_set_that_is_selected_on_is_a_warning(tmp_path):
    study = own_data.write_study(tmp_path, selection={"keep": "best"})
    report = checked(study)
    assert data_set(report, "squad_v1", "dev", "en").uses == ("selection",)
    assert "of xquad test en stand in squad_v1 dev en" in said(report, "warning")


def test_every_data_set_of_the_plan_is_reported_with_its_use(study):
    report = checked(study)
    assert {str(each.place): each.uses for each in report.data_sets} == {
        "squad_v1 train en": ("training",),
        "squad_v2 train en": ("training",),
        "panx train en": ("training",),
        "xquad test en": ("test",),
        "xquad test de": ("test",),
        "panx test en": ("test",),
        "panx test de": ("test",),
        "squad_v1 dev en": ("unused",),
        "squad_v2 dev en": ("unused",),
        "panx dev en": ("unused",),
    }


def test_counts_labels_repeats_and_lengths(study):
    panx = data_set(checked(study), "panx", "train", "en")
    assert panx.counts.num_examples == 4
    assert panx.counts.num_repeated == 1
    assert panx.counts.labels["B-LOC"] == 4
    assert panx.counts.words.longest == len(own_data.SENTENCES[1].split())
    (encoded,) = panx.encodings
    assert encoded.max_length == 48
    assert encoded.lengths.longest > panx.counts.words.longest
    assert encoded.unknown == 0


def test_cut_text_and_unknown_subwords_are_warnings(tmp_path):
    study = own_data.write_study(tmp_path, training={"max_length": 16})
    warnings = said(checked(study), "warning")
    assert "panx train loses text at max_length 16" not in warnings, "it is cut between words"
    assert "xquad test loses the end of questions at max_length 16" in warnings
    (study.parent / "data/panx/test-de.tsv").write_text("桥\tO\n连\tO\n", encoding="utf-8")
    assert "panx test has subwords that are unknown" in said(checked(study), "warning")


def test_a_label_that_is_never_trained_is_a_warning(study):
    assert "panx is trained without one example of" in said(checked(study), "warning")


def test_every_unreadable_file_is_reported_and_the_rest_is_read(study):
    root = study.parent / "data"
    (root / "xquad/xquad.en.json").write_text('{"data": [', encoding="utf-8")
    (root / "panx/train-en.tsv").write_bytes(b"\xff\xfe\tO\n")
    (root / "squad_v2/dev-v2.0.json").write_text("", encoding="utf-8")
    report = checked(study)
    errors = said(report, "error")
    for name in ("xquad.en.json:1", "train-en.tsv:1", "dev-v2.0.json"):
        assert name in errors
    assert len(report.of("error")) == 3
    assert data_set(report, "xquad", "test", "en").counts is None
    assert data_set(report, "squad_v2", "train", "en").counts.num_examples == 6


def test_own_tasks_are_checked_and_a_file_of_two_sets_is_told_once(tmp_path):
    own_data.write_study(tmp_path)
    declaration = {
        "name": "reviews",
        "models": {"tiny": {"load": "./encoder"}},
        "routes": {"base": []},
        "targets": ["reviews"],
        "tasks": {
            "reviews": {
                "form": "classify",
                "files": {"train": {"en": "reviews.csv"}},
                "hold_out": {"test": 5},
                "columns": {"text": "review", "label": "verdict"},
            }
        },
    }
    path = tmp_path / "reviews.yaml"
    path.write_text(yaml.safe_dump(declaration), encoding="utf-8")
    rows = "".join(f"{own_data.SENTENCES[n % 4]},{'bad' if n % 2 else 'good'}\n" for n in range(10))
    (tmp_path / "reviews.csv").write_text(f"review,verdict\n{rows}", encoding="utf-8")
    report = isthmus.check(path)
    assert "texts of reviews test en stand in reviews train en" in said(report, "warning")
    assert data_set(report, "reviews", "train", "en").counts.labels.keys() == {"good", "bad"}
    (tmp_path / "reviews.csv").write_bytes(b"review,verdict\n\xff,good\n")
    (error,) = isthmus.check(path).of("error")
    assert error.text.startswith("reviews train en, reviews test en cannot be read: ")
    assert "reviews.csv:2" in error.text


def test_a_file_without_identity_stops_no_other(study, monkeypatch):
    known = FilesProvider.identity

    def identity(provider, task, split, language):
        if (task.name, language) == ("xquad", "de"):
            raise DataError("cannot be read: Permission denied", path="xquad.de.json")
        return known(provider, task, split, language)

    monkeypatch.setattr(FilesProvider, "identity", identity)
    (study.parent / "data/xquad/xquad.de.json").write_bytes(b"\xff")
    report = checked(study)
    assert [finding.severity for finding in report.findings].count("error") == 1
    assert "xquad.de.json:1" in said(report, "error")


def test_data_that_lacks_altogether_is_an_error_as_in_a_plan(study):
    (study.parent / "data/squad_v2/train-v2.0.json").unlink()
    with pytest.raises(DataError, match="squad_v2 has no train data in en"):
        checked(study)


def test_only_a_part_is_read(study):
    report = checked(study, only="base/panx")
    assert {each.place.task for each in report.data_sets} == {"panx"}
    assert report.overlaps == ()


def test_the_observer_sees_every_data_set_once(study):
    seen = []
    report = checked(study, observe=seen.append)
    assert sorted(map(str, seen)) == sorted(str(each.place) for each in report.data_sets)


def test_without_its_tokenizer_lengths_are_in_words(study):
    (study.parent / "encoder/tokenizer.json").unlink()
    report = checked(study)
    assert all(each.encodings == () for each in report.data_sets)
    assert "there is no tokenizer.json in" in report.no_subwords["load ./encoder"]


def test_a_damaged_tokenizer_is_said(study):
    (study.parent / "encoder/tokenizer.json").write_text("{", encoding="utf-8")
    assert "cannot be read" in checked(study).no_subwords["load ./encoder"]


def test_the_report_is_json(study):
    report = checked(study)
    parsed = json.loads(json.dumps(report.to_json()))
    assert parsed["study"] == "own"
    assert parsed["data_sets"][0]["place"] == {
        "task": "squad_v1",
        "split": "train",
        "language": "en",
    }
    assert parsed["findings"][0]["severity"] == "warning"


def test_the_world_s_tokenizer_is_trained_first():
    world = {
        "name": "small",
        "data": "world",
        "world": SMALL_WORLD,
        "models": {
            "nano": {"pretrain": {"size": "nano", "corpus": ["text"], "languages": ["qar"]}}
        },
        "routes": {"base": []},
        "targets": ["udpos", "tatoeba", "xnli"],
        "languages": ["qar", "qns"],
        "splits": ["dev"],
    }
    report = isthmus.check(Study(**world))
    assert "isthmus run STUDY --only 'tokenizer of nano'" in report.no_subwords["tokenizer of nano"]
    assert data_set(report, "text", "train", "qar").uses == ("pretraining",)
    assert data_set(report, "udpos", "dev", "qns").counts.words.mean > 20, "characters"
    assert report.of("error") == ()
    chosen = data_set(report, "tatoeba", "dev", "qns")
    assert chosen.uses == ("selection", "test")
    assert not any(each.training == each.test for each in report.overlaps)


def test_of_translated_training_data_the_original_is_read():
    world = {
        "name": "small",
        "data": "world",
        "world": SMALL_WORLD,
        "models": {
            "nano": {"pretrain": {"size": "nano", "corpus": ["text"], "languages": ["qar"]}}
        },
        "routes": {"far": [{"tasks": ["mnli"], "translate": {"into": ["qor"], "model": "world"}}]},
        "targets": ["xnli"],
        "languages": ["qar"],
    }
    report = isthmus.check(Study(**world))
    assert data_set(report, "mnli", "train", "qar").uses == ("training",)
    assert not any(each.place.language == "qor" for each in report.data_sets)


def test_a_check_takes_no_torch(study):
    code = (
        "import sys, isthmus; isthmus.check(sys.argv[1], data=sys.argv[2], store=sys.argv[3]);"
        "sys.exit('torch' in sys.modules)"
    )
    arguments = [study, study.parent / "data", study.parent / "store"]
    assert subprocess.run([sys.executable, "-c", code, *arguments], check=False).returncode == 0
    assert not (study.parent / "store").exists(), "nothing is written"


def test_what_few_shots_are_drawn_from_counts_as_training():
    """And not as the unused development set of the target."""
    targets = {"xnli": {"few_shot": {"k": [1], "split": "dev"}}}
    study = Study(
        name="shots",
        data="world",
        models={"m": {"load": "x"}},
        routes={"base": []},
        targets=targets,
        languages=["qar", "qor"],
    )
    provider = study.provider()
    uses = {str(each.place): each.uses for each in needed(make_plan(study, provider), provider)}
    assert uses["xnli dev qor"] == ("training",)
    assert uses["xnli test qor"] == ("test",)
    assert "xnli dev qar" not in uses
