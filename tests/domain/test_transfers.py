"""Transfers and receptions: offered, answered, handed over, taken in; one stream on either side."""

import pytest

from domain.catalogue import sentence
from domain.letters import Letter, letter_id
from domain.model import Sealed
from domain.work import Work
from tests.domain.oversight import balance
from tests.domain.transferring import (
    AGREED,
    ASKED,
    GONE,
    OFFERED,
    STAYING,
    TAKING,
    a_request,
    an_offer,
    on_reception,
    on_transfer,
)
from tests.scene import BAYI, GONGBO, MILIN, Scene, a_home, a_person, a_stay, reference, say


def letter_of(scene: Scene, stream: str, version: int) -> Letter | None:
    """What an event asks of another node."""
    work = Work(scene.log)
    track = work.track(scene.names[stream.removeprefix("$")])
    return track.events[version - 1].letter(track.state, work)


def test_an_offer_copies_what_the_other_side_may_know_and_keeps_the_rest_here(scene):
    """Category, sex, birth year and pseudonym are public; the care needed is sealed under the person's key."""
    scene.given(*OFFERED)
    state, stay = scene.state("$transfer"), scene.state("$stay")

    assert (state.facility, state.person, state.category, state.sex) == (
        stay.facility,
        stay.person,
        "self_paying",
        "male",
    )
    assert (state.birth_year, state.member) == (1940, stay.member)
    assert isinstance(scene.events("$transfer")[0].needs, Sealed)
    assert [(d.rule, d.due_at, d.met_at) for d in state.duties()] == [("transfer.answer", "2024-03-18T24:00", None)]


def test_an_offer_asks_the_other_side_with_nothing_of_the_person_but_a_pseudonym(scene):
    """The letter names region, home, category, sex, birth year and pseudonym; no stream of the person or the stay."""
    scene.given(*OFFERED)
    letter = letter_of(scene, "$transfer", 1)

    assert (letter.region, letter.command) == (MILIN, "reception.request")
    assert letter.args == {
        "region": MILIN,
        "from_region": BAYI,
        "from_name": "巴宜区敬老院",
        "number": scene.names["transfer"],
        "category": "self_paying",
        "sex": "male",
        "reason": "nearer_kin",
        "birth_year": 1940,
        "member": scene.state("$stay").member,
    }


def test_a_hand_over_ends_the_stay_and_the_person_is_on_the_way_until_the_arrival(scene):
    """Present until the day before; on the way from the hand-over to the arrival; each counted once."""
    scene.given(*AGREED)
    gone = scene.when(on_transfer("hand_over", at="2024-03-08T09:00:00+08:00"))
    gone.then_recorded("transfer.handed_over", "stay.discharged", "person.stay_closed")

    assert scene.state("$stay").discharge_reason == "to_other_facility"
    assert balance(scene, "$stay", "stay.present", "2024-03-07") == 1
    assert balance(scene, "$stay", "stay.present", "2024-03-08") == 0
    assert balance(scene, "$transfer", "transfer.on_the_way", "2024-03-08") == 1
    scene.when(on_transfer("record_arrival", "2024-03-09")).then_recorded("transfer.received")
    assert balance(scene, "$transfer", "transfer.on_the_way", "2024-03-08") == 1
    assert balance(scene, "$transfer", "transfer.on_the_way", "2024-03-09") == 0
    assert balance(scene, "$transfer", "transfer.handed_over", "2024-12-31") == 1
    assert scene.state("$transfer").status == "received"


def test_nobody_is_handed_over_to_whom_nobody_agreed(scene):
    """transfer.not_accepted before an answer, behind a refusal and a second time."""
    scene.given(*OFFERED)
    scene.when(on_transfer("hand_over")).then_refused("transfer.not_accepted")
    scene.given(on_transfer("record_refusal"))
    scene.when(on_transfer("hand_over", "2024-03-07")).then_refused("transfer.not_accepted")
    scene.when(on_transfer("record_acceptance", "2024-03-07")).then_refused("transfer.answered")
    assert scene.state("$stay").ended_on is None


def test_a_withdrawn_offer_leads_nowhere_and_says_so(scene):
    """An answered offer may be withdrawn as long as the person is here; the other side is told by its first letter."""
    scene.given(*AGREED)
    scene.when(on_transfer("withdraw", "2024-03-07")).then_recorded("transfer.withdrawn")

    letter = letter_of(scene, "$transfer", 3)
    assert (letter.command, letter.args) == (
        "reception.cancel",
        {"reception": {"$ref": letter_id(scene.names["transfer"])}, "reason": "stays"},
    )
    assert all(duty.met_at for duty in scene.state("$transfer").duties())
    scene.when(on_transfer("hand_over", "2024-03-08")).then_refused("transfer.not_accepted")


def test_who_was_handed_over_can_no_longer_be_withdrawn(scene):
    """transfer.gone: the person is not here any more."""
    scene.given(*GONE)
    scene.when(on_transfer("withdraw", "2024-03-09")).then_refused("transfer.gone")
    scene.when(on_transfer("hand_over", "2024-03-09")).then_refused("transfer.not_accepted")


def test_an_arrival_before_the_hand_over_is_recorded_and_found(scene):
    """The other side admits first: nobody is on the way, the two presences are found until the hand-over is recorded."""
    scene.given(*AGREED)
    scene.when(on_transfer("record_arrival", "2024-03-08")).then_recorded().then_found("transfer.in_two_places")
    assert balance(scene, "$transfer", "transfer.on_the_way", "2024-12-31") == 0

    scene.when(on_transfer("withdraw", "2024-03-09")).then_refused("transfer.gone")
    scene.when(on_transfer("hand_over", "2024-03-09")).then_recorded().then_found("transfer.in_two_places")
    assert scene.state("$transfer").status == "received"
    assert balance(scene, "$transfer", "transfer.on_the_way", "2024-12-31") == 0
    scene.correct("$transfer", 4, occurred_on="2024-03-08").then_recorded().then_found()


def test_an_arrival_is_a_fact_whatever_was_answered(scene):
    """Withdrawn here and admitted there: the arrival is recorded, the two presences are found, the hand-over mends it."""
    scene.given(*AGREED, on_transfer("withdraw", "2024-03-07"))
    scene.when(on_transfer("record_arrival", "2024-03-08")).then_recorded().then_found("transfer.in_two_places")
    scene.when(on_transfer("hand_over", "2024-03-08")).then_recorded().then_found()
    scene.when(on_transfer("record_arrival", "2024-03-09")).then_refused("transfer.arrived")


def test_nobody_is_handed_over_by_two_transfers_or_behind_death(scene):
    """transfer.left_otherwise: the stay ended by the first one, by death, or on another day."""
    scene.given(*AGREED, an_offer("second"), on_transfer("record_acceptance", transfer="$second"))
    scene.given(on_transfer("hand_over", "2024-03-08"))
    scene.when(on_transfer("hand_over", "2024-03-08", transfer="$second")).then_refused("transfer.left_otherwise")
    assert balance(scene, "$second", "transfer.on_the_way", "2024-12-31") == 0

    scene.withdraw("$transfer", 3)
    scene.given(say("person.record_death", person="$person", on="2024-03-08"))
    scene.when(on_transfer("hand_over", "2024-03-08")).then_refused("transfer.left_otherwise")


def test_whoever_does_not_arrive_is_no_longer_on_the_way(scene):
    """Turned back or died on the way: counted until that day, both clocks stop, the other side need not wait."""
    scene.given(*GONE)
    scene.when(on_transfer("stop", "2024-03-09", reason="health")).then_recorded("transfer.stopped")
    assert balance(scene, "$transfer", "transfer.on_the_way", "2024-03-08") == 1
    assert balance(scene, "$transfer", "transfer.on_the_way", "2024-03-09") == 0
    assert all(duty.met_at for duty in scene.state("$transfer").duties())
    assert letter_of(scene, "$transfer", 4).command == "reception.cancel"
    scene.when(on_transfer("stop", "2024-03-10", reason="health")).then_refused("transfer.not_on_the_way")
    scene.given(a_stay("again", "2024-03-10"))


def test_a_stay_that_was_discharged_by_hand_can_still_be_handed_over(scene):
    """The discharge is not recorded twice."""
    scene.given(*AGREED, say("stay.discharge", stay="$stay", reason="to_other_facility", on="2024-03-08"))
    scene.when(on_transfer("hand_over", "2024-03-08")).then_recorded("transfer.handed_over")


def test_nobody_is_offered_whose_stay_has_ended(scene):
    """stay.ended, at the field of the stay."""
    scene.given(*STAYING, say("stay.discharge", stay="$stay", reason="to_family", on="2024-03-02"))
    scene.when(an_offer()).then_refused("stay.ended", "stay")


def test_an_offer_to_the_own_region_is_doubted(scene):
    """transfer.same_region: nobody else is asked. The control is every offer to another region."""
    scene.given(*STAYING)
    scene.when(an_offer(to_region=BAYI)).then_recorded().then_found("transfer.same_region")
    scene.withdraw("$transfer", 1).then_recorded()
    scene.when(an_offer("other")).then_recorded().then_found()


def test_a_second_offer_of_one_stay_is_doubted_while_the_first_is_open(scene):
    """transfer.offered_twice: told before it is recorded. The control is the offer that follows a refusal."""
    scene.given(*STAYING, an_offer())
    scene.when(an_offer("other")).then_recorded().then_found("transfer.offered_twice")
    scene.withdraw("$other", 1).then_recorded()
    scene.given(say("transfer.record_refusal", "2024-03-06", transfer="$transfer", reason="no_bed"))
    scene.when(an_offer("third").on_("2024-03-07")).then_recorded().then_found()


def test_an_offer_that_is_corrected_is_not_its_own_second(scene):
    """What is corrected stands in its own place."""
    scene.given(*STAYING, an_offer())
    scene.correct("$transfer", 1, {"needs": "轮椅"}).then_recorded().then_found()


def test_a_withdrawn_hand_over_brings_the_stay_back(scene):
    """Undo by correction: the entry is withdrawn whole, in every stream."""
    scene.given(*GONE)
    scene.withdraw("$transfer", 3).then_recorded()

    assert scene.state("$transfer").status == "accepted"
    assert scene.state("$stay").ended_on is None
    assert balance(scene, "$transfer", "transfer.on_the_way", "2024-12-31") == 0


def test_a_reception_goes_from_the_request_to_the_admission(scene):
    """Accepted by a home, on the way, admitted by an ordinary admission that names it; both duties are met."""
    scene.given(*ASKED)
    scene.when(on_reception("accept")).then_recorded("reception.accepted")
    scene.when(on_reception("expect", at="2024-03-08T09:00:00+08:00")).then_recorded("reception.expected")
    admitted = scene.when(a_stay(at="2024-03-08T15:00:00+08:00", reception="$reception"))
    admitted.then_recorded("stay.admitted", "person.stay_opened", "reception.completed")

    state = scene.state("$reception")
    assert (state.status, state.facility, state.admitted_by) == ("completed", *[scene.names["home"]] * 2)
    assert [(d.rule, bool(d.met_at)) for d in state.duties()] == [
        ("reception.answer", True),
        ("reception.arrival", True),
    ]
    assert balance(scene, "$reception", "reception.completed", "2024-03-08", category="destitute") == 1


def test_nobody_is_admitted_on_a_reception_that_was_not_agreed_to(scene):
    """reception.not_accepted, before the answer and behind a refusal; and once only."""
    scene.given(*ASKED)
    scene.when(a_stay(on="2024-03-08", reception="$reception")).then_refused("reception.not_accepted")
    scene.given(on_reception("accept"), a_stay(on="2024-03-08", reception="$reception"))
    scene.given(a_person("other", serial=3))
    again = a_stay("again", "2024-03-09", person="$other", reception="$reception")
    scene.when(again).then_refused("reception.not_accepted")
    scene.when(on_reception("cancel", "2024-03-09")).then_refused("reception.completed")


def test_somebody_else_than_was_to_come_is_found_not_refused(scene):
    """reception.other_person stands on the reception: the pseudonym of the document is not that of the request."""
    scene.given(a_home(), a_person(), a_request(member="someone else"), on_reception("accept"))
    admitted = scene.when(a_stay(on="2024-03-08", reception="$reception")).then_recorded()
    admitted.then_found("reception.other_person")


def test_who_was_to_come_is_known_by_the_pseudonym(scene):
    """The negative control: the same document leads to the same pseudonym, and nothing is found."""
    scene.given(a_home(), a_person())
    member = scene.state("$person").pseudonym
    scene.given(a_request(member=member), on_reception("accept"))
    scene.when(a_stay(on="2024-03-08", reception="$reception")).then_recorded().then_found()


def test_answers_reach_the_transfer_that_asked(scene):
    """Accepted, refused and admitted lead to a command on the transfer; of a request on paper nobody is told."""
    scene.given(*OFFERED, a_home("there", region=GONGBO, name="工布江达县敬老院"))
    scene.given(a_request(region=GONGBO, facility="$there", from_region=BAYI, number=scene.names["transfer"]))
    scene.given(on_reception("accept", facility="$there"))
    letter = letter_of(scene, "$reception", 2)
    assert (letter.region, letter.command) == (BAYI, "transfer.record_acceptance")
    assert letter.args == {"transfer": scene.names["transfer"], "into": "工布江达县敬老院"}
    assert letter.about == scene.names["transfer"]

    scene.given(a_request("paper", number="米民函〔2024〕3号"), on_reception("refuse", reception="$paper"))
    assert letter_of(scene, "$paper", 2) is None


@pytest.mark.parametrize("command", ["refuse", "cancel"])
def test_a_request_that_came_to_nothing_is_answered(scene, command):
    """The duty of the answer is met, and nobody can be admitted on it."""
    scene.given(*ASKED, on_reception(command))
    assert [d.met_at for d in scene.state("$reception").duties()] == ["2024-03-06T24:00"]
    scene.when(on_reception("accept", "2024-03-07")).then_refused("reception.answered")
    scene.when(a_stay(on="2024-03-08", reception="$reception")).then_refused("reception.not_accepted")


def test_withdrawing_an_admission_opens_its_reception_again(scene):
    """Undo by correction: the reception waits for the person as before."""
    scene.given(*TAKING, a_stay(on="2024-03-08", reception="$reception"))
    scene.withdraw("$stay", 1).then_recorded()
    assert scene.state("$reception").status == "accepted"
    assert balance(scene, "$reception", "reception.completed", "2024-12-31") == 0


def test_who_comes_unanswered_is_admitted_and_counted_where_they_are(scene):
    """On the way before anybody answered: both duties are met by the admission, the home that admitted has the figure."""
    scene.given(a_home(), a_person(), a_request(), on_reception("expect", "2024-03-07"))
    scene.when(a_stay(on="2024-03-08", reception="$reception")).then_recorded()
    assert all(duty.met_at for duty in scene.state("$reception").duties())
    assert balance(scene, "$reception", "reception.completed", "2024-03-08") == 1


def test_an_acceptance_behind_the_departure_leaves_the_person_on_the_way(scene):
    """The answer comes late: the arrival stays awaited."""
    scene.given(
        a_home(), a_person(), a_request(), on_reception("expect", "2024-03-07"), on_reception("accept", "2024-03-07")
    )
    assert scene.state("$reception").status == "on_the_way"


def test_another_home_than_agreed_is_found(scene):
    """reception.other_home, and the figure is that of the home that admitted."""
    scene.given(*TAKING, a_home("other", name="二院"))
    scene.when(a_stay(on="2024-03-08", facility="$other", reception="$reception")).then_found("reception.other_home")


def test_a_request_that_is_withdrawn_on_the_way_is_awaited_no_longer(scene):
    """No duty of the arrival is left."""
    scene.given(*TAKING, on_reception("expect", "2024-03-07"), on_reception("cancel", "2024-03-08"))
    assert [d.rule for d in scene.state("$reception").duties()] == ["reception.answer"]


def test_a_sentence_names_the_region(scene):
    """Nobody reads a code: the name that the region had on the day."""
    scene.given(*OFFERED)
    zh, en = sentence(scene.events("$transfer")[0], reference())
    assert zh == "向 米林市 提出移交：靠近亲属"
    assert MILIN not in en


def test_an_offer_is_not_moved_to_another_region_once_one_was_asked(scene):
    """The other side has the letter, and all later ones go where the first went. Control: what it does not say there can be corrected."""
    scene.given(*OFFERED)
    moved = scene.correct("$transfer", 1, {"to_region": GONGBO})
    moved.then_refused("entry.target_fixed", "to_region", "已向原来的区域提出")
    scene.correct("$transfer", 1, {"to_region": MILIN, "reason": "care"})

    assert (scene.state("$transfer").to_region, scene.state("$transfer").reason) == (MILIN, "care")
