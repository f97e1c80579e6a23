"""Steps over days and between hands: the approvals of a large batch, what waits for whom, the papers of an admission."""

from __future__ import annotations

import re
import uuid
from datetime import date

import pytest

from domain.desk import Submission
from tests.adapters.photographs import photo
from tests.webapp.scene import PASSWORD, Scene
from tests.webapp.test_evidence import sent
from tests.webapp.test_lists import typed

LARGE, SMALL = 60_000_000, 30_000


def acted(scene: Scene, login: str, command: str, /, **args: object) -> str:
    """A command of somebody's own; the stream it acted on."""
    actor = scene.services.desk.actor(login)
    said = Submission(command, str(uuid.uuid4()), args, actor, date(2026, 11, 18))
    stream = scene.services.desk.submit(said).stream
    scene.services.views.catch_up()
    return stream


@pytest.fixture
def batch(busy_fresh):
    """Draw up a batch of a sum, from a fund that can pay it; two approvers there are."""
    scene = busy_fresh
    more = {"login": "second.approver", "post": "approver", "scope_region": "540400"}
    scene.record("second.approver", "account.open", "2026-01-05", **more)
    scene.services.passwords.set("second.approver", PASSWORD)
    fund = scene.record(
        "large fund",
        "fund.appropriate",
        "2026-10-01",
        source="city_budget",
        programme="old_age_allowance",
        year=2026,
        document_no="林财社〔2026〕30号",
        region="540400",
        amount_fen=100_000_000,
    )
    scene.services.views.catch_up()
    person = scene.streams[next(name for name in scene.streams if name.startswith("payee"))]

    def drawn(fen: int) -> str:
        said = {"fund": fund, "programme": "old_age_allowance", "period": "2026-10"}
        lines = [{"person": person, "amount_fen": fen}]
        return acted(scene, "nyingchi.finance", "batch.draw_up", lines=lines, **said)

    return drawn


def steps(page) -> list[tuple[str, str]]:
    """(words, state) of the steps on a page."""
    listed = page.html.partition('<ul class="govuk-task-list')[2].partition("</ul>")[0]
    found = re.findall(r"<li.*?</li>", listed, re.DOTALL)
    plain = [" ".join(re.sub(r"<[^>]*>", " ", one).split()) for one in found]
    return [(words, state) for words, _, state in (one.rpartition(" ") for one in plain)]


def forms(page) -> set[str]:
    """The forms that the steps of a page lead to."""
    listed = page.html.partition('<ul class="govuk-task-list')[2].partition("</ul>")[0]
    return set(re.findall(r'href="([^"]*)"', listed))


def test_a_large_batch_shows_two_approvals_one_after_the_other(busy_clerk, busy_fresh, batch) -> None:
    """Who drew it up, who approved it, who may not, what is missing: to each reader what that one may do now."""
    stream = batch(LARGE)
    path, form = f"/batches/{stream}", f"/enter/batch.approve?batch={stream}"
    first, second, finance = map(busy_clerk, ("nyingchi.approver", "second.approver", "nyingchi.finance"))

    page = first.get(path)
    assert [state for _, state in steps(page)] == ["已完成", "未完成", "暂不能开始", "暂不能开始"]
    assert "名单由 林芝市 · 规财人员 编制。编制名单的人不能审批自己编的名单" in page.text
    assert "名单金额 600,000 元，超过 500,000 元，须由两人审批" in page.text
    assert forms(page) == {form}
    assert forms(finance.get(path)) == set()
    assert "您参与了编制" in finance.get(path).text

    acted(busy_fresh, "nyingchi.approver", "batch.approve", batch=stream)
    page = first.get(path)
    assert [state for _, state in steps(page)] == ["已完成", "已完成", "未完成", "暂不能开始"]
    assert "您已审批，还要由另一位审批人员复审" in page.text
    assert forms(page) == set()
    assert forms(second.get(path)) == {form}
    assert "请由 林芝市 · 审批人员（nyingchi.approver）、林芝市 · 规财人员 以外的审批人员审批" in second.get(path).text

    acted(busy_fresh, "second.approver", "batch.approve", batch=stream)
    assert forms(finance.get(path)) == {f"/enter/batch.pay?batch={stream}"}
    acted(busy_fresh, "nyingchi.finance", "batch.pay", batch=stream, bank_reference="B-77")
    page = finance.get(path)
    assert {state for _, state in steps(page)} == {"已完成"}
    assert "银行流水号 B-77" in page.text


def test_a_small_batch_needs_one_approval_and_another_day_offers_nothing(busy_clerk, batch) -> None:
    """No second approval is spoken of; on a day of the past the steps stand without forms; English has its own words."""
    stream = batch(SMALL)
    page = busy_clerk("nyingchi.approver").get(f"/batches/{stream}")

    assert [words.partition(" ")[0] for words, _ in steps(page)] == ["编制名单", "审批", "发放"]
    assert "须由两人审批" not in page.text
    assert forms(busy_clerk("nyingchi.approver").get(f"/batches/{stream}?as_of=2026-11-19")) == set()
    assert "Cannot start yet" in busy_clerk("nyingchi.approver").get(f"/batches/{stream}?lang=en").text


def test_a_cancelled_batch_has_no_steps(busy_clerk, busy_fresh, batch) -> None:
    """It says so instead."""
    stream = batch(SMALL)
    acted(busy_fresh, "nyingchi.finance", "batch.cancel", batch=stream)
    page = busy_clerk("nyingchi.approver").get(f"/batches/{stream}")

    assert steps(page) == []
    assert "批次已作废，不再审批和发放" in page.text


def waits(page) -> set[str]:
    """The buttons of what waits on a first page."""
    return set(re.findall(r'href="(/enter/[^"]*)"', page.html.partition("<h2>要办的事</h2>")[2].partition("<h2>")[0]))


def test_what_waits_goes_from_hand_to_hand(busy_clerk, busy_fresh, batch) -> None:
    """Both approvers, then only the one who has not approved, then whoever pays; nobody afterwards."""
    stream = batch(LARGE)
    approve, pay = f"/enter/batch.approve?batch={stream}", f"/enter/batch.pay?batch={stream}"
    people = {login: busy_clerk(login) for login in ("nyingchi.approver", "second.approver", "nyingchi.finance")}

    def asked() -> dict[str, set[str]]:
        return {login: waits(somebody.get("/")) & {approve, pay} for login, somebody in people.items()}

    assert asked() == {"nyingchi.approver": {approve}, "second.approver": {approve}, "nyingchi.finance": set()}
    acted(busy_fresh, "nyingchi.approver", "batch.approve", batch=stream)
    assert asked() == {"nyingchi.approver": set(), "second.approver": {approve}, "nyingchi.finance": set()}
    acted(busy_fresh, "second.approver", "batch.approve", batch=stream)
    assert asked() == {"nyingchi.approver": set(), "second.approver": set(), "nyingchi.finance": {pay}}
    acted(busy_fresh, "nyingchi.finance", "batch.pay", batch=stream, bank_reference="B-77")
    assert not any(asked().values())


def test_a_rating_waits_step_by_step(busy_clerk, busy_fresh) -> None:
    """Documents, two assessors, the committee, the notice, the award: always one thing is next."""
    rating, scene = busy_fresh.streams["rating"], busy_fresh
    somebody = busy_clerk("nyingchi.regulator")

    def asked() -> set[str]:
        return {link.partition("?")[0] for link in waits(somebody.get("/")) if rating in link}

    def recorded(command: str, on: str, **args: object) -> None:
        scene.record(f"{command} {args.get('assessor', '')}", command, on, rating=rating, **args)
        scene.services.views.catch_up()

    assert asked() == {"/enter/rating.accept_documents"}
    recorded("rating.accept_documents", "2026-06-10")
    assert asked() == {"/enter/rating.score"}
    points = dict.fromkeys("ABCD", "0")
    recorded("rating.score", "2026-06-20", assessor="nyingchi.inspector", points=points)
    assert asked() == {"/enter/rating.score"}
    recorded("rating.score", "2026-06-20", assessor="nyingchi.safety", points=points)
    assert asked() == {"/enter/rating.review"}
    recorded("rating.review", "2026-06-25")
    assert asked() == {"/enter/rating.publicise"}
    recorded("rating.publicise", "2026-07-01", starts_on="2026-07-01", ends_on="2026-07-10")
    assert asked() == {"/enter/rating.award"}


def test_a_complaint_waits_to_be_assigned_and_to_be_closed_and_its_answer_is_a_duty(busy_clerk, busy_fresh) -> None:
    """Each with the button that moves it on; after it is closed nothing is left of it."""
    scene, somebody = busy_fresh, busy_clerk("nyingchi.regulator")
    said = {"channel": "hotline_12345", "subject": "food", "text": "菜凉", "facility": scene.streams["zhamu"]}
    stream = acted(scene, "nyingchi.regulator", "complaint.receive", **said)

    def asked() -> set[str]:
        page = somebody.get(f"/?facility={scene.streams['zhamu']}")
        return {link.partition("?")[0] for link in waits(page) if stream in link}

    assert asked() == {"/enter/complaint.assign", "/enter/complaint.answer"}
    acted(scene, "nyingchi.regulator", "complaint.assign", complaint=stream, to="nyingchi.regulator")
    assert asked() == {"/enter/complaint.answer"}
    acted(scene, "nyingchi.regulator", "complaint.answer", complaint=stream, text="已整改")
    assert asked() == {"/enter/complaint.close"}
    acted(scene, "nyingchi.regulator", "complaint.close", complaint=stream)
    assert asked() == set()


# -- an admission ------------------------------------------------------------------------------------------


def test_an_admission_is_completed_over_days(clerk, fresh) -> None:
    """What is missing leads to the form that brings it, and is done when that was recorded."""
    person = fresh.record("new", "person.register", "2026-11-01", name="陈桂兰", document_kind="none", sex="female")
    home = fresh.streams["fushou"]
    stay = fresh.record("new stay", "stay.admit", "2026-11-02", person=person, facility=home, category="destitute")
    fresh.services.views.catch_up()
    somebody = clerk("fushou.manager")
    page = somebody.get(f"/stays/{stay}")

    assert "已完成 2 项，共 7 项" in page.text
    assert [state for _, state in steps(page)] == ["已完成", "未完成", "已完成", *["未完成"] * 4]
    at = fresh.services.log.stream(stay)[0].envelope.position
    assert {f"/enter/stay.move?stay={stay}", f"/events/{at}/correct"} <= forms(page)
    for form in forms(page):
        somebody.get(form)
    form = somebody.get(f"/events/{at}/correct")
    said = {
        "category": "destitute",
        "bed": "201",
        "agreement_no": "X-1",
        "contact": "女儿",
        "correction_reason": "补齐",
    }
    own = {one["name"]: one.get("value", "") for one in form.inputs if one.get("type") != "radio"}
    somebody.send(form, f"/events/{at}/correct", {**own, **said}, 200)
    check = somebody.send(form, f"/events/{at}/correct", {**own, **said}, 200)
    receipt = somebody.get(somebody.send(check, f"/events/{at}/correct/record", {}, 303).location)

    assert "入住手续还有 2 项没有完成" in receipt.text
    assert f"/stays/{stay}#admission" in receipt.links
    assert "已完成 5 项，共 7 项" in somebody.get(f"/stays/{stay}").text


def test_the_scans_of_an_admission_come_with_it_or_later(clerk, fresh) -> None:
    """Photographed with the form, or added by a correction; they stand on the page of the stay and finish the step."""
    stay = fresh.streams["zhang stay"]
    at = fresh.services.log.stream(stay)[0].envelope.position
    somebody = clerk("fushou.manager")
    assert "没有附上扫描件" in somebody.get(f"/stays/{stay}").text
    path = f"/events/{at}/correct"
    said = {**typed(somebody.get(path)), "correction_reason": "补扫描件"}
    check = sent(somebody, path, said, (photo(), "协议.jpg"), status=200, name="scans")
    receipt = somebody.get(somebody.post(f"{path}/record", check.values(), 303).location)

    assert "回执" in receipt.text
    page = somebody.get(f"/stays/{stay}")
    assert "没有附上扫描件" not in page.text
    assert "/thumbnail" in page.html


def test_who_only_looks_sees_the_steps_without_forms(reader, town) -> None:
    """An auditor reads what is missing and is led nowhere; a name is masked."""
    page = reader("auditor").get(f"/stays/{town.streams['zhang stay']}")

    assert "入住手续" in page.text
    assert forms(page) == set()
    assert "张建国" not in page.text


def test_a_stay_that_is_over_or_a_past_day_shows_no_steps(clerk, fresh) -> None:
    """There is nothing to complete."""
    stay = fresh.streams["zhang stay"]
    somebody = clerk("fushou.manager")
    assert "入住手续" not in somebody.get(f"/stays/{stay}?as_of=2025-01-01").text
    fresh.record("zhang out", "stay.discharge", "2026-11-01", stay=stay, reason="to_family")
    fresh.services.views.catch_up()
    assert "入住手续" not in somebody.get(f"/stays/{stay}").text
