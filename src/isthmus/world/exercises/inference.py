"""Three-way inference between sentences, by polarity, width, roles and opposites.

The truth of a hypothesis follows from whether each sentence is denied, how wide its object is
(``dog`` or ``animal``), and whether the verb is the same, its opposite, or the roles are swapped:

    premise, hypothesis     affirmed, affirmed   denied, denied   one denied
    same object             entailment           entailment       contradiction
    wider object            entailment           neutral          contradiction if the premise is
                                                                  affirmed, else neutral
    narrower object         neutral              entailment       contradiction if the premise is
                                                                  denied, else neutral
    roles swapped           neutral              neutral          neutral

An opposite verb (``love``, ``hate``) counts as one more denial. Every label has the same share of
denied and of wide hypotheses, so the hypothesis alone says nothing; and of pairs with exactly the
same words, so overlap says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.examples import Pair
from isthmus.world.concepts import VERB_ANTONYMS, antonym
from isthmus.world.meaning import Clause, Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isthmus.world.draws import Draw
    from isthmus.world.exercises.setting import Setting
    from isthmus.world.teller import Teller
    from isthmus.world.world import World

LABELS = ("entailment", "neutral", "contradiction")

_OPPOSITE_SHARE = 0.3
_PASSIVE_SHARE = 0.25
_CHANGED_SHARE = 0.8
"""Share of entailments and contradictions that change the width where that is possible. It is
possible in half of the cells, and neutral pairs change it in half as many of all cells."""


def inference(setting: Setting) -> Iterator[Pair]:
    """Pairs of single sentences."""
    return _pairs(setting, two_sentences=0.0)


def adversarial_inference(setting: Setting) -> Iterator[Pair]:
    """The same, but half of the premises have a second sentence about the same people."""
    return _pairs(setting, two_sentences=0.5)


def _pairs(setting: Setting, *, two_sentences: float) -> Iterator[Pair]:
    draw, renderer = setting.draw(), setting.renderer
    teller = setting.teller(draw)
    labels = _balanced(draw, setting.count)
    for number, label in enumerate(labels):
        premise, hypothesis = _pair(setting.world, draw, teller, label)
        text = renderer.say(premise)
        if draw.flip(two_sentences):
            beside = _beside(setting.world, draw, premise)
            while setting.split == "train" and not teller.accepts(beside):
                beside = _beside(setting.world, draw, premise)
            other = renderer.say(beside)
            text = f"{text} {other}" if draw.flip(0.5) else f"{other} {text}"
        yield Pair(uid=setting.uid(number), text=text, text_b=renderer.say(hypothesis), label=label)


def _balanced(draw: Draw, count: int) -> list[str]:
    """As many of each label as possible, in random order."""
    return draw.shuffled([LABELS[number % 3] for number in range(count)])


def _pair(world: World, draw: Draw, teller: Teller, label: str) -> tuple[Clause, Clause]:
    """Draws the hypothesis' cell first, then a premise that gives the label in that cell."""
    denied, wide = draw.flip(0.5), draw.flip(0.5)
    while True:
        hypothesis = _hypothesis(world, draw, denied=denied, wide=wide)
        premise = _premise(world, draw, hypothesis, label, wide=wide)
        if teller.accepts(premise):
            break
    if draw.flip(_PASSIVE_SHARE):
        hypothesis = hypothesis.to_passive()
    return premise, hypothesis


def _hypothesis(world: World, draw: Draw, *, denied: bool, wide: bool) -> Clause:
    verbs = [v for pair in VERB_ANTONYMS.items() for v in pair if v in world.concepts.social]
    one, two = draw.sample(world.concepts.animate, 2)
    if wide:
        two = world.concepts.hypernym(two)
    subject = Phrase(draw.pick(world.names), entity="PER")
    if draw.flip(0.5):
        subject = Phrase(one, determiner="some")
    return Clause(
        subject,
        draw.pick(verbs),
        object=Phrase(two, determiner="some"),
        tense=draw.pick(("present", "past")),
        negated=denied,
    )


def _premise(world: World, draw: Draw, hypothesis: Clause, label: str, *, wide: bool) -> Clause:
    denied = hypothesis.negated
    premise = hypothesis
    if label == "neutral":
        denied = draw.flip(0.5)
        if draw.flip(_CHANGED_SHARE / 2):
            # A wider hypothesis is open where the premise is denied, a narrower one where not.
            denied = wide
            premise = _width_changed(world, draw, hypothesis, wide=wide)
        else:
            premise = hypothesis.swapped()
    else:
        # Width may change where the (aligned) premise is affirmed and wider, or denied and
        # narrower: then entailment and contradiction both hold as for the same object.
        denied = denied if label == "entailment" else not denied
        if denied != wide and draw.flip(_CHANGED_SHARE):
            premise = _width_changed(world, draw, hypothesis, wide=wide)
    if draw.flip(_OPPOSITE_SHARE):
        premise, denied = premise._replace(verb=antonym(premise.verb)), not denied
    return premise._replace(negated=denied)


def _width_changed(world: World, draw: Draw, hypothesis: Clause, *, wide: bool) -> Clause:
    """Gives the premise a narrower object if the hypothesis' is wide, else a wider one."""
    concepts = world.concepts
    old = hypothesis.object or hypothesis.subject
    if wide:
        members = [c for c in concepts.animate if concepts.hypernym(c) == old.head]
        return hypothesis._replace(object=old._replace(head=draw.pick(members)))
    return hypothesis._replace(object=old._replace(head=concepts.hypernym(old.head)))


def _beside(world: World, draw: Draw, premise: Clause) -> Clause:
    """Another sentence about the same people, which decides nothing."""
    verbs = [verb for verb in world.concepts.social if not antonym(verb)]
    beside = premise._replace(verb=draw.pick(verbs), negated=draw.flip(0.5))
    return beside.swapped() if draw.flip(0.5) else beside
