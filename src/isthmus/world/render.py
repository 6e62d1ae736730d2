"""Says a meaning in a language, and keeps what every word is: its gold for every form of task."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from isthmus.world.scripts import QUESTION_MARKS, STOPS, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from isthmus.world.families import Plan
    from isthmus.world.lexicon import Lexicon
    from isthmus.world.meaning import Clause, Phrase


CATEGORIES = (
    ".", "N", "NP", "NP/N", "N/N", "PP/NP", "(NP\\NP)/NP", "((S\\NP)\\(S\\NP))/NP",
    "(S\\NP)\\(S\\NP)", "S\\NP", "(S\\NP)/NP", "(S\\NP)/PP", "((S\\NP)/PP)/NP", "S[pss]\\NP",
    "S[adj]\\NP", "(S\\NP)/(S[adj]\\NP)", "(S\\NP)/(S[pss]\\NP)", "(S\\NP)/(S\\NP)",
    "(S\\S)/S", "conj", "S[wq]/(S\\NP)", "S[wq]/(S/NP)", "S[wq]/S",
)  # fmt: skip
"""Every supertag."""


class Word(NamedTuple):
    """One written word and its gold.

    Attributes:
        form: As written.
        upos: Universal part of speech.
        category: Supertag, a category of combinatory grammar by the source's directions.
        entity: BIO tag of a name, or ``O``.
        concept: The concept it says, for glosses.
    """

    form: str
    upos: str
    category: str
    entity: str
    concept: str


class Rendered(NamedTuple):
    """A said clause: its words, and where the phrase of each role stands (first, past the last)."""

    words: tuple[Word, ...]
    spans: dict[str, tuple[int, int]]


_ROLES = {"S": "subject", "O": "object", "X": "place", "R": "recipient", "B": "agent"}
_SLOTS = {role: slot for slot, role in _ROLES.items()}
_TO_PLACE = ("live", "be", "lie", "work")
_QUESTION_CATEGORY = {
    "subject": "S[wq]/(S\\NP)",
    "object": "S[wq]/(S/NP)",
    "place": "S[wq]/S",
    "agent": "S[wq]/S",
}
_ADJUNCT = "((S\\NP)\\(S\\NP))/NP"


class Renderer:
    """Renders meanings in one language.

    Phrases and verbs are rendered once and remembered: worlds are small, so a sentence is mostly
    a join of remembered tuples.
    """

    def __init__(self, plan: Plan, lexicon: Lexicon, upos: dict[str, str]):
        self._plan = plan
        self._stems = lexicon.stems
        self._affixes = plan.morphology.affixes
        self._upos = upos
        self._phrase = lru_cache(maxsize=100_000)(self._build_phrase)
        self._verb = lru_cache(maxsize=10_000)(self._build_verb)
        self._function = lru_cache(maxsize=1_000)(self._build_function)
        self._joiner = " " if plan.spaced else ""
        script = plan.script
        self._stop = Word(STOPS.get(script, "."), "PUNCT", ".", "O", ".")
        self._mark = Word(QUESTION_MARKS.get(script, "?"), "PUNCT", ".", "O", "?")

    def sentence(self, clause: Clause) -> Rendered:
        """Renders a clause with its final stop or question mark."""
        words: list[Word] = []
        spans: dict[str, tuple[int, int]] = {}
        self._say(clause, words, spans)
        if clause.then is not None:
            words.append(self._function(clause.link, "(S\\S)/S"))
            self._say(clause.then, words, {})
        words.append(self._mark if clause.asks else self._stop)
        return Rendered(tuple(words), spans)

    def text(self, words: Sequence[Word]) -> str:
        """Writes words as running text."""
        return self._joiner.join([word.form for word in words])

    def say(self, clause: Clause) -> str:
        """The running text of a clause."""
        return self.text(self.sentence(clause).words)

    def phrase(self, phrase: Phrase) -> str:
        """The running text of a phrase by itself."""
        return self.text(self._phrase(phrase, "", "", ""))

    def offset(self, words: Sequence[Word], index: int) -> int:
        """Character at which a word starts in the running text of its sentence."""
        gap = len(self._joiner)
        return sum([len(word.form) + gap for word in words[:index]])

    def _say(self, clause: Clause, words: list[Word], spans: dict[str, tuple[int, int]]) -> None:
        pieces = self._pieces(clause)
        order = self._plan.order.clause
        if clause.fronted:
            order = "X" + order.replace("X", "")
        if clause.asks and self._plan.order.fronts_questions:
            slot = _SLOTS[clause.asks]
            order = slot + order.replace(slot, "")
        for slot in order:
            piece = pieces.get(slot)
            if piece is None:
                continue
            if slot in _ROLES:
                spans[_ROLES[slot]] = (len(words), len(words) + len(piece))
            words.extend(piece)

    def _pieces(self, clause: Clause) -> dict[str, tuple[Word, ...]]:
        asks, affixes, phrase = clause.asks, self._affixes, self._phrase
        category = _QUESTION_CATEGORY[asks] if asks else ""
        pieces = {
            "S": phrase(clause.subject, "", "", category if asks == "subject" else ""),
            "V": self._verb(
                clause.verb, clause.tense, clause.negated, clause.passive, _frame(clause)
            ),
        }
        if clause.object is not None:
            case = "" if clause.verb == "be" else "accusative"
            pieces["O"] = phrase(clause.object, case, "", category if asks == "object" else "")
        elif clause.predicate:
            pieces["O"] = (self._function(clause.predicate, "S[adj]\\NP"),)
        if clause.place is not None:
            is_argument = clause.verb in _TO_PLACE
            adposition_category = "PP/NP" if is_argument else _ADJUNCT
            pieces["X"] = phrase(
                clause.place,
                "",
                clause.relation,
                category if asks == "place" else adposition_category,
            )
        if clause.recipient is not None:
            pieces["R"] = phrase(clause.recipient, "", "to", "PP/NP")
        if clause.agent is not None:
            pieces["B"] = phrase(clause.agent, "", "by", "PP/NP")
        if clause.adverb:
            pieces["D"] = (self._function(clause.adverb, "(S\\NP)\\(S\\NP)"),)
        if clause.negated and ("not" not in affixes or clause.verb == "be"):
            pieces["N"] = (self._function("not", "(S\\NP)/(S\\NP)"),)
        if clause.passive:
            pieces["A"] = (self._function("be", "(S\\NP)/(S[pss]\\NP)"),)
        elif clause.tense == "future" and "will" not in affixes:
            pieces["A"] = (self._function("will", "(S\\NP)/(S\\NP)"),)
        return pieces

    def _build_phrase(
        self, phrase: Phrase, case: str, adposition: str, category: str
    ) -> tuple[Word, ...]:
        """Words of a phrase; ``category`` is its adposition's, or that of a question word."""
        affixes = self._affixes
        slots: dict[str, list[Word]] = {"N": self._head(phrase, case, adposition, category)}
        if phrase.determiner and not (phrase.determiner == "the" and "the" in affixes):
            slots["D"] = [self._function(phrase.determiner, "NP/N")]
        if phrase.numeral:
            slots["Q"] = [self._function(phrase.numeral, "N/N")]
        if phrase.adjectives:
            slots["A"] = [self._function(word, "N/N") for word in phrase.adjectives]
        if phrase.of is not None:
            slots["G"] = list(self._phrase(phrase.of, "", "of", "(NP\\NP)/NP"))
        words = [word for slot in self._plan.order.nominal for word in slots.get(slot, ())]
        if phrase.also is not None:
            fused = adposition if adposition in affixes else ""
            words.append(self._function("and", "conj"))
            words.extend(self._phrase(phrase.also, case, fused, ""))
        if adposition and adposition not in affixes:
            word = self._function(adposition, category)
            words = [word, *words] if self._plan.order.prepositions else [*words, word]
        return tuple(words)

    def _head(self, phrase: Phrase, case: str, adposition: str, category: str) -> list[Word]:
        marks = (
            "plural" if phrase.plural else "",
            phrase.determiner if phrase.determiner == "the" else "",
            case,
            adposition,
        )
        if phrase.entity:
            concepts = (phrase.head, *phrase.parts)
            last = len(concepts) - 1
            return [
                Word(
                    self._write(concept, marks if place == last else ()),
                    "PROPN",
                    "NP" if place == last else "N/N",
                    ("I-" if place else "B-") + phrase.entity,
                    concept,
                )
                for place, concept in enumerate(concepts)
            ]
        upos = self._upos[phrase.head]
        modified = phrase.determiner or phrase.numeral or phrase.adjectives
        tag = "N" if modified else "NP"
        if category.startswith("S[wq]"):
            tag = category
        return [Word(self._write(phrase.head, marks), upos, tag, "O", phrase.head)]

    def _build_verb(
        self, verb: str, tense: str, negated: bool, passive: bool, category: str
    ) -> tuple[Word, ...]:
        if verb == "be":
            return (Word(self._write(verb, ()), "AUX", category, "O", verb),)
        marks = (
            "passive" if passive else "",
            "not" if negated else "",
            "" if passive else "will" if tense == "future" else tense,
        )
        return (Word(self._write(verb, marks), "VERB", category, "O", verb),)

    def _build_function(self, concept: str, category: str) -> Word:
        """A word that never inflects."""
        return Word(self._write(concept, ()), self._upos[concept], category, "O", concept)

    def _write(self, concept: str, marks: tuple[str, ...]) -> str:
        sounds = self._plan.morphology.attach(self._stems[concept], marks)
        return write(sounds, self._plan.script)


def _frame(clause: Clause) -> str:
    """The verb's category: what it takes to make a sentence."""
    if clause.passive:
        return "S[pss]\\NP"
    if clause.predicate:
        return "(S\\NP)/(S[adj]\\NP)"
    if clause.recipient is not None:
        return "((S\\NP)/PP)/NP"
    if clause.object is not None:
        return "(S\\NP)/NP"
    if clause.place is not None and clause.verb in _TO_PLACE:
        return "(S\\NP)/PP"
    return "S\\NP"
