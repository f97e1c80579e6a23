"""Forms that are put aside: nothing is checked, nothing is lost, and recorded twice is one entry."""

from __future__ import annotations

from typing import Any

from tests.adapters.photographs import photo
from tests.webapp.reader import Page, Reader
from tests.webapp.test_evidence import FIND, SAID, digests, sent
from tests.webapp.test_lists import TODAY, typed
from tests.webapp.test_recording import DAY, admitted, recorded

ADMIT = "/enter/stay.admit"


def put_aside(somebody: Reader, path: str, said: dict[str, Any]) -> Page:
    """The list of drafts after saving a form."""
    answer = somebody.post(path, {**said, "step": "draft"}, 303)
    return somebody.get(answer.location)


def on(page: Page) -> str:
    """The way on from the list: of the newest draft."""
    return next(link for link in page.links if "?draft=" in link)


def test_a_form_is_put_aside_whatever_its_state_and_opens_as_it_was(clerk, fresh) -> None:
    """Half a date, a name that was only typed, nothing else: no complaint, and the same form after a new sign-in."""
    somebody = clerk("fushou.manager")
    said = {**typed(somebody.get(ADMIT)), "occurred_on.m": "13", "bed": "＊保留＊", "person.search": "张建"}
    before = fresh.services.log.head()
    listed = put_aside(somebody, ADMIT, said)
    assert "已存为草稿，还没有入账" in listed.text
    for shown in ("登记入住", "张建", "2026年11月20日"):
        assert shown in listed.text
    token = somebody.get("/").values()["csrf"]
    somebody.post("/sign-out", {"csrf": token}, 303)

    later = clerk("fushou.manager")
    assert "有 1 份草稿没有填完" in later.get("/enter").text
    form = later.get(on(later.get("/drafts")))
    own = {key: text for key, text in typed(form).items() if key != "csrf"}
    assert own == {key: text for key, text in said.items() if key != "csrf"}
    assert fresh.services.log.head() == before


def test_the_page_to_check_can_be_put_aside_too(clerk, fresh) -> None:
    """Going on opens the form with every answer; it is recorded under the same id, once, and the draft goes."""
    somebody, check = admitted(clerk, fresh)
    listed = put_aside(somebody, ADMIT, check.values())
    assert "陈" in listed.text
    form = somebody.get(on(listed))
    assert typed(form)["command_id"] == check.values()["command_id"]
    assert typed(form)["bed"] == "201"

    again = somebody.post(ADMIT, typed(form), 200)
    first = somebody.post(f"{ADMIT}/record", again.values(), 303)
    head = fresh.services.log.head()
    assert "没有草稿" in somebody.get("/drafts").text
    second = somebody.post(f"{ADMIT}/record", check.values(), 303)
    assert second.location == f"{first.location}?again=1"
    assert fresh.services.log.head() == head


def test_a_draft_that_was_recorded_elsewhere_is_one_entry(clerk, fresh) -> None:
    """Put aside again after it was recorded, it leads to the first receipt, and goes."""
    somebody, check = admitted(clerk, fresh)
    first = somebody.post(f"{ADMIT}/record", check.values(), 303)
    listed = put_aside(somebody, ADMIT, check.values())
    form = somebody.get(on(listed))
    page = somebody.post(ADMIT, typed(form), None)
    answer = somebody.post(f"{ADMIT}/record", typed(form), 303)

    assert page.status == 422
    assert answer.location == f"{first.location}?again=1"
    assert "没有草稿" in somebody.get("/drafts").text


def test_chosen_files_stay_with_a_draft(clerk, fresh) -> None:
    """For as long as the draft, though nobody has recorded them; without it they go after a day."""
    somebody = clerk("fushou.manager")
    said = {**typed(somebody.get(FIND)), **SAID, "facility": fresh.streams["fushou"]}
    sent(somebody, FIND, {**said, "step": "draft"}, (photo(), "1.jpg"), status=303)
    lost = digests(sent(somebody, FIND, said, (photo(30), "2.jpg")))
    fresh.clock.set(fresh.clock.now().replace(month=12, day=18))
    assert fresh.services.evidence.sweep() == len(lost) == 1

    somebody = clerk("fushou.manager")
    form = somebody.get(on(somebody.get("/drafts")))
    (digest,) = digests(form)
    somebody.get(f"/evidence/{digest}")
    check = somebody.post(FIND, typed(form), 200)
    somebody.post(f"{FIND}/record", check.values(), 303)
    assert len(fresh.services.log.mentions(digest)) == 1


def test_a_correction_is_put_aside_and_gone_on_with(clerk, fresh) -> None:
    """With the reason and what was changed so far; the list says which entry."""
    somebody, _, position = recorded(clerk, fresh)
    path = f"/events/{position}/correct"
    said = {**typed(somebody.get(path)), "category": "destitute", "bed": "999", "correction_reason": "床位写错"}
    listed = put_aside(somebody, path, said)
    assert "更正：" in listed.text
    form = somebody.get(on(listed))
    assert (typed(form)["bed"], typed(form)["correction_reason"]) == ("999", "床位写错")
    check = somebody.post(path, {**typed(form), "category": "destitute"}, 200)
    somebody.post(f"{path}/record", check.values(), 303)

    assert "没有草稿" in somebody.get("/drafts").text


def test_a_form_whose_questions_depend_on_a_thing_opens_again(busy_clerk, busy_fresh) -> None:
    """The items of an inspection with the results so far."""
    somebody, path = busy_clerk("nyingchi.inspector"), "/enter/inspection.answer"
    form = somebody.get(f"{path}?inspection={busy_fresh.streams['second visit']}")
    listed = put_aside(
        somebody, path, {**typed(form), **TODAY, "answers.C02.result": "fail", "answers.C02.note": "门锁着"}
    )
    again = somebody.get(on(listed))

    assert "门锁着" in [one.get("value") for one in again.inputs]
    assert {"answers.C02.result"} <= {
        one["name"] for one in again.inputs if "checked" in one and one["value"] == "fail"
    }


def test_nobody_opens_or_discards_the_draft_of_another(clerk, fresh) -> None:
    """Its address leads others to their own list, which does not know it; nor does that of another form."""
    somebody, other = clerk("fushou.manager"), clerk("zhamu.manager")
    way = on(put_aside(somebody, ADMIT, {**typed(somebody.get(ADMIT)), "bed": "201"}))
    answer = other.get(way, 303)
    assert "没有找到这份草稿" in other.get(answer.location).text
    its = way.partition("=")[2]
    csrf = other.get("/drafts").values()["csrf"]
    other.post(f"/drafts/{its}/discard", {"csrf": csrf}, 303)
    somebody.get(f"/enter/person.register?draft={its}", 303)
    somebody.post(f"/drafts/{its}/discard", {}, 400)

    assert typed(somebody.get(way))["bed"] == "201"
    own = somebody.get("/drafts").values()["csrf"]
    gone = somebody.post(f"/drafts/{its}/discard", {"csrf": own}, 303)
    assert "草稿已丢弃" in somebody.get(gone.location).text
    assert "没有草稿" in somebody.get("/drafts").text


def test_the_fifty_first_draft_is_told_and_the_form_stays(clerk, fresh) -> None:
    """What to do is said, and everything typed is still there."""
    somebody = clerk("fushou.manager")
    for number in range(50):
        fresh.services.drafts.save("fushou.manager", "stay.admit", ADMIT, {"command_id": str(number)})
    page = somebody.post(ADMIT, {**typed(somebody.get(ADMIT)), **DAY, "bed": "305", "step": "draft"}, 422)

    assert "已有 50 份草稿" in page.text
    assert typed(page)["bed"] == "305"


def test_a_draft_that_no_command_records_locks_nobody_out(clerk, fresh) -> None:
    """Every page with drafts on it opens, says that it cannot be gone on with, and lets it be discarded."""
    somebody = clerk("fushou.manager")
    fresh.services.drafts.save("fushou.manager", "", "/daily", {"command_id": "1"})
    for path in ("/", "/enter", "/drafts"):
        page = somebody.get(path)
    assert "接不上了，请丢弃" in page.text
    assert not [link for link in page.links if "?draft=" in link]
    its = fresh.services.drafts.of("fushou.manager")[0].id
    gone = somebody.post(f"/drafts/{its}/discard", {"csrf": page.values()["csrf"]}, 303)

    assert "没有草稿" in somebody.get(gone.location).text


def test_the_list_speaks_english(clerk, fresh) -> None:
    """Titles, days and buttons."""
    somebody = clerk("fushou.manager")
    put_aside(somebody, ADMIT, typed(somebody.get(ADMIT)))
    page = somebody.get("/drafts?lang=en")

    for said in ("Admit a person", "Go on", "Discard", "20 November 2026", "20 December 2026"):
        assert said in page.text
