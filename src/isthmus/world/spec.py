"""Every setting of the embedded world, as one JSON-able value that names it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from isthmus.errors import StudyError

WORLD_VERSION = 1
"""Raised whenever the same spec would yield different examples."""


@dataclass(frozen=True, kw_only=True)
class WorldSpec:
    """One world: its facts, its languages and how much is said in them.

    Attributes:
        seed: Seed of everything that is drawn.
        num_names: Proper names of people, places and organisations.
        concept_share: Part of the kinds of nouns, verbs and adjectives that is used (0.5 to 1).
        half_cognates: Cognate share with the source of the half-cognate control language.
        near_cognates: The same for the nearest relative of the mixed family.
        middle_cognates: The same for its middle relative.
        far_cognates: The same for its farthest relative.
        sister_cognates: Cognate share between the two members of each unrelated family.
        loan_share: Part of an unrelated family's words that is borrowed from the source.
        plain_scenes: Part of the reading scenes whose sentences one word tells apart; the others
            need pairs of words, denials or roles. The easy part of what a small encoder learns.
        num_train: Training examples of a task that is not reading comprehension.
        num_train_reading: Training examples of ``squad_v1`` and ``squad_v2``.
        num_train_large: Training examples of ``anli_plus``.
        num_train_low: Training examples of the low-resource target ``tydiqa``.
        num_eval: Development examples, and test examples, per task and language.
        num_eval_reading: The same for reading comprehension.
        num_text_sentences: Sentences of plain text per language.
        num_bitext: Sentence pairs per foreign language.
    """

    seed: int = 1
    num_names: int = 96
    concept_share: float = 1.0
    half_cognates: float = 0.5
    near_cognates: float = 0.85
    middle_cognates: float = 0.6
    far_cognates: float = 0.35
    sister_cognates: float = 0.7
    loan_share: float = 0.1
    plain_scenes: float = 0.3
    num_train: int = 8000
    num_train_reading: int = 20000
    num_train_large: int = 12000
    num_train_low: int = 4000
    num_eval: int = 500
    num_eval_reading: int = 400
    num_text_sentences: int = 8000
    num_bitext: int = 2500

    @property
    def num_text_documents(self) -> int:
        """Documents of plain text per language."""
        return max(1, self.num_text_sentences // 4)

    def counting(self, size: str) -> WorldSpec:
        """This world with every number of examples but ``size`` at its default.

        It is what determines a data set of that size: worlds that differ in the size of their test
        sets have the same training sets.

        Args:
            size: A field, or ``num_text_documents``.
        """
        own = {"num_text_documents": "num_text_sentences"}.get(size, size)
        others = {
            field.name: field.default
            for field in fields(self)
            if field.name.startswith("num_") and field.name not in (own, "num_names")
        }
        return replace(self, **others)  # type: ignore[arg-type] # whole numbers, all of them

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            kind = int if field.type == "int" else float
            if isinstance(value, bool) or not isinstance(value, int | kind):
                raise StudyError(f"world.{field.name} is {value!r}; write {_article(kind)}.")
            low, high = _range(field.name)
            if not low <= value <= high:
                raise StudyError(
                    f"world.{field.name} is {value!r}; write a value from {low} to {high}."
                )
        if not self.near_cognates >= self.middle_cognates >= self.far_cognates:
            raise StudyError(
                "world cognate shares must fall from near_cognates over middle_cognates to "
                f"far_cognates; got {self.near_cognates}, {self.middle_cognates}, "
                f"{self.far_cognates}."
            )


def _article(kind: type) -> str:
    return "a whole number" if kind is int else "a number"


def _range(name: str) -> tuple[float, float]:
    if name == "seed":
        return 0, 2**63 - 1
    if name == "num_names":
        return 48, 400
    if name == "concept_share":
        return 0.5, 1.0
    if name.startswith("num_eval"):
        return 1, 5_000
    if name.startswith("num_"):
        return 1, 1_000_000
    return 0.0, 1.0
