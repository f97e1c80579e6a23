"""The pages of every node: who uses them while processes are killed, and who looks around in them afterwards."""

from __future__ import annotations

import json
import signal
import socket
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

from domain.desk import Submission
from domain.model import CHINA, Refused
from infra.answers import half, print_table, say
from infra.bootstrap import Services
from infra.together.load import FIRST
from infra.together.nodes import Node, Rank, until

SHOWN = "a-demonstration"
"""The password of all who look around, told to whoever started it."""
PAUSE_S, AGAIN_S, ANSWERED_S = 0.2, 0.5, 60.0
"""Seconds between two requests of a clerk; until one that got no answer is sent again; and until that is given up."""
FIGURE = "activity.hotline.consultations"
BUSY = 503
PORTS = 1 << 16


class PortTaken(Exception):
    """Pages cannot be where they were asked to be."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is taken or is none")
        self.port = port


def ports(ranks: Sequence[Rank], first: int | None) -> dict[str, int]:
    """Where the pages of each node are to be: from a port on, or wherever one is free.

    Raises PortTaken: whoever answers there already would be taken for the node.
    """
    wanted = [first + number if first else 0 for number, _ in enumerate(ranks)]
    found = {}
    with ExitStack() as held:  # all are held at once, so that none is found twice
        for rank, port in zip(ranks, wanted, strict=True):
            if not 0 <= port < PORTS:
                raise PortTaken(port)
            try:
                server = held.enter_context(socket.create_server(("127.0.0.1", port)))
            except OSError as error:
                raise PortTaken(port) from error
            found[rank.node] = server.getsockname()[1]
    return found


def answer(node: Node) -> bool:
    """Whether the pages of a node are up and its log can be written."""
    try:
        with urlopen(f"{node.url}/readyz", timeout=ANSWERED_S) as told:  # noqa: S310 - our own address
            return bool(told.status == 200)
    except (OSError, HTTPException):
        return False


class Clerk:
    """Somebody who uses the API of a node: records calls in a county, asks a figure of a superior, again and again.

    What gets no answer because the pages were killed meanwhile is sent again under the same id, so that it stands in the
    log once.
    """

    def __init__(self, node: Node, services: Services, *, records: bool) -> None:
        self.node, self.records = node, records
        login = f"{node.rank.node}.clerk"
        _open(services, login, {"post": "regulator", "scope_region": node.rank.region})
        self.token = services.api_tokens.make(login, uuid4().hex, 1)
        self.answered: list[str] = []
        """The ids of what was answered."""
        self.again = 0
        self.wrong: list[str] = []

    def run(self, stopping: threading.Event) -> None:
        """Until told to stop; what was begun is brought to an end."""
        while not stopping.wait(PAUSE_S):
            said = str(uuid4())
            if until(lambda said=said: self._sent(said), ANSWERED_S, AGAIN_S):  # type: ignore[misc]
                self.answered.append(said)
            else:
                self.wrong.append(f"{self.node.rank.node}: no answer within {ANSWERED_S:g} s")

    def _sent(self, said: str) -> bool:
        try:
            with urlopen(self._request(said), timeout=ANSWERED_S) as told:  # noqa: S310 - our own address
                told.read()
                return True
        except HTTPError as error:
            if error.code != BUSY:
                self.wrong.append(f"{self.node.rank.node}: {error.code} {error.read(200)!r}")
                return True
        except (OSError, HTTPException):
            pass
        self.again += 1
        return False

    def _request(self, said: str) -> Request:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if not self.records:
            asked = f"/api/v1/figures?key={FIGURE}&region={self.node.rank.region}&as_of={FIRST.isoformat()}"
            return Request(f"{self.node.url}{asked}", headers=headers)  # noqa: S310 - our own address
        call = {"type": "hotline", "region": self.node.rank.region, "quantities": {"consultations": 1}}
        line = {"command": "activity.log", "id": said, "occurred_on": FIRST.isoformat(), "args": call}
        return Request(f"{self.node.url}/api/v1/commands", json.dumps(line).encode(), headers)  # noqa: S310


def looked_around(
    nodes: Mapping[str, Node], services: Mapping[str, Services], homes: Mapping[str, Sequence[str]]
) -> None:
    """Tell who may sign in where, and wait for Ctrl-C or SIGTERM. `homes` are those of the counties."""
    rows = []
    for name, node in nodes.items():
        _open(services[name], f"{name}.regulator", {"post": "regulator", "scope_region": node.rank.region})
        _open(services[name], f"{name}.admin", {"post": "system_administrator"})
        logins = [f"{name}.regulator", f"{name}.admin"]
        for home in homes.get(name, ())[:1]:
            _open(services[name], f"{name}.manager", {"post": "facility_manager", "scope_facility": home})
            logins.insert(0, f"{name}.manager")
        for login in logins:
            services[name].passwords.set(login, SHOWN)
        rows += [(half(f"{node.rank.zh} / {node.rank.en}"), node.url, login, SHOWN) for login in logins]
    head = ("节点 / node", "地址 / address", "登录名 / login", "密码 / password")
    print_table([half(one) for one in head], rows)
    say("各节点的页面已开放，Ctrl-C 结束", "the pages of every node are open; Ctrl-C ends it")
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    told.wait()


def _open(services: Services, login: str, held: Mapping[str, str]) -> None:
    """An account, once."""
    today = services.clock.now().astimezone(CHINA).date()
    try:
        services.desk.submit(Submission("account.open", str(uuid4()), {"login": login, **held}, occurred_on=today))
    except Refused as refused:
        if refused.rule != "account.known":
            raise
