"""A ratio shows the two numbers that it is made of, and each of them opens into itself."""

from __future__ import annotations

import re

from tests.webapp.scene import ACCOUNTS


def test_each_side_of_a_ratio_opens_into_the_number_that_is_shown(reader) -> None:
    """The link keeps the filter that belongs to the side (elderly-care homes), so both pages say the same number."""
    somebody = reader(ACCOUNTS[0][0])
    html = somebody.client.get("/figures/facility.occupancy").get_data(as_text=True)
    sides = re.findall(r'<small>养老机构</small></th><td class="n"><a href="([^"]+)">([\d,]+)</a>', html)

    assert len(sides) == 2
    for address, number in sides:
        assert "kind=elderly_care_home" in address
        opened = somebody.client.get(address.replace("&amp;", "&")).get_data(as_text=True)
        head = re.sub(r"<[^>]+>", "", opened.partition("<h1")[2].partition("</h1>")[0])
        assert re.search(rf"\b{number}\b", head), (address, number, head)
