"""The commands on a study, each a line that hands over to a module of this room."""
# ruff: noqa: PLC0415

from pathlib import Path
from typing import Annotated

import typer

from isthmus.cli.options import (
    DEFAULT_STORE,
    BenchmarkOption,
    DataOption,
    DebugOption,
    DeviceOption,
    ForceOption,
    JsonOption,
    MaxTokensOption,
    OnlyOption,
    StoreOption,
    StudyArgument,
    WorkersOption,
)

commands = typer.Typer()


@commands.command(epilog="Example: isthmus run world --store store --workers 2")
def run(
    study: StudyArgument,
    store: StoreOption = DEFAULT_STORE,
    data: DataOption = None,
    workers: WorkersOption = 1,
    only: OnlyOption = "",
    device: DeviceOption = "auto",
    max_tokens: MaxTokensOption = None,
    _debug: DebugOption = False,
) -> None:
    """Run what is missing of a study, and show its scores."""
    from isthmus.cli.run import run_study

    run_study(
        study,
        store=store,
        data=data,
        num_workers=workers,
        only=only,
        device=device,
        max_tokens=max_tokens,
    )


@commands.command(epilog="Example: isthmus plan world --only 'base/*'")
def plan(
    study: StudyArgument,
    store: StoreOption = DEFAULT_STORE,
    data: DataOption = None,
    workers: WorkersOption = 1,
    only: OnlyOption = "",
    as_json: JsonOption = False,
    _debug: DebugOption = False,
) -> None:
    """Show the steps of a study: which are done, and the time and memory of the rest."""
    from isthmus.cli.plan import show_plan

    show_plan(study, store=store, data=data, num_workers=workers, only=only, as_json=as_json)


@commands.command(epilog="Example: isthmus check real_small --data data")
def check(
    study: StudyArgument,
    store: StoreOption = DEFAULT_STORE,
    data: DataOption = None,
    only: OnlyOption = "",
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 where anything is doubtful.")
    ] = False,
    as_json: JsonOption = False,
    _debug: DebugOption = False,
) -> None:
    """Read a study's data: counts, labels, lengths, repeats, tests that stand in training."""
    from isthmus.cli.check import check_study

    check_study(study, store=store, data=data, only=only, strict=strict, as_json=as_json)


@commands.command(epilog="Example: isthmus status world --store store")
def status(
    study: StudyArgument,
    store: StoreOption = DEFAULT_STORE,
    data: DataOption = None,
    only: OnlyOption = "",
    as_json: JsonOption = False,
    _debug: DebugOption = False,
) -> None:
    """Show how far a study is: done, interrupted or running, failed, to do."""
    from isthmus.cli.status import show_status

    show_status(study, store=store, data=data, only=only, as_json=as_json)


@commands.command(epilog="Example: isthmus scores world --languages")
def scores(
    study: StudyArgument,
    store: StoreOption = DEFAULT_STORE,
    data: DataOption = None,
    only: OnlyOption = "",
    languages: Annotated[
        bool, typer.Option("--languages", help="A row for each language as well.")
    ] = False,
    as_json: JsonOption = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Write every score as CSV, one a line.")
    ] = False,
    _debug: DebugOption = False,
) -> None:
    """Show the scores of a study: routes x targets, source language and zero-shot."""
    from isthmus.cli.scores import show_scores

    show_scores(
        study,
        store=store,
        data=data,
        only=only,
        languages=languages,
        form="json" if as_json else "csv" if as_csv else "table",
    )


@commands.command(epilog="Example: isthmus gains world --languages")
def gains(
    study: StudyArgument,
    store: StoreOption = DEFAULT_STORE,
    data: DataOption = None,
    languages: Annotated[
        bool, typer.Option("--languages", help="A row for each language as well.")
    ] = False,
    with_source: Annotated[
        bool, typer.Option("--all", help="Means over all languages, the source language too.")
    ] = False,
    as_json: JsonOption = False,
    _debug: DebugOption = False,
) -> None:
    """Show the gains of a study over its baseline, with intervals and tests.

    Exits with 3 if something keeps the answer from being whole, such as runs that are not done.
    """
    from isthmus.cli.gains import show_gains

    whole = show_gains(
        study,
        store=store,
        data=data,
        languages=languages,
        scope="all" if with_source else "zero_shot",
        as_json=as_json,
    )
    if not whole:
        raise typer.Exit(3)


@commands.command(epilog="Example: isthmus report world --out report")
def report(
    study: StudyArgument,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="The folder to write; if not given, studies/STUDY/report in the store."
        ),
    ] = None,
    beside: Annotated[
        str,
        typer.Option(
            "--beside",
            metavar="OTHER",
            help="Another study: its report too, and a page of both, which follow each other.",
            show_default=False,
        ),
    ] = "",
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Serve it to this machine, up to date, until Ctrl-C."),
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            min=1,
            max=65535,
            help="With --watch; if not given, one that is free.",
            show_default=False,
        ),
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    data: DataOption = None,
    _debug: DebugOption = False,
) -> None:
    """Write the report of a study: a page that works offline, tables for papers, and all numbers.

    Exits with 3 if something keeps the answer from being whole, such as runs that are not done.
    """
    if port is not None and not watch:
        raise typer.BadParameter("--port is of use with --watch only.")
    if beside and watch:
        raise typer.BadParameter("--beside shows two written reports; leave out --watch.")
    if watch:
        from isthmus.cli.watch import watch_study

        watch_study(study, store=store, data=data, out=out, port=port or 0)
        return
    from isthmus.cli.report import report_study

    if not report_study(study, store=store, data=data, out=out, beside=beside):
        raise typer.Exit(3)


@commands.command(epilog="Example: isthmus diff store other --study world")
def diff(
    before: Annotated[Path, typer.Argument(metavar="STORE_A", help="The store of one run.")],
    after: Annotated[Path, typer.Argument(metavar="STORE_B", help="The store of another run.")],
    study: Annotated[
        str,
        typer.Option(
            "--study",
            metavar="NAME",
            help="One study; if not given, all that both stores have.",
            show_default=False,
        ),
    ] = "",
    languages: Annotated[
        bool, typer.Option("--languages", help="A row for each language as well.")
    ] = False,
    as_json: JsonOption = False,
    _debug: DebugOption = False,
) -> None:
    """Show what changed between two runs of a study: settings, data, steps and scores.

    Exits with 0 if nothing differs, 1 if anything does, 2 if the two cannot be compared, and 3 if
    nothing differs so far but a run is not done.
    """
    from isthmus.cli.diff import show_diff

    found = show_diff(before, after, study=study, languages=languages, as_json=as_json)
    if found != "equal":
        raise typer.Exit(1 if found == "differs" else 3)


@commands.command(epilog="Example: isthmus submit world --route mixed --out submission")
def submit(
    study: StudyArgument,
    route: Annotated[str, typer.Option("--route", help="Whose predictions.")],
    out: Annotated[Path, typer.Option("--out", help="The folder to write.")],
    model: Annotated[
        str | None, typer.Option("--model", help="Needed where the study has several.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", help="The study's first where not given.")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option("--labels", help="A folder for the gold, as far as it is known.")
    ] = None,
    benchmark: BenchmarkOption = "xtreme",
    force: ForceOption = False,
    store: StoreOption = DEFAULT_STORE,
    data: DataOption = None,
    as_json: JsonOption = False,
    _debug: DebugOption = False,
) -> None:
    """Write XTREME's prediction folder from what a study has predicted, and check it."""
    from isthmus.api import open_study
    from isthmus.cli.submit import submit_study
    from isthmus.study.submission import Which

    submit_study(
        open_study(study, store=store, data=data),
        Which(route=route, model=model, seed=seed),
        out,
        benchmark=benchmark,
        labels=labels,
        force=force,
        as_json=as_json,
    )
