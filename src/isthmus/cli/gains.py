"""``isthmus gains``: routes x targets, the gain over the baseline and how sure it is."""

from pathlib import Path
from typing import Literal

from isthmus.analysis.doubt import LEVEL
from isthmus.analysis.result import Analysis
from isthmus.api import open_study
from isthmus.cli.console import say, write_table, write_text
from isthmus.cli.few_shot_tables import curves_table
from isthmus.cli.gain_tables import claims_table, language_table, means_table, tunings_table
from isthmus.cli.marks import title_of

_LEGEND = (
    f"Points over {{baseline}} [{LEVEL:.0%} interval]. * ** *** false discovery rate below 5%, 1%, 0.1% "
    "over the gains of this table. 'seen from' is the least gain that four of five such studies see."
)
_CURVES = (
    "Percent [interval over draws and seeds]. 'worth labels' is the k at which {baseline} catches up "
    "with what the route has zero-shot."
)


def show_gains(
    study: str,
    *,
    store: Path,
    data: Path | None,
    languages: bool,
    scope: Literal["all", "zero_shot"],
    as_json: bool,
) -> bool:
    """Shows what is done by now; returns whether the answer is whole."""
    opened = open_study(study, store=store, data=data)
    analysis = opened.analysis()
    if as_json:
        write_text(analysis.to_json() + "\n")
        return analysis.is_whole
    title = title_of(opened.study)
    _show_means(analysis, title, scope)
    if languages:
        _show_languages(analysis, title)
    _show_curves(analysis, title, languages=languages)
    _show_claims(analysis, title)
    _show_tunings(analysis, title)
    for problem in analysis.problems:
        say(problem.message, style="yellow")
    if len(opened.study.routes) == 1:
        say(f"{opened.study.name} has one route; a gain needs another beside it, under 'routes'.")
    elif not analysis.gains:
        say(f"{opened.study.name} has no gains in {opened.store.root} yet; run it first.")
    return analysis.is_whole


def _show_means(analysis: Analysis, title: str, scope: Literal["all", "zero_shot"]) -> None:
    means = analysis.gains_over(scope)
    but = "" if scope == "all" else f" but {analysis.source_language}"
    for model, split in dict.fromkeys((gain.model, gain.split) for gain in means):
        part = [gain for gain in means if (gain.model, gain.split) == (model, split)]
        write_table(
            means_table(part, analysis),
            f"{title}, encoder {model}, {split}: mean gain over all languages{but}",
        )
    if means:
        say(_LEGEND.format(baseline=analysis.baseline))


def _show_languages(analysis: Analysis, title: str) -> None:
    rows = analysis.gains_over("language")
    for model, target, split in dict.fromkeys((g.model, g.target, g.split) for g in rows):
        part = [g for g in rows if (g.model, g.target, g.split) == (model, target, split)]
        write_table(
            language_table(part),
            f"{title}, encoder {model}: {target} ({split}, {part[0].metric})",
        )


def _show_curves(analysis: Analysis, title: str, *, languages: bool) -> None:
    places = dict.fromkeys((each.model, each.target, each.split) for each in analysis.curves)
    for place in places:
        model, target, split = place
        curves = [c for c in analysis.curves if (c.model, c.target, c.split) == place]
        worths = [w for w in analysis.worths if (w.model, w.target, w.split) == place]
        head = f"{title}, encoder {model}: {target} ({split}, {curves[0].metric}) after k examples"
        means = [curve for curve in curves if not curve.language] or curves
        codes = " ".join(means[0].languages)
        write_table(curves_table(means, worths), f"{head}, mean over {codes}")
        if languages and len(means[0].languages) > 1:
            alone = [curve for curve in curves if curve.language]
            write_table(curves_table(alone, worths), f"{head} of each language")
        for note in dict.fromkeys(curve.note for curve in means if curve.note):
            say(note)
    if places:
        say(_CURVES.format(baseline=analysis.baseline))


def _show_claims(analysis: Analysis, title: str) -> None:
    for model, split, scale in dict.fromkeys(
        (v.model, v.split, v.scale) for v in analysis.verdicts
    ):
        verdicts = [v for v in analysis.verdicts if (v.model, v.split) == (model, split)]
        write_table(claims_table(verdicts), f"{title}: claims, judged {scale} ({split})")
        for difference in dict.fromkeys(each for v in verdicts for each in v.differences):
            say(difference)


def _show_tunings(analysis: Analysis, title: str) -> None:
    for model, target in dict.fromkeys((run.model, run.target) for run in analysis.tunings):
        runs = [run for run in analysis.tunings if (run.model, run.target) == (model, target)]
        write_table(
            tunings_table(runs),
            f"{title}, encoder {model}: vectors of {target}, the best of {runs[0].num_places} "
            "on the development pairs, and how many percent of those they match",
        )
