"""Boards and pages of everything that has a history: found, named in words, walked both ways, replayed minute by minute."""

from __future__ import annotations

import re

import pytest

from domain.catalogue import sheets
from tests.webapp.reader import CHINESE
from tests.webapp.scene import ACCOUNTS
from webapp.boards import LINKED
from webapp.navigation import GROUPS
from webapp.things import PATHS, SAID

LOGINS = [login for login, *_ in ACCOUNTS]
WRITTEN = (
    *(
        "福寿敬老院",
        "扎木镇敬老院",
        "林芝市儿童福利院",
        "林芝市救助管理站",
        "八一镇代销点",
        "八一镇",
        "中文",
        "林财社",
        "号",
    ),
    *(
        "配电间",
        "配电箱旁堆放杂物",
        "通道堆放杂物",
        "不符合“.*?”：",
        "张建国",
        "格桑曲珍",
        "罗布",
        "扑灭并断电",
        "配电箱起火，十六分钟后扑灭",
    ),
    r"[扎次达]\* \(synthetic\)",
)
"""Names, and what people have written."""
BOARDS = [name for name in sheets() if name != "accounts"]


def test_every_board_stands_in_the_navigation_and_links_to_its_things() -> None:
    """No board is forgotten: each has a place in the menu, a column that opens its rows and words that name one."""
    in_menu = {board for _, boards in GROUPS for board in boards}

    assert in_menu == set(BOARDS)
    assert set(LINKED) == set(PATHS.values()) == in_menu - {"duties", "breaches"}
    assert set(SAID) >= set(PATHS) - {"facility", "person", "stay"}


@pytest.mark.parametrize("login", LOGINS)
def test_every_row_of_every_board_opens(busy_reader, login) -> None:
    """For every account each link of each board leads to a page, and the file has the rows."""
    somebody = busy_reader(login)
    for board in BOARDS:
        page = somebody.get(f"/boards/{board}?where.status=all" if board == "duties" else f"/boards/{board}")
        for link in sorted({one for one in page.links if re.match(r"/\w+/[0-9a-f-]{36}", one)}):
            somebody.get(link)
        assert somebody.client.get(f"/boards/{board}.csv").status_code == 200


def test_english_pages_of_things_are_english(busy_reader, busy_town) -> None:
    """Titles, facts, answers, replays: nothing Chinese but names and what people have written."""
    streams, somebody = busy_town.streams, busy_reader("nyingchi.regulator")
    written = "|".join(WRITTEN)
    for path in (
        f"/incidents/{streams['fire']}/replay",
        f"/incidents/{streams['fire']}",
        f"/facilities/{streams['fushou']}/replay",
        f"/ratings/{streams['rating']}",
        f"/funds/{streams['fund']}",
        f"/batches/{streams['batch']}",
        f"/enter/inspection.answer?inspection={streams['second visit']}",
        "/boards/duties",
        "/enter",
    ):
        page = somebody.get(path + ("&" if "?" in path else "?") + "lang=en")
        text = re.sub(written, "", page.foreign)
        found = [line for line in text.splitlines() if CHINESE.search(line) and not re.search("[市区县省]", line)]
        assert found == [], path


def test_nobody_opens_a_thing_of_another_area(busy_reader, busy_town) -> None:
    """A home sees neither the fire nor the money of others; an address with the wrong board is none."""
    outside, streams = busy_reader("zhamu.manager"), busy_town.streams
    for path in (
        f"/incidents/{streams['fire']}",
        f"/incidents/{streams['fire']}/replay",
        f"/facilities/{streams['fushou']}/replay",
        f"/hazards/{streams['wire']}",
        f"/funds/{streams['fund']}",
        f"/batches/{streams['batch']}",
        f"/rescues/{streams['stranger']}",
    ):
        outside.get(path, 403)
    inside = busy_reader("nyingchi.regulator")
    inside.get(f"/hazards/{streams['fire']}", 404)
    inside.get(f"/incidents/{streams['wire']}/replay", 404)
    inside.get("/hazards/nothing", 404)


def test_only_what_fits_is_offered(busy_reader, busy_town) -> None:
    """What may be recorded next follows from the checks; what is over is not offered for choosing."""
    somebody, streams = busy_reader("nyingchi.inspector"), busy_town.streams
    open_ = somebody.get(f"/hazards/{streams['wire']}").text
    assert "完成整改" in open_
    assert "验收合格" not in open_
    ended = somebody.get(f"/inspections/{streams['visit']}").text
    assert "公示结果" in ended
    assert "检查办结" not in ended.partition("时间线")[0].partition("记一笔")[2]
    assert "由此发现的隐患" in ended
    rectify = somebody.get("/enter/hazard.rectify").text
    assert "配电箱旁堆放杂物 · 福寿敬老院 · 2026年10月2日 · 待整改" in rectify
    assert "没有可以选择的" in somebody.get("/enter/hazard.close").text
    home = busy_reader("nyingchi.regulator").get(f"/facilities/{streams['fushou']}").text
    assert "申请评定" in home
    assert "接收求助" not in home
    assert "接收求助" in busy_reader("nyingchi.regulator").get(f"/facilities/{streams['station']}").text


def test_overdue_duties_come_first(busy_reader, busy_town) -> None:
    """The board of duties begins with what is overdue, leads to the thing, and shows everything when asked."""
    somebody = busy_reader("nyingchi.regulator")
    page = somebody.get("/boards/duties?where.status=overdue")
    first = somebody.get("/boards/duties")
    assert re.search(r"共 (\d+) 行", first.text)[1] == re.search(r"共 (\d+) 行", page.text)[1]
    home = somebody.get(f"/boards/duties?facility={busy_town.streams['fushou']}&where.rule=hazard.deadline")
    assert "配电箱旁堆放杂物" in home.text
    assert any(link.startswith(f"/hazards/{busy_town.streams['wire']}") for link in home.links)
    everything = somebody.get("/boards/duties?where.status=all")
    assert int(re.search(r"共 ([\d,]+) 行", everything.text)[1]) > int(re.search(r"共 ([\d,]+) 行", first.text)[1])
    first_page = somebody.get("/").text
    assert re.search(r"发布寻亲公告：林芝市救助管理站.*\s*逾期 3 天", first_page)


# -- money -------------------------------------------------------------------------------------------------


def test_a_yuan_is_followed_down_to_people_and_up_again(busy_reader, busy_town) -> None:
    """Appropriation, allotment, batch, lines; from the batch the way back; from lottery money to the sales."""
    somebody, streams = busy_reader("nyingchi.finance"), busy_town.streams
    root = somebody.get(f"/funds/{streams['fund']}")
    assert f"/funds/{streams['allotment']}" in root.links
    sales = next(link for link in root.links if link.startswith("/figures/outlet.sales"))
    assert somebody.get(sales).heading == "福彩销售额 123,456.00 元"
    part = somebody.get(f"/funds/{streams['allotment']}")
    assert {f"/funds/{streams['fund']}", f"/batches/{streams['batch']}"} <= set(part.links)
    for said in ("1,050", "400", "39,350"):
        assert said in part.text
    batch = somebody.get(f"/batches/{streams['batch']}")
    assert {f"/funds/{streams['fund']}", f"/funds/{streams['allotment']}"} <= set(batch.links)
    assert "扎*" in batch.text
    assert "扎西" not in batch.text
    assert "已退回" in batch.text


def test_money_is_shown_as_of_the_day(busy_reader, busy_town) -> None:
    """Before the payment the list waits, and the fund is whole."""
    somebody, streams = busy_reader("nyingchi.finance"), busy_town.streams
    assert "待发放" in somebody.get(f"/batches/{streams['batch']}?as_of=2026-03-05").text
    assert "没有从这笔资金发放" in somebody.get(f"/funds/{streams['allotment']}?as_of=2026-02-20").text


def test_a_person_leads_to_the_payments(busy_clerk, busy_fresh) -> None:
    """Whoever may see a person sees what was paid, month by month, and the batch behind it."""
    busy_fresh.record(
        "moves in",
        "stay.admit",
        "2026-11-01",
        person=payee(busy_fresh),
        facility=busy_fresh.streams["fushou"],
        category="destitute",
    )
    busy_fresh.services.views.catch_up()
    page = busy_clerk("nyingchi.regulator").get(f"/persons/{payee(busy_fresh)}")

    assert "2026年3月" in page.text
    assert "高龄津贴" in page.text
    assert f"/batches/{busy_fresh.streams['batch']}" in page.links


def test_who_died_before_the_month_stands_out_on_the_list(busy_clerk, busy_fresh) -> None:
    """The line says what speaks against it and comes first; cleared by the approver, nothing does; before it nobody knew."""
    batch = busy_fresh.streams["batch"]
    payees = [stream for name, stream in busy_fresh.streams.items() if name.startswith("payee ")]
    second = payees[1]
    for payee in payees:  # of another age; looked into already
        more = {"batch": batch, "rule": "DM-10", "person": payee, "reason": "出生日期登记有误"}
        busy_fresh.record(f"age {payee}", "batch.clear_match", "2026-03-03", **more)

    def lines() -> str:
        page = busy_clerk("nyingchi.approver").get(f"/batches/{batch}")
        return page.text.partition("人员金额（元）状态")[2].partition("时间线")[0]

    assert "于发放月份之前去世" not in lines()
    busy_fresh.record("death", "person.record_death", "2026-02-20", person=second)
    first = lines().partition("于发放月份之前去世")
    assert first[1]
    assert first[0].count("已发放") == 1, "the line that is to be looked into stands first"
    assert "疑点核实无误" in first[2], "what may be done next"
    busy_fresh.record(
        "cleared", "batch.clear_match", "2026-03-20", batch=batch, rule="DM-01", person=second, reason="死亡日期录错"
    )
    assert "于发放月份之前去世" not in lines()
    assert "疑点核实无误" not in lines()


def payee(scene) -> str:
    """The first of those who were paid."""
    return next(stream for name, stream in scene.streams.items() if name.startswith("payee "))


def test_the_members_of_a_sum_are_people(busy_reader) -> None:
    """A payment is traced to its person, masked, and to the batch; a hazard to its own page."""
    somebody = busy_reader("nyingchi.finance")
    page = somebody.get("/figures/batch.payments")
    assert "扎*" in page.text
    assert any(link.startswith("/batches/") for link in page.links)
    hazards = somebody.get("/figures/hazard.open")
    assert "配电箱旁堆放杂物" in hazards.text
    assert any(link.startswith("/hazards/") for link in hazards.links)


# -- replay ------------------------------------------------------------------------------------------------


def test_a_fire_is_replayed_step_by_step(busy_reader, busy_town) -> None:
    """It opens at the moment of the fire; each step is a link; the way on and back leads along them."""
    somebody, fire = busy_reader("nyingchi.safety"), busy_town.streams["fire"]
    page = somebody.get(f"/incidents/{fire}/replay")
    assert page.heading == "复盘：2026年11月20日 14:10"
    for said in ("3 人 / 20 张床", "值班领导", "配电箱旁堆放杂物", "张建国", "事故单位报告"):
        assert said in page.text
    steps = [link for link in page.links if "replay?at=" in link]
    for link in set(steps):
        somebody.get(link)
    later = somebody.get(f"/incidents/{fire}/replay?at=2026-11-20T15:40:00")
    assert "县级民政部门" in later.text
    assert re.search("事故单位报告.*逾期", later.text, re.DOTALL)


def test_what_was_learnt_only_afterwards_is_spoken_out(busy_reader, busy_town) -> None:
    """Of the three who were there, the log knew two at that minute; and the fire was recorded two hours later."""
    somebody, fire = busy_reader("nyingchi.safety"), busy_town.streams["fire"]
    page = somebody.get(f"/incidents/{fire}/replay?at=2026-11-20T14:10:00")
    assert "2 人 / 20 张床" in page.text
    assert "在院：罗布" in page.text
    assert "这件事当时还没有入账，入账在2026年11月20日 16:20" in page.text
    then = somebody.get(f"/incidents/{fire}/replay?at=2026-11-20T14:10:00&by=then")
    assert "罗布" not in then.text.partition("明细按")[2]
    head = busy_town.services.views.position()
    now = somebody.get(f"/incidents/{fire}/replay?at=2026-11-20T14:10:00&known={head}")
    assert "当时所知与实际一致" in now.text


def test_a_facility_is_replayed_at_any_moment(busy_reader, busy_town) -> None:
    """A day and a time are typed; a moment that is none is told."""
    somebody, home = busy_reader("fushou.manager"), busy_town.streams["fushou"]
    page = somebody.get(f"/facilities/{home}/replay?day=2026年11月20日&time=07:00")
    assert page.heading == "复盘：2026年11月20日 07:00"
    assert "2 人 / 20 张床" in page.text
    assert "没有看懂这一时刻" in somebody.get(f"/facilities/{home}/replay?day=昨天").text
    assert "账本没有位置 999999" in somebody.get(f"/facilities/{home}/replay?known=999999").text


def test_names_in_a_replay_are_masked_for_others(busy_reader, busy_town) -> None:
    """The auditor replays without names."""
    page = busy_reader("auditor").get(f"/incidents/{busy_town.streams['fire']}/replay")

    assert "张**" in page.text
    assert "张建国" not in page.text
