"""How a broker is told to run, and how it is reached: by anybody on this machine, or with TLS and passwords."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SETTINGS = """\
process.roles=broker,controller
node.id={node}
controller.quorum.voters={voters}
listeners={protocol}://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners={protocol}://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map={protocol}:{protocol},CONTROLLER:PLAINTEXT
inter.broker.listener.name={protocol}
log.dirs={data}
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
# A broker that was killed is given up, and one that comes back is let in, after this time (9 seconds by default).
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
default.replication.factor={replication}
min.insync.replicas={in_sync}
offsets.topic.replication.factor={replication}
transaction.state.log.replication.factor={replication}
transaction.state.log.min.isr={in_sync}
share.coordinator.state.topic.replication.factor={replication}
share.coordinator.state.topic.min.isr={in_sync}
{more}
"""


@dataclass(frozen=True)
class Access:
    """How a cluster is reached: by anybody on this machine, or as these settings say."""

    protocol: str = "PLAINTEXT"
    settings: str = ""
    """Further lines of the settings of every broker."""
    format: tuple[str, ...] = ()
    """Further options with which its storage is made: the first users, that is."""
    client: Mapping[str, Any] = field(default_factory=dict)
    """What a client must be given for it."""


OPEN = Access()
