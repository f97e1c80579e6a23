"""Complaints: received by a channel, assigned, answered within the limit, rated, closed."""

import pytest

from domain.model import Sealed
from domain.work import Track
from tests.domain.oversight import ANSWERED, COMPLAINED, HOME, a_complaint, balance, on_complaint
from tests.scene import BAYI, Scene, say


@pytest.fixture
def complained(scene: Scene) -> Scene:
    """A complaint about the food of 10 March."""
    return scene.given(*COMPLAINED)


def test_a_complaint_starts_the_clock_of_its_answer(complained):
    """15 days from the day after, kept in the event: a later law does not move it."""
    state = complained.state("$complaint")

    assert (state.answer_due, state.status) == ("2024-03-25T24:00", "received")
    assert [(d.rule, d.due_at, d.met_at) for d in state.duties()] == [("complaint.answer", "2024-03-25T24:00", None)]


def test_a_complaint_goes_from_hand_to_hand_until_it_is_closed(complained):
    """Assigned, answered, rated, closed; the duty is met by the first answer."""
    complained.when(on_complaint("assign", "2024-03-11", to="wang.safety")).then_recorded("complaint.assigned")
    complained.when(on_complaint("answer", "2024-03-20", text="已更换厨师")).then_recorded("complaint.answered")
    complained.when(on_complaint("answer", "2024-03-22", text="补充说明")).then_recorded()
    complained.when(on_complaint("rate", "2024-03-23", satisfied=False)).then_recorded("complaint.rated")
    complained.when(on_complaint("assign", "2024-03-24", to="li.inspector")).then_recorded()
    complained.when(on_complaint("close", "2024-03-25")).then_recorded("complaint.closed")

    state = complained.state("$complaint")
    assert (state.status, state.satisfied, state.assigned_to) == ("closed", False, "li.inspector")
    assert [d.met_at for d in state.duties()] == ["2024-03-20T24:00"]


def test_no_complaint_is_closed_or_rated_unanswered(complained):
    """complaint.not_answered; and nothing follows behind the closing: complaint.closed."""
    complained.when(on_complaint("close", "2024-03-12")).then_refused("complaint.not_answered")
    complained.when(on_complaint("rate", "2024-03-12", satisfied=True)).then_refused("complaint.not_answered")
    complained.given(on_complaint("answer", "2024-03-12", text="已处理"), on_complaint("close", "2024-03-13"))
    for command, more in (("assign", {"to": "li.inspector"}), ("answer", {"text": "x"}), ("close", {})):
        complained.when(on_complaint(command, "2024-03-14", **more)).then_refused("complaint.closed")
    complained.when(on_complaint("rate", "2024-03-20", satisfied=True)).then_recorded()


def test_the_answer_cannot_be_withdrawn_under_a_closing(scene):
    """entry.in_use names the closing; once that is withdrawn, the answer goes too."""
    scene.given(*ANSWERED, on_complaint("close", "2024-03-14"))
    scene.withdraw("$complaint", 2).then_refused("entry.in_use", None, "投诉办结")
    scene.withdraw("$complaint", 3).then_recorded()
    scene.withdraw("$complaint", 2).then_recorded()
    assert scene.state("$complaint").status == "received"


def test_a_complaint_is_about_a_facility_or_a_region(scene):
    """Neither, or both, is refused; a region alone will do."""
    scene.given(*HOME)
    scene.when(a_complaint(facility=None)).then_refused("field.missing", "facility")
    scene.when(a_complaint(region=BAYI)).then_refused("field.invalid", "region")
    event = scene.when(a_complaint(facility=None, region=BAYI)).then_recorded("complaint.received").events[0]
    assert (event.envelope.facility, event.envelope.region) == (None, BAYI)
    assert {key[4] for key in scene.seen("$complaint")[1]} == {BAYI}


def test_one_may_complain_of_a_home_that_has_ended_but_not_of_one_that_has_not_begun(scene):
    """A fact is recordable after the end; facility.not_registered before the beginning."""
    scene.given(*HOME, say("facility.terminate", facility="$home", reason="拆迁", on="2024-03-01"))
    scene.when(a_complaint()).then_recorded()
    scene.when(a_complaint("early", on="2023-12-31")).then_refused("facility.not_registered", "facility")


def test_who_deals_with_it_has_an_account(complained):
    """reference.unknown: a name does not belong in a public field."""
    complained.when(on_complaint("assign", "2024-03-11", to="王某")).then_refused("reference.unknown", "to", "账号")


def test_what_was_said_and_answered_is_sealed(complained):
    """The texts belong to nobody but the complaint; the log shows category and channel."""
    complained.given(on_complaint("answer", "2024-03-12", text="已更换厨师"))
    said, answered = complained.events("$complaint")

    assert isinstance(said.text, Sealed)
    assert said.text.subject == complained.names["complaint"]
    assert isinstance(answered.text, Sealed)
    assert "凉" not in complained.text()
    assert complained.vault.open(said.text) == "饭菜是凉的"


def test_open_complaints_are_those_received_and_not_closed(scene):
    """Conservation: open = received − closed, on every day, by channel; a late closing moves the days between."""
    scene.given(*ANSWERED, on_complaint("close", "2024-03-20"))
    days = ("2024-03-09", "2024-03-10", "2024-03-19", "2024-03-20")

    assert [balance(scene, "$complaint", "complaint.open", day) for day in days] == [0, 1, 1, 0]
    for day in days:
        received, closed = (balance(scene, "$complaint", f"complaint.{one}", day) for one in ("received", "closed"))
        assert balance(scene, "$complaint", "complaint.open", day) == received - closed
    assert {key[5] for key in scene.seen("$complaint")[1]} == {(("channel", "hotline_12345"),)}

    scene.correct("$complaint", 3, occurred_on="2024-03-15").then_recorded()
    assert [balance(scene, "$complaint", "complaint.open", day) for day in ("2024-03-14", "2024-03-15")] == [1, 0]


def test_a_late_answer_meets_the_duty_at_its_business_moment(complained):
    """Recorded later but answered in time is in time: the duty goes by when it happened."""
    complained.given(
        on_complaint("answer", "2024-06-01", text="二次答复"), on_complaint("answer", "2024-03-15", text="首次答复")
    )
    assert [d.met_at for d in complained.state("$complaint").duties()] == ["2024-03-15T24:00"]


def test_the_state_at_a_moment_is_that_of_the_moment(complained):
    """Fold until 11 March: nobody had answered."""
    complained.given(on_complaint("answer", "2024-03-12", text="x"))
    assert Track(complained.events("$complaint")).at("2024-03-11T24:00").status == "received"
