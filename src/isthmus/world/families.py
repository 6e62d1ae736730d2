"""The languages: a source, six controls that differ from it in one factor, and three families.

Everything about a language but its words is one row here. Its words are made in ``lexicon``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from isthmus.world.grammar import Morphology, Order

SOURCE = "qar"

_SOURCE_ORDER = Order(clause="SANVORBXD", nominal="DQANG", fronts_questions=True)
_VERB_FINAL = Order(clause="SDXBRONVA", nominal="GDQAN", prepositions=False)
_SOURCE_AFFIXES = Morphology(
    affixes={"plural": "-en", "present": "-en", "past": "-ta", "passive": "-ir"}
)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How one language is made.

    Attributes:
        code: Private-use code, ``qaa`` to ``qtz``.
        name: Its name.
        script: ISO 15924.
        family: Top-level family; ``branch`` below it.
        factor: In a line, what sets it apart from the source.
        order: Its word order.
        morphology: Its affixes.
        parent: Where inherited words come from: the code of a language or the name of a
            proto-language.
        cognates: Field of ``WorldSpec`` that says which share of the parent's words is inherited;
            ``""`` inherits all, ``"none"`` nothing.
        borrows: Whether it borrows ``loan_share`` of its words from the source.
        changes: Its regular sound changes, ordered (pattern, replacement) over romanised sounds.
        adapts: The same for names and loans.
        roots: Shape of its proto-language's roots: C consonant, V vowel.
        spaced: Whether words are written apart.
    """

    code: str
    name: str
    script: str = "Latn"
    family: str = "Ardic"
    branch: str = "Control"
    factor: str
    order: Order = _SOURCE_ORDER
    morphology: Morphology = _SOURCE_AFFIXES
    parent: str = SOURCE
    cognates: Literal[
        "",
        "none",
        "half_cognates",
        "near_cognates",
        "middle_cognates",
        "far_cognates",
        "sister_cognates",
    ] = ""
    borrows: bool = False
    changes: tuple[tuple[str, str], ...] = ()
    adapts: tuple[tuple[str, str], ...] = ()
    roots: tuple[str, ...] = ("CVCVC", "CVCV")
    spaced: bool = True


_NEAR_CHANGES = (("p", "f"), ("z", "s"), ("j(?=[aeiou])", "i"))
_MIDDLE_CHANGES = (("k(?=[ei])", "s"), ("p", "f"), ("b", "v"), ("o", "u"))
_FAR_CHANGES = (("t(?=[iu])", "z"), ("k", "h"), ("d", "t"), ("g", "k"), ("e$", "a"), ("o", "a"))

PLANS = (
    Plan(code=SOURCE, name="Aren", branch="Arenic", factor="the source", parent="Proto-Ardic"),
    Plan(code="qsc", name="Skripen", script="Grek", factor="script only: Greek letters"),
    Plan(code="qor", name="Orden", order=_VERB_FINAL, factor="word order only: verb last"),
    Plan(code="qlh", name="Halven", cognates="half_cognates", factor="lexicon only: half cognate"),
    Plan(code="qlz", name="Zeren", cognates="none", factor="lexicon only: no cognate"),
    Plan(
        code="qmo",
        name="Morfen",
        factor="morphology only: cases, article and negation as affixes, tense as prefix",
        morphology=Morphology(
            affixes={
                "plural": "-Im",
                "present": "mI-",
                "past": "do-",
                "passive": "ge-",
                "accusative": "-os",
                "the": "-Al",
                "not": "na-",
                "will": "sA-",
                "in": "-Av",
                "of": "-Ik",
                "to": "-Ap",
            }
        ),
    ),
    Plan(code="qns", name="Nospen", spaced=False, factor="spacing only: no spaces between words"),
    Plan(
        code="qan",
        name="Andic",
        branch="Arenic",
        factor="mixed, near: light sound change, other affixes",
        cognates="near_cognates",
        changes=_NEAR_CHANGES,
        adapts=_NEAR_CHANGES,
        morphology=Morphology(
            affixes={"plural": "-an", "present": "-an", "past": "-de", "passive": "-ir"}
        ),
    ),
    Plan(
        code="qbe",
        name="Beldic",
        script="Cyrl",
        branch="Beldic",
        factor="mixed, middle: Cyrillic, adjective after noun, article as suffix",
        cognates="middle_cognates",
        changes=_MIDDLE_CHANGES,
        adapts=_MIDDLE_CHANGES,
        order=Order(clause="SDNAVORBX", nominal="DQNAG", fronts_questions=True),
        morphology=Morphology(
            affixes={
                "plural": "-i",
                "present": "-i",
                "past": "-la",
                "passive": "-no",
                "the": "-ot",
            }
        ),
    ),
    Plan(
        code="qco",
        name="Corvic",
        script="Cyrl",
        branch="Corvic",
        factor="mixed, far: Cyrillic, verb last, postpositions, cases",
        cognates="far_cognates",
        changes=_FAR_CHANGES,
        adapts=_FAR_CHANGES,
        order=_VERB_FINAL,
        morphology=Morphology(
            affixes={
                "plural": "-ah",
                "present": "-ah",
                "past": "-zu",
                "passive": "-at",
                "accusative": "-un",
                "of": "-is",
                "to": "-om",
            }
        ),
    ),
    Plan(
        code="qka",
        name="Kavel",
        script="Geor",
        family="Velic",
        branch="East Velic",
        factor="unrelated: Georgian letters, agglutinating, verb last",
        parent="Proto-Velic",
        cognates="sister_cognates",
        borrows=True,
        adapts=(("f", "p"), ("v", "b"), ("z", "s"), ("(?<=[^aeiou])$", "i")),
        roots=("VCVC", "CVCVC", "CVVC"),
        order=Order(clause="SXDBRONVA", nominal="GDQAN", prepositions=False),
        morphology=Morphology(
            affixes={
                "plural": "-lAr",
                "present": "-lAr",
                "past": "-dI",
                "passive": "-Il",
                "accusative": "-nI",
                "not": "-mA",
                "will": "-jAk",
                "in": "-dA",
                "on": "-zA",
                "to": "-gA",
                "with": "-lI",
                "of": "-nIn",
                "for": "-tIm",
            }
        ),
    ),
    Plan(
        code="qki",
        name="Kirvel",
        script="Armn",
        family="Velic",
        branch="West Velic",
        factor="unrelated: Armenian letters, agglutinating, verb last, adjective after noun",
        parent="Proto-Velic",
        cognates="sister_cognates",
        borrows=True,
        changes=(("l", "r"), ("u", "o"), ("^k", "g")),
        adapts=(("f", "p"), ("v", "b"), ("(?<=[^aeiou])$", "e")),
        roots=("VCVC", "CVCVC", "CVVC"),
        order=Order(clause="SDXBORNAV", nominal="DQNAG", prepositions=False),
        morphology=Morphology(
            affixes={
                "plural": "-rAk",
                "present": "-rAk",
                "past": "-tI",
                "passive": "-Iv",
                "accusative": "-mI",
                "the": "-An",
                "in": "-sA",
                "to": "-hA",
                "of": "-vI",
            }
        ),
    ),
    Plan(
        code="qta",
        name="Tamuri",
        script="Deva",
        family="Tamic",
        branch="",
        factor="unrelated: Devanagari without spaces, verb first, prefixes",
        parent="Proto-Tamic",
        borrows=True,
        adapts=(("[fv]", "w"), ("z", "s"), ("h", "k")),
        roots=("CVC", "CVCV"),
        order=Order(clause="NAVSORBXD", nominal="NADQG"),
        morphology=Morphology(
            affixes={"plural": "ma-", "present": "ma-", "past": "ni-", "passive": "tu-"}
        ),
        spaced=False,
    ),
)
"""Every language of the world, the source first, then in the order tables show them."""

PLAN_BY_CODE = {plan.code: plan for plan in PLANS}
