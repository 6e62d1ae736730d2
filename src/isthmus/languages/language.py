"""What a language is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Language:
    """A language, natural or constructed.

    Attributes:
        code: BCP 47 as XTREME writes it, such as ``sw`` or ``zh``; constructed languages use the
            private codes ``qaa`` to ``qtz``.
        name: In English.
        script: ISO 15924, such as ``Latn``.
        family: Top-level family, such as ``Indo-European``.
        branch: The branch below it, such as ``Germanic``, or "" where none is usual.
        iso639_3: Three letters, such as ``swh``.
        glottocode: As Glottolog has it, such as ``swah1253``; "" for a constructed language.
        spaced: Whether its script puts spaces between words.
    """

    code: str
    name: str
    script: str
    family: str
    branch: str = ""
    iso639_3: str
    glottocode: str = ""
    spaced: bool = True
