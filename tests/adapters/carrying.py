"""Two counties and a province, a resident who is offered from one to the other, and what is carried between them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.intake import Intake
from adapters.letters import Dispatch, Letterbox
from adapters.messages import Said, read
from adapters.notes import Signer
from adapters.relay import Relay
from adapters.witnessing import Witness
from domain.identifiers import synthetic_resident_number
from domain.letters import letter_id
from domain.submissions import Submission
from domain.work import Track
from infra.bootstrap import Services
from infra.together.nodes import Rank, federated
from projections.ask import Ask
from tests.adapters.intake_nodes import CLUSTER, WIRE, Ticks, Topics
from tests.scene import BAYI, HOME

BOMI, PROVINCE = "540424", "540000"
RANKS = (
    Rank("bayi", BAYI, "巴宜区", "Bayi district", ("xizang",)),
    Rank("bomi", BOMI, "波密县", "Bomi county", ("xizang",)),
    Rank("xizang", PROVINCE, "西藏自治区", "Xizang"),
)


@dataclass
class Post:
    """Two counties and a province, and what is carried between them."""

    nodes: dict[str, Services]
    told: list[str] = field(default_factory=list)

    def hear(self, zh: str, en: str) -> None:
        """What an operator is told."""
        self.told.append(en)

    def say(self, node: str, command: str, on: str | None = "2024-03-04", at: str | None = None, **args: Any) -> str:
        """One command on a node; the stream that it made or acted on. Raises Refused."""
        it = self.nodes[node]
        day, moment = (None, datetime.fromisoformat(at)) if at else (on and date.fromisoformat(on), None)
        said = Submission(command, f"{node}-{it.log.head().position}", args, occurred_on=day, occurred_at=moment)
        return it.desk.submit(said).stream

    def dispatch(self, node: str, signer: Signer | None = None) -> Dispatch:
        """The superior's side of a node."""
        it = self.nodes[node]
        return Dispatch(it.log, it.federation, signer or it.keys.witness, it.reference.regions.within, self.hear)

    def letterbox(self, node: str) -> Letterbox:
        """The addressee's side of a node."""
        it = self.nodes[node]
        return Letterbox(
            it.desk, it.log, it.federation, it.clock, it.refused_letters, it.keys.witness.verifier, self.hear
        )

    def letters(self, node: str = "xizang", signer: Signer | None = None) -> list[Said]:
        """Every letter that the log of a node leads to."""
        return [said for said in map(read, self._letters(node, signer)) if isinstance(said, Said)]

    def _letters(self, node: str, signer: Signer | None = None) -> Iterator[bytes]:
        dispatch = self.dispatch(node, signer)
        for event in self.nodes[node].log.read(0, 10_000):
            for _, value in dispatch.of(event.topic, event.originator_id, event.originator_version):
                yield value

    def carry(self) -> None:
        """All that every node would publish reaches every other one, twice over and from the beginning each time."""
        for _ in range(2):
            topics = Topics()
            for name, it in self.nodes.items():
                relay = Relay(it.log, it.heads, it.clock, WIRE, monotonic=Ticks())
                with it.log.reading() as recorder:
                    for row in recorder.rows_to_relay(0, 10_000) if recorder else []:
                        topics.put(relay._message(row)[1])
                for value in self._letters(name):
                    topics.put(value, topic=WIRE.letters)
            for name in self.nodes:
                self._take(name, topics)

    def _take(self, node: str, topics: Topics) -> None:
        it = self.nodes[node]
        witness = Witness(it.heads, it.keys, it.clock, it.federation, it.known_nodes, self.hear)
        box, inside = self.letterbox(node), it.reference.regions.within
        intake = Intake(
            it.log,
            it.clock,
            WIRE,
            it.federation,
            witness,
            letterbox=box,
            inside=inside,
            told=self.hear,
            monotonic=Ticks(),
        )
        intake.recall(CLUSTER)
        intake.digest(list(topics.read({}, 10_000)))

    def state(self, node: str, stream: str) -> Any:
        """A thing as a node knows it."""
        return Track(self.nodes[node].log.stream(stream)).state

    def made(self, node: str, letter: str) -> str:
        """The stream that a letter led to on a node."""
        return self.nodes[node].log.receipts([letter])[letter][1].stream

    def figure(self, node: str, key: str, on: str) -> int:
        """The value of a figure on a node."""
        views = self.nodes[node].views
        views.catch_up()
        return int(views.figure(key, Ask(date.fromisoformat(on), region=PROVINCE))["value"] or 0)


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    """Nodes that know each other, and a person who stays in Bayi."""
    with federated(tmp_path, ["127.0.0.1:1"], RANKS) as nodes, ExitStack() as opened:
        yield Post({name: opened.enter_context(closing(node.opened())) for name, node in nodes.items()})


PERSON = {
    "name": "试者甲",
    "document_kind": "resident_identity_card",
    "document_number": synthetic_resident_number(7, date(1940, 2, 3)),
    "sex": "male",
}
STAY = {"category": "destitute", "agreement_no": "A-1", "contact_phone": "13900000000"}


@dataclass
class Case:
    """A resident of a home in Bayi, offered to Bomi, where there is a home too."""

    post: Post
    transfer: str
    there: str

    @property
    def reception(self) -> str:
        """What the offer led to in Bomi."""
        return self.post.made("bomi", letter_id(self.transfer))

    def status(self) -> tuple[str, str]:
        """How it is on either side."""
        return self.post.state("bayi", self.transfer).status, self.post.state("bomi", self.reception).status

    def accept(self) -> None:
        """The home there agrees."""
        self.post.say("bomi", "reception.accept", "2024-03-06", reception=self.reception, facility=self.there)
        self.post.carry()

    def hand_over(self) -> None:
        """The person leaves."""
        self.post.say("bayi", "transfer.hand_over", at="2024-03-08T09:00:00+08:00", transfer=self.transfer)
        self.post.carry()


@pytest.fixture
def case(post: Post) -> Case:
    """Offered on 4 March 2024, and asked there."""
    home = post.say("bayi", "facility.register", "2024-01-01", **HOME)
    person = post.say("bayi", "person.register", "2024-01-01", **PERSON)
    stay = post.say("bayi", "stay.admit", "2024-03-01", person=person, facility=home, **STAY)
    there = post.say("bomi", "facility.register", "2024-01-01", **(HOME | {"name": "波密县敬老院", "region": BOMI}))
    offer = {"stay": stay, "to_region": BOMI, "reason": "nearer_kin", "needs": "需要轮椅"}
    transfer = post.say("bayi", "transfer.offer", **offer)
    post.carry()
    return Case(post, transfer, there)
