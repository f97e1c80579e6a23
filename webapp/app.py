"""The application: pages put together, every request let in or not, every error answered in the reader's language."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, abort, current_app, g, make_response, redirect, render_template, request, url_for
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from domain import units
from domain.catalogue import event_words
from domain.log import LogUnavailable
from domain.model import Refused
from webapp import (
    accounts,
    api,
    boards,
    comparison,
    corrections,
    daily,
    dossiers,
    drafts,
    entry,
    evidence,
    exports,
    faults,
    figures,
    first,
    fund_flow,
    glossary,
    health,
    importing,
    metrics,
    nodes,
    notices,
    noting,
    one_by_one,
    proving,
    readable,
    reads,
    records,
    replays,
    searching,
    signin,
    suggestions,
    tokens,
    wording,
)
from webapp import help as guidance
from webapp.access import Permission, holds, reach
from webapp.alerts import pressing
from webapp.assets import asset
from webapp.evidence import brings_files
from webapp.headers import secured
from webapp.names import Names
from webapp.navigation import navigation
from webapp.page import called, recorded
from webapp.parts import parts
from webapp.services import Services, services
from webapp.signin import marked

SESSION_COOKIE = "shouwang_session"
PREFERENCES = {"lang": ("zh", "en"), "size": ("normal", "large")}
FORM_BYTES_MAX = 1024 * 1024
SHOWING = {
    "showPassword": "show",
    "hidePassword": "hide",
    "showPasswordAriaLabel": "show.aria",
    "hidePasswordAriaLabel": "hide.aria",
    "passwordShownAnnouncement": "shown",
    "passwordHiddenAnnouncement": "hidden",
}
"""The words of the button that shows a password, by the names that its part gives them."""
FILES_BYTES_MAX = 64 * 1024 * 1024
"""What a form may bring whose command takes files: six of ten megabytes, and the rest of the form."""
YEAR_S = 31_536_000
PARTS = (
    *(signin, first, daily, entry, one_by_one, importing, figures, boards, exports, fund_flow, records, notices),
    *(comparison, faults, replays, dossiers, corrections, evidence, drafts, accounts, tokens, guidance, glossary),
    *(searching, suggestions, reads, proving, nodes, health, metrics),
)
"""The parts of the site, each with its own addresses."""
DOORS = {api.NAME: api.let_in, metrics.NAME: metrics.let_in}
"""Parts that programs use, and who lets them in: not sessions."""
TOLD = (400, 403, 404, 405, 413, 500, 503)


def create_app(services: Services) -> Flask:
    """The web over the services that it is handed."""
    app = Flask(__name__)
    app.extensions["shouwang"] = services
    app.config.update(
        MAX_CONTENT_LENGTH=FORM_BYTES_MAX, MAX_FORM_MEMORY_SIZE=FORM_BYTES_MAX, PROPAGATE_EXCEPTIONS=False
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(parts(), pressing=pressing)
    app.url_map.converters["board"] = records.BoardOfThings
    for part in PARTS:
        app.register_blueprint(part.pages)
    api.opened_on(app)
    app.before_request(prefer)
    app.before_request(let_in)
    app.after_request(remember_preferences)
    app.after_request(secured)
    app.after_request(noted)
    app.context_processor(spoken)
    for kind, page in ((HTTPException, told), (LogUnavailable, unavailable), (Refused, refused), (Exception, broken)):
        app.register_error_handler(kind, api.or_problem(page))
    return app


def prefer() -> None:
    """The language and the size of the letters: from the address, else the cookie, else Chinese and normal."""
    for name, allowed in PREFERENCES.items():
        said = request.args.get(name) or request.cookies.get(f"shouwang_{name}")
        setattr(g, name, said if said in allowed else allowed[0])
    g.zh = g.lang == "zh"
    g.actor = g.session = g.token = None


def remember_preferences(response: Response) -> Response:
    """A switch in the address is kept in a cookie for a year."""
    for name, allowed in PREFERENCES.items():
        if request.args.get(name) in allowed and not api.wanted():
            response.set_cookie(
                f"shouwang_{name}",
                request.args[name],
                max_age=YEAR_S,
                samesite="Lax",
                httponly=True,
                secure=request.is_secure,
            )
    return response


def noted(response: Response) -> Response:
    """Keep who read what before it is sent; a page of which that cannot be kept is not shown."""
    try:
        noting.kept(response)
    except LogUnavailable as error:
        return make_response(unavailable(error))
    response.headers["X-Request-Id"] = noting.request_id()
    return response


def let_in() -> Any:
    """Let a request in by what its route declares; a route that declares nothing lets nobody in."""
    if request.endpoint in (None, "static"):
        return None
    view = request.routing_exception is None and _answering()
    permission: Permission | None = getattr(view, "permission", None)
    if door := DOORS.get(request.blueprint or ""):
        return door(permission)
    _recognise()
    if bytes_max := getattr(view, "bytes_max", None):
        request.max_content_length = request.max_form_memory_size = bytes_max
    if not holds(g.actor, permission):
        if g.actor is None and permission is not None:
            onward = request.full_path.rstrip("?") if request.method == "GET" else "/"
            return redirect(url_for("signin.show_sign_in", next=onward if onward != "/" else None), 303)
        abort(403)
    if getattr(_answering(), "brings_files", False) and brings_files():
        request.max_content_length = FORM_BYTES_MAX + FILES_BYTES_MAX
    changes = request.method == "POST" and permission is not Permission.ANYONE
    if changes and not services().sessions.csrf_matches(g.token, request.form.get("csrf")):
        abort(400, description="csrf")
    return None


def _answering() -> Any:
    """The function that answers this request."""
    return current_app.view_functions.get(request.endpoint or "")


def _recognise() -> None:
    """Who is signed in; a session of a locked account ends."""
    token = request.cookies.get(SESSION_COOKIE)
    session = services().sessions.read(token) if token else None
    if token is None or session is None:
        return
    try:
        g.actor = services().desk.actor(session.login)
    except Refused:
        services().sessions.revoke(token)
        return
    g.session, g.token = session, token


# -- what every template may say -------------------------------------------------------------------------


def spoken() -> dict[str, Any]:
    """The words, numbers and days of a page in its language."""
    zh = g.get("zh", True)
    return {
        "zh": zh,
        "large": g.get("size") == "large",
        "actor": g.get("actor"),
        "who": _who(zh),
        "asset": asset,
        "csrf": g.session.csrf if g.get("session") else "",
        "mark": marked(g.session) if g.get("session") else "",
        "t": lambda key, /, **said: wording.text(key, zh, **said),
        "pair": lambda both: both[0 if zh else 1],
        "number": readable.number,
        "yuan": readable.money,
        "ten_thousands": readable.ten_thousands,
        "tenths": readable.tenths,
        "signed": readable.signed,
        "valued": readable.valued,
        "in_card": lambda figure, value: readable.in_card(figure, value, zh),
        "unit": lambda name, count=None: units.spoken(name, zh, count),
        "unit_of": lambda figure, value: readable.unit_of(figure, value, zh),
        "happened": lambda event: event_words(event)[not zh],
        "day": lambda value: readable.day(value, zh),
        "moment": lambda value: readable.moment(value, zh),
        "when": lambda value: readable.when(value, zh),
        "told": lambda said: readable.told(said, zh),
        "bracketed": lambda said: readable.bracketed(said, zh),
        "called": lambda command: called(command)[not zh],
        "done": lambda command: recorded(command)[not zh],
        "rule": lambda code: services().reference.words("rules", code)[0 if zh else 1],
        "password_words": {f"{key}Text": wording.text(f"password.{word}", zh) for key, word in SHOWING.items()},
        "position": lambda value: f"{value:,}",
        "switched": switched,
        "may": lambda name: holds(g.get("actor"), Permission(name)),
        "navigation": navigation(g.get("actor")),
    }


def switched(**changes: str) -> str:
    """This page with another preference; a page that answers a form is left for the start."""
    path = request.path if request.method == "GET" else "/"
    kept = (
        [(key, value) for key, value in request.args.items(multi=True) if key not in changes]
        if path == request.path
        else []
    )
    return path + "?" + urlencode([*kept, *changes.items()])


def _who(zh: bool) -> str:
    """Place and post of whoever is signed in."""
    actor = g.get("actor")
    return Names(services(), reach(), zh).office(actor.facility, actor.region, actor.post) if actor else ""


# -- errors ------------------------------------------------------------------------------------------------


def told(error: HTTPException) -> Any:
    """An HTTP error in the reader's language; redirects pass."""
    code = error.code or 500
    if code < 400:
        return error
    if not hasattr(g, "zh"):
        prefer()
    noting.forget()
    kind = "csrf" if error.description == "csrf" else str(code if code in TOLD else 500 if code >= 500 else 400)
    return render_template("error.html", kind=kind), code


def unavailable(error: LogUnavailable) -> Any:
    """The log or the vault cannot be reached: what to do stands in the error."""
    noting.forget()
    return render_template("error.html", kind="503", detail=error.zh if g.zh else error.en), 503


def refused(error: Refused) -> Any:
    """A question that cannot be answered, or a form about what only another node records."""
    noting.forget()
    kind, code = ("elsewhere", 409) if error.rule == "stream.elsewhere" else ("400", 400)
    return render_template("error.html", kind=kind, detail=readable.told(error.wording, g.zh)), code


def broken(error: Exception) -> Any:
    """Whatever else went wrong: told without its insides, which go to the log of the server."""
    current_app.logger.error("unexpected error at %s", request.path, exc_info=error)
    noting.forget()
    return render_template("error.html", kind="500"), 500
