"""Pages of questions: the lists, one question, asking and mending."""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for
from sqlalchemy.exc import OperationalError

from forum.answers.forms import AnswerForm
from forum.answers.models import Answer
from forum.core.db import transaction
from forum.core.errors import Invalid, Outdated
from forum.core.forms import typed_id
from forum.core.languages import messages
from forum.core.permissions import allowed
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, get_visible, wants_fragment
from forum.departments.labelling import all_departments
from forum.needs.listing import AMONG, waiting
from forum.posts.holding import own_withheld
from forum.posts.pages import edit_page, stale_page
from forum.posts.read_marks import mark_read, news_since
from forum.posts.taking_back import taken_back
from forum.posts.writing import write
from forum.practices.listing import newest
from forum.questions import listing
from forum.questions.asking import address, edit_question
from forum.questions.forms import EditQuestionForm
from forum.questions.models import Question
from forum.questions.pages import (
    found_question,
    leaves_a_place,
    shown_question,
    standing_question,
    thread_page,
    wording_page,
)
from forum.search.known import known

log = logging.getLogger(__name__)

bp = Blueprint("questions", __name__)

ASK = messages(("/ask", "Ask a question"))
TOPICS = messages(("/tags", "See the topics"))
# What an empty list says, and the one thing to do next.
EMPTY: dict[str, tuple[str, str, tuple[str, str]]] = messages(
    {
        "needs": ("Nobody is waiting for an answer", "See what is going on elsewhere, or ask something yourself.", ASK),
        "needs of department": (
            "Nobody waits for your department",
            "What you know may help elsewhere.",
            ("/questions", "Everybody who waits"),
        ),
        "needs of me": (
            "Nobody waits for you",
            "What you are asked comes here, and what is about topics you know or follow: their pages have a button.",
            TOPICS,
        ),
        "unconfirmed": (
            "Nothing is left to confirm",
            "Answers stand here until whoever asked says whether they helped.",
            ("/questions?tab=confirmed", "See what helped"),
        ),
        "confirmed": (
            "Nothing is confirmed yet",
            "Questions turn up here once whoever asked said that an answer helped.",
            ("/questions?tab=unconfirmed", "See what was answered"),
        ),
        "active": ("Nothing has been asked yet", "Somebody has to be first. What would you like to know?", ASK),
        "new": ("Nothing has been asked yet", "Somebody has to be first. What would you like to know?", ASK),
        "following": (
            "You follow nothing yet",
            "Open a department, a topic, a question or a colleague and choose to follow it.",
            TOPICS,
        ),
        "mine": ("You have not asked anything yet", "Asking saves time, and people think more of those who ask.", ASK),
    }
)
OFFERED = 3  # to whoever writes an answer: more would keep from writing
SIDE_PRACTICES = 5  # The newest few; the library has the rest.


@bp.after_request
def _note_reading(response: Response) -> Response:
    """Write down up to where the thread has been read that this response shows."""
    question_id, latest = g.get("has_read", (0, 0))
    if question_id and response.status_code == 200:
        try:
            with transaction():
                mark_read(current_person(), question_id, latest)
        except OperationalError:  # The page is ready; what is new now is new at the next visit, too.
            log.warning("what was read was not noted: the database is busy or away")
    return response


@bp.get("/questions")
def index() -> str:
    """The lists: who needs somebody, and what is going on."""
    tab, among = request.args.get("tab", "needs"), request.args.get("among", "all")
    if tab not in listing.TABS or among not in AMONG:
        abort(404)
    person, key = current_person(), request.args.get("after")
    page = waiting(person, key, among=among) if tab == "needs" else listing.tab(person, tab, key)
    counts = listing.open_counts()
    narrowed: dict[str, Any] = {"among": among} if among != "all" else {}
    title, words, (url, label) = EMPTY[f"{tab} of {among}" if narrowed else tab]
    return render_template(
        "questions/index.html",
        tab=tab,
        tabs=[(name, label, url_for("questions.index", tab=name)) for name, label in listing.TABS.items()],
        among=among,
        segments=[(name, label, url_for("questions.index", tab=tab, among=name)) for name, label in AMONG.items()],
        rows=listing.with_news(person, page.rows),
        next_url=page.next_key and url_for("questions.index", tab=tab, after=page.next_key, **narrowed),
        empty={"title": title, "text": words, "url": url, "label": label},
        withheld=own_withheld(person) if tab == "mine" and key is None else [],
        new_practices=newest(SIDE_PRACTICES),
        departments=[(each.slug, each.name, counts.get(each.id, 0)) for each in all_departments()],
    )


@bp.get("/questions/<id:id>")
@bp.get("/questions/<id:id>/<slug>")
def show(id: int, slug: str = "") -> Any:
    """A question with everything that stands under it."""
    question = found_question(id)
    if question is None:
        return redirect(url_for("withholding.state", id=id), code=302) if leaves_a_place(id) else abort(404)
    if question.merged_into_id is not None:
        into = standing_question(id)
        # Not for ever, as for a new title: it may be taken apart again.
        return redirect(f"{address(into.id, into.title)}?from={id}", code=302)
    quote = typed_id(request.args.get("quote"))
    if address(question.id, question.title) != request.path:
        query = f"?quote={quote}" if quote else ""
        return redirect(address(question.id, question.title) + query, code=301)
    return thread_page(question, _begun(question), came_from=typed_id(request.args.get("from")), quote=quote)


def _begun(question: Question) -> AnswerForm | None:
    """The form with an answer to this question that was just taken back; None when there is none."""
    again = taken_back(current_person(), typed_id(request.args.get("again")), "answer")
    if not isinstance(again, Answer) or again.question_id != question.id:
        return None
    form = AnswerForm(formdata=None)
    form.body.data, form.unnamed.data = again.body, again.author_id != current_person().id
    return form


@bp.get("/questions/<id:id>/wording")
def wording(id: int) -> Any:
    """What a merged question said, in its own words, with the remarks on it."""
    question = shown_question(id)
    if question.merged_into_id is None:
        return redirect(address(question.id, question.title), code=302)
    return wording_page(question)


@bp.get("/questions/<id:id>/similar")
def related(id: int) -> str:
    """Similar questions for the side of a question's page, loaded after it."""
    question = get_visible(Question, id)
    hits = known(question.title, exclude=[f"q{id}"], gone=True)
    return render_template("questions/_related.html", hits=hits)


@bp.get("/questions/<id:id>/news")
def news(id: int) -> Any:
    """What others wrote in a thread while its page is open, after the post `after`; 204 while there is nothing."""
    question, after = get_visible(Question, id), typed_id(request.args.get("after"))
    answers, comments = news_since(current_person(), id, after) if after else (0, 0)
    if not answers and not comments:
        return "", 204
    return render_template("questions/_news.html", question=question, after=after, answers=answers, comments=comments)


@bp.get("/questions/<id:question_id>/answers")
def answers(question_id: int) -> str:
    """The answers again, with what came after the post `after` as new; without JavaScript the whole page."""
    since = typed_id(request.args.get("after"))
    return thread_page(shown_question(question_id), fragment=wants_fragment(), since=since)


@bp.get("/questions/<id:id>/known")
def written_before(id: int) -> str:
    """What surely helps with questions like this one, for whoever writes an answer; loaded after the page."""
    question = get_visible(Question, id)
    hits = [hit for hit in known(question.title, limit=2 * OFFERED, exclude=[f"q{id}"]) if hit.is_proven]
    return render_template("questions/_before.html", hits=hits[:OFFERED])


@bp.route("/questions/<id:id>/edit", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def edit(id: int) -> Any:
    """Mend a question."""
    question = shown_question(id)
    if not allowed(current_person().owner_among(question), "post.edit", question):
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
            question = shown_question(id)
            edit_question(
                current_person().owner_among(question),
                question,
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
