"""What a demonstration offers is known from its log: a start does not wait for views that another version made."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from domain.desk import Submission
from infra.bootstrap import Services, bootstrap
from infra.demonstration import open_accounts, shown_accounts
from infra.settings import Settings
from projections.ask import Ask
from projections.store import Outdated
from projections.tables import FORMAT


@pytest.fixture
def opened(tmp_path: Path) -> Services:
    """A demonstration without entries but its accounts."""
    services = bootstrap(Settings(data=tmp_path))
    today = services.clock.now().date()
    opening = Submission(
        "node.open_for_demonstration", "opened", {"title": "演示"}, occurred_on=today, source="scenario"
    )
    services.desk.submit(opening)
    open_accounts(services)
    return services


def test_the_accounts_are_offered_whatever_made_the_views(opened: Services, tmp_path: Path) -> None:
    """The same accounts as before; a question to the views (the control) is refused until they are built anew."""
    before = [one.login for one in shown_accounts(opened)]
    with opened.views.engine.execution_options(writes=True).begin() as connection:
        connection.execute(update(FORMAT).values(version="another"))
    started = bootstrap(Settings(data=tmp_path))

    assert {"linzhi.regulator", "linzhi.safety", "linzhi.finance", "linzhi.approver", "auditor"} <= set(before)
    assert [one.login for one in shown_accounts(started)] == before
    with pytest.raises(Outdated):
        started.views.figure("facility.registered", Ask(started.clock.now().date()))


def test_a_real_store_offers_no_account(tmp_path: Path) -> None:
    """Nothing is shown where the first event does not mark a demonstration."""
    assert shown_accounts(bootstrap(Settings(data=tmp_path))) == ()
