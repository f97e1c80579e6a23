"""Every word of the interface, Chinese and English, in one table. Labels of fields stand beside their declarations."""

from __future__ import annotations

from typing import Any

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
    "nav.today": ("今日", "Today"), "nav.enter": ("记一笔", "Record"), "nav.figures": ("数字", "Figures"),
    "nav.facilities": ("机构", "Facilities"), "nav.stays": ("入住", "Stays"), "nav.persons": ("服务对象", "Persons"),
    "nav.activities": ("业务活动", "Activities"), "nav.breaches": ("提示", "Findings"), "nav.accounts": ("账号", "Accounts"),
    "nav.events": ("账本", "Log"), "nav.help": ("帮助", "Help"),
    "place.everywhere": ("全部区域", "All regions"), "place.node": ("本系统", "This system"),
    "name.unknown": ("（未登记）", "(not registered)"), "name.synthetic": ("（合成）", " (synthetic)"),
    "name.destroyed": ("（已依法销毁）", "(destroyed by law)"), "name.none": ("—", "—"),
    "name.hidden": ("（按职务不显示）", "(hidden from this post)"),
    "list.sep": ("、", ", "), "colon": ("：", ": "),
    # -- as-of bar
    "bar.name": ("时点与区域", "Standpoint: region and day"), "bar.region": ("区域", "Region"), "bar.facility": ("机构", "Facility"),
    "bar.as_of": ("截至", "As of"), "bar.by": ("按", "As"), "bar.now": ("现在所知", "known now"), "bar.then": ("当时所知", "known then"),
    "bar.known": ("所知时点（账本位置或时间）", "Known at (log position or moment)"), "bar.known_short": ("其他时点", "Other moment"),
    "bar.go": ("查看", "Show"), "bar.position": ("账本位置 {position}", "Log position {position}"),
    "bar.from": ("自", "From"), "bar.all_facilities": ("回到区域", "Back to the region"),
    "bar.bad_day": ("没有看懂“截至”日期，或它晚于今天；已按今天显示。", "The as-of day was not understood or lies in the future; today is shown."),
    "bar.bad_known": ("没有看懂所知时点；已按现在所知显示。", "The known-at moment was not understood; what is known now is shown."),
    "bar.bad_from": ("没有看懂起始日期，或它晚于“截至”日期；已按当年1月1日起显示。", "The first day was not understood; the year's first day is used."),
    "bar.not_yours": ("该区域不在您的管辖范围，已显示您的区域。", "That region is outside your area; yours is shown."),
    "bar.moment": ("{moment} 所知", "known at {moment}"), "bar.at": ("位置 {position} 所知", "known at position {position}"),
    # -- sign in
    "signin.title": ("登录", "Sign in"), "signin.login": ("登录名", "Login"), "signin.password": ("口令", "Password"),
    "signin.go": ("登录", "Sign in"), "signin.wrong": ("登录名或口令不对，或账号已停用", "Login or password is wrong, or the account is locked"),
    "signin.again": ("页面已过期，请再登录一次", "The page has expired; please sign in again"),
    "signin.lead": ("记一次，处处可查：每个数字都能点开，看到由谁、由哪些记录组成。",
                    "Recorded once, found everywhere: every number opens into who and which entries made it."),
    "signin.demo": ("演示账号", "Demonstration accounts"), "signin.demo_lead": ("人物和数据都是合成的。点“进入”直接登录。",
                                                                     "All persons and data are synthetic. 'Enter' signs in at once."),
    "signin.who": ("身份", "Who"), "signin.enter": ("进入", "Enter"), "signin.enter_as": ("以 {login} 的身份", "as {login}"),
    # -- first page
    "first.title": ("今日 · {place}", "Today · {place}"), "first.lead": ("{day}。每个数字都可以点开。", "{day}. Every number opens."),
    "first.five": ("先试这五件事", "Five things to try"),
    "five.figure": ("看一个数字：在院人数", "Look at a figure: people present"),
    "five.members": ("点开它：是哪些人", "Open it: who they are"),
    "five.event": ("再点开：背后的那条记录", "Open further: the entry behind it"),
    "five.day": ("换一天：去年年末是多少", "Another day: at the end of last year"),
    "five.correct": ("更正一条记录（先看，不会入账）", "Correct an entry (look first; nothing is recorded yet)"),
    "five.corrected": ("看一条更正过的记录", "See an entry that was corrected"),
    "five.how": ("看看记录怎样更正", "See how entries are corrected"),
    "first.attention": ("需要处理", "Needs attention"), "first.no_attention": ("没有需要处理的提示。", "Nothing needs attention."),
    "first.all_findings": ("全部提示", "All findings"), "first.figures": ("主要数字", "Main figures"), "first.quick": ("记一笔", "Record"),
    "first.recent": ("最近入账", "Latest entries"), "first.more": ("更多……", "More ..."), "first.open": ("查看", "Open"),
    "first.times": ("{n} 项", "{n} times"), "first.by_region": ("按下级区域", "By region below"),
    "post.operator": ("本机操作员", "Local operator"),
    "first.since": ("自 {day}", "since {day}"),
    # -- entry
    "enter.title": ("记一笔", "Record"), "enter.lead": ("选择要记录的事情。入账后不能修改，只能以“更正”留痕。",
                                                "Choose what to record. Nothing is edited afterwards; it is corrected, visibly."),
    "group.stay": ("入住与离院", "Stays"), "group.person": ("服务对象", "Persons"), "group.facility": ("机构", "Facilities"),
    "group.activity": ("业务活动", "Activities"), "group.entry": ("更正与撤销", "Corrections"), "group.account": ("账号", "Accounts"),
    "group.node": ("系统", "System"),
    "types.title": ("记录哪一类活动？", "Which kind of activity?"), "types.lead": ("选定后填写这一类的数量。", "Its quantities are asked next."),
    "types.offices": ("民政部门的工作", "Work of the bureau"), "types.facility": ("机构的活动", "Activities of facilities"),
    "field.occurred_on": ("发生日期", "Day it happened"), "hint.occurred_on": ("事情发生的那一天，不是填写的这一天", "The day of the fact, not of typing"),
    "field.occurred_at": ("发生时刻", "Time"), "hint.occurred_at": ("24 小时制，例如 16:20", "24 hours, such as 16:20"),
    "field.reason": ("更正或撤销的理由", "Reason"), "hint.reason": ("会留在账本里，所有看得到这条记录的人都能看到", "Kept in the log for everyone who sees the entry"),
    "optional": ("（选填）", " (optional)"), "choose": ("请选择", "Please choose"), "date.y": ("年", "Year"), "date.m": ("月", "Month"), "date.d": ("日", "Day"),
    "yes": ("是", "Yes"), "no": ("否", "No"), "form.continue": ("继续，去核对", "Continue to check"), "form.cancel": ("返回，不记录", "Back, record nothing"),
    "form.search.person": ("输入姓名，或完整的证件号码", "A name, or the whole document number"), "form.search.facility": ("输入机构名称", "The facility's name"),
    "form.search.region": ("输入区域名称或代码", "The region's name or code"), "form.search.stay": ("输入姓名或床位", "A name or a bed"),
    "form.search.account": ("输入登录名", "A login"), "form.chosen": ("已选：{what}。要换别人，在下面输入。", "Chosen: {what}. To change, type below."),
    "form.candidates": ("找到这些，请选一个", "Choose one of these"), "form.register_person": ("没有登记过？先登记人员", "Not registered yet? Register the person"),
    "error.summary": ("有内容需要改", "There is a problem"), "error.prefix": ("错误：", "Error: "), "error.known": ("已登记为 {name}，可直接使用：", "Registered as {name}; use it:"),
    "missing.text": ("没有填写“{what}”", "{what_en} is missing"), "missing.pick": ("没有选择“{what}”", "{what_en} has not been chosen"),
    "missing.reason": ("没有填写理由", "The reason is missing"), "wrong.date": ("“{what}”不是一个日期，请填写年、月、日，例如 2024 3 1", "{what_en} is not a date; fill in year, month and day, such as 2024 3 1"),
    "wrong.time": ("时刻请写成 16:20 这样", "Write the time like 16:20"), "pick.unknown": ("没有这一项，或不在您的范围", "There is no such thing, or it is outside your area"),
    "pick.many": ("有多个符合，请选一个", "Several match; choose one"), "pick.none": ("没有找到，请换个写法", "Nothing found; try other words"),
    "pick.none.person": ("没有找到。只能按姓名找到本辖区的人；其他人请输入完整证件号码，或先登记。", "Nobody found. By name only persons of your area are found; give the whole document number, or register the person."),
    "pick.none.facility": ("您的范围内没有这个名称的机构", "No facility of that name in your area"),
    "which.label": ("记录的账本位置", "Log position of the entry"), "which.hint": ("在账本、时间线或回执上可以看到，例如 48,213", "Shown in the log, on timelines and receipts, such as 48,213"),
    "which.wrong": ("位置是一个数字", "A position is a number"), "which.go": ("继续", "Continue"),
    # -- check and receipt
    "check.title": ("请核对后入账", "Check before recording"), "check.lead": ("入账后不能修改，只能以“更正”留痕。", "Once recorded it is not edited, only corrected, visibly."),
    "check.change": ("更改", "Change"), "check.fill": ("补填", "Fill in"), "check.empty": ("没有填写", "Not filled in"), "check.findings": ("入账后会列出的提示", "Findings this will show"),
    "check.findings_lead": ("可以入账；这些提示会显示给上级。", "It can be recorded; these findings are shown to the bureau."),
    "check.moved": ("入账后会变化", "What will change"), "check.figure": ("数字", "Figure"), "check.now": ("现在", "Now"), "check.after": ("之后", "After"),
    "check.moved_none": ("不改变任何数字。", "No figure changes."), "check.record": ("确认入账", "Record it"), "check.back": ("返回修改", "Back to the form"),
    "check.confirm_correct": ("确认更正", "Record the correction"), "check.entry": ("原记录", "The entry"),
    "period.today": ("今天", "today"), "period.year": ("{year} 年", "{year}"),
    "severity.breach": ("不合规", "Breach"), "severity.warn": ("提醒", "Warning"),
    "receipt.title": ("已入账：{what}", "Recorded: {what}"), "receipt.again": ("这份表单先前已经入账，没有重复记录。下面是当时的回执。", "This form was recorded before; nothing was written twice. This is its receipt."),
    "receipt.name": ("回执", "Receipt"), "receipt.at": ("入账时间", "Recorded at"), "receipt.id": ("编号", "Number"), "receipt.positions": ("账本位置", "Log position"),
    "receipt.leaf": ("指纹", "Fingerprint"), "receipt.what": ("这是什么", "What is this"), "receipt.correct": ("记错了，更正", "Wrong? Correct it"),
    "receipt.written": ("写入的内容", "What was written"), "receipt.next": ("接着记", "Record next"), "receipt.new": ("再记一条{what}", "Another: {what}"),
    # -- figures
    "figures.title": ("数字 · {place}", "Figures · {place}"), "figures.lead": ("{from_day} 至 {to_day}；时点数截至当日日终。每个数字都可以点开，看到它由谁、由哪些记录组成。",
                       "{from_day} to {to_day}; stocks at the end of the day. Every number opens into who and which entries made it."),
    "figures.all": ("显示全部业务活动数字", "Show all figures of activities"), "figures.some": ("只显示有数的", "Only those with a value"),
    "figures.none": ("这段时间没有记录。", "Nothing was recorded in this period."),
    "figures.name": ("数字", "Figure"), "figures.value": ("数值", "Value"), "figures.unit": ("单位", "Unit"), "figures.meaning": ("含义", "What it counts"),
    "figure.crumb": ("数字", "Figures"), "figure.stock": ("截至 {day} 日终", "At the end of {day}"), "figure.flow": ("{first} 至 {last}", "{first} to {last}"),
    "figure.no_value": ("没有数值：分母为 0", "No value: the denominator is 0"), "figure.meaning": ("指标说明 {key}", "Definition {key}"),
    "figure.sources": ("怎么来的", "How it comes about"), "figure.times": ("{n} 条", "{n} entries"), "figure.total": ("合计", "Total"),
    "figure.trend": ("走势", "Course"), "figure.parts": ("分子与分母", "Numerator and denominator"), "figure.by": ("分开看", "Break down"),
    "figure.part": ("分项", "Part"), "figure.undo": ("不再细分", "No breakdown"), "figure.sum_note": ("各部分相加等于总数。", "The parts add up to the total."),
    "figure.distinct_note": ("同一人可能在多个部分各计一次。", "One person may count in several parts."),
    "figure.why": ("为什么变了", "Why did it change"), "figure.why_lead": ("比较两个时点的账本，逐条看是哪些记录让它变了。", "Compare the log at two moments and see, entry by entry, what moved it."),
    "figure.members": ("它由这些组成", "What it is made of"), "figure.members_n": ("这 {n} 项", "These {n}"), "figure.members_none": ("没有组成项。", "It has no members."),
    "figure.member": ("是谁／是什么", "Who or what"), "figure.said": ("发生了什么", "What happened"), "figure.amount": ("数量", "Amount"), "figure.entries": ("记录", "Entries"),
    "figure.masked": ("姓名按职务脱敏", "names are shown by post"), "figure.range": ("第 {first}–{last} 项，共 {total} 项", "{first} to {last} of {total}"),
    "part.none": ("未说明", "Not said"), "month.short": ("{month}月", "{month}"),
    "dim.region": ("区域", "Region"), "dim.facility": ("机构", "Facility"), "dim.kind": ("机构类型", "Kind"), "dim.operator": ("运营方式", "Operator"), "dim.setting": ("所在", "Setting"),
    "dim.category": ("类别", "Category"), "dim.sex": ("性别", "Sex"), "dim.reason": ("离院原因", "Reason"), "dim.subject": ("事项", "Subject"),
    "subject.facility": ("机构", "Facilities"), "subject.stay": ("入住", "Stays"), "subject.activity": ("业务活动", "Activities"),
    "why.title": ("{name}为什么变了", "Why {name} changed"), "why.p1": ("从（位置或日期）", "From (position or day)"), "why.p2": ("到（位置或日期）", "To (position or day)"),
    "why.go": ("比较", "Compare"), "why.from_to": ("从位置 {first} 到位置 {second}", "From position {first} to position {second}"), "why.effect": ("影响", "Effect"),
    "why.reason": ("理由", "Reason"), "why.none": ("两个时点之间没有记录改变它。", "No entry between the two moments changed it."), "why.bad": ("请填写账本位置（数字）或日期", "Give a log position (a number) or a day"),
    # -- boards
    "board.facilities": ("机构", "Facilities"), "board.persons": ("服务对象", "Persons"), "board.stays": ("入住", "Stays"), "board.activities": ("业务活动", "Activities"),
    "board.accounts": ("账号", "Accounts"), "board.breaches": ("提示", "Findings"), "board.title": ("{name}台账 · {place}", "{name} · {place}"),
    "board.total": ("共 {total} 行", "{total} rows"), "board.filter": ("筛选", "Filter"), "board.any": ("全部", "All"), "board.clear": ("清除筛选", "Clear the filter"),
    "board.csv": ("导出表格（CSV）", "Export (CSV)"), "board.next": ("下一页", "Next page"), "board.first": ("回到第一页", "First page"), "board.empty": ("没有符合条件的记录。", "No rows match."),
    "board.empty_all": ("还没有记录。", "Nothing has been recorded yet."),
    # -- events and histories
    "events.title": ("账本 · 最近入账", "The log: latest entries"), "events.lead": ("您能看到的最近 {n} 条，新的在前。", "The latest {n} that you may see, newest first."), "events.none": ("还没有入账。", "Nothing has been recorded yet."),
    "event.title": ("{what} · 位置 {position}", "{what} · position {position}"), "event.about": ("关于", "About"), "event.happened": ("发生", "Happened"),
    "event.recorded": ("入账", "Recorded"), "event.actor": ("谁记的", "Recorded by"), "event.place": ("机构与区域", "Place"), "event.source": ("来源", "Source"), "event.reason": ("理由", "Reason"),
    "event.stream": ("记录流与版本", "Stream and version"), "event.topic": ("事件类型", "Event type"), "event.leaf": ("指纹", "Fingerprint"), "event.command": ("回执", "Receipt"),
    "event.fields": ("内容", "What it says"), "event.no_fields": ("没有别的内容。", "It says nothing more."), "event.both": ("两个时钟", "Both clocks"), "event.entry": ("同一笔记录写入的事件", "Events of the same entry"),
    "event.proof": ("在账本中", "In the log"), "event.standing": ("有效", "In force"), "event.undone": ("已被位置 {position} 撤下", "Taken back at position {position}"), "event.correction": ("更正后的记录", "A correction"),
    "event.correct": ("更正", "Correct"), "event.withdraw": ("撤销", "Withdraw"), "event.delay": ("发生 {days} 天后入账", "recorded {days} days later"), "event.same_day": ("当天入账", "recorded on the day"),
    "source.form": ("网页表单", "Web form"), "source.import": ("批量导入", "Import"), "source.offline": ("离线补传", "Offline"), "source.api": ("接口", "API"), "source.intake": ("下级上报", "Intake"),
    "source.scenario": ("演示数据", "Demonstration"), "source.submit": ("命令行", "Command line"), "source.cli": ("命令行", "Command line"),
    "title.stay": ("{name}的入住", "Stay of {name}"), "title.correct": ("更正：{what}", "Correct: {what}"), "title.withdraw": ("撤销：{what}", "Withdraw: {what}"),
    "history.facts": ("现在的情况", "As known now"), "history.timeline": ("时间线", "Timeline"), "history.lead": ("新的在前；撤下的记录划去但留着。", "Newest first; entries taken back stay, struck out."), "history.none": ("这一天之前没有记录。", "No entries up to that day."),
    "history.record": ("记一笔", "Record"), "history.happened": ("发生", "Happened"), "history.what": ("发生了什么", "What happened"), "history.who": ("谁记的", "By"), "history.position": ("记录", "Entry"), "history.withdrawn": ("已撤下", "Taken back"),
    "history.stays": ("这里的入住", "Stays here"), "history.only": ("只看这里的数字", "Figures of this place"),
    # -- accounts
    "accounts.title": ("账号", "Accounts"), "accounts.open": ("开立账号", "Open an account"), "accounts.lock": ("停用", "Lock"), "accounts.password": ("设置口令", "Set password"), "accounts.changed": ("已设置 {login} 的口令，原有登录全部失效。", "The password of {login} was set; its sessions have ended."),
    "accounts.works": ("在用", "Active"), "accounts.locked": ("已停用", "Locked"), "accounts.none": ("还没有账号。", "There are no accounts."), "accounts.do": ("办理", "Do"), "accounts.login": ("登录名", "Login"), "accounts.post": ("职务", "Post"), "accounts.reach": ("范围", "Reach"), "accounts.status": ("状态", "Status"),
    "password.title": ("设置 {login} 的口令", "Set the password of {login}"), "password.new": ("新口令", "New password"), "password.again": ("再输一次", "Once more"), "password.hint": ("至少 12 个字符；可以用一句容易记住的话", "At least 12 characters; a sentence that is easy to remember"), "password.go": ("设置口令", "Set it"), "password.differ": ("两次输入不一致", "The two differ"),
    # -- errors
    "error.400": ("这个请求没有看懂", "The request was not understood"), "error.400.do": ("请返回上一页，核对后再试。什么都没有入账。", "Go back, check and try again. Nothing was recorded."),
    "error.csrf": ("页面已过期", "The page has expired"), "error.csrf.do": ("登录可能已换过。请返回上一页刷新后再提交，填写的内容还在。什么都没有入账。", "The session may have changed. Go back, reload and send again; what you typed is still there. Nothing was recorded."),
    "error.403": ("您不能查看或办理这一项", "You may not see or do this"), "error.403.do": ("它不在您的职务或管辖范围内。需要时请有权限的人员办理。", "It is outside your post or area. Ask somebody who may."),
    "error.404": ("没有这个页面", "There is no such page"), "error.404.do": ("请核对地址，或从导航进入。", "Check the address, or use the navigation."),
    "error.405": ("这个地址不能这样用", "This address is not used that way"), "error.405.do": ("请从页面上的按钮进入。", "Use the buttons on the pages."),
    "error.413": ("提交的内容太大", "Too much was sent"), "error.413.do": ("请分成几次记录。什么都没有入账。", "Record it in parts. Nothing was recorded."),
    "error.500": ("系统出错了", "Something went wrong here"), "error.500.do": ("不是您的问题，已记下。请稍后再试；表单可以返回上一页重新提交，不会重复入账。", "It is not your fault and has been noted. Try again later; a form may be sent again and is never recorded twice."),
    "error.503": ("现在不能读写账本", "The log cannot be reached now"), "error.503.do": ("请稍后再试；没有收到回执的，都没有入账。", "Try again later; what has no receipt was not recorded."), "error.home": ("回到今日", "Back to today"),
}


def words(key: str) -> tuple[str, str]:
    """Both languages of a text. A key without words is a mistake in the program."""
    return WORDS[key] if key in WORDS else HELP[key]


def text(key: str, zh: bool, /, **said: Any) -> str:
    """A text in one language, with its blanks filled in."""
    found = words(key)[0 if zh else 1]
    return found.format(**said) if said else found


RULES: dict[str, tuple[str, str]] = {
    "EC-04": ("没有服务协议", "No service agreement"), "stay.no_contact": ("没有紧急联系人", "No emergency contact"),
    "stay.unusual_category": ("人员类别不常见", "Unusual category"), "ID-02": ("证件号码与性别或出生日期不一致", "Sex or birth date differs from the document"),
    "facility.over_occupied": ("在院人数超过核定床位", "More people than licensed beds"), "facility.closed": ("停业或终止期间有人在院", "People present while closed"),
    "facility.not_registered": ("登记之前有人入住", "People admitted before registration"),
}
"""The names of findings, until the domain lists its rules."""


def rule(code: str, zh: bool) -> str:
    """The name of a finding's rule; the code itself when it has none."""
    return RULES.get(code, (code, code))[0 if zh else 1]


HELP: dict[str, tuple[str, str]] = {
    "help.title": ("帮助", "Help"),
    "help.figure": ("数字怎样点开", "How a number opens"),
    "help.figure.text": ("每个数字都是链接。点开后，先看含义和怎么来的，再看它由谁组成，每一项都通到记录，记录上写着谁在什么时候记的。",
                         "Every number is a link. It opens into what it counts, how it comes about, and its members; each leads to its entry, which says who recorded it and when."),
    "help.clocks": ("两个时钟：实际情况与当时所知", "Two clocks: as it was, and as it was known"),
    "help.clocks.text": ("“截至”选哪一天，看的就是那一天日终的实际情况。“现在所知”用今天账本里的全部记录；“当时所知”只用那天之前已经入账的记录。两者的差别，就是事后才知道的。地址栏里带着全部条件，可以收藏、转发。",
                         "The as-of day says which day you look at. 'Known now' uses all entries of the log; 'known then' only those recorded by the end of that day. The difference is what became known later. The address holds all of it and can be kept or sent."),
    "help.record": ("记一笔", "Recording"),
    "help.record.text": ("填写、核对、确认，三步入账，得到回执。核对页列出会写入什么、会出现哪些提示、哪些数字会变。同一份表单提交两次只记一次。",
                         "Fill in, check, confirm: a receipt follows. The page to check shows what is written, which findings it brings and which figures move. The same form sent twice is recorded once."),
    "help.correct": ("记错了怎么办", "When an entry is wrong"),
    "help.correct.text": ("打开那条记录，点“更正”或“撤销”，写明理由。原记录不会消失，时间线上看得到改动前后。",
                          "Open the entry, choose Correct or Withdraw, and give the reason. The old entry stays, and the timeline shows both."),
    "help.names": ("姓名和隐私", "Names and privacy"),
    "help.names.text": ("姓名加密保存。机构人员看得到本机构的人，监管、检查、安全人员看得到辖区内的人，其他职务只看到“张*”。",
                        "Names are stored encrypted. Facility posts read those of their facility; regulators, inspectors and the safety team those of their area; others see only 张*."),
    "help.receipt": ("回执上的指纹", "The fingerprint on a receipt"),
    "help.receipt.text": ("指纹由这条记录的内容、位置和时间算出。有人改动账本，指纹就对不上，所以留着回执就能证明当时记了什么。",
                          "It is computed from the entry's content, position and time. If anybody changed the log it would no longer match, so a kept receipt proves what was recorded."),
    "help.keyboard": ("键盘、大字、打印", "Keyboard, large text, print"),
    "help.keyboard.text": ("按 Tab 键逐项移动，第一项是“跳到正文”。右上角可以换大字和英文。每一页都可以直接打印，不带导航。",
                           "Tab moves on; the first stop skips to the content. Large text and Chinese are at the top right. Every page prints without its navigation."),
    "help.figures": ("全部指标的含义", "What every figure counts"),
}
