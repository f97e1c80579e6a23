"""Replay: the home at a minute, as it was and as it was known; and the moments at which something changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.desk import Submission
from domain.model import CHINA, Refused
from projections.ask import Ask
from tests.projections.worlds import World, world

DAY = date(2023, 3, 10)


def at(hour: int, minute: int = 0) -> datetime:
    """A moment of the day of the fire."""
    return datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=CHINA)


class Home(World):
    """A home on the day of a fire."""

    facility: str
    fire: str
    report: int

    def say(self, command: str, moment: datetime | date, **args: object) -> str:
        """A command that is recorded, at a moment or on a day."""
        if isinstance(moment, datetime):
            self.count += 1
            receipt = self.services.desk.submit(Submission(command, f"r-{self.count}", args, occurred_at=moment))
            self.events += self.log.at(receipt.positions)
            self.boundaries.append(receipt.positions[-1])
            return receipt.stream
        made = self.give(command, args, moment)
        assert made, self.refusals
        return made

    def replay(self, stream: str, moment: datetime, known_at: int | None = None) -> dict:
        """The state at a moment."""
        self.views.catch_up()
        return self.views.replay(stream, Ask(moment.date(), at=moment, known_at=known_at))


@pytest.fixture
def home() -> Iterator[Home]:
    """Two people, one of whom came at 9:30; a hazard open; a carer on duty until 20:00; a fire at 14:10, told at 15:40."""
    with world() as plain:
        plain.clock.set(datetime(2023, 4, 1, tzinfo=UTC))
        plain.__class__ = Home
        made: Home = plain  # type: ignore[assignment]
        made.facility = made.say(
            "facility.register",
            date(2023, 1, 2),
            kind="elderly_care_home",
            name="甲院",
            site_no="01",
            region="540402",
            address="x",
            operator="public",
            opened_on="2020-01-01",
        )
        made.say("facility.license_beds", date(2023, 1, 2), facility=made.facility, beds=3, since="2023-01-02")
        people = [
            made.say("person.register", date(2023, 1, 2), name=f"人{n}", document_kind="none", sex="male")
            for n in range(2)
        ]
        stay = {"facility": made.facility, "category": "destitute"}
        made.say("stay.admit", date(2023, 2, 1), person=people[0], bed="1", **stay)
        made.say("stay.admit", at(9, 30), person=people[1], bed="2", **stay)
        made.say("shift.record", at(8), facility=made.facility, role="day_carer", staff="值", until=at(20).isoformat())
        made.say("hazard.find", date(2023, 3, 1), facility=made.facility, grade="general", subject="灯不亮")
        made.fire = made.say(
            "incident.record", at(14, 10), facility=made.facility, place="走廊", kinds=["fire"], course="起火"
        )
        made.report = made.boundaries[-1] + 1
        made.say("incident.report", at(15, 40), incident=made.fire, to="county_bureau")
        yield made


def test_a_minute_shows_who_was_there_who_was_on_duty_and_what_was_open(home) -> None:
    """At 9:00 one resident, at 14:10 two; the carer from 8 to 20; the hazard; no report yet."""
    assert [r["bed"] for r in home.replay(home.fire, at(9))["present"]] == ["1"]
    state = home.replay(home.fire, at(14, 10))

    assert sorted(r["bed"] for r in state["present"]) == ["1", "2"]
    assert state["occupancy"] == {"present": 2, "licensed": 3}
    assert [s["role"] for s in state["staff_on_duty"]] == ["day_carer"]
    assert [h["subject"] for h in state["open_hazards"]] == ["灯不亮"]
    assert state["reports_made"] == []
    assert [e["topic"] for e in state["events_until_now"]] == ["incident.occurred"]


def test_nobody_is_on_duty_behind_the_end_of_the_shift(home) -> None:
    """A shift until 20:00 is over at 20:00, and had not begun at 7:59."""
    assert home.replay(home.fire, at(20))["staff_on_duty"] == []
    assert home.replay(home.fire, at(7, 59))["staff_on_duty"] == []
    assert home.replay(home.fire, at(8))["staff_on_duty"] != []


def test_a_report_is_there_from_its_minute_and_says_whether_it_was_in_time(home) -> None:
    """Ninety minutes behind the fire: late; its duty was overdue at 15:30 and is not at 16:00."""
    assert home.replay(home.fire, at(15, 39))["reports_made"] == []
    assert home.replay(home.fire, at(15, 40))["reports_made"] == [
        {"to": "county_bureau", "at": f"{DAY}T15:40:00+08:00", "on_time": False}
    ]

    def overdue(moment: datetime) -> set[str]:
        return {d["rule"] for d in home.replay(home.fire, moment)["overdue_duties"]}

    assert "accident.unit_report" not in overdue(at(15))
    assert "accident.unit_report" in overdue(at(15, 30))
    assert "accident.unit_report" not in overdue(at(16))


def test_who_had_read_what_is_there_from_its_minute_on_both_clocks(home) -> None:
    """From its minute on, with as many entries as had been recorded before it; nobody had before the signing was entered."""
    home.say("incident.acknowledge", at(15), incident=home.fire)
    before = home.boundaries[-1]
    home.say("incident.acknowledge", at(16), incident=home.fire, instruction="查明原因")

    assert home.replay(home.fire, at(14, 59))["read_by"] == []
    read = home.replay(home.fire, at(16))["read_by"]
    assert [(r["login"], r["at"]) for r in read] == [
        ("operator", f"{DAY}T15:00:00+08:00"),
        ("operator", f"{DAY}T16:00:00+08:00"),
    ]
    assert [r["entries"] for r in read] == [2, 3]
    assert len(home.replay(home.fire, at(16), known_at=before)["read_by"]) == 1
    assert home.replay(home.fire, at(16), known_at=before - 1)["read_by"] == []
    assert home.replay(home.facility, at(16))["read_by"] == []


def test_as_we_knew_it_is_the_state_without_what_was_entered_later(home) -> None:
    """Before the report was entered nobody could see it; before the second admission was, one resident was known."""
    assert home.replay(home.fire, at(16), known_at=home.report - 1)["reports_made"] == []
    first_stay = next(e.envelope.position for e in home.events if e.topic == "stay.admitted")
    assert len(home.replay(home.fire, at(16), known_at=first_stay)["present"]) == 1
    assert home.replay(home.fire, at(16), known_at=0)["present"] == []


def test_a_facility_is_replayed_without_an_incident(home) -> None:
    """The same state, and no reports of any incident."""
    state = home.replay(home.facility, at(14, 10))
    assert (state["facility"], len(state["present"]), state["reports_made"]) == (home.facility, 2, [])


def test_the_moments_around_an_incident_are_those_of_its_facility_too(home) -> None:
    """From the day before to some days behind: the admission at 9:30 belongs to it, that of February does not."""
    home.views.catch_up()
    found = home.views.boundaries(home.fire, Ask(home.today))

    assert [line["at"] for line in found] == [
        f"{DAY}T08:00:00",
        f"{DAY}T09:30:00",
        f"{DAY}T14:10:00",
        f"{DAY}T15:40:00",
    ]
    assert home.views.boundaries(home.facility, Ask(DAY - timedelta(days=5)))[0]["topic"] == "facility.registered"


def test_anything_else_is_refused(home) -> None:
    """A person is not replayed; the refusal says what is."""
    person = next(e.originator_id for e in home.events if e.topic == "person.registered")
    with pytest.raises(Refused) as caught:
        home.replay(person, at(12))
    assert caught.value.rule == "reference.unknown"
    assert caught.value.wording.remedy_zh
