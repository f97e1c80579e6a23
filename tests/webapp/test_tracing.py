"""What stands behind a figure is readable: what counts, what cancels out, who, where, when, and why it changed."""

from __future__ import annotations

import re

import pytest

from tests.webapp.test_recording import recorded


def corrected(somebody, position: int) -> None:
    """The bed of an admission is corrected."""
    form = somebody.get(f"/events/{position}/correct")
    own = {one["name"]: one.get("value", "") for one in form.inputs if one.get("type") != "radio"}
    said = {**own, "category": "destitute", "bed": "202", "correction_reason": "床位写错"}
    check = somebody.send(form, f"/events/{position}/correct", said, 200)
    somebody.send(check, f"/events/{position}/correct/record", {}, 303)


def withdrawn(somebody, position: int) -> int:
    """An entry is withdrawn; the position of what took its own event out."""
    form = somebody.get(f"/events/{position}/withdraw")
    check = somebody.send(form, f"/events/{position}/withdraw", {"correction_reason": "重复登记"}, 200)
    receipt = somebody.get(somebody.send(check, f"/events/{position}/withdraw/record", {}, 303).location)
    return int(re.search(r"账本位置\s*(\d+)、", receipt.text)[1])


def panel(page) -> str:
    """The part of a figure's page that says how it comes about."""
    return page.html.partition('aria-labelledby="sources"')[2].partition("</section>")[0]


def test_entries_that_cancel_out_are_folded_and_told(clerk, fresh) -> None:
    """A corrected admission counts once; the old entry and what took it out lie under a disclosure with its reason."""
    somebody, _, position = recorded(clerk, fresh)
    corrected(somebody, position)
    page = somebody.get("/figures/stay.present")
    counted, _, folded = panel(page).partition("<details>")

    assert "撤销" not in counted
    assert re.search(r"登记入住 <small[^>]*>3 条", counted)
    assert "另有 2 条相抵，不影响数值" in folded
    assert "更正时撤下了“入住，特困，床位 201”" in folded
    assert f"/events/{position}" in folded
    rows = page.html.partition('id="members"')[2]
    assert f'"/events/{position}"' not in rows


def test_a_figure_without_corrections_folds_nothing(reader) -> None:
    """No empty disclosure; that people who left are not listed is said for what is counted at a moment only."""
    somebody = reader("nyingchi.regulator")

    assert "<details>" not in panel(somebody.get("/figures/stay.present"))
    assert "已离院的人" in panel(somebody.get("/figures/stay.present"))
    assert "已离院的人" not in panel(somebody.get("/figures/stay.admitted"))


def test_members_say_where_and_when(reader) -> None:
    """A person stands with home and day; a facility is its own place."""
    somebody = reader("nyingchi.regulator")
    people = somebody.get("/figures/stay.present").html.partition('id="members"')[2]
    homes = somebody.get("/figures/facility.beds_licensed").html.partition('id="members"')[2]

    assert re.search(r"张建国</a></td><td><a[^>]*>福寿敬老院</a></td>.*2024年5月21日", people)
    assert '<th scope="col">机构</th>' not in homes
    assert "2023年1月10日" in homes


def test_a_ratio_reads_the_same_on_every_page(clerk, fresh) -> None:
    """One decimal at most, on the first page, the list, the figure and the question why."""
    fresh.record(
        "more", "facility.license_beds", "2026-11-01", facility=fresh.streams["zhamu"], beds=17, since="2026-11-01"
    )
    fresh.services.views.catch_up()
    somebody = clerk("nyingchi.regulator")

    for path in ("/", "/figures", "/figures/facility.occupancy", "/figures/facility.occupancy/why?p1=1"):
        text = somebody.get(path).text
        assert re.search(r"(?<!\d)8\.1(?!\d)", text), path
        assert "8.1081" not in text, path


def test_why_opens_with_the_last_month_and_says_so(clerk, fresh) -> None:
    """Without being told it compares a month ago with now, in words; what a withdrawal took out is named."""
    somebody, _, position = recorded(clerk, fresh)
    page = somebody.get("/figures/stay.present/why")

    assert {"2026年10月21日", "2026年11月20日"} <= {one.get("value") for one in page.inputs}
    assert "空的账本（位置 0）" in page.text
    assert "2026年11月20日的账本" in page.text
    withdrawn(somebody, position)
    page = somebody.get(f"/figures/stay.present/why?p1={position + 1}")
    assert f"到位置 {position + 1} 的账本（2026年11月20日" in page.text
    assert "撤销了“入住，特困，床位 201”" in page.text


@pytest.mark.parametrize("which", ["p1", "p2"])
def test_a_moment_that_is_none_is_asked_again(reader, which) -> None:
    """The summary leads to the field that was wrong, and what was typed stays."""
    page = reader("auditor").get(f"/figures/stay.present/why?{which}=soon", 422)

    assert f"#{which}" in page.links
    assert "soon" in [one.get("value") for one in page.inputs]


def test_a_withdrawal_names_what_it_took_out(clerk, fresh) -> None:
    """The entry with a link, the reason in its place, no raw versions; what only follows leads to the entry's own."""
    somebody, _, position = recorded(clerk, fresh)
    taking = withdrawn(somebody, position)
    page = somebody.get(f"/events/{taking}")

    assert "撤销了“入住，特困，床位 201”" in page.text
    assert "理由：重复登记" in page.text
    assert f"/events/{position}" in page.links
    assert "(1,)" not in page.text
    guard = somebody.get(f"/events/{taking + 1}")
    assert "这一条由另一条记录带出" in guard.text
    assert f"/events/{taking}" in guard.links


def test_what_only_guards_stands_in_no_list(clerk, fresh) -> None:
    """The other half of an admission is neither among the entry's events nor in the log's list nor a thing to try."""
    somebody, _, position = recorded(clerk, fresh)
    corrected(somebody, position)
    newest = fresh.services.log.read(position - 1, 100)
    guards = [event.envelope.position for event in newest if event.guards]
    page, listed = somebody.get(f"/events/{position}"), somebody.get("/events")

    assert guards
    for number in guards:
        assert f"/events/{number}" not in [*page.links, *listed.links]
    assert "人员侧" not in page.text + listed.text
    tried = [link for link in clerk("auditor").get("/").links if link.startswith("/events/")]
    own = next(e.envelope.position for e in newest if e.topic == "stay.admitted" and e.envelope.corrects)
    assert f"/events/{own}" in tried
    assert not {f"/events/{number}" for number in guards} & set(tried)
