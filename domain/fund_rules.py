"""What must hold of money given for a purpose, what is asked of it in figures, and what a fund hands down."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from domain.entries import NOT_BEFORE_START
from domain.facilities import standing
from domain.figures import Figure
from domain.model import Check, Event, Field, Post, Refused, Wording

TREASURY = frozenset({Post.FINANCE_OFFICER})
YEAR_LAST = 2100
DOCUMENT_NO = re.compile(r"[\u4e00-\u9fa5（）()]+〔\d{4}〕\d+号")
YEAR_IN_BRACKETS = re.compile(r"[\[［（(【〔]\s*(\d{4})\s*[\]］）)】〕]")
"""The year of a document number, in whatever brackets it was typed."""
INHERITED = ("source", "programme", "year", "due_at")
"""What an allotment takes from the fund that it comes from."""

MONEY = Field("金额", en="Amount", unit="元", minimum=1)
REASON = Field("原因", long=True, hint_zh="不要写个人姓名、证件号码", hint_en="No names or document numbers of persons")
DOCUMENT = Field("文号", en="Document number", hint_zh="例如 藏财社指〔2024〕12号", hint_en="The number as printed")

ENOUGH = Check(
    "fund.exceeded",
    lambda fund, event: fund.balance_fen >= event.amount_fen,
    Wording(
        "超过这笔资金当时的结余",
        "more than is left of the fund at that moment",
        "核对金额和日期；已下达、已发放的要先撤销或更正",
        "check amount and day; what was allotted or paid has to be withdrawn or corrected first",
    ),
)
NOT_MORE_THAN_GIVEN = Check(
    "fund.received_more",
    lambda fund, event: (
        (event.received_fen or 0) <= event.amount_fen
        if fund is None
        else fund.received_fen + event.amount_fen <= fund.amount_fen
    ),
    Wording(
        "到账金额超过指标金额",
        "more money arrived than was given",
        "核对金额；追加的资金另行登记",
        "check the amount; record additional money as a fund of its own",
    ),
)
WAS_GIVEN = Check(
    "fund.not_given",
    lambda fund, event: fund.given.get(event.from_fund, 0) >= event.amount_fen,
    Wording(
        "这笔资金没有下达过这么多",
        "this fund did not give so much",
        "核对上级资金和金额",
        "check the fund that it comes from and the amount",
    ),
)
LATER_YEAR = Check(
    "fund.carried_back",
    lambda fund, event: event.year > (fund.carried_to or fund.year),
    Wording(
        "结转的年度应在原年度之后",
        "money is carried over into a later year",
        "核对年度",
        "check the year",
    ),
)
TWO_PLACES = Wording(
    "接收的区域和机构只填一个",
    "give the receiving region or the facility, not both",
    "机构自带所在区域，删去区域",
    "a facility has its region; leave the region out",
)
NO_PLACE = Wording(
    "没有填写接收的区域或机构", "no receiver is given", "填写区域或机构其中之一", "give a region or a facility"
)
NO_SUCH_YEAR = Wording("年度过远", "the year is too far away", "核对年度", "check the year")
CIRCLE = Wording(
    "资金不能由它自己的下级下达",
    "a fund cannot come from one that it gave itself",
    "核对上级资金",
    "check the fund that it comes from",
)
ELSEWHERE = Wording(
    "接收方不在上级资金的区域之内",
    "the receiver lies outside the region of the fund it comes from",
    "核对接收方；属实则不必处理",
    "check the receiver; if true nothing need be done",
)
STRANGE_DOCUMENT_NO = Wording(
    "文号格式不规范",
    "the document number has not the prescribed form",
    "写作“藏财社指〔2024〕12号”的样子",
    "name, year in corner brackets, number",
)


def fund_at(case: Any, stream: str) -> Any:
    """The fund at the command's moment, for an entry that takes money from it. Raises Refused before its beginning."""
    fund = case.state(stream)
    if fund is None:
        raise Refused(NOT_BEFORE_START.rule, NOT_BEFORE_START.wording, "fund")
    return fund


def giver(case: Any, stream: str) -> Any:
    """The fund that gives an allotment. Raises Refused where it came, by whatever way, from that allotment itself."""
    fund, above = fund_at(case, stream), stream
    while above:
        if above == case.stream:
            raise Refused("fund.circle", CIRCLE, "fund")
        above = case.whole(above).parent
    return fund


def receiver(said: Mapping[str, Any], case: Any) -> str:
    """The region that receives: the one that is named, or that of the facility. Raises Refused for both or neither."""
    region, facility = said.get("to_region"), said.get("to_facility")
    if region and facility:
        raise Refused("field.invalid", TWO_PLACES, "to_region")
    if facility:
        return str(standing(case, facility, field="to_facility").region)
    if not region:
        raise Refused("field.missing", NO_PLACE, "to_region")
    return str(region)


def budget_year(year: int) -> int:
    """A year that money can be given for. Raises Refused for one far away."""
    if year > YEAR_LAST:
        raise Refused("field.invalid", NO_SUCH_YEAR, "year")
    return year


def two_years(case: Any, year: int) -> str:
    """The moment by which money of a year has to be used up: unspent for two years, it is the treasury's (BP-03)."""
    return str(case.reference.limits.due("fund.two_year", date(year, 12, 31)))


def document_no(said: str) -> str:
    """A document number with the year in the brackets that are prescribed."""
    return YEAR_IN_BRACKETS.sub(r"〔\1〕", said)


def heirs(fund: Any, before: Any, work: Any, place: Mapping[str, Any]) -> Iterator[tuple[Event, dict[str, Any]]]:
    """What hangs on a corrected fund, with what it copied: allotments from it, theirs in turn, and batches of all.

    Only its own batches lie where it lies; what was allotted lies where it was sent.
    """
    if all(getattr(fund, n) == getattr(before, n) for n in (*INHERITED, *place)):
        return
    inherited = {name: getattr(fund, name) for name in INHERITED}
    below: list[tuple[str, Mapping[str, Any]]] = [(fund.originator_id, place)]
    for stream, where in below:
        for event in list(work.naming(stream)):
            if event.topic == "fund.allotted":
                yield event, inherited
                below.append((event.originator_id, {}))
            elif event.topic == "batch.drawn_up":
                yield event, {"source": fund.source, "fund_programme": fund.programme, **where}


def _money_figure(
    key: str, zh: str, en: str, meaning_zh: str, meaning_en: str, kind: str = "flow", sources: tuple[str, ...] = ()
) -> Figure:
    """A figure of money: exact to the fen, by where it comes from and what it is for."""
    return Figure(key, zh, en, "元", kind, meaning_zh, meaning_en, ("source", "programme"), places=2, sources=sources)


FIGURES = (
    _money_figure(
        "fund.appropriated",
        "拨入资金",
        "Money appropriated",
        "期间内从财政或捐赠拨入的资金指标",
        "Money given in the period by a treasury or a donor",
        sources=("home_care_service:home_community_care_upgrade_funds", "charity:donations_received"),
    ),
    _money_figure(
        "fund.allotted",
        "下达资金",
        "Money allotted",
        "期间内下达给区域或机构的资金，计在接收方",
        "Money allotted in the period, counted where it is received",
        sources=(
            "elder_station:elder_station_funds",
            "rural_happiness_home:rural_happiness_home_funds",
            "age_friendly_retrofit:retrofit_funds",
            "rescue_station:rescue_funds",
        ),
    ),
    _money_figure("fund.received", "到账资金", "Money received", "期间内实际到账", "Money that arrived in the period"),
    _money_figure(
        "fund.paid",
        "发放资金",
        "Money paid",
        "期间内按批次发放到人的资金；退回的不从中扣除",
        "Money paid to persons in the period; what came back is not taken off",
        sources=(
            "dibao:dibao_funds_disbursed",
            "tekun:tekun_funds_disbursed",
            "temp_relief:temp_relief_funds",
            "relief_subsidy:one_off_living_subsidy_funds",
            "relief_subsidy:festival_visit_funds",
            "orphan_allowance:orphan_and_defacto_funds",
            "elder_allowance:poor_aged_disabled_subsidy_funds",
            "disability_subsidy:disability_living_funds",
            "disability_subsidy:disability_nursing_funds",
            "mental_health_community:mental_guardian_subsidy_funds",
            "social_org_party:festival_visit_funds",
            "charity:donations_spent",
        ),
    ),
    _money_figure(
        "fund.returned",
        "退回资金",
        "Money returned",
        "期间内发放后退回的资金",
        "Money that came back in the period after it had been paid",
    ),
    _money_figure(
        "fund.withdrawn",
        "收回资金",
        "Money withdrawn",
        "期间内由下达方收回的资金",
        "Money taken back in the period by who had given it",
    ),
    _money_figure(
        "fund.carried_over",
        "结转资金",
        "Money carried over",
        "期间内办理结转、留作下年同一用途的资金",
        "Money carried over in the period into a later year for the same purpose",
    ),
    _money_figure(
        "fund.lapsed",
        "上缴结余",
        "Money lapsed",
        "期间内上缴财政的结余资金",
        "Unspent money given back to the treasury in the period",
    ),
    _money_figure(
        "fund.balance",
        "资金结余",
        "Unspent balance",
        "当日日终尚未下达、发放、收回或上缴的资金",
        "Money not yet allotted, paid, withdrawn or lapsed at the end of the day",
        "stock",
    ),
    Figure(
        "fund.execution",
        "资金支付进度",
        "Share of the money that was paid",
        "%",
        "ratio",
        "期间内发放资金 ÷ 到账资金 × 100",
        "Money paid in the period / money that arrived in it x 100",
        ("source", "programme"),
        over=("fund.paid", ()),
        under=("fund.received", ()),
    ),
)
