"""People are found by name, initials and number: those who are known here, told apart, and nobody else."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from adapters.search_tokens import initials_of
from tests.webapp.scene import ACCOUNTS
from webapp import searching

LOGINS = [login for login, *_ in ACCOUNTS]
PEOPLE = {
    "zeng": ("曾单解", "female", "1948-01-02", "fushou"),
    "shan": ("单小明", "male", "1950-05-06", "fushou"),
    "same": ("单小明", "male", "1961-07-08", "zhamu"),
    "quzhen": ("次仁曲珍", "female", "1955-03-04", "zhamu"),
    "latin": ("Alexander", "male", "1940-09-10", "zhamu"),
}
HOME = {"zhang": "fushou", "gesang": "fushou", "wang": "zhamu"}
NAMED = {"zhang": "张建国", "gesang": "格桑曲珍", "wang": "王秀英", **{key: one[0] for key, one in PEOPLE.items()}}
SEES = {
    "fushou.manager": {"fushou"},
    "zhamu.manager": {"zhamu"},
    "bomi.regulator": {"zhamu"},
    "nyingchi.regulator": {"fushou", "zhamu"},
    "auditor": {"fushou", "zhamu"},
}


def number(key: str) -> str:
    """A synthetic document number, another for each."""
    return f"9901011950010100{list(PEOPLE).index(key) + 11}"


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """A town with namesakes and names that are read in several ways."""
    from tests.webapp.scene import made

    scene = made(tmp_path_factory.mktemp("crowd"))
    for key, (name, sex, born, home) in PEOPLE.items():
        person = scene.record(
            key,
            "person.register",
            "2026-11-01",
            name=name,
            document_kind="passport",
            document_number=number(key),
            sex=sex,
            birth_date=born,
        )
        scene.record(
            key + " stay", "stay.admit", "2026-11-02", person=person, facility=scene.streams[home], category="destitute"
        )
    scene.services.views.catch_up()
    return scene


@pytest.fixture(scope="module")
def finder(crowd):
    """Who an account finds by a text: the short names, through the page."""
    from tests.webapp.reader import Reader
    from webapp.app import create_app

    app = create_app(crowd.services)
    readers = {login: Reader(app.test_client(), login) for login in SEES}
    known = {f"/persons/{crowd.streams[key]}": key for key in NAMED}

    def found(login: str, typed: str) -> set[str]:
        page = readers[login].get(f"/persons/search?q={typed}")
        return {known[link.partition("?")[0]] for link in page.links if link.partition("?")[0] in known}

    return found


def fits(key: str, typed: str) -> bool:
    """The property: part of the name, part of the initials by any reading, whole number, last four."""
    ways = {"".join(one) for one in product(*(letters or " " for letters in initials_of(NAMED[key])))}
    whole = number(key) if key in PEOPLE else ""
    named = typed.casefold() in NAMED[key].casefold()
    return named or (len(typed) > 1 and any(typed in way for way in ways)) or typed in (whole, whole[-4:] or None)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(login=st.sampled_from(sorted(SEES)), key=st.sampled_from(sorted(NAMED)), data=st.data())
def test_everybody_known_here_is_found_by_every_way_and_nobody_else(crowd, finder, login, key, data) -> None:
    """Any part of the name or of the initials, the last four: exactly those of the area whom the text fits."""
    ways = ["".join(one) for one in product(*initials_of(NAMED[key]))] if initials_of(NAMED[key]) else []
    word = data.draw(st.sampled_from([NAMED[key], *ways]))
    start = data.draw(st.integers(0, len(word) - 1))
    typed = data.draw(
        st.sampled_from([word[start : data.draw(st.integers(start + 1, len(word)))], number("zeng")[-4:]])
    )
    home = {**HOME, **{one: said[3] for one, said in PEOPLE.items()}}

    assert finder(login, typed) == {one for one in NAMED if home[one] in SEES[login] and fits(one, typed)}


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("zsj", "zeng"),
        ("csx", None),
        ("cdj", "zeng"),
        ("zdx", "zeng"),
        ("dxm", "shan"),
        ("sxm", "shan"),
        ("gsqz", "gesang"),
        ("QZ", "gesang"),
        ("zjg", "zhang"),
        ("z", None),
        ("gqz", None),
    ],
)
def test_names_are_read_in_every_way(finder, typed, who) -> None:
    """单 as shan and dan, 曾 as zeng and ceng, 解 as xie and jie; Tibetan names in Chinese characters as others; one letter finds none."""
    expected = {who} if who else set()
    if typed == "csx":
        expected = {"zeng"}

    assert finder("fushou.manager", typed) == expected


def test_a_whole_number_finds_somebody_from_elsewhere_and_opens_nothing(crowd, finder, reader) -> None:
    """The name is masked, nothing else is told, no page is linked; a name in Latin letters is no number."""
    from tests.webapp.reader import Reader
    from webapp.app import create_app

    somebody = Reader(create_app(crowd.services).test_client(), "fushou.manager")
    page = somebody.get(f"/persons/search?q={number('quzhen')}")

    assert "次***" in page.text
    assert "不在您的范围" in page.text
    assert "曲珍" not in page.text
    assert "1955" not in page.text
    assert finder("fushou.manager", number("quzhen")) == set()
    assert "没有找到" in somebody.get("/persons/search?q=Alexander").text


def test_namesakes_are_told_apart(crowd) -> None:
    """Sex, year of birth and present home stand beside the name."""
    from tests.webapp.reader import Reader
    from webapp.app import create_app

    page = Reader(create_app(crowd.services).test_client(), "nyingchi.regulator").get("/persons/search?q=单小明")

    for said in ("1950年生", "1961年生", "福寿敬老院", "扎木镇敬老院", "男"):
        assert said in page.text


def test_too_many_are_told_and_more_is_asked_for(crowd, monkeypatch) -> None:
    """More than are looked at: nobody is listed. More than are shown: the first are, and that there are more is said."""
    from tests.webapp.reader import Reader
    from webapp.app import create_app

    somebody = Reader(create_app(crowd.services).test_client(), "nyingchi.regulator")
    monkeypatch.setattr(searching, "SHOWN_MAX", 1)
    assert "共 2 人符合，只列出 1 人" in somebody.get("/persons/search?q=单小明").text
    monkeypatch.setattr(searching, "LOOKED_AT_MAX", 1)
    page = somebody.get("/persons/search?q=单小明")
    assert "太多" in page.text
    assert "1950" not in page.text


def test_those_of_an_earlier_version_are_found_after_the_first_start(tmp_path) -> None:
    """Without tokens of initials they are not found by them; the backfill gives them, once, and again does nothing."""
    from infra.bootstrap import bootstrap
    from infra.initials import give_initials
    from infra.settings import Settings
    from tests.webapp.scene import made

    scene = made(tmp_path)
    vault = scene.services.vault
    store = vault._store
    with store.writing() as connection:
        connection.execute(text("DELETE FROM tokens"))
        connection.execute(text("DELETE FROM steps"))
    built = bootstrap(Settings(data=tmp_path, node="test"), scene.clock)
    assert built.vault.find("zjg") == set()

    assert give_initials(built) == 3
    assert built.vault.find("zjg") == built.vault.find("建国") == {scene.streams["zhang"]}
    assert give_initials(built) == 0
    store.close()
    built.vault._store.close()
