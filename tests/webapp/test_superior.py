"""The pages of a province that has taken in the log of a county: they open, say whose a record is, and act on nothing there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from adapters.proof_check import check
from domain.desk import Submission
from tests.webapp import addresses
from tests.webapp.busy import busy
from tests.webapp.program import misfits, program
from tests.webapp.reader import CHINESE, Page, Reader
from tests.webapp.scene import Scene, made
from tests.webapp.superior import COUNTY, Superior, superior
from webapp.app import create_app
from webapp.readable import moment

REGULATOR, INSPECTOR = "nyingchi.regulator", "nyingchi.inspector"
OF_THE_COUNTY = re.compile(
    r"^/(daily/receipts|evidence/<|receipts/<|events/<int:position>/(correct|withdraw)|enter/<command>/questions)"
)
"""Routes that are filled with what the county alone has: its drafts, its files, its receipts, the forms that correct its entries."""
OPEN = {200, 409}
"""A page, or the refusal of a form about what the county alone records."""
ACTING = re.compile(r"/(correct|withdraw)$")


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A county with one of everything."""
    return addresses.filled_to_the_brim(busy(made(tmp_path_factory.mktemp("county"), COUNTY)))


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory, county: Scene) -> Superior:
    """The node above it, with a signed head of its own."""
    scene = superior(tmp_path_factory.mktemp("province"), county)
    scene.services.heads.sign()
    return scene


@pytest.fixture(scope="module")
def opens(province: Superior) -> Callable[..., Reader]:
    """Somebody who reads in the province."""
    app = create_app(province.services)
    return lambda login=REGULATOR: Reader(app.test_client(), login)


@pytest.fixture(scope="module")
def at_home(county: Scene) -> Any:
    """The web of the county itself."""
    return create_app(county.services)


def said(page: Any) -> str:
    """The text of a page on one line."""
    return " ".join(page.text.split())


def event_of(scene: Scene, topic: str) -> Any:
    """The last event of a kind."""
    found = scene.services.log.at(range(1, scene.services.log.head().position + 1))
    return [event for event in found if event.topic == topic][-1]


def statuses(readers: dict[str | None, Reader], path: str) -> list[int]:
    """What each account is answered in turn, up to the first who may open it; its page must be fit to be shown."""
    found: list[int] = []
    for somebody in readers.values():
        with somebody.client.get(path) as answer:
            found.append(answer.status_code)
            if answer.status_code not in OPEN:
                continue
            if answer.mimetype == addresses.HTML:
                assert Page(answer.status_code, answer.get_data(as_text=True)).complaints() == [], path
            break
    return found


def test_every_page_opens(province: Superior) -> None:
    """Every route that holds a page, with things of the county in its blanks, for the first account that may open it."""
    app = create_app(province.services)
    known, closed = addresses.Addresses(app, province), []
    readers = {login: Reader(app.test_client(), login) for login in addresses.READERS}
    for rule in known.rules():
        if not OF_THE_COUNTY.match(rule):
            paths = [path for path in dict.fromkeys(known.of(rule)) if "/enter/" not in path or "?" in path]
            found = [status for path in paths for status in statuses(readers, path)]
            assert max(found) < 500, rule
            closed += [] if OPEN & {*found} else [rule]

    assert closed == []


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/events", "/nodes", "/boards/persons", "/boards/hazards", "/persons/{zhang}", "/stays/{zhang stay}"),
        *(
            "/incidents/{fire}",
            "/incidents/{fire}/replay",
            "/hazards/{wire}",
            "/inspections/{visit}",
            "/batches/{batch}",
        ),
        *("/figures/stay.present", "/funds/{allotment}", "/draws/{draw}"),
    ],
)
def test_the_pages_speak_english(opens, province: Superior, path: str) -> None:
    """No name that stayed at the county is told as destroyed, and no address of a receipt stands on them."""
    where = path.format(**province.streams)
    for lang, destroyed in (("zh", "销毁"), ("en", "destroyed by law")):
        page = opens().get(f"{where}?lang={lang}")
        assert destroyed not in page.text
        assert not [link for link in page.links if link.startswith("/receipts/linzhi")]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_of_an_event_says_where_it_came_from(opens, province: Superior, lang: str) -> None:
    """Node, its position and its time there, the time here, its own command id without a link, and the proof of this node."""
    event, zh = event_of(province, "stay.admitted"), lang == "zh"
    page = opens().get(f"/events/{event.envelope.position}?lang={lang}")
    there = event_of(province.county, "stay.admitted").envelope

    assert there.position != event.envelope.position
    origin = (
        f"来自林芝市，在该节点账本的位置 {there.position}，本节点 {moment(event.envelope.recorded_at, True)} 接收"
        if zh
        else f"From 林芝市, position {there.position} of its log; taken in here {moment(event.envelope.recorded_at, False)}"
    )
    assert origin in said(page)
    assert moment(there.recorded_at, zh) in said(page)
    assert f"linzhi / {there.command_id}" in said(page)
    assert f"/proofs/{event.envelope.position}" in page.links
    assert ("林芝市 · 本机操作员（operator）" if zh else "林芝市 · ") in said(page)
    assert ("（姓名存于林芝市）" if zh else "(name kept at 林芝市)") in said(page)
    assert not [link for link in page.links if ACTING.search(link) or link.startswith("/receipts/")]
    opens().get(f"/proofs/{event.envelope.position}?lang={lang}")


def test_an_own_event_says_nothing_of_that(opens, province: Superior) -> None:
    """The control: an entry of the province itself has its receipt, and may be corrected."""
    event = event_of(province, "activity.logged")
    assert event.envelope.node is None
    page = opens().get(f"/events/{event.envelope.position}")

    assert "来自" not in page.text
    assert f"/receipts/{event.envelope.command_id}" in page.links
    assert f"/events/{event.envelope.position}/correct" in page.links


def test_what_was_recorded_in_time_there_is_not_late_here(opens, province: Superior) -> None:
    """It came here three days later: the timeline and the page of the event go by the county's own time."""
    fire = event_of(province, "incident.occurred")
    assert "当天入账" in said(opens().get(f"/events/{fire.envelope.position}"))
    assert "补记" not in said(opens().get(f"/incidents/{province.streams['fire']}"))
    assert "2026年11月20日 16:20" in said(opens().get(f"/incidents/{province.streams['fire']}/dossier"))


def test_accounts_of_the_county_are_not_taken_for_those_of_the_province(opens, province: Superior) -> None:
    """Both have a login of one name; what the county's was given to do is told under its node, called by its region, in text, board and file."""
    wire = province.streams["wire"]
    for path in (
        f"/hazards/{wire}",
        f"/events/{event_of(province, 'hazard.assigned').envelope.position}",
        "/boards/hazards",
    ):
        text = said(opens().get(path))
        assert "fushou.manager（林芝市）" in text, path
        assert "福寿敬老院 · 机构负责人" not in text, path
    assert "fushou.manager（林芝市）" in opens().client.get("/boards/hazards.csv").get_data(as_text=True)
    assert "@linzhi" not in said(opens().get(f"/batches/{province.streams['batch']}"))


@pytest.mark.parametrize(
    ("login", "path", "form"),
    [
        (REGULATOR, "/hazards/{wire}", "/enter/hazard."),
        (REGULATOR, "/complaints/{complaint}", "/enter/complaint."),
        (REGULATOR, "/stays/{zhang stay}", "/enter/stay."),
        (REGULATOR, "/facilities/{fushou}", "/enter/facility.rename"),
        (REGULATOR, "/persons/{zhang}", "/enter/person."),
        ("nyingchi.safety", "/incidents/{fire}", "/enter/incident."),
        ("nyingchi.approver", "/batches/{batch}", "/enter/batch."),
    ],
)
def test_nothing_is_offered_that_only_the_county_records(
    opens, province: Superior, at_home: Any, login: str, path: str, form: str
) -> None:
    """No form of its things, though the county offers them; what the province makes of its own about them stays."""
    where = path.format(**province.streams)
    there = Reader(at_home.test_client(), login).get(where)

    assert not [link for link in opens(login).get(where).links if link.startswith(form)]
    assert [link for link in there.links if link.startswith(form)] or "batch" in form
    home = province.streams["fushou"]
    if "facilities" in path:
        assert f"/enter/inspection.plan?facility={home}" in opens(login).get(where).links


def test_what_waits_leads_to_no_form_of_the_county(opens) -> None:
    """On the first page and on the list of all that waits, whoever looks."""
    for login in (REGULATOR, "nyingchi.safety", "nyingchi.finance", "nyingchi.approver", INSPECTOR):
        forms = [link for link in opens(login).get("/").links if re.match(r"/enter/\w+\.\w+\?", link)]
        assert {link.partition("?")[2].partition("=")[0] for link in forms} <= {"facility"}, login


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "form",
    [
        "hazard.accept?hazard={wire}",
        "stay.discharge?stay={zhang stay}",
        "stay.admit?person={zhang}",
        "stay.admit?all=1&person={zhang}",
    ],
)
def test_a_form_about_the_county_is_refused_before_it_is_filled_in(
    opens, province: Superior, form: str, lang: str
) -> None:
    """With the words of the refusal, and the way to go."""
    path = f"/enter/{form.format(**province.streams)}&lang={lang}"
    somebody = opens()
    answer = somebody.get(path, None)
    page = somebody.get(answer.location, 409) if answer.status == 303 else answer

    assert page.status == 409
    said_so = (
        ("这是 linzhi 的记录，本系统只能查看", "请由 linzhi 办理") if lang == "zh" else ("This is a record of linzhi",)
    )
    assert all(one.lower() in said(page).lower() for one in said_so)
    assert lang == "zh" or not CHINESE.search(page.foreign.replace("西藏自治区", ""))


def test_entries_of_the_county_cannot_be_put_right_here(opens, province: Superior) -> None:
    """Not by the address of the form, nor by sending it; and the log stays as it is."""
    event, before = event_of(province, "hazard.assigned"), province.services.log.head()
    somebody = opens()
    csrf = somebody.get("/help").values()["csrf"]
    for kind in ("correct", "withdraw"):
        path = f"/events/{event.envelope.position}/{kind}"
        assert "这是 linzhi 的记录" in said(somebody.get(path, 409))
        assert "这是 linzhi 的记录" in said(somebody.post(f"{path}/record", {"csrf": csrf, "reason": "错了"}, 409))
    assert province.services.log.head() == before


def test_a_list_offers_only_what_can_be_recorded_here(opens, province: Superior) -> None:
    """None of the county's hazards to accept, but its homes where a hazard of the province's own is found."""
    assert "现在没有可以选择的" in opens().get("/enter/hazard.accept").text
    assert province.streams["fushou"] in opens().get("/enter/hazard.find").html


def test_what_is_recorded_here_for_a_home_of_the_county_is_said_to_stay_here(opens, province: Superior) -> None:
    """A hazard that the province finds itself is its own entry, and does not go down: told before it is recorded."""
    somebody = opens()
    form = somebody.get(f"/enter/hazard.find?facility={province.streams['fushou']}")
    on = {"occurred_on.y": "2026", "occurred_on.m": "11", "occurred_on.d": "20"}
    said_so = {
        "facility": province.streams["fushou"],
        "subject": "消防通道堆物",
        "grade": "general",
        "source": "bureau",
    }
    check = somebody.send(form, "/enter/hazard.find", on | said_so, None)
    assert "福寿敬老院由林芝市记账" in said(check), said(check)[:1500]


def test_what_is_sent_all_the_same_is_refused_with_the_form(opens, province: Superior) -> None:
    """Whoever typed a form reads the refusal above what was typed."""
    somebody = opens()
    page = somebody.get("/enter/hazard.accept")
    on = {"occurred_on.y": "2026", "occurred_on.m": "11", "occurred_on.d": "20"}
    answer = somebody.send(page, "/enter/hazard.accept", {"hazard": province.streams["wire"], **on}, 422)

    assert "这是 linzhi 的记录" in said(answer)


def test_searching_says_that_names_stay_below(opens, reader) -> None:
    """Nobody of the county is found by name, and the page says why; a node that stands alone does not."""
    page = opens().get("/persons/search?q=张建国")
    assert "下级节点的姓名留在各节点" in page.text
    assert "没有找到" in page.text
    assert "下级节点" not in reader(REGULATOR).get("/persons/search?q=张建国").text


# -- programs ------------------------------------------------------------------------------------------------


def test_rows_say_whose_they_are(province: Superior) -> None:
    """Timeline, trace and feed: the node of what came from the county, null for what is the province's own."""
    asks = program(province, REGULATOR)
    document = asks.get("/openapi.json")
    history = asks.get(f"/timeline/{province.streams['wire']}")
    traced = asks.get("/figures/stay.present/trace", as_of="2026-11-20", region="540000")["events"]
    feed = asks.get("/events", limit=1000)
    own = [event for event in feed["events"] if event["node"] is None]

    assert {line["node"] for line in history} == {line["node"] for line in traced} == {COUNTY}
    assert [event["topic"] for event in own if event["region"]] == ["activity.logged"]
    assert all("\n" not in event["command_id"] for event in feed["events"])
    assert {event["node"] for event in feed["events"]} == {COUNTY, None}
    for shape, answer in (("Timeline", history), ("Events", feed)):
        assert not list(misfits({"$ref": f"#/components/schemas/{shape}"}, answer, document))


def test_names_that_stayed_are_no_data_for_programs(province: Superior) -> None:
    """A board says that there is something, and not that it is gone."""
    rows = program(province, REGULATOR).get("/sheets/persons", region="540000")["rows"]

    assert rows
    assert {row["title"] for row in rows} == {"*"}


def test_the_province_records_about_the_county_what_is_its_own(province: Superior, opens) -> None:
    """An inspection of a home of the county: planned, shown, and of this node."""
    said_so = {
        "facility": province.streams["fushou"],
        "kind": "special",
        "due_on": "2026-12-01",
        "checklist": "SAFE-DEFAULT-1",
    }
    done = province.services.desk.submit(
        Submission("inspection.plan", "province plans", said_so, occurred_on=date(2026, 11, 21))
    )
    province.services.views.catch_up()
    page = opens().get(f"/inspections/{done.stream}")

    assert "福寿敬老院" in page.text
    assert f"/enter/inspection.start?inspection={done.stream}" in page.links


def test_an_entry_of_the_county_is_proved_in_the_countys_own_log(opens, province: Superior) -> None:
    """The file that the province gives holds for the county's key, without anything private; the control, altered, does not."""
    event = event_of(province, "stay.admitted")
    position, reader = event.envelope.position, opens()
    page = reader.get(f"/proofs/{position}?at=origin")
    key = province.county.services.heads.verifier_key
    assert key in page.text
    assert f"/proofs/{position}.json?at=origin" in page.links

    document = reader.client.get(f"/proofs/{position}.json?at=origin").get_json()
    assert document["position"] == province.built.known_nodes.origin(position)[1]
    assert check(document, key).ok
    assert not check({**document, "position": document["position"] + 1}, key).ok
    assert not check(document, province.services.heads.verifier_key).ok
    assert "张建国" not in str(document)
    county = province.county.services.heads.proof(document["position"])
    assert (county.leaf, county.path) == (
        bytes.fromhex(document["leaf"]),
        tuple(bytes.fromhex(one) for one in document["path"]),
    )


def test_an_own_entry_has_no_proof_elsewhere(opens, province: Superior) -> None:
    """404: nobody else recorded it."""
    own = province.services.log.head().position
    assert opens().client.get(f"/proofs/{own}?at=origin").status_code == 404


def test_the_page_of_an_entry_leads_to_the_county(opens, province: Superior, monkeypatch) -> None:
    """Where the federation file tells the address of its pages; without one there is no link."""
    position = event_of(province, "stay.admitted").envelope.position
    origin = province.built.known_nodes.origin(position)[1]
    assert "到林芝市查看" not in opens().get(f"/events/{position}").text

    nodes = province.services.nodes
    below = {name: replace(one, url="https://linzhi.example/") for name, one in nodes.federation.subordinates.items()}
    monkeypatch.setattr(nodes, "federation", replace(nodes.federation, subordinates=below))
    page = opens().get(f"/events/{position}")
    assert f"https://linzhi.example/events/{origin}" in page.links
    assert "到林芝市查看" in page.text
