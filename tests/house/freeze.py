"""Freeze what was added to the catalogue: `.venv/bin/python -m tests.house.freeze`, then read the diff.

It appends new topics, with the texts that they say in public, to `topics.txt`, and writes the golden payload of
every new topic and of every new version of one. What is frozen already it never changes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from adapters.codec import Codec
from domain.aggregates import events
from domain.model import Event
from tests.house.specimens import event_of, public_texts
from tests.house.tree import ROOT

COMMAND = ".venv/bin/python -m tests.house.freeze"
TOPICS = ROOT / "tests/house/topics.txt"
GOLDEN = ROOT / "tests/golden"


def frozen() -> dict[str, list[str]]:
    """Topic -> the free texts that its events say in public."""
    if not TOPICS.exists():
        return {}
    lines = (line.partition(":") for line in TOPICS.read_text(encoding="utf-8").splitlines() if line)
    return {topic: said.split() for topic, _, said in lines}


def golden(topic: str) -> Path:
    """The file with a payload of every version of a topic."""
    return GOLDEN / f"{topic}.json"


def kept(topic: str) -> list[dict[str, Any]]:
    """The golden payloads of a topic, oldest version first."""
    path = golden(topic)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def payload_of(event: type[Event]) -> dict[str, Any]:
    """The version that is written today, as it stands on disk."""
    public, sealed = Codec(event).write(event_of(event))
    return {
        "class_version": event.class_version,
        "payload": json.loads(public),
        "sealed": json.loads(sealed) if sealed else None,
    }


def freeze_topics() -> None:
    """Append what is not listed yet; a new public text of a listed topic joins its line."""
    lines = frozen()
    for topic, event in events().items():
        lines[topic] = list(dict.fromkeys([*lines.get(topic, []), *public_texts(event)]))
    written = (f"{topic}: {' '.join(said)}".rstrip(" ") + "\n" for topic, said in lines.items())
    TOPICS.write_text("".join(written), encoding="utf-8")


def freeze_payloads() -> None:
    """Write the payload of every topic, or of every version of it, that has none."""
    GOLDEN.mkdir(exist_ok=True)
    for topic, event in events().items():
        payloads = kept(topic)
        if event.class_version not in {p["class_version"] for p in payloads}:
            text = json.dumps([*payloads, payload_of(event)], ensure_ascii=False, indent=2)
            golden(topic).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    freeze_topics()
    freeze_payloads()
