"""Which data a study reads, and what for: read off its plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from isthmus.forms.form import FormSpec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isthmus.sources.provider import Provider
    from isthmus.study.step import Plan, Step
    from isthmus.tasks.task import FormName, Split

Use: TypeAlias = Literal["pretraining", "training", "selection", "test", "unused"]
"""What a data set is for. ``selection`` is of weights, or of a layer; ``unused`` are development
sets of what is trained on, which a study need only ask for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A task in one split and language."""

    task: str
    split: Split
    language: str

    def __str__(self) -> str:
        return f"{self.task} {self.split} {self.language}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Encoding:
    """How a data set is turned into subwords: by the tokenizer of a step, for a form."""

    tokenizer: str
    form: FormName
    spec: FormSpec


@dataclass(frozen=True, kw_only=True, slots=True)
class Needed:
    """A data set that a study needs.

    Attributes:
        uses: In the order of ``Use``. encodings: Different ones, in the plan's order.
    """

    place: Place
    uses: tuple[Use, ...]
    encodings: tuple[Encoding, ...]

    @property
    def is_test(self) -> bool:
        """Whether scores are made on it."""
        return "test" in self.uses

    @property
    def is_training(self) -> bool:
        """Whether what stands in it must not stand in a test set."""
        return self.uses != ("test",)


def needed(plan: Plan, provider: Provider) -> tuple[Needed, ...]:
    """Returns every data set of a plan, and the development sets that it could select on."""
    steps = {step.key: step for step in plan.steps}
    places = {step.key: _place(step) for step in plan.steps if step.verb == "read"}
    uses: dict[Place, dict[Use, None]] = {place: {} for place in places.values()}
    encodings: dict[Place, dict[Encoding, None]] = {place: {} for place in places.values()}
    for step in plan.steps:
        for read, use in _uses(step, steps):
            uses[places[read]][use] = None
        if step.verb == "encode" and step.inputs["examples"] in places:
            encodings[places[step.inputs["examples"]]][_encoding(step)] = None
    for place in _unused(uses, provider):
        uses[place], encodings[place] = {"unused": None}, {}
    order: tuple[Use, ...] = ("pretraining", "training", "selection", "test", "unused")
    return tuple(
        Needed(
            place=place,
            uses=tuple(use for use in order if use in uses[place]),
            encodings=tuple(encodings[place]),
        )
        for place in uses
    )


def _uses(step: Step, steps: dict[str, Step]) -> Iterator[tuple[str, Use]]:
    """Yields the keys of the ``read`` steps behind a step, and what it does with them."""
    for role, key in step.inputs.items():
        kind = role.partition("/")[0]
        read = _read_behind(steps[key], steps)
        if step.verb == "tokenizer":
            yield read, "pretraining"
        elif step.verb == "train" and kind == "train":
            yield read, "training" if "init" in step.inputs else "pretraining"
        elif (step.verb == "train" and kind == "dev") or (
            step.verb == "embed" and kind == "encoded"
        ):
            yield read, "selection"
        elif step.verb == "adapt" and kind == "pool_examples":
            yield read, "training"
        elif step.verb == "score" and kind == "examples":
            yield read, "test"


def _read_behind(step: Step, steps: dict[str, Step]) -> str:
    """Returns the key of the ``read`` step that a step's examples come from, if it has any."""
    while "examples" in step.inputs:
        step = steps[step.inputs["examples"]]
    return step.key


def _unused(uses: dict[Place, dict[Use, None]], provider: Provider) -> list[Place]:
    tasks = provider.tasks()
    trained = [place for place, its in uses.items() if "training" in its]
    wanted = [Place(task=each.task, split="dev", language=each.language) for each in trained]
    return [
        place
        for place in dict.fromkeys(wanted)
        if place not in uses and place.language in provider.available(tasks[place.task], "dev")
    ]


def _place(step: Step) -> Place:
    settings = cast("dict[str, Any]", step.settings)
    return Place(task=settings["task"], split=settings["split"], language=settings["language"])


def _encoding(step: Step) -> Encoding:
    settings = cast("dict[str, Any]", step.settings)
    spec = FormSpec(**{**settings["spec"], "labels": tuple(settings["spec"]["labels"])})
    return Encoding(tokenizer=step.inputs["tokenizer"], form=settings["form"], spec=spec)
