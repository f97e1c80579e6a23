"""Papers: in hand, renewed, revoked; each validity is a duty, and their stocks count day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.envelopes import Envelope
from domain.papers import Paper
from projections.folding import history
from tests.scene import Scene, a_home, say


@pytest.fixture
def home(scene: Scene) -> Scene:
    """A scene with a home of 100 licensed beds."""
    return scene.given(a_home(), say("facility.license_beds", facility="$home", beds=100, since="2024-01-02"))


def a_paper(**more: object):
    """A food licence of the year 2024."""
    args = {
        "facility": "$home",
        "kind": "food_licence",
        "number": "JY3540402",
        "valid_from": "2024-01-15",
        "valid_to": "2024-12-31",
    }
    return say("paper.record", "2024-02-01", **{**args, **more}).named("paper")


def stock(scene: Scene, figure: str, *days: str) -> list[int]:
    """A stock at the end of some days."""
    rows = [row for row, _ in history(Paper, scene.events("$paper"))[1].rows if row.figure == figure]
    return [sum(row.amount for row in rows if str(row.day) <= day) for day in days]


def balance(rows: list, day: date) -> int:
    """A stock of rows at the end of a day."""
    return sum(row.amount for row in rows if row.figure == "paper.valid" and row.day <= day)


def test_a_paper_counts_from_its_first_day_to_its_last(home):
    """Valid on both days of its validity, and one paper that came into force."""
    home.when(a_paper()).then_recorded("paper.granted").then_found()

    assert stock(home, "paper.valid", "2024-01-14", "2024-01-15", "2024-12-31", "2025-01-01") == [0, 1, 1, 0]
    assert next(iter(home.state("$paper").duties()))[:3] == ("facility.paper_valid", "2024-12-31T24:00", None)


def test_a_renewal_meets_the_duty_and_opens_the_next(home):
    """Renewed in time there is no gap; the new end is the next duty."""
    home.given(a_paper(), say("paper.renew", "2024-12-01", paper="$paper", valid_to="2025-12-31"))

    assert stock(home, "paper.valid", "2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01") == [1, 1, 1, 0]
    assert [(d.due_at, d.met_at) for d in home.state("$paper").duties()] == [
        ("2024-12-31T24:00", "2024-12-01T24:00"),
        ("2025-12-31T24:00", None),
    ]


def test_a_late_renewal_leaves_the_gap_in_which_the_paper_had_lapsed(home):
    """What was not valid on a day does not become so by a later entry."""
    home.given(a_paper(valid_to="2024-06-30"), say("paper.renew", "2024-08-10", paper="$paper", valid_to="2025-12-31"))

    assert stock(home, "paper.valid", "2024-06-30", "2024-08-09", "2024-08-10") == [1, 0, 1]


def test_a_revoked_paper_counts_no_more_and_asks_for_no_renewal(home):
    """From the day on which it was given back."""
    home.given(a_paper(), say("paper.revoke", "2024-06-01", paper="$paper", reason="停办食堂"))

    assert stock(home, "paper.valid", "2024-05-31", "2024-06-01", "2025-06-01") == [1, 0, 0]
    assert [d.met_at for d in home.state("$paper").duties()] == ["2024-06-01T24:00"]
    home.when("paper.renew", "2024-07-01", paper="$paper", valid_to="2026-01-01").then_refused("paper.revoked")


def test_a_policy_insures_beds_while_it_is_valid(home):
    """EC-14: insured beds are a stock; more than are licensed is a warning."""
    home.when(a_paper(kind="liability_insurance", beds=80, premium_fen=960_000)).then_recorded().then_found()
    assert stock(home, "paper.insured_beds", "2024-06-01", "2025-06-01") == [80, 0]

    home.when(a_paper(kind="liability_insurance", beds=120)).then_recorded().then_found("EC-14")


def test_a_validity_that_ends_before_it_begins_and_a_renewal_that_extends_nothing_are_refused(home):
    """Both are told at the field or by their rule."""
    home.when(a_paper(valid_to="2024-01-14")).then_refused("field.invalid", "valid_to")
    home.given(a_paper())
    home.when("paper.renew", "2024-12-01", paper="$paper", valid_to="2024-12-31").then_refused("paper.not_extended")


def entered(event: type, version: int, day: date, **fields: object):
    """An event of one paper, made by hand."""
    envelope = Envelope(day, None, f"c-{version}", event.command, "operator", "")
    return event(originator_id="p", originator_version=version, envelope=envelope, **fields)


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 500)), max_size=5))
def test_a_paper_is_valid_or_not_never_twice(renewals):
    """However it is renewed, early or late, its stock is 0 or 1 on every day, and 0 in the end."""
    begin, valid_to = date(2024, 1, 1), date(2024, 1, 30)
    first = {"facility": "home", "kind": "other", "number": "1", "valid_from": begin, "valid_to": valid_to}
    entries = [entered(Paper.Granted, 1, begin, **first)]
    for version, (later, longer) in enumerate(sorted(renewals), 2):
        valid_to += timedelta(days=longer)
        entries.append(entered(Paper.Renewed, version, begin + timedelta(days=later), valid_to=valid_to))
    rows = [row for row, _ in history(Paper, entries)[1].rows]

    assert {balance(rows, begin + timedelta(days=n)) for n in range(0, 4000, 7)} <= {0, 1}
    assert balance(rows, date(2060, 1, 1)) == 0
