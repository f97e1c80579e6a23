"""A client that reads every page it is given and complains about what no page may show."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient

from tests.webapp.scene import PASSWORD
from webapp.wording import HELP, WORDS

VOID = frozenset({"meta", "link", "input", "br", "rect", "line", "hr", "img"})
UNSEEN = frozenset({"script", "style", "title"})
ISO_DAY = re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])", re.ASCII)
OTHER_TIME = re.compile(r"(?<!\d)\d{1,2}:\d\d:\d\d|\d{1,2}[时点]\d{1,2}分|\d{1,2}:\d\d ?[AaPp]\.?[Mm]", re.ASCII)
"""A time of day that is not written as all others are: 14:05."""
KEYS = frozenset(key for key in (*WORDS, *HELP) if "." in key)
DOTTED = re.compile(r"(?<![\w/.])\w+(?:\.\w+)+(?![\w.])", re.ASCII)
"""What looks like the key of a wording; looked up, for there are many of them."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass
class Page(HTMLParser):
    """One page: its text, its forms' inputs, its links."""

    status: int
    html: str
    location: str = ""
    title: str = ""
    text: str = ""
    heading: str = ""
    lang: str = ""
    ids: list[str] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    inputs: list[dict[str, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    foreign: str = ""
    code: str = ""
    """What is to be typed into a terminal: there days are written as programs read them."""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[tuple[str, dict[str, str]]] = []
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {key: value or "" for key, value in attrs}
        self.lang = self.lang or said.get("lang", "") * (tag == "html")
        self.ids += [said["id"]] if "id" in said else []
        self.labels |= {said["for"]} if tag == "label" else set()
        self.links += [said["href"]] if tag == "a" else []
        if tag in ("input", "select", "textarea"):
            self.inputs.append({"tag": tag, **said})
        if tag not in VOID:
            self.stack.append((tag, said))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self.stack]
        if "title" in tags:
            self.title += data
        if UNSEEN & set(tags):
            return
        self.text += data
        self.code += data * ("pre" in tags)
        if "h1" in tags:
            self.heading += data
        if not any(said.get("lang") == "zh-CN" for tag, said in self.stack if tag != "html"):
            self.foreign += data

    def values(self) -> dict[str, str]:
        """The hidden values of the page's forms."""
        return {one["name"]: one.get("value", "") for one in self.inputs if one.get("type") == "hidden"}

    def complaints(self) -> list[str]:
        """What is wrong with the page, whatever it is about."""
        found = []
        if " ".join(self.heading.split()) not in " ".join(self.title.split()) and self.status < 400:
            found.append(f"title {self.title!r} is not the heading {self.heading!r}")
        if self.lang not in ("zh-CN", "en"):
            found.append("no language")
        found += [f"id twice: {one}" for one in set(self.ids) if self.ids.count(one) > 1]
        found += [
            f"no label: {one}"
            for one in self.inputs
            if one.get("type") != "hidden" and one.get("id") not in self.labels
        ]
        found += [f"raw date: {day}" for day in ISO_DAY.findall(self.text) if day not in ISO_DAY.findall(self.code)]
        found += [f"other time: {at}" for at in OTHER_TIME.findall(self.text) if at not in self.code]
        found += [f"untranslated: {key}" for key in DOTTED.findall(self.text) if key in KEYS]
        found += [word for word in ("Traceback", "None", "Sealed(", "Undefined") if word in self.text]
        return found


class Reader:
    """Somebody who signs in and reads, and to whom no page may show anything wrong."""

    def __init__(self, client: FlaskClient, login: str | None = None) -> None:
        self.client = client
        if login:  # without the password: its hash is slow, and attempts from one address are counted
            client.set_cookie("shouwang_session", client.application.extensions["shouwang"].sessions.open(login))

    def sign_in(self, login: str, password: str = PASSWORD) -> Page:
        """Sign in through the page."""
        before = self.get("/sign-in").values()["before"]
        return self.post("/sign-in", {"before": before, "login": login, "password": password})

    def get(self, path: str, status: int | None = 200) -> Page:
        """Open a page; it must be fit to be shown."""
        return self._read(self.client.get(path), path, status)

    def post(self, path: str, said: dict[str, Any], status: int | None = None) -> Page:
        """Send a form."""
        return self._read(self.client.post(path, data=said), path, status)

    def send(self, page: Page, path: str, said: dict[str, Any], status: int | None = None) -> Page:
        """Send a form with the hidden values of a page."""
        return self.post(path, {**page.values(), **said}, status)

    @staticmethod
    def _read(response: Any, path: str, status: int | None) -> Page:
        page = Page(
            response.status_code,
            response.get_data(as_text=True) if response.mimetype == "text/html" else "",
            response.headers.get("Location", ""),
        )
        assert status is None or page.status == status, f"{path}: {page.status} {page.text[:500]}"
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
        if page.html and page.status not in (302, 303, 308):
            assert page.complaints() == [], path
        return page
