"""What a node may not do to others: add to their things, speak under the ids of letters, keep others' letters from leaving."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from adapters.relay import Relay
from domain.letters import letter_id
from domain.model import Refused
from domain.submissions import Submission
from tests.adapters.carrying import BOMI, PROVINCE, Case, Post
from tests.adapters.intake_nodes import WIRE, Ticks, Topics
from tests.scene import HOME

STREAM = "00000000-0000-0000-0000-00000000000"


@dataclass
class Forger:
    """Bomi, whose messages are its own in all but what they say."""

    post: Post

    def __post_init__(self) -> None:
        it = self.post.nodes["bomi"]
        relay = Relay(it.log, it.heads, it.clock, WIRE, monotonic=Ticks())
        with it.log.reading() as recorder:
            said = [json.loads(relay._message(row)[1]) for row in recorder.rows_to_relay(0, 10_000)]
        self.like = next(one for one in reversed(said) if one["type"].startswith("facility"))
        self.position = it.log.head().position

    def says(self, stream: str, version: int, topic: str, data: dict[str, Any], **more: Any) -> None:
        """The province takes in an event that no desk has made."""
        self.position += 1
        known = {key: value for key, value in self.like.items() if key not in ("region", "facility")}
        said = {
            "position": self.position,
            "until": self.position,
            "subject": stream,
            "version": version,
            "type": topic,
            "data": data,
            "commandid": f"forged {self.position}",
            "command": "transfer.withdraw",
            "id": f"bomi/{stream}/{version}",
            "classversion": 1,
        }
        topics = Topics()
        topics.put(json.dumps(known | said | more).encode())
        self.post._take("xizang", topics)

    def stopped(self) -> dict[str, bool]:
        """Which nodes the province has stopped."""
        states = self.post.nodes["xizang"].known_nodes.states()
        return {name: bool(state.stopped) for name, state in states.items()}


@pytest.fixture
def forger(case: Case) -> Forger:
    """Bomi, once the offer of Bayi is known everywhere."""
    case.post.carry()
    return Forger(case.post)


def test_whoever_adds_to_the_thing_of_another_node_is_stopped_and_the_other_goes_on(case: Case, forger: Forger) -> None:
    """A stream has one writer: the withdrawal that Bomi says of Bayi's offer is not taken in, and what Bayi says then is."""
    forger.says(case.transfer, 2, "transfer.withdrawn", {"reason": "stays"})

    assert forger.stopped() == {"bayi": False, "bomi": True}
    assert case.post.state("xizang", case.transfer).status == "offered"
    case.post.say("bayi", "transfer.record_refusal", "2024-03-05", transfer=case.transfer, reason="no_bed")
    case.post.carry()
    assert case.post.state("xizang", case.transfer).status == "refused"
    assert forger.stopped() == {"bayi": False, "bomi": True}


def test_control_a_node_adds_to_what_it_began_itself(case: Case, forger: Forger) -> None:
    """The same message about a thing of its own stops nobody."""
    forger.says(STREAM + "1", 1, "transfer.withdrawn", {"reason": "stays"})
    forger.says(STREAM + "1", 2, "transfer.withdrawn", {"reason": "stays"})

    assert forger.stopped() == {"bayi": False, "bomi": False}


MISSHAPEN: dict[str, list[tuple[str, dict[str, Any], dict[str, Any]]]] = {
    "begins with a withdrawal": [("transfer.withdrawn", {"reason": "stays"}, {})],
    "withdraws itself": [
        ("transfer.withdrawn", {"reason": "stays"}, {"corrects": 9}),
        ("entry.withdrawn", {"versions": [2]}, {}),
    ],
    "withdraws what is not there": [
        ("transfer.withdrawn", {"reason": "stays"}, {"corrects": 9}),
        ("entry.withdrawn", {"versions": [7]}, {}),
    ],
    "corrects itself": [
        ("transfer.withdrawn", {"reason": "stays"}, {"corrects": 1}),
        ("entry.withdrawn", {"versions": [1]}, {}),
    ],
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", MISSHAPEN)
def test_a_history_that_no_desk_would_record_keeps_no_letter_from_leaving(
    case: Case, forger: Forger, kind: str
) -> None:
    """The letters of all others are the same as before; of the misshapen thing there is none, and nothing turns for ever."""
    before = [one.data["id"] for one in case.post.letters()]
    for version, (topic, data, more) in enumerate(MISSHAPEN[kind], 1):
        forger.says(STREAM + "2", version, topic, data, **more)

    assert len(case.post.nodes["xizang"].log.stream(STREAM + "2")) == len(MISSHAPEN[kind])
    assert before
    assert [one.data["id"] for one in case.post.letters()] == before
    assert any("contradicts itself" in said for said in case.post.told)
    views = case.post.nodes["xizang"].views
    views.catch_up()
    assert views.position() == case.post.nodes["xizang"].log.head().position


def registered(post: Post, id_: str) -> str:
    """A home that Bomi registers under an id; its stream."""
    args = HOME | {"region": BOMI, "name": "试验敬老院"}
    submission = Submission("facility.register", id_, args, occurred_on=date(2024, 3, 5))
    return post.nodes["bomi"].desk.submit(submission).stream


def test_nobody_records_under_the_id_of_a_letter(case: Case) -> None:
    """The letter would count as recorded, and whoever began with it would speak for the other side. Control: another id is free."""
    with pytest.raises(Refused) as refused:
        registered(case.post, letter_id(case.transfer, 7))

    assert refused.value.rule == "command.malformed"
    assert "UUID" in refused.value.wording.zh
    assert case.post.state("bomi", registered(case.post, case.transfer)).region == BOMI


def test_one_stay_is_handed_over_once(case: Case) -> None:
    """Two offers of one stay that ended by a plain discharge: the first hand-over stands, the second is refused."""
    post, stay = case.post, case.post.state("bayi", case.transfer).stay
    second = post.say("bayi", "transfer.offer", stay=stay, to_region=PROVINCE, reason="nearer_kin")
    for one in (case.transfer, second):
        post.say("bayi", "transfer.record_acceptance", "2024-03-05", transfer=one, into="别的机构")
    post.say("bayi", "stay.discharge", "2024-03-06", stay=stay, reason="to_other_facility")
    post.say("bayi", "transfer.hand_over", "2024-03-06", transfer=case.transfer)
    with pytest.raises(Refused) as refused:
        post.say("bayi", "transfer.hand_over", "2024-03-06", transfer=second)

    assert refused.value.rule == "transfer.left_otherwise"
    assert post.figure("bayi", "transfer.handed_over", "2024-03-06") == 1


def acceptance_refused(case: Case) -> str:
    """Bomi accepts what Bayi has entered as refused: the letter of it is kept at Bayi. Its id."""
    post = case.post
    post.say("bayi", "transfer.record_refusal", "2024-03-05", transfer=case.transfer, reason="no_bed")
    post.say("bomi", "reception.accept", "2024-03-06", reception=case.reception, facility=case.there)
    post.carry()
    (kept,) = post.nodes["bayi"].refused_letters.open()
    return kept.id


def test_the_withdrawal_of_what_people_did_by_hand_is_told(case: Case) -> None:
    """The settled letter stays settled; who did it by hand is told to look again."""
    post = case.post
    kept, box = acceptance_refused(case), post.nodes["bayi"].refused_letters
    box.settle(kept, post.nodes["bayi"].clock.now())
    last = len(post.nodes["bomi"].log.stream(case.reception))
    post.say("bomi", "entry.withdraw", None, stream=case.reception, version=last, reason="没有床位")
    post.carry()

    assert any("was done by hand" in said for said in post.told)
    assert box.settled(kept)


def test_a_withdrawal_that_people_did_by_hand_is_kept_no_longer(case: Case) -> None:
    """A refused withdrawal waits for the hand-over behind it to go; once the entry itself is withdrawn by hand, it is over."""
    post = case.post
    case.accept()
    case.hand_over()
    post.say("bomi", "entry.withdraw", None, stream=case.reception, version=2, reason="录错")
    post.carry()
    box = post.letterbox("bayi")
    waiting = [one.command for one in box.refused.open()]
    for topic in ("transfer.handed_over", "transfer.accepted"):
        (event,) = [e for e in post.nodes["bayi"].log.stream(case.transfer) if e.topic == topic]
        version = event.originator_version
        post.say("bayi", "entry.withdraw", None, stream=case.transfer, version=version, reason="人工撤回")
    box.try_again()

    assert waiting
    assert box.refused.open() == []
