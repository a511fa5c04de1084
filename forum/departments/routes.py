"""Pages of departments and tags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request, url_for

from forum.causes.listing import of_department as causes_of_department
from forum.core.clock import now
from forum.core.db import transaction
from forum.core.permissions import allowed
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, fragment_or_redirect, go_to
from forum.departments import calendar
from forum.departments.following import following
from forum.departments.forms import TagForm
from forum.departments.labelling import all_departments, describe_tag, found_department, found_tag
from forum.departments.listing import suggested_tags, tags_with_counts
from forum.departments.models import Tag
from forum.impact.departments.needed import profile
from forum.impact.departments.travelling import came_in, went_out
from forum.needs.listing import waiting_for
from forum.people.listing import champions_of, headcounts, members_of
from forum.people.models import Person
from forum.people.skills import declare, who_know, withdraw
from forum.practices import listing as practices
from forum.questions import listing as questions

bp = Blueprint("departments", __name__)

SHOWN_PRACTICES = 10  # on a department's page; the library has the rest


@bp.get("/departments")
def index() -> str:
    """Every department with its people, open questions and practices."""
    open_counts, practice_counts, people = questions.open_counts(), practices.counts(), headcounts()
    return render_template(
        "departments/index.html",
        departments=[
            (each, people.get(each.id, 0), open_counts.get(each.id, 0), practice_counts.get(each.id, 0))
            for each in all_departments()
        ],
    )


@bp.get("/departments/<slug>")
def show(slug: str) -> str:
    """A department: who waits for it first, then what it knows, then who is there."""
    department = found_department(slug) or abort(404)
    page = questions.of_department(department, request.args.get("after"))
    people = members_of(department)
    waiting = waiting_for(current_person(), department).rows
    rows = questions.with_news(current_person(), [*waiting, *page.rows])
    return render_template(
        "departments/show.html",
        department=department,
        open_rows=rows[: len(waiting)],
        rows=rows[len(waiting) :],
        practices=practices.of_department(department, SHOWN_PRACTICES),
        causes=causes_of_department(department),
        came_in=came_in(department),
        went_out=went_out(department),
        champions=champions_of(department),
        people=people,
        needed=profile(department, len(people)),
        sees_candidates=allowed(current_person(), "candidate.see"),
        hours=calendar.in_words(department.calendar),
        holidays=calendar.holidays_ahead(department.calendar, now().date()),
        follow_state=following(current_person(), "department", department.id),
        next_url=page.next_key and url_for("departments.show", slug=slug, after=page.next_key),
    )


@bp.get("/tags")
def tags() -> str:
    """Every tag, the most used first."""
    return render_template("departments/tags.html", tags=tags_with_counts())


@bp.get("/suggest/tags")
def suggest_tags() -> Response:
    """Topics in use that fit what is being typed."""
    return jsonify(suggested_tags(request.args.get("q", "")[:80]))


@bp.route("/tags/<slug>", methods=["GET", "POST"])
def tag(slug: str) -> Any:
    """What carries a tag; a moderator may say what it is for."""
    found = found_tag(slug) or abort(404)
    form = TagForm()
    if request.method == "POST":
        with transaction():
            describe_tag(current_person(), found, form.description.data or "")
        return go_to("departments.tag", slug=slug)
    form.description.data = found.description
    page = questions.of_tag(found, request.args.get("after"))
    return render_template(
        "departments/tag.html",
        tag=found,
        form=form,
        rows=questions.with_news(current_person(), page.rows),
        practices=practices.of_tag(found, SHOWN_PRACTICES),
        follow_state=following(current_person(), "tag", found.id),
        knowers=who_know(found),
        next_url=page.next_key and url_for("departments.tag", slug=slug, after=page.next_key),
    )


@bp.post("/tags/<slug>/skill")
@limiter.limit(post_limit)
def declare_skill(slug: str) -> Any:
    """Say that one knows about a topic."""
    return _after_skill(slug, declare)


@bp.post("/tags/<slug>/skill/withdrawal")
@limiter.limit(post_limit)
def withdraw_skill(slug: str) -> Any:
    """Say it no longer."""
    return _after_skill(slug, withdraw)


def _after_skill(slug: str, say: Callable[[Person, Tag], None]) -> Any:
    found = found_tag(slug) or abort(404)
    with transaction():
        say(current_person(), found)
    return fragment_or_redirect(
        "departments/_skill.html", url_for("departments.tag", slug=slug), tag=found, knowers=who_know(found)
    )
