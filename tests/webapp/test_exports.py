"""Files for a spreadsheet: plain numbers, ISO days, a mark that Excel reads, nothing that it would run."""

from __future__ import annotations

import csv
import io
import re

import pytest

from domain.catalogue import sheets
from webapp import exports


def rows(somebody, path: str) -> list[list[str]]:
    """The rows of a file, behind its mark."""
    answer = somebody.client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    body = answer.get_data()
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", sheets())
def test_every_board_has_a_plain_file(reader, name, lang) -> None:
    """As many cells as heads; no spoken day, no separated thousands, no dash for nothing."""
    file = rows(reader("admin"), f"/boards/{name}.csv?lang={lang}")

    assert len({len(row) for row in file}) == 1
    for cell in (cell for row in file[1:] for cell in row):
        assert not re.search(r"\d{4}年\d|\d [A-Z][a-z]+ \d{4}|\d,\d{3}|^—$", cell), cell


def test_numbers_and_days_can_be_reckoned_with(clerk, fresh) -> None:
    """Beds, money and quantities above a thousand have no separators; money is in yuan; days are ISO."""
    fresh.record(
        "more beds",
        "facility.license_beds",
        "2026-10-01",
        facility=fresh.streams["fushou"],
        beds=1200,
        since="2026-10-01",
    )
    fresh.record(
        "visits",
        "activity.log",
        "2026-10-09",
        type="festival_visit",
        quantities={"household_times": 12345},
        amount_fen=123456750,
        region="540402",
    )
    fresh.services.views.catch_up()
    somebody = clerk("auditor")

    beds = rows(somebody, "/boards/facilities.csv")
    assert "1200" in next(row for row in beds if "福寿敬老院" in row)
    assert "核定床位（张）" in beds[0]
    visit = next(row for row in rows(somebody, "/boards/activities.csv?lang=en") if "2026-10-09" in row)
    assert visit[-2:] == ["household visits 12345", "1234567.5"]
    assert rows(somebody, "/boards/activities.csv?lang=en")[0][-1] == "Amount (yuan)"


def test_a_file_is_whole_however_it_is_read(reader, monkeypatch) -> None:
    """All pages of a board are in its file, for an area of persons too; beyond the limit it says so."""
    monkeypatch.setattr(exports, "READ", 1)
    somebody = reader("nyingchi.regulator")

    assert len(rows(somebody, "/boards/stays.csv")) == 4
    assert len(rows(somebody, "/boards/persons.csv")) == 4
    monkeypatch.setattr(exports, "ROWS_MAX", 2)
    assert "只导出了前 2 行" in rows(somebody, "/boards/stays.csv")[-1][0]


def test_no_cell_is_a_formula(clerk, fresh) -> None:
    """A name that begins like a formula stays a name."""
    fresh.record("renamed", "facility.rename", "2026-10-01", facility=fresh.streams["fushou"], name='=HYPERLINK("x")')
    fresh.services.views.catch_up()

    assert any(row[0] == '\'=HYPERLINK("x")' for row in rows(clerk("auditor"), "/boards/facilities.csv"))
