"""账号 — who may do what, where. Logins are public; password hashes and sessions lie in the vault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import NAMESPACE_URL, uuid5

from domain.model import FACILITY_POSTS, Aggregate, Check, Event, Field, Post, Refused, Wording

ADMINISTRATORS = frozenset({Post.SYSTEM_ADMINISTRATOR})
SECURITY = frozenset({Post.SYSTEM_ADMINISTRATOR, Post.SECURITY_ADMINISTRATOR})
EVERYWHERE = frozenset({Post.AUDITOR, *(p for p in Post if p.endswith("_administrator"))})
"""Posts that have neither a facility nor necessarily a region."""

KNOWN = Wording("这个登录名已经有账号", "the login has an account already", "换一个登录名", "choose another login")
LOGIN_FIXED = Wording(
    "更正不能换登录名",
    "a correction cannot change the login",
    "停用这个账号，另开一个",
    "lock this account and open another",
)
NEEDS_FACILITY = Wording(
    "机构职务必须指定机构", "a facility post needs its facility", "用 --facility 指定机构", "give the facility"
)
NEEDS_REGION = Wording(
    "这个职务必须指定区域", "this post needs its region", "用 --region 指定区域代码", "give the region's code"
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who gives a command: the post and, unless it is the local operator, the reach."""

    login: str
    post: str
    region: str | None = None
    facility: str | None = None
    everywhere: bool = False


OPERATOR = Actor("operator", "operator", everywhere=True)
"""The local operator of the command line, who holds every post."""


def account_stream(login: str) -> str:
    """The stream of a login."""
    return str(uuid5(NAMESPACE_URL, f"shouwang:account:{login}"))


class Account(Aggregate):
    """账号 — one login with one post."""

    name = "account"
    label = "账号"
    local = True
    sheet = "accounts"
    columns = {
        "login": Field("登录名"),
        "post": Field("职务", choices="posts"),
        "scope_region": Field("区域", ref="region"),
        "scope_facility": Field("机构", ref="facility"),
        "locked": Field("已停用", en="Locked"),
    }

    locked: bool = False

    def actor(self) -> Actor:
        """The account as the one who gives commands."""
        wide = self.post in EVERYWHERE and self.scope_region is None
        return Actor(self.login, self.post, self.scope_region, self.scope_facility, everywhere=wide)

    class Opened(Event):
        """Open an account: one login, one post, one reach."""

        topic = "account.opened"
        label = "开立账号"
        label_en = "Account opened"
        command = "account.open"
        by = ADMINISTRATORS
        creates = True
        sentence = ("开立账号 {login}（{post}）", "Account {login} opened ({post})")
        login: Annotated[str, Field("登录名", pattern=r"[a-z0-9][a-z0-9._-]{1,62}")]
        post: Annotated[str, Field("职务", choices="posts")]
        scope_region: Annotated[str | None, Field("管辖区域", ref="region")] = None
        scope_facility: Annotated[str | None, Field("所属机构", ref="facility")] = None

        @classmethod
        def decide(cls, said: Mapping[str, Any], case: Any) -> Iterator[tuple[str, type[Event], dict[str, Any]]]:
            """The login decides the stream; the post decides which reach is needed."""
            stream = account_stream(said["login"])
            if case.corrected is None and case.exists(stream):
                raise Refused("account.known", KNOWN, "login", stream)
            if case.corrected is not None and stream != case.stream:
                raise Refused("entry.target_fixed", LOGIN_FIXED, "login")
            if said["post"] in FACILITY_POSTS and not said.get("scope_facility"):
                raise Refused("field.missing", NEEDS_FACILITY, "scope_facility")
            if said["post"] not in FACILITY_POSTS | EVERYWHERE and not said.get("scope_region"):
                raise Refused("field.missing", NEEDS_REGION, "scope_region")
            yield stream, cls, dict(said)

        def apply(self, state: Account) -> None:
            """The account works."""
            state.login, state.post = self.login, self.post
            state.scope_region, state.scope_facility = self.scope_region, self.scope_facility

    class Locked(Event):
        """Stop an account from signing in and from giving commands."""

        topic = "account.locked"
        label = "停用账号"
        label_en = "Account locked"
        command = "account.lock"
        by = SECURITY
        checks = (
            Check(
                "account.locked_already",
                lambda account, event: not account.locked,
                Wording("账号已停用", "the account is locked already", "无需再停用", "nothing to do"),
            ),
        )
        sentence = ("停用账号", "Account locked")

        def apply(self, state: Account) -> None:
            """No more sign-in."""
            state.locked = True


UNKNOWN_LOGIN = Wording(
    "没有这个账号",
    "there is no such account",
    "填写登录名，不要写姓名；没有账号的先开立",
    "give the login, not a name; open an account for who has none",
)


OWN_PEOPLE = Wording(
    "所填账号是机构人员",
    "the account belongs to the people of a facility",
    "机构人员不能检查、评定机构，也不能批准延期；填写机构以外人员的登录名",
    "people of a facility neither inspect nor assess one, nor approve more time; give the login of somebody outside",
)


def check_logins(work: Any, field: str, logins: Iterable[str], whose: str) -> None:
    """Refuse a login that no account has; where somebody `"outside"` is asked for, one of a facility's own people too."""
    for login in logins:
        account = work.track(account_stream(login)).state if login.isascii() else None
        if account is None:
            raise Refused("reference.unknown", UNKNOWN_LOGIN, field)
        if whose == "outside" and account.scope_facility is not None:
            raise Refused("account.own_people", OWN_PEOPLE, field)
