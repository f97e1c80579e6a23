"""The words of steps: the approvals of a batch, the papers of an admission."""

from __future__ import annotations

STEPS: dict[str, tuple[str, str]] = {
    "step.done": ("已完成", "Done"),
    "step.open": ("未完成", "Not done"),
    "step.not_yet": ("暂不能开始", "Cannot start yet"),
    # -- a batch
    "approval.title": ("审批", "Approval"),
    "approval.drawn": ("编制名单", "List drawn up"),
    "approval.drawn.by": (
        "名单由 {who} 编制。编制名单的人不能审批自己编的名单，须由另一位审批人员审批。",
        "Drawn up by {who}. Nobody approves a list that they drew up; another approver does.",
    ),
    "approval.only": ("审批", "Approval"),
    "approval.nth": ("第 {n} 次审批", "Approval {n}"),
    "approval.by": ("由 {who} 审批", "by {who}"),
    "approval.two": (
        "名单金额 {total} 元，超过 {limit} 元，须由两人审批",
        "The list of {total} yuan is above {limit} yuan: two people approve it",
    ),
    "approval.another": ("请由 {who} 以外的审批人员审批", "To be approved by an approver other than {who}"),
    "approval.own": (
        "您参与了编制，不能审批自己编的名单，请交另一位审批人员审批",
        "You drew it up or corrected it, so you may not approve it; hand it to another approver",
    ),
    "approval.yours": ("您已审批，还要由另一位审批人员复审", "You have approved it; a second approver does this"),
    "approval.after": ("前一次审批之后办理", "After the approval before"),
    "approval.pay": ("发放", "Payment"),
    "approval.pay.after": ("审批齐全后由规财人员发放", "By the finance officer once it is approved"),
    "approval.paid": ("银行流水号 {number}", "Bank reference {number}"),
    "approval.cancelled": (
        "批次已作废，不再审批和发放。",
        "The batch was cancelled: nothing more is approved or paid.",
    ),
    # -- an admission
    "admission.title": ("入住手续", "Papers of the admission"),
    "admission.lead": (
        "已完成 {done} 项，共 {total} 项。没有完成的可以分几天补齐。",
        "{done} of {total} done. The rest may be completed on other days.",
    ),
    "admission.all": ("入住手续已齐全。", "Everything of the admission is done."),
    "admission.left": ("入住手续还有 {n} 项没有完成", "{n} things of the admission are not done yet"),
    "admission.person": ("登记人员", "Person registered"),
    "admission.document": ("证件", "Document"),
    "admission.document.none": (
        "登记时没有证件号码；查明后补上",
        "Registered without a document number; add it once it is known",
    ),
    "admission.category": ("类别", "Category"),
    "admission.bed": ("床位", "Bed"),
    "admission.bed.none": ("没有记床位", "No bed noted"),
    "admission.agreement": ("服务协议", "Service agreement"),
    "admission.agreement.none": (
        "没有记协议编号；入住前应当签订",
        "No agreement number; it is to be signed before admission",
    ),
    "admission.contact": ("紧急联系人", "Emergency contact"),
    "admission.contact.none": ("没有记紧急联系人", "No emergency contact noted"),
    "admission.scans": ("协议和证件的扫描件", "Scans of agreement and documents"),
    "admission.scans.none": ("没有附上扫描件；可用手机拍照", "No scans yet; a phone's photos will do"),
    "admission.noted": ("已记", "noted"),
}
"""Steps are said as things, their states as 已完成, 未完成, 暂不能开始."""
