"""What was said in private about an incident, a complaint, a shift: whoever may write it reads it, and every look is kept."""

from __future__ import annotations

from datetime import date

import pytest

from domain.desk import Submission
from domain.reads import FIRST
from tests.webapp.busy import at
from tests.webapp.program import program
from tests.webapp.scene import ACCOUNTS
from tests.webapp.test_reads import last, written
from webapp.access import NAMES_OPEN

COURSE, MEASURE, COMPLAINT = "配电箱起火，十六分钟后扑灭", "疏散两层老人", "伙食里有沙子"
LOGINS = {login: post for login, post, *_ in ACCOUNTS}
READERS = {"nyingchi.regulator", "nyingchi.safety", "fushou.manager"}
"""Who may record an incident of the home, and the safety team of its city."""


def recorded(scene, login: str, command: str, **said: str) -> str:
    """Record something as an account; the stream that it is about."""
    one = Submission(command, command, said, occurred_on=date(2026, 11, 20), login=login)
    stream = scene.services.desk.submit(one).stream
    scene.services.views.catch_up()
    return stream


@pytest.fixture
def told(busy_fresh):
    """A busy town in which the home's manager has taken a measure herself: (page, account of it, the last measure)."""
    fire = busy_fresh.streams["fire"]
    recorded(busy_fresh, "fushou.manager", "incident.take_measure", incident=fire, measure=MEASURE)
    events = {event.topic: event for event in busy_fresh.services.log.stream(fire)}
    return f"/incidents/{fire}", events["incident.occurred"].envelope, events["incident.measure_taken"].envelope


def test_whoever_may_record_an_account_of_an_incident_reads_it_on_every_page(busy_clerk, told) -> None:
    """On the page of the incident, of the entry and on its receipt; the text stands as it was typed."""
    thing, occurred, measure = told
    for login in READERS:
        somebody = busy_clerk(login)
        for path in (thing, f"/events/{occurred.position}", f"/receipts/{occurred.command_id}"):
            assert COURSE in somebody.get(path).text, (login, path)
        assert MEASURE in somebody.get(thing).text
        assert MEASURE in somebody.get(f"/events/{measure.position}").text


@pytest.mark.parametrize("login", sorted(LOGINS.keys() - READERS))
def test_nobody_else_reads_an_account_of_an_incident(busy_clerk, told, login) -> None:
    """Not those of another home or county, nor posts that may not record incidents, nor posts that read no names."""
    thing, occurred, _ = told
    for path in (thing, f"/events/{occurred.position}", f"/receipts/{occurred.command_id}"):
        page = busy_clerk(login).get(path, None)
        assert page.status in (200, 403)
        assert COURSE not in page.html
        assert MEASURE not in page.html


def test_a_home_does_not_read_what_a_bureau_wrote_down_about_it(busy_clerk, busy_fresh) -> None:
    """A complaint that the bureau took in is the bureau's to correct, and the complainant's words stay there."""
    said = {"channel": "letter", "subject": "food", "text": COMPLAINT, "facility": busy_fresh.streams["fushou"]}
    path = f"/complaints/{recorded(busy_fresh, 'nyingchi.regulator', 'complaint.receive', **said)}"

    for login in ("nyingchi.regulator", "nyingchi.safety", "nyingchi.inspector"):
        assert COMPLAINT in busy_clerk(login).get(path).text, login
    assert COMPLAINT not in busy_clerk("fushou.manager").get(path).html


def test_what_is_read_is_there_to_be_corrected(busy_clerk, told) -> None:
    """The form of a correction holds the text for whoever reads it."""
    page = busy_clerk("nyingchi.safety").get(f"/events/{told[1].position}/correct")

    assert COURSE in page.html


def test_every_look_at_an_account_is_kept_and_auditors_see_of_what(busy_clerk, busy_fresh, told) -> None:
    """A row for each page, under the thing, and the ledger names the thing; who sees it hidden leaves no such row."""
    thing, occurred, _ = told
    before = max((row.id for row in written(busy_fresh, 0)), default=0)
    for path in (thing, f"/events/{occurred.position}", f"/receipts/{occurred.command_id}"):
        busy_clerk("nyingchi.safety").get(path)
    rows = written(busy_fresh, before)
    assert [(row.login, row.purpose) for row in rows] == [
        ("nyingchi.safety", kind) for kind in ("thing", "event", "receipt")
    ]
    assert {row.thing for row in rows} == {busy_fresh.streams["fire"]}

    busy_clerk("auditor").get(f"/events/{occurred.position}")
    assert len(written(busy_fresh, rows[-1].id)) == 0
    ledger = busy_clerk("auditor").get("/reads?login=nyingchi.safety")
    assert "单条记录" in ledger.text
    assert thing in {link.partition("?")[0] for link in ledger.links}


def test_a_name_on_the_roster_is_for_those_who_keep_it(busy_clerk) -> None:
    """The board of shifts, as a page and as a file, by the same rule."""
    for login, post in LOGINS.items():
        if login in ("zhamu.manager", "bomi.regulator"):
            continue
        somebody = busy_clerk(login)
        opens = post in NAMES_OPEN - {"inspector"}
        assert ("值班员" in somebody.get("/boards/shifts").html) == opens, login
        assert ("值班员" in somebody.client.get("/boards/shifts.csv").get_data(as_text=True)) == opens, login


def test_who_read_a_roster_is_answered_for_every_shift_of_it(busy_clerk, busy_fresh) -> None:
    """The board, its file and the answer to a program each leave one row with every shift whose name they told."""
    reads, somebody = busy_fresh.services.reads, busy_clerk("fushou.manager")
    for hour in ("09", "10", "11"):
        said = {"facility": busy_fresh.streams["fushou"], "role": "day_carer", "staff": "值班员"}
        at(busy_fresh, hour, "shift.record", f"{hour}:00", "16:40", until="2026-11-20T18:00:00+08:00", **said)
    busy_fresh.services.views.catch_up()
    shifts = {row["stream"] for row in program(busy_fresh, "fushou.manager").get("/sheets/shifts")["rows"]}
    assert len(shifts) > FIRST
    for path in ("/boards/shifts", "/boards/shifts.csv", None):
        since = last(busy_fresh)
        if path is None:
            program(busy_fresh, "fushou.manager").get("/sheets/shifts")
        else:
            somebody.client.get(path, follow_redirects=True).get_data()
        (row,) = written(busy_fresh, since)
        assert (row.thing, row.persons, row.first, row.things) == (None, 0, (), len(shifts)), path
        assert set(reads.subjects(row.id)) == shifts, path
        assert set(row.first_things) < shifts
    for shift in shifts:
        assert [one.login for one in reads.readers_of(shift, busy_fresh.clock.now())] == ["fushou.manager"]

    page = busy_clerk("auditor").get("/reads?login=fushou.manager")
    assert f"，另有 {len(shifts) - FIRST} 项记录" in page.text
    assert {f"/shifts/{one}" for one in row.first_things} <= {link.partition("?")[0] for link in page.links}
    assert "项记录" in busy_clerk("auditor").client.get("/reads.csv").get_data(as_text=True)


def test_who_sees_a_roster_masked_has_not_read_it(busy_clerk, busy_fresh) -> None:
    """An inspector's board of shifts leaves no row."""
    somebody = busy_clerk("nyingchi.inspector")
    somebody.get("/boards/shifts")
    somebody.client.get("/boards/shifts.csv").get_data()

    assert written(busy_fresh, 0) == []
