"""The pages of every node, to look around in once all has come: somebody's account at each, and where to sign in."""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping, Sequence
from uuid import uuid4

from domain.desk import Submission
from domain.model import CHINA, Refused
from infra.answers import half, print_table, say
from infra.bootstrap import Services
from infra.together.nodes import Node

SHOWN = "a-demonstration"
"""The password of all of them, told to whoever started it."""
SERVING = "serve --pages-only"


def looked_around(
    nodes: Mapping[str, Node], services: Mapping[str, Services], homes: Mapping[str, Sequence[str]]
) -> None:
    """Serve the pages of every node until Ctrl-C or SIGTERM. `homes` are those of the counties."""
    rows = []
    for name, node in nodes.items():
        _open(services[name], f"{name}.regulator", {"post": "regulator", "scope_region": node.rank.region})
        _open(services[name], f"{name}.admin", {"post": "system_administrator"})
        logins = [f"{name}.regulator", f"{name}.admin"]
        for home in homes.get(name, ())[:1]:
            _open(services[name], f"{name}.manager", {"post": "facility_manager", "scope_facility": home})
            logins.insert(0, f"{name}.manager")
        node.start(SERVING)
        rows += [(half(f"{node.rank.zh} / {node.rank.en}"), node.url, login, SHOWN) for login in logins]
    head = ("节点 / node", "地址 / address", "登录名 / login", "密码 / password")
    print_table([half(one) for one in head], rows)
    say("各节点的页面已开放，Ctrl-C 结束", "the pages of every node are open; Ctrl-C ends it")
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    told.wait()


def _open(services: Services, login: str, held: Mapping[str, str]) -> None:
    """An account with the password, once."""
    today = services.clock.now().astimezone(CHINA).date()
    try:
        services.desk.submit(Submission("account.open", str(uuid4()), {"login": login, **held}, occurred_on=today))
    except Refused as refused:
        if refused.rule != "account.known":
            raise
    services.passwords.set(login, SHOWN)
