"""The words of the regulator's rounds: draws, the course of an inspection, notices to rectify."""

from __future__ import annotations

ROUNDS: dict[str, tuple[str, str]] = {
    # -- draws
    "draw.result": ("抽取名单与结果", "Lists and result of the draw"),
    "draw.result.lead": (
        "{day}，用种子“{seed}”，从 {n} 家中抽取 {drawn} 家，每家 {each} 名检查人员。任何人用同样的种子和名单，都会抽到同样的结果。",
        (
            "On {day}, with the seed “{seed}”, {drawn} of {n} homes were drawn, each with {each} inspectors. Whoever draws with "
            "the same seed and lists draws the same."
        ),
    ),
    "draw.replay": ("重演抽取", "Draw again"),
    "draw.replay.once_more": ("再重演一次", "Draw once more"),
    "draw.same": (
        "一致：按记录的种子和名单重新抽取，名单摘要、机构和检查人员与入账的结果完全相同。",
        "The same: drawn again from the recorded seed and lists, the digest, the homes and the inspectors are those recorded.",
    ),
    "draw.differs": (
        "不一致：重新抽取的结果与入账的不同，请把本页打印交审计人员核查。",
        "Not the same: what was drawn again is not what was recorded. Print this page and hand it to an auditor.",
    ),
    "draw.digest.recorded": ("入账的名单摘要", "Digest recorded"),
    "draw.digest.now": ("重新计算的摘要", "Digest computed now"),
    "draw.equal": ("一致", "Same"),
    "draw.unequal": ("不一致", "Different"),
    "draw.home": ("机构", "Home"),
    "draw.now": ("重演抽到的检查人员", "Inspectors drawn again"),
    "draw.recorded": ("入账的检查人员", "Inspectors recorded"),
    "draw.whether": ("核对", "Compared"),
    "draw.objects": ("检查对象名录", "Homes to draw from"),
    "draw.objects.hint": ("按抽取顺序排列", "in the order of the draw"),
    "draw.place": ("顺序", "Place"),
    "draw.rank": ("抽签值", "Lot"),
    "draw.outcome": ("结果", "Outcome"),
    "draw.drawn": ("抽中", "Drawn"),
    "draw.not": ("未抽中", "Not drawn"),
    "draw.visit": ("检查", "Inspection"),
    "draw.inspectors": ("检查人员名录", "Inspectors to draw from"),
    "draw.rule": ("怎样抽取", "How it is drawn"),
    "draw.rule.1": (
        "种子在抽取前约定、抽取后公开，谁也不能挑选。",
        "The seed is agreed on before the draw and public after it; nobody can choose it.",
    ),
    "draw.rule.2": (
        "每家机构的抽签值，是“种子/机构编号”的 SHA-256 值；从小到大排列，取前 {n} 家。",
        "The lot of a home is the SHA-256 of “seed/id of the home”; sorted from the least, the first {n} are drawn.",
    ),
    "draw.rule.3": (
        "对抽中的每家机构，检查人员的抽签值是“种子/机构编号/登录名”的 SHA-256 值，取最小的 {each} 名。",
        "For each home drawn, the lot of an inspector is the SHA-256 of “seed/id of the home/login”; the least {each} go.",
    ),
    "draw.rule.4": (
        "名单摘要是两份名录的 SHA-256 值：各自排序，一行一个，中间空一行。名录改动一个字，摘要就不同。",
        (
            "The digest is the SHA-256 of both lists: each sorted, a line each, an empty line between. Change one letter of a "
            "list and the digest is another."
        ),
    ),
    "draw.yourself": ("自己动手验证", "Check it yourself"),
    "draw.yourself.lead": (
        "把下面两份名录存成文件，在任何一台装有 sha256sum 的电脑上执行最后一段命令，第一行是名单摘要，以下各行是抽中的机构和检查人员。",
        (
            "Save the two lists as files and run the last block on any computer with sha256sum: the first line is the digest of "
            "the lists, the others are the homes drawn and their inspectors."
        ),
    ),
    # -- the course of an inspection
    "round.title": ("办到哪一步", "Where it stands"),
    "round.step.drawn": ("随机抽取", "Drawn by lot"),
    "round.step.planned": ("安排检查", "Planned"),
    "round.step.noticed": ("通知机构", "Facility notified"),
    "round.step.started": ("开始检查", "Started"),
    "round.step.answered": ("逐项填写结果", "Items answered"),
    "round.step.concluded": ("办结", "Concluded"),
    "round.step.rectified": ("机构整改", "Hazards rectified"),
    "round.step.accepted": ("整改验收", "Rectifications accepted"),
    "round.step.closed": ("隐患销号", "Hazards closed"),
    "round.step.published": ("公示结果", "Result published"),
    "round.state.done": ("已办", "Done"),
    "round.state.next": ("现在办", "Next"),
    "round.state.later": ("未到", "Not yet"),
    "round.state.off": ("已取消", "Called off"),
    "round.state.missed": ("没有通知", "Left out"),
    "round.by": ("{day} · {who}", "{day} · {who}"),
    "round.drawn.who": ("抽到的检查人员：{who}", "Inspectors drawn: {who}"),
    "round.answered": ("已填 {n} / {all} 项", "{n} of {all} items"),
    "round.left": ("还有 {n} 条", "{n} left"),
    "round.all": ("全部 {n} 条", "All {n}"),
    "round.two": ("两名检查人员", "two inspectors"),
    "round.turn.facility": ("轮到：机构", "Turn of the facility"),
    "round.turn.bureau": ("轮到：民政部门", "Turn of the bureau"),
    "round.turn.inspectors": ("轮到：{who}", "Turn of {who}"),
    "round.turn.another": ("轮到：整改人以外的人验收", "Turn of somebody other than who put it right"),
    "round.hazard": ("隐患", "Hazard"),
    "round.hazard.course": ("整改与复查", "Rectification and recheck"),
    "round.status": ("状态", "Status"),
    "round.deadline": ("整改期限", "Deadline"),
    "round.rectified_by": ("整改人", "Put right by"),
    "round.accepted_by": ("验收人", "Accepted by"),
    "round.another": ("由另一人复查", "Rechecked by another"),
    "round.overdue": ("已逾期", "Overdue"),
    # -- the checklist on the way
    "answers.progress": ("已填 {n} / {all} 项", "{n} of {all} answered"),
    "answers.group": ("已填 {n} / {all}", "{n} of {all}"),
    # -- notices to rectify
    "notice.open": ("责令整改通知书（打印）", "Notice to rectify (for print)"),
    "notice.title": ("责令整改通知书", "Notice to rectify"),
    "notice.no": ("民责改〔{year}〕{code}-{position} 号", "No. {code}-{position} of {year}"),
    "notice.no.hint": (
        "编号由检查或隐患编号的前八位和账本位置组成，可在系统中查到原始记录。",
        "The number is made of the first eight letters of the id and the position in the log; both lead to the entry.",
    ),
    "notice.empty": ("（未登记）", "(not recorded)"),
    "notice.address": ("地址", "Address"),
    "notice.credit_code": ("统一社会信用代码", "Unified social credit code"),
    "notice.found.inspection": (
        "我单位于{day}对你单位进行{kind}，检查人员：{who}。检查发现以下 {n} 项问题：",
        "On {day} we held a {kind} at your facility; inspectors: {who}. These {n} faults were found:",
    ),
    "notice.found.hazard": (
        "我单位于{day}发现你单位存在以下问题：",
        "On {day} we found this fault at your facility:",
    ),
    "notice.item": ("项目", "Item"),
    "notice.fact": ("问题", "Fault"),
    "notice.basis": ("依据", "Basis"),
    "notice.grade": ("等级", "Grade"),
    "notice.deadline": ("整改期限", "Deadline"),
    "notice.extended": (
        "“{fact}”的整改期限后来延至{day}；通知书仍按当时送达的内容打印。",
        "The deadline of “{fact}” was extended to {day} since; the notice is printed as it was handed over.",
    ),
    "notice.by_plan": ("按整改方案", "By the plan"),
    "notice.by_hand": ("检查表以外", "Not on a checklist"),
    "notice.order": (
        "现责令你单位按上表期限整改，整改完成后登记整改情况并附照片，由整改人以外的人员验收。整改期间应采取措施保障服务对象安全。",
        (
            "You are ordered to put the faults right by the days above, to record what was done with photos, and to keep the people "
            "in your care safe meanwhile. Somebody other than who put it right will accept it."
        ),
    ),
    "notice.major": (
        "其中重大问题 {n} 项，须在 {days}内报送整改方案。",
        "{n} of them are major: a plan is due within {days}.",
    ),
    "notice.rights": (
        (
            "你单位对本通知有异议的，可以向我单位陈述、申辩；也可以自收到之日起六十日内依法申请行政复议，或者六个月内依法提起行政诉讼。"
            "复议、诉讼期间不停止整改。"
        ),
        (
            "You may state your case to us; you may apply for administrative reconsideration within sixty days of receipt, or sue "
            "within six months. The faults are to be put right meanwhile."
        ),
    ),
    "notice.bureau": ("{region}民政局", "Civil Affairs Bureau of {region}"),
    "notice.department": ("{region}民政厅（局）", "Civil Affairs Department of {region}"),
    "notice.seal": ("（盖章）", "(seal)"),
    "notice.signed": ("检查人员（签字）", "Inspectors (signature)"),
    "notice.received": ("收件人（签字）", "Received by (signature)"),
    "notice.received_on": ("收到日期", "Received on"),
    "notice.none": (
        "这次检查没有发现需要整改的问题，不出具通知书。",
        "This inspection found nothing that is to be put right: there is no notice.",
    ),
    "notice.not_concluded": (
        "检查还没有办结，办结后才能出具通知书。",
        "The inspection is not concluded yet; there is a notice once it is.",
    ),
    "notice.own": (
        "机构自查发现的隐患由机构自行整改，不出具责令整改通知书。",
        "What a facility found itself it puts right itself: there is no notice.",
    ),
    "notice.back": ("返回", "Back"),
    # -- three sources
    "nav.comparison": ("三方比对", "Three sources"),
    "nav.faults": ("复发与共性问题", "Repeated faults"),
    "dim.item": ("检查项目", "Item"),
    "dim.result": ("结果", "Result"),
    "dim.checked_by": ("检查主体", "Inspected by"),
    "comparison.title": ("三方比对 · {place}", "Three sources · {place}"),
    "comparison.lead": (
        "机构自查、社会监督员、民政部门在同一个月对同一项目的判定。同一方当月查过几次的，有一次不合格即为不合格。",
        (
            "How the facility, a social supervisor and the bureau judged the same items in the same month. Who judged an item "
            "several times and failed it once has failed it."
        ),
    ),
    "comparison.month": ("月份", "Month"),
    "comparison.month.hint": ("2024年9月", "2024-09"),
    "comparison.bad_month": (
        "月份“{typed}”看不懂，已按截至日所在月份显示。请写成 2024年9月 或 2024-09。",
        "The month “{typed}” was not understood; the month of the as-of day is shown. Write 2024-09.",
    ),
    "comparison.later": (
        "“{typed}”在截至日之后，已按截至日所在月份显示。要看更晚的月份，请先改截至日。",
        "“{typed}” lies after the as-of day; the month of that day is shown. Change the as-of day first.",
    ),
    "comparison.only": ("只看不一致的", "Only differences"),
    "comparison.all_homes": ("看全部机构", "All facilities"),
    "comparison.none": (
        "这个月没有办结的检查或自查，没有可以比对的项目。",
        "No inspection or self-check was concluded in this month: there is nothing to compare.",
    ),
    "comparison.agree": ("没有不一致的项目。", "Nothing differs."),
    "comparison.sum": (
        "两方以上查过 {several} 项，其中不一致 {differing} 项；自查合格而民政部门判为不合格 {overlooked} 项。",
        (
            "{several} items were judged by more than one source, {differing} of them differently; {overlooked} passed the "
            "self-check and failed the bureau's."
        ),
    ),
    "comparison.item": ("检查项目", "Item"),
    "comparison.said": ("比对", "Compared"),
    "comparison.single": ("只有一方查过", "Judged by one only"),
    "comparison.same": ("一致", "Same"),
    "comparison.differs": (
        "不一致：{passed}判合格，{failed}判不合格",
        "Different: passed by {passed}, failed by {failed}",
    ),
    "comparison.again": ("第 {n} 次", "no. {n}"),
    "comparison.home": ("机构", "Facility"),
    "comparison.judged": ("查", "Judged"),
    "comparison.failed": ("不合格", "Failed"),
    "comparison.several": ("两方以上查过", "By more than one"),
    "comparison.differing": ("不一致", "Different"),
    "comparison.overlooked": ("自查合格、民政不合格", "Self-check passed, bureau failed"),
    "comparison.total": ("合计", "Total"),
    "comparison.most": (
        "只列出前 {n} 家，合计包括全部机构。",
        "The first {n} facilities are listed; the total is of all.",
    ),
    "comparison.course": ("自查漏了多少", "What self-checks overlook"),
    "comparison.course.lead": (
        "民政部门判为不合格、机构当月也自查过的项目中，自查判为合格的有多少。",
        "Of the items that the bureau failed and the facility had checked itself in the month: how many it had passed.",
    ),
    "comparison.course.none": (
        "最近十二个月没有双方都查过而民政部门判为不合格的项目。",
        "In the last twelve months there is no item that both judged and the bureau failed.",
    ),
    "comparison.both": ("民政不合格且自查过", "Failed by the bureau, self-checked"),
    "comparison.passed": ("其中自查合格", "Of them passed"),
    "comparison.share": ("漏查比例", "Share overlooked"),
    "comparison.figure": ("本月检查项目的数字和明细", "The figure of items judged in this month"),
    # -- faults that come back
    "faults.title": ("复发与共性问题 · {place}", "Repeated and common faults · {place}"),
    "faults.lead": ("{first}至{last}", "{first} to {last}"),
    "faults.from": ("从", "From"),
    "faults.to": ("到", "To"),
    "faults.repeated": ("复发问题", "Repeated faults"),
    "faults.repeated.n": ("{n} 条", "{n}"),
    "faults.repeated.lead": (
        "同一机构同一项目一年内再次不合格；次数为前后相隔都在一年以内的不合格日数，最近一次在上述期间内。",
        (
            "The same item failed again at the same facility within a year; times are the days of failure, each within a year of the "
            "one before, the last one in the period."
        ),
    ),
    "faults.repeated.none": ("这段时间没有复发的问题。", "No fault came back in this period."),
    "faults.times": ("不合格次数", "Times failed"),
    "faults.last": ("最近一次", "Last time"),
    "faults.before": ("上一次", "Time before"),
    "faults.hazards": ("隐患（按发现日期）", "Hazards (by day of finding)"),
    "faults.findings": ("看仍有效的复发提示", "Findings of repeated faults in force"),
    "faults.index": ("共性问题指数", "Index of common faults"),
    "faults.index.lead": (
        "每个项目：期间内查过的机构中，有多大比例至少一次不合格。数字都可以点开看是哪些机构、哪次检查。",
        (
            "For each item: of the facilities where it was judged in the period, the share that failed it at least once. Every "
            "number opens into the facilities and inspections behind it."
        ),
    ),
    "faults.index.none": (
        "这段时间没有办结的检查，没有可以计算的项目。",
        "No inspection was concluded in this period: there is nothing to work out.",
    ),
    "faults.item": ("检查项目", "Item"),
    "faults.checked": ("查过的机构", "Facilities checked"),
    "faults.failed": ("不合格的机构", "Facilities that failed"),
    "faults.share": ("不合格占比", "Share failed"),
}
