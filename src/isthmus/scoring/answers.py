"""Scores of one answer text: exact match and token F1, as SQuAD and as MLQA normalise text.

SQuAD's normaliser is made for English: it drops ASCII punctuation and English articles and splits
at white space, so a Thai or Chinese answer is a token or two and its F1 is nearly exact match.
MLQA's drops Unicode punctuation and each language's own articles, and makes every Chinese
character a token. Both are kept exactly as published; ``normalise_mlqa`` goes on, by the same
ideas, to the languages that MLQA does not have.

Sources: Rajpurkar et al. 2016 (SQuAD v1.1's evaluation script, as XTREME calls it); Lewis et al.
2020 (MLQA's evaluation script, v1).
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

MLQA_LANGUAGES = ("en", "es", "de", "ar", "hi", "vi", "zh")

_DROP_ASCII_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ENGLISH_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_ARTICLES = {
    "en": _ENGLISH_ARTICLES,
    "es": re.compile(r"\b(?:un|una|unos|unas|el|la|los|las)\b"),
    "de": re.compile(r"\b(?:ein|eine|einen|einem|eines|einer|der|die|das|den|dem|des)\b"),
    "vi": re.compile(r"\b(?:của|là|cái|chiếc|những)\b"),
    # The published pattern has a second branch that can never match; what is left takes the
    # Arabic article out wherever its two letters stand, inside words too.
    "ar": re.compile("ال"),
}
_CHINESE_AS_MLQA = re.compile("([\u4e00-\u9fa5])")
# Code points of the scripts that put no spaces between words: Thai, Lao, Myanmar, Khmer, kana,
# Han; to stand inside a class of a regular expression.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_UNSPACED_CHARACTER = re.compile(f"([{UNSPACED}])")


@dataclass(frozen=True, slots=True)
class AnswerScore:
    """Exact match and F1 of one answer, each from 0 to 1."""

    exact_match: float
    f1: float


def squad_score(prediction: str, golds: Iterable[str]) -> AnswerScore:
    """Scores a text by SQuAD v1.1's rules; of several gold texts the best counts, for each score.

    Raises:
        ValueError: there is no gold text.
    """
    return _best(prediction, golds, normalise_squad)


def mlqa_score(prediction: str, golds: Iterable[str], language: str) -> AnswerScore:
    """Scores a text by MLQA's rules for a language; of several gold texts the best counts.

    Raises:
        ValueError: there is no gold text.
    """
    return _best(prediction, golds, lambda text: normalise_mlqa(text, language))


def normalise_squad(text: str) -> str:
    """Lower-cases, drops ASCII punctuation and English articles, and joins tokens by one space."""
    bare = text.lower().translate(_DROP_ASCII_PUNCTUATION)
    return " ".join(_ENGLISH_ARTICLES.sub(" ", bare).split())


def normalise_mlqa(text: str, language: str) -> str:
    """Lower-cases, drops Unicode punctuation and the language's articles, and joins the tokens.

    For MLQA's seven languages this is MLQA's script. For any other, no articles are dropped and
    each character of a script without spaces (Thai, Lao, Khmer, Myanmar, kana, Han) is a token.
    """
    bare = text.lower().translate(_DROP_PUNCTUATION)
    if language in _ARTICLES:
        bare = _ARTICLES[language].sub(" ", bare)
    if language == "zh":
        bare = _CHINESE_AS_MLQA.sub(r" \1 ", bare)
    elif language not in MLQA_LANGUAGES:
        bare = _UNSPACED_CHARACTER.sub(r" \1 ", bare)
    return " ".join(bare.split())


def token_f1(predicted: Sequence[str], gold: Sequence[str]) -> float:
    """F1 of two bags of tokens, from 0 to 1; 0 where they share none, two empty bags included."""
    common = (Counter(predicted) & Counter(gold)).total()
    if not common:
        return 0.0
    precision, recall = common / len(predicted), common / len(gold)
    return 2 * precision * recall / (precision + recall)


def _best(prediction: str, golds: Iterable[str], normalise: Callable[[str], str]) -> AnswerScore:
    predicted = normalise(prediction)
    predicted_tokens = predicted.split()
    normalised = [normalise(gold) for gold in golds]
    if not normalised:
        msg = "a question without gold answers has no score by SQuAD v1.1's rules"
        raise ValueError(msg)
    return AnswerScore(
        exact_match=float(predicted in normalised),
        f1=max(token_f1(predicted_tokens, gold.split()) for gold in normalised),
    )


class _PunctuationTable(dict[int, int | None]):
    """A table for ``str.translate`` that looks a character up the first time it is met."""

    def __missing__(self, code: int) -> int | None:
        char = chr(code)
        drop = char in string.punctuation or unicodedata.category(char).startswith("P")
        self[code] = None if drop else code
        return self[code]


_DROP_PUNCTUATION = _PunctuationTable()
