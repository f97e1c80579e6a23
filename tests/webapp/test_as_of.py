"""Persons and histories follow the as-of bar: the day, what was known, the area; and are read page by page."""

from __future__ import annotations

import pytest

from webapp import boards, persons, records

HOME, THEN = "现在机构", "当日机构"


def position_of(scene, name: str) -> int:
    """The position of the first event of something in the scene."""
    return scene.services.log.stream(scene.streams[name])[0].envelope.position


@pytest.mark.parametrize(
    ("login", "asked", "total"),
    [
        ("nyingchi.regulator", "", 3),
        ("nyingchi.regulator", "as_of=2024-12-31", 1),
        ("nyingchi.regulator", "as_of=2025-12-31", 2),
        ("nyingchi.regulator", "as_of=2024-05-20", 0),
        ("nyingchi.regulator", "region=540424", 1),
        ("nyingchi.regulator", "where.sex=male", 1),
        ("fushou.manager", "as_of=2024-12-31", 1),
        ("auditor", "region=540424", 1),
    ],
)
def test_the_board_of_persons_follows_the_bar(reader, login, asked, total) -> None:
    """Those who stay or stayed in the asked area by the as-of day, whoever asks."""
    assert f"共 {total} 行" in reader(login).get(f"/boards/persons?{asked}").text


def test_the_board_of_persons_shows_what_was_known(reader, town) -> None:
    """As known at the position of the second admission the third person is not there yet."""
    page = reader("nyingchi.regulator").get(f"/boards/persons?known={position_of(town, 'gesang stay')}")

    assert "共 2 行" in page.text
    assert "王秀英" not in page.text


def onward(page, word: str) -> str | None:
    """The address behind a link to more, if there is one; the switches of the header keep the page."""
    found = [link for link in page.links if word in link and "lang=" not in link and "size=" not in link]
    return found[-1] if found else None


def left(fresh) -> None:
    """Somebody leaves the one home and later enters the other."""
    fresh.record("left", "stay.discharge", "2026-11-10", stay=fresh.streams["zhang stay"], reason="other")
    fresh.record(
        "again",
        "stay.admit",
        "2026-11-12",
        person=fresh.streams["zhang"],
        facility=fresh.streams["zhamu"],
        category="destitute",
    )
    fresh.services.views.catch_up()


def test_a_person_stands_on_the_board_once_as_on_the_day(clerk, fresh) -> None:
    """Two stays make one row; where the person lived on the day is what the row says."""
    left(fresh)
    somebody = clerk("nyingchi.regulator")

    now = somebody.get("/boards/persons")
    assert "共 3 行" in now.text
    assert now.text.count("张建国") == 1
    zhang = "/boards/persons?as_of=2026-11-09&where.sex=male"
    assert "福寿敬老院" in somebody.get(zhang).text
    assert "扎木镇敬老院" not in somebody.get(zhang).text
    assert "扎木镇敬老院" in somebody.get("/boards/persons?where.sex=male").text
    assert "张建国" in clerk("bomi.regulator").get("/boards/persons").text


def test_the_board_of_persons_is_read_page_by_page(clerk, fresh, monkeypatch) -> None:
    """Each page holds its rows once, and no question to the views asks for more than a part."""
    left(fresh)
    asked: list[int] = []
    sheet = fresh.services.views.sheet

    def counted(name, ask, limit=500, **more):
        asked.append(limit)
        return sheet(name, ask, limit=limit, **more)

    monkeypatch.setattr(fresh.services.views, "sheet", counted)
    monkeypatch.setattr(boards, "PAGE_ROWS", 1)
    monkeypatch.setattr(persons, "READ", 2)
    somebody, path, names = clerk("nyingchi.regulator"), "/boards/persons", []
    while path and len(names) < 9:
        page = somebody.get(path)
        names += [name for name in ("张建国", "格桑曲珍", "王秀英") if name in page.text]
        path = onward(page, "persons?after=")

    assert names == ["王秀英", "格桑曲珍", "张建国"]
    assert max(asked) <= 2


def test_a_board_ends_where_its_rows_end(reader, monkeypatch) -> None:
    """A last page that is just full offers no empty one behind it."""
    monkeypatch.setattr(boards, "PAGE_ROWS", 3)

    assert not [link for link in reader("auditor").get("/boards/facilities").links if "after=" in link]


def test_a_history_shows_the_day_and_what_was_known(clerk, fresh) -> None:
    """Where a person lived, and what is known of a home, is told for the as-of day; entries after it are not shown."""
    before = fresh.services.log.head().position
    left(fresh)
    somebody, path = clerk("nyingchi.regulator"), f"/persons/{fresh.streams['zhang']}"

    then = somebody.get(f"{path}?as_of=2026-11-09")
    assert "2026年11月9日的情况" in then.text
    assert "福寿敬老院" in then.text
    assert "离院" not in then.text
    assert HOME not in then.text
    assert THEN in then.text
    assert HOME in somebody.get(path).text
    nowhere = somebody.get(f"{path}?as_of=2026-11-11").text
    assert HOME not in nowhere
    assert THEN not in nowhere
    assert "福寿敬老院" in somebody.get(f"{path}?known={before}").text
    assert "扎木镇敬老院" not in somebody.get(f"{path}?known={before}").text
    assert "扎木镇敬老院" in somebody.get(path).text
    assert "还没有登记" in somebody.get(f"/facilities/{fresh.streams['fushou']}?as_of=2020-01-01").text


def test_a_long_history_is_read_page_by_page(reader, town, monkeypatch) -> None:
    """The newest entries first, older ones behind a link, none twice."""
    monkeypatch.setattr(records, "LINES", 2)
    path = f"/facilities/{town.streams['fushou']}"
    somebody, found = reader("nyingchi.regulator"), []
    page = somebody.get(path)
    for _ in range(3):
        found += [link for link in page.links if link.startswith("/events/")]
        older = onward(page, "?after=")
        if older is None:
            break
        page = somebody.get(older)

    assert len(found) == len(set(found)) == 4


def test_who_is_known_here_the_desk_and_the_pages_judge_alike(clerk, fresh) -> None:
    """A person whom this account registered is its own before any stay; one registered elsewhere is not."""
    somebody = clerk("zhamu.manager")
    form = somebody.get("/enter/person.register")
    said = {"occurred_on.y": "2026", "occurred_on.m": "11", "occurred_on.d": "2", "name": "周新来"}
    said |= {"document_kind": "none", "sex": "male"}
    check = somebody.send(form, "/enter/person.register", said, 200)
    somebody.send(check, "/enter/person.register/record", {}, 303)
    stream = fresh.services.log.read(fresh.services.log.head().position - 1, 1)[0].originator_id

    assert "周新来" in somebody.get(f"/persons/{stream}").text
    clerk("fushou.manager").get(f"/persons/{stream}", 403)


def test_an_unknown_facility_in_the_address_is_told(reader, town) -> None:
    """A mistyped one, and one that lies elsewhere: said so, and what is shown is the own area, not zero."""
    for login in ("nyingchi.regulator", "auditor", "fushou.manager"):
        page = reader(login).get("/figures/stay.present?facility=no-such-thing")
        assert "没有机构“no-such-thing”" in page.text
    other = reader("bomi.regulator").get(f"/figures/stay.present?facility={town.streams['fushou']}")
    assert "该机构不在您的管辖范围" in other.text
    assert other.heading == "在院人数 1 人"
    mine = reader("fushou.manager").get(f"/figures/stay.present?facility={town.streams['fushou']}")
    assert "没有机构" not in mine.text
