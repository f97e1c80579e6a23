"""Patrol rounds: at a station or a region, each thing done there a figure of its own."""

from collections import Counter

import pytest

from domain.catalogue import sentence
from tests.domain.special_kinds import ROUND, STATION
from tests.scene import BAYI, Scene, a_home, reference, say


@pytest.fixture
def station(scene: Scene) -> Scene:
    """A rescue station."""
    return scene.given(STATION)


def counted(scene: Scene, stream: str) -> dict[str, int]:
    """figure -> sum of the rows of a stream."""
    sums: Counter[str] = Counter()
    for key, amount in scene.seen(stream)[1].items():
        sums[key[0]] += amount
    return dict(sums)


def test_a_round_is_counted_in_five_ways(station):
    """Rounds, staff, persuaded, street aid and leaflets are different figures; who is brought in is counted at the station."""
    outcome = station.when(say("patrol.record", facility="$home", called="round", **ROUND))
    outcome.then_recorded("patrol.done").then_found()

    event = outcome.events[0]
    assert (event.envelope.facility, event.envelope.region) == (station.names["home"], BAYI)
    assert counted(station, "$round") == {
        "patrol.rounds": 1,
        "patrol.staff": 3,
        "patrol.persuaded": 5,
        "patrol.street_aid": 2,
        "patrol.leaflets": 40,
    }


def test_a_round_of_an_office_stands_at_its_region(station):
    """A region in place of a station; what was not counted has no row."""
    station.when(say("patrol.record", region=BAYI, route="火车站", staff=2, called="round")).then_recorded()

    assert counted(station, "$round") == {"patrol.rounds": 1, "patrol.staff": 2}
    assert station.state("$round").region == BAYI
    assert {key[3:5] for key in station.seen("$round")[1]} == {(None, BAYI)}


def test_a_round_is_at_one_place(station):
    """field.missing without a place, field.invalid with two, facility.kind_unfit at a home, nobody walks without staff."""
    station.given(a_home("other"))
    for more, rule, field in (
        ({}, "field.missing", "facility"),
        ({"facility": "$home", "region": BAYI}, "field.invalid", "region"),
        ({"facility": "$other"}, "facility.kind_unfit", "facility"),
        ({"region": "999999"}, "reference.unknown", "region"),
        ({"region": BAYI, "staff": 0}, "field.invalid", "staff"),
        ({"region": BAYI, "persuaded": -1}, "field.invalid", "persuaded"),
    ):
        station.when(say("patrol.record", **({"route": "x", "staff": 1} | more))).then_refused(rule, field)


def test_a_correction_changes_the_figures_and_a_withdrawal_takes_them_back(station):
    """What stands is what counts."""
    station.given(say("patrol.record", facility="$home", called="round", **ROUND))
    station.correct("$round", args={"persuaded": 4}).then_recorded()
    assert counted(station, "$round")["patrol.persuaded"] == 4
    station.withdraw("$round", 3).then_recorded()
    assert counted(station, "$round") == {}


def test_a_round_is_told_in_both_languages(station):
    """The sentence says where and with how many."""
    event = station.when(say("patrol.record", facility="$home", **ROUND)).events[0]

    assert sentence(event, reference()) == (
        "街面巡查：八一大街，出动 3 人",
        "Patrol: 八一大街, 3 staff",
    )
