"""The regulator's rounds: a draw made again, whose turn an inspection is, notices to rectify, three sources, faults that come back."""

from __future__ import annotations

import re
import subprocess
from datetime import date
from html import unescape
from uuid import uuid4

import pytest

from domain.desk import Submission
from tests.webapp.busy import asked, drawn
from tests.webapp.reader import Reader
from tests.webapp.scene import Scene, made
from webapp.app import create_app

TWO = ("nyingchi.inspector", "nyingchi.regulator")


def visit(scene: Scene, name: str, source: str, on: str, *failed: str, home: str = "fushou") -> str:
    """A whole inspection of a day by one source; every item passes but those that failed."""
    own = source == "facility"
    stream = scene.record(
        name,
        "inspection.plan",
        on,
        facility=scene.streams[home],
        kind="daily",
        due_on=on,
        checklist="SAFE-DEFAULT-1",
        source=source,
    )
    scene.record(name + "s", "inspection.start", on, inspection=stream, inspectors=(f"{home}.manager",) if own else TWO)
    answers = [{"item": item, "result": "fail" if item in failed else "pass"} for item in asked(scene, stream)]
    scene.record(name + "a", "inspection.answer", on, inspection=stream, answers=answers)
    scene.record(name + "c", "inspection.conclude", on, inspection=stream)
    return stream


@pytest.fixture(scope="session")
def watched(tmp_path_factory):
    """A town with a draw, a month that three looked at, and faults that came back."""
    scene = made(tmp_path_factory.mktemp("watched"))
    drawn(scene)
    visit(scene, "own", "facility", "2026-10-05", "F01")
    visit(scene, "social", "social_supervisor", "2026-10-12", "C04")
    visit(scene, "bureau", "bureau", "2026-10-20", "C04", "C05")
    visit(scene, "spring", "bureau", "2026-03-10", "C04", "C01")
    visit(scene, "beside", "bureau", "2026-10-21", home="zhamu")
    scene.services.views.catch_up()
    return scene


@pytest.fixture(scope="session")
def watcher(watched):
    """Somebody who reads in that town."""
    app = create_app(watched.services)
    return lambda login: Reader(app.test_client(), login)


def rows_of(html: str, after: str = "<tbody>") -> dict[str, list[str]]:
    """first cell -> the texts of the other cells, of every row of the page."""
    found = {}
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", html, re.DOTALL):
        cells = [
            re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", one)).strip()
            for one in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        found[cells[0]] = cells[1:]
    return found


# -- draws ---------------------------------------------------------------------------------------------------


def test_a_draw_is_made_again_and_compared(watcher, watched) -> None:
    """The page shows lists, rule and digests; drawing again says that it equals what was recorded."""
    somebody, path = watcher("nyingchi.regulator"), f"/draws/{watched.streams['draw']}"
    page = somebody.get(path)
    draw = watched.services.log.stream(watched.streams["draw"])[0]
    assert "怎样抽取" in page.text
    assert "一致：" not in page.text
    again = somebody.get(path + "?replay=1")
    assert "一致：按记录的种子和名单重新抽取" in again.text
    assert again.text.count(draw.digest) == page.text.count(draw.digest) + 2
    assert somebody.get(path + "?replay=1&lang=en").status == 200


def test_a_draw_that_was_not_made_by_its_rule_is_told(watcher, watched, monkeypatch) -> None:
    """The negative control: when the rule gives another result than the one recorded, the page says that it differs."""
    somebody = watcher("nyingchi.regulator")
    monkeypatch.setattr("webapp.draws.draw", lambda seed, objects, inspectors, number: ())
    page = somebody.get(f"/draws/{watched.streams['draw']}?replay=1")

    assert "不一致：重新抽取的结果与入账的不同" in page.text


def test_a_stranger_draws_the_same_with_the_commands_of_the_page(watcher, watched, tmp_path) -> None:
    """The two lists saved as files and the block of commands print the digest, and the homes with their inspectors."""
    page = watcher("nyingchi.regulator").get(f"/draws/{watched.streams['draw']}")
    draw = watched.services.log.stream(watched.streams["draw"])[0]
    blocks = re.findall(r"<pre[^>]*>(.*?)</pre>", page.html, re.DOTALL)
    homes, inspectors, commands = (unescape(one) for one in blocks)
    (tmp_path / "homes.txt").write_text(homes)
    (tmp_path / "inspectors.txt").write_text(inspectors)
    said = subprocess.run(["bash", "-c", commands], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    first, *drawn_now = said.splitlines()

    assert first.split()[0] == draw.digest
    assert drawn_now == [" ".join([one.facility, *one.inspectors]) for one in draw.result]


# -- rounds and notices ---------------------------------------------------------------------------------------


def test_a_round_says_what_is_done_and_whose_turn_it_is(busy_reader, busy_town) -> None:
    """Under way: two items of many; the inspectors are next. Concluded: the home puts right, then others accept."""
    somebody, streams = busy_reader("nyingchi.inspector"), busy_town.streams
    number = len(asked(busy_town, streams["second visit"]))
    page = somebody.get(f"/inspections/{streams['second visit']}")
    assert f"已填 2 / {number} 项" in page.text
    assert "轮到：林芝市 · 检查人员、林芝市 · 监管人员" in page.text
    assert f"/enter/inspection.answer?inspection={streams['second visit']}" in page.links
    ended = somebody.get(f"/inspections/{streams['visit']}")
    assert "轮到：机构" in ended.text
    assert f"/inspections/{streams['visit']}/notice" in ended.links
    english = somebody.get(f"/inspections/{streams['visit']}?lang=en")
    assert "Turn of the facility" in english.text


def test_a_recheck_by_another_is_visible(busy_clerk, busy_fresh) -> None:
    """Who put it right and who else accepted that stand beside each other; a rejection takes both away."""
    scene, hazard = busy_fresh, busy_fresh.streams["hazard"]
    home, bureau = busy_clerk("fushou.manager"), busy_clerk("nyingchi.inspector")
    done_by(scene, "fushou.manager", "hazard.rectify", "2026-11-01", hazard=hazard, evidence="已清理")
    done_by(scene, "nyingchi.inspector", "hazard.accept", "2026-11-02", hazard=hazard)
    scene.services.views.catch_up()
    for somebody in (home, bureau):
        page = somebody.get(f"/hazards/{hazard}")
        assert "由另一人复查" in page.text
        assert "福寿敬老院 · 机构负责人" in page.text.partition("由另一人复查")[0]
    assert "由另一人复查" in bureau.get(f"/inspections/{scene.streams['visit']}").text


def done_by(scene: Scene, login: str, command: str, on: str, **args) -> None:
    """A command of an account."""
    desk = scene.services.desk
    desk.submit(Submission(command, str(uuid4()), args, occurred_on=date.fromisoformat(on), actor=desk.actor(login)))


def test_a_notice_has_every_field_from_the_entries(watcher, watched) -> None:
    """Addressee, item by item with basis and deadline, bureau, day, number; what is not recorded says so; English too."""
    somebody, stream = watcher("nyingchi.regulator"), watched.streams["bureau"]
    page = somebody.get(f"/inspections/{stream}/notice")
    for said in (
        "责令整改通知书",
        "福寿敬老院：",
        "2026年10月20日",
        "C04",
        "C05",
        "（未登记）",
        "行政复议",
        "民政局（盖章）",
    ):
        assert said in page.text, said
    concluded = next(e for e in watched.services.log.stream(stream) if e.topic == "inspection.concluded")
    assert f"{stream[:8]}-{concluded.envelope.position} 号" in page.text
    assert "Notice to rectify" in somebody.get(f"/inspections/{stream}/notice?lang=en").text
    hazard = next(link for link in page.links if link.startswith("/hazards/"))
    one = somebody.get(hazard + "/notice")
    assert "C04" in one.text
    assert "C05" not in one.text


def test_a_notice_says_what_it_said_when_it_was_handed_over(clerk, fresh) -> None:
    """More time was given since: the notice keeps the first deadline, and says beside it, off the paper, what came later."""
    home = fresh.streams["fushou"]
    wire = fresh.record(
        "wire", "hazard.find", "2026-10-02", facility=home, grade="general", subject="配电箱旁堆放杂物", source="bureau"
    )
    told = {"hazard": wire, "responsible": "fushou.manager", "deadline": "2026-10-14"}
    fresh.record("wire to", "hazard.assign", "2026-10-02", **told)
    fresh.record("more time", "hazard.extend", "2026-10-12", hazard=wire, deadline="2026-10-24", reason="等待配件")
    fresh.services.views.catch_up()
    page = clerk("nyingchi.regulator").get(f"/hazards/{wire}/notice")
    paper, _, beside = page.html.partition("</article>")

    assert "2026年10月14日" in paper
    assert "2026年10月24日" not in paper
    assert "后来延至2026年10月24日" in beside


def test_there_is_no_notice_where_there_is_nothing_to_order(watcher, watched) -> None:
    """A self-check, a visit without faults, one that is not concluded; and none for whoever is out of reach."""
    somebody, streams = watcher("nyingchi.regulator"), watched.streams
    assert "机构自行整改" in somebody.get(f"/inspections/{streams['own']}/notice").text
    assert "没有发现需要整改的问题" in somebody.get(f"/inspections/{streams['beside']}/notice").text
    plan = next(link for link in somebody.get(f"/draws/{streams['draw']}").links if link.startswith("/inspections/"))
    assert "还没有办结" in somebody.get(plan + "/notice").text
    watcher("zhamu.manager").get(f"/inspections/{streams['bureau']}/notice", 403)
    somebody.get("/inspections/nothing/notice", 404)
    somebody.get(f"/hazards/{streams['bureau']}/notice", 404)


# -- three sources ------------------------------------------------------------------------------------------


def test_three_sources_stand_side_by_side(watcher, watched) -> None:
    """Each item with what each said, in words where they differ; only differences when asked; links to the answers."""
    somebody, home = watcher("nyingchi.regulator"), watched.streams["fushou"]
    page = somebody.get(f"/comparison?facility={home}&month=2026-10")
    found = {name.split()[0]: cells for name, cells in rows_of(page.html).items() if name}
    assert found["C04"] == ["合格", "不合格", "不合格", "不一致：机构自查判合格，社会监督员、民政部门判不合格"]
    assert found["F01"][:3] == ["不合格", "合格", "合格"]
    assert found["A02"][3] == "一致"
    assert "不一致 3 项；自查合格而民政部门判为不合格 2 项" in page.text
    only = somebody.get(f"/comparison?facility={home}&month=2026年10月&only=1")
    assert {name.split()[0] for name in rows_of(only.html) if re.match(r"[A-Z]\d", name)} == {"C04", "C05", "F01"}
    for link in {one for one in only.links if one.startswith("/events/")}:
        somebody.get(link)


def test_a_region_is_compared_home_by_home(watcher, watched) -> None:
    """Sums of each facility and of all; the course by month says how much self-checks overlook; empty months say so."""
    somebody = watcher("nyingchi.regulator")
    page = somebody.get("/comparison?month=2026-10")
    found = rows_of(page.html)
    assert found["福寿敬老院"][-2:] == ["3", "2"]
    assert found["扎木镇敬老院"][-2:] == ["0", "0"]
    assert found["合计"][-1] == "2"
    assert found["2026年10月"] == ["2", "2", "100.0"]
    assert "没有可以比对的项目" in somebody.get("/comparison?month=2026-01").text
    assert "看不懂" in somebody.get("/comparison?month=October").text
    assert "截至日之后" in somebody.get("/comparison?month=2027-01").text
    assert somebody.get("/comparison?month=2026-10&lang=en").heading.startswith("Three sources")


def test_nobody_compares_beyond_their_area(watcher, watched) -> None:
    """A home sees itself only; the county of the other home does not see this one."""
    own = watcher("zhamu.manager").get("/comparison?month=2026-10")
    assert "福寿敬老院" not in own.text
    assert "福寿敬老院" not in watcher("bomi.regulator").get("/comparison?month=2026-10").text
    assert "福寿敬老院" not in watcher("bomi.regulator").get("/faults").text


# -- faults that come back ----------------------------------------------------------------------------------


def test_repeated_and_common_faults(watcher, watched) -> None:
    """Times and the last two days; the share of those checked that failed; each number opens into its figure."""
    somebody = watcher("nyingchi.regulator")
    page = somebody.get("/faults")
    again = re.search(r"<th scope=\"row\">[^<]*<a[^>]*>福寿敬老院</a></th>(.*?)</tr>", page.html, re.DOTALL)[1]
    assert "C04" in again
    assert "2026年10月20日" in again
    assert "2026年10月12日" in again
    index = {name.split()[0]: cells for name, cells in rows_of(page.html).items() if re.match(r"[A-Z]\d", name)}
    assert index["C04"] == ["2", "1", "50.0"]
    assert index["A02"] == ["2", "0", "0.0"]
    for link in [one for one in page.links if one.startswith("/figures/inspection.item") and "C04" in one]:
        somebody.get(link)
    assert "没有复发的问题" in somebody.get("/faults?as_of=2026-04-01").text
    assert "没有办结的检查" in somebody.get("/faults?as_of=2026-02-01").text
    assert somebody.get("/faults?sort=item&checked_by=facility&lang=en").heading.startswith("Repeated")


def test_a_period_is_typed_as_two_days(watcher, watched) -> None:
    """`to` becomes the day that everything is asked as of; an unknown source is told."""
    somebody = watcher("nyingchi.regulator")
    answer = somebody.client.get("/faults?from=2026-03-01&to=2026-04-01")
    assert answer.status_code == 303
    assert "as_of=2026-04-01" in answer.headers["Location"]
    assert "不是可选的" in somebody.get("/faults?checked_by=nobody").text


def test_the_checklist_counts_what_is_filled_in(busy_reader, busy_town) -> None:
    """How many items have a result stands above the list and beside each group, also without scripts."""
    stream = busy_town.streams["second visit"]
    page = busy_reader("nyingchi.inspector").get(f"/enter/inspection.answer?inspection={stream}")

    assert f"已填 2 / {len(asked(busy_town, stream))} 项" in page.text
    assert page.html.count('<details class="items" open>') > 3
