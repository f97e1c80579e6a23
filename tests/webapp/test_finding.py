"""Finding what one looks for: a notice for what is not shown, the day with entries, a home on a board, demonstration accounts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.webapp.scene import PASSWORD

NEW = "seven-kites-over-the-lake"


@pytest.mark.parametrize(
    ("login", "path", "told"),
    [
        ("bomi.regulator", "/figures?region=540402", "该区域不在您的管辖范围"),
        ("bomi.regulator", "/figures/stay.present/why?region=540402", "该区域不在您的管辖范围"),
        ("bomi.regulator", "/boards/stays?region=549999", "没有区域“549999”"),
        ("fushou.manager", "/figures?region=540424", "您的账号只看本机构"),
        ("fushou.manager", "/figures?region=540424&lang=en", "its own facility only"),
        ("bomi.regulator", "/figures?region=540424", ""),
    ],
)
def test_a_region_that_is_not_shown_is_told(reader, login, path, told) -> None:
    """On pages with and without the bar, for every kind of account; the own region needs no word."""
    text = reader(login).get(path).text

    assert told in text
    assert told or "管辖范围" not in text


def test_a_region_beside_a_facility_is_told_too(reader, town) -> None:
    """A facility of the own area is shown; that the region beside it was left out is said."""
    page = reader("bomi.regulator").get(f"/figures?region=540402&facility={town.streams['zhamu']}")

    assert "该区域不在您的管辖范围" in page.text
    assert "扎木镇敬老院" in page.heading


def test_long_after_the_last_entry_the_way_there_is_shown(clerk, fresh) -> None:
    """Pages of today link to the last day on which something happened; that day's own pages need not."""
    somebody = clerk("nyingchi.regulator")
    assert "近三个月没有事情发生" not in somebody.get("/figures").text
    fresh.clock.set(datetime(2027, 6, 1, tzinfo=UTC))
    somebody = clerk("nyingchi.regulator")

    for path in ("/figures", "/boards/activities", "/figures/stay.admitted", "/"):
        page = somebody.get(path)
        assert "近三个月没有事情发生；最近一件在2026年10月8日" in page.text, path
        assert f"{path}?as_of=2026-10-08" in page.links
        assert "近三个月没有事情发生" not in somebody.get(f"{path}?as_of=2026-10-08").text


def test_a_home_is_found_on_a_board_by_its_name(reader, town) -> None:
    """One that matches narrows the board; several are offered; none is told; a home's own account is not asked."""
    somebody, fushou = reader("nyingchi.regulator"), town.streams["fushou"]

    assert somebody.get("/boards/stays?home=福寿", 303).location == f"/boards/stays?facility={fushou}"
    several = somebody.get("/boards/stays?home=敬老院&where.sex=male")
    assert not [link for link in several.links if ".xlsx" in link or ".csv" in link], "no file that is not narrowed"
    narrowed = somebody.get(f"/boards/stays?facility={fushou}")
    assert [link for link in narrowed.links if ".xlsx" in link], "control"
    assert f"/boards/stays?facility={fushou}&where.sex=male" in several.links
    assert "没有名称含“火星”的机构" in somebody.get("/boards/stays?home=火星").text
    assert "按“入住日期”从新到旧" in narrowed.text
    assert "home" not in [one["name"] for one in reader("fushou.manager").get("/boards/stays").inputs]


def test_beds_stand_before_the_long_columns(reader) -> None:
    """What is compared from row to row comes first on the board of facilities; the address is last, in the file too."""
    somebody = reader("nyingchi.regulator")
    head = somebody.get("/boards/facilities").html.partition("<thead>")[2].partition("</thead>")[0]

    assert head.index("核定床位") < head.index("地址")
    first = somebody.client.get("/boards/facilities.csv").get_data(as_text=True).splitlines()[0]
    assert first.endswith("地址")


def test_the_shown_password_goes_when_it_is_changed(clerk, fresh) -> None:
    """Changed by its owner or by an administrator: the sign-in page promises it no more, and offers the others."""
    nobody = clerk()
    offers = [one["value"] for one in nobody.get("/sign-in").inputs if one["name"] == "login"]
    assert "fushou.manager" in offers
    somebody, admin = clerk("fushou.manager"), clerk("admin")
    form = somebody.get("/password")
    somebody.send(form, "/password", {"old": PASSWORD, "password": NEW, "again": NEW}, 303)
    form = admin.get("/accounts/auditor/password")
    admin.send(form, "/accounts/auditor/password", {"password": NEW, "again": NEW}, 303)

    page = nobody.get("/sign-in")
    offers = [one["value"] for one in page.inputs if one["name"] == "login"]
    assert "fushou.manager" not in offers
    assert "auditor" not in offers
    assert "bomi.regulator" in offers
    assert page.text.count("口令已改") == 2


def test_the_shown_password_is_tried_once(clerk, fresh, monkeypatch) -> None:
    """A hash is slow: it is computed once for each account; one changed elsewhere is found when somebody tries it."""
    tried: list[str] = []
    check = fresh.services.passwords.check

    def counted(login, password, origin=None):
        tried.append(login)
        return check(login, password, origin)

    monkeypatch.setattr(fresh.services.passwords, "check", counted)
    nobody = clerk()
    nobody.get("/sign-in")
    nobody.get("/sign-in")
    assert len(tried) == len(set(tried)) == len(fresh.services.demonstration)

    fresh.services.passwords.set("auditor", NEW)
    assert nobody.sign_in("auditor").status == 422
    assert "口令已改" in nobody.get("/sign-in").text


def test_a_blank_password_of_somebody_else_is_named(clerk) -> None:
    """The administrator's form names the field, too."""
    admin = clerk("admin")
    form = admin.get("/accounts/auditor/password")

    assert "没有填写“新口令”" in admin.send(form, "/accounts/auditor/password", {"password": "", "again": ""}, 422).text
