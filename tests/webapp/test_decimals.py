"""The values of a figure have the decimals that it declares, everywhere; where there is no value there is no unit."""

from __future__ import annotations

import re

import pytest

from webapp.readable import in_card, money, signed, unit_of, valued


@pytest.fixture(scope="module")
def figures(busy_town):
    """All figures by their keys."""
    return busy_town.services.reference.figures


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("facility.occupancy", "90", "90.0"),
        ("facility.occupancy", "89.85", "89.9"),
        ("stay.present", "1204", "1,204"),
        ("fund.paid", "650", "650.00"),
        ("fund.paid", "-12.5", "−12.50"),
        ("activity.hotline.consultations", "41", "41"),
        ("facility.occupancy", None, "—"),
    ],
)
def test_a_value_has_the_decimals_of_its_figure(figures, key, value, said) -> None:
    """A share one, money two, what is counted none."""
    assert valued(figures[key], value) == said


def test_a_difference_has_the_same_decimals_and_its_sign(figures) -> None:
    """Nought has no sign."""
    said = [signed(figures["facility.occupancy"], value) for value in ("2", "-0.25", "0.04", "-0.04", "0")]

    assert said == ["+2.0", "−0.3", "0.0", "0.0", "0.0"]


def test_no_unit_stands_behind_the_stroke_for_no_value(figures, busy_reader) -> None:
    """Neither on a card nor in the heading of a figure, in either language."""
    share = figures["facility.occupancy"]
    assert in_card(share, None, zh=True) == ("—", "")
    assert (unit_of(share, None, zh=True), unit_of(share, "0", zh=True)) == ("", "%")
    for path in ("/", "/figures/facility.occupancy", "/figures/hazard.closure_rate", "/figures"):
        for lang in ("zh", "en"):
            text = busy_reader("nyingchi.regulator").get(f"{path}?as_of=2022-03-01&lang={lang}").text
            assert not re.search(r"—\s*%", text), (path, lang)


def test_the_column_of_a_share_has_one_decimal_in_every_row(busy_reader) -> None:
    """Broken down by facility, a full home reads 100.0 beside the others."""
    html = busy_reader("nyingchi.regulator").get("/figures/facility.occupancy?by=facility").html
    shown = re.findall(r'<td class="n">(?:<b>)?([\d.,]+)', html)

    assert len(shown) > 2
    assert {len(text.partition(".")[2]) for text in shown} == {1}


def test_a_column_of_money_has_two_decimals_in_every_row(busy_reader) -> None:
    """On the board of funds too, whose rows are 元 and 分."""
    html = busy_reader("nyingchi.finance").get("/boards/funds").html
    head = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', html)
    money_at = [at for at, said in enumerate(head) if said.rstrip().endswith("（元）")]
    lines = [re.findall(r"<td[^>]*>(.*?)</td>", line) for line in re.findall(r"<tr>(<td.*?)</tr>", html)]

    assert "<td" in html
    assert not re.search(r">2,0\d\d<", html), "a year is no number of things"
    assert len(money_at) > 1
    assert lines
    for line in lines:
        assert all(re.fullmatch(r"−?[\d,]+\.\d\d", line[at]) for at in money_at), line
    assert money(123450) == "1,234.50"
