"""A real browser before the pages: windows in two sizes, signing in, pictures, and what axe finds."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python

from tests.webapp.scene import PASSWORD

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
UNLIKE_PEOPLE = ["--disable-back-forward-cache"]
"""What the driver turns off and people's browsers do: keeping pages for the way back."""
EXPECTED = (
    "422",
    "Cleared data types",
    "Autofocus processing was blocked because a document already has a focused element",
)
"""A refused form; a session that ends; a page with errors on which the browser had already put the focus somewhere."""
PICTURES = Path(__file__).parents[1] / "artefacts"
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 800}}
FITS = "document.scrollingElement.scrollWidth <= window.innerWidth"
ASK_AXE = """colours => void (window.barriers = axe.run(document, {
    resultTypes: ['violations'], elementRef: false, rules: {'color-contrast': {enabled: colours}},
}).then(said => said.violations.map(one => one.id + ' ' + one.nodes[0].html.slice(0, 200))))"""


def started() -> Iterator[Any]:
    """A browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, ignore_default_args=UNLIKE_PEOPLE)
        yield browser
        browser.close()


def looked_over(browser: Any, base: str, size: str = "desk") -> Any:
    """A context whose pages `barriers` can look at: the script of axe begins with each, and is compiled once."""
    context = browser.new_context(viewport=SIZES[size], base_url=base, locale="zh-CN", accept_downloads=True)
    context.add_init_script(axe())
    return context


@contextmanager
def opened(browser: Any, base: str, size: str, expected: Iterable[str] = EXPECTED) -> Iterator[Any]:
    """A window of one size; anything in its console is a failure."""
    context = looked_over(browser, base, size)
    page, said = context.new_page(), []
    page.size = size
    page.on("console", lambda message: None if any(e in message.text for e in expected) else said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert not said, said


def sign_in(window: Any, login: str, lang: str = "zh", base: str = "") -> None:
    """Sign in by hand."""
    window.goto(f"{base}/sign-in?lang={lang}")
    window.fill("#login", login)
    window.fill("#password", PASSWORD)
    window.press("#password", "Enter")
    window.wait_for_url("**/")


def picture(window: Any, name: str) -> None:
    """Nothing may stick out sideways; with TAKE_PICTURES=1 a picture of the whole page is kept for people to look at."""
    if os.environ.get("TAKE_PICTURES") == "1":
        PICTURES.mkdir(exist_ok=True)
        window.screenshot(path=PICTURES / f"{window.size}-{name}.png", full_page=True)
    assert window.evaluate(FITS), name


# -- barriers ------------------------------------------------------------------------------------------


@cache
def axe() -> str:
    """The script of axe."""
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def ask(window: Any, *, colours: bool = True) -> None:
    """Let axe begin to look at the page; `answered` waits for what it finds, and other windows can be used meanwhile.

    `colours`: whether to measure contrasts too, which takes longer than all the rest and is the same in every language.
    """
    window.evaluate(ASK_AXE, colours)


def answered(window: Any) -> list[str]:
    """What axe found on the page, as `rule markup`."""
    return window.evaluate("window.barriers")


def barriers(window: Any) -> list[str]:
    """What axe finds on the page."""
    ask(window)
    return answered(window)
