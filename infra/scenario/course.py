"""Who acts, and what happens to one thing step by step: accounts with posts, and courses of commands in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from infra.scenario.institutions import Host
from infra.scenario.scene import Scene

WORDS = {
    "finance_officer": "finance",
    "approver": "approver",
    "inspector": "inspector",
    "regulator": "regulator",
    "safety_team": "safety",
    "facility_manager": "home",
}
"""What a login of a post begins with; the region's code and a number follow, so that it names no person."""


@dataclass
class Officers:
    """The accounts that act in a scene, opened when they are first needed."""

    scene: Scene
    homes: dict[str, str] = field(default_factory=dict)

    def of(self, post: str, region: str, number: int = 1) -> str:
        """The login of a post in a region."""
        day = self.scene.opening[0] - timedelta(days=4)
        code = self.scene.code(region, day)
        login = f"{WORDS[post]}.{code}" + (f".{number}" if number > 1 else "")
        return self._open(login, {"login": login, "post": post, "scope_region": code}, day)

    def manager(self, host: Host) -> str:
        """The login of a facility's manager."""
        place = self.scene.code(host.county, host.opened_on)
        login = self.homes.setdefault(host.ref["$ref"], f"{WORDS['facility_manager']}.{place}.{len(self.homes) + 1}")
        args = {"login": login, "post": "facility_manager", "scope_facility": host.ref}
        return self._open(login, args, host.opened_on)

    def _open(self, login: str, args: Mapping[str, Any], day: date) -> str:
        if login not in self.scene.accounts:
            self.scene.accounts[login] = self.scene.say(f"account/{login}", "account.open", args, day)
        return login


@dataclass
class Course:
    """The commands about one thing, in order: no step is recorded before the one that it follows."""

    scene: Scene
    label: str
    thing: str
    """The argument that names the thing in every step."""
    ref: Any = None
    last: Mapping[str, str] | None = None
    steps: int = 0

    def begin(self, command: str, args: Mapping[str, Any], on: date, **how: Any) -> Course:
        """The step that makes the thing."""
        self.ref = self.last = self.scene.say(self.label, command, args, on, **how)
        return self

    def then(
        self, command: str, args: Mapping[str, Any], on: date, *, at: time | None = None, by: str | None = None
    ) -> Course:
        """A further step."""
        self.steps += 1
        label = f"{self.label}/{self.steps}"
        follows = (self.last,) if self.last else ()
        self.last = self.scene.say(label, command, {self.thing: self.ref, **args}, on, at=at, by=by, follows=follows)
        return self
