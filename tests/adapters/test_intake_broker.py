"""The intake on a real broker whose topics change while it runs."""

from __future__ import annotations

import threading
import time
import uuid
from contextlib import closing

import pytest
from kafka import KafkaAdminClient

from adapters.broker import Wire
from adapters.intake import Intake
from adapters.relay import Relay
from infra.kafka.broker import Cluster
from tests.adapters.intake_nodes import Node, Province, Ticks, counties, database_url, postgres_server, province
from tests.services import kafka_cluster

__all__ = ["counties", "database_url", "kafka_cluster", "postgres_server", "province"]

pytestmark = pytest.mark.kafka
READ_S = 30.0


def published(county: Node, wire: Wire) -> None:
    """What a county has is with the broker."""
    with closing(Relay(county.log, county.heads, county.clock, wire, monotonic=Ticks())) as relay:
        while relay.lag():
            relay(threading.Event())


@pytest.mark.parametrize("province", ["sqlite"], indirect=True)
def test_partitions_that_are_added_later_are_read_too(
    kafka_cluster: Cluster, province: Province, counties: list[Node]
) -> None:
    """Operators add partitions to a topic that is read: what goes there is taken in too, in its order."""
    wire = Wire(tuple(kafka_cluster.bootstrap), prefix=f"t{uuid.uuid4().hex[:8]}.", partitions=1)
    counties[0].append(20)
    published(counties[0], wire)
    with closing(province.intake(wire)) as intake:
        taken_in(intake, province, counties[0], 20)
        with closing(KafkaAdminClient(bootstrap_servers=list(wire.servers))) as admin:
            admin.create_partitions({wire.events: 4})
        counties[0].append(40)
        published(counties[0], wire)
        province.ticks.at += 60
        taken_in(intake, province, counties[0], 60)


def taken_in(intake: Intake, province: Province, county: Node, expected: int) -> None:
    """So many events of a county have come."""
    until = time.monotonic() + READ_S
    while len(province.found(county)) < expected and time.monotonic() < until:
        intake(threading.Event())
    assert len(province.found(county)) == expected
