from __future__ import annotations

import csv
import functools
import io
import json
import subprocess
import sys

import cli_work
import polars as pl
import pytest
import yaml
from typer.main import get_command
from typer.testing import CliRunner

from isthmus.api import open_study
from isthmus.cli import run as run_module
from isthmus.cli.main import app
from isthmus.runners.local import LocalRunner
from isthmus.study.record import Run
from isthmus.study.store import STORE_FORMAT

DECLARATION = {
    "name": "mini",
    "data": "world",
    "models": {"nano": {"pretrain": {"size": "nano", "corpus": ["text"], "languages": ["qar"]}}},
    "routes": {"base": [], "reading": [{"tasks": ["squad_v1"]}]},
    "targets": ["udpos", "tatoeba"],
    "languages": ["qar", "qor", "qlz"],
}
COMMANDS = sorted(get_command(app).commands)
RUN = Run(started="", ended="", seconds=1.0, host={}, peak_memory=1)


@pytest.fixture
def study(tmp_path):
    path = tmp_path / "mini.yaml"
    path.write_text(yaml.safe_dump(DECLARATION))
    return path


@pytest.fixture
def filled(study, tmp_path):
    """A store in which every score is there."""
    opened = open_study(study, store=tmp_path / "store")
    for step in opened.plan.steps:
        if step.verb == "score":
            with opened.store.claim(step) as claim:
                claim.finish({"rows": cli_work.made_up_rows(step)}, RUN)
    opened.store.prepare()
    return opened


@pytest.fixture
def fake_work(monkeypatch):
    quick = functools.partial(LocalRunner, work="cli_work:perform")
    monkeypatch.setattr(run_module, "LocalRunner", quick)


def call(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def call_alone(*arguments):
    """Runs a command in a process of its own; returns its CPU seconds and if it took torch."""
    code = (
        "import sys, atexit, time; from isthmus.cli.main import app;"
        "said = lambda: f'TORCH {\"torch\" in sys.modules} {time.process_time()}';"
        "atexit.register(lambda: sys.stderr.write(said()));"
        "app(sys.argv[1:])"
    )
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    torch, seconds = done.stderr.rpartition("TORCH ")[2].split()
    return done, float(seconds), torch == "True"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command):
    result = call(command, "--help")
    assert result.exit_code == 0
    assert f"Example: isthmus {command}" in result.output


def test_the_commands_are_these():
    assert COMMANDS == [
        "check",
        "diff",
        "gains",
        "init",
        "languages",
        "plan",
        "predict",
        "report",
        "run",
        "score",
        "scores",
        "status",
        "submit",
        "tasks",
        "validate",
    ]


def test_the_version_is_the_package_s():
    assert call("--version").output.split()[0] == "isthmus"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "No such command"),
        (["run"], "Missing argument"),
        (["run", "wrld"], "There is no study 'wrld'"),
        (["run", "x", "--workers", "0"], "workers"),
        (["tasks", "--data", "/nowhere/at/all"], "There is no folder /nowhere/at/all"),
        (["tasks", "--world", "--hub"], "--world and --hub are two places"),
    ],
)
def test_bad_usage_exits_with_2_and_one_message(arguments, said):
    result = call(*arguments)
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_a_bad_declaration_exits_with_2_and_names_the_line(study):
    study.write_text(study.read_text().replace("udpos", "udpoz"))
    result = call("plan", study)
    assert result.exit_code == 2
    assert "udpos" in result.stderr, "the nearest name"
    assert "mini.yaml" in result.stderr
    assert result.stdout == ""


def test_debug_shows_the_traceback(study):
    result = call("run", "wrld", "--debug")
    assert result.exit_code == 1
    assert type(result.exception).__name__ == "StudyError"


def test_a_newer_store_exits_with_1(study, tmp_path):
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "store.json").write_text(f'{{"format": {STORE_FORMAT + 1}}}')
    result = call("run", study, "--store", tmp_path / "store")
    assert result.exit_code == 1
    assert "Upgrade Isthmus" in result.stderr


def test_plan_says_what_is_to_do_and_writes_nothing(study, tmp_path):
    result = call("plan", study, "--store", tmp_path / "store")
    assert result.exit_code == 0
    assert "without sharing" in result.output
    assert not (tmp_path / "store").exists()
    plan = json.loads(call("plan", study, "--store", tmp_path / "store", "--json").stdout)
    assert plan["num_cached"] == 0
    assert plan["num_steps"] == len(plan["steps"]) < plan["num_unshared"]
    assert plan["seconds"] > 0


def test_plan_of_a_part_is_smaller(study):
    whole = json.loads(call("plan", study, "--json").stdout)
    part = json.loads(call("plan", study, "--json", "--only", "base/udpos").stdout)
    assert 0 < part["num_cells"] < whole["num_cells"]
    assert part["num_unshared"] < whole["num_unshared"]


def test_only_that_matches_nothing_exits_with_2_and_suggests(study):
    result = call("plan", study, "--only", "base/udpoz")
    assert result.exit_code == 2
    assert "base/udpos" in result.stderr


def test_run_shows_progress_on_stderr_and_scores_on_stdout(study, tmp_path, fake_work):
    store = tmp_path / "store"
    result = call("run", study, "--store", store, "--device", "cpu")
    assert result.exit_code == 0, result.output
    assert "done     train" in result.stderr
    assert "reading" in result.stdout
    table = pl.read_parquet(store / "studies" / "mini" / "scores.parquet")
    assert table["route"].unique().sort().to_list() == ["base", "reading"]
    assert (store / "studies" / "mini" / "study.yaml").read_text() == study.read_text()


def test_a_failed_run_exits_with_1_names_the_log_and_keeps_the_rest(study, tmp_path, fake_work):
    store = tmp_path / "store"
    store.mkdir()
    (store / "fail").touch()
    result = call("run", study, "--store", store, "--device", "cpu")
    assert result.exit_code == 1
    assert "a [bold]made-up[/bold] failure" in result.stderr
    assert "log.txt" in result.stderr
    status = json.loads(call("status", study, "--store", store, "--json").stdout)
    assert status["counts"]["failed"] == 1
    assert status["counts"]["done"] > 0
    shown = call("status", study, "--store", store)
    assert "made-up" in shown.stderr


def test_a_cached_run_is_quick_and_takes_no_torch(filled, study):
    done, seconds, torch = call_alone("run", study, "--store", filled.store.root)
    assert done.returncode == 0, done.stderr
    assert "0 steps done" in done.stderr
    assert not torch
    assert seconds < 3, "of CPU, which other processes do not lengthen"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["tasks"],
        ["tasks", "--world"],
        ["tasks", "--hub"],
        ["languages"],
        ["plan", "STUDY"],
        ["status", "STUDY"],
        ["scores", "STUDY"],
        ["scores", "STUDY", "--languages"],
    ],
    ids=" ".join,
)
def test_looking_takes_no_torch(arguments, filled, study):
    more = ["--store", filled.store.root] if "STUDY" in arguments else []
    done, _, torch = call_alone(
        *(study if argument == "STUDY" else argument for argument in arguments), *more
    )
    assert done.returncode == 0, done.stderr
    assert not torch


def test_scores_show_chance_source_and_zero_shot(filled, study):
    result = call("scores", study, "--store", filled.store.root)
    assert result.exit_code == 0
    lines = [line for line in result.stdout.splitlines() if "│" in line]
    assert any("chance" in line and "10.0" in line for line in lines)
    assert any("reading" in line for line in lines)
    assert "ORACLE" not in result.stdout


def test_scores_say_when_some_are_missing(filled, study):
    call_scores = ("scores", study, "--store", filled.store.root)
    assert "are there" not in call(*call_scores).stderr
    cells = filled.plan.all_cells
    record = next(filled.store.root.glob(f"steps/score/{cells[0].score_key}/record.json"))
    record.write_text(record.read_text()[:40])
    result = call(*call_scores)
    assert f"{len(cells) - 1} of {len(cells)} scores are there" in result.stderr
    assert str(record) in result.stderr


def test_scores_as_json_agree_with_the_long_table(filled, study):
    shown = json.loads(call("scores", study, "--store", filled.store.root, "--json").stdout)
    assert shown["source_language"] == "qar"
    table = filled.scores()
    first = table.filter(route="base", target="udpos", metric=shown["metrics"]["udpos"])
    row = next(
        row for row in shown["summary"] if (row["route"], row["target"]) == ("base", "udpos")
    )
    assert row["source"] == first.filter(language="qar")["value"].item()
    others = first.filter(pl.col("language") != "qar")["value"]
    assert row["zero_shot"] == pytest.approx(others.mean())
    assert row["num_languages"] == 2
    retrieval = next(row for row in shown["summary"] if row["target"] == "tatoeba")
    assert retrieval["source"] is None


def test_scores_as_csv_are_the_long_table(filled, study):
    text = call("scores", study, "--store", filled.store.root, "--csv").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(filled.scores())
    assert {row["oracle"] for row in rows} == {"false"}


def test_languages_have_a_row_each_on_request(filled, study):
    result = call("scores", study, "--store", filled.store.root, "--languages")
    for code in ("qar", "qor", "qlz"):
        assert code in result.stdout


def test_an_oracle_is_marked_wherever_its_numbers_stand(filled, study):
    oracle = {**DECLARATION, "oracle": True}
    study.write_text(yaml.safe_dump(oracle))
    for command in ("scores", "status", "plan"):
        assert "ORACLE" in call(command, study, "--store", filled.store.root).stdout
    assert json.loads(call("scores", study, "--store", filled.store.root, "--json").stdout)[
        "oracle"
    ]


def test_no_scores_yet_is_said(study, tmp_path):
    result = call("scores", study, "--store", tmp_path / "store")
    assert result.exit_code == 0
    assert "no scores" in result.stderr


def test_interrupting_exits_with_130_and_says_how_to_go_on(study, tmp_path, monkeypatch):
    def interrupt(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(run_module, "open_study", interrupt)
    result = call("run", study, "--store", tmp_path / "store")
    assert result.exit_code == 130
    assert "goes on from here" in result.stderr


def test_tasks_and_languages_as_json():
    tasks = json.loads(call("tasks", "--json").stdout)
    assert "xnli" in [task["name"] for task in tasks]
    languages = json.loads(call("languages", "--world", "--json").stdout)
    assert "qar" in [language["code"] for language in languages]
    assert "udpos" in next(row for row in languages if row["code"] == "qor")["tasks"]


def test_tasks_of_the_hub_come_with_revisions_and_notes():
    tasks = {task["name"]: task for task in json.loads(call("tasks", "--hub", "--json").stdout)}
    assert len(tasks["mnli"]["revision"]) == 40
    assert tasks["mnli"]["available"]["train"][:2] == ["en", "ar"]
    assert tasks["ccg"]["available"] == {"train": [], "dev": [], "test": []}
    (note,) = tasks["mnli"]["notes"]["train"]
    assert tasks["mnli"]["notes"]["train"][note] == tasks["mnli"]["available"]["train"][1:]
    shown = call("tasks", "--hub").stdout
    assert f"mnli train ({' '.join(tasks['mnli']['notes']['train'][note])}): {note}" in shown
    assert "at first use" in shown


def test_tasks_of_a_folder_come_with_notes(tmp_path):
    (tmp_path / "xnli").mkdir()
    (tmp_path / "xnli" / "dev-de.tsv").write_text("a\tb\tneutral\n")
    shown = call("tasks", "--data", tmp_path).stdout
    assert "xnli test (de): the labelled development file stands in for the test" in shown


def test_score_scores_a_folder(tmp_path):
    for root, lines in (("gold", "0\n1\n"), ("mine", "0\n0\n")):
        for language in ("de", "en", "es", "fr", "ja", "ko", "zh"):
            path = tmp_path / root / "pawsx" / f"test-{language}.tsv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(lines)
    shown = json.loads(call("score", tmp_path / "mine", tmp_path / "gold", "--json").stdout)
    assert shown["pawsx"]["avg_metric"] == 50.0
    assert "50.0" in call("score", tmp_path / "mine", tmp_path / "gold").stdout
    missing = call("score", tmp_path / "nowhere", tmp_path / "gold")
    assert missing.exit_code == 1
    assert "nowhere" in missing.stderr
