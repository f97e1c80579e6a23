"""Accident grades: the bands of 国务院令493, as data with validity, and the bodies that are told."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.accident_grades import AccidentGrades, BadAccidentGrades, grade
from tests.scene import reference

GRADES = reference().accidents.on(date(2024, 5, 5))
NUMBERS = st.tuples(st.integers(0, 200), st.integers(0, 300), st.integers(0, 20_000_000_000))

ONE = """
[[version]]
from = 2007-06-01
source = "x"
grades = [
    { code = "light", zh = "轻", en = "Light", dead = 0, injured = 0, loss_fen = 0, report_to = 2 },
    { code = "grave", zh = "重", en = "Grave", dead = 3, injured = 10, loss_fen = 100, report_to = 3 },
]
[bodies]
county_bureau = { zh = "县", en = "County", level = 1 }
"""


@pytest.mark.parametrize(
    ("dead", "injured", "loss_fen", "code"),
    [
        (0, 0, 0, "ordinary"),
        (2, 0, 0, "ordinary"),
        (3, 0, 0, "larger"),
        (9, 0, 0, "larger"),
        (10, 0, 0, "major"),
        (20, 0, 0, "major"),
        (29, 0, 0, "major"),
        (30, 0, 0, "exceptional"),
        (0, 9, 0, "ordinary"),
        (0, 10, 0, "larger"),
        (0, 50, 0, "major"),
        (0, 100, 0, "exceptional"),
        (0, 0, 999_999_999, "ordinary"),
        (0, 0, 1_000_000_000, "larger"),
        (0, 0, 5_000_000_000, "major"),
        (0, 0, 10_000_000_000, "exceptional"),
        (3, 50, 0, "major"),
    ],
)
def test_the_grade_follows_the_table(dead, injured, loss_fen, code):
    """AC-01, with the vectors of the rule book: lower bounds are included, upper ones are not."""
    assert grade(GRADES, dead, injured, loss_fen).code == code


@given(NUMBERS)
def test_the_grade_is_the_gravest_of_the_three(numbers):
    """AC-01: the maximum over deaths, injuries and loss, each graded alone."""
    dead, injured, loss = numbers
    alone = [grade(GRADES, dead, 0), grade(GRADES, 0, injured), grade(GRADES, 0, 0, loss)]

    assert GRADES.index(grade(GRADES, *numbers)) == max(map(GRADES.index, alone))


@given(NUMBERS, NUMBERS)
def test_more_harm_is_never_a_lighter_grade(numbers, more):
    """The grade never falls when a number rises, and it is never reported to a lower level."""
    worse = grade(GRADES, *(a + b for a, b in zip(numbers, more, strict=True)))

    assert GRADES.index(worse) >= GRADES.index(grade(GRADES, *numbers))
    assert worse.report_to >= grade(GRADES, *numbers).report_to


def test_each_grade_is_reported_up_to_its_level():
    """国务院令493 第10条: ordinary to the city, larger to the province, the others to the State Council."""
    assert {one.code: one.report_to for one in GRADES} == {"ordinary": 2, "larger": 3, "major": 4, "exceptional": 4}


def test_the_grades_of_a_day_are_those_in_force():
    """A later version holds from its day on; before the first, the first."""
    both = AccidentGrades.parse(
        ONE + ONE.split("[bodies]", maxsplit=1)[0].replace("2007", "2030").replace("dead = 3", "dead = 5")
    )

    assert [both.on(date(year, 6, 1))[1].dead for year in (1999, 2007, 2029, 2030)] == [3, 3, 3, 5]
    assert both.grade_words == {"light": ("轻", "Light"), "grave": ("重", "Grave")}


def test_grades_and_bodies_are_code_lists():
    """Forms and boards show them by name; those beside the chain have level 0."""
    lists = reference().lists

    assert lists["accident_grades"]["larger"][0] == "较大事故"
    assert lists["report_bodies"]["county_emergency"][0] == "县级应急管理部门"
    levels = {code: body.level for code, body in reference().accidents.bodies.items()}
    assert (levels["county_bureau"], levels["ministry"], levels["police"]) == (1, 4, 0)


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("injured = 10", "injured = 0", "grave"),
        ("report_to = 3", "report_to = 1", "grave"),
    ],
)
def test_grades_that_do_not_rise_are_refused(before, after, complaint):
    """A table with a gap or a fold would leave an accident without its grade."""
    with pytest.raises(BadAccidentGrades, match=complaint):
        AccidentGrades.parse(ONE.replace(before, after, 1))


def test_an_accident_without_harm_must_have_a_grade():
    """The lightest grade takes everything."""
    harmless = ONE.replace("dead = 0, injured = 0, loss_fen = 0", "dead = 1, injured = 1, loss_fen = 1")
    with pytest.raises(BadAccidentGrades, match="without harm"):
        AccidentGrades.parse(harmless)
