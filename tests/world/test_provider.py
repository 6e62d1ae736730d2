from __future__ import annotations

import hashlib
import subprocess
import sys
from collections import Counter
from dataclasses import asdict, fields, replace
from itertools import islice
from pathlib import Path

import pytest

from isthmus.errors import StudyError
from isthmus.world.families import PLANS, SOURCE
from isthmus.world.provider import WorldProvider
from isthmus.world.spec import WORLD_VERSION, WorldSpec

NAMES = [
    "anli_plus",
    "mnli",
    "qqp",
    "squad_v2",
    "squad_v1",
    "hellaswag",
    "ccg",
    "cosmosqa",
    "commonsenseqa",
    "xnli",
    "pawsx",
    "udpos",
    "panx",
    "xquad",
    "mlqa",
    "tydiqa",
    "bucc2018",
    "tatoeba",
    "text",
    "bitext",
]
LANGUAGES = tuple(plan.code for plan in PLANS)

GOLDEN = "7bae98bedba1662f3c58e136fdcba1b2815c52a985496bf3fb5ef0aec31885e4"
"""Digest of every example of a small world; it changes only together with WORLD_VERSION."""


def _splits(provider, task):
    for split in ("train", "dev", "test"):
        for language in provider.available(task, split):
            yield split, language


def test_the_catalogue_is_the_natural_one_in_its_order(provider):
    tasks = provider.tasks()
    assert list(tasks) == NAMES
    assert [t.role for t in tasks.values()].count("intermediate") == 9
    assert [t.role for t in tasks.values()].count("target") == 9
    assert tasks["xnli"].trains_on == "mnli"
    assert tasks["xquad"].trains_on == tasks["mlqa"].trains_on == "squad_v1"
    assert tasks["bucc2018"].trains_on == tasks["tatoeba"].trains_on == ""
    assert tasks["xnli"].labels == tasks["mnli"].labels == tasks["anli_plus"].labels


def test_every_uid_is_unique_and_every_split_has_its_size(provider, read):
    for name, task in provider.tasks().items():
        for split, language in _splits(provider, task):
            if language not in {"qar", "qsc", "qta"}:
                continue
            examples = read(name, split, language)
            uids = [example.uid for example in examples]
            assert len(set(uids)) == len(uids)
            assert all(uid.startswith(f"{name}/{split}/{language}/") for uid in uids)
            if split == "train":
                assert len(uids) == task.num_train


def test_training_sets_are_available_in_every_language_and_tests_of_targets(provider):
    tasks = provider.tasks()
    foreign = LANGUAGES[1:]
    for name, task in tasks.items():
        if task.form == "retrieve":
            assert provider.available(task, "train") == ()
            assert provider.available(task, "dev") == provider.available(task, "test") == foreign
        elif name == "bitext":
            assert provider.available(task, "train") == foreign
        else:
            assert provider.available(task, "train") == LANGUAGES
            assert provider.available(task, "dev") == LANGUAGES
            assert provider.available(task, "test") == (LANGUAGES if task.role == "target" else ())


def test_reading_twice_or_in_part_gives_the_same(provider):
    task = provider.tasks()["squad_v2"]
    whole = list(provider.read(task, "train", "qka", Counter()))
    part = list(islice(WorldProvider(provider.spec).read(task, "train", "qka", Counter()), 10))
    assert whole[:10] == part


def test_examples_do_not_depend_on_process_or_order():
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from test_provider import digest_of_a_small_world\n"
        "print(digest_of_a_small_world(reversed))\n"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parent)],
        env={"PYTHONHASHSEED": "1"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert printed == digest_of_a_small_world(list) == GOLDEN


def digest_of_a_small_world(in_order):
    provider = WorldProvider(WorldSpec(**_SMALL))
    digests = {}
    for task in in_order(list(provider.tasks().values())):
        for split, language in _splits(provider, task):
            if language in {"qar", "qka"}:
                text = repr(list(provider.read(task, split, language, Counter())))
                digests[task.name, split, language] = hashlib.sha256(text.encode()).hexdigest()
    return hashlib.sha256(repr(sorted(digests.items())).encode()).hexdigest()


_SMALL = {
    "num_train": 20,
    "num_train_reading": 20,
    "num_train_large": 20,
    "num_train_low": 20,
    "num_eval": 20,
    "num_eval_reading": 20,
    "num_text_sentences": 80,
    "num_bitext": 20,
}


UNUSED_SIZES = {
    field.name: field.default
    for field in fields(WorldSpec)
    if field.name.startswith("num_") and field.name not in ("num_names", "num_eval")
}
"""The numbers of examples that a test set of tagging does not depend on, as they are by default."""


def test_worlds_that_differ_in_a_size_share_the_sets_of_other_sizes(provider):
    larger = WorldProvider(replace(provider.spec, num_eval=provider.spec.num_eval + 1))
    shared, apart = [], []
    for name, task in provider.tasks().items():
        for split, language in _splits(provider, task):
            if language == "qka":
                alike = provider.identity(task, split, language) == larger.identity(
                    task, split, language
                )
                (shared if alike else apart).append((name, split))
    assert ("text", "train") in shared
    assert ("xquad", "test") in shared
    assert ("xnli", "test") in apart
    assert {split for name, split in apart} == {"dev", "test"}
    for name, split in shared:
        examples = [
            list(islice(p.read(p.tasks()[name], split, "qka", Counter()), 3))
            for p in (provider, larger)
        ]
        assert examples[0] == examples[1]


def test_a_world_of_default_sizes_is_named_in_full():
    provider = WorldProvider(WorldSpec(concept_share=0.5))
    for task in provider.tasks().values():
        for split, language in _splits(provider, task):
            identity = provider.identity(task, split, language)
            assert identity["world"] == asdict(provider.spec)


def test_identity_names_all_that_determines_the_examples(provider):
    task = provider.tasks()["udpos"]
    identity = provider.identity(task, "test", "qka")
    assert identity == {
        "world": asdict(provider.spec) | UNUSED_SIZES,
        "version": WORLD_VERSION,
        "task": "udpos",
        "split": "test",
        "language": "qka",
    }
    other = WorldProvider(replace(provider.spec, seed=2))
    assert other.identity(task, "test", "qka") != identity
    one, two = (list(p.read(task, "test", "qka", Counter())) for p in (provider, other))
    assert one != two


def test_languages_are_real_enough(provider):
    languages = [provider.language(code) for code in LANGUAGES]
    assert len(languages) == 13
    assert provider.source_language == SOURCE == languages[0].code
    assert len({language.family for language in languages}) == 3
    assert len({language.script for language in languages}) >= 5
    assert [language.code for language in languages if not language.spaced] == ["qns", "qta"]
    assert all("qaa" <= language.code <= "qtz" for language in languages)


def test_unknown_names_suggest_the_nearest(provider):
    tasks = provider.tasks()
    with pytest.raises(StudyError, match="no language 'qat'"):
        provider.language("qat")
    with pytest.raises(StudyError, match="Did you mean 'xnli'"):
        provider.available(replace(tasks["xnli"], name="xnlj"), "test")
    with pytest.raises(StudyError, match="mnli test in no language; got 'qar'"):
        provider.read(tasks["mnli"], "test", "qar", Counter())
    with pytest.raises(StudyError, match="got 'qar'"):
        provider.read(tasks["tatoeba"], "test", "qar", Counter())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"half_cognates": 1.5}, "world.half_cognates is 1.5; write a value from 0.0 to 1.0"),
        ({"num_train": 2.5}, "world.num_train is 2.5; write a whole number"),
        ({"num_names": 3}, "world.num_names is 3"),
        ({"seed": True}, "world.seed is True"),
        ({"near_cognates": 0.2}, "must fall from near_cognates"),
    ],
)
def test_bad_specs_are_refused(settings, message):
    with pytest.raises(StudyError, match=message):
        WorldSpec(**settings)


def test_a_small_world_has_every_task():
    provider = WorldProvider(WorldSpec(concept_share=0.5, num_names=48, **_SMALL))
    for task in provider.tasks().values():
        for split, language in _splits(provider, task):
            if language in {"qar", "qta"}:
                assert next(iter(provider.read(task, split, language, Counter())))
