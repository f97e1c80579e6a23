"""What is installed is locked by hash, and each thing that we chose has a reason and a licence."""

from __future__ import annotations

import re

import pytest

from tests.house.tree import ROOT

LISTS = ("run", "test")
NAME = re.compile(r"[A-Za-z][\w.-]*")
ROW = re.compile(r"^\| (?P<name>[\w.-]+) \| (?P<version>[\w.]+) \| (?P<why>.+) \| (?P<licence>.+) \|$", re.MULTILINE)


def chosen(which: str) -> set[str]:
    """The packages of a list that we asked for."""
    lines = (ROOT / f"requirements/{which}.in").read_text(encoding="utf-8").splitlines()
    names = (NAME.match(line) for line in lines)
    return {name.group().lower() for name in names if name}


def locked(which: str) -> dict[str, str]:
    """Package -> version, as locked."""
    text = (ROOT / f"requirements/{which}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z][\w.-]*)==(\S+) \\$", text, re.MULTILINE))


@pytest.mark.parametrize("which", LISTS)
def test_every_package_is_locked_by_hash(which: str) -> None:
    """Each locked package has at least one hash, and each chosen one is locked."""
    text = (ROOT / f"requirements/{which}.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z])", text)[1:]

    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert sorted(chosen(which) - set(locked(which))) == []


def test_the_lists_agree_on_what_they_share() -> None:
    """The checks run against the product's own versions."""
    run, test = locked("run"), locked("test")

    assert {name for name in run.keys() & test.keys() if run[name] != test[name]} == set()


@pytest.mark.parametrize("which", LISTS)
def test_every_dependency_has_a_reason_and_a_licence(which: str) -> None:
    """`docs/dependencies.md` says of each chosen package its locked version, why it is there and its licence."""
    rows = ROW.finditer((ROOT / "docs/dependencies.md").read_text(encoding="utf-8"))
    described = {row["name"].lower(): row["version"] for row in rows}

    expected = {name: version for name, version in locked(which).items() if name in chosen(which)}
    assert {name: described.get(name) for name in expected} == expected
