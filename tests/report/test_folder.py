from __future__ import annotations

import dataclasses
import json

import pytest
from made_report import analysis, facts

from isthmus.report.folder import LISTING, replace_files
from isthmus.report.write import write_report


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_what_an_earlier_report_left_goes_and_what_others_put_there_stays(tmp_path):
    out = tmp_path / "out"
    write_report(facts(tmp_path / "store"), out)
    earlier = names(out)
    (out / "notes.csv").write_text("mine")
    (out / "worths.csv").write_text("mine, under a name that reports use too")
    (out / "pictures").mkdir()
    without = dataclasses.replace(analysis(), gains=())
    write_report(facts(tmp_path / "store", analysis=without), out)
    assert earlier - names(out) == {"gains.csv", "gains.parquet"}
    assert {"notes.csv", "worths.csv", "pictures"} <= names(out)
    assert "gains.csv" not in (out / "index.html").read_text(encoding="utf-8")


def test_the_listing_names_the_last_report_alone(tmp_path):
    replace_files(tmp_path, {"a.csv": b"1", "b.csv": b"2"})
    replace_files(tmp_path, {"b.csv": b"3", "c.csv": b"4"})
    assert names(tmp_path) == {"b.csv", "c.csv", LISTING}
    assert json.loads((tmp_path / LISTING).read_text())["files"] == ["b.csv", "c.csv"]


def test_a_listing_reaches_no_file_outside_its_folder(tmp_path):
    out = tmp_path / "out"
    (out / "inner").mkdir(parents=True)
    kept = [tmp_path / "above.csv", out / "inner" / "below.csv"]
    for path in kept:
        path.write_text("not a report's")
    listed = ["../above.csv", str(kept[0]), "inner/below.csv", "inner", "..", "", 7]
    (out / LISTING).write_text(json.dumps({"files": listed}))
    replace_files(out, {"a.csv": b"1"})
    assert all(path.is_file() for path in kept)


@pytest.mark.parametrize("listing", [b"\xff", b"[]", b"{}", b'{"files": "a.csv"}', b"7"])
def test_a_listing_that_is_none_of_ours_removes_nothing(tmp_path, listing):
    (tmp_path / LISTING).write_bytes(listing)
    (tmp_path / "a.csv").write_text("kept")
    replace_files(tmp_path, {"b.csv": b"1"})
    assert names(tmp_path) == {"a.csv", "b.csv", LISTING}


def test_a_report_that_was_killed_leaves_nothing_unknown(tmp_path, monkeypatch):
    replace_files(tmp_path, {"a.csv": b"1"})

    def full(path, content):
        if path.name == "c.csv":
            raise KeyboardInterrupt
        path.write_bytes(content)

    monkeypatch.setattr("isthmus.report.folder.write_atomically", full)
    with pytest.raises(KeyboardInterrupt):
        replace_files(tmp_path, {"b.csv": b"2", "c.csv": b"3"})
    monkeypatch.undo()
    replace_files(tmp_path, {"d.csv": b"4"})
    assert names(tmp_path) == {"d.csv", LISTING}
