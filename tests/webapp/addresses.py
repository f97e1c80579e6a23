"""An address of something real for every page of the application, derived from its routes, and who may open it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from flask import Flask

from domain.catalogue import Command, sheets
from domain.desk import Submission
from domain.model import Post
from domain.work import Work
from tests.adapters.photographs import photo
from tests.webapp.busy import drawn, moving
from tests.webapp.scene import ACCOUNTS, Scene
from webapp.drafting import QUESTIONS
from webapp.records import OWN_PAGE
from webapp.things import PATHS

READERS = (
    *("nyingchi.regulator", "nyingchi.safety", "nyingchi.finance", "nyingchi.approver", "nyingchi.inspector"),
    *("fushou.manager", "auditor", "admin", None),
)
"""Who is asked to open a page, one after the other: whoever sees most comes first, whoever is not signed in last."""
UNFINISHED = "fushou.manager"
DRAFTS = {
    "stay.admit": {"bed": "3-01"},
    "incident.record": {
        "occurred_on.y": "2026",
        "occurred_on.m": "11",
        "occurred_on.d": "18",
        "occurred_at": "09:10",
        "place": "二楼楼梯间",
        "kinds.service_safety": "1",
        "course": "下楼时跌倒",
        "risks.fall": "1",
    },
    "rescue.receive": {},
}
"""The forms that one account has put aside in the town; the incident can be checked."""
BLANK = re.compile(r"<(?:[^<>:]+:)?(\w+)>")
OF_A_PROGRAM = "/api/v1/"
HTML = "text/html"


def filled_to_the_brim(scene: Scene) -> Scene:
    """A busy town with one of everything else that has a page: a transfer, a reception, a draw, a patrol, a photo, a draft, what was put right."""
    drawn(scene)
    moving(scene)
    station = scene.streams["station"]
    scene.record("patrol", "patrol.record", "2026-11-12", facility=station, route="八一大街", staff=3, persuaded=5)
    kept = scene.services.evidence.take(photo(), "fushou.manager").digest
    rectified = {"hazard": scene.streams["wire"], "evidence": "杂物已清走", "photos": [kept]}
    scene.record("wire rectified", "hazard.rectify", "2026-11-19", **rectified)
    answered = {"about": scene.streams["zhang stay"], "rule": "EC-04", "answer": "remedied", "text": "已补签协议"}
    scene.record("finding", "finding.answer", "2026-11-18", **answered)
    for command, name, more in (
        ("entry.correct", "gesang stay", {"args": {"bed": "1-013"}}),
        ("entry.withdraw", "complaint to", {}),
    ):
        stream = scene.streams[name]
        version = scene.services.log.stream(stream)[-1].originator_version
        said = {"stream": stream, "version": version, "reason": "床位写错", **more}
        scene.services.desk.submit(Submission(command, f"{command} of {name}", said, source="scenario"))
    for command, texts in DRAFTS.items():
        told = {"command_id": f"{command} put aside", "facility": scene.streams["fushou"], **texts}
        scene.services.drafts.save(UNFINISHED, command, f"/enter/{command}", told)
    scene.services.heads.sign()
    scene.services.bookmarks.keep("nyingchi.safety", scene.streams["fire"], "2026-11-20T14:10", 40, "起火")
    scene.services.views.catch_up()
    return scene


@dataclass
class Addresses:
    """What stands for the blanks of the routes in a town."""

    app: Flask
    scene: Scene
    things: dict[str, list[str]] = field(init=False)
    """The streams of the town by the board on which they stand."""

    def __post_init__(self) -> None:
        self.things, work = {}, Work(self.scene.services.log)
        for stream in dict.fromkeys(self.scene.streams.values()):
            board = PATHS.get(getattr(work.track(stream).state, "name", ""))
            if board:
                self.things.setdefault(board, []).append(stream)

    def rules(self) -> list[str]:
        """The routes that are read; those of programs answer no session."""
        return sorted(
            rule.rule
            for rule in self.app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and rule.endpoint != "static" and not rule.rule.startswith(OF_A_PROGRAM)
        )

    def of(self, rule: str) -> list[str]:
        """The addresses of a route. Raises LookupError where nothing is known that fills it."""
        first = rule.split("/")[1]
        if first.startswith("<board:"):
            return [f"/{board}/{streams[0]}" for board, streams in sorted(self.things.items()) if board not in OWN_PAGE]
        commands = self.scene.services.desk.commands.values()
        if rule == "/enter/<command>":
            return [self._form(command) for command in commands]
        if QUESTIONS in rule:
            return [self._asked(rule, command.name) for command in commands if command.one_by_one]
        if rule == "/daily/receipts":
            return [f"{rule}?of={self._entry('stay.admitted').envelope.command_id}"]
        blanks = [self._filling(first, blank) for blank in BLANK.findall(rule)]
        return [self._put(rule, said) for said in product(*blanks)]

    @staticmethod
    def _put(rule: str, said: Iterable[str]) -> str:
        given = iter(said)
        return BLANK.sub(lambda _: next(given), rule)

    def _filling(self, first: str, blank: str) -> list[str]:
        """What may stand in a blank behind the first part of an address."""
        known: dict[str, Callable[[], list[str]]] = {
            "stream": lambda: self.things[first][:1],
            "name": lambda: sorted(sheets()),
            "key": self._figures,
            "kind": lambda: ["stay.admit", "activity.hotline"] if first == "import" else ["facility"],
            "command": lambda: ["stay.admit"],
            "command_id": lambda: [self._entry("stay.admitted").envelope.command_id],
            "position": lambda: [str(self._entry(topic).envelope.position) for topic in ENTRIES],
            "digest": lambda: [self._entry("hazard.rectified").photos[0]],
            "login": lambda: ["auditor"],
        }
        if blank not in known:
            raise LookupError(
                f"<{blank}> behind /{first}: say in {__name__} what stands there in the town of the tests"
            )
        return known[blank]()

    def _entry(self, topic: str) -> Any:
        """The last entry of a kind."""
        log = self.scene.services.log
        recorded = {event.topic: event for event in log.at(range(1, log.head().position + 1))}
        return recorded[topic]

    def _figures(self) -> list[str]:
        """A count, a ratio, money, and what is counted in people's visits."""
        units = {figure.unit: key for key, figure in reversed(list(self.scene.services.reference.figures.items()))}
        return sorted({"stay.present", units["%"], units["元"], units["人次"]})

    def _asked(self, rule: str, command: str) -> str:
        """A page of a form that is asked one question a page: its beginning, or a question or the check of a draft."""
        draft = next(one.id for one in self.scene.services.drafts.of(UNFINISHED) if one.command == command)
        path = self._put(rule, (command, "2"))
        return path if path.endswith(QUESTIONS) else f"{path}?draft={draft}"

    def _form(self, command: Command) -> str:
        """The form of a command about something of the town, if there is such a thing."""
        target = command.target
        streams = self.things.get(PATHS.get(target or "", ""), [])
        if command.one_by_one:
            return f"/enter/{command.name}?all=1"
        about = f"?{target}={streams[0]}" if streams else "?type=hotline" if command.name == "activity.log" else ""
        return f"/enter/{command.name}{about}"


ASKED = {
    "/": [(login, "/") for login, *_ in ACCOUNTS],
    "/boards/<name>": [
        ("fushou.manager", "/boards/duties?where.status=all"),
        ("nyingchi.regulator", "/boards/stays?cols=bed"),
        ("nyingchi.inspector", "/boards/hazards?where.status=open&on_from=2026"),
    ],
    "/comparison": [("nyingchi.inspector", "/comparison?month=2026-03")],
    "/drafts": [("fushou.manager", "/drafts")],
    "/figures": [("nyingchi.regulator", "/figures?region=540402"), ("fushou.manager", "/figures")],
    "/figures/<key>": [("nyingchi.regulator", "/figures/stay.present?by=region&as_of=2026-10-31")],
    "/figures/<key>/why": [("nyingchi.regulator", "/figures/stay.present/why?p1=1&p2=74")],
    "/persons/search": [("nyingchi.regulator", "/persons/search?q=张建国")],
}
"""Pages that show more, or other things, to somebody or to a question."""
ENTRIES = ("stay.admitted", "entry.withdrawn", "hazard.rectified", "incident.occurred", "batch.paid")
"""An entry that was put right, what took one away, one with a photo, one of the wall clock, one about money."""
POSTS = {login: Post(post) for login, post, *_ in ACCOUNTS}


def pages(app: Flask, scene: Scene) -> tuple[dict[str, list[tuple[str | None, str]]], list[str]]:
    """(who opens which address, of every page by its route; the routes that hold no page by what they answer).

    Raises AssertionError for a route that nobody may open.
    """
    known, others = Addresses(app, scene), []
    found: dict[str, list[tuple[str | None, str]]] = defaultdict(list)
    clients = {login: app.test_client() for login in READERS}
    for login, client in clients.items():
        if login:
            client.set_cookie("shouwang_session", scene.services.sessions.open(login))
    for rule in known.rules():
        for path in dict.fromkeys(known.of(rule)):
            login, kind = _opened(clients, path, scene.services.desk.commands)
            if kind == HTML:
                found[rule].append((login, path))
            elif kind:
                others.append(f"{rule} {kind}")
        found[rule].extend(one for one in ASKED.get(rule, ()) if one not in found[rule])
        assert found[rule] or any(one.startswith(f"{rule} ") for one in others), f"nobody may open {rule}"
    return {rule: its for rule, its in found.items() if its}, sorted(set(others))


def _opened(clients: dict[str | None, Any], path: str, commands: Any) -> tuple[str | None, str]:
    """(the first who may open an address, what it holds); forms that set up a system are nobody's."""
    command = commands.get(path.removeprefix("/enter/").partition("?")[0])
    for login, client in clients.items():
        if command is not None and (login is None or POSTS[login] not in command.by):
            continue
        with client.get(path) as answer:
            if answer.status_code == 200:
                return login, answer.mimetype
    return None, ""
