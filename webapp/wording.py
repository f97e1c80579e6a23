"""Every word of the interface, Chinese and English. Labels of fields stand beside their declarations."""

from __future__ import annotations

from typing import Any

from domain.aggregates import AGGREGATES
from domain.declared import humanised
from webapp.alert_words import ALERT
from webapp.api_words import API
from webapp.board_words import BOARD
from webapp.daily_words import DAILY
from webapp.draft_words import DRAFTS
from webapp.entry_words import ENTRY
from webapp.evidence_words import EVIDENCE
from webapp.figure_words import FIGURE
from webapp.first_words import FIRST
from webapp.flow_words import FLOW
from webapp.glossary_words import GLOSSARY
from webapp.grading_words import GRADING
from webapp.help_words import HELP
from webapp.nodes_words import NODES
from webapp.one_by_one_words import ONE_BY_ONE
from webapp.proving_words import PROVING
from webapp.reads_words import READS
from webapp.replay_words import REPLAY
from webapp.round_words import ROUNDS
from webapp.step_words import STEPS
from webapp.table_words import TABLE

WORDS: dict[str, tuple[str, str]] = {
    # -- frame
    "site.name": ("守望", "Shouwang"),
    "site.about": ("养老 · 儿童 · 救助 · 福彩 监管", "Care homes · children · rescue · lottery"),
    "skip": ("跳到正文", "Skip to the content"),
    "frame.navigation": ("主导航", "Main navigation"),
    "frame.account": ("账号与显示", "Account and display"),
    "switch.lang": ("English", "中文"),
    "switch.large": ("大字", "Large text"),
    "switch.normal": ("标准字", "Normal text"),
    "sign_out": ("退出", "Sign out"),
    "print": ("打印", "Print"),
    "print.printed": ("守望 · 由 {who} 打开 · 账本位置 {head}", "Shouwang · opened by {who} · log position {head}"),
    "nav.today": ("今日", "Today"),
    "nav.import": ("批量录入", "Spreadsheets"),
    "nav.drafts": ("草稿", "Drafts"),
    "nav.tokens": ("程序接口", "For programs"),
    "nav.enter": ("记一笔", "Record"),
    "nav.figures": ("数字", "Figures"),
    "nav.facilities": ("机构", "Facilities"),
    "nav.stays": ("入住", "Stays"),
    "nav.persons": ("人员", "Persons"),
    "nav.activities": ("业务活动", "Activities"),
    "nav.breaches": ("提示", "Findings"),
    "nav.accounts": ("账号", "Accounts"),
    "nav.events": ("账本", "Log"),
    "nav.help": ("帮助", "Help"),
    "place.everywhere": ("全部区域", "All regions"),
    "place.elsewhere": ("其他机构", "Another facility"),
    "place.node": ("本系统", "This system"),
    "name.unknown": ("（未登记）", "(not registered)"),
    "name.synthetic": ("（合成）", " (synthetic)"),
    "name.destroyed": ("（已依法销毁）", "(destroyed by law)"),
    "name.none": ("—", "—"),
    "name.hidden": ("（按职务不显示）", "(hidden from this post)"),
    "list.sep": ("、", ", "),
    "colon": ("：", ": "),
    "stop": ("。", ". "),
    # -- as-of bar
    "bar.name": ("时点与区域", "Standpoint: region and day"),
    "bar.region": ("区域", "Region"),
    "bar.facility": ("机构", "Facility"),
    "bar.as_of": ("截至", "As of"),
    "bar.by": ("按", "As"),
    "bar.now": ("现在所知", "known now"),
    "bar.then": ("当时所知", "known then"),
    "bar.known": ("所知时点（账本位置或时间）", "Known at (log position or moment)"),
    "bar.known_short": ("其他时点", "Other moment"),
    "bar.go": ("查看", "Show"),
    "bar.position": ("账本位置 {position}", "Log position {position}"),
    "bar.from": ("自", "From"),
    "bar.all_facilities": ("回到区域", "Back to the region"),
    "bar.bad_day": (
        "“{typed}”不是一个日期，现在显示的是今天。可以写：2024年10月31日、10月31日、2024年10月、昨天。",
        "“{typed}” is not a date; what you see is today. Write 31 October 2024, 31 October, October 2024 or yesterday.",
    ),
    "bar.future": ("{typed}还没有到，现在显示的是今天。", "{typed} has not come yet; what you see is today."),
    "bar.no_region": ("没有区域“{typed}”，已显示您的区域。", "There is no region “{typed}”; yours is shown."),
    "bar.no_facility": ("没有机构“{typed}”，没有按它显示。", "There is no facility “{typed}”; ignored."),
    "bar.not_your_facility": (
        "该机构不在您的管辖范围，没有按它显示。",
        "That facility is outside your area; ignored.",
    ),
    "bar.no_value": ("“{typed}”不是可选的{what}，没有按它显示。", "“{typed}” is no value of {what}; ignored."),
    "bar.bad_known": (
        "没有看懂所知时点；已按现在所知显示。",
        "The known-at moment was not understood; what is known now is shown.",
    ),
    "bar.bad_from": (
        "没有看懂起始日期，或它晚于“截至”日期；已按当年1月1日起显示。",
        "The first day was not understood; the year's first day is used.",
    ),
    "bar.not_yours": ("该区域不在您的管辖范围，已显示您的区域。", "That region is outside your area; yours is shown."),
    "bar.one_home": (
        "您的账号只看本机构，没有按区域显示。",
        "Your account sees its own facility only; the region was ignored.",
    ),
    "bar.quiet": (
        "近三个月没有事情发生；最近一件在{day}。",
        "Nothing has happened in the last three months; the last thing recorded is of {day}.",
    ),
    "bar.latest": ("看那一天", "Look at that day"),
    "bar.moment": ("{moment} 所知", "known at {moment}"),
    "bar.at": ("位置 {position} 所知", "known at position {position}"),
    # -- sign in
    "signin.title": ("登录", "Sign in"),
    "signin.login": ("登录名", "Login"),
    "signin.password": ("口令", "Password"),
    "signin.go": ("登录", "Sign in"),
    "signin.wrong": ("登录名或口令不对，或账号已停用", "Login or password is wrong, or the account is locked"),
    "signin.again": ("页面已过期，请再登录一次", "The page has expired; please sign in again"),
    "signin.lead": (
        "记一次，处处可查：每个数字都能点开，看到由谁、由哪些记录组成。",
        "Recorded once, found everywhere: every number opens into who and which entries made it.",
    ),
    "signin.demo": ("演示账号", "Demonstration accounts"),
    "signin.demo_lead": (
        "人物和数据都是合成的。点“进入”直接登录。",
        "All persons and data are synthetic. 'Enter' signs in at once.",
    ),
    "signin.changed": ("口令已改，请用新口令登录", "The password was changed; sign in with the new one"),
    "signin.enter": ("进入", "Enter"),
    "signin.enter_as": ("以 {login} 的身份", "as {login}"),
    # -- first page
    "post.operator": ("本机操作员", "Local operator"),
    # -- figures
    "figures.title": ("数字 · {place}", "Figures · {place}"),
    "figures.lead": (
        "{from_day} 至 {to_day}；时点数截至当日日终。每个数字都可以点开，看到它由谁、由哪些记录组成。",
        "{from_day} to {to_day}; stocks at the end of the day. Every number opens into who and which entries made it.",
    ),
    "figures.all": ("显示全部业务活动数字", "Show all figures of activities"),
    "figures.some": ("只显示有数的", "Only those with a value"),
    "figures.none": ("这段时间没有记录。", "Nothing was recorded in this period."),
    "figures.name": ("数字", "Figure"),
    "figures.value": ("数值", "Value"),
    "figures.unit": ("单位", "Unit"),
    "figures.meaning": ("含义", "What it counts"),
    "figure.crumb": ("数字", "Figures"),
    "figure.stock": ("截至 {day} 日终", "At the end of {day}"),
    "figure.flow": ("{first} 至 {last}", "{first} to {last}"),
    "figure.no_value": ("没有数值：分母为 0", "No value: the denominator is 0"),
    "figure.meaning": ("指标说明 {key}", "Definition {key}"),
    "figure.sources": ("怎么来的", "How it comes about"),
    "figure.times": ("{n} 条", "{n} entries"),
    "figure.total": ("合计", "Total"),
    "figure.overall": ("总体", "Overall"),
    "figure.ended": (
        "只列仍计在内的；一进一出相抵的（如已离院的人）不列。",
        "Only what still counts is listed; what cancels out, such as people discharged since, is not.",
    ),
    "figure.undone": ("另有 {n} 条相抵，不影响数值", "{n} more entries cancel out and add nothing"),
    "figure.undone_why": (
        "被撤销或更正的原记录，和撤下它的那一条：一加一减，合计为 0。",
        "Entries that were withdrawn or corrected, and what took them out: together they add 0.",
    ),
    "figure.parts": ("分子与分母", "Numerator and denominator"),
    "figure.by": ("分组查看", "Break down"),
    "figure.undo": ("不再细分", "No breakdown"),
    "figure.sum_note": ("各部分相加等于总数。", "The parts add up to the total."),
    "figure.distinct_note": ("同一人可能在多个部分各计一次。", "One person may count in several parts."),
    "figure.why": ("为什么变了", "Why did it change"),
    "figure.why_lead": (
        "比较两个时点的账本，逐条看是哪些记录让它变了。",
        "Compare the log at two moments and see, entry by entry, what moved it.",
    ),
    "figure.members": ("明细", "Detail"),
    "figure.members_n": ("共 {n} 项", "{n} in all"),
    "figure.members_none": ("没有组成项。", "It has no members."),
    "figure.member": ("是谁／是什么", "Who or what"),
    "figure.said": ("发生了什么", "What happened"),
    "figure.amount": ("数量", "Amount"),
    "figure.entries": ("记录", "Entries"),
    "figure.masked": ("姓名已脱敏", "names shown as your role allows"),
    "figure.range": ("第 {first}–{last} 项，共 {total} 项", "{first} to {last} of {total}"),
    "part.none": ("未说明", "Not said"),
    "dim.region": ("区域", "Region"),
    "dim.facility": ("机构", "Facility"),
    "dim.kind": ("机构类型", "Kind"),
    "dim.operator": ("运营方式", "Operator"),
    "dim.setting": ("所在", "Setting"),
    "dim.category": ("类别", "Category"),
    "dim.sex": ("性别", "Sex"),
    "dim.reason": ("离院原因", "Reason for discharge"),
    "dim.subject": ("事项", "Subject"),
    "subject.facility": ("机构", "Facilities"),
    "subject.stay": ("入住", "Stays"),
    "subject.activity": ("业务活动", "Activities"),
    "why.title": ("{name}为什么变了", "Why {name} changed"),
    "why.p1": ("从（日期或位置）", "From (day or position)"),
    "why.p2": ("到（日期或位置）", "To (day or position)"),
    "why.go": ("比较", "Compare"),
    "why.from_to": ("从位置 {first} 到位置 {second}", "From position {first} to position {second}"),
    "why.words": (
        "{place}{day}的{name}：按{first}是多少，按{second}又是多少。下面是其间入账、让它变了的记录；“截至”的日期不变，变的只是账本知道多少。",
        "{name} on {day}, {place}: by {first}, and by {second}. Listed are the entries recorded between them that changed it. The day stays the same; only what the log knew differs.",
    ),
    "why.at": ("{said}的账本（到位置 {position}）", "the log of {said} (up to position {position})"),
    "why.up_to": ("到位置 {position} 的账本（{moment}）", "the log up to position {position} ({moment})"),
    "why.empty": ("空的账本（位置 0）", "the empty log (position 0)"),
    "why.effect": ("影响", "Effect"),
    "why.reason": ("理由", "Reason"),
    "why.none": ("两个时点之间没有记录改变它。", "No entry between the two moments changed it."),
    "why.bad": ("请填写账本位置（数字）或日期", "Give a log position (a number) or a day"),
    # -- boards
    "board.facilities": ("机构", "Facilities"),
    "board.persons": ("人员", "Persons"),
    "board.stays": ("入住", "Stays"),
    "board.activities": ("业务活动", "Activities"),
    "board.accounts": ("账号", "Accounts"),
    "board.breaches": ("提示", "Findings"),
    "board.duties": ("任务", "Duties"),
    "board.title": ("{name}台账 · {place}", "{name} · {place}"),
    "board.total": ("共 {total} 行", "{total} rows"),
    "board.shown": ("本页 {n} 行", "{n} rows on this page"),
    "board.filter": ("筛选", "Filter"),
    "board.home": ("机构名称", "Facility"),
    "board.homes": ("有多家机构符合，请选一家：", "Several facilities match; choose one:"),
    "board.no_home": ("没有名称含“{typed}”的机构，没有按它筛选。", "No facility's name has “{typed}” in it; ignored."),
    "board.any": ("全部", "All"),
    "board.csv": ("导出表格（CSV）", "Export (CSV)"),
    "board.next": ("下一页", "Next page"),
    "board.first": ("回到第一页", "First page"),
    "board.empty": ("没有符合条件的记录。", "No rows match."),
    "board.empty_all": ("还没有记录。", "Nothing has been recorded yet."),
    # -- events and histories
    "events.title": ("账本 · 最近入账", "The log: latest entries"),
    "events.lead": ("您能看到的最近 {n} 条，新的在前。", "The latest {n} that you may see, newest first."),
    "events.none": ("还没有入账。", "Nothing has been recorded yet."),
    "event.title": ("{what} · 位置 {position}", "{what} · position {position}"),
    "event.about": ("关于", "About"),
    "event.happened": ("发生", "Happened"),
    "event.recorded": ("入账", "Recorded"),
    "event.actor": ("谁记的", "Recorded by"),
    "event.file": ("来自文件", "From a file"),
    "event.file.line": ("第 {line} 行，文件指纹", "Line {line} of the file with the fingerprint"),
    "event.place": ("机构与区域", "Place"),
    "event.reason": ("理由", "Reason"),
    "event.stream": ("记录流与版本", "Stream and version"),
    "event.topic": ("事件类型", "Event type"),
    "event.took_out.withdrawn": ("撤销了“{what}”", "Withdrew “{what}”"),
    "event.took_out.corrected": ("更正时撤下了“{what}”", "Taken out by a correction: “{what}”"),
    "event.taken": ("撤下的记录", "What it took out of force"),
    "event.leaf": ("指纹", "Fingerprint"),
    "event.command": ("回执", "Receipt"),
    "event.fields": ("内容", "What it says"),
    "event.no_fields": ("没有别的内容。", "It says nothing more."),
    "event.both": ("发生与入账时间", "When it happened and was recorded"),
    "event.entry": ("同一笔记录写入的事件", "Events of the same entry"),
    "event.proof": ("在账本中", "In the log"),
    "event.standing": ("有效", "In force"),
    "event.replaced": ("已更正，见位置 {position}", "Corrected, see position {position}"),
    "event.withdrawn": ("已撤销", "Withdrawn"),
    "event.follows": ("这一条由另一条记录带出，更正或撤销请到：", "This follows from another entry; correct that one:"),
    "event.correction": ("更正后的记录", "A correction"),
    "event.correct": ("更正", "Correct"),
    "event.withdraw": ("撤销", "Withdraw"),
    "event.delay": ("发生 {days}后入账", "recorded {days} later"),
    "event.same_day": ("当天入账", "recorded on the day"),
    "label.staying_then": ("当日机构", "Staying at on that day"),
    "title.stay": ("{name}的入住", "Stay of {name}"),
    "title.correct": ("更正：{what}", "Correct: {what}"),
    "title.withdraw": ("撤销：{what}", "Withdraw: {what}"),
    "history.facts": ("现在的情况", "As it is now"),
    "history.texts": ("经过与说明", "What was said about it"),
    "history.other_side": ("对方的记录", "On the other side"),
    "history.facts_then": ("{day}的情况", "As it was on {day}"),
    "history.not_yet": ("那一天还没有登记，或当时还不知道。", "Not registered by that day, or not known then."),
    "history.older": ("更早的记录", "Earlier entries"),
    "history.newest": ("回到最新的", "Back to the newest"),
    "history.timeline": ("时间线", "Timeline"),
    "history.lead": (
        "新的在前；更正或撤销的记录划去但留着。",
        "Newest first; corrected or withdrawn entries stay, struck out.",
    ),
    "history.none": ("这一天之前没有记录。", "No entries up to that day."),
    "history.record": ("记一笔", "Record"),
    "history.happened": ("发生", "Happened"),
    "history.what": ("发生了什么", "What happened"),
    "history.who": ("谁记的", "By"),
    "history.position": ("记录", "Entry"),
    "history.corrected": ("已更正", "Corrected"),
    "history.by": (
        "{who} 记录 · 账本位置 {position}",
        "Recorded by {who} · position {position} of the log",
    ),
    "history.by.correction": (
        "{who} 更正 · 账本位置 {position}",
        "Corrected by {who} · position {position} of the log",
    ),
    "history.late.tag": ("补记", "Late"),
    "history.late": ("{day}入账，晚 {delay}", "recorded on {day}, {delay} later"),
    "history.undone.corrected": ("{day}由 {who} 更正", "Corrected by {who} on {day}"),
    "history.undone.withdrawn": ("{day}由 {who} 撤销", "Withdrawn by {who} on {day}"),
    "history.undone.see": ("看这条记录", "See that entry"),
    "history.stays": ("这里的入住", "Stays here"),
    "history.only": ("只看这里的数字", "Figures of this place"),
    # -- accounts
    "accounts.title": ("账号", "Accounts"),
    "accounts.open": ("开立账号", "Open an account"),
    "accounts.lock": ("停用", "Lock"),
    "accounts.password": ("设置口令", "Set password"),
    "accounts.changed": (
        "已设置 {login} 的口令，原有登录全部失效。",
        "The password of {login} was set; its sessions have ended.",
    ),
    "accounts.works": ("在用", "Active"),
    "accounts.locked": ("已停用", "Locked"),
    "accounts.none": ("还没有账号。", "There are no accounts."),
    "accounts.do": ("办理", "Do"),
    "accounts.login": ("登录名", "Login"),
    "accounts.post": ("职务", "Post"),
    "accounts.reach": ("范围", "Reach"),
    "accounts.status": ("状态", "Status"),
    "password.title": ("设置 {login} 的口令", "Set the password of {login}"),
    "password.new": ("新口令", "New password"),
    "password.again": ("再输一次", "Once more"),
    "password.hint": (
        "至少 12 个字符；可以用一句容易记住的话",
        "At least 12 characters; a sentence that is easy to remember",
    ),
    "password.go": ("设置口令", "Set it"),
    "password.own": ("修改口令", "Change password"),
    "password.show": ("显示", "Show"),
    "password.hide": ("隐藏", "Hide"),
    "password.show.aria": ("显示密码", "Show password"),
    "password.hide.aria": ("隐藏密码", "Hide password"),
    "password.shown": ("密码已显示", "Your password is visible"),
    "password.hidden": ("密码已隐藏", "Your password is hidden"),
    "password.own_lead": (
        "改好后，您在其他电脑和手机上的登录全部失效。",
        "Your sessions on other computers and phones end with it.",
    ),
    "password.old": ("原口令", "Present password"),
    "password.old_wrong": ("原口令不对", "The present password is wrong"),
    "password.same": ("新口令与原口令相同", "The new password is the present one"),
    "password.changed": ("口令已修改，其他登录已全部失效。", "The password was changed; other sessions have ended."),
    "password.cancel": ("返回，不修改", "Back, change nothing"),
    "password.differ": ("两次输入不一致", "The two differ"),
    # -- errors
    "error.400": ("这个请求没有看懂", "The request was not understood"),
    "error.400.do": (
        "请返回上一页，核对后再试。什么都没有入账。",
        "Go back, check and try again. Nothing was recorded.",
    ),
    "error.csrf": ("页面已过期", "The page has expired"),
    "error.csrf.do": (
        "登录可能已换过。请返回上一页刷新后再提交，填写的内容还在。什么都没有入账。",
        "The session may have changed. Go back, reload and send again; what you typed is still there. Nothing was recorded.",
    ),
    "error.403": ("您不能查看或办理这一项", "You may not see or do this"),
    "error.403.do": (
        "它不在您的职务或管辖范围内。需要时请有权限的人员办理。",
        "It is outside your post or area. Ask somebody who may.",
    ),
    "error.404": ("没有这个页面", "There is no such page"),
    "error.404.do": ("请核对地址，或从导航进入。", "Check the address, or use the navigation."),
    "error.405": ("这个地址不能这样用", "This address is not used that way"),
    "error.405.do": ("请从页面上的按钮进入。", "Use the buttons on the pages."),
    "error.413": ("提交的内容太大", "Too much was sent"),
    "error.413.do": ("请分成几次记录。什么都没有入账。", "Record it in parts. Nothing was recorded."),
    "error.500": ("系统出错了", "Something went wrong here"),
    "error.500.do": (
        "不是您的问题，已记下。请稍后再试；表单可以返回上一页重新提交，不会重复入账。",
        "It is not your fault and has been noted. Try again later; a form may be sent again and is never recorded twice.",
    ),
    "error.503": ("现在不能读写账本", "The log cannot be reached now"),
    "error.503.do": (
        "请稍后再试；没有收到回执的，都没有入账。",
        "Try again later; what has no receipt was not recorded.",
    ),
    "error.home": ("回到今日", "Back to today"),
    **ENTRY,
    **BOARD,
    **READS,
    **GRADING,
    **ALERT,
    **ROUNDS,
    **REPLAY,
    **EVIDENCE,
    **FIRST,
    **FIGURE,
    **FLOW,
    **STEPS,
    **DRAFTS,
    **DAILY,
    **ONE_BY_ONE,
    **API,
    **TABLE,
    **GLOSSARY,
    **PROVING,
    **NODES,
}


def derived() -> dict[str, tuple[str, str]]:
    """What boards, groups of commands and of figures are called unless somebody found better words."""
    found = {}
    for one in AGGREGATES:
        found |= {f"{place}.{one.name}": (one.label, humanised(one.name)) for place in ("group", "subject")}
        found |= {f"{place}.{one.sheet}": (one.label, humanised(one.sheet)) for place in ("board", "nav") if one.sheet}
    return found


DERIVED = derived()


def words(key: str) -> tuple[str, str]:
    """Both languages of a text. A key without words is a mistake in the program."""
    return WORDS.get(key) or DERIVED.get(key) or HELP[key]


def text(key: str, zh: bool, /, **said: Any) -> str:
    """A text in one language, with its blanks filled in."""
    found = words(key)[0 if zh else 1]
    return found.format(**said) if said else found
