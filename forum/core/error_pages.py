"""Every refusal and fault as a page of one design: what happened, what to do, and the number that is in the log."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, after_this_request, g, render_template, request
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException

from forum.core.db import db
from forum.core.errors import Limited, Refused
from forum.core.languages import gettext, messages
from forum.core.web import wants_fragment

log = logging.getLogger(__name__)


def attach(app: Flask) -> None:
    """Have whatever goes wrong in a request of the application answered by a page of ours."""
    app.register_error_handler(Refused, _show_refusal)
    app.register_error_handler(CSRFError, _show_expired_form)
    app.register_error_handler(OperationalError, _show_unavailable)
    app.register_error_handler(DataError, _show_nonsense)
    app.register_error_handler(HTTPException, _show_http_error)
    app.register_error_handler(Exception, _show_crash)


def _error_page(status: int, title: str, message: str) -> tuple[str, int]:
    if wants_fragment():
        after_this_request(_show_beside)
    try:
        return _drawn_error(status, title, message), status
    except OperationalError:  # Nobody can look up who is signed in: the page is drawn as for a stranger.
        db.session.rollback()
        g._login_user = AnonymousUserMixin()
        return _drawn_error(status, title, message), status


def _drawn_error(status: int, title: str, message: str) -> str:
    template = "errors/_error.html" if wants_fragment() else "errors/error.html"
    return render_template(template, status=status, title=gettext(title), message=gettext(message))


def _show_beside(response: Response) -> Response:
    """Shown in a place of its own: in the place of a form it would take away what was typed there."""
    response.headers["HX-Retarget"] = "#problem"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def _show_refusal(refused: Refused) -> tuple[str, int]:
    db.session.rollback()
    g.refused = refused
    return _error_page(refused.status, refused.title, refused.message)


def _show_expired_form(error: CSRFError) -> tuple[str, int]:
    return _error_page(
        400,
        "This form is too old",
        "You signed out or in somewhere else since you opened it. Go back, reload the page and send it again.",
    )


def _show_unavailable(error: OperationalError) -> tuple[str, int, dict[str, str]]:
    db.session.rollback()
    log.exception("database unavailable [%s]", g.get("request_id"))
    page, status = _error_page(
        503, "The database is busy or away", "Nothing was saved. Wait a moment, go back and try again."
    )
    return page, status, {"Retry-After": "10"}


def _show_nonsense(error: DataError) -> tuple[str, int]:
    """PostgreSQL refuses a text with NUL; no page of ours sends one, so it is the request that is at fault."""
    db.session.rollback()
    log.warning("refused by the database [%s] %s", g.get("request_id"), error.orig)
    return _error_page(400, *HTTP_WORDS[400])


HTTP_WORDS = messages(
    {
        400: (
            "That request makes no sense",
            "Something in the address or the form is not as it should be. Go back and retry.",
        ),
        401: (
            "Please sign in",
            "You are not signed in any more. Sign in again; what you typed is kept in your browser.",
        ),
        403: ("Not yours to do", "You may not do this. If you think you should, ask a moderator."),
        404: (
            "Nothing here",
            "The page was removed, or the address has a slip in it. Searching may find what you need.",
        ),
        405: ("Not that way", "This address cannot be used like that. Go back and use the buttons of the page."),
        413: ("Too much at once", "What you sent is larger than this site takes. Shorten it and send it again."),
    }
)


def _show_http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    if error.code == 429:
        return _show_refusal(Limited())
    title, message = HTTP_WORDS.get(error.code, (error.name, error.description or ""))
    return _error_page(error.code, title, message)


def _loggable_path() -> str:
    """The path without the secret of an address that opens something by itself."""
    token = (request.view_args or {}).get("token")
    return request.path.replace(token, "…") if token else request.path


def _show_crash(error: Exception) -> tuple[str, int]:
    db.session.rollback()
    log.exception("request failed [%s] %s %s", g.get("request_id"), request.method, _loggable_path())
    return _error_page(
        500,
        "Something broke on our side",
        "It has been written to the log. Try again; if it stays, tell an administrator.",
    )
