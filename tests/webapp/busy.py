"""A year of a busy town: a visit with a hazard, a fire, a rating, a complaint, money on its way to people, a rescue."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from domain.desk import Submission
from domain.identifiers import synthetic_resident_number
from tests.webapp.scene import Scene

NUMBERS = tuple(synthetic_resident_number(serial, date(1950, 3, 15)) for serial in range(1, 4))
"""The documents of three who are paid an allowance, before they are of the age for it."""


def at(scene: Scene, name: str, command: str, time: str, recorded: str, /, **args: Any) -> str:
    """Submit a command of today with a time of day, recorded at a later one; the stream, kept under a name."""
    happened, known = (datetime.fromisoformat(f"2026-11-20T{one}:00+08:00") for one in (time, recorded))
    scene.clock.set(known)
    said = Submission(command, str(uuid.uuid5(uuid.NAMESPACE_OID, name)), args, occurred_at=happened, source="scenario")
    scene.streams[name] = scene.services.desk.submit(said).stream
    return scene.streams[name]


def busy(scene: Scene) -> Scene:
    """Fill a town."""
    home = scene.streams["fushou"]
    visited(scene, home)
    rated(scene, home)
    paid(scene)
    helped(scene)
    complaint = scene.record(
        "complaint",
        "complaint.receive",
        "2026-10-02",
        channel="hotline_12345",
        subject="food",
        text="饭菜太凉",
        facility=home,
    )
    scene.record("complaint to", "complaint.assign", "2026-10-03", complaint=complaint, to="nyingchi.regulator")
    burnt(scene, home)
    scene.services.views.catch_up()
    return scene


def visited(scene: Scene, home: str) -> None:
    """An inspection under way: two items answered, one of them failed; another one concluded, and its hazard."""
    who = ("nyingchi.inspector", "nyingchi.regulator")
    for name, due, ended in (("visit", "2026-03-20", True), ("second visit", "2026-11-30", False)):
        visit = scene.record(
            name,
            "inspection.plan",
            "2026-03-01" if ended else "2026-11-01",
            facility=home,
            kind="daily",
            due_on=due,
            checklist="SAFE-DEFAULT-1",
        )
        on = "2026-03-10" if ended else "2026-11-10"
        scene.record(name + " start", "inspection.start", on, inspection=visit, inspectors=who)
        items = asked(scene, visit)
        answers = [{"item": item, "result": "pass"} for item in (items if ended else items[:2])]
        answers[1] = {"item": items[1], "result": "fail", "note": "通道堆放杂物"}
        scene.record(name + " answers", "inspection.answer", on, inspection=visit, answers=answers)
        if ended:
            scene.record(name + " end", "inspection.conclude", on, inspection=visit)
    found = scene.services.log.mentions(scene.streams["visit"])
    hazard = next(s for s, _ in found if scene.services.log.stream(s)[0].topic.startswith("hazard."))
    scene.streams["hazard"] = hazard


def asked(scene: Scene, visit: str) -> tuple[str, ...]:
    """The items that an inspection asks for."""
    return scene.services.log.stream(visit)[0].items


def burnt(scene: Scene, home: str) -> None:
    """A fire at 14:10 of today, recorded at 16:20 and reported late; somebody who was there is entered only at 16:30."""
    wire = scene.record(
        "wire", "hazard.find", "2026-10-02", facility=home, grade="general", subject="配电箱旁堆放杂物", source="bureau"
    )
    scene.record(
        "wire to", "hazard.assign", "2026-10-02", hazard=wire, responsible="fushou.manager", deadline="2026-10-14"
    )
    for role, until in (("duty_leader", "2026-11-21T08:00:00+08:00"), ("day_carer", "2026-11-20T18:00:00+08:00")):
        at(scene, role, "shift.record", "08:00", "10:31", facility=home, role=role, staff="值班员", until=until)
    fire = at(
        scene,
        "fire",
        "incident.record",
        "14:10",
        "16:20",
        facility=home,
        place="配电间",
        kinds=["fire", "production_safety"],
        course="配电箱起火，十六分钟后扑灭",
        persons=[scene.streams["zhang"]],
    )
    at(scene, "report", "incident.report", "15:40", "16:25", incident=fire, to="county_bureau")
    at(scene, "measure", "incident.take_measure", "14:26", "16:29", incident=fire, measure="扑灭并断电")
    person = scene.record("late", "person.register", "2026-11-20", name="罗布", document_kind="none", sex="male")
    at(scene, "late stay", "stay.admit", "09:30", "16:30", person=person, facility=home, category="destitute", bed="9")


def rated(scene: Scene, home: str) -> None:
    """A rating that is applied for, and a paper."""
    scheme = next(iter(scene.services.reference.schemes.schemes))
    scene.record("rating", "rating.apply", "2026-06-01", facility=home, level=3, scheme=scheme)
    scene.record(
        "paper",
        "paper.record",
        "2026-01-10",
        facility=home,
        kind="food_licence",
        number="JY35404020000011",
        valid_from="2026-01-01",
        valid_to="2026-12-31",
    )


def paid(scene: Scene) -> None:
    """Lottery money of the city: allotted to a county, from there to three people, one of whom sends it back."""
    people = [
        scene.record(
            f"payee {number[-4:]}",
            "person.register",
            "2026-01-05",
            name=name,
            document_kind="resident_identity_card",
            document_number=number,
            sex="male" if int(number[16]) % 2 else "female",
        )
        for number, name in zip(NUMBERS, ("扎西", "次仁", "达娃"), strict=True)
    ]
    fund = scene.record(
        "fund",
        "fund.appropriate",
        "2026-01-15",
        source="city_lottery_fund",
        programme="old_age_allowance",
        year=2026,
        document_no="林财社〔2026〕3号",
        region="540400",
        amount_fen=10_000_000,
    )
    part = scene.record(
        "allotment",
        "fund.allot",
        "2026-02-01",
        fund=fund,
        amount_fen=4_000_000,
        document_no="林财社〔2026〕9号",
        to_region="540402",
    )
    lines = [{"person": person, "amount_fen": 30_000 + 5_000 * number} for number, person in enumerate(people)]
    batch = scene.record(
        "batch", "batch.draw_up", "2026-03-02", fund=part, programme="old_age_allowance", period="2026-03", lines=lines
    )
    approve(scene, batch)
    scene.record("batch paid", "batch.pay", "2026-03-06", batch=batch, bank_reference="B-0306")
    scene.record("came back", "batch.return_line", "2026-03-12", batch=batch, person=people[2], reason="账户已销户")


def approve(scene: Scene, batch: str) -> None:
    """Approval by somebody else than who drew the batch up."""
    actor = scene.services.desk.actor("nyingchi.approver")
    said = Submission("batch.approve", str(uuid.uuid4()), {"batch": batch}, actor, date(2026, 3, 4))
    scene.services.desk.submit(said)


def helped(scene: Scene) -> None:
    """A rescue station with somebody unknown, and an outlet under contract."""
    more = {"site_no": "01", "region": "540402", "address": "八一镇", "opened_on": "2020-05-01"}
    station = scene.record(
        "station",
        "facility.register",
        "2024-01-10",
        kind="rescue_station",
        name="林芝市救助管理站",
        operator="public",
        **more,
    )
    scene.record(
        "stranger", "rescue.receive", "2026-11-15", station=station, sex="unknown", age_band="adult", how_found="police"
    )
    outlet = scene.record(
        "shop",
        "facility.register",
        "2024-01-10",
        kind="lottery_outlet",
        name="八一镇代销点",
        operator="private",
        **more,
    )
    scene.record(
        "contract",
        "outlet.contract",
        "2026-01-02",
        facility=outlet,
        contract_no="C-17",
        fee_bp=800,
        deposit_fen=500_000,
        since="2026-01-02",
        until="2027-01-01",
    )
    game = next(iter(scene.services.reference.choices("games")))
    scene.record(
        "sales", "outlet.post_sales", "2026-10-31", facility=outlet, month="2026-10", game=game, amount_fen=12_345_600
    )


def drawn(scene: Scene) -> str:
    """One home of two is drawn, and two of three inspectors."""
    return scene.record(
        "draw",
        "inspection.draw",
        "2026-11-02",
        region="540400",
        kind="daily",
        due_on="2026-12-20",
        seed="26131 o'clock",
        objects=[scene.streams["fushou"], scene.streams["zhamu"]],
        inspectors=["nyingchi.inspector", "nyingchi.regulator", "nyingchi.safety"],
        number=1,
    )


def moving(scene: Scene) -> None:
    """Somebody is offered to the other county, and somebody of that county to the home of the town."""
    offer = {"stay": scene.streams["zhang stay"], "to_region": "540424", "reason": "nearer_kin"}
    scene.record("transfer", "transfer.offer", "2026-11-10", **offer)
    asked = {"region": "540402", "from_region": "540424", "from_name": "波密县敬老院", "category": "destitute"}
    asked |= {"sex": "female", "reason": "care", "facility": scene.streams["fushou"]}
    scene.record("reception", "reception.request", "2026-11-11", **asked)
