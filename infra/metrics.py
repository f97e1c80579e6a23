"""What monitoring reads: how far log, views, relay, intake and signed heads have come, in the words of Prometheus.

Everything is read when somebody asks. Nothing of it, and no label, says anything about a person. What cannot be read is
missing, and `shouwang_readable` says so of its part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from adapters.known_nodes import NodeState
from infra.bootstrap import Services
from infra.brokers import wire
from infra.tallies import Tally

if TYPE_CHECKING:  # the library looks at its process when it is imported, so that happens when somebody asks
    from prometheus_client import Metric


class Measures:
    """The state of one node, read anew at each question: a collector of the library's kind."""

    def __init__(self, services: Services, appends: Tally | None = None) -> None:
        """`appends` counts how long appends take, in all web processes of this server."""
        self.services, self.appends = services, appends or Tally()

    def text(self) -> bytes:
        """Everything, in the text format of Prometheus."""
        from prometheus_client import CollectorRegistry, generate_latest

        registry = CollectorRegistry(auto_describe=False)  # its own, without what is known of this process alone
        registry.register(self)  # type: ignore[arg-type]
        return generate_latest(registry)

    def collect(self) -> Iterator[Metric]:
        """Each part; one that cannot be read spoils no other."""
        readable = _gauge("readable", "1 where this part of the metrics could be read, else 0", "part")
        parts: dict[str, Callable[[], Iterator[Metric]]] = {
            "log": self._log,
            "views": self._views,
            "heads": self._heads,
            "relay": self._relay,
            "intake": self._intake,
            "letters": self._letters,
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
        from prometheus_client.core import HistogramMetricFamily

        family = HistogramMetricFamily(
            "shouwang_append_seconds",
            "How long it took until a command was durably in the log: all web processes of this server together, since it"
            " was started; not what intake, submit and import append",
        )
        family.add_metric([], buckets=self.appends.buckets(), sum_value=self.appends.seconds())
        return family

    def _log(self) -> Iterator[Metric]:
        yield _counter("log_events", "Events in the log", self._head())

    def _views(self) -> Iterator[Metric]:
        lag = _gauge("projection_lag_events", "Events that a projection has not taken in yet", "projection")
        positions = self.services.views.positions()
        head = self._head()
        for name, position in sorted(positions.items()):
            lag.add_metric([name], max(0, head - position))
        yield lag

    def _heads(self) -> Iterator[Metric]:
        head, newest = self._head(), self.services.heads.newest()
        yield _one(
            "unsigned_events", "Events behind the newest signed head", max(0, head - (newest.size if newest else 0))
        )
        if newest is not None:
            yield _one(
                "signed_head_age_seconds",
                "Since the newest head was signed; it grows while nothing is recorded",
                self._age(newest.signed_at),
            )
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
        yield _one(
            "relay_lag_events",
            "Events that the broker has not acknowledged yet",
            max(0, self._head() - (mark.position if mark else 0)),
        )
        if mark is not None:
            yield _one(
                "relay_last_seconds",
                "Since the broker last acknowledged events; it grows while nothing is recorded",
                self._age(mark.at),
            )

    def _intake(self) -> Iterator[Metric]:
        states = self.services.known_nodes.states()
        behind = _gauge(
            "intake_behind_events", "Events below the newest head heard of a node, not taken in yet", "node"
        )
        held = _gauge(
            "intake_held_back_events", "Events of a node that came and wait for others before them to come", "node"
        )
        last = _gauge("intake_last_seconds", "Since something of a node was taken in", "node")
        stopped = _gauge("intake_stopped", "1 where a node is taken in no further: its history split", "node")
        for node in sorted({*states, *self.services.federation.subordinates}):
            state = states.get(node, NodeState(node))
            stopped.add_metric([node], int(bool(state.stopped)))
            behind.add_metric([node], state.missing)
            held.add_metric([node], state.held_back)
            if state.seen is not None:
                last.add_metric([node], self._age(state.seen))
        yield from (behind, held, last, stopped)
        yield _counter(
            "forks", "Histories of nodes that do not agree with themselves", len(self.services.known_nodes.forks())
        )

    def _letters(self) -> Iterator[Metric]:
        around = self.services.federation
        if around.superiors or around.subordinates:
            refused = len(self.services.refused_letters.open())
            yield _one(
                "letters_refused", "Letters of other nodes that could not be recorded and nobody settled", refused
            )

    def _verification(self) -> Iterator[Metric]:
        found = self.services.standing.verified()
        if found is not None:
            yield _one("verify_age_seconds", "Since the log was last verified", self._age(found.at))
            yield _one(
                "verify_ok", "1 where the last verification of the log found nothing wrong, else 0", int(found.ok)
            )


def _counter(name: str, text: str, value: float) -> Metric:
    from prometheus_client.core import CounterMetricFamily

    return CounterMetricFamily(f"shouwang_{name}", text, value=value)


def _gauge(name: str, text: str, *labels: str) -> Any:
    """A gauge whose values, by their labels, are still to be added."""
    from prometheus_client.core import GaugeMetricFamily

    return GaugeMetricFamily(f"shouwang_{name}", text, labels=labels)


def _one(name: str, text: str, value: float) -> Metric:
    """A gauge with one value."""
    family = _gauge(name, text)
    family.add_metric([], value)
    return family
