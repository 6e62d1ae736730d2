from __future__ import annotations

from made_report import HOSTILE, facts

from isthmus.report.orders import orders_of


def test_a_reader_may_order_by_distance_family_script_and_name():
    orders = {order.name: order for order in orders_of(facts())}
    assert list(orders) == ["overall", "family", "script", "name"]
    assert orders["overall"].codes == ("en", "xx", "yy")
    assert orders["overall"].notes == {"en": "0.00", "xx": "0.25", "yy": "0.50"}
    assert orders["family"].notes["xx"] == HOSTILE
    assert orders["name"].codes == ("xx", "en", "yy")


def test_the_sources_family_comes_first_and_unknown_distances_last():
    made = facts(source_of={"t": "yy"}, distances={"en": {"overall": 0.2}, "yy": {"overall": 0.1}})
    orders = {order.name: order for order in orders_of(made)}
    assert orders["family"].codes[0] == "yy"
    assert orders["overall"].codes == ("yy", "en", "xx")
    assert orders["overall"].notes["xx"] == ""
