"""Progress on a terminal: a bar for the whole run, and one for each running step."""

from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from isthmus.cli.pace import Pace
from isthmus.cli.times import count, duration
from isthmus.runners.runner import Event
from isthmus.study.step import Step


class LiveDisplay:
    """An observer, used as ``with LiveDisplay(console) as observe``."""

    def __init__(self, console: Console):
        self._pace = Pace()
        self._bars = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[where]}", markup=False),
            TextColumn("{task.fields[values]}", markup=False, style="dim"),
            console=console,
            transient=True,
        )
        self._whole = self._bars.add_task("all steps", total=1.0, where="", values="")
        self._running: dict[str, TaskID] = {}

    def __call__(self, event: Event) -> None:
        """Shows an event."""
        self._pace(event)
        step = event.step
        if step is not None:
            self._show(step, event)
        self._update_whole()

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def _show(self, step: Step, event: Event) -> None:
        if event.kind == "started":
            self._running[step.key] = self._bars.add_task(
                step.title, total=None, where="", values=""
            )
        elif event.kind == "moved" and step.key in self._running:
            progress = event.progress
            self._bars.update(
                self._running[step.key],
                total=progress.total or None,
                completed=progress.done,
                where=f"{progress.done}/{progress.total}" if progress.total else "",
                values=progress.message or self._values(self._running[step.key], event),
            )
        elif event.kind in ("done", "elsewhere", "waiting", "failed"):
            bar = self._running.pop(step.key, None)
            if bar is not None:
                self._bars.remove_task(bar)
            if event.kind == "failed":
                self._bars.console.print(f"failed   {step.title}: {event.message}", style="red")

    def _values(self, bar: TaskID, event: Event) -> str:
        parts = []
        for name, value in event.progress.values.items():
            if name == "tokens_per_second":
                parts.append(f"{count(value)} tokens/s")
            else:
                parts.append(f"{name} {value:.4g}")
        left = next(task.time_remaining for task in self._bars.tasks if task.id == bar)
        parts += [f"{duration(left)} left"] if left else []
        return ", ".join(parts)

    def _update_whole(self) -> None:
        pace = self._pace
        left = pace.seconds_left
        failed = f", {pace.num_failed} failed" if pace.num_failed else ""
        self._bars.update(
            self._whole,
            completed=pace.share,
            where=f"{pace.num_closed}/{pace.num_steps}",
            values=(f"{duration(left)} left" if left is not None else "") + failed,
        )
