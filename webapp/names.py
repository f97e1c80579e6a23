"""Names of persons, facilities and accounts on a page; those of persons opened from the vault for those who may see them, masked for others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from domain.accounts import OPERATOR, Account, account_stream
from domain.facilities import Facility
from domain.log import LogUnavailable
from domain.model import Sealed
from domain.people import Person
from domain.work import kept_by
from webapp import readable
from webapp.access import NAMES_OPEN, Reach
from webapp.noting import note
from webapp.offices import Office
from webapp.services import Services
from webapp.wording import words

NAMING = ("name", "title")
"""The fields that hold what somebody is called."""
HIDDEN = "*"
"""What stands for a private value that an account may not read at all."""
LOGINS_SEP = ", "
"""Between the logins of a column of a board that names several."""
AT_NODE = "@"
"""Between a login of another node and the name of that node."""


class Names:
    """The names that one page shows; each is looked up once."""

    def __init__(self, services: Services, reach: Reach, zh: bool) -> None:
        self.services, self.reach, self.zh = services, reach, zh
        self._titles: dict[str, str] = {}
        self._accounts: dict[tuple[str, str], str] = {}
        self._offices: Mapping[Office, frozenset[str]] | None = None
        self._whole: set[str] = set()
        """The persons whose names are kept here unmasked."""
        self._told: set[str] = set()
        """The things whose own texts this page tells."""
        self._paid: dict[str, set[str]] = {}
        """person -> the lists by which this page opens the name, because the account answers for the payment."""

    def warm(self, streams: Iterable[str | None]) -> None:
        """Read many streams, and the keys under which private values of them are sealed, in few questions."""
        wanted = {stream for stream in streams if stream}
        self.reach.prefetch(wanted)
        subjects = [stream for stream in wanted if not isinstance(self.state(stream), Facility)]
        if subjects and hasattr(self.services.vault, "warm"):
            self.services.vault.warm(subjects)

    def tell(self, stream: str) -> None:
        """Open all texts of a thing that is no person, to posts that read names: for the one page that tells everything of it."""
        if self.reach.actor.post in NAMES_OPEN:
            self._told.add(stream)

    def open_to_payer(self, batch: str, persons: Iterable[str]) -> None:
        """Open the names of those whose payment the account answers for, and what was said of them in private on that list.

        Nothing else of them (`webapp.paying`).
        """
        for person in persons:
            if person not in self._paid:
                self._titles.pop(person, None)
            self._paid.setdefault(person, set()).add(batch)

    def opens(self, subject: str, value: Any, field: str) -> bool:
        """Whether a private value is read whole."""
        if field in NAMING and subject in self._paid:
            return True
        if isinstance(value, Sealed) and value.at[1] in self._paid.get(subject, ()):
            return True
        return self.reach.opens(value) if isinstance(value, Sealed) else self.reach.names(subject)

    def know(self, rows: Iterable[dict[str, Any]]) -> None:
        """Take the names of facilities from rows of their board."""
        self._titles |= {row["stream"]: row["title"] for row in rows}

    def state(self, stream: str) -> Any:
        """The thing behind a stream as it is now, None when there is none."""
        return self.reach.work.track(stream).state

    def facility(self, stream: str | None) -> str:
        """A facility's name."""
        if stream is None:
            return "—"
        if stream not in self._titles:
            state = self.state(stream)
            self._titles[stream] = state.title if isinstance(state, Facility) else words("name.unknown")[not self.zh]
        return self._titles[stream]

    def account(self, login: str, post: str = "") -> str:
        """Who an account is: its place and its post, or the one that it had then.

        Its login stands behind where another account has the same, and in place of the place where there is no account.
        Of one of another node that node is told, whose accounts are not known here.
        """
        if (login, post) not in self._accounts:
            self._accounts[login, post] = self._account(login, post)
        return self._accounts[login, post]

    def _account(self, login: str, post: str) -> str:
        own, apart, node = login.partition(AT_NODE)
        if apart:
            node = self.node(node.partition(AT_NODE)[0])  # where it was entered; behind it, by whom it was passed on
            named = readable.bracketed(own if post else node, self.zh)
            return (f"{node} · {self.post(post)}" if post else own) + named
        state = self.state(account_stream(login))
        if login == OPERATOR.login and state is None:
            return self.post(OPERATOR.post)
        if not isinstance(state, Account):
            return " · ".join(filter(None, (login, post and self.post(post))))
        office = state.scope_facility, state.scope_region, post or state.post
        if state.scope_facility and not self.reach.facility(state.scope_facility):
            # Who looked after somebody elsewhere would say where that was: in a hospital, in a rescue station.
            return f"{words('place.elsewhere')[not self.zh]} · {self.post(office[2])}"
        moved = office[2] != state.post  # corrected since: who holds that post there now is somebody else
        return self.office(*office) + (readable.bracketed(login, self.zh) if moved else self._apart(login, office))

    def node(self, node: str) -> str:
        """What people call a node: by its region where that is known, else by its name."""
        region, regions = self.services.nodes.region(node), self.services.reference.regions
        return regions.name(region, self.services.today) if region in regions else node

    def login(self, login: str, stream: str | None) -> str:
        """A login that stands in a thing's history, with the node that it belongs to where that is another one."""
        if not stream or AT_NODE in login or self.services.nodes.alone:
            return login
        node = kept_by(self.reach.work, stream)
        return f"{login}{AT_NODE}{node}" if node else login

    def office(self, facility: str | None, region: str | None, post: str) -> str:
        """A place and a post there."""
        regions, known = self.services.reference.regions, self.facility(facility) if facility else ""
        if not facility:
            known = regions.name(region, self.services.today) if region else words("place.everywhere")[not self.zh]
        return f"{known} · {self.post(post)}"

    def post(self, post: str) -> str:
        """What a post is called."""
        if post == OPERATOR.post:
            return words("post.operator")[not self.zh]
        return self.services.reference.words("posts", post)[not self.zh]

    def _apart(self, login: str, office: Office) -> str:
        """The login in brackets where another account has the same office, else nothing."""
        if self._offices is None:
            self._offices = self.services.offices.known(self.services.today)
        others = self._offices.get(office, frozenset()) - {login}
        return readable.bracketed(login, self.zh) if others else ""

    def know_accounts(self, logins: Iterable[str | None]) -> None:
        """Read what is known of many accounts in few questions; a text may name several."""
        streams = {account_stream(one) for said in logins if said for one in str(said).split(LOGINS_SEP)}
        self.reach.prefetch(streams)
        states = (self.state(stream) for stream in streams)
        self.warm(getattr(state, "scope_facility", None) for state in states)

    def person(self, stream: str) -> str:
        """A person's name, whole or masked."""
        if stream not in self._titles:
            state = self.state(stream)
            shown = (
                self.opened(stream, state.title) if isinstance(state, Person) else words("name.unknown")[not self.zh]
            )
            synthetic = words("name.synthetic")[not self.zh] if getattr(state, "synthetic", False) else ""
            self._titles[stream] = shown + synthetic
            if (
                isinstance(state, Person)
                and self.opens(stream, state.title, "name")
                and self.text(state.title) is not None
            ):
                self._whole.add(stream)
        if stream in self._whole:
            note(stream, person=True)
        return self._titles[stream]

    def opened(self, subject: str, value: Any, field: str = "name") -> str:
        """A private value as this account may read it: whole, masked, at another node, or gone."""
        if isinstance(value, Sealed) and value.elsewhere:
            said = words("name.elsewhere" if field in NAMING else "text.elsewhere")[not self.zh]
            return said.format(node=self.node(kept_by(self.reach.work, value.at[1]) or ""))
        shown = self.disclosed(subject, value, field)
        if shown is None:
            return words("name.destroyed" if value is not None else "name.none")[not self.zh]
        return words("name.hidden")[not self.zh] if shown == HIDDEN else readable.when(shown, self.zh)

    def disclosed(self, subject: str, value: Any, field: str = "name") -> str | None:
        """The same as data for a program: a day stays as it is, `HIDDEN` stands where nothing is shown, None where it is gone.

        What lies at another node is not shown here.
        """
        if isinstance(value, Sealed) and value.elsewhere:
            return HIDDEN
        text = self.text(value)
        if text is None:
            return None
        if subject in self._told or self.opens(subject, value, field):
            self._note(subject)
            return readable.masked_number(text) if field == "document_number" else text
        return readable.masked(text) if field in NAMING else HIDDEN

    def read(self, value: Any) -> str | None:
        """What a sealed value holds, for a form; only for whoever may read it."""
        text = self.text(value)
        if text is not None and isinstance(value, Sealed):
            self._note(value.subject)
        return text

    def _note(self, subject: str) -> None:
        note(subject, person=isinstance(self.state(subject), Person))

    def text(self, value: Any) -> str | None:
        """What a sealed value holds, without asking who may read it and without noting that it is shown."""
        try:
            return self.services.vault.open(value) if isinstance(value, Sealed) else value
        except LogUnavailable:
            return None
