"""Causes: the list, one cause, the evidence on one page, and linking what is needed to what lies behind it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from forum.causes import counting, linking, listing, measuring, quoting, stepping
from forum.causes.answering import (
    not_mine,
)
from forum.causes.evidence import MOST_QUESTIONS, pack_of
from forum.causes.forms import (
    LinkForm,
    QuoteForm,
    ReviseForm,
    StoppedForm,
    SuspectForm,
)
from forum.causes.linking import address
from forum.causes.models import STATES, Cause, CauseDoubt, CauseLink, CauseVoice
from forum.causes.pages import shown_cause
from forum.causes.stopping import reply
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Invalid, Outdated
from forum.core.forms import typed_id
from forum.core.languages import said
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, go_to
from forum.departments.following import following
from forum.departments.labelling import all_departments, found_department
from forum.departments.models import Department
from forum.moderation.models import REASONS
from forum.objectives.listing import brief_of
from forum.people.models import Person
from forum.posts import comments, revisions
from forum.posts.models import Post
from forum.posts.pages import edit_page, page_url, shown_post, stale_page
from forum.posts.writing import write

bp = Blueprint("causes", __name__)


@bp.app_template_global("cause_words")
def cause_words(state: str) -> str:
    """What a state of a cause is called."""
    return str(said(STATES[state]))


@bp.get("/causes")
def index() -> str:
    """What lies behind what people need: the open causes by what they cost, and those of other states."""
    state = request.args.get("state", "open")
    state = state if state in listing.FILTERS else "open"
    slug = request.args.get("department", "")
    department = found_department(slug) if slug else None
    return render_template(
        "causes/index.html",
        rows=listing.causes(state, department),
        state=state,
        states=listing.FILTERS.items(),
        department=department.slug if department else "",
        departments=[(each.slug, each.name) for each in all_departments()],
        told=measuring.told(),
        asked=listing.waiting_for(current_person().id) if state == "open" else [],
        address=address,
    )


@bp.get("/causes/<id:id>")
@bp.get("/causes/<id:id>/<slug>")
def show(id: int, slug: str = "") -> Any:
    """One cause: what it does, both sides, every step and who was told."""
    cause = shown_cause(id)
    if address(cause.id, cause.title) != request.path:
        return redirect(address(cause.id, cause.title), code=301)
    person = current_person()
    return render_template(
        "causes/show.html",
        cause=cause,
        pack=pack_of(cause),
        serves=brief_of(cause.id),
        steps=stepping.steps_of(cause.id),
        links=listing.links_of(cause),
        doubts=db.session.scalars(
            select(CauseDoubt.why).where(CauseDoubt.cause_id == cause.id).order_by(CauseDoubt.at)
        ).all(),
        told=measuring.told([cause.id]),
        voice=db.session.scalar(_voice(cause, person)),
        is_linked=person.id in counting.linked_people(cause.id),
        version_count=revisions.counts([cause.id]).get(cause.id, 1),
        comments=comments.threads(cause.id, current_person()),
        reason_words=REASONS,
        follow_state=following(person, "cause", cause.id),
    )


@bp.get("/causes/<id:id>/evidence")
def evidence(id: int) -> str:
    """The evidence pack: one page to print."""
    cause = shown_cause(id)
    return render_template(
        "causes/evidence.html",
        cause=cause,
        pack=pack_of(cause),
        serves=brief_of(cause.id),
        most=MOST_QUESTIONS,
        printed_on=now().date(),
        link=f"{request.host_url.rstrip('/')}{address(cause.id, cause.title)}",
    )


@bp.get("/posts/<id:id>/causes")
def of_post(id: int) -> str:
    """What lies behind a question, or what a practice works around; and the way to say so."""
    return _link_page(LinkForm(formdata=None), _linkable(id))


@bp.post("/posts/<id:id>/causes")
@limiter.limit(post_limit)
def create_link(id: int) -> Any:
    """Same cause as …"""
    form = LinkForm()
    try:
        with transaction():
            cause = db.session.get(Cause, form.cause.data or 0)
            if cause is None or cause.removed_at is not None:
                raise Invalid("Choose a cause, or put a new one into words.", "cause")
            linking.link(current_person(), cause, _linkable(id))
    except Invalid as error:
        form.refuse(error)
        return _link_page(form, _linkable(id)), 422
    flash("Linked. Whoever asked is told of each step from now on.", "done")
    return redirect(address(cause.id, cause.title), code=303)


@bp.post("/cause-links/<id:id>/refusal")
@limiter.limit(post_limit)
def refuse_link(id: int) -> Response:
    """It is something else."""
    with transaction():
        link = db.session.get(CauseLink, id) or abort(404)
        cause = shown_cause(link.cause_id)
        linking.refuse(current_person(), cause, link)
    flash("Noted: it counts no longer, and is not proposed again.", "done")
    return redirect(f"{address(cause.id, cause.title)}#links", code=303)


@bp.route("/posts/<id:id>/causes/new", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def new(id: int) -> Any:
    """Put into words what may lie behind a question."""
    post = _linkable(id)
    if request.method == "GET":
        form = SuspectForm(formdata=None)
        form.tags.data = " ".join(tag.slug for tag in post.tags)
        return _new_page(form, post)
    form = SuspectForm()
    try:
        body = write(form.body.data or "")
        with transaction():
            made = linking.suspect(
                current_person(),
                _linkable(id),
                title=form.title.data or "",
                body=body,
                department=db.session.get(Department, form.department_id.data or 0),
                objective=form.objective.data or "",
                tags=form.tags.data or "",
            )
    except Invalid as error:
        form.refuse(error)
        return _new_page(form, post), 422
    flash("Noted. Its department hears of it with the third need, of two people at least.", "done")
    return redirect(address(made.id, made.title), code=303)


@bp.route("/causes/<id:id>/edit", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def edit(id: int) -> Any:
    """Mend what is known of it."""
    cause = shown_cause(id)
    form = ReviseForm()
    if request.method == "GET":
        form.title.data, form.body.data, form.objective.data = cause.title, cause.body, cause.objective
        form.version.data = str(cause.version)
        return edit_page(form, cause)
    try:
        if "preview" in request.form:
            return edit_page(form, cause, preview=True)
        body = write(form.body.data or "")
        with transaction():
            linking.revise(
                current_person(),
                shown_cause(id),
                title=form.title.data or "",
                body=body,
                objective=form.objective.data or "",
                seen=form.seen,
                reason=form.reason.data or "",
            )
    except Outdated:
        return stale_page(form, shown_cause(id)), 409
    except Invalid as error:
        form.refuse(error)
        return edit_page(form, cause), 422
    return redirect(page_url(cause), code=303)


@bp.route("/causes/<id:id>/stopped", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def stopped(id: int) -> Any:
    """Has it stopped?"""
    cause = shown_cause(id)
    form = StoppedForm()
    if request.method == "GET":
        return _stopped_page(form, cause)
    try:
        with transaction():
            said = {"yes": True, "no": False}.get(form.stopped.data or "")
            reply(current_person(), shown_cause(id), said)
    except Invalid as error:
        form.refuse(error)
        return _stopped_page(form, cause), 422
    flash("Thank you. That is how we know whether it has stopped.", "done")
    return go_to("causes.show", id=id)


@bp.post("/causes/<id:id>/mine")
@limiter.limit(post_limit)
def set_mine(id: int) -> Response:
    """Mine was something else; or it was this after all."""
    with transaction():
        not_mine(current_person(), shown_cause(id), mine=request.form.get("mine") == "1")
    return go_to("causes.show", id=id)


@bp.get("/causes/<id:id>/quotes/new")
def new_quote(id: int) -> str:
    """Ask somebody whether they may be quoted."""
    form = QuoteForm(formdata=None)
    form.whom.data = str(typed_id(request.args.get("whom")) or "")
    return _quote_page(form, shown_cause(id))


@bp.post("/causes/<id:id>/quotes")
@limiter.limit(post_limit)
def create_quote(id: int) -> Any:
    """May we quote you?"""
    form = QuoteForm()
    try:
        with transaction():
            whom = db.session.get(Person, typed_id(form.whom.data))
            if whom is None:
                raise Invalid("Choose whose words they are.", "whom")
            quoting.ask_to_quote(current_person(), shown_cause(id), whom, form.words.data or "")
    except Invalid as error:
        form.refuse(error)
        return _quote_page(form, shown_cause(id)), 422
    flash("They are asked. The words stand in the evidence once they agree.", "done")
    return go_to("causes.show", id=id)


@bp.get("/causes/<id:id>/quote")
def quote(id: int) -> str:
    """Whether one may be quoted, and with which words."""
    cause = shown_cause(id)
    voice = db.session.scalar(_voice(cause, current_person()).options(joinedload(CauseVoice.quote_asked_by)))
    return render_template("causes/quote.html", cause=cause, voice=voice, back_url=page_url(cause))


@bp.post("/causes/<id:id>/quote")
@limiter.limit(post_limit)
def answer_quote(id: int) -> Response:
    """Yes, or not, or no longer."""
    with transaction():
        quoting.answer(current_person(), shown_cause(id), agreed=request.form.get("agreed") == "1")
    return go_to("causes.quote", id=id)


def _linkable(id: int) -> Post:
    """The question or practice with that id: nothing else has a cause."""
    post = shown_post(id)
    return post if post.kind in ("question", "practice") else abort(404)


def _voice(cause: Cause, person: Person) -> Any:
    return select(CauseVoice).where(CauseVoice.cause_id == cause.id, CauseVoice.person_id == person.id)


def _link_page(form: LinkForm, post: Post) -> str:
    shown = {"known": listing.on_page(post.id), "choices": listing.choices(), "back_url": page_url(post)}
    return render_template("causes/link.html", form=form, post=post, **shown)


def _new_page(form: SuspectForm, post: Post) -> str:
    departments = [(each.id, each.name) for each in all_departments()]
    return render_template("causes/new.html", form=form, post=post, departments=departments, back_url=page_url(post))


def _stopped_page(form: StoppedForm, cause: Cause) -> str:
    voice = db.session.scalar(_voice(cause, current_person()))
    return render_template("causes/stopped.html", form=form, cause=cause, voice=voice, back_url=page_url(cause))


def _quote_page(form: QuoteForm, cause: Cause) -> str:
    people = select(Person.id, Person.name).where(Person.id.in_(counting.linked_people(cause.id))).order_by(Person.name)
    shown = {"people": db.session.execute(people).all(), "back_url": page_url(cause)}
    return render_template("causes/ask_to_quote.html", form=form, cause=cause, **shown)
