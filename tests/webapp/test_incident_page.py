"""The page of an incident: whom it concerns and what it came from stand with what happened."""

from __future__ import annotations


def flat(page) -> str:
    """The text of a page without its blanks and breaks."""
    return "".join(page.text.split())


def test_an_incident_says_whom_it_concerns(busy_clerk, busy_fresh) -> None:
    """By name with a link for whoever may read it, masked for others; before it was recorded nothing of it stands there."""
    fire, zhang = busy_fresh.streams["fire"], busy_fresh.streams["zhang"]
    own = busy_clerk("fushou.manager").get(f"/incidents/{fire}")
    assert "涉及人员张建国" in flat(own)
    assert f"/persons/{zhang}" in own.links

    above = busy_clerk("auditor").get(f"/incidents/{fire}")
    assert "涉及人员张**" in flat(above)
    before = busy_clerk("fushou.manager").get(f"/incidents/{fire}?as_of=2026-11-01")
    assert "涉及人员" not in before.text


def test_an_incident_says_which_risks_it_came_from(busy_clerk, busy_fresh) -> None:
    """The kinds of risk that were ticked, in words."""
    home = busy_fresh.streams["fushou"]
    fall = busy_fresh.record(
        "fall",
        "incident.record",
        "2026-11-19",
        facility=home,
        place="走廊",
        kinds=["service_safety"],
        risks=["fall"],
        course="夜间起身时跌倒",
    )
    busy_fresh.services.views.catch_up()
    assert "服务安全风险跌倒" in flat(busy_clerk("fushou.manager").get(f"/incidents/{fall}"))
