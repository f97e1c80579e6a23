"""A replay as text: the home at a minute, as it was and as it was known; or the moments at which something changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from domain.catalogue import spoken_moment
from infra.answers import half, pick, print_table
from infra.bootstrap import Services
from infra.labels import Labels
from infra.settings import speaks_english


def print_boundaries(found: Sequence[Mapping[str, Any]]) -> None:
    """The moments of an interval, each with what happened."""
    print_table(
        [half(one) for one in ("位置 / position", "时间 / moment", "经办 / actor", "内容 / entry", "编号 / stream")],
        ((e["position"], _moment(e["at"]), e["actor"], pick(e, "sentence"), e["stream"]) for e in found),
    )


def print_replay(services: Services, found: Mapping[str, Any]) -> None:
    """What was so, part by part; a part of which there is nothing says so."""
    labels = Labels(services, date.fromisoformat(found["at"][:10]))
    words = services.reference.words
    english = speaks_english()
    print(half("时刻：{} / moment: {}").format(_moment(found["at"])))
    print(half("当时所知：账本位置 {} / as known at position {}").format(found["known_at"]))
    print(half("机构：{} / facility: {}").format(labels.facility(found["facility"])))
    occupancy = found["occupancy"]
    licensed = occupancy["licensed"] if occupancy["licensed"] is not None else "—"
    print(half("在院 {} 人，核定床位 {} / {} present, {} licensed beds").format(occupancy["present"], licensed))
    _part(
        "值班 / on duty",
        ((words("shift_roles", r["role"])[english], _moment(r["until"])) for r in found["staff_on_duty"]),
    )
    _part(
        "未销号隐患 / open hazards",
        (
            (words("hazard_grades", r["grade"])[english], r["subject"], r["found_on"], r["deadline"] or "—")
            for r in found["open_hazards"]
        ),
    )
    _part(
        "最近检查 / last inspections",
        (
            (r["concluded_on"], words("inspection_kinds", r["kind"])[english], r["score"])
            for r in found["last_inspections"]
        ),
    )
    _part(
        "逾期任务 / overdue duties",
        ((words("time_limits", r["rule"])[english], _moment(r["due_at"])) for r in found["overdue_duties"]),
    )
    _told(services, found)
    # The longest part last: who was there has been said in one number above.
    people = sorted(found["present"], key=lambda one: (one["bed"] is None, one["bed"]))
    _part("在院人员 / present", ((r["bed"] or "—", r["since"], r["person"]) for r in people))


def _told(services: Services, found: Mapping[str, Any]) -> None:
    """Who had been told, who had read it, and what had happened until then."""
    words, english = services.reference.words, speaks_english()
    _part(
        "已作报告 / reports made",
        (
            (_moment(r["at"]), words("report_bodies", r["to"])[english], _on_time(r["on_time"]))
            for r in found["reports_made"]
        ),
    )
    _part(
        "签阅 / read by",
        (
            (_moment(r["at"]), r["login"], words("posts", r["post"])[english], _entries(r["entries"]))
            for r in found["read_by"]
        ),
    )
    _part(
        "此前经过 / events until now",
        ((_moment(e["at"]), pick(e, "sentence")) for e in found["events_until_now"]),
    )


def _part(title: str, rows: Iterable[Sequence[Any]]) -> None:
    shown = list(rows)
    print(f"\n{half(title)}" + ("" if shown else half("：无 / : none")))
    for row in shown:
        print("  " + "  ".join(str(value) for value in row))


def _entries(number: int) -> str:
    return half("前 {} 条 / the first {} entries").format(number)


def _on_time(on_time: bool | None) -> str:
    return half("按时 / in time") if on_time else half("逾期 / late")


def _moment(text: str) -> str:
    return spoken_moment(text, zh=not speaks_english())
