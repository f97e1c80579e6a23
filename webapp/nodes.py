"""上下级节点 — what is known of the nodes above and below this one, and the evidence where a history does not agree."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from domain.catalogue import commands
from webapp import readable
from webapp.access import Permission, needs
from webapp.page import here

pages = Blueprint("nodes", __name__)
TONES = {"good": "good", "stopped": "bad", "misshapen": "bad", "gone": "warn"}
"""The colour of a status beside its words; the others have none."""


@pages.get("/nodes")
@needs(Permission.NODES)
def show_nodes() -> Any:
    """This node, how far each node below came, and what each node above witnessed."""
    page = here()
    nodes = page.services.nodes
    below = nodes.below()
    own = nodes.own()
    return page.render(
        "nodes.html",
        own=own,
        level=own.region and page.services.reference.regions.level(own.region),
        alone=nodes.alone and not below,
        below=below,
        above=nodes.above(),
        forks=[(one, fork) for one in below for fork in one.forks],
        letters=[(one, commands()[one.command], readable.told(one.why, page.zh)) for one in nodes.refused_letters()],
        tones=TONES,
    )
