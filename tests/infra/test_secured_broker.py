"""Between nodes stands a broker that wants TLS and a password and grants few rights: who has them goes through it, who lacks one is told and waits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from adapters.broker import Publisher, Wire
from adapters.reaching import BrokerAway
from infra.bootstrap import Services
from infra.kafka.broker import Cluster
from infra.together.load import Load
from infra.together.nodes import RANKS, Node, Rank, federated, until
from tests.infra.secured import client, grant, secured
from tests.services import brokers

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]

PASSWORDS = {"broker": "of-the-broker", "bayi": "of-bayi", "xizang": "of-xizang"}
TWO = (Rank("bayi", "540402", "巴宜区", "Bayi", ("xizang",)), RANKS[3])
CAME_S, TOLD_S = 60.0, 60.0
TRIES = 10
"""The broker may hang up before its reason is read: then the next try tells it."""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the certificates lie."""
    return tmp_path_factory.mktemp("authority")


@pytest.fixture(scope="module")
def broker(authority: Path) -> Iterator[Cluster]:
    """A broker that lets in nobody without TLS and a password."""
    with brokers(access=secured(authority, PASSWORDS)) as made:
        grant(Wire(tuple(made.bootstrap), partitions=3, more=made.access.client), "xizang", "bayi")
        yield made


@dataclass
class Both:
    """A county with entries that its relay sends, and the province that may take them in."""

    county: Node
    province: Node
    recorded: int
    above: Services

    def came(self) -> bool:
        """Whether the province has every entry of the county."""
        state = self.above.known_nodes.states().get("bayi")
        return state is not None and state.size == self.recorded


@contextmanager
def both(folder: Path, broker: Cluster, authority: Path) -> Iterator[Both]:
    """The county with what it needs to be let in; how the province comes to the broker is the test's."""
    with federated(folder, broker.bootstrap, TWO) as nodes:
        with closing(nodes["bayi"].opened()) as services:
            Load(services, "540402", 1).begin()
            recorded = services.log.head().position
        given(nodes["bayi"], client(authority, "bayi", PASSWORDS))
        nodes["bayi"].start("relay")
        with closing(nodes["xizang"].opened()) as above:
            yield Both(nodes["bayi"], nodes["xizang"], recorded, above)


def given(node: Node, options: dict[str, Any]) -> None:
    """Write the file that SHOUWANG_KAFKA_OPTIONS names for the programs of a node."""
    lines = (f'{name} = "{value}"' for name, value in options.items())
    (node.folder / "kafka.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


WRONG = {
    "password": ({"sasl_plain_password": "of-somebody-else"}, "SaslAuthenticationFailed"),
    "user": ({"sasl_plain_username": "somebody"}, "SaslAuthenticationFailed"),
    "authority": ({"ssl_cafile": "the authority of somebody else"}, "CERTIFICATE_VERIFY_FAILED"),
    "file": ({"ssl_cafile": "/nowhere/authority.pem"}, "No such file"),
    "open": ({"security_protocol": "PLAINTEXT"}, "消息总线没有应答"),
}
"""What is wrong, and what is said of it. Who speaks without TLS is not answered at all: there is no reason to tell."""


@pytest.mark.usefixtures("broker_goes_away")
@pytest.mark.parametrize("wrong", WRONG)
def test_who_is_not_let_in_is_told_why(tmp_path: Path, broker: Cluster, authority: Path, wrong: str) -> None:
    """Each mistake is named as what it is, with the file to check, and never with the password."""
    options, said = WRONG[wrong]
    if wrong == "authority":
        secured(tmp_path, PASSWORDS)
        options = {"ssl_cafile": str(tmp_path / "authority.pem")}
    way = Wire(
        tuple(broker.bootstrap), more=client(authority, "xizang", PASSWORDS) | {"bootstrap_timeout_ms": 3000} | options
    )
    zh, en = next((both for both in (refusal(way) for _ in range(TRIES)) if said in both[0]), ("", ""))
    assert said in zh
    assert ("SHOUWANG_KAFKA_OPTIONS" in zh) == ("SHOUWANG_KAFKA_OPTIONS" in en) == (wrong != "open")
    assert PASSWORDS["xizang"] not in zh + en


def refusal(way: Wire) -> tuple[str, str]:
    """What is said to somebody who is not let in; of the error itself nothing is kept, it would hold its socket."""
    try:
        Publisher(way).close()
    except BrokerAway as error:
        return error.zh, error.en
    raise AssertionError("was let in")


@pytest.mark.usefixtures("broker_goes_away")
@pytest.mark.parametrize("topic", ["requests", "letters"])
def test_a_county_may_neither_ask_for_events_nor_pass_letters_on(broker: Cluster, authority: Path, topic: str) -> None:
    """By the rights that the handbook lists the broker itself refuses it. Control: the same message of the superior goes."""
    ways = {user: Wire(tuple(broker.bootstrap), more=client(authority, user, PASSWORDS)) for user in ("bayi", "xizang")}
    with closing(Publisher(ways["xizang"])) as above:
        assert above.settle([above.send(getattr(ways["xizang"], topic), "nobody", b"{}")])
    with closing(Publisher(ways["bayi"])) as county, pytest.raises(BrokerAway, match="TopicAuthorization"):
        county.settle([county.send(getattr(ways["bayi"], topic), "nobody", b"{}")])


def test_entries_go_through_tls_and_passwords_once_the_password_is_right(
    tmp_path: Path, broker: Cluster, authority: Path
) -> None:
    """Relay and intake, each as a user with the rights of the handbook; with a wrong password the intake stays, says why and takes nothing in."""
    right = client(authority, "xizang", PASSWORDS)
    with both(tmp_path, broker, authority) as those:
        given(those.province, right | {"sasl_plain_password": "of-somebody-else"})
        those.province.start("intake")
        assert until(lambda: "SaslAuthenticationFailed" in those.province.said("intake"), TOLD_S)
        assert not those.came()
        assert those.province.running["intake"].poll() is None
        those.province.kill("intake")
        given(those.province, right)
        those.province.start("intake")
        assert until(those.came, CAME_S), those.province.said("intake")
