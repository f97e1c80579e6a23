"""机构 — a place of care, or an outlet, that a bureau has registered, from registration to termination."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any

from domain.facility_figures import FIGURES
from domain.facility_rules import (
    ANYONE_RESPONSIBLE,
    MONTH_BEGUN,
    NOT_REPORTED_YET,
    REGULATORS,
    STANDING,
    SUCCESSORS,
    TOO_MANY_NURSING,
    month_covered,
    owed,
    standing,
)
from domain.figures import FACILITY_DIMENSIONS
from domain.identifiers import BadIdentifier, credit_code
from domain.model import Aggregate, Check, Event, Field, Refused, Row, Wording


def _credit_code(said: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with the unified social credit code checked and normalised (UC-01, GB 32100)."""
    try:
        return {**said, "credit_code": said.get("credit_code") and credit_code(said["credit_code"])}
    except BadIdentifier as bad:
        raise Refused(bad.rule, bad.wording, "credit_code") from bad


class Facility(Aggregate):
    """机构 — registered, licensed for beds, perhaps suspended, one day terminated."""

    name = "facility"
    label = "机构"
    sheet = "facilities"
    columns = {
        "title": Field("名称", en="Name"),
        "kind": Field("类型", choices="facility_kinds"),
        "operator": Field("运营方式", choices="operators"),
        "region": Field("区域", ref="region"),
        "address": Field("地址"),
        "setting": Field("所在", en="Setting", choices="settings"),
        "beds": Field("核定床位", en="Licensed beds", unit="张"),
        "nursing_beds": Field("护理型床位", unit="张"),
        "status": Field("状态", choices="facility_statuses"),
        "opened_on": Field("开业日期"),
        "site_no": Field("场所编号", en="Site number"),
        "credit_code": Field("统一社会信用代码"),
        "registered_on": Field("登记日期"),
        "filed_on": Field("备案日期", en="Filed on"),
        "terminated_on": Field("终止日期"),
    }
    placed = ("region", *FACILITY_DIMENSIONS)
    statuses = {
        "operating": ("营业", "Operating"),
        "suspended": ("停业", "Suspended"),
        "terminated": ("已终止", "Terminated"),
    }
    figures = FIGURES

    setting: str | None = None
    credit_code: str | None = None
    beds: int | None = None
    nursing_beds: int | None = None
    status: str = "operating"
    filed_on: date | None = None
    terminated_on: date | None = None
    successors: tuple[str, ...] = ()
    rating: str | None = None
    """The rating whose award counts."""
    nil_reports: frozenset[tuple[str, str]] = frozenset()

    @property
    def facility(self) -> str:  # type: ignore[override]
        """A facility's entries belong to itself."""
        return self.id

    def ended(self, day: date) -> Iterable[Row]:
        """The rows of an end: one facility fewer, its beds, and the duties of its kind."""
        yield Row("facility.registered", day, -1, self.id, facility=self.id)
        if self.beds:
            yield Row("facility.beds_licensed", day, -self.beds, self.id, facility=self.id)
        for figure in owed(self.kind):
            yield Row(figure, day, -1, self.id, facility=self.id)

    class Registered(Event):
        """Enter a place of care or an outlet, so that its events can be recorded."""

        topic = "facility.registered"
        label = "登记机构"
        label_en = "Facility registered"
        command = "facility.register"
        by = REGULATORS
        creates = opens = True
        sentence = ("登记：{name}（{kind}，{operator}）", "Registered: {name} ({kind}, {operator})")

        kind: Annotated[str, Field("类型", choices="facility_kinds")]
        name: Annotated[str, Field("名称")]
        site_no: Annotated[
            str,
            Field(
                "场所编号",
                en="Site number",
                hint_zh="同一法人有多处场所时用来区分，例如 01",
                hint_en="Tells several sites of one legal person apart, such as 01",
            ),
        ]
        region: Annotated[str, Field("区域", ref="region")]
        address: Annotated[str, Field("地址")]
        operator: Annotated[str, Field("运营方式", choices="operators")]
        opened_on: Annotated[date, Field("开业日期")]
        credit_code: Annotated[str | None, Field("统一社会信用代码", en="Unified social credit code")] = None
        legal_person: Annotated[str | None, Field("法定代表人")] = None
        setting: Annotated[str | None, Field("所在", en="Setting", choices="settings")] = None

        @classmethod
        def placement(cls, stream: str, fields: Mapping[str, Any], state: Any) -> tuple[str | None, str | None]:
            """The facility itself, in the region it is registered in."""
            return stream, fields["region"]

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event; the credit code is checked and normalised on the way."""
            yield case.stream, cls, _credit_code(said)

        def apply(self, state: Facility) -> None:
            """The facility operates from its registration."""
            state.kind, state.title, state.site_no = self.kind, self.name, self.site_no
            state.region, state.address, state.operator = self.region, self.address, self.operator
            state.opened_on, state.credit_code, state.setting = self.opened_on, self.credit_code, self.setting
            state.registered_on = self.day

        def copied_by(self, before: Facility.Registered, work: Any) -> Iterable[tuple[Event, dict[str, Any]]]:
            """The admissions here: their findings go by the kind. Where the home lies is asked of the home itself."""
            if self.kind != before.kind:
                for event in work.naming(self.originator_id):
                    if event.topic == "stay.admitted":
                        yield event, {"kind": self.kind}

        def rows(self, state: None) -> Iterable[Row]:
            """One more facility on the books, and one registration in the period."""
            me = self.originator_id
            yield Row("facility.registered", self.day, 1, me, facility=me, opening=True)
            yield Row("facility.opened", self.day, 1, me, facility=me, opening=True)
            for figure in owed(self.kind):
                yield Row(figure, self.day, 1, me, facility=me)

    class Renamed(Event):
        """Give the facility a new name from a day on."""

        topic = "facility.renamed"
        label = "更名"
        command = "facility.rename"
        by = REGULATORS
        checks = (STANDING,)
        sentence = ("更名为 {name}", "Renamed to {name}")
        name: Annotated[str, Field("新名称", en="New name")]

        def apply(self, state: Facility) -> None:
            """The new name holds from here."""
            state.title = self.name

    class Relocated(Event):
        """Move the facility to another address, in the same region or another."""

        topic = "facility.relocated"
        label = "迁址"
        command = "facility.relocate"
        by = REGULATORS
        checks = (STANDING,)
        sentence = ("迁至 {address}", "Moved to {address}")
        address: Annotated[str, Field("新地址", en="New address")]
        region: Annotated[str, Field("区域", ref="region")]

        def apply(self, state: Facility) -> None:
            """The new place holds from here."""
            state.address, state.region = self.address, self.region

    class Filed(Event):
        """Record that the home was filed with the bureau (EC-02)."""

        topic = "facility.filed"
        label = "备案"
        label_en = "Filed"
        command = "facility.file"
        command_en = "File a home with the bureau"
        by = REGULATORS
        checks = (STANDING,)
        sentence = ("备案：{authority}，{filed_on}", "Filed with {authority} on {filed_on}")
        filed_on: Annotated[date, Field("备案日期", en="Filed on")]
        authority: Annotated[str, Field("备案机关", en="Authority")]
        check_due: Annotated[date | None, Field("现场核查期限", en="Visit due", filled=True)] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event; the bureau visits within 20 working days (EC-03)."""
            due = case.reference.limits.due("facility.filing_check", said["filed_on"])
            yield case.stream, cls, {**said, "check_due": date.fromisoformat(due[:10])}

        def apply(self, state: Facility) -> None:
            """Filed, perhaps long before it was entered here."""
            state.filed_on = self.filed_on

        def rows(self, state: Facility | None) -> Iterable[Row]:
            """One filing; and the visit that it asks for."""
            if state is not None:
                yield Row("facility.filed", self.filed_on, 1, state.id, facility=state.id)
                if self.check_due is not None:
                    about = self.check_due.isoformat()
                    yield Row(
                        "facility.visit_due", self.filed_on, 1, state.id, facility=state.id, dims=(("about", about),)
                    )

    class BedsLicensed(Event):
        """Set how many beds the home may use from a day on."""

        topic = "facility.beds_licensed"
        label = "核定床位"
        command = "facility.license_beds"
        by = REGULATORS
        effective = "since"
        checks = (STANDING,)
        sentence = ("核定床位 {beds} 张", "{beds} beds licensed")
        beds: Annotated[int, Field("核定床位", en="Licensed beds", unit="张", minimum=0)]
        since: Annotated[date, Field("起始日期", en="From")]
        nursing_beds: Annotated[
            int | None, Field("其中护理型床位", en="Of them nursing beds", unit="张", minimum=0)
        ] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event; nursing beds are among the licensed ones."""
            if (said.get("nursing_beds") or 0) > said["beds"]:
                raise Refused("field.invalid", TOO_MANY_NURSING, "nursing_beds")
            yield case.stream, cls, dict(said)

        def apply(self, state: Facility) -> None:
            """The new number replaces the old one."""
            state.beds, state.nursing_beds = self.beds, self.nursing_beds

        def rows(self, state: Facility | None) -> Iterable[Row]:
            """The difference to the number before: beds are a level, not a flow. The first number is a licence, also nought."""
            if state is None:
                return
            if state.beds is None:
                yield Row("facility.has_licence", self.day, 1, state.id, facility=state.id)
            if self.beds != (state.beds or 0):
                yield Row(
                    "facility.beds_licensed", self.day, self.beds - (state.beds or 0), state.id, facility=state.id
                )

    class Suspended(Event):
        """Order the facility to suspend its service."""

        topic = "facility.suspended"
        label = "责令停业"
        label_en = "Suspended"
        command = "facility.suspend"
        by = REGULATORS
        checks = (
            STANDING,
            Check(
                "facility.suspended_already",
                lambda facility, event: facility.status != "suspended",
                Wording(
                    "机构已在停业中",
                    "the facility is suspended already",
                    "如需改动，请更正原停业记录",
                    "correct the suspension that exists",
                ),
            ),
        )
        sentence = ("停业：{reason}", "Suspended: {reason}")
        reason: Annotated[str, Field("原因", long=True)]
        order_no: Annotated[str | None, Field("文号", en="Order number")] = None

        def apply(self, state: Facility) -> None:
            """Closed for now."""
            state.status = "suspended"

        def rows(self, state: Facility | None) -> Iterable[Row]:
            """The level by which admissions in a suspended home are found (`facility.admitted_while_closed`)."""
            if state is not None and state.status == "operating":
                yield Row("facility.is_suspended", self.day, 1, state.id, facility=state.id)

    class Resumed(Event):
        """Let a suspended facility work again."""

        topic = "facility.resumed"
        label = "恢复营业"
        label_en = "Resumed"
        command = "facility.resume"
        by = REGULATORS
        checks = (
            STANDING,
            Check(
                "facility.not_suspended",
                lambda facility, event: facility.status == "suspended",
                Wording(
                    "机构没有停业，无从恢复",
                    "the facility is not suspended",
                    "核对日期和机构",
                    "check the day and the facility",
                ),
            ),
        )
        sentence = ("恢复营业", "Resumed")

        def apply(self, state: Facility) -> None:
            """Open again."""
            state.status = "operating"

        def rows(self, state: Facility | None) -> Iterable[Row]:
            """No longer suspended."""
            if state is not None and state.status == "suspended":
                yield Row("facility.is_suspended", self.day, -1, state.id, facility=state.id)

    class Terminated(Event):
        """End the facility; the people inside must have somewhere to go (EC-12)."""

        topic = "facility.terminated"
        label = "终止"
        command = "facility.terminate"
        by = REGULATORS
        checks = (STANDING,)
        sentence = ("终止：{reason}", "Terminated: {reason}")
        reason: Annotated[str, Field("原因", long=True)]
        resettlement: Annotated[str | None, Field("人员安置", long=True)] = None

        def apply(self, state: Facility) -> None:
            """Nothing happens here any more."""
            state.status, state.terminated_on = "terminated", self.day

        def rows(self, state: Facility | None) -> Iterable[Row]:
            """One facility fewer, and its beds."""
            if state is not None:
                yield from state.ended(self.day)

    class Succeeded(Event):
        """End the facility in others that take its place: one (succession, merger) or several (split)."""

        topic = "facility.succeeded"
        label = "合并、分立或承继"
        label_en = "Succeeded by others"
        command = "facility.succeed"
        command_en = "Merge, split or succeed a facility"
        by = REGULATORS
        checks = (STANDING,)
        sentence = ("{manner}，由 {successors} 承接", "{manner}: continued by {successors}")
        manner: Annotated[str, Field("方式", en="Manner", choices="succession_manners")]
        successors: Annotated[tuple[str, ...], Field("承接机构", en="Successors", ref="facility")]
        resettlement: Annotated[str | None, Field("人员安置", long=True)] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event; a split has several successors, and each stands on that day."""
            several = said["manner"] == "split"
            if len(set(said["successors"])) < 1 + several or case.stream in said["successors"]:
                raise Refused("facility.successors", SUCCESSORS, "successors")
            for successor in said["successors"]:
                standing(case, successor, field="successors")
            yield case.stream, cls, dict(said)

        def apply(self, state: Facility) -> None:
            """Nothing happens here any more; others go on."""
            state.status, state.terminated_on, state.successors = "terminated", self.day, self.successors

        def rows(self, state: Facility | None) -> Iterable[Row]:
            """One facility fewer, and its beds."""
            if state is not None:
                yield from state.ended(self.day)

    class Rated(Event):
        """The mark of an award in the facility's stream: which rating counts; follows from the award."""

        topic = "facility.rated"
        label = "授予等级（机构侧）"
        label_en = "Rating awarded"
        guards = True
        rating: Annotated[str, Field("评定", ref="rating", filled=True)]

        def apply(self, state: Facility) -> None:
            """This award counts from here."""
            state.rating = self.rating

    class NilReported(Event):
        """Say that nothing of a kind happened in a month: zero is logged, never assumed."""

        topic = "facility.nil_reported"
        label = "零报告"
        label_en = "Nil report"
        command = "facility.report_nil"
        command_en = "Send a nil report"
        by = ANYONE_RESPONSIBLE
        checks = (STANDING, NOT_REPORTED_YET, MONTH_BEGUN)
        sentence = ("零报告：{period} 无{subject}", "Nil report: no {subject} in {period}")
        period: Annotated[
            str,
            Field(
                "月份",
                en="Month",
                pattern=r"[0-9]{4}-(0[1-9]|1[0-2])",
                hint_zh="“年-月”（YYYY-MM）",
                hint_en="a year and a month, YYYY-MM",
            ),
        ]
        subject: Annotated[str, Field("事项", choices="nil_subjects")]

        def apply(self, state: Facility) -> None:
            """This month and subject are reported."""
            state.nil_reports = state.nil_reports | {(self.period, self.subject)}

        def rows(self, state: Facility | None) -> Iterable[Row]:
            """One nil report received."""
            if state is not None:
                yield Row(
                    "facility.nil_reports",
                    self.day,
                    1,
                    self.envelope.entry_id,
                    facility=state.id,
                    dims=(("subject", self.subject),),
                )
                if self.subject == "incidents":
                    yield month_covered(state.id, self.day, self.period, self.envelope.entry_id)
