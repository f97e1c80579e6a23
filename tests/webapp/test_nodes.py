"""The page of nodes: how far each came, what was verified and witnessed, and the evidence where a history was rewritten."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from adapters.codec import micros
from adapters.federation import Federation
from adapters.known_nodes import Disagreement
from adapters.messages import LETTER, Said, of_said, read
from adapters.node_keys import key_name
from adapters.notes import Note, Signer
from adapters.relations import Relations
from domain.model import FACILITY_POSTS, Wording
from tests.webapp.browsing import FITS, answered, ask, looked_over
from tests.webapp.reader import CHINESE, Reader
from tests.webapp.scene import ACCOUNTS, Scene, made
from tests.webapp.serving import serving
from tests.webapp.superior import COUNTY, Superior, above, head, messages, peopled
from webapp.app import create_app
from webapp.nodes_words import NODES
from webapp.readable import moment

REGULATOR = "nyingchi.regulator"
CAPITAL = Signer(f"{key_name('国家')}/witness", bytes(32))
BESIDE = f"""
[[subordinates]]
node = "silent"
region = "540300"
key = "{Signer("silent", bytes(31) + b"1").verifier_key}"

[[superiors]]
node = "国家"
witness = "{CAPITAL.verifier_key}"
"""
"""A node of which nothing came yet, and one above."""
ANSWERED = Wording(
    "这次移交已答复或已撤回", "the transfer was answered or withdrawn already", "核对移交", "check the transfer"
)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A county with a signed head, and its messages."""
    return made(tmp_path_factory.mktemp("county"), COUNTY)


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory, county: Scene) -> Superior:
    """A province that has taken all of it in, beside a silent node and below a capital."""
    scene = above(tmp_path_factory.mktemp("province"), county, BESIDE)
    scene.take([*messages(county), head(county)])
    return peopled(scene)


@pytest.fixture
def beginning(tmp_path: Path, county: Scene) -> Superior:
    """A province that has taken nothing in yet."""
    return peopled(above(tmp_path / "beginning", county))


def shown(scene: Scene, login: str = REGULATOR, lang: str = "zh") -> Any:
    """The page as an account reads it."""
    return somebody(scene, login).get(f"/nodes?lang={lang}")


def somebody(scene: Scene, login: str) -> Reader:
    """Somebody who reads in a scene, whose web is made once."""
    if not hasattr(scene, "app"):
        scene.app = create_app(scene.services)  # type: ignore[attr-defined]
    return Reader(scene.app.test_client(), login)


def said(page: Any) -> str:
    """The text of a page on one line, without what hides in the code."""
    return " ".join(page.text.split())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_node_that_stands_alone_is_told_what_to_set(town: Scene, lang: str) -> None:
    """Its own keys are there already; the example names both settings."""
    page = shown(town, "admin", lang)

    assert ("本节点独立运行" if lang == "zh" else "This node stands alone") in page.text
    assert all(
        one in page.text for one in ("SHOUWANG_FEDERATION", "SHOUWANG_NODE", "[[subordinates]]", "shouwang identity")
    )
    assert town.services.heads.verifier_key in page.text
    assert "test/witness+" in page.text
    assert lang == "zh" or not CHINESE.search(page.foreign)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_county_that_agrees_is_shown_with_how_far_it_came(province: Superior, county: Scene, lang: str) -> None:
    """Region, positions, the times of the message, of the head and of the cosignature; one that is silent says so."""
    page, zh = shown(province, lang=lang), lang == "zh"
    size, signed = county.services.log.head().position, county.services.heads.newest()
    (first, silent) = province.services.nodes.below()

    assert (first.status, silent.status) == ("good", "silent")
    assert said(page).count(f"至第 {size} 条" if zh else f"up to {size}") == 3
    assert moment(signed.signed_at, zh) in said(page)
    assert moment(first.cosigned.at, zh) in said(page)
    for words in ("林芝市", "正常", "还没有收到记录") if zh else ("linzhi", "Good", "Nothing received yet"):
        assert words in page.text
    assert "前后不一的证据" not in page.text
    assert "Evidence of" not in page.text
    assert zh or not CHINESE.search(re.sub("西藏自治区|林芝市|那曲市|昌都市|国家", "", page.foreign))


def test_a_node_above_is_shown_with_what_it_witnessed(tmp_path: Path, county: Scene) -> None:
    """Nothing at first; then the newest of this node's heads that it cosigned, and when."""
    scene = peopled(above(tmp_path / "witnessed", county, BESIDE))
    assert CAPITAL.verifier_key in shown(scene).text
    heads = scene.services.heads
    for seconds in (1795142100, 1795145700):
        scene.record(
            f"more {seconds}",
            "activity.log",
            "2026-11-03",
            type="hotline",
            quantities={"consultations": 2},
            region="540000",
        )
        signed = heads.sign()
        line = CAPITAL.cosign(Note.parse(signed.note).body, seconds)
        with heads.log.reading() as recorder:
            recorder.write([("cosignatures", (signed.size, CAPITAL.name, seconds * 10**6, line))])

    (one,) = scene.services.nodes.above()
    assert (one.node, one.cosigned.size) == ("国家", signed.size)
    assert f"至第 {signed.size} 条2026年11月20日 11:35" in said(shown(scene))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_letters_that_were_not_recorded_stand_with_their_reason(tmp_path: Path, lang: str) -> None:
    """What is asked for, by whom, why not, and how it is let go; nothing of them where there are none."""
    scene = made(tmp_path)
    assert not any(one in shown(scene, "admin", lang).text for one in ("未能入账的函件", "not recorded"))
    data = {"to": "test", "id": "t1/2", "command": "transfer.record_acceptance", "actor": "li@bomi", "args": {}}
    at = datetime(2026, 11, 3, 1, tzinfo=UTC)
    letter = read(of_said("xizang", LETTER, "test/t1/2", micros(at), data)[1])
    assert isinstance(letter, Said)
    scene.services.nodes.refused.keep("t1/2", letter, ANSWERED, at)

    text = said(shown(scene, "admin", lang))
    for one in ("li@bomi", "xizang", "t1/2", "shouwang letters --settle"):
        assert one in text
    assert (ANSWERED.zh if lang == "zh" else ANSWERED.en.capitalize()) in text
    assert ("对方同意接收" if lang == "zh" else "Record the acceptance") in text


def test_a_county_waits_for_its_head_and_a_head_for_its_events(beginning: Superior, county: Scene) -> None:
    """Events without a head, then a head whose last events have not come, then all: each state in its own words."""
    lines, whole = messages(county), head(county)
    page = lambda: said(shown(beginning))  # noqa: E731
    assert "还没有收到记录" in page()
    beginning.take(lines[:20])
    assert "等待签名树头" in page()
    beginning.take([whole], 20)
    assert f"接收中还差 {len(lines) - 20} 条" in page()
    beginning.take(lines[20:], 21)
    assert "正常" in page()
    assert "还差" not in page()


def rewritten(line: bytes) -> bytes:
    """The same event with another word in it."""
    told = json.loads(line)
    told["occurredon"] = "2020-01-01"
    return json.dumps(told, ensure_ascii=False).encode()


@pytest.fixture(scope="module")
def tampered(tmp_path_factory: pytest.TempPathFactory, county: Scene) -> Superior:
    """A province to which the county later said something else about an old event."""
    scene = above(tmp_path_factory.mktemp("tampered"), county)
    lines = messages(county)
    scene.take([*lines, head(county)])
    at = next(number for number, line in enumerate(lines) if b'"stay.admitted"' in line)
    scene.take([rewritten(lines[at])], len(lines) + 1)
    scene.streams["altered"] = str(at + 1)
    return peopled(scene)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_county_that_was_rewritten_is_stopped_with_both_sides(tampered: Superior, county: Scene, lang: str) -> None:
    """The words say at which event; both leaves can be copied, and what was witnessed before stays."""
    page, number = shown(tampered, lang=lang), tampered.streams["altered"]
    (one,) = tampered.services.nodes.below()
    (fork,) = one.forks
    leaf = dict(county.services.log.leaves(0, 1000))[int(number)].hex()

    assert (
        f"已停止：第 {number} 号前后不一" if lang == "zh" else f"Stopped: event {number} is not what it was"
    ) in said(page)
    assert fork.ours == leaf != fork.theirs
    assert f">{fork.ours}<" in page.html
    assert f">{fork.theirs}<" in page.html
    assert f"{number} 号记录先后收到两种内容" in said(page) or lang == "en"
    assert one.cosigned.size == county.services.log.head().position
    assert lang == "zh" or not CHINESE.search(re.sub("西藏自治区|林芝市", "", page.foreign))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_county_that_sends_what_no_desk_records_is_stopped_with_the_reason(
    beginning: Superior, county: Scene, lang: str
) -> None:
    """The words say at which event, and why; nobody is said to have rewritten it."""
    lines = messages(county)
    number = len(lines) + 1
    entry = next(line for line in lines if b'"occurredon"' in line)
    odd = json.loads(entry) | {"position": number, "until": number, "occurredon": "9999-12-31"}
    beginning.take([*lines, json.dumps(odd).encode()])
    page = shown(beginning, lang=lang)

    assert (f"已停止：第 {number} 号不成形" if lang == "zh" else f"Stopped: event {number} is misshapen") in said(page)
    assert (f"第 {number} 号记录不成形，无法计入" if lang == "zh" else "is misshapen and cannot be counted") in said(
        page
    )
    assert "it is of the day 9999-12-31" in page.text
    assert "前后不一，" not in page.text


@pytest.mark.parametrize("kind", get_args(Disagreement))
def test_every_reason_for_which_a_node_is_stopped_has_words(kind: str) -> None:
    """The page of nodes asks for them by the reason's name."""
    assert all(NODES[f"nodes.fork.{kind}"])


def test_the_same_again_stops_nothing(beginning: Superior, county: Scene) -> None:
    """The control: word for word the same, twice, and the head too."""
    lines = messages(county)
    beginning.take([*lines, head(county), *lines, head(county)])
    page = shown(beginning)

    assert "正常" in page.text
    assert "已停止" not in page.text
    assert "前后不一的证据" not in page.text


def test_a_head_of_another_history_is_kept_beside_the_first(tmp_path: Path, beginning: Superior, county: Scene) -> None:
    """Signed by the county's own key over other entries: both notes stand on the page."""
    lines, first = messages(county), head(county)
    beginning.take([*lines, first])
    heads = county.services.heads
    old = Note.parse(heads.newest().note)
    body = old.body.replace(old.body.splitlines()[2], "A" * 43 + "=")
    forged = json.loads(first)
    forged["data"]["note"] = Note(body, (heads.keys.log.sign(body),)).text
    beginning.take([json.dumps(forged).encode()], len(lines) + 1)
    page = shown(beginning)

    assert "签了两个接不上的树头" in page.text
    for note in (old.text, forged["data"]["note"]):
        assert all(line in page.text for line in note.split("\n"))


def test_evidence_stays_when_a_node_leaves_the_list(tampered: Superior) -> None:
    """Whoever deletes the county from the file does not delete what was found."""
    nodes = Relations(tampered.built.known_nodes, tampered.built.refused_letters, Federation(), tampered.built.keys)
    scene = Scene(replace(tampered.services, nodes=nodes), tampered.clock)
    page = shown(scene, "admin")

    assert nodes.alone
    assert "已停止" in page.text
    assert "前后不一的证据" in page.text


# -- who may -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("login", [login for login, *_ in ACCOUNTS])
def test_bureaus_see_it_and_facilities_do_not(province: Superior, login: str) -> None:
    """Every post but those of a facility; the navigation leads there accordingly."""
    post = {one: held for one, held, *_ in ACCOUNTS}[login]
    allowed = post not in FACILITY_POSTS

    somebody(province, login).get("/nodes", 200 if allowed else 403)
    assert any(link.startswith("/nodes") for link in somebody(province, login).get("/help").links) == allowed


def test_a_node_that_stands_alone_shows_the_way_to_administrators_only(reader) -> None:
    """Others have no use for it, and may open it all the same."""
    assert "/nodes" in reader("admin").get("/help").links
    assert "/nodes" not in reader(REGULATOR).get("/help").links
    reader(REGULATOR).get("/nodes")


# -- in a browser --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sites(province: Superior, tampered: Superior, town: Scene) -> Iterator[list[tuple[str, Scene]]]:
    """The web over a province with a stopped county, a healthy one, and a node that stands alone."""
    running = [(serving(scene), scene) for scene in (tampered, province, town)]
    yield [(next(its), scene) for its, scene in running]
    for its, _ in running:
        next(its, None)


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pages_have_no_barriers_and_fit_a_phone(chromium, sites: list[tuple[str, Scene]], lang: str) -> None:
    """Stopped with its evidence unfolded, healthy, alone; and the page of an event of the county. In English the first."""
    for site, scene in sites if lang == "zh" else sites[:1]:
        context = looked_over(chromium, site, "phone")
        cookies = {"shouwang_lang": lang, "shouwang_session": scene.services.sessions.open("admin")}
        context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
        window = context.new_page()
        for path in ("/nodes", "/events/5")[: 2 if scene is sites[0][1] else 1]:
            window.goto(path)
            window.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
            assert window.evaluate(FITS), path
            ask(window, colours=lang == "zh")
            assert answered(window) == [], path
        context.close()
