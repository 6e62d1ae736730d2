"""A handful of examples of every form, in several scripts, with gold."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from isthmus.examples import Answer, Choice, Line, Pair, Question, Sentence, Text
from isthmus.forms.form import FormSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from isthmus.examples import Example
    from isthmus.tasks.task import FormName

TEXTS: tuple[str, ...] = (
    "The narrow bridge joins two wide lands, and people cross it every day.",
    "In 1914 the canal was opened; ships no longer sail around the cape.",
    "Мост соединяет два берега, и люди ходят по нему каждый день.",
    "الجسر يصل بين أرضين واسعتين ويعبره الناس كل يوم.",
    "पुल दो किनारों को जोड़ता है और लोग रोज़ उसे पार करते हैं।",
    "สะพานเชื่อมสองฝั่งและผู้คนข้ามทุกวัน",
    "桥连接两岸，人们每天过桥。",
    "Daraja linaunganisha nchi mbili, na watu huvuka kila siku.",
)
"""Sentences that say about the same, for training tiny tokenizers."""

_CONTEXT = (
    "The canal was opened in 1914 by a small crew. Before that, ships sailed around the cape, "
    "which took them five more months. Today the narrow bridge above the locks joins both lands."
)


def _answer(context: str, text: str) -> Answer:
    return Answer(text=text, start=context.index(text))


EXAMPLES: Mapping[FormName, tuple[Example, ...]] = MappingProxyType(
    {
        "classify": (
            Pair(uid="c/0", text="People cross it.", text_b="It is crossed.", label="same"),
            Pair(uid="c/1", text="Ships sail.", text_b="The cape is wide.", label="other"),
            Pair(uid="c/2", text="桥连接两岸", text_b="人们每天过桥", label="other"),
            Pair(uid="c/3", text="Мост соединяет два берега.", label="same"),
        ),
        "tag": (
            Sentence(
                uid="t/0", words=("The", "bridge", "joins", "lands"), tags=("D", "N", "V", "N")
            ),
            Sentence(uid="t/1", words=("люди", "ходят", "."), tags=("N", "V", "P")),
            Sentence(uid="t/2", words=("桥", "连接", "两岸"), tags=("N", "V", "N")),
            Sentence(uid="t/3", words=("ships",), tags=("N",)),
        ),
        "span": (
            Question(
                uid="s/0",
                question="When was the canal opened?",
                context=_CONTEXT,
                answers=(_answer(_CONTEXT, "1914"),),
            ),
            Question(
                uid="s/1",
                question="What joins both lands?",
                context=_CONTEXT,
                answers=(_answer(_CONTEXT, "the narrow bridge"),),
            ),
            Question(
                uid="s/2",
                question="连接什么？",
                context="桥连接两岸，人们每天过桥。",
                answers=(Answer(text="两岸", start=3),),
            ),
        ),
        "choice": (
            Choice(uid="m/0", prompt="Ships sail around", choices=("the cape", "a day"), label=0),
            Choice(
                uid="m/1",
                prompt="People cross the bridge",
                choices=("never.", "every day.", "in the sea.", "by ship."),
                label=1,
            ),
            Choice(uid="m/2", prompt="两岸", choices=("桥", "人们", "每天"), label=2),
        ),
        "retrieve": (
            Line(uid="r/en/0", text=TEXTS[0], side="source", match=("r/ru/0",)),
            Line(uid="r/en/1", text=TEXTS[1], side="source", match=()),
            Line(uid="r/ru/0", text=TEXTS[2], side="foreign", match=("r/en/0",)),
        ),
        "mlm": (
            *(Text(uid=f"x/{index}", text=text) for index, text in enumerate(TEXTS)),
            Text(uid="x/pair", text=TEXTS[0], parallel=TEXTS[2]),
        ),
    }
)
"""Labelled examples by form."""

SPECS: Mapping[FormName, FormSpec] = MappingProxyType(
    {
        "classify": FormSpec(labels=("same", "other"), max_length=48),
        "tag": FormSpec(labels=("D", "N", "V", "P"), max_length=48),
        "span": FormSpec(max_length=64, stride=16, max_query=24),
        "choice": FormSpec(max_length=48),
        "retrieve": FormSpec(max_length=48),
        "mlm": FormSpec(max_length=48),
    }
)
"""Specs that fit them, and the tiny encoders."""
