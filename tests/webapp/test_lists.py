"""Questions that are answered by lists: every new kind of field goes through its form to a receipt."""

from __future__ import annotations

import re
from html import unescape

import pytest

from domain.catalogue import commands
from tests.webapp.busy import NUMBERS, asked
from tests.webapp.reader import Page, Reader
from tests.webapp.scene import ACCOUNTS
from webapp.suited import WAITING

TODAY = {"occurred_on.y": "2026", "occurred_on.m": "11", "occurred_on.d": "20"}


def typed(page: Page) -> dict[str, str]:
    """What the inputs of a form hold: as a browser would send it."""
    found = {}
    for one in page.inputs:
        if "name" in one and (one.get("type") not in ("radio", "checkbox") or "checked" in one):
            found[one["name"]] = one.get("value", "")
    for name, options in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', page.html, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    for name, text in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>(.*?)</textarea>', page.html, re.DOTALL):
        found[name] = unescape(text)
    return found


def through(somebody: Reader, path: str, said: dict[str, str]) -> tuple[Page, Page]:
    """A form filled in, checked and recorded: (the page to check, the receipt)."""
    form = somebody.get(path)
    address = path.partition("?")[0]
    check = somebody.post(address, {**typed(form), **TODAY, **said}, 200)
    assert "请核对后入账" in check.heading, check.text
    answer = somebody.post(f"{address}/record", check.values(), 303)
    return check, somebody.get(answer.location)


def test_every_command_has_a_form_for_whoever_may_give_it(busy_reader, busy_town) -> None:
    """With things to act upon too, each form opens for every account whose post may give the command."""
    streams = busy_town.streams
    given = {
        "inspection": "second visit",
        "rating": "rating",
        "batch": "batch",
        "outlet": "contract",
        "incident": "fire",
    }
    for name, command in commands().items():
        login = next((login for login, post, *_ in ACCOUNTS if post in command.by and post != "auditor"), None)
        assert login, name
        target = given.get(command.target or "")
        path = f"/enter/{name}?{command.target}={streams[target]}" if name in WAITING and target else f"/enter/{name}"
        assert busy_reader(login).get(path + ("&" if "?" in path else "?") + "lang=zh", None).status in (200, 303), path


def test_several_choices_and_several_persons(busy_clerk, busy_fresh) -> None:
    """Kinds are ticked, the main one first; persons are ticked among those who live there, others named one a line."""
    somebody, people = busy_clerk("fushou.manager"), busy_fresh.streams
    form = somebody.get("/enter/incident.record?all=1")
    assert "格桑曲珍" in form.text
    said = {
        "kinds.service_safety": "1",
        "kinds.public_health": "1",
        "kinds.main": "public_health",
        "risks.fall": "1",
        f"persons.{people['gesang']}": "1",
        "persons.search": "张建国\n",
        "place": "楼梯间",
        "course": "下楼时跌倒",
    }
    check, receipt = through(somebody, "/enter/incident.record?all=1", said)

    assert "突发公共卫生事件、服务安全事件" in check.text
    assert {"格桑曲珍", "张建国"} <= set(re.findall("格桑曲珍|张建国", check.text))
    assert "跌倒" in receipt.text
    position = re.search(r"/events/(\d+)/correct", receipt.html)[1]
    again = somebody.get(f"/events/{position}/correct")
    assert {"kinds.service_safety", "risks.fall", f"persons.{people['zhang']}"} <= typed(again).keys()


def test_a_person_whom_nobody_knows_is_complained_about_by_the_line(busy_clerk) -> None:
    """What was found stays ticked; only the line that was not stays to be mended."""
    somebody, path = busy_clerk("fushou.manager"), "/enter/incident.record"
    said = {**TODAY, "persons.search": "张建国\n无名氏", "kinds.fire": "1", "place": "院内", "course": "跌倒"}
    page = somebody.post(path, {**typed(somebody.get(f"{path}?all=1")), **said}, 422)

    assert "“无名氏”：没有找到" in page.text
    assert typed(page)["persons.search"] == "无名氏"
    assert sum("checked" in one for one in page.inputs if one["name"].startswith("persons.")) == 1
    assert "#persons.search" in page.links


def test_inspectors_are_chosen_among_the_accounts(busy_clerk, busy_fresh) -> None:
    """Two are ticked by login, post and place; who knows no login by heart can start a visit."""
    visit = busy_fresh.record(
        "third",
        "inspection.plan",
        "2026-11-18",
        facility=busy_fresh.streams["zhamu"],
        kind="special",
        due_on="2026-12-01",
        checklist="SAFE-DEFAULT-1",
    )
    busy_fresh.services.views.catch_up()
    somebody = busy_clerk("bomi.regulator")
    form = somebody.get("/enter/inspection.start")
    assert "林芝市 · 检查人员" in form.text
    assert "扎木镇敬老院 · 专项检查" in form.text
    said = {"inspection": visit, "inspectors.bomi.regulator": "1", "inspectors.nyingchi.inspector": "1"}
    check, _ = through(somebody, "/enter/inspection.start", said)

    assert "波密县 · 监管人员、林芝市 · 检查人员" in check.text


def test_the_items_of_a_visit_are_answered_on_one_page(busy_clerk, busy_fresh) -> None:
    """All items by groups, filled with what was answered; the rest passed by one button; only what is new is recorded."""
    somebody, visit = busy_clerk("nyingchi.inspector"), busy_fresh.streams["second visit"]
    first = somebody.get("/enter/inspection.answer")
    assert "先选要办理的是哪一项" in first.text
    path = f"/enter/inspection.answer?inspection={visit}"
    form = somebody.get(path)
    items = asked(busy_fresh, visit)
    assert len([one for one in form.inputs if one.get("value") == "fail"]) == len(items) == 43
    assert typed(form)[f"answers.{items[1]}.result"] == "fail"
    assert typed(form)[f"answers.{items[1]}.note"] == "通道堆放杂物"

    said = {**typed(form), f"answers.{items[4]}.result": "not_applicable", f"answers.{items[4]}.note": "没有食堂"}
    rest = somebody.post("/enter/inspection.answer", {**said, "more": "answers"}, 200)
    assert typed(rest)[f"answers.{items[9]}.result"] == "pass"
    check = somebody.post("/enter/inspection.answer", {**typed(rest), **TODAY}, 200)
    assert "共 41 项" in check.text
    assert "没有食堂" in check.text
    answer = somebody.post("/enter/inspection.answer/record", check.values(), 303)
    receipt = somebody.get(answer.location)
    assert "合格 40" in receipt.text
    shown = somebody.get(f"/inspections/{visit}")
    assert "43 项都有结果" in shown.text
    assert "检查办结" in shown.text


def test_a_note_without_a_result_is_told_at_its_item(busy_clerk, busy_fresh) -> None:
    """The complaint leads to the item; an answer that says nothing new is told too."""
    somebody, visit = busy_clerk("nyingchi.inspector"), busy_fresh.streams["second visit"]
    form, path = somebody.get(f"/enter/inspection.answer?inspection={visit}"), "/enter/inspection.answer"
    item = asked(busy_fresh, visit)[7]
    page = somebody.post(path, {**typed(form), **TODAY, f"answers.{item}.note": "待查"}, 422)

    assert f"{item} 写了备注，没有选结果" in page.text
    assert f"#answers.{item}.result" in page.links
    assert "没有新的检查结果" in somebody.post(path, {**typed(form), **TODAY}, 422).text


def test_answers_are_corrected_on_the_same_form(busy_clerk, busy_fresh) -> None:
    """The form of the correction holds the entry's answers; the page to check shows the lines that differ."""
    somebody, visit = busy_clerk("nyingchi.regulator"), busy_fresh.streams["second visit"]
    event = next(e for e in busy_fresh.services.log.stream(visit) if e.topic == "inspection.answered")
    path = f"/events/{event.envelope.position}/correct"
    form, item = somebody.get(path), event.answers[1].item
    said = {**typed(form), f"answers.{item}.result": "pass", f"answers.{item}.note": "", "correction_reason": "看错"}
    check = somebody.post(path, said, 200)

    assert "通道堆放杂物" in check.text
    assert re.search(f"{item} .*不合格 通道堆放杂物.*改为.*{item} .*合格", check.text, re.DOTALL)
    somebody.post(path + "/record", check.values(), 303)
    assert busy_fresh.services.log.stream(visit)[-1].answers[1].result == "pass"


def test_a_list_of_payments_is_typed_and_pasted(busy_clerk, busy_fresh) -> None:
    """Two lines pasted by document number and one typed: one list; lines that are not understood are told by number."""
    somebody, path = busy_clerk("nyingchi.finance"), "/enter/batch.draw_up"
    form = somebody.get(path)
    assert "市级福彩公益金 · 高龄津贴 · 2026 年 · 巴宜区 · 林财社〔2026〕9号 · 结余 39,350 元" in form.text
    said = {
        **TODAY,
        "fund": busy_fresh.streams["allotment"],
        "programme": "old_age_allowance",
        "period.y": "2026",
        "period.m": "4",
        "lines.pasted": f"{NUMBERS[0]}，300\n无此人，5\n只有名字\n{NUMBERS[1]}\t1,250.50元\n",
        "lines.0.person.search": NUMBERS[2],
        "lines.0.amount_fen": "400",
    }
    wrong = somebody.post(path, {**typed(form), **said}, 422)
    for complaint in ("粘贴的第 2 行：没有这个证件号码", "粘贴的第 3 行没有看懂"):
        assert complaint in wrong.text
    assert "#lines.pasted" in wrong.links
    mended = {**said, "lines.pasted": f"{NUMBERS[0]}，300\n{NUMBERS[1]}\t1,250.50元\n"}
    check, receipt = through(somebody, path, mended)

    assert "共 3 人，合计 1,950.50 元" in check.text
    assert "1,250.5" in receipt.text
    assert "扎西" not in check.text  # a finance officer reads no names


def test_more_lines_come_without_scripts(busy_clerk) -> None:
    """A button renders the form again with ten lines more, and everything that was typed."""
    somebody, path = busy_clerk("nyingchi.finance"), "/enter/batch.draw_up"
    form = somebody.get(path)
    more = somebody.post(path, {**typed(form), "lines.4.amount_fen": "12.34", "more": "lines"}, 200)

    assert "lines.4.amount_fen" in typed(form)
    assert {"lines.14.person.search", "lines.14.amount_fen"} <= typed(more).keys()
    assert typed(more)["lines.4.amount_fen"] == "12.34"
    half = somebody.post(path, {**typed(more), **TODAY}, 422)
    assert "第 5 行没有填写“人员”" in half.text
    assert "#lines.4.person.search" in half.links


def test_a_list_is_corrected_line_by_line(busy_clerk, busy_fresh) -> None:
    """What a correction of a list changes is shown by its lines."""
    batch = busy_fresh.record(
        "draft",
        "batch.draw_up",
        "2026-11-02",
        fund=busy_fresh.streams["allotment"],
        programme="old_age_allowance",
        period="2026-10",
        lines=[{"person": busy_fresh.streams["zhang"], "amount_fen": 10_000}],
    )
    somebody = busy_clerk("nyingchi.finance")
    path = f"/events/{busy_fresh.services.log.stream(batch)[0].envelope.position}/correct"
    form = somebody.get(path)
    assert typed(form)["lines.0.amount_fen"] == "100"
    check = somebody.post(path, {**typed(form), "lines.0.amount_fen": "120", "correction_reason": "写错"}, 200)

    assert re.search(r"张.*100\.00 元.*改为.*张.*120\.00 元", check.text, re.DOTALL)
    somebody.post(path + "/record", check.values(), 303)
    assert busy_fresh.services.log.stream(batch)[-1].total_fen == 12_000


def test_points_are_asked_by_part(busy_clerk, busy_fresh) -> None:
    """The parts of the scheme with their full marks, once it is known which rating is scored."""
    somebody, rating = busy_clerk("nyingchi.inspector"), busy_fresh.streams["rating"]
    path = f"/enter/rating.score?rating={rating}"
    form = somebody.get(path)
    parts = sorted(name for name in typed(form) if name.startswith("points."))
    assert "满分" in form.text
    said = {"assessor": "nyingchi.inspector", **dict.fromkeys(parts, "10.5")}
    check, _ = through(somebody, path, said)

    assert "10.5 分" in check.text
    assert busy_fresh.services.log.stream(rating)[-1].assessor == "nyingchi.inspector"


def test_a_moment_is_a_day_and_a_time(busy_clerk) -> None:
    """The end of a shift is asked for in both; a time that is none is told."""
    somebody, path = busy_clerk("fushou.manager"), "/enter/shift.record"
    said = {
        "role": "nurse",
        "staff": "次旺",
        "occurred_at": "08:00",
        "until.y": "2026",
        "until.m": "11",
        "until.d": "20",
    }
    wrong = somebody.post(path, {**typed(somebody.get(path)), **TODAY, **said, "until.t": "晚上"}, 422)
    assert "时刻请写成 16:20 这样" in wrong.text
    check, receipt = through(somebody, path, {**said, "until.t": "18:30"})

    assert "2026年11月20日 18:30" in check.text
    assert "2026年11月20日 18:30" in receipt.text


@pytest.mark.parametrize(
    ("login", "command", "said", "shown"),
    [
        ("nyingchi.regulator", "rescue.refuse", {"station": "station", "sex": "male", "age_band": "adult", "reasons.means_of_own": "1"}, "有能力自行解决食宿"),
        ("nyingchi.regulator", "inspection.plan", {"facility": "station", "kind": "daily", "checklist": "SAFE-DEFAULT-1", "packs.PACK-RESCUE": "1", "due_on.y": "2026", "due_on.m": "12", "due_on.d": "1"}, "救助"),
        ("nyingchi.regulator", "inspection.draw", {"region": "540402", "kind": "special", "due_on.y": "2026", "due_on.m": "12", "due_on.d": "1", "seed": "8848", "number": "1", "objects.fushou": "1", "objects.children": "1", "inspectors.nyingchi.inspector": "1", "inspectors.nyingchi.regulator": "1"}, "8848"),
    ],
)  # fmt: skip
def test_lists_of_every_kind_reach_the_log(busy_clerk, busy_fresh, login, command, said, shown) -> None:
    """Ticked codes, ticked facilities and accounts: from the form to the receipt."""
    streams = busy_fresh.streams
    said = {
        re.sub(r"^(objects)\.(\w+)$", lambda m: f"{m[1]}.{streams[m[2]]}", key): streams.get(value, value)
        for key, value in said.items()
    }
    check, receipt = through(busy_clerk(login), f"/enter/{command}", said)

    assert shown in check.text
    assert receipt.heading.startswith("已入账")


def test_a_wrong_amount_of_a_list_names_its_line_and_the_person(busy_clerk, busy_fresh) -> None:
    """Each wrong amount leads to its own box and says whom it is about as the page shows the person: here masked."""
    somebody, path = busy_clerk("nyingchi.finance"), "/enter/batch.draw_up"
    said = {
        **TODAY,
        "fund": busy_fresh.streams["allotment"],
        "programme": "old_age_allowance",
        "period.y": "2026",
        "period.m": "4",
        "lines.pasted": f"{NUMBERS[0]}，0",
        "lines.1.person": busy_fresh.streams["zhang"],
        "lines.1.amount_fen": "12.345",
        "lines.3.person": busy_fresh.streams["gesang"],
        "lines.3.amount_fen": "三百",
    }
    wrong = somebody.post(path, {**typed(somebody.get(path)), **said}, 422)
    for complaint in ("“第 2 行（张**）的金额”应为", "“第 4 行（格***）的金额”应为", "“粘贴的第 1 行（"):
        assert complaint in wrong.text
    for box in ("lines.1.amount_fen", "lines.3.amount_fen", "lines.pasted"):
        assert f"#{box}" in wrong.links
        assert {box, f"{box}-error"} <= set(wrong.ids)

    twice = {"lines.pasted": "", "lines.1.amount_fen": "3", "lines.3.amount_fen": "4"}
    twice["lines.3.person"] = busy_fresh.streams["zhang"]
    again = somebody.post(path, {**typed(wrong), **said, **twice}, 422)
    assert "第 4 行（张**）：名单上同一人出现两次" in again.text
    assert "#lines.3.person.search" in again.links
    assert "lines.3.person.search" in again.ids


@pytest.mark.parametrize(
    ("lang", "day", "month"), [("zh", "2026年11月20日", "2026年11月"), ("en", "20 November 2026", "November 2026")]
)
def test_an_example_of_a_day_is_today_in_the_words_of_the_reader(busy_clerk, busy_fresh, lang, day, month) -> None:
    """Whatever the box asks for: a complaint shows how a day or a month near today is written, never an old one."""
    somebody, path = busy_clerk("nyingchi.finance"), "/enter/batch.draw_up"
    form = somebody.get(f"{path}?lang={lang}")
    wrong = somebody.post(
        path, {**typed(form), **TODAY, "occurred_on.m": "13", "period.y": "2026", "period.m": "13"}, 422
    )
    complaints = re.findall(r'<p id="(?:occurred_on|period)-error".*?</p>', wrong.html, re.DOTALL)
    assert [example in said for said, example in zip(complaints, (day, month), strict=True)] == [True, True]
    assert "2024" not in "".join(complaints) + form.text
