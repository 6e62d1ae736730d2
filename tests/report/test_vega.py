from __future__ import annotations

import vl_convert

from isthmus.report.vega import vega_script


def test_the_bundle_is_made_once_and_kept(tmp_path, monkeypatch):
    made = []
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(vl_convert, "javascript_bundle", lambda _: made.append(1) or "var vega = 1")
    assert [vega_script(), vega_script()] == ["var vega = 1"] * 2
    assert len(made) == 1
    assert len(list((tmp_path / "isthmus").glob("vega-*.js"))) == 1


def test_a_home_that_cannot_be_written_is_no_obstacle(tmp_path, monkeypatch):
    (tmp_path / "isthmus").write_text("a file")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(vl_convert, "javascript_bundle", lambda _: "var vega = 1")
    assert vega_script() == "var vega = 1"
