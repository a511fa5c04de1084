"""The organisation's settings, and its departments with their hours and timers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, render_template, request

from forum.administration.forms import OrganisationForm, TimersForm
from forum.administration.pages import administrators_only
from forum.core.db import transaction
from forum.core.errors import Invalid
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, get_visible, go_to
from forum.departments import calendar
from forum.departments.forms import DepartmentForm, HoursForm
from forum.departments.hours import set_hours
from forum.departments.labelling import add_department, all_departments, describe_department
from forum.departments.models import Department
from forum.needs import timers
from forum.people import embedding, joining, personas
from forum.people.listing import headcounts
from forum.people.requiring import require_factor
from forum.posts import holding

bp = Blueprint("organising", __name__, url_prefix="/admin")
bp.before_request(administrators_only)


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
    return go_to("organising.organisation")


@bp.route("/departments", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def departments() -> Any:
    """The departments, and a form for a new one."""
    form = DepartmentForm()
    if request.method == "POST":
        try:
            with transaction():
                add_department(current_person(), form.name.data or "", form.description.data or "")
            return go_to("organising.departments")
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
    return go_to("organising.departments")


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
            return go_to("organising.department", id=id)
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
            return go_to("organising.department", id=id)
        except Invalid as error:
            form.refuse(error)
    page = render_template(
        "administration/timers.html", form=form, department=shown, timers=timers.TIMERS, limits=timers.LIMITS
    )
    return page, 422 if form.problems else 200
