"""Tagging: parts of speech, entities and supertags of the world's running sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isthmus.examples import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isthmus.world.exercises.setting import Setting


def parts_of_speech(setting: Setting) -> Iterator[Sentence]:
    """Words with universal parts of speech."""
    teller, renderer = setting.teller(setting.draw()), setting.renderer
    for number in range(setting.count):
        words = renderer.sentence(teller.utterance()).words
        yield Sentence(
            uid=setting.uid(number),
            words=tuple([word.form for word in words]),
            tags=tuple([word.upos for word in words]),
        )
