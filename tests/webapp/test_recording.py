"""Recording through the pages: the form, the page to check, the receipt, the way to put it right."""

from __future__ import annotations

import re

from webapp.entry import GROUPS

DAY = {"occurred_on.y": "2026", "occurred_on.m": "11", "occurred_on.d": "19"}


def admitted(clerk, fresh, **said):
    """A form of an admission, filled in and checked: (reader, check page)."""
    somebody = clerk("fushou.manager")
    person = fresh.record("chen", "person.register", "2026-11-01", name="陈桂兰", document_kind="none", sex="female")
    form = somebody.get(f"/enter/stay.admit?person={person}")
    return somebody, somebody.send(
        form, "/enter/stay.admit", {**DAY, "person": person, "category": "destitute", "bed": "201", **said}, 200
    )


def recorded(clerk, fresh):
    """An admission that was recorded: (reader, receipt page, position)."""
    somebody, check = admitted(clerk, fresh)
    answer = somebody.send(check, "/enter/stay.admit/record", {}, 303)
    receipt = somebody.get(answer.location)
    return somebody, receipt, int(re.search(r"账本位置\s*(\d+)", receipt.text)[1])


def test_an_admission_is_asked_for_a_bed_and_a_telephone_and_doubts_what_does_not_fit(clerk, fresh) -> None:
    """A remark for a bed and a word for a number are told at their questions; an orphan among elders is a doubt."""
    somebody, check = admitted(clerk, fresh, category="orphan", contact="女儿", contact_phone="０８９４—5822110")
    for shown in ("这类人员不常入住这类机构", "女儿", "0894-5822110"):
        assert shown in check.text
    assert "紧急联系人没有电话" not in check.text

    wrong = {"bed": "靠窗，朝南", "contact_phone": "abc", "step": "check"}
    page = somebody.send(check, "/enter/stay.admit", wrong, 422)
    for target in ("#bed", "#contact_phone"):
        assert target in page.links
    assert "电话号码，5 至 40 个字符" in page.text


def test_an_error_summary_names_every_field(clerk, fresh) -> None:
    """Everything that is wrong is told at once, linked to its field, and nothing typed is lost."""
    somebody = clerk("fushou.manager")
    form = somebody.get("/enter/stay.admit")
    page = somebody.send(form, "/enter/stay.admit", {**DAY, "occurred_on.m": "13", "bed": "＊保留＊"}, 422)

    assert page.title.startswith("错误：")
    for said, target in (("发生日期", "#occurred_on.y"), ("人员", "#person.search"), ("类别", "#category")):
        assert said in page.text
        assert target in page.links
        assert target[1:] in page.ids
    assert "＊保留＊" in [one.get("value") for one in page.inputs]


def test_the_page_to_check_shows_what_follows(clerk, fresh) -> None:
    """What will be written, which findings it brings, which figures move; nothing is recorded yet."""
    before = fresh.services.log.head()
    _, check = admitted(clerk, fresh)

    assert "请核对后入账" in check.heading
    for said in ("2026年11月19日", "特困", "201", "没有服务协议", "没有紧急联系人", "没有填写", "在院人数", "入住人次"):
        assert said in check.text
    assert fresh.services.log.head().position == before.position + 1


def test_a_receipt_follows_and_pages_know_it_at_once(clerk, fresh) -> None:
    """After the POST comes a GET; the figure counts the new person already."""
    somebody, receipt, position = recorded(clerk, fresh)

    assert receipt.heading == "已入账：登记入住"
    assert re.search("[0-9a-f]{64}", receipt.text)
    assert somebody.get("/figures/stay.present").heading == "在院人数 3 人"
    assert "陈桂兰" in somebody.get(f"/events/{position}").text


def test_the_same_form_twice_is_one_entry(clerk, fresh) -> None:
    """A double click, a reload or going back gives the first receipt."""
    somebody, check = admitted(clerk, fresh)
    first = somebody.send(check, "/enter/stay.admit/record", {}, 303)
    head = fresh.services.log.head()
    second = somebody.send(check, "/enter/stay.admit/record", {}, 303)

    assert second.location == first.location + "?again=1"
    assert "没有重复记录" in somebody.get(second.location).text
    assert fresh.services.log.head() == head


def test_a_form_sent_again_with_other_content_is_asked_about(clerk, fresh) -> None:
    """The id of a recorded form is not reused for something else; the answers stay, under a new id."""
    somebody, check = admitted(clerk, fresh)
    somebody.send(check, "/enter/stay.admit/record", {}, 303)
    page = somebody.send(check, "/enter/stay.admit/record", {"bed": "305"}, 422)

    assert "已用于另一条内容" in page.text
    assert page.values()["command_id"] != check.values()["command_id"]
    assert "305" in [one.get("value") for one in page.inputs]


def test_answers_can_be_changed_before_recording(clerk, fresh) -> None:
    """From the page to check back to the form, with everything that was typed."""
    somebody, check = admitted(clerk, fresh)
    form = somebody.send(check, "/enter/stay.admit", {"step": "edit"}, 200)

    assert {"201", "2026"} <= {one.get("value") for one in form.inputs}


def test_an_entry_is_corrected_with_a_reason(clerk, fresh) -> None:
    """The form is filled with the entry; only what changes is sent; the old entry stays and says so."""
    somebody, _, position = recorded(clerk, fresh)
    form = somebody.get(f"/events/{position}/correct")
    assert "201" in [one.get("value") for one in form.inputs]
    said = {one["name"]: one.get("value", "") for one in form.inputs if one.get("type") != "radio"} | {
        "category": "destitute",
        "bed": "202",
    }

    without = somebody.send(form, f"/events/{position}/correct", {**said, "correction_reason": ""}, 422)
    assert "没有填写理由" in without.text
    check = somebody.send(form, f"/events/{position}/correct", {**said, "correction_reason": "床位写错"}, 200)
    answer = somebody.send(check, f"/events/{position}/correct/record", {}, 303)
    somebody.get(answer.location)
    twice = somebody.send(check, f"/events/{position}/correct/record", {}, 303)
    assert twice.location.endswith("again=1")
    old = somebody.get(f"/events/{position}")
    assert "已更正，见位置" in old.text
    newest = fresh.services.log.read(position, 100)
    assert [e.bed for e in newest if e.topic == "stay.admitted"] == ["202"]
    assert (
        "202"
        in somebody.get(
            f"/stays/{newest[-1].originator_id if newest[-1].topic == 'stay.admitted' else fresh.services.log.at([position])[0].originator_id}"
        ).text
    )


def test_an_entry_is_withdrawn_with_a_reason(clerk, fresh) -> None:
    """The figure goes back, and why says which entry did it."""
    somebody, _, position = recorded(clerk, fresh)
    form = somebody.get(f"/events/{position}/withdraw")
    check = somebody.send(form, f"/events/{position}/withdraw", {"correction_reason": "重复登记"}, 200)
    assert "在院人数" in check.text
    answer = somebody.send(check, f"/events/{position}/withdraw/record", {}, 303)
    somebody.get(answer.location)

    assert somebody.get("/figures/stay.present").heading == "在院人数 2 人"
    why = somebody.get(f"/figures/stay.present/why?p1={position + 1}")
    assert "重复登记" in why.text
    assert "−1" in why.text


def test_the_end_of_a_stay_is_offered_to_correct_to_whoever_may_correct_it(clerk, fresh) -> None:
    """A discharge that the bureau recorded is not for the home to correct: it gets no link that leads to a refusal."""
    stay = fresh.streams["zhang stay"]
    path, home = "/enter/stay.discharge", clerk("fushou.manager")
    said = {"stay": stay, "reason": "other", "occurred_on.y": "2026", "occurred_on.m": "11", "occurred_on.d": "19"}
    bureau = clerk("nyingchi.regulator")
    bureau.send(bureau.send(bureau.get(path), path, said), f"{path}/record", {})

    assert "更正离院" in bureau.get(f"/stays/{stay}").text
    assert "更正离院" not in home.get(f"/stays/{stay}").text
    assert "再次入住" in home.get(f"/stays/{stay}").text


def test_persons_are_found_by_name_only_within_the_area(clerk, fresh) -> None:
    """A home finds its own people by name; somebody else's only by the whole document number."""
    number = "110101194912310025"
    fresh.record(
        "li",
        "person.register",
        "2026-11-01",
        name="李四光",
        document_kind="passport",
        document_number=number,
        sex="male",
    )
    somebody = clerk("fushou.manager")
    form = somebody.get("/enter/stay.admit")

    nobody = somebody.send(form, "/enter/stay.admit", {**DAY, "person.search": "李四光", "category": "destitute"}, 422)
    assert "没有找到" in nobody.text
    check = somebody.send(form, "/enter/stay.admit", {**DAY, "person.search": number, "category": "destitute"}, 200)
    assert "李**" in check.text
    assert "李四光" not in check.text


def test_several_matches_are_offered(clerk, fresh) -> None:
    """A name that several bear asks which."""
    for name in ("one", "two"):
        fresh.record(
            name,
            "stay.admit",
            "2026-11-02",
            facility=fresh.streams["fushou"],
            category="destitute",
            person=fresh.record(
                name + " p", "person.register", "2026-11-01", name="赵大海", document_kind="none", sex="male"
            ),
        )
    fresh.services.views.catch_up()
    somebody = clerk("fushou.manager")
    page = somebody.send(
        somebody.get("/enter/person.record_death"),
        "/enter/person.record_death",
        {**DAY, "person.search": "赵大海"},
        422,
    )

    assert len([one for one in page.inputs if one.get("type") == "radio" and one["name"] == "person"]) == 2


def test_a_known_document_leads_to_the_person(clerk, fresh) -> None:
    """Registering somebody twice is refused with a link to the record that exists."""
    somebody = clerk("fushou.manager")
    said = {**DAY, "name": "李四光", "document_kind": "passport", "document_number": "E12345678", "sex": "male"}
    form = somebody.get("/enter/person.register")
    check = somebody.send(form, "/enter/person.register", said, 200)
    somebody.send(check, "/enter/person.register/record", {}, 303)
    again = somebody.send(somebody.get("/enter/person.register"), "/enter/person.register", said, 422)

    assert "已登记过" in again.text
    assert any(link.startswith("/persons/") for link in again.links)


def test_an_activity_is_recorded_with_its_quantities(clerk, fresh) -> None:
    """The quantities of the type become its figures."""
    somebody = clerk("bomi.regulator")
    form = somebody.get("/enter/activity.log?type=hotline")
    said = {**DAY, "quantities.consultations": "1,200", "region": "540424"}
    check = somebody.send(form, "/enter/activity.log", said, 200)
    assert "1,200 次" in check.text
    somebody.send(check, "/enter/activity.log/record", {}, 303)

    assert somebody.get("/figures/activity.hotline.consultations").heading == "12349热线接听：咨询类 1,200 次"


def test_somebody_elses_facility_is_refused(clerk, fresh) -> None:
    """What the form does not offer the server does not take."""
    somebody = clerk("fushou.manager")
    form = somebody.get("/enter/stay.admit")
    page = somebody.send(
        form,
        "/enter/stay.admit",
        {**DAY, "person": fresh.streams["wang"], "facility": fresh.streams["zhamu"], "category": "destitute"},
        422,
    )

    assert "不在您的范围" in page.text


def test_the_groups_of_commands_have_names() -> None:
    """Every group of the list of commands is known to the wording."""
    from webapp.wording import words

    assert all(words(f"group.{name}") for name in GROUPS)
