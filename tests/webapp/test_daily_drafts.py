"""What is typed into the page of a day and not recorded yet is kept by every step, and found again on that day."""

from __future__ import annotations

import pytest

from domain.log import LogUnavailable
from tests.webapp.test_daily import COUNT, FILLED, PATROL, said
from tests.webapp.test_lists import typed


def test_the_page_is_put_aside_and_opened_as_it_was(clerk, fresh) -> None:
    """As a draft of the day; it goes when the day is recorded."""
    somebody = clerk("fushou.manager")
    listed = somebody.get(somebody.post("/daily", said(somebody.get("/daily"), step="draft", **FILLED), 303).location)
    assert "日常登记" in listed.text
    assert "2026年11月20日" in listed.text
    form = somebody.get(next(link for link in listed.links if "?draft=" in link))
    assert {key: typed(form)[key] for key in FILLED} == FILLED
    check = somebody.post("/daily", said(form, step="check"), 200)
    somebody.post("/daily/record", check.values(), 303)
    assert "没有草稿" in somebody.get("/drafts").text


def test_what_was_typed_of_a_day_is_there_again_until_it_is_recorded(clerk, fresh) -> None:
    """Kept by going to the page to check and found by coming back, also after another sign-in; recorded, nothing is left."""
    somebody = clerk("fushou.manager")
    check = somebody.post("/daily", said(somebody.get("/daily"), step="check", **FILLED), 200)
    assert "已存为草稿" in check.text
    token = somebody.get("/").values()["csrf"]
    somebody.post("/sign-out", {"csrf": token}, 303)

    later = clerk("fushou.manager")
    form = later.get("/daily")
    assert "这一天有填过、还没有入账的内容（2026年11月20日 10:30 保存的草稿）" in form.text
    assert {key: typed(form)[key] for key in FILLED} == FILLED
    again = later.post("/daily", said(form, step="check"), 200)
    later.post("/daily/record", again.values(), 303)
    anew = later.get("/daily")
    assert "还没有入账" not in anew.text
    assert typed(anew)[f"{COUNT}quantities.counted"] == ""
    assert list(fresh.services.drafts.of("fushou.manager")) == []


def test_a_refused_page_of_a_day_is_kept_as_it_was_typed(clerk, fresh) -> None:
    """What is wrong stays too, for it is not finished; without anything typed nothing is kept, and what is emptied goes."""
    somebody, wrong = clerk("fushou.manager"), {f"{PATROL}quantities.by_day": "三"}
    somebody.post("/daily", said(somebody.get("/daily"), step="check"), 422)
    assert list(fresh.services.drafts.of("fushou.manager")) == []
    somebody.post("/daily", said(somebody.get("/daily"), step="check", **wrong), 422)
    form = somebody.get("/daily")
    assert typed(form)[f"{PATROL}quantities.by_day"] == "三"
    somebody.post("/daily", said(form, step="day", **dict.fromkeys(wrong, "")), 200)
    assert list(fresh.services.drafts.of("fushou.manager")) == []


def test_the_draft_of_a_day_is_found_on_that_day_alone_and_can_be_dropped(clerk, fresh) -> None:
    """Another day begins empty; whoever goes to the day finds it, and drops it there to begin anew."""
    somebody = clerk("fushou.manager")
    yesterday = {"occurred_on.d": "19", **FILLED}
    somebody.post("/daily", said(somebody.get("/daily"), step="check", **yesterday), 200)
    today = somebody.get("/daily")
    assert typed(today)[f"{COUNT}quantities.counted"] == ""
    found = somebody.post("/daily", said(today, step="day", **{"occurred_on.d": "19"}), 200)
    assert typed(found)[f"{COUNT}quantities.counted"] == "2"
    (draft,) = fresh.services.drafts.of("fushou.manager")
    gone = somebody.post(f"/drafts/{draft.id}/discard", {"csrf": found.values()["csrf"], "day": "2026-11-19"}, 303)
    anew = somebody.get(gone.location)
    assert "草稿已丢弃" in anew.text
    assert (typed(anew)["occurred_on.d"], typed(anew)[f"{COUNT}quantities.counted"]) == ("19", "")


def test_a_second_draft_of_a_day_is_told_with_the_way_to_it(clerk, fresh) -> None:
    """A page of today whose day is changed to one with a draft keeps its own; the other is named, and nothing is mixed."""
    somebody = clerk("fushou.manager")
    somebody.post("/daily", said(somebody.get("/daily"), step="check", **{"occurred_on.d": "19", **FILLED}), 200)
    (first,) = fresh.services.drafts.of("fushou.manager")
    changed = {"occurred_on.d": "19", f"{COUNT}quantities.counted": "1"}
    page = somebody.post("/daily", said(somebody.get("/daily"), step="day", **changed), 200)

    assert "这一天另有一份草稿" in page.text
    assert f"/daily?draft={first.id}" in page.links
    assert typed(page)[f"{COUNT}quantities.counted"] == "1"
    opened = somebody.get(f"/daily?draft={first.id}")
    assert typed(opened)[f"{COUNT}quantities.counted"] == "2"
    assert "这一天另有一份草稿" not in somebody.get("/daily").text


@pytest.mark.parametrize("path", ["/daily", "/daily/record"])
def test_what_was_typed_of_a_day_stays_on_the_page_while_the_log_is_away(clerk, fresh, monkeypatch, path) -> None:
    """The form comes back with everything, says what to do, and the draft of the day is kept."""
    somebody = clerk("fushou.manager")
    sent = said(somebody.get("/daily"), step="check", **FILLED)

    def away(*_):
        raise LogUnavailable("磁盘已满，请清理后再试", "the disk is full")

    for name in ("receipts", "append"):
        monkeypatch.setattr(type(fresh.services.log), name, away)
    page = somebody.post(path, sent, 503)

    assert "磁盘已满" in page.text
    assert {key: typed(page)[key] for key in FILLED} == FILLED
    assert [draft.texts[f"{COUNT}quantities.counted"] for draft in fresh.services.drafts.of("fushou.manager")] == ["2"]


def test_the_draft_of_a_day_that_is_none_opens_on_the_day_that_was_asked_for(clerk) -> None:
    """A date that is yet to come is kept with today's page; coming back to today shows today."""
    somebody = clerk("fushou.manager")
    somebody.post("/daily", said(somebody.get("/daily"), step="check", **FILLED, **{"occurred_on.d": "25"}), 422)
    again = somebody.get("/daily")
    assert (typed(again)["occurred_on.d"], typed(again)[f"{COUNT}quantities.counted"]) == ("20", "2")
    assert "日期不能晚于今天" not in again.text


def test_a_day_that_cannot_be_kept_is_checked_and_recorded_all_the_same(clerk, fresh) -> None:
    """With all drafts in use the page goes on and says that what was typed is on it alone."""
    somebody = clerk("fushou.manager")
    for number in range(50):
        fresh.services.drafts.save("fushou.manager", "stay.admit", "/enter/stay.admit", {"command_id": str(number)})
    check = somebody.post("/daily", said(somebody.get("/daily"), step="check", **FILLED), 200)
    assert "存不成草稿" in check.text
    assert somebody.post("/daily/record", check.values(), 303).location.count("of=") == 3


def test_what_is_recorded_of_a_day_leaves_no_draft_behind_by_going_back(clerk, fresh) -> None:
    """The page to check, sent once more after it was recorded, keeps nothing that could be taken for unfinished."""
    somebody = clerk("fushou.manager")
    check = somebody.post("/daily", said(somebody.get("/daily"), step="check", **FILLED), 200)
    somebody.post("/daily/record", check.values(), 303)
    somebody.post("/daily", {**check.values(), "step": "edit"}, 200)
    assert list(fresh.services.drafts.of("fushou.manager")) == []
