"""What data is, once read: one small frozen record per example, one type per form.

Sources produce these, forms turn them into tensors, scoring compares their gold with predictions.
A ``uid`` is unique within a (task, split, language) and stable over runs, such as
``xnli/test/sw/17``. Gold fields are None where a file has no labels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """Running text for masked language modelling; ``parallel`` is its translation, if known."""

    uid: str
    text: str
    parallel: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """One text, or a pair, to classify."""

    uid: str
    text: str
    text_b: str | None = None
    label: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """Words to tag, one tag a word."""

    uid: str
    words: tuple[str, ...]
    tags: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A gold answer: its text, and the offset in characters at which it stands in the context."""

    text: str
    start: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A question about a context. ``answers == ()`` says unanswerable, None says unlabelled.

    Answers whose text does not stand at their offset are kept for scoring; forms skip them in
    training.
    """

    uid: str
    question: str
    context: str
    answers: tuple[Answer, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A prompt and its possible continuations or answers; ``label`` is the 0-based right one."""

    uid: str
    prompt: str
    choices: tuple[str, ...]
    label: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One sentence of one side of a bitext.

    Attributes:
        side: ``source`` is the side in the study's source language (English in XTREME),
            ``foreign`` the other.
        match: uids of its translations on the other side; () says it has none (a distractor),
            None that the gold is not known.
    """

    uid: str
    text: str
    side: Literal["source", "foreign"]
    match: tuple[str, ...] | None = None


Example: TypeAlias = Text | Pair | Sentence | Question | Choice | Line


@dataclass(frozen=True, kw_only=True, slots=True)
class Prediction:
    """What a model says of one uid.

    Attributes:
        value: The label of a Pair, the tags of a Sentence, the answer text of a Question ("" for
            unanswerable), the index of a Choice, the uids that a Line is matched with.
        score: The form's confidence: probability of the label or choice, null odds (null minus
            best span, in logits) of a Question, similarity of a Line.
    """

    uid: str
    value: str | int | tuple[str, ...]
    score: float | None = None
