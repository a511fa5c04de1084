"""What administrators see and do. They look after people and settings; that gives no right over what others wrote."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, g, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from forum.administration.forms import InviteForm, OrganisationForm, PersonForm, TimersForm
from forum.administration.index_state import index_state
from forum.administration.retrying import retry
from forum.core import jobs
from forum.core.clock import clock, now
from forum.core.db import db, transaction
from forum.core.errors import Forbidden, Invalid
from forum.core.forms import typed_id
from forum.core.permissions import require
from forum.core.rate_limits import limiter, post_limit
from forum.core.templating import plural
from forum.core.web import current_person, get_visible, go_to
from forum.departments import calendar
from forum.departments.forms import DepartmentForm, HoursForm
from forum.departments.hours import set_hours
from forum.departments.labelling import add_department, all_departments, describe_department
from forum.departments.models import Department
from forum.needs import timers
from forum.notifications import email, outgoing
from forum.notifications.digests import try_now
from forum.people import changing, embedding, joining, personas
from forum.people.listing import active_with, everybody, headcounts, named
from forum.people.models import Person
from forum.people.pages import freshly_confirmed, go_on
from forum.people.requiring import has_factor, require_factor
from forum.posts import holding
from forum.search import evaluating
from forum.search.embedding import installed
from forum.search.indexing import ask_for_rebuild

bp = Blueprint("administration", __name__, url_prefix="/admin")

TESTED = {
    "console": "The mail was written to the log, as all are until a mail server is set up.",
    "off": "Nothing was sent: mails are switched off.",
}
STEPS = {
    "4 hours": timedelta(hours=4),
    "1 day": timedelta(days=1),
    "3 days": timedelta(days=3),
    "30 days": timedelta(days=30),
}


@bp.before_request
def administrators_only() -> None:
    """Nobody else sees these pages; each deed is checked again by its verb."""
    require(current_person(), "system.see")


@bp.get("/people")
def people() -> str:
    """Everybody, those who left at the end."""
    return render_template("administration/people.html", people=everybody())


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
    try:
        with transaction():
            department = get_visible(Department, form.department.data or 0)
            token = joining.invite(current_person(), email=form.email.data or "", department=department)
    except Invalid as error:
        form.refuse(error)
        return _invitations_page(form), 422
    link = url_for("people.join", token=token, _external=True)
    return _invitations_page(form, link=link, invited=form.email.data)


def _invitations_page(form: InviteForm, *, link: str | None = None, invited: str | None = None) -> str:
    pending = joining.open_invitations()
    return render_template("administration/invitations.html", form=form, link=link, invited=invited, pending=pending)


@bp.route("/departments", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def departments() -> Any:
    """The departments, and a form for a new one."""
    form = DepartmentForm()
    if request.method == "POST":
        try:
            with transaction():
                add_department(current_person(), form.name.data or "", form.description.data or "")
            return go_to("administration.departments")
        except Invalid as error:
            form.refuse(error)
    people = headcounts()
    rows = [(each, people.get(each.id, 0)) for each in all_departments()]
    return render_template(
        "administration/departments.html", form=form, departments=rows
    ), 422 if form.problems else 200


@bp.route("/departments/<id:id>", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def department(id: int) -> Any:
    """One department's name and description."""
    shown = get_visible(Department, id)
    form = DepartmentForm()
    if request.method == "GET":
        form.name.data, form.description.data = shown.name, shown.description
        return _department_page(form, shown)
    try:
        with transaction():
            describe_department(current_person(), shown, form.name.data or "", form.description.data or "")
    except Invalid as error:
        form.refuse(error)
        return _department_page(form, shown), 422
    return go_to("administration.departments")


def _department_page(form: DepartmentForm, shown: Department) -> str:
    return render_template(
        "administration/department.html",
        form=form,
        department=shown,
        hours=calendar.in_words(shown.calendar),
        changed=len(shown.timers or {}),
    )


@bp.route("/departments/<id:id>/hours", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def department_hours(id: int) -> Any:
    """When a department works: time zone, week and holidays."""
    shown = get_visible(Department, id)
    form = HoursForm()
    if request.method == "GET":
        form.show(shown.calendar)
    elif "repeat" in request.form:
        form.repeat_monday()
    else:
        try:
            with transaction():
                set_hours(current_person(), shown, form.typed)
            flash("The hours are saved. They count for what begins from now on.", "done")
            return go_to("administration.department", id=id)
        except Invalid as error:
            form.refuse(error)
    page = render_template("administration/hours.html", form=form, department=shown, time_zones=calendar.time_zones())
    return page, 422 if form.problems else 200


@bp.route("/departments/<id:id>/timers", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def department_timers(id: int) -> Any:
    """How long things may take in a department, and how many people are asked."""
    shown = get_visible(Department, id)
    form = TimersForm()
    if request.method == "GET":
        form.show(shown)
    else:
        try:
            with transaction():
                timers.set_timers(current_person(), shown, form.typed)
            flash("The timers are saved. They count for what begins from now on.", "done")
            return go_to("administration.department", id=id)
        except Invalid as error:
            form.refuse(error)
    page = render_template(
        "administration/timers.html", form=form, department=shown, timers=timers.TIMERS, limits=timers.LIMITS
    )
    return page, 422 if form.problems else 200


@bp.route("/organisation", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def organisation() -> Any:
    """The organisation's name, which sites may show cards, who may write without a name, and whose posts wait."""
    form = OrganisationForm()
    if request.method == "GET":
        form.name.data, form.embedded_by.data = g.organisation.name, g.organisation.embedded_by
        form.unnamed.data = g.organisation.unnamed
        form.approval.data, form.first_posts.data = g.organisation.approval, str(g.organisation.first_posts)
        form.requires_factor.data = g.organisation.requires_factor
        return render_template("administration/organisation.html", form=form)
    try:
        with transaction():
            joining.rename(current_person(), form.name.data or "")
            embedding.let_embed(current_person(), form.embedded_by.data or "")
            personas.choose_unnamed(current_person(), form.unnamed.data or g.organisation.unnamed)
            holding.let_wait(current_person(), form.approval.data or "", form.first_posts.data or "")
            require_factor(current_person(), on=bool(form.requires_factor.data))
    except Invalid as error:
        form.refuse(error)
        return render_template("administration/organisation.html", form=form), 422
    flash("Saved.", "done")
    return go_to("administration.organisation")


@bp.get("/mail")
def mail() -> str:
    """How mails go out, and what waits and why. What they say is nobody's but the recipient's."""
    return _mail_page(request.args.get("after"))


@bp.post("/mail/retry")
@limiter.limit(post_limit)
def retry_mails() -> Response:
    """Try everything again that did not go out."""
    with transaction():
        count = try_now(current_person())
    flash(_tried_again(count), "done")
    return go_to("administration.mail")


@bp.post("/mail/<id:id>/retry")
@limiter.limit(post_limit)
def retry_mail(id: int) -> Response:
    """Try again what did not go out to one person."""
    with transaction():
        count = try_now(current_person(), get_visible(Person, id))
    flash(_tried_again(count), "done")
    return go_to("administration.mail")


@bp.post("/mail/test")
@limiter.limit(post_limit)
def test_mail() -> Any:
    """Send oneself a mail, and see what the server says."""
    try:
        email.send_test(current_person())
    except email.NotSent as failure:
        return _mail_page(None, failure.message), 422
    flash(TESTED.get(email.sender().way, f"The server took a mail to {current_person().email}."), "done")
    return go_to("administration.mail")


def _mail_page(key: str | None, failure: str = "") -> str:
    page = outgoing.waiting(key)
    return render_template(
        "administration/mail.html",
        way=email.sender().way,
        rows=page.rows,
        next_url=page.next_key and url_for(".mail", after=page.next_key),
        failure=failure,
    )


def _tried_again(count: int) -> str:
    if not count:
        return "Nothing waits for another try: it has gone out meanwhile."
    whom = plural(count, "person", "people")
    return f"Mails to {whom} are tried again now. Whoever is not at work gets theirs when they are."


@bp.get("/search")
def search() -> str:
    """Whether what means the same is offered too, and what was measured about it."""
    return render_template(
        "administration/search.html",
        installed=installed(),
        measured=evaluating.latest(),
        verdict=evaluating.verdict,
    )


@bp.post("/search/meaning")
@limiter.limit(post_limit)
def switch_meaning() -> Response:
    """Offer what means the same, or no longer."""
    with transaction():
        evaluating.switch(current_person(), on=request.form.get("on") == "yes")
    flash("Saved. It takes effect within a few minutes, as the vectors are made.", "done")
    return go_to("administration.search")


@bp.get("/system")
def system() -> str:
    """Background work, the search index and, in a demonstration, the clock."""
    waiting, given_up, oldest = jobs.backlog()
    failed = db.session.scalars(
        select(jobs.Job).where(jobs.Job.error.is_not(None)).order_by(jobs.Job.id.desc()).limit(50)
    )
    return render_template(
        "administration/system.html",
        waiting=waiting,
        given_up=given_up,
        oldest=oldest,
        failed=failed.all(),
        index=index_state(),
        now=now(),
        shift=clock().shift,
        steps=list(STEPS),
        moderators=len(active_with("moderator")),
    )


@bp.post("/system/jobs/retry")
@limiter.limit(post_limit)
def retry_jobs() -> Response:
    """Try all work again that was given up."""
    with transaction():
        count = retry(current_person())
    flash(_worked_again(count), "done")
    return go_to("administration.system")


@bp.post("/system/jobs/<id:id>/retry")
@limiter.limit(post_limit)
def retry_job(id: int) -> Response:
    """Try a piece of work again that was given up."""
    with transaction():
        count = retry(current_person(), id)
    flash(_worked_again(count), "done")
    return go_to("administration.system")


def _worked_again(count: int) -> str:
    if not count:
        return "Nothing waits for another try: it was done meanwhile."
    return f"{plural(count, 'piece')} of work will be tried again, now and up to {plural(jobs.TRIES, 'time')}."


@bp.post("/system/rebuild")
@limiter.limit(post_limit)
def rebuild() -> Response:
    """Build the search index anew in the background."""
    with transaction():
        ask_for_rebuild(current_person())
    flash("The index is being built anew. Searching goes on meanwhile.", "done")
    return go_to("administration.system")


@bp.post("/system/clock")
@limiter.limit(post_limit)
def move_clock() -> Response:
    """Move the demonstration forward."""
    require(current_person(), "clock.move")
    step = STEPS.get(request.form.get("by", ""))
    if not g.organisation.is_demo or step is None:
        raise Forbidden("Only the demonstration's clock can be moved, by one of the given steps.")
    clock().move(step)
    return go_to("administration.system")


def _role(word: str) -> tuple[str, int | None]:
    name, _, department_id = word.partition(":")
    return name, typed_id(department_id) or None
