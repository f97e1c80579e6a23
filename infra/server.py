"""The running server: waitress, the pages, and in the embedded default the runner as a thread of this process."""

from __future__ import annotations

import gc
import threading
from collections.abc import Sequence
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from waitress import create_server

from domain.log import Conflict, LogUnavailable
from infra.answers import say
from infra.bootstrap import Services
from infra.initials import give_initials
from infra.settings import speaks_english
from projections.runner import Blocked
from webapp.app import create_app
from webapp.services import DemonstrationAccount
from webapp.services import Services as Web

THREADS = 8
SETTLED_EVERY_S = 86_400
GARBAGE = (10_000, 20, 20)
"""How much is made before the collector looks, by generation: more than by default, so that it looks less often."""


def web(services: Services, demonstration: Sequence[DemonstrationAccount] = ()) -> Web:
    """What the pages are handed."""
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
        demonstration=demonstration,
    )


class RunnerThread(threading.Thread):
    """Keeps the views up to the head while the server runs."""

    def __init__(self, services: Services) -> None:
        super().__init__(name="runner", daemon=True)
        self.services, self.stopping = services, threading.Event()

    def run(self) -> None:
        """Wait for the log to grow, then apply; a blocked projection is told once and tried again."""
        told = None
        while not self.stopping.is_set():
            try:
                at = self.services.views.catch_up()
                told = None
                self.services.log.wait(at, 1.0)
            except (
                Blocked,
                LogUnavailable,
                SQLAlchemyError,
            ) as error:  # a lost connection comes back; the thread stays
                if str(error) != told:
                    told = str(error)
                    say(f"视图更新受阻：{error}", f"views are blocked: {error}")
                self.stopping.wait(5)


class SettlingThread(threading.Thread):
    """Once a day drops reads that are older than they are kept; at the first start of a version, completes the search."""

    def __init__(self, services: Services, stopping: threading.Event) -> None:
        super().__init__(name="settling", daemon=True)
        self.services, self.stopping = services, stopping

    def run(self) -> None:
        """Go on until the server stops; what fails is told and tried again the next day."""
        while not self.stopping.is_set():
            try:
                give_initials(self.services)
                self.services.reads.drop_old()
            except (LogUnavailable, Conflict) as error:
                say(f"维护查找与查阅记录受阻：{error}", f"search and ledger of reads: {error}")
            self.stopping.wait(SETTLED_EVERY_S)


def listening(services: Services, host: str, port: int, demonstration: Sequence[DemonstrationAccount] = ()) -> Any:
    """The server of the web, listening; `run()` answers until it is closed. Raises OSError for an address that is taken.

    What is loaded by now stays for good, so the collector of cyclic garbage is told to leave it alone: walking through it
    stopped all pages for up to 0.4 s over a log of a million entries.
    """
    server = create_server(
        create_app(web(services, demonstration)), host=host, port=port, threads=THREADS, ident="shouwang"
    )
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    return server


def serve(services: Services, demonstration: Sequence[DemonstrationAccount] = ()) -> int:
    """Serve until stopped; exit status 0, or 1 when the address cannot be listened on."""
    settings = services.settings
    try:
        server = listening(services, settings.host, settings.port, demonstration)
    except OSError as error:
        say(
            f"无法监听 {settings.host}:{settings.port}：{error.strerror}。请换一个端口：make run PORT=8123",
            f"cannot listen on {settings.host}:{settings.port}: {error.strerror}. Choose another: make run PORT=8123",
        )
        return 1
    runner = RunnerThread(services)
    runner.start()
    settling = SettlingThread(services, runner.stopping)
    settling.start()
    print(f"http://{settings.host}:{settings.port}", flush=True)
    for shown in demonstration:
        print(f"  {shown.en if speaks_english() else shown.zh}: {shown.login} / {shown.password}", flush=True)
    say("Ctrl-C 停止", "Ctrl-C stops")
    try:
        server.run()
    except KeyboardInterrupt:
        say("已停止", "stopped")
    finally:
        runner.stopping.set()
        server.close()
    return 0
