"""Writes a report: the page, its tables for papers, and every number as data."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING
from urllib.parse import quote

from isthmus.report.answer import answer_of
from isthmus.report.escapes import latex_table, markdown_table, markdown_text
from isthmus.report.folder import replace_files
from isthmus.report.frames import frames_of
from isthmus.report.page import page
from isthmus.report.runs import zero_shot_scores
from isthmus.report.tables import tables_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import polars as pl

    from isthmus.report.facts import Facts
    from isthmus.report.table import Table

PAGE = "index.html"


def write_report(facts: Facts, folder: Path) -> Path:
    """Writes every file of a report; those that an earlier one left in the folder go.

    Returns:
        The page.

    Raises:
        StoreError: the folder cannot be written.
    """
    tables = tables_of(facts, _hrefs(facts, folder))
    files = {
        "tables.md": _markdown(facts, tables).encode(),
        "tables.tex": _latex(tables).encode(),
        **_data(frames_of(facts)),
    }
    replace_files(folder, {**files, PAGE: page(facts, tables, tuple(files)).encode()})
    return folder / PAGE


def _hrefs(facts: Facts, folder: Path) -> dict[str, str]:
    """Where the records of the scores are, seen from the report's folder."""
    root = os.path.relpath(facts.store_root.resolve(), folder.resolve())
    place = quote(root.replace(os.sep, "/"))
    keys = zero_shot_scores(facts)["step"].unique()
    return {key: f"{place}/steps/score/{quote(key)}/record.json" for key in keys}


def _markdown(facts: Facts, tables: Mapping[str, Table]) -> str:
    answer = answer_of(facts)
    said = [answer.summary, *answer.further, *answer.caveats]
    found = [f"- {markdown_text(finding.text)}" for finding in answer.findings]
    problems = [f"- {markdown_text(problem.message)}" for problem in facts.analysis.problems]
    parts = [
        f"# {markdown_text(facts.study.name)}",
        f"What was run: {markdown_text(answer.scale)}.",
        *(markdown_text(sentence) for sentence in said),
        "\n".join(found),
        "\n".join(problems),
        *(markdown_table(table) for table in tables.values()),
    ]
    return "\n\n".join(part for part in parts if part)


def _latex(tables: Mapping[str, Table]) -> str:
    head = "% Needs \\usepackage{booktabs}; wide tables want a landscape page or \\resizebox.\n"
    return head + "\n".join(latex_table(table) for table in tables.values())


def _data(frames: Mapping[str, pl.DataFrame]) -> dict[str, bytes]:
    files = {}
    for name, frame in frames.items():
        content = io.BytesIO()
        frame.write_parquet(content)
        files[f"{name}.csv"] = frame.write_csv().encode()
        files[f"{name}.parquet"] = content.getvalue()
    return files
