"""The benchmarks of speed run on a tiny model, and the table says what was met and what was missed."""

import importlib
import io
import json
import warnings
from pathlib import Path
from types import ModuleType

import pytest
from rich.console import Console

BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Returns a benchmark's module by name; results go elsewhere."""
    monkeypatch.syspath_prepend(str(BENCH))
    monkeypatch.setattr(importlib.import_module("speed"), "RESULTS", tmp_path)
    return importlib.import_module


def table_of(table: ModuleType, rows: list[dict[str, object]]) -> str:
    console = Console(width=160, file=io.StringIO())
    console.print(table.table_of({"machine": "a machine", "rows": rows}))
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("form", "lengths", "predicts"),
    [("classify", "pairs", False), ("span", "windows", False), ("classify", "pairs", True)],
)
def test_rows_of_the_large_model_run_where_it_is_tiny(
    bench, monkeypatch: pytest.MonkeyPatch, form: str, lengths: str, predicts: bool
) -> None:
    pytest.importorskip("accelerate", reason="the Trainer needs it: pip install 'isthmus[bench]'")
    trainer = bench("trainer")
    monkeypatch.setitem(bench("peak").SIDE, "cpu", 64)
    name = "pairs, XLM-R Large"  # it has a goal as a share of the peak
    row = bench("sides").Row(
        form=form, size="nano", lengths=lengths, num_batches=2, vocab_size=300, predicts=predicts
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the Trainer's, as in the benchmark itself
        results = trainer.measure(name, row, 1, "wall")
    assert [result.row for result in results] == [name, name + bench("goals").OF_PEAK]
    assert all(result.low <= result.ratio <= result.high for result in results)
    assert results[0].peers > 0


def test_operations_are_those_of_the_layers(bench) -> None:
    import numpy as np

    operations = bench("peak").operations
    lengths = np.array([3, 5])
    # nano: 2 layers of width 64, feed-forward 256; 8 tokens; 34 pairs of tokens that attend
    whole = 2 * 2 * (8 * (4 * 64**2 + 2 * 64 * 256) + 2 * 64 * 34)
    assert operations("nano", lengths, first_token_only=False, trains=False) == whole
    assert operations("nano", lengths, first_token_only=False, trains=True) == 3 * whole
    unread = 2 * 6 * (64**2 + 2 * 64 * 256)
    assert operations("nano", lengths, first_token_only=True, trains=False) == whole - unread


def test_the_grid_trains_fewer_tokens(bench, tmp_path: Path) -> None:
    bench("grid").main()
    (file,) = tmp_path.glob("speed-*.json")
    (row,) = json.loads(file.read_text())["rows"]
    assert row["goal"] == 4.0
    assert row["ratio"] > row["goal"]
    assert row["peers"] > row["ours"] > 0


def test_the_table_says_what_was_met_and_by_how_much_the_rest_was_missed(bench) -> None:
    speed = bench("speed")
    row = {"peer": "Trainer", "low": 1.5, "high": 3.1}
    rows = [
        row | {"row": "pairs, pocket", "ratio": 2.5, "goal": 2.0},
        row | {"row": "tags, pocket", "ratio": 1.5, "goal": 2.0},
        row | {"row": "something else", "ratio": 1.5, "goal": None},
    ]
    printed = table_of(bench("table"), rows)
    assert [line.split()[-1] for line in printed.splitlines() if ", pocket " in line][:2] == [
        "met",
        "25%",
    ]
    assert "something else" not in printed
    content = {"rows": rows, "limits": {"tags, pocket": "It is cold."}}
    assert speed.limits_of(content)[-1] == "- **tags, pocket** misses 2.0 by 25%: It is cold."


def test_rows_without_their_device_say_so(bench) -> None:
    import torch

    printed = table_of(bench("table"), [])
    lines = [line for line in printed.splitlines() if "XLM-R Large" in line]
    assert len(lines) == 4
    said = "not measured" if torch.cuda.is_available() else "no CUDA device"
    assert all(said in line for line in lines)


def test_what_limits_a_row_is_kept_when_it_is_measured_again(bench, tmp_path: Path) -> None:
    bench("grid").main()
    (file,) = tmp_path.glob("speed-*.json")
    content = json.loads(file.read_text()) | {"limits": {"a row": "by hand"}}
    file.write_text(json.dumps(content))
    bench("grid").main()
    assert json.loads(file.read_text())["limits"] == {"a row": "by hand"}


def test_every_goal_names_a_command_that_is_there(bench) -> None:
    rows = bench("trainer").ROWS
    for goal in bench("goals").GOALS.values():
        script, *arguments = goal.command
        assert (BENCH / script).is_file()
        assert script != "trainer.py" or arguments[0] in rows
        assert script != "trainer.py" or goal.on_gpu == (rows[arguments[0]].device == "cuda")


def test_goals_that_nothing_was_measured_of_are_named(bench) -> None:
    goals, unmeasured = bench("goals").GOALS, bench("speed").unmeasured
    rows = [{"row": name} for name in goals if "Large" not in name]
    head, lines = (said := unmeasured([{"rows": rows}]))[:3], said[3:]
    assert head == ["", "## On no machine yet", ""]
    assert len(lines) == len(goals) - len(rows)
    assert lines[0] == (
        "- **pairs, XLM-R Large** (goal 1.5, on a graphics card): "
        "`python bench/trainer.py 'pairs, XLM-R Large'`"
    )
    assert unmeasured([{"rows": [{"row": name} for name in goals]}]) == []
