"""What the pages say before and after recording, beyond the form itself."""

from __future__ import annotations

from tests.webapp.test_recording import DAY, admitted, recorded


def test_a_taken_bed_is_told_before_recording(clerk, fresh) -> None:
    """The page to check names who lies in the bed on that day."""
    _, check = admitted(clerk, fresh, bed="2-104")

    assert "床位 2-104 当日已有人在住" in check.text
    assert "张建国" in check.text


def correction(somebody, position, **said):
    """The entry's form sent back with some answers changed."""
    form = somebody.get(f"/events/{position}/correct")
    own = {one["name"]: one.get("value", "") for one in form.inputs if one.get("type") != "radio"}
    said = {**own, "category": "destitute", "correction_reason": "记错", **said}
    return somebody.client.post(f"/events/{position}/correct", data={**form.values(), **said})


def test_a_correction_that_changes_nothing_is_refused(clerk, fresh) -> None:
    """The form comes back and says so."""
    somebody, _, position = recorded(clerk, fresh)
    answer = correction(somebody, position)

    assert answer.status_code == 422
    assert "没有改动任何内容" in answer.get_data(as_text=True)


def test_the_reason_is_checked_with_what_it_explains(clerk, fresh) -> None:
    """It stands beside the changes, once, and not among the folded answers: it is recorded for ever."""
    somebody, _, position = recorded(clerk, fresh)
    page = correction(somebody, position, **{"occurred_on.d": "20"}).get_data(as_text=True)
    open_part = page[page.index("<h1") : page.index("<details", page.index("<h1"))]

    assert "<dd>记错</dd>" in open_part
    assert page.count("<dd>记错</dd>") == 1


def test_a_moved_day_shows_the_days_it_moves(clerk, fresh) -> None:
    """Old and new stand side by side, and the figure of the old day is compared."""
    somebody, _, position = recorded(clerk, fresh)
    answer = correction(somebody, position, **{"occurred_on.d": "20"})
    page = answer.get_data(as_text=True)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-cache"
    for said in ("原来", "改为", "2026年11月19日", "2026年11月20日", "福寿敬老院 在院人数"):
        assert said in page
    assert "都不变" not in page


def test_a_receipt_says_who_when_and_about_whom(clerk, fresh) -> None:
    """Day, person and facility, account; what follows fits the state; a bed and a home with room say nothing."""
    _, receipt, _ = recorded(clerk, fresh)
    assert "当日已有人在住" not in receipt.text
    assert "超过核定床位" not in receipt.text

    for said in ("2026年11月19日", "陈桂兰 · 福寿敬老院", "福寿敬老院 · 机构负责人", "请假外出"):
        assert said in receipt.text
    assert "销假返回" not in receipt.text


def test_an_ended_stay_is_found_as_ended(clerk, fresh) -> None:
    """Searching for somebody who has left says when, with the way to the stay; only what fits is offered there."""
    fresh.record("left", "stay.discharge", "2026-11-10", stay=fresh.streams["zhang stay"], reason="other")
    fresh.services.views.catch_up()
    somebody = clerk("fushou.manager")
    form = somebody.get("/enter/stay.move")
    page = somebody.send(form, "/enter/stay.move", {**DAY, "stay.search": "张建国", "bed": "9"}, 422)

    assert "张建国 已于2026年11月10日离院" in page.text
    shown = somebody.get(f"/stays/{fresh.streams['zhang stay']}")
    assert "再次入住" in shown.text
    assert "请假外出" not in shown.text


def test_unknown_words_of_the_address_are_told(reader) -> None:
    """A future day, an unknown region, breakdown or value: told, not answered with zero."""
    somebody = reader("nyingchi.regulator")

    assert "还没有到" in somebody.get("/figures?as_of=2099-01-01").text
    assert "没有区域“999”" in somebody.get("/figures?region=999").text
    page = somebody.get("/figures/stay.present?by=nothing&category=none")
    assert page.heading == "在院人数 3 人"
    assert "“nothing”不是可选的" in page.text
    assert "“none”不是可选的" in somebody.get("/boards/stays?where.category=none").text


def test_a_file_has_plain_days_and_empty_cells(reader) -> None:
    """Days as 2024-05-21 and nothing where there is nothing."""
    file = reader("nyingchi.regulator").client.get("/boards/stays.csv").get_data(as_text=True)

    assert "2024-05-21" in file
    assert "—" not in file


def test_findings_name_the_person(reader) -> None:
    """On the first page and on the board, as the account may see."""
    assert "张建国" in reader("fushou.manager").get("/boards/breaches").text
    assert "张建国" in reader("fushou.manager").get("/").text


def test_a_home_that_would_be_too_full_is_told_before_recording(clerk, fresh) -> None:
    """The page to check counts the people of the day against the licensed beds; a home with room is not mentioned."""
    _, roomy = admitted(clerk, fresh)
    assert "超过核定床位" not in roomy.text
    fresh.record(
        "fewer",
        "facility.license_beds",
        "2026-11-01",
        facility=fresh.streams["fushou"],
        beds=2,
        since="2026-11-01",
    )
    fresh.services.views.catch_up()
    somebody = clerk("fushou.manager")
    form = somebody.get(f"/enter/stay.admit?person={fresh.streams['chen']}")
    said = {**DAY, "person": fresh.streams["chen"], "category": "destitute", "bed": "201"}

    full = somebody.send(form, "/enter/stay.admit", said, 200)
    assert "当日将有 3 人，超过核定床位 2 张" in full.text
    earlier = somebody.send(form, "/enter/stay.admit", {**said, "occurred_on.m": "10"}, 200)
    assert "超过核定床位" not in earlier.text

    path = somebody.post("/enter/stay.admit/record", full.values(), 303).location
    receipt = somebody.get(path)
    assert "当日有 3 人，超过核定床位 2 张" in receipt.text
    fresh.record(
        "more", "facility.license_beds", "2026-11-01", facility=fresh.streams["fushou"], beds=9, since="2026-11-01"
    )
    fresh.services.views.catch_up()
    assert "当日有 3 人，超过核定床位 2 张" in somebody.get(path).text  # a receipt tells what was so when recorded


def test_a_taken_bed_is_told_on_the_receipt_too(clerk, fresh) -> None:
    """Beside it who lies there, as a link; a bed of one's own says nothing."""
    somebody, check = admitted(clerk, fresh, bed="2-104")
    receipt = somebody.get(somebody.post("/enter/stay.admit/record", check.values(), 303).location)
    assert "床位 2-104 当日已有人在住" in receipt.text
    assert f"/stays/{fresh.streams['zhang stay']}" in receipt.links


def test_refusals_are_sentences_in_english(clerk, fresh) -> None:
    """What is wrong and what to do begin with a capital letter, and no receipt is called by an imperative."""
    somebody = clerk("fushou.manager")
    form = somebody.get(f"/enter/stay.admit?person={fresh.streams['zhang']}&lang=en")
    assert form.heading == "Admit a person"
    said = {**DAY, "person": fresh.streams["zhang"], "category": "destitute"}
    page = somebody.send(form, "/enter/stay.admit", said, 422)

    assert "The person is staying here or elsewhere in that time. Discharge that stay first" in page.text


def test_a_wrong_number_is_told_at_its_own_box(clerk, fresh) -> None:
    """By its label, linked to its input in the summary, each of several; what is right keeps its text."""
    somebody, path = clerk("nyingchi.regulator"), "/enter/activity.log?type=hotline"
    form = somebody.get(path)
    box = next(one["name"] for one in form.inputs if one.get("name") == "quantities.consultations")
    said = {**DAY, "region": "540402", "type": "hotline"}
    for typed, told in (("许多", "应为不小于 0 的整数，不带小数"), ("1.5", "应为不小于 0 的整数，不带小数")):
        page = somebody.send(form, "/enter/activity.log", {**said, box: typed}, 422)
        assert f"“咨询类”{told}" in page.text
        assert f"#{box}" in page.links
        assert f"{box}-error" in page.ids
        assert "“数量”" not in page.text


def test_a_wrong_number_of_a_day_is_told_at_its_own_box(clerk, fresh) -> None:
    """The page of a day has its boxes under names of their own."""
    somebody = clerk("fushou.manager")
    form = somebody.get("/daily")
    box = next(one["name"] for one in form.inputs if "-quantities." in one.get("name", ""))
    own = {one["name"]: one.get("value", "") for one in form.inputs if one.get("type") not in ("radio", "checkbox")}
    page = somebody.post("/daily", {**own, box: "许多", "step": "check"}, 422)

    assert f"#{box}" in page.links
    assert f"{box}-error" in page.ids
    assert "应为不小于 0 的整数，不带小数" in page.text
    assert "“数量”" not in page.text
