"""The world's tasks: counterparts of the natural catalogue, under the same names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from isthmus.tasks.task import Recipe, Task
from isthmus.world.exercises import (
    choices,
    inference,
    paraphrase,
    plain,
    reading,
    retrieval,
    tagging,
)
from isthmus.world.families import PLANS, SOURCE
from isthmus.world.render import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from isthmus.examples import Example
    from isthmus.world.exercises.setting import Setting
    from isthmus.world.spec import WorldSpec

LANGUAGES = tuple(plan.code for plan in PLANS)
FOREIGN = tuple(code for code in LANGUAGES if code != SOURCE)
UPOS = ("ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "NOUN", "NUM", "PART", "PRON", "PROPN", "PUNCT", "SCONJ", "VERB")  # fmt: skip

ENTITIES = ("O", "B-LOC", "I-LOC", "B-ORG", "I-ORG", "B-PER", "I-PER")

MEAN_LENGTH = {"classify": 21, "tag": 10, "span": 41, "choice": 98, "retrieve": 11}
"""Subwords of an average example, counted with the default study's tokenizer of 3,000."""

_PAIRS = Recipe(num_epochs=3, batch_size=32, max_length=64)
_CHOICES = Recipe(num_epochs=3, batch_size=16, max_length=64)
_TAGGING = Recipe(num_epochs=3, batch_size=32, max_length=64)
_READING = Recipe(num_epochs=3, batch_size=32, max_length=96)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A task and what makes its examples.

    Attributes:
        task: The task; its sizes are filled in from the spec.
        exercise: Makes the examples of a setting.
        train: Field of ``WorldSpec`` with the number of training examples, or "".
        evaluate: The same for development and test.
    """

    task: Task
    exercise: Callable[[Setting], Iterator[Example]]
    train: str = "num_train"
    evaluate: str = "num_eval"


ENTRIES = (
    Entry(
        task=Task(
            name="anli_plus", form="classify", role="intermediate", languages=(SOURCE,),
            labels=inference.LABELS, metrics=("accuracy",), recipe=_PAIRS,
        ),
        exercise=inference.adversarial_inference, train="num_train_large",
    ),
    Entry(
        task=Task(
            name="mnli", form="classify", role="intermediate", languages=(SOURCE,),
            labels=inference.LABELS, metrics=("accuracy",), recipe=_PAIRS,
        ),
        exercise=inference.inference,
    ),
    Entry(
        task=Task(
            name="qqp", form="classify", role="intermediate", languages=(SOURCE,),
            labels=paraphrase.LABELS, metrics=("accuracy", "f1"), recipe=_PAIRS,
        ),
        exercise=paraphrase.questions,
    ),
    Entry(
        task=Task(
            name="squad_v2", form="span", role="intermediate", languages=(SOURCE,),
            metrics=("f1", "exact_match"), unanswerable=True, recipe=_READING,
        ),
        exercise=reading.maybe_unanswerable, train="num_train_reading",
        evaluate="num_eval_reading",
    ),
    Entry(
        task=Task(
            name="squad_v1", form="span", role="intermediate", languages=(SOURCE,),
            metrics=("f1", "exact_match"), recipe=_READING,
        ),
        exercise=reading.answerable, train="num_train_reading", evaluate="num_eval_reading",
    ),
    Entry(
        task=Task(
            name="hellaswag", form="choice", role="intermediate", languages=(SOURCE,),
            metrics=("accuracy",), recipe=_CHOICES,
        ),
        exercise=choices.continuations,
    ),
    Entry(
        task=Task(
            name="ccg", form="tag", role="intermediate", languages=(SOURCE,),
            labels=CATEGORIES, metrics=("accuracy",), recipe=_TAGGING,
        ),
        exercise=tagging.supertags,
    ),
    Entry(
        task=Task(
            name="cosmosqa", form="choice", role="intermediate", languages=(SOURCE,),
            metrics=("accuracy",), recipe=_CHOICES,
        ),
        exercise=choices.holders,
    ),
    Entry(
        task=Task(
            name="commonsenseqa", form="choice", role="intermediate", languages=(SOURCE,),
            metrics=("accuracy",), recipe=_CHOICES,
        ),
        exercise=choices.common_sense,
    ),
    Entry(
        task=Task(
            name="xnli", form="classify", role="target", languages=LANGUAGES,
            labels=inference.LABELS, metrics=("accuracy",), trains_on="mnli",
            group="classification", recipe=_PAIRS,
        ),
        exercise=inference.inference,
    ),
    Entry(
        task=Task(
            name="pawsx", form="classify", role="target", languages=LANGUAGES,
            labels=paraphrase.LABELS, metrics=("accuracy",), group="classification",
            recipe=_PAIRS,
        ),
        exercise=paraphrase.statements,
    ),
    Entry(
        task=Task(
            name="udpos", form="tag", role="target", languages=LANGUAGES, labels=UPOS,
            metrics=("f1_pos", "accuracy"), group="tagging", recipe=_TAGGING,
        ),
        exercise=tagging.parts_of_speech,
    ),
    Entry(
        task=Task(
            name="panx", form="tag", role="target", languages=LANGUAGES, labels=ENTITIES,
            metrics=("f1_span",), group="tagging", recipe=_TAGGING,
        ),
        exercise=tagging.entities,
    ),
    Entry(
        task=Task(
            name="xquad", form="span", role="target", languages=LANGUAGES, group="qa",
            metrics=("f1", "exact_match"), trains_on="squad_v1", recipe=_READING,
        ),
        exercise=reading.answerable, train="num_train_reading", evaluate="num_eval_reading",
    ),
    Entry(
        task=Task(
            name="mlqa", form="span", role="target", languages=LANGUAGES, group="qa",
            metrics=("f1", "exact_match"), trains_on="squad_v1", recipe=_READING,
        ),
        exercise=reading.among_others, train="num_train_reading", evaluate="num_eval_reading",
    ),
    Entry(
        task=Task(
            name="tydiqa", form="span", role="target", languages=LANGUAGES, group="qa",
            metrics=("f1", "exact_match"), recipe=_READING,
        ),
        exercise=reading.in_the_passive, train="num_train_low", evaluate="num_eval_reading",
    ),
    Entry(
        task=Task(
            name="bucc2018", form="retrieve", role="target", languages=FOREIGN,
            metrics=("f1_bitext",), trains_on="", group="retrieval",
        ),
        exercise=retrieval.bitext_with_distractors, train="",
    ),
    Entry(
        task=Task(
            name="tatoeba", form="retrieve", role="target", languages=FOREIGN,
            metrics=("accuracy",), trains_on="", group="retrieval",
        ),
        exercise=retrieval.translations, train="",
    ),
    Entry(
        task=Task(name="text", form="mlm", role="text", languages=LANGUAGES, metrics=()),
        exercise=plain.documents, train="num_text_documents",
    ),
    Entry(
        task=Task(name="bitext", form="mlm", role="text", languages=FOREIGN, metrics=()),
        exercise=plain.bitext, train="num_bitext",
    ),
)  # fmt: skip


def catalogue(spec: WorldSpec) -> dict[str, Entry]:
    """Every entry by task name, in the natural catalogue's order, with the spec's sizes."""
    return {
        entry.task.name: replace(
            entry,
            task=replace(
                entry.task,
                num_train=getattr(spec, entry.train) if entry.train else 0,
                num_eval=getattr(spec, entry.evaluate) * (1 + (entry.task.form == "retrieve")),
                mean_length=MEAN_LENGTH.get(entry.task.form, 0),
            ),
        )
        for entry in ENTRIES
    }
