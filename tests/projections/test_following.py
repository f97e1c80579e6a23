"""What follows upon something in another stream: filing, visits, reviews of an award, repeated hazards."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from infra.bootstrap import reference
from projections.ask import Ask
from projections.folding import BREACHES, FOREVER
from projections.following import (
    CAUSE,
    FAILED,
    FILED,
    HELD,
    INSPECTED,
    MOVED_IN,
    REVIEWED,
    TO_BE_FILED,
    VISIT,
    WATCHED,
    Series,
)
from tests.projections.worlds import settle, world

Told = tuple[str, str, str, int]
"""(figure, what it is about, day, amount)"""


def following(*rows: Told) -> list:
    """The notes that follow from the rows of one home."""
    series = Series(limits=reference().limits)
    for figure, about, day, amount in rows:
        series.add(figure, about, date.fromisoformat(day).toordinal(), amount)
    return series.settle("home")[1]


def standing(notes, day):
    """What stands at the end of a day: duties as key -> (due, met), findings as rule -> whose."""
    moment = f"{day}T24:00"
    return {
        n.key: (n.stream if n.board == BREACHES else n.values[2:]) for n in notes if n.valid_from <= moment < n.valid_to
    }


HOME = (TO_BE_FILED, "", "2024-01-02", 1)


def test_the_clock_of_a_filing_runs_from_the_first_resident():
    """EC-03: registered in January and empty until March, a home has ten working days from the first admission."""
    empty, lived_in = following(HOME), following(HOME, (MOVED_IN, "", "2024-03-01", 1), (MOVED_IN, "", "2024-03-04", 1))

    assert empty == []
    assert standing(lived_in, "2024-02-29") == {}
    assert standing(lived_in, "2024-12-31") == {"facility.filing": ("2024-03-15T24:00", None)}


def test_who_filed_before_anybody_moved_in_owes_nothing_and_who_filed_later_is_late():
    """A filing meets the duty on its day; one that came first leaves none."""
    first, late = (MOVED_IN, "", "2024-03-01", 1), (FILED, "", "2024-04-01", 1)

    assert following(HOME, first, (FILED, "", "2024-02-01", 1)) == []
    assert standing(following(HOME, first, late), "2024-03-31") == {"facility.filing": ("2024-03-15T24:00", None)}
    assert standing(following(HOME, first, late), "2024-04-01") == {
        "facility.filing": ("2024-03-15T24:00", "2024-04-01T24:00")
    }


def test_the_control_a_kind_that_is_not_filed_and_an_admission_taken_back_start_no_clock():
    """Without the row of its kind, or with the only admission withdrawn, nothing is owed."""
    first = (MOVED_IN, "", "2024-03-01", 1)

    assert following(first) == []
    assert following(HOME, first, (MOVED_IN, "", "2024-03-01", -1)) == []


def test_a_filed_home_is_visited():
    """The visit is due on the day that the filing keeps, and met by the first inspection on site from then on."""
    filed = (VISIT, "2024-03-29", "2024-03-01", 1)

    assert standing(following(HOME, filed), "2024-04-30") == {
        "facility.filing_check/2024-03-29": ("2024-03-29T24:00", None)
    }
    seen = following(HOME, filed, (INSPECTED, "", "2024-02-01", 1), (INSPECTED, "", "2024-04-01", 1))
    assert standing(seen, "2024-04-30") == {
        "facility.filing_check/2024-03-29": ("2024-03-29T24:00", "2024-04-01T24:00")
    }


RATING = ((HELD, "", "2024-01-01", 1), (HELD, "", "2027-01-01", -1))
GRAVE = (CAUSE, "larger_accident/fire", "2024-06-03", 1)
REVIEW = "rating.review/larger_accident/2024-06-03"


def test_something_that_speaks_against_an_award_starts_the_clock_of_a_review():
    """A larger accident, a revoked paper: within 30 days somebody upholds, lowers, suspends or revokes."""
    assert standing(following(*RATING, GRAVE), "2024-06-03") == {REVIEW: ("2024-07-03T24:00", None)}
    upheld = following(*RATING, GRAVE, (REVIEWED, "", "2024-06-20", 1))
    assert standing(upheld, "2024-06-20") == {REVIEW: ("2024-07-03T24:00", "2024-06-20T24:00")}


def test_a_review_of_one_matter_does_not_meet_another():
    """Upheld after the accident, the revoked paper still waits; whatever ends or lowers the award meets both."""
    paper = (CAUSE, "paper_revoked/food", "2024-06-10", 1)
    upheld = following(*RATING, GRAVE, paper, (REVIEWED, "larger_accident", "2024-06-20", 1))
    lowered = following(*RATING, GRAVE, paper, (REVIEWED, "", "2024-06-20", 1))

    assert [met for _, met in standing(upheld, "2024-06-30").values()] == ["2024-06-20T24:00", None]
    assert [met for _, met in standing(lowered, "2024-06-30").values()] == ["2024-06-20T24:00"] * 2


def test_causes_are_told_apart_by_what_they_came_from():
    """One hazard accepted late takes nothing back of another that is overdue from the same day."""
    both = [(CAUSE, f"hazard_overdue/{which}", "2024-06-03", 1) for which in ("wire", "exit")]
    notes = following(*RATING, *both, (CAUSE, "hazard_overdue/wire", "2024-06-03", -1))

    assert standing(notes, "2024-06-03") == {"rating.review/hazard_overdue/2024-06-03": ("2024-07-03T24:00", None)}


def test_a_revoked_award_was_reviewed_and_one_that_ran_out_needs_no_review():
    """Revoking ends the level and meets the duty on one day; behind the last day of an award nobody has to review it."""
    revoked = following(RATING[0], (HELD, "", "2024-06-10", -1), GRAVE, (REVIEWED, "", "2024-06-10", 1))

    assert standing(revoked, "2024-12-31") == {REVIEW: ("2024-07-03T24:00", "2024-06-10T24:00")}
    assert standing(following(*RATING, GRAVE), "2027-01-02") == {}


def test_the_control_a_home_without_an_award_has_nothing_to_review():
    """Before its first day, behind its last, and without any."""
    assert following(GRAVE) == []
    assert following((HELD, "", "2024-06-04", 1), GRAVE) == []
    assert following(RATING[0], (HELD, "", "2024-06-03", -1), GRAVE) == []


def test_an_item_that_fails_again_within_a_year_is_a_repeated_hazard():
    """HZ-08: the finding stands with the hazard that was found again, and for a year."""
    notes = following((FAILED, "C01/first", "2024-01-10", 1), (FAILED, "C01/again", "2025-01-10", 1))

    assert standing(notes, "2025-01-09") == {}
    assert standing(notes, "2025-01-10") == {"HZ-08": "again"}
    assert standing(notes, "2026-01-10") == {}


def test_the_control_another_item_a_later_year_and_the_same_day_repeat_nothing():
    """Two hazards of one item found on one day are one look; a year and a day is too long; another item is another."""
    assert following((FAILED, "C01/a", "2024-01-10", 1), (FAILED, "C02/b", "2024-02-10", 1)) == []
    assert following((FAILED, "C01/a", "2024-01-10", 1), (FAILED, "C01/b", "2025-01-11", 1)) == []
    assert following((FAILED, "C01/a", "2024-01-10", 1), (FAILED, "C01/b", "2024-01-10", 1)) == []


ROWS = st.lists(
    st.tuples(
        st.sampled_from(WATCHED),
        st.sampled_from(["C01/a", "C01/b", "C02/c"]),
        st.integers(0, 900),
        st.sampled_from([1, 1, -1]),
    ),
    max_size=20,
)


@given(ROWS)
def test_rows_taken_one_by_one_make_what_they_make_at_once(rows):
    """What each row changes adds up to what all of them make, in whatever order they come and are taken back."""
    start = date(2024, 1, 1).toordinal()
    # Of a visit the row tells by when it is due.
    told = [(f, "2024-05-01" if f == VISIT else about, start + day, n) for f, about, day, n in rows]
    grown, whole, notes = Series(limits=reference().limits), Series(limits=reference().limits), set()
    for row in told:
        grown.add(*row)
        whole.add(*row)
        gone, new = grown.settle("home")
        assert set(gone) <= notes
        notes = (notes - set(gone)) | set(new)

    assert notes == set(whole.settle("home")[1])
    assert all(n.valid_from < n.valid_to or n.valid_to == FOREVER for n in notes)


def test_what_follows_stands_on_the_boards() -> None:
    """A lived-in home has to be filed, and a repeated hazard is found with the second of the two."""
    with world() as made:
        settle(made)
        first, home = made.today, made.facilities[0]
        made.clock.set(made.clock.now() + timedelta(days=9))
        today = made.today
        made.give("stay.admit", {"facility": home, "person": made.persons[0], "category": "destitute"}, today)
        found = [
            made.give("hazard.find", {"facility": home, "grade": "general", "subject": "通道堆物", "item": "C01"}, day)
            for day in (first, today)
        ]
        made.views.catch_up()
        duties = made.views.sheet("duties", Ask(as_of=today, where={"rule": "facility.filing"}))["rows"]
        repeated = made.views.sheet("breaches", Ask(as_of=today, where={"rule": "HZ-08"}))["rows"]

        assert [(row["stream"], row["status"]) for row in duties] == [(home, "open")]
        assert [(row["stream"], row["facility"]) for row in repeated] == [(found[1], home)]
