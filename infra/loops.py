"""What goes on until the process is told to stop: keeping the views up to the log, and whatever else works beside the pages."""

from __future__ import annotations

import gc
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from domain.log import Conflict, LogUnavailable
from infra.answers import say, warn
from infra.bootstrap import Services
from infra.reporting import happened, listen
from projections.runner import Blocked
from projections.turns import Turn

AGAIN_S = 5.0
"""The pause after a failure: a lost connection comes back by itself."""
LOOK_S = 1.0
"""How long a look for something new waits at most, and how soon a process that stands by takes over."""
SELDOM = 20_000, 50, 100
"""How seldom the garbage collector looks for cycles in a process that only reads and writes batches and hardly makes any: at
Python's own pace it walks again and again through all that is remembered."""
STOP_S = 10.0
"""How long a loop may take to finish what it has begun."""

VERIFIED_EVERY = timedelta(days=1)
VERIFY_LOOK_S = 600.0
"""How soon after the start, and how often, it is asked whether the log is to be verified again."""

FAILURES = (Blocked, Conflict, LogUnavailable, SQLAlchemyError)


class Stopped(Exception):
    """The process is to stop: what was begun is left as it is, and goes on from there next time."""


class Loop(threading.Thread):
    """One thing done again and again; what fails is told once and tried again."""

    def __init__(self, name: str, once: Callable[[threading.Event], None], failing: tuple[str, str]) -> None:
        """`once` does what there is to do and then waits for more; `failing` (zh, en) says what does not get on."""
        super().__init__(name=name, daemon=True)
        self.once, self.failing, self.stopping = once, failing, threading.Event()

    def run(self) -> None:
        """Go on until stopped."""
        told = None
        while not self.stopping.is_set():
            try:
                self.once(self.stopping)
                told = None
            except Stopped:
                return
            except FAILURES as error:
                if str(error) != told:
                    told = str(error)
                    zh, en = self.failing
                    warn(f"{zh}：{getattr(error, 'zh', error)}", f"{en}: {error}")
                self.stopping.wait(AGAIN_S)
            except Exception as error:  # noqa: BLE001  nobody foresaw it: told by kind and place, and tried again all the same
                if happened(error) != told:
                    told = happened(error)
                    zh, en = self.failing
                    say(f"{zh}，程序出错：{told}", f"{en}, the program is wrong: {told}", "error")
                self.stopping.wait(AGAIN_S)

    def stop(self) -> None:
        """Let it finish what it has begun."""
        self.stopping.set()
        if self.is_alive():
            self.join(STOP_S)


class Keeping:
    """Keeps the views up to the log while this process leads; stands by while another one does."""

    def __init__(self, services: Services) -> None:
        self.views, self.log = services.views, services.log
        self.leading: bool | None = None

    def __call__(self, stopping: threading.Event) -> None:
        """Apply what is new, then wait for more. Raises Stopped between two batches."""

        def between(_done: int, _total: int) -> None:
            if stopping.is_set():
                raise Stopped

        before, self.leading = self.leading, self.views.leads()
        if self.leading and before is False:
            say("本进程接手更新统计视图", "this process keeps the views from now on")
        if not self.leading and before is not False:
            say("另一个进程在更新统计视图，本进程待命", "another process keeps the views; this one stands by")
        if not self.leading:
            stopping.wait(LOOK_S)
            return
        self.log.wait(self.views.catch_up(progress=between), LOOK_S)


def keeping(services: Services) -> Loop:
    """The loop that keeps the views."""
    return Loop("runner", Keeping(services), ("视图更新受阻", "views are blocked"))


def sealing(services: Services) -> Loop:
    """The loop that signs the head of the log at an interval, in one process at a time."""
    turn = Turn(services.views.engine, "heads")

    def once(stopping: threading.Event) -> None:
        if turn.take():
            services.heads.sign()
        stopping.wait(services.settings.heads_every_s)

    return Loop("sealing", once, ("签署树头受阻", "heads are not signed"))


def verifying(services: Services) -> Loop:
    """The loop that verifies the whole log once a day, in one process at a time, and keeps what it found."""
    turn = Turn(services.views.engine, "verify")

    def once(stopping: threading.Event) -> None:
        if stopping.wait(VERIFY_LOOK_S) or not turn.take():
            return
        verify_if_due(services, stopping)

    return Loop("verifying", once, ("核验账本受阻", "the log is not verified"))


def verify_if_due(services: Services, stopping: threading.Event) -> None:
    """Verify the log where that was last done a day ago. Raises Stopped before the end."""

    def between(_done: int, _total: int) -> None:
        if stopping.is_set():
            raise Stopped

    last = services.standing.verified()
    if last is not None and services.clock.now() - last.at < VERIFIED_EVERY:
        return
    verdict = services.heads.verify(between)
    services.standing.keep(verdict)
    if not verdict.ok:
        say(
            f"账本核验不通过：{verdict.message_zh}请停止写入、保留现场",
            f"the log did not pass its verification: {verdict.message_en} Stop writing, keep the files as they are",
            "error",
        )


def relaying(services: Services) -> Loop:
    """The loop that publishes the log, in one process at a time. Raises SettingsError where no broker is set."""
    from adapters.letters import Dispatch
    from adapters.relay import Relay  # only here: the client of the broker takes a while to import
    from infra.brokers import wire

    turn, inside = Turn(services.views.engine, "relay"), services.reference.regions.within
    dispatch = Dispatch(services.log, services.federation, services.keys.witness, inside, warn)
    relay = Relay(
        services.log,
        services.heads,
        services.clock,
        wire(services.settings),
        letters=dispatch.of,
        superiors=services.federation.superiors,
        told=warn,
        monotonic=monotonic,
    )

    return Loop("relay", in_turn(turn, relay), ("转发受阻", "nothing is published"))


def intaking(services: Services) -> Loop:
    """The loop that takes in what subordinate nodes publish, and cosignatures of superiors, in one process at a time."""
    from adapters.intake import Intake  # only here: the client of the broker takes a while to import
    from adapters.letters import Letterbox
    from adapters.witnessing import Witness
    from infra.brokers import wire

    turn, around = Turn(services.views.engine, "intake"), services.federation
    witness = Witness(services.heads, services.keys, services.clock, around, services.known_nodes, warn)
    intake = Intake(
        services.log,
        services.clock,
        wire(services.settings),
        around,
        witness,
        letterbox=Letterbox(
            services.desk,
            services.log,
            around,
            services.clock,
            services.refused_letters,
            services.keys.witness.verifier,
            warn,
        ),
        inside=services.reference.regions.within,
        told=warn,
        monotonic=monotonic,
    )

    return Loop("intake", in_turn(turn, intake), ("接收受阻", "nothing is taken in"))


def in_turn(turn: Turn, way: Any) -> Callable[[threading.Event], None]:
    """One pass over the broker where this process has its turn; without it the broker is let go of."""

    def once(stopping: threading.Event) -> None:
        if not turn.take():
            way.close()
            stopping.wait(LOOK_S)
            return
        way(stopping)
        if stopping.is_set():
            way.close()

    return once


def foreground(*loops: Loop) -> int:
    """Run loops as a process of their own until Ctrl-C or SIGTERM; 0."""
    gc.freeze()  # modules and declarations live as long as the process: they need not be walked through
    gc.set_threshold(*SELDOM)
    listen(say)
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    for loop in loops:
        loop.start()
    while all(loop.is_alive() for loop in loops) and not told.wait(LOOK_S):
        pass
    for loop in loops:
        loop.stop()
    say("已停止", "stopped")
    return 0
