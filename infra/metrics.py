"""What monitoring reads: how far log, views, relay, intake and signed heads have come, in the words of Prometheus.

Everything is read when somebody asks. Nothing of it, and no label, says anything about a person. What cannot be read is
missing, and `shouwang_readable` says so of its part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from adapters.known_nodes import NodeState
from adapters.notes import Checkpoint, Note
from infra.bootstrap import Services
from infra.brokers import wire
from infra.tallies import Tally


class Measures(Collector):
    """The state of one node, read anew at each question."""

    def __init__(self, services: Services, appends: Tally | None = None) -> None:
        """`appends` counts how long appends take, in all web processes of this server."""
        self.services, self.appends = services, appends or Tally()
        self.registry = CollectorRegistry(auto_describe=False)
        self.registry.register(self)

    def text(self) -> bytes:
        """Everything, in the text format of Prometheus."""
        return generate_latest(self.registry)

    def describe(self) -> list[Metric]:
        """Nothing is asked before somebody reads: a program starts also while a database is away."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Each part; one that cannot be read spoils no other."""
        readable = _gauge("readable", "1 where this part of the metrics could be read, else 0", "part")
        parts: dict[str, Callable[[], Iterator[Metric]]] = {
            "log": self._log,
            "views": self._views,
            "heads": self._heads,
            "relay": self._relay,
            "intake": self._intake,
            "verification": self._verification,
        }
        for name, part in parts.items():
            try:
                found = list(part())
            except Exception:  # noqa: BLE001  whatever a database says: this part cannot be read
                found = []
                readable.add_metric([name], 0)
            else:
                readable.add_metric([name], 1)
            yield from found
        yield self._appends()
        yield readable

    def _age(self, at: datetime) -> float:
        return max(0.0, (self.services.clock.now() - at).total_seconds())

    def _head(self) -> int:
        return self.services.log.head().position

    def _appends(self) -> Metric:
        family = HistogramMetricFamily(
            "shouwang_append_seconds",
            "How long it took until a command was durably in the log: all web processes of this server together, since it"
            " was started; not what intake, submit and import append",
        )
        family.add_metric([], buckets=self.appends.buckets(), sum_value=self.appends.seconds())
        return family

    def _log(self) -> Iterator[Metric]:
        yield CounterMetricFamily("shouwang_log_events", "Events in the log", value=self._head())

    def _views(self) -> Iterator[Metric]:
        lag = _gauge("projection_lag_events", "Events that a projection has not taken in yet", "projection")
        positions = self.services.views.positions()
        head = self._head()
        for name, position in sorted(positions.items()):
            lag.add_metric([name], max(0, head - position))
        yield lag

    def _heads(self) -> Iterator[Metric]:
        head, newest = self._head(), self.services.heads.newest()
        yield _gauge("unsigned_events", "Events behind the newest signed head").with_value(
            max(0, head - (newest.size if newest else 0))
        )
        if newest is not None:
            yield _gauge(
                "signed_head_age_seconds", "Since the newest head was signed; it grows while nothing is recorded"
            ).with_value(self._age(newest.signed_at))
        cosigned = self.services.standing.cosigned()
        age = _gauge("witnessed_head_age_seconds", "Since a superior last cosigned a head of this node", "superior")
        for name, superior in sorted(self.services.federation.superiors.items()):
            if (at := cosigned.get(superior.witness.name)) is not None:
                age.add_metric([name], self._age(at))
        if self.services.federation.superiors:
            yield age

    def _relay(self) -> Iterator[Metric]:
        if not self.services.settings.kafka:
            return
        mark = self.services.standing.relayed(wire(self.services.settings).events)
        yield _gauge("relay_lag_events", "Events that the broker has not acknowledged yet").with_value(
            max(0, self._head() - (mark.position if mark else 0))
        )
        if mark is not None:
            yield _gauge(
                "relay_last_seconds", "Since the broker last acknowledged events; it grows while nothing is recorded"
            ).with_value(self._age(mark.at))

    def _intake(self) -> Iterator[Metric]:
        states = self.services.known_nodes.states()
        behind = _gauge(
            "intake_behind_events", "Events below the newest head heard of a node, not taken in yet", "node"
        )
        last = _gauge("intake_last_seconds", "Since something of a node was taken in", "node")
        stopped = _gauge("intake_stopped", "1 where a node is taken in no further: its history split", "node")
        for node in sorted({*states, *self.services.federation.subordinates}):
            state = states.get(node, NodeState(node))
            stopped.add_metric([node], int(bool(state.stopped)))
            behind.add_metric([node], _behind(state))
            if state.seen is not None:
                last.add_metric([node], self._age(state.seen))
        yield from (behind, last, stopped)
        yield CounterMetricFamily(
            "shouwang_forks",
            "Histories of nodes that do not agree with themselves",
            value=len(self.services.known_nodes.forks()),
        )

    def _verification(self) -> Iterator[Metric]:
        found = self.services.standing.verified()
        if found is not None:
            yield _gauge("verify_age_seconds", "Since the log was last verified").with_value(self._age(found.at))
            yield _gauge(
                "verify_ok", "1 where the last verification of the log found nothing wrong, else 0"
            ).with_value(int(found.ok))


class _Gauge(GaugeMetricFamily):
    """A gauge with labels, or with one value."""

    def with_value(self, value: float) -> Metric:
        """The same with its one value."""
        self.add_metric([], value)
        return self


def _gauge(name: str, text: str, *labels: str) -> Any:
    return _Gauge(f"shouwang_{name}", text, labels=labels)


def _behind(state: NodeState) -> int:
    """How many events a node is known to have that were not taken in yet: as far as its newest head tells."""
    pending = Checkpoint.parse(Note.parse(state.pending).body) if state.pending else None
    return max(0, pending.size - state.size) if pending else 0
