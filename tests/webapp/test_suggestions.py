"""Suggestions while a facility or a region is typed: of one's own area, of kinds that the form can mean, never too many."""

from __future__ import annotations

import pytest

from webapp.suggestions import SUGGESTED_MAX


def names(somebody, path: str) -> list[str]:
    """The names that are suggested."""
    return [one["name"] for one in somebody.client.get(path).get_json()]


def test_what_is_typed_finds_facilities_of_the_own_area_only(reader) -> None:
    """A county sees its home, another county does not; nothing typed finds nothing."""
    assert any("扎木" in name for name in names(reader("bomi.regulator"), "/find/facility?q=扎木"))
    assert names(reader("bomi.regulator"), "/find/facility?q=福寿") == []
    assert any("福寿" in name for name in names(reader("nyingchi.regulator"), "/find/facility?q=福寿"))
    assert names(reader("nyingchi.regulator"), "/find/facility?q=") == []


def test_a_form_narrows_the_kinds(busy_reader) -> None:
    """For somebody to be taken in by a rescue station no children's home is suggested; for nobody in particular it is."""
    somebody = busy_reader("nyingchi.regulator")
    found = names(somebody, "/find/facility?q=林芝市&for=rescue.receive")

    assert ["救助" in name for name in found] == [True]
    assert len(names(somebody, "/find/facility?q=林芝市")) > 1


def test_a_board_narrows_the_kinds(busy_reader) -> None:
    """Nobody stays at an outlet, only a station has rescues; a board of what every kind has narrows nothing."""
    somebody = busy_reader("nyingchi.regulator")

    assert not names(somebody, "/find/facility?q=代销点&for=stays")
    assert names(somebody, "/find/facility?q=代销点&for=outlets")
    assert names(somebody, "/find/facility?q=代销点&for=hazards")
    assert ["救助" in name for name in names(somebody, "/find/facility?q=林芝市&for=rescues")] == [True]
    assert len(names(somebody, "/find/facility?q=林芝市&for=hazards")) > 1


def test_regions_are_found_by_name_and_code_and_never_too_many(reader) -> None:
    """巴宜 and 540402 find the same district; a single character of many names is cut."""
    somebody = reader("nyingchi.regulator")

    assert names(somebody, "/find/region?q=巴宜") == names(somebody, "/find/region?q=540402") != []
    assert len(names(reader("auditor"), "/find/region?q=县")) == SUGGESTED_MAX


@pytest.mark.parametrize("path", ["/find/facility?q=林芝", "/find/region?q=林芝"])
def test_nobody_is_suggested_anything_without_signing_in(reader, path) -> None:
    """The address leads to the sign-in."""
    assert reader().client.get(path).status_code == 303


def test_no_other_thing_is_suggested(reader) -> None:
    """Persons are searched by the form, where their opening is noted."""
    assert reader("nyingchi.regulator").client.get("/find/person?q=张").status_code == 404
