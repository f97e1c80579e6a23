"""Reports of incidents: by whom, to whom, by when; late ones found, hops owed upward, wrong ones judged."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.incident_rules import earliest
from domain.model import CHINA, business_key
from tests.domain.incident_scene import DAY, a_report, an_incident, at, owed, sums
from tests.scene import Scene, a_home, an_account, reference


@pytest.fixture
def home(scene: Scene) -> Scene:
    """A home, licensed to nobody in particular, and somebody to be responsible."""
    return scene.given(a_home(), an_account("wang.manager"))


# -- reports ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("when", "on_time"), [("14:10", True), ("15:10", True), ("15:11", False), ("15:40", False)])
def test_the_unit_reports_within_an_hour(burning, when, on_time):
    """AC-02: recorded all the same; late by a minute is late, and the duty says when it was done."""
    outcome = burning.when(a_report(when=when)).then_recorded("incident.reported")
    outcome.then_found(*(() if on_time else ("AC-02",)))

    report = burning.state("$incident").reports[0]
    assert (report.to, report.at, report.on_time, report.due) == (
        "county_bureau",
        f"{DAY}T{when}:00",
        on_time,
        f"{DAY}T15:10:00",
    )
    assert owed(burning)["accident.unit_report", ""] == (f"{DAY}T15:10:00", f"{DAY}T{when}:00")
    assert sums(burning, "incident.reported_late") == ({} if on_time else {(DAY, "production_safety"): 1})
    assert burning.state("$incident").status == "reported"


@pytest.mark.parametrize(
    ("occurred", "reported", "on_time"),
    [
        ({"on": DAY}, {"on": DAY}, True),
        ({"on": DAY}, {"when": "23:59"}, True),
        ({"on": DAY}, {"on": "2024-05-06"}, True),
        ({"on": DAY}, {"on": "2024-05-07"}, False),
        ({"when": "14:10"}, {"on": DAY}, True),
        ({"when": "14:10"}, {"on": "2024-05-06"}, False),
        ({"when": "23:30"}, {"on": "2024-05-06"}, True),
    ],
)
def test_without_a_time_a_report_is_late_only_if_that_is_certain(home, occurred, reported, on_time):
    """AC-02 by the day: the incident may have happened last thing, the report first thing."""
    home.given(an_incident(**occurred))
    home.when(a_report(**reported)).then_recorded().then_found(*(() if on_time else ("AC-02",)))


def test_each_hop_has_two_hours_from_the_report_below(burning):
    """AC-02: the city within two hours of the county; the duty stands from the county's report on."""
    assert ("accident.level_hop", "2") not in owed(burning)
    burning.given(a_report(when="14:40"))
    assert owed(burning)["accident.level_hop", "2"] == (f"{DAY}T16:40:00", None)
    burning.when(a_report("city_bureau", "16:41")).then_found("AC-02")

    assert owed(burning)["accident.level_hop", "2"] == (f"{DAY}T16:40:00", f"{DAY}T16:41:00")
    burning.when(a_report("province_bureau", "23:00")).then_found("AC-02")
    assert [report.on_time for report in burning.state("$incident").reports] == [True, False, True]


def test_a_level_told_directly_needs_no_report_below(burning):
    """The city within the first hour meets the unit's duty; the county told afterwards is not late."""
    burning.given(a_report("city_emergency", "14:50"), a_report("county_bureau", "20:00"))

    assert list(burning.state("$incident").findings()) == []
    assert owed(burning)["accident.unit_report", ""][1] == f"{DAY}T14:50:00"


@pytest.mark.parametrize(("when", "found"), [("16:40", ()), ("16:41", ("AC-02",))])
def test_whoever_passes_a_level_over_keeps_its_clock(burning, when, found):
    """The county tells the province at once: two hours, as for the city, whose duty it meets too."""
    burning.given(a_report(when="14:40"))
    burning.when(a_report("province_bureau", when)).then_recorded().then_found(*found)

    assert owed(burning)["accident.level_hop", "2"] == (f"{DAY}T16:40:00", f"{DAY}T{when}:00")
    assert ("accident.level_hop", "3") not in owed(burning)


def test_only_the_first_report_to_a_level_can_be_late(burning):
    """Further news of the same incident (续报) has no clock."""
    burning.given(a_report(when="14:30"), a_report(when="22:00"), a_report("county_emergency", "22:30"))

    assert [report.on_time for report in burning.state("$incident").reports] == [True] * 3
    assert [report.due for report in burning.state("$incident").reports] == [f"{DAY}T15:10:00", None, None]


def test_bodies_beside_the_chain_meet_no_clock(burning):
    """The police are told, and the county still waits."""
    burning.when(a_report("police", "18:00")).then_recorded().then_found()

    assert owed(burning)["accident.unit_report", ""] == (f"{DAY}T15:10:00", None)
    burning.when(a_report(when="19:00")).then_found("AC-02")


def test_other_incidents_owe_the_county_only(home):
    """AC-06: a service-safety incident goes up no further by the accident rules."""
    home.given(an_incident(kinds=["service_safety"]), a_report(when="14:30"))

    assert set(owed(home)) == {("accident.unit_report", "")}
    home.when(a_report("city_bureau", "23:00")).then_found()


def test_an_incident_is_reported_late_once(burning):
    """Two late hops are one incident reported late, on the day of the first."""
    burning.given(a_report(when="16:00"), a_report("city_bureau", on="2024-05-07"))

    assert sums(burning, "incident.reported_late") == {(DAY, "production_safety"): 1}


def test_a_late_entry_of_a_report_moves_the_clocks_behind_it(burning):
    """The city's report was late by the first hour, and is in time by the county's that is entered afterwards."""
    burning.when(a_report("city_bureau", "16:00")).then_found("AC-02")
    burning.when(a_report("county_bureau", "14:30")).then_recorded().then_found()

    assert sums(burning, "incident.reported_late") == {}


def test_a_corrected_hour_makes_a_report_late_or_not(burning):
    """The clock of the incident moves, and every report is judged by where it stands now."""
    burning.given(a_report(when="15:40"))
    burning.correct(burning.names["incident"], occurred_at=at("14:50")).then_recorded().then_found()
    assert sums(burning, "incident.reported_late") == {}

    version = max(e.originator_version for e in burning.events("$incident") if e.topic == "incident.occurred")
    burning.correct(burning.names["incident"], version, occurred_at=at("14:00")).then_found("AC-02")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 3000), st.integers(0, 3000), st.booleans(), st.booleans())
def test_lateness_is_never_claimed_without_proof(first, later, timed, told_timed):
    """AC-02 as a law of clocks: without a time on either side, late only if the latest occurrence was an hour before."""
    start = datetime(2024, 5, 5, tzinfo=CHINA)
    occurred, told = start + timedelta(minutes=first), start + timedelta(minutes=first + later)
    due = reference().limits.due("accident.unit_report", occurred.date(), occurred if timed else None)
    entry = business_key(told.date(), told if told_timed else None, opens=False)

    late = earliest(entry) > due
    assert not late or told - occurred > timedelta(hours=1)
    if timed and told_timed:
        assert late == (told - occurred > timedelta(hours=1))
