from __future__ import annotations

from made_report import facts, gain, scores

from isthmus.report.seeds import alone_of
from isthmus.report.tables import tables_of

HREFS = dict.fromkeys(scores()["step"], "x")


def tables(**fields):
    return tables_of(facts(**fields), HREFS)


def test_every_table_has_a_seed_s_numbers_or_says_that_it_is_over_all():
    for table in tables().values():
        has_numbers = any(cell.alone for row in table.rows for cell in row.cells)
        has_rows = any("seed" in row.tags for row in table.rows)
        assert has_numbers + has_rows + table.is_over_seeds == (table.name != "sources"), table.name


def test_a_seed_s_gain_is_what_its_own_runs_differ_by():
    texts = alone_of(facts()).of(gain("good", "zero_shot"))
    assert texts.baseline == ("50.0", "50.0")
    assert texts.score == ("57.0", "58.0")
    assert texts.gain == ("+7.0", "+8.0")


def test_a_seed_that_is_not_done_has_no_number():
    rows = scores()
    one = rows.filter((rows["seed"] == 0) | (rows["route"] != "good") | (rows["language"] != "xx"))
    texts = alone_of(facts(scores=one))
    assert texts.of(gain("good", "zero_shot")).gain == ("+7.0", "")
    assert texts.of(gain("good", "family", languages=("yy",))).gain == ("+7.0", "+8.0")


def test_a_study_of_one_seed_has_nothing_to_choose():
    study = facts().study.model_copy(update={"seeds": (0,)})
    found = tables(study=study, scores=scores().filter(scores()["seed"] == 0))
    assert not any(cell.alone for t in found.values() for row in t.rows for cell in row.cells)
