"""From the inputs of a question to what they stand for, and from a value back to the texts that show it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from domain.model import CHINA
from domain.values import yuan
from webapp import readable
from webapp.forms import ROWS_FIRST, Chooser, Control, Filled, Line, about, day_said

MORE_ROWS = 10
PASTED = re.compile(r"([^\s,;、]+)[\s,;、](?:.*?[\s,;、])??\s*(\d[\d,]*(?:\.\d{1,2})?)\s*元?")
"""Who, perhaps something between, and how much: `990101…, 1,200.50`."""
LINE_MAX = 200
STREAM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SEARCHED = frozenset({"search", "label", "main", "rows", "pasted"})
"""Names of inputs below a question that are no value of it."""


def said_of(one: Control, filled: Filled, picker: Chooser) -> Any:
    """What the inputs of a question stand for, as the schema of its command reads it."""
    texts = filled.texts
    if one.kind in _DATED:
        return _DATED[one.kind](one, filled, picker.today)
    if one.kind in _SAID:
        return _SAID[one.kind](one, filled)
    if one.kind == "pick":
        return picker.choose(one, texts.get(one.name, ""), texts.get(f"{one.name}.search", ""), filled)
    if one.kind == "picks":
        return _picks(one, filled, picker)
    if one.kind == "rows":
        return _rows(one, filled, picker)
    return texts.get(one.name, "").strip()


def _quantities(one: Control, filled: Filled) -> dict[str, str]:
    """The quantities that were filled in."""
    given = {key: readable.plain(filled.texts.get(f"{one.name}.{key}", "")) for key, _, _ in one.measures}
    return {key: text for key, text in given.items() if text}


def _month(one: Control, filled: Filled, today: date) -> str:
    """The month of two inputs, as `Month` writes it."""
    year, index = (readable.plain(filled.texts.get(part, "")) for part in one.parts)
    if not (year or index):
        return ""
    if readable.typed_day(f"{year}-{index}-1") is None:
        filled.complain_of_day(one, today, "wrong.month")
        return ""
    return f"{year}-{index:>02}"


def _moment(one: Control, filled: Filled, today: date) -> str:
    """A day and a time in China."""
    day, said = day_said(one, filled, today), filled.texts.get(one.parts[3], "").strip()
    at = readable.typed_time(said)
    if filled.problem(one.name) or not (day or said):
        return ""
    if not day:
        filled.complain_of_day(one, today)
        return ""
    if at is None:
        filled.complain(one.name, "wrong.time")
        return ""
    return f"{day}T{readable.time_of_day(at)}"


def _several(one: Control, filled: Filled) -> list[str]:
    """The codes that are ticked, the main one first; a main one that is not ticked is complained of."""
    main = filled.texts.get(f"{one.name}.main", "") if one.ordered else ""
    ticked = [code for code, _ in one.choices if filled.texts.get(f"{one.name}.{code}")]
    if main and main not in ticked:
        filled.complain(one.name, "wrong.main")
        return []
    return list(dict.fromkeys([main, *ticked])) if main else ticked


def _texts(one: Control, filled: Filled) -> list[str]:
    return [line.strip() for line in filled.texts.get(one.name, "").splitlines() if line.strip()]


def _answers(one: Control, filled: Filled) -> list[dict[str, Any]]:
    """The items of a checklist that have a result, each with its note and the photos that it had."""
    found = []
    for _, items in one.groups:
        for item in items:
            its = {key: filled.texts.get(f"{one.name}.{item.code}.{key}", "").strip() for key in ("result", "note")}
            photos = filled.texts.get(f"{one.name}.{item.code}.photos", "").split()
            if its["result"]:
                more: dict[str, Any] = {"photos": photos} if photos else {}
                found.append({"item": item.code, **{k: v for k, v in its.items() if v}, **more})
            elif its["note"]:
                filled.complain(f"{one.name}.{item.code}.result", "answers.no_result", item=item.code)
    return found


# -- several things --------------------------------------------------------------------------------------


def picked(one: Control, filled: Filled) -> list[str]:
    """The things that are ticked already."""
    return [key for key, text in filled.under(one.name).items() if text and key not in SEARCHED and "." not in key]


def _picks(one: Control, filled: Filled, picker: Chooser) -> list[str]:
    """The things that are ticked, and those whose names stand one a line below; what is found is ticked from now on."""
    found, left = [key for key in picked(one, filled) if picker.choose(one, key, "", filled)], []
    for line, chosen, its in _lines(one, filled, picker):
        if chosen:
            found.append(chosen)
        else:
            left.append(line)
            _tell(one, filled, line, its)
            _list(one, filled, its)
    filled.texts[f"{one.name}.search"] = "\n".join(left)
    return list(dict.fromkeys(found))


def look_for(one: Control, filled: Filled, picker: Chooser) -> None:
    """Search for what is named: who is the only one is ticked, others stand to be ticked; a line that names nobody stays."""
    left = []
    for line, chosen, its in _lines(one, filled, picker):
        if any(its.candidates.values()):
            _list(one, filled, its)
        elif not chosen:
            left.append(line)
            _tell(one, filled, line, its)
    filled.texts[f"{one.name}.search"] = "\n".join(left)


def _lines(one: Control, filled: Filled, picker: Chooser) -> Iterator[tuple[str, str | None, Filled]]:
    """Every line below a question, the only thing that it names, which is ticked, and what else was found or is wrong."""
    row = Control("line", "pick", one.label, ref=one.ref)
    for line in filled.texts.get(f"{one.name}.search", "").splitlines():
        if line.strip():
            its = Filled({})
            chosen = picker.choose(row, "", line, its)
            if chosen:
                filled.texts[f"{one.name}.{chosen}"] = "1"
            yield line.strip(), chosen, its


def _tell(one: Control, filled: Filled, line: str, its: Filled) -> None:
    """Let the complaint about a line stand at its question, with what was typed."""
    filled.problems += [
        replace(problem, control=one.name, zh=f"“{line}”：{problem.zh}", en=f"“{line}”: {problem.en}")
        for problem in its.problems
    ]
    filled.notes += its.notes


def _list(one: Control, filled: Filled, its: Filled) -> None:
    """Add what a line found to what stands to be ticked."""
    before = filled.candidates.get(one.name, [])
    filled.candidates[one.name] = list(
        dict.fromkeys([*before, *(key for some in its.candidates.values() for key in some)])
    )
    if its.more:
        filled.more.add(one.name)


_DATED: Mapping[str, Callable[[Control, Filled, date], str]] = {"date": day_said, "moment": _moment, "month": _month}
"""The kinds of questions that ask for a day or a month; a complaint shows how today is written."""
_SAID: Mapping[str, Callable[[Control, Filled], Any]] = {
    "quantities": _quantities,
    "several": _several,
    "texts": _texts,
    "answers": _answers,
    "evidence": picked,
}
"""The kinds of questions whose inputs alone say what they stand for."""


# -- lines of records ------------------------------------------------------------------------------------


def shown_rows(one: Control, filled: Filled) -> int:
    """How many lines of a list are shown: as many as were, or as hold something, and some to begin with."""
    said = filled.texts.get(f"{one.name}.rows", "")
    asked = int(said) if said.isdigit() and len(said) < 5 else ROWS_FIRST
    numbers = [key.split(".")[0] for key, text in filled.under(one.name).items() if text]
    return max([asked, *(int(number) + 1 for number in numbers if number.isdigit() and len(number) < 6)])


def _rows(one: Control, filled: Filled, picker: Chooser) -> list[dict[str, Any]]:
    """The lines that hold something; each complaint stands at its own input."""
    found: list[dict[str, Any]] = []
    lines = filled.lines[one.name] = []
    for number in range(shown_rows(one, filled)):
        its = one.row(number)
        if not any(filled.texts.get(part, "").strip() for row in its for part in row.parts):
            continue
        line = Line(f"{one.name}.{number}", "rows.line", number + 1)
        said = {declared.name: said_of(row, filled, picker) for declared, row in zip(one.fields, its, strict=True)}
        for declared, row in zip(one.fields, its, strict=True):
            if declared.required and not said[declared.name] and not filled.problem(row.name):
                of, of_en = line.called(about(one, said, picker))
                filled.complain(
                    row.name, "rows.missing", line=of, line_en=of_en, what=row.label[0], what_en=row.label[1]
                )
        lines.append(line)
        found.append({key: value for key, value in said.items() if value})
    return [*found, *_pasted(one, filled, picker)] if one.pasted else found


def _pasted(one: Control, filled: Filled, picker: Chooser) -> list[dict[str, Any]]:
    """Lines that were pasted: whom, and how much in yuan; one that is not understood is told by its number."""
    who = next(field for field in one.fields if field.kind == "pick")
    money = next(field for field in one.fields if field.kind == "money")
    found, part = [], f"{one.name}.pasted"
    for number, line in enumerate(filled.texts.get(part, "").splitlines(), 1):
        if not line.strip():
            continue
        read = PASTED.fullmatch(readable.plain(line[:LINE_MAX]))
        if read is None:
            filled.complain(part, "rows.pasted_wrong", n=str(number))
            continue
        aside, asked = Filled({}), Control("line", "pick", who.label, ref=who.ref)
        chosen = picker.choose(asked, read[1] if STREAM.fullmatch(read[1]) else "", read[1], aside)
        if chosen is None:
            many = bool(aside.candidates.get("line"))
            filled.complain(part, "rows.pasted_many" if many else "rows.pasted_unknown", n=str(number))
        else:
            filled.lines[one.name].append(Line(part, "rows.pasted_line", number))
            found.append({who.name: chosen, money.name: read[2]})
    return found


def more_of(texts: dict[str, str], one: Control) -> dict[str, str]:
    """The same form with more empty lines; or with a pass for every item of a checklist that has no result."""
    if one.kind == "answers":
        return texts | {part: "pass" for part in one.parts if not texts.get(part)}
    return texts | {f"{one.name}.rows": str(shown_rows(one, Filled(texts)) + MORE_ROWS)}


# -- from values to texts ------------------------------------------------------------------------------


def texts_of(one: Control, value: Any) -> dict[str, str]:
    """The texts with which a control shows a value."""
    if value is None:
        return {}
    if one.kind in ("several", "picks", "evidence"):
        main = {f"{one.name}.main": value[0]} if one.ordered and value else {}
        return {f"{one.name}.{code}": "1" for code in value} | main
    if one.kind == "texts":
        return {one.name: "\n".join(value)}
    if one.kind == "rows":
        return _row_texts(one, value)
    if one.kind == "answers":
        return answer_texts(one.name, value)
    if one.kind == "quantities":
        return {f"{one.name}.{key}": plain_decimal(number) for key, number in value.items()}
    return _single_texts(one, value)


def _single_texts(one: Control, value: Any) -> dict[str, str]:
    if one.kind == "moment":
        value = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        at = value.astimezone(CHINA)
        return dict(zip(one.parts, (str(at.year), str(at.month), str(at.day), readable.time_of_day(at)), strict=True))
    if isinstance(value, date) or one.kind == "date":
        on = value if isinstance(value, date) else date.fromisoformat(str(value))
        return dict(zip(one.parts, (str(on.year), str(on.month), str(on.day)), strict=True))
    if one.kind == "month":
        year, _, index = str(value).partition("-")
        return dict(zip(one.parts, (year, str(int(index))), strict=True))
    if one.kind == "money":
        return {one.name: yuan(value)}
    return {one.name: ("true" if value else "false") if isinstance(value, bool) else str(value)}


def _row_texts(one: Control, records: Iterable[Any]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for number, record in enumerate(records):
        said: Mapping[str, Any] = asdict(record) if is_dataclass(record) and not isinstance(record, type) else record
        for declared, row in zip(one.fields, one.row(number), strict=True):
            texts |= texts_of(row, said.get(declared.name))
    return texts


def answer_texts(name: str, answers: Iterable[Any]) -> dict[str, str]:
    """The texts of answers to items of a checklist."""
    texts = {}
    for answer in answers:
        said = {"result": answer.result, "note": answer.note or "", "photos": " ".join(answer.photos)}
        texts |= {f"{name}.{answer.item}.{key}": text for key, text in said.items() if text}
    return texts


def plain(value: Any) -> Any:
    """A typed value as the arguments of a correction carry it: texts, numbers, lists and names."""
    if is_dataclass(value) and not isinstance(value, type):
        return {key: plain(its) for key, its in asdict(value).items() if its not in (None, ())}
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def plain_decimal(value: Any) -> str:
    """A decimal without exponent or trailing zeros."""
    text = f"{Decimal(str(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
