"""The approvals of a batch as steps: who drew it up, who approved it, who may not, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator

from domain.batches import Batch
from domain.values import yuan
from webapp import readable, things
from webapp.access import Permission, holds
from webapp.page import Page
from webapp.steps import DONE, NOT_YET, OPEN, Step

APPROVE, PAY = "batch.approve", "batch.pay"


def of_batch(page: Page, stream: str, batch: Batch) -> list[Step]:
    """From the list to its payment."""
    hands = page.accounts(sorted(batch.drawn_hands))
    drawn = Step(page.t("approval.drawn"), DONE, page.t("approval.drawn.by", who=hands))
    return [drawn, *_approvals(page, stream, batch), _payment(page, stream, batch)]


def _approvals(page: Page, stream: str, batch: Batch) -> Iterator[Step]:
    for number in range(batch.needed):
        title = page.t("approval.nth", n=number + 1) if batch.needed > 1 else page.t("approval.only")
        if number < len(batch.approvers):
            yield Step(title, DONE, page.t("approval.by", who=page.names.account(batch.approvers[number])))
        elif number > len(batch.approvers):
            yield Step(title, NOT_YET, page.t("approval.after"))
        else:
            yield Step(title, OPEN, _missing(page, batch), may_now(page, APPROVE, stream, batch))


def _missing(page: Page, batch: Batch) -> str:
    """Who is asked for, said to whoever reads it."""
    login = page.reach.actor.login
    if login in batch.approvers:
        return page.t("approval.yours")
    if login in batch.drawn_hands:
        return page.t("approval.own")
    return page.t("approval.another", who=page.accounts(sorted({*batch.drawn_hands, *batch.approvers})))


def _payment(page: Page, stream: str, batch: Batch) -> Step:
    title = page.t("approval.pay")
    if batch.status == "paid":
        return Step(title, DONE, page.t("approval.paid", number=batch.bank_reference))
    if len(batch.approvers) < batch.needed:
        return Step(title, NOT_YET, page.t("approval.pay.after"))
    return Step(title, OPEN, "", may_now(page, PAY, stream, batch))


def may_now(page: Page, name: str, stream: str, state: object) -> str | None:
    """The form of a command about a thing, for whoever may give it now, as the thing is."""
    command = page.services.desk.commands[name]
    allowed = page.reach.may(command) and holds(page.reach.actor, Permission.RECORDING)
    allowed = allowed and things.writable(page, command, stream)
    if not (allowed and page.point.at_present and things.possible(page, command, state).holds):
        return None
    return f"/enter/{name}?{command.target}={stream}"


def why_two(page: Page, batch: Batch) -> str:
    """Why two people approve a batch; nothing where one is enough."""
    if batch.needed < 2:
        return ""
    total, limit = (readable.number(yuan(fen)) for fen in (batch.total_fen, batch.second_above_fen))
    return page.t("approval.two", total=total, limit=limit)
