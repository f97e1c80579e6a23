"""A program that uses the API with a token, and a reader of the schemas that the API declares."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from flask.testing import FlaskClient

from tests.webapp.scene import Scene
from webapp.app import create_app

ROOT = "/api/v1"
KEPT = 8
"""So many tokens of an account may be in use at a time in one test."""
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
}


class Program:
    """One program with the token of an account; every error that it is answered must be a problem."""

    def __init__(self, client: FlaskClient, token: str | None, language: str = "zh") -> None:
        self.client, self.token, self.language = client, token, language

    def send(self, method: str, path: str, **more: Any) -> Any:
        """The response to a request."""
        headers = {"Accept-Language": self.language, **more.pop("headers", {})}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        answer = self.client.open(ROOT + path, method=method, headers=headers, **more)
        if answer.status_code >= 400:
            told = answer.get_json(force=True)
            assert answer.mimetype == "application/problem+json", answer.text
            assert told["status"] == answer.status_code
            assert all(told[name] for name in ("type", "title", "detail", "title_zh", "detail_en")), told
        assert "Set-Cookie" not in answer.headers
        return answer

    def get(self, path: str, status: int = 200, **said: Any) -> Any:
        """What a question is answered."""
        answer = self.send("GET", path, query_string=said)
        assert answer.status_code == status, answer.text[:800]
        return answer.get_json(force=True)

    def post(self, body: Any, status: int | None = None) -> Any:
        """What commands are answered."""
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = self.send("POST", "/commands", data=text, content_type="application/json")
        assert status in (None, answer.status_code), answer.text[:800]
        return answer.get_json(force=True)


def program(scene: Scene, login: str | None, *, app: Any = None, **more: Any) -> Program:
    """A program of an account, with a token of its own; without an account it has none."""
    client = (app or create_app(scene.services)).test_client()
    if login is None:
        return Program(client, None, **more)
    tokens = scene.services.api_tokens
    for old in tokens.of(login)[KEPT:]:
        tokens.revoke(old.id)
    return Program(client, tokens.make(login, uuid.uuid4().hex, 30), **more)


# -- schemas -------------------------------------------------------------------------------------------


def misfits(schema: Mapping[str, Any], value: Any, document: Mapping[str, Any], at: str = "") -> Iterator[str]:
    """Where a value is not what a schema says; of JSON Schema so much as the API uses."""
    if isinstance(schema.get("$ref"), str):
        yield from misfits(resolved(schema["$ref"], document), value, document, at)
    yield from _single(schema, value, at)
    yield from _one_of(schema, value, document, at)
    if isinstance(value, dict):
        yield from _members(schema, value, document, at)
    if isinstance(value, list) and "items" in schema:
        for index, one in enumerate(value):
            yield from misfits(schema["items"], one, document, f"{at}[{index}]")


def _single(schema: Mapping[str, Any], value: Any, at: str) -> Iterator[str]:
    if value != schema.get("const", value):
        yield f"{at}: {value!r} is not {schema['const']!r}"
    if value not in schema.get("enum", [value]):
        yield f"{at}: {value!r} is none of the listed"
    if "type" in schema and not is_of(schema["type"], value):
        yield f"{at}: {str(value)[:40]!r} is not of type {schema['type']}"
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield f"{at}: {value!r} does not match {schema['pattern']}"


def _one_of(schema: Mapping[str, Any], value: Any, document: Mapping[str, Any], at: str) -> Iterator[str]:
    for word, most in (("anyOf", len(schema.get("anyOf", ()))), ("oneOf", 1)):
        found = [list(misfits(one, value, document, at)) for one in schema.get(word, ())]
        if found and not 1 <= sum(not one for one in found) <= most:
            yield from min((one for one in found if one), key=len, default=[f"{at}: {word}"])


def _members(schema: Mapping[str, Any], value: Any, document: Mapping[str, Any], at: str) -> Iterator[str]:
    known, more = schema.get("properties", {}), schema.get("additionalProperties", True)
    yield from (f"{at}.{name}: missing" for name in schema.get("required", ()) if name not in value)
    for name, one in value.items():
        if name in known:
            yield from misfits(known[name], one, document, f"{at}.{name}")
        elif more is False:
            yield f"{at}.{name}: not declared"
        elif isinstance(more, dict):
            yield from misfits(more, one, document, f"{at}.{name}")
        if "propertyNames" in schema:
            yield from misfits(schema["propertyNames"], name, document, f"{at}.{name}")


def is_of(types: Any, value: Any) -> bool:
    """Whether a value is of a JSON type, or of one of several."""
    if isinstance(types, list):
        return any(is_of(one, value) for one in types)
    if types in ("integer", "number"):
        return isinstance(value, int if types == "integer" else (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[types])


def resolved(ref: str, document: Any) -> Any:
    """What a reference within a document points to. Raises KeyError where there is nothing."""
    for part in ref.removeprefix("#/").split("/"):
        document = document[part]
    return document
