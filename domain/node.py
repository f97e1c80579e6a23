"""节点 — the installation itself. Its first event says whether it holds a demonstration."""

from __future__ import annotations

from typing import Annotated
from uuid import NAMESPACE_URL, uuid5

from domain.model import Aggregate, Event, Field, Post

NODE_STREAM = str(uuid5(NAMESPACE_URL, "shouwang:node"))


class Node(Aggregate):
    """节点 — one log of one bureau or home."""

    name = "node"
    label = "节点"
    local = True

    class OpenedForDemonstration(Event):
        """Mark a new store as one that holds synthetic data only."""

        topic = "node.opened_for_demonstration"
        label = "开设演示库"
        label_en = "Opened for demonstration"
        command = "node.open_for_demonstration"
        by = frozenset({Post.SYSTEM_ADMINISTRATOR})
        creates = True
        sentence = ("开设演示库：{title}", "Opened for demonstration: {title}")
        title: Annotated[str, Field("名称")]

        def apply(self, state: Node) -> None:
            """A demonstration it is."""
            state.title = self.title
