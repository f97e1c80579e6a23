"""Rows of a spreadsheet as commands: read by the questions of the form, rehearsed, recorded; each row on its own.

A row's command id is a keyed digest of who enters it, what kind it is, what it says and the how-manieth equal row
it is: the same file again records nothing new, and the id tells nothing of its content.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from json import dumps
from typing import Any

from domain.desk import Submission
from domain.envelopes import FromFile
from domain.log import Receipt
from domain.model import Refused, Wording
from domain.people import Person
from domain.spreadsheet import Cell, Column, Formula, Table, Unreadable
from domain.stays import Stay
from webapp import answers, forms, readable
from webapp.cells import typed
from webapp.forms import Control, Filled
from webapp.importable import EXAMPLE, MARK, REASON, TITLE, Question, Sort, plain_head
from webapp.pickers import Picker
from webapp.wording import words

ROWS_MAX, GROUP = 5_000, 500
"""Rows of a file, and how many are recorded in one transaction."""
KNOWN_PERSON, NUMBER_DIGITS_MIN = "person.known", 6
"""What has so many digits is taken for a document number: only its end is told."""


@dataclass
class Row:
    """One row of the file: where it stands, what it says, what becomes of it."""

    line: int
    cells: Sequence[Cell | Formula]
    texts: dict[str, str] = field(default_factory=dict)
    command_id: str = ""
    submission: Submission | None = None
    problems: list[tuple[tuple[str, str], Wording, str]] = field(default_factory=list)
    """(column, what is wrong and what to do, rule)."""
    outcome: Receipt | Refused | None = None
    again: bool = False
    """Recorded before, by this file or an earlier one."""
    person: str | None = None
    """The person who is registered already."""
    twin: int | None = None
    """The earlier line about the same person, or with the same content."""

    @property
    def status(self) -> str:
        """`good`, `refused`, `again` (recorded before), `known` (the person is registered already)."""
        if self.again:
            return "again"
        if self.person:
            return "known"
        return "refused" if self.problems else "good"

    def refuse(self, label: tuple[str, str], wording: Wording, rule: str) -> None:
        """Note what is wrong."""
        self.problems.append((label, wording, rule))


class Finder(Picker):
    """Finds what cells name; each text is searched once, each board read once."""

    def __init__(self, sort: Sort) -> None:
        super().__init__(sort.page, sort.command)
        self.found: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self.boards: dict[tuple[str, str], list[dict[str, Any]]] = {}

    def sheet(self, name: str, **where: str) -> list[dict[str, Any]]:
        """A board, read once."""
        key = name, dumps(where, sort_keys=True)
        if key not in self.boards:
            self.boards[key] = super().sheet(name, **where)
        return self.boards[key]

    def search(self, ref: str, text: str) -> list[tuple[str, str]]:
        """What a text finds; an open stay by its person."""
        key = ref, text
        if key not in self.found:
            self.found[key] = self._open_stays(text) if ref == "stay" else super().search(ref, text)
        return self.found[key]

    def _open_stays(self, text: str) -> list[tuple[str, str]]:
        found = []
        for person, _ in self.search("person", text):
            state = self.reach.work.track(person).state
            for stream in state.stays if isinstance(state, Person) else ():
                stay = self.reach.work.track(stream).state
                if isinstance(stay, Stay) and stay.ended_on is None and self.reach.facility(stay.facility):
                    found.append((stream, ""))
        return found

    def choose(self, one: Control, chosen: str, searched: str, filled: Filled) -> str | None:
        """The only thing that the text finds, or a complaint."""
        if chosen and self.allowed(one.ref or "", chosen):
            return chosen
        searched = searched.strip()
        found = self.search(one.ref or "", searched) if searched else []
        if len(found) == 1:
            return found[0][0]
        if searched:
            filled.complain(one.name, "import.many" if found else "import.nothing", typed=_told(searched))
        return None


def _told(searched: str) -> str:
    """What was looked for, as it may stand on a page: of a document number its end."""
    said = readable.plain(searched)
    return said if sum(map(str.isdigit, said)) < NUMBER_DIGITS_MIN else f"…{said[-4:]}"


def matched(sort: Sort, heads: Sequence[Cell | Formula]) -> dict[int, Question | None]:
    """column -> the question that its head names; None for those that are no answers. Raises Unreadable."""
    known = {key: one for one in reversed(sort.questions) for key in one.keys}
    apart = {plain_head(text) for pair in (MARK, REASON) for text in (*pair, " / ".join(pair))}
    found: dict[int, Question | None] = {}
    strange: list[str] = []
    for index, head in enumerate(heads):
        if not isinstance(head, str) or not head.strip():
            continue
        plain = plain_head(head)
        if plain in apart:
            found[index] = None
        elif plain in known and known[plain] not in found.values():
            found[index] = known[plain]
        else:
            strange.append(head.strip()[:30])
    missing = [one.head for one in sort.questions if one.control.required and not one.key and one not in found.values()]
    if strange or missing or not found:
        raise Unreadable(_wrong_heads(strange, missing))
    return found


def _wrong_heads(strange: Sequence[str], missing: Sequence[str]) -> Wording:
    """What is wrong with the heads of a file."""
    zh = [f"不认识的列：{'、'.join(strange)}"] if strange else []
    en = [f"unknown columns: {', '.join(strange)}"] if strange else []
    zh += [f"缺少的列：{'、'.join(missing)}"] if missing else []
    en += [f"missing columns: {', '.join(missing)}"] if missing else []
    do_zh, do_en = words("import.heads.do")
    return Wording("；".join(zh) or "文件里没有表头", "; ".join(en) or "the file has no heads", do_zh, do_en)


class Import:
    """One file being looked at, and recorded."""

    def __init__(self, sort: Sort, content: bytes) -> None:
        """Read the file. Raises Unreadable."""
        self.sort, self.page = sort, sort.page
        self.fingerprint = self.page.services.desk.vault.digest(b"file\0" + content).hex()
        table = self.page.services.spreadsheets.read(content, ROWS_MAX + 1, TITLE)
        at = next((n for n, row in enumerate(table) if any(one not in (None, "") for one in row)), len(table))
        self.heads = list(table[at]) if at < len(table) else []
        self.columns = matched(sort, self.heads)
        self.order = {one.label: number for number, one in enumerate(self.columns.values()) if one is not None}
        self.mark = next((i for i, one in self.columns.items() if one is None and _is_mark(self.heads[i])), None)
        self.rows = [Row(line, cells) for line, cells in enumerate(table[at + 1 :], at + 2) if self._counts(cells)]
        self.finder = Finder(sort)
        self._read()

    def _counts(self, cells: Sequence[Cell | Formula]) -> bool:
        """Whether a row says anything; examples do not."""
        marked = cells[self.mark] if self.mark is not None and self.mark < len(cells) else None
        if isinstance(marked, str) and any(word in marked for word in EXAMPLE):
            return False
        said = (cells[i] for i, one in self.columns.items() if one is not None and i < len(cells))
        return any(one is not None and str(one).strip() for one in said)

    def _read(self) -> None:
        """What every row says, and which were recorded before."""
        times: Counter[bytes] = Counter()
        lines: dict[bytes, int] = {}
        for row in self.rows:
            for index, question in self.columns.items():
                if question is not None and index < len(row.cells):
                    try:
                        row.texts |= typed(question, row.cells[index])
                    except Refused as refused:
                        row.refuse(question.label, refused.wording, refused.rule)
            content = self._content(row)
            times[content] += 1
            row.twin = lines.get(content)
            lines.setdefault(content, row.line)
            number = str(times[content]).encode()
            row.command_id = f"imp-{self.page.services.desk.vault.digest(content + number).hex()[:48]}"
        known = self.page.services.log.receipts([row.command_id for row in self.rows])
        for row in self.rows:
            if row.command_id in known:
                row.again, row.outcome, row.problems = True, known[row.command_id][1], []
            else:
                self._asked(row)

    def _content(self, row: Row) -> bytes:
        said = sorted((name, text) for name, text in row.texts.items() if text)
        return dumps(["import", self.page.reach.actor.login, self.sort.name, said], ensure_ascii=False).encode()

    def _asked(self, row: Row) -> None:
        """The command of a row, or everything that is wrong with it, not only the first."""
        actor, texts = self.page.reach.actor, dict(row.texts)
        for one in self.sort.controls:
            own = actor.facility and one.kind == "pick" and one.name in ("facility", "station")
            if own and not texts.get(f"{one.name}.search"):
                texts[one.name] = actor.facility or ""
        services, command = self.page.services, self.sort.command
        filled = answers.read(self.sort.controls, texts, command, services, self.finder)
        unread = {label for label, _, _ in row.problems}
        for problem in filled.problems:
            if (label := self._label(problem.control)) not in unread:
                row.refuse(label, Wording(problem.zh, problem.en), "field.invalid")
        row.problems.sort(key=lambda one: self.order.get(one[0], len(self.order)))
        if not row.problems:
            filled.values |= self.sort.fixed()
            row.submission = forms.submission(command, row.command_id, filled, actor)

    def rehearse(self) -> None:
        """What would be recorded; nothing is."""
        good = [row for row in self.rows if row.submission and row.status == "good"]
        for row, outcome in zip(good, self.page.services.desk.rehearse(self._submissions(good)), strict=True):
            self._answered(row, outcome)

    def record(self, moved: Callable[[int, int], None] | None = None) -> None:
        """Record the good rows; the others are left."""
        good = [row for row in self.rows if row.submission and row.status == "good"]
        for start in range(0, len(good), GROUP):
            part = good[start : start + GROUP]
            for row, outcome in zip(part, self.page.services.desk.submit_many(self._submissions(part)), strict=True):
                self._answered(row, outcome)
            if moved is not None:
                moved(start + len(part), len(good))

    def _submissions(self, rows: Iterable[Row]) -> list[Submission]:
        """The commands of rows, each with the place in the file from which it comes."""
        return [
            replace(row.submission, source=FromFile(self.fingerprint, row.line).source)
            for row in rows
            if row.submission is not None
        ]

    def _answered(self, row: Row, outcome: Receipt | Refused) -> None:
        row.outcome = outcome
        if isinstance(outcome, Receipt):
            row.again = outcome.duplicate
            return
        if outcome.rule == KNOWN_PERSON and self.sort.command.name == "person.register":
            row.person = outcome.stream
            return
        row.refuse(self._label(outcome.at), outcome.wording, outcome.rule)

    def _label(self, at: str | None) -> tuple[str, str]:
        """What the column is called that is wrong, or the question of several."""
        found = {one.control.name: one.label for one in reversed(self.sort.questions)}
        return (found | {one.name: one.label for one in self.sort.questions}).get(at or "", ("", ""))

    def count(self, status: str) -> int:
        """How many rows have come to this."""
        return sum(row.status == status for row in self.rows)

    def last_position(self) -> int:
        """The last position recorded, 0 for none."""
        return max((row.outcome.positions[-1] for row in self.rows if _recorded(row)), default=0)

    def refused(self) -> Table:
        """The refused rows as they came, with the reason in a column of its own: mended, the file can come again."""
        heads = [str(one) if isinstance(one, str) else "" for one in self.heads]
        keep = [i for i, one in self.columns.items() if not (one is None and i != self.mark)]
        columns = [Column(heads[i], width=max(12, min(40, len(heads[i]) + 4))) for i in keep]
        rows = (
            [*(_shown(row.cells[i]) if i < len(row.cells) else None for i in keep), reason(row)]
            for row in self.rows
            if row.status == "refused"
        )
        return Table(TITLE, [*columns, Column(" / ".join(REASON), width=60)], rows)


def _recorded(row: Row) -> bool:
    return isinstance(row.outcome, Receipt) and bool(row.outcome.positions)


def _is_mark(head: Any) -> bool:
    return isinstance(head, str) and plain_head(head) in {plain_head(one) for one in (*MARK, " / ".join(MARK))}


def reason(row: Row) -> str:
    """Why a row is refused, in both languages, with what to do."""
    return "；".join(
        f"{label[0]}：{readable.told(said, zh=True)} / {label[1]}: {readable.told(said, zh=False)}".lstrip("：")
        for label, said, _ in row.problems
    )


def _shown(value: Cell | Formula) -> Cell:
    """A cell as it goes back; what was a formula stays to be filled in."""
    return None if isinstance(value, Formula) else value
