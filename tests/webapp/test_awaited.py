"""What pages say around a transfer: who is awaited, what was offered before, which step is next."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from domain.letters import reference_of
from domain.work import Track

ON = {"occurred_on.y": "2026", "occurred_on.m": "11", "occurred_on.d": "19"}
ASKED = {
    "region": "540402",
    "from_region": "540424",
    "from_name": "波密县敬老院",
    "category": "destitute",
    "sex": "male",
    "reason": "nearer_kin",
    "number": "5c3a9f10-0000-4000-8000-000000000001",
}


@pytest.fixture
def awaited(fresh: Any) -> Any:
    """A town where somebody is registered who lives nowhere, and a home awaits that very person."""
    someone = fresh.record("someone", "person.register", "2026-11-18", name="赵六", document_kind="none", sex="male")
    member = Track(fresh.services.log.stream(someone)).state.pseudonym
    asked = fresh.record("asked", "reception.request", "2026-11-10", **ASKED, member=member)
    fresh.record("agreed", "reception.accept", "2026-11-12", reception=asked, facility=fresh.streams["fushou"])
    fresh.services.views.catch_up()
    return fresh


def test_whoever_registers_somebody_who_is_awaited_is_led_to_the_admission(clerk, awaited) -> None:
    """The receipt leads to the form with home, category and reception filled in; the number stands on the board."""
    somebody, document = clerk("fushou.manager"), ("passport", "E99000007")
    asked = ASKED | {"number": "6d4b0a21-0000-4000-8000-000000000002"}
    member = awaited.services.vault.pseudonym(*document, "")
    reception = awaited.record("another", "reception.request", "2026-11-10", **asked, member=member)
    awaited.record("yes", "reception.accept", "2026-11-12", reception=reception, facility=awaited.streams["fushou"])
    awaited.services.views.catch_up()

    form = somebody.get("/enter/person.register")
    said = {"name": "钱七", "document_kind": document[0], "document_number": document[1], "sex": "male"}
    check = somebody.send(form, "/enter/person.register", ON | said, 200)
    receipt = somebody.get(somebody.send(check, "/enter/person.register/record", {}, 303).location)
    assert "登记入住（由波密县敬老院移交）" in receipt.text
    [link] = [one for one in receipt.links if "reception=" in one]
    known = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    assert (known["reception"], known["facility"], known["category"]) == (
        reception,
        awaited.streams["fushou"],
        "destitute",
    )
    assert reference_of(asked["number"]) in somebody.get("/boards/receptions").text


@pytest.mark.parametrize("forgets", [True, False])
def test_an_admission_that_forgets_the_reception_is_told_before_it_is_recorded(clerk, awaited, forgets: bool) -> None:
    """Else the other side would not learn that the person has arrived. The control names it."""
    somebody, streams = clerk("fushou.manager"), awaited.streams
    form = somebody.get(f"/enter/stay.admit?person={streams['someone']}")
    said = ON | {"person": streams["someone"], "category": "destitute", "bed": "207"}
    check = somebody.send(form, "/enter/stay.admit", said | ({} if forgets else {"reception": streams["asked"]}), 200)
    assert ("此人由其他地区移交而来" in check.text) == forgets


def test_other_steps_than_the_next_are_not_offered(clerk, awaited) -> None:
    """What came by the system is withdrawn and handed over by it; who has not left cannot arrive."""
    page = clerk("nyingchi.regulator").get(f"/receptions/{awaited.streams['asked']}")
    assert not [one for one in page.links if "reception.expect" in one or "reception.cancel" in one]
    paper = awaited.record("paper", "reception.request", "2026-11-10", **ASKED)
    transfer = awaited.record(
        "offer",
        "transfer.offer",
        "2026-11-10",
        stay=awaited.streams["zhang stay"],
        to_region="540424",
        reason="nearer_kin",
    )
    awaited.services.views.catch_up()
    somebody = clerk("nyingchi.regulator")
    assert [one for one in somebody.get(f"/receptions/{paper}").links if "reception.cancel" in one]
    offered = somebody.get(f"/transfers/{transfer}").links
    assert not [one for one in offered if "record_arrival" in one]
    assert [one for one in offered if "record_acceptance" in one]


def test_a_second_offer_is_told_before_it_is_recorded(clerk, awaited) -> None:
    """The first is open: said on the page to check, with what to do."""
    stay = awaited.streams["zhang stay"]
    awaited.record("offer", "transfer.offer", "2026-11-10", stay=stay, to_region="540424", reason="nearer_kin")
    awaited.services.views.catch_up()
    somebody = clerk("nyingchi.regulator")
    form = somebody.get(f"/enter/transfer.offer?stay={stay}")
    check = somebody.send(
        form, "/enter/transfer.offer", ON | {"stay": stay, "to_region": "540424", "reason": "nearer_kin"}, 200
    )
    assert "此人已有一次移交尚未办结" in check.text
