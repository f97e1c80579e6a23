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
        "其中重大问题 {n} 项，须在{days}内报送整改方案。",
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
}
