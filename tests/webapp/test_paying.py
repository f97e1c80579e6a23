"""Who approves and pays a list knows whom: names stand whole where the list waits for a word, and are masked elsewhere."""

from __future__ import annotations

import re
import uuid
from datetime import date

import pytest

from domain.desk import Submission
from tests.webapp.scene import PASSWORD, Scene
from tests.webapp.test_lists import TODAY, typed
from tests.webapp.test_reads import last, written
from tests.webapp.test_steps import acted, batch  # noqa: F401  a fixture
from webapp.names import Names

PAYEE, WHY = "扎西", "账户核对中"


def payee(scene: Scene) -> str:
    """The person on the list of the fixture."""
    return next(stream for name, stream in scene.streams.items() if name.startswith("payee"))


def noted(scene: Scene, since: int) -> list[set[str]]:
    """The persons of the rows behind one."""
    return [set(scene.services.reads.subjects(row.id)) for row in written(scene, since)]


def first_entry(scene: Scene, stream: str, topic: str) -> tuple[str, str]:
    """The pages of an event of a list: the entry, and the receipt of its command."""
    envelope = next(event.envelope for event in scene.services.log.stream(stream) if event.topic == topic)
    return f"/events/{envelope.position}", f"/receipts/{envelope.command_id}"


def test_a_list_that_waits_tells_who_decides_about_it_whom(busy_clerk, busy_fresh, batch) -> None:  # noqa: F811
    """Whole names to the approver, once approved to the payer too, each look in the ledger; once paid masked, and why."""
    stream = batch(30_000)
    approver, payer, since = busy_clerk("nyingchi.approver"), busy_clerk("nyingchi.finance"), last(busy_fresh)

    assert PAYEE in approver.get(f"/batches/{stream}").text
    assert noted(busy_fresh, since) == [{payee(busy_fresh)}]
    acted(busy_fresh, "nyingchi.approver", "batch.approve", batch=stream)
    since = last(busy_fresh)
    for somebody in (approver, payer):
        assert PAYEE in somebody.get(f"/batches/{stream}").text
    assert noted(busy_fresh, since) == [{payee(busy_fresh)}] * 2
    acted(busy_fresh, "nyingchi.finance", "batch.pay", batch=stream, bank_reference="B-78")
    since = last(busy_fresh)
    for somebody in (approver, payer):
        page = somebody.get(f"/batches/{stream}")
        assert PAYEE not in page.text
        assert "扎*" in page.text
        assert "这份名单不再等您审批或发放" in page.text
    assert noted(busy_fresh, since) == []


def test_nobody_reads_a_name_by_putting_it_on_a_list(busy_clerk, busy_fresh, batch) -> None:  # noqa: F811
    """A list of a cent tells its author nobody: not on its page, its receipt, its correction, nor in the form of a line."""
    stream = batch(1)
    author, since = busy_clerk("nyingchi.finance"), last(busy_fresh)
    entry, receipt = first_entry(busy_fresh, stream, "batch.drawn_up")
    paths = [f"/batches/{stream}", entry, receipt, f"{entry}/correct", f"/enter/batch.hold_line?batch={stream}"]
    for path in paths:
        assert PAYEE not in author.get(path).html, path
    assert "这份名单由您编制或改过" in author.get(f"/batches/{stream}").text
    assert noted(busy_fresh, since) == []

    acted(busy_fresh, "nyingchi.finance", "batch.hold_line", batch=stream, person=payee(busy_fresh), reason="待核")
    _, receipt = first_entry(busy_fresh, stream, "batch.line_held")
    assert PAYEE not in author.get(receipt).html
    assert noted(busy_fresh, since) == []


def test_who_only_changed_a_list_is_as_blind_as_who_drew_it_up(busy_clerk, busy_fresh, batch) -> None:  # noqa: F811
    """A second finance officer reads the list of the first, until a correction is hers."""
    more = {"login": "second.finance", "post": "finance_officer", "scope_region": "540400"}
    busy_fresh.record("second.finance", "account.open", "2026-01-05", **more)
    busy_fresh.services.passwords.set("second.finance", PASSWORD)
    stream = batch(30_000)
    somebody = busy_clerk("second.finance")
    assert PAYEE in somebody.get(f"/batches/{stream}").text

    args = {"lines": [{"person": payee(busy_fresh), "amount_fen": 1}]}
    said = {"stream": stream, "version": 1, "args": args, "reason": "金额有误"}
    actor = busy_fresh.services.desk.actor("second.finance")
    one = Submission("entry.correct", str(uuid.uuid4()), said, actor, date(2026, 11, 18))
    receipt = busy_fresh.services.desk.submit(one)
    busy_fresh.services.views.catch_up()
    for path in (f"/batches/{stream}", f"/receipts/{receipt.command_id}"):
        assert PAYEE not in somebody.get(path).html, path


def drawn_for(scene: Scene, *people: str) -> str:
    """A list of some persons from the fund of the fixture."""
    said = {"fund": scene.streams["large fund"], "programme": "old_age_allowance", "period": "2026-09"}
    lines = [{"person": person, "amount_fen": 30_000} for person in people]
    return acted(scene, "nyingchi.finance", "batch.draw_up", lines=lines, **said)


def test_a_list_says_for_which_ages_its_programme_is(busy_clerk, busy_fresh, batch) -> None:  # noqa: F811
    """DM-10: an elder on an orphans' list: the doubt stands at the person, with the ages and the law that sets them."""
    batch(1)
    said = {"fund": busy_fresh.streams["large fund"], "programme": "orphan_allowance", "period": "2026-09"}
    lines = [{"person": payee(busy_fresh), "amount_fen": 30_000}]
    stream = acted(busy_fresh, "nyingchi.finance", "batch.draw_up", lines=lines, **said)

    page = busy_clerk("nyingchi.approver").get(f"/batches/{stream}")

    assert "当月年龄不在这项用途的发放范围内（未满18周岁）" in page.text
    assert "国办发〔2010〕54号" in page.text
    assert f"/enter/batch.clear_match?batch={stream}" in page.html
    _, receipt = first_entry(busy_fresh, stream, "batch.drawn_up")
    told = busy_clerk("nyingchi.finance").get(receipt).text
    assert re.search("名单上有 1 人当月年龄不在这项用途的发放范围内：第 1 行 扎[*]", told)


@pytest.fixture
def two(busy_fresh, batch) -> tuple[str, str, str]:  # noqa: F811
    """A list of two, approved; one of them held back by the approver: (list, who is paid, who is held back)."""
    people = [stream for name, stream in busy_fresh.streams.items() if name.startswith("payee")][:2]
    batch(1)
    stream = drawn_for(busy_fresh, *people)
    acted(busy_fresh, "nyingchi.approver", "batch.hold_line", batch=stream, person=people[1], reason=WHY)
    acted(busy_fresh, "nyingchi.approver", "batch.approve", batch=stream)
    return stream, *people


def test_a_receipt_about_one_person_opens_that_one_alone(busy_clerk, busy_fresh, two) -> None:
    """To whoever gave the command: the one held back and why, not the list; to the others on it nobody, by any receipt."""
    stream, _, held = two
    _, receipt = first_entry(busy_fresh, stream, "batch.line_held")
    since = last(busy_fresh)
    page = busy_clerk("nyingchi.approver").get(receipt)
    assert WHY in page.text
    assert noted(busy_fresh, since) == [{held}]

    since = last(busy_fresh)
    assert WHY not in busy_clerk("nyingchi.finance").get(receipt).html
    assert noted(busy_fresh, since) == []


def test_a_receipt_about_one_person_opens_no_other_to_the_page(busy_clerk, busy_fresh, two, monkeypatch) -> None:
    """Also what a receipt does not print today stays closed: nobody else of the list is opened for it."""
    stream, _, held = two
    opened: list[set[str]] = []
    monkeypatch.setattr(Names, "open_to_payer", lambda *said: opened.append(set(said[-1])))
    busy_clerk("nyingchi.approver").get(first_entry(busy_fresh, stream, "batch.line_held")[1])
    assert set().union(*opened) == {held}
    opened.clear()
    busy_clerk("nyingchi.finance").get(first_entry(busy_fresh, stream, "batch.drawn_up")[1])
    assert set().union(*opened) == set()


def test_who_pays_reads_why_somebody_is_held_back(busy_clerk, busy_fresh, two) -> None:
    """The reason stands at the line as long as the name does, to the same accounts; the entry by itself stays closed."""
    stream, paid, held = two
    for login in ("nyingchi.finance", "nyingchi.approver"):
        somebody, since = busy_clerk(login), last(busy_fresh)
        assert somebody.get(f"/batches/{stream}").text.count(WHY) == 1, login
        assert noted(busy_fresh, since) == [{paid, held}]
    somebody = busy_clerk("nyingchi.finance")
    assert WHY not in somebody.get(first_entry(busy_fresh, stream, "batch.line_held")[0]).html
    assert WHY not in busy_clerk("auditor").get(f"/batches/{stream}").html
    acted(busy_fresh, "nyingchi.finance", "batch.pay", batch=stream, bank_reference="B-79")
    assert WHY not in somebody.get(f"/batches/{stream}").html


@pytest.mark.parametrize("login", ["auditor", "nyingchi.finance", "nyingchi.approver"])
def test_elsewhere_and_to_others_the_names_stay_masked(busy_clerk, busy_fresh, batch, login) -> None:  # noqa: F811
    """Who reads no names reads them nowhere else: not by the entry, its receipt, the person's page, boards and files."""
    stream = batch(30_000)
    acted(busy_fresh, "nyingchi.approver", "batch.approve", batch=stream)
    somebody, since = busy_clerk(login), last(busy_fresh)
    entry, receipt = first_entry(busy_fresh, stream, "batch.drawn_up")
    for path in [
        *(entry, receipt, "/boards/persons", "/boards/batches", "/boards/persons.csv"),
        *([f"/batches/{stream}"] if login == "auditor" else []),
    ]:
        answer = somebody.client.get(path)
        assert answer.status_code == 200, path
        assert PAYEE not in answer.get_data(as_text=True), path
    assert noted(busy_fresh, since) == []
    assert "扎*" in somebody.get(receipt).text


def test_who_reads_names_anywhere_reads_the_same_on_a_list(busy_clerk, busy_fresh, batch) -> None:  # noqa: F811
    """An inspector reads on a list whom she reads elsewhere, before and after the payment alike; each look is kept."""
    batch(1)
    home = busy_fresh.streams["zhang"]
    stream = drawn_for(busy_fresh, home, payee(busy_fresh))
    somebody = busy_clerk("nyingchi.inspector")
    commands = [("approver", "batch.approve", {}), ("finance", "batch.pay", {"bank_reference": "B-80"})]
    for post, command, more in commands:
        for path in (f"/batches/{stream}", f"/persons/{home}"):
            since = last(busy_fresh)
            page = somebody.get(path)
            assert "张建国" in page.text, path
            assert PAYEE not in page.text
            assert "姓名只显示姓" not in page.text
            assert noted(busy_fresh, since) == [{home}], path
        assert "扎*" in somebody.get(f"/batches/{stream}").text
        acted(busy_fresh, f"nyingchi.{post}", command, batch=stream, **more)


def test_an_approval_names_the_list_and_whom_it_pays_before_and_after(busy_clerk, busy_fresh, batch) -> None:  # noqa: F811
    """The page to check and the receipt link the list by its words and show everybody on it; each leaves its row."""
    stream = batch(30_000)
    somebody = busy_clerk("nyingchi.approver")
    form = somebody.get(f"/enter/batch.approve?batch={stream}")
    since = last(busy_fresh)
    check = somebody.post("/enter/batch.approve", {**typed(form), **TODAY, "batch": stream}, 200)
    assert noted(busy_fresh, since) == [{payee(busy_fresh)}]
    answer = somebody.post("/enter/batch.approve/record", check.values(), 303)
    receipt = somebody.get(answer.location)

    for page in (check, receipt):
        assert f"/batches/{stream}" in page.links
        assert "高龄津贴 · 2026年10月 · 林芝市 · 1 人" in page.text
        assert "300 元" in page.text
        assert PAYEE in page.text
    assert noted(busy_fresh, since)[-1] == {payee(busy_fresh)}
    other = busy_clerk("auditor").get(answer.location)
    assert PAYEE not in other.text


def test_a_form_about_somebody_on_a_paid_list_names_them_and_notes_what_it_shows(busy_clerk, busy_fresh) -> None:
    """A return is registered for a person who is read by name; the page to check opens that one alone."""
    streams, somebody = busy_fresh.streams, busy_clerk("nyingchi.finance")
    people = [stream for name, stream in streams.items() if name.startswith("payee")]
    since = last(busy_fresh)
    form = somebody.get(f"/enter/batch.return_line?batch={streams['batch']}")
    assert PAYEE in form.text
    assert noted(busy_fresh, since) == [set(people[:2])]  # the third has sent it back already
    since = last(busy_fresh)
    said = {**typed(form), **TODAY, "batch": streams["batch"], "person": people[0], "reason": "账户已销户"}
    check = somebody.post("/enter/batch.return_line", said, 200)
    assert PAYEE in check.text
    assert noted(busy_fresh, since) == [{people[0]}]


def test_a_receipt_names_and_links_the_thing_of_its_command(clerk, fresh) -> None:
    """A stay, a home, a list: what was acted upon stands on the receipt by its words, as a link."""
    somebody = clerk("fushou.manager")
    stay = fresh.streams["zhang stay"]
    form = somebody.get(f"/enter/stay.discharge?stay={stay}")
    check = somebody.post("/enter/stay.discharge", {**typed(form), **TODAY, "stay": stay, "reason": "to_family"}, 200)
    receipt = somebody.get(somebody.post("/enter/stay.discharge/record", check.values(), 303).location)

    assert f"/stays/{stay}" in check.links
    assert f"/stays/{stay}" in receipt.links
    assert "张建国的入住" in receipt.text
