"""How data sets spell languages, mapped to the codes used here and back.

Data sets name languages by ISO 639-1, by ISO 639-3 of the language or its macrolanguage, and by
codes of their own (``zho-CN``, ``cmn_hans``). The first two follow from a language's row; the rest
is the table below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from isthmus.languages.language import Language

OTHER_SPELLINGS: dict[str, tuple[str, ...]] = {
    "ar": ("ara",),
    "ay": ("aym",),
    "az": ("aze", "aze-Latn"),
    "de": ("deu_1996",),
    "en": ("eng-GB", "eng-US"),
    "et": ("est",),
    "fa": ("fas", "pes_1"),
    "gn": ("grn",),
    "he": ("iw",),
    "id": ("in",),
    "ms": ("msa",),
    "pt": ("por_PT",),
    "qu": ("que", "qve"),
    "sn": ("sna-Latn",),
    "sr": ("srp-Latn",),
    "sw": ("swa",),
    # NTREX's Filipino is standardised Tagalog; XTREME calls both tl.
    "tl": ("fil",),
    "zh": ("zho", "zho-CN", "cmn_hans", "zh-CN"),
}
"""Our code -> spellings that neither the code nor ISO 639-3 gives, the commonest first."""


def spellings(language: Language) -> tuple[str, ...]:
    """Every way a file name may write a language, our own code first, without repeats."""
    extra = OTHER_SPELLINGS.get(language.code, ())
    return tuple(dict.fromkeys((language.code, language.iso639_3, *extra)))


def from_upstream(spelling: str, languages: Iterable[Language]) -> Language | None:
    """The language that an upstream code, or an English name in any case, stands for.

    A code of ours is never taken for another language's spelling. Returns None where nothing fits.
    """
    rows = tuple(languages)
    for row in rows:
        if row.code == spelling:
            return row
    for row in rows:
        if spelling in spellings(row) or spelling.casefold() == row.name.casefold():
            return row
    return None
