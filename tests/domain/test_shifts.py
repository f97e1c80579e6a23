"""Shifts: who was on duty, from when to when; the name is sealed."""

import pytest

from tests.scene import Scene, a_home, say

NIGHT = {"facility": "$home", "role": "night_carer", "staff": "夜班甲", "until": "2024-03-02T07:30:00+08:00"}


@pytest.fixture
def home(scene: Scene) -> Scene:
    """A scene with a home."""
    return scene.given(a_home())


def night(at: str = "2024-03-01T19:30:00+08:00", **more: object):
    """A night shift."""
    return say("shift.record", None, at, **{**NIGHT, **more}).named("shift")


def test_a_shift_stands_from_its_begin_to_its_end_and_its_name_is_sealed(home):
    """Both moments are business moments, one row counts it, and the name opens only from the vault."""
    event = home.when(night()).then_recorded("shift.recorded").events[0]

    state = home.state("$shift")
    assert (state.begins_at, state.ends_at) == ("2024-03-01T19:30:00", "2024-03-02T07:30:00")
    assert home.vault.open(event.staff) == "夜班甲"
    assert "夜班甲" not in home.text()
    assert {k[0]: n for k, n in home.seen("$shift")[1].items()} == {"shift.recorded": 1}


def test_a_shift_ends_behind_its_begin_and_within_two_days(home):
    """A slip of the pen is refused, told at the field."""
    home.when(night(until="2024-03-01T19:30:00+08:00")).then_refused("shift.ends_before", "until")
    home.when(night(until="2024-03-03T19:30:01+08:00")).then_refused("shift.too_long", "until", "48")
    home.when(night(until="2024-03-03T19:30:00+08:00")).then_recorded()


def test_nobody_is_on_duty_where_nothing_stands(home):
    """Before the registration and after the end there is no duty to do."""
    home.when(night("2023-12-01T08:00:00+08:00", until="2023-12-01T18:00:00+08:00")).then_refused(
        "facility.not_registered", "facility"
    )
    home.given(say("facility.terminate", "2024-02-01", facility="$home", reason="拆迁"))
    home.when(night()).then_refused("facility.terminated", "facility")


def test_a_shift_is_corrected_and_withdrawn(home):
    """The corrected one stands in its place; a withdrawn one is gone."""
    home.given(night())
    home.correct("$shift", args={"until": "2024-03-02T08:00:00+08:00"}).then_recorded()
    assert home.state("$shift").ends_at == "2024-03-02T08:00:00"
    home.withdraw("$shift", 3).then_recorded()
    assert home.seen("$shift")[0] is None
