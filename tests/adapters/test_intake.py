"""Taking in what other nodes recorded: each event once, in the order of its node, and nothing that was rewritten."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.federation import Federation, Subordinate, Superior
from adapters.intake import ASK_AGAIN_S, ASK_S
from adapters.known_nodes import KnownNodes
from adapters.messages import WANTED, read
from adapters.notes import Note, Verifier
from adapters.vault import KeyVault
from domain.log import Conflict
from domain.model import Sealed
from tests.adapters.intake_nodes import (
    CLUSTER,
    WIRE,
    Node,
    Province,
    Ticks,
    Topics,
    counties,
    delivered,
    opened,
    province,
)
from tests.contracts.event_store_trial import Trial, decided
from tests.services import database_url, postgres_server

__all__ = ["counties", "database_url", "postgres_server", "province"]


def test_everything_is_taken_in_once_with_the_leaf_of_its_node(province: Province, counties: list[Node]) -> None:
    """Positions and leaves are those of the counties, the whole is sound, and each is proved in the new log as well."""
    for county in counties:
        county.append(30, events=3)
    province.take(delivered(counties, Random(1)))

    for county in counties:
        assert [(o, bytes(leaf)) for o, leaf in province.found(county)] == county.log.leaves(0, 1000)
    province.node.append(2)
    assert province.node.heads.verify().events == 2 * 90 + 2
    province.node.heads.sign()
    assert province.node.heads.proof(7) is not None
    assert province.told == []


@settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 10**6), copies=st.integers(1, 4), window=st.sampled_from([1, 10, 200]), most=st.integers(1, 60)
)
def test_disorder_repetition_and_kills_change_nothing(
    tmp_path_factory, seed: int, copies: int, window: int, most: int
) -> None:
    """Delivered in any order, several times, in pieces, to an intake that dies after any piece: the same events once."""
    folder, chance = tmp_path_factory.mktemp("drawn"), Random(seed)
    some = [opened(name, folder) for name in ("a", "b")]
    above = opened("top", folder)
    below = {one.name: Subordinate(one.name, "540402", one.key) for one in some}
    province = Province(above, Federation(subordinates=below), Ticks(), [])
    for one in some:
        one.append(chance.randint(1, 25), events=chance.randint(1, 4))
    topics = delivered(some, chance, copies, window)
    intake = province.intake()
    read_up_to: dict[str, dict[int, int]] = {}
    kills = 12
    while True:
        batch = list(topics.read(read_up_to, most))
        if not batch:
            break
        intake.digest(batch)
        for topic, part, offset, _value in batch:
            read_up_to.setdefault(topic, {})[part] = offset + 1
        if kills and chance.random() < 0.4:  # killed: another process begins where the log says
            kills -= 1
            intake = province.intake()
            read_up_to = {topic: dict(parts) for topic, parts in intake.known.offsets(CLUSTER).items()}

    try:
        for one in some:
            assert [(o, bytes(leaf)) for o, leaf in province.found(one)] == one.log.leaves(0, 1000)
        assert above.log.verify().events == sum(one.log.head().position for one in some)
        assert province.told == []
    finally:
        for one in (*some, above):
            one.log.close()
            one.store.close()


def test_control_offsets_beyond_what_waits_lose_it(province: Province, counties: list[Node]) -> None:
    """The same, when what waits counts as read: a kill between two pieces loses it."""
    counties[0].append(10)
    topics = Topics()
    for value in [*counties[0].messages()[1:], counties[0].messages()[0]]:
        topics.put(value)
    careless = province.intake()
    careless._read_up_to = lambda _taken: dict(careless._reached)
    careless.digest(list(topics.read({}, 5)))
    province.take(topics)

    assert len(province.found(counties[0])) < 10


def test_what_is_missing_holds_back_what_is_behind_it_and_is_asked_for(
    province: Province, counties: list[Node]
) -> None:
    """Nothing behind the gap is taken in; after a while it is asked for, later with an alarm; when it comes all goes on."""
    counties[0].append(10)
    lines, intake = counties[0].messages(), province.intake()
    known = KnownNodes(province.node.log)
    intake.digest([(WIRE.events, 0, i, value) for i, value in enumerate(lines) if i != 3])
    assert len(province.found(counties[0])) == 3
    assert known.states()["county-a"].held_back == 6
    assert intake._asking() == []
    province.ticks.at += ASK_S
    (asked,) = intake._asking()
    assert (asked[0], read(asked[2]).type, read(asked[2]).data) == (
        WIRE.requests,
        WANTED,
        {"of": "county-a", "after": 3},
    )
    assert (intake._asking(), province.told) == ([], [])
    province.ticks.at += ASK_AGAIN_S
    assert len(intake._asking()) == 1
    assert "event 4 of county-a is missing, 6 wait" in province.told[0]
    intake.digest([(WIRE.events, 0, 10, lines[3])])
    assert (len(province.found(counties[0])), intake._asking()) == (10, [])
    assert known.states()["county-a"].held_back == 0


def test_whoever_begins_anew_holds_nothing_back_until_it_comes_again(province: Province, counties: list[Node]) -> None:
    """What waited was in the memory of the one before: the count says what waits now, not what once did."""
    counties[0].append(10)
    lines = counties[0].messages()
    province.intake().digest([(WIRE.events, 0, i, value) for i, value in enumerate(lines) if i != 3])
    following, known = province.intake(), KnownNodes(province.node.log)
    following.digest([])
    assert known.states()["county-a"].held_back == 0
    following.digest([(WIRE.events, 0, 4, lines[4])])
    assert {node: one.held_back for node, one in known.states().items()} == {"county-a": 1}


def test_an_entry_is_taken_in_whole(province: Province, counties: list[Node]) -> None:
    """Of an entry of three events whose last has not come yet nothing is there."""
    counties[0].append(2, events=3)
    lines, intake = counties[0].messages(), province.intake()
    intake.digest([(WIRE.events, 0, i, value) for i, value in enumerate(lines[:5])])
    assert len(province.found(counties[0])) == 3
    intake.digest([(WIRE.events, 0, 5, lines[5])])
    entry = province.node.log.at([4])[0].envelope.entry_id
    assert [event.originator_version for event in province.node.log.entry(entry)] == [1, 2, 3]


def test_a_node_that_says_two_things_at_one_position_is_stopped(province: Province, counties: list[Node]) -> None:
    """Both sides are kept, nothing more of it is taken in, and the other node goes on."""
    for county in counties:
        county.append(5)
    topics = delivered(counties, Random(2))
    province.take(topics)
    forged = json.loads(counties[0].messages()[2])
    forged["data"]["title"] = "改过的名称"
    topics.put(json.dumps(forged, ensure_ascii=False).encode())
    for county in counties:
        county.append(1)
        topics.put(county.messages()[-1])
    province.take(topics)

    assert [len(province.found(county)) for county in counties] == [5, 6]
    ((node, position, kind, ours, theirs, _),) = KnownNodes(province.node.log).forks()
    assert (node, position, kind) == ("county-a", 3, "event")
    assert bytes.fromhex(ours) == dict(counties[0].log.leaves(0, 10))[3] != bytes.fromhex(theirs)
    assert "event 3 of county-a is not what it was" in province.told[0]


def test_a_stopped_node_goes_on_behind_what_was_taken_in_once_people_say_so(
    province: Province, counties: list[Node]
) -> None:
    """Nothing of it comes before; then everything once, asked for again where it was passed over; the evidence stays."""
    counties[0].append(3)
    topics = delivered(counties[:1], Random(3))
    province.take(topics)
    forged = json.loads(counties[0].messages()[1])
    forged["data"]["title"] = "改过的名称"
    topics.put(json.dumps(forged, ensure_ascii=False).encode())
    province.take(topics)
    known = KnownNodes(province.node.log)
    counties[0].append(2)
    running = province.intake()
    running.digest([(WIRE.events, 0, 50 + n, value) for n, value in enumerate(counties[0].messages()[3:4])])
    assert len(province.found(counties[0])) == 3
    assert not running._readmitted()

    assert known.readmit("county-a")
    assert not known.readmit("county-a")  # it is not stopped any more
    assert running._readmitted()
    again = province.intake()
    again.digest([(WIRE.events, 0, 60, counties[0].messages()[4])])
    assert len(province.found(counties[0])) == 3  # the fourth was passed over while it was stopped: it is asked for
    province.ticks.at += 10
    again._asking()
    province.ticks.at += 10
    ((_, _, wanted),) = again._asking()
    assert json.loads(wanted)["data"] == {"of": "county-a", "after": 3}
    again.digest([(WIRE.events, 0, 61, counties[0].messages()[3])])
    assert len(province.found(counties[0])) == 5
    assert len(known.forks()) == 1


def test_the_same_message_again_is_no_fork(province: Province, counties: list[Node]) -> None:
    """The control: word for word the same, ten times."""
    counties[0].append(5)
    for _ in range(10):
        topics = delivered(counties[:1], Random(3))
        intake = province.intake()
        intake.digest(list(topics.read({}, 100)))
    assert (len(province.found(counties[0])), KnownNodes(province.node.log).forks(), province.told) == (5, [], [])


def test_nodes_that_are_not_below_are_passed_over(province: Province, tmp_path: Path) -> None:
    """Whoever may write to the topic: only what the federation names is taken in."""
    stranger = opened("stranger", tmp_path)
    stranger.append(3)
    province.take(delivered([stranger], Random(4)))
    assert (province.found(stranger), province.node.log.head().position) == ([], 0)
    stranger.log.close()
    stranger.store.close()


def test_what_only_a_newer_release_knows_waits(province: Province, counties: list[Node]) -> None:
    """An unknown kind of event, and all behind it, stay in the topic until this node is upgraded; nothing is lost."""
    counties[0].append(5)
    lines = counties[0].messages()
    topics = Topics()
    strange = json.loads(lines[2])
    strange["type"] = "trial.not_known_yet"
    topics.put(lines[0]), topics.put(lines[1]), topics.put(json.dumps(strange).encode()), topics.put(lines[3])
    province.take(topics)
    assert len(province.found(counties[0])) == 2
    assert "newer release" in province.told[0]
    assert KnownNodes(province.node.log).offsets(CLUSTER) == {WIRE.events: {0: 2}}


def test_a_stream_has_one_writer(province: Province, counties: list[Node]) -> None:
    """Two nodes that write one stream: the second is stopped with what it wanted to say, the first goes on."""
    for county in counties:
        county.log.append([decided("the-same")])
    topics = Topics()
    topics.put(counties[0].messages()[0])
    province.take(topics)
    topics.put(counties[1].messages()[0], part=1)
    counties[0].append(1)
    topics.put(counties[0].messages()[1])
    province.take(topics)

    assert [len(province.found(county)) for county in counties] == [2, 0]
    assert [fork[:3] for fork in KnownNodes(province.node.log).forks()] == [("县 乙", 1, "stream")]


def test_two_that_take_in_at_once_do_no_harm(province: Province, counties: list[Node]) -> None:
    """The one that comes second finds everything there already, begins anew, and blames no node for it."""
    counties[0].append(10)
    topics = delivered(counties[:1], Random(11))
    first, second = province.intake(), province.intake()
    first.digest(list(topics.read({}, 100)))
    with pytest.raises(Conflict):
        second.digest(list(topics.read({}, 100)))
    second.recall(CLUSTER)
    second.digest(list(topics.read({}, 100)))

    assert (len(province.found(counties[0])), KnownNodes(province.node.log).forks(), province.told) == (10, [], [])


def test_an_entry_of_another_region_is_taken_in_and_told(province: Province, counties: list[Node]) -> None:
    """A county that records of a region that is not its own: a fact like any other, and a question to ask, once."""
    counties[0].append(3)
    intake, topics = province.intake(), delivered(counties[:1], Random(13))
    intake.inside = lambda region, above, on: (region, above) != ("370100", "540402")
    intake.digest(list(topics.read({}, 100)))
    assert len(province.found(counties[0])) == 3
    assert province.told == ["event 1 of county-a is of region 370100, outside its own, 540402: ask there"]


def test_nothing_is_written_while_nothing_comes(province: Province, counties: list[Node]) -> None:
    """A pass over an idle topic leaves the database alone."""
    counties[0].append(3)
    intake, written = province.intake(), []
    intake.digest(list(delivered(counties[:1], Random(12)).read({}, 100)))
    intake.known.run = written.append
    for _ in range(3):
        assert intake.digest([]) == []
    assert written == []


def test_what_is_sealed_stays_at_its_node(province: Province, counties: list[Node]) -> None:
    """Of a private text it is known that there is one: neither its bytes nor a way to open it; accounts are told by node."""
    counties[0].append(1, events=2)
    province.take(delivered(counties[:1], Random(5)))
    event = province.node.log.at([2])[0]
    assert isinstance(event, Trial.Told)
    assert isinstance(event.name, Sealed)
    assert event.name.elsewhere
    assert KeyVault(province.node.store, province.node.clock).open(event.name) is None
    assert (event.envelope.actor, event.envelope.node) == ("li.regulator@county-a", "county-a")
    with province.node.log.reading() as recorder:
        assert [row[6] for row in recorder.audit_rows(0, 10)] == [None, None]


# -- heads and witnesses ---------------------------------------------------------------------------------


def test_a_head_that_agrees_is_cosigned_and_its_node_believes_it(province: Province, counties: list[Node]) -> None:
    """From county to province and back: the cosignature stands beside the head of the county."""
    county = counties[0]
    county.append(5)
    topics = delivered([county], Random(6))
    topics.put(county.head(), topic=WIRE.heads)
    county.append(3)
    for value in county.messages()[5:]:
        topics.put(value)
    topics.put(county.head(since=5), topic=WIRE.heads)
    said = province.take(topics)
    province.take(topics)

    state = KnownNodes(province.node.log).states()["county-a"]
    assert (state.size, state.head_size, state.stopped, province.told) == (8, 8, "", [])
    witness = Verifier(province.node.keys.witness.name, province.node.keys.witness.public)
    superior = Superior("province", witness)
    below = Province(county, Federation(superiors={"province": superior}), Ticks(), [])
    replies = Topics()
    for topic, _, value in said:
        replies.put(value, topic=topic)
    below.take(replies)
    ((name, at),) = county.heads.newest().witnesses
    assert (name, at) == ("province/witness", province.node.clock.moment)
    note = Note.parse(county.heads.newest().note)
    assert any(witness.cosigned_at(note.body, line) for line in note.lines)


def test_a_cosignature_of_somebody_else_is_not_believed(province: Province, counties: list[Node]) -> None:
    """The same reply, where another key is expected: nothing is kept."""
    county = counties[0]
    county.append(5)
    topics = delivered([county], Random(6))
    topics.put(county.head(), topic=WIRE.heads)
    replies = Topics()
    for topic, _, value in province.take(topics):
        replies.put(value, topic=topic)
    stranger = Superior("province", Verifier("province/witness", counties[1].keys.witness.public))
    Province(county, Federation(superiors={"province": stranger}), Ticks(), []).take(replies)
    assert county.heads.newest().witnesses == ()


def rewritten(county: Node, folder: Path, size: int) -> Node:
    """A county that begins its history anew: the same name and keys, other entries."""
    other = opened(county.name, folder / "rewritten")
    other.append(size)
    return replace(other, store=county.store)


@pytest.mark.parametrize("size", [5, 8])
def test_a_signed_head_of_another_history_stops_its_node(
    province: Province, counties: list[Node], tmp_path: Path, size: int
) -> None:
    """A county that rewrote its log and signed it again: of the size that was verified, or a larger one."""
    county = counties[0]
    county.append(5)
    topics = delivered([county], Random(7))
    topics.put(county.head(), topic=WIRE.heads)
    province.take(topics)
    other = rewritten(county, tmp_path, size)
    topics.put(other.head(since=5 if size > 5 else 0), topic=WIRE.heads)
    province.take(topics)

    (fork,) = KnownNodes(province.node.log).forks()
    assert (fork[0], fork[2]) == ("county-a", "head")
    assert all(Note.parse(text).lines for text in fork[3:5]), "both notes are kept, each signed by the node itself"
    assert KnownNodes(province.node.log).states()["county-a"].stopped
    other.log.close()


def test_a_head_that_its_events_do_not_lead_to_stops_its_node(
    province: Province, counties: list[Node], tmp_path: Path
) -> None:
    """The first head of all, of a history that is not the one that was published."""
    county = counties[0]
    county.append(5)
    topics = delivered([county], Random(8))
    other = rewritten(county, tmp_path, 5)
    topics.put(other.head(), topic=WIRE.heads)
    province.take(topics)

    ((node, position, kind, *_),) = KnownNodes(province.node.log).forks()
    assert (node, position, kind) == ("county-a", 1, "root")
    other.log.close()


def test_of_the_heads_that_wait_the_oldest_is_cosigned_as_soon_as_its_events_came(
    province: Province, counties: list[Node]
) -> None:
    """A county is far behind and signs on: what came is cosigned on the way, and its end with the newest head."""
    county, intake, known = counties[0], province.intake(), KnownNodes(province.node.log)
    for commands in (3, 2, 2, 3):
        county.append(commands)
        intake.digest([(WIRE.heads, 0, commands, county.head())])
    lines = county.messages()
    assert (known.states()["county-a"].missing, known.witnessed("county-a")) == (10, [])
    intake.digest([(WIRE.events, 0, i, value) for i, value in enumerate(lines[:6])])
    assert [size for size, *_ in known.witnessed("county-a")] == [3]
    assert known.states()["county-a"].missing == 4
    intake.digest([(WIRE.events, 0, i + 6, value) for i, value in enumerate(lines[6:])])

    state = known.states()["county-a"]
    assert [size for size, *_ in known.witnessed("county-a")] == [10, 3]
    assert (state.missing, state.pending, state.latest, state.stopped) == (0, "", "", "")


def test_the_oldest_of_the_heads_that_wait_is_held_against_its_events(
    province: Province, counties: list[Node], tmp_path: Path
) -> None:
    """A head of another history stops its node, though an honest and newer one came before the events did."""
    county, intake = counties[0], province.intake()
    county.append(3)
    other = rewritten(county, tmp_path, 3)
    intake.digest([(WIRE.heads, 0, 0, other.head())])
    county.append(4)
    intake.digest([(WIRE.heads, 0, 1, county.head())])
    intake.digest([(WIRE.events, 0, i, value) for i, value in enumerate(county.messages())])

    known = KnownNodes(province.node.log)
    assert [fork[2] for fork in known.forks()] == ["root"]
    assert known.readmit("county-a")
    assert known.states()["county-a"].pending == known.states()["county-a"].latest == ""
    other.log.close()


def test_a_head_that_waits_goes_on_waiting_when_its_node_is_taken_in_again(
    province: Province, counties: list[Node]
) -> None:
    """The county says nothing new: what it signed is asked for and cosigned all the same."""
    county, intake, known = counties[0], province.intake(), KnownNodes(province.node.log)
    county.append(4)
    lines = county.messages()
    intake.digest(
        [*((WIRE.events, 0, i, value) for i, value in enumerate(lines[:2])), (WIRE.heads, 0, 0, county.head())]
    )
    altered = json.loads(lines[0]) | {"reason": "altered"}
    intake.digest([(WIRE.events, 0, 9, json.dumps(altered).encode())])
    assert known.readmit("county-a")
    following = province.intake()
    following.digest([(WIRE.events, 0, 10 + i, value) for i, value in enumerate(lines[2:])])

    assert [size for size, *_ in known.witnessed("county-a")] == [4]


def test_a_head_that_the_node_did_not_sign_changes_nothing(province: Province, counties: list[Node]) -> None:
    """Whoever writes to the topic in its name."""
    counties[0].append(5)
    topics = delivered(counties[:1], Random(9))
    counties[1].append(5)
    said = json.loads(counties[1].head())
    topics.put(json.dumps({**said, "node": "county-a"}, ensure_ascii=False).encode(), topic=WIRE.heads)
    province.take(topics)
    assert "not signed by its key" in province.told[0]
    state = KnownNodes(province.node.log).states()["county-a"]
    assert (state.size, state.head_size, state.pending, state.stopped) == (5, 0, "", "")
