"""Scores a folder of predictions exactly as XTREME's scorer does, and corrected beside it.

Files are ``{root}/{task}/test-{language}.{tsv|json|jsonl}``. Corrected scores stand where the
benchmark's are known to mislead: ``udpos`` by word accuracy, ``panx`` by well-formed spans only,
``xquad`` and ``tydiqa`` by the answer language's own normaliser and, for scripts without spaces,
characters.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from isthmus.errors import DataError, StudyError, suggest
from isthmus.scoring import xtreme_files as files
from isthmus.scoring.aggregate import Averages, averages
from isthmus.scoring.answers import AnswerScore, mlqa_score, squad_score
from isthmus.scoring.classification import accuracy
from isthmus.scoring.ranking import mean_average_precision, set_score
from isthmus.scoring.tags import SetScore, seqeval_score, strict_score, word_accuracy
from isthmus.scoring.xtreme_tasks import BENCHMARKS, XTREME

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from isthmus.scoring.xtreme_tasks import Benchmark, Kind, XtremeTask

    Scores: TypeAlias = dict[str, float]
    Question: TypeAlias = tuple[str, tuple[str, ...]]
    Both: TypeAlias = tuple[Scores, Scores]


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskReport:
    """One task's scores, in percent.

    Attributes:
        metrics: Metric to language to score.
        means: Metric to its plain mean over languages.
        value: What the task counts in its group and overall.
    """

    metrics: Mapping[str, Mapping[str, float]]
    means: Mapping[str, float]
    value: float

    def as_json(self) -> dict[str, object]:
        """With the keys of XTREME's scorer."""
        means = {f"avg_{metric}": mean for metric, mean in self.means.items()}
        return {**self.metrics, **means, "avg_metric": self.value}


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """Scores of a folder of predictions, in percent.

    Attributes:
        benchmark: Its name.
        tasks: Of every task that both folders have, in the benchmark's order.
        averages: Of groups and overall, as far as they are complete.
        corrected: The tasks whose corrected scores differ in kind; see the module.
        corrected_averages: With the corrected scores where there are such.
        skipped: Folders of predictions that were not scored: not of this benchmark, or no labels.
    """

    benchmark: str
    tasks: Mapping[str, TaskReport]
    averages: Averages
    corrected: Mapping[str, TaskReport]
    corrected_averages: Averages
    skipped: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The keys of XTREME's scorer, and ``corrected`` with the same keys inside."""
        return {
            **_as_json(self.averages, self.tasks),
            "corrected": _as_json(self.corrected_averages, self.corrected),
        }


def score_xtreme(predictions: Path, labels: Path, *, benchmark: str = XTREME.name) -> Report:
    """Scores every task that both folders have.

    Args:
        predictions: Root of the prediction folders.
        labels: Root of the label folders.
        benchmark: A name in ``BENCHMARKS``.

    Raises:
        StudyError: there is no such benchmark.
        DataError: a root is not a folder, no task is in both, a language's file is missing, or a
            file does not hold what it should; names the file and, where there is one, the line.
    """
    if benchmark not in BENCHMARKS:
        msg = f"there is no benchmark {benchmark!r}.{suggest(benchmark, BENCHMARKS)}"
        raise StudyError(msg)
    rules = BENCHMARKS[benchmark]
    predicted, labelled = _folders(predictions), _folders(labels)
    names = [
        name
        for name, task in rules.tasks.items()
        if task.languages and name in predicted and name in labelled
    ]
    if not names:
        msg = f"no folder of {', '.join(rules.tasks)} is both here and in {labels}"
        raise DataError(msg, path=predictions)
    tasks: dict[str, TaskReport] = {}
    corrected: dict[str, TaskReport] = {}
    for name in names:
        task = rules.tasks[name]
        per_language = {
            language: _score_language(Path(predictions), Path(labels), task, language)
            for language in task.languages
        }
        tasks[name] = _report({lang: both[0] for lang, both in per_language.items()})
        if any(both[1] for both in per_language.values()):
            corrected[name] = _report({lang: both[1] for lang, both in per_language.items()})
    return Report(
        benchmark=benchmark,
        tasks=tasks,
        averages=_averages(tasks, rules),
        corrected=corrected,
        corrected_averages=_averages({**tasks, **corrected}, rules),
        skipped=tuple(sorted(set(predicted) - set(names))),
    )


def _folders(root: Path) -> list[str]:
    if not Path(root).is_dir():
        msg = "is not a folder: give the root that has one folder for each task"
        raise DataError(msg, path=root)
    return sorted(entry.name for entry in Path(root).iterdir() if entry.is_dir())


def _score_language(predictions: Path, labels: Path, task: XtremeTask, language: str) -> Both:
    """The benchmark's scores of one language, and the corrected ones if there are such."""
    name = f"{task.name}/test-{language}.{task.suffix}"
    return _SCORERS[task.kind](predictions / name, labels / name, task, language)


def _report(per_language: Mapping[str, Scores]) -> TaskReport:
    metrics = {
        metric: {language: scores[metric] for language, scores in per_language.items()}
        for metric in next(iter(per_language.values()))
    }
    means = {metric: sum(row.values()) / len(row) for metric, row in metrics.items()}
    if "exact_match" in means:
        value = (means["exact_match"] + means["f1"]) / 2
    else:
        value = next(means[name] for name in ("f1", "accuracy", "map@20") if name in means)
    return TaskReport(metrics=metrics, means=means, value=value)


def _averages(tasks: Mapping[str, TaskReport], benchmark: Benchmark) -> Averages:
    return averages({name: report.value for name, report in tasks.items()}, benchmark)


def _as_json(means: Averages, tasks: Mapping[str, TaskReport]) -> dict[str, object]:
    overall = {} if means.overall is None else {"all_task": means.overall}
    return {**overall, **means.groups, **{name: task.as_json() for name, task in tasks.items()}}


def _score_labels(predictions: Path, labels: Path, task: XtremeTask, _language: str) -> Both:
    gold = files.read_labels(labels, task.labels)
    return _accuracy(gold, files.read_labels(predictions, task.labels), predictions), {}


def _score_indices(predictions: Path, labels: Path, _task: XtremeTask, _language: str) -> Both:
    gold = files.read_indices(labels)
    return _accuracy(gold, files.read_indices(predictions), predictions), {}


def _score_choices(predictions: Path, labels: Path, _task: XtremeTask, _language: str) -> Both:
    gold = files.read_choices(labels)
    return _accuracy(gold, files.read_choices(predictions), predictions), {}


def _accuracy(gold: Sequence[object], predicted: Sequence[object], path: Path) -> Scores:
    if len(gold) != len(predicted) or not gold:
        msg = f"{len(predicted)} predictions for {len(gold)} labels: write one a line, in order"
        raise DataError(msg, path=path, line=min(len(gold), len(predicted)) + 1)
    return {"accuracy": 100.0 * accuracy(gold, predicted)}


def _score_pairs(predictions: Path, labels: Path, _task: XtremeTask, _language: str) -> Both:
    gold, predicted = files.read_pairs(labels), files.read_pairs(predictions)
    return _percent(set_score(gold, predicted)), {}


def _score_tags(predictions: Path, labels: Path, task: XtremeTask, _language: str) -> Both:
    gold = files.read_tags(labels, None)
    known = dict.fromkeys([*task.labels, *(tag for tags in gold.sequences for tag in tags)])
    predicted = files.read_tags(predictions, known)
    for number, (expected, tags, line) in enumerate(
        zip(gold.sequences, predicted.sequences, predicted.lines, strict=False), start=1
    ):
        if len(expected) != len(tags):
            msg = f"sentence {number} has {len(tags)} tags for {len(expected)} words"
            raise DataError(f"{msg}: write one a line", path=predictions, line=line)
    if len(gold.sequences) != len(predicted.sequences) or not any(gold.sequences):
        msg = f"{len(predicted.sequences)} sentences for {len(gold.sequences)} in the labels"
        raise DataError(f"{msg}: end each with a blank line", path=predictions)
    exact = _percent(seqeval_score(gold.sequences, predicted.sequences))
    if task.name == "udpos":
        return exact, {"accuracy": 100.0 * word_accuracy(gold.sequences, predicted.sequences)}
    return exact, _percent(strict_score(gold.sequences, predicted.sequences))


def _score_answers(predictions: Path, labels: Path, task: XtremeTask, language: str) -> Both:
    gold, predicted = files.read_questions(labels), files.read_answers(predictions)
    if not gold:
        msg = "no questions to score"
        raise DataError(msg, path=labels)

    def by_mlqa(text: str, golds: Sequence[str]) -> AnswerScore:
        return mlqa_score(text, golds, language)

    own = _mean_answers(gold, predicted, by_mlqa)
    if task.name == "mlqa":
        return own, {}
    return _mean_answers(gold, predicted, squad_score), own


def _mean_answers(
    gold: Sequence[Question],
    predicted: Mapping[str, str],
    score: Callable[[str, Sequence[str]], AnswerScore],
) -> Scores:
    """Means over all questions; one without a prediction scores 0."""
    scores = [score(predicted[uid], golds) for uid, golds in gold if uid in predicted]
    return {
        "exact_match": 100.0 * sum(s.exact_match for s in scores) / len(gold),
        "f1": 100.0 * sum(s.f1 for s in scores) / len(gold),
    }


def _score_entities(predictions: Path, labels: Path, _task: XtremeTask, _language: str) -> Both:
    gold, predicted = files.read_entities(labels), files.read_entities(predictions)
    if not gold or not all(gold.values()):
        msg = "each mention needs the id of its entity"
        raise DataError(msg, path=labels)
    relevant = [{ids[0].strip()} for ids in gold.values()]
    ranked = [predicted.get(uid, []) for uid in gold]
    return {"map@20": 100.0 * mean_average_precision(relevant, ranked, cutoff=20)}, {}


def _percent(score: SetScore) -> Scores:
    return {
        "f1": 100.0 * score.f1,
        "precision": 100.0 * score.precision,
        "recall": 100.0 * score.recall,
    }


_SCORERS: Mapping[Kind, Callable[[Path, Path, XtremeTask, str], Both]] = {
    "labels": _score_labels,
    "tags": _score_tags,
    "pairs": _score_pairs,
    "indices": _score_indices,
    "answers": _score_answers,
    "entities": _score_entities,
    "choices": _score_choices,
}
