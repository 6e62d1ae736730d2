"""The events file of a step: one JSON object a line, in the order in which things happened."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from isthmus.training.progress import Progress


class EventsFile:
    """Appends events, each with its UTC time; an interrupted attempt's events stay before them."""

    def __init__(self, path: Path):
        self._file = path.open("a", encoding="utf-8", buffering=1)

    def write(self, kind: str, **values: object) -> None:
        """Appends one event."""
        event = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": kind}
        self._file.write(json.dumps(event | values, ensure_ascii=False) + "\n")

    def write_progress(self, progress: Progress) -> None:
        """Appends a moment inside the step."""
        values: dict[str, object] = {"done": progress.done, "total": progress.total}
        if progress.message:
            values["message"] = progress.message
        self.write("progress", **values, **progress.values)

    def __enter__(self) -> EventsFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self.write("failed", cause=f"{type(error).__name__}: {error}")
        self._file.close()
