"""SQuAD's JSON: versions, misplaced answers, and errors that say where."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from isthmus.errors import DataError
from isthmus.examples import Answer, Question
from isthmus.sources.document import load_json
from isthmus.sources.squad import read_squad

CONTEXT = "Ana lives in Río Bravo."


def qa(name="q1", **fields):
    return {"id": name, "question": "Who?", "answers": [answer("Ana", 0)], **fields}


def answer(text, start):
    return {"text": text, "answer_start": start}


def squad(*qas, context=CONTEXT):
    return {"data": [{"title": "t", "paragraphs": [{"context": context, "qas": list(qas)}]}]}


def read(folder, value, repairs=None, indent=None, **options):
    path = folder / "file.json"
    text = value if isinstance(value, str) else json.dumps(value, indent=indent)
    path.write_text(text, encoding="utf-8")
    repairs = Counter() if repairs is None else repairs
    return list(read_squad(path, uid="u", repairs=repairs, **options))


def refused(folder, value, **options):
    with pytest.raises(DataError) as caught:
        read(folder, value, **options)
    assert caught.value.path == folder / "file.json"
    return caught.value


def test_version_one(tmp_path):
    assert read(tmp_path, squad(qa(), qa("q2", answers=[answer("Río", 13)]))) == [
        Question(
            uid="q1", question="Who?", context=CONTEXT, answers=(Answer(text="Ana", start=0),)
        ),
        Question(
            uid="q2", question="Who?", context=CONTEXT, answers=(Answer(text="Río", start=13),)
        ),
    ]


def test_unanswerable_and_unlabelled(tmp_path):
    unlabelled = {"id": "q4", "question": "Who?"}
    questions = read(
        tmp_path,
        squad(
            qa(is_impossible=False),
            qa("q2", answers=[], is_impossible=True),
            qa("q3", answers=[]),
            unlabelled,
            qa("q5", answers=[answer("", 0)]),
        ),
    )
    assert [question.answers for question in questions[1:]] == [(), None, None, None]


def test_repairs_of_unanswerable_questions_are_counted(tmp_path):
    repairs = Counter()
    questions = read(
        tmp_path,
        squad(
            qa(is_impossible=True),
            qa("q2", answers=[], is_impossible=False),
            qa("q3", question=" "),
        ),
        repairs,
    )
    assert [question.answers for question in questions[:2]] == [(), ()]
    assert repairs == {
        "answers of an unanswerable question dropped": 1,
        "answerable question without an answer": 1,
        "empty question": 1,
    }


def test_a_list_of_paragraphs(tmp_path):
    (question,) = read(tmp_path, [{"context": CONTEXT, "qas": [qa()]}])
    assert question.uid == "q1"


@pytest.mark.parametrize("start", [1, 22, 23, 10**12, -1, -23])
def test_a_misplaced_answer_is_kept_counted_logged_and_never_matches(tmp_path, caplog, start):
    repairs = Counter()
    (question,) = read(tmp_path, squad(qa(answers=[answer("Ana", start)])), repairs, indent=1)
    assert repairs == {"answer not at its offset": 1}
    (kept,) = question.answers
    assert kept.text == "Ana"
    assert CONTEXT[kept.start : kept.start + len(kept.text)] != kept.text
    assert "file.json:" in caplog.text
    assert "data[0].paragraphs[0].qas[0].answers[0]" in caplog.text


def test_ids_that_are_not_unique_are_refused_or_numbered(tmp_path):
    value = squad(qa("0"), qa("1"), qa("0"))
    error = refused(tmp_path, value, indent=1)
    lines = json.dumps(value, indent=1).split("\n")
    first, second = (n for n, line in enumerate(lines, start=1) if '"id": "0"' in line)
    assert error.line == second - 1
    assert f"data[0].paragraphs[0].qas[0], line {first - 1}" in str(error)
    assert [q.uid for q in read(tmp_path, value, ids="numbered")] == ["u/0", "u/1", "u/2"]


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (7, "the document is a number ('7'), not an object"),
        ({"dta": []}, "Did you mean 'dta'"),
        ({"data": {}}, "data is an object, not a list"),
        ({"data": [{"paragraphs": None}]}, "data[0].paragraphs is null"),
        (squad(qa(), context=["x"]), "data[0].paragraphs[0].context is a list, not text"),
        (squad(qa(), context=" \n"), "data[0].paragraphs[0].context is empty"),
        (squad(qa(), 3), "data[0].paragraphs[0].qas[1] is a number"),
        (squad(qa(3)), "data[0].paragraphs[0].qas[0].id is a number"),
        (squad(qa(answers={})), "qas[0].answers is an object, not a list"),
        (squad(qa(answers=["Ana"])), "qas[0].answers[0] is text ('Ana'), not an object"),
        (squad(qa(answers=[answer("Ana", "0")])), "answers[0].answer_start is text"),
        (squad(qa(answers=[answer("Ana", True)])), "answers[0].answer_start is true or false"),
        (squad(qa(answers=[answer("Ana", 0), answer("", 0)])), "answers[1].text is empty"),
        (squad(qa(is_impossible="no")), "qas[0].is_impossible is text"),
        ({"data": []}, "no example"),
    ],
)
def test_wrong_json_is_refused_with_its_place(tmp_path, value, place):
    assert place in str(refused(tmp_path, value))


def test_a_cut_file_is_refused_with_its_line(tmp_path):
    text = json.dumps(squad(qa()), indent=1)
    assert refused(tmp_path, text[: text.index('"qas"')]).line == 8


def test_the_line_of_a_place_is_found_through_any_layout(tmp_path):
    value = {"a": [1, {"b\n": [[], "x", {"c": None}]}], "d": {"e": "f"}}
    for indent in (None, 0, 3):
        text = "\n\n" + json.dumps(value, indent=indent)
        path = tmp_path / "file.json"
        path.write_text(text, encoding="utf-8")
        root = load_json(path, Counter())
        inner = list(list(root["a"])[1]["b\n"])
        lines = text.split("\n")
        if indent is None:
            assert inner[1].file_line() == 3
        else:
            assert '"x"' in lines[inner[1].file_line() - 1]
            assert '"c"' in lines[inner[2]["c"].file_line() - 1]
            assert '"f"' in lines[root["d"]["e"].file_line() - 1]
        assert inner[2]["c"].where() == "a[1].b\n[2].c"
