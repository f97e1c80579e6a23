"""What must hold of a person, and how refusals and findings about people are said."""

from __future__ import annotations

from domain.model import Check, Field, Wording

PHONE = Field(
    "电话",
    private="self",
    length_max=40,
    half_width=True,
    pattern=r"(?=(?:[^0-9]*[0-9]){5})[0-9+ (),;.、/转-]{5,40}",
    hint_zh="电话号码，5 至 40 个字符：数字、空格和 + - ( ) , ; . 、/，全角半角均可，分机写“转”，如 0894-5822110转8",
    hint_en="a number of 5 to 40 characters: digits, spaces and + - ( ) , ; . /, such as 0894-5822110-8",
)
ALIVE = Check(
    "person.died",
    lambda person, event: person.died_on is None,
    Wording(
        "此人已登记去世",
        "the person's death is recorded",
        "核对日期和人员，或先更正去世记录",
        "check the day and the person, or correct the record of the death",
    ),
)
ONE_STAY = Check(
    "stay.overlapping",
    lambda person, event: True,
    Wording(
        "此人这段时间已在本处或另一处入住",
        "the person is staying here or elsewhere in that time",
        "先登记那次入住的离院，或核对入住日期",
        "discharge that stay first, or check the day of admission",
    ),
)
PAST_DEATH = Check(
    "stay.past_death",
    lambda person, event: True,
    Wording(
        "此人已登记去世，入住不能晚于去世那天结束",
        "the stay lasts beyond the person's death",
        "填写离院日期，或先更正去世记录",
        "give the day on which the stay ended, or correct the record of the death",
    ),
)
OPENED_HERE = Check(
    "stay.not_opened",
    lambda person, event: event.stay in person.stays,
    Wording(
        "此人没有这次入住", "the stay is not one of this person", "核对人员和入住", "check the person and the stay"
    ),
)
KNOWN = Wording(
    "该证件已登记过",
    "a person with this document is registered already",
    "请直接使用已有的人员记录",
    "use the person's existing record",
)
NUMBER_NEEDED = Wording(
    "没有填写证件号码",
    "the document number is missing",
    "填写号码；确无证件的，证件类型选“无证件”",
    "enter the number, or choose 'no document'",
)
NO_NUMBER_WANTED = Wording(
    "选了“无证件”，却填写了证件号码",
    "a document number is given although there is no document",
    "改选证件类型，或删去号码",
    "choose the kind of document, or leave the number out",
)
DOCUMENT_FIXED = Wording(
    "更正不能换成另一个证件号码",
    "a correction cannot change to another document number",
    "撤销这条登记，再用正确的号码重新登记",
    "withdraw this registration and register the person anew",
)
SEX_DIFFERS = Wording(
    "性别与证件号码不一致", "the sex differs from the document number", "核对后更正", "check and correct"
)
BIRTH_DIFFERS = Wording(
    "出生日期与证件号码不一致", "the birth date differs from the document number", "核对后更正", "check and correct"
)
MERGED_AWAY = Check(
    "person.merged",
    lambda person, event: person.merged_into is None,
    Wording(
        "此人的记录已并入另一条记录",
        "the person's record was merged into another one",
        "使用并入后的记录，或先取消合并",
        "use the record that it was merged into, or undo the merge first",
    ),
)
IS_MERGED = Check(
    "person.not_merged",
    lambda person, event: person.merged_into is not None,
    Wording("此人的记录没有合并", "the person's record is not merged", "核对人员", "check the person"),
)
ITSELF = Wording("不能并入自己", "a record cannot be merged into itself", "选择另一条记录", "choose the other record")
TWO_PLACES = Wording(
    "两条记录的入住时间重叠，同一人不能同时住在两处",
    "the stays of the two records overlap: one person is not in two places at once",
    "先更正或撤销其中一次入住，再合并",
    "correct or withdraw one of the stays, then merge",
)
INTO_MERGED = Wording(
    "要并入的记录本身已并入别的记录",
    "the other record was itself merged away",
    "并入最终保留的那条记录",
    "merge into the record that is kept",
)
NUMBER_GONE = Wording(
    "此人的密钥已依法销毁，证件号码已不可知，不能换用全省代称",
    "this person's key was destroyed by law: the document number cannot be known any more",
    "保留原代称",
    "keep the present pseudonym",
)
