"""Letters: what an entry on one node asks of another, by way of a superior that holds the log of both."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from adapters.clock import FixedClock
from adapters.letters import Dispatch, _body
from adapters.messages import Said
from adapters.notes import Signer
from domain.aggregates import events
from domain.catalogue import commands
from domain.letters import letter_id
from tests.adapters.carrying import BOMI, PERSON, PROVINCE, STAY
from tests.scene import BAYI, HOME


def test_a_person_goes_from_one_county_to_another_and_is_counted_once(case):
    """Offered, accepted, handed over, admitted: each step reaches the other side, and the province counts one on one side."""
    post, asked = case.post, case.post.state("bomi", case.reception)
    assert (asked.status, asked.from_name, asked.from_region) == ("requested", "巴宜区敬老院", BAYI)
    case.accept()
    assert case.status() == ("accepted", "accepted")
    assert post.state("bayi", case.transfer).into == "波密县敬老院"
    case.hand_over()
    assert case.status() == ("on_the_way", "on_the_way")

    person = post.say("bomi", "person.register", "2024-03-08", **PERSON)
    admission = STAY | {"person": person, "facility": case.there, "reception": case.reception}
    post.say("bomi", "stay.admit", at="2024-03-08T15:00:00+08:00", **admission)
    post.carry()
    assert case.status() == ("received", "completed")
    post.carry()  # the province hears that Bayi has heard
    assert post.told == []

    for day, there in (("2024-03-07", "bayi"), ("2024-03-08", "bomi")):
        found = {name: post.figure(name, "stay.present", day) for name in post.nodes}
        assert found == {"bayi": 0, "bomi": 0, "xizang": 1} | {there: 1}
    assert post.figure("xizang", "stay.persons", "2024-03-31") == 1
    assert {n: post.figure(n, "transfer.on_the_way", "2024-12-31") for n in post.nodes} == dict.fromkeys(post.nodes, 0)


def test_a_letter_says_nothing_of_the_person_but_the_pseudonym(case):
    """No name, no number, nothing of what is sealed: searched in the letters and in the log of the other side."""
    case.accept()
    case.hand_over()
    said = "".join(str(one.data) for one in case.post.letters())
    there = "".join(map(repr, case.post.nodes["bomi"].log.read(0, 10_000)))

    for text in (PERSON["name"], PERSON["document_number"], "需要轮椅"):
        assert text not in said + there
    assert case.post.state("bayi", case.transfer).member in said


def test_a_refusal_reaches_the_home_that_asked(case):
    """The person stays; the duty of the answer is met on both sides."""
    case.post.say("bomi", "reception.refuse", "2024-03-06", reception=case.reception, reason="no_bed")
    case.post.carry()
    assert case.status() == ("refused", "refused")
    assert case.post.figure("xizang", "stay.present", "2024-03-31") == 1


def test_a_withdrawn_offer_reaches_the_other_side(case):
    """Withdrawn behind the acceptance: nobody waits for the person any more."""
    case.accept()
    case.post.say("bayi", "transfer.withdraw", "2024-03-07", transfer=case.transfer, reason="stays")
    case.post.carry()
    assert case.status() == ("withdrawn", "cancelled")


def test_a_withdrawn_entry_is_withdrawn_on_the_other_side(case):
    """Undo by correction: a hand-over that never happened is not awaited there; a letter that came is not repeated."""
    case.accept()
    case.hand_over()
    case.post.say("bayi", "entry.withdraw", None, stream=case.transfer, version=3, reason="录错")
    case.post.carry()
    assert case.status() == ("accepted", "accepted")
    assert case.post.state("bomi", case.reception).arrival_due is None
    assert case.post.told == []


def test_a_corrected_entry_takes_nothing_back_on_the_other_side(case):
    """Escort, agreement, care needed corrected: both sides stay as they were. Its withdrawal then is told all the same."""
    post = case.post
    change = {"stream": case.transfer, "reason": "录错"}
    post.say("bayi", "entry.correct", None, version=1, args={"needs": "需要助行器"}, **change)
    post.carry()
    assert case.status() == ("offered", "requested")
    case.accept()
    case.hand_over()
    handed_over = len(post.nodes["bayi"].log.stream(case.transfer))
    post.say("bayi", "entry.correct", None, version=handed_over, args={"escort": "李师傅"}, **change)
    post.carry()
    assert case.status() == ("on_the_way", "on_the_way")

    corrected = len(post.nodes["bayi"].log.stream(case.transfer))
    post.say("bayi", "entry.withdraw", None, version=corrected, **change)
    post.carry()
    assert case.status() == ("accepted", "accepted")
    assert post.told == []


def test_a_corrected_admission_leaves_the_person_arrived(case):
    """The agreement is signed later and entered by correction: nobody is put on the road again."""
    post = case.post
    case.accept()
    case.hand_over()
    person = post.say("bomi", "person.register", "2024-03-08", **PERSON)
    admission = {"person": person, "facility": case.there, "reception": case.reception, "category": "destitute"}
    stay = post.say("bomi", "stay.admit", at="2024-03-08T15:00:00+08:00", **admission)
    post.carry()
    post.say("bomi", "entry.correct", None, stream=stay, version=1, args={"agreement_no": "B-9"}, reason="补签")
    post.carry()
    assert case.status() == ("received", "completed")


def test_what_came_by_a_letter_and_was_corrected_is_withdrawn_as_it_stands(case):
    """The clerk there corrected the birth year of the request; the offer is undone here: the request goes."""
    post = case.post
    said = {"stream": case.reception, "version": 1, "args": {"birth_year": 1941}, "reason": "核对证件"}
    post.say("bomi", "entry.correct", None, **said)
    reception = case.reception
    post.say("bayi", "entry.withdraw", None, stream=case.transfer, version=1, reason="录错")
    post.carry()
    assert post.state("bomi", reception) is None
    assert post.told == []


def test_decisions_that_cross_meet(case):
    """Withdrawn here while it is accepted there: the request is cancelled there behind the acceptance."""
    post = case.post
    post.say("bayi", "transfer.withdraw", "2024-03-05", transfer=case.transfer, reason="stays")
    post.say("bomi", "reception.accept", "2024-03-06", reception=case.reception, facility=case.there)
    post.carry()
    assert case.status() == ("withdrawn", "cancelled")


def test_whoever_writes_down_the_number_of_a_transfer_speaks_for_nobody(case):
    """A request entered by hand with the number of the transfer tells Bayi nothing. The control is every answer above."""
    post = case.post
    asked = {"region": BOMI, "from_region": BAYI, "from_name": "巴宜区敬老院", "category": "destitute", "sex": "male"}
    forged = post.say("bomi", "reception.request", **asked, reason="nearer_kin", number=case.transfer)
    post.say("bomi", "reception.refuse", "2024-03-06", reception=forged, reason="no_bed")
    post.carry()
    assert post.state("bayi", case.transfer).status == "offered"


def test_what_came_by_a_letter_is_signed_by_who_made_the_entry_there(case):
    """Actor login@node with the post held there, and the way it came in."""
    first = case.post.nodes["bomi"].log.stream(case.reception)[0].envelope
    assert (first.actor, first.source, first.node) == ("operator@bayi", "letter", None)


def test_a_letter_that_no_superior_signed_is_passed_over(case):
    """Another key, another addressee, another word: nothing is recorded, and the operator is told. The control is taken."""
    post = case.post
    case.accept()
    stranger = Signer("xizang/witness", bytes(32))
    genuine = next(one for one in post.letters() if one.data["command"] == "transfer.record_acceptance")
    forged = next(one for one in post.letters(signer=stranger) if one.data["command"] == "transfer.record_acceptance")
    changed = replace_data(genuine, id="another", args={**genuine.data["args"], "into": "别处"})
    before = post.nodes["bayi"].log.head().position
    for one in (forged, changed, replace_data(genuine, line=""), replace_node(genuine, "bomi")):
        post.letterbox("bayi").take(one)
    assert post.nodes["bayi"].log.head().position == before
    assert len(post.told) == 4

    post.letterbox("bomi").take(genuine)  # to another node: none of its business
    post.letterbox("bayi").take(genuine)
    assert (post.nodes["bayi"].log.head().position, len(post.told)) == (before, 4)


def test_a_superior_cannot_ask_for_anything_else(case):
    """A well signed letter that wants an account opened, or an own entry withdrawn, is passed over."""
    post, line = case.post, case.post.nodes["xizang"].keys.witness
    some = post.letters()[0]
    for number, (command, args) in enumerate(
        (
            ("account.open", {"login": "x", "post": "system_administrator"}),
            ("stay.discharge", {"stay": "x", "reason": "other"}),
            ("transfer.hand_over", {"transfer": case.transfer}),
            ("entry.withdraw", {"letter": "bomi-0", "reason": "x"}),
        )
    ):
        data = {**some.data, "id": f"odd-{number}", "command": command, "args": args}
        data["line"] = line.sign(_body(data))
        before = post.nodes["bomi"].log.head().position
        post.letterbox("bomi").take(replace_data(some, **data))
        assert post.nodes["bomi"].log.head().position == before
        assert len(post.told) == number + 1


def test_a_letter_that_came_before_is_known_by_its_id(case):
    """The same one ten times changes nothing. The control: signed anew under another id, it is another request."""
    post = case.post
    some = next(one for one in post.letters() if one.data["command"] == "reception.request")
    log, box = post.nodes["bomi"].log, post.letterbox("bomi")
    before = log.head().position
    for _ in range(10):
        box.take(some)
    assert log.head().position == before

    data = {**some.data, "id": "another"}
    data["line"] = post.nodes["xizang"].keys.witness.sign(_body(data))
    box.take(replace_data(some, **data))
    assert log.head().position == before + 1


def test_a_clock_that_is_behind_does_not_lose_a_letter(case):
    """What is said to happen in the future of the addressee happens now there."""
    post = case.post
    case.accept()
    post.say("bayi", "transfer.hand_over", at="2024-03-08T09:00:00+08:00", transfer=case.transfer)
    behind = datetime(2024, 3, 8, 0, 30, tzinfo=UTC)  # half an hour before the hand-over
    box = replace(post.letterbox("bomi"), clock=FixedClock(behind))
    assert box._when("2024-03-08", "2024-03-08T09:00:00+08:00") == (date(2024, 3, 8), behind)
    assert box._when("2024-03-09", None) == (date(2024, 3, 8), None)
    later = behind + timedelta(hours=1)
    assert replace(box, clock=FixedClock(later))._when("2024-03-08", "2024-03-08T09:00:00+08:00")[1] < later


def test_a_superior_that_keeps_homes_of_its_own_is_asked_like_a_county(post):
    """The province's own home: asked by the county, it accepts, the person goes there and is counted once; no letter is by hand."""
    home = post.say("bayi", "facility.register", "2024-01-01", **HOME)
    person = post.say("bayi", "person.register", "2024-01-01", **PERSON)
    stay = post.say("bayi", "stay.admit", "2024-03-01", person=person, facility=home, **STAY)
    own = HOME | {"name": "自治区福利院", "region": PROVINCE}
    there = post.say("xizang", "facility.register", "2024-01-01", **own)
    transfer = post.say("bayi", "transfer.offer", stay=stay, to_region=PROVINCE, reason="nearer_kin", needs="需要轮椅")
    post.carry()
    reception = post.made("xizang", letter_id(transfer))
    post.say("xizang", "reception.accept", "2024-03-06", reception=reception, facility=there)
    post.carry()
    assert post.state("bayi", transfer).status == "accepted"
    post.say("bayi", "transfer.hand_over", at="2024-03-08T09:00:00+08:00", transfer=transfer)
    post.carry()
    known = post.say("xizang", "person.register", "2024-03-08", **PERSON)
    at = "2024-03-08T16:00:00+08:00"
    post.say("xizang", "stay.admit", at=at, person=known, facility=there, reception=reception, **STAY)
    post.carry()
    assert post.state("bayi", transfer).status == "received"
    assert [post.figure("xizang", key, "2024-03-09") for key in ("stay.persons", "stay.present")] == [1, 1]
    assert post.told == []


def test_control_a_superior_that_does_not_know_its_region_is_not_asked(post):
    """Without SHOUWANG_REGION nobody keeps what no subordinate keeps: the offer waits for an answer by hand."""
    it = post.nodes["xizang"]
    around = replace(it.federation, region=None)
    dispatch = Dispatch(it.log, around, it.keys.witness, it.reference.regions.within)
    assert dispatch.addressee(PROVINCE, date(2024, 3, 4)) is None
    assert post.dispatch("xizang").addressee(PROVINCE, date(2024, 3, 4)) == "xizang"
    assert post.dispatch("xizang").addressee("110101", date(2024, 3, 4)) is None


def test_the_smallest_subordinate_that_keeps_a_region_is_asked(post):
    """A county before its city; nobody where no node keeps the region."""
    dispatch = post.dispatch("xizang")
    one = dispatch.federation.subordinates["bayi"]
    around = {**dispatch.federation.subordinates, "linzhi": replace(one, node="linzhi", region="540400")}
    dispatch.federation = replace(dispatch.federation, subordinates=around)
    assert dispatch.addressee(BAYI, date(2024, 3, 1)) == "bayi"
    assert dispatch.addressee("540423", date(2024, 3, 1)) == "linzhi"
    assert (
        dispatch.addressee("540100", date(2024, 3, 1)) == "xizang"
    )  # kept by no subordinate, so by the superior itself
    assert dispatch.addressee("110101", date(2024, 3, 1)) is None


def test_every_letter_asks_for_a_command_that_letters_may_ask_for():
    """Declared on the side that receives; what nobody sends is not declared."""
    asked = {"reception.request", "reception.cancel", "reception.expect"} | {
        f"transfer.record_{what}" for what in ("acceptance", "refusal", "arrival")
    }
    assert {event.command for event in events().values() if event.by_letter} == asked
    assert asked <= set(commands())


def replace_data(said: Said, **data: Any) -> Said:
    """The same message with other data."""
    return Said(said.specversion, said.id, said.source, said.type, said.time, said.node, {**said.data, **data})


def replace_node(said: Said, node: str) -> Said:
    """The same message of another node."""
    return Said(said.specversion, said.id, said.source, said.type, said.time, node, said.data)
