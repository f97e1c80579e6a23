"""The OpenAPI 3.1 description of the API, made from the operations, the shapes and the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response, current_app

from domain.catalogue import Command, commands, label, sheets, type_name
from domain.declared import record_fields, record_of
from domain.model import Field
from domain.reference import Reference
from webapp.access import POSTS, Permission
from webapp.api.operations import NARROWING, OPERATIONS, PREFIX, Operation, operation
from webapp.api.problems import MIMETYPE, as_json
from webapp.api.shapes import SHAPES, TEXT, Schema, many, maybe, record, ref, structure
from webapp.services import services
from webapp.wording import words

VERSION = "1.0"
HELD = "shouwang_description"
"""Where an application keeps the description."""
ID_MAX = 64
TYPES: Mapping[str, Schema] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "decimal": {"type": ["number", "string"]},
    "object": {},
}
"""The types of fields, as the catalogue names them."""
MADE_BEFORE: Schema = {
    "type": "object",
    "description": "What the command with this id made / 该编号的命令所建立的记录",
    "properties": {"$ref": {"type": "string", "maxLength": ID_MAX}},
    "required": ["$ref"],
    "additionalProperties": False,
}
EVERYWHERE = {401: "Problem", 403: "Problem", 429: "Problem", 503: "Problem"}
"""What every operation that asks for a token may answer too."""
PLACE: Schema = {**TYPES["integer"], "minimum": 1}
PATH_PART = re.compile(r"<(\w+)>")


@operation("GET", "/openapi.json", permission=Permission.ANYONE, answers={200: "Description"})
def read_description(said: Mapping[str, Any]) -> Response:
    """This description. It follows from the release alone, so it is made once."""
    held = current_app.extensions
    if HELD not in held:
        held[HELD] = as_json(description(services().reference)).get_data()
    return Response(held[HELD], mimetype="application/json")


def description(reference: Reference) -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, Any] = {}
    for one in OPERATIONS:
        paths.setdefault(PREFIX + PATH_PART.sub(r"{\1}", one.path), {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": both("api.title"),
            "version": VERSION,
            "description": both("api.lead"),
        },
        "externalDocs": {"url": "/api"},
        "paths": paths,
        "components": {
            "schemas": dict(_schemas(reference)),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": both("api.door.text")}},
        },
    }


def both(key: str) -> str:
    """A text in both languages."""
    return " / ".join(words(key))


# -- operations ----------------------------------------------------------------------------------------


def _operation(one: Operation) -> dict[str, Any]:
    open_to_all = one.permission is Permission.ANYONE
    answers = one.answers if open_to_all else {**one.answers, **EVERYWHERE}
    said: dict[str, Any] = {
        "operationId": one.name,
        "summary": " / ".join(one.said),
        "security": [] if open_to_all else [{"token": []}],
        "parameters": list(_parameters(one)),
        "responses": {str(status): _answer(status, name) for status, name in sorted(answers.items())},
    }
    if not open_to_all:
        said["x-posts"] = sorted(POSTS[one.permission])
    if one.body:
        said["requestBody"] = {"required": True, "content": {"application/json": {"schema": ref(one.body)}}}
    return said


def _parameters(one: Operation) -> Iterator[dict[str, Any]]:
    for name in PATH_PART.findall(one.path):
        schema = {"key": ref("FigureKey"), "name": ref("SheetName"), "position": PLACE}.get(name, TEXT)
        yield {"name": name, "in": "path", "required": True, "schema": schema, "description": both(f"api.path.{name}")}
    for name, parameter in one.taken.items():
        schema = many(ref("FigureKey")) if parameter.several else dict(parameter.schema)
        yield {
            "name": name,
            "in": "query",
            "required": parameter.required,
            "schema": schema,
            "description": " / ".join(parameter.said),
            **({"style": "form", "explode": True} if parameter.several else {}),
        }
    if one.narrows:
        yield {
            "name": "where",
            "in": "query",
            "required": False,
            "description": f"{NARROWING}NAME=VALUE: {both(f'api.narrows.{one.narrows}')}",
            "schema": {
                "type": "object",
                "propertyNames": {"pattern": "^where\\."},
                "additionalProperties": {"type": "string"},
            },
            "style": "form",
            "explode": True,
        }


def _answer(status: int, name: str) -> dict[str, Any]:
    kind = MIMETYPE if name == "Problem" else "application/json"
    said: dict[str, Any] = {
        "description": both(f"api.status.{status}"),
        "content": {kind: {"schema": ref(name)}},
    }
    return said


# -- schemas -------------------------------------------------------------------------------------------


def _schemas(reference: Reference) -> Iterator[tuple[str, Schema]]:
    yield from SHAPES.items()
    yield "Description", {"type": "object", "required": ["openapi", "paths", "components"]}
    yield "FigureKey", {"type": "string", "enum": list(reference.figures)}
    yield "SheetName", {"type": "string", "enum": list(sheets())}
    yield "Reference", MADE_BEFORE
    for name, codes in reference.lists.items():
        yield _list(name), {"type": "string", "enum": list(codes)}
    for name, columns in sheets().items():
        yield f"sheet.{name}", _sheet(name, columns)
    yield "Sheet", {"oneOf": [ref(f"sheet.{name}") for name in sheets()]}
    for command in commands().values():
        yield f"command.{command.name}", _command(command, reference)
    mapping = {name: f"#/components/schemas/command.{name}" for name in commands()}
    yield (
        "Command",
        {
            "oneOf": [ref(f"command.{name}") for name in commands()],
            "discriminator": {"propertyName": "command", "mapping": mapping},
        },
    )
    yield "Commands", {"oneOf": [ref("Command"), many(ref("Command"))]}


def _list(name: str) -> str:
    return f"list.{name}"


def _labelled(name: str, spec: Field) -> Schema:
    zh, en = label(name, spec)
    unit = {"x-unit": spec.unit} if spec.unit else {}
    return {"title": f"{zh} / {en}", **unit, **({"x-private": True} if spec.private else {})}


def _sheet(name: str, columns: Mapping[str, Field]) -> Schema:
    cells = {key: _labelled(key, spec) for key, spec in columns.items()}
    row = structure({"stream": TEXT, "facility": maybe(TEXT), **cells})
    return record(
        name={"const": name},
        as_of=TYPES["date"],
        known_at=TYPES["integer"],
        position=TYPES["integer"],
        columns=many(ref("Column")),
        rows=many(row),
        total=maybe(TYPES["integer"]),
        next=maybe(TEXT),
    )


def _command(command: Command, reference: Reference) -> Schema:
    fields = {name: spec for name, spec in command.fields.items() if not spec[1].filled}
    args = {name: _argument(name, *spec, reference) for name, spec in fields.items()}
    optional = tuple(name for name, (_, _, required) in fields.items() if not required)
    said = record(
        ("args", "occurred_on", "occurred_at") if len(optional) == len(fields) else ("occurred_on", "occurred_at"),
        command={"const": command.name},
        id={"type": "string", "minLength": 1, "maxLength": ID_MAX},
        args=structure(args, optional),
        occurred_on=maybe(TYPES["date"]),
        occurred_at=maybe(TYPES["moment"]),
    )
    return {"title": f"{command.zh} / {command.en}", "x-posts": sorted(command.by), **said}


def _argument(name: str, bare: Any, spec: Field, required: bool, reference: Reference) -> Schema:
    schema = _typed(bare, spec, reference)
    return {**(schema if required else maybe(schema)), **_labelled(name, spec)}


def _typed(bare: Any, spec: Field, reference: Reference) -> Schema:
    kind = type_name(bare)
    if kind == "list":
        made = record_of(bare)
        return many(_record(made, reference) if made else _single("text", spec, reference))
    if kind == "quantities":
        keys = {"propertyNames": ref(_list(spec.choices))} if spec.choices else {}
        return {"type": "object", "additionalProperties": TYPES["decimal"], **keys}
    return _single(kind, spec, reference)


def _single(kind: str, spec: Field, reference: Reference) -> Schema:
    if kind != "text":
        low = {"minimum": spec.minimum or 0} if kind == "integer" else {}
        return {**TYPES[kind], **low}
    if spec.choices in reference.lists:
        return ref(_list(spec.choices or ""))
    if spec.ref and spec.ref != "region":
        return {"anyOf": [{"type": "string", "maxLength": ID_MAX}, ref("Reference")]}
    return {
        **TYPES["text"],
        "maxLength": spec.longest,
        **({"pattern": f"^(?:{spec.pattern})$"} if spec.pattern else {}),
    }


def _record(made: type, reference: Reference) -> Schema:
    fields = {name: spec for name, spec in record_fields(made).items() if not spec[1].filled}
    optional = tuple(name for name, (_, _, required) in fields.items() if not required)
    return structure({name: _argument(name, *spec, reference) for name, spec in fields.items()}, optional)
