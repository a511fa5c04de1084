"""Whom administrators let in and out, and with which roles; that gives no right over what others wrote."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from werkzeug.wrappers import Response

from forum.administration.forms import InviteForm, PersonForm, SoughtForm
from forum.administration.pages import administrators_only
from forum.core.db import db, transaction
from forum.core.errors import Invalid
from forum.core.forms import typed_id
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, get_visible, go_to
from forum.departments.labelling import all_departments
from forum.departments.models import Department
from forum.people import changing, joining
from forum.people.listing import everybody, named
from forum.people.models import Invitation, Person
from forum.people.pages import freshly_confirmed, go_on
from forum.people.requiring import has_factor

bp = Blueprint("administration", __name__, url_prefix="/admin")
bp.before_request(administrators_only)


@bp.get("/people")
def people() -> str:
    """Everybody, those who left at the end; whom one seeks stands in the address."""
    departments, form = all_departments(), SoughtForm(request.args)
    form.offer(departments)
    chosen: dict[str, Any] = form.chosen
    page, number = everybody(form.sought(departments), request.args.get("after"))
    return render_template(
        "administration/people.html",
        form=form,
        people=page.rows,
        number=number,
        next_url=page.next_key and url_for(".people", **chosen, after=page.next_key),
    )


@bp.route("/people/<id:id>", methods=["GET", "POST"])
def person(id: int) -> Any:
    """One colleague: department, roles, leaving, a link for a new password."""
    if request.method == "POST":
        return _change_person(id)
    shown = get_visible(Person, id)
    form = PersonForm()
    form.offer()
    form.show(shown)
    return _person_page(form, shown)


@freshly_confirmed
def _change_person(id: int) -> Any:
    shown = get_visible(Person, id)
    form = PersonForm()
    form.offer()
    try:
        with transaction():
            department = get_visible(Department, form.department.data or 0)
            changing.move(current_person(), shown, department)
            changing.put_under(current_person(), shown, named(form.manager.data or "", "manager"))
            changing.set_roles(current_person(), shown, [_role(word) for word in form.roles.data or []])
    except Invalid as error:
        form.refuse(error)
        return _person_page(form, shown), 422
    go_on(current_person())
    flash("Saved.", "done")
    return go_to("administration.person", id=id)


def _person_page(form: PersonForm, shown: Person, *, link: str | None = None) -> str:
    return render_template(
        "administration/person.html", form=form, person=shown, link=link, has_factor=has_factor(shown)
    )


@bp.post("/people/<id:id>/leaving")
@limiter.limit(post_limit)
def leave(id: int) -> Response:
    """Somebody leaves: sessions end, posts stay."""
    with transaction():
        changing.deactivate(current_person(), get_visible(Person, id))
    return go_to("administration.person", id=id)


@bp.post("/people/<id:id>/return")
@limiter.limit(post_limit)
def come_back(id: int) -> Response:
    """Somebody comes back."""
    with transaction():
        changing.reactivate(current_person(), get_visible(Person, id))
    return go_to("administration.person", id=id)


@bp.post("/people/<id:id>/password-link")
@limiter.limit(post_limit)
@freshly_confirmed
def password_link(id: int) -> str:
    """A link with which somebody chooses a new password; shown once, to be passed on."""
    shown = get_visible(Person, id)
    with transaction():
        token = joining.let_choose_password(current_person(), shown)
    form = PersonForm(formdata=None)
    form.offer()
    form.show(shown)
    link = url_for("people.new_password", token=token, _external=True)
    return _person_page(form, shown, link=link)


@bp.route("/invitations", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def invitations() -> Any:
    """Invite somebody; the link is shown once, to be passed on."""
    form = InviteForm()
    form.offer()
    if request.method == "GET":
        return _invitations_page(form)
    email, chosen = form.email.data or "", form.department.data or 0
    try:
        with transaction():
            token = joining.invite(current_person(), email=email, department=db.session.get(Department, chosen))
    except Invalid as error:
        department = db.session.get(Department, chosen)
        form.refuse(error, partial(joining.check_new_email, email), partial(joining.check_department, department))
        return _invitations_page(form), 422
    return _link_page(token, email)


@bp.post("/invitations/<id:id>/renewal")
@limiter.limit(post_limit)
def renew_invitation(id: int) -> Any:
    """A new link for somebody who was invited, shown once; the old one stops."""
    invitation = get_visible(Invitation, id)
    try:
        with transaction():
            token = joining.renew_invitation(current_person(), invitation)
    except Invalid as error:  # Whoever was invited is here by now.
        form = InviteForm()
        form.offer()
        form.refuse(error)
        return _invitations_page(form), 422
    return _link_page(token, invitation.email)


@bp.post("/invitations/<id:id>/withdrawal")
@limiter.limit(post_limit)
def withdraw_invitation(id: int) -> Response:
    """The link of an invitation leads nowhere from now on."""
    with transaction():
        joining.withdraw_invitation(current_person(), get_visible(Invitation, id))
    flash("The invitation is withdrawn. Its link leads nowhere any more.", "done")
    return go_to(".invitations")


def _link_page(token: str, invited: str) -> str:
    form = InviteForm(formdata=None)
    form.offer()
    return _invitations_page(form, link=url_for("people.join", token=token, _external=True), invited=invited)


def _invitations_page(form: InviteForm, *, link: str | None = None, invited: str | None = None) -> str:
    pending = joining.open_invitations()
    return render_template("administration/invitations.html", form=form, link=link, invited=invited, pending=pending)


def _role(word: str) -> tuple[str, int | None]:
    name, _, department_id = word.partition(":")
    return name, typed_id(department_id) or None
