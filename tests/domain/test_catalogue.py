"""The catalogue: what can be said and asked, in plain data, with words in both languages; nothing private in any sentence."""

import json
from datetime import date
from decimal import Decimal

import pytest

from domain.aggregates import events
from domain.catalogue import as_data, commands, field_rows, sentence, sheets, spoken, type_name
from domain.model import Field, Sealed
from tests.domain.every import EXAMPLES, deciding
from tests.house.specimens import event_of
from tests.scene import Scene, reference


@pytest.fixture(scope="module")
def data():
    """The catalogue as it is printed."""
    return json.loads(json.dumps(as_data(reference()), ensure_ascii=False))


def test_every_command_and_field_has_words_in_both_languages(data):
    """Chinese beside the declaration, English humanised from the identifier or given."""
    for command in data["commands"]:
        assert command["label_zh"]
        assert command["label_en"].isascii()
        for field in command["fields"]:
            assert field["label_zh"], (command["name"], field["name"])
            assert field["label_en"].isascii()


def test_no_command_asks_for_what_the_aggregate_fills_in(data):
    """Filled fields stand in events only."""
    assert not [f for c in data["commands"] for f in c["fields"] if f["filled"]]
    assert [f for e in data["events"] for f in e["fields"] if f["filled"]]


def test_every_command_names_events_and_posts_that_exist(data):
    """A command that nobody may give, or that leads nowhere, is none."""
    topics = {e["topic"] for e in data["events"]} | {"entry.withdrawn"}
    for command in data["commands"]:
        assert command["events"]
        assert set(command["events"]) <= topics
        assert command["posts"]
        assert set(command["posts"]) <= set(reference().choices("posts"))


def test_every_number_has_a_unit_and_every_choice_its_codes(data):
    """No number without a unit; no list without codes."""
    for owner in (*data["commands"], *data["events"]):
        for field in owner["fields"]:
            if field["type"] in ("integer", "decimal", "quantities"):
                assert field["unit"], (owner, field["name"])
            assert field["choices"] != []


def test_the_fields_of_a_choice_offer_codes_with_words_in_both_languages():
    """Every code list that a field names exists."""
    named = {spec.choices for e in events().values() for _, spec, _ in [*_fields(e)] if spec.choices}
    for name in named:
        for code in reference().choices(name):
            assert all(reference().words(name, code))


def _fields(event):
    from domain.declared import fields_of

    return fields_of(event).values()


@pytest.mark.parametrize("topic", sorted(events()))
def test_every_event_is_told_in_a_sentence_without_anything_private(topic):
    """Both languages; a sealed value is a star or left out; a correction and a withdrawal say that they are one."""
    zh, en = sentence(event_of(events()[topic]), reference())
    assert zh
    assert en
    assert "c2VhbGVk" not in zh + en
    assert "{" not in zh + en


@pytest.mark.parametrize("command", deciding())
def test_what_really_happened_is_told_in_both_languages(scene: Scene, command):
    """Every event of every example, as recorded, as corrected and as withdrawn."""
    before, said = EXAMPLES[command]
    event = scene.given(*before).when(said).events[0]
    scene.correct(event.originator_id, event.originator_version)
    told = {e.topic: sentence(e, reference()) for e in scene.log.read(0, 1000)}
    assert all(zh and en for zh, en in told.values())
    assert told[event.topic][0].startswith("更正后：")
    assert told[event.topic][1].startswith("As corrected: ")
    assert told["entry.withdrawn"] == ("撤销：录错", "Withdrawn: 录错")


@pytest.mark.parametrize(
    ("value", "field", "zh", "en"),
    [
        (None, Field("x"), "—", "—"),
        (True, Field("x"), "是", "yes"),
        (False, Field("x"), "否", "no"),
        (Sealed("s", ("t", "s", 1, "f"), "x"), Field("x"), "＊", "*"),
        ("x", Field("x", private="self"), "＊", "*"),
        ("female", Field("x", choices="sexes"), "女", "Female"),
        ("gone", Field("x", choices="sexes"), "gone", "gone"),
        (date(2024, 3, 1), Field("x"), "2024年3月1日", "1 March 2024"),
        (7, Field("x"), "7", "7"),
    ],
)
def test_a_value_is_spoken_as_people_read_it(value, field, zh, en):
    """Codes by name, days in words, what is private not at all."""
    assert spoken(value, field, reference(), zh=True) == zh
    assert spoken(value, field, reference(), zh=False) == en


def test_quantities_are_spoken_with_names_and_units():
    """By the words of their type."""
    said = {"household_times": Decimal(12)}
    assert "12 户次" in spoken(said, Field("x"), reference(), zh=True, kind="festival_visit")
    assert spoken(said, Field("x"), reference(), zh=False, kind="festival_visit") == "household visits 12"
    assert spoken({"reports": 1}, Field("x"), reference(), zh=False, kind="hotline") == "reports 1 call"


def test_a_type_is_named_by_what_it_holds():
    """text, integer, date, list, quantities and the rest."""
    assert [type_name(t) for t in (str, int | None, date, dict[str, Decimal], tuple[str, ...], str | Sealed)] == [
        "text",
        "integer",
        "date",
        "quantities",
        "list",
        "object",
    ]


def test_every_sheet_has_columns_with_words():
    """The breaches stand among them."""
    assert "breaches" in sheets()
    for columns in sheets().values():
        assert all(
            row["label_zh"] and row["label_en"]
            for row in field_rows({k: (str, f, True) for k, f in columns.items()}, reference())
        )


def test_a_command_acts_on_the_thing_that_it_is_named_after():
    """`target` is the aggregate's name, and none for what makes a stream or corrects."""
    assert {commands()[c].target for c in ("facility.rename", "stay.move", "account.lock")} == {
        "facility",
        "stay",
        "account",
    }
    assert commands()["facility.register"].target is None
    assert commands()["entry.withdraw"].target is None
