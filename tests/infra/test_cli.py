"""The answers of the command line, in the shapes that interface.md fixes, over a place and over nothing."""

import json
import sqlite3

import pytest

from tests.infra.shell import county, shell
from tests.scene import BAYI

__all__ = ["county", "shell"]


# -- shapes, as interface.md fixes them ---------------------------------------------------------------

LINE = {"position", "topic", "stream", "version", "recorded_at", "actor", "node", "sentence_zh", "sentence_en"}
"""What every answer tells of an event."""


def test_a_figure_is_printed_in_its_shape(county):
    """A list with key, names, unit, value as exact text, filters, days, position and parts."""
    one, none = county.json(
        "figure", "facility.beds_licensed", "facility.occupancy", "--as-of", "2024-12-31", "--region", BAYI
    )
    assert set(one) == {
        "key",
        "name_zh",
        "name_en",
        "unit",
        "value",
        "region",
        "facility",
        "from",
        "to",
        "as_of",
        "known_at",
        "position",
        "by",
    }
    assert (one["value"], one["unit"], one["as_of"], one["position"], one["region"]) == (
        "100",
        "张",
        "2024-12-31",
        3,
        BAYI,
    )
    assert none["value"] == "0"
    assert county.json("figure", "facility.occupancy", "--as-of", "2023-12-31")[0]["value"] is None
    by = county.json("figure", "facility.beds_licensed", "--as-of", "2024-12-31", "--by", "kind")[0]["by"]
    assert by == {"elderly_care_home": "100"}


def test_a_figure_is_asked_as_of_a_day_and_as_known_at_a_position_or_a_time(county):
    """Both clocks: the day, and what was known."""
    asked = ("figure", "facility.beds_licensed", "--as-of")
    assert county.json(*asked, "2024-05-31")[0]["value"] == "80"
    assert county.json(*asked, "2024-12-31", "--known-at", "2")[0]["value"] == "80"
    for known, value in (
        ("2999-01-01", "100"),
        ("2020-01-01T00:00:00+08:00", "0"),
        ("2020-01-01T00:00:00Z", "0"),
        ("0", "0"),
    ):
        assert county.json(*asked, "2024-12-31", "--known-at", known)[0]["value"] == value


def test_trace_why_sheet_and_timeline_are_printed_in_their_shapes(county):
    """Members and events that sum to the value; effects that sum to the change; rows; history in business order."""
    traced = county.json("trace", "facility.beds_licensed", "--as-of", "2024-12-31")
    assert set(traced) == {"key", "value", "members", "events"}
    assert set(traced["members"][0]) == {"member", "label", "amount", "positions"}
    assert set(traced["events"][0]) == LINE | {"facility", "occurred_on", "amount"}
    assert (
        sum(int(e["amount"]) for e in traced["events"])
        == sum(int(m["amount"]) for m in traced["members"])
        == int(traced["value"])
        == 100
    )

    moved = county.json("why", "facility.beds_licensed", "--as-of", "2024-12-31", "--between", "1", "3")
    assert set(moved) == {"key", "from_position", "to_position", "before", "after", "changes"}
    assert set(moved["changes"][0]) == {"position", "topic", "effect", "reason", "sentence_zh", "sentence_en"}
    assert (moved["before"], moved["after"], [c["effect"] for c in moved["changes"]]) == ("0", "100", ["80", "20"])

    board = county.json("sheet", "facilities", "--as-of", "2024-12-31")
    assert {"name", "as_of", "known_at", "position", "columns", "rows", "total"} <= set(board)
    assert set(board["columns"][0]) == {"key", "label_zh", "label_en", "unit"}
    assert (board["total"], board["rows"][0]["stream"], board["rows"][0]["beds"]) == (1, county.home, 100)

    history = county.json("timeline", county.home)
    assert set(history[0]) == LINE | {"occurred_at", "withdrawn_by"}
    assert [e["position"] for e in history] == [1, 2, 3]


def test_verify_rebuild_and_catalogue_are_printed_in_their_shapes(county):
    """The head that was checked; events and pace; everything that can be said and asked."""
    checked = county.json("verify")
    assert set(checked) == {"ok", "events", "head", "first_bad_position", "kind", "message_zh", "message_en"}
    assert (checked["ok"], checked["events"], set(checked["head"])) == (True, 3, {"size", "root", "signed_at"})
    assert county.json("rebuild")["events"] == 3
    assert county.json("figure", "facility.beds_licensed", "--as-of", "2024-12-31")[0]["value"] == "100"
    known = county.json("catalogue")
    assert set(known) == {"commands", "events", "figures", "sheets"}
    assert {"name", "events", "fields", "posts", "label_zh", "label_en"} <= set(known["commands"][0])
    assert {"name", "type", "required", "unit", "private", "choices", "label_zh", "label_en"} <= set(
        known["commands"][0]["fields"][0]
    )
    assert {
        "key",
        "name_zh",
        "name_en",
        "kind",
        "unit",
        "clock",
        "dimensions",
        "sources",
        "meaning_zh",
        "meaning_en",
    } <= set(known["figures"][0])
    assert county.run("catalogue", "--format", "md")[0] == 0


def test_a_changed_log_is_named_by_its_first_bad_position(county):
    """verify exits 1 and says where."""
    with sqlite3.connect(county.data / "log.sqlite3") as log:
        log.execute("DROP TRIGGER events_UPDATE") if log.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'events_UPDATE'"
        ).fetchone() else log.execute("DROP TRIGGER events_update")
        log.execute("UPDATE events SET payload = replace(payload, '80', '81') WHERE position = 2")
    log.close()
    code, out, _ = county.run("verify", "--format", "json")
    assert (code, json.loads(out)["ok"], json.loads(out)["first_bad_position"]) == (1, False, 2)


@pytest.mark.parametrize(
    "words",
    [
        ("figure", "facility.registered"),
        ("trace", "facility.registered"),
        ("sheet", "facilities"),
        ("verify",),
        ("why", "facility.registered", "--between", "0", "0"),
        ("rebuild",),
        ("account", "list"),
        ("catalogue",),
    ],
)
def test_every_question_is_answered_in_both_languages_over_an_empty_place(shell, words):
    """Exit 0 and no log made; where there is no directory at all, exit 1 says so (the catalogue needs none)."""
    for language in ("zh", "en"):
        shell.monkeypatch.setenv("SHOUWANG_LANG", language)
        code, _, err = shell.run(*words)
        assert (code, len(err.splitlines())) == ((0, 0) if words == ("catalogue",) else (1, 1))
    shell.data.mkdir()
    for language in ("zh", "en"):
        shell.monkeypatch.setenv("SHOUWANG_LANG", language)
        assert shell.run(*words)[0] == 0
    assert not (shell.data / "log.sqlite3").exists()
