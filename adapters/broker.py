"""消息总线 — the one door to Apache Kafka: who publishes, who reads, and what is asked of the cluster itself.

Kafka carries, it is not the truth: nothing here commits offsets to it or uses its transactions. What was published and
how far was read stands with the rows that it led to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import KafkaError, TopicAlreadyExistsError

from adapters.reaching import BrokerAway, away, connected

ANSWER_MS = 10_000
"""How long the broker may take to answer before it counts as away."""
DELIVERED_MS = 30_000
"""How long a message may wait for its acknowledgement."""
CALLED_AGAIN_MS = 1_000
"""The longest pause between two calls to a broker that does not answer."""
CLOSED_S = 2.0
MESSAGE_BYTES_MAX = 2 * 1024 * 1024
"""Larger than any event: a command has at most a mebibyte, and an event less."""

FETCHED_BYTES = 256 * 1024
"""What is fetched of a partition at once; a larger message comes all the same. Entries of one node lie in several partitions and are
taken in in the order of its log: the less of one partition comes at a time, the less waits for the others."""

STRUCTURED = [("content-type", b"application/cloudevents+json")]
"""How readers of CloudEvents know that the whole event stands in the value (Kafka protocol binding 1.0.2, 3.3)."""

Offsets = Mapping[int, int]
"""Partition -> offset."""


@dataclass(frozen=True)
class Wire:
    """How the brokers are reached, and how the topics are called there.

    `more` are settings of the client that are passed through as they are: security_protocol, sasl_mechanism, ssl_cafile ...
    """

    servers: tuple[str, ...]
    prefix: str = "shouwang."
    partitions: int = 6
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def events(self) -> str:
        """The topic of events."""
        return f"{self.prefix}events.v1"

    @property
    def heads(self) -> str:
        """The topic of signed heads and cosignatures."""
        return f"{self.prefix}heads.v1"

    @property
    def requests(self) -> str:
        """The topic on which a superior asks for events again."""
        return f"{self.prefix}requests.v1"

    @property
    def letters(self) -> str:
        """The topic on which a superior passes on what one subordinate asks of another."""
        return f"{self.prefix}letters.v1"

    def client(self, **more: Any) -> dict[str, Any]:
        """The settings of a client."""
        return {
            "bootstrap_servers": list(self.servers),
            "bootstrap_timeout_ms": ANSWER_MS,
            "request_timeout_ms": ANSWER_MS,
            "reconnect_backoff_max_ms": CALLED_AGAIN_MS,
            **self.more,
            **more,
        }


class Publisher:
    """Publishes in order per key; the broker has every message once that `settle` returned."""

    def __init__(self, wire: Wire) -> None:
        with away():
            self._producer = connected(
                KafkaProducer,
                **wire.client(
                    metrics_enabled=False,
                    enable_idempotence=True,
                    acks="all",
                    delivery_timeout_ms=DELIVERED_MS,
                    max_block_ms=ANSWER_MS,
                    max_request_size=MESSAGE_BYTES_MAX,
                    linger_ms=5,
                    batch_size=64 * 1024,
                    allow_auto_create_topics=False,
                ),
            )

    def send(self, topic: str, key: str, value: bytes) -> Any:
        """Hand a message over; the promise that `settle` takes. Raises BrokerAway."""
        with away():
            return self._producer.send(topic, key=key.encode(), value=value, headers=STRUCTURED)

    @staticmethod
    def settle(promises: Iterable[Any]) -> dict[int, int]:
        """Wait until the broker has them all; the greatest offset of each partition. Raises BrokerAway."""
        greatest: dict[int, int] = {}
        with away():
            for promise in promises:
                kept = promise.get(timeout=(DELIVERED_MS + ANSWER_MS) / 1000)
                greatest[kept.partition] = max(kept.offset, greatest.get(kept.partition, -1))
        return greatest

    def close(self) -> None:
        """Let go of the broker; what was not acknowledged is given up."""
        for _ in range(2):  # the first call gives up what waits, and then says so instead of closing
            with suppress(KafkaError):
                self._producer.close(timeout=CLOSED_S)
                return


class Reader:
    """Reads topics from offsets that the caller keeps."""

    def __init__(self, wire: Wire, offsets: Mapping[str, Offsets]) -> None:
        """`offsets`: topic -> partition -> the next offset to read; of a partition that it lacks, the first one."""
        with away():
            self._consumer = connected(
                KafkaConsumer,
                **wire.client(
                    metrics_enabled=False,
                    group_id=None,
                    enable_auto_commit=False,
                    auto_offset_reset="earliest",
                    max_poll_records=2_000,
                    fetch_max_wait_ms=50,
                    max_partition_fetch_bytes=FETCHED_BYTES,
                    allow_auto_create_topics=False,
                ),
            )
            try:
                found = list(self._partitions(offsets))
                self._numbers = Counter(one.topic for one in found)
                self._consumer.assign(found)
                for partition in found:
                    self._consumer.seek(partition, offsets[partition.topic].get(partition.partition, 0))
            except BaseException:
                self.close()
                raise

    def _partitions(self, topics: Iterable[str]) -> Iterator[TopicPartition]:
        """Every partition of some topics. Raises BrokerAway where none is to be seen: it would never be read, and nobody would know."""
        for topic in topics:
            numbers = sorted(self._consumer.partitions_for_topic(topic) or ())
            if not numbers:
                raise BrokerAway(LookupError(f"{topic} is not to be seen"))
            yield from (TopicPartition(topic, number) for number in numbers)

    def reads_all(self, cluster: Cluster) -> bool:
        """Whether no topic has more partitions than it had when this reader began: what goes there would never be read. Raises BrokerAway."""
        return cluster.partitions(*self._numbers) == self._numbers

    def poll(self, wait_s: float) -> list[tuple[str, int, int, bytes]]:
        """(topic, partition, offset, value) of what came, each partition in its order; nothing when nothing came in time."""
        with away():
            polled = self._consumer.poll(timeout_ms=int(wait_s * 1000))
        return [
            (message.topic, message.partition, message.offset, message.value)
            for batch in polled.values()
            for message in batch
        ]

    def close(self) -> None:
        """Let go of the broker."""
        with suppress(KafkaError):
            self._consumer.close(autocommit=False, timeout_ms=int(CLOSED_S * 1000))


class Cluster:
    """The cluster itself: which one it is, its topics, and where they end."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._admin = connected(KafkaAdminClient, **wire.client())

    def id(self) -> str:
        """The name that the cluster was given when it was made; another one is another cluster, or the same emptied."""
        with away():
            return str(self._admin.describe_cluster()["cluster_id"])

    def make(self, *topics: str) -> None:
        """Make the topics that are missing: of one partition for all but the events."""
        with away():
            missing = sorted(set(topics) - set(self._admin.list_topics()))
            for topic in missing:
                partitions = self._wire.partitions if topic == self._wire.events else 1
                options = {
                    "num_partitions": partitions,
                    "replication_factor": -1,
                    "configs": {"max.message.bytes": str(MESSAGE_BYTES_MAX), **self._kept(topic)},
                }
                with suppress(TopicAlreadyExistsError):
                    self._admin.create_topics({topic: options}, wait_for_metadata=True)

    def _kept(self, topic: str) -> dict[str, str]:
        """Letters are few and sent once: they are kept for whoever was away for long."""
        return {"retention.ms": "-1"} if topic == self._wire.letters else {}

    def ends(self, topic: str) -> dict[int, int]:
        """Partition -> the offset that the next message will get."""
        with away():
            numbers = range(self.partitions(topic)[topic])
            asked = {TopicPartition(topic, number): OffsetSpec.LATEST for number in numbers}
            found = self._admin.list_partition_offsets(asked, timeout_ms=ANSWER_MS)
        return {partition.partition: _offset(said) for partition, said in found.items()}

    def partitions(self, *topics: str) -> dict[str, int]:
        """Topic -> how many partitions it has now: operators may add some."""
        with away():
            return {one["name"]: len(one["partitions"]) for one in self._admin.describe_topics(list(topics))}

    def close(self) -> None:
        """Let go of the broker."""
        with suppress(KafkaError):
            self._admin.close()


def _offset(said: Any) -> int:
    return int(getattr(said, "offset", said))
