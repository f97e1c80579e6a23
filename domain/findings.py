"""提示答复 — what was said or done about a finding: explained, remedied, and accepted by the bureau."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from domain.figures import FACILITY_DIMENSIONS, Figure
from domain.model import FACILITY_POSTS, Aggregate, Check, Event, Field, Post, Refused, Row, Wording

BUREAU = frozenset({Post.REGULATOR, Post.SAFETY_TEAM, Post.INSPECTOR})
ANSWERABLE = FACILITY_POSTS | {Post.FINANCE_OFFICER, Post.APPROVER}
"""Who answers for what they did: homes for themselves, who pays for the lists."""

NOTHING_THERE = Wording(
    "没有这条记录，无从答复",
    "there is no such record to answer for",
    "从提示台账中选择",
    "choose from the board of findings",
)
BUREAU_ACCEPTS = Check(
    "finding.own_acceptance",
    lambda finding, event: event.answer != "accepted" or event.author[1] not in ANSWERABLE,
    Wording(
        "答复人不能认可自己的答复",
        "who answers for it does not accept the answer",
        "请监管人员认可",
        "ask the bureau to accept it",
    ),
)


class Finding(Aggregate):
    """提示答复 — one answer to one finding of one record."""

    name = "finding"
    label = "提示答复"
    sheet = "findings"
    columns = {
        "facility": Field("机构", ref="facility"),
        "about": Field("所指记录", en="Record"),
        "rule": Field("规则", choices="rules"),
        "answer": Field("答复", choices="finding_answers"),
        "text": Field("说明", en="What was said or done"),
        "answered_on": Field("答复日期", en="Answered on"),
    }
    counted_by = "finding.answered"
    figures = (
        Figure(
            "finding.answered",
            "提示答复数",
            "Findings answered",
            "次",
            "flow",
            "期间内对提示所作的答复",
            "Answers to findings given in the period",
            (*FACILITY_DIMENSIONS, "rule", "answer"),
            unit_en="answers",
        ),
    )

    class Answered(Event):
        """Answer a finding: explain it, say how it was put right, or accept the answer."""

        topic = "finding.answered"
        label = "答复提示"
        label_en = "Finding answered"
        command = "finding.answer"
        by = ANSWERABLE | BUREAU
        creates = True
        checks = (BUREAU_ACCEPTS,)
        sentence = ("答复提示“{rule}”：{answer}，{text}", "Finding '{rule}' answered: {answer}, {text}")

        about: Annotated[
            str,
            Field("所指记录", en="Record", hint_zh="提示台账最后一列的编号", hint_en="The id on the board of findings"),
        ]
        rule: Annotated[str, Field("规则", choices="rules")]
        answer: Annotated[str, Field("答复", choices="finding_answers")]
        text: Annotated[
            str,
            Field(
                "说明", en="What was said or done", long=True, hint_zh="不写姓名、证件号码", hint_en="No personal data"
            ),
        ]
        facility: Annotated[str | None, Field("机构", ref="facility", filled=True)] = None
        region: Annotated[str | None, Field("区域", ref="region", filled=True)] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """One event, placed where the record lies. Whether the rule is broken there the boards know, not this command."""
            record = case.whole(said["about"])
            if record is None or not (record.facility or record.region):  # a person or an account lies nowhere
                raise Refused("reference.unknown", NOTHING_THERE, "about")
            yield case.stream, cls, {**said, "facility": record.facility, "region": record.region}

        def apply(self, state: Finding) -> None:
            """The answer is what it says."""
            state.facility, state.region, state.about = self.facility, self.region, self.about
            state.rule, state.answer, state.text, state.answered_on = self.rule, self.answer, self.text, self.day

        def rows(self, state: None) -> Iterable[Row]:
            """One answer."""
            where = {"facility": self.facility} if self.facility else {"region": self.region}
            dims = (("rule", self.rule), ("answer", self.answer))
            yield Row("finding.answered", self.day, 1, self.originator_id, **where, dims=dims)
