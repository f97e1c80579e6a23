"""What each figure means, pinned by the smallest history that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from domain.model import Refused
from projections.ask import Ask
from tests.projections.worlds import World, world

DAY = date(2022, 10, 10)
ONE = timedelta(days=1)


@pytest.fixture
def made() -> Iterator[World]:
    """A home and a mental hospital in 米林 with three beds each, and three persons."""
    with world() as one:
        for kind, region in (("elderly_care_home", "540422"), ("mental_health_hospital", "110101")):
            home = one.give(
                "facility.register",
                {
                    "kind": kind,
                    "name": "x",
                    "site_no": "01",
                    "region": region,
                    "address": "x",
                    "operator": "public",
                    "opened_on": "2022-01-01",
                },
                date(2022, 1, 1),
            )
            one.facilities.append(home)
            one.give("facility.license_beds", {"facility": home, "beds": 3, "since": "2022-01-01"}, date(2022, 1, 1))
        for sex in ("male", "female", "female"):
            one.persons.append(
                one.give("person.register", {"name": "x", "document_kind": "none", "sex": sex}, date(2022, 1, 1))
            )
        yield one


def admit(made: World, person: int = 0, facility: int = 0, day: date = DAY, **more: Any) -> str:
    """An admission."""
    return made.give(
        "stay.admit",
        {"person": made.persons[person], "facility": made.facilities[facility], "category": "destitute", **more},
        day,
    )


def value(made: World, key: str, day: date = DAY, **asked: Any) -> str | None:
    """The value of a figure as of a day, with everything that is known."""
    made.views.catch_up()
    return made.views.figure(key, Ask(as_of=day, **asked))["value"]


def correct(made: World, stream: str, version: int = 1, day: date | None = None, **args: Any) -> None:
    """A correction that must be accepted."""
    when = {"occurred_on": day.isoformat()} if day else {}
    assert made.give(
        "entry.correct", {"stream": stream, "version": version, "args": args, "reason": "x", **when}, None
    ), made.refusals


def test_the_day_of_admission_counts_and_the_day_of_discharge_does_not(made: World) -> None:
    """stay.present: the balance at the end of the day."""
    stay = admit(made)
    made.give("stay.discharge", {"stay": stay, "reason": "to_family"}, DAY + 3 * ONE)
    assert [value(made, "stay.present", DAY + n * ONE) for n in range(-1, 5)] == ["0", "1", "1", "1", "0", "0"]


def test_leave_and_hospital_still_count(made: World) -> None:
    """stay.present: who is away keeps the bed and the count."""
    stay = admit(made)
    made.give("stay.go_on_leave", {"stay": stay}, DAY + ONE)
    made.give("stay.return", {"stay": stay}, DAY + 2 * ONE)
    made.give("stay.send_to_hospital", {"stay": stay, "hospital": "x"}, DAY + 3 * ONE)
    assert {value(made, "stay.present", DAY + n * ONE) for n in range(6)} == {"1"}


def test_a_stay_of_one_day_is_an_admission_and_a_person_but_nobody_present(made: World) -> None:
    """In and out on one day: admitted 1, discharged 1, persons 1, present 0."""
    admit(made, until=DAY.isoformat(), reason="to_family")
    assert value(made, "stay.present") == "0"
    assert [value(made, f"stay.{what}") for what in ("admitted", "discharged", "persons")] == ["1", "1", "1"]
    assert value(made, "stay.discharged", where={"reason": "to_family"}) == "1"


def test_one_who_comes_twice_is_two_admissions_and_one_person(made: World) -> None:
    """stay.admitted counts each time, stay.persons each person once, also in two homes of different kinds."""
    admit(made, day=DAY - 9 * ONE, until=(DAY - 5 * ONE).isoformat())
    admit(made, facility=1)
    assert (value(made, "stay.admitted"), value(made, "stay.persons")) == ("2", "1")
    assert value(made, "stay.persons", where={"kind": "elderly_care_home"}) == "1"
    assert value(made, "stay.persons", by="kind") == "1"


def test_persons_of_a_period_are_those_there_at_its_first_evening_or_admitted_in_it(made: World) -> None:
    """stay.persons: one who left on the first day does not count, one who leaves on the second does."""
    admit(made, 0, until=(DAY + ONE).isoformat())
    assert value(made, "stay.persons", DAY + 9 * ONE, from_=DAY + ONE) == "0"
    assert value(made, "stay.persons", DAY + 9 * ONE, from_=DAY) == "1"


def test_a_suspended_home_counts_and_a_terminated_one_does_not(made: World) -> None:
    """facility.registered and its beds: until the day before termination."""
    home = made.facilities[0]
    made.give("facility.suspend", {"facility": home, "reason": "x"}, DAY)
    assert (value(made, "facility.registered"), value(made, "facility.beds_licensed")) == ("2", "6")
    made.give("facility.terminate", {"facility": home, "reason": "x"}, DAY + ONE)
    assert (value(made, "facility.registered"), value(made, "facility.registered", DAY + ONE)) == ("2", "1")
    assert (value(made, "facility.beds_licensed"), value(made, "facility.beds_licensed", DAY + ONE)) == ("6", "3")


def test_a_late_licence_counts_from_its_own_day(made: World) -> None:
    """facility.beds_licensed is a level: a licence entered late lies between the others, and the later one still holds."""
    home = made.facilities[0]
    made.give("facility.license_beds", {"facility": home, "beds": 8, "since": DAY.isoformat()}, DAY)
    made.give("facility.license_beds", {"facility": home, "beds": 5, "since": (DAY - 5 * ONE).isoformat()}, DAY)
    beds = [value(made, "facility.beds_licensed", DAY - n * ONE, facility=home) for n in (6, 5, 1, 0)]
    assert beds == ["3", "5", "5", "8"]


def test_the_later_of_two_entries_of_one_moment_holds(made: World) -> None:
    """Two licences of one day: the one entered last; after a correction of the first, still the one entered last."""
    home = made.facilities[0]
    for beds in (5, 7):
        made.give("facility.license_beds", {"facility": home, "beds": beds, "since": DAY.isoformat()}, DAY)
    assert value(made, "facility.beds_licensed", facility=home) == "7"
    correct(made, home, 3, beds=6)
    assert value(made, "facility.beds_licensed", facility=home) == "7"


def test_occupancy_is_of_elderly_care_homes_to_four_places_half_up(made: World) -> None:
    """1 of 3 = 33.3333; 2 of 3 = 66.6667; the hospital's people and beds do not count; by operator too."""
    admit(made, 0, 0)
    admit(made, 1, 1)
    assert value(made, "facility.occupancy") == "33.3333"
    admit(made, 2, 0)
    assert value(made, "facility.occupancy") == "66.6667"
    assert value(made, "facility.occupancy", where={"operator": "public"}) == "66.6667"
    made.views.catch_up()
    assert made.views.figure("facility.occupancy", Ask(as_of=DAY, by="operator"))["by"] == {"public": "66.6667"}


def test_a_ratio_without_a_denominator_has_no_value(made: World) -> None:
    """No licensed beds: null, not 0."""
    assert value(made, "facility.occupancy", date(2021, 12, 31)) is None
    assert value(made, "facility.occupancy", region="110101") is None
    assert value(made, "facility.occupancy") == "0"


def test_money_is_in_yuan_and_quantities_are_exact(made: World) -> None:
    """activity.*.amount: 元 without trailing zeros; a region's own entry counts in it and above, not in a kind."""
    for fen, where in ((123450, {"region": "540422"}), (50, {"facility": made.facilities[0]})):
        made.give(
            "activity.log",
            {"type": "festival_visit", "quantities": {"household_times": 2}, "amount_fen": fen, **where},
            DAY,
        )
    amount, times = "activity.festival_visit.amount", "activity.festival_visit.household_times"
    assert (value(made, amount), value(made, times)) == ("1235", "4")
    assert value(made, amount, where={"kind": "elderly_care_home"}) == "0.5"
    assert value(made, amount, region="540000") == "1235"
    assert value(made, amount, region="110000") == "0"


def test_facts_of_an_old_county_count_in_the_city_that_followed_it(made: World) -> None:
    """540422 米林县 is 540481 米林市 from 2023 on: either code finds the home on either side of the change."""
    admit(made)
    for day in (DAY, date(2024, 5, 1)):
        assert value(made, "stay.present", day, region="540400") == "1"
        assert value(made, "stay.present", day, region="540481" if day.year > 2022 else "540422") == "1"
    made.views.catch_up()
    assert made.views.figure("stay.present", Ask(as_of=date(2024, 5, 1), region="540400", by="region"))["by"] == {
        "540481": "1"
    }


def test_a_breakdown_by_region_of_a_county_names_the_county(made: World) -> None:
    """Below a county there is nothing to break down by: the county itself, not what lies above it."""
    admit(made)
    made.views.catch_up()
    assert made.views.figure("stay.present", Ask(as_of=DAY, region="540422", by="region"))["by"] == {"540422": "1"}


def test_a_home_that_moved_counts_where_it_stood_on_the_day(made: World) -> None:
    """Relocation: region filters follow the home; why names the relocation."""
    admit(made)
    before = made.reach()
    made.give("facility.relocate", {"facility": made.facilities[0], "address": "y", "region": "110101"}, DAY + ONE)
    assert value(made, "stay.present", DAY, region="110101") == "0"
    assert value(made, "stay.present", DAY + ONE, region="110101") == "1"
    for key in ("stay.present", "stay.persons"):
        why = made.views.why(key, Ask(as_of=DAY + ONE, region="110101"), before, made.reach())
        assert [(c["topic"], c["effect"]) for c in why["changes"]] == [("facility.relocated", "1")]


def test_people_who_came_with_their_home_are_explained_by_its_move(made: World) -> None:
    """A home moves and afterwards one of its people leaves: that he counts in the new county came of the move alone."""
    stay, before = admit(made), made.reach()
    made.give("facility.relocate", {"facility": made.facilities[0], "address": "y", "region": "110101"}, DAY + ONE)
    made.give("stay.discharge", {"stay": stay, "reason": "to_family"}, DAY + ONE)
    made.give("person.register", {"name": "无关", "document_kind": "none", "sex": "male"}, DAY + ONE)
    made.views.catch_up()
    why = made.views.why("stay.persons", Ask(as_of=DAY + ONE, region="110101"), before, made.reach())
    assert [(c["topic"], c["effect"]) for c in why["changes"]] == [("facility.relocated", "1")]


def test_a_home_at_the_asked_region_itself_is_a_part_of_its_own(made: World) -> None:
    """A home that belongs to the prefecture directly stands beside the counties, not for all of them together."""
    made.give("facility.relocate", {"facility": made.facilities[0], "address": "y", "region": "540400"}, DAY)
    made.give("facility.relocate", {"facility": made.facilities[1], "address": "y", "region": "540402"}, DAY)
    admit(made)
    made.give(
        "stay.admit",
        {"facility": made.facilities[1], "person": made.persons[1], "category": "orphan"},
        DAY,
    )
    made.views.catch_up()
    answer = made.views.figure("stay.persons", Ask(as_of=DAY, region="540400", by="region"))
    assert (answer["value"], answer["by"]) == ("2", {"540400": "1", "540402": "1"})


def test_two_counties_with_homes_are_two(made: World) -> None:
    """facility.regions counts counties, not facilities."""
    assert value(made, "facility.regions") == "2"
    made.give("facility.relocate", {"facility": made.facilities[1], "address": "y", "region": "540422"}, DAY)
    assert (value(made, "facility.regions"), value(made, "facility.regions", DAY - ONE)) == ("1", "2")


def test_a_corrected_sex_is_corrected_in_stays_that_have_ended(made: World) -> None:
    """The cascade: figures by sex of past stays follow the person; the total does not move."""
    admit(made, until=DAY.isoformat())
    correct(made, made.persons[0], sex="female")
    assert value(made, "stay.admitted", where={"sex": "female"}) == "1"
    assert value(made, "stay.admitted", where={"sex": "male"}) == "0"
    assert value(made, "stay.discharged", where={"sex": "female"}) == "1"


def test_a_withdrawn_admission_never_was(made: World) -> None:
    """All figures are as before, but known at the earlier position it still counts; nothing is left in trace or board."""
    stay, known = admit(made, bed="A1"), made.reach()
    assert made.give("entry.withdraw", {"stream": stay, "version": 1, "reason": "x"}, None)
    for key in ("stay.present", "stay.admitted", "stay.persons"):
        assert value(made, key) == "0"
        assert value(made, key, known_at=known) == "1"
        assert made.views.trace(key, Ask(as_of=DAY))["members"] == []
    assert made.views.sheet("stays", Ask(as_of=DAY))["rows"] == []
    assert admit(made) is not None


def test_a_corrected_facility_moves_the_whole_stay(made: World) -> None:
    """Admission and the discharge entered after it both count at the right facility."""
    stay = admit(made)
    made.give("stay.discharge", {"stay": stay, "reason": "to_family"}, DAY + ONE)
    correct(made, stay, facility=made.facilities[1])
    for key in ("stay.admitted", "stay.discharged"):
        assert value(made, key, DAY + ONE, facility=made.facilities[0]) == "0"
        assert value(made, key, DAY + ONE, facility=made.facilities[1]) == "1"


def test_what_a_figure_does_not_have_is_refused(made: World) -> None:
    """An unknown figure, dimension or region is said to be unknown, never counted as nothing."""
    made.views.catch_up()
    for key, asked in (
        ("stay.presents", {}),
        ("stay.present", {"where": {"colour": "red"}}),
        ("stay.present", {"region": "999999"}),
        ("stay.admitted", {"from_": DAY + ONE}),
    ):
        with pytest.raises(Refused):
            made.views.figure(key, Ask(as_of=DAY, **asked))
