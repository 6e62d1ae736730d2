"""Judges the claims of a study by its scores.

A predicate holds of true scores, those over all seeds and test examples there could be. Its
probability is read off the doubt of what was measured; see ``isthmus.study.claims`` for what
predicates there are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from isthmus.analysis.best import best_gain
from isthmus.analysis.curves import labels_between
from isthmus.analysis.estimate import MIN_TELLING, ONE_SEED
from isthmus.analysis.few_shot import imagined_labels, worth_of
from isthmus.analysis.joint import joint_draws
from isthmus.analysis.scale import differences_of, scale_of
from isthmus.analysis.similarity import axis_of, observe
from isthmus.analysis.streams import stream
from isthmus.analysis.verdict import Finding, Verdict, all_of, judged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from isthmus.analysis.effect import Effect
    from isthmus.analysis.evidence import Evidence
    from isthmus.analysis.similarity import Distances
    from isthmus.study.claims import (
        BestClaim,
        BetterClaim,
        Claim,
        CorrelatesClaim,
        GainClaim,
        ImprovesClaim,
        Names,
        Predicate,
        WorthClaim,
    )
    from isthmus.study.study import Study

_UNMEASURED = "Not measured: the scores that it needs are not all there."
_UNTOLD = f"No interval: fewer than {MIN_TELLING} examples tell the runs apart."


def judge(study: Study, evidence: Evidence, distances: Distances) -> list[Verdict]:
    """The verdict on every claim of a study, by one encoder on one split.

    Args:
        distances: Language -> distance's name -> value.
    """
    return [_verdict(study, claim, evidence, distances) for claim in study.claims]


def _verdict(study: Study, claim: Claim, evidence: Evidence, distances: Distances) -> Verdict:
    findings = tuple(_finding(predicate, evidence, distances) for predicate in claim.holds)
    return Verdict(
        says=claim.says,
        source=claim.source,
        judgement=all_of(findings),
        model=evidence.model,
        split=evidence.split,
        scale=scale_of(study, evidence.model),
        differences=differences_of(study, claim, evidence.model, evidence.split),
        findings=findings,
    )


def _finding(predicate: Predicate, evidence: Evidence, distances: Distances) -> Finding:
    if predicate.gain is not None:
        return _gain(predicate.gain, evidence)
    if predicate.better is not None:
        return _better(predicate.better, evidence)
    if predicate.best is not None:
        return _best(predicate.best, evidence)
    if predicate.improves is not None:
        return _improves(predicate.improves, evidence)
    if predicate.correlates is not None:
        return _correlates(predicate.correlates, evidence, distances)
    if predicate.worth is not None:
        return _worth(predicate.worth, evidence)
    raise ValueError("a predicate says nothing")  # the study's own check refuses that


def _gain(said: GainClaim, evidence: Evidence) -> Finding:
    targets = _targets(said.targets, evidence)
    effect = evidence.difference(said.route, evidence.baseline, targets, said.languages)
    what = f"{said.route} gains {_more(said.at_least)} over {evidence.baseline} {_on(said.targets)}"
    return _points(what, effect, at_least=said.at_least, published=said.published)


def _better(said: BetterClaim, evidence: Evidence) -> Finding:
    targets = _targets(said.targets, evidence)
    effect = evidence.difference(said.route, said.than, targets, said.languages)
    what = f"{said.route} scores {_more(said.at_least)} above {said.than} {_on(said.targets)}"
    return _points(what, effect, at_least=said.at_least, published=said.published)


def _best(said: BestClaim, evidence: Evidence) -> Finding:
    effect = best_gain(evidence, _targets(said.targets, evidence), said.languages)
    what = (
        f"the best route gains {_more(said.at_least)} over {evidence.baseline} {_on(said.targets)}"
    )
    return _points(what, effect, at_least=said.at_least, published=said.published)


def _points(
    what: str, effect: Effect | None, *, at_least: float, published: float | None
) -> Finding:
    if effect is None:
        return Finding(predicate=what, judgement="undecided", published=published, note=_UNMEASURED)
    if effect.num_telling < MIN_TELLING:
        return Finding(
            predicate=what,
            judgement="undecided",
            value=effect.value,
            published=published,
            note=_UNTOLD,
        )
    low, high = effect.doubt.interval()
    probability = 1 - effect.doubt.below(at_least)
    return Finding(
        predicate=what,
        judgement=judged(probability),
        probability=probability,
        value=effect.value,
        low=low,
        high=high,
        published=published,
        note="" if len(effect.seeds) > 1 else ONE_SEED,
    )


def _improves(said: ImprovesClaim, evidence: Evidence) -> Finding:
    routes = evidence.routes if said.routes == "all" else said.routes
    targets = _targets(said.targets, evidence)
    what = f"{_count(said, len(routes))} gain {_more(said.by)} {_each(said.targets)}"
    counts_TB = []
    for target in targets:
        effects = [
            evidence.difference(route, evidence.baseline, [target], said.languages)
            for route in routes
        ]
        known = [effect for effect in effects if effect is not None]
        if len(known) < len(routes):
            return Finding(predicate=what, judgement="undecided", unit="routes", note=_UNMEASURED)
        if any(effect.num_telling < MIN_TELLING for effect in known):
            return Finding(predicate=what, judgement="undecided", unit="routes", note=_UNTOLD)
        rng = stream(evidence.seed, evidence.model, target, evidence.split, "improves")
        counts_TB.append((joint_draws(known, rng) > said.by).sum(axis=1))
    counts = np.stack(counts_TB)
    low, high = said.at_least or 0, len(routes) if said.at_most is None else said.at_most
    probability = float(np.mean(((counts >= low) & (counts <= high)).all(axis=0)))
    # Of several targets, that one is shown which stands most in the claim's way.
    fewest = counts.min(axis=0) if said.at_most is None else counts.max(axis=0)
    bounds = np.quantile(fewest, [0.025, 0.975], method="inverted_cdf")
    return Finding(
        predicate=what,
        judgement=judged(probability),
        probability=probability,
        value=float(np.median(fewest)),
        low=float(bounds[0]),
        high=float(bounds[1]),
        unit="routes",
    )


def _correlates(said: CorrelatesClaim, evidence: Evidence, distances: Distances) -> Finding:
    what = (
        f"the {said.what} of {said.route} {'falls' if said.sign == 'negative' else 'rises'} with "
        f"{said.distance} {_on(said.targets)}"
    )
    observed = observe(evidence, said.what, said.route)
    outcomes = [
        observed[target] for target in _targets(said.targets, evidence) if target in observed
    ]
    found = axis_of(said.distance, distances).correlate(outcomes)
    if isinstance(found, str):
        return Finding(
            predicate=what,
            judgement="undecided",
            unit="rank correlation",
            published=said.published,
            note=f"Not measured: {found}",
        )
    probability = found.share_negative if said.sign == "negative" else 1 - found.share_negative
    return Finding(
        predicate=what,
        judgement=judged(probability),
        probability=probability,
        value=found.spearman,
        low=found.spearman_low,
        high=found.spearman_high,
        unit="rank correlation",
        published=said.published,
    )


def _worth(said: WorthClaim, evidence: Evidence) -> Finding:
    targets = tuple(evidence.shots) if said.targets == "all" else said.targets
    few = "few-shot targets" if said.targets == "all" else _list(said.targets)
    what = f"the stopover of {said.route} is worth at least {said.at_least} labels on {few}"
    found = [_labels(what, said, target, evidence) for target in targets]
    # Of several targets, that one is shown which stands most in the claim's way.
    return min(found, key=lambda finding: finding.probability or 0.0)


def _labels(what: str, said: WorthClaim, target: str, evidence: Evidence) -> Finding:
    curve = labels_between(evidence.shots.get(target), said.route, evidence.baseline)
    names = (evidence.model, target, evidence.split, said.route, "labels")
    if curve is None:
        return Finding(predicate=what, judgement="undecided", unit="labels", note=_UNMEASURED)
    labels = worth_of(*curve, stream(evidence.seed, *names))
    finding = Finding(
        predicate=what,
        judgement="undecided",
        value=labels.num,
        low=labels.low,
        high=labels.high,
        unit="labels",
        published=said.published,
        note=labels.note,
        most=labels.most,
    )
    if not labels.has_interval:
        return finding
    imagined = imagined_labels(*curve, stream(evidence.seed, *names))
    probability = float(np.mean(imagined >= said.at_least))
    return replace(finding, judgement=judged(probability), probability=probability)


def _targets(named: Names, evidence: Evidence) -> Sequence[str]:
    return tuple(evidence.sheets) if named == "all" else named


def _on(named: Names) -> str:
    return "on all targets together" if named == "all" else f"on {_list(named)}"


def _each(named: Names) -> str:
    return "on every target" if named == "all" else f"on {_list(named)}"


def _list(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _more(points: float) -> str:
    return f"more than {points:g} points"


def _count(said: ImprovesClaim, num_routes: int) -> str:
    if said.at_most is None:
        return f"at least {said.at_least} of {num_routes} routes"
    if not said.at_least:
        return f"at most {said.at_most} of {num_routes} routes" if said.at_most else "no routes"
    return f"{said.at_least} to {said.at_most} of {num_routes} routes"
