"""Pages of questions: the lists of the home page, one question, asking and mending."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from forum.core.db import transaction
from forum.core.errors import Invalid, Outdated
from forum.core.permissions import allowed
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, get_visible
from forum.departments.labelling import all_departments
from forum.departments.listing import tags_in_use
from forum.needs.listing import AMONG, waiting
from forum.posts.pages import edit_page, stale_page
from forum.posts.writing import write
from forum.practices.listing import newest
from forum.questions import listing
from forum.questions.asking import address, ask, edit_question
from forum.questions.forms import AskForm, EditQuestionForm
from forum.questions.models import Question
from forum.questions.pages import shown_question, thread_page
from forum.search.results import similar

bp = Blueprint("questions", __name__)

EMPTY = {
    "needs": ("Nobody is waiting for an answer", "See what is going on elsewhere, or ask something yourself."),
    "needs of department": ("Nobody waits for your department", "What you know may help elsewhere."),
    "needs of me": (
        "Nobody waits for you",
        "What you are asked comes here, and what is about topics you know or follow: their pages have a button.",
    ),
    "unconfirmed": ("Nothing is left to confirm", "Answers stand here until whoever asked says whether they helped."),
    "confirmed": ("Nothing is confirmed yet", "Questions turn up here once whoever asked said that an answer helped."),
    "active": ("Nothing has been asked yet", "Somebody has to be first. What would you like to know?"),
    "new": ("Nothing has been asked yet", "Somebody has to be first. What would you like to know?"),
    "following": ("You follow nothing yet", "Open a department, a tag, a question or a colleague and press Follow."),
    "mine": ("You have not asked anything yet", "Asking saves time, and people think more of those who ask."),
}
SIDE_PRACTICES = 5  # The newest few; the library has the rest.


@bp.get("/")
def index() -> str:
    """The home page: who needs somebody, and what is going on."""
    tab, among = request.args.get("tab", "needs"), request.args.get("among", "all")
    if tab not in listing.TABS or among not in AMONG:
        abort(404)
    person, key = current_person(), request.args.get("after")
    page = waiting(person, key, among=among) if tab == "needs" else listing.tab(person, tab, key)
    counts = listing.open_counts()
    narrowed: dict[str, Any] = {"among": among} if among != "all" else {}
    title, words = EMPTY[f"{tab} of {among}" if narrowed else tab]
    return render_template(
        "questions/index.html",
        tab=tab,
        tabs=[(name, label, url_for("questions.index", tab=name)) for name, label in listing.TABS.items()],
        among=among,
        segments=[(name, label, url_for("questions.index", tab=tab, among=name)) for name, label in AMONG.items()],
        rows=page.rows,
        next_url=page.next_key and url_for("questions.index", tab=tab, after=page.next_key, **narrowed),
        empty={"title": title, "text": words, "url": url_for("questions.new"), "label": "Ask a question"},
        new_practices=newest(SIDE_PRACTICES),
        departments=[(each.slug, each.name, counts.get(each.id, 0)) for each in all_departments()],
    )


@bp.route("/ask", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def new() -> Any:
    """Ask. What colleagues know already is shown before anything is posted."""
    form = AskForm()
    form.offer_departments()
    if request.method == "GET":
        form.start_from(request.args)
        return _ask_page(form)
    try:
        if "preview" in request.form:
            return _ask_page(form, preview=True)
        known = [] if form.similar_seen.data else similar(form.title.data or "")
        body = write(form.body.data or "")
        with transaction():
            asked = ask(
                current_person(),
                title=form.title.data or "",
                body=body,
                departments=form.departments.data or [],
                tags=form.tags.data or "",
                diagnosis=form.diagnosis,
            )
            if known:  # Everything is in order, but somebody may know already: asked again, once.
                raise _KnownAlready()
    except _KnownAlready:
        form.similar_seen.data = "yes"
        return _ask_page(form, known=known)
    except Invalid as error:
        form.refuse(error)
        return _ask_page(form), 422
    flash("Your question is out. You will find it under “Mine”.", "done")
    return redirect(address(asked.id, asked.title), code=303)


class _KnownAlready(Exception):
    """Undoes the asking: there are similar questions the asker has not seen."""


def _ask_page(form: AskForm, *, preview: bool = False, known: Sequence[Any] | None = None) -> str:
    return render_template(
        "questions/new.html",
        form=form,
        known_tags=tags_in_use(),
        similar=known,
        preview_html=write(form.body.data or "", at_least=0).html if preview else None,
    )


@bp.get("/ask/similar")
def similar_questions() -> str:
    """What colleagues know already, while the title is being typed."""
    return render_template("questions/_similar.html", hits=similar(request.args.get("title", "")))


@bp.get("/questions/<id:id>")
@bp.get("/questions/<id:id>/<slug>")
def show(id: int, slug: str = "") -> Any:
    """A question with everything that stands under it."""
    question = shown_question(id)
    if address(question.id, question.title) != request.path:
        return redirect(address(question.id, question.title), code=301)
    return thread_page(question)


@bp.get("/questions/<id:id>/similar")
def related(id: int) -> str:
    """Similar questions for the side of a question's page, loaded after it."""
    question = get_visible(Question, id)
    hits = [hit for hit in similar(question.title, limit=6) if hit.id != question.id]
    return render_template("questions/_related.html", hits=hits[:5])


@bp.route("/questions/<id:id>/edit", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def edit(id: int) -> Any:
    """Mend a question."""
    question = shown_question(id)
    if not allowed(current_person(), "post.edit", question):
        abort(403)
    form = EditQuestionForm()
    form.offer_departments()
    if request.method == "GET":
        form.fill(question)
        return edit_page(form, question)
    try:
        if "preview" in request.form:
            return edit_page(form, question, preview=True)
        body = write(form.body.data or "")
        with transaction():
            edit_question(
                current_person(),
                shown_question(id),
                title=form.title.data or "",
                body=body,
                departments=form.departments.data or [],
                tags=form.tags.data or "",
                seen=form.seen,
                reason=form.reason.data or "",
            )
    except Outdated:
        return stale_page(form, shown_question(id)), 409
    except Invalid as error:
        form.refuse(error)
        return edit_page(form, question), 422
    return redirect(address(question.id, question.title), code=303)
