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
    hint_zh="不随移交发出，请用交接单书面告知对方，单上写明移交编号",
    hint_en="Not sent with the offer; tell the other side on paper, with the number of the transfer",
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
        "核对日期；要改变答复的，撤销原答复后重新登记",
        "check the day; to change the answer, withdraw its entry and record it anew",
    ),
)
NOT_GONE = Check(
    "transfer.gone",
    lambda transfer, event: transfer.status in ("offered", "accepted", "refused") and not transfer.received_at,
    Wording(
        "人员已经交出或已到达，或移交已撤回",
        "the person was handed over or has arrived, or the offer was withdrawn",
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
NOT_ARRIVED = Check(
    "transfer.arrived",
    lambda transfer, event: transfer.received_at is None,
    Wording("到达已经登记", "the arrival is recorded already", "核对日期和移交", "check the day and the transfer"),
)
ON_THE_WAY = Check(
    "transfer.not_on_the_way",
    lambda transfer, event: transfer.status == "on_the_way",
    Wording("人员不在途中", "the person is not on the way", "核对日期和移交", "check the day and the transfer"),
)
LEFT_OTHERWISE = Wording(
    "此人已另行离院，或已按另一次移交交出",
    "the person left in another way, or was handed over by another transfer",
    "核对离院记录；不再移交的，撤回这次移交",
    "check the discharge; withdraw this transfer if nobody is to go",
)
SAME_REGION = Wording(
    "移往的就是本机构所在的地区：不会转给别的地区",
    "this is the region of the institution itself: no other area is asked",
    "在本地区内换机构的，登记离院和入住即可；选错的，撤回后重新提出",
    "within one region a discharge and an admission do; if it is the wrong region, withdraw the offer and make it anew",
)
ASKED_THERE = Wording(
    "已向原来的区域提出，不能改为另一个区域",
    "that region was asked already: the offer cannot be moved to another",
    "撤回这次移交，再向正确的区域提出",
    "withdraw the offer, and make it anew to the right region",
)
OFFERED_TWICE = Wording(
    "此人已有一次移交尚未办结",
    "a transfer of this person is open already",
    "重复提出的，不要入账或撤回其中一次；确需同时征询两地的，照常入账",
    "record nothing if it is the same again, or withdraw one; to ask two areas at once, go on",
)
IN_TWO_PLACES = Wording(
    "对方登记入住时本方还没有交出：此人在两处同时计为在院",
    "when the other side admitted the person, nobody had handed the person over: present in two places",
    "没有登记交出的，补记；日期记错的，更正为实际交出的日期",
    "record the hand-over, or correct its day to the one on which it happened",
)

REQUEST_UNANSWERED = Check(
    "reception.answered",
    lambda reception, event: reception.answered_at is None,
    Wording(
        "这次请求已经答复，或对方已撤回",
        "the request was answered already, or withdrawn",
        "核对日期；要改变答复的，撤销原答复后重新登记",
        "check the day; to change the answer, withdraw its entry and record it anew",
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
AWAITED = ("accepted", "on_the_way")
"""The states of a reception in which somebody is to come."""
RECEPTION_ACCEPTED = Check(
    "reception.not_accepted",
    lambda reception, event: reception.status in AWAITED,
    Wording(
        "没有同意接收，或人员已经入住",
        "the reception was not agreed to, or the person was admitted already",
        "先登记同意接收，再办理入住",
        "agree to the reception first, then admit the person",
    ),
)
OTHER_PERSON = Wording(
    "入住人员的证件与拟接收人员不符",
    "the document of whoever was admitted is not that of the person who was to come",
    "核对证件；认错人的，撤销入住后重新办理；无证件的，查明身份后答复说明",
    "check the document; if it is somebody else withdraw the admission; of somebody without one explain it",
)
OTHER_HOME = Wording(
    "入住的机构不是同意接收的机构",
    "the person was admitted by another institution than agreed to",
    "核对机构；属实的答复说明",
    "check the institution; if it is so, explain it",
)
