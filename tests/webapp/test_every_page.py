"""Every page of the application in a real browser, in both languages: no barriers, and nothing sticks out on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from time import monotonic
from typing import Any

import pytest

from tests.webapp import addresses
from tests.webapp.browsing import FITS, PICTURES, SIZES, answered, ask, looked_over
from tests.webapp.busy import busy
from tests.webapp.scene import ACCOUNTS, Scene, made
from tests.webapp.serving import serving
from webapp.app import create_app

pytestmark = pytest.mark.browser
TABS = 2
"""While axe looks at one page the next is loaded."""
SETTLES = f"""async () => {{
    for (let tries = 0; tries < 20 && !({FITS}); tries++) await new Promise(go => setTimeout(go, 100));
    return {FITS};
}}"""
"""Whether a page fits soon after its window has changed: drawings are made anew."""
STYLES = """() => [...new Set([...document.querySelectorAll("body *")].map(one => [one.parentElement, one]
    .map(each => each.tagName + "." + (each.getAttribute("class") || "")).join(" > ")))]"""
"""The elements of a page with their styles, each within its parent."""
STYLED: set[str] = set()
"""Those whose contrasts were measured."""
SAID: list[str] = []
"""What was looked at, kept in a file."""


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A town that has one of everything."""
    return addresses.filled_to_the_brim(busy(made(tmp_path_factory.mktemp("everything"))))


@pytest.fixture(scope="module")
def site(everything: Scene) -> Iterator[str]:
    """The web over it."""
    yield from serving(everything)


@pytest.fixture(scope="module")
def known(everything: Scene) -> dict[str, list[tuple[str | None, str]]]:
    """Every page by its route."""
    return addresses.pages(create_app(everything.services), everything)[0]


@pytest.fixture
def entered(chromium, site: str, everything: Scene):
    """Windows of somebody who is signed in, in a language."""
    contexts = []

    def windows(login: str | None, lang: str, size: str = "desk") -> list[Any]:
        context = looked_over(chromium, site, size)
        contexts.append(context)
        cookies = {"shouwang_lang": lang}
        if login:
            cookies["shouwang_session"] = everything.services.sessions.open(login)
        context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
        return [context.new_page() for _ in range(TABS)]

    yield windows
    for context in contexts:
        context.close()


def kept(said: str) -> None:
    """Keep a line of what was looked at."""
    SAID.append(said)
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / "axe.txt").write_text("\n".join(SAID) + "\n", encoding="utf-8")


def test_every_route_is_known_by_an_address(everything) -> None:
    """A new route whose blanks nothing fills, or that nobody may open, is noticed; so is a kind of thing that the town lacks."""
    app = create_app(everything.services)
    found, others = addresses.pages(app, everything)
    known = addresses.Addresses(app, everything)

    assert set(known.rules()) == found.keys() | {one.rpartition(" ")[0] for one in others}
    assert known.things.keys() == set(addresses.PATHS.values())
    with pytest.raises(LookupError, match="<nothing>"):
        known.of("/boards/<nothing>")


@pytest.mark.timeout(900)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_has_barriers(known, entered, lang) -> None:
    """Axe finds nothing on any page; nor does a page stick out on a desk or on a phone, in either language.

    In English axe looks at one page of each kind: words differ there, markup and colours do not. Contrasts take longer than
    all the rest and come from the sheet of styles: they are measured where a page has an element of a style, within one of
    another, that no page before had.
    """
    began, found, kinds = monotonic(), [], set()
    every = sorted(
        {(login or "", path) for its in known.values() for login, path in its if lang == "zh" or its_own(path)}
    )
    for login, its in groupby(every, key=lambda one: one[0]):
        tabs, under_way = entered(login or None, lang), []
        for number, (_, path) in enumerate(its):
            tab = tabs[number % TABS]
            if under_way and under_way[0][0] is tab:
                found += looked_at(*under_way.pop(0))
            found += shown(tab, path)
            if lang == "zh" or kind(path) not in kinds:
                styles = set(tab.evaluate(STYLES))
                ask(tab, colours=lang == "zh" and not styles <= STYLED)
                STYLED.update(styles)
                under_way.append((tab, path))
            kinds.add(kind(path))
        for one in under_way:
            found += looked_at(*one)
    seconds = monotonic() - began
    kept(f"{lang}: {len(every)} pages of {len(known)} routes, {len(found)} barriers, {seconds:.0f} s")

    assert found == []


def shown(tab: Any, path: str) -> Iterator[str]:
    """Open a page; what is wrong with its widths."""
    answer = tab.goto(path)
    if answer.status != 200:
        yield f"{path}: {answer.status}"
    for size in ("phone", "desk"):
        tab.set_viewport_size(SIZES[size])
        if not tab.evaluate(SETTLES):
            yield f"{path} sticks out on a {size}"


def kind(path: str) -> str:
    """The first part of an address, and whether more follows: the pages of a kind are made by one template."""
    first, more, rest = path.removeprefix("/").partition("/")
    return f"{first}{more}{'/' if '/' in rest else ''}"


FORMS: dict[str, str] = {}
"""The first form that was met of each kind of thing."""


def its_own(path: str) -> bool:
    """Whether a page is looked at in English too.

    Every one but the forms, which are put together from the same parts: of them one for each kind of thing.
    """
    form = path.removeprefix("/enter/").partition(".")[0]
    return not path.startswith("/enter/") or FORMS.setdefault(form, path) == path


def looked_at(tab: Any, path: str) -> list[str]:
    """What axe has found on a page."""
    return [f"{path} {one}" for one in answered(tab)]


WIDE: set[str] = set()
"""The pages that one account or another was led to, on a phone."""


@pytest.mark.parametrize("login", [login for login, *_ in ACCOUNTS])
def test_what_each_post_works_with_fits_a_phone(entered, login) -> None:
    """The first page of an account, and every page that its navigation leads to and none before led to."""
    tab, *_ = entered(login, "zh", "phone")
    tab.goto("/")
    paths = tab.eval_on_selector_all("nav a", "links => links.map(one => one.getAttribute('href'))")
    assert len(paths) > 5
    for path in dict.fromkeys(["/", *(path for path in paths if path not in WIDE)]):
        assert tab.goto(path).status == 200, path
        assert tab.evaluate(FITS), path
        WIDE.add(path)
