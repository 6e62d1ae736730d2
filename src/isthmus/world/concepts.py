"""The things that can be spoken of: concepts by class, and which of them share a root.

A concept is named by its English gloss. Concepts that share a root are homographs in every
language wherever their affixes agree: ``knife`` and ``cut`` are one word, a noun or a verb by its
place in the sentence alone. They keep a list of each word's commonest tag from solving tagging.
"""

from __future__ import annotations

from dataclasses import dataclass

PEOPLE = ("farmer", "child", "hunter", "thief", "singer", "smith", "baker", "king", "doctor", "teacher", "sailor", "soldier")  # fmt: skip
ANIMALS = ("horse", "wolf", "sheep", "snake", "bear", "cow", "dog", "cat", "bird", "goat")
TOOLS = ("knife", "key", "rope", "boat", "book", "drum", "brush", "cup", "lamp", "wheel")
FOODS = ("bread", "apple", "egg", "honey", "cheese", "fish")
GARMENTS = ("hat", "coat", "shoe", "ring")
PLACES = ("river", "tower", "market", "hill", "house", "field", "forest", "bridge", "garden", "harbor")  # fmt: skip
SEASONS = ("winter", "summer", "morning", "evening")
GROUPS = ("guild", "school", "bank")
HYPERNYMS = ("person", "animal", "tool", "food", "garment")

SOCIAL = ("chase", "love", "fear", "help", "watch", "teach", "push", "greet", "see", "follow", "call", "hate", "hurt", "pull", "ignore")  # fmt: skip
HANDLING = ("cut", "open", "hold", "carry", "paint", "steal", "hide", "buy", "close", "sell", "find", "lose", "lift", "drop", "wash", "break")  # fmt: skip
GOING = ("dance", "sing", "run", "swim", "sleep", "laugh", "wait", "fall")
TRANSFER = ("give", "send", "show", "bring")
OTHER_VERBS = ("live", "work", "own", "hire", "lie", "eat", "drink", "make")

ANTONYMS = {"big": "small", "cold": "hot", "strong": "weak", "heavy": "light", "clean": "dirty", "good": "bad", "old": "young", "rich": "poor"}  # fmt: skip
COLOURS = ("white", "green", "red", "blue", "black")
VERB_ANTONYMS = {
    "love": "hate",
    "help": "hurt",
    "push": "pull",
    "greet": "ignore",
    "open": "close",
    "buy": "sell",
    "find": "lose",
    "lift": "drop",
}
ADVERBS = ("nearby", "below", "often", "again", "quickly", "slowly")

FUNCTION_WORDS = {
    "the": "DET", "this": "DET", "some": "DET", "every": "DET", "which": "DET",
    "this_one": "PRON", "they": "PRON", "someone": "PRON", "who": "PRON", "what": "PRON",
    "where": "ADV", "two": "NUM", "three": "NUM", "four": "NUM",
    "in": "ADP", "near": "ADP", "under": "ADP", "on": "ADP", "with": "ADP", "to": "ADP",
    "by": "ADP", "for": "ADP", "of": "ADP", "after": "ADP", "before": "ADP",
    "after_clause": "SCONJ", "before_clause": "SCONJ", "because": "SCONJ", "and": "CCONJ",
    "not": "PART", "be": "AUX", "will": "AUX",
}  # fmt: skip
"""Closed-class concepts and their part of speech."""

HOMOGRAPHS = {
    "cut": "knife", "open": "key", "hold": "rope", "carry": "boat", "teach": "book",
    "dance": "drum", "paint": "brush", "drink": "cup", "eat": "bread", "chase": "hunter",
    "steal": "thief", "sing": "singer", "make": "smith", "fear": "wolf", "run": "horse",
    "swim": "river", "watch": "tower", "buy": "market", "hide": "hat", "love": "child",
    "own": "farmer", "follow": "dog", "call": "bird", "help": "doctor", "push": "goat",
    "greet": "king", "hurt": "soldier", "pull": "wheel", "see": "lamp", "find": "ring",
    "break": "cheese", "wash": "fish", "lift": "bridge", "close": "garden", "sell": "baker",
    "wait": "harbor", "live": "house", "work": "guild", "lie": "field", "send": "sailor",
    "show": "teacher", "give": "cat", "lose": "shoe", "drop": "forest", "sleep": "evening",
    "fall": "morning", "bring": "school", "hire": "bank",
    "green": "snake", "white": "sheep", "strong": "bear", "heavy": "cow", "light": "egg",
    "good": "honey", "clean": "coat", "red": "apple", "big": "hill", "cold": "winter",
    "hot": "summer", "rich": "king", "poor": "goat", "blue": "bird", "black": "cat",
    "old": "tower", "dirty": "shoe",
    "nearby": "near", "below": "under", "this_one": "this", "after_clause": "after",
    "before_clause": "before",
}  # fmt: skip
"""Concept -> the concept whose root it uses."""

THINGS = (*TOOLS, *FOODS, *GARMENTS)


@dataclass(frozen=True, kw_only=True)
class Concepts:
    """The concepts of one world: every class cut to the world's share, hypernyms and words kept."""

    people: tuple[str, ...]
    animals: tuple[str, ...]
    tools: tuple[str, ...]
    foods: tuple[str, ...]
    garments: tuple[str, ...]
    places: tuple[str, ...]
    social: tuple[str, ...]
    handling: tuple[str, ...]
    going: tuple[str, ...]
    adjectives: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def animate(self) -> tuple[str, ...]:
        """People and animals."""
        return self.people + self.animals

    @property
    def things(self) -> tuple[str, ...]:
        """Whatever can be handled."""
        return self.tools + self.foods + self.garments

    @property
    def nouns(self) -> tuple[str, ...]:
        """Every noun."""
        return self.animate + self.things + self.places + SEASONS + GROUPS + HYPERNYMS

    @property
    def verbs(self) -> tuple[str, ...]:
        """Every verb."""
        return self.social + self.handling + self.going + TRANSFER + OTHER_VERBS

    def hypernym(self, noun: str) -> str:
        """The wider kind of a noun: ``dog`` is an ``animal``."""
        for members, wider in zip(
            (self.people, self.animals, self.tools, self.foods, self.garments),
            HYPERNYMS,
            strict=True,
        ):
            if noun in members:
                return wider
        raise KeyError(noun)

    def part_of_speech(self) -> dict[str, str]:
        """Concept -> universal part of speech."""
        tags = dict.fromkeys(self.nouns, "NOUN")
        tags |= dict.fromkeys(self.verbs, "VERB")
        tags |= dict.fromkeys(self.adjectives, "ADJ")
        tags |= dict.fromkeys(ADVERBS, "ADV")
        tags |= dict.fromkeys(self.names, "PROPN")
        return tags | FUNCTION_WORDS


def concepts(*, share: float, num_names: int) -> Concepts:
    """Cuts every open class to a share of it, at least three, and numbers the names."""

    def cut(words: tuple[str, ...]) -> tuple[str, ...]:
        return words[: max(3, round(share * len(words)))]

    polar = tuple(word for pair in cut(tuple(ANTONYMS)) for word in (pair, ANTONYMS[pair]))
    return Concepts(
        people=cut(PEOPLE),
        animals=cut(ANIMALS),
        tools=cut(TOOLS),
        foods=cut(FOODS),
        garments=cut(GARMENTS),
        places=cut(PLACES),
        social=_with_antonyms(SOCIAL, cut(SOCIAL)),
        handling=_with_antonyms(HANDLING, cut(HANDLING)),
        going=cut(GOING),
        adjectives=(*polar, *COLOURS),
        names=tuple(f"name{number}" for number in range(num_names)),
    )


def _with_antonyms(verbs: tuple[str, ...], kept: tuple[str, ...]) -> tuple[str, ...]:
    """The kept verbs, and the opposites of those, in the order of all."""
    return tuple(verb for verb in verbs if verb in kept or antonym(verb) in kept)


def antonym(word: str) -> str:
    """The opposite of an adjective or verb, "" where it has none."""
    for table in (ANTONYMS, VERB_ANTONYMS):
        for first, second in table.items():
            if word == first:
                return second
            if word == second:
                return first
    return ""
