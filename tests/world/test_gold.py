"""The gold of every form is right, balanced and parallel."""

from __future__ import annotations

from collections import Counter

import pytest

from isthmus.world.exercises.inference import LABELS
from isthmus.world.families import PLANS

CODES = [plan.code for plan in PLANS]
CONTENT = {"NOUN", "VERB", "ADJ", "PROPN", "NUM", "ADV", "PRON", "PUNCT"}
READING = ("squad_v2", "squad_v1", "xquad", "mlqa", "tydiqa")


@pytest.mark.parametrize("task", READING)
@pytest.mark.parametrize("code", CODES)
def test_answers_stand_at_their_offsets(read, task, code):
    for example in read(task, "dev", code):
        for answer in example.answers:
            assert answer.text
            end = answer.start + len(answer.text)
            assert example.context[answer.start : end] == answer.text
        assert task == "squad_v2" or len(example.answers) == 1


def test_a_third_of_squad_v2_is_unanswerable_and_no_other(read):
    examples = read("squad_v2", "train", "qar")
    share = sum(not example.answers for example in examples) / len(examples)
    assert 0.2 < share < 0.45


def test_unanswerable_questions_have_words_of_their_context(read):
    shared = [
        len(set(example.question.split()) & set(example.context.split()))
        for example in read("squad_v2", "train", "qar")
        if not example.answers
    ]
    assert min(shared) >= 1
    assert sum(count >= 2 for count in shared) > 0.8 * len(shared)


@pytest.mark.parametrize("task", ["udpos", "panx", "ccg"])
@pytest.mark.parametrize("code", CODES)
def test_every_word_has_a_tag_of_the_label_set(provider, read, task, code):
    labels = set(provider.tasks()[task].labels)
    for sentence in read(task, "dev", code):
        assert len(sentence.tags) == len(sentence.words)
        assert set(sentence.tags) <= labels
        assert all(sentence.words)


@pytest.mark.parametrize("task", ["udpos", "panx", "ccg"])
def test_every_label_occurs(provider, read, task):
    seen = {tag for s in read(task, "train", "qar") for tag in s.tags}
    seen |= {tag for s in read(task, "dev", "qar") for tag in s.tags}
    assert seen == set(provider.tasks()[task].labels)


@pytest.mark.parametrize("code", CODES)
def test_entity_spans_are_well_formed(read, code):
    for sentence in read("panx", "test", code):
        previous = "O"
        for tag in sentence.tags:
            if tag.startswith("I-"):
                assert previous in {f"B-{tag[2:]}", tag}
            previous = tag
        assert any(tag != "O" for tag in sentence.tags)


@pytest.mark.parametrize("code", CODES[1:])
def test_translations_have_the_same_content(read, code):
    fused = PLANS[CODES.index(code)].morphology.affixes
    for task in ("udpos", "ccg", "panx"):
        for one, two in zip(read(task, "dev", "qar"), read(task, "dev", code), strict=True):
            here, there = Counter(one.tags), Counter(two.tags)
            if "the" not in fused and "in" not in fused and "of" not in fused:
                assert here == there
            else:
                assert there <= here
    for one, two in zip(read("udpos", "dev", "qar"), read("udpos", "dev", code), strict=True):
        assert _only(one.tags) == _only(two.tags)


def _only(tags):
    return Counter(tag for tag in tags if tag in CONTENT)


@pytest.mark.parametrize("code", CODES)
def test_gold_of_other_forms_is_the_same_in_every_language(read, code):
    for task in ("xnli", "pawsx"):
        source, other = read(task, "test", "qar"), read(task, "test", code)
        assert [pair.label for pair in source] == [pair.label for pair in other]
    for task in ("hellaswag", "cosmosqa", "commonsenseqa"):
        source, other = read(task, "dev", "qar"), read(task, "dev", code)
        assert [choice.label for choice in source] == [choice.label for choice in other]


@pytest.mark.parametrize("task", ["anli_plus", "mnli", "xnli", "qqp", "pawsx"])
def test_labels_are_balanced(provider, read, task):
    labels = Counter(pair.label for pair in read(task, "train", "qar"))
    assert set(labels) == set(provider.tasks()[task].labels)
    assert max(labels.values()) - min(labels.values()) <= 1


@pytest.mark.parametrize("task", ["qqp", "pawsx"])
def test_paraphrase_pairs_of_both_labels_have_the_same_words(read, task):
    same = Counter()
    for pair in read(task, "train", "qar"):
        one, two = Counter(pair.text.split()), Counter(pair.text_b.split())
        apart = sum(((one - two) + (two - one)).values())
        same[pair.label, apart] += 1
        assert pair.text != pair.text_b
    for apart in {apart for _, apart in same}:
        here, there = same["0", apart], same["1", apart]
        assert abs(here - there) <= 0.5 * (here + there) + 8


def test_overlap_says_nothing_of_inference(provider):
    from dataclasses import replace

    from isthmus.world.provider import WorldProvider

    large = WorldProvider(replace(provider.spec, num_train=3000))
    means = dict.fromkeys(LABELS, 0.0)
    negated = dict.fromkeys(LABELS, 0.0)
    pairs = list(large.read(large.tasks()["mnli"], "train", "qar", Counter()))
    words = Counter(word for pair in pairs for word in pair.text.split())
    from isthmus.world.world import build_world

    denial = build_world(large.spec).renderer("qar")._stems["not"]
    assert words[denial] > 0
    for pair in pairs:
        one, two = set(pair.text.split()) - {denial}, set(pair.text_b.split()) - {denial}
        means[pair.label] += len(one & two) / len(one | two) / 1000
        negated[pair.label] += (denial in pair.text_b.split()) / 1000
    assert max(means.values()) - min(means.values()) < 0.05
    assert max(negated.values()) - min(negated.values()) < 0.06


@pytest.mark.parametrize("task", ["hellaswag", "cosmosqa", "commonsenseqa"])
def test_choices_are_different_and_their_places_balanced(read, task):
    examples = read(task, "train", "qar")
    width = 5 if task == "commonsenseqa" else 4
    for example in examples:
        assert len(set(example.choices)) == len(example.choices) == width
    places = Counter(example.label for example in examples)
    assert set(places) == set(range(width))


def test_hellaswag_endings_cross_two_deeds_with_two_things(read):
    for example in read("hellaswag", "train", "qar"):
        verbs = Counter(choice.split()[1] for choice in example.choices)
        things = Counter(choice.split()[-2] for choice in example.choices)
        assert set(verbs.values()) == set(things.values()) == {2}


@pytest.mark.parametrize("task", ["tatoeba", "bucc2018"])
@pytest.mark.parametrize("code", CODES[1:])
def test_matches_are_mutual(read, task, code):
    lines = {line.uid: line for line in read(task, "dev", code)}
    sides = Counter(line.side for line in lines.values())
    assert sides["source"] == sides["foreign"]
    for line in lines.values():
        for uid in line.match:
            assert lines[uid].match == (line.uid,)
            assert lines[uid].side != line.side
    alone = sum(not line.match for line in lines.values())
    assert (alone > 0) == (task == "bucc2018")
    assert len({(line.side, line.text) for line in lines.values()}) == len(lines)


def test_tatoeba_source_side_is_sorted_as_text(read):
    texts = [line.text for line in read("tatoeba", "test", "qan") if line.side == "source"]
    assert texts == sorted(texts)


def test_bitext_is_parallel_word_by_word_where_only_letters_differ(read):
    for pair in read("bitext", "train", "qsc"):
        assert len(pair.text.split()) == len(pair.parallel.split())


def _told(texts):
    return {part.strip() for text in texts for part in text.split(" .") if part.strip()}


def test_what_is_tested_is_told_in_no_training_set_and_no_text(read):
    tested = {
        " ".join(s.words[:-1]) for task in ("udpos", "panx") for s in read(task, "test", "qar")
    }
    tested |= {
        line.text.removesuffix(" .")
        for line in read("tatoeba", "test", "qan")
        if line.side == "source"
    }
    told = _told(example.text for example in read("text", "train", "qar"))
    told |= _told(example.text for example in read("bitext", "train", "qan"))
    told |= {
        " ".join(s.words[:-1]) for task in ("udpos", "ccg") for s in read(task, "train", "qar")
    }
    told |= _told(q.context for t in ("squad_v1", "squad_v2") for q in read(t, "train", "qar"))
    assert len(told) > 500
    assert not tested & told


def test_train_dev_and_test_have_no_example_in_common(provider, read):
    for name, task in provider.tasks().items():
        code = "qan" if task.form == "retrieve" or name == "bitext" else "qar"
        seen = {}
        for split in ("train", "dev", "test"):
            if code in provider.available(task, split):
                for example in read(name, split, code):
                    key = _content(example)
                    assert seen.setdefault(key, split) == split, (name, key)


def _content(example):
    fields = ("text", "text_b", "words", "question", "context", "prompt", "choices", "side")
    return tuple(str(getattr(example, field, "")) for field in fields)


def test_homographs_are_real_and_resolved_by_context(read):
    tags_by_word = {}
    for code in ("qar", "qlz", "qka"):
        for sentence in read("udpos", "train", code):
            for word, tag in zip(sentence.words, sentence.tags, strict=True):
                tags_by_word.setdefault((code, word), Counter())[tag] += 1
        ambiguous = [w for (c, w), tags in tags_by_word.items() if c == code and len(tags) > 1]
        assert len(ambiguous) > 20, code


def test_entity_names_are_of_every_type(read):
    types = {}
    for sentence in read("panx", "train", "qar"):
        for word, tag in zip(sentence.words, sentence.tags, strict=True):
            if tag.startswith("B-"):
                types.setdefault(word, set()).add(tag)
    assert sum(len(kinds) > 1 for kinds in types.values()) > len(types) / 3


def test_entity_tagging_tests_some_names_that_training_never_shows(provider, read):
    train = {w for s in read("panx", "train", "qar") for w in s.words}
    entities = [
        word
        for s in read("panx", "test", "qar")
        for word, tag in zip(s.words, s.tags, strict=True)
        if tag.startswith("B-")
    ]
    unseen = sum(word not in train for word in entities) / len(entities)
    assert 0.05 < unseen < 0.8
