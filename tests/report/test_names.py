from __future__ import annotations

import pytest

from isthmus.report.names import rough, shown


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.25, ".1f", "0.3"),
        (-0.25, "+.1f", "-0.3"),
        (57.24999999999999, ".1f", "57.3"),
        (0.24, "+.1f", "+0.2"),
        (1234.05, ",.1f", "1,234.0"),
        (0.125, ".2f", "0.12"),
    ],
)
def test_halves_of_a_tenth_go_away_from_zero(value, form, text):
    assert shown(value, form) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (1.234, "1.23"), (99.4, "99.4"), (99.7, "100"), (622_000.4, "622,000")],
)
def test_amounts_are_written_in_full(value, text):
    assert rough(value) == text
