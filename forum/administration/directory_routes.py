"""Sign-in and directory: what is set up, whether it works, what its words mean here, and the tokens of directories."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, request
from werkzeug.wrappers import Response

from forum.administration.directory_state import Tried, directory_state, try_provider
from forum.administration.forms import DirectoryForm, TokenForm
from forum.administration.pages import administrators_only
from forum.core.db import db, transaction
from forum.core.errors import Invalid
from forum.core.permissions import require
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, get_visible, go_to
from forum.departments.models import Department
from forum.identity import current, meanings, tokens
from forum.identity.models import DirectoryToken
from forum.people.pages import freshly_confirmed

bp = Blueprint("directory", __name__, url_prefix="/admin/directory")
bp.before_request(administrators_only)


@bp.route("", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def index() -> Any:
    """How people come in, and what the words of the provider and the directory mean here."""
    return _page() if request.method == "GET" else _configure()


@freshly_confirmed
def _configure() -> Any:
    """Save it: what a group means here gives roles."""
    form = DirectoryForm()
    form.offer()
    try:
        with transaction():
            meanings.configure(
                current_person(),
                default=db.session.get(Department, form.department.data or 0),
                departments=form.departments.data or "",
                roles=form.roles.data or "",
                links_by_email=bool(form.links_by_email.data),
            )
    except Invalid as error:
        form.refuse(error)
        return _page(form=form), 422
    flash("Saved. It counts from the next sign-in, and from the next word of the directory.", "done")
    return go_to("directory.index")


@bp.post("/test")
@limiter.limit(post_limit)
def test() -> str:
    """Ask the provider, and say what it answers."""
    require(current_person(), "directory.configure")
    return _page(tried=try_provider() if current.is_configured() else None)


@bp.post("/tokens")
@limiter.limit(post_limit)
@freshly_confirmed
def create_token() -> Any:
    """Make a token; it is shown once, to be pasted into the directory."""
    form = TokenForm()
    try:
        with transaction():
            secret = tokens.make_token(current_person(), form.name.data or "")
    except Invalid as error:
        form.refuse(error)
        return _page(token_form=form), 422
    return _page(secret=secret)


@bp.post("/tokens/<id:id>/revocation")
@limiter.limit(post_limit)
@freshly_confirmed
def revoke_token(id: int) -> Response:
    """Take a token no more."""
    with transaction():
        tokens.revoke_token(current_person(), get_visible(DirectoryToken, id))
    flash("The token is taken no more.", "done")
    return go_to("directory.index", anchor="tokens")


def _page(
    *,
    form: DirectoryForm | None = None,
    token_form: TokenForm | None = None,
    tried: Tried | None = None,
    secret: str = "",
) -> str:
    if form is None:
        form = DirectoryForm(formdata=None)
        form.offer()
        form.show(meanings.directory())
    return render_template(
        "administration/directory.html",
        form=form,
        token_form=token_form or TokenForm(formdata=None),
        state=directory_state(),
        is_configured=current.is_configured(),
        tried=tried,
        secret=secret,
        tokens=tokens.all_tokens(),
        scim_address=current.back_to().replace(current.BACK, "/scim/v2"),
    )
