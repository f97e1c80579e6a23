"""The words of the one page of a day."""

from __future__ import annotations

DAILY: dict[str, tuple[str, str]] = {
    "nav.daily": ("日常登记", "The day's log"),
    "daily.title": ("日常登记", "The day's log"),
    "daily.of_day": ("日常登记（{day}）", "The day's log of {day}"),
    "daily.lead": (
        "一天要记的都在这一页。没有填的部分不会入账；填了的一起核对、一起入账，各有回执。",
        "Everything that a day asks for is on this page. Parts left empty are not recorded; the others are checked and recorded together, each with its receipt.",
    ),
    "daily.look": ("换到这一天", "Show this day"),
    "daily.entered": ("这一天已经入账", "Recorded of this day"),
    "daily.receipt": ("回执 {position}", "Receipt {position}"),
    "daily.correct": ("更正", "Correct"),
    "daily.more": ("再记一条", "One more"),
    "daily.nth": ("第 {n} 条", "Entry {n}"),
    "daily.begins": ("开始时刻", "Begins at"),
    "daily.computed": ("系统按入住记录算出的{figure}：", "{figure} by the stays on record: "),
    "daily.beside": ("，请与“{what}”核对", "; check it against “{what}”"),
    "daily.nothing": (
        "没有填写任何一部分；至少填写一部分，再继续",
        "No part was filled in; fill in at least one, then continue",
    ),
    "daily.future": ("日期不能晚于今天；核对日期", "The day lies in the future; check it"),
    "daily.not_yet": (
        "以下各项在这一天还没有：{what}。填的内容都还在；请改日期，或换回原来的日期清空这些项",
        "This day does not have: {what_en}. What was typed is kept; change the day, or go back to the day before and empty it",
    ),
    "daily.resumed": (
        "这一天有填过、还没有入账的内容（{at} 保存的草稿），已经放回原处。",
        "What was filled in for this day and not recorded is back in its place (draft of {at}).",
    ),
    "daily.other_draft": (
        "这一天另有一份草稿（{at} 保存），没有和这一页合在一起。",
        "There is another draft of this day, saved {at}; it is not mixed with this page.",
    ),
    "daily.other_draft.open": ("打开那一份", "Open that one"),
    "daily.drop": ("丢弃这份草稿，重新填写", "Discard this draft and begin anew"),
    "daily.kept": (
        "填的内容已存为草稿，还没有入账；离开后回到这一天可以接着填。",
        "What was filled in is kept as a draft, not recorded; you may leave and come back to this day.",
    ),
    "daily.unkept": (
        "填的内容现在存不成草稿，只在这一页上：请接着核对、入账，先不要关掉页面。草稿已满时，先在“草稿”里丢弃一些。",
        "What was filled in cannot be kept as a draft now and is on this page alone: check and record it before you close the page. Where there are too many drafts, discard some.",
    ),
    "daily.no_draft": (
        "这一天没有要记的事，没有可以存的内容；请改日期再存",
        "Nothing is logged on this day, so there is nothing to keep; change the day, then save",
    ),
    "daily.no_parts": (
        "这一天没有规定要记的事，可以换一天，或从“记一笔”进入。",
        "Nothing is laid down to be logged on this day; choose another, or use “Record”.",
    ),
    "daily.check.lead": (
        "还没有入账。下面 {n} 条确认后一起入账。",
        "Nothing is recorded yet. These entries are recorded together once you confirm: {n}.",
    ),
    "daily.check.none": ("{day}的数字都不变。", "No figure of {day} changes."),
    "daily.receipts": ("已入账 {n} 条", "Recorded: {n}"),
    "daily.again": ("这些已经入账，没有重复记录。", "All of this was recorded before; nothing was recorded twice."),
    "daily.other": ("继续登记", "Go on logging"),
}
