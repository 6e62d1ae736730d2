from __future__ import annotations

import json

from isthmus.report.gain_charts import MAX_DOTTED, group_gains

GROUPS = ("Germanic", "Uralic")


def marks(num_routes):
    routes = tuple(f"route_{number}" for number in range(num_routes))
    layers = group_gains(routes, GROUPS, 5.0)["layer"]
    return [layer["mark"]["type"] for layer in layers], json.dumps(layers)


def test_few_routes_are_dots_on_their_intervals():
    kinds, drawn = marks(MAX_DOTTED)
    assert kinds == ["rule", "rule", "point"]
    assert '"field": "low"' in drawn
    assert '"x2": {"field": "high"}' in drawn


def test_many_routes_are_a_row_each_of_cells_that_say_gain_and_interval():
    kinds, drawn = marks(MAX_DOTTED + 1)
    assert kinds == ["rect", "rect", "text", "text", "text"]
    assert "format(datum.low, '.1f') + ' to ' + format(datum.high, '.1f')" in drawn
    assert '"sort": ["Germanic", "Uralic"]' in drawn
