"""Files with which a node is deployed: what they start exists, what they set is a setting, and nothing runs as root."""

from __future__ import annotations

import json
import re
from configparser import ConfigParser
from dataclasses import fields
from pathlib import Path

import pytest

from infra.settings import PREFIX, Settings
from infra.usage import parser
from tests.house.test_documents import SETTING
from tests.house.tree import ROOT

FOLDER = ROOT / "infra" / "deployment"
UNITS = sorted(FOLDER.glob("*.service"))
PROCESSES = {
    "web": ["serve", "--pages-only"],
    "runner": ["run-projections"],
    "relay": ["relay"],
    "intake": ["intake"],
}
"""The processes of a node, as every way of deployment starts them."""
HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "User": "shouwang",
    "Restart": "on-failure",
    "EnvironmentFile": "/etc/shouwang/env",
}


def unit(file: Path) -> ConfigParser:
    """A file of systemd."""
    read = ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    read.optionxform = str  # type: ignore[assignment,method-assign]  names of systemd have capitals
    read.read_string(file.read_text(encoding="utf-8"))
    return read


def composed() -> dict[str, list[str]]:
    """Process of this product -> its words, as compose.yaml starts it."""
    text = (FOLDER / "compose.yaml").read_text(encoding="utf-8")
    parts = re.split(r"^  (\w+):\n", text.split("\nservices:\n", 1)[1].split("\nvolumes:\n", 1)[0], flags=re.MULTILINE)
    services = dict(zip(parts[1::2], parts[2::2], strict=True))
    ours = {name: body for name, body in services.items() if "<<: *node" in body}
    return {
        name: json.loads(re.search(r"^    command: (\[.*\])$", body, re.MULTILINE)[1]) for name, body in ours.items()
    }  # type: ignore[index]


def test_every_way_of_deployment_starts_the_same_processes() -> None:
    """Compose and systemd: pages, runner, relay, intake, each with the same words."""
    by_systemd = {one.stem.removeprefix("shouwang-"): unit(one)["Service"]["ExecStart"].split()[1:] for one in UNITS}

    assert composed() == PROCESSES
    assert by_systemd == PROCESSES


@pytest.mark.parametrize("words", PROCESSES.values(), ids=PROCESSES)
def test_what_is_started_is_a_command_of_the_program(words: list[str]) -> None:
    """`shouwang` understands every word."""
    assert parser().parse_args(words).command == words[0]


def test_what_is_set_is_a_setting() -> None:
    """Every SHOUWANG_ name is read by the program, or is the password that compose puts into one."""
    known = {PREFIX + field.name.upper() for field in fields(Settings)} | {"SHOUWANG_LOG", "SHOUWANG_DB_PASSWORD"}
    named = {
        name
        for file in FOLDER.iterdir()
        if file.is_file()
        for name in SETTING.findall(file.read_text(encoding="utf-8"))
    }

    assert named - known == set()
    assert {"SHOUWANG_NODE", "SHOUWANG_DATABASE_URL", "SHOUWANG_KAFKA", "SHOUWANG_LOG"} <= named


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.stem)
def test_every_unit_is_hardened_and_stops_in_time(file: Path) -> None:
    """No root, nothing writable but its own directory, restarted when it fails, and given time to finish."""
    said = unit(file)

    assert {name: said["Service"].get(name) for name in HARDENED} == HARDENED
    assert int(said["Service"]["TimeoutStopSec"]) >= 20
    assert said["Unit"]["PartOf"] == said["Install"]["WantedBy"] == "shouwang.target"


def test_the_target_brings_every_unit() -> None:
    """None is forgotten."""
    wanted = unit(FOLDER / "shouwang.target")["Unit"]["Wants"].split()

    assert sorted(wanted) == [file.name for file in UNITS]


def test_the_image_installs_by_hash_and_runs_without_root() -> None:
    """Hash-locked, from no address of its own, as an account of its own; what it copies is there."""
    said = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
    copied = [word for line in re.findall(r"^COPY (?!--from)(.*) \S+$", said, re.MULTILINE) for word in line.split()]

    assert "--require-hashes" in said
    assert not re.search(r"--(extra-)?index-url|https?://", said)
    assert re.search(r"^USER shouwang$", said, re.MULTILINE)
    assert [name for name in copied if not (ROOT / name).exists()] == []
