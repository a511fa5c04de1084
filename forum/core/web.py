"""What every page shares: fragment or redirect, safe "next", security headers."""

from __future__ import annotations

import io
import logging
import secrets
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user
from werkzeug.routing import IntegerConverter
from werkzeug.wrappers import Response as BaseResponse

from forum.core.db import db
from forum.core.languages import gettext
from forum.core.paging import LARGEST_ID

log = logging.getLogger(__name__)

AROUND_A_FILE = 1_000_000  # bytes: the form about it, and room to say in words how much a file is too large

NOT_FRAMED = "frame-ancestors 'none'"
# No inline script or style anywhere. The nonce is what htmx asks of every element before it obeys its attributes, so
# that attributes somebody smuggled into a text do nothing; see docs/decisions.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'nonce-{nonce}'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        NOT_FRAMED,
        "require-trusted-types-for 'script'",
        "trusted-types htmx paste",  # `paste` reads copied HTML in a document that runs and loads nothing.
        "report-uri /policy-reports",
    )
)
OF_A_FILE = f"default-src 'none'; base-uri 'none'; {NOT_FRAMED}"  # A picture opened by itself runs and fetches nothing.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

Record = TypeVar("Record")
View = TypeVar("View", bound=Callable[..., Any])


class BoundedId(IntegerConverter):
    """`<id:name>` in an address: a number that a key can hold. Anything larger is simply not found."""

    def __init__(self, map: Any) -> None:
        super().__init__(map, min=1, max=LARGEST_ID)


def attach(app: Flask) -> None:
    """Register what this module does for every request of the application."""
    app.url_map.converters["id"] = BoundedId
    app.wsgi_app = HeadAsGet(app.wsgi_app)  # type: ignore[method-assign]
    app.before_request(_name_request)
    app.before_request(_let_large_in)
    app.after_request(_add_headers)


HEAD_ONLY = "proven.head_only"  # in the environment of a request of which nobody reads the answer


class HeadAsGet:
    """Lets HEAD be GET without the body, for every view.

    A view that asks "GET or else" would take HEAD for POST, and no token is asked for HEAD: somebody could write by it.
    """

    def __init__(self, site: Callable[..., Any]) -> None:
        self._site = site

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Answer a request."""
        if environ.get("REQUEST_METHOD") != "HEAD":
            return self._site(environ, start_response)
        asked = {**environ, "REQUEST_METHOD": "GET", "wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0", HEAD_ONLY: True}
        answer = self._site(asked, start_response)
        if hasattr(answer, "close"):
            answer.close()
        return []


def public(view: View) -> View:
    """Mark a view that strangers may see; every other one asks for a sign-in first."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def is_public(view: Any) -> bool:
    """Whether strangers may see what this view shows."""
    return getattr(view, "is_public", False)


def takes(setting: str) -> Callable[[View], View]:
    """Mark a view that takes more bytes than others: as many as that setting says, from whoever is signed in."""

    def mark(view: View) -> View:
        view.takes = setting  # type: ignore[attr-defined]
        return view

    return mark


def nonce() -> str:
    """The secret of this response that its scripts and its htmx elements carry."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def let_frame(sites: Sequence[str]) -> None:
    """Let these sites show the page of this response in a frame; every other response refuses all."""
    g.framed_by = sites


def current_person() -> Any:
    """Whoever is signed in. Only pages that let strangers in need to ask whether there is anybody."""
    return current_user._get_current_object()


def only_ask() -> None:
    """Say that the answer to this request refuses nothing: it asks for something first, then it may be sent again."""
    g.only_asks = True


def only_asks() -> bool:
    """Whether the answer to this request refuses nothing."""
    return bool(g.get("only_asks", False))


def wants_fragment() -> bool:
    """Whether the page asks for the part that changed, not for a whole page."""
    return request.headers.get("HX-Request") == "true"


def is_prefetch() -> bool:
    """Whether the browser only fetches the page in case somebody will want it."""
    told = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return any("prefetch" in each for each in told)


def is_viewed() -> bool:
    """Whether somebody really looks at the whole page that is the answer to this request."""
    return request.method == "GET" and HEAD_ONLY not in request.environ and not wants_fragment() and not is_prefetch()


def fragment_or_redirect(template: str, to: str, *, words: str = "", **context: Any) -> BaseResponse | str:
    """Answer an unsafe request: the changed part to a page that swaps it in, else back to `to` with 303.

    `words` say what became of it where the part itself does not.
    """
    if wants_fragment():
        return saying(words, render_template(template, **context))
    if words:
        flash(words, "done")
    return redirect(to, code=303)


def saying(words: str, fragment: str) -> str:
    """A fragment, with words that are shown over the page and read out."""
    return render_template("components/_said.html", words=gettext(words)) + fragment if words else fragment


def go_to(endpoint: str, *, anchor: str | None = None, **values: Any) -> BaseResponse:
    """Answer an unsafe request with the page that shows what came of it."""
    return redirect(url_for(endpoint, _anchor=anchor, **values), code=303)


def safe_next(given: str | None, default: str) -> str:
    """`given` if it is a plain path of this site, else `default`.

    A browser ignores tabs and newlines and takes a backslash for a slash, so "starts with / but not //" alone would
    let a foreign address through.
    """
    if not given or not given.startswith("/") or given.startswith("//"):
        return default
    if "\\" in given or any(ord(character) < 33 or ord(character) == 127 for character in given):
        return default
    return given


def get_visible(kind: type[Record], id: int) -> Record:
    """The record with that id. Answers 404 alike for what was removed, for what never was, and for personas."""
    found = db.session.get(kind, id)
    if found is None or getattr(found, "removed_at", None) is not None or getattr(found, "is_persona", False):
        abort(404)
    return found


def _name_request() -> None:
    g.request_id = secrets.token_hex(4)  # Shown on error pages and written to the log, so that one finds the other.


def _let_large_in() -> None:
    """Before anything reads the form, which the check of its token does."""
    setting = getattr(current_app.view_functions.get(request.endpoint or ""), "takes", None)
    if setting is not None and current_user.is_authenticated:
        request.max_content_length = current_app.config[setting] + AROUND_A_FILE


def _add_headers(response: Response) -> Response:
    is_file = request.endpoint == "static"
    policy = OF_A_FILE if is_file else CONTENT_SECURITY_POLICY.format(nonce=nonce())
    framed_by = g.get("framed_by")
    if framed_by:
        policy = policy.replace(NOT_FRAMED, f"frame-ancestors {' '.join(framed_by)}")
    response.headers.setdefault("Content-Security-Policy", policy)  # A view may have a stricter one.
    for name, value in HEADERS.items():
        if not (framed_by and name == "X-Frame-Options"):  # It knows no list of sites, and would forbid them all.
            response.headers.setdefault(name, value)
    if not is_file:
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.add("HX-Request")  # Through `vary`: Flask and Flask-Compress add to it the same way afterwards.
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
