"""The language table: consistent in itself, and equal to LinguaMeta and WALS where they speak."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from isthmus.errors import StudyError
from isthmus.languages.table import LANGUAGES, codes, language
from isthmus.languages.upstream import OTHER_SPELLINGS, from_upstream, spellings

XTREME_CODES = codes(
    "af ar bg bn de el en es et eu fa fi fr he hi hu id it ja jv ka kk ko ml mr ms my nl pt ru sw "
    "ta te th tl tr ur vi yo zh"
)

DATA = Path(os.environ.get("ISTHMUS_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))

# WALS's name of a family, where ours is the modern one.
WALS_FAMILIES = {
    "Altaic": "Turkic",
    "Japanese": "Japonic",
    "Korean": "Koreanic",
    "Tai-Kadai": "Kra-Dai",
    "other": "Creole",
}


def _data(*parts: str) -> Path:
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs {'/'.join(parts)} under $ISTHMUS_DATA")
    return path


def test_codes_are_unique_and_begin_with_xtreme():
    found = tuple(row.code for row in LANGUAGES)
    assert found[:40] == XTREME_CODES
    assert len(XTREME_CODES) == 40
    assert len(set(found)) == len(found)
    assert list(found[40:]) == sorted(found[40:])


@pytest.mark.parametrize("row", LANGUAGES, ids=lambda row: row.code)
def test_every_field_is_filled_in_its_form(row):
    assert row.name
    assert row.family
    assert len(row.script) == 4
    assert row.script.istitle()
    assert len(row.iso639_3) == 3
    assert row.iso639_3.islower()
    assert len(row.glottocode) == 8
    assert row.glottocode[:4].isalnum()
    assert row.glottocode[4:].isdigit()


def test_iso_and_glottocodes_are_unique():
    for field in ("iso639_3", "glottocode", "name"):
        values = [getattr(row, field) for row in LANGUAGES]
        assert len(set(values)) == len(values), field


def test_unspaced_scripts():
    assert [row.code for row in LANGUAGES if not row.spaced] == ["ja", "my", "th", "zh"]


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("deu", "de"),
        ("deu_1996", "de"),
        ("cmn", "zh"),
        ("zho-CN", "zh"),
        ("cmn_hans", "zh"),
        ("arb", "ar"),
        ("ara", "ar"),
        ("pes_1", "fa"),
        ("fil", "tl"),
        ("hau", "ha"),
        ("swa", "sw"),
        ("est", "et"),
        ("quz", "qu"),
        ("quy", "quy"),
        ("aym", "ay"),
        ("oto", "oto"),
        ("en", "en"),
    ],
)
def test_upstream_spellings(spelling, code):
    found = from_upstream(spelling, LANGUAGES)
    assert found is not None
    assert found.code == code


def test_no_spelling_means_two_languages():
    owner: dict[str, str] = {}
    for row in LANGUAGES:
        for spelling in spellings(row):
            assert owner.setdefault(spelling, row.code) == row.code
    assert set(OTHER_SPELLINGS) <= {row.code for row in LANGUAGES}


def test_unknown_upstream_spelling_is_none():
    assert from_upstream("xx-none", LANGUAGES) is None


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [("deu", "Did you mean 'de'?"), ("German", "'de'"), ("zhh", "'zh'"), ("qqqqq", "Known: ")],
)
def test_unknown_code_names_the_one_meant(wrong, hint):
    with pytest.raises(StudyError, match="not known") as caught:
        language(wrong)
    assert repr(wrong) in str(caught.value)
    assert hint in str(caught.value)


def test_codes_are_checked():
    assert codes("zh de") == ("zh", "de")
    with pytest.raises(StudyError, match="'de' is listed twice"):
        codes("de zh de")
    with pytest.raises(StudyError, match="'xq' is not known"):
        codes("de xq")


def test_equals_linguameta():
    path = _data("linguameta", "linguameta.tsv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    by_iso = {row["iso_639_3_code"]: row for row in rows}
    by_bcp = {row["bcp_47_code"]: row for row in rows}
    unknown = []
    for ours in LANGUAGES:
        theirs = by_iso.get(ours.iso639_3)
        if theirs is None:
            unknown.append(ours.code)
            continue
        assert theirs["glottocode"] == ours.glottocode, ours.code
        # Collective codes (nah, oto) are not languages, so LinguaMeta has no such row.
        if ours.code in ("nah", "oto"):
            continue
        named = by_bcp[ours.code]
        members = named["individual_language_bcp_47_code"].split(", ")
        assert ours.iso639_3 == named["iso_639_3_code"] or ours.iso639_3 in members, ours.code
        scripts = (named["writing_systems"] + theirs["writing_systems"]) or ours.script
        assert ours.script in scripts, ours.code
    assert unknown == ["la"]


def test_families_and_branches_equal_wals():
    path = _data("wals", "cldf", "languages.csv")
    with path.open(encoding="utf-8", newline="") as file:
        by_glottocode = {row["Glottocode"]: row for row in csv.DictReader(file)}
    compared = 0
    for ours in LANGUAGES:
        theirs = by_glottocode.get(ours.glottocode)
        if theirs is None:
            continue
        compared += 1
        family = WALS_FAMILIES.get(theirs["Family"], theirs["Family"])
        assert ours.family == family, ours.code
        assert ours.branch in ("", theirs["Genus"]), ours.code
    assert compared > 65


def test_every_declaration_of_human_rights_has_a_row_of_its_script():
    for path in sorted(_data("udhr").glob("udhr_*.xml")):
        row = from_upstream(path.stem.removeprefix("udhr_"), LANGUAGES)
        assert row is not None, path.name
        root = ET.parse(path).getroot()
        assert root.get("iso639-3") in spellings(row), path.name
        assert root.get("iso15924") in (row.script, None), path.name


def test_every_language_of_the_data_folder_has_a_row():
    _data("README.md")
    found = {path.name.split(".")[-1] for path in DATA.glob("tatoeba-laser/tatoeba.*")}
    found |= {path.name.split(".")[-2] for path in DATA.glob("ntrex/NTREX-128/*.txt")}
    found |= {path.name.split("_")[0] for path in DATA.glob("u[dn]*/*/*-ud-*.*")}
    found |= {path.stem.split("-")[-1] for path in DATA.glob("xtreme/panx/*.tsv")}
    found |= {path.name.split(".")[-1] for path in DATA.glob("xtreme/tatoeba/*")}
    found |= {path.name for path in DATA.glob("masakhaner2/data/*")}
    found |= {path.stem for path in DATA.glob("americasnli/*/*.tsv")}
    found |= {path.name for path in DATA.glob("xcopa/data/*")}
    assert len(found) > 60
    assert [code for code in sorted(found) if from_upstream(code, LANGUAGES) is None] == []
