"""Reads a command's arguments as they came from outside: one marshmallow schema a command, made from the declarations.

A refusal names the first bad field (unknown ones before missing ones before invalid ones) and what is expected
of it, never what was given: that may be personal. Implements `domain.log.Schemas`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, missing

from adapters.schema_readers import Choices, Reader, Unfit, as_day, as_moment, reader_of
from domain.declared import humanised
from domain.desk import BUSINESS_FIRST
from domain.log import Called, Clock
from domain.model import CHINA, Field, Refused, Wording

Declared = Mapping[str, tuple[Any, Field, bool]]
"""field name -> (type, Field, required), as `domain.model.fields_of` gives the fields of an event."""
Commands = Mapping[str, Declared]
"""command -> its declared fields; those that the aggregate fills in are no part of the command."""

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_.$]{0,63}", re.ASCII)


class _Read(fields.Field):
    """A marshmallow field that reads with a `Reader`."""

    def __init__(self, reader: Reader, *, required: bool) -> None:
        super().__init__(allow_none=not required)
        self.reader = reader

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        """What was said, read; what may be absent stays so. The steps of marshmallow cost more than the reading."""
        if value is None and self.allow_none:
            return self.reader.nothing
        if value is missing or value is None:
            return super().deserialize(value, attr, data, **kwargs)
        return self.reader.read(value)


class _Command:
    """One command's schema and the words for its fields."""

    def __init__(self, name: str, declared: Declared, choices: Choices, clock: Clock) -> None:
        self.name = name
        self.specs = {key: spec for key, (_, spec, _) in declared.items() if not spec.filled}
        self.required = tuple(key for key, (_, _, required) in declared.items() if required and key in self.specs)
        self.readers = {key: reader_of(key, declared[key][0], spec, choices, clock) for key, spec in self.specs.items()}

    @cached_property
    def typed(self) -> tuple[tuple[str, fields.Field], ...]:
        """The fields of the schema, which is made when the command is first given: of a hundred few are."""
        read = {key: _Read(reader, required=key in self.required) for key, reader in self.readers.items()}
        return tuple(Schema.from_dict(read, name=f"{self.name} arguments")(unknown=EXCLUDE).load_fields.items())

    def read(self, args: Mapping[str, Any], partial: bool, called: Called) -> dict[str, Any]:
        """Typed arguments, or the refusal of the first bad field."""
        if not args.keys() <= self.specs.keys():
            raise self._unknown(min(str(key) for key in args if key not in self.specs))
        for key in self.required:
            if _blank(args.get(key)) and (key in args or not partial):
                raise self._missing(key)
        # The schema's fields one by one: `load` finds the same values and the same first bad field in thrice the time.
        found = {}
        for key, field in self.typed:
            if key in args:
                try:
                    found[key] = field.deserialize(args[key])
                except ValidationError as error:
                    raise self._invalid(key, error, called) from None
        return found

    def from_form(self, args: Mapping[str, Any]) -> dict[str, Any]:
        """What the texts of an HTML form stand for; a blank one is absent."""
        return {key: self._plain(key, said) for key, said in args.items() if not _blank(said)}

    def _plain(self, key: str, said: Any) -> Any:
        reader = self.readers.get(key)
        return reader.plain(said) if reader and (reader.many or isinstance(said, str)) else said

    def _labels(self, key: str) -> tuple[str, str]:
        spec = self.specs[key]
        return spec.zh, spec.en or humanised(key)

    def _unknown(self, key: str) -> Refused:
        shown = key if _IDENTIFIER.fullmatch(key) else None
        wording = Wording(
            f"这项业务没有“{shown}”这一项" if shown else "有一项不属于这项业务",
            f"this command has no field {shown}" if shown else "a field does not belong to this command",
            f"可填写：{'、'.join(f'{spec.zh}（{name}）' for name, spec in self.specs.items()) or '无'}",
            f"its fields are: {', '.join(self.specs) or 'none'}",
        )
        return Refused("field.unknown", wording, field=shown)

    def _missing(self, key: str) -> Refused:
        spec, (zh, en) = self.specs[key], self._labels(key)
        remedy_zh = f"填写“{zh}”" + (f"：{spec.hint_zh}" if spec.hint_zh else "")
        remedy_en = f"fill in {en}" + (f": {spec.hint_en}" if spec.hint_en else "")
        return Refused("field.missing", Wording(f"没有填写“{zh}”", f"{en} is missing", remedy_zh, remedy_en), field=key)

    def _invalid(self, key: str, error: ValidationError, called: Called) -> Refused:
        spec, (zh, en) = self.specs[key], self._labels(key)
        expected_zh, expected_en = error.messages[0]
        part = getattr(error, "part", None)
        if part is not None:
            zh, en = self._labels_within(key, part, called)
        wording = Wording(
            f"“{zh}”应为{expected_zh}",
            f"{en} must be {expected_en}",
            spec.hint_zh or f"更正“{zh}”后重新提交",
            spec.hint_en or f"correct {en} and submit again",
        )
        return Refused("field.invalid", wording, field=key, part=part)

    def _labels_within(self, key: str, part: str, called: Called) -> tuple[str, str]:
        """The words for a name within a field; of one that has none, the field's with the name if it is one, and its line."""
        zh, en = self._labels(key)
        if named := called().get(part):
            return named
        number, _, name = part.rpartition(".")
        if number.isdecimal():
            zh, en = f"{zh}第 {int(number) + 1} 行", f"{en}, line {int(number) + 1}"
        shown = name if _IDENTIFIER.fullmatch(name) else None
        return (f"{zh}（{shown}）", f"{en} ({shown})") if shown else (zh, en)


class Schemas:
    """Every command's schema. `choices` gives the codes of a list; `clock` says what today is."""

    def __init__(self, commands: Commands, choices: Choices, clock: Clock) -> None:
        self._commands = {name: _Command(name, declared, choices, clock) for name, declared in commands.items()}

    def read(
        self,
        command: str,
        args: Mapping[str, Any],
        partial: bool = False,
        *,
        from_form: bool = False,
        called: Called | None = None,
    ) -> dict[str, Any]:
        """Typed arguments. Raises `Refused` that names the field.

        `partial` requires nothing (corrections); `from_form` takes the texts of an HTML form: a blank one is
        absent, digits are a number, yuan with two decimals are fen in a field that ends in `_fen`;
        `called` says what the names within a field are called.
        """
        known = self._commands.get(command) if isinstance(command, str) else None
        if known is None:
            raise self._no_such_command(command)
        if not isinstance(args, Mapping):
            raise Refused("command.malformed", MALFORMED, field="args")
        return known.read(known.from_form(args) if from_form else args, partial, called or dict)

    def _no_such_command(self, command: Any) -> Refused:
        close = get_close_matches(command[:64], self._commands, 3) if isinstance(command, str) else []
        wording = Wording(
            "没有这种业务命令",
            "there is no such command",
            f"也许是：{'、'.join(close)}" if close else "业务命令见目录（catalogue）",
            f"perhaps: {', '.join(close)}" if close else "see the catalogue for all commands",
        )
        return Refused("command.unknown", wording)


MALFORMED = Wording(
    "命令的参数应为“名称: 值”的对照",
    "the arguments of a command must be names with their values",
    "按接口说明书写 args",
    "write args as the interface describes",
)
_BUSINESS_REMEDY = ("核对发生时间", "check when it happened")


def _blank(said: Any) -> bool:
    """Whether nothing was said: absent, null, or text of spaces only."""
    return said is None or (isinstance(said, str) and (not said or said.isspace()))


def business_date(said: Any, today: date) -> date:
    """The day on which something happened: 1949 to today, written YYYY-MM-DD."""
    day = as_day(said)
    if day is None or not BUSINESS_FIRST <= day <= today:
        wording = Wording(
            f"“发生日期”应为 1949 年至今天的日期，写作“年-月-日”（如 {today}）",
            f"the day it happened must be a date from 1949 to today, written YYYY-MM-DD (such as {today})",
            *_BUSINESS_REMEDY,
        )
        raise Refused("field.invalid", wording, field="occurred_on")
    return day


def business_moment(said: Any, now: datetime) -> datetime:
    """The moment at which something happened: with its offset, from 1949 until the end of today."""
    moment = as_moment(said)
    if moment is None or not BUSINESS_FIRST <= moment.astimezone(CHINA).date() <= now.astimezone(CHINA).date():
        near = f"{now.astimezone(CHINA).date()}T08:30:00+08:00"
        wording = Wording(
            f"“发生时间”应为 1949 年至今天、带时区的时间（如 {near}）",
            f"the moment it happened must be from 1949 to today, with its offset (as {near})",
            *_BUSINESS_REMEDY,
        )
        raise Refused("field.invalid", wording, field="occurred_at")
    return moment


__all__ = ["Choices", "Commands", "Schemas", "Unfit", "business_date", "business_moment"]
