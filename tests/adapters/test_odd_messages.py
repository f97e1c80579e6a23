"""Messages that no relay of ours makes, and those of a newer one: they harm nobody but the node that they come from."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from adapters import incoming
from adapters.federation import Federation, Superior
from adapters.known_nodes import KnownNodes
from adapters.messages import COSIGNED, of_said
from adapters.notes import Verifier
from domain.log import Conflict
from tests.adapters.intake_nodes import CLUSTER, WIRE, Node, Province, Ticks, Topics, counties, delivered, province

__all__ = ["counties", "province"]

HUGE = 2**70
WAITS: dict[str, dict[str, Any]] = {
    "a newer class of event": {"classversion": 2},
    "a position that no database holds": {"position": 2**63, "until": 2**63},
    "a version that no database holds": {"version": HUGE},
    "a correction that no database holds": {"corrects": HUGE},
    "a class below nought": {"classversion": -1},
    "a time without its zone": {"time": "2024-01-01T00:00:00"},
    "NUL in a text": {"reason": "a\0b"},
}
STOPS: dict[str, dict[str, Any]] = {
    "a day on which it could not be known yet": {"occurredon": "2150-01-01"},
    "a number that no database holds": {"data": {"title": "t", "more": [{"amount": HUGE}]}},
    "a day that is none": {"occurredon": "gestern"},
    "a day that nobody has seen": {"occurredon": "9999-12-31"},
    "a field that is missing": {"data": {}},
}


def odd(county: Node, change: dict[str, Any]) -> Topics:
    """Five messages of a county, the third of which is changed."""
    county.append(5)
    lines = county.messages()
    said = json.loads(lines[2]) | change
    said["id"] = f"{said['node']}/{said['subject']}/{said['version']}"
    topics = Topics()
    for value in (*lines[:2], json.dumps(said).encode(), *lines[3:]):
        topics.put(value)
    return topics


@pytest.mark.parametrize("kind", [*WAITS, *STOPS])
def test_an_odd_message_of_one_node_keeps_no_other_from_being_taken_in(
    province: Province, counties: list[Node], kind: str
) -> None:
    """What is behind it waits or its node is stopped, the operator is told, and the other node is taken in."""
    one, other = counties
    topics = odd(one, {**WAITS, **STOPS}[kind])
    other.append(4)
    for value in other.messages():
        topics.put(value, 1)
    for _ in range(2):
        province.take(topics)

    assert len(province.found(other)) == 4
    assert len(province.found(one)) < 3
    assert province.told
    state = KnownNodes(province.node.log).states().get(one.name)
    assert bool(state and state.stopped) == (kind in STOPS)


def test_control_an_unchanged_message_is_taken_in(province: Province, counties: list[Node]) -> None:
    """The same five, the third as it was."""
    province.take(odd(counties[0], {}))

    assert len(province.found(counties[0])) == 5
    assert province.told == []


@pytest.mark.parametrize("size", [HUGE, -5, 0, "5"])
def test_a_cosignature_over_no_size_is_passed_over(province: Province, counties: list[Node], size: Any) -> None:
    """It keeps the county from nothing, whoever wrote it."""
    county, keys = counties[0], province.node.keys
    county.append(3)
    witness = Verifier(keys.witness.name, keys.witness.public)
    below = Province(county, Federation(superiors={"province": Superior("province", witness)}), Ticks(), [])
    topics = Topics()
    data = {"of": county.name, "size": size, "line": "x"}
    topics.put(of_said("province", COSIGNED, "x", 0, data)[1], topic=WIRE.heads)
    below.take(topics)

    assert county.heads.sign() is not None


def test_who_no_longer_leads_does_not_put_back_what_was_taken_in(province: Province, counties: list[Node]) -> None:
    """An intake that believes it still leads hears a head: the next one goes on where the leading one came to."""
    county = counties[0]
    county.append(5)
    stale = province.intake()
    stale.digest(list(delivered([county], Random(1)).read({}, 100)))
    county.append(5)
    leading = province.intake()
    leading.digest([(WIRE.events, 0, 100 + n, value) for n, value in enumerate(county.messages()[5:])])
    with pytest.raises(Conflict):
        stale.digest([(WIRE.heads, 0, 0, county.head())])

    assert KnownNodes(province.node.log).offsets(CLUSTER)[WIRE.events][0] == 105
    assert WIRE.heads not in KnownNodes(province.node.log).offsets(CLUSTER)
    assert KnownNodes(province.node.log).states()[county.name].size == 10
    county.append(1)
    province.intake().digest([(WIRE.events, 0, 200 + n, value) for n, value in enumerate(county.messages())])
    state = KnownNodes(province.node.log).states()[county.name]
    assert (state.size, state.stopped) == (11, "")


def test_what_a_signed_head_covers_is_asked_for_though_nothing_waits_behind_it(
    province: Province, counties: list[Node]
) -> None:
    """Three of five came, and a head over all five: what is missing is asked for. Control: before the head it is not."""
    county = counties[0]
    county.append(5)
    intake = province.intake()
    intake.digest([(WIRE.events, 0, n, value) for n, value in enumerate(county.messages()[:3])])
    for wait in (0.0, 6.0):
        province.ticks.at += wait
        assert intake._asking() == []
    intake.digest([(WIRE.heads, 0, 0, county.head())])
    assert intake._asking() == []
    province.ticks.at += 6.0
    ((topic, _, wish),) = intake._asking()

    assert topic == WIRE.requests
    assert json.loads(wish)["data"] == {"of": county.name, "after": 3}


def test_what_waits_is_bounded_by_its_bytes_too(
    province: Province, counties: list[Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node sends long messages behind a gap: the farthest are let go and asked for; it ends with everything, once."""
    one, other = counties
    one.append(9)
    other.append(2)
    lines = one.messages()
    monkeypatch.setattr(incoming, "WAITING_BYTES", sum(map(len, lines[1:5])))
    intake, known = province.intake(), KnownNodes(province.node.log)
    intake.digest([(WIRE.events, 0, n, value) for n, value in enumerate(lines[1:])])
    assert sorted(intake.nodes[one.name].waiting) == [2, 3, 4, 5]
    intake.digest([(WIRE.events, 1, n, value) for n, value in enumerate(other.messages())])
    assert known.states()[other.name].size == 2
    intake.digest([(WIRE.events, 0, 20, lines[0])])
    assert (known.states()[one.name].size, intake.nodes[one.name].weight) == (5, 0)
    intake.digest([(WIRE.events, 0, 30 + n, value) for n, value in enumerate(lines)])
    assert known.states()[one.name].size == 9
