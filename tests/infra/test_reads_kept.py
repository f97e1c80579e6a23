"""How long the ledger of reads is kept is a setting, within what the law allows."""

from __future__ import annotations

import pytest

from infra.settings import Settings, SettingsError


@pytest.mark.parametrize(("said", "months"), [(None, 36), ("6", 6), ("120", 120)])
def test_the_ledger_is_kept_as_long_as_is_said(said, months) -> None:
    """Three years unless another time is said."""
    environment = {"SHOUWANG_READS_KEPT_MONTHS": said} if said else {}

    assert Settings.read(environment).reads_kept_months == months


@pytest.mark.parametrize("said", ["5", "0", "-7", "viele", "601", "99999", "00120001"])
def test_less_than_half_a_year_or_what_is_no_number_stops_the_program(said) -> None:
    """The message names the setting and what it takes."""
    with pytest.raises(SettingsError) as caught:
        Settings.read({"SHOUWANG_READS_KEPT_MONTHS": said})

    assert "SHOUWANG_READS_KEPT_MONTHS" in caught.value.en
    assert "6" in caught.value.zh
