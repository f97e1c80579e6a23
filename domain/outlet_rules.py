"""What a lottery outlet is judged by: the words of its refusals and findings (LT-07..LT-10)."""

from __future__ import annotations

from domain.model import Check, Wording

RULE_OF = {
    "sale_to_minor": "LT-08",
    "prize_to_minor": "LT-08",
    "credit_sale": "LT-08",
    "false_advertising": "LT-08",
    "disparagement": "LT-08",
    "winner_disclosed": "LT-08",
    "sub_agency": "LT-07",
    "terminal_misused": "LT-07",
    "signs_missing": "LT-07",
}
"""The rule that a kind of violation breaks; others are open violations."""

PROHIBITED = Wording(
    "销售中的禁止行为尚未整改",
    "a prohibited act in selling is not put right",
    "责令改正，复查后登记整改完成",
    "order it put right, look again and record the correction",
)
CONDITIONS = Wording(
    "代销条件方面的违规尚未整改",
    "a breach of the conditions of agency is not put right",
    "责令改正，复查后登记整改完成",
    "order it put right, look again and record the correction",
)
OPEN = Wording(
    "违规尚未整改",
    "a violation is not put right",
    "责令改正，复查后登记整改完成",
    "order it put right, look again and record the correction",
)
WORDS_OF = {"LT-07": CONDITIONS, "LT-08": PROHIBITED, "outlet.violation_open": OPEN}
UNUSUAL_FINE = Wording(
    "罚款超出法定幅度",
    "a fine outside the range of the law",
    "核对处罚决定书的金额",
    "check the amount in the decision",
)
CONTRACTED = Wording(
    "网点已登记过代销合同",
    "the outlet has a contract already",
    "用“续签代销合同”登记新合同",
    "record the new one as a renewal",
)
OUTLET_FIXED = Wording(
    "更正不能改到另一个网点",
    "a correction cannot change to another outlet",
    "撤销这条记录，再为正确的网点登记",
    "withdraw this entry and enter it anew for the right one",
)
UNTIL_BEFORE = Wording("合同止期早于起期", "the contract ends before it begins", "核对两个日期", "check both days")

AFTER_THE_LAST = Check(
    "outlet.contracts_overlap",
    lambda outlet, event: all(term.until < event.since for term in outlet.terms),
    Wording(
        "与前一份代销合同的期限重叠",
        "it overlaps the contract before it",
        "核对起期；前一份提前终止的，先登记终止",
        "check the first day; if the contract before it ended early, record that first",
    ),
)
IN_FORCE = Check(
    "outlet.not_in_force",
    lambda outlet, event: any(term.since <= event.day <= term.until for term in outlet.terms),
    Wording(
        "当日没有有效的代销合同",
        "no contract is in force on that day",
        "核对日期；已续签的，先登记续签",
        "check the day; if the contract was renewed, record that first",
    ),
)
NEW_TERMINAL = Check(
    "outlet.terminal_installed_already",
    lambda outlet, event: event.terminal_no not in outlet.terminals,
    Wording(
        "这台终端已经登记", "this terminal is installed already", "核对终端编号", "check the number of the terminal"
    ),
)
KNOWN_VIOLATION = Check(
    "outlet.no_such_violation",
    lambda outlet, event: outlet.violation(event.number) is not None,
    Wording(
        "没有这一号违规", "there is no violation of this number", "核对违规的编号", "check the number of the violation"
    ),
)
NOT_CORRECTED = Check(
    "outlet.corrected_already",
    lambda outlet, event: outlet.violation(event.number) is None or outlet.violation(event.number).corrected_at is None,
    Wording(
        "这一号违规已经整改",
        "this violation was put right already",
        "核对编号；登记有误的，更正原记录",
        "check the number; if that entry is wrong, correct it",
    ),
)
