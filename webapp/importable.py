"""What can be entered by spreadsheet: every command whose questions are answered by one cell each, and its template."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from domain import units
from domain.activity_types import ActivityType
from domain.catalogue import Command
from domain.spreadsheet import Column, Kind, Table
from webapp import forms, readable
from webapp.forms import Control
from webapp.page import Page
from webapp.wording import words

FLAT = frozenset({"text", "long", "number", "money", "date", "month", "moment", "time", "flag", "radios", "select"}) | {
    "pick",
    "several",
    "texts",
    "quantities",
}
"""The kinds of questions that one cell answers, or of quantities one cell each."""
ONCE = frozenset({"node.open_for_demonstration"})
MARK, REASON = ("行标", "Mark"), ("退回原因", "Reason for refusal")
"""The columns that are no answers: one marks rows that are not read, the other says why a row came back."""
EXAMPLE = ("示例，不导入", "EXAMPLE")
YES_NO = (("true", ("是", "yes")), ("false", ("否", "no")))
TITLE = "填写 Fill in"
OWN = frozenset({"facility", "station"})
BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
SHOWN_AS = {"date": Kind.DAY, "month": Kind.MONTH, "moment": Kind.MOMENT, "number": Kind.NUMBER, "money": Kind.MONEY}
EXAMPLES = {
    "date": "{day}",
    "month": "{month}",
    "moment": "{day} 08:30",
    "time": "08:30",
    "number": "1",
    "money": "1200.50",
    "flag": "是",
}


@dataclass(frozen=True)
class Question:
    """One column: a question of the form, or one quantity of it."""

    control: Control
    key: str = ""
    """Of a quantity: which."""
    quantity: tuple[str, str] = ("", "")
    unit: tuple[str, str] = ("", "")

    @property
    def name(self) -> str:
        """The name of its input."""
        return f"{self.control.name}.{self.key}" if self.key else self.control.name

    @property
    def label(self) -> tuple[str, str]:
        """What is asked, in both languages."""
        return self.quantity if self.key else self.control.label

    @property
    def head(self) -> str:
        """The head of its column."""
        units_said = "／".join(dict.fromkeys(filter(None, self.unit)))
        required = "*" if self.control.required and not self.key else ""
        return f"{required}{self.label[0]} / {self.label[1]}" + (f"（{units_said}）" if units_said else "")

    @property
    def choices(self) -> forms.Choices:
        """Codes with their words."""
        return YES_NO if self.control.kind == "flag" else self.control.choices

    @property
    def offered(self) -> list[str]:
        """What its cells may be chosen from; several are typed."""
        return [pair[0] for _, pair in self.choices] if self.control.kind != "several" else []

    @property
    def keys(self) -> set[str]:
        """The heads by which the column is known."""
        return {plain_head(one) for one in (self.name, *self.label, self.head, " / ".join(self.label))} - {""}


def plain_head(text: str) -> str:
    """A head as heads are compared: half width, without stars, units in brackets and spaces."""
    text = BRACKETS.sub("", unicodedata.normalize("NFKC", str(text)).casefold())
    return "".join(one for one in text if not one.isspace() and one not in "*/")


@dataclass(frozen=True)
class Sort:
    """One kind of rows: a command, of activities one type."""

    page: Page
    command: Command
    kind: ActivityType | None = None

    @property
    def name(self) -> str:
        """By which it is asked for: the command, or the type of the activity."""
        return self.kind.key if self.kind else self.command.name

    @property
    def label(self) -> tuple[str, str]:
        """What it is called."""
        return (self.kind.zh, self.kind.en) if self.kind else (self.command.zh, self.command.en)

    @cached_property
    def controls(self) -> list[Control]:
        """The questions of a row: day, time, then the fields; the own facility need not be named."""
        left_out: set[str] = set()
        if self.kind:
            left_out |= (set() if self.kind.kinds else {"facility"}) | (set() if self.kind.offices else {"region"})
        if self.page.reach.one_facility:
            left_out |= {"region"}
        asked = forms.controls(self.command, self.page.services, self.kind, left_out)
        asked = [one for one in asked if one.required or one.kind in FLAT]
        return [forms.OCCURRED_ON, forms.OCCURRED_AT, *(self._own(one) for one in asked)]

    def _own(self, one: Control) -> Control:
        own = self.page.reach.actor.facility and one.name in OWN and one.kind == "pick"
        return Control(one.name, one.kind, one.label, False, one.hint, ref=one.ref) if own else one

    @cached_property
    def questions(self) -> list[Question]:
        """The columns."""
        found: list[Question] = []
        for one in self.controls:
            if one.kind == "quantities":
                found += [Question(one, key, label, unit) for key, label, unit in one.measures]
            elif one.kind == "money":
                found.append(Question(one, unit=("元", "yuan")))
            else:
                unit = (units.spoken(one.unit, zh=True), units.spoken(one.unit, zh=False)) if one.unit else ("", "")
                found.append(Question(one, unit=unit))
        return found

    @property
    def flat(self) -> bool:
        """Whether a row of cells answers everything that must be answered."""
        return all(one.kind in FLAT for one in self.controls)

    def fixed(self) -> dict[str, str]:
        """What is not asked but goes into the command."""
        return {"type": self.kind.key} if self.kind else {}


def sorts(page: Page) -> Iterator[Sort]:
    """Everything that is offered to this account to enter by spreadsheet."""
    for command in page.reach.offered():
        if command.event is None or command.name in ONCE:
            continue
        if command.name == "activity.log":
            types = page.services.reference.activity_types.valid_on(page.point.today).values()
            mine = [kind for kind in types if not page.reach.one_facility or page.reach.kind in kind.kinds]
            yield from (Sort(page, command, kind) for kind in mine)
        elif (found := Sort(page, command)).flat:
            yield found


def sort_of(page: Page, name: str) -> Sort | None:
    """The kind of rows of a name."""
    return next((one for one in sorts(page) if one.name == name), None)


# -- the template --------------------------------------------------------------------------------------


def template(sort: Sort) -> list[Table]:
    """The template: heads with drop-downs and an example that is not read, and a sheet that explains each column."""
    columns = [Column(" / ".join(MARK), width=16), *(_column(one) for one in sort.questions)]
    near = readable.near(sort.page.point.today)
    example = [" / ".join(EXAMPLE), *(_example(one, near) for one in sort.questions)]
    return [Table(TITLE, columns, [example], frozenset({0})), explained(sort)]


def _column(one: Question) -> Column:
    # Choices, references and texts are text cells, so that long numbers keep their last digits.
    kind = Kind.NUMBER if one.key else SHOWN_AS.get(one.control.kind, Kind.TEXT)
    shown = Kind.TEXT if kind in (Kind.DAY, Kind.MONTH, Kind.MOMENT) else kind
    return Column(one.head, shown, max(14, min(40, len(one.head) + 6)), one.offered)


def _example(one: Question, near: Mapping[str, str]) -> str:
    if one.key:
        return EXAMPLES["number"]
    return one.choices[0][1][0] if one.choices else EXAMPLES.get(one.control.kind, "").format(**near)


def explained(sort: Sort) -> Table:
    """Every column: what it asks, whether it must be filled in, how it is written, what may be chosen."""
    heads = [
        ("列", "Column"),
        ("必填", "Required"),
        ("怎样填", "How to fill it in"),
        ("说明", "Meaning"),
        ("可选", "Choices"),
    ]
    near = readable.near(sort.page.point.today)
    rows = [
        ["；".join(part) if isinstance(part, tuple) else part for part in _told(one, near)] for one in sort.questions
    ]
    notes = [[" / ".join(words(f"import.note.{n}")), "", "", "", ""] for n in range(1, 5)]
    columns = [Column(" / ".join(head), width=width) for head, width in zip(heads, (36, 10, 44, 50, 60), strict=True)]
    return Table("说明 About", columns, [*rows, *notes])


def _told(one: Question, near: Mapping[str, str]) -> Sequence[str | tuple[str, ...]]:
    how = (
        ("number" if one.key in one.control.whole else "quantity")
        if one.key
        else one.control.ref
        if one.control.ref in ("person", "facility", "stay")
        else one.control.kind
    )
    required = ("是 / yes",) if one.control.required and not one.key else ("否 / no",)
    choices = tuple(" / ".join(pair) for _, pair in one.choices)
    return (
        one.head,
        required,
        " / ".join(words(f"import.how.{how}")).format(**near),
        tuple(filter(None, one.control.hint)),
        choices,
    )
