"""福彩入账 — what an outlet sold of one game in one month, or what prizes nobody claimed; the welfare fund follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Any

from domain.facility_rules import standing
from domain.figures import FACILITY_DIMENSIONS, Figure
from domain.model import FACILITY_POSTS, Aggregate, Breach, Check, Event, Field, Post, Refused, Row, Wording
from domain.outlets import outlet_of
from domain.streams import derived
from domain.values import Month

BUREAU = frozenset({Post.REGULATOR, Post.FINANCE_OFFICER})
MONTH = Field(
    "月份",
    en="Month",
    pattern=r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])",
    hint_zh="“年-月”（YYYY-MM）",
    hint_en="a year and a month, YYYY-MM",
)

POSTED = Wording(
    "这个月的这种游戏已经入账",
    "this month and game were posted already",
    "不要重复入账；金额有误的，更正原记录",
    "do not post it twice; if the amount is wrong, correct that entry",
)
KEY_FIXED = Wording(
    "更正不能改网点、区域、月份或游戏",
    "a correction cannot change the outlet, the region, the month or the game",
    "撤销这条记录，再重新入账",
    "withdraw this entry and post it anew",
)
NO_RATE = Wording(
    "没有这个月的资金构成比例，未计算公益金",
    "no rate is known for that month: no welfare fund was derived",
    "核对月份；属实的，补充参考数据后更正",
    "check the month; if it is right, add the rate to the reference data and correct the entry",
)
NO_CONTRACT = Wording(
    "网点在这个月没有有效的代销合同",
    "the outlet had no agency contract in that month",
    "补登代销合同；没有合同的，停止销售",
    "enter the contract; without one the outlet must stop selling",
)
MONTH_BEGUN = Check(
    "outlet.month_not_begun",
    lambda sale, event: event.month <= event.day.isoformat()[:7],
    Wording(
        "月份晚于发生日期", "the month lies after the business date", "核对月份和日期", "check the month and the day"
    ),
)


def _figure(key: str, zh: str, en: str, meaning_zh: str, meaning_en: str, *sources: str) -> Figure:
    """A flow of yuan by game."""
    dimensions = (*FACILITY_DIMENSIONS, "game")
    return Figure(key, zh, en, "元", "flow", meaning_zh, meaning_en, dimensions, places=2, sources=sources)


class Sale(Aggregate):
    """福彩入账 — one posting of one month and game."""

    name = "sale"
    label = "福彩入账"
    sheet = "sales"
    columns = {
        "facility": Field("网点", en="Outlet", ref="facility"),
        "region": Field("区域", ref="region"),
        "month": MONTH,
        "game": Field("游戏", choices="games"),
        "amount_fen": Field("销售额", en="Sales", unit="元"),
        "unclaimed_fen": Field("弃奖", en="Unclaimed prizes", unit="元"),
        "welfare_fen": Field("公益金", en="Welfare fund", unit="元"),
    }
    figures = (
        _figure(
            "outlet.sales",
            "福彩销售额",
            "Lottery sales",
            "月份在期间内的福彩销售额（计在月末，月末前入账的计在入账日）",
            "Sales of the months in the period, counted on the last day of the month or when posted, whichever is earlier",
            "lottery_sales:lottery_sales",
        ),
        _figure(
            "outlet.welfare_fund",
            "筹集福彩公益金",
            "Welfare fund raised",
            "期间内销售额按该月该游戏的公益金比例计提之和，加弃奖",
            "Of the sales in the period the share of the game in its month, and the prizes nobody claimed",
            "lottery_fund:lottery_fund_raised",
        ),
        _figure(
            "outlet.local_fund",
            "福彩公益金地方留成",
            "Welfare fund that stays local",
            "筹集的公益金中，按中央与地方分成留在地方的部分",
            "What of the welfare fund stays with the localities by the split with the centre",
        ),
        Figure(
            "outlet.fund_share",
            "公益金占销售额的比例",
            "Welfare fund by sales",
            "%",
            "ratio",
            "筹集福彩公益金 ÷ 福彩销售额 × 100；通常在 20 与 36 之间，否则应核对",
            "Welfare fund raised / lottery sales x 100; between 20 and 36 as a rule, else something is to be checked",
            ("game",),
            over=("outlet.welfare_fund", ()),
            under=("outlet.sales", ()),
        ),
    )

    amount_fen: int | None = None
    unclaimed_fen: int | None = None

    def findings(self) -> Iterable[Breach]:
        """A month of which no rate is known."""
        if self.welfare_fen is None:
            yield Breach("outlet.no_rate", NO_RATE, "warn")

    class SalesPosted(Event):
        """Post what an outlet sold of one game in one month; the welfare fund in it is derived."""

        topic = "outlet.sales_posted"
        label = "销量入账"
        label_en = "Sales posted"
        command = "outlet.post_sales"
        by = BUREAU | FACILITY_POSTS
        creates = True
        checks = (MONTH_BEGUN,)
        sentence = ("{month} {game}销量入账", "Sales of {game} posted for {month}")

        facility: Annotated[str, Field("网点", ref="facility")]
        month: Annotated[str, MONTH]
        game: Annotated[str, Field("游戏", choices="games")]
        amount_fen: Annotated[int, Field("销售额", en="Sales", unit="元")]
        region: Annotated[str | None, Field("区域", ref="region", filled=True)] = None
        welfare_fen: Annotated[int | None, Field("公益金", en="Welfare fund", unit="元", filled=True)] = None
        local_fen: Annotated[int | None, Field("地方留成", en="Local part", unit="元", filled=True)] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event in the one stream of this outlet, month and game."""
            facility, month = said["facility"], Month.parse(said["month"])
            region = _selling(case, facility, month).region
            outlet = case.whole(outlet_of(facility))
            if outlet is None or not outlet.covers(month):
                case.found(Breach("outlet.no_contract", NO_CONTRACT, "warn"))
            fund = case.reference.games.welfare_fund(said["game"], month, said["amount_fen"])
            yield _posting(case, facility, said), cls, {**said, "region": region, **_fund(case, month, fund)}

        def apply(self, state: Sale) -> None:
            """The posting is what it says."""
            state.facility, state.region, state.month, state.game = self.facility, self.region, self.month, self.game
            state.amount_fen, state.welfare_fen = self.amount_fen, self.welfare_fen

        def rows(self, state: None) -> Iterable[Row]:
            """The sales, and the fund in them."""
            yield from _rows(self, self.amount_fen, {"facility": self.facility})

    class PrizeUnclaimed(Event):
        """Record the prizes of a game that nobody claimed within 60 days: they go to the welfare fund (LT-03, LT-04)."""

        topic = "outlet.prize_unclaimed"
        label = "弃奖入公益金"
        label_en = "Unclaimed prizes"
        command = "outlet.record_unclaimed"
        command_en = "Record unclaimed prizes"
        by = BUREAU
        creates = True
        checks = (MONTH_BEGUN,)
        sentence = ("{month} {game}弃奖转入公益金", "Unclaimed prizes of {game} for {month}")

        region: Annotated[str, Field("区域", ref="region")]
        month: Annotated[str, MONTH]
        game: Annotated[str, Field("游戏", choices="games")]
        amount_fen: Annotated[int, Field("弃奖金额", en="Unclaimed", unit="元")]
        local_fen: Annotated[int | None, Field("地方留成", en="Local part", unit="元", filled=True)] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event in the one stream of this region, month and game."""
            local = _fund(case, Month.parse(said["month"]), said["amount_fen"])["local_fen"]
            yield _posting(case, said["region"], said), cls, {**said, "local_fen": local}

        def apply(self, state: Sale) -> None:
            """The posting is what it says."""
            state.region, state.month, state.game = self.region, self.month, self.game
            state.unclaimed_fen = state.welfare_fen = self.amount_fen

        @property
        def welfare_fen(self) -> int:
            """All of it goes to the fund."""
            return self.amount_fen

        def rows(self, state: None) -> Iterable[Row]:
            """More in the fund, and no sales."""
            yield from _rows(self, 0, {"region": self.region})


def _posting(case: Any, where: str, said: Mapping[str, Any]) -> str:
    """The one stream of an outlet or region, month and game. Raises Refused for what was posted already."""
    stream = derived("sale", where, said["month"], said["game"])
    if case.corrected is not None and stream != case.stream:
        raise Refused("entry.target_fixed", KEY_FIXED, "month")
    if case.corrected is None and case.exists(stream):
        raise Refused("outlet.posted_already", POSTED, "month", stream)
    return stream


def _selling(case: Any, facility: str, month: Month) -> Any:
    """The outlet as it sold: the last month of one that closed is posted after its end."""
    found = case.state(facility)
    if found is not None and found.terminated_on is not None and found.terminated_on >= month.first:
        case = replace(case, occurred_on=found.terminated_on - timedelta(days=1), occurred_at=None)
    return standing(case, facility, "outlet")


def _fund(case: Any, month: Month, fund: int | None) -> dict[str, int | None]:
    """A welfare fund, and the local part of it."""
    return {"welfare_fen": fund, "local_fen": case.reference.games.local_part(month, fund)}


def _rows(event: Any, sold: int, where: dict[str, str]) -> Iterable[Row]:
    day: date = min(Month.parse(event.month).last, event.day)
    for figure, amount in (
        ("outlet.sales", sold),
        ("outlet.welfare_fund", event.welfare_fen),
        ("outlet.local_fund", event.local_fen),
    ):
        if amount:
            yield Row(figure, day, amount, event.originator_id, **where, dims=(("game", event.game),))
