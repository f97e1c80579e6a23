"""Units are declared once, in Chinese; English comes from one table unless a declaration knows better."""

import pytest

from domain.activity_types import ActivityTypes, BadActivityTypes
from domain.aggregates import events
from domain.catalogue import commands, event_words, sheets
from domain.declared import fields_of
from domain.units import ENGLISH, singular, spoken
from tests.domain.test_activity_types import ONE
from tests.domain.test_catalogue import reference


@pytest.mark.parametrize(
    ("unit", "en", "count", "said"),
    [
        ("人", None, 3, "people"),
        ("人", None, "1", "person"),
        ("批次", None, 1, "batch"),
        ("家", None, 1, "facility"),
        ("份", "reports", 1, "report"),
        ("份", "reports", 0, "reports"),
        ("年", None, 1950, ""),
        (None, None, 1, ""),
    ],
)
def test_a_unit_is_spoken_in_english(unit, en, count, said):
    """Plural, singular for one, and the declaration's own word before the table's."""
    assert spoken(unit, zh=False, count=count, en=en) == said
    assert spoken(unit, zh=True, count=count, en=en) == (unit or "")


def test_every_declared_unit_has_an_english_one():
    """No field, column or figure shows a Chinese unit on an English page."""
    fields = [spec for event in events().values() for _, spec, _ in fields_of(event).values()]
    columns = [spec for sheet in sheets().values() for spec in sheet.values()]
    figures = reference().figures.values()

    assert {spec.unit for spec in (*fields, *columns) if spec.unit} <= set(ENGLISH)
    assert [f.key for f in figures if not f.unit_in(zh=False).replace("²", "").isascii()] == []


def test_a_quantity_whose_unit_has_no_english_name_is_refused():
    """A bureau that counts in 篮 says what that is in English."""
    text = ONE.replace('unit = "次"', 'unit = "篮"')

    with pytest.raises(BadActivityTypes, match="unit_en"):
        ActivityTypes.parse(text)
    named = ActivityTypes.parse(text.replace('unit = "篮"', 'unit = "篮", unit_en = "baskets"'))
    assert named.types["patrol"].quantities["rounds"].unit_en == "baskets"


def test_a_word_without_an_s_stays_as_it_is():
    """yuan, km and % are the same for one and for many."""
    assert [singular(word) for word in ("yuan", "km", "%", "m²")] == ["yuan", "km", "%", "m²"]


def test_commands_are_imperatives_and_events_what_happened():
    """`stay.admit` is Admit a person, and its event Admission; no command is called like its event in English."""
    known = commands()

    assert known["stay.admit"].en == "Admit a person"
    assert known["facility.license_beds"].en == "License beds"
    assert known["facility.register"].en == "Register a facility"
    assert known["activity.log"].en == "Log an activity"
    assert [name for name, one in known.items() if one.event and one.en == event_words(one.event)[1]] == []
    assert len({one.en for one in known.values()}) == len(known)
