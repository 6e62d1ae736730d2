from __future__ import annotations

from made_report import BACKWARDS, HOSTILE, facts

from isthmus.report.escapes import latex_table, latex_text, markdown_table, markdown_text
from isthmus.report.table import Column, Row, Table, number, words
from isthmus.report.tables import tables_of

TABLE = Table(
    name="made",
    caption="50% & more",
    columns=(Column(name="a_b"), Column(name="gain", is_number=True)),
    rows=(Row(cells=(words("x|y"), number(-1.25))),),
)


def test_markdown_keeps_cells_and_markup_apart():
    assert markdown_table(TABLE).splitlines() == [
        "**50% &amp; more**",
        "",
        "| a\\_b | gain |",
        "| --- | ---: |",
        "| x\\|y | -1.3 |",
    ]


def test_latex_is_booktabs():
    assert latex_table(TABLE).splitlines() == [
        "\\begin{table}",
        "\\centering",
        "\\caption{50\\% \\& more. }",
        "\\label{tab:made}",
        "\\begin{tabular}{lr}",
        "\\toprule",
        "a\\_b & gain \\\\",
        "\\midrule",
        "x|y & -1.3 \\\\",
        "\\bottomrule",
        "\\end{tabular}",
        "\\end{table}",
    ]


def test_hostile_text_is_only_text():
    assert "<" not in markdown_text(HOSTILE)
    assert "\n" not in markdown_text("a\nb\u2028c")
    assert r"\end{x}" not in latex_text(BACKWARDS)
    assert latex_text("[1]") == "{[}1{]}"


def test_every_row_has_a_cell_for_every_column():
    hrefs = dict.fromkeys(facts().scores["step"], "x")
    tables = tables_of(facts(), hrefs)
    assert list(tables) == [
        "routes",
        "means",
        "languages",
        "families",
        "associations",
        "detectable",
        "tuning",
        "costs",
        "sources",
    ]
    for table in tables.values():
        assert {len(row.cells) for row in table.rows} == {len(table.columns)}
