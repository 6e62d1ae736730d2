"""From a plan and a store to the answer of the study."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from isthmus.analysis.claims import judge
from isthmus.analysis.curves import curves_of, worths_of
from isthmus.analysis.detectable import detectable_gains
from isthmus.analysis.evidence import gather
from isthmus.analysis.gains import gains_of, with_rates
from isthmus.analysis.groups import gains_by
from isthmus.analysis.load import load_sheets
from isthmus.analysis.overall import overall_gain
from isthmus.analysis.pretraining import pretraining_sizes
from isthmus.analysis.problem import limits
from isthmus.analysis.proximity import subword_distances
from isthmus.analysis.result import Analysis
from isthmus.analysis.shots import load_shots
from isthmus.analysis.similarity import associations
from isthmus.analysis.tuning import load_tunings, unfair_routes, untuned

if TYPE_CHECKING:
    from collections.abc import Mapping

    from isthmus.analysis.detectable import Detectable
    from isthmus.analysis.evidence import Evidence
    from isthmus.analysis.gains import Gain
    from isthmus.analysis.similarity import Association, Distances
    from isthmus.analysis.verdict import Verdict
    from isthmus.languages.language import Language
    from isthmus.study.step import Plan
    from isthmus.study.store import Store
    from isthmus.study.study import Study

NUM_DRAWS = 2000


@dataclass(frozen=True, kw_only=True)
class Background:
    """What is known of targets and languages without any score.

    Attributes:
        metrics: Target -> the metric that gains are about.
        sources: Target -> the language that it is trained in.
        languages: Code -> language, for families and scripts.
        distances: Language -> name -> distance from the source; those of subwords are measured by
            the analysis. See ``isthmus.analysis.proximity``.
    """

    metrics: Mapping[str, str]
    sources: Mapping[str, str]
    languages: Mapping[str, Language]
    distances: Distances


def analyse(
    study: Study,
    plan: Plan,
    store: Store,
    background: Background,
    *,
    num_draws: int = NUM_DRAWS,
    seed: int = 0,
) -> Analysis:
    """Analyses what is done of a study.

    Args:
        study: The study. plan: Its plan. store: Its results.
        background: What is known without the scores.
        num_draws: Of the bootstrap.
        seed: Of the bootstrap.

    Raises:
        StudyError: no route is the baseline, or several are.
        StoreError: a result is damaged.
    """
    baseline = baseline_of(study)
    sheets, problems = load_sheets(plan, store, background.metrics)
    shots, few_problems = load_shots(plan, store, background.metrics)
    tunings = load_tunings(plan, store, baseline=baseline)
    sheets = [sheet.without(unfair_routes(sheet, tunings)) for sheet in sheets]
    gains: list[Gain] = []
    detectable: list[Detectable] = []
    distances: dict[str, Distances] = {}
    related: list[Association] = []
    verdicts: list[Verdict] = []
    for evidence in gather(
        sheets,
        shots=shots,
        baseline=baseline,
        sources=background.sources,
        num_draws=num_draws,
        seed=seed,
    ):
        gains += _gains(evidence, background.languages)
        detectable += _detectable(evidence)
        near = _distances(study, background, plan, store, evidence)
        distances[evidence.model] = near
        related += associations(evidence, near)
        verdicts += judge(study, evidence, near)
    return Analysis(
        study=study.name,
        oracle=study.oracle,
        baseline=baseline,
        sources=dict(background.sources),
        num_draws=num_draws,
        seed=seed,
        gains=tuple(with_rates(gains)),
        detectable=tuple(detectable),
        tunings=tuple(tunings),
        distances=distances,
        associations=tuple(related),
        verdicts=tuple(verdicts),
        problems=(
            *problems,
            *few_problems,
            *limits(sheets, baseline=baseline, sources=background.sources),
            *untuned(tunings),
        ),
        curves=tuple(curve for each in shots for curve in curves_of(each)),
        worths=tuple(
            worth for each in shots for worth in worths_of(each, baseline=baseline, seed=seed)
        ),
    )


def baseline_of(study: Study) -> str:
    """The route without intermediate training.

    Raises:
        StudyError: there is none, or several.
    """
    found = [route for route, phases in study.routes.items() if not phases]
    if len(found) == 1:
        return found[0]
    what = f"{' and '.join(found)} are" if found else "no route is"
    message = f"{what} without phases: gains need one baseline, such as 'baseline: []'."
    raise study.error((("routes",), message))


def _gains(evidence: Evidence, languages: Mapping[str, Language]) -> list[Gain]:
    rows: list[Gain] = []
    for target, sheet in evidence.sheets.items():
        setting = {"baseline": evidence.baseline, "source": evidence.sources[target]}
        draws = evidence.draws[target]
        families = {code: languages[code].family for code in sheet.languages}
        scripts = {code: languages[code].script for code in sheet.languages}
        rows += gains_of(sheet, draws, **setting)
        rows += gains_by("family", families, sheet, draws, **setting)
        rows += gains_by("script", scripts, sheet, draws, **setting)
    if len(evidence.sheets) > 1:
        means = [
            overall_gain(evidence, route, scope)
            for scope in ("all", "zero_shot")
            for route in evidence.routes
        ]
        rows += [mean for mean in means if mean is not None]
    return rows


def _distances(
    study: Study, background: Background, plan: Plan, store: Store, evidence: Evidence
) -> Distances:
    """The known distances, and what goes with the encoder: its subwords and its pretraining."""
    known, languages = background.distances, background.languages
    (source, _), *_ = Counter(evidence.sources.values()).most_common()
    measured = subword_distances(plan, store, evidence.model, languages, source)
    sizes = pretraining_sizes(study, plan, store, evidence.model)
    return {
        code: {
            **known.get(code, {}),
            **measured.get(code, {}),
            **({"pretraining_size": sizes[code]} if code in sizes else {}),
        }
        for code in languages
    }


def _detectable(evidence: Evidence) -> list[Detectable]:
    return [
        row
        for target, sheet in evidence.sheets.items()
        for row in detectable_gains(
            sheet,
            evidence.draws[target],
            baseline=evidence.baseline,
            source=evidence.sources[target],
        )
    ]
