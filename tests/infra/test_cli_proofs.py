"""Proofs on the command line: given by one machine, checked on another that has neither log nor vault."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.cli import main
from tests.infra.shell import Shell, home, licence


@pytest.fixture
def county(tmp_path: Path, capfd: Any, monkeypatch: Any) -> Shell:
    """A node with a home that was licensed twice."""
    shell = Shell(tmp_path, capfd, monkeypatch)
    shell.submit(home(), licence("a", 10, "2024-01-05"), licence("b", 12, "2024-02-01"))
    return shell


def elsewhere(capfd: Any, *words: str) -> tuple[int, str, str]:
    """The command line of somebody who has no data at all."""
    code = main(list(words))
    return code, *capfd.readouterr()


def test_a_proof_is_checked_where_there_is_no_log(county: Shell, tmp_path: Path, capfd: Any) -> None:
    """The file says which key signed; with the key that the node made public, nothing else need be believed."""
    file = tmp_path / "proof.json"
    assert county.run("proof", "2", "-o", str(file))[0] == 0
    document = json.loads(file.read_text(encoding="utf-8"))

    code, out, _ = elsewhere(capfd, "check-proof", str(file), "--key", document["key"])
    assert (code, "存证成立：第 2 号记录" in out, document["key"] in out) == (0, True, True)
    assert '"beds":10' in json.loads(document["public"])[-1]
    assert "请与节点公布的公钥核对" in elsewhere(capfd, "check-proof", str(file))[1]


def _moved(document: dict[str, Any]) -> None:
    document["position"] = 3


def _later(document: dict[str, Any]) -> None:
    document["recorded_at"] += 1


def _more_beds(document: dict[str, Any]) -> None:
    document["public"] = document["public"].replace("10", "90")


def _another_root(document: dict[str, Any]) -> None:
    document["head"]["root"] = document["leaf"]


def _larger(document: dict[str, Any]) -> None:
    document["head"]["size"] = 2**40


def _another_text(document: dict[str, Any]) -> None:
    document["head"]["note"] = document["head"]["note"].replace("time 20", "time 19")


def _signed_later(document: dict[str, Any]) -> None:
    document["head"]["signed_at"] = "2099-01-01T00:00:00+00:00"


def _without_path(document: dict[str, Any]) -> None:
    del document["path"]


@pytest.mark.parametrize(
    "alter",
    [_moved, _later, _more_beds, _another_root, _larger, _another_text, _signed_later, _without_path],
    ids=lambda alter: alter.__name__.strip("_"),
)
def test_a_proof_that_was_altered_does_not_hold(county: Shell, tmp_path: Path, capfd: Any, alter: Any) -> None:
    """Whatever is changed in it: exit code 1 and what is wrong, no traceback. The untouched one holds (control)."""
    document = county.json("proof", "2")
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert elsewhere(capfd, "check-proof", str(file), "--key", document["key"])[0] == 0
    alter(document)
    file.write_text(json.dumps(document), encoding="utf-8")

    code, out, err = elsewhere(capfd, "check-proof", str(file), "--key", document["key"])
    assert (code, "存证成立" in out, "Traceback" in err) == (1, False, False)


def test_the_key_of_another_node_is_told(county: Shell, tmp_path: Path, capfd: Any, monkeypatch: Any) -> None:
    """A proof of one node is none of another's, though both are sound."""
    other = Shell(tmp_path / "other", capfd, monkeypatch)
    other.file = tmp_path / "others.jsonl"
    other.submit(home())
    key = other.json("proof", "1")["key"]
    file = tmp_path / "proof.json"
    county.run("proof", "2", "-o", str(file))

    code, out, _ = elsewhere(capfd, "check-proof", str(file), "--key", key)
    assert (code, "不是这把公钥签的" in out) == (1, True)
    assert county.run("verify", "--key", key)[0] == 1
    assert county.run("verify")[0] == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("proof", "4"), 1, "最后一条是第 3 号"),
        (("proof", "0"), 1, "账本没有第 0 号记录"),
        (("proof", "two"), 2, "POSITION"),
        (("verify", "--key", "no key"), 2, "--key"),
        (("check-proof", "no-such-file.json"), 1, "没有这个文件"),
    ],
)
def test_what_cannot_be_is_told(county: Shell, words: tuple[str, ...], code: int, said: str) -> None:
    """A position beyond the log, no number, no key, no file."""
    found, out, err = county.run(*words)
    assert found == code
    assert said in out + err


@pytest.mark.parametrize("content", ["", "no json", "[]", '"text"', "null", '{"key": 1}', '{"position": "x"}'])
def test_a_file_that_is_no_proof_is_told(tmp_path: Path, capfd: Any, content: str) -> None:
    """Whatever is in the file, it is said in one sentence."""
    file = tmp_path / "any.json"
    file.write_text(content, encoding="utf-8")

    code, out, err = elsewhere(capfd, "check-proof", str(file))
    assert (code, out, "Traceback" in err) == (1, "文件不是存证：缺少内容，或写法不对\n", False)


def test_verification_tells_when_the_newest_head_was_signed(county: Shell) -> None:
    """Before the first head it says that there is none; afterwards when it was signed, and JSON holds the moment."""
    assert "没有可核对的签名树头" in county.run("verify")[1]
    county.run("proof", "1")
    assert "签名树头相符，最近签于" in county.run("verify")[1]
    assert county.json("verify", "--deep")["head"]["signed_at"]
