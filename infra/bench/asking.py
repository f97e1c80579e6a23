"""How fast questions are answered when the log holds ten years of a province, and what happens when it grows tenfold."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from infra.bench.decade import ACTIVITY, COUNTIES, DAYS, FIRST, QUANTITY, counties
from infra.bench.nodes import PROVINCE
from infra.bench.rounds import Line, percentile
from infra.bootstrap import Services
from projections.ask import Ask
from projections.places import Places
from projections.scope import Scope
from projections.store import prepare
from projections.tables import Tables

FIGURES = (
    f"activity.{ACTIVITY}.{QUANTITY}",
    f"activity.{ACTIVITY}.amount",
    "stay.admitted",
    "facility.beds_licensed",
    "stay.present",
)
GROWTH_MAX = 4.0
SUM_MS_MAX = {"county": 10.0, "province": 40.0}
BOARD_MS_MAX, BOARD_ROWS = 100.0, 100


@dataclass(frozen=True)
class Question:
    """A figure or a board, and the question in shares of the log, so that it can be put to a log of any length."""

    key: str
    region: str
    from_: date
    as_of: date
    known_share: float

    def ask(self, services: Services) -> Ask:
        """The question put to a node: both clocks are said."""
        return Ask(
            self.as_of, self.region, from_=self.from_, known_at=int(self.known_share * services.log.head().position)
        )


def questions(services: Services, keys: tuple[str, ...], level: str, number: int) -> list[Question]:
    """Questions with day, period, known-at and county drawn at random, the same ones every time."""
    rng, places = random.Random(f"{level} {keys}"), counties(services.reference.regions)
    found = []
    for index in range(number):
        first, last = sorted(rng.randrange(DAYS) for _ in range(2))
        region = PROVINCE if level == "province" else places[rng.randrange(COUNTIES)]
        found.append(
            Question(
                keys[index % len(keys)],
                region,
                FIRST + timedelta(days=first),
                FIRST + timedelta(days=last),
                rng.random(),
            )
        )
    return found


def sums(engine: str, small: Services, large: Services, number: int) -> Iterator[Line]:
    """A sum for a county and for the province on both logs in turn, beside the plain sum over rows."""
    for level, most in SUM_MS_MAX.items():
        asked = questions(large, FIGURES, level, number)
        answers = [_took(asked, small, large, lambda node, q: node.views.figure(q.key, q.ask(node))["value"])]
        plain = _took(asked, small, large, Plain().total)
        (ours_small, ours_large), (_, plain_large) = answers[0], plain
        grown = percentile(ours_large, 0.95) / percentile(ours_small, 0.95)
        slow, grown_plain = percentile(ours_large, 0.95), percentile(plain_large, 0.95) / percentile(plain[0], 0.95)
        yield Line(
            "4a" if level == "county" else "4b",
            f"a sum figure of a {level}, both clocks at random, p95 on the large log",
            engine,
            "plain SQL sum over the figure's rows, p95",
            "ms",
            slow,
            percentile(plain_large, 0.95),
            grown,
            f"≤ {most:g} ms, ≤ {GROWTH_MAX:g} ×",
            slow <= most and grown <= GROWTH_MAX,
            f"small to large log: ours {grown:.2f} ×, plain sum {grown_plain:.2f} ×; median {percentile(ours_large, 0.5):.2f} ms, "
            f"plain {percentile(plain_large, 0.5):.2f} ms",
        )


def boards(engine: str, small: Services, large: Services, number: int) -> Iterator[Line]:
    """A page of a board, filtered by region."""
    for sheet in ("facilities", "stays"):
        for level in SUM_MS_MAX:
            asked = questions(large, (sheet,), level, number)
            of_small, of_large = _took(
                asked, small, large, lambda node, q: node.views.sheet(q.key, q.ask(node), limit=BOARD_ROWS)["total"]
            )
            slow = percentile(of_large, 0.95)
            yield Line(
                "4c",
                f"a page of the board `{sheet}` of a {level}, {BOARD_ROWS} rows, p95",
                engine,
                "",
                "ms",
                slow,
                None,
                slow / percentile(of_small, 0.95),
                f"≤ {BOARD_MS_MAX:g} ms",
                slow <= BOARD_MS_MAX,
            )


def _took(
    asked: list[Question], small: Services, large: Services, answer: Callable[[Services, Question], Any]
) -> tuple[list[float], list[float]]:
    """Milliseconds of each question on both logs, which take turns; each is warmed by questions of the same kind first."""
    for node in (small, large):
        for question in asked[:10]:
            answer(node, question)
    took: tuple[list[float], list[float]] = ([], [])
    for question in asked:
        for node, times in zip((small, large), took, strict=True):
            began = time.perf_counter()
            answer(node, question)
            times.append((time.perf_counter() - began) * 1000)
    return took


class Plain:
    """The plain sum: the same rows, conditions and facilities, without roll-ups."""

    def __init__(self) -> None:
        self.live: dict[int, tuple[Tables, Places]] = {}

    def _live(self, node: Services) -> tuple[Tables, Places]:
        if id(node) not in self.live:
            tables = prepare(node.views.engine)
            with node.views.engine.connect() as connection:
                self.live[id(node)] = tables, Places(connection, tables)
        return self.live[id(node)]

    def total(self, node: Services, question: Question) -> int:
        """`SUM(amount)` over the rows of the figure."""
        live, places = self._live(node)
        ask, figure = question.ask(node), node.reference.figures[question.key]
        day = live.rows.c.day
        days = day <= ask.as_of.toordinal()
        if figure.kind == "flow":
            days = day.between(*(d.toordinal() for d in ask.period()))
        with node.views.engine.connect() as connection:
            scope = Scope(connection, live, node.reference, figure, ask, int(ask.known_at), places)  # type: ignore[arg-type]
            return int(connection.scalar(select(func.sum(live.rows.c.amount)).where(scope.condition(days))) or 0)
