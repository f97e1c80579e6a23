"""The client that reads every page complains about what no page may show, and about nothing else."""

from __future__ import annotations

import pytest

from tests.webapp.reader import Page

FINE = """<!doctype html><html lang="en"><head><title>Beds - Shouwang</title></head><body><h1>Beds</h1>
<label for="a">A</label> <input id="a" name="a"><a href="/figures/stay.present">31 October 2024</a></body></html>"""


def test_a_page_that_is_fit_to_be_shown_is_not_complained_about() -> None:
    """Addresses may hold keys of figures; texts may hold days as people read them."""
    assert Page(200, FINE).complaints() == []


@pytest.mark.parametrize(
    ("plain", "wrong", "complaint"),
    [
        ("<h1>Beds</h1>", "<h1>Homes</h1>", "is not the heading"),
        (' lang="en"', "", "no language"),
        ('<input id="a" name="a">', '<input id="a" name="a"><p id="a"></p>', "id twice: a"),
        ('<label for="a">A</label>', "", "no label"),
        ("31 October 2024", "2024-10-31", "raw date: 2024-10-31"),
        ("31 October 2024", "截至2024-10-31日终", "raw date: 2024-10-31"),
        ("31 October 2024", "see first.title now", "untranslated: first.title"),
        ("31 October 2024", "标题first.title在此", "untranslated: first.title"),
        ("31 October 2024", "None", "None"),
    ],
)
def test_each_thing_that_no_page_may_show_is_complained_about(plain, wrong, complaint) -> None:
    """One thing wrong, one complaint that names it."""
    assert plain in FINE
    assert any(complaint in one for one in Page(200, FINE.replace(plain, wrong)).complaints())
