"""Duties that come back: the yearly inspection and the monthly nil report, as pure functions of what is watched."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from infra.bootstrap import reference
from projections.folding import FOREVER
from projections.recurring import COVERED, INSPECTED, MONTHLY, YEARLY, Series, yearly


def series(*rows: tuple[str, str, str, int]) -> Series:
    """What is watched of one home: (figure, day, month, amount)."""
    found = Series(limits=reference().limits)
    for figure, day, month, amount in rows:
        found.add(figure, month, date.fromisoformat(day).toordinal(), amount)
    return found


def monthly(facility: str, of: Series):
    """The duties of the months."""
    return [note for note in of.settle(facility)[1] if note.values[1] == "facility.nil_report"]


def standing(notes, moment):
    """The duties that stand at a business moment: key -> (due, met)."""
    return {n.key: n.values[2:] for n in notes if n.valid_from <= moment < n.valid_to}


def test_a_home_that_was_never_inspected_has_one_duty_open_since_the_first_year():
    """EC-10: the year of registration is due at its end and stays open, however many years go by."""
    notes = list(yearly("home", series((YEARLY, "2019-03-01", "", 1))))

    assert standing(notes, "2019-02-28T24:00") == {}
    assert standing(notes, "2026-11-22T24:00") == {"inspect.annual": ("2019-12-31T24:00", None)}


def test_an_inspection_meets_the_year_and_the_next_duty_begins_with_the_next_year():
    """Inspected in March 2020 for 2020: nothing is due before 1 January 2021, and then by the end of that year."""
    notes = list(yearly("home", series((YEARLY, "2020-01-10", "", 1), (INSPECTED, "2020-03-05", "", 1))))

    assert standing(notes, "2020-06-01T24:00") == {"inspect.annual": ("2020-12-31T24:00", "2020-03-05T24:00")}
    assert (("2021-12-31T24:00", None)) in [n.values[2:] for n in notes if n.valid_from == "2021-01-01T00:00"]


def test_a_late_inspection_meets_the_missed_year_late():
    """What was missed in 2019 and done in May 2021 is met after its end, and 2021 counts as inspected."""
    notes = list(yearly("home", series((YEARLY, "2019-01-10", "", 1), (INSPECTED, "2021-05-01", "", 1))))

    assert ("2019-12-31T24:00", "2021-05-01T24:00") in [n.values[2:] for n in notes]
    assert [n.values[2] for n in notes if n.valid_from == "2022-01-01T00:00"] == ["2022-12-31T24:00"]


def test_a_duty_goes_with_the_facility():
    """Nobody inspects a home that has ended."""
    notes = list(yearly("home", series((YEARLY, "2019-01-10", "", 1), (YEARLY, "2019-08-01", "", -1))))

    assert standing(notes, "2019-12-31T24:00") == {}


def test_every_month_is_reported_also_one_behind_which_others_were():
    """January was covered, February not, March was: February stands alone overdue, April is the next."""
    notes = list(
        monthly(
            "home",
            series(
                (MONTHLY, "2024-01-02", "", 1),
                (COVERED, "2024-02-03", "2024-01", 1),
                (COVERED, "2024-04-04", "2024-03", 1),
            ),
        )
    )
    now = standing(notes, "2024-04-10T24:00")

    assert now["facility.nil_report/2024-02"] == ("2024-03-05T24:00", None)
    assert now["facility.nil_report/2024-03"] == ("2024-04-05T24:00", "2024-04-04T24:00")
    assert now["facility.nil_report/2024-04/.."] == ("2024-05-05T24:00", None)
    assert len(now) == 4


def test_months_that_were_missed_one_after_the_other_are_one_duty():
    """While the lapse goes on and when something came behind it; what is reported in its midst parts it."""
    home = series((MONTHLY, "2024-02-01", "", 1))
    notes = set(monthly("home", home))

    def reported(month: str, amount: int = 1) -> None:
        nonlocal notes
        home.add(COVERED, month, date(2024, 9, 3).toordinal(), amount)
        gone, new = home.settle("home")
        notes = (notes - set(gone)) | set(new)

    def open_in(moment: str) -> list[str]:
        found = {name: met for name, (_, met) in standing(notes, moment).items()}
        return [name.removeprefix("facility.nil_report/") for name, met in sorted(found.items()) if met is None]

    assert open_in("2030-01-01T24:00") == ["2024-02/.."]
    reported("2024-08")
    assert open_in("2030-01-01T24:00") == ["2024-02/2024-07", "2024-09/.."]
    assert standing(notes, "2030-01-01T24:00")["facility.nil_report/2024-02/2024-07"][0] == "2024-03-05T24:00"
    reported("2024-04")
    assert open_in("2030-01-01T24:00") == ["2024-02/2024-03", "2024-05/2024-07", "2024-09/.."]
    reported("2024-06")
    assert open_in("2030-01-01T24:00") == ["2024-02/2024-03", "2024-05", "2024-07", "2024-09/.."]
    for month in ("2024-06", "2024-04", "2024-08"):
        reported(month, -1)
    assert open_in("2030-01-01T24:00") == ["2024-02/.."]


def test_the_control_what_was_taken_back_meets_nothing():
    """A withdrawn inspection leaves its year open: rows that cancel out are no inspection."""
    gone = series((YEARLY, "2024-01-02", "", 1), (INSPECTED, "2024-05-01", "", 1), (INSPECTED, "2024-05-01", "", -1))

    assert standing(yearly("home", gone), "2024-12-31T24:00") == {"inspect.annual": ("2024-12-31T24:00", None)}


@given(st.lists(st.dates(date(2018, 1, 1), date(2026, 12, 31)), max_size=12))
def test_versions_of_a_duty_never_overlap_and_end_with_one_that_stands(days):
    """At any moment at most one version of each duty stands, and one is open for ever while the home lasts."""
    notes = list(yearly("home", series((YEARLY, "2018-01-01", "", 1), *((INSPECTED, str(d), "", 1) for d in days))))

    for day in (date(2018, 6, 1), date(2021, 1, 1), date(2026, 12, 31)):
        moment = f"{day}T24:00"
        opened = [n for n in notes if n.valid_from <= moment < n.valid_to and n.values[3] is None]
        assert len(opened) <= 1
    assert [n for n in notes if n.values[3] is None and n.valid_to == FOREVER]


@given(
    st.lists(st.tuples(st.integers(1, 14), st.integers(0, 40), st.sampled_from([1, 1, 1, -1])), min_size=1, max_size=25)
)
def test_months_taken_one_by_one_are_those_taken_at_once(reports):
    """What each report changes adds up to what all of them make, also where one is taken back or comes late."""
    rows = [
        (
            COVERED,
            str(date(2024, 1, 1) + timedelta(days=31 * month + late)),
            f"{2023 + (month + 11) // 12}-{(month - 1) % 12 + 1:02}",
            n,
        )
        for month, late, n in reports
    ]
    grown, notes = series((MONTHLY, "2024-01-02", "", 1)), set()
    for row in [None, *rows]:
        if row:
            grown.add(row[0], row[2], date.fromisoformat(row[1]).toordinal(), row[3])
        gone, new = grown.settle("home")
        assert set(gone) <= notes
        notes = (notes - set(gone)) | set(new)

    assert notes == set(series((MONTHLY, "2024-01-02", "", 1), *rows).settle("home")[1])
