"""What the help page says, in both languages."""

from __future__ import annotations

HELP: dict[str, tuple[str, str]] = {
    "help.title": ("帮助", "Help"),
    "help.figure": ("数字怎样点开", "How a number opens"),
    "help.figure.text": (
        "每个数字都是链接。点开后，先看含义和怎么来的，再看它由谁组成，每一项都通到记录，记录上写着谁在什么时候记的。",
        "Every number is a link. It opens into what it counts, how it comes about, and its members; each leads to its entry, which says who recorded it and when.",
    ),
    "help.clocks": ("两个时钟：实际情况与当时所知", "Two clocks: as it was, and as it was known"),
    "help.clocks.text": (
        "“截至”选哪一天，看的就是那一天日终的实际情况。“现在所知”用今天账本里的全部记录；“当时所知”只用那天之前已经入账的记录。两者的差别，就是事后才知道的。地址栏里带着全部条件，可以收藏、转发。",
        "The as-of day says which day you look at. 'Known now' uses all entries of the log; 'known then' only those recorded by the end of that day. The difference is what became known later. The address holds all of it and can be kept or sent.",
    ),
    "help.record": ("记一笔", "Recording"),
    "help.record.text": (
        "填写、核对、确认，三步入账，得到回执。核对页列出会写入什么、会出现哪些提示、哪些数字会变。同一份表单提交两次只记一次。",
        "Fill in, check, confirm: a receipt follows. The page to check shows what is written, which findings it brings and which figures move. The same form sent twice is recorded once.",
    ),
    "help.correct": ("记错了怎么办", "When an entry is wrong"),
    "help.correct.text": (
        "打开那条记录，点“更正”或“撤销”，写明理由。原记录不会消失，时间线上看得到改动前后。",
        "Open the entry, choose Correct or Withdraw, and give the reason. The old entry stays, and the timeline shows both.",
    ),
    "help.names": ("姓名和隐私", "Names and privacy"),
    "help.names.text": (
        "姓名加密保存。机构人员看得到本机构的人，监管、检查、安全人员看得到辖区内的人，其他职务只看到“张*”。",
        "Names are stored encrypted. Facility posts read those of their facility; regulators, inspectors and the safety team those of their area; others see only 张*.",
    ),
    "help.receipt": ("回执上的指纹", "The fingerprint on a receipt"),
    "help.receipt.text": (
        "指纹由这条记录的内容、位置和时间算出。有人改动账本，指纹就对不上，所以留着回执就能证明当时记了什么。",
        "It is computed from the entry's content, position and time. If anybody changed the log it would no longer match, so a kept receipt proves what was recorded.",
    ),
    "help.keyboard": ("键盘、大字、打印", "Keyboard, large text, print"),
    "help.keyboard.text": (
        "按 Tab 键逐项移动，第一项是“跳到正文”。右上角可以换大字和英文。每一页都可以直接打印，不带导航。",
        "Tab moves on; the first stop skips to the content. Large text and Chinese are at the top right. Every page prints without its navigation.",
    ),
    "help.keys": ("按键", "Keys"),
    "help.keys.key": ("键", "Key"),
    "help.keys.does": ("作用", "What it does"),
    "help.key.next": (
        "到下一项；一页的第一项是“跳到正文”，按 Enter 越过导航",
        "To the next item; the first of a page skips to the content when Enter is pressed",
    ),
    "help.key.back": ("回到上一项", "Back to the item before"),
    "help.key.follow": ("打开链接，按下按钮，选定提示的一项", "Open a link, press a button, take what is suggested"),
    "help.key.tick": ("勾选或取消，展开或收起", "Tick or untick, fold or unfold"),
    "help.key.choose": (
        "在选项里或输入时的提示里上下移动",
        "Move through choices, and through what is suggested while you type",
    ),
    "help.key.close": ("收起输入时的提示", "Close what is suggested while you type"),
    "help.key.step": ("复盘：前一个、后一个时刻", "In a replay: the moment before, the next moment"),
    "help.key.day": ("复盘：前一天、后一天", "In a replay: a day back, a day on"),
    "help.key.ends": ("复盘：第一个、最后一个时刻", "In a replay: the first, the last moment"),
    "help.key.print": ("打印这一页，不带导航", "Print this page without its navigation"),
    "help.figures": ("全部指标的含义", "What every figure counts"),
}
