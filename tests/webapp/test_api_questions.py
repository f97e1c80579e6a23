"""Questions over HTTP: the same answers as the command line and the pages, within the account's area, with masked names."""

from __future__ import annotations

import json
import re
from datetime import date
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.aggregates import events
from domain.catalogue import sheets
from domain.declared import private_fields
from domain.desk import Submission
from domain.envelopes import FromFile
from domain.model import Sealed
from domain.reads import Wanted
from infra.cli import main
from projections.ask import Ask
from tests.webapp.program import ROOT, program
from tests.webapp.scene import PEOPLE, Scene

DAYS = ("2023-06-01", "2024-05-21", "2025-12-31", "2026-11-20")
KEYS = (
    "stay.present",
    "stay.admitted",
    "stay.persons",
    "facility.registered",
    "facility.occupancy",
    "facility.beds_licensed",
)


@pytest.fixture
def as_here(monkeypatch) -> None:
    """The command line opens the data of the town's node."""
    monkeypatch.setenv("SHOUWANG_NODE", "test")


def cli(capfd, folder, *words: str):
    """What the command line answers about the data of a folder."""
    capfd.readouterr()
    assert main([*words, "--format", "json", "--data", str(folder)]) == 0
    return json.loads(capfd.readouterr().out)


def test_a_figure_is_the_same_here_on_the_command_line_and_on_its_page(
    fresh: Scene, clerk, as_here, tmp_path, capfd
) -> None:
    """Value, period, breakdown and position, on every day, as known now and before."""
    asks, page = program(fresh, "nyingchi.regulator"), clerk("nyingchi.regulator")
    for day in DAYS:
        for known in ({}, {"known_at": "12"}):
            said = {"region": "540400", "as_of": day, **known}
            options = [word for name, value in said.items() for word in (f"--{name.replace('_', '-')}", value)]
            answers = asks.get("/figures", key=list(KEYS), **said)
            assert answers == cli(capfd, tmp_path, "figure", *KEYS, *options)
            value = next(one["value"] for one in answers if one["key"] == "stay.present")
            shown = page.get(f"/figures/stay.present?as_of={day}&known={known.get('known_at', '')}")
            assert re.search(rf"\b{value} 人", shown.heading), shown.heading
    by = {"region": "540400", "as_of": DAYS[-1], "by": "region"}
    assert asks.get("/figures", key="stay.present", **by) == cli(
        capfd, tmp_path, "figure", "stay.present", "--region", "540400", "--as-of", DAYS[-1], "--by", "region"
    )


def test_what_stands_behind_a_figure_is_the_same_as_on_the_command_line(fresh: Scene, as_here, tmp_path, capfd) -> None:
    """Trace, why, timeline, replay and the catalogue, to the letter."""
    asks, home = program(fresh, "nyingchi.regulator"), fresh.streams["fushou"]
    day = ("--region", "540400", "--as-of", DAYS[-1])
    said = {"region": "540400", "as_of": DAYS[-1]}

    for key in KEYS:
        assert asks.get(f"/figures/{key}/trace", **said) == cli(capfd, tmp_path, "trace", key, *day)
        why = cli(capfd, tmp_path, "why", key, *day, "--between", "3", "20")
        assert asks.get(f"/figures/{key}/why", between="3,20", **said) == why
    narrow = cli(capfd, tmp_path, "trace", "stay.present", *day, "--where", "category=destitute")
    assert asks.get("/figures/stay.present/trace", **said, **{"where.category": "destitute"}) == narrow
    lines = cli(capfd, tmp_path, "timeline", home, "--as-of", DAYS[-1])
    assert asks.get(f"/timeline/{home}", as_of=DAYS[-1]) == [one for one in lines if one["topic"] != "account.opened"]
    at = "2026-11-01T12:00"
    known = cli(capfd, tmp_path, "replay", home, "--at", at)
    known["events_until_now"] = [one for one in known["events_until_now"] if one["topic"] != "account.opened"]
    assert asks.get(f"/replay/{home}", at=at) == known
    assert asks.get("/catalogue") == cli(capfd, tmp_path, "catalogue")


@pytest.mark.parametrize("name", [name for name in sheets() if name != "accounts"])
def test_a_sheet_is_the_same_as_on_the_command_line_page_by_page(busy_town: Scene, name) -> None:
    """All pages together are the whole board of the area, in its order, but for what is private; their sum is its total."""
    asks, rows, path = program(busy_town, "auditor"), [], f"/sheets/{name}?limit=2"
    day = busy_town.services.clock.now().date()
    while path:
        answer = asks.send("GET", path).get_json()
        assert answer["name"] == name
        rows += answer["rows"]
        path = answer["next"] and answer["next"].removeprefix(ROOT)
    whole = busy_town.services.views.sheet(name, Ask(day), limit=10_000)
    private = {key for key, spec in sheets()[name].items() if spec.private}
    bare = [{key: value for key, value in row.items() if key not in private} for row in rows]

    assert bare == [{key: value for key, value in row.items() if key not in private} for row in whole["rows"]]
    assert len(rows) == answer["total"] == whole["total"]
    assert answer["columns"] == whole["columns"]


@pytest.mark.parametrize(
    ("login", "names"),
    [
        ("nyingchi.regulator", {"张建国", "格桑曲珍", "王秀英"}),
        ("fushou.manager", {"张建国", "格桑曲珍"}),
        ("zhamu.manager", {"王秀英"}),
        ("nyingchi.finance", {"张**", "格***", "王**"}),
        ("auditor", {"张**", "格***", "王**"}),
    ],
)
def test_names_are_shown_and_masked_as_on_the_pages(town: Scene, reader, login, names) -> None:
    """Whole for those in whose care or area somebody is, masked for others, absent from outside; in no other answer at all."""
    asks = program(town, login)
    answer = asks.get("/sheets/persons")
    page = reader(login).get("/boards/persons").text

    assert {row["title"] for row in answer["rows"]} == names
    assert all(name in page for name in names)
    everything = [asks.send("GET", f"/sheets/{name}").text for name in sheets() if name not in ("persons", "accounts")]
    everything += [asks.send("GET", path).text for path in ("/events?limit=1000", "/figures/stay.present/trace")]
    for name in [one[1] for one in PEOPLE]:
        assert not [text for text in everything if name in text]


def test_nobody_sees_beyond_the_area(town: Scene) -> None:
    """Another county's region, facility, histories: 403. Lists hold the own rows only."""
    far, near = program(town, "bomi.regulator"), program(town, "fushou.manager")
    home, other = town.streams["fushou"], town.streams["zhamu"]

    for path in ("/figures", "/figures/stay.present/trace", "/figures/stay.present/why", "/sheets/stays"):
        said = {"key": "stay.present"} if path == "/figures" else {"between": "0,9"} if path.endswith("why") else {}
        for somebody, where in (
            (far, {"region": "540402"}),
            (far, {"region": "540400"}),
            (far, {"facility": home}),
            (near, {"region": "540402"}),
            (near, {"facility": other}),
        ):
            told = somebody.get(path, 403, **said, **where)
            assert (told["type"], told["field"]) == ("/api#problem-outside", next(iter(where)))
    for stream in ("fushou", "zhang", "zhang stay", "hotline"):
        assert far.get(f"/timeline/{town.streams[stream]}", 403)
    assert far.get(f"/replay/{home}", 403)
    assert near.get(f"/timeline/{town.streams['nyingchi.regulator']}", 403)
    assert far.get("/figures", key="stay.present")[0]["value"] == "1"
    for where, value in (("where.region", "540402"), ("where.facility", home)):
        assert far.get("/figures", key="stay.present", **{where: value})[0]["value"] == "0"
        assert far.get("/sheets/stays", **{"where.facility": home})["rows"] == []
    assert {row["facility"] for row in far.get("/sheets/stays")["rows"]} == {other}
    assert {event["facility"] for event in near.get("/events", limit=1000)["events"] if event["facility"]} == {home}
    assert near.get("/sheets/accounts", 403)
    assert program(town, "admin").get("/sheets/accounts")["total"] == 10


@pytest.mark.parametrize(
    ("path", "said", "rule", "field"),
    [
        ("/figures", {}, "field.missing", "key"),
        ("/figures", {"key": "none.such"}, "reference.unknown", "key"),
        ("/figures", {"key": ["stay.present"] * 101}, "field.invalid", "key"),
        ("/figures", {"key": "stay.present", "colour": "red"}, "field.unknown", "colour"),
        ("/figures", {"key": "stay.present", "region": "999999"}, "reference.unknown", "region"),
        ("/figures", {"key": "stay.present", "region": ""}, "field.invalid", "region"),
        ("/figures", {"key": "stay.present", "region": ["540400", "540402"]}, "field.invalid", "region"),
        ("/figures", {"key": "stay.present", "facility": "none"}, "reference.unknown", "facility"),
        ("/figures", {"key": "stay.present", "as_of": "soon"}, "field.invalid", "as_of"),
        ("/figures", {"key": "stay.present", "as_of": "1700-01-01"}, "field.invalid", "as_of"),
        ("/figures", {"key": "stay.admitted", "from": "2025-02-01", "to": "2025-01-01"}, "field.invalid", "from"),
        ("/figures", {"key": "stay.present", "known_at": "soon"}, "field.invalid", "known_at"),
        ("/figures", {"key": "stay.present", "known_at": "999999"}, "field.invalid", "known_at"),
        ("/figures", {"key": "stay.present", "by": "colour"}, "field.invalid", "by"),
        ("/figures", {"key": "stay.present", "where.colour": "red"}, "field.invalid", "where"),
        ("/figures", {"key": "stay.present", "where.category": "red"}, "field.invalid", "where"),
        ("/figures/stay.present/why", {}, "field.missing", "between"),
        ("/figures/stay.present/why", {"between": "1"}, "field.invalid", "between"),
        ("/figures/stay.present/trace", {"by": "kind"}, "field.unknown", "by"),
        ("/sheets/stays", {"limit": "0"}, "field.invalid", "limit"),
        ("/sheets/stays", {"limit": "1001"}, "field.invalid", "limit"),
        ("/sheets/stays", {"where.colour": "red"}, "field.unknown", "where"),
        ("/sheets/persons", {"where.colour": "red"}, "field.unknown", "where"),
        ("/sheets/stays", {"where.category": "red"}, "field.invalid", "where"),
        ("/events", {"after": "-1"}, "field.invalid", "after"),
        ("/events", {"after_position": "1"}, "field.unknown", "after_position"),
        ("/catalogue", {"region": "540400"}, "field.unknown", "region"),
    ],
)
def test_a_question_asked_wrongly_names_the_parameter(town: Scene, path, said, rule, field) -> None:
    """400 with the rule, the parameter and what is expected; never an answer to something else."""
    told = program(town, "nyingchi.regulator").get(path, 400, **said)

    assert (told["type"], told["rule"], told["field"]) == ("/api#problem-question", rule, field)


NAMES = ("key", "region", "as_of", "known_at", "by", "limit", "after", "between", "at", "where.kind", "x")


@settings(max_examples=80, deadline=None)
@given(
    path=st.sampled_from(
        ("/figures", "/figures/stay.present/trace", "/sheets/stays", "/events", "/timeline/x", "/replay/x")
    ),
    said=st.dictionaries(st.sampled_from(NAMES), st.text(max_size=12) | st.sampled_from(("1", "540402", "2026-01-01"))),
)
def test_no_address_breaks_the_door(town: Scene, path, said) -> None:
    """Whatever an address says, it is answered or refused with a problem."""
    answer = program(town, "nyingchi.regulator").send("GET", f"{path}?{urlencode(said, errors='replace')}")

    assert answer.status_code in (200, 400, 403, 404)


def test_what_is_recorded_is_in_the_next_answer(fresh: Scene) -> None:
    """Nobody waits for the views: the question brings them to the head."""
    somebody = program(fresh, "nyingchi.regulator")
    asked = {"key": "activity.hotline.consultations", "as_of": "2026-11-20"}
    before = int(somebody.get("/figures", **asked)[0]["value"])
    args = {"type": "hotline", "quantities": {"consultations": 5}, "region": "540402"}
    somebody.post({"command": "activity.log", "id": "a", "occurred_on": "2026-11-01", "args": args}, 201)

    assert int(somebody.get("/figures", **asked)[0]["value"]) == before + 5


# -- the feed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("login", ["auditor", "nyingchi.regulator", "bomi.regulator", "fushou.manager", "admin"])
def test_the_feed_holds_what_the_pages_show_in_the_order_of_the_log(busy_town: Scene, busy_reader, login) -> None:
    """Read in parts or at once it is the same; an event is in it exactly if its page opens."""
    asks, page = program(busy_town, login), busy_reader(login)
    whole = asks.get("/events", limit=1000)
    parts, after = [], 0
    while after < whole["head"]:
        answer = asks.get("/events", limit=7, after=after)
        assert after < answer["after"]
        parts, after = parts + answer["events"], answer["after"]
    positions = [event["position"] for event in whole["events"]]

    assert parts == whole["events"]
    assert positions == sorted(positions)
    for position in range(1, whole["head"] + 1, 3):
        status = 200 if position in positions else 403
        assert page.client.get(f"/events/{position}").status_code == status


def test_the_feed_goes_on_behind_an_entry_that_was_withdrawn_where_no_facility_is(fresh: Scene) -> None:
    """A registration of a person, taken back: it belongs to no facility, and its withdrawal to no kind of thing."""
    said = {"name": "录错的人", "document_kind": "none", "sex": "male"}
    person = fresh.record("mistaken", "person.register", "2024-05-01", **said)
    fresh.record("", "entry.withdraw", "2024-05-02", stream=person, version=1, reason="录错")

    found = program(fresh, "auditor").get("/events", limit=1000)["events"]
    assert [event["topic"] for event in found if event["stream"] == person][-1:] == ["entry.withdrawn"]


def test_no_private_field_stands_in_the_feed(busy_town: Scene) -> None:
    """Where an event holds one the feed says only that it is there; what is public is as it was recorded."""
    found = program(busy_town, "auditor").get("/events", limit=1000)["events"]
    kept = {event.envelope.position: event for event in busy_town.services.log.read(0, 1000)}
    hidden = 0
    for event in found:
        its = kept[event["position"]]
        for name, _ in private_fields(events()[event["topic"]]):
            if isinstance(getattr(its, name), Sealed):
                assert event["data"][name] == "*"
                hidden += 1

    assert hidden > 5
    unseen = kept.keys() - {event["position"] for event in found}
    assert {kept[position].topic for position in unseen} == {"account.opened"}
    assert "Sealed" not in json.dumps(found)
    allotted = next(event for event in found if event["topic"] == "fund.allotted")
    assert isinstance(allotted["data"]["amount_fen"], int)


def test_what_a_program_reads_of_people_is_kept_like_what_a_page_shows(fresh: Scene) -> None:
    """A sheet with whole names leaves one row with those persons; one with masked names leaves none."""
    reads = fresh.services.reads
    program(fresh, "auditor").get("/sheets/persons")
    assert reads.page(Wanted(), 10) == []
    rows = program(fresh, "fushou.manager").get("/sheets/persons")["rows"]
    (left,) = reads.page(Wanted(), 10)

    assert (left.login, left.purpose, left.path) == ("fushou.manager", "program", f"{ROOT}/sheets/persons")
    assert set(reads.subjects(left.id)) == {row["stream"] for row in rows} != set()


def test_an_event_from_a_file_names_its_line_beside_the_way_in(fresh: Scene) -> None:
    """A program reads the way in as one word, and fingerprint and line apart; of other entries there is no file."""
    said = {"type": "hotline", "quantities": {"consultations": 3}, "region": "540402"}
    source = FromFile("ab" * 32, 4).source
    fresh.services.desk.submit(Submission("activity.log", "filed", said, occurred_on=date(2026, 11, 1), source=source))
    found = program(fresh, "nyingchi.regulator").get("/events", limit=1000)["events"]
    assert (found[-1]["source"], found[-1]["file"]) == ("import", {"fingerprint": "ab" * 32, "line": 4})
    assert {event["file"] and event["source"] for event in found[:-1]} == {None}
