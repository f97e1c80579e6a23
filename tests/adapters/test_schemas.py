"""A command's arguments as they come from outside: read into the declared types, or refused by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.schemas import Schemas, business_date, business_moment
from domain.batch_rules import Line
from domain.model import CHINA, Field, Refused, Sealed
from tests.adapters.vault_stores import Hand

CODES = {"sexes": ("male", "female"), "letters": tuple("abcdefghijklmnop")}
NOW = datetime(2024, 6, 1, 4, 0, tzinfo=UTC)
DECLARED: dict[str, tuple[Any, Field, bool]] = {
    "name": (str, Field("姓名", private="self"), True),
    "sex": (str, Field("性别", choices="sexes"), True),
    "beds": (int, Field("床位", unit="张", minimum=1), True),
    "since": (date, Field("起始日期"), True),
    "facility": (str | None, Field("机构", ref="facility"), False),
    "birth_date": (date | None, Field("出生日期", private="self", birth=True), False),
    "amount_fen": (int | None, Field("金额", unit="元"), False),
    "open": (bool | None, Field("是否开放"), False),
    "seen_at": (datetime | None, Field("看到的时间"), False),
    "inspectors": (tuple[str, ...], Field("检查人员", choices="letters"), False),
    "quantities": (dict[str, Decimal], Field("数量"), False),
    "answers": (tuple[Mapping[str, Any], ...], Field("答案"), False),
    "args": (Mapping, Field("更正内容"), False),
    "points": (Mapping[str, int], Field("得分"), False),
    "month": (
        str | None,
        Field("月份", pattern=r"[0-9]{4}-[0-9]{2}", hint_zh="如 2024-03", hint_en="as 2024-03"),
        False,
    ),
    "course": (str | Sealed | None, Field("经过", long=True), False),
    "pseudonym": (str | None, Field("代称", filled=True), False),
}
GOOD = {"name": "张三", "sex": "male", "beds": 3, "since": "2024-01-01"}
NAMES = [name for name in DECLARED if name != "pseudonym"]


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    """The schemas of one command with a field of every kind, and of one without any."""
    return Schemas({"home.open": DECLARED, "home.close": {}}, CODES.__getitem__, Hand())


def refused(schemas: Schemas, args: Any, command: str = "home.open", **how: bool) -> Refused:
    """The refusal of arguments that must not be read."""
    with pytest.raises(Refused) as caught:
        schemas.read(command, args, **how)
    return caught.value


def refusal_of(schemas: Schemas, args: Any, **how: bool) -> Refused | None:
    """The refusal of arguments that may be read as well."""
    try:
        schemas.read("home.open", args, **how)
    except Refused as refusal:
        return refusal
    return None


def one(schemas: Schemas, name: str, value: Any, **how: bool) -> Any:
    """What one field reads."""
    return schemas.read("home.open", {**GOOD, name: value}, **how)[name]


def test_arguments_become_the_declared_types(schemas: Schemas) -> None:
    """Dates, numbers and lists are typed; what was not given is not there."""
    args = {
        **GOOD,
        "name": "  张三　",
        "quantities": {"访视": 2.5, "人次": "3", "户": 4},
        "inspectors": ["a", "b"],
        "seen_at": "2024-05-31T08:30:00+08:00",
        "open": False,
        "points": {"A": 9},
        "course": "一\r\n二\n",
    }

    assert schemas.read("home.open", args) == {
        "name": "张三",
        "sex": "male",
        "beds": 3,
        "since": date(2024, 1, 1),
        "open": False,
        "inspectors": ("a", "b"),
        "seen_at": datetime(2024, 5, 31, 8, 30, tzinfo=CHINA),
        "points": {"A": 9},
        "course": "一\n二",
        "quantities": {"访视": Decimal("2.5"), "人次": Decimal(3), "户": Decimal(4)},
    }


def test_typed_values_are_taken_as_they_are(schemas: Schemas) -> None:
    """What was read once may be read again: corrections and drafts pass through."""
    once = schemas.read("home.open", {**GOOD, "quantities": {"a": "1.50"}, "seen_at": "2024-05-31T08:30:00Z"})

    assert schemas.read("home.open", once) == once


def test_null_means_nothing_for_an_optional_field(schemas: Schemas) -> None:
    """An optional field can be emptied, by null or by blank text; a required one cannot, not even in a correction."""
    assert one(schemas, "facility", None) is one(schemas, "facility", "  ") is None
    for blank in (None, "", "　"):
        assert (
            refused(schemas, {**GOOD, "name": blank}).rule,
            refused(schemas, {"name": blank}, partial=True).rule,
        ) == ("field.missing", "field.missing")


def test_a_correction_needs_only_what_changes(schemas: Schemas) -> None:
    """Nothing is required; what is given is checked all the same."""
    assert schemas.read("home.open", {}, partial=True) == {}
    assert schemas.read("home.open", {"beds": 4}, partial=True) == {"beds": 4}
    assert refused(schemas, {"beds": 0}, partial=True).field == "beds"


def test_unknown_comes_before_missing_and_missing_before_invalid(schemas: Schemas) -> None:
    """One field is named, always the same one."""
    found = [
        refused(schemas, args)
        for args in (
            {"zebra": 1, "apple": 2, "beds": "many"},
            {"beds": "many", "since": "x"},
            {**GOOD, "since": "x", "beds": "many"},
        )
    ]

    assert [(r.rule, r.field) for r in found] == [
        ("field.unknown", "apple"),
        ("field.missing", "name"),
        ("field.invalid", "beds"),
    ]


def test_a_field_that_the_aggregate_fills_in_is_unknown(schemas: Schemas) -> None:
    """Nobody types a pseudonym."""
    assert refused(schemas, {**GOOD, "pseudonym": "x"}).rule == "field.unknown"


def test_an_unknown_field_is_named_only_if_it_is_a_name(schemas: Schemas) -> None:
    """A key may hold anything, also something personal."""
    refusal = refused(schemas, {**GOOD, "张三 11010119900101123X": 1})

    assert (refusal.rule, refusal.field) == ("field.unknown", None)
    assert "张三" not in repr(refusal.wording)


def test_an_unknown_command_is_told_with_those_like_it(schemas: Schemas) -> None:
    """A slip of the finger is easily put right."""
    near, far = refused(schemas, {}, "home.opne"), refused(schemas, {}, "飞")

    assert near.rule == far.rule == "command.unknown"
    assert "home.open" in near.wording.remedy_en
    assert refused(schemas, {}, 7).rule == "command.unknown"
    assert schemas.read("home.close", {}) == {}


@pytest.mark.parametrize("args", [None, [], "x", 3])
def test_arguments_are_names_with_values(schemas: Schemas, args: Any) -> None:
    """Anything else is a malformed command."""
    assert refused(schemas, args).rule == "command.malformed"


NAN, INFINITY = float("nan"), float("inf")
BAD = {
    "name": [3, True, ["x"], {"$ref": "x"}, "a\x00b", "a\nb", "a\u202eb", "a\ud800", "长" * 201, "x" * 65_537],
    "sex": ["Male", "other", 1],
    "beds": ["many", "12", 1.0, True, 0, -1, 10**15 + 1, [1]],
    "since": [
        "2024-02-30",
        "20240101",
        "2024-W01-1",
        "2024-1-1",
        "２０２４-01-01",
        "2101-01-01",
        "1700-01-01",
        20240101,
        "2024-01-01T00:00:00",
    ],
    "facility": ["x" * 65, {"$ref": "x"}, 3],
    "birth_date": ["1879-12-31", "2024-06-02", "1990"],
    "amount_fen": [-1, "12.34", 12.5],
    "open": [1, "true", "yes"],
    "seen_at": ["2024-05-31T08:30:00", "2024-05-31", "2024-05-31T25:00:00Z", "0001-01-01T00:00:00+14:00", 5],
    "inspectors": ["a", [1], [""], ["z"], [None], {"a": 1}],
    "quantities": [
        [1],
        {"a": -1},
        {"a": NAN},
        {"a": INFINITY},
        {"a": 0.12345},
        {"a": "1e3"},
        {"a": True},
        {"a": None},
        {"": 1},
        {"a": 1, " a": 2},
        {"a": 1e22},
        {"a": 10**5000},
        {"a": "١"},
        {1: 1},
        {"x" * 65: 1},
    ],
    "answers": [[{"item": "a\x00"}], [{"item": NAN}], "x", [{1: 2}]],
    "args": [[1], {"a": {"b": INFINITY}}, {"a": 10**16}, "x"],
    "points": [{"A": "9"}, {"A": 9.5}, {"A": -1}],
    "month": ["2024-3", "2024-03-01", "March"],
    "course": ["a\x0bb", 1, "长" * 2_001, "长" * 22_000],
}


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name, values in BAD.items() for value in values],
    ids=lambda v: v if isinstance(v, str) and v in DECLARED else "",
)
def test_a_value_that_does_not_fit_is_refused(schemas: Schemas, name: str, value: Any) -> None:
    """The refusal names the field and its label in both languages."""
    refusal = refused(schemas, {**GOOD, name: value})
    wording = refusal.wording

    assert (refusal.rule, refusal.field) == ("field.invalid", name)
    assert DECLARED[name][1].zh in wording.zh
    assert all((wording.zh, wording.en, wording.remedy_zh, wording.remedy_en))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "x" * 200),
        ("name", "长" * 200),
        ("course", "长" * 2_000),
        ("beds", 1),
        ("beds", 10**15),
        ("birth_date", "1880-01-01"),
        ("birth_date", "2024-06-01"),
        ("since", "2100-12-31"),
        ("facility", "x" * 64),
        ("amount_fen", 0),
        ("inspectors", []),
        ("args", {}),
        ("args", {"a": [None, True, {"b": 1}]}),
        ("month", "2024-03"),
        ("quantities", {"a": 0}),
        ("course", "一\n\t二"),
    ],
)
def test_the_limits_themselves_are_inside(schemas: Schemas, name: str, value: Any) -> None:
    """What stands exactly at a limit is read."""
    assert one(schemas, name, value) is not None


def test_numbers_keep_their_exact_value_in_one_form(schemas: Schemas) -> None:
    """However a quantity is written, equal quantities are equal to the last digit and look the same."""
    written = [2.5, "2.5", "2.50", "2.5000", Decimal("2.50")]
    read = [str(one(schemas, "quantities", {"a": value})["a"]) for value in written]

    assert read == ["2.5"] * 5
    assert [str(one(schemas, "quantities", {"a": v})["a"]) for v in (100, 1e2, "0.0000", -0.0)] == [
        "100",
        "100",
        "0",
        "0",
    ]


def test_a_long_list_of_choices_is_not_read_out(schemas: Schemas) -> None:
    """At most twelve are named."""
    assert "male、female" in refused(schemas, {**GOOD, "sex": "x1"}).wording.zh
    letters = refused(schemas, {**GOOD, "inspectors": ["z1"]}).wording

    assert letters.zh.endswith("k、l 等")
    assert letters.en.endswith("k, l and others")


FORM = [
    ("beds", " 12 ", 12),
    ("beds", "１２", 12),
    ("amount_fen", "12.3", 1230),
    ("amount_fen", "1,234.56", 123456),
    ("amount_fen", "12", 1200),
    ("open", "on", True),
    ("open", "no", False),
    ("since", "2024年3月1日", date(2024, 3, 1)),
    ("since", "2024/3/1", date(2024, 3, 1)),
    ("seen_at", "2024-05-31T08:30", datetime(2024, 5, 31, 8, 30, tzinfo=CHINA)),
    ("inspectors", "a、b\nc", ("a", "b", "c")),
    ("inspectors", ["a", ""], ("a",)),
    ("quantities", {"a": "1,200.5", "b": " "}, {"a": Decimal("1200.5")}),
]


@pytest.mark.parametrize(("name", "text", "value"), FORM)
def test_a_form_writes_as_people_write(schemas: Schemas, name: str, text: Any, value: Any) -> None:
    """Digits of any width are numbers, yuan are fen, Chinese dates are dates."""
    assert one(schemas, name, text, from_form=True) == value


def test_a_blank_text_of_a_form_is_absent(schemas: Schemas) -> None:
    """An untouched field says nothing; a required one is missing."""
    assert schemas.read("home.open", {**GOOD, "beds": "3", "facility": " ", "amount_fen": ""}, from_form=True) == {
        **GOOD,
        "since": date(2024, 1, 1),
    }
    assert refused(schemas, {**GOOD, "beds": " "}, from_form=True).rule == "field.missing"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("beds", "many"),
        ("beds", "1.5"),
        ("amount_fen", "1.234"),
        ("amount_fen", "-5"),
        ("amount_fen", "1,23"),
        ("open", "maybe"),
        ("since", "tomorrow"),
        ("seen_at", "08:30"),
    ],
)
def test_a_form_is_not_read_more_kindly_than_it_can_be(schemas: Schemas, name: str, text: str) -> None:
    """What could mean two things means nothing."""
    assert refused(schemas, {**GOOD, name: text}, from_form=True).field == name


def test_the_first_day_of_business_is_in_1949_and_the_last_is_today() -> None:
    """Business dates and moments outside are refused, and so is a moment without its offset."""
    today = date(2024, 6, 1)
    assert business_date("1949-01-01", today) == date(1949, 1, 1)
    assert business_date("2024-06-01", today) == today
    assert business_moment("2024-06-01T23:59:00+08:00", NOW) == datetime(2024, 6, 1, 23, 59, tzinfo=CHINA)
    for said in ("1948-12-31", "2024-06-02", "2024-06-01T00:00:00Z", "x", None, 5):
        with pytest.raises(Refused) as caught:
            business_date(said, today)
        assert (caught.value.rule, caught.value.field) == ("field.invalid", "occurred_on")
    for said in (
        "2024-06-01T08:00:00",
        "2024-06-01",
        "2024-06-01T16:00:00Z",
        "1948-12-31T15:59:59Z",
        None,
        [],
        "9999-12-31T23:59:59-08:00",
    ):
        with pytest.raises(Refused) as caught:
            business_moment(said, NOW)
        assert (caught.value.rule, caught.value.field) == ("field.invalid", "occurred_at")


def test_a_type_that_nobody_can_send_is_found_at_the_start() -> None:
    """A declaration that cannot be read from outside stops the program, not the first user."""
    with pytest.raises(TypeError, match="lasting"):
        Schemas({"x.y": {"lasting": (timedelta, Field("时长"), True)}}, CODES.__getitem__, Hand())


MARK = "⟦秘密⟧"
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters()).map(lambda t: MARK + t)
    | st.text(st.characters(), max_size=20)
    | st.sampled_from([v for values in BAD.values() for v in values if isinstance(v, str)])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9) | st.just(MARK), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=600, deadline=None)
@given(name=st.sampled_from(NAMES), value=ANYTHING, partial=st.booleans(), from_form=st.booleans())
def test_any_value_is_read_or_refused(schemas: Schemas, name: str, value: Any, partial: bool, from_form: bool) -> None:
    """Whatever comes, the answer is typed arguments or a refusal of that field that does not repeat what came."""
    refusal = refusal_of(schemas, {**GOOD, name: value}, partial=partial, from_form=from_form)

    assert refusal is None or (refusal.field == name and refusal.rule in ("field.missing", "field.invalid"))
    assert refusal is None or MARK not in repr(refusal.wording) + str(refusal)


@settings(max_examples=200, deadline=None)
@given(
    args=st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=9), ANYTHING, max_size=6), from_form=st.booleans()
)
def test_any_arguments_are_read_or_refused(schemas: Schemas, args: dict[str, Any], from_form: bool) -> None:
    """Several at once, unknown ones among them: nothing but a refusal leaves the schema."""
    refusal = refusal_of(schemas, args, from_form=from_form)

    assert refusal is None or refusal.rule.startswith("field.")
    assert refusal is None or MARK not in repr(refusal.wording)


@given(st.decimals(0, 10**11, places=4) | st.integers(0, 10**15))
def test_every_allowed_number_survives_json(schemas: Schemas, number: Decimal | int) -> None:
    """A quantity that went through JSON as text or number is the same quantity."""
    sent = json.loads(json.dumps({"a": str(number), "b": float(number) if number < 10**10 else str(number)}))

    assert one(schemas, "quantities", sent) == {"a": number, "b": number}


def test_a_text_that_is_too_long_is_told_by_how_much(schemas: Schemas) -> None:
    """The rule and what to do stand in the refusal, in both languages; spaces around it do not count."""
    said = refused(schemas, {**GOOD, "course": "长" * 6_000}).wording
    assert said.zh == "“经过”应为不超过 2,000 个字的文字：请删去 4,000 个字"
    assert said.en == "Course must be text of at most 2,000 characters: take out 4,000"
    assert schemas.read("home.open", {**GOOD, "course": " " * 9 + "长" * 2_000 + "\n" * 9})["course"] == "长" * 2_000


def test_what_is_wrong_with_a_line_names_the_line_and_the_field() -> None:
    """The first bad line is told, counted from 1 in the words and from 0 for a program, with nothing of its content."""
    paying = Schemas(
        {"list.pay": {"lines": (tuple[Line, ...], Field("名单", en="List"), True)}}, CODES.__getitem__, Hand()
    )
    good = {"person": "a", "amount_fen": 5}
    found = refused(paying, {"lines": [good, good, {**good, "amount_fen": 0}]}, "list.pay")
    assert (found.field, found.part, found.at) == ("lines", "2.amount_fen", "lines.2.amount_fen")
    assert found.wording.zh.startswith("“名单第 3 行（amount_fen）”应为")
    assert found.wording.en.startswith("List, line 3 (amount_fen) must be")


@pytest.mark.parametrize("value", [2.5, "2", -1, True])
def test_what_is_counted_is_asked_for_without_decimals(schemas: Schemas, value: Any) -> None:
    """A number of beds is whole; how large it may be is told only of what is larger."""
    assert refused(schemas, {**GOOD, "beds": value}).wording.zh == "“床位”应为不小于 1 的整数，不带小数"
    assert "不大于" in refused(schemas, {**GOOD, "beds": 10**16}).wording.zh


def test_an_example_of_how_a_day_is_written_is_the_day_itself(schemas: Schemas) -> None:
    """Where a program writes a day wrongly the example is today; a day out of bounds is told in words."""
    today = Hand().now().astimezone(CHINA).date()
    assert f"如 {today}" in refused(schemas, {**GOOD, "since": "soon"}).wording.zh
    assert "1800年1月1日至2100年12月31日" in refused(schemas, {**GOOD, "since": "1700-01-01"}).wording.zh
