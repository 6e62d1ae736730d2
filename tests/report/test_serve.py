from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from made_report import HOSTILE, facts
from test_report_command import DECLARATION, fill
from typer.testing import CliRunner
from yaml import safe_dump

from isthmus.cli.main import app
from isthmus.errors import StudyError
from isthmus.report.serve import ReportServer
from isthmus.report.write import write_report


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A store with a report in it, and something beside both."""
    root = tmp_path_factory.mktemp("served")
    record = root / "store" / "steps" / "score" / "goodxx0"
    record.mkdir(parents=True)
    (record / "record.json").write_text('{"key": "goodxx0"}')
    (root / "store" / "secret.txt").write_text("secret")
    write_report(facts(root / "store"), root / "store" / "studies" / "made" / "report")
    return root


@pytest.fixture
def server(root):
    folder = root / "store" / "studies" / "made" / "report"
    with ReportServer(HOSTILE, folder, root / "store") as server:
        yield server


def get(server, path, **headers):
    with urlopen(Request(server.address + path, headers=headers)) as answer:
        return answer.headers, answer.read().decode("utf-8", errors="replace")


def test_the_frame_the_page_and_its_files_are_served(server):
    headers, frame = get(server, "")
    assert 'src="report/index.html"' in frame
    assert HOSTILE not in frame, "names are escaped"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    headers, page = get(server, "report/index.html")
    assert headers["Content-Type"].startswith("text/html")
    assert headers["Cache-Control"] == "no-store"
    assert page == (server.folder / "index.html").read_text(encoding="utf-8")
    assert get(server, "report/scores.csv")[1].startswith("study,")


def test_a_page_s_links_to_records_lead_there(server):
    assert json.loads(get(server, "steps/score/goodxx0/record.json")[1]) == {"key": "goodxx0"}


@pytest.mark.parametrize(
    "path",
    [
        "secret.txt",
        "report/../../../secret.txt",
        "report/..%2f..%2f..%2fsecret.txt",
        "report/",
        "steps/score/../record.json",
        "steps/score/none/record.json",
    ],
)
def test_nothing_else_is_served(server, path):
    with pytest.raises(HTTPError, match="404"):
        get(server, path)


def test_another_name_for_this_machine_is_refused(server):
    with pytest.raises(HTTPError, match="403"):
        get(server, "", Host="evil.example")


def test_an_edition_is_new_only_when_something_changed(server):
    before = json.loads(get(server, "edition")[1])
    server.publish("18 of 24 scores are there.")
    server.publish("Not made anew.", is_new=False)
    after = json.loads(get(server, "edition")[1])
    assert after == {"edition": before["edition"] + 1, "said": "Not made anew."}


def test_a_port_that_is_taken_is_an_error(server, root):
    port = int(server.address.rstrip("/").rpartition(":")[2])
    with pytest.raises(StudyError, match=f"Port {port} of 127.0.0.1 cannot be had"):
        ReportServer("made", root, root, port=port)


def test_a_port_without_watch_is_refused():
    result = CliRunner().invoke(app, ["report", "world", "--port", "8000"])
    assert result.exit_code == 2
    assert "--watch" in result.output


def edition(address):
    with urlopen(f"{address}edition") as answer:
        return json.loads(answer.read())


def test_a_study_that_runs_is_watched_until_an_interrupt(tmp_path):
    study, store = tmp_path / "mini.yaml", tmp_path / "store"
    study.write_text(safe_dump(DECLARATION | {"seeds": [0, 1]}))
    fill(study, store, share=0.5)
    command = [sys.executable, "-c", "from isthmus.cli.main import main; main()", "report", study]
    process = subprocess.Popen(
        [*command, "--watch", "--store", store], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:")
        first = edition(address)
        assert first["said"] == "6 of 12 scores are there, 6 are missing."
        fill(study, store)
        until = time.monotonic() + 60
        while (now := edition(address))["edition"] == first["edition"]:
            assert time.monotonic() < until
            time.sleep(0.2)
        assert now["said"] == "All 12 scores are there."
        with urlopen(f"{address}report/index.html") as answer:
            assert "of 12 scores are there" not in answer.read().decode()
    finally:
        process.send_signal(signal.SIGINT)
        status = process.wait(30)
        process.stdout.close()
    assert status == 130
