"""Where money goes, as a drawing and as tables: nothing is lost on the way, and the sums are those of the figures."""

from __future__ import annotations

import itertools
import re
import uuid
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.desk import Submission
from domain.model import Refused
from domain.work import Work
from projections.ask import Ask
from tests.webapp.busy import busy
from tests.webapp.scene import Scene, made
from webapp.fund_drawing import parted
from webapp.fund_flow import flow_of
from webapp.sankey import HEIGHT, Link, Node, drawing, shortened

CITY, COUNTIES, OUTSIDE = "540400", ("540402", "540424"), "540102"
TODAY = date(2026, 11, 20)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("appropriate", "allot", "allot", "pay", "draw", "return", "withdraw", "lapse")),
        st.integers(0, 50),
        st.integers(1, 900_000),
        st.sampled_from((CITY, *COUNTIES, OUTSIDE)),
    ),
    min_size=1,
    max_size=9,
)


class Treasury:
    """Somebody who gives, pays and takes back whatever the drawn steps say, as far as the desk lets it happen."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.numbers = scene, itertools.count()
        self.funds, self.batches = [scene.streams["fund"], scene.streams["allotment"]], [scene.streams["batch"]]
        self.people = [stream for name, stream in scene.streams.items() if name.startswith("payee")]

    def submit(self, command: str, as_: str | None = None, /, **args: object) -> str:
        """One command; the stream it made."""
        desk = self.scene.services.desk
        actor = desk.actor(as_) if as_ else None
        said = Submission(command, str(uuid.uuid4()), args, *([actor] if actor else []), occurred_on=date(2026, 10, 1))
        return desk.submit(said).stream

    def act(self, what: str, which: int, fen: int, region: str) -> None:
        """One step; what is impossible is refused and leaves no trace."""
        fund, batch = self.funds[which % len(self.funds)], self.batches[which % len(self.batches)]
        number = f"林财社〔2026〕{next(self.numbers) + 100}号"
        try:
            if what == "appropriate":
                more = {"source": "city_budget", "programme": "old_age_allowance", "document_no": number}
                year = 2025 + which % 2
                self.funds.append(self.submit("fund.appropriate", region=CITY, amount_fen=fen, year=year, **more))
            elif what == "allot":
                said = {"fund": fund, "amount_fen": fen, "document_no": number, "to_region": region}
                self.funds.append(self.submit("fund.allot", **said))
            elif what in ("pay", "draw"):
                self.pay(fund, which, fen, paid=what == "pay")
            elif what == "return":
                self.submit("batch.return_line", batch=batch, person=self.people[which % 3], reason="账户已销户")
            else:
                self.submit(f"fund.{what}", fund=fund, amount_fen=fen, reason="项目结束")
        except Refused:
            pass

    def pay(self, fund: str, which: int, fen: int, *, paid: bool) -> None:
        """A list of one, approved by somebody else."""
        month = f"2026-{which % 9 + 1:02}"
        lines = [{"person": self.people[which % 3], "amount_fen": fen}]
        said = {"fund": fund, "programme": "old_age_allowance", "period": month, "lines": lines}
        batch = self.submit("batch.draw_up", **said)
        self.batches.append(batch)
        if paid:
            self.submit("batch.approve", "nyingchi.approver", batch=batch)
            self.submit("batch.pay", batch=batch, bank_reference="B-1")


@pytest.fixture(scope="module")
def treasury(tmp_path_factory) -> Treasury:
    """A town whose money is moved about by every example."""
    return Treasury(busy(made(tmp_path_factory.mktemp("treasury"))))


def rows(scene: Scene, board: str, **where: str) -> list[dict]:
    """The rows of a board."""
    region = where.pop("region", None)
    return scene.services.views.sheet(board, Ask(TODAY, region=region, where=where), limit=5_000)["rows"]


def figure(scene: Scene, key: str, region: str) -> Decimal:
    """A figure over all time, in fen."""
    ask = Ask(TODAY, region=region, from_=date(2020, 1, 1))
    return Decimal(scene.services.views.figure(f"fund.{key}", ask)["value"]) * 100


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_to_money_the_flow_conserves_it_and_equals_the_figures(treasury, steps) -> None:
    """For the city and each county: in = paid + balance + onward + withdrawn + lapsed, each what its figure says."""
    for step in steps:
        treasury.act(*step)
    scene = treasury.scene
    scene.services.views.catch_up()
    for region in (CITY, *COUNTIES):
        funds = rows(scene, "funds", region=region)
        flows = [flow_of([row for row in funds if row["year"] == year], {}) for year in (2025, 2026)]

        assert all(flow.conserved for flow in flows)
        assert all(end.fen >= 0 and min(end.ends.values()) >= 0 for flow in flows for end in flow.ended)
        for column in ("source", "programme", "region"):
            assert all(sum(flow.sums(column).values()) == flow.came_fen for flow in flows)
        ends = {end: sum(flow.ends()[end] for flow in flows) for end in flows[0].ends()}
        assert ends["paid"] == figure(scene, "paid", region) - figure(scene, "returned", region)
        assert ends["balance"] == figure(scene, "balance", region)
        assert ends["lapsed"] == figure(scene, "lapsed", region)
        if region == CITY:
            inside = {row["stream"] for row in funds}
            outside = [row for row in rows(scene, "funds") if row["parent"] in inside and row["stream"] not in inside]
            back = sum(row["amount_fen"] for row in funds if row["parent"] and row["parent"] not in inside)
            assert sum(flow.came_fen for flow in flows) == figure(scene, "appropriated", region) + back
            assert ends["onward"] == sum(row["amount_fen"] - row["withdrawn_fen"] for row in outside)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, seen=st.booleans())
def test_the_drawing_of_one_fund_holds_all_of_its_money(treasury, steps, seen) -> None:
    """Its parts and what ended at itself are what was given to it, whether or not the account sees the receivers."""
    for step in steps:
        treasury.act(*step)
    scene = treasury.scene
    scene.services.views.catch_up()
    funds, batches = rows(scene, "funds"), rows(scene, "batches")
    for fund in funds:
        state = Work(scene.services.log).track(fund["stream"]).state
        children = [("", None, row) for row in funds if row["parent"] == fund["stream"]] if seen else []
        lists = [("", None, row) for row in batches if row["fund"] == fund["stream"]]
        parts, own = parted(state, children, lists, "elsewhere")

        assert sum(part.fen for part in parts) + own.fen == state.amount_fen
        assert min(own.ends.values()) >= 0


def test_a_fund_that_lost_a_yuan_does_not_pass_for_conserved(busy_town) -> None:
    """What the page calls equal is worked out, not asserted."""
    funds = rows(busy_town, "funds", region=CITY)
    assert flow_of(funds, {}).conserved
    funds[0]["balance_fen"] -= 100
    assert not flow_of(funds, {}).conserved


AMOUNTS = st.lists(st.integers(1, 10**12), min_size=1, max_size=12)


@given(AMOUNTS)
def test_a_drawing_keeps_widths_by_amount_and_boxes_apart(fens) -> None:
    """Ribbons fill their boxes exactly, boxes of a column never overlap, the whole is as high as it says."""
    nodes = [Node("all", 0, "全部", sum(fens)), *(Node(f"n{n}", 1, "部分", fen) for n, fen in enumerate(fens))]
    drawn = drawing(nodes, [Link("all", f"n{n}", fen) for n, fen in enumerate(fens)])
    boxes = {box.node.key: box for box in drawn.boxes}

    assert abs(boxes["all"].height - HEIGHT) <= 1
    for ribbon in drawn.ribbons:
        assert abs(ribbon.width - max(ribbon.fen * HEIGHT / sum(fens), 1)) <= 0.1
    parts = sorted((box for box in drawn.boxes if box.node.column == 1), key=lambda box: box.y)
    assert all(one.y + one.height <= other.y for one, other in itertools.pairwise(parts))
    assert parts[-1].y + parts[-1].height <= drawn.height


def test_nothing_is_drawn_for_no_money() -> None:
    """Neither a box nor a ribbon; an empty flow is an empty drawing."""
    drawn = drawing([Node("a", 0, "a", 5), Node("b", 1, "b", 0)], [Link("a", "b", 0)])

    assert [box.node.key for box in drawn.boxes] == ["a"]
    assert drawn.ribbons == []
    assert drawing([], []).boxes == []


def test_long_words_are_cut_where_the_room_ends() -> None:
    """Chinese letters take twice the room of Latin ones."""
    assert shortened("短") == "短"
    assert shortened("一" * 16) == "一" * 15 + "…"
    assert shortened("a" * 31) == "a" * 31


# -- the pages ---------------------------------------------------------------------------------------------


def test_the_flow_of_an_area_shows_what_came_and_where_it_is(busy_reader) -> None:
    """100,000 yuan came; 650 yuan were paid and not returned; the rest is unspent, most of it with the city itself."""
    page = busy_reader("nyingchi.finance").get("/funds/flow")

    assert "流入 100,000.00 元 = 已发放到人 650.00 元 + 结余 99,350.00 元 = 100,000.00 元 相等" in page.text
    assert re.search(r"林芝市本级</a></th><td class=\"n\">0.00</td><td class=\"n\">60,000.00</td>", page.html)
    assert re.search(r"巴宜区</a></th><td class=\"n\">650.00</td><td class=\"n\">39,350.00</td>", page.html)
    assert "9.94 万元" in page.text
    assert "<path" in page.html


def test_every_box_of_the_flow_leads_to_a_page(busy_reader) -> None:
    """Sources, purposes, regions and ends: each is a link, and opens."""
    somebody = busy_reader("nyingchi.finance")
    page = somebody.get("/funds/flow")
    drawn = page.html.partition('<svg class="flow"')[2].partition("</svg>")[0]
    links = re.findall(r'<a href="([^"]*)"', drawn)

    assert len(links) == len(re.findall("<rect", drawn)) == 6
    for link in links:
        somebody.get(link.replace("&amp;", "&"))


def test_a_county_sees_what_was_allotted_to_it_as_coming_in(busy_reader) -> None:
    """The flow of a county begins with what the city allotted, and cannot be asked for another area."""
    page = busy_reader("nyingchi.finance").get("/funds/flow?region=540402")
    assert "流入 40,000.00 元" in page.text
    elsewhere = busy_reader("bomi.regulator").get("/funds/flow?region=540402")
    assert "没有 2026 年度的资金" in elsewhere.text
    assert "该区域不在您的管辖范围" in elsewhere.text


def test_what_is_behind_the_time_is_marked_in_words(busy_reader) -> None:
    """1.6 percent paid in November is far behind; the time that has passed stands beside it."""
    page = busy_reader("nyingchi.finance").get("/funds/flow")

    assert "时间进度 88.8%" in page.text
    assert re.search(r"巴宜区</a></th>.*?慢 87\.1 个百分点", page.html, re.DOTALL)


@pytest.mark.parametrize("typed", ["soon", "20261", "-1"])
def test_a_year_that_is_none_is_told(busy_reader, typed) -> None:
    """The year of the as-of day is shown instead."""
    page = busy_reader("nyingchi.finance").get(f"/funds/flow?year={typed}")

    assert "不是年度" in page.text
    assert "2026 年度" in page.heading


def test_a_year_without_money_and_a_day_before_it_say_so(busy_reader) -> None:
    """An empty flow is a sentence, not an empty drawing; what stands for the day is known by the day."""
    somebody = busy_reader("nyingchi.finance")

    assert "没有 2020 年度的资金" in somebody.get("/funds/flow?year=2020").text
    assert "没有 2026 年度的资金" in somebody.get("/funds/flow?as_of=2026-01-10").text
    assert "流入 100,000.00 元" in somebody.get("/funds/flow?as_of=2026-01-20").text


def test_the_page_of_a_fund_draws_its_way_both_ways(busy_reader, busy_town) -> None:
    """From the source and the city down to the batch and what came of it; each fund and batch is a link."""
    streams = busy_town.streams
    page = busy_reader("nyingchi.finance").get(f"/funds/{streams['allotment']}")
    drawn = page.html.partition('<svg class="flow"')[2].partition("</svg>")[0]

    assert f"/funds/{streams['fund']}" in drawn
    assert f"/batches/{streams['batch']}" in drawn
    assert "市级福彩公益金" in drawn
    assert "已发放到人" in drawn
    assert "3.94 万元" in drawn


@pytest.mark.parametrize("login", ["fushou.manager", "auditor", "admin", "bomi.regulator"])
def test_everybody_signed_in_sees_the_flow_of_the_own_area_only(busy_reader, login) -> None:
    """Nothing of the city's money for who does not see the city."""
    page = busy_reader(login).get("/funds/flow")

    assert ("100,000" in page.text) == (login in ("auditor", "admin"))
