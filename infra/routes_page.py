"""Every address of the web as a page of the documentation, made from the application itself: `docs/routes.md`."""

from __future__ import annotations

import sys
from typing import cast

from domain.model import Post
from webapp.access import POSTS, Permission
from webapp.app import create_app
from webapp.services import Services

HEAD = """# Addresses and who may open them

Written by `make docs` from the application; a test holds that it is current. What is seen behind an address is narrowed
further: to the account's facility or region, and names are open only to posts that care for people.
`/metrics` answers whoever asks from the machine itself, and tokens of its post.

| address | methods | permission | posts |
|---|---|---|---|
"""


def routes_page() -> str:
    """The page: address, methods, permission and the posts that hold it, in the order of the addresses."""
    app = create_app(cast("Services", None))  # addresses need no services, only answers do
    rows: dict[tuple[str, str], set[str]] = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            permission = app.view_functions[rule.endpoint].permission  # type: ignore[attr-defined]
            rows.setdefault((rule.rule, permission), set()).update((rule.methods or set()) - {"HEAD", "OPTIONS"})
    lines = [
        f"| `{address}` | {', '.join(sorted(methods))} | {permission} | {_posts(Permission(permission))} |"
        for (address, permission), methods in sorted(rows.items())
    ]
    return HEAD + "\n".join(lines) + "\n"


def _posts(permission: Permission) -> str:
    """Who holds a permission, in words where that is everybody."""
    if permission is Permission.ANYONE:
        return "everybody, signed in or not"
    held = POSTS[permission]
    if held == frozenset(Post):
        return "every post"
    without = frozenset(Post) - held
    if len(without) < len(held):
        return "every post but " + ", ".join(sorted(without))
    return ", ".join(sorted(held))


if __name__ == "__main__":
    sys.stdout.write(routes_page())
