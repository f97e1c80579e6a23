"""The OpenAPI description: whole, true to the routes, the catalogue and what is really answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from domain.catalogue import commands, sheets
from tests.webapp.program import misfits, program, resolved
from tests.webapp.scene import Scene
from webapp.app import create_app


@pytest.fixture(scope="module")
def document(town: Scene) -> dict[str, Any]:
    """The description as anybody may read it."""
    return program(town, None).get("/openapi.json")


def references(part: Any) -> Iterator[str]:
    """Every reference in a document; a property that is called like one is none."""
    if isinstance(part, dict):
        yield from ([part["$ref"]] if isinstance(part.get("$ref"), str) else [])
        yield from (ref for one in part.values() for ref in references(one))
    elif isinstance(part, list):
        yield from (ref for one in part for ref in references(one))


def test_every_reference_leads_somewhere(document) -> None:
    """And every schema but the root ones is referred to."""
    found = set(references(document)) | set(
        document["components"]["schemas"]["Command"]["discriminator"]["mapping"].values()
    )

    assert [ref for ref in found if not isinstance(resolved(ref, document), dict)] == []
    with pytest.raises(KeyError):
        resolved("#/components/schemas/NoSuch", document)


def test_the_description_and_the_routes_are_the_same(document, town: Scene) -> None:
    """Every route of the API is described with its parameters, and nothing else is."""
    rules = [rule for rule in create_app(town.services).url_map.iter_rules() if rule.endpoint.startswith("api.")]
    routes = {
        (method, re.sub(r"<(\w+)>", r"{\1}", rule.rule))
        for rule in rules
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    described = {(method.upper(), path) for path, its in document["paths"].items() for method in its}

    assert described == routes
    for path, its in document["paths"].items():
        for one in its.values():
            named = {parameter["name"] for parameter in one["parameters"] if parameter["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))
            assert {"200", "401", "403", "429"} <= one["responses"].keys() or one["security"] == []


def test_the_description_follows_the_catalogue(document, town: Scene) -> None:
    """Every command with its fields, every figure, every sheet with its columns."""
    schemas = document["components"]["schemas"]

    assert document["openapi"] == "3.1.0"
    assert schemas["FigureKey"]["enum"] == list(town.services.reference.figures)
    assert schemas["SheetName"]["enum"] == list(sheets())
    for name, command in commands().items():
        its = schemas[f"command.{name}"]["properties"]
        assert its["command"] == {"const": name}
        assert its["args"]["properties"].keys() == {n for n, (_, spec, _) in command.fields.items() if not spec.filled}
    for name, columns in sheets().items():
        row = schemas[f"sheet.{name}"]["properties"]["rows"]["items"]["properties"]
        assert row.keys() == {"stream", "facility", *columns}


@pytest.mark.parametrize("login", ["nyingchi.regulator", "fushou.manager", "auditor"])
def test_what_is_answered_fits_what_is_described(document, busy_town: Scene, login) -> None:
    """Real answers of every operation to accounts of three kinds, problems too."""
    asks, streams = program(busy_town, login), busy_town.streams
    figures = list(busy_town.services.reference.figures)
    calls = [("/figures", {"key": figures[n : n + 100]}) for n in range(0, len(figures), 100)]
    calls += [("/figures", {"key": "stay.present", "by": "kind"}), ("/events", {"limit": 1000}), ("/catalogue", {})]
    for key in ("stay.present", "facility.occupancy", "stay.persons", "fund.paid", "rescue.received"):
        calls += [(f"/figures/{key}/trace", {}), (f"/figures/{key}/why", {"between": "0,30"})]
    calls += [(f"/sheets/{name}", {"limit": 3}) for name in (*sheets(), "none")]
    for name in ("fushou", "zhang", "zhang stay", "fire", "visit"):
        stream = streams[name]
        calls += [
            (f"/timeline/{stream}", {}),
            (f"/replay/{stream}", {}),
            (f"/replay/{stream}", {"at": "2026-11-20T10:00"}),
        ]
    calls += [("/heads", {}), ("/proofs/1", {}), ("/proofs/0", {}), ("/proofs/x", {})]
    calls += [("/figures", {"key": "none"}), ("/figures", {"key": "stay.present", "region": "110000"})]

    for path, said in calls:
        answer = asks.send("GET", path, query_string=said)
        described = next(its["get"] for shape, its in document["paths"].items() if fits(shape, path))
        content = described["responses"][str(answer.status_code)]["content"][answer.mimetype]
        assert list(misfits(content["schema"], answer.get_json(), document, path)) == []


def fits(shape: str, path: str) -> bool:
    """Whether a path is one of a described shape."""
    return re.fullmatch(re.sub(r"{\w+}", "[^/]+", shape), f"/api/v1{path}") is not None


def test_commands_and_their_results_fit_what_is_described(document, fresh: Scene) -> None:
    """A recorded, a repeated and a refused one, alone and in a batch."""
    args = {"type": "hotline", "quantities": {"consultations": 3}, "region": "540402"}
    good = {"command": "activity.log", "id": "a", "occurred_on": "2026-11-01", "args": args}
    bad = {**good, "id": "b", "args": {**args, "type": "none"}}
    asks, described = program(fresh, "nyingchi.regulator"), document["paths"]["/api/v1/commands"]["post"]
    body = described["requestBody"]["content"]["application/json"]["schema"]

    assert list(misfits(body, good, document)) == list(misfits(body, [good, good], document)) == []
    assert list(misfits(body, bad, document))
    for sent, status in ((good, 201), (good, 200), (bad, 422), ([good, bad], 200)):
        answer = asks.send("POST", "/commands", json=sent)
        assert answer.status_code == status
        declared = described["responses"][str(status)]["content"][answer.mimetype]["schema"]
        assert list(misfits(declared, answer.get_json(), document)) == []


def test_commands_that_were_recorded_would_fit_the_description(document, busy_town: Scene) -> None:
    """Every command that a description calls wrong is one that the desk refuses, and the other way about for these."""
    schema = {"$ref": "#/components/schemas/Command"}
    line = {"command": "stay.admit", "id": "x", "occurred_on": "2026-11-01"}
    args = {"person": busy_town.streams["zhang"], "facility": {"$ref": "h"}, "category": "destitute", "bed": None}

    assert list(misfits(schema, {**line, "args": args}, document)) == []
    for wrong in ({"category": "castle"}, {"facility": 7}, {"colour": "red"}, {"person": {"$ref": 7}}):
        assert list(misfits(schema, {**line, "args": {**args, **wrong}}, document))
    assert list(misfits(schema, {**line, "args": {"category": "destitute"}}, document))
    assert list(misfits(schema, {**line, "command": "stay.fly", "args": {}}, document))


@pytest.mark.parametrize(
    ("schema", "good", "wrong"),
    [
        ({"type": "integer"}, 3, True),
        ({"type": ["number", "string"]}, 2.5, None),
        ({"const": "a"}, "a", "b"),
        ({"enum": ["a", "b"]}, "b", "c"),
        ({"type": "string", "pattern": "^a+$"}, "aa", "ab"),
        ({"type": "array", "items": {"type": "string"}}, ["a"], [1]),
        ({"type": "object", "required": ["a"]}, {"a": 1}, {}),
        ({"type": "object", "properties": {"a": {}}, "additionalProperties": False}, {"a": 1}, {"b": 1}),
        ({"additionalProperties": {"type": "null"}}, {"a": None}, {"a": 1}),
        ({"propertyNames": {"enum": ["a"]}}, {"a": None}, {"b": None}),
        ({"oneOf": [{"type": "string"}, {"enum": ["a"]}]}, "b", "a"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, None, 1),
        ({"$ref": "#/x"}, "a", 1),
    ],
)
def test_the_reader_of_schemas_knows_what_does_not_fit(schema, good, wrong) -> None:
    """It accepts the one and complains about the other."""
    document = {"x": {"type": "string"}}

    assert list(misfits(schema, good, document)) == []
    assert list(misfits(schema, wrong, document))
