"""One worked example of every command: what must stand before it, and the command itself."""

from __future__ import annotations

from domain.catalogue import commands
from tests.domain import incidents_and_ratings, money, oversight, papers_and_merges, special_kinds, transferring
from tests.scene import BAYI, GONGBO, Said, a_home, a_person, a_stay, say

SUSPENDED = say("facility.suspend", facility="$home", reason="消防", on="2024-02-01")
STAYING = (a_home(), a_person(), a_stay(bed="1"))
LEAVE = say("stay.go_on_leave", stay="$stay", on="2024-03-05")
HOSPITAL = say("stay.send_to_hospital", stay="$stay", hospital="县医院", on="2024-03-05")

EXAMPLES: dict[str, tuple[tuple[Said, ...], Said]] = {
    "facility.register": ((), a_home()),
    "facility.rename": ((a_home(),), say("facility.rename", facility="$home", name="新名")),
    "facility.relocate": ((a_home(),), say("facility.relocate", facility="$home", address="新址", region=GONGBO)),
    "facility.license_beds": (
        (a_home(),),
        say("facility.license_beds", facility="$home", beds=80, since="2024-02-01", nursing_beds=20),
    ),
    "facility.suspend": ((a_home(),), SUSPENDED),
    "facility.resume": ((a_home(), SUSPENDED), say("facility.resume", facility="$home", on="2024-02-10")),
    "facility.terminate": (
        (a_home(), say("facility.license_beds", facility="$home", beds=80, since="2024-02-01")),
        say("facility.terminate", facility="$home", reason="拆迁", resettlement="转往二院"),
    ),
    "facility.report_nil": (
        (a_home(),),
        say("facility.report_nil", facility="$home", period="2024-02", subject="incidents"),
    ),
    "person.register": ((), a_person(phone="13812345678")),
    "person.record_death": (STAYING, say("person.record_death", person="$person", place="院内", on="2024-05-01")),
    "stay.admit": (
        (a_home(), a_person()),
        a_stay(bed="1", contact_phone="13912345678", until="2024-06-01", reason="recovered"),
    ),
    "stay.move": (STAYING, say("stay.move", stay="$stay", bed="2", on="2024-03-04")),
    "stay.go_on_leave": (STAYING, LEAVE),
    "stay.return": ((*STAYING, LEAVE), say("stay.return", stay="$stay", on="2024-03-09")),
    "stay.send_to_hospital": (STAYING, HOSPITAL),
    "stay.come_back": ((*STAYING, HOSPITAL), say("stay.come_back", stay="$stay", on="2024-03-09")),
    "stay.discharge": (
        STAYING,
        say("stay.discharge", stay="$stay", reason="to_family", destination="家", on="2024-03-09"),
    ),
    "activity.log": (
        (a_home(),),
        say(
            "activity.log",
            type="festival_visit",
            quantities={"household_times": 12},
            facility="$home",
            amount_fen=360000,
        ),
    ),
    "account.open": ((), say("account.open", login="li.regulator", post="regulator", scope_region=BAYI)),
    "account.lock": (
        (say("account.open", login="li.regulator", post="regulator", scope_region=BAYI, called="account"),),
        say("account.lock", account="$account"),
    ),
    "node.open_for_demonstration": ((), say("node.open_for_demonstration", title="演示")),
}

OPTIONAL: dict[str, tuple[str, ...]] = {
    "facility.license_beds": ("nursing_beds",),
    "facility.terminate": ("resettlement",),
    "person.register": ("phone",),
    "person.record_death": ("place",),
    "stay.admit": ("bed", "agreement_no", "contact", "contact_phone", "until", "reason"),
    "stay.discharge": ("destination",),
    "activity.log": ("amount_fen",),
}
"""Fields of the examples that can be left empty."""

for more in (special_kinds, oversight, incidents_and_ratings, papers_and_merges, money, transferring):
    EXAMPLES |= more.EXAMPLES
    OPTIONAL |= more.OPTIONAL


def deciding() -> list[str]:
    """Every command that is no correction."""
    return [name for name, command in commands().items() if command.event is not None]
