"""A worked example of every command on papers, shifts, filings, successions and merges."""

from __future__ import annotations

from tests.scene import MILIN, Said, a_home, a_person, a_stay, say

PAPER = say(
    "paper.record",
    facility="$home",
    kind="liability_insurance",
    number="PZ2024-01",
    valid_from="2024-02-01",
    valid_to="2025-01-31",
    party="某财产保险公司",
    beds=60,
    premium_fen=720_000,
).named("paper")
TWO = (
    a_home(),
    a_person("known"),
    a_person("unknown", document_kind="none", document_number=None, name="无名甲"),
    a_stay(person="$unknown"),
)
MERGE = say("person.merge", person="$unknown", into="$known", evidence="家属辨认")

EXAMPLES: dict[str, tuple[tuple[Said, ...], Said]] = {
    "facility.file": (
        (a_home(),),
        say("facility.file", facility="$home", filed_on="2024-01-10", authority="巴宜区民政局"),
    ),
    "facility.succeed": (
        (a_home(), a_home("other")),
        say("facility.succeed", facility="$home", manner="merger", successors=["$other"], resettlement="整体转入"),
    ),
    "paper.record": ((a_home(),), PAPER),
    "paper.renew": ((a_home(), PAPER), say("paper.renew", paper="$paper", valid_to="2026-01-31", number="PZ2025-01")),
    "paper.revoke": ((a_home(), PAPER), say("paper.revoke", paper="$paper", reason="停办")),
    "person.relocate": ((a_home(), a_person(), a_stay()), say("person.relocate", person="$person", region=MILIN)),
    "person.merge": (TWO, MERGE),
    "person.unmerge": ((*TWO, MERGE), say("person.unmerge", person="$unknown", evidence="指纹不符", on="2024-03-05")),
    "person.rekey": ((a_person(),), say("person.rekey", person="$person", on="2024-03-05")),
    "person.identify": (
        TWO,
        say(
            "person.identify",
            person="$unknown",
            document_kind="passport",
            document_number="E7654321",
            evidence="公安比对",
        ),
    ),
    "finding.answer": (
        (a_home(), a_person(), a_stay()),
        say("finding.answer", about="$stay", rule="EC-04", answer="remedied", text="已补签服务协议"),
    ),
    "shift.record": (
        (a_home(),),
        say(
            "shift.record",
            facility="$home",
            role="night_carer",
            staff="夜班甲",
            until="2024-03-02T07:30:00+08:00",
        ),
    ),
}

OPTIONAL: dict[str, tuple[str, ...]] = {
    "facility.succeed": ("resettlement",),
    "paper.record": ("party", "beds", "premium_fen"),
    "paper.renew": ("number",),
}
