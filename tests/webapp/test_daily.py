"""The one page of a day: parts that follow from the kind of facility, checked and recorded together, each once."""

from __future__ import annotations

from typing import Any

import pytest

from domain.kinds import KINDS
from tests.webapp.reader import Page
from tests.webapp.test_lists import typed
from webapp.daily_parts import FITTING, declared
from webapp.forms import controls

COUNT, PATROL, SHIFT = "head_count-0-", "fire_patrol-0-", "shift_record-0-"
FILLED = {
    f"{COUNT}quantities.counted": "2",
    f"{PATROL}quantities.by_day": "3",
    f"{PATROL}quantities.by_night": "2",
    f"{SHIFT}occurred_at": "08:00",
    f"{SHIFT}role": "nurse",
    f"{SHIFT}staff": "达瓦",
    f"{SHIFT}until.t": "20:00",
}


def said(page: Page, **more: str) -> dict[str, Any]:
    """What a page holds and what is typed into it."""
    return {**typed(page), **more}


def test_one_page_is_checked_and_recorded_and_every_part_has_its_receipt(clerk, fresh) -> None:
    """What is left empty is not sent; what was sent stands on the page of the day with receipt and correction."""
    somebody = clerk("fushou.manager")
    form = somebody.get("/daily")
    assert "系统按入住记录算出的在院人数：2 人" in form.text
    assert "这一天已经入账" not in form.text
    before = fresh.services.log.head().position

    check = somebody.post(
        "/daily", said(form, step="check", **{k: v for k, v in FILLED.items() if "shift" not in k}), 200
    )
    for shown in ("每日清点人数", "每日防火巡查", "白天巡查 3 次", "福寿敬老院 每日防火巡查"):
        assert shown in check.text
    assert "登记值班" not in check.text
    assert fresh.services.log.head().position == before

    answer = somebody.post("/daily/record", check.values(), 303)
    receipts = somebody.get(answer.location)
    assert "已入账 2 条" in receipts.text
    assert fresh.services.log.head().position == before + 2
    later = somebody.get("/daily")
    assert later.text.count("这一天已经入账") == 2
    assert sum(link.endswith("/correct") for link in later.links) == 2
    assert sum(link.startswith("/receipts/") for link in later.links) == 2


def test_a_part_in_error_says_so_at_its_field_and_the_others_are_kept(clerk, fresh) -> None:
    """The summary leads to the field; nothing that was typed is lost; mended, all of it is recorded."""
    somebody = clerk("fushou.manager")
    form = somebody.get("/daily")
    wrong = somebody.post("/daily", said(form, step="check", **{**FILLED, f"{PATROL}quantities.by_day": "三"}), 422)
    assert f'href="#{PATROL}quantities.by_day"' in wrong.html
    for kept in ('value="2"', 'value="三"', "达瓦", 'value="20:00"'):
        assert kept in wrong.html
    missing = somebody.post("/daily", said(form, step="check", **{f"{SHIFT}until.t": "20:00"}), 422)
    assert "岗位" in missing.text
    assert f'href="#{SHIFT}staff"' in missing.html

    check = somebody.post("/daily", said(wrong, step="check", **{f"{PATROL}quantities.by_day": "3"}), 200)
    assert "达瓦" in check.text
    assert somebody.post("/daily/record", check.values(), 303).location.count("of=") == 3


def test_a_refusal_of_one_part_stands_at_that_part(clerk, fresh) -> None:
    """A shift that ends before it begins is refused by the desk, on the page to check, with the others kept."""
    somebody = clerk("fushou.manager")
    wrong = somebody.post(
        "/daily", said(somebody.get("/daily"), step="check", **{**FILLED, f"{SHIFT}until.t": "07:00"}), 422
    )

    assert "离岗时间早于开始时间。核对两个时间；跨夜的班，离岗日期填第二天" in wrong.text
    assert f'href="#{SHIFT}until.y"' in wrong.html


def test_sent_again_nothing_changes(clerk, fresh) -> None:
    """The same page sent twice gives the same receipts and says that nothing was recorded twice."""
    somebody = clerk("fushou.manager")
    check = somebody.post("/daily", said(somebody.get("/daily"), step="check", **FILLED), 200)
    first = somebody.post("/daily/record", check.values(), 303)
    head = fresh.services.log.head()
    second = somebody.post("/daily/record", check.values(), 303)

    assert second.location == f"{first.location}&again=1"
    assert "没有重复记录" in somebody.get(second.location).text
    assert fresh.services.log.head() == head
    gone_back = somebody.post("/daily", {**check.values(), "step": "check"}, 422)
    assert "这个编号已用于另一条内容" in gone_back.text
    assert fresh.services.log.head() == head


def test_a_part_that_is_refused_only_when_recorded_leaves_the_others_recorded(clerk, fresh) -> None:
    """Somebody changed what was answered under an id in the log: that part is asked again, the rest has its receipts."""
    somebody = clerk("fushou.manager")
    one = {k: v for k, v in FILLED.items() if k.startswith(COUNT)}
    check = somebody.post("/daily", said(somebody.get("/daily"), step="check", **one), 200)
    somebody.post("/daily/record", check.values(), 303)
    changed = {**check.values(), f"{COUNT}quantities.counted": "1", f"{PATROL}quantities.by_day": "3"}
    again = somebody.post("/daily/record", changed, 422)

    assert f'value="{changed[f"{COUNT}command_id"]}"' not in again.html
    assert "白天巡查 3 次" in again.text
    assert typed(again)[f"{COUNT}quantities.counted"] == "1"
    assert typed(again)[f"{PATROL}quantities.by_day"] == ""


def test_a_count_that_differs_from_the_stays_is_told(clerk, fresh) -> None:
    """Those who are away count with those who were counted; it is told with its part on the page to check, and on the receipts."""
    somebody = clerk("fushou.manager")
    for counted, away, told in (("2", "", False), ("1", "", True), ("1", "1", False), ("2", "1", True)):
        answers = {f"{COUNT}quantities.counted": counted, f"{COUNT}quantities.away": away}
        answers[f"{PATROL}quantities.by_day"] = "3"
        check = somebody.post("/daily", said(somebody.get("/daily"), step="check", **answers), 200)
        assert ("两者不同" in check.text.partition("巡查")[0]) is ("两者不同" in check.text) is told
    receipts = somebody.get(somebody.post("/daily/record", check.values(), 303).location)
    assert "按其他记录算出的在院人数是 2，两者不同" in receipts.text


def test_more_faults_put_right_than_found_is_told(clerk, fresh) -> None:
    """On the page to check and on the receipts; it is recorded all the same."""
    somebody = clerk("fushou.manager")
    answers = {f"{PATROL}quantities.found": "1", f"{PATROL}quantities.fixed": "2"}
    check = somebody.post("/daily", said(somebody.get("/daily"), step="check", **answers), 200)
    assert "当场改正 2 处，多于发现问题 1 处" in check.text
    receipts = somebody.get(somebody.post("/daily/record", check.values(), 303).location)
    assert "当场改正 2 处，多于发现问题 1 处" in receipts.text


def test_a_second_count_of_a_day_says_that_the_day_has_one(clerk, fresh) -> None:
    """With its link, on the page of a day, in the form of the activity, and on the receipts; the first says nothing."""
    somebody, told = clerk("fushou.manager"), "这一天已经记过"
    count = {f"{COUNT}quantities.counted": "2"}

    def counted() -> tuple[Page, Page]:
        check = somebody.post("/daily", said(somebody.get("/daily"), step="check", **count), 200)
        return check, somebody.get(somebody.post("/daily/record", check.values(), 303).location)

    for page in counted():
        assert told not in page.text
    first = next(e for e in fresh.services.log.read(0, 200) if e.topic == "activity.logged" and e.type == "head_count")
    for page in counted():
        assert told in page.text
        assert f"/events/{first.envelope.position}" in page.links
    form = somebody.get("/enter/activity.log?type=head_count")
    assert told in somebody.post("/enter/activity.log", {**typed(form), "quantities.counted": "2"}, 200).text
    correcting = f"/events/{first.envelope.position}/correct"
    changed = {**typed(somebody.get(correcting)), "quantities.counted": "1", "correction_reason": "数错"}
    assert somebody.post(correcting, changed, 200).text.count(told) == 1
    assert f'name="more" value="{COUNT.partition("-")[0]}"' not in somebody.get("/daily").html


def test_a_shift_that_goes_on_is_recorded_and_said_to_go_on(clerk, fresh) -> None:
    """It is half past ten: a shift until eight in the evening is told to be yet to come, one until nine is not."""
    somebody = clerk("fushou.manager")
    for until, to_come in (("20:00", True), ("09:00", False)):
        answers = {k: v for k, v in FILLED.items() if "shift" in k} | {f"{SHIFT}until.t": until}
        check = somebody.post("/daily", said(somebody.get("/daily"), step="check", **answers), 200)
        assert ("“离岗时间”填的是 2026年11月20日 20:00，还没有到" in check.text) is to_come
    form = somebody.get("/enter/shift.record")
    alone = {
        name.removeprefix(SHIFT): text
        for name, text in (FILLED | {f"{SHIFT}until.t": "20:00"}).items()
        if SHIFT in name
    }
    day = {f"until.{part}": text for part, text in (("y", "2026"), ("m", "11"), ("d", "20"))}
    assert "还没有到" in somebody.post("/enter/shift.record", {**typed(form), **alone, **day}, 200).text


def test_another_day_keeps_what_was_typed_and_shows_what_that_day_has(clerk, fresh) -> None:
    """The stock beside the count is that of the day; prefilled days follow, answers stay; a day to come is refused."""
    somebody = clerk("fushou.manager")
    form = somebody.get("/daily")
    other = somebody.post(
        "/daily",
        said(
            form,
            step="day",
            **{"occurred_on.y": "2024", "occurred_on.m": "6", "occurred_on.d": "1"},
            **{f"{PATROL}quantities.by_day": "4"},
        ),
        200,
    )
    assert "1 人" in other.text
    assert typed(other)[f"{PATROL}quantities.by_day"] == "4"
    assert typed(other)[f"{SHIFT}until.y"] == "2024"
    future = somebody.post("/daily", said(form, step="check", **{"occurred_on.y": "2027"}, **FILLED), 422)
    assert "日期不能晚于今天" in future.text
    assert typed(future)[f"{PATROL}quantities.by_day"] == "3"


def test_a_day_that_is_changed_takes_the_prefilled_days_of_an_answered_shift_along(clerk, fresh) -> None:
    """Whether the day is looked at first or checked at once; a shift that was told to end the next morning stays as told."""
    somebody = clerk("fushou.manager")
    shift = {key: text for key, text in FILLED.items() if key.startswith(SHIFT)}
    form = somebody.get("/daily")
    looked = somebody.post("/daily", said(form, step="day", **{**shift, "occurred_on.d": "19"}), 200)
    assert typed(looked)[f"{SHIFT}until.d"] == "19"
    check = somebody.post("/daily", said(form, step="check", **{**shift, "occurred_on.d": "19"}), 200)
    somebody.post("/daily/record", check.values(), 303)
    recorded = fresh.services.log.at([fresh.services.log.head().position])[0]
    assert (recorded.until - recorded.envelope.occurred_at).total_seconds() == 12 * 3600

    night = {**shift, f"{SHIFT}until.d": "18", f"{SHIFT}until.t": "08:00", f"{SHIFT}occurred_at": "20:00"}
    moved = somebody.post("/daily", said(somebody.get("/daily"), step="day", **{**night, "occurred_on.d": "17"}), 200)
    assert typed(moved)[f"{SHIFT}until.d"] == "18"


def test_a_mistyped_day_moves_nothing(clerk) -> None:
    """The page stays on the day for which it was made, and what is mended then moves as it should."""
    somebody = clerk("fushou.manager")
    wrong = somebody.post("/daily", said(somebody.get("/daily"), step="day", **{**FILLED, "occurred_on.d": "31"}), 200)
    assert typed(wrong)[f"{SHIFT}until.d"] == "20"
    assert typed(wrong)["drawn_for"] == "2026-11-20"
    mended = somebody.post("/daily", said(wrong, step="day", **{"occurred_on.d": "18"}), 200)
    assert typed(mended)[f"{SHIFT}until.d"] == "18"


def old_home(fresh, clerk, kind: str) -> Any:
    """The manager of a home that is older than the types of activities."""
    home = fresh.record(
        "old",
        "facility.register",
        "2021-01-10",
        kind=kind,
        name="老院",
        site_no="07",
        region="540402",
        address="八一镇",
        operator="public",
        opened_on="2020-12-01",
    )
    fresh.record("mgr", "account.open", "2026-01-05", login="old.manager", post="facility_manager", scope_facility=home)
    fresh.services.views.catch_up()
    return clerk("old.manager")


def test_a_day_before_a_part_existed_keeps_what_was_typed_of_it(clerk, fresh) -> None:
    """It is told at the day which parts there are not, nothing is recorded without them, and all is there on the way back."""
    somebody = old_home(fresh, clerk, "elderly_care_home")
    before = fresh.services.log.head()
    form = somebody.get("/daily")
    wrong = somebody.post("/daily", said(form, step="check", **{**FILLED, "occurred_on.y": "2022"}), 422)
    assert "以下各项在这一天还没有：每日清点人数、每日防火巡查" in wrong.text
    assert 'href="#occurred_on.y"' in wrong.html
    somebody.post("/daily/record", {**typed(wrong), "occurred_on.y": "2022"}, 422)
    assert fresh.services.log.head() == before
    listed = somebody.get(somebody.post("/daily", said(wrong, step="draft"), 303).location)
    again = somebody.get(next(link for link in listed.links if "?draft=" in link))
    back = somebody.post("/daily", said(again, step="check", **{"occurred_on.y": "2026"}), 200)

    assert "每日防火巡查" in back.text
    assert {key: back.values()[key] for key in FILLED} == FILLED
    assert somebody.post("/daily/record", back.values(), 303).location.count("of=") == 3


def test_a_day_without_any_part_can_be_left_again_and_is_not_put_aside(clerk, fresh) -> None:
    """The day is still asked; a draft of nothing is refused with what to do."""
    somebody = old_home(fresh, clerk, "funeral_home")
    today = somebody.get("/daily")
    empty = somebody.post("/daily", said(today, step="day", **{"occurred_on.y": "2022"}), 200)
    assert "这一天没有规定要记的事" in empty.text
    refused = somebody.post("/daily", said(empty, step="draft"), 422)
    assert "没有可以存的内容" in refused.text
    assert "没有草稿" in somebody.get("/drafts").text
    assert len(somebody.post("/daily", said(empty, step="day", **{"occurred_on.y": "2026"}), 200).inputs) == len(
        today.inputs
    )


def test_nothing_filled_in_is_told(clerk) -> None:
    """An empty page is not checked: it says what to do."""
    somebody = clerk("fushou.manager")
    assert "至少填写一部分" in somebody.post("/daily", said(somebody.get("/daily"), step="check"), 422).text


def test_a_part_is_asked_more_than_once(clerk, fresh) -> None:
    """Two shifts of a day are two entries, each with an id of its own."""
    somebody = clerk("fushou.manager")
    form = somebody.post("/daily", said(somebody.get("/daily"), more="shift_record", **FILLED), 200)
    second = {key.replace("-0-", "-1-"): text for key, text in FILLED.items() if key.startswith(SHIFT)}
    check = somebody.post("/daily", {**said(form), **second, "shift_record-1-staff": "卓玛", "step": "check"}, 200)

    assert "达瓦" in check.text
    assert "卓玛" in check.text
    assert somebody.post("/daily/record", check.values(), 303).location.count("of=") == 4


def test_an_outlet_is_asked_for_what_it_sold(clerk, fresh) -> None:
    """Another kind of facility, other parts: the month stands there already and is no answer by itself."""
    outlet = fresh.record(
        "outlet",
        "facility.register",
        "2023-01-10",
        kind="lottery_outlet",
        name="八一福彩站",
        site_no="02",
        region="540402",
        address="八一镇",
        operator="private",
        opened_on="2022-12-01",
    )
    fresh.record(
        "seller", "account.open", "2026-01-05", login="outlet.staff", post="facility_staff", scope_facility=outlet
    )
    fresh.services.views.catch_up()
    somebody = clerk("outlet.staff")
    form = somebody.get("/daily")
    assert typed(form)["outlet_post_sales-0-month.m"] == "11"
    assert "每日清点" not in form.text
    answers = {"outlet_post_sales-0-amount_fen": "1200.50"}
    game = next(iter(fresh.services.reference.choices("games")))
    check = somebody.post("/daily", said(form, step="check", **{**answers, "outlet_post_sales-0-game": game}), 200)
    assert "200.5" in check.text
    assert "筹集福彩公益金" in check.text
    twice = somebody.post(
        "/daily", said(form, more="outlet_post_sales", **{**answers, "outlet_post_sales-0-game": game}), 200
    )
    same = {key.replace("-0-", "-1-"): text for key, text in {**answers, "outlet_post_sales-0-game": game}.items()}
    refused = somebody.post("/daily", {**said(twice), **same, "step": "check"}, 422)
    assert "这个月的这种游戏已经入账" in refused.text


def test_it_is_for_facilities_and_linked_where_they_begin(busy_reader) -> None:
    """The navigation and the first page of a home lead there; a bureau is not let in."""
    links = busy_reader("fushou.manager").get("/").links
    assert links.count("/daily") == 2
    assert "/daily" not in busy_reader("nyingchi.regulator").get("/").links
    assert busy_reader("nyingchi.regulator").get("/daily", None).status == 403


def test_it_speaks_english(reader) -> None:
    """Every word of it."""
    page = reader("fushou.manager").get("/daily?lang=en")
    assert "by the stays on record: 2 people" in page.text


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_is_declared_for_a_day_fits_on_its_page(kind, town) -> None:
    """Every question that must be answered has a place there, and every figure beside one exists."""
    for command, its in declared(town.services, kind, town.clock.now().date()):
        asked = controls(command, town.services, its, ("facility", "station", "region"))
        assert [one.name for one in asked if one.required and one.kind not in FITTING] == []
        if its and its.beside:
            assert town.services.reference.figures[its.beside].kind == "stock"


def test_a_day_to_come_is_told_once(clerk) -> None:
    """At the day alone; a time later than now on a day that is right is told at the time, in words of its own."""
    somebody = clerk("fushou.manager")
    form = somebody.get("/daily")
    page = somebody.post("/daily", said(form, step="check", **FILLED, **{"occurred_on.d": "25"}), 422)
    assert "日期不能晚于今天" in page.text
    assert f"#{SHIFT}occurred_at" not in page.links
    later = somebody.post("/daily", said(form, step="check", **FILLED | {f"{SHIFT}occurred_at": "23:00"}), 422)
    assert f"#{SHIFT}occurred_at" in later.links
    assert "发生时间还没有到" in later.text


def test_the_receipts_of_a_day_tell_all_that_its_entries_said(clerk, fresh) -> None:
    """Of a shift who was on duty, from when to when; what the sentence of an entry says already is not said twice."""
    somebody = clerk("fushou.manager")
    check = somebody.post("/daily", said(somebody.get("/daily"), step="check", **FILLED), 200)
    text = " ".join(somebody.get(somebody.post("/daily/record", check.values(), 303).location).text.split())

    for told in ("值班人员 达瓦", "开始时刻 2026年11月20日 08:00", "至 2026年11月20日 20:00"):
        assert told in text
    assert "离岗时间" not in text, "the sentence says it"
    assert text.count("白天巡查") == 3, "in the sentence, and in the names of the links that correct and withdraw it"


def test_a_time_that_was_typed_otherwise_is_checked_as_it_is_written_everywhere(clerk) -> None:
    """8时05分 stands as 08:05 on the page to check, of one form and of a day."""
    somebody = clerk("fushou.manager")
    typed_so = {**FILLED, f"{SHIFT}occurred_at": "8时05分", f"{SHIFT}until.t": "20：00"}
    day = somebody.post("/daily", said(somebody.get("/daily"), step="check", **typed_so), 200)
    shift = {key.removeprefix(SHIFT): text for key, text in typed_so.items() if key.startswith(SHIFT)}
    until = {"until.y": "2026", "until.m": "11", "until.d": "20"}
    form = somebody.get("/enter/shift.record")
    single = somebody.post("/enter/shift.record", {**typed(form), **shift, **until}, 200)

    assert "08:05" in day.text
    assert "08:05" in single.text
