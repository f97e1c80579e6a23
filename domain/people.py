"""服务对象 — a person whom institutions care for. The stream also guards against two stays at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from domain import matching
from domain.identification import identified
from domain.log import Vault
from domain.model import BUREAU_POSTS, FACILITY_POSTS, Aggregate, Check, Event, Field, Post, Refused, Sealed
from domain.people_rules import (
    ALIVE,
    INTO_MERGED,
    IS_MERGED,
    ITSELF,
    MERGED_AWAY,
    NUMBER_GONE,
    ONE_STAY,
    OPENED_HERE,
    PAST_DEATH,
    PHONE,
    TWO_PLACES,
)

CARERS = FACILITY_POSTS | BUREAU_POSTS
DAY_KEY = len("2024-03-01T24:00")
"""The length of a business key without a time; one with a time has seconds too."""


@dataclass(slots=True)
class Interval:
    """One stay as the person's stream knows it; moments are business keys."""

    stay: str
    facility: str
    begin: str
    version: int
    end: str | None = None


def _over(first: Interval, second: Interval) -> bool:
    """Whether a stay has ended when another begins.

    Where either side lacks a time, an end and a beginning on one day do not overlap.
    """
    if first.end is None or first.end[:10] != second.begin[:10]:
        return first.end is not None and first.end < second.begin
    return len(first.end) == DAY_KEY or len(second.begin) == DAY_KEY or first.end <= second.begin


class Person(Aggregate):
    """服务对象 — known by a document or, without one, by the record itself."""

    name = "person"
    label = "服务对象"
    sheet = "persons"
    creation_first = True
    columns = {
        "title": Field("姓名", en="Name", private="self"),
        "document_kind": Field("证件类型", choices="document_kinds"),
        "document_number": Field("证件号码", private="self"),
        "sex": Field("性别", choices="sexes"),
        "birth_year": Field("出生年", unit="年"),
        "died_on": Field("去世日期"),
        "staying_at": Field("现在机构", en="Staying at", ref="facility"),
    }

    title: str | Sealed
    document_number: str | Sealed | None = None
    birth_date: Sealed | None = None
    birth_year: int | None = None
    died_on: date | None = None
    died_in: int = 0
    hukou_region: str | None = None
    absorbed: tuple[str, ...] = ()
    merged_into: str | None = None
    former: tuple[str, ...] = ()
    """Pseudonyms under which figures counted the person before."""
    merged_member: str | None = None
    """The pseudonym under which figures count the person since the merge."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.stays: dict[str, Interval] = {}

    @property
    def staying_at(self) -> str | None:
        """The facility of the open stay, if any."""
        stay = self.open_stay()
        return stay and stay.facility

    def open_stay(self) -> Interval | None:
        """The stay that has not ended."""
        return next((s for s in reversed(self.stays.values()) if s.end is None), None)

    def pseudonym_under(self, vault: Vault) -> str | None:
        """The pseudonym that the present key of the node gives; None where nobody can know the number any more."""
        number = vault.open(self.document_number) if isinstance(self.document_number, Sealed) else None
        if number is None and self.document_number is not None:
            return None
        return vault.pseudonym(self.document_kind, number, self.id)

    def aliases(self) -> Iterable[tuple[str, str]]:
        """A former pseudonym counts as the present one, and that of a merged record as that of the record which is kept."""
        for former in self.former:
            if former != self.pseudonym:
                yield former, self.pseudonym
        if self.merged_member is not None:
            yield self.pseudonym, self.merged_member

    def conflicts(self) -> Iterable[tuple[Check, int]]:
        """Nobody stays in two places at once, or beyond death; both entries of such a pair break the rule."""
        stays = sorted(self.stays.values(), key=lambda s: s.begin)
        for index, first in enumerate(stays):
            for second in stays[index + 1 :]:
                if first.end is not None and first.end[:10] < second.begin[:10]:
                    break
                if not (_over(first, second) or _over(second, first)):
                    yield ONE_STAY, first.version
                    yield ONE_STAY, second.version
            if self.died_on and first.begin[:10] <= self.died_on.isoformat() < (first.end or "~")[:10]:
                yield PAST_DEATH, first.version
                yield PAST_DEATH, self.died_in

    class Registered(Event):
        """Enter a person once; every home then uses the same record."""

        topic = "person.registered"
        label = "登记人员"
        label_en = "Person registered"
        command = "person.register"
        by = CARERS
        creates = opens = True
        sentence = ("登记人员（{document_kind}，{sex}）", "Person registered ({document_kind}, {sex})")

        name: Annotated[str, Field("姓名", private="self")]
        document_kind: Annotated[str, Field("证件类型", choices="document_kinds")]
        sex: Annotated[str, Field("性别", choices="sexes")]
        document_number: Annotated[
            str | None,
            Field(
                "证件号码",
                private="self",
                hint_zh="18 位居民身份证号码，末位可以是 X",
                hint_en="18 digits; the last may be X",
            ),
        ] = None
        birth_date: Annotated[date | None, Field("出生日期", private="self", birth=True)] = None
        phone: Annotated[str | None, PHONE] = None
        birth_year: Annotated[int | None, Field("出生年", unit="年", filled=True)] = None
        pseudonym: Annotated[str | None, Field("代称", filled=True)] = None
        synthetic: Annotated[bool, Field("合成数据", en="Synthetic", filled=True)] = False

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """Check the number, find the stream it leads to, and copy what figures need."""
            said, stream = identified(dict(said), case)
            yield stream, cls, said

        def apply(self, state: Person) -> None:
            """The person is known."""
            state.title, state.sex = self.name, self.sex
            state.document_kind, state.document_number = self.document_kind, self.document_number
            state.birth_date, state.birth_year = self.birth_date, self.birth_year
            state.pseudonym, state.synthetic = self.pseudonym, self.synthetic

        def copied_by(self, before: Person.Registered, work: Any) -> Iterable[tuple[Event, dict[str, Any]]]:
            """The admissions of this person: they carry pseudonym, sex and birth year for the figures."""
            copies = {"member": self.pseudonym, "sex": self.sex, "birth_year": self.birth_year}
            for stay in work.track(self.originator_id).state.stays:
                for event in work.track(stay).standing:
                    if event.creates:
                        yield event, copies

    class Died(Event):
        """Record a death; an open stay ends with it."""

        topic = "person.died"
        label = "去世"
        label_en = "Death"
        command = "person.record_death"
        command_en = "Record a death"
        by = CARERS
        checks = (ALIVE,)
        sentence = ("去世", "Died")
        place: Annotated[str | None, Field("地点", private="self")] = None
        certificate_no: Annotated[str | None, Field("死亡证明编号", en="Certificate number", private="self")] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """The death, the end of the stay that is open at that moment, and the lists that pay for later months."""
            yield case.stream, cls, dict(said)
            stay = case.state(case.stream).open_stay()
            if stay is not None:
                yield stay.stay, case.event("stay.discharged"), {"reason": "died"}
                yield case.stream, Person.StayClosed, {"stay": stay.stay}
            yield from matching.of_death(case)

        def apply(self, state: Person) -> None:
            """Dead from this day."""
            state.died_on, state.died_in = self.day, self.originator_version

    class MovedHousehold(Event):
        """Record where the person's household is registered from a day on."""

        topic = "person.relocated"
        label = "户籍迁移"
        label_en = "Household moved"
        command = "person.relocate"
        command_en = "Record the household's region"
        by = CARERS
        sentence = ("户籍所在地：{region}", "Household registered in {region}")
        region: Annotated[str, Field("户籍地", en="Region of the household", ref="region")]

        def apply(self, state: Person) -> None:
            """The household is registered there from here."""
            state.hukou_region = self.region

    class Merged(Event):
        """Say that two records are of one person; nothing is rewritten, and it can be undone."""

        topic = "person.merged"
        label = "合并人员记录"
        label_en = "Records merged"
        command = "person.merge"
        command_en = "Merge two records of one person"
        by = BUREAU_POSTS
        checks = (MERGED_AWAY,)
        sentence = ("并入同一人的另一条记录", "Merged into another record of the same person")
        into: Annotated[str, Field("并入", en="Into", ref="person")]
        evidence: Annotated[str, Field("依据", long=True, private="self")]
        member: Annotated[str | None, Field("代称", filled=True)] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """The merge, and its mark in the record that is kept."""
            kept = case.whole(said["into"])
            if said["into"] == case.stream:
                raise Refused("person.merged_into_itself", ITSELF, "into")
            if kept.merged_into is not None:
                raise Refused("person.merged", INTO_MERGED, "into")
            if overlapping(case.whole(case.stream), kept):
                raise Refused("stay.overlapping", TWO_PLACES, "into")
            yield case.stream, cls, {**said, "member": kept.pseudonym}
            yield said["into"], Person.Absorbed, {"person": case.stream}

        def apply(self, state: Person) -> None:
            """Counted as the other from now on."""
            state.merged_into, state.merged_member = self.into, self.member

    class Identified(Event):
        """Record that a person without a document, or with a wrong one, turned out to hold this one."""

        topic = "person.identified"
        label = "查明身份"
        label_en = "Identity found"
        command = "person.identify"
        command_en = "Record whose document it is"
        by = CARERS
        checks = (MERGED_AWAY,)
        sentence = ("查明身份（{document_kind}）", "Identity found ({document_kind})")
        document_kind: Annotated[str, Field("证件类型", choices="document_kinds")]
        document_number: Annotated[str, Field("证件号码", private="self")]
        evidence: Annotated[str, Field("依据", long=True, private="self")]
        into: Annotated[str | None, Field("并入", en="Into", ref="person", filled=True)] = None
        member: Annotated[str | None, Field("代称", filled=True)] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """The document's own record is found, or made of what is known, and this one merged into it."""
            known, number = case.whole(case.stream), said["document_number"]
            number = case.vault.open(number) if isinstance(number, Sealed) else number
            asked = {"name": case.vault.open(known.title) or "—", "sex": known.sex, "document_number": number}
            kept, stream = identified({**asked, "document_kind": said["document_kind"]}, case, new=False)
            if stream == case.stream:
                raise Refused("person.merged_into_itself", ITSELF, "document_number")
            before = case.whole(stream)
            member = kept["pseudonym"] if before is None else before.pseudonym
            yield case.stream, cls, {**said, "into": stream, "member": member}
            if before is None:
                yield stream, Person.Registered, {**kept, **_sealed_before(case, stream)}
            yield stream, Person.Absorbed, {"person": case.stream}

        def apply(self, state: Person) -> None:
            """Counted as the holder of the document from now on."""
            state.merged_into, state.merged_member = self.into, self.member

    class Absorbed(Event):
        """The mark of a merge in the record that is kept."""

        topic = "person.absorbed"
        label = "并入记录（保留侧）"
        label_en = "Record merged in"
        guards = True
        checks = (MERGED_AWAY,)
        person: Annotated[str, Field("人员", ref="person", filled=True)]

        def apply(self, state: Person) -> None:
            """Whoever knows that record knows this one, as long as the merge stands."""
            state.absorbed = (*state.absorbed, self.person)

    class Unmerged(Event):
        """Undo a merge: the two records were of two people after all."""

        topic = "person.unmerged"
        label = "取消合并"
        label_en = "Merge undone"
        command = "person.unmerge"
        command_en = "Undo a merge"
        by = BUREAU_POSTS
        checks = (IS_MERGED,)
        sentence = ("取消合并：不是同一人", "Merge undone: two different people")
        evidence: Annotated[str, Field("依据", long=True, private="self")]

        def apply(self, state: Person) -> None:
            """Counted by its own name again."""
            state.merged_into = state.merged_member = None

    class Rekeyed(Event):
        """Count the person under the key of the province that this node has joined; nothing is rewritten."""

        topic = "person.rekeyed"
        label = "换用全省代称"
        label_en = "Counted under the province's key"
        command = "person.rekey"
        command_en = "Count under the province's key"
        by = frozenset({Post.SYSTEM_ADMINISTRATOR})
        sentence = ("换用全省代称", "Counted under the province's key")
        before: Annotated[str | None, Field("原代称", en="Pseudonym until then", filled=True)] = None
        member: Annotated[str | None, Field("代称", en="Pseudonym", filled=True)] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """The old pseudonym and the new one; both are public, and neither tells the number."""
            known = case.whole(case.stream)
            member = known.pseudonym_under(case.vault)
            if member is None:
                raise Refused("person.key_destroyed", NUMBER_GONE)
            yield case.stream, cls, {**said, "before": known.pseudonym, "member": member}

        def apply(self, state: Person) -> None:
            """Counted under the new pseudonym; the old one stands for it."""
            state.former, state.pseudonym = (*state.former, self.before), self.member

    class StayOpened(Event):
        """Guards against two stays at once; follows from an admission."""

        topic = "person.stay_opened"
        label = "入住（人员侧）"
        guards = opens = True
        checks = (ALIVE, MERGED_AWAY)
        stay: Annotated[str, Field("入住", ref="stay", filled=True)]
        at_facility: Annotated[str, Field("机构", ref="facility", filled=True)]

        def apply(self, state: Person) -> None:
            """One more stay."""
            state.stays[self.stay] = Interval(self.stay, self.at_facility, self.at, self.originator_version)

    class StayClosed(Event):
        """The guard's other half; follows from a discharge."""

        topic = "person.stay_closed"
        label = "离院（人员侧）"
        guards = True
        checks = (OPENED_HERE,)
        stay: Annotated[str, Field("入住", ref="stay", filled=True)]

        def apply(self, state: Person) -> None:
            """The stay ends, once."""
            stay = state.stays.get(self.stay)
            if stay is not None and stay.end is None:
                stay.end = self.at


def overlapping(first: Person, second: Person) -> bool:
    """Whether two records, were they of one person, would have that person stay in two places at once."""
    pairs = ((a, b) for a in first.stays.values() for b in second.stays.values())
    return any(not (_over(a, b) or _over(b, a)) for a, b in pairs)


def _sealed_before(case: Any, stream: str) -> dict[str, Any]:
    """What a corrected entry had sealed for this person already stays as it was sealed."""
    made = [e for e in case.corrected.events if e.creates and e.originator_id == stream] if case.corrected else []
    return {name: getattr(made[0], name) for name in ("name", "document_number", "birth_date")} if made else {}
