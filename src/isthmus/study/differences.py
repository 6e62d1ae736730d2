"""Why two plans differ: the settings, data and code in which their steps part ways.

A step's key stands for everything before it, so one changed setting gives every later step another
key. What is said here is only where two steps differ that nothing before them explains.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from isthmus.study.step import Plan, Step, Verb

Kind: TypeAlias = Literal["setting", "data", "input", "version"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One value that is another on the other side.

    Attributes:
        path: Such as ``training.peak_lr`` or ``tasks[0].head``.
        before, after: As JSON; "" where there is none.
    """

    path: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """Why steps of a verb have another key, where nothing before them explains it.

    Attributes:
        kind: A ``setting`` of the verb; ``data`` that a provider holds in another version; an
            ``input`` that only one side has, or that another verb makes; or another ``version``
            of the verb itself.
        path: Of the setting, numbers of lists left out; the input's role.
        before, after: Of the first such step, as JSON; titles of steps for an input.
        num_values: Pairs of before and after that there are.
        title: Of the first such step.
        num_steps: Steps that differ in this.
        num_scores: Scores that stand on them.
    """

    kind: Kind
    verb: Verb
    path: str
    before: str
    after: str
    num_values: int
    title: str
    num_steps: int
    num_scores: int


def changes(before: object, after: object, path: str = "") -> Iterator[Change]:
    """Every place in which two JSON values differ."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys([*before, *after]):
            below = f"{path}.{name}" if path else str(name)
            yield from changes(before.get(name, _ABSENT), after.get(name, _ABSENT), below)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for place, pair in enumerate(zip(before, after, strict=True)):
            yield from changes(*pair, f"{path}[{place}]")
    elif before != after or isinstance(before, bool) != isinstance(after, bool):
        yield Change(path=path, before=_written(before), after=_written(after))


def causes(before: Plan, after: Plan, scores: Sequence[tuple[str, str]]) -> list[Cause]:
    """Why scores of one plan have another key in the other, what most stand on first.

    Args:
        before, after: The plans.
        scores: Keys of score steps of both for the same cells.
    """
    tracer = _Tracer(
        before={step.key: step for step in before.steps},
        after={step.key: step for step in after.steps},
    )
    for pair in scores:
        for group in tracer.trace(*pair):
            tracer.groups[group].num_scores += 1
    found = [group.cause(*name) for name, group in tracer.groups.items()]
    return sorted(found, key=lambda cause: -cause.num_scores)


_ABSENT = object()
_Name: TypeAlias = tuple[Kind, "Verb", str]


def _written(value: object) -> str:
    return "" if value is _ABSENT else json.dumps(value, ensure_ascii=False, sort_keys=True)


@dataclass(kw_only=True)
class _Group:
    title: str
    values: dict[tuple[str, str], None] = field(default_factory=dict)
    steps: set[tuple[str, str]] = field(default_factory=set)
    num_scores: int = 0

    def cause(self, kind: Kind, verb: Verb, path: str) -> Cause:
        before, after = next(iter(self.values))
        return Cause(
            kind=kind,
            verb=verb,
            path=path,
            before=before,
            after=after,
            num_values=len(self.values),
            title=self.title,
            num_steps=len(self.steps),
            num_scores=self.num_scores,
        )


@dataclass(kw_only=True)
class _Tracer:
    """Goes from pairs of steps to the pairs before them, each once."""

    before: Mapping[str, Step]
    after: Mapping[str, Step]
    groups: dict[_Name, _Group] = field(default_factory=dict)
    _traced: dict[tuple[str, str], frozenset[_Name]] = field(default_factory=dict)

    def trace(self, before: str, after: str) -> frozenset[_Name]:
        """The causes below a pair of steps; none where they are the same step."""
        if before == after:
            return frozenset()
        if (before, after) not in self._traced:
            self._traced[before, after] = self._causes(self.before[before], self.after[after])
        return self._traced[before, after]

    def _causes(self, before: Step, after: Step) -> frozenset[_Name]:
        own = {
            self._note(_kind(before, change), before, after, change)
            for change in changes(before.settings, after.settings)
        }
        below: set[_Name] = set()
        for role in dict.fromkeys([*before.inputs, *after.inputs]):
            keys = before.inputs.get(role, ""), after.inputs.get(role, "")
            first, second = self.before.get(keys[0]), self.after.get(keys[1])
            if first is not None and second is not None and first.verb == second.verb:
                below |= self.trace(*keys)
            else:
                titles = [step.title if step is not None else "" for step in (first, second)]
                change = Change(path=role.split("/")[0], before=titles[0], after=titles[1])
                own.add(self._note("input", before, after, change))
        if not own and not below:
            own.add(self._note("version", before, after, Change(path="", before="", after="")))
        return frozenset(own | below)

    def _note(self, kind: Kind, before: Step, after: Step, change: Change) -> _Name:
        name = kind, before.verb, re.sub(r"\[\d+\]", "[]", change.path)
        group = self.groups.setdefault(name, _Group(title=before.title))
        group.values[change.before, change.after] = None
        group.steps.add((before.key, after.key))
        return name


def _kind(step: Step, change: Change) -> Kind:
    return "data" if step.verb == "read" and change.path.startswith("identity") else "setting"
