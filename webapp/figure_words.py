"""The words of a figure's own page: its course, a year ago, the last changes, the link that stays."""

from __future__ import annotations

FIGURE: dict[str, tuple[str, str]] = {
    "figure.clock.occurred": ("按发生日期计", "Counted by the day on which it happened"),
    "figure.clock.recorded": ("按入账日期计", "Counted by the day on which it was recorded"),
    "figure.once": ("，同一人只计一次", ", each person once"),
    "course.title": ("走势：最近十二个月", "Trend: the last twelve months"),
    "course.this": ("这十二个月", "These twelve months"),
    "course.before": ("去年同月", "Same month a year before"),
    "course.table": ("看成表格", "As a table"),
    "course.month": ("月份", "Month"),
    "course.about": (
        "{name}：最近十二个月和去年同月。数字见下面的表格。",
        "{name}: the last twelve months beside the same months a year before. The table below has the numbers.",
    ),
    "course.partial": (
        "最后一个月算到{day}，去年同月也算到同一天。",
        "The last month goes up to {day}; so does the one a year before.",
    ),
    "year.day": ("去年同日（{day}）", "the same day a year before ({day})"),
    "year.period": ("去年同期（{first}至{last}）", "the same period a year before ({first} to {last})"),
    "year.none": ("{when}没有数据，不作比较。", "There is nothing to compare with: no figure for {when}."),
    "year.same": ("与{when}相同。", "The same as on {when}."),
    "year.more": ("比{when}的 {before} 多 {n} {unit}{share}。", "{n} {unit}{share} more than {before} for {when}."),
    "year.less": ("比{when}的 {before} 少 {n} {unit}{share}。", "{n} {unit}{share} less than {before} for {when}."),
    "recent.since": ("从{day}到现在入账的记录：", "By what was recorded from {day} until now: "),
    "recent.until": (
        "从{day}到位置 {position} 入账的记录：",
        "By what was recorded from {day} up to position {position}: ",
    ),
    "recent.none": ("其间没有入账的记录改变它。", "Nothing that was recorded since changed it."),
    "recent.more": ("还有 {n} 条：看全部", "{n} more: see all of them"),
    "recent.all": ("比较别的时点", "Compare other moments"),
    "recent.when": ("入账时间", "Recorded"),
    "link.title": ("固定链接", "A link that stays"),
    "link.why": (
        "链接里有账本位置 {position}：以后有新的记录或更正，它打开的仍是这个数。对方只看到其职务和管辖范围内的内容。",
        "It holds the log position {position}: whatever is recorded or corrected later, it opens this very number. Whoever opens it sees what post and area allow.",
    ),
    "link.words": (
        "{name} · {place} · 截至{day} · 账本位置 {position}",
        "{name} · {place} · as of {day} · log position {position}",
    ),
    "link.copy": ("复制链接", "Copy the link"),
    "link.copied": ("已复制", "Copied"),
    "link.failed": (
        "没有复制成，请在链接上按右键复制地址",
        "It was not copied; please copy the address by its context menu",
    ),
}
