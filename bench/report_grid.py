"""Size of a report, and time to write it and to its first chart, for the paper's full grid.

    python bench/report_grid.py [--folder FOLDER]

Makes up the facts of 11 routes, 9 targets in XTREME's languages, 3 seeds and few-shot draws, some
400,000 rows of scores, writes their report, and opens its page in Chromium.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from made_grid import made_facts

from isthmus.report.write import write_report

NUM_VISITS = 5
CHROMIUM = "/usr/bin/chromium"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path)
    folder = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as temporary:
        root = folder or Path(temporary)
        facts = made_facts(root / "store")
        begin, cpu = time.perf_counter(), time.process_time()
        page = write_report(facts, root / "report")
        found = {
            "score_rows": facts.scores.height,
            "gains": len(facts.analysis.gains),
            "associations": len(facts.analysis.associations),
            "seconds_to_write": round(time.perf_counter() - begin, 1),
            "cpu_seconds_to_write": round(time.process_time() - cpu, 1),
            "page_megabytes": round(page.stat().st_size / 1e6, 2),
            **_opened(page),
        }
    print(json.dumps(found))


def _opened(page: Path) -> dict[str, float | int]:
    """Opens the page in a browser that has never seen it, several times."""
    from playwright.sync_api import sync_playwright

    visits = []
    with sync_playwright() as playwright:
        for _ in range(NUM_VISITS):
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            tab = browser.new_page(viewport={"width": 1280, "height": 900})
            tab.goto(page.as_uri(), wait_until="commit")
            tab.wait_for_selector("html[data-drawn]", timeout=120_000)
            visits.append(
                tab.evaluate(
                    "[performance.getEntriesByName('first-chart')[0].startTime, performance.now(),"
                    " document.querySelectorAll('[data-chart] svg').length]"
                )
            )
            browser.close()
    first, drawn, charts = zip(*visits, strict=True)
    return {
        "charts": charts[0],
        "seconds_to_first_chart_median": round(statistics.median(first) / 1000, 2),
        "seconds_to_first_chart_worst": round(max(first) / 1000, 2),
        "seconds_to_all_charts_median": round(statistics.median(drawn) / 1000, 2),
    }


if __name__ == "__main__":
    main()
