"""What is seen while one projection is ahead of another."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import uuid4

from domain.desk import Submission
from infra.bootstrap import Services, bootstrap
from infra.settings import Settings
from projections.ask import Ask
from projections.store import prepare

HOME = {
    "kind": "elderly_care_home", "name": "合成", "site_no": "1", "region": "540402", "address": "合成路",
    "operator": "public", "opened_on": "2020-01-01",
}  # fmt: skip


def _admitted(services: Services, home: str, n: int) -> None:
    """`n` more people move in."""
    for _ in range(n):
        person = services.desk.submit(
            Submission("person.register", str(uuid4()), {"name": "合成", "document_kind": "none", "sex": "male"},
                       occurred_on=date(2024, 1, 2))
        ).stream  # fmt: skip
        args = {"person": person, "facility": home, "category": "destitute"}
        services.desk.submit(Submission("stay.admit", str(uuid4()), args, occurred_on=date(2024, 3, 1)))


def test_a_figure_does_not_run_ahead_of_the_position_that_it_names(tmp_path: Path) -> None:
    """While timelines lag behind, a value is that of the position it names: roll-ups that hold more are not used whole."""
    services = bootstrap(Settings(data=tmp_path))
    home = services.desk.submit(
        Submission("facility.register", str(uuid4()), HOME, occurred_on=date(2024, 1, 2))
    ).stream
    _admitted(services, home, 2)
    services.views.catch_up()
    _admitted(services, home, 3)
    runner = services.views.runner
    live, (histories, _) = prepare(services.views.engine), runner.projections
    runner._advance(live, histories, services.log.head().position, None)

    for day in (date(2024, 3, 30), date(2024, 3, 31)):
        found = services.views.figure("stay.present", Ask(day))
        assert (found["value"], len(services.views.trace("stay.present", Ask(day))["members"])) == ("2", 2)
    services.views.catch_up()
    assert services.views.figure("stay.present", Ask(date(2024, 3, 31)))["value"] == "5"


def test_a_board_keeps_its_order_when_it_is_rebuilt(tmp_path: Path) -> None:
    """Rows stand in the order of the log, however many versions of them one batch closed: paging survives a swap."""
    services = bootstrap(Settings(data=tmp_path))
    home = services.desk.submit(
        Submission("facility.register", str(uuid4()), HOME, occurred_on=date(2024, 1, 2))
    ).stream
    for _ in range(3):
        _admitted(services, home, 1)
        services.views.catch_up()
    before = [row["stream"] for row in services.views.sheet("persons", Ask(date(2024, 3, 2)))["rows"]]
    services.views.rebuild()

    assert [row["stream"] for row in services.views.sheet("persons", Ask(date(2024, 3, 2)))["rows"]] == before


def test_a_destroyed_key_takes_everything_about_a_person_with_it(tmp_path: Path) -> None:
    """After a person's key is destroyed no private value opens, in no stream; counts stay."""
    services = bootstrap(Settings(data=tmp_path))
    home = services.desk.submit(
        Submission("facility.register", str(uuid4()), HOME, occurred_on=date(2024, 1, 2))
    ).stream
    person = services.desk.submit(
        Submission("person.register", str(uuid4()), {"name": "合成", "document_kind": "none", "sex": "male"},
                   occurred_on=date(2024, 1, 2))
    ).stream  # fmt: skip
    stay = services.desk.submit(
        Submission("stay.admit", str(uuid4()), {"person": person, "facility": home, "category": "destitute", "contact": "甲"},
                   occurred_on=date(2024, 3, 1))
    ).stream  # fmt: skip
    for command, args, day in (
        ("stay.send_to_hospital", {"hospital": "合成医院"}, 2), ("stay.come_back", {}, 3),
        ("stay.discharge", {"reason": "to_family", "destination": "家"}, 4),
    ):  # fmt: skip
        services.desk.submit(Submission(command, str(uuid4()), {"stay": stay, **args}, occurred_on=date(2024, 3, day)))
    private = [
        value
        for event in services.log.read(0, 100)
        for value in vars(event).values()
        if type(value).__name__ == "Sealed"
    ]
    assert len(private) == 4
    assert all(services.vault.open(value) for value in private)
    services.vault.destroy(person)

    assert [services.vault.open(value) for value in private] == [None] * 4
    services.views.catch_up()
    assert services.views.figure("stay.admitted", Ask(date(2024, 12, 31)))["value"] == "1"
