"""Pages of questions: the lists, one question, asking and mending."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from sqlalchemy.exc import OperationalError

from forum.answers.forms import AnswerForm
from forum.answers.models import Answer
from forum.core.db import db, transaction
from forum.core.errors import Invalid, Outdated
from forum.core.forms import typed_id
from forum.core.languages import Message, gettext, messages
from forum.core.permissions import allowed, require
from forum.core.rate_limits import draft_limit, limiter, post_limit
from forum.core.web import current_person, get_visible, wants_fragment
from forum.departments.labelling import all_departments, checked_slugs, chosen_departments
from forum.needs import drafts, handing_over
from forum.needs.listing import AMONG, waiting
from forum.needs.merging import object_to
from forum.needs.models import AskSession
from forum.needs.opening import asked_need
from forum.people.listing import named
from forum.people.models import Person
from forum.people.personas import can_show_department
from forum.posts.holding import own_withheld, remember_colleague
from forum.posts.pages import edit_page, say_posted, stale_page
from forum.posts.read_marks import mark_read, news_since
from forum.posts.taking_back import taken_back
from forum.posts.writing import write
from forum.practices.listing import newest
from forum.questions import listing
from forum.questions.asking import address, ask, checked_title, edit_question
from forum.questions.forms import AskForm, EditQuestionForm, MergeForm
from forum.questions.merging import check, keep, merge, standing_merge, survivor, undo
from forum.questions.models import Merge, Question
from forum.questions.pages import (
    found_question,
    leaves_a_place,
    merge_page,
    shown_question,
    standing_question,
    thread_page,
    wording_page,
)
from forum.search.known import Known, known, often_concerned

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
            "Open a department, a topic, a question or a colleague and press Follow.",
            TOPICS,
        ),
        "mine": ("You have not asked anything yet", "Asking saves time, and people think more of those who ask.", ASK),
    }
)
WAITS = Message("Your question is kept. A moderator looks at it before others can read it, and you are told.")
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


@bp.route("/ask", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def new() -> Any:
    """Ask. What colleagues know already is shown before anything is posted."""
    if request.method == "GET":
        return _started()
    form = _sent_form()
    try:
        if "preview" in request.form:
            _keep(form)
            return _ask_page(form, preview=True)
        found = [] if form.similar_seen.data else known(form.title.data or "")
        same = any(each.is_close for each in found)
        body = write(form.body.data or "")
        colleague = named(form.colleague.data or "", "colleague")
        with transaction():
            asked = ask(
                current_person(),
                title=form.title.data or "",
                body=body,
                departments=form.departments.data or [],
                tags=form.tags.data or "",
                diagnosis=form.diagnosis,
                unnamed=bool(form.unnamed.data),
                shows_department=bool(form.shows_department.data),
            )
            if colleague is not None:
                _ask_for(colleague, asked, unnamed=bool(form.unnamed.data))
            if same:  # Everything is in order, but somebody may know already: asked again, once.
                raise _KnownAlready()
            drafts.end(current_person(), drafts.key_for(current_person(), *_draft_of(form)), "posted", asked)
    except _KnownAlready:
        form.similar_seen.data = "yes"
        _keep(form)
        return _ask_page(form, found=found)
    except Invalid as error:
        form.refuse(
            error,
            lambda: checked_title(form.title.data or ""),
            lambda: write(form.body.data or ""),
            lambda: chosen_departments(form.departments.data or []),
            lambda: checked_slugs(form.tags.data or ""),
        )
        _keep(form)
        return _ask_page(form), 422
    if asked.withheld:
        flash(WAITS, "done")
    else:
        say_posted(asked, _posted(colleague))
    return redirect(address(asked.id, asked.title), code=303)


class _KnownAlready(Exception):
    """Undoes the asking: there are similar questions the asker has not seen."""


def _ask_for(colleague: Person, asked: Question, *, unnamed: bool) -> None:
    """Offer the question to the colleague for whom it was written down: now, or when it is published."""
    if unnamed:
        raise Invalid("Asked without a name, it cannot be for a colleague: they would know who asks.", "colleague")
    if asked.withheld:
        remember_colleague(asked, colleague)
    else:
        handing_over.offer(current_person(), asked, colleague)


@bp.post("/ask/draft")
@limiter.limit(draft_limit)
def keep_draft() -> tuple[str, int, dict[str, str]]:
    """Keep what is being typed. 204 says that it is kept, and as which draft; 202 that there is nothing to keep yet."""
    form = _sent_form()
    return "", 204 if _keep(form) else 202, {"Draft": form.draft.data}


@bp.post("/ask/draft/discard")
@limiter.limit(post_limit)
def discard_draft() -> Any:
    """Throw the draft away and start anew."""
    with transaction():
        drafts.discard(current_person(), request.form.get("draft", ""))
    return redirect(url_for("questions.new"), code=303)


def _posted(colleague: Person | None) -> str:
    if colleague is None:
        return gettext("Your question is out. You will find it under “Mine”.")
    return gettext(
        "The question is out. %(name)s is asked whether it is theirs; until then it is yours.", name=colleague.name
    )


def _started() -> str:
    """The form to begin with: the draft that was asked for or is the latest, unless a search brought words along."""
    found = {draft.key: draft for draft in drafts.kept(current_person())}
    latest = next(iter(found), "")
    again = taken_back(current_person(), typed_id(request.args.get("again")), "question")
    chosen = found.get(request.args.get("draft") or ("" if request.args.get("title") or again else latest))
    if isinstance(again, Question):
        form = AskForm(formdata=None)
        form.take_up(again, _said_of(again), unnamed=again.author_id != current_person().id)
        form.draft.data = secrets.token_urlsafe(8)
    elif chosen is not None:
        form = AskForm.of_draft(chosen.key, chosen.words or {}, drafts.stamp(chosen))
    else:
        form = AskForm(formdata=None)
        form.start_from(request.args)
        form.draft.data = secrets.token_urlsafe(8)
    form.draft_window.data = secrets.token_urlsafe(8)
    form.offer_departments()
    earlier = next((draft for draft in found.values() if draft is not chosen), None)
    return _ask_page(form, draft=chosen, earlier=earlier, taken_back=again is not None)


def _said_of(question: Question) -> dict[str, Any]:
    """What its asker said about the need; nothing while that is not written down yet."""
    need = asked_need(question)
    names = ("impact", "moment", "looked_first", "needed_by", "tried")
    return {name: getattr(need, name) for name in names} if need else {}


def _sent_form() -> AskForm:
    form = AskForm()
    form.offer_departments()
    form.draft.data = form.draft.data or secrets.token_urlsafe(8)
    return form


def _keep(form: AskForm) -> bool:
    key, window, seen = _draft_of(form)
    with transaction():
        kept = drafts.keep(current_person(), key, form.words, window=window, seen=seen)
        form.draft.data = kept.key if kept else key
        return kept is not None


def _draft_of(form: AskForm) -> tuple[str, str, str]:
    """Which draft the form began with, in which window, and in which state it has seen it."""
    return form.draft.data, form.draft_window.data or "", form.draft_seen.data or ""


def _ask_page(
    form: AskForm,
    *,
    preview: bool = False,
    found: Sequence[Known] | None = None,
    draft: AskSession | None = None,
    earlier: AskSession | None = None,
    taken_back: bool = False,
) -> str:
    return render_template(
        "questions/new.html",
        form=form,
        draft=draft,
        earlier=earlier,
        taken_back=taken_back,
        unnamed=g.organisation.unnamed != "nobody",
        department_shown=can_show_department(current_person()),
        similar=found,
        likely=_likely(found or []),
        preview_html=write(form.body.data or "", at_least=0).html if preview else None,
    )


def _likely(hits: Sequence[Known]) -> list[tuple[int, str]]:
    """Which departments questions like this one often concern, to be proposed: nothing is ticked for anybody."""
    ids = {each.name: each.id for each in all_departments()} if hits else {}
    return [(ids[name], name) for name in often_concerned(hits, ids)]


@bp.get("/ask/similar")
def similar_questions() -> str:
    """What colleagues know already, while the title is being typed."""
    hits = known(request.args.get("title", ""))
    return render_template("questions/_similar.html", hits=hits, likely=_likely(hits))


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


@bp.route("/questions/<id:id>/merge", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def merge_into(id: int) -> Any:
    """Let another question that asks the same stand for this one."""
    question = shown_question(id)
    require(current_person(), "question.merge", question)
    if question.merged_into_id is not None:
        return redirect(url_for("questions.wording", id=id), code=303)
    form = MergeForm()
    if request.method == "GET":
        into = _chosen(request.args.get("into"))
        try:  # Before anybody reads both and says why they are the same.
            if into is not None:
                check(current_person(), question, into)
        except Invalid as error:
            form.refuse(error)
            into = None
        form.into.data = str(into.id) if into else ""
        return merge_page(question, form, request.args.get("q", "").strip(), into)
    try:
        with transaction():
            into = _chosen(form.into.data)
            if into is None:
                raise Invalid("There is no such question. Choose one of the list.")
            merge(current_person(), shown_question(id), into, form.reason.data or "")
    except Invalid as error:
        form.refuse(error)
        return merge_page(shown_question(id), form, "", _chosen(form.into.data)), 422
    flash("Merged. Both wordings are kept, everybody's need is still their own, and it can be undone.", "done")
    return redirect(address(into.id, into.title), code=303)


@bp.post("/questions/<id:id>/merge/undoing")
@limiter.limit(post_limit)
def undo_merge(id: int) -> Any:
    """Make a merged question one of its own again."""
    with transaction():
        question = shown_question(id)
        undo(current_person(), _merge_of(id))
    flash("The two are apart again, each with its own answers, followers and needs.", "done")
    return redirect(address(question.id, question.title), code=303)


@bp.post("/questions/<id:id>/merge/objection")
@limiter.limit(post_limit)
def object_to_merge(id: int) -> Any:
    """Say that one's merged question is another one."""
    with transaction():
        merged = _merge_of(id)
        object_to(current_person().owner_among(merged.question), merged)
    flash("Thank you for saying so. Somebody else than whoever merged it compares the two and decides.", "done")
    return _to_survivor(id)


@bp.post("/questions/<id:id>/merge/confirmation")
@limiter.limit(post_limit)
def keep_merge(id: int) -> Any:
    """Leave two questions merged although the asker of one objected."""
    with transaction():
        keep(current_person(), _merge_of(id))
    flash("They stay merged, and the asker is told.", "done")
    return _to_survivor(id)


def _merge_of(id: int) -> Merge:
    get_visible(Question, id)
    return standing_merge(id) or abort(404)


def _chosen(typed: str | None) -> Question | None:
    """The question with the typed number, or the one that stands for it; None when it is not there."""
    found = db.session.get(Question, typed_id(typed))
    found = survivor(found) if found else None
    return None if found is None or found.removed_at is not None else shown_question(found.id)


def _to_survivor(id: int) -> Any:
    into = standing_question(id)
    return redirect(address(into.id, into.title), code=303)


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
