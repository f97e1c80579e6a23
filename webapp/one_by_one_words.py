"""The words of forms that are asked one question a page."""

from __future__ import annotations

ONE_BY_ONE: dict[str, tuple[str, str]] = {
    "questions.nth": ("第 {n} 步，共 {all} 步", "Step {n} of {all}"),
    "questions.lead": (
        "填好的随时存为草稿，换一部手机也能接着填；全部填完，核对后才入账。",
        "What is filled in is kept as a draft at every step and can be gone on with on another phone; it is recorded after a check at the end.",
    ),
    "questions.next": ("继续", "Continue"),
    "questions.to_check": ("继续，回到核对", "Continue, back to the check"),
    "questions.skip": ("跳过，不填", "Skip"),
    "questions.back": ("上一步", "Back"),
    "questions.all": ("全部问题放在一页", "All questions on one page"),
    "questions.one": ("一步一步填", "One question a page"),
    "questions.unkept": (
        "填的内容现在不能存为草稿，都带在页面上，可以接着填、核对、入账；入账前请不要关闭页面。",
        "What is filled in cannot be kept as a draft now; the page carries it, and you can go on, check and record. Do not close the page before.",
    ),
    "picks.find": ("查找", "Find"),
    "picks.more": (
        "找到至少 {n} 人，请输入得更完整再查找，或勾选涉及的人",
        "Found: at least {n}. Type more and search again, or tick those who are meant",
    ),
    "picks.found": ("找到 {n} 人，勾选涉及的人", "Found: {n}. Tick those who are meant"),
}
