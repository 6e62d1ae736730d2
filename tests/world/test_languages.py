from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from isthmus.world.concepts import concepts
from isthmus.world.distance import WEIGHTS
from isthmus.world.families import PLAN_BY_CODE, PLANS, SOURCE
from isthmus.world.grammar import Morphology, Order, order_distance
from isthmus.world.lexicon import cognates, lexicon, root_keys, sound_change
from isthmus.world.provider import WorldProvider
from isthmus.world.scripts import SCRIPTS, write
from isthmus.world.spec import WorldSpec

COMPONENTS = tuple(WEIGHTS)
FACTOR = {
    "qsc": "script",
    "qor": "order",
    "qlh": "lexicon",
    "qlz": "lexicon",
    "qmo": "morphology",
    "qns": "spacing",
}
CONCEPTS = concepts(share=1.0, num_names=96)


@pytest.mark.parametrize(("code", "factor"), FACTOR.items())
def test_controls_differ_from_the_source_in_one_factor(provider, code, factor):
    distance = provider.distance(code)
    assert distance[factor] > 0
    assert [name for name in COMPONENTS if distance[name] > 0] == [factor]


def test_controls_are_rows_that_differ_from_the_source_in_one_setting():
    source = PLAN_BY_CODE[SOURCE]
    kept = {"qsc": "script", "qor": "order", "qlh": "cognates", "qlz": "cognates"}
    kept |= {"qmo": "morphology", "qns": "spaced"}
    for code, field in kept.items():
        undone = replace(PLAN_BY_CODE[code], **{field: getattr(source, field)})
        apart = {"code": source.code, "name": source.name, "factor": source.factor}
        assert replace(undone, branch=source.branch, parent=source.parent, **apart) == source


def test_script_control_is_the_source_in_other_letters(read):
    source, other = read("udpos", "test", "qar"), read("udpos", "test", "qsc")
    for one, two in zip(source, other, strict=True):
        assert two.tags == one.tags
        assert [write(w, "Grek") for w in one.words[:-1]] == list(two.words[:-1])


def test_order_control_has_the_same_words_in_another_order(read):
    source, other = read("udpos", "test", "qar"), read("udpos", "test", "qor")
    assert all(Counter(a.words) == Counter(b.words) for a, b in zip(source, other, strict=True))
    assert sum(a.words != b.words for a, b in zip(source, other, strict=True)) > 50


def test_lexicon_and_spacing_controls_keep_the_order(read):
    source = read("udpos", "test", "qar")
    for code in ("qlh", "qlz", "qns"):
        assert [s.tags for s in read("udpos", "test", code)] == [s.tags for s in source]
    assert [s.words for s in read("udpos", "test", "qns")] == [s.words for s in source]


def test_unspaced_text_has_no_space_within_a_sentence(read):
    for line, spaced in zip(
        read("bitext", "train", "qns"), read("bitext", "train", "qns"), strict=True
    ):
        assert " " not in line.parallel
        assert " " in spaced.text


def test_distance_of_the_source_is_zero_and_overall_is_the_weighted_mean(provider):
    assert set(provider.distance(SOURCE).values()) == {0.0}
    assert sum(WEIGHTS.values()) == pytest.approx(1)
    for plan in PLANS:
        distance = provider.distance(plan.code)
        assert set(distance) == {*COMPONENTS, "overall"}
        assert all(0 <= value <= 1 for value in distance.values())


def test_the_mixed_family_moves_away_step_by_step(provider):
    near, middle, far = (provider.distance(code) for code in ("qan", "qbe", "qco"))
    for name in (*COMPONENTS, "overall"):
        assert near[name] <= middle[name] <= far[name], name
    assert near["overall"] < middle["overall"] < far["overall"]
    assert far["overall"] < provider.distance("qka")["overall"]


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_lexical_distance_is_one_minus_the_cognate_share(share):
    provider = WorldProvider(WorldSpec(half_cognates=share))
    assert provider.distance("qlh")["lexicon"] == pytest.approx(1 - share, abs=0.01)


def test_a_smaller_share_keeps_a_subset():
    spec = WorldSpec()
    kept = [set(cognates(code, CONCEPTS, spec)) for code in ("qan", "qbe", "qco")]
    assert kept[0] > kept[1] > kept[2]


def test_unrelated_families_share_only_loans():
    spec = WorldSpec()
    roots = len(root_keys(CONCEPTS))
    for code in ("qka", "qki", "qta"):
        words = lexicon(code, CONCEPTS, spec)
        loans = [key for key, origin in words.origin.items() if origin == "borrowed"]
        assert len(loans) == round(0.1 * roots)
        assert set(cognates(code, CONCEPTS, spec)) == set(loans)
    # The sisters inherit from one proto-language, so they are nearer to each other.
    one, two = (lexicon(code, CONCEPTS, spec).origin for code in ("qka", "qki"))
    both = [key for key in one if one[key] == two[key] == "inherited"]
    assert len(both) > 0.5 * roots


def test_sound_change_is_regular():
    spec = WorldSpec()
    plan = PLAN_BY_CODE["qbe"]
    pairs = cognates("qbe", CONCEPTS, spec)
    regular = [two == sound_change(one, plan.changes) for one, two in pairs.values()]
    assert sum(regular) / len(regular) > 0.95  # the rest grew a vowel to stay apart


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.code)
def test_stems_tell_roots_apart(plan):
    words = lexicon(plan.code, CONCEPTS, WorldSpec())
    stems = [words.stems[key] for key in root_keys(CONCEPTS)]
    assert len(set(stems)) == len(stems)
    assert all(re.fullmatch("[a-z]+", stem) for stem in stems)


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_are_one_to_one(script):
    letters = "ptkbdgmnlrszfvhjwaeiou"
    assert len({write(letter, script) for letter in letters}) == len(letters)
    words = ["tamuri", "ituk", "aiben", "kka", "pul", "pulu", "pula"]
    assert len({write(word, script) for word in words}) == len(words)


def test_devanagari_is_written_as_an_abugida():
    assert write("tamu", "Deva") == "तमु"
    assert write("at", "Deva") == "अत्"


def test_affixes_harmonise_and_break_hiatus():
    morphology = Morphology(affixes={"plural": "-lAr", "in": "-A", "past": "nI-"})
    assert morphology.attach("kep", ("plural",)) == "kepler"
    assert morphology.attach("kop", ("plural", "in")) == "koplara"
    assert morphology.attach("kepo", ("in",)) == "kepoja"
    assert morphology.attach("kep", ("past", "")) == "nikep"


def test_order_distance_counts_pairs_that_stand_the_other_way_round():
    one = Order(clause="SVO", nominal="AN")
    assert order_distance(one, one) == 0
    assert order_distance(one, Order(clause="SOV", nominal="AN")) == pytest.approx(0.5 / 3)
    assert order_distance(one, Order(clause="OVS", nominal="NA")) == pytest.approx(0.75)


def test_the_documented_table_is_the_measured_one():
    documented = (Path(__file__).parents[2] / "docs" / "world.md").read_text(encoding="utf-8")
    default = WorldProvider()
    for plan in PLANS:
        row = next(line for line in documented.splitlines() if line.startswith(f"| {plan.code} |"))
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert cells[1] == plan.name
        assert cells[4] == plan.factor
        distance = default.distance(plan.code)
        names = (*COMPONENTS, "overall")
        assert [float(cell) for cell in cells[5:]] == [round(distance[n], 2) for n in names]
