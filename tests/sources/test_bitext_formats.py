"""Bitext: aligned, sorted with its gold in other files, and BUCC's ids."""

from __future__ import annotations

from collections import Counter

import pytest

from isthmus.errors import DataError
from isthmus.examples import Line
from isthmus.sources.bitext import read_bitext
from isthmus.sources.bucc import read_bucc


@pytest.fixture
def write(tmp_path):
    def write_file(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


def read(reader, path, repairs=None, **options):
    return list(reader(path, uid="u", repairs=Counter() if repairs is None else repairs, **options))


def refused(reader, path, **options):
    with pytest.raises(DataError) as caught:
        read(reader, path, **options)
    return caught.value


def test_aligned_sides_match_line_by_line(write):
    lines = read(read_bitext, write("en", "a\nb\n"), foreign_path=write("de", "c\nd \n"))
    assert lines == [
        Line(uid="u/0", text="a", side="source", match=("u/2",)),
        Line(uid="u/1", text="b", side="source", match=("u/3",)),
        Line(uid="u/2", text="c", side="foreign", match=("u/0",)),
        Line(uid="u/3", text="d", side="foreign", match=("u/1",)),
    ]


def test_a_sorted_side_takes_its_gold_from_aligned_files(write):
    options = {
        "foreign_path": write("de", "Katze\nHund\nEsel\n"),
        "aligned": False,
        "gold_path": write("gold.en", "dog\ncat\ncat\n"),
        "gold_foreign_path": write("gold.de", "Hund\nKatze\nEsel\n"),
    }
    lines = read(read_bitext, write("en", "cat\ndog\n"), **options)
    assert [(line.text, line.match) for line in lines] == [
        ("cat", ("u/2", "u/4")),
        ("dog", ("u/3",)),
        ("Katze", ("u/0",)),
        ("Hund", ("u/1",)),
        ("Esel", ("u/0",)),
    ]


def test_lines_without_gold_are_unknown_and_counted(write):
    en, options = write("en", "cat\nemu\n"), {"foreign_path": write("de", "Katze\n")}
    assert {line.match for line in read(read_bitext, en, aligned=False, **options)} == {None}
    options |= {"gold_path": write("g.en", "cat\n"), "gold_foreign_path": write("g.de", "Katze\n")}
    repairs = Counter()
    lines = read(read_bitext, en, repairs, aligned=False, **options)
    assert [line.match for line in lines] == [("u/2",), None, ("u/0",)]
    assert repairs == {"line that the gold files do not have": 1}


def test_bitext_refuses(write):
    en = write("en", "a\nb\n")
    error = refused(read_bitext, en, foreign_path=write("de", "c\n"))
    assert (error.path.name, error.line) == ("de", 1)
    error = refused(read_bitext, en, foreign_path=write("de", "c\n\n"))
    assert (error.path.name, error.line) == ("de", 2)
    foreign = write("de", "c\nd\n")
    error = refused(read_bitext, en, foreign_path=foreign, aligned=False, gold_path=en)
    assert "go together" in str(error)


def test_bucc(write):
    lines = read(
        read_bucc,
        write("en", "en-1\tcat\nen-2\tdog\tor\n"),
        foreign_path=write("zh", "zh-1\t猫\n"),
        gold_path=write("gold", "zh-1\ten-1\n"),
    )
    assert lines == [
        Line(uid="en-1", text="cat", side="source", match=("zh-1",)),
        Line(uid="en-2", text="dog\tor", side="source", match=()),
        Line(uid="zh-1", text="猫", side="foreign", match=("en-1",)),
    ]
    lines = read(read_bucc, write("en", "en-1\tcat\n"), foreign_path=write("zh", "zh-1\t猫\n"))
    assert [line.match for line in lines] == [None, None]


@pytest.mark.parametrize(
    ("english", "chinese", "gold", "file", "line", "words"),
    [
        ("en-1 cat\n", "zh-1\t猫\n", "", "en", 1, "not 'id TAB sentence'"),
        ("en-1\tcat\nen-2\t\n", "zh-1\t猫\n", "", "en", 2, "not 'id TAB sentence'"),
        ("en-1\tcat\nen-1\tdog\n", "zh-1\t猫\n", "", "en", 2, "en:1"),
        ("en-1\tcat\n", "zh-1\t猫\nen-1\t犬\n", "", "zh", 2, "en:1"),
        ("en-1\tcat\n", "zh-1\t猫\n", "zh-1\n", "gold", 1, "not 'id TAB id'"),
        ("en-1\tcat\n", "zh-1\t猫\n", "zh-1\ten-2\n", "gold", 1, "Did you mean 'en-1'"),
        ("en-1\tcat\n", "zh-1\t猫\n", "en-1\tzh-1\n", "gold", 1, "is the order foreign, source?"),
    ],
)
def test_bucc_refuses(write, english, chinese, gold, file, line, words):
    options = {"foreign_path": write("zh", chinese)}
    if gold:
        options["gold_path"] = write("gold", gold)
    error = refused(read_bucc, write("en", english), **options)
    assert (error.path.name, error.line) == (file, line)
    assert words in str(error)
