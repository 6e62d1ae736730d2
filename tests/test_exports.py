from __future__ import annotations

import subprocess
import sys

import pytest

import isthmus


def test_the_public_names_are_these():
    assert isthmus.__all__ == [
        "Study",
        "analyse",
        "check",
        "diff",
        "load_study",
        "plan",
        "predict",
        "run",
        "scores",
        "write_report",
    ]


@pytest.mark.parametrize("name", isthmus.__all__)
def test_every_public_name_is_there_and_documented(name):
    assert getattr(isthmus, name).__doc__
    assert name in dir(isthmus)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'isthmus' has no attribute 'nothing'"):
        isthmus.nothing  # noqa: B018


def test_importing_the_package_imports_none_of_its_rooms():
    code = (
        "import sys, isthmus; loaded = [name for name in sys.modules if name.startswith('isthmus.')];"
        "sys.exit(', '.join(loaded) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
