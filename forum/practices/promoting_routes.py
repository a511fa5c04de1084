"""Making a practice: of what somebody wrote, and of another one for a department."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from forum.core.db import db, transaction
from forum.core.errors import Invalid
from forum.core.permissions import require
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person
from forum.departments.labelling import chosen_departments
from forum.nominations.nominating import latest_of
from forum.posts.models import Post
from forum.posts.pages import shown_post
from forum.practices import adapting
from forum.practices.forms import AdaptForm, PromoteForm
from forum.practices.models import SECTIONS, Practice
from forum.practices.pages import chosen_owner, people_to_choose, shown_practice
from forum.practices.promoting import (
    NothingToPromote,
    PromotedBefore,
    address,
    asks,
    check_facts,
    checked_title,
    deed_of,
    doubt_title,
    doubts,
    practice_of,
    promote,
    question_of,
    section_of,
    texts_of,
)
from forum.questions.asking import address as question_address
from forum.questions.models import Question

bp = Blueprint("promoting", __name__)

# What the thread says already, and so stands folded; without the first of it nothing is published.
FILLED_IN = ("problem", "body", "departments", "owner")
FOLDED = (*FILLED_IN, "tags", "review_pace")


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
    form.offer(people_to_choose())
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
    form.offer(people_to_choose())
    insisted = request.form.get("doubted", "")
    try:
        if "preview" in request.form:
            return _promotion_page(form, source, preview=True)
        texts = texts_of(form.sources, told=form.facts.tells)
        doubt_title(form.title.data or "", insisted)
        with transaction():
            made = promote(
                current_person(),
                shown_post(id),
                texts=texts,
                owner=chosen_owner(form),
                departments=form.departments.data or [],
                tags=form.tags.data or "",
                review_pace=form.review_pace.data or "",
                facts=form.facts,
            )
    except Invalid as error:
        form.refuse(
            error,
            lambda: checked_title(form.title.data or ""),
            lambda: doubt_title(form.title.data or "", insisted),
            lambda: check_facts(form.facts),
            *(partial(section_of, name, form.sources[name]) for name in SECTIONS if name not in form.facts.tells),
            lambda: chosen_departments(form.departments.data or []),
        )
        return _promotion_page(form, source), 422
    flash("It is a best practice now. The author is named, and the thread leads here.", "done")
    return redirect(address(made.id, made.title), code=303)


@bp.route("/practices/<id:id>/adaptation", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def adaptation(id: int) -> Any:
    """Adapt it for one's own department."""
    original = shown_practice(id)
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
                shown_practice(id),
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


def _promotion_page(form: PromoteForm, source: Post, *, preview: bool = False) -> str:
    question = _question(source)
    return render_template(
        "practices/new.html",
        form=form,
        source=source,
        source_url=f"{question_address(question.id, question.title)}#post-{source.id}",
        preview=texts_of(form.sources, at_least=0) if preview else None,
        unfolded=preview or not all(form[name].data for name in FILLED_IN) or any(form[name].errors for name in FOLDED),
        asks=asks(form.title.data or ""),
        nomination=latest_of(source),
        doubts=doubts(source),
    )


def _adapt_page(form: AdaptForm, original: Practice, *, preview: bool = False) -> str:
    shown = texts_of(form.sources, at_least=0) if preview else None
    return render_template("practices/adapt.html", form=form, practice=original, preview=shown)


def _question(source: Post) -> Question:
    query = select(Question).where(Question.id == question_of(source).id)
    loaded = query.options(joinedload(Question.author), selectinload(Question.departments), selectinload(Question.tags))
    return db.session.scalars(loaded.execution_options(populate_existing=True)).one()
