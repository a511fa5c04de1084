"""What several pages do with whoever sits in front of them: let them in, and ask again before what matters most."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

from flask import redirect, render_template, request, session, url_for
from flask_login import login_user
from werkzeug.wrappers import Response

from forum.core.clock import real_now
from forum.core.db import transaction
from forum.core.errors import Invalid
from forum.core.rate_limits import factor_limit, limiter
from forum.core.web import current_person, only_ask, safe_next
from forum.home.arriving import greet
from forum.people import factors, passkeys, sign_in
from forum.people.forms import ConfirmForm
from forum.people.models import Person
from forum.people.passwords import is_right, rehashed
from forum.people.requiring import has_factor

View = TypeVar("View", bound=Callable[..., Any])

CONFIRMED_FOR = timedelta(minutes=10)  # after signing in, or after the last time somebody was asked
CONFIRMING = ("confirm_password", "confirm_code", "confirm_credential")  # beside whatever else a form carries


def enter(person: Person, to: str, *, password: str | None = None) -> Response:
    """The password was right, or a link stood for it: go on to the second factor, or to `to` if there is none."""
    if password is not None:
        fresh = rehashed(password, person.password_hash or "")  # Before the transaction: it takes its time.
        if fresh != person.password_hash:
            with transaction():
                sign_in.keep_hash(person, fresh)
    return ask_for_factor(person, to) if has_factor(person) else let_in(person, to)


def ask_for_factor(person: Person, to: str) -> Response:
    """Go on to the second factor; nothing is open before that."""
    with transaction():
        token = sign_in.begin_factor(person, browser=request.user_agent.string)
    session.clear()
    session["factor_due"], session["next"] = token, to
    return redirect(url_for("factors.ask"), code=303)


def let_in(person: Person, to: str) -> Response:
    """Open a new session for the person; whatever the browser held before is forgotten."""
    with transaction():
        sign_in.begin_session(person, browser=request.user_agent.string)
        to = first_stop(person, to)
    session.clear()
    login_user(person)
    return redirect(to, code=303)


def first_stop(person: Person, to: str) -> str:
    """Where somebody goes who has just come in: to a page of this site; before it, at the first time, to the welcome.

    Stands in the transaction of their coming in.
    """
    home = url_for("home.index")
    to = safe_next(to, home)
    return url_for("home.arrive", next=None if to == home else to) if greet(person) else to


def go_on(person: Person) -> None:
    """Give this browser the new secret of its session, if it got one."""
    login_user(person)


def is_fresh(person: Person) -> bool:
    """Whether the person proved within the last minutes who they are."""
    return person.session is not None and real_now() - person.session.confirmed_at < CONFIRMED_FOR


def freshly_confirmed(view: View) -> View:
    """Mark a view for which having signed in this morning is not enough.

    Whoever has not proved in the last ten minutes who they are is asked for the password, a code or a passkey, on a
    page that keeps everything that was typed and sends it to the same address. Stands below the route and its limit.
    """

    @wraps(view)
    def asks_first(*args: Any, **values: Any) -> Any:
        person = current_person()
        if is_fresh(person):
            return view(*args, **values)
        form = ConfirmForm()
        if request.method != "POST" or not any(name in request.form for name in CONFIRMING):
            only_ask()
            return confirm_page(form), 403
        try:
            confirm(person, form)
        except Invalid as error:
            form.refuse(error)
            return confirm_page(form), 422
        return view(*args, **values)

    return asks_first  # type: ignore[return-value]


def confirm(person: Person, form: ConfirmForm) -> None:
    """Take what was typed as the proof of who sits here. Raises `Invalid`; only so many tries are taken."""
    with limiter.limit(factor_limit, key_func=lambda: f"confirmation of {person.id}"):
        password = form.confirm_password.data or ""
        by_password = bool(password) and is_right(password, person.password_hash)
        with transaction():
            if not by_password:
                _check_factor(person, form)
            sign_in.note_confirmed(person)


def confirm_page(form: ConfirmForm) -> str:
    """The page that asks again. A page that was only to be shown is asked for anew afterwards."""
    person = current_person()
    typed = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in CONFIRMING and name != "csrf_token" and request.method == "POST"
    ]
    return render_template(
        "people/confirm.html",
        form=form,
        typed=typed,
        url=request.full_path.rstrip("?") if request.method == "POST" else url_for("sessions.confirm"),
        next=request.full_path.rstrip("?") if request.method == "GET" else "",
        has_password=person.password_hash is not None,
        has_app=factors.app_of(person) is not None,
        has_passkey=bool(passkeys.passkeys_of(person)),
        passkey_origin=passkeys.origin(),
    )


def _check_factor(person: Person, form: ConfirmForm) -> None:
    if form.confirm_credential.data:
        passkeys.take_signature(form.confirm_credential.data, passkeys.CONFIRM, person)
    elif form.confirm_code.data:
        factors.take_code(person, form.confirm_code.data)
    else:
        raise Invalid("That is not your password. Type it once more.", "confirm_password")
