"""A drawing of amounts that flow from left to right: widths by amount, every box with its words and its page.

The server draws it, so that it needs no script. Amounts are in fen; places and widths are in units of the drawing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

STEP, NARROW = 250, 198
"""From column to column: for the names of purposes, and for those of places."""
BAR, MARGIN, LETTER = 14, 14, 14
"""The width of a bar, what is left free beside its words, the width of a Chinese letter."""
HEIGHT = 300
"""How high a column is that holds everything."""
SLOT, GAP, TOP = 38, 8, 6
"""A box is given room for two lines of words, however little flows through it."""


@dataclass(frozen=True)
class Node:
    """Somewhere the money is: in which column, what it is called, how much, its page, and how it is coloured."""

    key: str
    column: int
    words: str
    fen: int
    url: str | None = None
    tone: str = ""


@dataclass(frozen=True)
class Link:
    """Money that goes from one node to another."""

    source: str
    target: str
    fen: int


@dataclass(frozen=True)
class Box:
    """A node on the drawing."""

    node: Node
    x: int
    y: float
    height: float
    short: str
    """Its words as far as there is room for them."""


@dataclass(frozen=True)
class Ribbon:
    """A link on the drawing: a curve of some width."""

    source: Node
    target: Node
    fen: int
    path: str
    width: float


@dataclass(frozen=True)
class Drawing:
    """Everything with its place."""

    width: int
    height: float
    boxes: list[Box]
    ribbons: list[Ribbon]


def drawing(nodes: Sequence[Node], links: Iterable[Link], step: int = STEP) -> Drawing:
    """The drawing of a flow; nodes stand in their columns in the order given, nothing is drawn for no money."""
    nodes = [node for node in nodes if node.fen > 0]
    columns: dict[int, list[Node]] = defaultdict(list)
    for node in nodes:
        columns[node.column].append(node)
    scale = HEIGHT / max((sum(node.fen for node in column) for column in columns.values()), default=1)
    boxes, height = {}, 0.0
    for number, column in columns.items():
        y: float = TOP
        for node in column:
            high = round(max(node.fen * scale, 1), 1)
            boxes[node.key] = Box(node, number * step, round(y, 1), high, shortened(node.words, step))
            y += max(high, SLOT) + GAP
        height = max(height, y)
    width = (max(columns, default=0) + 1) * step
    return Drawing(width, round(height), list(boxes.values()), _ribbons(boxes, links, scale))


def _ribbons(boxes: dict[str, Box], links: Iterable[Link], scale: float) -> list[Ribbon]:
    """The links from top to bottom, each at its own height of both boxes."""
    drawn = [link for link in links if link.fen > 0 and link.source in boxes and link.target in boxes]
    drawn.sort(key=lambda link: (boxes[link.source].y, boxes[link.target].y))
    left: dict[str, float] = defaultdict(float)
    right: dict[str, float] = defaultdict(float)
    found = []
    for link in drawn:
        source, target, wide = boxes[link.source], boxes[link.target], link.fen * scale
        x0, x1 = source.x + BAR, target.x
        y0, y1 = source.y + right[link.source] + wide / 2, target.y + left[link.target] + wide / 2
        right[link.source] += wide
        left[link.target] += wide
        middle = (x0 + x1) // 2
        path = f"M{x0} {y0:.1f}C{middle} {y0:.1f} {middle} {y1:.1f} {x1} {y1:.1f}"
        found.append(Ribbon(source.node, target.node, link.fen, path, round(max(wide, 1), 1)))
    return found


def shortened(words: str, step: int = STEP) -> str:
    """Words cut where the room beside a bar ends; a letter of an alphabet takes half of a Chinese one."""
    room = 2 * (step - BAR - MARGIN) // LETTER
    for number, letter in enumerate(words):
        room -= 1 if letter.isascii() else 2
        if room < 0:
            return words[:number] + "…"
    return words
