"""事件/事故 — what went wrong in a facility: told upward by the clock, told to the family, looked into, closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any

from domain.accident_grades import grade
from domain.evidence import PHOTOS
from domain.facility_rules import month_covered, standing
from domain.incident_figures import FIGURES
from domain.incident_rules import (
    ACCIDENTS,
    CAUSES_KNOWN,
    COUNTY,
    FAMILY_TOLD,
    FOLLOWED_UP,
    JUDGED,
    KNOWN_FOLLOW_UP,
    LATE,
    NEW_FOLLOW_UP,
    NO_KIND,
    NOT_CLOSED,
    NOT_DONE_YET,
    REPORTED,
    Acknowledged,
    FollowUp,
    Reading,
    Report,
    against_rating,
    clock,
    duties,
    earliest,
    families_told,
    first_report,
    first_reported,
)
from domain.model import FACILITY_POSTS, Aggregate, Breach, Duty, Event, Field, Post, Refused, Row, Sealed

JUDGES = frozenset({Post.REGULATOR, Post.SAFETY_TEAM})
RESPONDERS = FACILITY_POSTS | JUDGES


class Incident(Aggregate):
    """事件 — where, of which kinds, who was told when, and what came of it."""

    name = "incident"
    label = "事件"
    sheet = "incidents"
    columns = {
        "facility": Field("机构", ref="facility"),
        "kinds": Field("类别", choices="incident_kinds"),
        "place": Field("地点"),
        "status": Field("状态", choices="incident_statuses"),
        "grade": Field("事故等级", choices="accident_grades"),
        "first_grade": Field("最初等级", choices="accident_grades"),
        "dead": Field("死亡", unit="人"),
        "injured": Field("重伤", en="Seriously injured", unit="人"),
        "missing": Field("失踪", unit="人"),
        "first_reported": Field("首次报告", en="First report", choices="first_reports"),
        "reports_made": Field("报告", en="Reports", unit="次"),
        "verdicts": Field("报告认定", en="Reports judged", choices="report_verdicts"),
        "occurred_on": Field("发生日期"),
    }
    statuses = {
        "occurred": ("已发生，未报告", "Occurred, not reported"),
        "reported": ("已报告", "Reported"),
        "investigated": ("已查明原因", "Investigated"),
        "closed": ("已结案", "Closed"),
    }
    figures = FIGURES
    counted_by = "incident.occurred"

    reports: tuple[Report, ...] = ()
    owed: tuple[tuple[int, str], ...] = ()
    """(up to which level reports are owed, the clock that this began with) as the grade rose."""
    dead: int | None = None
    injured: int | None = None
    slightly_injured: int | None = None
    missing: int | None = None
    """How many came to harm, once it was said: not to know is not nought."""
    counted = grave = False
    changes: tuple[str, ...] = ()
    """When casualties were found to be others than before, within the time for supplements."""
    grade: str | None = None
    first_grade: str | None = None
    told: frozenset[str | None] = frozenset()
    measures: tuple[str | Sealed, ...] = ()
    readings: tuple[Reading, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    verdicts: tuple[str, ...] = ()
    causes: str | Sealed | None = None
    closed_on: date | None = None

    @property
    def status(self) -> str:
        """How far the incident has come."""
        if self.closed_on is not None:
            return "closed"
        return "investigated" if self.causes is not None else "reported" if self.reports else "occurred"

    @property
    def reports_made(self) -> int:
        """How many reports were made."""
        return len(self.reports)

    @property
    def accident(self) -> bool:
        """Whether it has an accident grade: other classifications are kept apart (AC-06)."""
        return not ACCIDENTS.isdisjoint(self.kinds)

    first_reported, families_told = property(first_reported), property(families_told)

    def row(self, figure: str, day: date, amount: int) -> Row:
        """A row under the kind that was named first, so that an incident of several kinds counts once."""
        return Row(figure, day, amount, self.id, facility=self.facility, dims=(("incident_kind", self.kinds[0]),))

    def findings(self) -> Iterable[Breach]:
        """AC-02 for a late report; AC-05 for each of the four ways in which a report was judged wrong."""
        if any(not report.on_time for report in self.reports):
            yield Breach("AC-02", LATE)
        for verdict in self.verdicts:
            yield Breach("AC-05", JUDGED[verdict])

    def duties(self) -> Iterable[Duty]:
        """Reports, hops upward, supplements and follow-ups, by their clocks."""
        return duties(self)

    class Occurred(Event):
        """Record what happened, where and of which kinds; the clock of the first report runs from the moment."""

        topic = "incident.occurred"
        label = "登记事件"
        label_en = "Incident"
        command = "incident.record"
        by = RESPONDERS
        creates = opens = True
        sentence = ("{place}发生{kinds}", "{kinds} at {place}")
        one_by_one = (("facility", "place"), ("kinds",), ("course", "photos"), ("persons",), ("risks",))

        facility: Annotated[str, Field("机构", ref="facility")]
        place: Annotated[str, Field("地点", hint_zh="院内何处，不写姓名", hint_en="Where in the facility; no names")]
        kinds: Annotated[
            tuple[str, ...],
            Field(
                "类别",
                choices="incident_kinds",
                hint_zh="可多选，并说明主要的是哪一类",
                hint_en="Several may hold; say which is the main one",
            ),
        ]
        course: Annotated[str, Field("经过", en="What happened", private="self", long=True)]
        risks: Annotated[tuple[str, ...], Field("服务安全风险", choices="service_risks")] = ()
        persons: Annotated[tuple[str, ...], Field("涉及人员", en="People concerned", ref="person")] = ()
        photos: Annotated[tuple[str, ...], PHOTOS] = ()
        region: Annotated[str | None, Field("区域", ref="region", filled=True)] = None
        report_due: Annotated[str, Field("应报告时限", en="Report due", filled=True, moment=True)]
        report_to: Annotated[
            int, Field("应报至层级", en="Reported up to", unit="级", named="report_levels", filled=True)
        ]
        supplement_due: Annotated[str, Field("补报截止", en="Supplements until", filled=True, moment=True)]

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event with the clocks that it starts, as long as the law of that day makes them."""
            kinds, on, limits = said["kinds"], case.occurred_on, case.reference.limits
            if not kinds:
                raise Refused("field.missing", NO_KIND, "kinds")
            supplement = "accident.supplement_fire" if "fire" in kinds else "accident.supplement"
            several = {name: tuple(dict.fromkeys(said.get(name) or ())) for name in ("kinds", "risks", "persons")}
            clocks = {
                "report_due": limits.due("accident.unit_report", on, case.occurred_at),
                "report_to": COUNTY if ACCIDENTS.isdisjoint(kinds) else case.reference.accidents.on(on)[0].report_to,
                "supplement_due": limits.due(supplement, on),
            }
            yield case.stream, cls, {**said, **several, "region": standing(case, said["facility"]).region, **clocks}

        def apply(self, state: Incident) -> None:
            """It happened."""
            state.facility, state.region, state.place = self.facility, self.region, self.place
            state.kinds, state.risks, state.persons = self.kinds, self.risks, self.persons
            state.course, state.report_due, state.supplement_due = self.course, self.report_due, self.supplement_due
            state.occurred_on, state.occurred_at, state.owed = self.day, self.at, ((self.report_to, ""),)

        def rows(self, state: None) -> Iterable[Row]:
            """One incident, open from here, under its first kind; and one classification for each kind."""
            me = Incident(self.originator_id)
            self.apply(me)
            yield me.row("incident.occurred", self.day, 1)._replace(opening=True)
            yield me.row("incident.open", self.day, 1)._replace(opening=True)
            yield month_covered(self.facility, self.day, self.day.isoformat()[:7], me.id)
            for kind in self.kinds:
                yield me.row("incident.classifications", self.day, 1)._replace(dims=(("incident_kind", kind),))

    class Reported(Event):
        """Tell one body of the incident; each hop upward has its own clock."""

        topic = "incident.reported"
        label = "报告事件"
        label_en = "Reported"
        command = "incident.report"
        command_en = "Report an incident"
        by = RESPONDERS
        sentence = ("向{to}报告", "Reported to: {to}")

        to: Annotated[str, Field("报告对象", choices="report_bodies")]
        content: Annotated[str | None, REPORTED] = None
        level: Annotated[int, Field("层级", unit="级", named="report_levels", filled=True)]
        next_due: Annotated[str | None, Field("上报下一级时限", en="Next level due", filled=True, moment=True)] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event, with the level told and the clock of the next."""
            level = case.reference.accidents.bodies[said["to"]].level
            due = case.reference.limits.due("accident.level_hop", case.occurred_on, case.occurred_at)
            yield case.stream, cls, {**said, "level": level, "next_due": due if level >= COUNTY else None}

        def judged(self, state: Incident) -> Report:
            """The report against the clock of its level; only the first to tell a level can be late, and only provably."""
            due = None if first_report(state, self.level) else clock(state, self.level)
            on_time = due is None or earliest(self.at) <= due
            return Report(self.to, self.at, on_time, due, self.level, self.next_due)

        def apply(self, state: Incident) -> None:
            """One more report."""
            state.reports = (*state.reports, self.judged(state))

        def rows(self, state: Incident | None) -> Iterable[Row]:
            """An incident is reported late once, with its first late report."""
            if state is not None and all(r.on_time for r in state.reports) and not self.judged(state).on_time:
                yield state.row("incident.reported_late", self.day, 1)

    class CasualtiesRecorded(Event):
        """Say how many people died, were injured or are missing, and what was lost; the latest count holds."""

        topic = "incident.casualties_recorded"
        label = "登记伤亡"
        label_en = "Casualties"
        command = "incident.record_casualties"
        by = RESPONDERS
        sentence = (
            "死亡 {dead} 人，重伤 {injured} 人，失踪 {missing} 人",
            "Dead: {dead}, seriously injured: {injured}, missing: {missing}",
        )

        dead: Annotated[int, Field("死亡", unit="人")]
        injured: Annotated[int, Field("重伤", en="Seriously injured", unit="人")]
        missing: Annotated[int, Field("失踪", unit="人")]
        slightly_injured: Annotated[int | None, Field("轻伤", unit="人")] = None
        loss_fen: Annotated[int | None, Field("直接经济损失", en="Direct loss", unit="元", minimum=0)] = None
        grade: Annotated[str, Field("对应等级", choices="accident_grades", filled=True)]
        grave: Annotated[bool, Field("影响星级", en="Speaks against a rating", filled=True)] = False
        report_to: Annotated[
            int, Field("应报至层级", en="Reported up to", unit="级", named="report_levels", filled=True)
        ]
        hop_due: Annotated[str, Field("等级上升后上报时限", en="Higher level due", filled=True, moment=True)]

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event with the grade of these numbers by the law of the day of the incident (AC-01)."""
            grades = case.reference.accidents.on(case.whole(case.stream).occurred_on)
            found = grade(grades, said["dead"], said["injured"], said.get("loss_fen") or 0)
            hop = case.reference.limits.due("accident.level_hop", case.occurred_on, case.occurred_at)
            kept = {"grade": found.code, "grave": found.grave, "report_to": found.report_to}
            yield case.stream, cls, {**said, **kept, "hop_due": hop}

        def apply(self, state: Incident) -> None:
            """This count replaces the one before; an accident is graded anew while supplements are taken (AC-04)."""
            now = self.dead, self.injured, self.missing, self.slightly_injured or 0
            in_time = earliest(self.at) <= state.supplement_due
            if state.counted and in_time and state.accident and now[:3] != (state.dead, state.injured, state.missing):
                state.changes = (*state.changes, self.at)
            state.dead, state.injured, state.missing, state.slightly_injured = now
            state.loss_fen, state.counted = self.loss_fen, True
            if state.accident and (in_time or state.grade is None):
                state.grade, state.grave, state.first_grade = self.grade, self.grave, state.first_grade or self.grade
                state.owed = (*state.owed, (self.report_to, self.hop_due))

        def rows(self, state: Incident | None) -> Iterable[Row]:
            """The differences to the count before, on the day of the incident."""
            if state is None:
                return
            hurt = self.injured + (self.slightly_injured or 0) - (state.injured or 0) - (state.slightly_injured or 0)
            for figure, more in (("incident.dead", self.dead - (state.dead or 0)), ("incident.injured", hurt)):
                if more:
                    yield state.row(figure, state.occurred_on, more)
            yield from against_rating(self, state)

    class FamilyTold(Event):
        """Tell the family; without a person it holds for everybody concerned."""

        topic = "incident.family_told"
        label = "告知家属"
        label_en = "Family told"
        command = "incident.tell_family"
        command_en = "Tell the family"
        by = RESPONDERS
        sentence = ("已告知家属", "The family was told")

        person: Annotated[str | None, Field("人员", ref="person")] = None
        how: Annotated[
            str | None,
            Field(
                "告知情况",
                en="How",
                private="self",
                long=True,
                hint_zh="告知谁、如何告知；没有人员受到影响的也在此说明",
                hint_en="Who was told and how; say so here if nobody was concerned",
            ),
        ] = None

        def apply(self, state: Incident) -> None:
            """One family fewer in the dark."""
            state.told = state.told | {self.person}

    Acknowledged = Acknowledged

    class MeasureTaken(Event):
        """Say what was done at once: rescue, cordon, food kept back, people moved."""

        topic = "incident.measure_taken"
        label = "采取措施"
        label_en = "Measure taken"
        command = "incident.take_measure"
        command_en = "Take a measure"
        by = RESPONDERS
        sentence = ("已采取处置措施", "A measure was taken")
        measure: Annotated[str, Field("措施", private="self", long=True)]

        def apply(self, state: Incident) -> None:
            """One more measure."""
            state.measures = (*state.measures, self.measure)

    class Investigated(Event):
        """Say what caused it."""

        topic = "incident.investigated"
        label = "查明原因"
        label_en = "Investigated"
        command = "incident.investigate"
        command_en = "Record the causes"
        by = RESPONDERS
        sentence = ("原因已查明：{direct_cause}", "Causes found: {direct_cause}")

        causes: Annotated[str, Field("原因", private="self", long=True)]
        direct_cause: Annotated[str | None, Field("直接原因", choices="incident_causes")] = None

        def apply(self, state: Incident) -> None:
            """The causes are known."""
            state.causes, state.direct_cause = self.causes, self.direct_cause

    class LiabilityDecided(Event):
        """Say whether somebody is liable."""

        topic = "incident.liability_decided"
        label = "认定责任"
        label_en = "Liability decided"
        command = "incident.decide_liability"
        command_en = "Decide on liability"
        by = JUDGES
        sentence = ("认定为{nature}", "Found: {nature}")

        nature: Annotated[str, Field("性质", choices="incident_natures")]
        conclusion: Annotated[str | None, Field("责任认定和处理意见", private="self", long=True)] = None

        def apply(self, state: Incident) -> None:
            """The nature of the incident is settled."""
            state.nature = self.nature

    class ReportJudged(Event):
        """Find that a report came late, was missing, was false or was concealed: four breaches, kept apart (AC-05)."""

        topic = "incident.report_judged"
        label = "认定报告违规"
        label_en = "Reports judged"
        command = "incident.judge_report"
        command_en = "Judge the reports"
        by = JUDGES
        sentence = ("报告情况认定为{verdict}", "Reports judged: {verdict}")

        verdict: Annotated[str, Field("认定", choices="report_verdicts")]
        grounds: Annotated[str | None, Field("依据", private="self", long=True)] = None

        def apply(self, state: Incident) -> None:
            """The verdict stands beside those before."""
            state.verdicts = tuple(dict.fromkeys((*state.verdicts, self.verdict)))

    class FollowUpAssigned(Event):
        """Ask somebody to see to something by a day."""

        topic = "incident.follow_up_assigned"
        label = "交办后续整改"
        label_en = "Follow-up assigned"
        command = "incident.assign_follow_up"
        command_en = "Assign a follow-up"
        by = RESPONDERS
        checks = (NOT_CLOSED, NEW_FOLLOW_UP)
        sentence = ("交办第 {number} 项：{what}，{due_on}前完成", "Follow-up {number}: {what}, by {due_on}")

        number: Annotated[int, Field("序号", unit="号", minimum=1)]
        what: Annotated[str, Field("整改事项", en="What", hint_zh="不写姓名", hint_en="No names", long=True)]
        responsible: Annotated[str, Field("责任人", en="Responsible", account="anybody")]
        due_on: Annotated[date, Field("完成期限", en="Due")]

        def apply(self, state: Incident) -> None:
            """One thing more to be done."""
            state.follow_ups = (*state.follow_ups, FollowUp(self.number, self.due_on))

    class FollowUpDone(Event):
        """Say that a follow-up was seen to."""

        topic = "incident.follow_up_done"
        label = "完成后续整改"
        label_en = "Follow-up done"
        command = "incident.finish_follow_up"
        command_en = "Finish a follow-up"
        by = RESPONDERS
        checks = (KNOWN_FOLLOW_UP, NOT_DONE_YET)
        sentence = ("第 {number} 项整改完成", "Follow-up {number} done")

        number: Annotated[int, Field("序号", unit="号", minimum=1)]
        result: Annotated[str | None, Field("完成情况", private="self", long=True)] = None

        def apply(self, state: Incident) -> None:
            """One thing fewer to be done."""
            state.follow_ups = tuple(
                one._replace(done_at=self.at) if one.number == self.number else one for one in state.follow_ups
            )

    class Closed(Event):
        """Close the incident: the family told, the causes known, everything seen to."""

        topic = "incident.closed"
        label = "结案"
        label_en = "Closed"
        command = "incident.close"
        by = RESPONDERS
        checks = (NOT_CLOSED, FAMILY_TOLD, CAUSES_KNOWN, FOLLOWED_UP)
        sentence = ("事件结案", "Incident closed")

        def apply(self, state: Incident) -> None:
            """Nothing more is owed."""
            state.closed_on = self.day

        def rows(self, state: Incident | None) -> Iterable[Row]:
            """One open incident fewer."""
            if state is not None and state.closed_on is None:
                yield state.row("incident.open", self.day, -1)
