"""Texts have a measure: what is too long or no telephone is told at its field, and what was recorded before stays readable."""

from __future__ import annotations

import pytest

from domain.model import Field
from tests.webapp.test_lists import TODAY, typed


def test_a_text_that_is_too_long_is_told_at_its_field(busy_clerk, busy_fresh) -> None:
    """The error names field, rule and what to do; nothing is lost; the form says the limit beforehand, in both languages."""
    somebody, path = busy_clerk("nyingchi.inspector"), "/enter/hazard.find"
    form = somebody.get(path)
    said = {**typed(form), **TODAY, "facility": busy_fresh.streams["fushou"], "subject": "堵" * 6_000}
    page = somebody.post(path, said, 422)

    assert "“隐患内容”应为不超过 2,000 个字的文字：请删去 4,000 个字" in page.text
    assert "#subject" in page.links
    assert typed(page)["subject"] == "堵" * 6_000
    assert "最多 2,000 个字" in form.text
    assert "At most 2,000 characters" in somebody.get(f"{path}?lang=en").text


def test_what_is_no_telephone_is_told_at_its_field(clerk) -> None:
    """Before and after: what a number may be made of stands at the question and in the error."""
    somebody, path = clerk("fushou.manager"), "/enter/person.register"
    form = somebody.get(path)
    said = {**typed(form), **TODAY, "name": "测试", "document_kind": "none", "sex": "male"}
    page = somebody.post(path, {**said, "phone": "问门卫"}, 422)

    assert "分机写“转”" in form.text
    assert "“电话”应为电话号码，5 至 40 个字符" in page.text
    assert "#phone" in page.links
    assert "请核对后入账" in somebody.post(path, {**said, "phone": "0894-5822110转8"}, 200).heading


def test_a_reason_that_is_too_long_is_told_before_a_correction(clerk, fresh) -> None:
    """Like every other text."""
    somebody = clerk("fushou.manager")
    stay = fresh.services.log.stream(fresh.streams["zhang stay"])[0].envelope.position
    form = somebody.get(f"/events/{stay}/correct")
    said = {**typed(form), "bed": "2-105", "correction_reason": "错" * 2_001}
    page = somebody.post(f"/events/{stay}/correct", said, 422)

    assert "理由不超过 2,000 个字" in page.text
    assert "#correction_reason" in page.links


def test_a_telephone_is_kept_in_half_width_however_it_is_typed(clerk, fresh) -> None:
    """In the form, on the page to check and in the log: Chinese keyboards type full width and long dashes."""
    somebody, path = clerk("fushou.manager"), "/enter/person.register"
    said = {**typed(somebody.get(path)), **TODAY, "name": "测试", "document_kind": "none", "sex": "male"}
    check = somebody.post(path, {**said, "phone": "（０８９４）５８２２１１０；0894—5822111"}, 200)

    assert "(0894)5822110;0894-5822111" in check.text
    somebody.post(f"{path}/record", check.values(), 303)
    event = fresh.services.log.stream(next(iter(fresh.services.vault.find("测试"))))[0]
    assert fresh.services.vault.open(event.phone) == "(0894)5822110;0894-5822111"


def test_what_was_recorded_before_there_was_a_limit_stays_readable(busy_clerk, busy_fresh, monkeypatch) -> None:
    """Only commands are held to it: its page shows it, and a correction of another field leaves it as it is."""
    scene, text = busy_fresh, "堵" * 1_500 + "\n" + "塞" * 1_500
    hazard = old_hazard(scene, monkeypatch, text)
    event = scene.services.log.stream(hazard)[0]
    somebody = busy_clerk("nyingchi.inspector")

    assert "堵" * 1_500 in somebody.get(f"/events/{event.envelope.position}").text
    said = {"facility": scene.streams["fushou"], "subject": text, "grade": "general", "source": "bureau"}
    with pytest.raises(Exception, match="2,000"):
        scene.record("new", "hazard.find", "2026-11-02", **said)
    args = {"stream": hazard, "version": 1, "args": {"grade": "major"}, "reason": "更正"}
    scene.record("corrected", "entry.correct", "2026-11-02", **args)
    assert "塞" * 1_500 in somebody.get(f"/events/{scene.services.log.stream(hazard)[-1].envelope.position}").text


def test_beside_a_text_from_before_the_limit_another_answer_is_corrected_in_the_form(
    busy_clerk, busy_fresh, monkeypatch
) -> None:
    """The old text was not touched: it is no error, no change, and still there afterwards."""
    scene, text = busy_fresh, "堵" * 1_500 + "\n" + "塞" * 1_500
    hazard = old_hazard(scene, monkeypatch, text)
    somebody, path = busy_clerk("nyingchi.inspector"), _correcting(scene, hazard)
    said = typed(somebody.get(path)) | {"grade": "major", "correction_reason": "更正"}
    said["subject"] = text.replace("\n", "\r\n")  # as a browser sends it
    check = somebody.post(path, said, 200)

    assert "隐患内容 原来：" not in check.text
    assert "原来：一般" in check.text
    somebody.post(f"{path}/record", check.values(), 303)
    corrected = scene.services.log.stream(hazard)[-1]
    assert (corrected.grade, corrected.subject) == ("major", text)


def test_a_text_from_before_the_limit_is_held_to_it_once_it_is_changed(busy_clerk, busy_fresh, monkeypatch) -> None:
    """What is typed now keeps the rules of now; a shorter text is shown beside the old one."""
    scene, text = busy_fresh, "堵" * 3_000
    hazard = old_hazard(scene, monkeypatch, text)
    somebody, path = busy_clerk("nyingchi.inspector"), _correcting(scene, hazard)
    said = typed(somebody.get(path)) | {"correction_reason": "更正"}

    assert "#subject" in somebody.post(path, said | {"subject": text + "了"}, 422).links
    assert f"原来：{text}" in somebody.post(path, said | {"subject": "通道堵塞"}, 200).text


def test_an_entry_with_a_telephone_of_another_form_is_corrected_in_the_form(clerk, fresh, monkeypatch) -> None:
    """Another answer goes through beside it; where it is put right itself, the page to check shows what it was."""
    old, desk = "0894－5822110（办）", fresh.services.desk
    read = desk.schemas.read
    with monkeypatch.context() as before:
        before.setattr(desk.schemas, "read", lambda *asked, **more: {**read(*asked, **more), "phone": old})
        person = fresh.record("old", "person.register", "2026-11-01", name="测试", document_kind="none", sex="male")
    home = fresh.streams["fushou"]
    fresh.record("stay", "stay.admit", "2026-11-01", person=person, facility=home, category="destitute", bed="2-107")
    fresh.services.views.catch_up()
    somebody, path = clerk("nyingchi.regulator"), _correcting(fresh, person)
    said = typed(somebody.get(path)) | {"correction_reason": "更正"}
    assert said["phone"] == old

    put_right = somebody.post(path, said | {"phone": "0894-5822110"}, 200)
    assert f"原来：{old}" in put_right.text
    assert "原来：没有填写" not in put_right.text
    check = somebody.post(path, said | {"sex": "female"}, 200)
    assert f"原来：{old}" not in check.text
    somebody.post(f"{path}/record", check.values(), 303)
    corrected = next(e for e in reversed(fresh.services.log.stream(person)) if e.command == "person.register")
    assert corrected.sex == "female"
    assert fresh.services.vault.open(corrected.phone) == old


def old_hazard(scene, monkeypatch, text: str) -> str:
    """A hazard that was recorded when a text could have any length."""
    said = {"facility": scene.streams["fushou"], "subject": text, "grade": "general", "source": "bureau"}
    with monkeypatch.context() as before:
        before.setattr(Field, "longest", 100_000)
        hazard = scene.record("old", "hazard.find", "2026-11-01", **said)
    scene.services.views.catch_up()
    return hazard


def _correcting(scene, stream: str) -> str:
    return f"/events/{scene.services.log.stream(stream)[0].envelope.position}/correct"
