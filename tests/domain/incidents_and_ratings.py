"""Incidents and ratings to begin a test with, and a worked example of each of their commands."""

from __future__ import annotations

from tests.scene import Said, a_home, an_account, say

INCIDENT = say(
    "incident.record",
    facility="$home",
    place="二楼走廊",
    kinds=["production_safety", "fire"],
    course="配电箱起火",
    risks=["fall"],
    on="2024-05-05",
    called="incident",
)
HAPPENED = (a_home(), an_account("wang.manager"), INCIDENT)
TOLD = say("incident.tell_family", incident="$incident", how="电话", on="2024-05-06")
EXPLAINED = say(
    "incident.investigate", incident="$incident", causes="线路老化", direct_cause="electrical", on="2024-05-08"
)
TASK = say(
    "incident.assign_follow_up",
    incident="$incident",
    number=1,
    what="更换配电箱",
    responsible="wang.manager",
    due_on="2024-05-31",
    on="2024-05-09",
)
TASK_DONE = say("incident.finish_follow_up", incident="$incident", number=1, result="已更换", on="2024-05-20")
POINTS = {"A": 107, "B": 130, "C": 150, "D": 600}
APPLIED = say("rating.apply", facility="$home", level=4, scheme="CN-GBT37276-2018", on="2024-06-01", called="rating")
ASKED = (a_home(), an_account("zhang.inspector"), an_account("li.inspector"), APPLIED)
SCORES = tuple(
    say("rating.score", rating="$rating", assessor=login, points=POINTS, on="2024-06-10")
    for login in ("zhang.inspector", "li.inspector")
)
AWARD = say("rating.award", rating="$rating", level=4, valid_from="2024-07-01", valid_to="2027-06-30", on="2024-06-20")
RATED = (*ASKED, *SCORES, AWARD)
SUSPENSION = say("rating.suspend", rating="$rating", reason="整改", on="2024-08-01")

EXAMPLES: dict[str, tuple[tuple[Said, ...], Said]] = {
    "incident.record": ((a_home(),), INCIDENT),
    "incident.report": (
        HAPPENED,
        say("incident.report", incident="$incident", to="county_bureau", content="概况", on="2024-05-07"),
    ),
    "incident.record_casualties": (
        HAPPENED,
        say(
            "incident.record_casualties",
            incident="$incident",
            dead=1,
            injured=2,
            missing=0,
            slightly_injured=3,
            loss_fen=1_000_000,
            on="2024-05-06",
        ),
    ),
    "incident.tell_family": (HAPPENED, TOLD),
    "incident.take_measure": (
        HAPPENED,
        say("incident.take_measure", incident="$incident", measure="疏散", on="2024-05-05"),
    ),
    "incident.investigate": (HAPPENED, EXPLAINED),
    "incident.decide_liability": (
        HAPPENED,
        say(
            "incident.decide_liability",
            incident="$incident",
            nature="responsible",
            conclusion="管理不到位",
            on="2024-05-20",
        ),
    ),
    "incident.judge_report": (
        HAPPENED,
        say("incident.judge_report", incident="$incident", verdict="late", grounds="记录", on="2024-05-20"),
    ),
    "incident.assign_follow_up": (HAPPENED, TASK),
    "incident.finish_follow_up": ((*HAPPENED, TASK), TASK_DONE),
    "incident.close": (
        (*HAPPENED, TOLD, EXPLAINED, TASK, TASK_DONE),
        say("incident.close", incident="$incident", on="2024-06-01"),
    ),
    "incident.acknowledge": (
        (a_home(), INCIDENT),
        say("incident.acknowledge", incident="$incident", instruction="查明原因", on="2024-06-01"),
    ),
    "rating.apply": ((a_home(),), APPLIED),
    "rating.self_assess": (ASKED, say("rating.self_assess", rating="$rating", points=POINTS, on="2024-06-02")),
    "rating.accept_documents": (ASKED, say("rating.accept_documents", rating="$rating", on="2024-06-03")),
    "rating.score": (
        ASKED,
        say(
            "rating.score",
            rating="$rating",
            assessor="zhang.inspector",
            points=POINTS | {"D": 500},
            items={"A1": 12},
            not_applicable={"D": 100},
            on="2024-06-10",
        ),
    ),
    "rating.review": (ASKED, say("rating.review", rating="$rating", opinion="同意", on="2024-06-11")),
    "rating.publicise": (
        ASKED,
        say("rating.publicise", rating="$rating", starts_on="2024-06-12", ends_on="2024-06-18", on="2024-06-12"),
    ),
    "rating.object": (ASKED, say("rating.object", rating="$rating", objection="有投诉", on="2024-06-14")),
    "rating.award": ((*ASKED, *SCORES), AWARD),
    "rating.downgrade": (RATED, say("rating.downgrade", rating="$rating", level=3, reason="人员不足", on="2024-08-01")),
    "rating.uphold": (
        RATED,
        say("rating.uphold", rating="$rating", trigger="paper_revoked", reason="已补办，复核合格", on="2024-08-01"),
    ),
    "rating.suspend": (RATED, SUSPENSION),
    "rating.restore": ((*RATED, SUSPENSION), say("rating.restore", rating="$rating", on="2024-09-01")),
    "rating.revoke": (
        RATED,
        say("rating.revoke", rating="$rating", trigger="false_material", reason="材料不实", on="2024-09-01"),
    ),
}
OPTIONAL: dict[str, tuple[str, ...]] = {
    "incident.report": ("content",),
    "incident.acknowledge": ("instruction",),
    "incident.record_casualties": ("slightly_injured", "loss_fen"),
    "incident.tell_family": ("how",),
    "incident.investigate": ("direct_cause",),
    "incident.decide_liability": ("conclusion",),
    "incident.judge_report": ("grounds",),
    "incident.finish_follow_up": ("result",),
    "rating.score": ("items", "not_applicable"),
    "rating.review": ("opinion",),
}
"""Fields of the examples that can be left empty."""
