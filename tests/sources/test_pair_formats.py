"""Pairs as TSV, CSV, JSON lines and parallel files."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from isthmus.errors import DataError
from isthmus.examples import Pair
from isthmus.sources.pairs_csv import read_pairs_csv
from isthmus.sources.pairs_jsonl import read_pairs_jsonl
from isthmus.sources.pairs_lines import read_pairs_lines
from isthmus.sources.pairs_tsv import read_pairs_tsv

NLI = ("entailment", "neutral", "contradiction")


def write(folder, text, name="file"):
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def read(reader, folder, data, repairs=None, **options):
    repairs = Counter() if repairs is None else repairs
    return list(reader(write(folder, data), uid="u", repairs=repairs, **options))


def refused(reader, folder, data, **options):
    with pytest.raises(DataError) as caught:
        read(reader, folder, data, **options)
    return caught.value


def test_tsv_without_a_header(tmp_path):
    text = 'He said "hi.\tHe ""spoke"".\tneutral\n\u2028b\tc\tentailment\n'
    assert read(read_pairs_tsv, tmp_path, text, labels=NLI) == [
        Pair(uid="u/0", text='He said "hi.', text_b='He ""spoke"".', label="neutral"),
        Pair(uid="u/1", text="\u2028b", text_b="c", label="entailment"),
    ]


def test_tsv_whose_labels_were_taken_out(tmp_path):
    assert [pair.label for pair in read(read_pairs_tsv, tmp_path, "a\tb\nc\td\n")] == [None, None]


def test_tsv_with_a_header_takes_columns_by_name(tmp_path):
    text = "id\tlabel\tone\ttwo\n7\t0\tb\tc\n"
    options = {"text": "one", "text_b": "two", "label": "label", "label_map": {"0": "neutral"}}
    assert read(read_pairs_tsv, tmp_path, text, labels=NLI, **options) == [
        Pair(uid="u/0", text="b", text_b="c", label="neutral")
    ]
    (single,) = read(read_pairs_tsv, tmp_path, text, text="one", text_b=None, label=None)
    assert single == Pair(uid="u/0", text="b")


def test_a_pair_without_gold_is_dropped_and_counted_and_an_empty_text_kept(tmp_path):
    repairs = Counter()
    text = "a\tb\tneutral\nc\td\t-\n\tf\tneutral\n"
    pairs = read(read_pairs_tsv, tmp_path, text, repairs, labels=NLI)
    assert [pair.uid for pair in pairs] == ["u/0", "u/1"]
    assert pairs[1].text == ""
    assert repairs == {"pair without a gold label dropped": 1, "empty text": 1}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a\tb\tneutral\nc\td\n", 2, "2 columns where the first row has 3"),
        ("a\tb\tneutral\nc\td\tneutral\te\n", 2, "4 columns"),
        ("a\tb\tneutral\n\nc\td\tneutral\n", 2, "blank line"),
        ("a\tb\tneutral\nc\td\tnutral\n", 2, "Did you mean 'neutral'"),
        ("a\tb\t\n", 1, "not one of the known entailment, neutral, contradiction"),
        ("a\n", 1, "no column 1"),
    ],
)
def test_tsv_refuses(tmp_path, text, line, words):
    error = refused(read_pairs_tsv, tmp_path, text, labels=NLI)
    assert error.line == line
    assert words in str(error)


def test_tsv_refuses_headers(tmp_path):
    named = {"text": "premise", "text_b": "hypothesis", "label": "label"}
    error = refused(read_pairs_tsv, tmp_path, "premis\thypothesis\tlabel\na\tb\tc\n", **named)
    assert "Did you mean 'premis'" in str(error)
    error = refused(read_pairs_tsv, tmp_path, "premise\tpremise\tlabel\na\tb\tc\n", **named)
    assert "twice" in str(error)
    assert "mix" in str(refused(read_pairs_tsv, tmp_path, "a\tb\tc\n", text="a"))
    assert "no example" in str(
        refused(read_pairs_tsv, tmp_path, "premise\thypothesis\tlabel\n", **named)
    )


def test_csv_has_quotes_and_line_ends_in_fields(tmp_path):
    text = 'id,context,statement,gold_label\r\n1,"He said ""a,\r\nb""",c,n\r\n2,d,e,n'
    pairs = read(read_pairs_csv, tmp_path, text, labels=NLI, label_map={"n": "neutral"})
    assert pairs == [
        Pair(uid="u/0", text='He said "a,\nb"', text_b="c", label="neutral"),
        Pair(uid="u/1", text="d", text_b="e", label="neutral"),
    ]


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ('"a"b,c,n\n', 2),
        ('a,c,n\n"b,c,n\n', 3),
        ("a,c\n", 2),
        ("a,c,n,n\n", 2),
        ('"a\nb",c,n\nd,e,f\n', 4),
        (f"{'x' * 200_000},c,n\n", 2),
    ],
)
def test_csv_refuses(tmp_path, rows, line):
    text = "context,statement,gold_label\n" + rows
    assert refused(read_pairs_csv, tmp_path, text, labels=("n",)).line == line


def test_json_lines(tmp_path):
    repairs = Counter()
    rows = [
        {"premise": "a\u2028", "hypothesis": "b", "label": "e", "more": [1]},
        {"premise": "c", "hypothesis": "d", "label": "-"},
        {"premise": "c", "hypothesis": "d", "label": None},
        {"premise": "f", "hypothesis": "g", "label": 1},
    ]
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    options = {"labels": NLI, "label_map": {"e": "entailment", "1": "neutral"}}
    assert read(read_pairs_jsonl, tmp_path, text, repairs, **options) == [
        Pair(uid="u/0", text="a\u2028", text_b="b", label="entailment"),
        Pair(uid="u/1", text="f", text_b="g", label="neutral"),
    ]
    assert repairs == {"pair without a gold label dropped": 2}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ('{"premise": "a", "hypothesis": "b"}', "has no field 'label'"),
        ('{"premis": "a", "hypothesis": "b"}', "Did you mean 'premis'"),
        ('{"premise": 1, "hypothesis": "b", "label": "neutral"}', "premise is a number ('1')"),
        ('{"premise": "a", "hypothesis": null, "label": "neutral"}', "hypothesis is null"),
        ('{"premise": "a", "hypothesis": "b", "label": true}', "label is true or false"),
        ('{"premise": "a", "hypothesis": "b", "label": 1.0}', "label is a number"),
        ('{"premise": "\\ud800", "hypothesis": "b", "label": "neutral"}', "U+D800"),
        ('{"premise": "\\u0000", "hypothesis": "b", "label": "neutral"}', "U+0000"),
        ('["a", "b"]', "the document is a list, not an object"),
        ('{"premise": "a"', "not valid JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("1" * 10_000, "not usable JSON"),
    ],
)
def test_json_lines_refuse(tmp_path, row, words):
    text = '{"premise": "a", "hypothesis": "b", "label": "neutral"}\n' + row + "\n"
    error = refused(read_pairs_jsonl, tmp_path, text, labels=NLI)
    assert error.line == 2
    assert words in str(error)


def test_parallel_files(tmp_path):
    second = write(tmp_path, "d\ne\nf\n", "s2")
    labels = write(tmp_path, "neutral\n-\nentailment\n", "labels")
    options = {"text_b_path": second, "label_path": labels, "labels": NLI}
    pairs = read(read_pairs_lines, tmp_path, "a \nb\nc\n", **options)
    assert [(p.text, p.text_b, p.label) for p in pairs] == [
        ("a", "d", "neutral"),
        ("c", "f", "entailment"),
    ]
    (first, *_) = read(read_pairs_lines, tmp_path, "a\n")
    assert first == Pair(uid="u/0", text="a")


def test_parallel_files_must_be_aligned_and_labelled(tmp_path):
    second = write(tmp_path, "d\ne\n", "s2")
    error = refused(read_pairs_lines, tmp_path, "a\nb\nc\n", text_b_path=second)
    assert (error.path, error.line) == (second, 2)
    error = refused(read_pairs_lines, tmp_path, "a\n", text_b_path=second)
    assert error.path == tmp_path / "file"
    labels = write(tmp_path, "neutral\nno\n", "labels")
    error = refused(
        read_pairs_lines, tmp_path, "a\nb\n", text_b_path=second, label_path=labels, labels=NLI
    )
    assert (error.path, error.line) == (labels, 2)
