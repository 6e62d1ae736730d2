"""Serves the report of a study that still runs, to this machine alone.

The page is the one on the disk, which asks nothing of a network. Around it stands a frame that asks
which edition there is, and loads the page again only where it is another one.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from isthmus.errors import StudyError

if TYPE_CHECKING:
    from types import TracebackType

HOST = "127.0.0.1"
SECONDS = 2.0
"""Between two looks of an open page."""

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
}
_PLAIN = "text/plain; charset=utf-8"
_POLICY = (
    "default-src 'none'; frame-src 'self'; connect-src 'self'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_RECORD = re.compile(r"(?:^|/)steps/score/([\w-]+)/record\.json$")


class ReportServer:
    """Serves a folder in which a report is written; used in a ``with`` block.

    Args:
        name: The study's.
        folder: Of the report.
        store: The store's folder, whose records the page links to.
        port: 0 takes one that is free.

    Raises:
        StudyError: the port cannot be had.
    """

    def __init__(self, name: str, folder: Path, store: Path, *, port: int = 0):
        self.name, self.folder, self.store = name, folder, store
        self.edition, self.said = 0, ""
        try:
            self._http = _Server((HOST, port), _Handler)
        except (OSError, OverflowError) as error:
            raise StudyError(
                f"Port {port} of {HOST} cannot be had ({error}). Choose another with --port, or "
                "leave it out for one that is free."
            ) from error
        self._http.served = self
        # Below the default, so that ending is not waited for.
        self._thread = Thread(target=self._http.serve_forever, args=(0.1,), daemon=True)

    @property
    def address(self) -> str:
        """Where the report is to be seen."""
        return f"http://{HOST}:{self._http.server_port}/"

    def publish(self, said: str, *, is_new: bool = True) -> None:
        """Tells open pages something, and that there is a new edition to be loaded."""
        self.said = said
        self.edition += is_new

    def frame(self) -> str:
        """The page around the report."""
        environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "assets"),
            autoescape=True,
            undefined=StrictUndefined,
        )
        return environment.get_template("watch.html.jinja").render(
            name=self.name, edition=self.edition, milliseconds=round(1000 * SECONDS)
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    served: ReportServer


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        """Answers a request."""
        path = unquote(urlsplit(self.path).path)
        if self.headers.get("Host") not in self._hosts():
            # A name of somebody else's that leads here must not let his page read the report.
            self.send_error(HTTPStatus.FORBIDDEN)
        elif path == "/":
            self._send(self.server.served.frame().encode(), _TYPES[".html"], policy=_POLICY)
        elif path == "/edition":
            found = {"edition": self.server.served.edition, "said": self.server.served.said}
            self._send(json.dumps(found).encode(), _TYPES[".json"])
        else:
            self._send_file(self._file(path))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Says nothing of requests."""

    def _hosts(self) -> set[str]:
        return {f"{host}:{self.server.server_port}" for host in (HOST, "localhost")}

    def _file(self, path: str) -> Path | None:
        served = self.server.served
        record = _RECORD.search(path)
        if record is not None:
            return served.store / "steps" / "score" / record[1] / "record.json"
        name = path.removeprefix("/report/")
        return served.folder / name if name in _names(served.folder) else None

    def _send_file(self, path: Path | None) -> None:
        try:
            content = path.read_bytes() if path is not None else None
        except OSError:
            content = None
        if path is None or content is None:
            self.send_error(HTTPStatus.NOT_FOUND)
        else:
            self._send(content, _TYPES.get(path.suffix, _PLAIN))

    def _send(self, content: bytes, kind: str, *, policy: str = "") -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(content)


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_file()} if folder.is_dir() else set()
