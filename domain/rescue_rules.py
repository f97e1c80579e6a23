"""What a rescue is judged by: the words of its refusals and findings, and which of them are of which rule (RS-01..17)."""

from __future__ import annotations

from domain.model import FACILITY_POSTS, Check, Post, Wording
from domain.values import yuan

STATION = FACILITY_POSTS | {Post.REGULATOR}

INSIDE = frozenset({"in_station", "in_hospital"})
"""The states of somebody who is being helped: nobody is ever held (RS-01)."""
ALONE = frozenset({"given_fare", "left_voluntarily", "left_without_formalities"})
"""The outcomes in which nobody went with the person."""

NO_REASON = Wording("没有说明不予救助的理由", "no reason is given", "至少选一项理由", "choose at least one reason")
DEAD = Wording(
    "此人已登记去世",
    "the person's death is recorded",
    "核对日期和人员，或先更正去世记录",
    "check the day and the person, or correct the record of the death",
)
OVERSTAYED = Wording(
    "在站超过救助期限",
    "helped at the station for longer than the limit",
    "说明延长的原因，并报上级民政部门备案",
    "state why it was extended, and file that with the bureau above",
)
LEFT_ALONE = Wording(
    "须接领或护送的人独自离站",
    "somebody who must be fetched or escorted left alone",
    "立即寻找并通知公安机关；属录入错误的，更正离站记录",
    "search at once and tell the police; if it was entered wrongly, correct the entry",
)
NO_COLLECTOR = Wording(
    "没有登记接领人",
    "who fetched the person is not recorded",
    "核对接领人的证件并留存复印件，更正离站记录",
    "check the collector's document, keep a copy and correct the entry",
)
DEATH_UNRECORDED = Wording(
    "人员档案中还没有登记去世",
    "the death is not in the person's record yet",
    "用“去世”登记到人员名下",
    "record the death of the person",
)


def cash(most_fen: int) -> Wording:
    """The finding of a short-distance fare above what was usual on its day (RS-08)."""
    return Wording(
        f"发放的短途车费超过 {yuan(most_fen)} 元",
        f"a fare of more than {yuan(most_fen)} yuan was given in cash",
        "原则上提供乘车凭证，不发现金；核对金额",
        "give a ticket and no cash where possible; check the amount",
    )


HERE = Check(
    "rescue.left_already",
    lambda rescue, event: rescue.status in INSIDE,
    Wording(
        "此人已经离站，或当时未予救助",
        "the person has left, or was not taken in",
        "核对日期；如离站记错，请先更正离站记录",
        "check the day; if the leaving is wrong, correct it first",
    ),
)
IN_STATION = Check(
    "rescue.away",
    lambda rescue, event: rescue.status == "in_station",
    Wording("此人当时不在站内", "the person is not at the station", "核对日期和人员", "check the day and the person"),
)
IN_HOSPITAL = Check(
    "rescue.not_in_hospital",
    lambda rescue, event: rescue.status == "in_hospital",
    Wording("此人没有住院", "the person is not in hospital", "核对日期和人员", "check the day and the person"),
)
UNIDENTIFIED = Check(
    "rescue.identified_already",
    lambda rescue, event: not rescue.identified,
    Wording(
        "此人身份已经查明",
        "the person is identified already",
        "无需再办；如认错了人，请更正原记录",
        "nothing to do; if it was the wrong person, correct that entry",
    ),
)
TAKEN_IN = Check(
    "rescue.turned_away",
    lambda rescue, event: rescue.status != "refused",
    Wording(
        "当时未予救助，没有在站记录",
        "the person was not taken in",
        "核对所选的救助",
        "check which rescue was chosen",
    ),
)
