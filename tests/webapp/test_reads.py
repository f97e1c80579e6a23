"""Every look at personal data leaves a row, nobody can change one, and those who may ask see who looked."""

from __future__ import annotations

import re

import pytest

from domain.declared import private_fields
from domain.log import LogUnavailable
from domain.people import Person
from domain.reads import Wanted
from domain.work import Work
from tests.webapp.scene import ACCOUNTS
from tests.webapp.test_recording import DAY
from webapp import noting, reads
from webapp.access import NAMES_OPEN
from webapp.reads import KINDS
from webapp.wording import WORDS

LOGINS = {login: post for login, post, *_ in ACCOUNTS}
BOARDS = ("persons", "stays", "rescues", "batches", "incidents", "breaches", "duties", "facilities")
THING = re.compile(r"/[a-z]+/[0-9a-f-]{36}(/replay)?")
NUMBER = "990101195003150017"


def names(scene) -> dict[str, str]:
    """person -> whole name, of everybody in the town."""
    log, vault = scene.services.log, scene.services.vault
    streams = {e.originator_id for e in log.read(0, 10_000) if isinstance(e, Person.Registered)}
    states = {stream: Work(log).track(stream).state for stream in streams}
    return {
        s: vault.open(state.title) if hasattr(state.title, "sealed") else state.title for s, state in states.items()
    }


def texts(scene) -> set[str]:
    """Every private text about a thing in the log, as it was typed."""
    sealed = (
        getattr(event, name)
        for event in scene.services.log.read(0, 10_000)
        for name, whose in private_fields(type(event))
        if whose == "self" and event.aggregate is not Person
    )
    return {scene.services.vault.open(value) for value in sealed if value}


def last(scene) -> int:
    """The number of the newest row."""
    found = scene.services.reads.page(Wanted(), 1)
    return found[0].id if found else 0


def written(scene, since: int) -> list:
    """The rows behind one, the oldest first."""
    return [one for one in reversed(scene.services.reads.page(Wanted(), 500)) if one.id > since]


def walk(somebody, scene) -> list[str]:
    """The addresses of a walk: first page, figures, boards and files, and all that the boards lead to."""
    found = ["/", "/events", "/figures/stay.present", "/figures/batch.recipients", "/persons/search?q=zjg"]
    for board in BOARDS:
        page = somebody.get(f"/boards/{board}?where.status=all" if board == "duties" else f"/boards/{board}")
        found += [f"/boards/{board}", f"/boards/{board}.csv"]
        found += sorted({link for link in page.links if THING.fullmatch(link)})
    found += [f"{link}/replay" for link in found if link.startswith("/incidents/") and not link.endswith("/replay")]
    found += [f"/events/{event.envelope.position}" for event in scene.services.log.stream(scene.streams["fire"])]
    found += [f"/enter/{one}" for one in ("stay.discharge", "stay.move", "rescue.leave", "finding.answer")]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("login", LOGINS)
def test_every_page_of_the_walk_leaves_exactly_its_names(busy_reader, busy_town, login) -> None:
    """A page with whole names or private texts leaves one row with those persons and nobody else; other pages leave none."""
    said = texts(busy_town)
    somebody, everybody = busy_reader(login), names(busy_town)
    pages, rows = walk(somebody, busy_town), 0
    for path in pages:
        before = last(busy_town)
        text = somebody.client.get(path).get_data(as_text=True)
        shown = {person for person, name in everybody.items() if name in text}
        left = written(busy_town, before)
        subjects = {one for row in left for one in busy_town.services.reads.subjects(row.id)}
        assert {everybody[p] for p in subjects & everybody.keys()} == {everybody[p] for p in shown}, path
        assert sum(row.things for row in left) == len(subjects - everybody.keys()), path
        watched = path.startswith(("/incidents/", "/hazards/"))
        assert len(left) == (1 if shown or watched or any(one in text for one in said) else 0), path
        assert all((row.login, row.post) == (login, LOGINS[login]) for row in left)
        rows += bool(shown)

    assert bool(rows) == (LOGINS[login] in NAMES_OPEN)


def test_a_row_says_who_where_when_which_page_and_from_which_network(clerk, fresh) -> None:
    """Account, post, region of the home, kind and address of the page, thing, network, and the number of the request."""
    somebody = clerk("fushou.manager")
    answer = somebody.client.get(f"/persons/{fresh.streams['zhang']}?lang=zh", environ_base={"REMOTE_ADDR": "10.1.2.3"})
    row = written(fresh, 0)[-1]

    assert (row.login, row.post, row.region) == ("fushou.manager", "facility_manager", "540402")
    assert (row.facility, row.purpose) == (fresh.streams["fushou"], "person")
    assert (row.path, row.thing) == (f"/persons/{fresh.streams['zhang']}", fresh.streams["zhang"])
    assert (row.origin, row.request) == ("10.1.2.0/24", answer.headers["X-Request-Id"])
    assert row.at == fresh.clock.now()


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.168.7.9", "192.168.7.0/24"), ("2001:db8:1:2::9", "2001:db8:1::/48"), ("::ffff:10.1.2.3", "10.1.2.0/24")],
)
def test_an_address_is_kept_as_its_network(address, network) -> None:
    """The machine is not kept, and what is no address is kept as nothing."""
    assert noting.network(address) == network
    assert noting.network("unix:") == noting.network(None) == ""


def test_what_cannot_be_kept_is_not_shown(clerk, fresh, monkeypatch) -> None:
    """The page of a person is refused with what to do when the ledger cannot be written; a page without names is shown."""
    somebody = clerk("fushou.manager")

    def full(opening):
        raise LogUnavailable("磁盘已满", "the disk is full")

    monkeypatch.setattr(type(fresh.services.reads), "write", lambda self, opening: full(opening))
    page = somebody.get(f"/persons/{fresh.streams['zhang']}", 503)

    assert "磁盘已满" in page.text
    assert "张建国" not in page.html
    somebody.get("/figures")


def test_an_error_and_a_way_onward_leave_no_row(clerk, fresh) -> None:
    """A page that is refused, or that only leads on, has shown nobody."""
    somebody = clerk("zhamu.manager")
    somebody.get(f"/persons/{fresh.streams['zhang']}", 403)
    somebody.get("/persons/nobody", 404)
    clerk("nyingchi.regulator").get("/boards/stays?home=福寿", 303)

    assert written(fresh, 0) == []


def test_a_board_that_asks_whose_rows_are_meant_opens_nobody(clerk, fresh) -> None:
    """Several homes bear the typed name: no row is read until one is chosen; the chosen one's rows are."""
    somebody = clerk("nyingchi.regulator")
    somebody.get("/boards/stays?home=敬老院")
    assert written(fresh, 0) == []
    somebody.get(f"/boards/stays?facility={fresh.streams['fushou']}")
    assert written(fresh, 0)


def test_a_form_that_is_filled_in_for_a_correction_is_a_look(clerk, fresh) -> None:
    """Private answers stand in the form of a correction, so it names the person."""
    person = fresh.services.log.stream(fresh.streams["zhang"])[0]
    page = clerk("fushou.manager").get(f"/events/{person.envelope.position}/correct", None)
    noted = {p for row in written(fresh, 0) for p in fresh.services.reads.subjects(row.id)}

    assert (fresh.streams["zhang"] in noted) == ("张建国" in page.html)


def test_candidates_of_a_form_are_looks_too(clerk, fresh) -> None:
    """Who is offered is named, who was only looked through is not."""
    somebody, path = clerk("fushou.manager"), "/enter/person.record_death"
    form = somebody.get(path)
    before = last(fresh)
    for typed, candidates in (("曲珍", {"gesang"}), ("火星", set())):
        somebody.send(form, path, {**DAY, "person.search": typed}, None)
        rows = written(fresh, before)
        before = last(fresh)
        assert {p for row in rows for p in fresh.services.reads.subjects(row.id)} == {
            fresh.streams[c] for c in candidates
        }


# -- asking ------------------------------------------------------------------------------------------------


def test_auditors_find_reads_by_person_account_and_days(clerk, fresh) -> None:
    """By name, initials or address of the person; names stay masked for them; their own looking leaves no names."""
    clerk("fushou.manager").get(f"/persons/{fresh.streams['zhang']}")
    clerk("nyingchi.regulator").get(f"/persons/{fresh.streams['wang']}")
    auditor = clerk("auditor")
    everything = auditor.get("/reads")
    assert "fushou.manager" in everything.text
    assert "nyingchi.regulator" in everything.text
    for typed in ("张建国", "zjg", fresh.streams["zhang"]):
        page = auditor.get(f"/reads?person={typed}")
        assert "fushou.manager" in page.text
        assert "nyingchi.regulator" not in page.text.partition("请求编号")[2]
        assert "张建国" not in page.text
    assert "nyingchi.regulator" not in auditor.get("/reads?login=fushou.manager").text.partition("请求编号")[2]
    assert "没有符合条件" in auditor.get("/reads?since=2026-11-21").text
    assert "没有符合条件" in auditor.get("/reads?until=2026-11-19").text
    assert "fushou.manager" in auditor.get("/reads?since=2026年11月20日&until=2026年11月20日").text
    assert "不是日期" in auditor.get("/reads?since=昨天").text
    assert "晚于" in auditor.get("/reads?since=2026-11-23&until=2026-11-01").text
    auditor.get("/reads?thing=nonsense", 404)
    file = auditor.client.get("/reads.csv?login=fushou.manager").get_data(as_text=True)
    assert file.count("\n") == 2
    assert "张**" in file
    assert f"{fresh.clock.now():%S}" == "00", "control: the page of this clock would hide no seconds"
    assert re.search(r"\d\d:\d\d:00", file), "the order of two reads of a minute is evidence"


def test_the_list_goes_on_page_by_page(clerk, fresh) -> None:
    """More than one page of rows: the link to earlier ones leads to the rest, and each row is shown once."""
    somebody = clerk("fushou.manager")
    for _ in range(53):
        somebody.client.get(f"/persons/{fresh.streams['zhang']}")
    auditor = clerk("auditor")
    page = auditor.get("/reads")
    onward = next(link for link in page.links if "before=" in link)
    rows = [page.html.count("10.") + page.html.count("127.0.0.0/24"), auditor.get(onward).html.count("127.0.0.0/24")]

    assert rows == [50, 3]


@pytest.mark.parametrize("login", [one for one in LOGINS if one != "auditor"])
def test_only_audit_reads_the_ledger(clerk, login) -> None:
    """Everybody else is refused, the list as the file."""
    somebody = clerk(login)
    somebody.get("/reads", 403)
    assert somebody.client.get("/reads.csv").status_code == 403


def test_the_ledger_cannot_be_changed_through_the_application(clerk, fresh) -> None:
    """No route takes anything for it but a page view; every other method and form is refused, and the rows stay."""
    clerk("fushou.manager").get(f"/persons/{fresh.streams['zhang']}")
    rows = written(fresh, 0)
    for login in LOGINS:
        somebody = clerk(login)
        token = {"csrf": somebody.get("/help").values().get("csrf", "")}
        for path in ("/reads", f"/reads/{rows[0].id}", f"/persons/{fresh.streams['zhang']}/reads"):
            for method in ("POST", "PUT", "PATCH", "DELETE"):
                assert somebody.client.open(path, method=method, data=token).status_code in (403, 404, 405)

    assert written(fresh, 0)[: len(rows)] == rows


@pytest.mark.parametrize(
    ("login", "told"),
    [
        ("fushou.manager", True),
        ("nyingchi.regulator", True),
        ("auditor", True),
        ("nyingchi.inspector", False),
        ("nyingchi.finance", False),
        ("admin", False),
    ],
)
def test_who_looked_stands_on_the_page_of_a_person(clerk, fresh, login, told) -> None:
    """For the head of the present home, the bureau's supervisors and audit, with a way to the whole list; for no other."""
    clerk("nyingchi.safety").get(f"/persons/{fresh.streams['zhang']}")
    somebody, path = clerk(login), f"/persons/{fresh.streams['zhang']}"
    page = somebody.get(path)

    assert ("林芝市 · 安全小组" in page.text) == told
    assert (f"{path}/reads" in page.links) == told
    whole = somebody.get(f"{path}/reads", 200 if told else 403)
    assert ("林芝市" in whole.text and "安全小组" in whole.text) == told


def test_a_replay_tells_who_had_looked_by_then(busy_clerk, busy_fresh) -> None:
    """Whoever opened the incident or a hazard of the home before the moment, once; not to homes, and not before."""
    fire = busy_fresh.streams["fire"]
    for login in ("nyingchi.inspector", "nyingchi.inspector", "fushou.manager"):
        busy_clerk(login).get(f"/incidents/{fire}")
    team, path = busy_clerk("nyingchi.safety"), f"/incidents/{fire}/replay"
    part = team.get(f"{path}?day=2026-11-20&time=23:59").text.partition("此前谁看过")[2]
    assert part.count("林芝市 · 检查人员") == 1
    assert "福寿敬老院 · 机构负责人" in part
    assert "林芝市 · 检查人员" not in team.get(f"{path}?day=2026-11-19&time=12:00").text.partition("此前谁看过")[2]
    assert "此前谁看过" not in busy_clerk("fushou.manager").get(path).text


# -- a whole number ----------------------------------------------------------------------------------------


def numbered(fresh) -> str:
    """Somebody with a document in the home."""
    person = fresh.record(
        "li",
        "person.register",
        "2026-11-01",
        name="李大山",
        document_kind="resident_identity_card",
        document_number=NUMBER,
        sex="male",
    )
    fresh.record(
        "li stay", "stay.admit", "2026-11-02", person=person, facility=fresh.streams["fushou"], category="destitute"
    )
    fresh.services.views.catch_up()
    return person


def test_a_whole_number_is_shown_once_for_a_reason_that_is_kept(clerk, fresh) -> None:
    """Masked on the page; whole behind the form; the reason stands in the ledger; without one nothing is shown."""
    person = numbered(fresh)
    somebody, path = clerk("fushou.manager"), f"/persons/{person}"
    page = somebody.get(path)
    assert NUMBER not in page.html
    refused = somebody.send(page, f"{path}/number", {"reason": " 看 "}, 422)
    assert NUMBER not in refused.html
    assert "4 至 200 个字" in refused.text
    shown = somebody.send(page, f"{path}/number", {"reason": "核对医保报销"}, 200)
    assert NUMBER in shown.text
    assert NUMBER not in somebody.get(path).html
    row = next(one for one in written(fresh, 0) if one.purpose == "number" and one.reason)

    assert (row.reason, row.login, fresh.services.reads.subjects(row.id)) == (
        "核对医保报销",
        "fushou.manager",
        [person],
    )
    assert "核对医保报销" in clerk("auditor").get("/reads").text


@pytest.mark.parametrize("login", ["auditor", "nyingchi.finance", "admin", "zhamu.manager"])
def test_a_whole_number_is_not_for_those_who_read_masked_names(clerk, fresh, login) -> None:
    """Nor for those of another area, reason or not."""
    person = numbered(fresh)
    somebody = clerk(login)
    token = somebody.get("/help").values()["csrf"]
    answer = somebody.client.post(f"/persons/{person}/number", data={"csrf": token, "reason": "核对医保报销"})

    assert answer.status_code == 403
    assert NUMBER not in answer.get_data(as_text=True)


def test_every_kind_of_page_has_words() -> None:
    """No code of a page reaches a reader."""
    assert {
        key.removeprefix("reads.purpose.") for key in WORDS if key.startswith("reads.purpose.")
    } == noting.ALL_PURPOSES


def test_the_pages_are_english_in_english(clerk, fresh) -> None:
    """Ledger, readers of a person and the search: nothing Chinese but names."""
    clerk("fushou.manager").get(f"/persons/{fresh.streams['zhang']}")
    for login, path in (
        ("auditor", "/reads?lang=en"),
        ("nyingchi.regulator", f"/persons/{fresh.streams['zhang']}/reads?lang=en"),
        ("nyingchi.regulator", "/persons/search?q=wxy&lang=en"),
    ):
        page = clerk(login).get(path)
        left = re.sub("张建国|张|王秀英|建国|福寿敬老院|扎木镇敬老院|林芝市|巴宜区|中文", "", page.foreign)
        assert [line for line in left.splitlines() if re.search("[\u4e00-\u9fff]", line)] == [], path


# -- what was read -----------------------------------------------------------------------------------------


def lines(page) -> list[list[str]]:
    """The lines of the ledger, each as its cells."""
    rows = re.findall(r"<tr><td.*?</tr>", page.html, re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)] for row in rows
    ]


@pytest.fixture
def looked(clerk, fresh):
    """The manager opened one form for two stays, twice again after a person's page, between looks of a regulator."""
    manager, regulator = clerk("fushou.manager"), clerk("nyingchi.regulator")
    zhang, gesang = fresh.streams["zhang stay"], fresh.streams["gesang stay"]
    for path in (f"/enter/stay.discharge?stay={zhang}", f"/enter/stay.discharge?stay={gesang}"):
        manager.get(path)
        regulator.get(f"/persons/{fresh.streams['wang']}")
    manager.get(f"/persons/{fresh.streams['zhang']}")
    for _ in range(2):
        manager.get(f"/enter/stay.discharge?stay={zhang}")
    hazard = fresh.record(
        "hazard", "hazard.find", "2026-11-19", facility=fresh.streams["fushou"], grade="general", subject="线"
    )
    fresh.services.views.catch_up()
    manager.get(f"/hazards/{hazard}")
    return clerk("auditor"), hazard


def test_a_form_that_was_opened_again_is_one_line_and_every_opening_is_reachable(looked) -> None:
    """With the number of openings and all who were seen; whatever others looked at meanwhile; each by itself when asked."""
    auditor, _ = looked
    page = auditor.get("/reads?login=fushou.manager")
    forms = [row for row in lines(page) if row[4].startswith("填表（离院）")]

    assert [row[4] for row in forms] == ["填表（离院） 连续打开 2 次", "填表（离院） 连续打开 2 次"]
    assert [row[5] for row in forms] == ["格***、张**"] * 2, "each who was seen stands once"
    each = next(link for link in page.links if "each=1" in link and "before=" in link)
    assert sum(row[4].startswith("填表（离院）") for row in lines(auditor.get(each))) == 4
    assert sum(row[4].startswith("填表（离院）") for row in lines(auditor.get("/reads?each=1"))) == 4
    assert auditor.client.get("/reads.csv").get_data(as_text=True).count("填表（离院）") == 4


def test_the_ledger_is_narrowed_by_what_was_read(looked, fresh) -> None:
    """Persons, records that are no persons, or forms; and one record, from its own page."""
    auditor, hazard = looked
    kinds = {kind: {row[4] for row in lines(auditor.get(f"/reads?kind={kind}&each=1"))} for kind in KINDS}

    assert kinds["forms"] == {"填表（离院）"}
    assert kinds["persons"] == {"人员页面"}
    assert kinds["things"] == {"业务页面（隐患）"}
    only = next(link for link in auditor.get(f"/hazards/{hazard}").links if link.startswith("/reads?thing="))
    assert {row[4] for row in lines(auditor.get(only))} == {"业务页面（隐患）"}
    assert "线" in auditor.get(only).text


def test_a_page_of_the_ledger_goes_on_where_its_lines_end(looked, monkeypatch) -> None:
    """Line by line, no opening is passed over and none is told twice."""
    auditor, _ = looked
    every = lines(auditor.get("/reads?each=1"))
    monkeypatch.setattr(reads, "ROWS", 1)
    found, address = [], "/reads"
    while address:
        page = auditor.get(address)
        found += [int(times[1]) if (times := re.search(r"打开 (\d+) 次", row[4])) else 1 for row in lines(page)]
        address = next(
            (link for link in page.links if "before=" in link and not re.search("each=|lang=|size=", link)), ""
        )

    assert sum(found) == len(every)
    assert max(found) == 2


def test_the_first_page_opened_in_a_row_is_one_line(clerk, fresh) -> None:
    """People come back to it all day: what they looked at is not lost among it, and looking at something parts the row."""
    manager = clerk("fushou.manager")
    for _ in range(3):
        manager.get("/")
    manager.get(f"/persons/{fresh.streams['zhang']}")
    manager.get("/")
    told = [row[4] for row in lines(clerk("auditor").get("/reads?login=fushou.manager"))]

    assert told == ["今日", "人员页面", "今日 连续打开 3 次"]
