"""What monitoring reads (`/metrics`): to whoever asks from this machine, else with the token of a system administrator."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from flask import Blueprint, Response, abort, request

from domain.accounts import Actor
from webapp.access import Permission, holds, needs
from webapp.api.doors import bearer
from webapp.api.problems import Problem
from webapp.services import services

NAME = "metrics"
pages = Blueprint(NAME, __name__)
TEXT = "text/plain; version=0.0.4; charset=utf-8"
"""The text format of Prometheus."""
FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")
"""What a proxy adds: somebody behind it asks, not this machine."""


@pages.get("/metrics")
@needs(Permission.METRICS)
def show_metrics() -> Response:
    """Everything that is measured, as it is now."""
    return Response(services().measures.text(), content_type=TEXT)


def let_in(permission: Permission | None) -> None:
    """Let in this machine, or a token of a post that holds the permission; a session opens nothing here."""
    if not (_from_here() or holds(_actor(), permission)):
        abort(403)


def _from_here() -> bool:
    """Whether this machine itself asks, and no proxy on it for somebody else."""
    try:
        peer = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    mapped = peer.ipv4_mapped if isinstance(peer, IPv6Address) else None
    return (mapped or peer).is_loopback and not any(name in request.headers for name in FORWARDED)


def _actor() -> Actor | None:
    try:
        return bearer()
    except Problem:
        return None
