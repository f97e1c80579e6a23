"""The words of drafts."""

from __future__ import annotations

DRAFTS: dict[str, tuple[str, str]] = {
    "draft.save": ("存为草稿", "Save as draft"),
    "draft.title": ("草稿", "Drafts"),
    "draft.lead": (
        "草稿只有本人看得到，没有入账，不计入任何数字；最后一次保存后保留 30 天。",
        "Drafts are seen by nobody else, are not recorded and count nowhere; they are kept for 30 days.",
    ),
    "draft.saved": (
        "已存为草稿，还没有入账。可以退出，回来接着填。",
        "Saved as a draft, not recorded. You may leave and go on later.",
    ),
    "draft.discarded": ("草稿已丢弃。", "The draft was discarded."),
    "draft.gone": (
        "没有找到这份草稿：已经入账、已经丢弃，或超过了 30 天。",
        "There is no such draft: it was recorded or discarded, or is older than 30 days.",
    ),
    "draft.none": ("没有草稿。", "There are no drafts."),
    "draft.unknown": ("这一份接不上了，请丢弃", "It cannot be gone on with; discard it"),
    "draft.what": ("要记录的事", "What"),
    "draft.about": ("对象", "About"),
    "draft.saved_at": ("保存时间", "Saved"),
    "draft.until": ("保留到", "Kept until"),
    "draft.do": ("办理", "Next"),
    "draft.go_on": ("接着填", "Go on"),
    "draft.discard": ("丢弃", "Discard"),
    "draft.waiting": ("有 {n} 份草稿没有填完", "Drafts not finished: {n}"),
}
