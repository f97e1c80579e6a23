"""救助 — one person's help by a rescue station, from being received (or turned away, with reasons) to leaving.

Help is voluntary and free (RS-01): there is no state in which somebody is held, and leaving needs nobody's leave.
A person whom nobody knows is counted as one of their own until identified, and from then on as that person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any

from domain.evidence import PHOTOS
from domain.facility_rules import standing
from domain.model import Aggregate, Breach, Duty, Event, Field, Refused, Row, Sealed
from domain.rescue_figures import FIGURES
from domain.rescue_rules import (
    ALONE,
    DEAD,
    DEATH_UNRECORDED,
    HERE,
    IN_HOSPITAL,
    IN_STATION,
    INSIDE,
    LEFT_ALONE,
    NO_COLLECTOR,
    NO_REASON,
    OVERSTAYED,
    STATION,
    TAKEN_IN,
    UNIDENTIFIED,
    cash,
)

FARE_MOST = Field("短途车费标准", en="Usual fare at most", unit="元", filled=True)


class Rescue(Aggregate):
    """救助 — whom, where, since when, and how it ended."""

    name = "rescue"
    label = "救助"
    sheet = "rescues"
    columns = {
        "facility": Field("救助站", en="Station", ref="facility"),
        "person": Field("人员", ref="person"),
        "sex": Field("性别", choices="sexes"),
        "age_band": Field("年龄段", choices="age_bands"),
        "how_found": Field("来源", en="How found", choices="rescue_channels"),
        "status": Field("状态", choices="rescue_statuses"),
        "identified": Field("身份已查明", en="Identified"),
        "received_on": Field("求助日期", en="Received on"),
        "left_on": Field("离站日期", en="Left on"),
        "outcome": Field("去向", en="Outcome", choices="rescue_outcomes"),
        "notice_at": Field("寻亲公告", en="Search notice", moment=True),
        "dna_at": Field("请求DNA比对", en="DNA request", moment=True),
    }
    statuses = {
        "in_station": ("在站", "At the station"),
        "in_hospital": ("住院", "In hospital"),
        "left": ("已离站", "Left"),
        "refused": ("不予救助", "Not taken in"),
    }
    figures = FIGURES

    status: str = "in_station"
    person: str | None = None
    left_on: date | None = None
    left_at: str | None = None
    outcome: str | None = None
    identified_at: str | None = None
    notice_at: str | None = None
    dna_at: str | None = None
    stay_due: str | None = None
    notice_due: str | None = None
    dna_due: str | None = None
    settle_due: str | None = None
    fare_fen: int | None = None
    collected: bool = True
    belongings: str | Sealed | None = None
    searched: tuple[str, ...] = ()

    @property
    def identified(self) -> bool:
        """Whether it is known who the person is."""
        return self.person is not None

    @property
    def dims(self) -> tuple[tuple[str, str], ...]:
        """What all figures of rescues are broken down by."""
        return ("sex", self.sex), ("age_band", self.age_band)

    def duties(self) -> Iterable[Duty]:
        """The clocks that began with the reception; whoever leaves or turns out to be known stops those of strangers."""
        if self.stay_due:
            yield Duty("rescue.stay", self.stay_due, self.left_at)
        for rule, due, done in (
            ("rescue.notice", self.notice_due, self.notice_at),
            ("rescue.dna", self.dna_due, self.dna_at),
            ("rescue.settle", self.settle_due, None),
        ):
            if due:
                yield Duty(rule, due, min(filter(None, (done, self.identified_at, self.left_at)), default=None))

    def findings(self) -> Iterable[Breach]:
        """What can be said of a rescue that has ended; what is late before that is an overdue duty."""
        if self.left_at is None:
            return
        if self.stay_due and self.left_at > self.stay_due:
            yield Breach("RS-06", OVERSTAYED)
        if (self.fare_fen or 0) > self.fare_most_fen:
            yield Breach("RS-08", cash(self.fare_most_fen), "warn")
        if self.escorted_only and self.outcome in ALONE:
            yield Breach("RS-10", LEFT_ALONE)
        if self.outcome == "fetched_by_kin" and not self.collected:
            yield Breach("rescue.no_collector", NO_COLLECTOR, "warn")

    def reception(self, member: str, amount: int) -> Row:
        """A row of the reception, under the name of one member: people count once however often they come."""
        dims = (*self.dims, ("found", self.how_found))
        return Row("rescue.received", self.received_on, amount, member, facility=self.facility, dims=dims, opening=True)

    def counted(self, figure: str, day: date, amount: int, *dims: tuple[str, str], opening: bool = False) -> Row:
        """A row under this rescue's own id."""
        return Row(figure, day, amount, self.id, facility=self.facility, dims=(*self.dims, *dims), opening=opening)

    class Received(Event):
        """Take in somebody who asks for help or was brought; who it is may be unknown."""

        topic = "rescue.received"
        label = "接收求助"
        label_en = "Received for help"
        command = "rescue.receive"
        command_en = "Receive a person"
        by = STATION
        creates = opens = True
        sentence = ("接收求助：{sex}，{age_band}，来源：{how_found}", "Received: {sex}, {age_band}, {how_found}")
        one_by_one = (
            ("station", "how_found"),
            ("sex", "age_band"),
            ("person",),
            ("special_care", "condition", "photos"),
        )

        station: Annotated[str, Field("救助站", ref="facility")]
        sex: Annotated[str, Field("性别", choices="sexes")]
        age_band: Annotated[str, Field("年龄段", choices="age_bands")]
        how_found: Annotated[str, Field("来源", choices="rescue_channels")]
        person: Annotated[
            str | None,
            Field("人员", ref="person", hint_zh="身份不明的留空", hint_en="Leave it out while nobody knows who it is"),
        ] = None
        special_care: Annotated[
            bool,
            Field(
                "须接领或护送",
                en="Must be fetched or escorted",
                hint_zh="行动不便或有智力、精神残疾表征的；未满 16 周岁的不必另填",
                hint_en="For limited mobility or signs of mental disability; under 16 it goes without saying",
            ),
        ] = False
        condition: Annotated[str | None, Field("来站时情况", private="subject", long=True)] = None
        photos: Annotated[tuple[str, ...], PHOTOS] = ()
        region: Annotated[str | None, Field("区域", ref="region", filled=True)] = None
        subject: Annotated[str | None, Field("当事人", filled=True)] = None
        member: Annotated[str | None, Field("代称", filled=True)] = None
        stay_due: Annotated[str | None, Field("站内救助时限", moment=True, filled=True)] = None
        notice_due: Annotated[str | None, Field("寻亲公告时限", moment=True, filled=True)] = None
        dna_due: Annotated[str | None, Field("DNA比对时限", moment=True, filled=True)] = None
        settle_due: Annotated[str | None, Field("落户安置时限", moment=True, filled=True)] = None

        @classmethod
        def placement(cls, stream: str, fields: Mapping[str, Any], state: Any) -> tuple[str | None, str | None]:
            """The station."""
            return fields["station"], fields["region"]

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event, with whose it is and every moment by which something has to be done."""
            said = {**said, "special_care": bool(said.get("special_care"))}
            yield case.stream, cls, {**said, **_asking(said, case), **_clocks(said, case)}

        def apply(self, state: Rescue) -> None:
            """The person is helped."""
            _begin(state, self)
            state.how_found, state.escorted_only = self.how_found, self.special_care or self.age_band == "child"
            state.stay_due, state.notice_due = self.stay_due, self.notice_due
            state.dna_due, state.settle_due = self.dna_due, self.settle_due
            state.identified_at = self.at if self.person else None

        def rows(self, state: None) -> Iterable[Row]:
            """One reception, one more at the station."""
            rescue = Rescue(self.originator_id)
            self.apply(rescue)
            yield rescue.reception(rescue.member, 1)
            yield rescue.counted("rescue.present", self.day, 1, opening=True)

    class TurnedAway(Event):
        """Turn somebody away who asked for help, and say why (不予救助通知书, RS-03)."""

        topic = "rescue.refused"
        label = "不予救助"
        label_en = "Turned away"
        command = "rescue.refuse"
        command_en = "Turn a person away"
        by = STATION
        creates = opens = True
        sentence = ("不予救助：{reasons}", "Turned away: {reasons}")

        station: Annotated[str, Field("救助站", ref="facility")]
        sex: Annotated[str, Field("性别", choices="sexes")]
        age_band: Annotated[str, Field("年龄段", choices="age_bands")]
        reasons: Annotated[tuple[str, ...], Field("理由", choices="rescue_refusal_reasons")]
        person: Annotated[str | None, Field("人员", ref="person")] = None
        note: Annotated[str | None, Field("说明", private="subject", long=True)] = None
        region: Annotated[str | None, Field("区域", ref="region", filled=True)] = None
        subject: Annotated[str | None, Field("当事人", filled=True)] = None
        member: Annotated[str | None, Field("代称", filled=True)] = None

        @classmethod
        def placement(cls, stream: str, fields: Mapping[str, Any], state: Any) -> tuple[str | None, str | None]:
            """The station."""
            return fields["station"], fields["region"]

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event; nobody is turned away without a reason."""
            if not said["reasons"]:
                raise Refused("field.missing", NO_REASON, "reasons")
            yield case.stream, cls, {**said, **_asking(said, case)}

        def apply(self, state: Rescue) -> None:
            """Nobody was taken in."""
            _begin(state, self)
            state.status, state.how_found, state.escorted_only = "refused", None, False

        def rows(self, state: None) -> Iterable[Row]:
            """One request that was turned away."""
            rescue = Rescue(self.originator_id)
            self.apply(rescue)
            yield rescue.counted("rescue.refused", self.day, 1, opening=True)

    class BelongingsRegistered(Event):
        """Register what the person has with them, so that it can be given back (RS-03)."""

        topic = "rescue.belongings_registered"
        label = "登记随身物品"
        command = "rescue.register_belongings"
        by = STATION
        checks = (HERE,)
        sentence = ("登记随身物品", "Belongings registered")
        note: Annotated[str, Field("物品", en="Belongings", private="subject", long=True)]

        def apply(self, state: Rescue) -> None:
            """What is to be given back."""
            state.belongings = self.note

    class SentToHospital(Event):
        """Send the person to a hospital; medical help comes first (RS-04, RS-07)."""

        topic = "rescue.sent_to_hospital"
        label = "送医"
        label_en = "Sent to hospital"
        command = "rescue.send_to_hospital"
        command_en = "Send from the station to hospital"
        by = STATION
        checks = (HERE, IN_STATION)
        sentence = ("送医", "Sent to hospital")
        hospital: Annotated[str, Field("医院", private="subject")]

        def apply(self, state: Rescue) -> None:
            """In hospital, still helped by the station."""
            state.status = "in_hospital"

    class CameBack(Event):
        """The person is back from hospital."""

        topic = "rescue.came_back"
        label = "出院返站"
        label_en = "Back from hospital"
        command = "rescue.come_back"
        command_en = "Take back to the station from hospital"
        by = STATION
        checks = (HERE, IN_HOSPITAL)
        sentence = ("出院返站", "Back from hospital")

        def apply(self, state: Rescue) -> None:
            """At the station again."""
            state.status = "in_station"

    class IdentitySought(Event):
        """Search for who the person is; a search notice and a DNA request have entries of their own (RS-11)."""

        topic = "rescue.identity_sought"
        label = "甄别身份"
        label_en = "Identity sought"
        command = "rescue.seek_identity"
        by = STATION
        checks = (TAKEN_IN, UNIDENTIFIED)
        sentence = ("甄别身份：{method}", "Identity sought: {method}")
        method: Annotated[str, Field("方式", choices="identity_methods")]

        def apply(self, state: Rescue) -> None:
            """One way more that was tried."""
            state.searched = (*state.searched, self.method)

    class NoticePublished(Event):
        """Publish a search notice for kin, within 24 hours of the reception (RS-12)."""

        topic = "rescue.notice_published"
        label = "发布寻亲公告"
        label_en = "Search notice published"
        command = "rescue.publish_notice"
        command_en = "Publish a search notice"
        by = STATION
        checks = (TAKEN_IN, UNIDENTIFIED)
        sentence = ("发布寻亲公告：{medium}", "Search notice published: {medium}")
        medium: Annotated[str, Field("媒介", choices="notice_media")]

        def apply(self, state: Rescue) -> None:
            """The first notice stops the clock."""
            state.notice_at = state.notice_at or self.at

    class DnaRequested(Event):
        """Ask the police to compare DNA, within seven working days of the reception (RS-12)."""

        topic = "rescue.dna_requested"
        label = "请求DNA比对"
        label_en = "DNA comparison requested"
        command = "rescue.request_dna"
        command_en = "Request a DNA comparison"
        by = STATION
        checks = (TAKEN_IN, UNIDENTIFIED)
        sentence = ("请求公安机关DNA比对", "DNA comparison requested of the police")
        letter_no: Annotated[str | None, Field("函号", en="Letter number")] = None

        def apply(self, state: Rescue) -> None:
            """The first request stops the clock."""
            state.dna_at = state.dna_at or self.at

    class Identified(Event):
        """Say who the person is; also after they left."""

        topic = "rescue.identified"
        label = "查明受助人身份"
        label_en = "Identified"
        command = "rescue.identify"
        command_en = "Identify somebody at the station"
        by = STATION
        checks = (TAKEN_IN, UNIDENTIFIED)
        sentence = ("查明受助人身份", "Identified")
        person: Annotated[str, Field("人员", ref="person")]
        member: Annotated[str | None, Field("代称", filled=True)] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event, with what figures count the person by."""
            yield case.stream, cls, {**said, "member": case.whole(said["person"]).pseudonym}

        def apply(self, state: Rescue) -> None:
            """No longer a stranger."""
            state.person = state.subject = self.person
            state.member, state.identified_at = self.member or self.person, self.at

        def rows(self, state: Rescue | None) -> Iterable[Row]:
            """The reception counts as this person's, on its own day."""
            if state is not None and not state.identified and state.status != "refused":
                yield state.reception(state.member, -1)
                yield state.reception(self.member or self.person, 1)

    class Left(Event):
        """The help ends: fetched, escorted, gone on their own, handed on, settled or died."""

        topic = "rescue.left"
        label = "离站"
        label_en = "Left the station"
        command = "rescue.leave"
        command_en = "End a rescue"
        by = STATION
        checks = (HERE,)
        sentence = ("离站：{outcome}", "Left: {outcome}")
        outcome: Annotated[str, Field("去向", choices="rescue_outcomes")]
        destination: Annotated[
            str | None,
            Field(
                "目的地", hint_zh="写地名或区划代码，不写人名和门牌", hint_en="A place or a code of a region; no names"
            ),
        ] = None
        fare_fen: Annotated[int | None, Field("发放车费", en="Fare given in cash", unit="元")] = None
        escorted_by: Annotated[str | None, Field("护送人", private="subject")] = None
        kin: Annotated[str | None, Field("接领人", en="Fetched by", private="subject")] = None
        overstay_reason: Annotated[str | None, Field("超期原因", private="subject", long=True)] = None
        fare_most_fen: Annotated[int, FARE_MOST] = 2_000  # by which fares were judged that did not keep it

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event, with the usual fare; a death belongs into the person's own record too, which is another entry."""
            most = case.reference.rules.param("RS-08", "most_fen", case.occurred_on)
            yield case.stream, cls, {**said, "fare_most_fen": most}
            person = case.whole(case.stream).person
            if said["outcome"] == "died" and person and case.whole(person).died_on is None:
                case.found(Breach("rescue.death_unrecorded", DEATH_UNRECORDED, "warn"))

        def apply(self, state: Rescue) -> None:
            """Gone."""
            state.status, state.left_on, state.left_at = "left", self.day, self.at
            state.outcome, state.collected = self.outcome, bool(self.kin)
            state.fare_fen, state.fare_most_fen = self.fare_fen, self.fare_most_fen

        def rows(self, state: Rescue | None) -> Iterable[Row]:
            """One fewer at the station; one who left, in one way of several."""
            if state is None or state.status not in INSIDE:
                return
            yield state.counted("rescue.present", self.day, -1)
            yield state.counted("rescue.left", self.day, 1, ("outcome", self.outcome))
            if self.outcome == "escorted_home":
                yield state.counted("rescue.escorted", self.day, 1)


def _begin(rescue: Rescue, event: Rescue.Received | Rescue.TurnedAway) -> None:
    """What is known from the request on, whether it was granted or not."""
    rescue.facility, rescue.region, rescue.received_on = event.station, event.region, event.day
    rescue.person, rescue.sex, rescue.age_band = event.person, event.sex, event.age_band
    rescue.subject = event.subject or event.originator_id
    rescue.member = event.member or event.originator_id


def _asking(said: Mapping[str, Any], case: Any) -> dict[str, Any]:
    """Where somebody asks for help, and as whom they count: a stranger as one of their own."""
    station, person = standing(case, said["station"], "rescue", "station"), said.get("person")
    if person is None:
        return {"region": station.region, "subject": case.stream, "member": case.stream}
    before = case.state(person)
    if before is not None and before.died_on is not None:
        raise Refused("person.died", DEAD, "person")
    return {"region": station.region, "subject": person, "member": case.whole(person).pseudonym}


def _clocks(said: Mapping[str, Any], case: Any) -> dict[str, str | None]:
    """The moments by which the law wants something: of strangers to be known, of others to be on their way."""
    running = {
        "stay_due": said["age_band"] != "child" and not said["special_care"],
        **dict.fromkeys(("notice_due", "dna_due", "settle_due"), said.get("person") is None),
    }
    return {
        name: case.reference.limits.due(f"rescue.{name.removesuffix('_due')}", case.occurred_on, case.occurred_at)
        if runs
        else None
        for name, runs in running.items()
    }
