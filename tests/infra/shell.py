"""A terminal with a place of its own, as the tests of the command line use it."""

import io
import json
import sys
from pathlib import Path

import pytest

from infra.cli import main
from tests.scene import HOME

ROOT = Path(__file__).parents[2]


class Shell:
    """A terminal with a data directory of its own."""

    def __init__(self, folder, capfd, monkeypatch):
        self.data, self.capfd, self.monkeypatch = folder / "data", capfd, monkeypatch
        self.file = folder / "lines.jsonl"

    def run(self, *words, stdin=b""):
        """Exit code, standard output, standard error."""
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        code = main([*words, "--data", str(self.data)])
        said = self.capfd.readouterr()
        assert "Traceback" not in said.err
        return code, said.out, said.err

    def json(self, *words):
        """The JSON document of a question that is answered."""
        code, out, err = self.run(*words, "--format", "json")
        assert code == 0, err
        return json.loads(out)

    def submit(self, *lines, more=(), code=0):
        """The answers to some lines; bytes and texts go in as they are."""
        raw = [
            line if isinstance(line, bytes) else (line if isinstance(line, str) else json.dumps(line)).encode()
            for line in lines
        ]
        self.file.write_bytes(b"\n".join(raw) + b"\n")
        found, out, _ = self.run("submit", str(self.file), *more)
        assert found == code, out
        return [json.loads(line) for line in out.splitlines()]


def home(id_="h", **more):
    """A line that registers a home."""
    return {"command": "facility.register", "id": id_, "args": HOME | more, "occurred_on": "2024-01-01"}


def licence(id_, beds, since, home_="h"):
    """A line that licenses beds."""
    return {
        "command": "facility.license_beds",
        "id": id_,
        "args": {"facility": {"$ref": home_}, "beds": beds, "since": since},
        "occurred_on": since,
    }


@pytest.fixture
def shell(tmp_path, capfd, monkeypatch):
    """An empty place."""
    return Shell(tmp_path, capfd, monkeypatch)


@pytest.fixture
def county(shell):
    """A home with beds, whose licence was raised later."""
    shell.home = shell.submit(home(), licence("b1", 80, "2024-02-01"), licence("b2", 100, "2024-06-01"))[0]["stream"]
    return shell
