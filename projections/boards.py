"""Boards: the rows of a sheet as they were on a day and were known at a position."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, false, func, or_, select

from domain.catalogue import column_rows, counted_by, sheets
from domain.model import Field, Refused, Sealed, Wording
from domain.reference import Reference
from projections.ask import Ask
from projections.folding import BREACHES, DUTIES, KEYED
from projections.ordering import COUNTED_MAX, Order, Sorting, orderable, place_of
from projections.places import Places
from projections.rollups import total
from projections.scope import ScopeOf, among, code_of, texts_of
from projections.tables import BOARD_DAYS, DAY, Tables, cell, column_of, day_of, end_of, instant

ASKED = {DUTIES: frozenset({"status", "matter"}), BREACHES: frozenset({"answer", "version", "source"})}
"""The columns of boards that no table holds: they follow from the question."""
FEW_FACILITIES = 50
"""Of fewer than one in so many facilities the rows are looked up and sorted, instead of read in order."""
TOO_MANY = Refused(
    "field.invalid",
    Wording(
        f"行数超过 {COUNTED_MAX:,}，不能按这一列排序",
        f"more than {COUNTED_MAX:,} rows cannot be sorted by this column",
        "先按机构、区域、时间或条件缩小范围",
        "narrow the board by facility, region, period or filter first",
    ),
    "sort",
)
Answers = Mapping[tuple[str, str], str]
"""(stream, rule) -> what was last said about a finding."""


def unknown_sheet(name: str) -> Refused:
    """The refusal for a board that does not exist."""
    known = ", ".join(sheets())
    return Refused(
        "reference.unknown",
        Wording(
            f"没有台账 {name}；可用：{known}",
            f"there is no sheet {name}; known: {known}",
            "改用列出的名称",
            "use one of those",
        ),
        "sheet",
    )


def check_column(name: str, key: str) -> None:
    """Raise Refused for what is no column by which a board can be narrowed."""
    asked = ASKED.get(name, frozenset())
    columns = [one for one in sheets()[name] if one not in asked or name == DUTIES]
    if key not in columns:
        known = ", ".join(columns)
        raise Refused(
            "field.unknown",
            Wording(
                f"台账没有列 {key}；可用：{known}",
                f"the sheet has no column {key}; it has: {known}",
                "改用列出的列",
                "use one of those",
            ),
            "where",
        )


class Board:
    """A sheet as it was on the as-of day and was known at a position."""

    def __init__(
        self,
        connection: Connection,
        tables: Tables,
        reference: Reference,
        name: str,
        ask: Ask,
        position: int,
        known: Places,
    ) -> None:
        if name not in sheets():
            raise unknown_sheet(name)
        self.connection, self.tables, self.reference = connection, tables, reference
        self.name, self.ask, self.position, self.known = name, ask, position, known
        self.table, self.columns = tables.sheets[name], sheets()[name]

    def page(
        self, scope_of: ScopeOf, limit: int = 500, after: str | None = None, sealed: bool = False
    ) -> dict[str, Any]:
        """A page as `sheet --format json` prints it; private columns are masked unless `sealed` values are wanted."""
        count = self._count(scope_of)
        if not count:
            return self._answer([], count)
        c, where = self.table.c, self._conditions()
        if after:
            where.append(c.code > code_of(self.connection, self.tables, after))
        # A page never ends between two rows of one stream, so that `after` can name the last stream shown.
        last = self.connection.scalar(select(c.code).where(*where).order_by(c.code).offset(limit - 1).limit(1))
        if last is not None:
            where.append(c.code <= last)
        return self._answer(self._found(where, sealed), count)

    def _answer(self, rows: list[dict[str, Any]], total: int | None) -> dict[str, Any]:
        return {
            "name": self.name,
            "as_of": self.ask.as_of.isoformat(),
            "known_at": self.position,
            "position": self.position,
            "columns": column_rows(self.columns),
            "rows": rows,
            "total": total,
        }

    def sorted_page(
        self, scope_of: ScopeOf, order: Order, limit: int, after: str | None = None, sealed: bool = False
    ) -> dict[str, Any]:
        """A page in an order, each row with its `place`; `total` is None beyond COUNTED_MAX rows of a narrowed board.

        Raises Refused for a column that cannot be sorted by, or not with so many rows.
        """
        self._sortable(order)
        spec = self.columns.get(order.by or BOARD_DAYS.get(self.name, ""))
        sorting = Sorting(self.name, self.table, spec, order, indexed=self._most_facilities())
        total = self.number(scope_of, order)
        if not sorting.has_index and (total is None or total > COUNTED_MAX):
            raise TOO_MANY
        where = self._narrowed(order, wide=sorting.indexed)
        if after:
            place = place_of(after)
            code = code_of(self.connection, self.tables, place.stream)
            where.append(sorting.behind(self.connection, place, code))
        return self._answer(self._in_order(sorting, where, limit, sealed), total)

    def number(self, scope_of: ScopeOf, order: Order) -> int | None:
        """How many rows the board has in an order; None beyond COUNTED_MAX rows of a narrowed board."""
        if not self.ask.where and order == Order(by=order.by, ascending=order.ascending):
            return self._count(scope_of)
        some = select(self.table.c.id).where(*self._narrowed(order)).limit(COUNTED_MAX + 1).subquery()
        found = int(self.connection.scalar(select(func.count()).select_from(some)) or 0)
        return found if found <= COUNTED_MAX else None

    def _narrowed(self, order: Order, *, wide: bool = False) -> list[ColumnElement[bool]]:
        """What the rows of an order fulfil."""
        within = order.within(self.name, self.table)
        return [*self._conditions(wide=wide), *self._about(order), *within]

    def _sortable(self, order: Order) -> None:
        """Raises Refused for a column that rows cannot be sorted by."""
        if order.by is not None and order.by not in (known := orderable(self.columns, self.asked)):
            raise Refused(
                "field.unknown",
                Wording(
                    f"台账不能按 {order.by} 排序；可用：{', '.join(known)}",
                    f"the sheet cannot be sorted by {order.by}; it can by: {', '.join(known)}",
                    "改用列出的列",
                    "use one of those",
                ),
                "sort",
            )

    def _in_order(self, sorting: Sorting, where: list[ColumnElement[bool]], limit: int, sealed: bool) -> Any:
        """The first rows of an order: found by their numbers, so that only as many are read as are shown."""
        first = select(self.table.c.id).where(*where).order_by(*sorting.clauses()).limit(limit)
        ids = list(self.connection.scalars(first))
        chosen = select(self.table, sorting.value).where(among(self.connection, self.table.c.id, ids))
        found = [row._mapping for row in self.connection.execute(chosen.order_by(*sorting.clauses()))]
        read = self._read(found, sealed)
        texts = [row["stream"] for row in read]
        places = (sorting.place(row, text, self.position) for row, text in zip(found, texts, strict=True))
        return [{**row, "after": place} for row, place in zip(read, places, strict=True)]

    def _most_facilities(self) -> bool:
        """Whether so many facilities are asked for that reading in order soon fills a page."""
        if self.ask.facility:
            return False
        if not self.ask.region:
            return True
        return len(self._inside) * FEW_FACILITIES >= len(self.known.codes)

    @cached_property
    def _inside(self) -> Mapping[int, Any]:
        """The facilities that lie in the asked region."""
        return self.known.asked(replace(self.ask, where={}), self.position, self.reference.regions, None)

    def _about(self, order: Order) -> list[ColumnElement[bool]]:
        """Rows about some persons: named in a column, or the persons' own and their stays'."""
        if order.whom is None:
            return []
        c = self.table.c
        codes = [code_of(self.connection, self.tables, stream) for stream in sorted(order.whom)]
        parts = [among(self.connection, c.code, codes)]
        if any(key == "person" for key in self.columns):
            parts.append(c.person.in_([cell(stream) for stream in sorted(order.whom)]))
        return [or_(*parts)]

    def rows(self, limit: int, narrow: Callable[[Any], list[ColumnElement[bool]]]) -> list[dict[str, Any]]:
        """The rows that more conditions on the columns leave, the newest things first where there are too many."""
        c, where = self.table.c, [*self._conditions(), *narrow(self.table.c)]
        first = self.connection.scalar(select(c.code).where(*where).order_by(c.code.desc()).offset(limit).limit(1))
        return self._found([*where, c.code > first] if first is not None else where, sealed=False)

    def _found(self, where: Sequence[ColumnElement[bool]], sealed: bool) -> list[dict[str, Any]]:
        c = self.table.c
        order = [c.code, c.valid_from, *([c[KEYED[self.name]]] if self.name in KEYED else [])]
        found = [row._mapping for row in self.connection.execute(select(self.table).where(*where).order_by(*order))]
        return self._read(found, sealed)

    def _read(self, found: Sequence[Any], sealed: bool) -> list[dict[str, Any]]:
        """Rows of the table as a board shows them."""
        texts = texts_of(
            self.connection, self.tables, {code for row in found for code in (row["code"], row["facility"])}
        )
        answers = self._answers({texts[row["code"]] for row in found})
        stored = {key: spec for key, spec in self.columns.items() if key not in self.asked}
        return [self._row(row, _row(row, texts, stored, sealed), answers) for row in found]

    def _row(self, found: Any, row: dict[str, Any], answers: Answers) -> dict[str, Any]:
        """A row with the columns that follow from the question."""
        if self.name == DUTIES:
            row["status"] = status_of(row["due_at"], row["met_at"], self.ask.late_from)
            row["matter"] = json.loads(found["key"]).split("/")[1:] or None
        if self.name == BREACHES:
            held = self.reference.rules.on(row["rule"], date.fromisoformat(row["since"]))
            row |= {"answer": answers.get((row["stream"], row["rule"]))}
            row |= {"version": held and held.version, "source": held and held.source}
        return row

    @property
    def asked(self) -> frozenset[str]:
        """The columns that no table holds: they follow from the question."""
        return ASKED.get(self.name, frozenset())

    def _answers(self, streams: Collection[str]) -> Answers:
        """(stream, rule) -> the last answer given to the findings of some streams."""
        if self.name != BREACHES or not streams:
            return {}
        c, moment = self.tables.sheets["findings"].c, instant(self.ask.moment)
        found = self.connection.execute(
            select(c.about, c.rule, c.answer)
            .where(
                c.about.in_([cell(stream) for stream in streams]),
                c.from_position <= self.position,
                c.to_position > self.position,
                c.valid_from <= moment,
                c.valid_to > moment,
            )
            .order_by(c.valid_from, c.from_position)
        )
        return {(json.loads(about), json.loads(rule)): json.loads(answer) for about, rule, answer in found}

    def _count(self, scope_of: ScopeOf) -> int:
        """How many rows there are: a sum of a figure where one counts them and nothing else is asked."""
        figure = counted_by(self.name)
        if figure is None or self.ask.where:
            rows = select(func.count()).select_from(self.table).where(*self._conditions())
            return int(self.connection.scalar(rows) or 0)
        declared = replace(self.reference.figures[figure], kind="stock")  # since ever, up to the day
        return total(scope_of(declared, replace(self.ask, by=None)))

    def _conditions(self, *, wide: bool = False) -> list[ColumnElement[bool]]:
        """What every row asked for fulfils; `wide` keeps the database from looking facilities up one by one."""
        c, ask, parts = self.table.c, self.ask, [*self._standing]
        if ask.facility:
            parts.append(c.facility == code_of(self.connection, self.tables, ask.facility))
        if ask.region:
            inside = self._inside
            if not self.known.codes <= inside.keys():  # else every row lies in the region
                parts.append(among(self.connection, c.facility + 0 if wide else c.facility, inside))
            else:
                parts.append(c.facility != 0)
        return parts

    @cached_property
    def _standing(self) -> list[ColumnElement[bool]]:
        """The rows that stood on the day, as known at the position, with the values that are asked for."""
        c, moment = self.table.c, instant(self.ask.moment)
        return [
            c.from_position <= self.position,
            c.to_position > self.position,
            c.valid_from <= moment,
            c.valid_to > moment,
            *(self._filter(key, value) for key, value in self.ask.where.items()),
        ]

    def _filter(self, key: str, value: str) -> ColumnElement[bool]:
        """Rows with a value in a column. Raises Refused for a column that the board has not."""
        c = self.table.c
        check_column(self.name, key)
        if key == "facility":
            return c.facility == code_of(self.connection, self.tables, value)
        if self.name == DUTIES and key == "status":
            return self._status(value)
        if self.name == DUTIES and key == "matter":  # behind the rule in the duty's key
            return c.key.contains(f"/{value}/", autoescape=True) | c.key.endswith(f'/{value}"', autoescape=True)
        if key in ("since", "until"):  # the business validity of a finding, by its day
            return (c.valid_from if key == "since" else c.valid_to).between(*_day(value))
        held = c[column_of(key)]
        return or_(held == cell(value), held == value)

    def _status(self, value: str) -> ColumnElement[bool]:
        """Duties by what has become of them at the moment that is asked for."""
        c, now = self.table.c, cell(self.ask.late_from)
        return {
            "open": c.met_at.is_(None) & (c.due_at >= now),
            "overdue": c.met_at.is_(None) & (c.due_at < now),
            "met": c.met_at <= c.due_at,
            "met_late": c.met_at > c.due_at,
        }.get(value, false())


def status_of(due_at: str, met_at: str | None, moment: str) -> str:
    """What has become of a duty at a business moment."""
    if met_at is not None:
        return "met" if met_at <= due_at else "met_late"
    return "open" if due_at >= moment else "overdue"


def _day(value: str) -> tuple[int, int]:
    """The instants of a day. Raises Refused when it is none."""
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise Refused(
            "field.invalid",
            Wording("日期格式应为 2024-03-01", "a day is written 2024-03-01", "改写日期", "write the day like that"),
            "where",
        ) from error
    return day.toordinal() * DAY, end_of(day)


def _row(found: Any, texts: Mapping[int, str], columns: Mapping[str, Field], sealed: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"stream": texts[found["code"]], "facility": texts.get(found["facility"])}
    for key, spec in columns.items():
        if key == "facility":
            continue
        if key in ("since", "until"):
            day = day_of(found["valid_from" if key == "since" else "valid_to"])
            row[key] = day and day.isoformat()
            continue
        held = found[column_of(key)]
        value = held and json.loads(held)
        if spec.private and value is not None:
            value = (
                (Sealed(value["subject"], tuple(value["at"]), value["sealed"]) if isinstance(value, dict) else value)
                if sealed
                else "*"
            )
        row[key] = value
    return row
