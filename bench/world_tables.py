"""The tables of docs/world.md: languages with their distances, and an example of every task.

Run ``python bench/world_tables.py``.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from isthmus.examples import Choice, Line, Pair, Question, Sentence, Text
from isthmus.world.catalogue import catalogue
from isthmus.world.distance import WEIGHTS
from isthmus.world.exercises.setting import Setting
from isthmus.world.families import PLANS, SOURCE
from isthmus.world.lexicon import lexicon
from isthmus.world.provider import WorldProvider
from isthmus.world.render import Rendered, Renderer
from isthmus.world.spec import WorldSpec
from isthmus.world.world import World

if TYPE_CHECKING:
    from isthmus.examples import Example
    from isthmus.tasks.task import Task
    from isthmus.world.meaning import Clause, Phrase

FOREIGN = "qbe"
EXAMPLE = 1
"""Which example of each development set is shown."""


class Glosser(Renderer):
    """Says the concept of every word instead of its form, in the language's order."""

    def sentence(self, clause: Clause) -> Rendered:
        """The clause with every form replaced by its concept."""
        words, spans = super().sentence(clause)
        return Rendered(tuple(word._replace(form=word.concept) for word in words), spans)

    def phrase(self, phrase: Phrase) -> str:
        """The phrase as concepts."""
        return self.text([w._replace(form=w.concept) for w in self._phrase(phrase, "", "", "")])


class GlossedWorld(World):
    """A world whose languages are glossed."""

    def renderer(self, code: str) -> Renderer:
        """What glosses a language."""
        plan = next(plan for plan in PLANS if plan.code == code)
        return Glosser(
            plan, lexicon(code, self.concepts, self.spec), self.concepts.part_of_speech()
        )


def main() -> None:
    """Prints both tables as Markdown."""
    provider = WorldProvider()
    names = (*WEIGHTS, "overall")
    print("| code | name | family, branch | script | what sets it apart |", " | ".join(names), "|")
    print("|---" * (5 + len(names)) + "|")
    for plan in PLANS:
        distance = provider.distance(plan.code)
        numbers = " | ".join(f"{distance[name]:.2f}".replace("0.00", "0") for name in names)
        family = ", ".join(filter(None, (plan.family, plan.branch)))
        print(
            f"| {plan.code} | {plan.name} | {family} | {plan.script} | {plan.factor} | {numbers} |"
        )
    glossed = GlossedWorld(WorldSpec())
    for task in provider.tasks().values():
        print(f"\n**{task.name}**\n")
        languages = [c for c in (SOURCE, FOREIGN) if c in provider.available(task, "dev")]
        for language in languages:
            print(f"- {language}: {_shown(_first(provider, task, language))}")
        if task.form != "retrieve":
            print(f"- gloss: {_shown(_first_gloss(glossed, task, languages[0]))}")


def _first(provider: WorldProvider, task: Task, language: str) -> list[Example]:
    examples = list(provider.read(task, "dev", language, Counter()))
    if isinstance(examples[0], Line):
        by_uid = {line.uid: line for line in examples}
        line = next(line for line in examples if line.match)
        return [line, by_uid[line.match[0]]]
    return [examples[EXAMPLE]]


def _first_gloss(world: World, task: Task, language: str) -> list[Example]:
    entry = catalogue(world.spec)[task.name]
    setting = Setting(
        world=world, task=task.name, drawn_as=task.name, split="dev", language=language,
        count=getattr(world.spec, entry.evaluate),
    )  # fmt: skip
    return [list(entry.exercise(setting))[EXAMPLE]]


def _shown(examples: list[Example]) -> str:
    return " = ".join(_one(example) for example in examples)


def _one(example: Example) -> str:
    match example:
        case Pair():
            return f"`{example.text}` / `{example.text_b}` -> {example.label}"
        case Sentence():
            tagged = zip(example.words, example.tags or (), strict=True)
            return "`" + " ".join(f"{word}_{tag}" for word, tag in tagged) + "`"
        case Question():
            answer = example.answers[0].text if example.answers else "(unanswerable)"
            return f"`{example.context}` `{example.question}` -> `{answer}`"
        case Choice():
            choices = " / ".join(f"`{choice}`" for choice in example.choices)
            return f"`{example.prompt}` {choices} -> {example.label}"
        case Text() if example.parallel:
            return f"`{example.text}` = `{example.parallel}`"
    return f"`{example.text}`"


if __name__ == "__main__":
    main()
