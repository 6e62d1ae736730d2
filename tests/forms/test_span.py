from __future__ import annotations

import dataclasses

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.examples import Answer, Question
from isthmus.forms.catalogue import FORMS
from isthmus.forms.features import Features
from isthmus.forms.form import FormSpec
from isthmus.forms.span import best_spans
from isthmus.testing.examples import EXAMPLES, SPECS, TEXTS
from isthmus.testing.tokenizers import FAMILIES, tokenizer_like

SPAN, SPEC = FORMS["span"], SPECS["span"]
TOKENIZERS = {family: tokenizer_like(family) for family in FAMILIES}
LETTERS = st.text(st.sampled_from(sorted(set("".join(TEXTS)))), min_size=1, max_size=60)


def ask(context, *answers, uid="q", text="What?"):
    return Question(uid=uid, question=text, context=context, answers=answers)


def output(score=1.0, start=0, end=0, null=0.0):
    return {"score": score, "start": start, "end": end, "null": null}


def test_gold_comes_back(tokenizer, predict_gold):
    predictions = predict_gold("span", EXAMPLES["span"], tokenizer, SPEC)
    for prediction, example in zip(predictions, EXAMPLES["span"], strict=True):
        # Subwords may cross the answer's edges where the tokenizer merges over them.
        assert example.answers[0].text in prediction.value
        assert len(prediction.value) <= len(example.answers[0].text) + 4
    assert predictions[0].value == "1914"


@settings(max_examples=80, deadline=None)
@given(before=LETTERS, answer=LETTERS, after=LETTERS, family=st.sampled_from(FAMILIES))
def test_gold_tokens_cover_the_answer_and_little_more(before, answer, after, family):
    if not answer.strip():
        return
    context = before + answer + after
    question = ask(context, Answer(text=answer, start=len(before)))
    spec = FormSpec(max_length=500)
    row = SPAN.encode([question], TOKENIZERS[family], spec).to_pylist()[0]
    start, end = row["start"], row["end"]
    assert 0 < start <= end
    covered = slice(row["char_starts"][start], row["char_ends"][end])
    assert answer.strip() in context[covered]
    assert row["char_ends"][start] > len(before)
    assert row["char_starts"][end] < len(before) + len(answer)


def test_windows_are_those_of_the_tokenizer(tokenizer, cut):
    context = " ".join(TEXTS[:3] * 4)
    for stride in (0, 8, 16):
        spec = FormSpec(max_length=60, stride=stride, max_query=20)
        rows = SPAN.encode([ask(context)], tokenizer, spec).to_pylist()
        first = cut("What?", context, max_length=60, strategy="only_second", stride=stride)
        expected = [first.ids, *(each.ids for each in first.overflowing)]
        assert [row["input_ids"] for row in rows] == expected
        assert len(rows) > 2


def test_windows_without_the_answer_point_at_the_first_token(tokenizer):
    context = " ".join(TEXTS[:2] * 6)
    start = context.rindex("canal")
    question = ask(context, Answer(text="canal", start=start))
    table = SPAN.encode([question], tokenizer, SPEC)
    rows = table.to_pylist()
    pointed = [(row["start"], row["end"]) for row in rows]
    assert pointed[0] == (0, 0)
    inside = [row for row in rows if row["start"] > 0]
    assert inside
    for row in inside:
        text = context[row["char_starts"][row["start"]] : row["char_ends"][row["end"]]]
        assert text.strip().startswith("canal")
    assert len(SPAN.trainable(table)) == len(rows)


@pytest.mark.parametrize(
    ("answers", "unanswerable", "expected"),
    [
        (None, True, -1),
        ((), True, 0),
        ((), False, -1),
        ((Answer(text="not there", start=0),), True, -1),
        ((Answer(text="not there", start=0), Answer(text="bridge", start=4)), False, 4),
    ],
)
def test_what_is_trained_on(xlmr, answers, unanswerable, expected):
    question = Question(uid="q", question="", context="The bridge", answers=answers)
    spec = dataclasses.replace(SPEC, unanswerable=unanswerable)
    table = SPAN.encode([question], xlmr, spec)
    row = table.to_pylist()[0]
    if expected > 0:  # <s> </s></s> ▁The ▁bridge
        assert xlmr.decode(row["input_ids"][row["start"] : row["end"] + 1]) == "bridge"
    else:
        assert (row["start"], row["end"]) == (expected, expected)
    assert len(SPAN.trainable(table)) == (expected >= 0)


def test_long_questions_are_cut_and_counted(tokenizer):
    question = ask(TEXTS[0], text=TEXTS[1] * 3)
    spec = FormSpec(max_length=200, max_query=5)
    row = SPAN.encode([question], tokenizer, spec).to_pylist()[0]
    assert row["truncated"]
    whole = tokenizer(question.question, add_special_tokens=False)["input_ids"]
    assert row["input_ids"][1:6] == whole[:5]
    assert row["input_ids"][6] == tokenizer.sep_token_id


def test_only_visible_context_can_be_an_answer(tokenizer):
    question = ask("  The   bridge \n", text="joins lands")
    row = SPAN.encode([question], tokenizer, SPEC).to_pylist()[0]
    spans = list(zip(row["char_starts"], row["char_ends"], strict=True))
    assert all(question.context[start:end].strip() for start, end in spans if end > start)
    seen = {place for start, end in spans for place in range(start, end)}
    assert {place for place, letter in enumerate(question.context) if letter.isalpha()} <= seen


def test_spans_come_from_the_best_starts_and_ends():
    start = torch.tensor([[0.0, 5.0, 1.0, 3.0, 9.0]])
    end = torch.tensor([[0.0, 2.0, 6.0, 1.0, 9.0]])
    allowed = torch.tensor([[False, True, True, True, False]])
    spec = FormSpec(num_best=3, max_answer=30)
    assert best_spans(start, end, allowed, spec) == [output(score=11.0, start=1, end=2)]
    short = dataclasses.replace(spec, max_answer=1)
    assert best_spans(start, end, allowed, short) == [output(score=7.0, start=1, end=1)]


def test_when_no_best_pair_fits_all_are_searched():
    start = torch.tensor([[0.0, 1.0, 2.0, 9.0]])
    end = torch.tensor([[0.0, 8.0, 2.0, 1.0]])
    allowed = torch.tensor([[False, True, True, True]])
    spans = best_spans(start, end, allowed, FormSpec(num_best=1))
    assert spans == [output(score=10.0, start=3, end=3)]


def test_a_window_without_a_place_for_an_answer_has_no_span():
    flat = torch.zeros(1, 4)
    (span,) = best_spans(flat, flat, torch.zeros(1, 4, dtype=torch.bool), FormSpec())
    assert span["score"] is None


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5), st.integers(1, 12))
def test_best_span_is_valid_and_best_among_all_when_all_are_kept(seed, max_answer, width):
    generator = torch.Generator().manual_seed(seed)
    start, end = torch.randn(2, 1, width, generator=generator)
    allowed = torch.rand(1, width, generator=generator) < 0.7
    spec = FormSpec(num_best=width, max_answer=max_answer)
    (span,) = best_spans(start, end, allowed, spec)
    scores = [
        float(start[0, s] + end[0, e])
        for s in range(width)
        for e in range(s, min(width, s + max_answer))
        if allowed[0, s] and allowed[0, e]
    ]
    assert span["score"] == (max(scores) if scores else None)
    if scores:
        assert 0 <= span["end"] - span["start"] < max_answer


def test_the_best_window_answers_and_the_lowest_null_counts(xlmr):
    context = "The narrow bridge joins two wide lands. " * 3
    question = ask(context)
    spec = dataclasses.replace(SPEC, max_length=24, stride=4, unanswerable=True)
    table = SPAN.encode([question], xlmr, spec)
    features = Features(table)
    assert len(features) > 2
    row = table.to_pylist()[1]
    first = next(place for place, end in enumerate(row["char_ends"]) if end > 0)
    outputs = [output(score=1.0, start=first, end=first, null=7.0) for _ in range(len(features))]
    outputs[1] = output(score=4.0, start=first, end=first + 1, null=9.0)
    outputs[2]["null"] = 3.5
    (prediction,) = SPAN.decode(outputs, table, [question], spec)
    expected = context[row["char_starts"][first] : row["char_ends"][first + 1]]
    assert prediction.value == expected.strip()
    assert prediction.score == -0.5
    outputs[2]["null"] = 3.0
    outputs[1]["score"] = 2.5
    assert SPAN.decode(outputs, table, [question], spec)[0].value == ""
    answerable = dataclasses.replace(spec, unanswerable=False)
    assert SPAN.decode(outputs, table, [question], answerable)[0].value == expected.strip()


@pytest.mark.parametrize(("context", "expected"), [("", ""), (" \n", ""), (" \u200b ", "\u200b")])
def test_contexts_in_which_there_is_nothing(xlmr, context, expected):
    question = ask(context)
    table = SPAN.encode([question], xlmr, SPEC)
    (prediction,) = SPAN.decode([output(score=None)], table, [question], SPEC)
    assert (prediction.value, prediction.score) == (expected, None)
