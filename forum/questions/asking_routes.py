"""Pages of asking: the form, what is known already, and the draft that is kept meanwhile."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from forum.core.db import transaction
from forum.core.errors import Invalid
from forum.core.forms import typed_id
from forum.core.languages import Message, gettext
from forum.core.rate_limits import draft_limit, limiter, post_limit
from forum.core.web import current_person, safe_next
from forum.departments.labelling import all_departments, checked_slugs, chosen_departments
from forum.needs import drafts, handing_over
from forum.needs.models import AskSession
from forum.needs.opening import asked_need
from forum.people.listing import named
from forum.people.models import Person
from forum.people.personas import can_show_department
from forum.posts.holding import remember_colleague
from forum.posts.pages import say_posted
from forum.posts.taking_back import taken_back
from forum.posts.writing import write
from forum.questions.asking import address, ask, checked_title
from forum.questions.forms import AskForm
from forum.questions.models import Question
from forum.search.known import Known, known, often_concerned

bp = Blueprint("asking", __name__)

WAITS = Message("Your question is kept. A moderator looks at it before others can read it, and you are told.")


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
    """Throw the draft away, and start anew or go on where it was thrown away."""
    with transaction():
        drafts.discard(current_person(), request.form.get("draft", ""))
    flash("The draft is gone.", "done")
    return redirect(safe_next(request.form.get("next"), url_for("asking.new")), code=303)


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
    offered = {each.slug: (each.id, each.name) for each in all_departments()} if hits else {}
    return [offered[slug] for slug in often_concerned(hits, offered)]


@bp.get("/ask/similar")
def similar_questions() -> str:
    """What colleagues know already, while the title is being typed."""
    hits = known(request.args.get("title", ""))
    return render_template("questions/_similar.html", hits=hits, likely=_likely(hits))
