"""The running server: the web in processes of its own, and here the runner, which keeps the views up to the log."""

from __future__ import annotations

import errno
import signal
import threading
from collections.abc import Sequence
from contextlib import suppress

from infra.answers import say
from infra.bootstrap import Services
from infra.initials import give_initials
from infra.loops import Loop, intaking, keeping, relaying, sealing, verifying
from infra.reporting import listen
from infra.settings import speaks_english
from infra.web_processes import Dead, WebProcesses
from webapp.services import DemonstrationAccount

SETTLED_EVERY_S = 86_400


def _settling(services: Services) -> Loop:
    """Once a day drops reads that are older than they are kept; at the first start of a version, completes the search."""

    def once(stopping: threading.Event) -> None:
        give_initials(services)
        services.reads.drop_old()
        stopping.wait(SETTLED_EVERY_S)

    return Loop("settling", once, ("维护查找与查阅记录受阻", "search and ledger of reads"))


def _beside(services: Services) -> list[Loop]:
    """What works beside the pages. Raises SettingsError."""
    wired = [relaying(services), intaking(services)] if services.settings.kafka else []
    return [keeping(services), sealing(services), verifying(services), *wired]


def serve(services: Services, demonstration: Sequence[DemonstrationAccount] = (), *, pages_only: bool = False) -> int:
    """Serve until stopped by Ctrl-C or SIGTERM: 0; 1 when the address cannot be listened on, or no process can answer.

    With `pages_only` another process keeps the views (`shouwang run-projections`). Raises LogUnavailable for a log that
    this release cannot open.
    """
    listen(say)
    settings = services.settings
    services.log.head()  # a log of an older release is brought to this one, and one of a newer release is refused, before anybody asks
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
    loops = [_settling(services), *([] if pages_only else _beside(services))]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        web.start()
        for loop in loops:
            loop.start()
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
        web.stop()
        for loop in loops:
            loop.stop()
    return 0


def _tell(address: str, demonstration: Sequence[DemonstrationAccount]) -> None:
    """Where it answers, and who may try it."""
    print(address, flush=True)
    for shown in demonstration:
        print(f"  {shown.en if speaks_english() else shown.zh}: {shown.login} / {shown.password}", flush=True)
    say("Ctrl-C 停止", "Ctrl-C stops")
