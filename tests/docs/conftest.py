from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture
def natural():
    """The provider of the plan's tests: every natural task in every language, and no example."""
    path = Path(__file__).parents[1] / "study" / "natural_provider.py"
    spec = importlib.util.spec_from_file_location("natural_provider", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.NaturalProvider()
