"""A transfer and the reception that it led to: whoever reads both finds one from the other."""

from __future__ import annotations

import pytest

from infra.web_processes import web
from tests.adapters.carrying import Case, case, post
from tests.webapp.reader import Reader
from webapp.app import create_app

__all__ = ["case", "post"]
LOGIN = "province.regulator"


def reader(case: Case, node: str, region: str) -> Reader:
    """A regulator of a node."""
    case.post.say(node, "account.open", "2024-03-05", login=LOGIN, post="regulator", scope_region=region)
    services = case.post.nodes[node]
    services.views.catch_up()
    return Reader(create_app(web(services)).test_client(), LOGIN)


@pytest.mark.parametrize("side", ["transfer", "reception"])
def test_the_superior_goes_from_one_side_to_the_other(case: Case, side: str) -> None:
    """The transfer is of one county, the reception of another: each leads to the other in the log that holds both."""
    case.post.carry()  # what Bomi recorded comes up too
    sides = {"transfer": f"/transfers/{case.transfer}", "reception": f"/receptions/{case.reception}"}
    page = reader(case, "xizang", "540000").get(sides.pop(side))

    assert "对方的记录" in page.text
    assert [link for link in page.links if link in sides.values()]


def test_a_county_that_holds_one_side_alone_is_led_nowhere(case: Case) -> None:
    """Control: of the reception in Bomi the log of Bayi knows nothing."""
    page = reader(case, "bayi", "540402").get(f"/transfers/{case.transfer}")

    assert "对方的记录" not in page.text
    assert not [link for link in page.links if "/receptions/" in link and case.reception in link]
