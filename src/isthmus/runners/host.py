"""Facts about this machine that a record keeps, so that a number can be judged later."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

_PACKAGES = ("isthmus", "torch", "transformers", "tokenizers")


def host_facts(num_threads: int, device: str) -> dict[str, object]:
    """Versions, processor and device, without importing any of the packages."""
    return {
        "versions": {name: _version(name) for name in _PACKAGES},
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": usable_cores(),
        "threads": num_threads,
        "device": device,
    }


def usable_cores() -> int:
    """Processor cores this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def reset_peak_memory() -> None:
    """Starts a new measurement of peak memory, where the system allows it (Linux)."""
    path = Path("/proc/self/clear_refs")
    try:
        path.write_text("5", encoding="ascii")
    except OSError:
        return


def peak_memory() -> int:
    """Highest resident memory since the last reset, in bytes.

    Where the system knows no peak, the memory resident now.
    """
    try:
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return int(psutil.Process().memory_info().rss)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
