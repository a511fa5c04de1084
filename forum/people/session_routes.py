"""Sessions: ending them, noting that they are used, and proving again who sits in front of one."""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as BaseResponse

from forum.core.db import transaction
from forum.core.errors import Invalid
from forum.core.languages import gettext
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, get_visible, go_to, safe_next
from forum.people import pages, passkeys, sign_in
from forum.people.forms import ConfirmForm
from forum.people.models import Person

bp = Blueprint("sessions", __name__)
log = logging.getLogger(__name__)


@bp.before_app_request
def note_use() -> None:
    """Write down now and then that the session is used, or it would end by itself."""
    if "organisation" not in g:  # Files and what a supervisor asks for are nobody's, and ask no database.
        return
    person = current_person()
    if not person.is_authenticated or person.session is None or sign_in.was_used_lately(person.session):
        return
    try:
        with transaction():
            sign_in.note_use(person.session)
    except OperationalError:  # A page is shown all the same; the next request tries again.
        log.warning("a session was not noted as used: the database is busy or away")


@bp.post("/settings/sessions/end")
@limiter.limit(post_limit)
def end_others() -> BaseResponse:
    """Sign out everywhere else."""
    with transaction():
        sign_in.end_all_sessions(current_person(), current_person())
    flash("Everywhere else you are signed out.", "done")
    return go_to("people.settings", anchor="sessions-title")


@bp.post("/admin/people/<id:id>/sessions/end")
@limiter.limit(post_limit)
def end_all(id: int) -> BaseResponse:
    """Sign somebody out everywhere."""
    person = get_visible(Person, id)
    with transaction():
        sign_in.end_all_sessions(current_person(), person)
    flash(gettext("%(name)s is signed out everywhere.", name=person.name), "done")
    return go_to("administration.person", id=id)


@bp.post("/confirm")
@limiter.limit(post_limit)
def confirm() -> Any:
    """Prove who one is, and go on to the page that asked for it."""
    form = ConfirmForm()
    to = safe_next(request.form.get("next"), url_for("people.settings"))
    try:
        pages.confirm(current_person(), form)
    except Invalid as error:
        form.refuse(error)
        return pages.confirm_page(form), 422
    return redirect(to, code=303)


@bp.post("/confirm/options")
@limiter.limit(post_limit)
def confirm_options() -> BaseResponse:
    """What a browser needs to prove it with a passkey."""
    with transaction():
        return Response(passkeys.ask_to_sign(passkeys.CONFIRM, current_person()), mimetype="application/json")
