"""The first page: its figures are those of the figures' own pages, and what waits says how long and leads to the form."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from domain.catalogue import commands
from domain.inspections import Inspection
from projections.ask import Ask
from tests.scene import reference
from webapp import tasks, wording
from webapp.first import TASKS_SHOWN
from webapp.overview import COLUMNS, a_year_before, month_ends
from webapp.tasks import Pending, chosen, in_order, left, varied

PLAIN = re.compile(r"<[^>]+>")
DAY = date(2026, 11, 20)


def cells(html: str) -> list[list[str]]:
    """The rows of the table of regions, as texts."""
    table = html.partition('<table class="overview">')[2].partition("</table>")[0]
    lines = re.findall(r"<tr.*?</tr>", table, re.DOTALL)[1:]
    return [[PLAIN.sub("", one).strip() for one in re.findall(r"<td.*?</td>", line, re.DOTALL)] for line in lines]


def test_the_table_of_regions_shows_what_the_figures_say(busy_reader, busy_town) -> None:
    """Every number of a region is that figure asked for the region; the last line is the figure of the whole area."""
    somebody, views = busy_reader("nyingchi.regulator"), busy_town.services.views
    regions = busy_town.services.reference.regions
    *parts, total = cells(somebody.get("/").html)

    assert len(parts) >= 2
    for name, *values in [*parts, ["林芝市", *total[1:]]]:
        code = next(c for c in [*regions.children("540400", DAY), "540400"] if regions.name(c, DAY) == name)
        said = Ask(DAY, region=code)
        for key, shown in zip(COLUMNS, values, strict=True):
            value = views.figure(key, said)["value"]
            ratio = busy_town.services.reference.figures[key].kind == "ratio"
            expected = "—" if value is None else f"{float(value):,.1f}" if ratio else f"{int(value):,}"
            assert shown.split(" ")[0] == expected, (name, key)


def test_a_figure_is_told_against_the_same_day_of_the_year_before(busy_reader, busy_town) -> None:
    """The change that a card tells is the difference of the figure on the two days."""
    views = busy_town.services.views
    now, before = (
        int(views.figure("stay.present", Ask(day, region="540400"))["value"]) for day in (DAY, a_year_before(DAY))
    )

    assert before
    assert f"比去年同日 {now - before:+d} 人" in busy_reader("nyingchi.regulator").get("/").text


def test_months_end_where_they_end_and_a_leap_day_has_a_day_a_year_before() -> None:
    """The asked day stands for the end of its own month."""
    assert month_ends(date(2024, 3, 5), 3) == [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 5)]
    assert a_year_before(date(2024, 2, 29)) == date(2023, 2, 28)
    assert a_year_before(date(2024, 12, 31)) == date(2023, 12, 31)


@pytest.mark.parametrize(
    ("days", "said", "tone"),
    [
        (-1, "逾期 1 天（2026年11月19日到期）", "bad"),
        (0, "今天到期（2026年11月20日）", "bad"),
        (7, "还剩 7 天（2026年11月27日到期）", "warn"),
        (8, "还剩 8 天（2026年11月28日到期）", "calm"),
    ],
)
def test_what_is_left_of_a_duty_is_said_in_days(days, said, tone) -> None:
    """Yesterday is overdue, today is not over, a week is pressing."""
    point = SimpleNamespace(ask=SimpleNamespace(as_of=DAY))
    page = SimpleNamespace(point=point, zh=True, t=lambda key, **more: wording.text(key, True, **more))

    assert left(page, f"{DAY + timedelta(days=days)}T24:00") == (said, tone, days)


def test_every_limit_names_commands_that_exist() -> None:
    """The button of a duty is never one of nothing."""
    named = {name for names in reference().limits.done_by.values() for name in names}

    assert named
    assert named - commands().keys() == set()


def test_a_duty_leads_to_the_form_filled_in(busy_reader, busy_town) -> None:
    """The search notice of somebody taken in opens with that rescue chosen; the auditor is offered nothing."""
    html = busy_reader("nyingchi.regulator").get("/").html
    address = next(one for one in re.findall(r'href="(/enter/[^"]+)"', html) if "rescue.publish_notice" in one)
    form = busy_reader("nyingchi.regulator").get(address.replace("&amp;", "&"))

    assert re.search(rf'value="{address.partition("=")[2]}"\s+selected', form.html)
    assert 'href="/enter/' not in busy_reader("auditor").get("/").html


def pending(what: str, days: int, *, mine: bool = True) -> Pending:
    """A task that is due so many days from now."""
    return Pending(what, days, f"{DAY + timedelta(days=days)}T24:00", mine, "", lambda: None)


def test_many_of_a_kind_do_not_hide_the_others() -> None:
    """Two of a kind stand before the first of another, the nearest day first; nothing is lost."""
    found = [pending("隐患", days) for days in (-9, -1, 0, 1)]

    assert [(task.what, task.distance) for task in varied([*found, pending("零报告", -400)])] == [
        ("隐患", 0),
        ("隐患", 1),
        ("零报告", -400),
        ("隐患", -1),
        ("隐患", -9),
    ]


def test_what_is_overdue_stands_before_what_has_time_and_ones_own_before_that_of_others() -> None:
    """By the time left; what the account cannot move on comes last, however late it is; what was missed just now is shown."""
    others = [pending("检查", -300, mine=False), pending("检查", -1, mine=False)]
    own = [pending("证照", days) for days in (20, 3, -500, -5)]
    found = chosen([*others, *own, *(pending("零报告", days) for days in (-700, -2, 0))])

    assert [one.distance for one in in_order(found)] == [-700, -500, -5, -2, 0, 3, 20, -300, -1]
    assert [one.distance for one in found[:4]] == [0, -2, -5, -500]
    assert not any(one.mine for one in found[-2:])


def test_a_clock_of_hours_stands_before_what_was_missed_long_ago() -> None:
    """An accident is reported before old papers are looked for; by its day alone it would stand last."""
    papers, accident = pending("证照", -500), pending("事故", 0)

    assert [one.what for one in in_order([papers, replace(accident, by_hours=True)])] == ["事故", "证照"]
    assert [one.what for one in in_order([papers, accident])] == ["证照", "事故"]


def test_of_more_than_was_read_a_group_says_at_least_how_many_there_are(clerk, fresh, monkeypatch) -> None:
    """The oldest were not read, so no first day is claimed; where everything was read, it is."""
    home = fresh.streams["fushou"]
    for month in ("2023-03", "2023-05", "2023-07", "2023-09", "2023-11", "2024-01", "2024-03", "2024-05"):
        fresh.record(month, "facility.report_nil", "2024-06-01", facility=home, period=month, subject="incidents")
    fresh.services.views.catch_up()
    somebody = clerk("fushou.manager")
    assert "共 9 次，最早一次逾期" in somebody.get("/").text
    monkeypatch.setattr(tasks, "READ", 6)
    part = somebody.get("/").text

    assert re.search(r"至少 \d 次，最近一次逾期", part)
    assert "最早一次逾期" not in part


def test_more_than_is_shown_is_told(busy_reader) -> None:
    """The bureau of the busy town has more to do than fits; the list of all duties is one link away."""
    html = busy_reader("nyingchi.regulator").get("/").html

    assert html.count('<div class="todo') >= TASKS_SHOWN
    assert "还有更多" in html
    assert "/boards/duties" in html


def test_a_post_is_shown_what_it_can_see_to(busy_reader, busy_town) -> None:
    """Finance has no search notices and no DNA to ask for, which a regulator of the same area sees; its badge counts its own."""
    posts = {login: busy_reader(login).get("/").text for login in ("nyingchi.regulator", "nyingchi.finance")}

    assert "发布寻亲公告" in posts["nyingchi.regulator"]
    assert "发布寻亲公告" not in posts["nyingchi.finance"]
    assert "今日13" in "".join(posts["nyingchi.regulator"].split())
    assert "今日13" not in "".join(posts["nyingchi.finance"].split())


def test_a_home_is_not_offered_what_only_a_bureau_does(reader, monkeypatch) -> None:
    """Its yearly inspection is told to a home without a button that would refuse it; were it not the bureau's, it had one."""
    offer = "/enter/inspection.plan?"
    yearly = [one for one in todo(reader("fushou.manager").get("/?as_of=2026-11-20").html) if "年度现场检查" in one]
    assert yearly
    assert not any(offer in one for one in yearly)
    assert any(offer in one for one in todo(reader("nyingchi.regulator").get("/").html) if "年度现场检查" in one)

    monkeypatch.setattr(Inspection.Planned, "of_bureau", False)
    assert any(offer in one for one in todo(reader("fushou.manager").get("/").html) if "年度现场检查" in one)


def test_the_table_says_of_a_ratio_that_it_counts_others_than_the_columns_beside_it(reader, monkeypatch) -> None:
    """From the declaration of the figure; a ratio of just those columns would need no word."""
    somebody, figures = reader("nyingchi.regulator"), reference().figures
    occupancy = figures["facility.occupancy"]
    for lang, said in (
        ("zh", "“在院”“床位”两列含各类机构"),
        ("en", "“Present” and “Beds” count facilities of every kind"),
    ):
        text = somebody.get(f"/?lang={lang}").text
        assert said in text
        assert (occupancy.meaning_zh if lang == "zh" else occupancy.meaning_en) in text

    whole = replace(occupancy, over=("stay.present", ()), under=("facility.beds_licensed", ()))
    services = somebody.client.application.extensions["shouwang"]
    monkeypatch.setitem(services.reference.figures, occupancy.key, whole)
    assert "两列含各类机构" not in somebody.get("/?lang=zh").text


def todo(html: str) -> list[str]:
    """The tasks of a first page, each with its button."""
    return html.split('<div class="todo')[1:]


def test_what_a_post_sees_to_is_not_hidden_behind_the_duties_of_others(reader, monkeypatch) -> None:
    """The board is narrowed in the question: of one row that is read, it is still one of the inspector's own."""
    monkeypatch.setattr(tasks, "READ", 1)
    limits = reference().limits
    narrowed = []
    rows = tasks._rows

    def asked(page, concerned, status):
        narrowed.append(concerned)
        return rows(page, concerned, status)

    monkeypatch.setattr(tasks, "_rows", asked)
    reader("nyingchi.finance").get("/")
    finance = {one["rule"] for one in narrowed}
    assert finance
    assert finance < limits.done_by.keys()
    assert all(any("finance_officer" in commands()[name].by for name in limits.done_by[rule]) for rule in finance)
    narrowed.clear()
    reader("nyingchi.regulator").get("/")
    assert narrowed == [{}, {}]


def test_a_task_that_waits_for_somebody_else_says_how_far_it_is(clerk, fresh) -> None:
    """A hazard that the home has put right stands with its state instead of a button."""
    told = {"facility": fresh.streams["fushou"], "grade": "general", "subject": "配电箱旁堆放杂物", "source": "bureau"}
    wire = fresh.record("wire", "hazard.find", "2026-10-02", **told)
    given = {"hazard": wire, "responsible": "fushou.manager", "deadline": "2026-10-14"}
    fresh.record("wire to", "hazard.assign", "2026-10-02", **given)
    fresh.services.views.catch_up()
    manager = clerk("fushou.manager")
    assert f"/enter/hazard.rectify?hazard={wire}" in manager.get("/").html
    fresh.record("wire done", "hazard.rectify", "2026-10-10", hazard=wire, evidence="已清走")
    fresh.services.views.catch_up()
    page = manager.get("/")

    assert f"/enter/hazard.rectify?hazard={wire}" not in page.html
    assert "（2026年10月14日到期） · 待验收" in page.text


def test_a_home_is_not_told_its_own_name_in_every_row(busy_reader) -> None:
    """A board of one home has no column of homes; the bureau's has, and so has the home's where it asks for it."""
    heads = re.compile(r"<th[^>]*>(.*?)</th>", re.DOTALL)

    def named(login: str, path: str) -> bool:
        return any("机构" in head for head in heads.findall(busy_reader(login).get(path).html))

    assert not named("fushou.manager", "/boards/stays")
    assert named("nyingchi.regulator", "/boards/stays")
    assert named("fushou.manager", "/boards/stays?cols=person.facility")
