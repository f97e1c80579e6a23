"""Rare and sensitive forms are asked one question a page: nothing is lost on the way, and a check stands at the end."""

from __future__ import annotations

from typing import Any

import pytest

from domain.catalogue import commands
from domain.log import LogUnavailable
from domain.reads import Wanted
from tests.adapters.photographs import photo
from tests.webapp.reader import Page, Reader
from tests.webapp.test_evidence import sent
from tests.webapp.test_lists import typed

INCIDENT = "/enter/incident.record/questions"
ANSWERS: list[dict[str, Any]] = [
    {"occurred_at": "09:10"},
    {"place": "二楼楼梯间"},
    {"kinds.service_safety": "1"},
    {"course": "下楼时跌倒"},
    {"persons.search": "张建国"},
    {"risks.fall": "1"},
]
ONE_BY_ONE = sorted(name for name, command in commands().items() if command.one_by_one)


def answered(somebody: Reader, page: Page, address: str, **more: Any) -> Page:
    """The page behind a question that was answered."""
    answer = somebody.post(address, {**typed(page), "step": "next", **more}, 303)
    return _at(somebody, answer.location)


def _at(somebody: Reader, address: str) -> Page:
    page = somebody.get(address, None)
    if page.status in (302, 303):
        return _at(somebody, page.location)
    page.address = address
    return page


def walked(somebody: Reader, answers: list[dict[str, Any]], begin: str = INCIDENT) -> Page:
    """The page behind so many questions."""
    page = _at(somebody, begin)
    page.address = f"{begin}/1"
    for more in answers:
        page = answered(somebody, page, page.address, **more)
    return page


def test_an_incident_is_asked_page_by_page_checked_and_recorded(clerk, fresh) -> None:
    """Six pages, then the page to check, then a receipt; the draft goes with it."""
    somebody = clerk("fushou.manager")
    assert somebody.get("/enter/incident.record", 303).location == INCIDENT
    check = walked(somebody, ANSWERS)
    assert "请核对后入账" in check.heading
    for shown in ("二楼楼梯间", "服务安全事件", "下楼时跌倒", "张建国", "09:10"):
        assert shown in check.text
    answer = somebody.post("/enter/incident.record/record", check.values(), 303)
    assert "回执" in somebody.get(answer.location).text
    assert "没有草稿" in somebody.get("/drafts").text


def test_what_was_answered_is_kept_on_another_phone(clerk, fresh) -> None:
    """After two pages it waits among the drafts, and goes on at the first question that is missing."""
    walked(clerk("fushou.manager"), ANSWERS[:2])
    later = clerk("fushou.manager")
    onward = next(link for link in later.get("/drafts").links if "?draft=" in link)
    page = _at(later, onward)

    assert "第 3 步" in page.text
    assert "二楼楼梯间" in later.get(page.address.replace("/3?", "/2?")).html


def test_an_answer_in_error_is_told_on_its_page_and_kept(clerk) -> None:
    """A question that must be answered is not passed; what was typed beside it stays in the draft."""
    somebody = clerk("fushou.manager")
    page = walked(somebody, ANSWERS[:3])
    wrong = somebody.post(page.address, {**typed(page), "step": "next"}, 422)
    assert "#course" in wrong.links
    first = _at(somebody, INCIDENT)
    assert "时刻" in somebody.post(f"{INCIDENT}/1", {**typed(first), "occurred_at": "后半夜", "step": "next"}, 422).text


@pytest.mark.parametrize("command", ONE_BY_ONE)
def test_what_has_not_happened_yet_is_refused_at_its_own_question(clerk, command) -> None:
    """A day in the future, or a time later than now, is told on the first page in the words of the last; today goes on."""
    somebody, begin = clerk("nyingchi.regulator"), f"/enter/{command}/questions"
    first = _at(somebody, begin)
    wrong_ones = (
        ({"occurred_on.y": "2099"}, "#occurred_on.y", "发生日期不能晚于今天"),
        ({"occurred_at": "23:59"}, "#occurred_at", "发生时间还没有到。核对时间"),
    )
    for more, at, said in wrong_ones:
        wrong = somebody.post(f"{begin}/1", {**typed(first), **more, "step": "next"}, 422)
        assert "第 1 步" in wrong.text
        assert at in wrong.links
        assert said in wrong.text
    assert "第 2 步" in answered(somebody, first, f"{begin}/1").text


def test_an_answer_is_changed_from_the_check_and_comes_back_to_it(clerk) -> None:
    """The link of an answer leads to its question, and that back to the check."""
    somebody = clerk("fushou.manager")
    check = walked(somebody, ANSWERS)
    address = next(part.split('"')[0] for part in check.html.split('formaction="') if "#place" in part.split('"')[0])
    address = address.replace("&amp;", "&")
    question = _at(somebody, somebody.post(address, {**check.values(), "step": "edit"}, 303).location)
    assert "继续，回到核对" in question.text

    again = answered(somebody, question, question.address.partition("#")[0], place="三楼走廊")
    assert "三楼走廊" in again.text
    assert "请核对后入账" in again.heading


def test_what_is_missing_at_the_check_is_asked(clerk) -> None:
    """Whoever goes to the check too early finds the question, not an error page."""
    somebody = clerk("fushou.manager")
    page = walked(somebody, ANSWERS[:2])
    missing = somebody.get(page.address.replace("/3?", "/check?"), 422)

    assert "第 3 步" in missing.text


def test_optional_questions_are_skipped(clerk) -> None:
    """They say that they may be left out, and a link leads on."""
    somebody = clerk("fushou.manager")
    page = walked(somebody, ANSWERS[:4])
    assert "跳过，不填" in page.text
    assert "（选填）" in page.text
    onward = next(link for link in page.links if "/6?" in link)
    assert "第 6 步" in somebody.get(onward).text


def test_people_are_searched_for_and_ticked_without_scripts(clerk, fresh) -> None:
    """The search reloads the page with those who fit; nobody is listed in a large home; ticks stay and can be taken away."""
    for number in range(14):
        person = fresh.record(
            f"p{number}",
            "person.register",
            "2026-01-10",
            name=f"赵{'甲乙丙丁戊己庚辛壬癸子丑寅卯'[number]}",
            document_kind="none",
            sex="male",
        )
        fresh.record(
            f"s{number}",
            "stay.admit",
            "2026-01-10",
            person=person,
            facility=fresh.streams["fushou"],
            category="destitute",
        )
    fresh.services.views.catch_up()
    somebody = clerk("fushou.manager")
    page = walked(somebody, ANSWERS[:4])
    assert "赵甲" not in page.text
    found = somebody.post(page.address, {**typed(page), "persons.search": "赵", "more": "persons"}, 200)
    assert "找到 14 人" in found.text
    one = f"persons.{fresh.streams['p3']}"
    onward = answered(somebody, found, page.address, **{one: "1"})
    assert "第 6 步" in onward.text
    back = somebody.get(page.address)
    assert typed(back)[one] == "1"
    assert back.text.count("赵") == 1
    nobody = somebody.post(page.address, {**typed(back), "persons.search": "无名氏", "more": "persons"}, 422)
    assert "没有找到" in nobody.text
    without = {key: text for key, text in typed(back).items() if key != one}
    somebody.post(page.address, {**without, "step": "next"}, 303)
    assert one not in typed(somebody.get(page.address))


def test_a_search_for_several_keeps_the_lines_that_name_nobody_and_does_not_understate(clerk, fresh) -> None:
    """Of 24 people 20 are listed, and it is said that there are more; the line without anybody stays, with its complaint."""
    for number in range(24):
        said = {"name": f"赵{chr(0x4E00 + number)}", "document_kind": "none", "sex": "male"}
        person = fresh.record(f"p{number}", "person.register", "2026-01-10", **said)
        stay = {"person": person, "facility": fresh.streams["fushou"], "category": "destitute"}
        fresh.record(f"s{number}", "stay.admit", "2026-01-10", **stay)
    fresh.services.views.catch_up()
    somebody = clerk("fushou.manager")
    page = walked(somebody, ANSWERS[:4])
    found = somebody.post(page.address, {**typed(page), "persons.search": "赵\n无名氏\n张建国", "more": "persons"}, 422)
    assert "找到至少 20 人，请输入得更完整" in found.text
    assert "“无名氏”：没有找到" in found.text
    assert "“赵”" not in found.text
    assert [one for one in found.inputs if one["name"] == f"persons.{fresh.streams['zhang']}" and "checked" in one]
    assert ">无名氏</textarea>" in found.html.replace("\n", "")
    onward = somebody.post(page.address, {**typed(page), "persons.search": "赵\n无名氏", "step": "next"}, 422)
    assert "“赵”：有 20 个以上符合" in onward.text


def test_photos_stay_with_their_question(clerk, fresh) -> None:
    """A photo that was sent stands at its question when somebody comes back, and on the page to check."""
    somebody = clerk("fushou.manager")
    page = walked(somebody, ANSWERS[:3])
    sent(somebody, page.address, {**typed(page), "course": "跌倒", "step": "next"}, (photo(), "1.jpg"), status=303)
    assert "/thumbnail" in somebody.get(page.address).html
    later = walked_on(somebody, page.address.replace("/4?", "/5?"), ANSWERS[4:])
    assert "/thumbnail" in later.html


def walked_on(somebody: Reader, address: str, answers: list[dict[str, Any]]) -> Page:
    """The page behind more questions."""
    page = _at(somebody, address)
    for more in answers:
        page = answered(somebody, page, page.address, **more)
    return page


def test_all_questions_on_one_page_are_a_link_away_with_what_was_answered(clerk) -> None:
    """And the way back; a draft that was put aside there goes on there."""
    somebody = clerk("fushou.manager")
    page = walked(somebody, ANSWERS[:2])
    dense = somebody.get(next(link for link in page.links if "all=1" in link))
    assert typed(dense)["place"] == "二楼楼梯间"
    assert "/enter/incident.record" in dense.links


def test_the_first_page_sent_again_changes_its_own_answers_only(clerk, fresh) -> None:
    """The browser's way back leads to a page that knew no draft: what was answered behind it stays, under one draft."""
    somebody = clerk("fushou.manager")
    first = _at(somebody, INCIDENT)
    begun = {**typed(first), **ANSWERS[0]}
    page = _at(somebody, somebody.post(f"{INCIDENT}/1", {**begun, "step": "next"}, 303).location)
    for more in ANSWERS[1:4]:
        page = answered(somebody, page, page.address, **more)
    again = _at(
        somebody, somebody.post(f"{INCIDENT}/1", {**begun, "occurred_at": "09:30", "step": "next"}, 303).location
    )

    assert typed(again)["place"] == "二楼楼梯间"
    (draft,) = fresh.services.drafts.of("fushou.manager")
    kept = {key: draft.texts[key] for key in ("occurred_at", "place", "course")}
    assert kept == {"occurred_at": "09:30", "place": "二楼楼梯间", "course": "下楼时跌倒"}
    other = answered(somebody, _at(somebody, INCIDENT), f"{INCIDENT}/1", **ANSWERS[0])
    assert typed(other)["place"] == ""
    assert len(fresh.services.drafts.of("fushou.manager")) == 2


def full(fresh) -> None:
    """As many drafts as an account may have."""
    for number in range(50):
        fresh.services.drafts.save("fushou.manager", "stay.admit", "/enter/stay.admit", {"command_id": str(number)})


def carried(somebody: Reader, answers: list[dict[str, Any]]) -> Page:
    """The page behind so many questions, none of which could be kept."""
    page = _at(somebody, INCIDENT)
    for number, more in enumerate(answers, 1):
        page = somebody.post(f"{INCIDENT}/{number}", {**typed(page), "step": "next", **more}, 200)
    return page


def test_an_incident_is_reported_though_no_draft_can_be_kept(clerk, fresh) -> None:
    """The pages carry the answers on and say so; what is wrong is told, answers are changed, and it is recorded once."""
    full(fresh)
    somebody = clerk("fushou.manager")
    page = carried(somebody, ANSWERS[:3])
    assert "第 4 步" in page.text
    assert "不能存为草稿" in page.text
    assert "已有 50 份草稿" in page.text
    wrong = somebody.post(f"{INCIDENT}/4", {**typed(page), "step": "next"}, 422)
    assert "#course" in wrong.links
    back = somebody.post(f"{INCIDENT}/4", {**typed(wrong), "course": "跌倒", "step": "back"}, 200)
    assert "第 3 步" in back.text
    assert typed(back)["course"] == "跌倒"
    dense = somebody.post("/enter/incident.record", {**typed(back), "step": "edit"}, 200)
    assert (typed(dense)["place"], typed(dense)["course"]) == ("二楼楼梯间", "跌倒")
    refused = somebody.post(f"{INCIDENT}/3", {**typed(back), "step": "draft"}, 422)
    assert typed(refused)["course"] == "跌倒"

    check = carried(somebody, ANSWERS)
    assert "请核对后入账" in check.heading
    question = somebody.post(f"{INCIDENT}/2?then=check", {**check.values(), "step": "edit"}, 200)
    assert typed(question)["place"] == "二楼楼梯间"
    check = somebody.post(f"{INCIDENT}/2?then=check", {**typed(question), "place": "三楼走廊", "step": "next"}, 200)
    for shown in ("三楼走廊", "下楼时跌倒", "张建国"):
        assert shown in check.text
    receipt = somebody.post("/enter/incident.record/record", check.values(), 303)
    assert "三楼走廊" in somebody.get(receipt.location).text


def test_answers_are_kept_as_a_draft_as_soon_as_there_is_room(clerk, fresh) -> None:
    """All of them, those that were carried too; also where an older draft of the form had been kept before."""
    somebody = clerk("fushou.manager")
    full(fresh)
    page = carried(somebody, ANSWERS[:3])
    fresh.services.drafts.discard("fushou.manager", fresh.services.drafts.of("fushou.manager")[0].id)
    later = answered(somebody, page, f"{INCIDENT}/4", **ANSWERS[3])
    assert "不能存为草稿" not in later.text
    assert "二楼楼梯间" in somebody.get(later.address.replace("/5?", "/2?")).html


def test_a_busy_vault_stops_no_question(clerk, fresh, monkeypatch) -> None:
    """A draft that cannot be renewed is left behind: the page goes on with what it holds, which is newer."""
    somebody = clerk("fushou.manager")
    page = walked(somebody, ANSWERS[:2])

    def busy(*_: Any) -> None:
        raise LogUnavailable("密钥库正忙", "the vault is busy")

    with monkeypatch.context() as patched:
        patched.setattr(type(fresh.services.drafts), "save", busy)
        fourth = somebody.post(page.address, {**typed(page), "step": "next", **ANSWERS[2]}, 200)
        assert "密钥库正忙" in fourth.text
    fifth = answered(somebody, fourth, f"{INCIDENT}/4", **ANSWERS[3])
    assert "第 5 步" in fifth.text
    third = somebody.get(fifth.address.replace("/5?", "/3?"))
    assert [one for one in third.inputs if one["name"] == "kinds.service_safety" and "checked" in one]


def test_a_draft_of_a_correction_is_no_new_entry(clerk, fresh) -> None:
    """Its command is the same, its address is not: asked as questions it would be recorded a second time."""
    somebody = clerk("fushou.manager")
    somebody.post("/enter/incident.record/record", walked(somebody, ANSWERS).values(), 303)
    occurred = next(e for e in fresh.services.log.read(0, 200) if e.topic == "incident.occurred")
    path = f"/events/{occurred.envelope.position}/correct"
    somebody.post(path, {**typed(somebody.get(path)), "place": "库房", "step": "draft"}, 303)
    (draft,) = fresh.services.drafts.of("fushou.manager")
    for behind in ("", "/1", "/check"):
        assert somebody.get(f"{INCIDENT}{behind}?draft={draft.id}", 303).location.endswith("told=gone")
    assert typed(somebody.get(f"{path}?draft={draft.id}"))["place"] == "库房"


@pytest.mark.parametrize("said", ["command=x", "_scheme=ftp&_external=1", "endpoint=first.show_first", "_method=POST"])
def test_what_an_address_says_besides_is_handed_on_as_it_is(clerk, said) -> None:
    """Words of the web library among them are words like others."""
    assert clerk("fushou.manager").get(f"/enter/incident.record?{said}", 303).location == f"{INCIDENT}?{said}"


def test_a_draft_of_somebody_else_or_of_another_form_is_none(clerk) -> None:
    """It is told that there is no such draft."""
    page = walked(clerk("fushou.manager"), ANSWERS[:1])
    for login in ("zhamu.manager", "fushou.manager"):
        address = page.address if login == "zhamu.manager" else page.address.replace("draft=", "draft=0")
        assert clerk(login).get(address, 303).location.endswith("told=gone")


def test_only_declared_forms_are_asked_so(clerk) -> None:
    """Others have no such pages, and neither has a page behind the last."""
    somebody = clerk("fushou.manager")
    assert somebody.get("/enter/stay.admit/questions", 404)
    assert somebody.get(f"{INCIDENT}/99?draft=x", None).status == 303
    assert somebody.get(walked(somebody, ANSWERS[:1]).address.replace("/2?", "/99?"), 404)


@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_a_declaration_names_questions_that_there_are_each_once(name) -> None:
    """Whoever renames a field is told; what is not named is asked behind."""
    command = commands()[name]
    named = [one for group in command.one_by_one for one in group]
    assert len(named) == len(set(named))
    assert set(named) <= set(command.fields)


def test_a_person_received_is_asked_so_too(busy_clerk) -> None:
    """By whoever works above a station the station is asked, too; every page speaks English."""
    assert "rescue.receive" in ONE_BY_ONE
    somebody = busy_clerk("nyingchi.regulator")
    page = somebody.get("/enter/rescue.receive/questions?lang=en")
    assert "Step 1 of 5" in page.text
    page.address = "/enter/rescue.receive/questions/1"
    second = answered(somebody, page, page.address)
    assert "Step 2 of 5" in second.text


def test_the_main_kind_is_one_of_those_that_are_ticked(clerk) -> None:
    """Another is told at the question, and nothing that was not ticked is recorded as the main one; ticked, it goes on."""
    somebody = clerk("fushou.manager")
    asked = walked(somebody, ANSWERS[:2])
    wrong = somebody.post(
        asked.address, {**typed(asked), "kinds.service_safety": "1", "kinds.main": "fire", "step": "next"}, 422
    )
    assert "主要的那一项没有勾选" in wrong.text
    behind = answered(somebody, wrong, asked.address, **{"kinds.fire": "1"})
    assert "第 4 步" in behind.text


def test_going_back_a_step_keeps_what_stands_on_the_page(clerk) -> None:
    """What was ticked and not sent yet is there again by going on."""
    somebody = clerk("fushou.manager")
    asked = walked(somebody, ANSWERS[:5])
    back = somebody.post(asked.address, {**typed(asked), "risks.fall": "1", "step": "back"}, 303)
    before = _at(somebody, back.location)
    again = answered(somebody, before, back.location)

    assert typed(again)["risks.fall"] == "1"


def test_who_lives_in_a_large_home_is_read_only_by_being_searched_for(clerk, fresh, monkeypatch) -> None:
    """The form of an incident names nobody where too many live there to be ticked; of a small home it names all, and that is noted."""
    somebody = clerk("fushou.manager")

    def named_by(path: str) -> int:
        before = max((row.id for row in fresh.services.reads.page(Wanted(), 1)), default=0)
        somebody.get(path)
        newer = [row for row in fresh.services.reads.page(Wanted(), 10) if row.id > before]
        return len({one for row in newer for one in fresh.services.reads.subjects(row.id)})

    assert named_by("/enter/incident.record?all=1") == 2
    monkeypatch.setattr("webapp.checking.TICKED_MAX", 1)
    assert named_by("/enter/incident.record?all=1") == 0
