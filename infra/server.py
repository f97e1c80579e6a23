"""The running server: the web in processes of its own, and here the runner, which keeps the views up to the log."""

from __future__ import annotations

import errno
import signal
import threading
from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from domain.log import Conflict, LogUnavailable
from infra.answers import say
from infra.bootstrap import Services
from infra.initials import give_initials
from infra.settings import speaks_english
from infra.web_processes import Dead, WebProcesses
from projections.runner import Blocked
from webapp.services import DemonstrationAccount

SETTLED_EVERY_S = 86_400


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


def serve(services: Services, demonstration: Sequence[DemonstrationAccount] = ()) -> int:
    """Serve until stopped by Ctrl-C or SIGTERM: 0; 1 when the address cannot be listened on, or no process can answer."""
    settings = services.settings
    try:
        web = WebProcesses(settings, demonstration)
    except OSError as error:
        taken, at = error.errno == errno.EADDRINUSE, f"{settings.host}:{settings.port}"
        say(
            f"无法监听 {at}：{'端口已被占用' if taken else error.strerror}。请换一个端口：--port 8123（make run PORT=8123）",
            f"cannot listen on {at}: {'the port is in use' if taken else error.strerror}. "
            "Choose another: --port 8123 (make run PORT=8123)",
        )
        return 1
    if not settings.database_url:
        with suppress(OSError):  # who opens a file there tells why it cannot be
            settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    runner = RunnerThread(services)
    settling = SettlingThread(services, runner.stopping)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        web.start()
        runner.start()
        settling.start()
        _tell(f"http://{settings.host}:{web.port}", demonstration)
        web.watch()
    except KeyboardInterrupt:
        say("已停止", "stopped")
    except Dead:
        say(
            "网页进程一启动就结束了，原因见上面的输出；本程序已停止。账本不受影响。",
            "a web process ended as soon as it was started, why stands above; the program has stopped. The log is not touched.",
        )
        return 1
    finally:
        runner.stopping.set()
        web.stop()
    return 0


def _tell(address: str, demonstration: Sequence[DemonstrationAccount]) -> None:
    """Where it answers, and who may try it."""
    print(address, flush=True)
    for shown in demonstration:
        print(f"  {shown.en if speaks_english() else shown.zh}: {shown.login} / {shown.password}", flush=True)
    say("Ctrl-C 停止", "Ctrl-C stops")
