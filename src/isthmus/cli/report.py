"""``isthmus report``: the answer of a study as a page, as tables for papers, and as data."""

from pathlib import Path

from isthmus.api import load_study, open_study
from isthmus.cli.console import say, write_text
from isthmus.errors import StudyError


def report_study(
    study: str, *, store: Path, data: Path | None, out: Path | None, beside: str = ""
) -> bool:
    """Writes the report and says where its page is; returns whether the answer is whole.

    Args:
        beside: Another study, whose report is written too, and a page that shows both.
    """
    if beside and load_study(study).name == load_study(beside).name:
        raise StudyError(f"{study} beside itself shows nothing: name another study.")
    name, page, is_whole = _write(study, store=store, data=data, out=out)
    if beside:
        from isthmus.report.beside import write_beside  # noqa: PLC0415 - needs packages of its own

        folder = out.with_name(f"{out.name}-beside") if out is not None else None
        other, other_page, is_other_whole = _write(beside, store=store, data=data, out=folder)
        page = write_beside({name: page, other: other_page}, page.parent)
        is_whole = is_whole and is_other_whole
    shown = f"{name} and {other}" if beside else name
    say(f"The report of {shown}: open this page in a browser. Tables are beside it.")
    write_text(f"{page}\n")
    return is_whole


def _write(
    study: str, *, store: Path, data: Path | None, out: Path | None
) -> tuple[str, Path, bool]:
    opened = open_study(study, store=store, data=data)
    analysis = opened.analysis()
    page = opened.write_report(analysis, out)
    for problem in analysis.problems:
        say(problem.message, style="yellow")
    return opened.study.name, page, analysis.is_whole
