"""Signing in by the organisation's identity provider: going there, coming back, and leaving."""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, abort, flash, g, render_template, request, session, url_for
from flask import redirect as go
from flask_login import login_user
from sqlalchemy.exc import IntegrityError

from forum.core.clock import real_now
from forum.core.db import transaction
from forum.core.errors import Refused
from forum.core.languages import gettext
from forum.core.rate_limits import limiter, sign_in_limit
from forum.core.web import current_person, public, safe_next
from forum.identity import current
from forum.identity.claims import Claims, is_incomplete
from forum.identity.signing_in import Entered, HasLeft, enter
from forum.people.pages import ask_for_factor, first_stop
from forum.people.requiring import has_factor
from forum.people.sign_in import begin_session

bp = Blueprint("identity", __name__)
log = logging.getLogger(__name__)

BEGUN = "sign_ins"  # In the cookie: what the sign-ins that were begun in this browser wait for, by state.
AT_ONCE = 3  # sign-ins begun in one browser: somebody opens three tabs, and the cookie has little room
LONGEST_NEXT = 500  # characters of the page to come back to: three of them and the rest have to fit into a cookie
LONGEST_AWAY = 600  # seconds at the provider: time to look for the telephone, too


class BegunElsewhere(Refused):
    """The answer fits no sign-in that this browser began: a forged one, an old one, or cookies are off."""

    status = 400
    title = "This sign-in was begun elsewhere, or too long ago"
    message = "Begin again from the sign-in page, in this browser. It has to keep cookies of this site."


def _proved_nothing(answer: Any) -> bool:
    return bool(answer.status_code == 400)


@bp.get("/sign-in/provider")
@public
def begin() -> Any:
    """Send the browser to the identity provider."""
    wanted = request.args.get("next", "")
    to = safe_next(wanted if len(wanted) <= LONGEST_NEXT else None, url_for("home.index"))
    if current_person().is_authenticated:
        return go(to)
    if not current.is_configured():
        abort(404)
    begun = current.provider().start()
    waiting = {**_waiting(), begun.state: [begun.nonce, begun.verifier, to, int(real_now().timestamp())]}
    session[BEGUN] = dict(list(waiting.items())[-AT_ONCE:])
    return go(begun.address)


@bp.get("/sign-in/provider/answer")
@public
@limiter.limit(sign_in_limit, deduct_when=_proved_nothing)
def answer() -> Any:
    """Take the browser back from the identity provider, and let in whom its signed answer means."""
    from forum.identity.provider import Away, Begun, NotProved

    if not current.is_configured():
        abort(404)
    waiting = _waiting()
    begun = waiting.pop(request.args.get("state", ""), None)
    session[BEGUN] = waiting
    if begun is None:
        raise BegunElsewhere()
    nonce, verifier, to, _ = begun
    names = current.claim_names()
    try:
        said = current.provider().finish(
            request.args.to_dict(),
            Begun(address="", state=request.args["state"], nonce=nonce, verifier=verifier),
            lambda claims: is_incomplete(claims, names),
        )
    except (Away, NotProved) as refused:
        log.warning("sign-in by the identity provider failed [%s]: %.300r", g.request_id, refused.why)
        raise
    return _let_in(Claims.of(said, names), to)


@bp.get("/signed-out")
@public
def signed_out() -> Any:
    """Say that the session here is over, and where the provider's is ended."""
    if not current.is_configured():
        return go(url_for("people.sign_in"))
    back = f"{current.back_to().removesuffix(current.BACK)}{url_for('people.sign_in')}"
    return render_template(
        "identity/signed_out.html", provider_name=current.name(), end_url=current.provider().where_to_sign_out(back)
    )


def _waiting() -> dict[str, list[Any]]:
    """The sign-ins that this browser began and that are not too old, oldest first."""
    oldest = real_now().timestamp() - LONGEST_AWAY
    return {state: begun for state, begun in session.get(BEGUN, {}).items() if begun[3] >= oldest}


def _let_in(claims: Claims, to: str) -> Any:
    try:
        entered, to = _enter(claims, to)
    except IntegrityError:  # Two first sign-ins of one person at once: by now there is a row to be found.
        entered, to = _enter(claims, to)
    if not entered.person.is_active:
        raise HasLeft()
    if not _is_strong(claims) and has_factor(entered.person):
        return ask_for_factor(entered.person, to)
    session.clear()
    login_user(entered.person)
    session["by_provider"] = True
    if entered.was_linked:
        flash(
            gettext(
                "Your account here is now linked with %(current)s, which said that %(email)s is you. From "
                "now on you sign in there. If this is not your account, tell an administrator at once.",
                current=current.name(),
                email=entered.person.email,
            ),
            "done",
        )
    return go(to, code=303)


def _enter(claims: Claims, to: str) -> tuple[Entered, str]:
    with transaction():
        entered = enter(claims)
        strong = _is_strong(claims)
        if entered.person.is_active and (strong or not has_factor(entered.person)):
            begin_session(entered.person, browser=request.user_agent.string, proved_twice=strong)
            to = first_stop(entered.person, to)
    return entered, to


def _is_strong(claims: Claims) -> bool:
    """Whether the provider asked for more than a password, so that no second factor is needed here."""
    return claims.is_strong or current.counts_as_second_factor()
