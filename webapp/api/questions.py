"""Questions over HTTP: figures and what stands behind them, sheets, the catalogue; as the command line answers, within the area."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Response, current_app, g, request

from domain.catalogue import as_data, column_rows, sheets
from domain.log import LogUnavailable
from domain.model import Sealed
from projections.ask import Ask
from projections.boards import unknown_sheet
from projections.questions import checked
from projections.runner import Blocked
from webapp import boards, persons
from webapp.access import Permission, Reach, reach
from webapp.api.operations import FILTERS, ROWS, operation
from webapp.api.problems import Problem, as_json
from webapp.names import Names
from webapp.page import Page
from webapp.services import services
from webapp.standpoint import Standpoint

Said = Mapping[str, Any]
ASKED = {400: "Problem", 404: "Problem"}


def fresh() -> None:
    """Let the answer hold what is recorded by now. Views that are blocked answer as far as they have come."""
    try:
        services().views.catch_up(services().log.head().position)
    except (Blocked, LogUnavailable):
        current_app.logger.exception("views do not reach the head")


def today() -> date:
    """The day in China."""
    return services().today


def asked(said: Said, *, figures: Iterable[str] = (), sheet: str = "") -> Ask:
    """The question, within the area of the account. Raises Refused for what is wrong with it, Problem for what lies outside."""
    here = reach()
    ask = Ask(
        said.get("as_of") or today(),
        said.get("region", here.actor.region),
        said.get("facility", here.actor.facility),
        said.get("from"),
        said.get("to"),
        said.get("known_at"),
        said["where"],
        said.get("by"),
    )
    checked(ask, services().reference, services().log, figures=figures, sheet=sheet)
    _inside(said, here)
    return ask


def _inside(said: Said, here: Reach) -> None:
    if "region" in said and not here.region(said["region"]):
        raise Problem("outside", field="region")
    if "facility" in said and not here.facility(said["facility"]):
        raise Problem("outside", field="facility")


def page_of(ask: Ask) -> Page:
    """What the pages need to answer, so that an account sees here what it sees there."""
    at = reach()
    return Page(services(), at, Names(services(), at, g.zh), Standpoint(ask, today()), g.zh)


@operation(
    "GET",
    "/figures",
    permission=Permission.SIGNED_IN,
    parameters=("key", *FILTERS, "by"),
    narrows="figure",
    answers={200: "Figures", **ASKED},
)
def read_figures(said: Said) -> Response:
    """The values of figures."""
    ask = asked(said, figures=said["key"])
    fresh()
    return as_json(services().views.figures(said["key"], ask))


@operation(
    "GET",
    "/figures/<key>/trace",
    permission=Permission.SIGNED_IN,
    parameters=FILTERS,
    narrows="figure",
    answers={200: "Trace", **ASKED},
)
def trace_figure(said: Said, key: str) -> Response:
    """The members and events behind a value."""
    ask = asked(said, figures=[key])
    fresh()
    return as_json(services().views.trace(key, ask))


@operation(
    "GET",
    "/figures/<key>/why",
    permission=Permission.SIGNED_IN,
    parameters=("between", *FILTERS),
    narrows="figure",
    answers={200: "Why", **ASKED},
)
def explain_figure(said: Said, key: str) -> Response:
    """What moved a value between two positions."""
    ask = asked(said, figures=[key])
    fresh()
    return as_json(services().views.why(key, ask, *said["between"]))


@operation(
    "GET",
    "/catalogue",
    permission=Permission.SIGNED_IN,
    answers={200: "Catalogue"},
)
def read_catalogue(said: Said) -> Response:
    """Every command, event, figure and sheet."""
    return as_json(as_data(services().reference))


# -- sheets --------------------------------------------------------------------------------------------


@operation(
    "GET",
    "/sheets/<name>",
    permission=Permission.SIGNED_IN,
    parameters=(*FILTERS, "limit", "after"),
    narrows="sheet",
    answers={200: "Sheet", **ASKED},
)
def read_sheet(said: Said, name: str) -> Response:
    """A page of a sheet, with the address of the next one; that keeps to the same moment of the log."""
    if name not in sheets():
        raise unknown_sheet(name)
    if not boards.opens(reach(), name):
        raise Problem("forbidden")
    ask = asked(said, sheet=name)
    fresh()
    page = page_of(replace(ask, where={}))
    found = _rows(page, name, ask.where, said.get("limit", ROWS), said.get("after"))
    answer = {
        "name": name,
        **{key: found[key] for key in ("as_of", "known_at", "position")},
        "columns": column_rows(sheets()[name]),
        "rows": disclosed(page, name, found["rows"]),
        "total": found["total"],
    }
    pinned = {"as_of": answer["as_of"], "known_at": answer["position"], "after": found["more"]}
    return paged(answer, pinned if found["more"] else None)


def _rows(page: Page, name: str, where: Mapping[str, str], limit: int, after: str | None) -> dict[str, Any]:
    """Rows of a sheet in the asked area, and the stream behind which there are more; one row more is read to know that."""
    ask = replace(page.point.ask, where=dict(where))
    if name == "persons" and (ask.region or ask.facility):
        return persons.of_area(page, where, None, limit, after)
    answer = page.services.views.sheet(name, ask, limit=limit + 1, after=after, sealed=True)
    found = answer["rows"]
    if len(found) <= limit:
        return {**answer, "more": None}
    shown = [row for row in found if row["stream"] != found[-1]["stream"]] or found
    return {**answer, "rows": shown, "more": shown[-1]["stream"]}


def disclosed(page: Page, name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with what is private as the account may read it."""
    private = [key for key, spec in sheets()[name].items() if spec.private]
    if not private:
        return rows
    page.names.warm(row["stream"] for row in rows)
    return [
        row | {key: page.names.disclosed(_subject(row, key), row[key], key) for key in private if row.get(key)}
        for row in rows
    ]


def _subject(row: Mapping[str, Any], key: str) -> str:
    """Whom a private value is about."""
    value = row[key]
    return value.subject if isinstance(value, Sealed) else row["stream"]


def address(following: Mapping[str, Any]) -> str:
    """This address with other parameters."""
    kept = [(key, value) for key, value in request.args.items(multi=True) if key not in following]
    return f"{request.path}?{urlencode([*kept, *following.items()])}"


def linked(answer: Response, following: Mapping[str, Any] | None) -> Response:
    """An answer with a Link header to the next page, if there is one."""
    if following:
        answer.headers["Link"] = f'<{address(following)}>; rel="next"'
    return answer


def paged(answer: dict[str, Any], following: Mapping[str, Any] | None) -> Response:
    """An answer with the address of the next page, None where there is none; in a Link header too."""
    return linked(as_json(answer | {"next": address(following) if following else None}), following)
