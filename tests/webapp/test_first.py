"""The first page: the day that its examples stand on, and how little is read to find it."""

from __future__ import annotations

from webapp.first import LIVELY_MIN


def lively(fresh, entries: int) -> None:
    """A September with so many calls, and one in November."""
    for number in range(entries):
        fresh.record(
            f"call {number}",
            "activity.log",
            "2026-09-15",
            type="hotline",
            quantities={"consultations": 1},
            region="540402",
        )
    fresh.record("late", "activity.log", "2026-11-18", type="hotline", quantities={"consultations": 1}, region="540402")
    fresh.services.views.catch_up()


def test_the_examples_stand_on_the_end_of_a_lively_month(clerk, fresh) -> None:
    """The last month with many entries, not today's few; the entry shown and corrected is one of that month."""
    lively(fresh, LIVELY_MIN)
    links = clerk("nyingchi.regulator").get("/").links

    assert "/figures/stay.present?as_of=2026-09-30" in links
    correct = next(link for link in links if link.endswith("/correct"))
    assert fresh.services.log.at([int(correct.split("/")[2])])[0].day.isoformat() == "2026-09-15"


def test_without_a_lively_month_the_examples_stand_on_the_last_admission(clerk, fresh) -> None:
    """One entry fewer is not lively; the last admission is more than a quarter ago."""
    lively(fresh, LIVELY_MIN - 1)

    assert "/figures/stay.present?as_of=2026-06-03" in clerk("nyingchi.regulator").get("/").links


def test_the_first_page_reads_each_of_the_last_entries_once(clerk, fresh, monkeypatch) -> None:
    """So many at most, whatever the length of the log; nothing the second time; and what has come since by itself."""
    lively(fresh, LIVELY_MIN)
    asked: list[tuple[int, int]] = []
    read = fresh.services.log.read
    regulator = clerk("nyingchi.regulator")
    head = fresh.services.log.head().position

    def counted(after, limit):
        asked.append((after, limit))
        return read(after, limit)

    monkeypatch.setattr(fresh.services.log, "read", counted)
    monkeypatch.setattr(fresh.services.newest, "number", 10)
    regulator.get("/")
    regulator.get("/")
    assert asked == [(head - 10, 10)]

    asked.clear()
    fresh.record("new", "activity.log", "2026-10-09", type="hotline", quantities={"consultations": 3}, region="540402")
    regulator.get("/")

    assert (head, 1) in asked
    assert {limit for _, limit in asked} == {1}
    assert [event.envelope.position for event in fresh.services.newest.events()] == list(range(head + 1, head - 9, -1))


def test_another_day_is_not_called_today(clerk, fresh) -> None:
    """With an as-of day the page names that day, and offers no entries recorded since."""
    page = clerk("nyingchi.regulator").get("/?as_of=2026-01-31")

    assert page.heading == "2026年1月31日 · 林芝市"
    assert "最近入账" not in page.text
