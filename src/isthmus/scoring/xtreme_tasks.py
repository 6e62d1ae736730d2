"""XTREME's nine tasks as its scorer sees them: files, languages, groups and metrics.

Source: XTREME's scorer (google-research/xtreme), whose order of tasks, groups and languages is
kept. Here they are names only, so that scoring needs nothing of the task catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True, slots=True)
class XtremeTask:
    """One task of the benchmark.

    Attributes:
        name: Its folder.
        group: Whose average it counts in.
        languages: Codes, all of which a submission must have.
        study_metrics: Names in ``METRICS`` of the scores whose mean is the task's value.
        labels: The words a line may hold; () where it is not a label or tag.
    """

    name: str
    group: str
    languages: tuple[str, ...]
    study_metrics: tuple[str, ...]
    labels: tuple[str, ...] = ()

    @property
    def suffix(self) -> str:
        """Of its files: ``json`` for question answering, ``tsv`` for the others."""
        return "json" if self.group == "qa" else "tsv"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GROUPS = ("classification", "tagging", "qa", "retrieval")
XTREME_TASKS: Mapping[str, XtremeTask] = {
    task.name: task
    for task in (
        XtremeTask(
            name="pawsx",
            group="classification",
            languages=_words("de en es fr ja ko zh"),
            study_metrics=("accuracy",),
            labels=("0", "1"),
        ),
        XtremeTask(
            name="xnli",
            group="classification",
            languages=_words("ar bg de el en es fr hi ru sw th tr ur vi zh"),
            study_metrics=("accuracy",),
            labels=("contradiction", "entailment", "neutral"),
        ),
        XtremeTask(
            name="panx",
            group="tagging",
            languages=_words(
                "ar he vi id jv ms tl eu ml ta te af nl en de el bn hi mr ur fa fr it pt es bg ru"
                " ja ka ko th sw yo my zh kk tr et fi hu"
            ),
            study_metrics=("f1_span",),
            labels=("O", "B-LOC", "I-LOC", "B-ORG", "I-ORG", "B-PER", "I-PER"),
        ),
        XtremeTask(
            name="udpos",
            group="tagging",
            languages=_words(
                "af ar bg de el en es et eu fa fi fr he hi hu id it ja kk ko mr nl pt ru ta te th"
                " tl tr ur vi yo zh"
            ),
            study_metrics=("f1_pos",),
            labels=_words(
                "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X"
            ),
        ),
        XtremeTask(
            name="bucc2018",
            group="retrieval",
            languages=("de", "fr", "ru", "zh"),
            study_metrics=("f1_bitext",),
        ),
        XtremeTask(
            name="tatoeba",
            group="retrieval",
            languages=_words(
                "ar he vi id jv tl eu ml ta te af nl de el bn hi mr ur fa fr it pt es bg ru ja ka"
                " ko th sw zh kk tr et fi hu"
            ),
            study_metrics=("accuracy",),
        ),
        XtremeTask(
            name="xquad",
            group="qa",
            languages=_words("en es de el ru tr ar vi th zh hi"),
            study_metrics=("f1", "exact_match"),
        ),
        XtremeTask(
            name="mlqa",
            group="qa",
            languages=_words("en es de ar hi vi zh"),
            study_metrics=("f1_mlqa", "exact_match_mlqa"),
        ),
        XtremeTask(
            name="tydiqa",
            group="qa",
            languages=_words("en ar bn fi id ko ru sw te"),
            study_metrics=("f1", "exact_match"),
        ),
    )
}
