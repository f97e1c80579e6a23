"""What the rules say of a thing stands on its own page, as of the day that is asked for."""

from __future__ import annotations

from datetime import date, timedelta
from html import escape
from urllib.parse import urlencode

from projections.ask import Ask
from tests.webapp.scene import ACCOUNTS
from webapp.things import PATHS

PRESENT = Ask(date(2100, 1, 1))
BUREAU = "nyingchi.regulator"
SECTION = '<li class="finding">'


def standing(scene):
    """(address, row) of every finding that stands, about what has a page."""
    rows = scene.services.views.sheet("breaches", PRESENT)["rows"]
    name = {e.originator_id: type(e).__qualname__.partition(".")[0].lower() for e in scene.services.log.read(0, 10_000)}
    return [(f"/{PATHS[name[row['stream']]]}/{row['stream']}", row) for row in rows]


def told(scene, row):
    """What a rule is called."""
    return scene.services.reference.words("rules", row["rule"])[0]


def test_a_finding_stands_on_the_page_of_what_it_is_about(busy_town, busy_reader) -> None:
    """Whoever opens a thing need not look for it on a board; there are findings of several kinds of things."""
    found = standing(busy_town)

    assert len({path.split("/")[1] for path, _ in found}) > 1
    for path, row in found:
        assert told(busy_town, row) in busy_reader(BUREAU).get(path).text


def test_the_day_before_a_finding_began_its_page_does_not_tell_it(busy_town, busy_reader) -> None:
    """The page as of a day tells what stood on that day, and nothing that came later."""
    for path, row in standing(busy_town):
        before = date.fromisoformat(row["since"]) - timedelta(days=1)
        assert SECTION in busy_reader(BUREAU).get(path).html
        assert SECTION not in busy_reader(BUREAU).get(f"{path}?as_of={before}").html


def test_only_who_may_answer_a_finding_is_led_to_it(busy_town, busy_reader) -> None:
    """A link to answer stands where the account may, the finding has no answer, and the present is looked at."""
    path, row = next((path, row) for path, row in standing(busy_town) if not row["answer"])
    link = escape("/enter/finding.answer?" + urlencode({"about": row["stream"], "rule": row["rule"]}))
    clients = {login: busy_reader(login).client for login, *_ in ACCOUNTS}
    pages = {login: client.get(path) for login, client in clients.items()}
    led = {login: link in page.text for login, page in pages.items() if page.status_code == 200}

    assert any(led.values())
    assert not all(led.values())
    assert not any(link in clients[login].get(f"{path}?as_of={row['since']}").text for login in led)
