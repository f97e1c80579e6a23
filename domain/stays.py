"""入住 — one person's stay in one facility, from admission to discharge, with leaves and hospital between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any

from domain.evidence import SCANS
from domain.figures import FACILITY_DIMENSIONS, Figure
from domain.kinds import KINDS
from domain.model import Aggregate, Breach, Event, Field, Refused, Row
from domain.people import Person
from domain.people_rules import ONE_STAY
from domain.stay_rules import (
    BED,
    CLOSED,
    CONTACT_PHONE,
    HERE,
    HOME,
    IN_HOSPITAL,
    NO_AGREEMENT,
    NO_CONTACT,
    NO_LODGING,
    NO_NUMBER,
    NOT_OPEN,
    ON_LEAVE,
    PRESENT,
    UNTIL_BEFORE,
    UNTIL_FUTURE,
    UNUSUAL,
    out_of_reach,
)


class Stay(Aggregate):
    """入住 — who, where, as what, since when."""

    name = "stay"
    label = "入住"
    sheet = "stays"
    columns = {
        "person": Field("人员", ref="person"),
        "facility": Field("机构", ref="facility"),
        "category": Field("类别", choices="stay_categories"),
        "sex": Field("性别", choices="sexes"),
        "bed": Field("床位", en="Bed"),
        "status": Field("状态", choices="stay_statuses"),
        "admitted_on": Field("入住日期", en="Admitted on"),
        "ended_on": Field("离院日期", en="Ended on"),
        "discharge_reason": Field("离院原因", choices="discharge_reasons"),
        "agreement_no": Field("协议编号", en="Agreement number"),
    }
    counted_by = "stay.admitted"
    statuses = {
        "present": ("在院", "Present"),
        "on_leave": ("请假外出", "On leave"),
        "in_hospital": ("外出就医", "In hospital"),
        "ended": ("已离院", "Ended"),
    }
    figures = (
        Figure(
            "stay.present",
            "在院人数",
            "People present",
            "人",
            "stock",
            "当日日终有“入住”而没有“离院”的人；离院当天不计，请假外出和外出就医仍计",
            "People admitted and not discharged at the end of the day; not on the day of discharge; those on leave or "
            "in hospital count",
            (*FACILITY_DIMENSIONS, "category", "sex"),
            sources=("mental_health_institution:mental_inpatients_present", "tekun:tekun_persons"),
        ),
        Figure(
            "stay.admitted",
            "入住人次",
            "Admissions",
            "人次",
            "flow",
            "期间内的入住，同一人每次入住都计",
            "Admissions in the period, each one counted",
            (*FACILITY_DIMENSIONS, "category", "sex"),
            sources=("mental_health_institution:mental_inpatients_admitted",),
        ),
        Figure(
            "stay.discharged",
            "离院人次",
            "Discharges",
            "人次",
            "flow",
            "期间内的离院",
            "Discharges in the period",
            (*FACILITY_DIMENSIONS, "category", "sex", "reason"),
            sources=("mental_health_institution:mental_inpatients_discharged",),
        ),
        Figure(
            "stay.persons",
            "服务人数",
            "Different people served",
            "人",
            "distinct",
            "期间内任一日日终在院或期间内入住的不同的人，同一人只计一次",
            "Different people present at the end of a day of the period or admitted within it, each counted once",
            (*FACILITY_DIMENSIONS, "category", "sex"),
            rows="stay.present",
        ),
    )

    status: str = "present"
    ended_on: date | None = None
    discharge_reason: str | None = None

    @property
    def dims(self) -> tuple[tuple[str, str], ...]:
        """What the figures of stays are broken down by, besides the facility's own kind."""
        return ("category", self.category), ("sex", self.sex)

    def findings(self) -> Iterable[Breach]:
        """EC-04 (agreement) and the emergency contact, in elderly-care homes; an unusual category is a warning.

        Nobody lodges at an outlet or a registry: that is recorded, and found.
        """
        if self.ended_on is not None:
            return
        kind = KINDS.get(self.kind or "")
        if self.kind == "elderly_care_home" and not self.agreement_no:
            yield Breach("EC-04", NO_AGREEMENT)
        if self.kind == "elderly_care_home" and not (self.contact or self.contact_phone):
            yield Breach("stay.no_contact", NO_CONTACT, "warn")
        if kind and kind.usual_categories and self.category not in kind.usual_categories:
            yield Breach("stay.unusual_category", UNUSUAL, "warn")
        if kind and not kind.lodging:
            yield Breach("stay.no_lodging", NO_LODGING)

    def in_bed(self, day: date, bed: str | None, amount: int) -> Iterable[Row]:
        """A row of who lies in which bed; two in one bed are a breach (`facility.bed_shared`)."""
        if bed:
            yield Row("stay.in_bed", day, amount, self.id, facility=self.facility, dims=(("bed", bed),))

    def presence(self, event: Event, amount: int) -> Row:
        """A row of the stock of people present."""
        return Row(
            "stay.present",
            event.day,
            amount,
            self.member,
            facility=self.facility,
            dims=self.dims,
            opening=isinstance(event, Stay.Admitted),
        )

    class Admitted(Event):
        """A person moves in; a past stay may be entered whole, with its end."""

        topic = "stay.admitted"
        label = "登记入住"
        label_en = "Admission"
        command = "stay.admit"
        command_en = "Admit a person"
        by = HOME
        creates = opens = True
        sentence = ("入住，{category}，床位 {bed}", "Admitted as {category}, bed {bed}")

        person: Annotated[str, Field("人员", ref="person")]
        facility: Annotated[str, Field("机构", ref="facility")]
        category: Annotated[str, Field("类别", choices="stay_categories")]
        bed: Annotated[str | None, BED] = None
        agreement_no: Annotated[str | None, Field("协议编号", en="Agreement number")] = None
        contact: Annotated[
            str | None,
            Field(
                "紧急联系人",
                en="Emergency contact",
                private="person",
                hint_zh="姓名和与本人的关系",
                hint_en="Name and relation to the person",
            ),
        ] = None
        contact_phone: Annotated[str | None, CONTACT_PHONE] = None
        until: Annotated[
            date | None,
            Field(
                "离院日期", en="Until", hint_zh="补录已结束的入住时填写", hint_en="Only for a past stay entered whole"
            ),
        ] = None
        reason: Annotated[str | None, Field("离院原因", en="Reason of leaving", choices="discharge_reasons")] = None
        scans: Annotated[tuple[str, ...], SCANS] = ()
        reception: Annotated[
            str | None,
            Field(
                "接收",
                en="Reception",
                ref="reception",
                hint_zh="从其他地区移交来的人员填写",
                hint_en="Only for somebody transferred from another area",
            ),
        ] = None
        region: Annotated[str | None, Field("区域", ref="region", filled=True)] = None
        kind: Annotated[str | None, Field("机构类型", choices="facility_kinds", filled=True)] = None
        member: Annotated[str | None, Field("代称", filled=True)] = None
        sex: Annotated[str, Field("性别", choices="sexes", filled=True)] = "unknown"
        birth_year: Annotated[int | None, Field("出生年", unit="年", filled=True)] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """The admission, its guard in the person's stream and, for a past stay, the end of both."""
            facility, person = case.state(said["facility"]), case.whole(said["person"])
            if facility is None:
                raise Refused("facility.not_registered", NOT_OPEN, "facility")
            if facility.status != "operating":
                raise Refused("facility.closed", CLOSED, "facility")
            if any(case.state(old).open_stay() for old in person.absorbed if case.state(old)):
                raise Refused(ONE_STAY.rule, ONE_STAY.wording, "person")
            if out_of_reach(said):
                case.found(Breach("stay.contact_without_number", NO_NUMBER, "warn"))
            yield case.stream, cls, {**said, "region": facility.region, "kind": facility.kind, **copied(person)}
            yield said["person"], Person.StayOpened, {"stay": case.stream, "at_facility": said["facility"]}
            if said.get("reception"):
                yield from _taken_in(said["reception"], person, said["facility"], case)
            if said.get("until") is not None:
                yield from _ended(said, case)

        def apply(self, state: Stay) -> None:
            """The stay begins."""
            state.person, state.facility, state.region, state.category = (
                self.person,
                self.facility,
                self.region,
                self.category,
            )
            state.kind, state.member, state.sex, state.birth_year = (
                self.kind,
                self.member or self.person,
                self.sex,
                self.birth_year,
            )
            state.bed, state.agreement_no, state.scans = self.bed, self.agreement_no, self.scans
            state.contact, state.contact_phone = self.contact, self.contact_phone
            state.admitted_on = self.day

        def rows(self, state: None) -> Iterable[Row]:
            """One more present, one admission."""
            stay = Stay(self.originator_id)
            self.apply(stay)
            yield stay.presence(self, 1)
            yield Row(
                "stay.admitted", self.day, 1, self.originator_id, facility=self.facility, dims=stay.dims, opening=True
            )
            yield from stay.in_bed(self.day, self.bed, 1)

    class Moved(Event):
        """Change the bed."""

        topic = "stay.moved"
        label = "换床"
        label_en = "Bed changed"
        command = "stay.move"
        command_en = "Move to another bed"
        by = HOME
        checks = (HERE,)
        sentence = ("换到床位 {bed}", "Moved to bed {bed}")
        bed: Annotated[str, BED]

        def apply(self, state: Stay) -> None:
            """Another bed from here."""
            state.bed = self.bed

        def rows(self, state: Stay | None) -> Iterable[Row]:
            """One bed is free, another taken."""
            if state is not None and state.ended_on is None:
                yield from state.in_bed(self.day, state.bed, -1)
                yield from state.in_bed(self.day, self.bed, 1)

    class WentOnLeave(Event):
        """The person leaves for a while and keeps the bed."""

        topic = "stay.went_on_leave"
        label = "请假外出"
        label_en = "Went on leave"
        command = "stay.go_on_leave"
        command_en = "Let go on leave"
        by = HOME
        checks = (HERE, PRESENT)
        sentence = ("请假外出", "Went on leave")
        expected_back: Annotated[date | None, Field("预计返回")] = None

        def apply(self, state: Stay) -> None:
            """Away, still a resident."""
            state.status = "on_leave"

    class Returned(Event):
        """The person is back from leave."""

        topic = "stay.returned"
        label = "销假返回"
        label_en = "Returned from leave"
        command = "stay.return"
        command_en = "Take back from leave"
        by = HOME
        checks = (HERE, ON_LEAVE)
        sentence = ("返回", "Returned")

        def apply(self, state: Stay) -> None:
            """Present again."""
            state.status = "present"

    class SentToHospital(Event):
        """The person goes to hospital and keeps the bed."""

        topic = "stay.sent_to_hospital"
        label = "外出就医"
        label_en = "Sent to hospital"
        command = "stay.send_to_hospital"
        by = HOME
        checks = (HERE, PRESENT)
        sentence = ("外出就医", "Sent to hospital")
        hospital: Annotated[str, Field("医院", private="person")]

        def apply(self, state: Stay) -> None:
            """In hospital, still a resident."""
            state.status = "in_hospital"

    class CameBack(Event):
        """The person is back from hospital."""

        topic = "stay.came_back"
        label = "就医返回"
        label_en = "Back from hospital"
        command = "stay.come_back"
        command_en = "Take back from hospital"
        by = HOME
        checks = (HERE, IN_HOSPITAL)
        sentence = ("就医返回", "Back from hospital")

        def apply(self, state: Stay) -> None:
            """Present again."""
            state.status = "present"

    class Discharged(Event):
        """The stay ends; that day the person is no longer counted."""

        topic = "stay.discharged"
        label = "离院"
        label_en = "Discharge"
        command = "stay.discharge"
        command_en = "Discharge a person"
        by = HOME
        checks = (HERE,)
        sentence = ("离院：{reason}", "Discharged: {reason}")
        reason: Annotated[str, Field("原因", choices="discharge_reasons")]
        destination: Annotated[str | None, Field("去向", private="person")] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """The discharge, and the end of the guard in the person's stream."""
            yield case.stream, cls, dict(said)
            yield case.whole(case.stream).person, Person.StayClosed, {"stay": case.stream}

        def apply(self, state: Stay) -> None:
            """The stay is over."""
            state.status, state.ended_on, state.discharge_reason = "ended", self.day, self.reason

        def rows(self, state: Stay | None) -> Iterable[Row]:
            """One fewer present, one discharge."""
            if state is not None and state.ended_on is None:
                yield state.presence(self, -1)
                yield Row(
                    "stay.discharged",
                    self.day,
                    1,
                    state.id,
                    facility=state.facility,
                    dims=(*state.dims, ("reason", self.reason)),
                )
                yield from state.in_bed(self.day, state.bed, -1)


def _taken_in(
    reception: str, person: Person, home: str, case: Any
) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
    """The end of the reception that led to an admission: where, and whether it is the person who was to come."""
    announced = case.whole(reception).member
    same = None if announced is None else announced == person.pseudonym
    yield reception, case.event("reception.completed"), {"stay": case.stream, "home": home, "same_person": same}


def _ended(said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
    """The end of a past stay that is entered whole."""
    if said["until"] < case.occurred_on:
        raise Refused("stay.left_before_entering", UNTIL_BEFORE, "until")
    if said["until"] > case.today:
        raise Refused("field.invalid", UNTIL_FUTURE, "until")
    case.occurs(said["until"], None)
    yield case.stream, Stay.Discharged, {"reason": said.get("reason") or "other"}
    yield said["person"], Person.StayClosed, {"stay": case.stream}


def copied(person: Person) -> dict[str, Any]:
    """What a stay keeps of the person, so that its figures need nothing else."""
    return {"member": person.pseudonym, "sex": person.sex, "birth_year": person.birth_year}
