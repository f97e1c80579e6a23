"""The security headers of every answer: nothing from outside, nothing inline, nothing kept by caches."""

from __future__ import annotations

from flask import Response, request

from webapp.assets import current
from webapp.noting import FORMS

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

FIXED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Frame-Options": "DENY",
}
RECEIPTS = frozenset({"entry.show_receipt", "daily.show_receipts"})
"""Pages among the forms that nobody types into."""
FILES = "evidence"
SANDBOXED = POLICY + "; sandbox"
"""A file that somebody sent runs nothing and opens nothing, whatever a browser takes it for."""
YEAR_S = 31_536_000


def secured(response: Response) -> Response:
    """The answer with its headers; pages hold personal data and are not to be stored."""
    for name, value in FIXED.items():
        response.headers[name] = value
    if request.blueprint == FILES:
        response.headers["Content-Security-Policy"] = SANDBOXED
    if request.endpoint != "static":
        # A browser keeps forms and pages to check for the way back: what was typed, under the same command id.
        # Signing out clears them (`Clear-Site-Data`).
        form = request.blueprint in (*FORMS, FILES) and request.endpoint not in RECEIPTS
        response.headers["Cache-Control"] = "private, no-cache" if form else "no-store"
    elif response.status_code == 200 and current(request.path, request.args.get("v", "")):
        response.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR_S}"
    return response
