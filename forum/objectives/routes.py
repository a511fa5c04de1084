"""Objectives with their readings, what serves them, and stories that somebody else confirmed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Forbidden, Invalid
from forum.core.forms import options
from forum.core.languages import Message, gettext, moment_in_words
from forum.core.permissions import require
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, get_visible, go_to, wants_fragment
from forum.departments.labelling import all_departments
from forum.departments.models import Department
from forum.impact.pictures import of_figures
from forum.objectives import listing, measuring, telling
from forum.objectives.forms import CloseForm, ConfirmForm, LinkForm, ObjectiveForm, ReadingForm, StoryForm
from forum.objectives.linking import link, unlink
from forum.objectives.models import LINKABLE, WITNESSES, Objective, Reading, Story
from forum.objectives.stating import close, correct, enter, state
from forum.people.listing import named
from forum.posts.models import Post
from forum.posts.pages import page_url

bp = Blueprint("objectives", __name__)

QUARTER = re.compile(r"(20\d\d)-([1-4])")  # 2026-3: the third quarter


@bp.app_template_filter("quarter")
def quarter_key(day: date) -> str:
    """How a quarter is called in an address: 2026-3."""
    return f"{day.year}-{(day.month + 2) // 3}"


@bp.get("/objectives")
def index() -> str:
    """What the organisation wants to move, and how it moved."""
    measure = measuring.movements()
    return render_template(
        "objectives/index.html",
        rows=listing.objectives(),
        movements={row.objective_id: row for row in measure.rows},
        measure=measure,
        serving=measuring.serving(),
        stakes=current_person().stakes,
    )


@bp.route("/objectives/new", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def new() -> Any:
    """State an objective."""
    own = [each for each in all_departments() if each.id in current_person().stakes]
    if not own:
        raise Forbidden("Objectives are stated by whoever answers for a department.")
    form = ObjectiveForm()
    form.department.choices = options((each.id, each.name) for each in own)
    if request.method == "GET":
        return render_template("objectives/new.html", form=form)
    try:
        with transaction():
            department = db.session.get(Department, form.department.data or 0)
            if department is None:
                raise Invalid("Choose a department.", "department")
            made = state(
                current_person(),
                department,
                title=form.title.data or "",
                unit=form.unit.data or "",
                direction=form.direction.data or "",
                baseline=form.baseline.data or "",
                target=form.target.data or "",
                due_on=form.due_on.data,
            )
    except Invalid as error:
        form.refuse(error)
        return render_template("objectives/new.html", form=form), 422
    flash("Stated. Enter a reading whenever you have one; anybody can say what serves it.", "done")
    return go_to("objectives.show", id=made.id)


@bp.get("/objectives/<id:id>")
def show(id: int) -> str:
    """One objective: its readings, what took effect meanwhile, and what serves it."""
    objective = _objective(id)
    return render_template(
        "objectives/show.html",
        objective=objective,
        movement=(movement := measuring.movement_of(objective)),
        chart=of_figures.objective(movement),
        readings=listing.readings_of(objective),
        pointers=listing.pointers_to(objective),
    )


@bp.route("/objectives/<id:id>/readings/new", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def new_reading(id: int) -> Any:
    """Enter what the figure is."""
    objective = _objective(id)
    require(current_person(), "objective.own", objective)
    form = ReadingForm()
    if request.method == "GET":
        form.on.data = now().date()
        return render_template("objectives/reading.html", form=form, objective=objective, reading=None)
    try:
        with transaction():
            enter(
                current_person(),
                _objective(id),
                value=form.value.data or "",
                on=form.on.data,
                note=form.note.data or "",
            )
    except Invalid as error:
        form.refuse(error)
        return render_template("objectives/reading.html", form=form, objective=_objective(id), reading=None), 422
    return go_to("objectives.show", id=id)


@bp.route("/readings/<id:id>/correction", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def correction(id: int) -> Any:
    """Put a right reading in the place of a wrong one."""
    reading = _reading(id)
    require(current_person(), "objective.own", reading)
    form = ReadingForm()
    if request.method == "GET":
        form.value.data, form.on.data = f"{reading.value:g}", reading.on
        return render_template("objectives/reading.html", form=form, objective=reading.objective, reading=reading)
    try:
        with transaction():
            correct(
                current_person(),
                _reading(id),
                value=form.value.data or "",
                on=form.on.data,
                note=form.note.data or "",
            )
    except Invalid as error:
        form.refuse(error)
        reading = _reading(id)
        shown = render_template("objectives/reading.html", form=form, objective=reading.objective, reading=reading)
        return shown, 422
    return go_to("objectives.show", id=reading.objective_id)


@bp.route("/objectives/<id:id>/closing", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def closing(id: int) -> Any:
    """Pursue it no longer."""
    objective = _objective(id)
    require(current_person(), "objective.own", objective)
    form = CloseForm()
    if request.method == "GET":
        return render_template("objectives/close.html", form=form, objective=objective)
    with transaction():
        close(current_person(), _objective(id), form.word.data or "")
    return go_to("objectives.show", id=id)


@bp.route("/posts/<id:id>/objective", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def serves(id: int) -> Any:
    """Say which objective a question or a practice serves."""
    post = _linkable(id)
    require(current_person(), "objective.link", post)
    form = LinkForm()
    pursued = [each for each in listing.objectives() if not each.is_closed]
    form.objective.choices = options([*((each.id, each.title) for each in pursued), (0, Message("None of these"))])
    if request.method == "GET":
        served = listing.brief_of(id)
        form.objective.data = served[0].id if served else 0
        return render_template("objectives/link.html", form=form, page=post, page_url=page_url(post))
    try:
        with transaction():
            chosen = db.session.get(Objective, form.objective.data or 0)
            if chosen is None and form.objective.data != 0:
                raise Invalid("Choose an objective, or none.", "objective")
            if chosen is None:
                unlink(current_person(), _linkable(id))
            else:
                link(current_person(), _linkable(id), chosen)
    except Invalid as error:
        form.refuse(error)
        post = _linkable(id)
        return render_template("objectives/link.html", form=form, page=post, page_url=page_url(post)), 422
    return redirect(page_url(_linkable(id)), code=303)


def _quarter_name(day: date) -> str:
    """A quarter by its months: Oct to Dec 2026."""
    first = datetime(day.year, day.month, 1)
    last = moment_in_words(first.replace(month=day.month + 2), "MMM y")
    return gettext("%(first)s to %(last)s", first=moment_in_words(first, "MMM"), last=last)


@bp.get("/stories")
def stories() -> str:
    """The three best and the three worst of a quarter, and all the others."""
    quarters = listing.quarters()
    day = _asked_quarter(quarters)
    page = listing.stories(day, request.args.get("after"))
    return render_template(
        "stories/index.html",
        quarters=quarters,
        quarter_name=_quarter_name,
        day=day,
        best=listing.three(day, "well"),
        worst=listing.three(day, "badly"),
        rows=page.rows,
        witnesses=WITNESSES,
        next_url=page.next_key and url_for("objectives.stories", quarter=quarter_key(day), after=page.next_key),
    )


@bp.get("/posts/<id:id>/stories")
def on_page(id: int) -> str:
    """Which objective a question or a practice serves, and what colleagues tell of it."""
    post = _linkable(id)
    template = "objectives/_on_page.html" if wants_fragment() else "objectives/on_page.html"
    shown = {"serves": listing.brief_of(id), "stories": listing.stories_on(id), "witnesses": WITNESSES}
    return render_template(template, page=post, page_url=page_url(post), **shown)


@bp.route("/posts/<id:id>/stories/new", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def new_story(id: int) -> Any:
    """Tell what happened."""
    post = _page(id)
    require(current_person(), "story.tell", post)
    form = StoryForm()
    if request.method == "GET":
        return render_template("stories/new.html", form=form, page=post, page_url=page_url(post))
    try:
        with transaction():
            made = telling.tell(
                current_person(),
                _page(id),
                title=form.title.data or "",
                tale=form.tale.data or "",
                outcome=form.outcome.data or "",
                went=form.went.data or "",
                witness=named(form.witness.data or "", "witness"),
                witness_as=form.witness_as.data or "",
            )
    except Invalid as error:
        form.refuse(error)
        post = _page(id)
        return render_template("stories/new.html", form=form, page=post, page_url=page_url(post)), 422
    flash("Thank you. It is shown as told by you until your colleague says that it is so.", "done")
    return go_to("objectives.story", id=made.id)


@bp.route("/stories/<id:id>", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def story(id: int) -> Any:
    """One story; its witness says here whether it is so."""
    form = ConfirmForm()
    if request.method == "GET":
        return _story_page(form, _story(id))
    try:
        with transaction():
            is_true = {"yes": True, "no": False}.get(form.is_true.data or "")
            telling.reply(current_person(), _story(id), is_true=is_true, words=form.words.data or "")
    except Invalid as error:
        form.refuse(error)
        return _story_page(form, _story(id)), 422
    flash("Thank you for saying so.", "done")
    return go_to("objectives.story", id=id)


@bp.post("/stories/<id:id>/removal")
@limiter.limit(post_limit)
def remove_story(id: int) -> Response:
    """Take a story off the page."""
    with transaction():
        gone = _story(id)
        telling.withdraw(current_person(), gone)
        page_id = gone.page_id
    flash("It is off the page.", "done")
    return redirect(page_url(get_visible(Post, page_id)), code=303)


@bp.post("/stories/<id:id>/choice")
@limiter.limit(post_limit)
def create_choice(id: int) -> Any:
    """Put it among the three of its quarter."""
    with transaction():
        telling.choose(current_person(), _story(id))
    return go_to("objectives.story", id=id)


@bp.post("/stories/<id:id>/choice/withdrawal")
@limiter.limit(post_limit)
def withdraw_choice(id: int) -> Any:
    """Take it out of the three."""
    with transaction():
        telling.put_back(current_person(), _story(id))
    return go_to("objectives.story", id=id)


def _story_page(form: ConfirmForm, shown: Story) -> str:
    page = get_visible(Post, shown.page_id)
    return render_template(
        "stories/show.html",
        form=form,
        story=shown,
        page=page,
        page_url=page_url(page),
        witness_words=WITNESSES[shown.witness_as],
    )


def _asked_quarter(quarters: Sequence[date]) -> date:
    """The first day of the quarter that is asked for, or of the latest one of which a story was confirmed."""
    asked = QUARTER.fullmatch(request.args.get("quarter", ""))
    if asked and (named_day := date(int(asked[1]), int(asked[2]) * 3 - 2, 1)) in quarters:
        return named_day
    return next((each for each in quarters if listing.three(each, "well")), quarters[0])


def _objective(id: int) -> Objective:
    query = select(Objective).where(Objective.id == id).options(joinedload(Objective.by))
    return db.session.scalars(query).one_or_none() or abort(404)


def _reading(id: int) -> Reading:
    return db.session.get(Reading, id) or abort(404)


def _story(id: int) -> Story:
    query = select(Story).where(Story.id == id, Story.removed_at.is_(None))
    loaded = query.options(joinedload(Story.by), joinedload(Story.witness))
    found = db.session.scalars(loaded.execution_options(populate_existing=True)).one_or_none() or abort(404)
    get_visible(Post, found.page_id)
    return found


def _linkable(id: int) -> Post:
    post = get_visible(Post, id)
    return post if post.kind in LINKABLE else abort(404)


def _page(id: int) -> Post:
    """The question or practice with that id: of nothing else stories are told."""
    post = get_visible(Post, id)
    return post if post.kind in ("question", "practice") else abort(404)
