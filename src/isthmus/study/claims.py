"""Claims that a study is held against: sentences, and what their holding would mean for scores.

    claims:
      - says: Reading helps more than inference
        source: Someone 2020, table 3
        published_on: {model: XLM-R Large, data: XTREME test sets}
        holds:
          - better: {route: squad_v1, than: mnli, published: 0.7}

A claim holds if all its predicates hold. What they say is about true scores, over all seeds and
test examples there could be; ``isthmus.analysis.claims`` judges them by those that there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from isthmus.errors import suggest
from isthmus.study.parts import Part, distinct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from isthmus.study.lines import Place
    from isthmus.study.study import Study

Names = Annotated[
    Literal["all"] | tuple[str, ...], BeforeValidator(lambda value: _names(value, "names"))
]
Scope = Literal["all", "zero_shot"]

NATURAL_DISTANCES = (
    "genetic",
    "geographic",
    "syntactic",
    "phonological",
    "inventory",
    "featural",
)
"""Of URIEL; see ``isthmus.languages.uriel``."""
WORLD_DISTANCES = ("lexicon", "sound", "order", "morphology", "script", "spacing", "overall")
"""Of the embedded world; see ``isthmus.world.distance``."""
COMMON_DISTANCES = (
    "other_script",
    "other_family",
    "subword_distance",
    "fertility",
    "pretraining_size",
)
"""Of any language; see ``isthmus.analysis.proximity`` and ``isthmus.analysis.pretraining``."""


def _names(value: object, what: str) -> object:
    if value == "all":
        return value
    if isinstance(value, tuple) and value and all(isinstance(item, str) for item in value):
        return distinct(value)
    raise ValueError(f"expected 'all' or a list of {what}, got {value!r}")


class Measured(Part):
    """Over what a quantity of points is a mean.

    Attributes:
        targets: The mean over these; all of the study.
        languages: ``all`` of each target, the source too, as XTREME has it; or ``zero_shot``.
        published: The value that the source gives, in points.
    """

    targets: Names = "all"
    languages: Scope = "all"
    published: float | None = None


class GainClaim(Measured):
    """A route gains more than ``at_least`` points over the baseline."""

    route: str
    at_least: float = 0.0


class BetterClaim(Measured):
    """A route scores more than ``at_least`` points above another."""

    route: str
    than: str
    at_least: float = 0.0


class BestClaim(Measured):
    """The best route of each target gains more than ``at_least`` points over the baseline.

    Which is best is found on other examples, and other seeds where there are, than its gain.
    """

    at_least: float = 0.0


class ImprovesClaim(Part):
    """So many of the routes gain more than ``by`` points on each of the targets.

    Attributes:
        routes: Those that are counted; all but the baseline.
        by: From which gain on a route counts. That none improves at all can hardly be shown; that
            none does by more than a point can.
        at_least, at_most: How many gain; one of the two, or both.
    """

    targets: Names = "all"
    routes: Names = "all"
    languages: Scope = "all"
    by: float = 0.0
    at_least: Annotated[int, Field(ge=0)] | None = None
    at_most: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _bounded(self) -> ImprovesClaim:
        if self.at_least is None and self.at_most is None:
            raise ValueError("say how many routes improve, with 'at_least', 'at_most' or both")
        low, high = self.at_least or 0, self.at_most
        if high is not None and high < low:
            raise ValueError(f"'at_most' is {high}, less than 'at_least', {low}")
        return self


class CorrelatesClaim(Part):
    """Over languages, a route's gain or score falls or rises with a distance from the source.

    Attributes:
        what: The ``gain`` of the route over the baseline, or its ``score``.
        distance: Such as ``syntactic``.
        sign: ``negative`` if it falls with the distance.
        published: Spearman's rank correlation that the source gives.
    """

    what: Literal["gain", "score"] = "gain"
    route: str
    targets: Names = "all"
    distance: str
    sign: Literal["negative", "positive"]
    published: float | None = None


class WorthClaim(Part):
    """A route's stopover is worth at least so many labels of the language, on each of the targets.

    In training without the stopover, so many examples do not yet reach what the route has zero-shot,
    in the mean over the languages that examples were drawn in.

    Attributes:
        targets: Those that have ``few_shot``; all of them.
        published: The number of labels that the source gives.
    """

    route: str
    targets: Names = "all"
    at_least: Annotated[int, Field(ge=1)]
    published: float | None = None


class Predicate(Part):
    """One of the ways to say what scores must be like."""

    gain: GainClaim | None = None
    better: BetterClaim | None = None
    best: BestClaim | None = None
    improves: ImprovesClaim | None = None
    correlates: CorrelatesClaim | None = None
    worth: WorthClaim | None = None

    @model_validator(mode="after")
    def _one(self) -> Predicate:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            known = ", ".join(type(self).model_fields)
            raise ValueError(f"declare one of {known}, got {' and '.join(given) or 'none'}")
        return self


class PublishedOn(Part):
    """What the source measured on, in its words."""

    model: str = ""
    data: str = ""


class Claim(Part):
    """One sentence that scores support or contradict.

    Attributes:
        says: The sentence. source: Where it stands.
        published_on: What it was measured on, to be set beside what is measured here.
        holds: All of these, if it is true.
    """

    says: Annotated[str, Field(min_length=1)]
    source: str = ""
    published_on: PublishedOn = PublishedOn()
    holds: Annotated[tuple[Predicate, ...], Field(min_length=1)]


def check_claims(study: Study) -> Iterator[tuple[Place, str]]:
    """The routes, targets and distances that claims name and the study does not have."""
    distances = [*COMMON_DISTANCES, *NATURAL_DISTANCES, *WORLD_DISTANCES]
    for number, claim in enumerate(study.claims):
        for index, predicate in enumerate(claim.holds):
            for kind, said in predicate:
                if said is None:
                    continue
                place: Place = ("claims", number, "holds", index, kind)
                for field in ("route", "than"):
                    name = getattr(said, field, None)
                    yield from _known((*place, field), "route", name, study.routes)
                routes, targets = getattr(said, "routes", "all"), said.targets
                for each in () if routes == "all" else routes:
                    yield from _known((*place, "routes"), "route", each, study.routes)
                for each in () if targets == "all" else targets:
                    yield from _known((*place, "targets"), "target", each, study.targets)
                if kind == "worth":
                    yield from _without_shots((*place, "targets"), said, study)
                distance = getattr(said, "distance", None)
                yield from _known((*place, "distance"), "distance", distance, distances)


def _without_shots(place: Place, said: WorthClaim, study: Study) -> Iterator[tuple[Place, str]]:
    """Targets of a claim about labels that no curve is measured of."""
    few = [name for name, target in study.targets.items() if target.few_shot is not None]
    if not few:
        yield place, "no target has 'few_shot', so no curve is measured; declare it."
    elif said.targets != "all":
        for each in said.targets:
            if each in study.targets and each not in few:
                yield place, f"{each!r} has no 'few_shot'.{suggest(each, few)}"


def _known(
    place: Place, what: str, name: str | None, known: Iterable[str]
) -> Iterator[tuple[Place, str]]:
    if name is not None and name not in known:
        yield place, f"unknown {what} {name!r}.{suggest(name, known)}"
