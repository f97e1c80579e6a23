"""Who did something is said by place and post, as whoever is signed in stands at the top; a login only where it is needed."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import load_workbook

from tests.webapp.busy import drawn
from tests.webapp.scene import ACCOUNTS
from webapp.app import create_app
from webapp.offices import Offices
from webapp.page import here
from webapp.pickers import OFFERED_MAX

LOGIN = re.compile("|".join(rf"(?<![\w.]){re.escape(login)}(?!\w)" for login, *_ in ACCOUNTS if "." in login), re.ASCII)
THINGS = {
    "/facilities": ("fushou",),
    "/inspections": ("visit", "second visit"),
    "/hazards": ("wire",),
    "/batches": ("batch",),
    "/ratings": ("rating",),
    "/incidents": ("fire",),
}
BOARDS = ("hazards", "inspections", "batches", "complaints")


def shown(somebody, path: str) -> str:
    """The text of a page without what is to be typed into a terminal."""
    page = somebody.get(path)
    return page.text.replace(page.code, "")


def test_pages_tell_accounts_by_place_and_post(busy_clerk, busy_fresh) -> None:
    """Things, their histories, boards, the log, replays and papers: nowhere a login; the programs of a draw work with logins."""
    somebody, streams = busy_clerk("nyingchi.regulator"), busy_fresh.streams
    drawn(busy_fresh)
    busy_fresh.services.views.catch_up()
    paths = [f"{path}/{streams[name]}" for path, names in THINGS.items() for name in names]
    paths += [f"/incidents/{streams['fire']}/replay", f"/incidents/{streams['fire']}/dossier", "/events"]
    texts = {path: shown(somebody, path) for path in (*paths, *(f"/boards/{name}" for name in BOARDS))}

    assert {path: LOGIN.findall(text) for path, text in texts.items() if LOGIN.search(text)} == {}
    assert "交办给 福寿敬老院 · 机构负责人" in texts[f"/facilities/{streams['fushou']}"]
    assert "检查人员 林芝市 · 检查人员、林芝市 · 监管人员" in texts[f"/facilities/{streams['fushou']}"]
    assert "由 林芝市 · 审批人员 审批" in texts[f"/batches/{streams['batch']}"]
    draw = somebody.get(f"/draws/{streams['draw']}")
    assert LOGIN.search(draw.code)
    assert not LOGIN.search(draw.text.partition("inspectors.txt")[0])


def test_a_login_stands_behind_where_two_hold_the_same_post_at_one_place(clerk, fresh) -> None:
    """Two inspectors of one city are told apart, also where only one of them is named; who is alone is not."""
    named = {}
    for login in ("nyingchi.inspector", "nyingchi.regulator"):
        named[login] = name(fresh, login)
    fresh.record(
        "second", "account.open", "2026-02-01", login="other.inspector", post="inspector", scope_region="540400"
    )
    fresh.services.views.catch_up()
    assert named == {"nyingchi.inspector": "林芝市 · 检查人员", "nyingchi.regulator": "林芝市 · 监管人员"}
    assert name(fresh, "nyingchi.inspector") == "林芝市 · 检查人员（nyingchi.inspector）"
    assert name(fresh, "other.inspector") == "林芝市 · 检查人员（other.inspector）"
    assert name(fresh, "nyingchi.regulator") == "林芝市 · 监管人员"


@pytest.mark.parametrize(
    ("login", "post", "said"),
    [
        ("gone", "", "gone"),
        ("gone", "regulator", "gone · 监管人员"),
        ("operator", "operator", "本机操作员"),
        ("auditor", "", "全部区域 · 审计人员"),
        ("fushou.manager", "facility_staff", "福寿敬老院 · 机构工作人员（fushou.manager）"),
    ],
)
def test_who_has_no_account_is_called_by_the_login(fresh, login, post, said) -> None:
    """An entry is told under the post of its time; an account that is not there, or not any more, by its login."""
    assert name(fresh, login, post) == said


def name(scene, login: str, post: str = "", reader: str = "nyingchi.regulator") -> str:
    """What a page of somebody calls an account."""
    app = create_app(scene.services)
    with app.test_request_context("/"):
        from flask import g

        g.zh, g.actor = True, scene.services.desk.actor(reader)
        return here().names.account(login, post)


def test_a_board_as_a_file_tells_who_too(busy_reader) -> None:
    """What is read in a spreadsheet is read by people: there, too, accounts are told by place and post."""
    client = busy_reader("nyingchi.regulator").client
    text = client.get("/boards/hazards.csv").get_data(as_text=True)
    book = load_workbook(io.BytesIO(client.get("/boards/hazards.xlsx").get_data())).worksheets[0]
    cells = " ".join(str(cell.value) for row in book.rows for cell in row)
    for said in (text, cells):
        assert "福寿敬老院 · 机构负责人" in said
        assert not LOGIN.search(said)


def test_the_accounts_are_read_anew_only_when_something_was_recorded_of_one(fresh) -> None:
    """Other entries cost no reading of all accounts; a new account is known at the next page."""
    read = []

    class Counted:
        """The views, which tell how often the accounts were read."""

        def position(self) -> int:
            return fresh.services.views.position()

        def sheet(self, *asked, **how):
            read.append(asked[0])
            return fresh.services.views.sheet(*asked, **how)

    offices = Offices(Counted(), fresh.services.log)

    def holders() -> frozenset[str]:
        fresh.services.views.catch_up()
        return offices.known(fresh.services.today)[None, "540400", "inspector"]

    assert holders() == {"nyingchi.inspector"}
    fresh.record(
        "beds", "facility.license_beds", "2026-02-01", facility=fresh.streams["fushou"], beds=90, since="2026-02-01"
    )
    assert holders() == {"nyingchi.inspector"}
    assert read == ["accounts"]
    fresh.record(
        "second", "account.open", "2026-02-01", login="other.inspector", post="inspector", scope_region="540400"
    )
    assert holders() == {"nyingchi.inspector", "other.inspector"}
    assert read == ["accounts"] * 2


def test_a_home_does_not_learn_from_who_recorded_it_where_somebody_was_before(clerk, fresh) -> None:
    """Of the account of another home only the post is told: not the home, nor the login, which may say it too."""
    assert name(fresh, "zhamu.manager", reader="fushou.manager") == "其他机构 · 机构负责人"
    assert name(fresh, "zhamu.manager", reader="nyingchi.regulator") == "扎木镇敬老院 · 机构负责人"
    assert name(fresh, "zhamu.manager", reader="zhamu.manager") == "扎木镇敬老院 · 机构负责人"
    assert "zhamu" not in name(fresh, "zhamu.manager", "facility_staff", reader="fushou.manager")


def test_an_entry_of_a_post_that_was_corrected_since_names_the_login(fresh) -> None:
    """The post of then beside the place of now is nobody's office: whose it was the login says."""
    assert name(fresh, "nyingchi.inspector", "inspector") == "林芝市 · 检查人员"
    assert name(fresh, "nyingchi.inspector", "regulator") == "林芝市 · 监管人员（nyingchi.inspector）"


def test_who_may_be_named_is_offered_also_where_there_are_many(clerk, fresh) -> None:
    """Of a large area those of the home and of the bureaus above it; two homes of one name are told apart by the logins."""
    namesake = fresh.record(
        "namesake",
        "facility.register",
        "2023-01-10",
        kind="elderly_care_home",
        name="福寿敬老院",
        site_no="09",
        region="540402",
        address="八一镇",
        operator="public",
        opened_on="2020-05-01",
    )
    fresh.record(
        "other", "account.open", "2026-02-01", login="other.manager", post="facility_manager", scope_facility=namesake
    )
    wire = fresh.record(
        "wire",
        "hazard.find",
        "2026-10-02",
        facility=fresh.streams["fushou"],
        grade="general",
        subject="配电箱",
        source="bureau",
    )
    fresh.services.views.catch_up()
    form = f"/enter/hazard.assign?hazard={wire}"
    few = clerk("nyingchi.regulator").get(form).html
    assert "福寿敬老院 · 机构负责人（fushou.manager）" in few
    assert "福寿敬老院 · 机构负责人（other.manager）" in few

    for number in range(OFFERED_MAX):
        login = f"staff.{number}"
        fresh.record(login, "account.open", "2026-02-01", login=login, post="facility_staff", scope_facility=namesake)
    fresh.services.views.catch_up()
    many = clerk("nyingchi.regulator").get(form).html
    assert 'value="fushou.manager"' in many
    assert 'value="nyingchi.regulator"' in many
    assert "other.manager" not in many
