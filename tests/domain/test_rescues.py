"""Rescues: received or turned away, strangers and who they turn out to be, clocks, and every way of leaving."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.catalogue import sentence
from domain.outlets import Outlet
from domain.rescues import Rescue
from projections.folding import aggregate_of, history
from tests.domain.special_kinds import STATION, a_rescue, leaving
from tests.house.specimens import event_of
from tests.scene import Scene, a_home, a_person, reference, say

YEAR = ("2024-01-01", "2024-12-31")


@pytest.fixture
def station(scene: Scene) -> Scene:
    """A rescue station and a person who is known."""
    return scene.given(STATION, a_person())


@pytest.fixture
def rescued(station: Scene) -> Scene:
    """A stranger at the station."""
    return station.given(a_rescue())


def rows(scene: Scene, figure: str, first: str, last: str, **dims: str) -> list:
    """The rows of a figure in a period, of all streams."""
    found = []
    for events in scene.streams().values():
        aggregate = aggregate_of(events)
        if aggregate is not None:
            found += [row for row, _ in history(aggregate, events)[1].rows if row.figure == figure]
    return [r for r in found if first <= r.day.isoformat() <= last and dims.items() <= dict(r.dims).items()]


def value(scene: Scene, figure: str, first: str = YEAR[0], last: str = YEAR[1], **dims: str) -> int:
    """A flow in a period, or a stock from the beginning on."""
    return sum(row.amount for row in rows(scene, figure, first, last, **dims))


def persons(scene: Scene, first: str = YEAR[0], last: str = YEAR[1], **dims: str) -> int:
    """Different people received in a period."""
    sums: Counter[str] = Counter()
    for row in rows(scene, "rescue.received", first, last, **dims):
        sums[row.member] += row.amount
    return sum(amount > 0 for amount in sums.values())


def duties(scene: Scene, rescue: str = "$rescue") -> dict[str, tuple[str, str | None]]:
    """rule -> (due, met) of a rescue."""
    return {duty.rule: (duty.due_at, duty.met_at) for duty in scene.state(rescue).duties()}


# -- receiving ---------------------------------------------------------------------------------------


def test_a_stranger_is_received_with_every_clock_of_a_stranger(station):
    """RS-06, RS-12, RS-13: ten days, 24 hours, seven working days, three months; counted as one of their own."""
    event = station.when(a_rescue(condition="衣衫单薄")).then_recorded("rescue.received").then_found().events[0]

    assert (event.envelope.facility, event.region) == (station.names["home"], "540402")
    assert (event.member, event.subject, event.condition.subject) == (event.originator_id,) * 3
    assert duties(station) == {
        "rescue.stay": ("2024-03-11T24:00", None),
        "rescue.notice": ("2024-03-03T00:00:00", None),
        "rescue.dna": ("2024-03-12T24:00", None),
        "rescue.settle": ("2024-06-01T24:00", None),
    }
    assert not station.state("$rescue").identified


def test_hours_are_counted_from_the_minute_where_it_is_known(station):
    """rescue.notice: 24 hours from 14:10 end at 14:10."""
    station.given(a_rescue(at="2024-03-01T14:10:00+08:00"))

    assert duties(station)["rescue.notice"][0] == "2024-03-02T14:10:00"


def test_a_known_person_counts_as_that_person_and_is_not_searched_for(station):
    """Only the stay has a clock; what is written of the person is sealed under the person."""
    station.given(a_rescue(person="$person", condition="受凉"))

    rescue, event = station.state("$rescue"), station.events("$rescue")[0]
    assert (rescue.member, rescue.identified) == (station.state("$person").pseudonym, True)
    assert event.condition.subject == station.names["person"]
    assert set(duties(station)) == {"rescue.stay"}


@pytest.mark.parametrize("more", [{"age_band": "child"}, {"special_care": True}])
def test_children_and_those_who_need_care_have_no_ten_days(station, more):
    """RS-06 is for people of 16 and above without signs of a mental disability."""
    station.given(a_rescue(person="$person", **more))

    assert duties(station) == {}


def test_only_a_rescue_station_that_stands_receives(station):
    """facility.kind_unfit elsewhere, facility.not_registered before, facility.terminated after."""
    station.given(a_home("other"), say("facility.terminate", facility="$home", reason="撤并", on="2024-09-01"))
    for args, rule in (
        ({"station": "$other"}, "facility.kind_unfit"),
        ({"on": "2023-12-31"}, "facility.not_registered"),
        ({"on": "2024-09-02"}, "facility.terminated"),
    ):
        station.when(a_rescue(**args)).then_refused(rule, "station")


def test_nobody_is_received_after_their_death(station):
    """person.died; the day of the death and before are free."""
    station.given(say("person.record_death", person="$person", on="2024-05-01"))
    station.when(a_rescue(person="$person", on="2024-05-02")).then_refused("person.died", "person", "去世")
    station.when(a_rescue(person="$person", on="2024-04-30")).then_recorded()


def test_somebody_is_turned_away_with_reasons_only(station):
    """RS-03: at least one reason; nobody is present, nothing else can happen there, nothing has to be done."""
    args = {"station": "$home", "sex": "male", "age_band": "adult", "on": "2024-03-01"}
    station.when(say("rescue.refuse", reasons=[], **args)).then_refused("field.missing", "reasons", "理由")
    outcome = station.when(
        say("rescue.refuse", reasons=["means_of_own", "false_particulars"], note="多次", called="rescue", **args)
    ).then_recorded("rescue.refused")

    assert sentence(outcome.events[0], reference()) == (
        "不予救助：有能力自行解决食宿、提供虚假情况",
        "Turned away: Can pay for food and lodging, Gives false particulars",
    )
    assert (value(station, "rescue.refused"), value(station, "rescue.received")) == (1, 0)
    assert (station.state("$rescue").status, duties(station)) == ("refused", {})
    station.when(leaving("other")).then_refused("rescue.left_already", None, "未予救助")
    station.when(say("rescue.identify", rescue="$rescue", person="$person", on="2024-03-02")).then_refused(
        "rescue.turned_away", None, "未予救助"
    )


def test_a_known_person_can_be_turned_away(station):
    """The note is sealed under the person."""
    args = {"station": "$home", "sex": "male", "age_band": "adult", "person": "$person"}
    event = station.when(say("rescue.refuse", reasons=["other"], note="说明", **args)).events[0]

    assert event.note.subject == station.names["person"]


# -- at the station ----------------------------------------------------------------------------------


def test_hospital_is_left_as_it_was_entered(rescued):
    """rescue.away, rescue.not_in_hospital: one at a time; whoever is in hospital still counts as present."""
    back = say("rescue.come_back", rescue="$rescue", on="2024-03-04")
    there = say("rescue.send_to_hospital", rescue="$rescue", hospital="市医院", on="2024-03-03")
    rescued.when(back).then_refused("rescue.not_in_hospital", None, "没有住院")
    rescued.when(there).then_recorded("rescue.sent_to_hospital")
    rescued.when(there).then_refused("rescue.away", None, "不在站内")
    assert (rescued.state("$rescue").status, value(rescued, "rescue.present")) == ("in_hospital", 1)
    rescued.when(back).then_recorded("rescue.came_back")
    assert rescued.state("$rescue").status == "in_station"


def test_belongings_are_sealed(rescued):
    """RS-03: the list names what a person owns, and is nobody else's business."""
    event = rescued.when(
        say("rescue.register_belongings", rescue="$rescue", note="现金 120 元，手机一部", on="2024-03-01")
    ).events[0]

    assert event.note.subject == rescued.names["rescue"]
    for owned in ("现金", "手机"):  # no digits: what is sealed is written in base64, which may have any
        assert owned not in "".join(sentence(event, reference()))
        assert owned not in rescued.text()


def test_notice_and_dna_stop_their_clocks_once(rescued):
    """RS-12: the first of each counts; a search by other means stops nothing."""
    for day, medium in (("2024-03-02", "search_site"), ("2024-03-09", "newspaper")):
        rescued.given(say("rescue.publish_notice", rescue="$rescue", medium=medium, on=day))
    for day in ("2024-03-13", "2024-03-20"):
        rescued.given(say("rescue.request_dna", rescue="$rescue", letter_no="林救函1号", on=day))
    rescued.when(say("rescue.seek_identity", rescue="$rescue", method="face", on="2024-03-02")).then_recorded()

    found = duties(rescued)
    assert found["rescue.notice"] == ("2024-03-03T00:00:00", "2024-03-02T24:00")
    assert found["rescue.dna"] == ("2024-03-12T24:00", "2024-03-13T24:00")
    assert found["rescue.settle"][1] is None


def test_who_is_identified_needs_no_search(rescued):
    """Identification stops the clocks of strangers, not that of the stay; what is written from then on is the person's."""
    rescued.given(say("rescue.identify", rescue="$rescue", person="$person", on="2024-03-02"))

    met = {rule: met for rule, (_, met) in duties(rescued).items()}
    assert met == {
        "rescue.stay": None,
        "rescue.notice": "2024-03-02T24:00",
        "rescue.dna": "2024-03-02T24:00",
        "rescue.settle": "2024-03-02T24:00",
    }
    note = rescued.when(say("rescue.register_belongings", rescue="$rescue", note="手机", on="2024-03-03")).events[0]
    assert note.note.subject == rescued.names["person"]
    for command, args in (
        ("rescue.identify", {"person": "$person"}),
        ("rescue.publish_notice", {"medium": "online"}),
        ("rescue.request_dna", {}),
        ("rescue.seek_identity", {"method": "face"}),
    ):
        rescued.when(say(command, rescue="$rescue", on="2024-03-04", **args)).then_refused(
            "rescue.identified_already", None, "已经查明"
        )


# -- leaving -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", list(reference().lists["rescue_outcomes"]))
def test_everybody_may_leave_in_every_way(rescued, outcome):
    """RS-01: no state holds anybody; each way is a flow of its own, and stops every clock."""
    rescued.when(leaving(outcome, kin="女儿")).then_recorded("rescue.left").then_found()

    assert value(rescued, "rescue.left", outcome=outcome) == 1
    assert value(rescued, "rescue.escorted") == (outcome == "escorted_home")
    assert value(rescued, "rescue.present") == 0
    assert {met for _, met in duties(rescued).values()} == {"2024-03-05T24:00"}
    assert rescued.state("$rescue").status == "left"


def test_nobody_leaves_before_they_came_or_twice(rescued):
    """entry.before_start, rescue.left_already."""
    rescued.when(leaving("left_voluntarily", "2024-02-29")).then_refused("entry.before_start", None, "早于")
    rescued.given(leaving("left_voluntarily"))
    rescued.when(leaving("escorted_home", "2024-03-06")).then_refused("rescue.left_already", None, "已经离站")
    for command, args in (
        ("rescue.send_to_hospital", {"hospital": "市医院"}),
        ("rescue.register_belongings", {"note": "x"}),
        ("rescue.come_back", {}),
    ):
        rescued.when(say(command, rescue="$rescue", on="2024-03-06", **args)).then_refused("rescue.left_already")


def test_ten_days_are_not_eleven(station):
    """RS-06: on the tenth day in time, on the eleventh a breach; while the person is there it is a duty only."""
    station.given(a_rescue("first", person="$person"), a_rescue("second", person="$person"))
    station.when(leaving("escorted_home", "2024-03-11", "$first")).then_found()
    assert list(station.state("$second").findings()) == []
    station.when(leaving("escorted_home", "2024-03-12", "$second", overstay_reason="等车")).then_found("RS-06")


def test_cash_beyond_a_short_fare_is_found(rescued):
    """RS-08: 20 yuan are usual, a fen more is a warning."""
    rescued.given(a_rescue("other"))
    rescued.when(leaving("given_fare", fare_fen=20_00)).then_found()
    rescued.when(leaving("given_fare", rescue="$other", fare_fen=20_01)).then_found("RS-08")


@pytest.mark.parametrize("more", [{"age_band": "child"}, {"special_care": True}])
def test_who_must_be_fetched_does_not_leave_alone(station, more):
    """RS-10: recorded, and a breach; going with an escort or with kin is none."""
    for outcome, found in (
        ("given_fare", ["RS-10"]),
        ("left_voluntarily", ["RS-10"]),
        ("left_without_formalities", ["RS-10"]),
        ("escorted_home", []),
        ("fetched_by_kin", []),
    ):
        station.given(a_rescue(**more))
        station.when(leaving(outcome, kin="母亲")).then_recorded().then_found(*found)


def test_who_fetches_is_recorded(rescued):
    """rescue.no_collector is a warning; the name is sealed."""
    rescued.when(leaving("fetched_by_kin")).then_found("rescue.no_collector")
    rescued.given(a_rescue("other"))
    event = rescued.when(leaving("fetched_by_kin", rescue="$other", kin="次仁旺姆")).then_found().events[0]
    assert rescued.vault.open(event.kin) == "次仁旺姆"
    assert "次仁旺姆" not in rescued.text()


def test_a_death_at_the_station_belongs_into_the_persons_record(station):
    """rescue.death_unrecorded reminds of it, unless it stands there."""
    station.given(a_rescue(person="$person"), a_rescue("other", person="$person"))
    station.when(leaving("died")).then_recorded("rescue.left").then_found("rescue.death_unrecorded")
    station.given(say("person.record_death", person="$person", on="2024-03-05"))
    station.when(leaving("died", rescue="$other")).then_found()


def test_a_leaving_is_told_without_names(rescued):
    """The sentence says how, never who."""
    event = rescued.when(leaving("escorted_home", destination="540423", escorted_by="扎西", kin="次仁")).events[0]

    assert sentence(event, reference()) == ("离站：护送返乡", "Left: Escorted home")
    assert sentence(rescued.events("$rescue")[0], reference()) == (
        "接收求助：男，16至59周岁，来源：街面巡查发现",
        "Received: Male, 16 to 59, Found on patrol",
    )


# -- counting ----------------------------------------------------------------------------------------


def test_one_who_came_twice_is_two_times_and_one_person(station):
    """Person-times and persons, by sex too; three strangers are three people."""
    for index, day in enumerate(("2024-04-01", "2024-04-09", "2024-05-02")):
        station.given(a_rescue(f"s{index}", day, sex="female" if index == 2 else "male"))
    station.given(a_rescue(person="$person", on="2024-05-20"), leaving("escorted_home", "2024-05-22"))
    station.given(a_rescue("again", "2024-06-20", person="$person"))

    assert (value(station, "rescue.received"), persons(station)) == (5, 4)
    assert value(station, "rescue.received", sex="female") == 1
    assert persons(station, "2024-05-01", "2024-05-31") == 2
    assert value(station, "rescue.present", last="2024-05-21") == 4
    assert value(station, "rescue.present") == 4


def test_a_stranger_who_turns_out_to_be_known_is_counted_once(rescued):
    """The reception moves to the person on its own day, also after the leaving; withdrawn, it moves back."""
    rescued.given(a_rescue("known", "2024-04-01", person="$person"), leaving("given_fare"))
    assert persons(rescued) == 2
    rescued.given(say("rescue.identify", rescue="$rescue", person="$person", on="2024-07-01"))
    assert (value(rescued, "rescue.received"), persons(rescued)) == (2, 1)
    assert (value(rescued, "rescue.received", last="2024-03-31"), persons(rescued, last="2024-03-31")) == (1, 1)
    rescued.withdraw("$rescue", 3).then_recorded()
    assert persons(rescued) == 2


def test_a_corrected_reception_takes_its_clocks_and_its_rows_along(rescued):
    """Another day, another sex; what followed stands."""
    rescued.given(leaving("escorted_home", "2024-03-08"))
    rescued.correct("$rescue", args={"sex": "female"}, occurred_on="2024-02-20").then_recorded(
        "entry.withdrawn", "rescue.received"
    ).then_found("RS-06")

    assert duties(rescued)["rescue.stay"] == ("2024-03-01T24:00", "2024-03-08T24:00")
    assert value(rescued, "rescue.escorted", sex="female") == 1
    assert value(rescued, "rescue.received", "2024-02-20", "2024-02-20", sex="female") == 1


def test_who_was_known_after_all_is_corrected_in(rescued):
    """A person filled in by a correction: no clocks of strangers, and the seal becomes the person's."""
    rescued.given(a_rescue("second", condition="受凉"))
    rescued.correct("$second", args={"person": rescued.names["person"]}).then_recorded()

    assert set(duties(rescued, "$second")) == {"rescue.stay"}
    event = rescued.events("$second")[-1]
    assert (event.condition.subject, rescued.vault.open(event.condition)) == (rescued.names["person"], "受凉")


def test_a_reception_on_which_others_stand_is_not_withdrawn(rescued):
    """entry.in_use names the leaving; without it the reception goes, and nothing is counted."""
    rescued.given(leaving("escorted_home"))
    rescued.withdraw("$rescue").then_refused("entry.in_use", None, "离站（2024-03-05")
    rescued.withdraw("$rescue", 2).then_recorded()
    rescued.withdraw("$rescue").then_recorded()
    assert (value(rescued, "rescue.received"), value(rescued, "rescue.present")) == (0, 0)


def test_a_person_who_was_received_is_not_withdrawn(station):
    """entry.in_use."""
    station.given(a_rescue(person="$person"))
    station.withdraw("$person").then_refused("entry.in_use", None, "接收求助")


DAYS = st.integers(1, 28)
STAYS = st.lists(st.tuples(DAYS, st.none() | DAYS, st.none() | DAYS), min_size=1, max_size=5)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(stays=STAYS)
def test_who_is_there_is_who_came_and_did_not_go(tmp_path_factory, stays):
    """Conservation: present(t) = received(t) - left(t) on every day, in whatever order things were entered or identified."""
    scene = Scene.at(tmp_path_factory.mktemp("conserved"))
    scene.given(STATION, a_person())
    came, gone = [], []
    for index, (on, left, known) in enumerate(stays):
        came.append(scene.when(a_rescue(f"r{index}", f"2024-03-{on:02}")).events[0].day)
        for said in (
            known and say("rescue.identify", rescue=f"$r{index}", person="$person", on=f"2024-03-{known:02}"),
            left and leaving("given_fare", f"2024-03-{left:02}", f"$r{index}"),
        ):
            outcome = said and scene.when(said)
            if outcome and not isinstance(outcome.answer, Exception) and said.command == "rescue.leave":
                gone.append(outcome.events[0].day)
    for number in range(1, 29):
        day = date(2024, 3, number)
        there = sum(one <= day for one in came) - sum(one <= day for one in gone)
        assert value(scene, "rescue.present", last=day.isoformat()) == there
    assert value(scene, "rescue.received") == len(came) >= persons(scene)
    scene.close()


@pytest.mark.parametrize("aggregate", [Rescue, Outlet])
def test_what_has_no_beginning_counts_nothing(aggregate):
    """An entry whose beginning was corrected to a later day is passed over until it is put right."""
    later = [event for event in aggregate.events if not event.creates]
    assert later
    assert [row for event in later for row in event_of(event).rows(None)] == []
