"""What must hold of transfers and receptions, and how refusals and findings about them are said."""

from __future__ import annotations

from domain.model import FACILITY_POSTS, Check, Field, Post, Wording

PARTNERS = FACILITY_POSTS | {Post.REGULATOR}
"""Who may speak for either side: a home of itself, its bureau of every home."""
NAME_MAX = 100

CARE_NEEDED = Field(
    "照护需要",
    en="Care needed",
    private="person",
    long=True,
    hint_zh="不随移交发出，请用交接单书面告知对方",
    hint_en="Not sent with the offer; tell the other side on paper",
)

ENDED = Wording(
    "此次入住已经结束，不能移交",
    "the stay has ended: nobody is there to be transferred",
    "核对日期和人员",
    "check the day and the person",
)
OFFER_UNANSWERED = Check(
    "transfer.answered",
    lambda transfer, event: transfer.status == "offered",
    Wording(
        "这次移交已经有答复，或已撤回",
        "the offer was answered or withdrawn already",
        "核对日期；要改变答复的，请更正原记录",
        "check the day; to change the answer, correct its entry",
    ),
)
NOT_GONE = Check(
    "transfer.gone",
    lambda transfer, event: transfer.status in ("offered", "accepted", "refused"),
    Wording(
        "人员已经交出，或移交已撤回",
        "the person was handed over, or the offer withdrawn",
        "核对日期；如交出记错，请撤销那条记录",
        "check the day; if the hand-over is wrong, withdraw its entry",
    ),
)
AGREED = Check(
    "transfer.not_accepted",
    lambda transfer, event: transfer.status == "accepted" or (transfer.received_at and not transfer.handed_over_at),
    Wording(
        "接收方没有同意接收，或人员已经交出",
        "nobody has agreed to take the person in, or the person was handed over already",
        "等接收方答复；对方书面同意的，先登记同意接收",
        "wait for the answer; one on paper is to be recorded first",
    ),
)
ARRIVABLE = Check(
    "transfer.not_on_the_way",
    lambda transfer, event: transfer.status in ("accepted", "on_the_way"),
    Wording(
        "没有同意接收的答复，或到达已经登记",
        "nobody has agreed to take the person in, or the arrival is recorded already",
        "核对日期和移交",
        "check the day and the transfer",
    ),
)
SAME_REGION = Wording(
    "移往的就是本机构所在的地区：不会转给别的地区",
    "this is the region of the institution itself: no other area is asked",
    "在本地区内换机构的，登记离院和入住即可；选错的，撤回后重新提出",
    "within one region a discharge and an admission do; if it is the wrong region, withdraw the offer and make it anew",
)
IN_TWO_PLACES = Wording(
    "对方已登记入住，本方还没有登记交出：此人在两处同时计为在院",
    "the other side has admitted the person, who still counts as present here",
    "登记交出，填写实际交出的日期",
    "record the hand-over on the day on which it happened",
)

REQUEST_UNANSWERED = Check(
    "reception.answered",
    lambda reception, event: reception.status == "requested",
    Wording(
        "这次请求已经答复，或对方已撤回",
        "the request was answered already, or withdrawn",
        "核对日期；要改变答复的，请更正原记录",
        "check the day; to change the answer, correct its entry",
    ),
)
NOT_HERE_YET = Check(
    "reception.completed",
    lambda reception, event: reception.status not in ("completed", "cancelled"),
    Wording(
        "人员已经入住，或对方已撤回",
        "the person was admitted already, or the request withdrawn",
        "核对日期和人员",
        "check the day and the person",
    ),
)
RECEPTION_ACCEPTED = Check(
    "reception.not_accepted",
    lambda reception, event: reception.status in ("accepted", "on_the_way"),
    Wording(
        "没有同意接收，或人员已经入住",
        "the reception was not agreed to, or the person was admitted already",
        "先登记同意接收，再办理入住",
        "agree to the reception first, then admit the person",
    ),
)
