"""The broker that tests and demonstrations start is a real one: it keeps what it acknowledged, and only that."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition

from infra.kafka.broker import Cluster
from infra.kafka.supply import BrokerUnavailable, cache, check, jars
from tests.services import brokers

pytestmark = pytest.mark.kafka

KEYS, READ_S = 7, 30


@contextmanager
def producer(cluster: Cluster) -> Iterator[KafkaProducer]:
    """A producer that repeats a message until it is kept once, on every replica in step."""
    sender = KafkaProducer(bootstrap_servers=cluster.bootstrap, enable_idempotence=True, acks="all")
    with closing(sender):
        yield sender


def sent(cluster: Cluster, topic: str, first: int, last: int) -> list[object]:
    """Send numbers, each under one of a few keys; what the broker said of each."""
    with producer(cluster) as sender:
        promised = [sender.send(topic, key=b"%d" % (n % KEYS), value=b"%d" % n) for n in range(first, last)]
        return [future.get(timeout=30) for future in promised]


def kept(cluster: Cluster, topic: str) -> list[tuple[bytes, int]]:
    """All (key, number) of a topic from its beginning, each partition in its order."""
    reader = KafkaConsumer(bootstrap_servers=cluster.bootstrap, group_id=None, enable_auto_commit=False)
    with closing(reader):
        partitions = [TopicPartition(topic, n) for n in sorted(reader.partitions_for_topic(topic) or ())]
        reader.assign(partitions)
        for partition in partitions:
            reader.seek(partition, 0)
        ends = reader.end_offsets(partitions)
        found: list[tuple[bytes, int]] = []
        for _ in range(READ_S):
            if all(reader.position(partition) >= ends[partition] for partition in partitions):
                return found
            polled = reader.poll(timeout_ms=1000)
            found += [(message.key, int(message.value)) for batch in polled.values() for message in batch]
    raise AssertionError(f"{len(found)} messages read, and the end of {ends} not reached")


def in_order(messages: list[tuple[bytes, int]]) -> bool:
    """Whether the numbers of each key rise."""
    series = [[number for key, number in messages if key == wanted] for wanted in {key for key, _ in messages}]
    return all(one < next_one for numbers in series for one, next_one in pairwise(numbers))


def known(cluster: Cluster) -> tuple[str, set[str]]:
    """The cluster's id and its topics, as the broker itself tells them."""
    with KafkaAdminClient(bootstrap_servers=cluster.bootstrap) as admin:
        return admin.describe_cluster()["cluster_id"], set(admin.list_topics())


@pytest.fixture
def topic(kafka_cluster: Cluster) -> str:
    """A topic of one test's own."""
    name = f"t-{uuid.uuid4().hex[:12]}"
    kafka_cluster.create_topics([name], partitions=3)
    return name


def test_a_broker_gives_back_messages_in_order_per_key(kafka_cluster: Cluster, topic: str) -> None:
    """An idempotent producer sends, a consumer without a group reads: every message once, each key in order."""
    sent(kafka_cluster, topic, 0, 500)

    messages = kept(kafka_cluster, topic)
    assert sorted(number for _, number in messages) == list(range(500))
    assert {key for key, _ in messages} == {b"%d" % n for n in range(KEYS)}
    assert in_order(messages)
    assert not in_order(messages[::-1])


def test_a_killed_broker_has_kept_what_it_acknowledged(kafka_cluster: Cluster, topic: str) -> None:
    """SIGKILL and a restart on the same port lose nothing; wiped, it is another cluster and empty."""
    sent(kafka_cluster, topic, 0, 200)
    address, before = kafka_cluster.bootstrap, known(kafka_cluster)

    kafka_cluster.kill(1)
    kafka_cluster.restart(1)
    assert known(kafka_cluster) == before
    assert sorted(number for _, number in kept(kafka_cluster, topic)) == list(range(200))

    kafka_cluster.wipe()
    kafka_cluster.start()
    other, topics = known(kafka_cluster)
    assert (topics, kafka_cluster.bootstrap, other) == (set(), address, kafka_cluster.id)
    assert other != before[0]


def sent_while_one_dies(cluster: Cluster, topic: str, count: int) -> list[object]:
    """Send numbers, and kill a broker when some are acknowledged and some are on their way."""
    with producer(cluster) as sender:
        promised = []
        for number in range(count):
            promised.append(sender.send(topic, key=b"%d" % (number % KEYS), value=b"%d" % number))
            if number == count // 2:
                promised[count // 10].get(timeout=30)
                cluster.kill(2)
        return [future.get(timeout=60) for future in promised]


@pytest.mark.usefixtures("broker_goes_away")
def test_three_brokers_lose_nothing_when_one_is_killed() -> None:
    """Of 6,000 sends none fails and each is kept once and in order, though a broker dies half-way."""
    with brokers(3) as cluster:
        cluster.create_topics(["t"], partitions=6)
        answers = sent_while_one_dies(cluster, "t", 6000)
        messages = kept(cluster, "t")

    assert len(answers) == len(messages) == 6000
    assert {number for _, number in messages} == set(range(6000))
    assert in_order(messages)


def test_a_jar_that_is_not_ours_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A jar that differs, lacks or is too many is named, and nothing is started; the untouched folder passes."""
    real = jars()
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = cache()
    folder.mkdir(parents=True)
    for jar in real.iterdir():
        (folder / jar.name).symlink_to(jar)
    assert jars() == folder

    changed = folder / "lz4-java-1.10.1.jar"
    changed.unlink()
    with pytest.raises(BrokerUnavailable, match=r"lz4-java-1\.10\.1\.jar .*missing"):
        check(folder)
    changed.write_bytes((real / changed.name).read_bytes()[:-1])
    with pytest.raises(BrokerUnavailable, match=r"lz4-java-1\.10\.1\.jar .*different.*remove the folder"):
        Cluster(tmp_path / "cluster").start()
    assert not list((tmp_path / "cluster").rglob("output.txt"))
    shutil.copy(real / changed.name, changed)
    (folder / "a-guest.jar").touch()
    with pytest.raises(BrokerUnavailable, match=r"a-guest\.jar .*not listed"):
        jars()
