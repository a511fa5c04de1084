"""The library, one practice, and what moderators and owners do with it."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response

from forum.causes.listing import on_page as causes_on
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Invalid, Outdated
from forum.core.forms import options, typed_id
from forum.core.languages import gettext, said
from forum.core.permissions import require
from forum.core.rate_limits import limiter, post_limit
from forum.core.templating import day
from forum.core.web import current_person
from forum.departments.labelling import all_departments, chosen_departments
from forum.departments.listing import tags_in_use
from forum.moderation.models import REASONS
from forum.needs.check_ins import MINUTES_WANTED
from forum.needs.forms import OutcomeForm, TryForm
from forum.nominations.nominating import latest_of
from forum.objectives import listing as aims
from forum.objectives.models import WITNESSES
from forum.people.models import Person
from forum.posts import comments, revisions
from forum.posts.locking import LOCKS
from forum.posts.models import Post
from forum.posts.pages import edit_page, shown_post, stale_page
from forum.practices import adapting, ageing, evidence, listing, using
from forum.practices import outcomes as outcomes_of
from forum.practices.bringing_back import bring_back, can_undo
from forum.practices.forms import AdaptForm, BringBackForm, CareForm, PromoteForm, RetireForm, ReviseForm
from forum.practices.models import FORMS, SECTIONS, Practice
from forum.practices.promoting import (
    NothingToPromote,
    PromotedBefore,
    address,
    checked_title,
    deed_of,
    doubts,
    facts_of,
    look_after,
    practice_of,
    promote,
    question_of,
    retire,
    revise,
    section_of,
    texts_of,
)
from forum.practices.validating import VERDICTS, is_enough, peers_of, take_back, validate, validated
from forum.questions.asking import address as question_address
from forum.questions.models import Question
from forum.reviewing import challenging

bp = Blueprint("practices", __name__)


@bp.app_template_global("label_words")
def label_words(label: str) -> str:
    """What a label is called."""
    return str(said(evidence.LABELS[label]))


@bp.get("/practices")
def index() -> str:
    """The library, by state, department, tag, form, cost and outcomes. What is in use stands on two shelves: tried, and
    new."""
    named = ("state", "department", "tag", "form", "cost", "outcomes")
    filters = {name: request.args.get(name, "") for name in named}
    filters["state"] = filters["state"] if filters["state"] in listing.STATES else "current"
    filters["outcomes"] = filters["outcomes"] if filters["outcomes"] in listing.OUTCOMES else ""
    shelf, fresh = request.args.get("shelf", ""), None
    shelf = (shelf if shelf in listing.SHELVES else "tried") if filters["state"] == "current" else ""
    chosen: dict[str, Any] = {**filters, "reader": current_person()}
    if shelf == "tried" and "after" not in request.args:
        del chosen["state"]
        page, fresh = listing.shelves(**chosen)
    else:
        page = listing.library(**chosen, shelf=shelf, key=request.args.get("after"))
    given: dict[str, Any] = {name: value for name, value in filters.items() if value}
    return render_template(
        "practices/index.html",
        rows=page.rows,
        shelf=shelf,
        fresh=fresh.rows if fresh else [],
        fresh_url=fresh and fresh.next_key and url_for("practices.index", **given, shelf="new", after=fresh.next_key),
        filters=filters,
        outcomes=list(listing.OUTCOMES.items()),
        states=list(listing.STATES.items()),
        departments=[(each.slug, each.name) for each in all_departments()],
        tags=tags_in_use(),
        forms=list(FORMS.items()),
        next_url=page.next_key and url_for("practices.index", **given, shelf=shelf or None, after=page.next_key),
    )


@bp.get("/practices/<id:id>")
@bp.get("/practices/<id:id>/<slug>")
def show(id: int, slug: str = "") -> Any:
    """One practice: what to do, why, when not, and where it comes from.

    The address of a retired one leads to what took its place; what it said stays at an address of its own.
    """
    practice = _shown(id)
    successor = practice.successor
    if practice.retired_at is not None and successor is not None and successor.removed_at is None:
        return redirect(f"{address(successor.id, successor.title)}?from={practice.id}", code=302)
    if address(practice.id, practice.title) != request.path:
        return redirect(address(practice.id, practice.title), code=301)
    return _practice_page(practice)


@bp.get("/practices/<id:id>/retired")
def retired(id: int) -> Any:
    """What a practice said that is recommended no longer, and why."""
    practice = _shown(id)
    if practice.retired_at is None:
        return redirect(address(practice.id, practice.title), code=302)
    return _practice_page(practice)


@bp.get("/practices/<id:id>/outcomes")
def outcomes(id: int) -> str:
    """What came of it: everything that was said, by department and by version."""
    practice = _shown(id)
    return render_template(
        "practices/outcomes.html",
        practice=practice,
        standing=outcomes_of.standing(practice, is_validated=validated(practice)),
        account=outcomes_of.account(practice, request.args.get("after")),
    )


@bp.route("/practices/<id:id>/use", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def use(id: int) -> Any:
    """Say how it went."""
    practice = _shown(id)
    if request.method == "GET":
        return render_template("practices/use.html", form=OutcomeForm(formdata=None), practice=practice)
    form = OutcomeForm()
    try:
        if form.minutes.process_errors and request.form.get("minutes", "").strip():  # Words in place of a number.
            raise Invalid(MINUTES_WANTED, "minutes")
        with transaction():
            made = using.used(
                current_person(),
                _shown(id),
                form.outcome.data or "",
                minutes=form.minutes.data,
                context=form.context.data or "",
                note=form.note.data or "",
                changed_work=True if form.changed_work.data else None,
                fits=form.says_fits,
            )
    except Invalid as error:
        form.refuse(error)
        return render_template("practices/use.html", form=form, practice=practice), 422
    return redirect(url_for("needs.check_in", id=made.id), code=303)


@bp.post("/practices/<id:id>/trial")
@limiter.limit(post_limit)
def create_trial(id: int) -> Any:
    """Going to try it."""
    practice = _shown(id)
    form = TryForm()
    try:
        if form.day.process_errors and request.form.get("day", "").strip():
            raise Invalid("Choose a day, or leave it out.", "day")
        with transaction():
            made = using.try_it(current_person(), _shown(id), form.day.data)
    except Invalid as error:
        form.refuse(error)
        return render_template("practices/trial.html", form=form, practice=practice), 422
    flash(gettext("Good. You are asked on %(day)s how it went.", day=day(made.due_at.date())), "done")
    return redirect(address(practice.id, practice.title), code=303)


@bp.get("/posts/<id:id>/promotion/new")
def new(id: int) -> Any:
    """The form of a promotion, filled in from the question and the answer."""
    source = shown_post(id)
    require(current_person(), "nomination.decide", source)
    if source.kind == "question":
        raise NothingToPromote()
    if practice_of(source) is not None:
        raise PromotedBefore()
    question = _question(source)
    form = PromoteForm(formdata=None)
    form.offer(_people())
    form.title.data = deed_of(question.title)
    form.contact.data = source.author.name
    form.problem.data, form.body.data = question.body, source.body
    form.owner.data = current_person().id if source.author.is_persona else source.author_id
    form.departments.data = [department.id for department in question.departments]
    form.tags.data = " ".join(tag.slug for tag in question.tags)
    return _promotion_page(form, source)


@bp.post("/posts/<id:id>/promotion")
@limiter.limit(post_limit)
def create(id: int) -> Any:
    """Promote what somebody wrote to a best practice."""
    source = shown_post(id)
    require(current_person(), "nomination.decide", source)
    form = PromoteForm()
    form.offer(_people())
    try:
        if "preview" in request.form:
            return _promotion_page(form, source, preview=True)
        texts = texts_of(form.sources, told=form.facts.tells)
        with transaction():
            made = promote(
                current_person(),
                shown_post(id),
                texts=texts,
                owner=_owner(form),
                departments=form.departments.data or [],
                tags=form.tags.data or "",
                review_pace=form.review_pace.data or "",
                facts=form.facts,
            )
    except Invalid as error:
        form.refuse(
            error,
            lambda: checked_title(form.title.data or ""),
            *(partial(section_of, name, form.sources[name]) for name in SECTIONS if name not in form.facts.tells),
            lambda: chosen_departments(form.departments.data or []),
        )
        return _promotion_page(form, source), 422
    flash("It is a best practice now. The author is named, and the thread leads here.", "done")
    return redirect(address(made.id, made.title), code=303)


@bp.post("/practices/<id:id>/validation")
@limiter.limit(post_limit)
def create_validation(id: int) -> Response:
    """Say that it would work for oneself, or that it is correct and safe."""
    with transaction():
        practice = _shown(id)
        validate(current_person(), practice, request.form.get("verdict", ""))
    flash("Noted, with your name. Thank you.", "done")
    return redirect(f"{address(practice.id, practice.title)}#checked", code=303)


@bp.post("/practices/<id:id>/validation/withdrawal")
@limiter.limit(post_limit)
def withdraw_validation(id: int) -> Response:
    """Say it no longer."""
    with transaction():
        practice = _shown(id)
        take_back(current_person(), practice)
    return redirect(f"{address(practice.id, practice.title)}#checked", code=303)


@bp.route("/practices/<id:id>/edit", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def edit(id: int) -> Any:
    """Write the next version."""
    practice = _shown(id)
    form = ReviseForm()
    if request.method == "GET":
        form.fill(practice)
        return edit_page(form, practice, template="practices/edit.html")
    try:
        if "preview" in request.form:
            return edit_page(form, practice, preview=True, template="practices/edit.html")
        texts = texts_of(form.sources, told=facts_of(practice).tells)
        with transaction():
            revise(current_person(), _shown(id), texts, seen=form.seen, note=form.reason.data or "")
    except Outdated:
        return stale_page(form, _shown(id), template="practices/edit.html"), 409
    except Invalid as error:
        form.refuse(error)
        return edit_page(form, practice, template="practices/edit.html"), 422
    return redirect(address(practice.id, practice.title), code=303)


@bp.route("/practices/<id:id>/care", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def care(id: int) -> Any:
    """Who looks after it, for whom it is, when it is looked at again."""
    practice = _shown(id)
    require(current_person(), "practice.promote", practice)
    form = CareForm()
    form.offer(_people())
    if request.method == "GET":
        form.owner.data, form.review_pace.data = practice.owner_id, practice.review_pace
        form.departments.data = [department.id for department in practice.departments]
        form.tags.data = " ".join(tag.slug for tag in practice.tags)
        form.fill_facts(practice)
        return render_template("practices/care.html", form=form, practice=practice)
    try:
        with transaction():
            look_after(
                current_person(),
                _shown(id),
                owner=_owner(form),
                departments=form.departments.data or [],
                tags=form.tags.data or "",
                review_pace=form.review_pace.data or "",
                facts=form.facts,
            )
    except Invalid as error:
        form.refuse(error)
        return render_template("practices/care.html", form=form, practice=practice), 422
    return redirect(address(practice.id, practice.title), code=303)


@bp.route("/practices/<id:id>/adaptation", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def adaptation(id: int) -> Any:
    """Adapt it for one's own department."""
    original = _shown(id)
    form = AdaptForm()
    form.offer([])
    if request.method == "GET":
        if original.retired_at is not None:
            raise adapting.NothingToAdapt()
        form.fill(original)
        form.departments.data = [current_person().department_id]
        form.tags.data = " ".join(tag.slug for tag in original.tags)
        form.review_pace.data = original.review_pace
        form.fill_facts(original)
        form.contact.data = current_person().name
        return _adapt_page(form, original)
    try:
        if "preview" in request.form:
            return _adapt_page(form, original, preview=True)
        texts = texts_of(form.sources, told=form.facts.tells)
        with transaction():
            made = adapting.adapt(
                current_person(),
                _shown(id),
                texts,
                departments=form.departments.data or [],
                tags=form.tags.data or "",
                review_pace=form.review_pace.data or "",
                facts=form.facts,
            )
    except Invalid as error:
        form.refuse(error)
        return _adapt_page(form, original), 422
    flash("It is published for your department, and you look after it. The author of the original is told.", "done")
    return redirect(address(made.id, made.title), code=303)


@bp.post("/practices/<id:id>/confirmation")
@limiter.limit(post_limit)
def create_confirmation(id: int) -> Response:
    """Say that it still holds."""
    with transaction():
        practice = _shown(id)
        ageing.confirm(current_person(), practice)
    flash("Noted: it still holds. The next review is set.", "done")
    return redirect(address(practice.id, practice.title), code=303)


@bp.route("/practices/<id:id>/retirement", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def retirement(id: int) -> Any:
    """Recommend it no longer."""
    practice = _shown(id)
    require(current_person(), "practice.retire", practice)
    form = RetireForm()
    form.successor.choices = options([(0, "Nothing"), *(choice for choice in listing.choices() if choice[0] != id)])
    if request.method == "GET":
        return render_template("practices/retire.html", form=form, practice=practice)
    try:
        with transaction():
            successor = db.session.get(Practice, form.successor.data or 0)
            retire(current_person(), _shown(id), because=form.reason.data or "", successor=successor)
    except Invalid as error:
        form.refuse(error)
        return render_template("practices/retire.html", form=form, practice=practice), 422
    flash("It is retired. Below you can undo it for ten minutes.", "done")
    return redirect(url_for(".retired", id=id), code=303)


@bp.route("/practices/<id:id>/retirement/withdrawal", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def withdraw_retirement(id: int) -> Any:
    """Recommend it again."""
    practice, form = _shown(id), BringBackForm()
    require(current_person(), "practice.retire", practice)
    page_url = address(practice.id, practice.title)
    if request.method == "GET":
        shown = practice.retired_at is not None
        return (
            render_template("practices/bring_back.html", form=form, practice=practice) if shown else redirect(page_url)
        )
    try:
        with transaction():
            bring_back(current_person(), _shown(id), because=form.reason.data or "")
    except Invalid as error:
        form.refuse(error)
        return render_template("practices/bring_back.html", form=form, practice=practice), 422
    flash("It is recommended again.", "done")
    return redirect(page_url, code=303)


def _adapt_page(form: AdaptForm, original: Practice, *, preview: bool = False) -> str:
    shown = texts_of(form.sources, at_least=0) if preview else None
    return render_template("practices/adapt.html", form=form, practice=original, preview=shown)


def _practice_page(practice: Practice) -> str:
    question = db.session.get_one(Question, practice.question_id)
    peers = peers_of(practice)
    is_validated = is_enough(each.department_id != practice.author_department_id for each in peers)
    return render_template(
        "practices/show.html",
        practice=practice,
        can_undo=can_undo(current_person(), practice),
        form_words=FORMS.get(practice.form or ""),
        causes=causes_on(practice.id),
        peers=peers,
        validated=is_validated,
        verdicts=VERDICTS,
        standing=outcomes_of.standing(practice, is_validated=is_validated),
        serves=aims.brief_of(practice.id),
        stories=aims.stories_on(practice.id),
        witnesses=WITNESSES,
        pending=using.trying(current_person(), practice),
        source_question=(question.title, question_address(question.id, question.title)),
        source_url=f"{question_address(question.id, question.title)}#post-{practice.source_id or question.id}",
        came_from=_came_from(practice),
        family=adapting.family(practice),
        version_count=revisions.counts([practice.id]).get(practice.id, 1),
        due=practice.is_due(now().date()),
        comments=comments.threads(practice.id, current_person()),
        lock_words=LOCKS,
        reason_words=REASONS,
        upkeep=ageing.upkeep_of(practice) if practice.stale_since or practice.is_due(now().date()) else None,
        stale_because=ageing.BECAUSE.get(practice.stale_because, ""),
        challenge=challenging.open_on([practice]).get(practice.id),
        settled=[each for each in challenging.trail(practice) if each.outcome is not None],
        successor_url=practice.successor and address(practice.successor.id, practice.successor.title),
    )


def _came_from(practice: Practice) -> Practice | None:
    """The retired practice whose address led here."""
    came_from = db.session.get(Practice, typed_id(request.args.get("from"))) if "from" in request.args else None
    forwards = came_from is not None and came_from.retired_at and came_from.successor_id == practice.id
    return came_from if forwards and came_from is not None and came_from.removed_at is None else None


def _promotion_page(form: PromoteForm, source: Post, *, preview: bool = False) -> str:
    question = _question(source)
    return render_template(
        "practices/new.html",
        form=form,
        source=source,
        source_url=f"{question_address(question.id, question.title)}#post-{source.id}",
        preview=texts_of(form.sources, at_least=0) if preview else None,
        nomination=latest_of(source),
        doubts=doubts(source),
    )


def _question(source: Post) -> Question:
    query = select(Question).where(Question.id == question_of(source).id)
    loaded = query.options(joinedload(Question.author), selectinload(Question.departments), selectinload(Question.tags))
    return db.session.scalars(loaded.execution_options(populate_existing=True)).one()


def _shown(id: int) -> Practice:
    query = select(Practice).where(Practice.id == id, Post.removed_at.is_(None))
    loaded = query.options(
        joinedload(Practice.author),
        joinedload(Practice.owner),
        joinedload(Practice.promoted_by),
        joinedload(Practice.successor),
        selectinload(Practice.departments),
        selectinload(Practice.tags),
    )
    return db.session.scalars(loaded.execution_options(populate_existing=True)).one_or_none() or abort(404)


def _people() -> list[tuple[int, str]]:
    query = select(Person.id, Person.name).where(Person.left_at.is_(None)).order_by(Person.name)
    return [(id, name) for id, name in db.session.execute(query)]


def _owner(form: CareForm) -> Person:
    owner = db.session.get(Person, form.owner.data or 0)
    if owner is None or not owner.is_active:
        raise Invalid("Choose who looks after it.", "owner")
    return owner
