"""The history of a thing: every entry once, newest first, with who, when, how late, and what became of it."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from itertools import pairwise

import pytest

from tests.webapp.scene import Scene


def items(page) -> list[str]:
    """The text of every item."""
    found = re.findall(r'<li class="moj-timeline__item.*?</li>', page.html, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", one)).split()) for one in found]


def licensed(scene: Scene, on: str, beds: int) -> str:
    """A home whose beds were licensed on a day; the clock says 20 November 2026."""
    home = scene.streams["zhamu"]
    scene.record("more beds", "facility.license_beds", on, facility=home, beds=beds, since=on)
    scene.services.views.catch_up()
    return f"/facilities/{home}"


def test_a_history_is_an_ordered_list_with_headings_in_order(reader, town) -> None:
    """Newest first; every item has a heading of the third level below that of the timeline, and leads to its entry."""
    page = reader("nyingchi.regulator").get(f"/facilities/{town.streams['fushou']}")
    found = items(page)
    levels = [int(level) for level in re.findall(r"<h(\d)", page.html)]

    assert len(found) == page.html.count('<h3 class="moj-timeline__title"><a href="/events/') >= 4
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert "2023年1月10日" in found[-1]
    assert "2025年3月2日" in found[0]
    assert "本机操作员 记录" in found[0]
    assert "<ol" in page.html


@pytest.mark.parametrize(
    ("lang", "on", "said"),
    [
        ("zh", "2026-11-17", "补记 2026年11月20日 10:30入账，晚 3 天"),
        ("en", "2026-11-17", "Late recorded on 20 November 2026 10:30, 3 days later"),
        ("zh", "2026-11-19", ""),
        ("zh", "2026-11-20", ""),
    ],
)
def test_what_was_recorded_late_says_so_and_nothing_else_does(clerk, fresh, lang, on, said) -> None:
    """Three days are told, with the moment of recording; the same day and the next carry no mark."""
    newest = items(clerk("nyingchi.regulator").get(f"{licensed(fresh, on, 14)}?lang={lang}"))[0]

    assert "14" in newest
    assert said in newest
    assert ("补记" in newest or "Late" in newest) == bool(said)


@pytest.mark.parametrize(
    ("command", "mark", "said"), [("correct", "已更正", "更正：床位数有误"), ("withdraw", "已撤销", "撤销：床位数有误")]
)
def test_what_was_put_right_stays_struck_out_with_who_and_why(clerk, fresh, command, mark, said) -> None:
    """The old entry is struck out and says by whom and why; a correction says that it is one, a withdrawal leaves none."""
    home = fresh.streams["zhamu"]
    version = next(e for e in fresh.services.log.stream(home) if e.topic == "facility.beds_licensed").originator_version
    args = {"args": {"beds": 13}} if command == "correct" else {}
    fresh.record(command, f"entry.{command}", "2026-11-19", stream=home, version=version, reason="床位数有误", **args)
    fresh.services.views.catch_up()
    page = clerk("nyingchi.regulator").get(f"/facilities/{home}")
    (struck,) = [one for one in items(page) if mark in one]

    assert said in struck
    assert page.html.count("<s>") == 1
    assert [one for one in items(page) if "更正后的记录" in one] == [
        one for one in items(page) if "13" in one and command == "correct"
    ]
    recorded = fresh.services.log.read(0, 1_000)
    (taker,) = [one.envelope.position for one in recorded if one.topic == "entry.withdrawn"]
    assert f'<a href="/events/{taker}">看这条记录</a>' in page.html


@pytest.mark.parametrize(("lang", "said"), [("zh", "更正"), ("en", "Corrected by")])
def test_a_correction_is_not_told_as_recorded_late(clerk, fresh, lang, said) -> None:
    """The first version was in time, the correction comes a month later: no mark; who corrected is told as that."""
    path = licensed(fresh, "2026-11-20", 14)
    home = fresh.streams["zhamu"]
    version = fresh.services.log.stream(home)[-1].originator_version
    fresh.clock.set(datetime.fromisoformat("2026-12-20T10:00:00+08:00"))
    more = {"stream": home, "version": version, "args": {"beds": 13}, "reason": "床位数有误"}
    fresh.record("later", "entry.correct", "2026-12-20", **more)
    fresh.services.views.catch_up()
    found = items(clerk("nyingchi.regulator").get(f"{path}?lang={lang}"))
    (its,) = [one for one in found if "13" in one and "14" not in one]

    assert not [one for one in found if "14" in one and ("补记" in one or "Late" in one)]
    assert "补记" not in its
    assert "Late" not in its
    assert said in its


def test_what_is_about_another_thing_names_it(reader, town) -> None:
    """On the page of a home a stay names its person and leads there; the home itself is not named again."""
    page = reader("nyingchi.regulator").get(f"/facilities/{town.streams['fushou']}")

    stays = [one for one in items(page) if "张建国" in one]
    assert len(stays) == 1
    assert f'href="/stays/{town.streams["zhang stay"]}"' in page.html
    assert not [one for one in items(page) if "核定" in one and "· 福寿敬老院" in one]
