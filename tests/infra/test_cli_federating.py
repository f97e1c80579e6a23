"""What the command line says and does about other nodes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.codec import micros
from adapters.messages import LETTER, of_said, read
from domain.identifiers import synthetic_resident_number
from domain.model import Wording
from infra.bootstrap import bootstrap
from infra.settings import Settings
from tests.infra.shell import Shell, home

KEY = "ab" * 32
WHY = Wording(
    "这次移交已答复或已撤回", "the transfer was answered or withdrawn already", "核对移交", "check the transfer"
)


@pytest.fixture
def shell(tmp_path: Path, capfd: Any, monkeypatch: Any) -> Shell:
    """A node with nothing in it."""
    return Shell(tmp_path, capfd, monkeypatch)


def people(shell: Shell, *numbers: int) -> None:
    """Somebody registered for each number, staying in the home."""
    lines: list[dict[str, Any]] = []
    for one in numbers:
        number = synthetic_resident_number(one, datetime(1940, 2, 3, tzinfo=UTC).date())
        person = {"name": "试者", "document_kind": "resident_identity_card", "sex": "male", "document_number": number}
        stay = {"person": {"$ref": f"p{one}"}, "facility": {"$ref": "h"}, "category": "destitute"}
        lines += [
            {"command": "person.register", "id": f"p{one}", "args": person, "occurred_on": "2024-01-02"},
            {"command": "stay.admit", "id": f"s{one}", "args": stay, "occurred_on": "2024-01-02"},
        ]
    shell.submit(home(), *lines)


def test_a_node_that_has_counted_joins_a_province_with_an_entry_for_each_person(shell: Shell) -> None:
    """Refused without the word that says so; then once for everybody, and nothing when it is given again."""
    people(shell, 1, 3)
    [before] = shell.json("figure", "stay.persons", "--as-of", "2024-02-01")
    code, _, err = shell.run("province-key", "--stdin", stdin=KEY.encode())
    assert (code, "--recount" in err) == (1, True)
    assert shell.run("province-key")[1].strip() != KEY

    code, _, err = shell.run("province-key", "--stdin", "--recount", stdin=KEY.encode())
    assert (code, "2 人" in err) == (0, True), err
    assert shell.run("province-key")[1].strip() == KEY
    [counted] = shell.json("figure", "stay.persons", "--as-of", "2024-02-01")
    assert (counted["value"], before["value"]) == ("2", "2")

    code, _, err = shell.run("province-key", "--stdin", "--recount", stdin=KEY.encode())
    assert (code, "没有需要换用" in err) == (0, True), err
    assert shell.run("verify")[0] == 0


def test_a_recount_that_was_broken_off_is_told_and_goes_on(shell: Shell) -> None:
    """The key was taken, the entries were not made: said by whoever gives the key again, until everybody is counted anew."""
    people(shell, 1, 3)
    bootstrap(Settings.read(data=str(shell.data))).vault.join(bytes.fromhex(KEY), anew=True)
    code, _, err = shell.run("province-key", "--stdin", stdin=KEY.encode())
    assert (code, "还有 2 人" in err) == (1, True), err
    assert shell.run("province-key", "--stdin", "--recount", stdin=KEY.encode())[0] == 0
    assert shell.run("province-key", "--stdin", stdin=KEY.encode())[0] == 0


def test_a_node_without_people_takes_the_key_whatever_it_drew_before(shell: Shell) -> None:
    """Accounts and homes are counted under no key; nothing is left to be counted anew."""
    shell.submit(home())
    assert shell.run("province-key")[1].strip() != KEY
    code, _, err = shell.run("province-key", "--stdin", stdin=KEY.encode())
    assert (code, "已设置省级密钥" in err) == (0, True), err
    assert shell.run("province-key")[1].strip() == KEY


def test_the_key_is_known_by_a_fingerprint_on_both_sides(shell: Shell) -> None:
    """So that one wrong digit is noticed over the telephone; it stands on standard error, beside the key, and tells nothing of it."""
    shell.submit(home())
    given = shell.run("province-key", "--stdin", stdin=KEY.encode())[2]
    shown = shell.run("province-key")
    other = shell.run("province-key", "--stdin", stdin=("0" + KEY[1:]).encode())[2]
    [print_] = {re.search(r"密钥指纹 ([0-9a-f]{8})", said)[1] for said in (given, shown[2])}  # type: ignore[index]
    assert print_ not in other
    assert shown[1].strip() == KEY
    assert print_ not in KEY


def test_nothing_changes_under_the_name_of_another_node(shell: Shell, monkeypatch: Any) -> None:
    """The directory belongs to another node than the settings say: refused before the key is touched, or the keys are told."""
    monkeypatch.setenv("SHOUWANG_NODE", "bayi")
    people(shell, 1)
    before = shell.run("province-key")[1]
    told = shell.run("identity")[1]
    assert 'node = "bayi"' in told
    monkeypatch.delenv("SHOUWANG_NODE")
    for words in (("province-key", "--stdin", "--recount"), ("province-key",), ("identity",)):
        code, out, err = shell.run(*words, stdin=KEY.encode())
        assert (code, out, "bayi" in err) == (1, "", True), (words, err)
    monkeypatch.setenv("SHOUWANG_NODE", "bayi")
    assert shell.run("province-key")[1] == before


def test_a_recount_wants_a_key(shell: Shell) -> None:
    """The option alone would print the secret; a place where nothing lies draws none either."""
    assert shell.run("province-key", "--recount")[:2] == (2, "")
    assert shell.run("province-key")[:2] == (1, "")


def test_a_node_of_which_nothing_came_cannot_be_taken_in_again(shell: Shell) -> None:
    """A mistyped name is told as one."""
    code, _, err = shell.run("readmit", "bayii")
    assert (code, "bayii" in err, "核对名称" in err) == (1, True, True)


def test_whose_key_was_destroyed_keeps_the_pseudonym(shell: Shell) -> None:
    """By law nobody knows that number any more: the others are counted anew, and it is said how many are not."""
    people(shell, 1, 3)
    services = bootstrap(Settings.read(data=str(shell.data)))
    person = services.log.receipts(["p1"])["p1"][1].stream
    services.vault.destroy(person)
    code, _, err = shell.run("province-key", "--stdin", "--recount", stdin=KEY.encode())
    assert (code, "1 人" in err) == (0, True), err


@pytest.mark.parametrize("said", [b"", b"abc", b"zz" * 32, b"ab" * 31, b"ab" * 33])
def test_what_is_no_key_is_refused(shell: Shell, said: bytes) -> None:
    """64 hexadecimal digits, or nothing is taken."""
    code, _, err = shell.run("province-key", "--stdin", stdin=said)
    assert (code, "64" in err) == (2, True)


@pytest.fixture
def refused(shell: Shell) -> Shell:
    """A node to which a letter came that could not be recorded."""
    shell.submit(home())
    services = bootstrap(Settings.read(data=str(shell.data)))
    data = {"to": "shouwang", "id": "t1/2", "command": "transfer.record_acceptance", "actor": "li@bomi", "args": {}}
    at = datetime(2024, 3, 6, 1, tzinfo=UTC)
    said = read(of_said("xizang", LETTER, "shouwang/t1/2", micros(at), data)[1])
    services.refused_letters.keep("t1/2", said, WHY, at)  # type: ignore[arg-type]
    return shell


def test_letters_that_were_not_recorded_are_listed_with_the_reason_and_settled(refused: Shell) -> None:
    """Who asked for what, and why it is not recorded; what people have settled is listed no more."""
    code, out, _ = refused.run("letters")
    assert code == 0
    for said in ("2024-03-06 09:00", "li@bomi", "t1/2", WHY.zh):
        assert said in out
    [one] = refused.json("letters")
    assert (one["id"], one["passed_on_by"], one["reason_en"]) == ("t1/2", "xizang", WHY.en)

    code, _, err = refused.run("letters", "--settle", "t1/3")
    assert (code, "t1/3" in err) == (1, True)
    assert refused.run("letters", "--settle", "t1/2")[0] == 0
    assert "没有待处理的未入账函件" in refused.run("letters")[2]
    assert refused.json("letters") == []


def test_a_node_that_nothing_was_sent_to_says_so(shell: Shell) -> None:
    """An empty answer is told as one."""
    code, _, err = shell.run("letters")
    assert (code, "没有待处理的未入账函件" in err) == (0, True)
