"""The Python API: what the command line does, as functions.

    study = isthmus.load_study("world")
    plan = isthmus.plan(study)
    scores = isthmus.run(study, store="store", num_workers=2)   # a polars table
    scores = isthmus.scores(study, store="store")               # the same, read again
    answer = isthmus.analyse(study, store="store")              # gains, with how sure they are
    page = isthmus.write_report(study, store="store")           # the answer as a page, and tables
    changed = isthmus.diff("store", "other")                    # two runs of the studies of both
    report = isthmus.check(study)                               # what its data is, and its faults

Everywhere a study is asked for, its name or the path of its file will do as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from isthmus.errors import IsthmusError, StepFailed, StudyError, suggest
from isthmus.runners.runner import unobserved
from isthmus.sources.provider import source_of
from isthmus.study.cards import write_cards
from isthmus.study.places import data_folder
from isthmus.study.selection import select
from isthmus.study.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from isthmus.analysis.difference import Difference
    from isthmus.analysis.result import Analysis
    from isthmus.audit.needs import Place
    from isthmus.audit.report import CheckReport
    from isthmus.runners.runner import Observer, Runner, Summary
    from isthmus.sources.provider import Provider
    from isthmus.study.step import Plan
    from isthmus.study.study import Study

AnyStudy: TypeAlias = "Study | Path | str"

SHIPPED = Path(__file__).parent / "studies"
"""Studies that come with the package, such as ``world``."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A study with its data and its store; the plans are made when first asked for.

    Attributes:
        only: Pattern of the part to run, see ``isthmus.study.selection``; "" is all of it.
        data: The folder of real data, where there is one.
    """

    study: Study
    provider: Provider
    store: Store
    only: str = ""
    data: Path | None = None

    @cached_property
    def plan(self) -> Plan:
        """The plan of the whole study."""
        from isthmus.study.plan import make_plan  # noqa: PLC0415 - costs time that few need

        return make_plan(self.study, self.provider)

    @cached_property
    def selected(self) -> Plan:
        """The part of the plan that is asked for."""
        return select(self.plan, self.only) if self.only else self.plan

    @property
    def scores_path(self) -> Path:
        """Where a run leaves the scores."""
        return self.store.study_folder(self.study.name) / "scores.parquet"

    @property
    def report_folder(self) -> Path:
        """Where reports are written if nothing else is said."""
        return self.store.study_folder(self.study.name) / "report"

    def scores(self, *, only_selected: bool = False) -> pl.DataFrame:
        """The scores there are by now; see ``isthmus.study.scores.SCHEMA``."""
        from isthmus.study.scores import score_table  # noqa: PLC0415 - imports polars

        plan = self.selected if only_selected else self.plan
        return score_table(plan, self.store, oracle=self.study.oracle)

    def analysis(self, *, num_draws: int = 2000, seed: int = 0) -> Analysis:
        """What the scores there are by now say; see ``analyse``."""
        from isthmus.analysis import analyse as room  # noqa: PLC0415 - takes scipy
        from isthmus.analysis.proximity import known_distances  # noqa: PLC0415

        tasks = self.provider.tasks()
        source = self.provider.source_language
        codes = {cell.language for cell in self.plan.cells} | {source}
        languages = {code: self.provider.language(code) for code in sorted(codes)}
        background = room.Background(
            metrics={name: tasks[name].metrics[0] for name in self.study.targets},
            sources={name: source_of(tasks[name], self.provider) for name in self.study.targets},
            languages=languages,
            distances=known_distances(self.study, languages, source, data=self.data),
        )
        return room.analyse(
            self.study, self.plan, self.store, background, num_draws=num_draws, seed=seed
        )

    def write_report(self, analysis: Analysis, folder: Path | None = None) -> Path:
        """Writes the report of what is there by now, and returns its page.

        Args:
            analysis: What ``analysis`` returned.
            folder: Where to; ``report`` beside the study's scores where None.

        Raises:
            IsthmusError: a package that reports need is not installed.
            StoreError: the folder cannot be written.
        """
        try:
            from isthmus.report.facts import gather  # noqa: PLC0415 - needs packages of its own
            from isthmus.report.write import write_report as write  # noqa: PLC0415
        except ModuleNotFoundError as error:
            message = f"A report needs {error.name}: pip install 'isthmus[report]'."
            raise IsthmusError(message) from error
        facts = gather(
            self.study,
            self.plan,
            self.store,
            self.provider,
            declaration=declaration(self.study),
            analysis=analysis,
            scores=self.scores(),
        )
        return write(facts, folder or self.report_folder)

    def run(self, runner: Runner, observe: Observer = unobserved) -> Summary:
        """Performs what is missing, and keeps declaration, plan and scores in the store.

        Raises:
            StepFailed: after everything that does not depend on the failed steps is done.
            StoreError: the store cannot be written.
        """
        self.store.save_study(self.study.name, declaration(self.study), self.plan)
        try:
            summary = runner.run(self.selected, self.store, self.provider, observe)
        except StepFailed:
            self._save_scores()
            raise
        self._save_scores()
        return summary

    def _save_scores(self) -> None:
        from isthmus.study.scores import save_scores  # noqa: PLC0415 - imports polars

        save_scores(self.scores(), self.scores_path, self.store.root)
        write_cards(self.study, self.plan, self.store)


def open_study(
    study: AnyStudy,
    *,
    store: Path | str = "store",
    data: Path | str | None = None,
    only: str = "",
) -> Opened:
    """Opens a study for planning, running or reading its scores.

    Args:
        study: A study, its file, or its name.
        store: Folder of results; nothing is created by opening.
        data: Folder of real data; ``$ISTHMUS_DATA`` where None. The embedded world needs none.
        only: Restricts what is run, see ``isthmus.study.selection``.

    Raises:
        StudyError: the declaration is wrong.
        StoreError: the store is of a newer version.
    """
    declared = load_study(study) if isinstance(study, str | Path) else study
    return Opened(
        study=declared,
        provider=declared.provider(Path(data) if data is not None else None, Path(store)),
        store=Store(Path(store)),
        only=only,
        data=data_folder(Path(data) if data is not None else None),
    )


def load_study(source: Path | str) -> Study:
    """Reads a study from its file, or by its name in ``studies/`` or among the shipped ones.

    Raises:
        StudyError: there is none, or the declaration is wrong.
    """
    from isthmus.study.study import load_study as load  # noqa: PLC0415 - the same word, one level up

    return load(find_study(source))


def find_study(source: Path | str) -> Path:
    """The file of a study given by path or by name.

    Raises:
        StudyError: there is none; names the nearest that there is.
    """
    path = Path(source)
    if path.is_file():
        return path
    folders = (Path("studies"), SHIPPED)
    if path.name == str(source) and not path.suffix:
        for folder in folders:
            named = folder / f"{source}.yaml"
            if named.is_file():
                return named
    known = [file.stem for folder in folders for file in folder.glob("*.yaml")]
    raise StudyError(
        f"There is no study {str(source)!r}: it is neither a file nor a name in studies/ or of a "
        f"study that comes with Isthmus.{suggest(path.stem, set(known))}"
    )


def plan(study: AnyStudy, *, data: Path | str | None = None, only: str = "") -> Plan:
    """Every step of a study, each once. Nothing is run, and torch is not imported."""
    return open_study(study, data=data, only=only).selected


def run(
    study: AnyStudy,
    *,
    store: Path | str = "store",
    data: Path | str | None = None,
    num_workers: int = 1,
    device: str = "auto",
    max_tokens: int | None = None,
    only: str = "",
    observe: Observer = unobserved,
) -> pl.DataFrame:
    """Runs what is missing of a study on this machine and returns its scores.

    Args:
        num_workers: Worker processes, which share the cores.
        device: ``auto``, ``cpu``, ``cuda`` or ``cuda:1``.
        max_tokens: Tokens that a training computes at a time, at most; see ``LocalRunner``.
        observe: Called with every ``isthmus.runners.runner.Event``.
        study, store, data, only: As in ``open_study``.

    Raises:
        StepFailed: after everything that does not depend on the failed steps is done.
    """
    from isthmus.runners.local import LocalRunner  # noqa: PLC0415 - only runs need it

    opened = open_study(study, store=store, data=data, only=only)
    runner = LocalRunner(num_workers=num_workers, device=device, max_tokens=max_tokens)
    opened.run(runner, observe)
    return opened.scores()


def scores(
    study: AnyStudy, *, store: Path | str = "store", data: Path | str | None = None
) -> pl.DataFrame:
    """The scores of a study that are done by now, one row a cell and metric."""
    return open_study(study, store=store, data=data).scores()


def analyse(
    study: AnyStudy,
    *,
    store: Path | str = "store",
    data: Path | str | None = None,
    num_draws: int = 2000,
    seed: int = 0,
) -> Analysis:
    """What the scores of a study say by now: gains over the baseline, and how sure they are.

    Intervals answer for both seeds and test examples; docs/statistics.md has how, and how often
    they were measured to hold.

    Args:
        num_draws: Of the bootstrap over test examples.
        seed: Of the bootstrap. The same seed gives the same answer.
        study, store, data: As in ``open_study``.

    Raises:
        StudyError: no route is the baseline, or several are.
    """
    opened = open_study(study, store=store, data=data)
    return opened.analysis(num_draws=num_draws, seed=seed)


def write_report(
    study: AnyStudy,
    *,
    store: Path | str = "store",
    data: Path | str | None = None,
    out: Path | str | None = None,
) -> Path:
    """Writes the report of a study: a page that works offline, tables for papers, and data.

    A study of which a part is done has a report of that part.

    Args:
        out: Folder to write; in the store, beside the study's scores, where None.
        study, store, data: As in ``open_study``.

    Returns:
        The page.

    Raises:
        IsthmusError: a package that reports need is not installed.
        StudyError: no route is the baseline, or several are.
        StoreError: the folder cannot be written.
    """
    opened = open_study(study, store=store, data=data)
    return opened.write_report(opened.analysis(), Path(out) if out is not None else None)


def diff(
    before: Path | str, after: Path | str, *, study: str = "", num_draws: int = 2000, seed: int = 0
) -> list[Difference]:
    """What changed between the runs of studies in two stores, and if scores moved beyond noise.

    Neither data nor the studies' files are needed: the stores know what was run.

    Args:
        before, after: The stores.
        study: Its name; every study that both stores have where "".
        num_draws, seed: Of the bootstrap over test examples.

    Raises:
        StudyError: a store or study is not there, or the two have no study in common.
        StoreError: something in a store cannot be read.
    """
    from isthmus.analysis.compare import compare  # noqa: PLC0415 - takes scipy
    from isthmus.study.saved import open_store, saved_study, shared_names  # noqa: PLC0415

    stores = open_store(Path(before)), open_store(Path(after))
    names = (study,) if study else shared_names(*stores)
    pairs = [[saved_study(store, name) for store in stores] for name in names]
    return [compare(*pair, num_draws=num_draws, seed=seed) for pair in pairs]


def check(
    study: AnyStudy,
    *,
    store: Path | str = "store",
    data: Path | str | None = None,
    only: str = "",
    observe: Callable[[Place], None] = lambda _: None,
) -> CheckReport:
    """Reads every data set of a study: counts, labels, lengths, repeats, tests seen in training.

    Nothing is written, and torch is not imported. Lengths in subwords need the tokenizer: that of a
    loaded encoder, or one that a run has left in the store.

    Args:
        observe: Called with every data set before it is read.
        study, store, data, only: As in ``open_study``.

    Raises:
        DataError: data is lacking altogether. A file that cannot be read is a finding.
    """
    from isthmus.audit.check import check_data  # noqa: PLC0415 - only checks need it

    opened = open_study(study, store=store, data=data, only=only)
    return check_data(opened.study, opened.provider, opened.store, only=only, observe=observe)


def declaration(study: Study) -> str:
    """The text a study was read from, or for one built in Python its fields as YAML."""
    if study.origin.path is not None:
        return study.origin.path.read_text(encoding="utf-8")
    import yaml  # noqa: PLC0415 - only studies without a file need it

    fields = study.model_dump(mode="json", exclude_defaults=True)
    return str(yaml.safe_dump(fields, sort_keys=False, allow_unicode=True))
