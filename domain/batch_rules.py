"""What must hold of a batch of payments, from its list to its approval, and what its list is compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from domain.entries import NOT_BEFORE_START
from domain.fund_rules import ENOUGH
from domain.model import Check, Field, Post, Refused, Wording

PAYING = frozenset({Post.FINANCE_OFFICER})
DECIDING = frozenset({Post.APPROVER})

LINES_MAX = 500
"""So many lines travel in one event."""


@dataclass(frozen=True)
class Line:
    """发放明细 — one person and how much; the pseudonym by which figures count the person is filled in."""

    person: Annotated[str, Field("人员", ref="person")]
    amount_fen: Annotated[int, Field("金额", en="Amount", unit="元", minimum=1)]
    member: Annotated[str | None, Field("代称", en="Pseudonym", filled=True)] = None


RELEASED_BEFORE_APPROVAL = Check(
    "batch.released_after_approval",
    lambda batch, event: not batch.approvers or event.author[1] not in PAYING,
    Wording(
        "批次已审批，解除暂缓须由审批人办理",
        "the batch is approved: only an approver releases somebody now",
        "请审批人解除，或另编一批",
        "ask the approver, or draw up another batch",
    ),
)
NOT_CANCELLED = Check(
    "batch.cancelled",
    lambda batch, event: batch.status != "cancelled",
    Wording(
        "批次已作废",
        "the batch was cancelled",
        "另编一批，或撤销作废记录",
        "draw up another, or withdraw the end of it",
    ),
)
NOT_PAID = Check(
    "batch.paid_already",
    lambda batch, event: batch.status != "paid",
    Wording(
        "批次已发放",
        "the batch is paid already",
        "已发放的只能逐人登记退回",
        "of a paid batch, single payments can be returned",
    ),
)
ANOTHER_HAND = Check(
    "batch.own_approval",
    lambda batch, event: event.hands.isdisjoint(batch.drawn_hands),
    Wording(
        "编制人不能审批自己编制的批次",
        "nobody approves a batch that they drew up",
        "请另一位审批人员办理",
        "ask another approver",
    ),
)
APPROVAL_WANTED = Check(
    "batch.approved_already",
    lambda batch, event: len(batch.approvers) < batch.needed and event.author[0] not in batch.approvers,
    Wording(
        "您已审批，或已无需再审批",
        "you approved it already, or no more approvals are needed",
        "无需再办理；大额批次由另一人复审",
        "nothing to do; a large batch is approved by a second person",
    ),
)
APPROVED = Check(
    "batch.not_approved",
    lambda batch, event: bool(batch.approvers),
    Wording("批次尚未审批", "the batch is not approved", "先送审批", "have it approved first"),
)
APPROVED_TWICE = Check(
    "batch.second_approval",
    lambda batch, event: not batch.approvers or len(batch.approvers) >= batch.needed,
    Wording(
        "大额批次须由两人审批",
        "a batch of this size needs two approvers",
        "请另一位审批人员复审",
        "have another approver approve it too",
    ),
)
SAME_SUM = Check(
    "batch.sum_changed",
    lambda batch, event: batch.payable_fen == event.amount_fen,
    Wording(
        "应发金额与发放记录不一致",
        "what is to be paid differs from what was paid",
        "核对暂缓的人员",
        "check who was held back",
    ),
)
LISTED = Check(
    "batch.not_listed",
    lambda batch, event: event.person in batch.line_of,
    Wording("名单上没有此人", "the person is not on the list", "核对人员和批次", "check the person and the batch"),
)
NOT_HELD = Check(
    "batch.held_already",
    lambda batch, event: event.person not in batch.held,
    Wording("此人已暂缓发放", "the person is held back already", "无需再办理", "nothing to do"),
)
HELD = Check(
    "batch.not_held",
    lambda batch, event: event.person in batch.held,
    Wording("此人没有暂缓发放", "the person is not held back", "核对人员", "check the person"),
)
WAS_PAID = Check(
    "batch.line_not_paid",
    lambda batch, event: batch.has(event.person),
    Wording(
        "此人这一批没有发放，或已退回",
        "the person was not paid by this batch, or it came back already",
        "核对人员、批次和日期",
        "check the person, the batch and the day",
    ),
)
CAME_BACK = Check(
    "batch.line_not_returned",
    lambda batch, event: event.person in batch.away,
    Wording(
        "此人的发放没有退回，无从重发",
        "the payment of this person did not come back",
        "核对人员和批次",
        "check the person and the batch",
    ),
)
NO_LINES = Wording("名单是空的", "the list is empty", "至少列一人", "list at least one person")
TWICE = Wording(
    "名单上同一人出现两次",
    "a person stands on the list twice",
    "合并为一行，或删去一行",
    "make it one line, or leave one out",
)
NOTHING_TO_PAY = Wording(
    "名单上的人都已暂缓，没有可发放的", "everybody on the list is held back", "先解除暂缓", "release somebody first"
)
FIXED = Wording(
    "批次已审批，内容不能再更正",
    "the batch was approved as it is",
    "先撤销审批，更正后重新审批",
    "withdraw the approval, correct the batch and have it approved again",
)
FUND_EXPIRED = Wording(
    "资金已过使用期限，应由财政收回",
    "the fund was to be used up before; it is the treasury's",
    "核对资金；确已过期的，撤销批次，改用未过期的资金，余额登记上缴",
    "check the fund; if it is over, withdraw the batch, pay from another fund and record what is given back",
)
OTHER_PROGRAMME = Wording(
    "批次的用途与资金的用途不同",
    "the batch is for another purpose than its fund",
    "核对资金和用途；属实则不必处理",
    "check fund and purpose; if true nothing need be done",
)


def batch_at(case: Any) -> Any:
    """The batch at the command's moment. Raises Refused before it was drawn up."""
    batch = case.state(case.stream)
    if batch is None:
        raise Refused(NOT_BEFORE_START.rule, NOT_BEFORE_START.wording)
    return batch


def line_at(case: Any, person: str) -> tuple[Any, Line]:
    """The batch and its line of a person. Raises Refused for somebody who is not on the list."""
    batch = batch_at(case)
    if person not in batch.line_of:
        raise Refused(LISTED.rule, LISTED.wording, "person")
    return batch, batch.line_of[person]


def payable(case: Any) -> Any:
    """The batch with something to pay. Raises Refused where everybody is held back."""
    batch = batch_at(case)
    if batch.payable_fen == 0:
        raise Refused("batch.nothing_to_pay", NOTHING_TO_PAY)
    return batch


def listed(said: Mapping[str, Any], case: Any, fund: Any) -> tuple[Line, ...]:
    """The lines with the pseudonyms. Raises Refused for none, for a person twice, for more than the fund holds."""
    lines: Sequence[Line] = said["lines"]
    if not lines:
        raise Refused("batch.no_lines", NO_LINES, "lines")
    first: dict[str, int] = {}
    for number, line in enumerate(lines):
        if first.setdefault(line.person, number) < number:
            raise Refused("batch.person_twice", TWICE, "lines", part=f"{number}.person")
    if sum(line.amount_fen for line in lines) > fund.balance_fen:
        raise Refused(ENOUGH.rule, ENOUGH.wording, "lines")
    return tuple(replace(line, member=case.whole(line.person).pseudonym) for line in lines)


def chunks(lines: Sequence[Line]) -> list[tuple[Line, ...]]:
    """The lines in lots of at most 500."""
    return [tuple(lines[at : at + LINES_MAX]) for at in range(0, len(lines), LINES_MAX)]


def unchanged_once_approved(said: Mapping[str, Any], before: Mapping[str, Any], approved: bool) -> None:
    """Refuse to change, by a correction, what somebody has approved: only its date may still be put right."""
    for name in ("fund", "programme", "period", "lines"):
        if approved and said[name] != before[name]:
            raise Refused("batch.approved_fixed", FIXED, name)
