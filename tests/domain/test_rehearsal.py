"""What is only looked at leaves nothing behind."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import uuid4

from domain.desk import Submission
from infra.bootstrap import bootstrap
from infra.settings import Settings


def _register() -> Submission:
    return Submission(
        "person.register",
        str(uuid4()),
        {"name": "扎西合成", "document_kind": "none", "sex": "male"},
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


def test_what_is_recorded_is_remembered(tmp_path: Path) -> None:
    """The control: the same registration, recorded, is found by its name."""
    services = bootstrap(Settings(data=tmp_path))
    receipt = services.desk.submit(_register())

    assert services.vault.find("扎西合成") == {receipt.stream}
