"""The web as processes beside each other that answer on one address, so that every core of the machine answers pages.

A process of Python runs on one core at a time. The processes share nothing but the databases: whichever is free takes the
next visitor, and one that dies takes no other with it and is replaced.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from waitress import create_server

from adapters.relations import Relations
from infra.answers import say
from infra.bootstrap import Services, bootstrap
from infra.metrics import Measures
from infra.reporting import listen
from infra.settings import Settings
from infra.tallies import Cells, Tally, shared
from webapp.app import create_app
from webapp.services import DemonstrationAccount
from webapp.services import Services as Web

THREADS = 8
"""Requests that one process answers at a time."""
WAITING = 1024
"""Visitors that the system lets wait until a process takes them."""
STOPPING_S = 10.0
"""How long a process may take to finish what it is answering when all are to stop."""
AGAIN_S, AGAIN_LATER_S = 1.0, 15.0
"""The pause before a process that died is replaced, and of one that did not live longer than that: it shall not burn a core."""
DRAWN = timedelta(days=3653)
"""The boundaries of so many years are worked out before the first visitor asks: about 30 ms each."""
GARBAGE = (10_000, 20, 20)
"""How much is made before the collector looks, by generation: more than by default, so that it looks less often."""


def web(services: Services, demonstration: Sequence[DemonstrationAccount] = (), appends: Tally | None = None) -> Web:
    """What the pages are handed; how long each append takes is counted in `appends`."""
    appends = appends or Tally()
    services.log.timed = appends.add
    return Web(
        desk=services.desk,
        log=services.log,
        vault=services.vault,
        reference=services.reference,
        clock=services.clock,
        passwords=services.passwords,
        sessions=services.sessions,
        schemas=services.schemas,
        views=services.views,
        reads=services.reads,
        evidence=services.evidence,
        drafts=services.drafts,
        bookmarks=services.bookmarks,
        api_tokens=services.api_tokens,
        lines=services.lines,
        spreadsheets=services.spreadsheets,
        heads=services.heads,
        nodes=Relations(services.known_nodes, services.refused_letters, services.federation, services.keys),
        measures=Measures(services, appends),
        demonstration=demonstration,
    )


class Dead(Exception):
    """A process died before it could answer; why stands on standard error."""


@dataclass
class _Answering:
    """One process and the end of a pipe on which it says that it is ready."""

    process: SpawnProcess
    said: Connection
    since: float

    def lived(self) -> bool:
        """Whether it has been there for so long that one in its place may live too."""
        return time.monotonic() - self.since > AGAIN_LATER_S

    def wait_until_ready(self) -> None:
        """Return when it can answer. Raises Dead."""
        with self.said:
            try:
                self.said.recv()
            except EOFError:
                raise Dead from None


class WebProcesses:
    """So many processes as the settings say, on one listening socket."""

    def __init__(self, settings: Settings, demonstration: Sequence[DemonstrationAccount] = ()) -> None:
        """Listens at once: visitors wait until the first process is ready. Raises OSError for an address that is taken."""
        self.settings, self.demonstration = settings, demonstration
        self.socket = _listening(settings.host, settings.port)
        self.port: int = self.socket.getsockname()[1]
        self._answering: list[_Answering] = []
        self._appends = shared(settings.processes)
        self._stopping = threading.Event()

    @property
    def pids(self) -> list[int]:
        """The numbers of the processes."""
        return [one.process.pid for one in self._answering if one.process.pid]

    def start(self) -> None:
        """Start them all; returns when each can answer. Raises Dead when one died instead."""
        self._answering = [self._started(slot) for slot in range(self.settings.processes)]
        for one in self._answering:
            one.wait_until_ready()

    def watch(self) -> None:
        """Replace each process that dies, until `stop` is called."""
        while not self._stopping.is_set():
            for sentinel in wait([one.process.sentinel for one in self._answering], timeout=AGAIN_S):
                self._replace(sentinel)

    def stop(self) -> None:
        """Let each finish what it is answering, and end it."""
        self._stopping.set()
        self.socket.close()
        for one in self._answering:
            one.process.terminate()
        until = time.monotonic() + STOPPING_S
        for one in self._answering:
            one.process.join(max(0.0, until - time.monotonic()))
            one.process.kill()

    def _replace(self, sentinel: Any) -> None:
        """Another process in the place of one that died; later, when that one had not lived long."""
        index = next(i for i, one in enumerate(self._answering) if one.process.sentinel == sentinel)
        dead = self._answering[index]
        code, pause = dead.process.exitcode, AGAIN_S if dead.lived() else AGAIN_LATER_S
        say(
            f"一个网页进程意外结束（退出码 {code}），{pause:g} 秒后另起一个；其他进程继续服务。",
            f"a web process ended unexpectedly (exit code {code}); another is started in {pause:g} s, the others go on.",
            "error",
        )
        if self._stopping.wait(pause):
            return
        self._answering[index] = self._started(index)
        with suppress(Dead):  # it is found dead, and told, by the next look
            self._answering[index].wait_until_ready()

    def _started(self, slot: int) -> _Answering:
        # Spawned, not forked: the runner is a thread of this process, and a fork keeps the locks that threads hold.
        context = multiprocessing.get_context("spawn")
        said, saying = context.Pipe(duplex=False)
        process = context.Process(
            target=answer,
            args=(self.settings, self.socket, saying, self.demonstration, self._appends, slot),
            name="web",
            daemon=True,
        )
        process.start()
        saying.close()
        return _Answering(process, said, time.monotonic())


def _listening(host: str, port: int) -> socket.socket:
    """A listening socket on the first address of a host. Raises OSError."""
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    return socket.create_server(address[:2], family=family, backlog=WAITING)


def answer(
    settings: Settings,
    listening: socket.socket,
    saying: Connection,
    demonstration: Sequence[DemonstrationAccount],
    appends: Cells,
    slot: int,
) -> None:
    """The life of one process: answer pages until it is told to stop, or the process that started it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: the one that started us tells us
    signal.signal(signal.SIGTERM, _stop)
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    listen(say)
    services = bootstrap(settings)
    now = services.clock.now().date()
    services.reference.regions.draw(now - DRAWN)
    application = create_app(web(services, demonstration, Tally(appends, slot)))
    server = create_server(
        application,
        sockets=[listening],
        threads=THREADS,
        ident="shouwang",
        clear_untrusted_proxy_headers=False,  # nothing believes them: /metrics only asks whether a proxy stands between
    )
    # What is loaded by now stays for good, so the collector of cyclic garbage is told to leave it alone: walking
    # through it stopped all pages for up to 0.4 s over a log of a million entries.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    saying.send(True)
    server.run()


def _stop(*_: Any) -> None:
    """End the loop of the server, which then waits for the requests that it is answering."""
    raise SystemExit(0)


def _end_with_parent() -> None:
    """Nobody tells us to stop any more when the process that started us is gone."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
