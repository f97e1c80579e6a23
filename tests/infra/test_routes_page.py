"""The page of addresses is what the application has."""

from __future__ import annotations

from infra.routes_page import routes_page
from tests.house.tree import ROOT


def test_the_page_of_addresses_is_current() -> None:
    """`make docs` has been run since an address or a post was changed."""
    assert (ROOT / "docs/routes.md").read_text(encoding="utf-8") == routes_page()


def test_every_address_says_who_may_open_it() -> None:
    """No row is without a permission and posts."""
    rows = [line.split("|")[1:-1] for line in routes_page().splitlines() if line.startswith("| `")]

    assert len(rows) > 20
    assert all(cell.strip() for row in rows for cell in row)
    assert ["/reads" in row[0] for row in rows if "auditor" in row[3] and "but" not in row[3]] == [True, True]
