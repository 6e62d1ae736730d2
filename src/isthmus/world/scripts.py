"""Writing systems: from the romanised sounds of the world's languages to real Unicode scripts.

Every sound is one Latin letter inside this package; a script maps each to its own letter, one to
one, so that a change of script changes nothing but the signs.
"""

from __future__ import annotations

CONSONANTS = "ptkbdgmnlrszfvhjw"
VOWELS = "aeiou"

_LETTERS = {
    "Latn": CONSONANTS + VOWELS,
    "Grek": "πτκβδγμνλρσζφθχξψαειου",
    "Cyrl": "пткбдгмнлрсзфвхйшаеиоу",
    "Geor": "პტკბდგმნლრსზფვჰჯწაეიოუ",
    "Armn": "պտկբդգմնլրսզֆվհջծաեիոը",
    "Deva": "पतकबदगमनलरसजफवहयखअएइओउ",
}
_TABLES = {
    script: str.maketrans(CONSONANTS + VOWELS, letters) for script, letters in _LETTERS.items()
}
_VOWEL_SIGNS = {"a": "", "e": "े", "i": "ि", "o": "ो", "u": "ु"}
_VIRAMA = "्"

SCRIPTS = tuple(_LETTERS)

STOPS = {"Armn": "։", "Deva": "।"}
"""The full stop, where it is not ``.``"""

QUESTION_MARKS = {"Grek": ";", "Armn": "՞"}
"""The question mark, where it is not ``?``"""


def write(sounds: str, script: str) -> str:
    """Writes a romanised word in a script.

    Devanagari is an abugida: a vowel after a consonant is a sign on it (none for *a*), and a
    consonant without a vowel takes a virama.
    """
    if script != "Deva":
        return sounds.translate(_TABLES[script])
    table = _TABLES["Deva"]
    written = []
    for position, sound in enumerate(sounds):
        before = sounds[position - 1] if position else ""
        after = sounds[position + 1] if position + 1 < len(sounds) else ""
        if sound in VOWELS:
            is_sign = before != "" and before in CONSONANTS
            written.append(_VOWEL_SIGNS[sound] if is_sign else sound.translate(table))
        else:
            written.append(sound.translate(table))
            if not after or after in CONSONANTS:
                written.append(_VIRAMA)
    return "".join(written)
