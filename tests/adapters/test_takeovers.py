"""Two that both believe they lead, and one that is cut off between two transactions: nothing is lost, nobody innocent is stopped."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.known_nodes import KnownNodes
from domain.log import Conflict, LogUnavailable
from tests.adapters.intake_nodes import CLUSTER, WIRE, Node, Province, Topics, counties, province

__all__ = ["counties", "province"]

Polled = list[tuple[str, int, int, bytes]]


def read(county: Node, after: int = 0) -> Polled:
    """The events of a county as they are polled."""
    return [(WIRE.events, 0, n, value) for n, value in enumerate(county.messages())][after:]


def kept(where: Province) -> KnownNodes:
    """What the province knows."""
    return KnownNodes(where.node.log)


def test_a_head_that_was_read_and_not_kept_is_heard_again(
    province: Province, counties: list[Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database goes away between taking in and hearing: the head of a county that then says nothing more is cosigned."""
    county = counties[0]
    county.append(5)
    polled = [*read(county), (WIRE.heads, 0, 0, county.head())]
    cut_off = province.intake()

    def away(*_: Any) -> Any:
        raise LogUnavailable("不可用", "away")

    monkeypatch.setattr(cut_off, "_hear", away)
    with pytest.raises(LogUnavailable):
        cut_off.digest(polled)
    topics = Topics()
    for topic, _, _, value in polled:
        topics.put(value, topic=topic)
    province.take(topics)

    assert kept(province).states()[county.name].head_size == 5
    assert len(kept(province).witnessed(county.name)) == 1
    assert kept(province).offsets(CLUSTER)[WIRE.heads] == {0: 1}


def test_a_cosignature_that_was_kept_and_not_said_is_said_again(province: Province, counties: list[Node]) -> None:
    """Whoever begins to read says the newest cosignature of each node once more. Control: where none was given, nothing."""
    county, other = counties
    county.append(5)
    ((_, _, said),) = province.intake().digest([*read(county), (WIRE.heads, 0, 0, county.head())])

    following = province.intake()
    ((_, again),) = following.witness.again(county.name)
    assert json.loads(again)["data"] == json.loads(said)["data"]
    assert following.witness.again(other.name) == []


def test_who_no_longer_leads_lifts_no_stop(province: Province, counties: list[Node]) -> None:
    """A county is stopped by the intake that leads; a head that the other hears leaves it so. Only people lift it."""
    county = counties[0]
    county.append(5)
    province.intake().digest(read(county))
    stale, leading = province.intake(), province.intake()
    altered = json.loads(county.messages()[2]) | {"reason": "altered"}
    leading.digest([(WIRE.events, 0, 9, json.dumps(altered).encode())])
    stale.digest([(WIRE.heads, 0, 0, county.head())])

    assert kept(province).states()[county.name].stopped == "event 3"
    assert kept(province).readmit(county.name)
    assert kept(province).states()[county.name].stopped == ""


def test_who_is_overtaken_while_another_node_is_sorted_out_stops_nobody(
    province: Province, counties: list[Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the two looks whether another leads, it does: the pass begins anew, and there is no evidence of a fork."""
    county = counties[0]
    county.append(3)
    leading, slow = province.intake(), province.intake()
    overtaken, append, tries = slow._overtaken, slow._append, []

    def looked() -> bool:
        found = overtaken()
        leading.digest(read(county))
        return found

    def appended(runs: Any) -> None:
        tries.append(runs)
        if len(tries) == 1:
            raise Conflict("another node: a true conflict")
        append(runs)

    monkeypatch.setattr(slow, "_overtaken", looked)
    monkeypatch.setattr(slow, "_append", appended)
    with pytest.raises(Conflict):
        slow.digest(read(county))

    assert kept(province).forks() == []
    assert kept(province).states()[county.name].stopped == ""
    assert kept(province).states()[county.name].size == 3
