"""Asking for a course, and finding out together what is needed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forum.core.db import db, transaction
from forum.core.errors import Invalid
from forum.core.forms import options, typed_id
from forum.core.permissions import require
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, go_to
from forum.people.listing import named
from forum.people.models import Person
from forum.posts.models import Post
from forum.posts.writing import write
from forum.requests import agreeing, listing, measuring
from forum.requests.asking import LONGEST, ask_for
from forum.requests.checking import answer
from forum.requests.forms import CheckForm, DecisionForm, DiagnosisForm, ProposalForm, RequestForm
from forum.requests.models import CHECKED, OPTIONS, REPLIES, WAYS, Request, RequestCheck
from forum.search.known import Known, known

bp = Blueprint("requests", __name__)

SUGGESTED = 8  # questions and practices like a request
NAMES = re.compile(r"[,\s]+")


@bp.get("/requests")
def index() -> str:
    """What colleagues asked for, and what was agreed; where nobody chose and nobody waits, what was agreed."""
    chosen = request.args.get("of")
    tab = "agreed" if chosen == "agreed" else "open"
    page = listing.requests(tab, request.args.get("after"))
    if chosen is None and not page.rows and (agreed := listing.requests("agreed", None)).rows:
        tab, page = "agreed", agreed
    return render_template(
        "requests/index.html",
        rows=page.rows,
        tab=tab,
        tabs=listing.TABS.items(),
        ways=WAYS,
        solved=measuring.solved_another_way(),
        counter=measuring.counter_proposals(),
        satisfied=measuring.satisfied(),
        both=measuring.looked_after_by_both(),
        next_url=page.next_key and url_for("requests.index", of=tab, after=page.next_key),
    )


@bp.route("/requests/new", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def new() -> Any:
    """I need a course on …"""
    form = RequestForm()
    if request.method == "GET":
        return render_template("requests/new.html", form=form)
    try:
        gap = write(form.body.data or "", at_most=LONGEST)
        with transaction():
            made = ask_for(
                current_person(),
                title=form.title.data or "",
                gap=gap,
                evidence=form.evidence.data or "",
                concerned=_people(form.concerned.data or ""),
            )
    except Invalid as error:
        form.refuse(error)
        return render_template("requests/new.html", form=form), 422
    flash("Received. A colleague of another department looks at it with you.", "done")
    return go_to("requests.show", id=made.id)


@bp.get("/requests/<id:id>")
def show(id: int) -> str:
    """One request: what both sides said, what was found, what is agreed, and whether it helped."""
    shown = _request(id)
    checks = listing.checks(shown)
    evidence = listing.evidence(shown)
    return render_template(
        "requests/show.html",
        request_=shown,
        concerned=listing.concerned(shown),
        evidence=evidence,
        needs=sum(each.needs for each in evidence),
        alike=_alike(shown) if shown.state == "received" else [],
        proposals=listing.proposals(shown),
        checks=checks,
        own_check=next((each for each in checks if each.person_id == current_person().id), None),
        ways=WAYS,
        options=OPTIONS,
        replies=REPLIES,
        answers=CHECKED,
    )


@bp.route("/requests/<id:id>/diagnosis", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def diagnosis(id: int) -> Any:
    """What the gap is, and what speaks for it."""
    asked = _request(id)
    require(current_person(), "request.diagnose", asked)
    form = DiagnosisForm()
    alike = _alike(asked)
    form.posts.choices = options((each.id, each.title) for each in alike)
    if request.method == "GET":
        _fill(form, asked, alike)
        return _diagnosis_page(form, asked, alike)
    try:
        with transaction():
            chosen = [*(form.posts.data or []), *_numbers(form.more.data or "")]
            agreeing.diagnose(current_person(), _request(id), words=form.words.data or "", posts=chosen)
    except Invalid as error:
        form.refuse(Invalid(error.message, "more") if error.field == "posts" else error)
        return _diagnosis_page(form, _request(id), alike), 422
    flash("Noted. You look after it together now; propose what to do.", "done")
    return go_to("requests.show", id=id)


@bp.route("/requests/<id:id>/proposal", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def proposal(id: int) -> Any:
    """What to do."""
    asked = _request(id)
    require(current_person(), "request.propose", asked)
    form = ProposalForm()
    if request.method == "GET":
        return _proposal_page(form, asked)
    try:
        with transaction():
            agreeing.propose(
                current_person(),
                _request(id),
                way=form.way.data or "",
                options=form.options.data or [],
                words=form.words.data or "",
            )
    except Invalid as error:
        form.refuse(error)
        return _proposal_page(form, _request(id)), 422
    flash("Proposed. Your colleague decides.", "done")
    return go_to("requests.show", id=id)


@bp.route("/requests/<id:id>/decision", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def decision(id: int) -> Any:
    """Accept, change or insist."""
    asked = _request(id)
    require(current_person(), "request.decide", asked)
    form = DecisionForm()
    if request.method == "GET":
        return _decision_page(form, asked)
    try:
        with transaction():
            agreeing.decide(current_person(), _request(id), form.reply.data or "", form.words.data or "")
    except Invalid as error:
        form.refuse(error)
        return _decision_page(form, _request(id)), 422
    flash("Agreed. In thirty days you are asked whether it helped.", "done")
    return go_to("requests.show", id=id)


@bp.route("/request-checks/<id:id>", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def check(id: int) -> Any:
    """Did it help?"""
    own = _check(id)
    require(current_person(), "request.check", own)
    form = CheckForm()
    if request.method == "GET":
        return _check_page(form, own)
    try:
        with transaction():
            answer(current_person(), _check(id), request.form.get("reply", ""), form.word.data or "")
    except Invalid as error:
        form.refuse(error)
        return _check_page(form, _check(id)), 422
    flash("Thank you for saying so.", "done")
    return go_to("requests.show", id=own.request_id)


def _alike(asked: Request) -> Sequence[Known]:
    """What colleagues know already about what is asked for."""
    return known(f"{asked.title} {asked.body}", limit=SUGGESTED)


def _fill(form: DiagnosisForm, asked: Request, alike: Sequence[Known]) -> None:
    """Begin with what was said before, if anything."""
    before = [each.id for each in listing.evidence(asked)]
    offered = {each.id for each in alike}
    form.words.data = asked.diagnosis
    form.posts.data = [id for id in before if id in offered]
    form.more.data = ", ".join(f"#{id}" for id in before if id not in offered)


def _diagnosis_page(form: DiagnosisForm, asked: Request, alike: Sequence[Known]) -> str:
    chosen = set(form.posts.data or [])
    return render_template("requests/diagnosis.html", form=form, request_=asked, alike=alike, chosen=chosen)


def _proposal_page(form: ProposalForm, asked: Request) -> str:
    evidence = listing.evidence(asked)
    needs = sum(each.needs for each in evidence)
    return render_template("requests/proposal.html", form=form, request_=asked, evidence=evidence, needs=needs)


def _decision_page(form: DecisionForm, asked: Request) -> str:
    said = listing.proposals(asked)
    return render_template(
        "requests/decision.html",
        form=form,
        request_=asked,
        proposal=said[0] if said else None,
        ways=WAYS,
        options=OPTIONS,
    )


def _check_page(form: CheckForm, own: RequestCheck) -> str:
    return render_template(
        "requests/check.html", form=form, check=own, request_=_request(own.request_id), ways=WAYS, answers=CHECKED
    )


def _people(typed: str) -> list[Person]:
    found = [named(each, "concerned") for each in NAMES.split(typed.strip())]
    return [each for each in found if each is not None]


def _numbers(typed: str) -> list[int]:
    """Numbers as in "#12, 57"; what is none stands for a post that nothing has, which is refused."""
    return [typed_id(each.removeprefix("#")) for each in NAMES.split(typed.strip()) if each]


def _request(id: int) -> Request:
    query = select(Request).where(Request.id == id, Post.removed_at.is_(None))
    loaded = query.options(joinedload(Request.author), joinedload(Request.author_department), joinedload(Request.owner))
    return db.session.scalars(loaded.execution_options(populate_existing=True)).one_or_none() or abort(404)


def _check(id: int) -> RequestCheck:
    return db.session.get(RequestCheck, id) or abort(404)
