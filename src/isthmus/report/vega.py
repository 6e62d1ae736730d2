"""Vega, Vega-Lite and Vega-Embed as one script, kept from one report to the next.

``vl-convert`` has their sources and bundles them anew in every process, which takes seconds; what
comes of it depends on nothing but its version, and so is kept in the user's cache.
"""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path

from isthmus.study.disk import write_atomically

_PACKAGE = "vl-convert-python"


def vega_script() -> str:
    """The libraries, which make ``vegaEmbed`` a global of the page."""
    kept = _cache() / f"vega-{_PACKAGE}-{version(_PACKAGE)}.js"
    try:
        return kept.read_text(encoding="utf-8")
    except OSError:
        made = _bundle()
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(kept, made.encode())
    except OSError:  # a home that cannot be written costs the next report seconds, and no more
        return made
    return made


def _cache() -> Path:
    """The folder of the user's cache that is ours."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "isthmus"


def _bundle() -> str:
    from vl_convert import javascript_bundle  # noqa: PLC0415 - loads 90 MB that few reports need

    # Without a snippet of ours, the bundle makes its libraries globals.
    return javascript_bundle(None)  # type: ignore[arg-type] # the stub lacks this default
