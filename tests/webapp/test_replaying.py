"""A replay for the safety team: the rail, the slider, what differs, the moments that are kept, the dossier."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from adapters.bookmarks import BOOKMARKS_MAX
from domain.desk import Submission
from domain.reads import Wanted
from tests.webapp.busy import at as recorded
from tests.webapp.test_reads import names
from webapp.replays import NOTE_MAX

FIRE = "2026-11-20T14:10:00"


@pytest.fixture
def team(busy_clerk, busy_fresh):
    """Somebody of the safety team, and the addresses of the fire."""
    return busy_clerk("nyingchi.safety"), f"/incidents/{busy_fresh.streams['fire']}"


# -- the rail ----------------------------------------------------------------------------------------------


def test_every_moment_is_reached_from_every_other_by_links(busy_reader, busy_town) -> None:
    """Next leads through all of them to the end, previous back; the ends offer no way beyond."""
    somebody, path = busy_reader("nyingchi.safety"), f"/incidents/{busy_town.streams['fire']}/replay"
    page, seen = somebody.get(f"{path}?at=2026-11-20T08:00:00"), []
    while True:
        seen.append(page.heading)
        onward = re.search(r'data-key="ArrowRight" rel="next" href="([^"]+)"', page.html)
        if onward is None:
            break
        page = somebody.get(onward[1].replace("&amp;", "&"))
    assert [one[-5:] for one in seen] == ["08:00", "09:30", "14:10", "14:26", "15:40"]
    assert 'data-key="End"' not in page.html
    for _ in seen[1:]:
        page = somebody.get(re.search(r'data-key="ArrowLeft" rel="prev" href="([^"]+)"', page.html)[1])
    assert page.heading == seen[0]


def test_days_are_stepped_over_in_a_facility(busy_reader, busy_town) -> None:
    """The day before ends with its last moment, the day after begins with its first."""
    somebody, path = busy_reader("nyingchi.safety"), f"/facilities/{busy_town.streams['fushou']}/replay"
    page = somebody.get(f"{path}?at=2026-11-20T14:10:00")
    before = somebody.get(re.search(r'data-key="Shift\+ArrowLeft" href="([^"]+)"', page.html)[1])
    assert before.heading == "复盘：2026年11月10日"
    after = somebody.get(re.search(r'data-key="Shift\+ArrowRight" href="([^"]+)"', before.html)[1])
    assert after.heading == "复盘：2026年11月20日 08:00"


def test_the_slider_without_scripts_leads_to_the_address_of_the_moment(busy_reader, busy_town) -> None:
    """A number of a step is answered with the moment's own address; one that there is not is told."""
    somebody, path = busy_reader("nyingchi.safety"), f"/incidents/{busy_town.streams['fire']}/replay"
    answer = somebody.get(f"{path}?step=2", 303)
    assert "09%3A30" in answer.location
    assert somebody.get(answer.location).heading == "复盘：2026年11月20日 09:30"
    assert "没有看懂这一时刻" in somebody.get(f"{path}?step=99").text


# -- both columns ------------------------------------------------------------------------------------------


def test_what_differs_says_when_it_was_learnt(busy_reader, busy_town) -> None:
    """Beside the number and as a sentence; hazards say by how many days they are overdue; reports by how much late."""
    somebody, path = busy_reader("nyingchi.safety"), f"/incidents/{busy_town.streams['fire']}/replay"
    page = somebody.get(f"{path}?at={FIRE}")
    assert "另有 1 项当时不知道：16:30 才入账" in page.text
    assert "2026年11月20日 16:30才入账" in page.text
    assert "逾期 37 天" in page.text
    later = somebody.get(f"{path}?at=2026-11-20T15:40:00")
    assert "迟 30 分钟" in later.text
    assert "AC-02 · 国务院令493 第9条" in later.text
    assert "未告知，事件不能结案" in later.text


def test_every_number_leads_to_its_rows(busy_reader, busy_town) -> None:
    """The rows stand on the page of the column, and the board of that day one click behind."""
    somebody, path = busy_reader("nyingchi.safety"), f"/incidents/{busy_town.streams['fire']}/replay"
    page = somebody.get(f"{path}?at={FIRE}")
    led = [link for link in page.links if "#rows-present" in link]
    assert len(led) == 2
    for link in led:
        rows = somebody.get(link)
        assert "rows-present" in rows.ids
        board = next(one for one in rows.links if one.startswith("/boards/stays?"))
        assert ("known=" in board) == ("by=then" in link)
        assert "张建国" in somebody.get(board).text


# -- kept moments ------------------------------------------------------------------------------------------


def keep(somebody, path: str, note: str, status: int = 303):
    """Keep the moment that a page shows."""
    return somebody.send(somebody.get(f"{path}/replay"), f"{path}/bookmarks", {"note": note}, status)


def test_a_moment_is_kept_for_its_account_alone(team, busy_clerk) -> None:
    """It stands on the replay and on the page of the incident, leads back, and is taken away; others see nothing of it."""
    somebody, path = team
    known = somebody.get(f"{path}/replay").values()["known"]
    keep(somebody, path, "  值班 人数  ")
    for page in (somebody.get(path), somebody.get(f"{path}/replay")):
        assert "值班 人数" in page.text
        assert any(f"known={known}" in link for link in page.links)
    for login in ("nyingchi.regulator", "auditor"):
        assert "值班 人数" not in busy_clerk(login).get(f"{path}/replay").text
    remove = re.search(r'action="([^"]+/remove)"', somebody.get(path).html)[1]
    other = busy_clerk("nyingchi.regulator")
    other.post(remove, {"csrf": other.get("/help").values()["csrf"]}, 303)
    assert "值班 人数" in somebody.get(path).text
    gone = somebody.send(somebody.get(path), remove, {"at": ""}, 303)
    assert gone.location.startswith(path)
    assert "值班 人数" not in somebody.get(path).text


def test_a_note_that_is_too_long_is_told_and_not_lost(team) -> None:
    """The page says the limit and keeps what was typed."""
    somebody, path = team
    long = "长" * (NOTE_MAX + 1)
    page = keep(somebody, path, long, 422)
    assert f"最多 {NOTE_MAX} 个" in page.text
    assert any(one.get("value") == long for one in page.inputs)
    assert "收藏的时刻" not in somebody.get(path).text


def test_a_moment_that_is_none_is_not_kept(team) -> None:
    """Whatever a program sends."""
    somebody, path = team
    page = somebody.get(f"{path}/replay")
    for said in ({"at": "gestern"}, {"known": "-1"}, {"known": "９"}, {"at": ""}):
        somebody.send(page, f"{path}/bookmarks", said, 400)


def test_too_many_moments_are_refused_with_what_to_do(team, busy_fresh) -> None:
    """The note stays in its field."""
    somebody, path = team
    fire = busy_fresh.streams["fire"]
    for known in range(BOOKMARKS_MAX):
        busy_fresh.services.bookmarks.keep("nyingchi.safety", fire, FIRE, known, "")
    page = keep(somebody, path, "再一个", 422)
    assert "先移除一些" in page.text
    assert any(one.get("value") == "再一个" for one in page.inputs)


# -- the dossier -------------------------------------------------------------------------------------------


def test_a_dossier_tells_everything_on_one_page(team, busy_fresh) -> None:
    """Cover with the root that verification prints, course, kept moments, clocks, hazards, digests as the log keeps them."""
    somebody, path = team
    keep(somebody, path, "起火时")
    page, verdict = somebody.get(f"{path}/dossier"), busy_fresh.services.log.verify()
    for said in (
        *("福寿敬老院", "林芝市 · 安全小组", verdict.root, f"{verdict.size}", "配电箱起火，十六分钟后扑灭", "张建国"),
        *(
            "起火时",
            "另有 1 项当时不知道：16:30 才入账",
            "迟 30 分钟",
            "配电箱旁堆放杂物",
            "没有登记伤亡",
            "没有人签阅",
        ),
    ):
        assert said in page.text, said
    for event in busy_fresh.services.log.stream(busy_fresh.streams["fire"]):
        position = event.envelope.position
        assert busy_fresh.services.log.leaves(position - 1, 1)[0][1].hex() in page.text
    english = somebody.get(f"{path}/dossier?lang=en")
    assert "Dossier" in english.heading
    assert somebody.get(f"{path}/dossier?lang=zh").status == 200


def test_a_dossier_shows_what_a_correction_replaced_and_why(team, busy_fresh) -> None:
    """The old entry, the new one, and the reason."""
    somebody, path = team
    fire = busy_fresh.streams["fire"]
    events = busy_fresh.services.log.stream(fire)
    version = next(e.originator_version for e in events if e.topic == "incident.measure_taken")
    busy_fresh.services.desk.submit(
        Submission(
            "entry.correct",
            "correct-measure",
            {"stream": fire, "version": version, "reason": "措施写漏", "args": {"measure": "扑灭、断电并疏散"}},
            source="scenario",
        )
    )
    busy_fresh.services.views.catch_up()
    part = somebody.get(f"{path}/dossier").text.partition("更正与撤销")[2]
    for said in ("措施写漏", "扑灭并断电", "扑灭、断电并疏散"):
        assert said in part


@pytest.mark.parametrize(
    ("login", "told"), [("auditor", False), ("nyingchi.regulator", True), ("fushou.manager", True)]
)
def test_names_and_texts_in_a_dossier_are_those_that_the_account_may_read(busy_reader, busy_town, login, told) -> None:
    """Masked for whoever reads no names; who had looked is not told to homes."""
    page = busy_reader(login).get(f"/incidents/{busy_town.streams['fire']}/dossier")
    assert ("张建国" in page.text) == told
    assert ("十六分钟后扑灭" in page.text) == told
    assert ("谁看过本事件" in page.text) == (login != "fushou.manager")


def test_a_dossier_is_for_whoever_sees_the_incident_and_is_kept_in_the_ledger(team, busy_clerk, busy_fresh) -> None:
    """Refused elsewhere, not there for another thing; every making is a row with the incident's stream."""
    somebody, path = team
    busy_clerk("zhamu.manager").get(f"{path}/dossier", 403)
    somebody.get(f"/incidents/{busy_fresh.streams['wire']}/dossier", 404)
    somebody.get(f"{path}/dossier")
    rows = busy_clerk("auditor").get("/reads").text
    assert "卷宗" in rows


def test_a_dossier_leaves_exactly_its_names_in_the_ledger(busy_reader, busy_town) -> None:
    """Everybody named on it, and nobody else; for whoever reads masked names, nobody."""
    for login in ("nyingchi.safety", "fushou.manager", "auditor"):
        text = busy_reader(login).get(f"/incidents/{busy_town.streams['fire']}/dossier").text
        row = busy_town.services.reads.page(Wanted(login=login), 1)[0]
        noted = set(busy_town.services.reads.subjects(row.id))
        assert (row.purpose, row.thing) == ("dossier", busy_town.streams["fire"])
        everybody = names(busy_town)
        assert noted & everybody.keys() == {person for person, name in everybody.items() if name in text}
        assert noted - everybody.keys() == ({row.thing} if login != "auditor" else set())


def test_the_list_of_incidents_says_whether_the_first_report_was_in_time(busy_reader, busy_town) -> None:
    """And leads to the replay of each in one click."""
    board = busy_reader("nyingchi.safety").get("/boards/incidents")
    assert re.search(r"首次报告.*迟报", board.text, re.DOTALL)
    assert f"/incidents/{busy_town.streams['fire']}/replay" in board.links


def test_the_tree_of_the_log_is_the_one_that_verification_works_out(busy_fresh) -> None:
    """At every size of a growing log."""
    log, found = busy_fresh.services.log, []
    for name in ("one", "two", "three"):
        recorded(
            busy_fresh,
            name,
            "incident.take_measure",
            "15:50",
            "16:50",
            incident=busy_fresh.streams["fire"],
            measure=name,
        )
        verdict = log.verify()
        assert log.tree() == (verdict.size, verdict.root)
        found.append(verdict.root)
    assert all(one != other for one, other in pairwise(found))
