"""Ratings while they are valid: counted from day to day, lowered, suspended, restored, revoked."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.ratings import Rating
from projections.folding import history
from tests.domain.rating_scene import FOUR, GROUND, a_score, an_award, applying, doing, rated
from tests.scene import Scene, say

# -- while it is valid ------------------------------------------------------------------------------------


def test_an_award_counts_from_its_first_day_to_its_last(awarded):
    """rating.rated on the days of the contract: nought before, one on both ends, nought after."""
    days = ("2024-06-30", "2024-07-01", "2027-06-30", "2027-07-01")
    assert [rated(awarded, day) for day in days] == [{}, {"4": 1}, {"4": 1}, {}]
    assert rated(awarded, "2024-06-20", "rating.awarded") == {"4": 1}


def test_a_downgrade_counts_on_the_lower_level_from_its_day(awarded):
    """rating.not_lower for a level that is none; the home is counted once all the way."""
    awarded.when(doing("downgrade", "2024-10-01", level=4, reason="x")).then_refused("rating.not_lower")
    awarded.given(doing("downgrade", "2024-10-01", level=3, reason="x"))

    days = ("2024-09-30", "2024-10-01", "2027-06-30", "2027-07-01")
    assert [rated(awarded, day) for day in days] == [{"4": 1}, {"3": 1}, {"3": 1}, {}]
    assert awarded.state("$rating").level == 3


def test_a_step_before_the_first_day_counts_from_the_first_day(awarded):
    """Revoked between award and validity, the level never counts."""
    awarded.given(doing("downgrade", "2024-06-25", level=2, reason="x"))
    assert [rated(awarded, day) for day in ("2024-06-30", "2024-07-01")] == [{}, {"2": 1}]
    awarded.given(doing("revoke", "2024-06-26", trigger="false_material", reason="x"))
    assert [rated(awarded, day) for day in ("2024-07-01", "2027-07-01")] == [{}, {}]


def test_a_suspended_level_does_not_count_until_it_is_restored(awarded):
    """rating.suspended and rating.not_suspended; a downgrade meanwhile shows when it is restored."""
    awarded.when(doing("restore", "2024-09-30")).then_refused("rating.not_suspended")
    awarded.given(doing("suspend", "2024-10-01", reason="x"))
    assert awarded.state("$rating").status == "suspended"
    awarded.when(doing("suspend", "2024-10-02", reason="x")).then_refused("rating.suspended")
    awarded.given(doing("downgrade", "2024-10-05", level=3, reason="x"), doing("restore", "2024-11-01"))

    days = ("2024-09-30", "2024-10-01", "2024-10-31", "2024-11-01", "2027-07-01")
    assert [rated(awarded, day) for day in days] == [{"4": 1}, {}, {}, {"3": 1}, {}]
    assert awarded.state("$rating").status == "awarded"


def test_a_suspension_restored_after_the_last_day_changes_nothing(awarded):
    """What has expired meanwhile does not count again."""
    awarded.correct(awarded.names["rating"], 7, {"valid_from": "2024-06-20", "valid_to": "2024-07-31"}).then_recorded()
    awarded.given(doing("suspend", "2024-07-10", reason="x"), doing("restore", "2024-09-01"))

    assert [rated(awarded, day) for day in ("2024-07-09", "2024-07-10", "2024-09-01")] == [{"4": 1}, {}, {}]


def test_a_revoked_level_is_gone(awarded):
    """rating.revoked for whatever would follow; the duty to renew ends there."""
    awarded.given(doing("revoke", "2024-12-01", trigger="abuse", reason="x"))

    assert [rated(awarded, day) for day in ("2024-11-30", "2024-12-01", "2027-07-01")] == [{"4": 1}, {}, {}]
    assert awarded.state("$rating").status == "revoked"
    assert [one.met_at for one in awarded.state("$rating").duties()] == ["2024-12-01T24:00"]
    for command, args in (
        ("revoke", {"trigger": "other", "reason": "x"}),
        ("suspend", {"reason": "x"}),
        ("downgrade", {"level": 1, "reason": "x"}),
        ("restore", {}),
    ):
        awarded.when(doing(command, "2024-12-02", **args)).then_refused("rating.revoked", None, "已经取消")


def test_an_expired_level_is_not_touched(awarded):
    """rating.expired: nothing is left to suspend."""
    awarded.correct(awarded.names["rating"], 7, {"valid_to": "2024-07-31"}).then_recorded()
    for command, args in (("suspend", {}), ("downgrade", {"level": 1}), ("revoke", {"trigger": "other"})):
        awarded.when(doing(command, "2024-08-01", reason="x", **args)).then_refused(
            "rating.expired", None, "有效期已过"
        )
    awarded.when(doing("suspend", "2024-07-31", reason="x")).then_recorded()


def test_nothing_is_taken_that_was_not_awarded(scored):
    """rating.not_awarded."""
    for command, args in (
        ("downgrade", {"level": 1, "reason": "x"}),
        ("suspend", {"reason": "x"}),
        ("restore", {}),
        ("revoke", {"trigger": "other", "reason": "x"}),
    ):
        scored.when(doing(command, "2024-06-30", **args)).then_refused("rating.not_awarded", None, "尚未授予")


def test_a_withdrawn_suspension_leaves_no_trace_in_the_count(awarded):
    """Late entries and withdrawals fold anew: the level counts as if nothing had been."""
    awarded.given(doing("suspend", "2024-09-01", reason="x"))
    awarded.withdraw(awarded.names["rating"], 8).then_recorded()
    assert rated(awarded, "2024-09-01") == {"4": 1}


STEPS = st.sampled_from(["downgrade", "suspend", "restore", "revoke"])


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.tuples(STEPS, st.integers(0, 40), st.integers(1, 4)), max_size=8))
def test_a_home_is_counted_once_or_not_at_all(tmp_path_factory, steps):
    """Conservation: on no day does one award count twice or less than nought, and after its last day never."""
    scene = Scene.at(tmp_path_factory.mktemp("scene"))
    scene.given(*GROUND, applying(), a_score(), a_score("li.inspector"))
    scene.given(an_award(valid_from="2024-06-25", valid_to="2024-07-20"))
    for command, after, level in steps:
        day = (date(2024, 6, 20) + timedelta(days=after)).isoformat()
        args = {"downgrade": {"level": level, "reason": "x"}, "suspend": {"reason": "x"}, "restore": {}}
        scene.when(doing(command, day, **args.get(command, {"trigger": "other", "reason": "x"})))
    rows = [row for row, _ in history(Rating, scene.events("$rating"))[1].rows if row.figure == "rating.rated"]
    scene.close()

    for after in range(45):
        day = date(2024, 6, 20) + timedelta(days=after)
        levels = Counter()
        for row in rows:
            levels[row.dims] += row.amount if row.day <= day else 0
        assert set(levels.values()) <= {0, 1}
        assert sum(levels.values()) <= (date(2024, 6, 25) <= day <= date(2024, 7, 20))


def test_an_assessor_has_an_account(applied):
    """Two names that nobody has are not two assessors: the login is refused at its field."""
    applied.when(a_score("nobody.one")).then_refused("reference.unknown", "assessor", "没有这个账号")


# -- one facility, several awards -------------------------------------------------------------------------


def again(level=3, valid_from="2024-09-01", valid_to="2027-08-31", on="2024-08-20"):
    """The same home is rated anew in a rating of its own."""
    return (
        applying(level, "2024-08-01", called="newer"),
        *(
            say("rating.score", "2024-08-10", rating="$newer", assessor=login, points=FOUR)
            for login in ("zhang.inspector", "li.inspector")
        ),
        say("rating.award", on, rating="$newer", level=level, valid_from=valid_from, valid_to=valid_to),
    )


def both(scene: Scene, *days: str) -> list[int]:
    """How many ratings of the home count at the end of some days."""
    rows = [
        row
        for stream in ("$rating", "$newer")
        for row, _ in history(Rating, scene.events(stream))[1].rows
        if row.figure == "rating.rated"
    ]
    return [sum(row.amount for row in rows if str(row.day) <= day) for day in days]


def test_a_home_that_is_rated_anew_counts_once(awarded):
    """The later award takes the place of the earlier one from its first day; the earlier need not be renewed."""
    awarded.given(*again())

    assert both(awarded, "2024-07-01", "2024-08-31", "2024-09-01", "2027-08-31", "2027-09-01") == [1, 1, 1, 1, 0]
    assert [(d.due_at[:10], d.met_at is not None) for d in awarded.state("$rating").duties()] == [("2024-08-31", True)]


def test_an_award_entered_late_gives_way_to_the_one_that_began_after_it(awarded):
    """Whichever was entered first: from the day on which the later validity begins only that one counts."""
    awarded.given(*again(valid_from="2024-03-01", valid_to="2027-02-28"))
    assert both(awarded, "2024-03-01", "2024-06-30", "2024-07-01", "2027-06-30", "2027-07-01") == [1, 1, 1, 1, 0]


def test_the_control_a_withdrawn_award_leaves_the_earlier_one_as_it_was(awarded):
    """What the newer award ended goes on when that award is taken back."""
    before = awarded.seen("$rating")
    awarded.given(*again())
    newest = next(e.originator_version for e in awarded.events("$newer") if e.topic == "rating.awarded")
    awarded.withdraw("$newer", newest).then_recorded()
    assert awarded.seen("$rating") == before
