"""What is only looked at leaves nothing behind."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import uuid4

from domain.desk import Submission
from infra.bootstrap import bootstrap
from infra.settings import Settings


def _register(document_kind: str = "none", number: str | None = None) -> Submission:
    args = {"name": "扎西合成", "document_kind": document_kind, "sex": "male", "document_number": number}
    return Submission(
        "person.register",
        str(uuid4()),
        args,
        occurred_on=date(2024, 1, 2),
    )


def test_a_preview_makes_no_key_and_remembers_no_name(tmp_path: Path) -> None:
    """An abandoned form leaves no person to be found, not even after somebody else's entry was recorded."""
    services = bootstrap(Settings(data=tmp_path))
    services.desk.preview(_register())
    services.desk.rehearse([_register()])
    services.desk.submit(
        Submission(
            "facility.register",
            str(uuid4()),
            {
                "kind": "meal_site",
                "name": "合成",
                "site_no": "1",
                "region": "540402",
                "address": "合成路",
                "operator": "public",
                "opened_on": "2024-01-01",
            },
            occurred_on=date(2024, 1, 2),
        )
    )

    assert services.vault.find("扎西合成") == set()
    assert services.log.head().position == 1


def test_a_name_that_is_corrected_in_a_dry_run_stays_as_it_was(tmp_path: Path) -> None:
    """Also one that was registered in the same dry run: no key was made, so there is nothing to be opened."""
    services = bootstrap(Settings(data=tmp_path))
    real, dry = services.desk.submit(_register()).stream, _register("passport", "E1234567")
    args = {"version": 1, "args": {"name": "改名"}, "reason": "x"}
    corrections = [
        Submission("entry.correct", str(uuid4()), {"stream": stream, **args}) for stream in (real, {"$ref": dry.id})
    ]
    answers = services.desk.rehearse([dry, *corrections])
    services.desk.submit(_register("passport", "E7654321"))

    assert [answer.command for answer in answers] == ["person.register", "entry.correct", "entry.correct"]
    assert services.vault.find("改名") == set()
    assert real in services.vault.find("扎西合成")


def test_what_is_recorded_is_remembered(tmp_path: Path) -> None:
    """The control: the same registration, recorded, is found by its name."""
    services = bootstrap(Settings(data=tmp_path))
    receipt = services.desk.submit(_register())

    assert services.vault.find("扎西合成") == {receipt.stream}
