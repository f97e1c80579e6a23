"""Views that another build made are built anew, by one program at a time; nothing is read from them before."""

from __future__ import annotations

import pytest
from sqlalchemy import event, text, update

from projections import store
from projections.ask import Ask
from projections.rebuilding import rebuild
from projections.store import Busy, Outdated, alone
from projections.tables import FORMAT
from projections.views import Views
from tests.projections.dumps import differences, dump
from tests.projections.worlds import World, settle, world
from tests.services import fresh_database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def made(request):
    """A settled world whose views stand at the head, on either engine."""
    if request.param == "sqlite":
        with world(None) as one:
            settle(one)
            one.views.catch_up()
            yield one
        return
    with fresh_database(request.getfixturevalue("postgres_server")) as url, world(url) as one:
        settle(one)
        one.views.catch_up()
        yield one


def newly(made: World) -> Views:
    """The views as a program opens them that has just started."""
    return Views(made.views.engine, made.log, made.services.reference)


def of_another_build(made: World) -> None:
    """As if a release with other figures had made the views."""
    with made.views.engine.execution_options(writes=True).begin() as connection:
        connection.execute(update(FORMAT).values(version="another"))


def test_views_of_another_build_are_built_anew_when_a_program_starts(made: World) -> None:
    """The first catching up rebuilds them, once; the numbers are those of this build."""
    before = dump(made.views)
    of_another_build(made)
    started = newly(made)
    started.catch_up()
    assert store.live_generation(started.engine) == 2
    assert differences(before, dump(started)) == {}
    started.catch_up()
    assert store.live_generation(started.engine) == 2


def test_views_of_another_build_are_never_read(made: World) -> None:
    """A question that comes before the rebuild is refused with what to do, in both languages."""
    of_another_build(made)
    with pytest.raises(Outdated) as refused:
        newly(made).figure("stay.present", Ask(made.today))
    assert "重新启动" in refused.value.zh
    assert "restart" in refused.value.en


def test_a_running_program_reads_nothing_that_a_newer_one_made(made: World) -> None:
    """The check is part of every question, not only of the start: a swap by another build ends the answers of this one."""
    assert made.views.figure("facility.registered", Ask(made.today))["value"] == "3"
    of_another_build(made)
    with pytest.raises(Outdated):
        made.views.figure("facility.registered", Ask(made.today))


def test_a_running_program_does_not_fight_with_a_newer_one(made: World) -> None:
    """Once another build has made the views anew, the old program stops writing instead of making its own again."""
    of_another_build(made)
    with made.views.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE generation SET live = 2"))
    made.give("person.register", {"name": "李四", "document_kind": "none", "sex": "male"}, made.today)
    with pytest.raises(Outdated):
        made.views.catch_up()


def test_whoever_waits_for_a_receipt_does_not_wait_for_a_rebuild(made: World) -> None:
    """A page that waits for its entry is told at once that the views are of another build; it never builds them itself."""
    of_another_build(made)
    with alone(made.views.engine), pytest.raises(Outdated):
        newly(made).catch_up(made.reach())
    assert store.live_generation(made.views.engine) == 1


def test_two_rebuilds_never_run_at_once(made: World) -> None:
    """The second is refused and harms nothing; after the first it runs. Control: alone it is not refused."""
    with alone(made.views.engine), pytest.raises(Busy) as refused:
        rebuild(made.views.engine, made.log, made.services.reference.limits)
    assert "正在重建" in refused.value.zh
    assert rebuild(made.views.engine, made.log, made.services.reference.limits) == (made.reach(), 2)


def test_of_two_programs_that_start_on_views_of_another_build_one_makes_them_anew(
    made: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One was faster, between the other's look and its turn: the other finds them made. Control: alone it makes them."""
    of_another_build(made)
    faster, slower = newly(made), newly(made)
    taken = store.Turn.take

    def late(turn: store.Turn) -> bool:
        monkeypatch.setattr(store.Turn, "take", taken)
        faster.catch_up()
        return taken(turn)

    monkeypatch.setattr(store.Turn, "take", late)
    slower.catch_up()

    assert store.live_generation(made.views.engine) == 2
    assert slower.figure("facility.registered", Ask(made.today))["value"] == "3"


def test_an_answer_takes_few_statements_however_many_facilities_there_are(made: World) -> None:
    """Breaking a ratio or a count of persons down by facility asks the database as often as asking for one number does."""
    for n in range(12):
        made.give(
            "facility.register",
            {
                "kind": "elderly_care_home",
                "name": f"第{n}养老院",
                "site_no": str(n + 10),
                "region": "540402",
                "address": "路",
                "operator": "public",
                "opened_on": made.today.isoformat(),
            },
            made.today,
        )
    made.views.catch_up()
    for key in ("facility.occupancy", "stay.persons", "stay.present", "facility.regions"):
        for by in ("facility", "region", "operator"):
            counted: list[str] = []

            def note(_c, _cursor, statement, *_, seen=counted) -> None:
                seen.append(statement)

            event.listen(made.views.engine, "before_cursor_execute", note)
            answer = made.views.figure(key, Ask(made.today, by=by))
            event.remove(made.views.engine, "before_cursor_execute", note)
            if key in ("facility.occupancy", "stay.persons"):
                assert len(answer["by"]) >= (12 if by == "facility" else 1)
            assert len(counted) <= 18, (key, by, counted)
