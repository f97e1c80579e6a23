"""What a reference field offers: the facilities, persons, stays, regions and accounts that an account may see."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from domain.catalogue import Command
from domain.people import Person
from domain.stays import Stay
from projections.ask import Ask
from webapp import readable, searching, things
from webapp.forms import Control, Filled
from webapp.noting import aside
from webapp.page import Page
from webapp.wording import words

RECEIVING = "fund.receive"
RECORD = "record"
"""What stands for any thing that a finding is about."""
OFFERED_MAX = 60
"""More than this are searched for instead of listed."""
CANDIDATES_MAX = 20
READ_MAX = 600
"""Of a longer board not so much is read only to learn that it is too long to be listed."""
SHEET_MAX = 5_000
BOARDS = {**things.PATHS, "account": "accounts", RECORD: "breaches"}
"""Where what may be referred to is listed."""
NAME_END = re.compile(r"（| \(| · ")
"""Where the name ends in the words of an option."""


class Picker:
    """Offers and finds what a form, of a command, or a board, of things, may refer to."""

    def __init__(self, page: Page, command: Command | None = None, thing: str | None = None) -> None:
        self.page, self.command, self.thing = page, command, thing
        self.services, self.reach, self.names, self.zh = page.services, page.reach, page.names, page.zh
        self.today = self.services.today

    # -- offering ------------------------------------------------------------------------------------------

    def offered(self, ref: str, on: date | None = None) -> list[tuple[str, str]] | None:
        """Everything that may be chosen, or None when there is too much of it and it is searched for."""
        if ref == "person":
            return None
        if ref == "region":
            return self._regions_offered()
        if self._too_many(ref):
            return None
        with aside():
            if ref == "facility":
                found = self._facilities()
            else:
                own = {"stay": self._stays, "account": self._accounts, RECORD: self._found}
                found = own[ref]() if ref in own else self._things(ref)
            found = self._writable(ref, found)
        return self._shown(ref, found) if len(found) <= OFFERED_MAX else None

    def _writable(self, ref: str, found: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Without the things of other nodes, where the command would add to them."""
        if self.command is None or ref not in things.written(self.command) or self.services.nodes.alone:
            return found
        self.reach.prefetch(stream for stream, _ in found)
        return [one for one in found if things.writable(self.page, self.command, one[0])]

    def _too_many(self, ref: str) -> bool:
        """Whether there is so much that it need not be read to know that it is searched for."""
        views, ask = self.services.views, self._everything()
        if ref == "facility":
            kinds = views.figure("facility.registered", replace(ask, by="kind"))["by"]
            return sum(int(number) for kind, number in kinds.items() if self._fitting(kind)) > OFFERED_MAX
        board = BOARDS.get(ref)
        return board is not None and views.sheet(board, ask, limit=1)["total"] > READ_MAX

    def _shown(self, ref: str, found: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """What was looked through is now shown: the names in it are opened again, to be noted."""
        for chosen, _ in found:
            self.label(ref, chosen)
        return found

    def label(self, ref: str, chosen: str) -> str:
        """The name of something chosen."""
        if ref == "region":
            regions = self.services.reference.regions
            return f"{regions.path(chosen, self.today)}（{chosen}）" if chosen in regions else chosen
        if ref == "person":
            return self._person_words(chosen)
        if ref == "stay":
            return self._stay_label(chosen)
        if ref == "account":
            return getattr(self.reach.work.track(chosen).state, "login", chosen)
        if ref == "facility":
            return self.names.facility(chosen)
        return things.title(self.page, chosen, whole=True)

    def called(self, ref: str, chosen: str) -> str:
        """The name alone of something chosen."""
        return NAME_END.split(self.label(ref, chosen))[0]

    def living(self, facility: str, most: int) -> list[tuple[str, str]] | None:
        """The persons who live in a facility, for a question that asks for several of them; None, and nobody opened, for more than `most`."""
        if not self.reach.facility(facility):
            return []
        rows = [row for row in self.sheet("stays", facility=facility) if row.get("status") != "ended"]
        if len(rows) > most:
            return None
        self.names.warm(row["person"] for row in rows)
        return [(row["person"], self._person_words(row["person"])) for row in rows]

    # -- choosing ------------------------------------------------------------------------------------------

    def choose(self, one: Control, chosen: str, searched: str, filled: Filled) -> str | None:
        """The id that was chosen, or the only one that the search finds; else a complaint with candidates."""
        ref, searched = one.ref or "", searched.strip()
        if chosen and not (searched and searched != filled.texts.get(f"{one.name}.label")):
            if self.allowed(ref, chosen):
                return chosen
            filled.complain(one.name, "pick.unknown")
            return None
        if not searched:
            return None
        with aside():
            found = self._writable(ref, self.search(ref, searched))
        if len(found) == 1:
            filled.texts[one.name], filled.texts[f"{one.name}.label"] = found[0][0], searched
            return found[0][0]
        filled.texts.pop(one.name, None)
        if ref == "stay" and not found and (notes := self._ended(searched)):
            filled.notes += notes
            filled.complain(one.name, "pick.none.ended")
            return None
        filled.candidates[one.name] = self._shown(ref, found[:CANDIDATES_MAX])
        if len(found) > CANDIDATES_MAX:
            filled.more.add(one.name)
        many = "pick.too_many" if one.name in filled.more else "pick.many"
        none = f"pick.none.{ref}" if ref in ("person", "facility") else "pick.none"
        filled.complain(one.name, many if found else none, n=str(CANDIDATES_MAX))
        return None

    def _ended(self, text: str) -> list[tuple[str, str]]:
        """(words, address) of the last stays of those of a name who live nowhere now."""
        found = []
        for person, _ in self._persons(text):
            rows = [row for row in self.sheet("stays", person=person) if row.get("ended_on")]
            if rows:
                last = max(rows, key=lambda row: str(row["ended_on"]))
                name = self.names.person(person)
                said = words("pick.ended")[not self.zh].format(name=name, day=readable.day(last["ended_on"], self.zh))
                found.append((said, f"/stays/{last['stream']}"))
        return found[:CANDIDATES_MAX]

    def allowed(self, ref: str, chosen: str) -> bool:
        """Whether this account may refer to it; whether it exists the desk says."""
        if ref == "region":
            return chosen in self.services.reference.regions and (self.reach.one_facility or self.reach.region(chosen))
        if ref == "facility":
            return self.reach.facility(chosen)
        if ref == "stay":
            state = self.reach.work.track(chosen).state
            return isinstance(state, Stay) and self.reach.facility(state.facility)
        state = self.reach.work.track(chosen).state
        if ref == "person":
            return isinstance(state, Person)
        if ref == RECORD:
            return things.reached(self.page, state, chosen)
        if ref in things.PATHS:
            return state is not None and state.name == ref and things.reached(self.page, state, chosen)
        return True

    def search(self, ref: str, text: str) -> list[tuple[str, str]]:
        """What a text finds: exact names first, and alone when there are any."""
        if ref == "region":
            codes = self.services.reference.regions.search(text, self.today, self.reach.actor.region)
            return self._exact(text, [(code, self.label("region", code)) for code in codes[:200]], codes)
        if ref == "person":
            return self._persons(text)
        if ref == "stay":
            return self._stays_of(text)
        if ref == "facility":
            return _hits(text, self._facilities())
        found = {"account": self._accounts, RECORD: self._found}
        return _hits(text, found[ref]() if ref in found else self._things(ref))

    def _exact(self, text: str, hits: list[tuple[str, str]], codes: Iterable[str]) -> list[tuple[str, str]]:
        regions = self.services.reference.regions
        exact = {code for code in codes if text == code or regions.name(code, self.today) == text}
        return [hit for hit in hits if hit[0] in exact] or hits

    # -- what there is -------------------------------------------------------------------------------------

    def sheet(self, name: str, **where: str) -> list[dict[str, Any]]:
        """The rows of a board in the account's area, as of today."""
        ask = self._everything(**where)
        return self.services.views.sheet(name, ask, limit=SHEET_MAX, sealed=True)["rows"]

    def _everything(self, **where: str) -> Ask:
        """The question for what lies in the account's area today."""
        actor = self.reach.actor
        return Ask(
            self.today, region=actor.region if not actor.facility else None, facility=actor.facility, where=where
        )

    def _fitting(self, kind: str | None) -> bool:
        """Whether a kind of facility may have what is asked for."""
        return things.has(kind, self.thing) and (self.command is None or things.applies(self.command, kind))

    def _facilities(self) -> list[tuple[str, str]]:
        rows = [row for row in self.sheet("facilities") if row.get("status") != "terminated"]
        rows = [row for row in rows if self._fitting(row.get("kind"))]
        self.names.know(rows)
        return [(row["stream"], f"{row['title']}（{self._region_name(row.get('region'))}）") for row in rows]

    def _stays(self) -> list[tuple[str, str]]:
        rows = [row for row in self.sheet("stays") if row.get("status") != "ended"]
        self.names.warm(row["person"] for row in rows)
        return [(row["stream"], self._stay_words(row["person"], row.get("bed"), row["facility"])) for row in rows]

    def _things(self, ref: str) -> list[tuple[str, str]]:
        """Things of another kind, the newest first, each by a sentence; what is over, or does not fit, is left out."""
        if ref not in things.PATHS:
            return []
        rows = list(reversed(self.sheet(things.PATHS[ref])))
        if self.command is not None and self.command.target == ref:
            self.names.warm(row["stream"] for row in rows)
            rows = [row for row in rows if self._fits(row["stream"])]
        else:
            rows = [row for row in rows if row.get("status") not in things.OVER.get(ref, ())]
        if ref == "fund" and not (self.command and self.command.name == RECEIVING):
            rows = [row for row in rows if row["balance_fen"] > 0]
        self.names.warm(row.get(key) for row in rows for key in ("person", "facility"))
        return [(row["stream"], things.phrase(self.page, ref, row)) for row in rows]

    def _found(self) -> list[tuple[str, str]]:
        """Everything that there is a finding about."""
        rows = self.sheet("breaches")
        self.names.warm(row["stream"] for row in rows)
        return [(stream, things.title(self.page, stream)) for stream in dict.fromkeys(row["stream"] for row in rows)]

    def _fits(self, stream: str) -> bool:
        state = self.names.state(stream)
        return state is not None and self.command is not None and things.offered(self.page, self.command, state)

    def accounts_near(self, home: str | None = None, *, outside: bool = False) -> list[tuple[str, str]]:
        """(login, who that is) of the accounts that may be named here: of the area, and of the bureaus above it.

        Where these are many, those of a home alone and of the bureaus above it; none where they still are. `outside`
        leaves those out that work for a facility.
        """
        rows = self.services.views.sheet("accounts", Ask(self.today), limit=SHEET_MAX)["rows"]
        rows = [row for row in rows if not row["locked"] and not (outside and row["scope_facility"])]
        near = [row for row in rows if self._near(row)]
        if len(near) > OFFERED_MAX and home:
            near = [row for row in near if self._sees(row, home)]
        if len(near) > OFFERED_MAX:
            return []
        logins = [row["login"] for row in near]
        self.names.know_accounts(logins)
        said = {login: self.names.account(login) for login in logins}
        alike = Counter(said.values())  # homes of one name have managers who are called alike
        return [
            (login, who if alike[who] == 1 else who + readable.bracketed(login, self.zh)) for login, who in said.items()
        ]

    def _sees(self, row: dict[str, Any], home: str) -> bool:
        """Whether an account is one of a home, or of an area that it lies in."""
        region = getattr(self.names.state(home), "region", None)
        if row["scope_facility"] or region is None or row["scope_region"] is None:
            return bool(row["scope_facility"] == home)
        return self.services.reference.regions.within(region, row["scope_region"], self.today)

    def _near(self, row: dict[str, Any]) -> bool:
        """Whether an account works where this one does, or above."""
        home, region, own = row["scope_facility"], row["scope_region"], self.reach.actor.region
        if home:
            return self.reach.facility(home)
        if region is None:
            return False
        if self.reach.one_facility:
            mine = self.names.state(self.reach.actor.facility or "")
            own = getattr(mine, "region", None)
        within = self.services.reference.regions.within
        return self.reach.region(region) or (own is not None and within(own, region, self.today))

    def _accounts(self) -> list[tuple[str, str]]:
        return [(row["stream"], row["login"]) for row in self.sheet("accounts")]

    def _persons(self, text: str) -> list[tuple[str, str]]:
        """Persons by name among those known here, or anybody by the whole number of the document."""
        found = searching.find(self.page, text).persons[: CANDIDATES_MAX + 1]
        self.names.warm(found)
        return sorted(((person, self._person_words(person)) for person in found), key=lambda pair: pair[1])

    def _stays_of(self, text: str) -> list[tuple[str, str]]:
        """The open stays of those whom a text finds, of those so named alone if there are any; or of whoever lies in a bed."""
        found = searching.find(self.page, text).persons
        self.names.warm(found)
        named = [
            person for person in found if self.names.text(getattr(self.names.state(person), "title", None)) == text
        ]
        stays = [self.names.state(person).open_stay() for person in named or found]
        beds = [row["stream"] for row in self.sheet("stays", bed=text) if row.get("status") != "ended"]
        streams = [stay.stay for stay in stays if stay is not None and self.reach.facility(stay.facility)]
        shown = list(dict.fromkeys([*streams, *beds]))[: CANDIDATES_MAX + 1]
        return [(stream, self._stay_label(stream)) for stream in shown]

    def _regions_offered(self) -> list[tuple[str, str]] | None:
        """The account's own region and those directly below it; a region far away is searched for."""
        own, regions = self.reach.actor.region, self.services.reference.regions
        if own is None:
            return None
        codes = [own, *regions.children(own, self.today)]
        return (
            [(code, f"{regions.name(code, self.today)}（{code}）") for code in codes]
            if regions.level(own) >= 2
            else None
        )

    def _region_name(self, code: str | None) -> str:
        regions = self.services.reference.regions
        return regions.name(code, self.today) if code in regions else ""

    def _stay_label(self, stream: str) -> str:
        state = self.reach.work.track(stream).state
        return self._stay_words(state.person, state.bed, state.facility) if isinstance(state, Stay) else stream

    def _person_words(self, stream: str) -> str:
        """A name with what tells namesakes apart, for whoever may see the person: sex, year of birth, home."""
        return " · ".join(searching.told_apart(self.page, stream))

    def _stay_words(self, person: str, bed: str | None, facility: str) -> str:
        bed_words = (f"床位 {bed}" if self.zh else f"bed {bed}") if bed else ("未记床位" if self.zh else "no bed noted")
        apart = searching.told_apart(self.page, person, home=False)
        return " · ".join((*apart, bed_words, self.names.facility(facility)))


def _hits(text: str, offered: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What a text finds among what is offered: exact names alone when there are any."""
    hits = [(stream, name) for stream, name in offered if text in name or text == stream]
    return [hit for hit in hits if NAME_END.split(hit[1])[0] == text] or hits
