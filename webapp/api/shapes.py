"""The shapes of the answers as JSON Schema: those of the command line, and what the API adds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from webapp.api.problems import STATUS

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
ANY: Schema = {}
DAY: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"type": "string"}
"""A day, or a moment with its offset."""
DIGEST: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
AMOUNT: Schema = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]*[1-9])?$"}


def ref(name: str) -> Schema:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def maybe(schema: Schema) -> Schema:
    """What may be null."""
    return {"anyOf": [schema, {"type": "null"}]}


def many(schema: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": schema}


def structure(properties: Mapping[str, Schema], optional: Collection[str] = (), *, closed: bool = True) -> Schema:
    """An object with these properties, all of them unless optional, and no others unless it is open."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in optional],
        **({"additionalProperties": False} if closed else {}),
    }


def record(optional: Collection[str] = (), /, **properties: Schema) -> Schema:
    """A closed object with these properties; a trailing `_` of a name is dropped."""
    return structure({name.rstrip("_"): schema for name, schema in properties.items()}, optional)


SENTENCES = {"sentence_zh": TEXT, "sentence_en": TEXT}
LINE = {
    "position": INTEGER,
    "stream": TEXT,
    "version": INTEGER,
    "topic": TEXT,
    "recorded_at": maybe(MOMENT),
    "actor": TEXT,
    "node": maybe(TEXT),
    **SENTENCES,
    "occurred_at": MOMENT,
    "withdrawn_by": maybe(INTEGER),
}
MEMBER = record(member=TEXT, label=TEXT, amount=AMOUNT, positions=many(INTEGER))
TRACED = record(
    position=INTEGER,
    topic=TEXT,
    stream=TEXT,
    version=INTEGER,
    facility=maybe(TEXT),
    occurred_on=DAY,
    recorded_at=maybe(MOMENT),
    actor=TEXT,
    node=maybe(TEXT),
    **SENTENCES,
    amount=AMOUNT,
)
CHANGE = record(position=INTEGER, topic=TEXT, effect=AMOUNT, reason=maybe(TEXT), **SENTENCES)
ERROR = record(rule=TEXT, field=maybe(TEXT), message_zh=TEXT, message_en=TEXT, remedy_zh=TEXT, remedy_en=TEXT)
RESULT = record(
    line=INTEGER,
    id=maybe(TEXT),
    command=maybe(TEXT),
    status={"enum": ["recorded", "duplicate", "refused"]},
    stream=maybe(TEXT),
    positions=many(INTEGER),
    breaches=many(record(rule=TEXT, message_zh=TEXT, message_en=TEXT)),
    error=maybe(ERROR),
)
EVENT = record(
    position=INTEGER,
    stream=TEXT,
    version=INTEGER,
    topic=TEXT,
    occurred_on=DAY,
    occurred_at=maybe(MOMENT),
    recorded_at=maybe(MOMENT),
    command_id=TEXT,
    command=TEXT,
    node=maybe(TEXT),
    actor=TEXT,
    post=TEXT,
    source=TEXT,
    file=maybe(record(fingerprint=TEXT, line=INTEGER)),
    facility=maybe(TEXT),
    region=maybe(TEXT),
    reason=maybe(TEXT),
    corrects=maybe(INTEGER),
    data={"type": "object"},
    **SENTENCES,
)
COLUMN = record(key=TEXT, label_zh=TEXT, label_en=TEXT, unit=maybe(TEXT))
STATE = record(
    stream=TEXT,
    facility=TEXT,
    at=MOMENT,
    known_at=INTEGER,
    present=many(record(person=TEXT, stay=TEXT, bed=maybe(TEXT), since=DAY, status=TEXT)),
    occupancy=record(present=INTEGER, licensed=maybe(INTEGER)),
    staff_on_duty=many(record(shift=TEXT, role=TEXT, since=MOMENT, until=MOMENT)),
    open_hazards=many(
        record(stream=TEXT, grade=TEXT, found_on=DAY, deadline=maybe(DAY), subject=maybe(TEXT), status=TEXT)
    ),
    last_inspections=many(record(stream=TEXT, kind=TEXT, concluded_on=DAY, score=ANY)),
    overdue_duties=many(record(rule=TEXT, due_at=MOMENT, subject=TEXT)),
    reports_made=many(record(to=TEXT, at=MOMENT, on_time={"type": "boolean"})),
    read_by=many(record(login=TEXT, post=TEXT, at=MOMENT, entries=INTEGER)),
    events_until_now=many(record(**LINE, at=MOMENT)),
)
HEAD = record(size=INTEGER, root=DIGEST, signed_at=MOMENT, witnesses=many(record(name=TEXT, at=MOMENT)), note=TEXT)
PROOF = record(
    key=TEXT,
    position=INTEGER,
    recorded_at=INTEGER,
    public=maybe(TEXT),
    public_sha256=DIGEST,
    sealed_sha256=DIGEST,
    leaf=DIGEST,
    path=many(DIGEST),
    head=ref("Head"),
)
PROBLEM = record(
    ("rule", "field", "result"),
    type={"enum": [f"/api#problem-{kind}" for kind in STATUS]},
    title=TEXT,
    status=INTEGER,
    detail=TEXT,
    instance=TEXT,
    title_zh=TEXT,
    title_en=TEXT,
    detail_zh=TEXT,
    detail_en=TEXT,
    rule=TEXT,
    field=maybe(TEXT),
    result=ref("Result"),
)

SHAPES: Mapping[str, Schema] = {
    "Figures": many(ref("Figure")),
    "Figure": record(
        key=ref("FigureKey"),
        name_zh=TEXT,
        name_en=TEXT,
        unit=TEXT,
        value=maybe(AMOUNT),
        region=maybe(TEXT),
        facility=maybe(TEXT),
        from_=maybe(DAY),
        to=DAY,
        as_of=DAY,
        known_at=INTEGER,
        position=INTEGER,
        by={"type": "object", "additionalProperties": maybe(AMOUNT)},
    ),
    "Trace": record(
        ("parts",),
        key=ref("FigureKey"),
        value=maybe(AMOUNT),
        members=many(MEMBER),
        events=many(TRACED),
        parts=many(ref("Trace")),
    ),
    "Why": record(
        ("parts",),
        key=ref("FigureKey"),
        from_position=INTEGER,
        to_position=INTEGER,
        before=maybe(AMOUNT),
        after=maybe(AMOUNT),
        changes=many(CHANGE),
        parts=many(ref("Why")),
    ),
    "Timeline": many(record(**LINE)),
    "Replay": {"anyOf": [ref("State"), ref("Boundaries")]},
    "State": STATE,
    "Boundaries": many(record(**LINE, at=MOMENT)),
    "Events": record(events=many(EVENT), after=INTEGER, head=INTEGER, next=TEXT),
    "HeadPage": record(node=TEXT, key=TEXT, heads=many(ref("Head")), after=INTEGER, next=TEXT),
    "Head": HEAD,
    "Proof": PROOF,
    "Result": RESULT,
    "Results": many(ref("Result")),
    "Receipts": {"oneOf": [ref("Result"), ref("Results")]},
    "Problem": PROBLEM,
    "Column": COLUMN,
    "Catalogue": record(
        commands=many(structure({"name": TEXT, "fields": many({"type": "object"}), "posts": many(TEXT)}, closed=False)),
        events=many(structure({"topic": TEXT, "fields": many({"type": "object"})}, closed=False)),
        figures=many(structure({"key": TEXT, "unit": TEXT, "dimensions": many(TEXT)}, closed=False)),
        sheets=many(record(name=TEXT, columns=many(ref("Column")))),
    ),
}
"""The answers by name, but for those that follow from the catalogue (`openapi.py`)."""
