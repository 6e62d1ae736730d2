"""Multiple choice as JSON lines, CSV, XML and HellaSwag's text."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from isthmus.errors import DataError
from isthmus.examples import Choice
from isthmus.sources.choice_csv import read_choice_csv
from isthmus.sources.choice_jsonl import read_choice_jsonl
from isthmus.sources.copa_xml import read_copa_xml
from isthmus.sources.hellaswag_text import read_hellaswag_text

COMMONSENSE = {
    "answerKey": "B",
    "question": {
        "stem": "Where?",
        "choices": [{"label": "A", "text": "here"}, {"label": "B", "text": "there"}],
    },
}
XCOPA = {"premise": "It fell.", "choice1": "a", "choice2": "b", "question": "cause", "label": 1}
HELLASWAG = {"ctx_a": "A man sits.", "ctx_b": "he", "endings": ["runs.", "eats."], "label": 0}
PIQA = {"goal": "Dry it.", "sol1": "a", "sol2": "b"}


def write(folder, text, name="file"):
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def read(reader, folder, data, repairs=None, **options):
    repairs = Counter() if repairs is None else repairs
    data = data if isinstance(data, str) else "\n".join(map(json.dumps, data))
    return list(reader(write(folder, data), uid="u", repairs=repairs, **options))


def refused(reader, folder, data, **options):
    with pytest.raises(DataError) as caught:
        read(reader, folder, data, **options)
    return caught.value


@pytest.mark.parametrize(
    ("layout", "record", "choice"),
    [
        ("commonsenseqa", COMMONSENSE, ("Where?", ("here", "there"), 1)),
        ("xcopa", XCOPA, ("It fell. What was the cause?", ("a", "b"), 1)),
        ("hellaswag", HELLASWAG, ("A man sits.", ("he runs.", "he eats."), 0)),
        ("hellaswag", {**HELLASWAG, "ctx_b": ""}, ("A man sits.", ("runs.", "eats."), 0)),
        (
            "hellaswag",
            {"context": "A man sits. he", "endings": ["runs.", "eats."], "label": 1},
            ("A man sits.", ("he runs.", "he eats."), 1),
        ),
        ("piqa", PIQA, ("Dry it.", ("a", "b"), None)),
    ],
)
def test_json_lines(tmp_path, layout, record, choice):
    prompt, choices, label = choice
    assert read(read_choice_jsonl, tmp_path, [record, record], layout=layout) == [
        Choice(uid=f"u/{number}", prompt=prompt, choices=choices, label=label)
        for number in range(2)
    ]


def test_test_sets_have_no_labels(tmp_path):
    for layout, record in (("commonsenseqa", COMMONSENSE), ("xcopa", XCOPA)):
        bare = {key: value for key, value in record.items() if key not in {"answerKey", "label"}}
        (choice,) = read(read_choice_jsonl, tmp_path, [bare], layout=layout)
        assert choice.label is None


@pytest.mark.parametrize(
    ("layout", "record", "words"),
    [
        ("commonsenseqa", {**COMMONSENSE, "answerKey": "C"}, "none of the choices A, B"),
        ("commonsenseqa", {"question": {"stem": "x", "choices": {}}}, "question.choices is an obj"),
        ("commonsenseqa", {"question": {"stem": "x", "choices": []}}, "0 choices"),
        ("xcopa", {**XCOPA, "label": 2}, "label is 2, not an index from 0 to 1"),
        ("xcopa", {**XCOPA, "label": -1}, "label is -1"),
        ("xcopa", {**XCOPA, "label": "1"}, "label is text"),
        ("xcopa", {**XCOPA, "question": "why"}, "not one of cause, effect"),
        ("hellaswag", {**HELLASWAG, "endings": ["a", 2]}, "endings[1] is a number"),
        ("hellaswag", {**HELLASWAG, "endings": ["a"]}, "1 choices"),
        ("piqa", {"goal": "x", "sol1": "y"}, "no field 'sol2'"),
    ],
)
def test_json_lines_refuse(tmp_path, layout, record, words):
    good = {"commonsenseqa": COMMONSENSE, "xcopa": XCOPA, "hellaswag": HELLASWAG, "piqa": PIQA}
    error = refused(read_choice_jsonl, tmp_path, [good[layout], record], layout=layout)
    assert error.line == 2
    assert words in str(error)


def test_labels_of_their_own_file(tmp_path):
    labels = write(tmp_path, "1\n0\n", "labels")
    options = {"layout": "piqa", "label_path": labels}
    choices = read(read_choice_jsonl, tmp_path, [PIQA, PIQA], **options)
    assert [choice.label for choice in choices] == [1, 0]
    error = refused(read_choice_jsonl, tmp_path, [PIQA] * 3, **options)
    assert (error.path, error.line) == (labels, 3)
    error = refused(read_choice_jsonl, tmp_path, [PIQA], **options)
    assert (error.path, error.line) == (labels, 2)
    write(tmp_path, "1\n²\n", "labels")
    error = refused(read_choice_jsonl, tmp_path, [PIQA, PIQA], **options)
    assert (error.path, error.line) == (labels, 2)


def test_empty_texts_are_kept_and_counted(tmp_path):
    repairs = Counter()
    read(read_choice_jsonl, tmp_path, [{**PIQA, "sol2": ""}], repairs, layout="piqa")
    assert repairs == {"empty text": 1}


def test_hellaswag_text(tmp_path):
    text = "Roof: A man sits. he\n3\na\nb\nc\nd\nHealth: How to: rest. Lie down.\n0\ne\nf\ng\nh\n"
    assert read(read_hellaswag_text, tmp_path, text) == [
        Choice(uid="u/0", prompt="A man sits.", choices=("he a", "he b", "he c", "he d"), label=3),
        Choice(uid="u/1", prompt="How to: rest. Lie down.", choices=("e", "f", "g", "h"), label=0),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [("A: b\n1\na\nb\nc\n", 1), ("b\n1\na\nb\nc\nd\n", 1), ("A: b\n4\na\nb\nc\nd\n", 2)],
)
def test_hellaswag_text_refuses(tmp_path, text, line):
    assert refused(read_hellaswag_text, tmp_path, text).line == line


def test_csv(tmp_path):
    text = 'id,context,question,answer0,answer1,answer2,answer3,label\n1,"a, b",c?,d,e,f,g,2\n'
    assert read(read_choice_csv, tmp_path, text) == [
        Choice(uid="u/0", prompt="a, b c?", choices=("d", "e", "f", "g"), label=2)
    ]
    (choice,) = read(
        read_choice_csv, tmp_path, "q,a,b\nx,y,z\n", prompt=["q"], choices=["a", "b"], label=None
    )
    assert choice == Choice(uid="u/0", prompt="x", choices=("y", "z"))
    error = refused(read_choice_csv, tmp_path, text.replace(",2\n", ",4\n"))
    assert error.line == 2
    error = refused(read_choice_csv, tmp_path, text.replace("answer3", "answr3"))
    assert "Did you mean 'answr3'" in str(error)
    assert "two are the least" in str(refused(read_choice_csv, tmp_path, text, choices=["answer0"]))


def copa(*items, start='<?xml version="1.0"?>\n<!DOCTYPE copa-corpus SYSTEM "copa.dtd">\n'):
    return f"{start}<copa-corpus>\n{''.join(items)}</copa-corpus>"


def item(name="1", asks="cause", best='most-plausible-alternative="2"', body=None):
    body = "<p>It fell.</p><a1>a &amp; b</a1><a2>c</a2>" if body is None else body
    return f'<item id="{name}" asks-for="{asks}" {best}>{body}</item>\n'


def test_copa(tmp_path):
    choices = read(read_copa_xml, tmp_path, copa(item(), item("2", asks="effect", best="")))
    assert choices == [
        Choice(uid="u/0", prompt="It fell. What was the cause?", choices=("a & b", "c"), label=1),
        Choice(uid="u/1", prompt="It fell. What happened as a result?", choices=("a & b", "c")),
    ]


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (item(), "stands already on line 4"),
        (item("2", asks="why"), "not one of cause, effect"),
        (item("2", best='most-plausible-alternative="3"'), "not one of 1, 2"),
        (item("2", body="<p>x</p><a1>y</a1>"), "no <a2>"),
        (item("2", body="<p>x</p><a1>y</a1><a2> </a2>"), "no <a2>"),
        (item("2", body="<p>x</p><p>y</p><a1>y</a1><a2>z</a2>"), "<p> stands twice"),
        ("<item>", "not well-formed"),
    ],
)
def test_copa_refuses(tmp_path, second, words):
    error = refused(read_copa_xml, tmp_path, copa(item(), second))
    assert words in str(error)
    assert error.line in {5, 6}
