"""Different members of a flow: who counts in a period is who has rows in it, whatever came before."""

from collections.abc import Iterator
from datetime import date

import pytest

from projections.ask import Ask
from tests.projections.worlds import World, world

MAY, JUNE = (date(2022, 5, 1), date(2022, 5, 31)), (date(2022, 6, 1), date(2022, 6, 30))
HERE = {"site_no": "01", "region": "540402", "address": "x", "operator": "public", "opened_on": "2020-01-01"}
MAN = {"sex": "male", "age_band": "adult", "how_found": "patrol"}


@pytest.fixture
def made() -> Iterator[World]:
    """A rescue station that received a person in May, a stranger in May, and the same person in June."""
    with world() as one:
        station = one.give("facility.register", {"kind": "rescue_station", "name": "x", **HERE}, date(2022, 1, 1))
        person = one.give("person.register", {"name": "某", "document_kind": "none", "sex": "male"}, date(2022, 1, 1))
        assert station
        assert person
        one.persons = [person]
        one.stays = [
            one.give("rescue.receive", {"station": station, **MAN, **known}, day) or ""
            for day, known in (
                (date(2022, 5, 2), {"person": person}),
                (date(2022, 5, 9), {}),
                (date(2022, 6, 3), {"person": person}),
            )
        ]
        yield one


def persons(made: World, first: date, last: date, **more: object) -> str | None:
    """Different people received in a period."""
    made.views.catch_up()
    return made.views.figure("rescue.persons", Ask(as_of=last, from_=first, to=last, **more))["value"]


def test_who_came_before_the_period_does_not_count_in_it(made: World) -> None:
    """A flow has no balance: two in May, one in June, two in both."""
    assert (persons(made, *MAY), persons(made, *JUNE), persons(made, MAY[0], JUNE[1])) == ("2", "1", "2")
    assert persons(made, date(2022, 7, 1), date(2022, 7, 31)) == "0"


def test_the_trace_names_the_entries_of_the_period_only(made: World) -> None:
    """As many members as the value says, and behind each of them nothing from before."""
    made.views.catch_up()
    trace = made.views.trace("rescue.persons", Ask(as_of=JUNE[1], from_=JUNE[0], to=JUNE[1]))

    assert (trace["value"], [event["stream"] for event in trace["events"]]) == ("1", [made.stays[2]])


def test_a_stranger_who_was_somebody_counts_as_that_person_from_then_on(made: World) -> None:
    """Identified in July: one person in May by what is known since, two by what was known before; why says so."""
    before = made.reach()
    made.give("rescue.identify", {"rescue": made.stays[1], "person": made.persons[0]}, date(2022, 7, 1))

    assert (persons(made, *MAY), persons(made, *MAY, known_at=before)) == ("1", "2")
    why = made.views.why("rescue.persons", Ask(as_of=MAY[1], from_=MAY[0], to=MAY[1]), before, made.reach())
    assert [(change["topic"], change["effect"]) for change in why["changes"]] == [("rescue.identified", "-1")]
