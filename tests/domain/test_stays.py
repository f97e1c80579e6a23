"""Stays: admission, bed, leave, hospital, discharge; what an admission asks of the home and finds."""

from collections import Counter

import pytest

from domain.stays import Stay
from projections.folding import history
from tests.scene import Scene, a_home, a_person, a_stay, say


@pytest.fixture
def staying(scene: Scene) -> Scene:
    """A person who moved into a home on 1 March."""
    return scene.given(a_home(), a_person(), a_stay())


def test_an_admission_copies_what_figures_need_and_guards_the_person(scene):
    """Two events; sex, birth year, pseudonym, region and kind are filled in."""
    scene.given(a_home(), a_person())
    event = scene.when(a_stay(bed="201-1")).then_recorded("stay.admitted", "person.stay_opened").then_found().events[0]

    person = scene.state("$person")
    assert (event.member, event.sex, event.birth_year) == (person.pseudonym, "male", 1940)
    assert (event.region, event.kind, event.envelope.facility) == ("540402", "elderly_care_home", scene.names["home"])
    assert person.staying_at == scene.names["home"]


def test_what_an_admission_lacks_is_found_in_an_elderly_care_home(scene):
    """EC-04 without agreement, a warning without contact, a warning for an unusual category: recorded all the same."""
    scene.given(a_home(), a_person())
    scene.when(a_stay(agreement_no=None, contact=None, category="orphan")).then_recorded().then_found(
        "EC-04", "stay.no_contact", "stay.unusual_category"
    )


def test_other_kinds_of_homes_ask_for_no_agreement(scene):
    """EC-04 is a rule of elderly-care homes."""
    scene.given(a_home(kind="child_welfare_institution"), a_person())
    scene.when(a_stay(agreement_no=None, contact=None, category="orphan")).then_recorded().then_found()


def test_a_stay_where_nobody_lodges_is_recorded_and_found(scene):
    """A stay at a lottery outlet is a breach, never a refusal; the control is any kind with beds (the test before)."""
    scene.given(a_home(kind="lottery_outlet"), a_person())
    scene.when(a_stay(agreement_no=None, contact=None)).then_recorded().then_found("stay.no_lodging")


def test_a_home_that_is_not_open_takes_nobody_in(scene):
    """facility.not_registered before its registration, facility.closed while suspended or after its end."""
    scene.given(
        a_home(on="2024-02-01"),
        a_person(),
        say("facility.suspend", facility="$home", reason="x", on="2024-04-01"),
        say("facility.resume", facility="$home", on="2024-05-01"),
        say("facility.terminate", facility="$home", reason="x", on="2024-08-01"),
    )
    scene.when(a_stay(on="2024-01-31")).then_refused("facility.not_registered", "facility", "尚未登记")
    scene.when(a_stay(on="2024-04-15")).then_refused("facility.closed", "facility", "停业")
    scene.when(a_stay(on="2024-08-02")).then_refused("facility.closed", "facility")
    scene.when(a_stay("spring", on="2024-02-01", until="2024-03-01")).then_recorded()
    scene.when(a_stay("summer", on="2024-05-02", until="2024-06-01")).then_recorded()


def test_a_past_stay_is_entered_whole(scene):
    """Admission and discharge, with both guards, in one entry; the reason is `other` where none is given."""
    scene.given(a_home(), a_person())
    scene.when(a_stay(until="2024-04-01")).then_recorded(
        "stay.admitted", "person.stay_opened", "stay.discharged", "person.stay_closed"
    ).then_found()

    stay = scene.state("$stay")
    assert (stay.ended_on.isoformat(), stay.discharge_reason) == ("2024-04-01", "other")


def test_a_past_stay_ends_neither_before_it_begins_nor_after_today(scene):
    """stay.left_before_entering; a discharge is a business day and so never in the future."""
    scene.given(a_home(), a_person())
    scene.when(a_stay(until="2024-02-29")).then_refused("stay.left_before_entering", "until", "早于")
    scene.when(a_stay(until="2025-01-01")).then_refused("field.invalid", "until", "晚于今天")
    scene.when(a_stay(until="2024-03-01")).then_recorded()


def test_admission_and_discharge_on_one_day_leave_nobody_present(staying):
    """Same-day admit and discharge: two flows, a stock of nought."""
    staying.when(say("stay.discharge", stay="$stay", reason="own_wish", on="2024-03-01")).then_recorded(
        "stay.discharged", "person.stay_closed"
    )

    present, others = Counter(), Counter()
    for row, _ in history(Stay, staying.events("$stay"))[1].rows:
        (present if row.figure == "stay.present" else others)[row.day.isoformat()] += row.amount
    assert present == {"2024-03-01": 0}
    assert others == {"2024-03-01": 2}


def test_a_stay_is_not_left_before_it_began(staying):
    """entry.before_start, to the minute where minutes are known."""
    staying.when(say("stay.discharge", stay="$stay", reason="other", on="2024-02-29")).then_refused(
        "entry.before_start", None, "早于"
    )
    staying.given(
        say("stay.discharge", stay="$stay", reason="other", on="2024-03-02"),
        a_stay("timed", at="2024-04-01T10:00:00+08:00"),
    )
    staying.when(say("stay.discharge", stay="$timed", reason="other", at="2024-04-01T09:59:59+08:00")).then_refused(
        "entry.before_start"
    )
    staying.when(say("stay.discharge", stay="$timed", reason="other", at="2024-04-01T02:00:01+00:00")).then_recorded()


@pytest.mark.parametrize(
    ("command", "args"),
    [
        ("stay.move", {"bed": "2"}),
        ("stay.go_on_leave", {}),
        ("stay.return", {}),
        ("stay.send_to_hospital", {"hospital": "县医院"}),
        ("stay.come_back", {}),
        ("stay.discharge", {"reason": "other"}),
    ],
)
def test_nothing_happens_in_a_stay_that_has_ended(staying, command, args):
    """stay.ended."""
    staying.given(say("stay.discharge", stay="$stay", reason="to_family", on="2024-05-01"))
    staying.when(say(command, stay="$stay", on="2024-05-02", **args)).then_refused("stay.ended", None, "已经结束")


def test_leave_and_hospital_are_left_as_they_were_entered(staying):
    """stay.away, stay.not_on_leave, stay.not_in_hospital: one at a time, and back from the one that it is."""
    for command, rule in (("stay.return", "stay.not_on_leave"), ("stay.come_back", "stay.not_in_hospital")):
        staying.when(say(command, stay="$stay", on="2024-03-02")).then_refused(rule)
    staying.when(say("stay.go_on_leave", stay="$stay", expected_back="2024-03-20", on="2024-03-05")).then_recorded(
        "stay.went_on_leave"
    )
    staying.when(say("stay.go_on_leave", stay="$stay", on="2024-03-06")).then_refused("stay.away", None, "不在院内")
    staying.when(say("stay.send_to_hospital", stay="$stay", hospital="县医院", on="2024-03-06")).then_refused(
        "stay.away"
    )
    staying.when(say("stay.come_back", stay="$stay", on="2024-03-06")).then_refused(
        "stay.not_in_hospital", None, "没有外出就医"
    )
    staying.when(say("stay.return", stay="$stay", on="2024-03-10")).then_recorded("stay.returned")
    staying.when(say("stay.send_to_hospital", stay="$stay", hospital="县医院", on="2024-03-11")).then_recorded(
        "stay.sent_to_hospital"
    )
    assert staying.state("$stay").status == "in_hospital"
    staying.when(say("stay.return", stay="$stay", on="2024-03-12")).then_refused("stay.not_on_leave", None, "没有请假")
    staying.when(say("stay.come_back", stay="$stay", on="2024-03-12")).then_recorded("stay.came_back")
    assert staying.state("$stay").status == "present"


def test_a_resident_on_leave_or_in_hospital_can_be_discharged_and_is_counted_until_then(staying):
    """Away is not gone: presence ends with the discharge only."""
    staying.given(say("stay.go_on_leave", stay="$stay", on="2024-03-05"))
    assert sum(n for key, n in staying.seen("$stay")[1].items() if key[0] == "stay.present") == 1
    staying.when(say("stay.discharge", stay="$stay", reason="to_family", on="2024-03-06")).then_recorded()


def test_a_change_of_bed_frees_one_and_takes_the_other(staying):
    """The rows of who lies where follow; the late one too."""
    staying.given(
        say("stay.move", stay="$stay", bed="3", on="2024-05-01"),
        say("stay.move", stay="$stay", bed="2", on="2024-04-01"),
    )

    assert staying.state("$stay").bed == "3"
    beds = {
        (key[1].isoformat(), key[5][0][1]): n for key, n in staying.seen("$stay")[1].items() if key[0] == "stay.in_bed"
    }
    assert beds == {("2024-04-01", "2"): 1, ("2024-05-01", "3"): 1}


def test_a_late_discharge_before_a_change_of_bed_is_refused_by_its_name(staying):
    """entry.in_use names what would come after the end."""
    staying.given(say("stay.move", stay="$stay", bed="2", on="2024-04-01"))
    staying.when(say("stay.discharge", stay="$stay", reason="other", on="2024-03-15")).then_refused(
        "entry.in_use", None, "换床（2024-04-01"
    )


@pytest.mark.parametrize(
    "command",
    ["stay.move", "stay.go_on_leave", "stay.return", "stay.send_to_hospital", "stay.come_back", "stay.discharge"],
)
def test_a_stay_that_does_not_exist_is_unknown(scene, command):
    """reference.unknown at `stay`."""
    args = {
        "stay.move": {"bed": "1"},
        "stay.send_to_hospital": {"hospital": "x"},
        "stay.discharge": {"reason": "other"},
    }.get(command, {})
    scene.given(a_home())
    for stream in ("nothing", "$home"):
        scene.when(say(command, stay=stream, **args)).then_refused("reference.unknown", "stay")


def test_the_contact_is_sealed_under_the_person(staying):
    """A telephone number of kin belongs to the resident's data."""
    event = staying.events("$stay")[0]

    assert event.contact.subject == staying.names["person"]
    assert staying.vault.open(event.contact) == "13900000000"


@pytest.fixture
def home(scene: Scene) -> Scene:
    """A home and two people who may move in."""
    return scene.given(a_home(), a_person(), a_person("second", serial=2))


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Ａ１０１－１", "A101-1"),
        ("2楼203—1", "2楼203-1"),
        ("三号床", "三号床"),
        (" B#7 (上) ", "B#7 (上)"),
    ],
)
def test_a_bed_is_kept_in_half_width(home, said, kept):
    """However a keyboard types it, it is one bed, so that two people in it are found; of an admission and of a move."""
    home.given(a_stay(bed=said))
    assert home.state("$stay").bed == kept
    home.given(a_stay("other", person="$second", bed="9"), say("stay.move", stay="$other", bed=said, on="2024-03-02"))
    assert home.state("$other").bed == kept


@pytest.mark.parametrize(
    ("said", "words"),
    [("随便", "床号"), ("9" * 21, "不超过 20"), ("1；2", "床号"), ("靠窗，二人间", "床号"), ("—", "床号")],
)
def test_a_bed_is_no_story(home, said, words):
    """At most 20 characters that number a bed: neither a remark nor two beds."""
    home.when(a_stay(bed=said)).then_refused("field.invalid", "bed", words)


@pytest.mark.parametrize("said", ["abc", "女儿", "1234"])
def test_the_telephone_of_a_contact_is_a_telephone(home, said):
    """By the measure of all telephones: words and a few digits are none."""
    home.when(a_stay(contact="女儿", contact_phone=said)).then_refused("field.invalid", "contact_phone", "电话")


@pytest.mark.parametrize(
    ("more", "rules"),
    [
        ({"contact": "女儿"}, ["stay.contact_without_number"]),
        ({"contact": "女儿", "contact_phone": "１３９００００００００"}, []),
        ({"contact": "女儿 13900000000"}, []),
        ({"contact": None, "contact_phone": "13900000000"}, []),
        ({"contact": None}, ["stay.no_contact"]),
    ],
)
def test_a_contact_who_cannot_be_called_is_recorded_and_doubted(home, more, rules):
    """A number beside the name, as older entries have it, is one too; it is sealed like the name."""
    home.when(a_stay(**more)).then_recorded().then_found(*rules)
    assert "13900000000" not in home.text()


def test_a_correction_of_something_else_does_not_ask_for_the_number_again(home):
    """The contact stays as it was sealed: what stands in it is not looked into."""
    home.given(a_stay(contact="女儿"))

    home.correct(home.names["stay"], 1, {"bed": "7"}).then_recorded().then_found()
