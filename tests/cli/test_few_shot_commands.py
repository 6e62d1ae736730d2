"""Few-shot scores on the command line: shown apart, and in no zero-shot number."""

from __future__ import annotations

import json

import numpy as np
import pytest
import yaml
from typer.testing import CliRunner

from isthmus.api import open_study
from isthmus.cli.main import app
from isthmus.scoring.items import Items
from isthmus.study.record import Run
from isthmus.study.tables import ITEMS, write_items

DECLARATION = {
    "name": "shots",
    "data": "world",
    "models": {"nano": {"pretrain": {"size": "nano", "corpus": ["text"], "languages": ["qar"]}}},
    "routes": {
        "base": [],
        "reading": [{"tasks": ["squad_v1"]}],
        "lost": [{"tasks": ["squad_v1", "ccg"]}],
    },
    "targets": {"xnli": {"few_shot": {"k": [10, 100], "draws": 3, "split": "dev"}}},
    "languages": ["qar", "qor", "qlz"],
    "seeds": [0, 1],
    "claims": [
        {
            "says": "Reading is worth labels.",
            "holds": [
                {"worth": {"route": "reading", "at_least": 5, "published": 12}},
                {"worth": {"route": "lost", "at_least": 5}},
            ],
        }
    ],
}
RUN = Run(started="", ended="", seconds=1.0, host={}, peak_memory=1)
NUM_EXAMPLES = 400


def score_of(cell):
    """Ten labels give 8 points, a hundred 16; one route gives 10 with none, the other 30."""
    value = 40 + 8 * np.log10(max(cell.shots, 1)) + 0.1 * cell.draw + 0.1 * cell.seed
    return max(value, {"base": 0.0, "reading": 50.0, "lost": 70.0}[cell.route])


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shots")
    path = folder / "shots.yaml"
    path.write_text(yaml.safe_dump(DECLARATION))
    opened = open_study(path, store=folder / "store")
    steps = {step.key: step for step in opened.plan.steps}
    rng = np.random.default_rng(0)
    for cell in opened.plan.all_cells:
        value = score_of(cell)
        row = {"metric": "accuracy", "value": value, "count": NUM_EXAMPLES, "chance": 33.3}
        with opened.store.claim(steps[cell.score_key]) as claim:
            claim.finish({"rows": [row]}, RUN)
        right = rng.permutation(NUM_EXAMPLES) < value / 100 * NUM_EXAMPLES
        found = Items(
            uids=tuple(f"xnli/test/{cell.language}/{i}" for i in range(NUM_EXAMPLES)),
            numerator=right[:, None].astype(float),
            denominator=np.ones((NUM_EXAMPLES, 1)),
        )
        write_items(opened.store.folder(steps[cell.score_key]) / ITEMS, {"accuracy": found})
    opened.store.prepare()
    return opened


def call(command, study, *options):
    arguments = [command, study.study.origin.path, "--store", study.store.root, *options]
    found = CliRunner().invoke(app, list(map(str, arguments)), env={"COLUMNS": "250"})
    assert found.exit_code in (0, 3), found.output
    return found


def test_scores_show_few_shots_in_a_table_of_their_own(study):
    text = call("scores", study).stdout
    zero, few = text.split("after k examples of each of 2 languages")
    assert "k = 10" not in zero
    assert [name in few for name in ("zero-shot", "k = 10", "k = 100")] == [True] * 3
    read = json.loads(call("scores", study, "--json").stdout)
    (base,) = (row for row in read["summary"] if row["route"] == "base")
    assert base["zero_shot"] == pytest.approx(40.05)
    values = {(row["route"], row["shots"]): row["value"] for row in read["few_shot"]}
    assert values["base", 10] == pytest.approx(48.25)
    assert {row["shots"] for row in read["scores"]} == {0, 10, 100}


def test_gains_show_curves_and_what_a_stopover_is_worth(study):
    text = call("gains", study, "--languages").output
    assert "after k examples, mean over qor qlz" in text
    assert "after k examples of each language" in text
    assert "'worth labels' is the k at which base catches up" in text
    read = json.loads(call("gains", study, "--json").stdout)
    worths = {each["route"]: each["labels"] for each in read["worths"] if not each["language"]}
    assert 10 < worths["reading"]["num"] < 30
    assert worths["lost"]["num"] is None
    assert {each["shots"] for each in read["curves"][0]["points"]} == {0, 10, 100}
    gains = {g["route"]: g["estimate"]["value"] for g in read["gains"] if g["scope"] == "zero_shot"}
    assert gains == pytest.approx({"reading": 10, "lost": 30}, abs=0.5)


def test_claims_about_labels_are_shown_with_bounds_beyond_what_was_measured(study):
    text = call("gains", study).output
    assert ">100 [>100, >100]" in text
    assert "Even 100 labels do not catch up." in text
    call("report", study)
    page = study.store.study_folder("shots") / "report" / "index.html"
    words = " ".join(page.read_text(encoding="utf-8").split())
    assert "more than 100 labels" in words


def test_a_part_of_the_plan_is_one_number_of_shots(study):
    read = json.loads(call("plan", study, "--only", "reading/xnli@10", "--json").stdout)
    titles = [step["title"] for step in read["steps"] if step["verb"] == "adapt"]
    assert len(titles) == 2 * 2 * 3
    assert all("route reading" in title and "10 shots" in title for title in titles)
    assert read["num_cells"] == len(titles)
