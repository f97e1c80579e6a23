"""Choosing persons, stays and facilities in a form: namesakes are told apart, what was typed stays, homes come first."""

from __future__ import annotations

import pytest

from tests.webapp.test_recording import DAY
from webapp import pickers


def namesakes(fresh) -> list[str]:
    """Two of one name who live in one home."""
    made = []
    for name, sex, born in (("one", "male", "1950-03-01"), ("two", "female", "1961-07-09")):
        person = fresh.record(
            name, "person.register", "2026-11-01", name="赵大海", document_kind="none", sex=sex, birth_date=born
        )
        home = fresh.streams["fushou"]
        fresh.record(name + " stay", "stay.admit", "2026-11-02", facility=home, category="destitute", person=person)
        made.append(person)
    fresh.services.views.catch_up()
    return made


def options(page, name: str) -> list[dict[str, str]]:
    """The radio buttons of a question."""
    return [one for one in page.inputs if one.get("type") == "radio" and one["name"] == name]


def test_namesakes_are_told_apart(clerk, fresh) -> None:
    """Sex, year of birth and home stand beside the name, on the form and on the page to check."""
    first, _ = namesakes(fresh)
    somebody, path = clerk("fushou.manager"), "/enter/person.record_death"
    page = somebody.send(somebody.get(path), path, {**DAY, "person.search": "赵大海"}, 422)

    assert "赵大海 · 男 · 1950年生 · 福寿敬老院" in page.text
    assert "赵大海 · 女 · 1961年生 · 福寿敬老院" in page.text
    check = somebody.send(page, path, {**DAY, "person": first, "person.search": "赵大海"}, 200)
    assert "赵大海 · 男 · 1950年生" in check.text
    stays = clerk("fushou.manager").get("/enter/stay.discharge").text
    assert "赵大海 · 男 · 1950年生 · 未记床位" in stays


def test_what_was_typed_survives_the_way(clerk, fresh) -> None:
    """The text searched for stands in its field while one is chosen, afterwards, and on the way back."""
    first, _ = namesakes(fresh)
    somebody, path = clerk("fushou.manager"), "/enter/person.record_death"
    page = somebody.send(somebody.get(path), path, {**DAY, "person.search": "赵大海"}, 422)
    typed = next(one for one in page.inputs if one["name"] == "person.search")
    assert typed["value"] == "赵大海"

    said = {**DAY, "person": first, "person.search": "赵大海"}
    wrong = somebody.send(page, path, {**said, "occurred_on.m": "13"}, 422)
    assert next(one for one in wrong.inputs if one["name"] == "person.search")["value"] == "赵大海"
    assert wrong.values()["person"] == first
    check = somebody.send(wrong, path, {**DAY, "person.search": "赵大海"}, 200)
    back = somebody.send(check, path, {"step": "edit"}, 200)
    assert next(one for one in back.inputs if one["name"] == "person.search")["value"] == "赵大海"


def test_a_list_that_is_cut_says_so(clerk, fresh, monkeypatch) -> None:
    """More than can be listed: the first are offered, and that there are more is told."""
    namesakes(fresh)
    monkeypatch.setattr(pickers, "CANDIDATES_MAX", 1)
    somebody, path = clerk("fushou.manager"), "/enter/person.record_death"
    page = somebody.send(somebody.get(path), path, {**DAY, "person.search": "赵大海"}, 422)

    assert "有 1 个以上符合，只列出前 1 个" in page.text
    assert len(options(page, "person")) == 1


def test_another_text_is_searched_for_anew(clerk, fresh) -> None:
    """Somebody chosen gives way to whoever is typed afterwards."""
    first, _ = namesakes(fresh)
    somebody, path = clerk("fushou.manager"), "/enter/person.record_death"
    page = somebody.get(f"{path}?person={first}")
    check = somebody.send(page, path, {**DAY, "person.search": "张建国"}, 200)

    assert "张建国 · 男" in check.text


def test_who_is_not_known_here_shows_nothing_more(clerk, fresh) -> None:
    """Somebody found by the whole number of a document is a masked name, without sex, year or home."""
    number = "E12345678"
    fresh.record(
        "li",
        "person.register",
        "2026-11-01",
        name="李四光",
        document_kind="passport",
        document_number=number,
        sex="male",
    )
    somebody, path = clerk("fushou.manager"), "/enter/stay.admit"
    said = {**DAY, "person.search": number, "category": "destitute"}
    check = somebody.send(somebody.get(path), path, said, 200)

    assert "李**" in check.text
    assert "李** · 男" not in check.text


def test_an_admission_offers_only_where_people_live(clerk, fresh) -> None:
    """An outlet is not listed for an admission, and is for what concerns every facility."""
    fresh.record(
        "outlet",
        "facility.register",
        "2025-01-10",
        kind="lottery_outlet",
        name="八一镇代销点",
        site_no="01",
        region="540402",
        address="八一镇",
        operator="private",
        opened_on="2025-01-01",
    )
    fresh.services.views.catch_up()
    somebody = clerk("nyingchi.regulator")

    admission = somebody.get("/enter/stay.admit").text
    assert "福寿敬老院" in admission
    assert "八一镇代销点" not in admission
    assert "八一镇代销点" in somebody.get("/enter/facility.license_beds").text


@pytest.mark.parametrize(("beds", "told"), [("20000", True), ("200", False)])
def test_an_unlikely_number_is_told_and_not_refused(clerk, fresh, beds, told) -> None:
    """Far more beds than any home has: a word on the page to check, which can still be recorded."""
    somebody, path = clerk("nyingchi.regulator"), "/enter/facility.license_beds"
    said = {**DAY, "facility": fresh.streams["fushou"], "beds": beds}
    said |= {"since.y": "2026", "since.m": "11", "since.d": "19"}
    check = somebody.send(somebody.get(path), path, said, 200)

    assert ("大得少见" in check.text) == told
    assert ("填的是 20,000 张" in check.text) == told
    somebody.send(check, path + "/record", {}, 303)


@pytest.mark.parametrize(("calls", "told"), [("1,000,001", True), ("1,200", False)])
def test_an_unlikely_quantity_is_told(clerk, fresh, calls, told) -> None:
    """So are the quantities of an activity, each by its name."""
    somebody, path = clerk("bomi.regulator"), "/enter/activity.log"
    said = {**DAY, "quantities.consultations": calls, "region": "540424"}
    check = somebody.send(somebody.get(path + "?type=hotline"), path, said, 200)

    assert ("1,000,001 次，大得少见" in check.text) == told
