"""Recording: the list of commands, a form for each, the page to check, and the receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from flask import Blueprint, abort, redirect, request, url_for

from domain.catalogue import Command
from domain.corrections import CORRECT, WITHDRAW
from domain.stays import Stay
from webapp import admission, drafting, forms, paying, saying, suited, things
from webapp.access import Permission, needs, required
from webapp.checking import Asked, rows_to_check
from webapp.clocks import clocks
from webapp.evidence import takes_files
from webapp.following import concerning, main_event, onward, original, thing_of
from webapp.foreseen import come_of
from webapp.page import Page, here
from webapp.pickers import Picker
from webapp.recording import answered, record

pages = Blueprint("entry", __name__)
GROUPS = (
    "stay",
    "person",
    "transfer",
    "reception",
    "shift",
    "activity",
    "rescue",
    "patrol",
    "inspection",
    "hazard",
    "complaint",
    "incident",
    "rating",
    "facility",
    "paper",
    "outlet",
    "fund",
    "batch",
    "finding",
    "entry",
    "account",
    "node",
)
"""The order of the list: daily work first."""
ALL = "all"
"""In the address: every question on one page, of a command that is asked one by one."""
ONCE = frozenset({"node.open_for_demonstration"})
"""What is recorded when a system is set up, and not offered in the list."""


@pages.get("/enter")
@needs(Permission.RECORDING)
def show_commands() -> Any:
    """Everything that this account may record where it works, daily work first."""
    page = here()
    groups: dict[str, list[Command]] = {}
    for command in page.reach.commands():
        if command.name in ONCE or not things.applies(command, page.reach.kind):
            continue
        groups.setdefault(command.name.partition(".")[0], []).append(command)
    known = [(name, groups.pop(name)) for name in GROUPS if name in groups]
    return page.render("commands.html", groups=[*known, *groups.items()], drafts=len(drafting.waiting(page)))


@pages.get("/enter/<command>")
@needs(Permission.RECORDING)
def show_form(command: str) -> Any:
    """The empty form of a command; values in the address are filled in."""
    page, said = here(), command_of(command)
    if said.name in (CORRECT[0], WITHDRAW[0]):
        return _which_entry(page, said)
    if "draft" in request.args:
        texts = drafting.resumed(page)
        return drafting.gone() if texts is None else asked_of(page, said, texts).render_form(page, forms.Filled(texts))
    if said.one_by_one and ALL not in request.args:
        onward, more = url_for("one_by_one.show_first_question", command=said.name), urlencode(request.args)
        return redirect(f"{onward}?{more}" if more else onward, 303)
    if said.name == "activity.log" and request.args.get("type") not in page.services.reference.activity_types.types:
        return page.render("activity_types.html", command=said, groups=_types_offered(page))
    texts = first_texts(page, said) | {key: value for key, value in request.args.items() if len(value) < 200}
    target = target_of(Picker(page, said), said, texts)
    if suited.waits(said, target):
        return _which_thing(page, said, texts)
    asked = asked_of(page, said, texts)
    before = suited.first_texts(page, said, asked.controls, target)
    return asked.render_form(page, forms.Filled(before | texts))


@pages.post("/enter/<command>")
@needs(Permission.RECORDING)
@takes_files
def log_check(command: str) -> Any:
    """Read the form; show what would be written, or what is wrong. Nothing is recorded."""
    page, said = here(), command_of(command)
    return answered(page, asked_of(page, said, request.form))


@pages.post("/enter/<command>/record")
@needs(Permission.RECORDING)
def log_record(command: str) -> Any:
    """Record it. The same form twice is one entry."""
    page, said = here(), command_of(command)
    return record(page, asked_of(page, said, request.form))


@pages.get("/receipts/<command_id>")
@needs(Permission.SIGNED_IN)
def show_receipt(command_id: str) -> Any:
    """What was recorded for one command: number, position, fingerprint, and the way to correct it."""
    page = here()
    found = page.services.log.receipts([command_id]).get(command_id)
    if found is None:
        abort(404)
    receipt = found[1]
    recorded = page.services.log.at(receipt.positions)
    required(any(page.reach.event(event) for event in recorded))
    command = page.services.desk.commands[receipt.command]
    main = main_event(recorded)
    listed = paying.decided(page, command, receipt.stream, main)
    return page.render(
        "receipt.html",
        thing=thing_of(page, receipt.stream),
        listed=listed,
        receipt=receipt,
        command=command,
        recorded=recorded,
        again="again" in request.args,
        rows=rows_to_check(page, recorded, command),
        findings=[
            *paying.named(page, page.breaches(receipt.breaches), recorded),
            *come_of(page, main, receipt.positions[-1]),
        ],
        clocks=clocks(page, page.reach.work.track(receipt.stream).events),
        onward=onward(page, receipt.stream),
        unfinished=_unfinished(page, receipt.stream),
        main=main,
        original=original(page, main),
        concerning=concerning(page, main),
    )


def _unfinished(page: Page, stream: str) -> int:
    """How many steps of an admission are left, on the receipt of whatever was recorded about a stay."""
    state = page.names.state(stream)
    return admission.left(admission.of_stay(page, stream, state)) if isinstance(state, Stay) else 0


def command_of(name: str) -> Command:
    """The command of an address, if this account may give it."""
    page_commands = here().services.desk.commands
    if name not in page_commands:
        abort(404)
    required(here().reach.may(page_commands[name]))
    return page_commands[name]


def asked_of(page: Page, command: Command, texts: Mapping[str, str]) -> Asked:
    """The questions of a command's form."""
    if command.event is None:
        abort(404)
    if request.method == "GET":  # a form that was filled in is refused with what was typed still in it
        things.refuse_unwritable(page, command, texts)
    kind = (
        page.services.reference.activity_types.types.get(texts.get("type", ""))
        if command.name == "activity.log"
        else None
    )
    if command.name == "activity.log" and kind is None:
        abort(404)
    left_out = (
        {"facility", "region"}
        - ({"facility"} if kind and kind.kinds else set())
        - ({"region"} if kind and kind.offices else set())
    )
    if page.reach.one_facility:
        left_out = {"region"}
    asked = [
        forms.OCCURRED_ON,
        forms.OCCURRED_AT,
        *forms.controls(command, page.services, kind, left_out if kind else ()),
    ]
    picker = Picker(page, command)
    asked = suited.suited(page, picker, command, asked, target_of(picker, command, texts))
    return Asked(command, asked, picker, fixed={"type": kind.key} if kind else {}, kind=kind)


def target_of(picker: Picker, command: Command, texts: Mapping[str, str]) -> str | None:
    """What a command acts upon, if it is chosen and this account may know it."""
    target = command.target or ""
    if not texts.get(target) or target not in command.fields:
        return None
    return texts[target] if picker.allowed(command.fields[target][1].ref or "", texts[target]) else None


def _which_thing(page: Page, command: Command, texts: dict[str, str]) -> Any:
    """The other questions depend on what is acted upon, so that is asked first."""
    picker, asked = Picker(page, command), forms.controls(command, page.services)
    asked = [one for one in asked if one.name == command.target]
    form = Asked(command, asked, picker, check_to=request.path, before_all=True)
    filled = forms.Filled(texts)
    if texts.get(f"{command.target}.search", "").strip():
        chosen = picker.choose(asked[0], "", texts[f"{command.target}.search"], filled)
        if chosen:
            return redirect(url_for("entry.show_form", command=command.name, **{command.target or "": chosen}), 303)
    return form.render_form(page, filled)


def first_texts(page: Page, command: Command) -> dict[str, str]:
    """What a new form holds: a fresh command id, today, and the account's own place."""
    texts = saying.texts_of(forms.OCCURRED_ON, page.services.today)
    texts["command_id"] = str(uuid4())
    actor = page.reach.actor
    for own in ("facility", "station"):
        if actor.facility and own in command.fields:
            texts[own] = actor.facility
    if actor.region and "region" in command.fields and page.services.reference.regions.level(actor.region) == 3:
        texts["region"] = actor.region
    return texts


def _types_offered(page: Page) -> list[tuple[str, list[Any]]]:
    """The types of activities that may be logged today, those of facilities and those of offices."""
    types = page.services.reference.activity_types.valid_on(page.point.today).values()
    facility = [kind for kind in types if kind.kinds and page.reach.kind in (None, *kind.kinds)]
    offices = [kind for kind in types if kind.offices and not kind.kinds]
    return (
        [("types.facility", facility)]
        if page.reach.one_facility
        else [("types.offices", offices), ("types.facility", facility)]
    )


def _which_entry(page: Page, command: Command) -> Any:
    """Corrections begin at an entry: its position is asked for."""
    typed = request.args.get("position", "").strip().replace(",", "")
    if typed.isdigit():
        target = "corrections.show_correct" if command.name == CORRECT[0] else "corrections.show_withdraw"
        return redirect(url_for(target, position=int(typed)), 303)
    return page.render("which_entry.html", command=command, problem=bool(typed))
