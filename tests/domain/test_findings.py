"""Answers to findings: what was said or done, placed where the record lies; a facility does not accept its own."""

import pytest

from domain.accounts import Actor
from domain.model import Post
from tests.domain.money import LISTED, QIAN, ZHAO
from tests.scene import BAYI, Scene, a_home, a_person, a_stay, say


@pytest.fixture
def staying(scene: Scene) -> Scene:
    """A stay without an agreement."""
    return scene.given(a_home(), a_person(), a_stay(agreement_no=None))


def an_answer(**more: object):
    """The agreement was signed."""
    said = {"about": "$stay", "rule": "EC-04", "answer": "remedied", "text": "已补签服务协议"}
    by = more.pop("by", None)
    return say("finding.answer", "2024-03-20", **({"by": by} if by else {}), **{**said, **more}).named("answer")


def test_an_answer_stands_where_the_record_lies(staying):
    """The facility of the stay is that of the answer; one row counts it."""
    outcome = staying.when(an_answer()).then_recorded("finding.answered")

    assert outcome.events[0].envelope.facility == staying.names["home"]
    state = staying.state("$answer")
    assert (state.about, state.rule, state.answer) == (staying.names["stay"], "EC-04", "remedied")


def test_a_facility_does_not_accept_its_own_answer(staying):
    """The home explains and remedies; the bureau accepts."""
    manager = Actor("wang", Post.FACILITY_MANAGER, facility=staying.names["home"])
    staying.when(an_answer(by=manager, answer="accepted")).then_refused("finding.own_acceptance")
    staying.when(an_answer(by=manager, answer="explained")).then_recorded()
    staying.when(an_answer(answer="accepted")).then_recorded()


def test_nothing_is_answered_for_a_record_that_does_not_exist(staying):
    """The field is named, and the rule must be a known one."""
    staying.when(an_answer(about="00000000-0000-0000-0000-000000000000")).then_refused("reference.unknown", "about")
    staying.when(an_answer(rule="EC-99")).then_refused("field.invalid", "rule")


def test_an_answer_is_corrected_and_withdrawn(staying):
    """What was said stays in the history; the corrected one stands."""
    staying.given(an_answer())
    staying.correct("$answer", args={"answer": "explained"}).then_recorded()
    assert staying.state("$answer").answer == "explained"
    staying.withdraw("$answer", 3).then_recorded()
    assert staying.seen("$answer")[0] is None


def test_who_draws_lists_up_answers_for_them_and_the_bureau_accepts(scene):
    """A finance officer explains a finding of a list; neither officer nor approver accepts the answer."""
    scene.given(*LISTED)
    about = {"about": "$batch", "rule": "DM-02"}
    for by in (ZHAO, QIAN):
        scene.when(an_answer(by=by, answer="accepted", **about)).then_refused("finding.own_acceptance")
        scene.when(an_answer(by=by, answer="explained", **about)).then_recorded()
    scene.when(an_answer(by=Actor("wu", Post.REGULATOR, region=BAYI), answer="accepted", **about)).then_recorded()
