"""Commands over HTTP: recorded once, answered like a line of `submit`, refused with the field that is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.catalogue import commands
from tests.adapters.photographs import photo
from tests.webapp.program import ROOT, program
from tests.webapp.scene import Scene

CALLS = {"type": "hotline", "quantities": {"consultations": 3}, "region": "540402"}


def call(id_: str, **more) -> dict:
    """A command that a regulator of Nyingchi may give."""
    return {"command": "activity.log", "id": id_, "occurred_on": "2026-11-01", "args": CALLS, **more}


def test_a_command_is_recorded_once_however_often_it_is_sent(fresh: Scene) -> None:
    """201, then 200 with the same positions; other content under the same id is refused."""
    somebody = program(fresh, "nyingchi.regulator")
    head = fresh.services.log.head().position
    first = somebody.send("POST", "/commands", json=call("a"))
    again = somebody.send("POST", "/commands", json=call("a"))

    assert (first.status_code, first.get_json()["status"]) == (201, "recorded")
    assert (again.status_code, again.get_json()["status"]) == (200, "duplicate")
    assert first.get_json()["positions"] == again.get_json()["positions"] == [head + 1]
    assert first.headers["Location"] == f"{ROOT}/timeline/{first.get_json()['stream']}"
    told = somebody.post(call("a", occurred_on="2026-11-02"), 422)
    assert (told["rule"], told["field"], told["result"]["status"]) == ("command.id_reused", "id", "refused")
    assert fresh.services.log.head().position == head + 1


def test_an_entry_says_who_made_it_and_that_it_came_by_the_api(fresh: Scene) -> None:
    """The account of the token, with its post."""
    position = program(fresh, "nyingchi.regulator").post(call("a"), 201)["positions"][0]
    place = fresh.services.log.at([position])[0].envelope

    assert (place.actor, place.post, place.source) == ("nyingchi.regulator", "regulator", "api")


def test_a_batch_answers_each_of_its_commands(fresh: Scene) -> None:
    """In order, 200 as a whole; one that is refused does not stop the rest, and later ones may name earlier ones."""
    somebody = program(fresh, "fushou.manager")
    person = {"command": "person.register", "id": "p", "occurred_on": "2026-11-01"}
    stay = {"command": "stay.admit", "id": "s", "occurred_on": "2026-11-02"}
    args = {"person": {"$ref": "p"}, "facility": fresh.streams["fushou"], "category": "destitute"}
    batch = [
        {**person, "args": {"name": "陈桂兰", "document_kind": "none", "sex": "female"}},
        {**stay, "args": args},
        call("elsewhere"),
        7,
        {**stay, "args": args},
    ]
    results = somebody.post(batch, 200)

    assert [one["status"] for one in results] == ["recorded", "recorded", "refused", "refused", "duplicate"]
    assert [one["line"] for one in results] == [1, 2, 3, 4, 5]
    assert [one["error"] and one["error"]["rule"] for one in results[2:4]] == [
        "command.not_allowed",
        "command.malformed",
    ]
    assert somebody.get("/figures", key="stay.present")[0]["value"] == "3"
    assert somebody.post([], 200) == []


def test_nobody_acts_as_another_or_outside_the_area(fresh: Scene) -> None:
    """`as` is no key here; another county's region is 403 and leaves no trace."""
    head = fresh.services.log.head()
    told = program(fresh, "nyingchi.regulator").post(call("a", **{"as": "admin"}), 422)
    assert (told["rule"], told["field"]) == ("field.unknown", "as")

    outside = program(fresh, "bomi.regulator").post(call("a"), 403)
    assert (outside["rule"], outside["result"]["status"]) == ("command.not_allowed", "refused")
    by_post = program(fresh, "zhamu.manager").post({**call("a"), "command": "account.lock", "args": {}}, 422)
    assert by_post["field"] == "account"
    assert fresh.services.log.head() == head


@pytest.mark.parametrize("command", commands().values(), ids=lambda one: one.name)
def test_a_refused_command_names_the_field(town: Scene, command) -> None:
    """Whatever the command: an unknown field, and each required one that is missing, by its name."""
    somebody = program(town, "admin")
    wanted = [name for name, (_, spec, required) in command.fields.items() if required and not spec.filled]
    lines = [{"args": {"no_such_field": 1}}] + [{"args": {w: "x" for w in wanted if w != name}} for name in wanted]
    batch = [{"command": command.name, "id": f"{n}", "occurred_on": "2026-11-01", **one} for n, one in enumerate(lines)]
    errors = [one["error"] for one in somebody.post(batch, 200)]

    assert [(one["rule"], one["field"]) for one in errors] == [
        ("field.unknown", "no_such_field"),
        *(("field.missing", name) for name in wanted),
    ]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(
    said=st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("command", "id", "args", "occurred_on", "occurred_at", "as", "what"), JUNK)
    ),
    command=st.sampled_from(sorted(commands())),
)
def test_no_line_breaks_the_door(town: Scene, said, command) -> None:
    """Any object is answered: refused with a rule in both languages, and nothing is recorded."""
    head = town.services.log.head()
    client = program(town, "admin")
    for line in (said, {"command": command, "id": "junk", **said}):
        told = client.post(line)
        assert told["rule"].split(".")[0] in ("command", "field", "reference"), told
    assert town.services.log.head() == head


def test_nobody_names_a_file_that_they_may_not_open(fresh: Scene) -> None:
    """A photo of a home is named by its manager; to another county's inspector naming it is forbidden, and opens nothing."""
    file = fresh.services.evidence.take(photo(64), "fushou.manager").digest
    found = {
        "command": "hazard.find",
        "occurred_on": "2026-11-01",
        "args": {"grade": "general", "subject": "插座松动", "photos": [file]},
    }

    def at(home: str, id_: str) -> dict:
        return {**found, "id": id_, "args": {**found["args"], "facility": fresh.streams[home]}}

    head = fresh.services.log.head().position
    program(fresh, "bomi.regulator").post(at("zhamu", "theirs"), 403)
    program(fresh, "bomi.regulator").post([at("zhamu", "theirs")], 403)
    assert fresh.services.log.head().position == head
    assert program(fresh, "fushou.manager").post(at("fushou", "own"), 201)["status"] == "recorded"
