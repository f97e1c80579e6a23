"""A new event type touches one source file: catalogue, schema and command line follow from the declaration."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.house.tree import PACKAGES, ROOT, tracked

TOUCHED = "domain/facilities.py"
NEW_EVENT = '''
    class LanternHung(Event):
        """Hang lanterns at the gate; made up by a house test."""

        topic = "facility.lantern_hung"
        label = "悬挂灯笼"
        command = "facility.hang_lantern"
        by = REGULATORS
        checks = (STANDING,)
        sentence = ("悬挂灯笼 {lanterns} 盏", "{lanterns} lanterns hung")
        lanterns: Annotated[int, Field("灯笼", unit="盏", minimum=1)]
'''
FACILITY = {
    "kind": "elderly_care_home",
    "name": "试验养老院",
    "site_no": "01",
    "region": "330106",
    "address": "试验路 1 号",
    "operator": "public",
    "opened_on": "2024-01-01",
}


def add_the_event(file: Path) -> None:
    """Insert the event at the end of the class Facility, as its author would."""
    text = file.read_text(encoding="utf-8")
    (facility,) = [n for n in ast.parse(text).body if isinstance(n, ast.ClassDef) and n.name == "Facility"]
    lines = text.splitlines(keepends=True)
    lines.insert(facility.end_lineno or len(lines), NEW_EVENT)
    file.write_text("".join(lines), encoding="utf-8")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the product with one more event, and nothing else changed."""
    copy = tmp_path_factory.mktemp("tree")
    for name in tracked():
        if name.split("/", 1)[0] in PACKAGES:
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy / name)
    add_the_event(copy / TOUCHED)
    return copy


def shouwang(tree: Path, *words: str, said: str = "") -> str:
    """What the command line of the copy prints."""
    result = subprocess.run(
        [sys.executable, "-B", "-m", "infra.cli", *words],
        cwd=tree,
        input=said,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def command(number: int, name: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """One line of a submission, on the first day of March."""
    id_of_line = f"00000000-0000-4000-8000-{number:012}"
    return {"command": name, "id": id_of_line, "args": args, "occurred_on": "2024-03-01"}


def test_only_one_source_file_differs(tree: Path) -> None:
    """The number of source files that a new event type touches is one."""
    copied = [name for name in tracked() if name.split("/", 1)[0] in PACKAGES]
    changed = [name for name in copied if (tree / name).read_bytes() != (ROOT / name).read_bytes()]

    assert changed == [TOUCHED]


def test_the_catalogue_shows_the_new_event(tree: Path) -> None:
    """`catalogue --format json` lists the event and the command with its schema, posts and unit."""
    shown = json.loads(shouwang(tree, "catalogue", "--format", "json"))
    (event,) = [e for e in shown["events"] if e["topic"] == "facility.lantern_hung"]
    (hang,) = [c for c in shown["commands"] if c["name"] == "facility.hang_lantern"]
    fields = {field["name"]: field for field in hang["fields"]}

    assert [field["name"] for field in event["fields"]] == ["lanterns"]
    assert (hang["label_zh"], hang["posts"], hang["events"]) == ("悬挂灯笼", ["regulator"], ["facility.lantern_hung"])
    assert list(fields) == ["facility", "lanterns"]
    assert (fields["lanterns"]["type"], fields["lanterns"]["unit"]) == ("integer", "盏")
    assert (fields["lanterns"]["required"], fields["lanterns"]["label_zh"]) == (True, "灯笼")


def test_a_submission_records_the_new_event(tree: Path, tmp_path: Path) -> None:
    """`submit` validates, decides and records the new command, and the timeline tells it in both languages."""
    register = command(1, "facility.register", FACILITY)
    hang = command(2, "facility.hang_lantern", {"facility": {"$ref": register["id"]}, "lanterns": 3})
    lines = "\n".join(json.dumps(line, ensure_ascii=False) for line in (register, hang))

    out = shouwang(tree, "submit", "-", "--data", str(tmp_path / "data"), said=lines)
    receipts = [json.loads(line) for line in out.splitlines()]
    assert [receipt["status"] for receipt in receipts] == ["recorded", "recorded"]

    stream = receipts[1]["stream"]
    told = json.loads(shouwang(tree, "timeline", stream, "--format", "json", "--data", str(tmp_path / "data")))
    assert told[-1]["topic"] == "facility.lantern_hung"
    assert (told[-1]["sentence_zh"], told[-1]["sentence_en"]) == ("悬挂灯笼 3 盏", "3 lanterns hung")


def test_the_schema_refuses_what_the_declaration_excludes(tree: Path, tmp_path: Path) -> None:
    """The schema of the new command is read off its annotations: no lanterns is too few."""
    register = command(1, "facility.register", FACILITY)
    hang = command(2, "facility.hang_lantern", {"facility": {"$ref": register["id"]}, "lanterns": 0})
    file = tmp_path / "lines.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in (register, hang)), encoding="utf-8")

    result = subprocess.run(
        [sys.executable, "-B", "-m", "infra.cli", "submit", file, "--data", tmp_path / "data"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    refused = json.loads(result.stdout.splitlines()[1])

    assert (result.returncode, refused["status"]) == (1, "refused")
    assert (refused["error"]["rule"], refused["error"]["field"]) == ("field.invalid", "lanterns")
