"""``isthmus run``."""

from pathlib import Path

from isthmus.api import open_study
from isthmus.cli.console import messages, say
from isthmus.cli.live import LiveDisplay
from isthmus.cli.plain import PlainDisplay
from isthmus.cli.scores import print_scores
from isthmus.errors import StepFailed
from isthmus.runners.local import LocalRunner


def run_study(
    study: str,
    *,
    store: Path,
    data: Path | None,
    num_workers: int,
    only: str,
    device: str,
    max_tokens: int | None,
) -> None:
    """Runs what is missing, shows progress, and shows the scores, even if some steps failed."""
    opened = open_study(study, store=store, data=data, only=only)
    runner = LocalRunner(num_workers=num_workers, device=device, max_tokens=max_tokens)
    console = messages()
    display = LiveDisplay(console) if console.is_terminal else PlainDisplay(console)
    try:
        with display as observe:
            summary = opened.run(runner, observe)
    except StepFailed:
        print_scores(opened, quiet=True)
        raise
    num_cached = len(opened.selected.steps) - summary.num_done - summary.num_elsewhere
    say(
        f"{opened.study.name}: {summary.num_done} steps done, {num_cached} already there"
        + (f", {summary.num_elsewhere} done by another run" if summary.num_elsewhere else "")
        + f", {summary.seconds:.1f} s. Scores: {opened.scores_path}"
    )
    print_scores(opened)
