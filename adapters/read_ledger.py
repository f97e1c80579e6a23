"""查阅记录 — who looked at whose data: a row for every page that opened something, and whom and what.

Persons and things stand in one table, each under its stream; how many of a row are persons, the row says.

Rows are only added, and dropped when they are older than they have to be kept; nothing here changes one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, insert, or_, select, text

from adapters.vault_store import VaultStore, moment, read_persons, reads
from domain.log import Clock
from domain.reads import FIRST, Opening, Read, Wanted

WRITTEN_AT_ONCE = 1_000
"""Persons and things handed to the database in one statement; a page is written in one transaction, however many there are."""
DROPPED_AT_ONCE = 500
"""Reads dropped in one transaction, so that no page waits long for its own row."""
MONTH = timedelta(days=31)
MONTHS_MIN = 6
"""The law asks for this much at least (网络安全法, article 21: not less than six months)."""

_ADD_PERSON = text("INSERT INTO read_persons (person, read) VALUES (:person, :read)")


class ReadLedger:
    """Writes and reads the ledger. `kept_months` is how long a row is kept, never less than six months."""

    def __init__(self, store: VaultStore, clock: Clock, kept_months: int = 36) -> None:
        self._store, self._clock = store, clock
        self.kept = max(kept_months, MONTHS_MIN) * MONTH

    def write(self, opening: Opening) -> int:
        """Keep one page view and everybody and everything it opened, durable on return; its number. Raises LogUnavailable."""
        persons = list(dict.fromkeys(opening.persons))
        things = [thing for thing in dict.fromkeys(opening.things) if thing not in set(persons)]
        row = {
            **asdict(opening),
            "at": moment(self._clock.now()),
            "persons": len(persons),
            "first": " ".join((*persons[:FIRST], *things[:FIRST])),
        }
        del row["things"]
        subjects = [*persons, *things]
        with self._store.writing() as connection:
            number: int = connection.execute(insert(reads).returning(reads.c.id), row).scalar_one()
            for start in range(0, len(subjects), WRITTEN_AT_ONCE):
                some = subjects[start : start + WRITTEN_AT_ONCE]
                connection.execute(_ADD_PERSON, [{"person": person, "read": number} for person in some])
        return number

    def page(self, wanted: Wanted, limit: int, before: int | None = None) -> list[Read]:
        """The newest reads that fit, older than the one numbered `before`."""
        query = _of_person(wanted.person) if wanted.person else select(reads)
        number = read_persons.c.read if wanted.person else reads.c.id
        query = query.where(*_fitting(wanted), *([number < before] if before is not None else []))
        return self._read(query.order_by(number.desc()).limit(limit))

    def readers_of(self, stream: str, until: datetime) -> list[Read]:
        """Who had opened a thing by a moment, on its page, its replay or among others: the first time of each account, in order."""
        first: dict[str, Read] = {}
        query = select(reads).where(_about(stream), reads.c.at <= moment(until)).order_by(reads.c.id)
        for one in self._read(query):
            first.setdefault(one.login, one)
        return list(first.values())

    def subjects(self, number: int) -> list[str]:
        """Everybody whom a read named, and everything of which it told private texts."""
        return self.subjects_of([number]).get(number, [])

    def subjects_of(self, numbers: Collection[int]) -> dict[int, list[str]]:
        """The same of many reads, by their numbers, in one question; a read that named nothing is left out."""
        found: dict[int, list[str]] = defaultdict(list)
        query = select(read_persons).where(read_persons.c.read.in_(numbers)).order_by(read_persons.c.person)
        for row in self._store.rows(query) if numbers else ():
            found[row["read"]].append(row["person"])
        return found

    def drop_old(self) -> int:
        """Drop what is older than it is kept, part by part; how many reads that were."""
        until, dropped = moment(self._clock.now() - self.kept), 0
        old = select(reads.c.id).where(reads.c.at < until).order_by(reads.c.at).limit(DROPPED_AT_ONCE)
        while numbers := [row["id"] for row in self._store.rows(old)]:
            with self._store.writing() as connection:
                connection.execute(delete(read_persons).where(read_persons.c.read.in_(numbers)))
                connection.execute(delete(reads).where(reads.c.id.in_(numbers)))
            dropped += len(numbers)
        return dropped

    def _read(self, query: Select[tuple]) -> list[Read]:
        found = [dict(row) for row in self._store.rows(query)]
        full = [row["id"] for row in found if len(_first_things(row)) == FIRST]  # of the others all things are told
        count = select(read_persons.c.read, func.count().label("all")).where(read_persons.c.read.in_(full))
        counted = (
            {row["read"]: row["all"] for row in self._store.rows(count.group_by(read_persons.c.read))} if full else {}
        )
        return [_row(row, counted.get(row["id"])) for row in found]


def _first_things(row: Mapping[str, Any]) -> Sequence[str]:
    return row["first"].split()[min(row["persons"], FIRST) :]


def _row(row: dict, subjects: int | None) -> Read:
    """A row as it was kept; `subjects` counts its persons and things where it does not tell all its things."""
    first, things = row["first"].split(), _first_things(row)
    said = {
        "at": datetime.fromisoformat(row["at"]),
        "first": tuple(first[: min(row["persons"], FIRST)]),
        "things": len(things) if subjects is None else subjects - row["persons"],
        "first_things": tuple(things),
    }
    return Read(**row | said)


def _of_person(person: str) -> Select[tuple]:
    """The reads that named a person, found by the person and not by reading the whole ledger."""
    return select(reads).join(read_persons, read_persons.c.read == reads.c.id).where(read_persons.c.person == person)


def _about(stream: str) -> ColumnElement[bool]:
    """Reads of the page of a thing, or among whose subjects it was."""
    among = select(read_persons.c.read).where(read_persons.c.person == stream)
    return or_(reads.c.thing == stream, reads.c.id.in_(among))


def _told(what: str) -> ColumnElement[bool]:
    """Reads that named persons; or that told of things, which stand behind the first persons, or were of a thing's page."""
    if what == "persons":
        return reads.c.persons > 0
    gaps = func.length(reads.c.first) - func.length(func.replace(reads.c.first, " ", ""))
    said = case((reads.c.first == "", 0), else_=gaps + 1)
    behind = said > case((reads.c.persons > FIRST, FIRST), else_=reads.c.persons)
    return or_(behind, and_(reads.c.thing.is_not(None), reads.c.first == ""))


def _fitting(wanted: Wanted) -> list[ColumnElement[bool]]:
    asked: list[tuple[Any, Callable[[Any], ColumnElement[bool]]]] = [
        (wanted.thing, _about),
        (wanted.told, _told),
        (wanted.purposes, reads.c.purpose.in_),
        (wanted.beside or None, reads.c.purpose.not_in),
        (wanted.login, lambda login: reads.c.login == login),
        (wanted.since, lambda since: reads.c.at >= moment(since)),
        (wanted.until, lambda until: reads.c.at < moment(until)),
        (wanted.regions, reads.c.region.in_),
    ]
    return [fitting(value) for value, fitting in asked if value is not None]
