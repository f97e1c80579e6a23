"""The round of a rating on one page: where it stands, the points beside what each level asks for, what rules a level out."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest

from domain.desk import Submission
from tests.webapp.scene import Scene

SCHEME = "CN-GBT37276-2018"
FOUR = {"A": 107, "B": 130, "C": 150, "D": 600}
"""987 points, of which A has 89.2 %: level 4."""
RATED = ("accept", "score", "second", "review", "notice", "award")


def rating(scene: Scene, *steps: str) -> str:
    """A home that asks for level 5, as far as the steps go; the address of its page."""
    home = scene.streams["fushou"]
    stream = scene.record("graded", "rating.apply", "2026-09-01", facility=home, level=5, scheme=SCHEME)
    said: dict[str, tuple[str, str, dict[str, Any]]] = {
        "own": ("rating.self_assess", "2026-09-02", {"points": {"A": 110, "B": 130, "C": 150, "D": 600}}),
        "accept": ("rating.accept_documents", "2026-09-03", {}),
        "score": (
            "rating.score",
            "2026-09-10",
            {"assessor": "nyingchi.inspector", "points": FOUR, "items": {"A1": 12, "A2": 10}},
        ),
        "second": ("rating.score", "2026-09-11", {"assessor": "nyingchi.safety", "points": FOUR}),
        "review": ("rating.review", "2026-09-15", {}),
        "notice": ("rating.publicise", "2026-09-16", {"starts_on": "2026-09-16", "ends_on": "2026-09-30"}),
        "object": ("rating.object", "2026-09-20", {"objection": "浴室没有扶手"}),
        "award": ("rating.award", "2026-10-08", {"level": 4, "valid_from": "2026-10-08", "valid_to": "2029-10-07"}),
        "suspend": ("rating.suspend", "2026-10-20", {"reason": "停业整顿"}),
        "restore": ("rating.restore", "2026-11-01", {}),
        "downgrade": ("rating.downgrade", "2026-11-05", {"level": 3, "reason": "服务质量下降"}),
    }
    for step in steps:
        command, on, args = said[step]
        scene.record(f"graded {step}", command, on, rating=stream, **args)
    scene.services.views.catch_up()
    return f"/ratings/{stream}"


def steps(page) -> list[tuple[str, str]]:
    """(what, how far) of every step."""
    found = re.findall(r"<li class=\"govuk-task-list__item.*?</li>", page.html, re.DOTALL)
    said = [[" ".join(one.split()) for one in re.split(r"<[^>]+>", unescape(item)) if one.strip()] for item in found]
    return [(one[0], one[-1]) for one in said]


def row(page, head: str) -> list[str]:
    """The cells of the row that begins with a head."""
    (found,) = re.findall(rf"<tr[^>]*><th scope=\"row\"[^>]*>{re.escape(head)}(.*?)</tr>", page.html, re.DOTALL)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", found, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", "", cell)).split()) for cell in cells]


@pytest.mark.parametrize(
    ("taken", "on"),
    [
        ((), "受理材料"),
        (("accept",), "评定员现场打分"),
        (("accept", "score"), "评定员现场打分"),
        (("accept", "score", "second"), "评定委员会审议"),
        (("accept", "score", "second", "review"), "公示"),
        (("accept", "score", "second", "review", "notice"), "授予等级"),
    ],
)
def test_the_first_step_that_is_not_done_is_next_and_leads_to_its_form(clerk, fresh, taken, on) -> None:
    """One assessor is not enough; the home's own points are waited for by nobody; what comes after has not its turn."""
    page = clerk("nyingchi.regulator").get(rating(fresh, *taken))
    found = steps(page)
    (at,) = [index for index, (what, _) in enumerate(found) if what == on]

    assert found[0] == ("机构申请", "已办")
    assert ("机构自评", "可不办") in found
    assert all(state == "未到" for _, state in found[at + 1 :])
    assert all(state not in ("未到", "现在办") for what, state in found[:at])
    assert re.search(rf"<a[^>]*href=\"/enter/rating[^\"]*\"[^>]*>\s*{on}", page.html)


def test_a_notice_that_still_hangs_is_waited_for(clerk, fresh) -> None:
    """On a day within it the award has not its turn; the day on which it ends is told."""
    page = clerk("nyingchi.regulator").get(rating(fresh, *RATED[:-1]) + "?as_of=2026-09-20")

    assert ("公示", "公示到 2026年9月30日") in steps(page)
    assert ("授予等级", "未到") in steps(page)


def test_what_was_left_out_before_an_award_stays_visible(clerk, fresh) -> None:
    """SR-06: no review and no notice were recorded; the award is done all the same."""
    found = dict(steps(clerk("nyingchi.regulator").get(rating(fresh, "accept", "score", "second", "award"))))

    assert found["评定委员会审议"] == found["公示"] == "缺这一步"
    assert found["授予等级"] == "已办"


def test_what_becomes_of_an_award_follows_in_its_order(clerk, fresh) -> None:
    """Objected to, suspended, restored, lowered; then until when it has to be renewed."""
    found = steps(
        clerk("nyingchi.regulator").get(
            rating(fresh, *RATED[:-1], "object", "award", "suspend", "restore", "downgrade")
        )
    )

    assert [what for what, _ in found[-6:]] == ["异议", "授予等级", "暂停等级", "恢复等级", "降级", "到期前重新申请"]
    assert [state for _, state in found[-6:]] == ["已办"] * 5 + ["未到"]


def test_points_stand_beside_what_each_level_asks_for(clerk, fresh) -> None:
    """987 points are level 4: for level 5 one point of the environment is missing, and nothing else."""
    page = clerk("nyingchi.regulator").get(rating(fresh, "own", "accept", "score", "second"))

    assert row(page, "环境") == ["120", "110", "107", "107", "107", "89.17"]
    assert row(page, "总分") == ["1,000", "990", "987", "987", "987", "—"]
    assert row(page, "四级")[-1] == "达到"
    assert row(page, "五级") == ["900", "90", "环境 1 分"]
    assert "可以授予四级" in page.text
    assert row(page, "交通便捷") == ["—", "12", "—"]


def test_before_enough_have_scored_the_level_is_open(clerk, fresh) -> None:
    """Nobody, then one."""
    somebody = clerk("nyingchi.regulator")
    path = rating(fresh, "accept")
    assert "还没有打分" in somebody.get(path).text
    fresh.record(
        "one", "rating.score", "2026-09-10", rating=path.rpartition("/")[2], assessor="nyingchi.inspector", points=FOUR
    )
    fresh.services.views.catch_up()

    assert "打分还不足 2 名" in somebody.get(path).text


def test_what_rules_a_level_out_is_told_with_its_source_and_what_the_log_holds(clerk, fresh) -> None:
    """An open major hazard is counted and leads to its board, which shows as many; what nobody records is said to be so."""
    somebody, path = clerk("nyingchi.regulator"), rating(fresh, "accept")
    assert row(somebody.get(path), "有没整改好的重大隐患") == ["没有未办结的", "平台规则"]
    fresh.record(
        "gas", "hazard.find", "2026-11-01", facility=fresh.streams["fushou"], grade="major", subject="燃气没有报警"
    )
    fresh.services.views.catch_up()
    page = somebody.get(path)

    assert row(page, "有没整改好的重大隐患") == ["1 件（待整改）", "平台规则"]
    assert row(page, "没有备案") == ["由受理人核实", "参照上海市评定做法"]
    assert row(page, "证照被吊销")[0] == "由受理人核实"
    board = next(link for link in map(unescape, page.links) if link.startswith("/boards/hazards?facility="))
    assert somebody.get(board).html.count("<tr><td") == 1


def pending(page) -> list[tuple[int, str]]:
    """(number, address) of everything that speaks against a rating and is counted."""
    found = re.findall(r'<a class="tag t-bad" href="(/boards/[^"]+)">(\d+)', page.html)
    return [(int(number), unescape(link)) for link, number in found]


def test_what_speaks_against_a_rating_is_the_number_of_rows_behind_its_link(clerk, fresh) -> None:
    """Three major hazards of which two are accepted, more than a page of general ones, and one award to review."""
    path, home = rating(fresh, *RATED), fresh.streams["fushou"]
    for number in range(3):
        hazard = fresh.record(
            f"gas{number}", "hazard.find", "2026-10-01", facility=home, grade="major", subject=f"燃气{number}"
        )
        said = {"responsible": "fushou.manager", "deadline": "2026-10-20"}
        fresh.record(f"to{number}", "hazard.assign", "2026-10-01", hazard=hazard, **said)
        if number:
            fresh.record(f"done{number}", "hazard.rectify", "2026-10-05", hazard=hazard, evidence="已换")
            accepted(fresh, hazard)
    for number in range(51):
        fresh.record(
            f"small{number}", "hazard.find", "2026-11-01", facility=home, grade="general", subject=f"线{number}"
        )
    fresh.services.views.catch_up()
    somebody = clerk("nyingchi.regulator")
    page = somebody.get(path)
    found = pending(page)

    assert row(page, "有没整改好的重大隐患")[0] == "1 件（待整改）"
    assert row(page, "重大隐患逾期没有整改")[0].startswith("1 件")
    assert row(page, "欺老虐老，影响恶劣")[0] == "没有未办结的"
    assert len(found) == 2
    for number, link in found:
        assert somebody.get(link).html.count("<tr><td") == number, link
    (reviews,) = [link for _, link in found if "duties" in link]
    assert "重大隐患逾期" in somebody.get(reviews).text
    assert somebody.get(reviews.replace("hazard_overdue", "abuse")).html.count("<tr><td") == 0


def accepted(scene: Scene, hazard: str) -> None:
    """Acceptance by somebody else than who rectified it."""
    actor = scene.services.desk.actor("nyingchi.safety")
    said = Submission("hazard.accept", f"accept {hazard}", {"hazard": hazard}, actor, date(2026, 10, 6))
    scene.services.desk.submit(said)


def test_an_english_reader_reads_no_chinese_but_the_sources_and_names(clerk, fresh) -> None:
    """The page opens in English for who may only read, without forms."""
    page = clerk("auditor").get(rating(fresh, *RATED) + "?lang=en")

    assert "By the scores so far Level 4 can be awarded." in page.text
    assert "What rules a level out" in page.text
    assert "/enter/rating" not in page.html
