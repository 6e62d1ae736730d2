"""Losses of twenty steps of every form, which a change of the code must not move by accident.

After a change that is meant to move them, write them anew and say why in the commit:

    python tests/training/golden_losses.py
"""

from __future__ import annotations

import json
import platform
import tempfile
from pathlib import Path

import torch
from training_parts import TRAINED, make_parts

from isthmus.training.loop import Execution, train

FILE = Path(__file__).parents[1] / "golden" / "losses.json"


def losses_of(form):
    """Returns the loss of each of twenty steps, with dropout, computed by one thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with tempfile.TemporaryDirectory() as folder:
            execution = Execution(path=Path(folder) / "resume.pt", seconds=1e9)
            result = train(
                *make_parts(form, dropout=0.1), execution=execution, report=lambda progress: None
            )
    finally:
        torch.set_num_threads(before)
    return [loss for _, loss in result.curve]


def fingerprint():
    """Returns what decides the last digits: the processor, what of it is used, and torch's version."""
    model = platform.processor()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text().splitlines()
        model = next((line.split(":")[1].strip() for line in lines if "model name" in line), model)
    return f"{model}, {torch.backends.cpu.get_cpu_capability()}, torch {torch.__version__}"


def write():
    """Writes the file."""
    FILE.parent.mkdir(exist_ok=True)
    content = {"machine": fingerprint(), "losses": {form: losses_of(form) for form in TRAINED}}
    FILE.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    write()
