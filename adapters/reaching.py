"""To reach a broker: why it could not be reached is said as far as it is known, and a try that failed leaves nothing behind."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import KafkaConfigurationError, KafkaError
from kafka.net.compat import KafkaNetClient

from domain.log import LogUnavailable

REFUSED = ("Sasl", "SASL", "SSL", "Authorization", "FileNotFound", "PermissionError")
"""What a reason is known by that does not pass by itself."""
CHECK_ACCESS = (
    "请核对 SHOUWANG_KAFKA_OPTIONS 所指文件中的用户名、密码和证书。",
    "; check user, password and certificates in the file that SHOUWANG_KAFKA_OPTIONS names",
)
Client = TypeVar("Client", KafkaProducer, KafkaConsumer, KafkaAdminClient)


class BrokerAway(LogUnavailable):
    """The broker does not answer, or refuses. Nothing is lost: what waits for it lies in the log."""

    def __init__(self, error: Exception, reason: str | None = None) -> None:
        """`reason`: why a connection was refused, where that is known."""
        said = (reason or f"{type(error).__name__}: {error}")[:200]
        super().__init__(
            f"消息总线没有应答或拒绝了请求（{said}）。账本照常入账，恢复后自动续传。"
            + (CHECK_ACCESS[0] if reason else ""),
            f"the message broker does not answer or refuses ({said}); the log goes on, and what waits is sent when it is back"
            + (CHECK_ACCESS[1] if reason else ""),
        )


class Refusals:
    """Why connections were refused. The client only logs that; what it raises says no more than that none came about."""

    def __init__(self) -> None:
        self.reason: str | None = None
        """The first one of the present try: at its end only the time that it took is told."""

    def __call__(self, record: logging.LogRecord) -> bool:
        """As a filter of what the client logs: keeps the reason as text (the exception would hold its socket), lets nothing through."""
        for said in record.args if isinstance(record.args, tuple) else ():
            if isinstance(said, Exception) and any(sign in f"{type(said)}{said}" for sign in REFUSED):
                self.reason = self.reason or str(said)
        return False


REFUSALS = Refusals()


def _listen() -> None:
    """Hear why the client is refused, and let it say nothing itself: what it would say, whoever calls this says."""
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    connecting = logging.getLogger("kafka.net.manager")
    connecting.setLevel(logging.WARNING)
    connecting.addFilter(REFUSALS)  # once, however often


@contextmanager
def away(refusals: Refusals | None = None) -> Iterator[None]:
    """Whatever the client says of a broker leaves as BrokerAway; `refusals` know why, where a client is being made."""
    try:
        yield
    except KafkaConfigurationError as error:
        raise LogUnavailable(
            f"消息总线的设置有误：{error}。请检查 SHOUWANG_KAFKA_OPTIONS 所指的文件。",
            f"a setting of the message broker is wrong: {error}. Check the file that SHOUWANG_KAFKA_OPTIONS names.",
        ) from error
    except (KafkaError, OSError, ValueError) as error:
        # kafka-python 3.0 closes no socket whose call was refused; the collector does, if it is asked.
        gc.collect()
        raise BrokerAway(error, refusals and refusals.reason) from error


def connected(kind: Callable[..., Client], **settings: Any) -> Client:
    """A client that has reached the broker. Raises BrokerAway.

    One that has not leaves nothing behind: by itself it would leave its thread and sockets (kafka-python 3.0.12).
    """
    made: list[KafkaNetClient] = []
    _listen()
    REFUSALS.reason = None

    def kept(**more: Any) -> KafkaNetClient:
        made.append(KafkaNetClient(**more))
        return made[-1]

    try:
        with away(REFUSALS):
            return kind(**settings, kafka_client=kept)
    except BaseException:
        for one in made:
            one.close()
        raise
