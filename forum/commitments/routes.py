"""Saying what one will do, what became of it, what stands in the way, and opening that for a colleague."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forum.chats.models import ChatTurn
from forum.commitments import listing, measuring
from forum.commitments.blocking import note_blocker, remove_blocker, reply_to
from forum.commitments.committing import LONGEST, can_count, confirm, report, undertake
from forum.commitments.experimenting import back, experiment, find_experiment, tell, thank
from forum.commitments.forms import BlockerForm, CommitForm, ExperimentForm, KeyForm, ReportForm, ResultForm
from forum.commitments.models import BLOCKERS, LIMITS, RESULTS, Blocker, Commitment, Experiment
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Invalid
from forum.core.forms import typed_id
from forum.core.languages import Message, retold
from forum.core.permissions import require
from forum.core.rate_limits import limiter, post_limit
from forum.core.text import clean_line
from forum.core.web import current_person, get_visible, go_to, wants_fragment
from forum.impact.facts.periods import quarters
from forum.needs.check_ins import MINUTES_WANTED
from forum.needs.launch import launch
from forum.people.listing import named
from forum.people.models import Person
from forum.posts.models import Post
from forum.posts.pages import page_url

bp = Blueprint("commitments", __name__)

QUARTER = Message("Months %(first)s–%(last)s")  # what the facts call one, in English

CAN_CARRY = ("question", "practice", "chat")


@bp.get("/commitments")
def index() -> str:
    """What one said one will do, what one is asked to open, what colleagues do; or what stands in the way of all."""
    if "blockers" in request.args:
        return _in_the_way()
    person, tab = current_person(), request.args.get("of", "mine")
    tab = tab if tab in listing.TABS else "mine"
    page = listing.commitments(person, tab, request.args.get("after"))
    return render_template(
        "commitments/index.html",
        rows=page.rows,
        tab=tab,
        tabs=listing.TABS.items(),
        requests=listing.requests(person) if tab == "mine" else [],
        next_url=page.next_key and url_for("commitments.index", of=tab, after=page.next_key),
    )


@bp.get("/posts/<id:id>/commitments")
def on_page(id: int) -> str:
    """What colleagues do about a question or a practice."""
    page = _page(id)
    rows = listing.on_page(current_person(), page.id)
    template = "commitments/_on_page.html" if wants_fragment() else "commitments/on_page.html"
    return render_template(template, rows=rows, page=page, page_url=page_url(page))


@bp.route("/posts/<id:id>/commitments/new", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def new(id: int) -> Any:
    """What are you doing about it?"""
    page = _page(id)
    require(current_person(), "commitment.make", page)
    form = CommitForm()
    if request.method == "GET":
        _fill(form, typed_id(request.args.get("blocker")), typed_id(request.args.get("turn")))
        return render_template("commitments/new.html", form=form, page=page, page_url=page_url(page))
    try:
        with transaction():
            made = undertake(
                current_person(),
                _page(id),
                occasion=form.occasion.data or "",
                deed=form.deed.data or "",
                due_on=form.due_on.data,
                partner=named(form.partner.data or "", "partner"),
                is_private=bool(form.is_private.data),
            )
    except Invalid as error:
        form.refuse(error)
        return render_template("commitments/new.html", form=form, page=page, page_url=page_url(page)), 422
    flash("Noted. After that day you are asked once how it went.", "done")
    return go_to("commitments.show", id=made.id)


@bp.get("/commitments/<id:id>")
def show(id: int) -> Any:
    """One commitment: what was said, what stands in its way, what became of it."""
    commitment = _commitment(id)
    if find_experiment(id) is not None:
        return redirect(f"/experiments/{id}", code=303)
    page = get_visible(Post, commitment.page_id)
    return render_template(
        "commitments/show.html",
        commitment=commitment,
        page=page,
        page_url=page_url(page),
        blockers=listing.blockers_of(commitment),
        kinds=BLOCKERS,
    )


@bp.route("/commitments/<id:id>/report", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def report_on(id: int) -> Any:
    """What became of it?"""
    commitment = _commitment(id)
    if find_experiment(id) is not None:
        return redirect(f"/experiments/{id}/result", code=303)
    require(current_person(), "commitment.own", commitment)
    page = get_visible(Post, commitment.page_id)
    form = ReportForm()
    if request.method == "GET":
        return _report_page(form, commitment)
    try:
        if form.minutes.process_errors and request.form.get("minutes", "").strip():  # Words in place of a number.
            raise Invalid(MINUTES_WANTED, "minutes")
        with transaction():
            report(
                current_person(),
                _commitment(id),
                form.state.data or "",
                word=form.word.data or "",
                worked=form.worked.data or "" if can_count(current_person(), page) else "",
                minutes=form.minutes.data,
            )
    except Invalid as error:
        form.refuse(error)
        return _report_page(form, _commitment(id)), 422
    flash("Thank you for saying so.", "done")
    return go_to("commitments.show", id=id)


@bp.post("/commitments/<id:id>/confirmation")
@limiter.limit(post_limit)
def create_confirmation(id: int) -> Any:
    """We did it."""
    with transaction():
        confirm(current_person(), _commitment(id))
    return go_to("commitments.show", id=id)


@bp.route("/commitments/<id:id>/blockers/new", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def new_blocker(id: int) -> Any:
    """What stands in the way?"""
    commitment = _commitment(id)
    require(current_person(), "commitment.own", commitment)
    form = BlockerForm()
    if request.method == "GET":
        return render_template("commitments/blocker.html", form=form, commitment=commitment)
    try:
        theirs = form.key.data == "theirs"
        if not theirs and (form.holder.data or "").strip():
            raise Invalid("You named somebody. Choose “Somebody else has the key”, or take the name away.", "key")
        with transaction():
            holder = named(form.holder.data or "", "holder") if theirs else None
            if theirs and holder is None:
                raise Invalid("Name whoever has the key.", "holder")
            made = note_blocker(
                current_person(),
                _commitment(id),
                kind=form.kind.data or "",
                words=form.words.data or "",
                holder=holder,
                wanted_by=form.wanted_by.data,
            )
    except Invalid as error:
        form.refuse(error)
        return render_template("commitments/blocker.html", form=form, commitment=_commitment(id)), 422
    if made.holder_id is None:
        flash("Noted. What is yours to remove is best removed by a plan: say when you will do it.", "done")
        return redirect(url_for("commitments.new", id=commitment.page_id, blocker=made.id), code=303)
    flash("They are asked, with your words and the day.", "done")
    return go_to("commitments.show", id=id)


@bp.get("/experiments")
def experiments() -> str:
    """What is tried, and what came of it."""
    result, limited_to = request.args.get("result", ""), request.args.get("limit", "")
    result = result if result in (*RESULTS, "running") else ""
    limited_to = limited_to if limited_to in LIMITS else ""
    page = listing.experiments(result=result, limited_to=limited_to, key=request.args.get("after"))
    given: dict[str, Any] = {name: value for name, value in (("result", result), ("limit", limited_to)) if value}
    return render_template(
        "commitments/experiments.html",
        rows=page.rows,
        result=result,
        limited_to=limited_to,
        results=[("", Message("All")), ("running", Message("Running")), *RESULTS.items()],
        limits=[("", Message("Any limit, or none")), *LIMITS.items()],
        next_url=page.next_key and url_for("commitments.experiments", **given, after=page.next_key),
    )


@bp.route("/posts/<id:id>/experiments/new", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def new_experiment(id: int) -> Any:
    """Try what is no practice yet."""
    page = _page(id)
    require(current_person(), "commitment.make", page)
    form = ExperimentForm()
    if request.method == "GET":
        return render_template("commitments/new_experiment.html", form=form, page=page, page_url=page_url(page))
    try:
        with transaction():
            made = experiment(
                current_person(),
                _page(id),
                title=form.title.data or "",
                expectation=form.expectation.data or "",
                test=form.test.data or "",
                due_on=form.due_on.data,
                limited_to=form.limited_to.data or "",
                partner=named(form.partner.data or "", "partner"),
            )
    except Invalid as error:
        form.refuse(error)
        return render_template("commitments/new_experiment.html", form=form, page=page, page_url=page_url(page)), 422
    flash("Good luck with it. After that day you are asked once what came of it.", "done")
    return go_to("commitments.show_experiment", id=made.commitment_id)


@bp.get("/experiments/<id:id>")
def show_experiment(id: int) -> str:
    """One experiment: what is expected, the test, who backs it, what came of it."""
    tried = _experiment(id)
    page = get_visible(Post, tried.commitment.page_id)
    return render_template(
        "commitments/experiment.html",
        tried=tried,
        commitment=tried.commitment,
        page=page,
        page_url=page_url(page),
        blockers=listing.blockers_of(tried.commitment),
        thanks=listing.thanks_for(id),
        kinds=BLOCKERS,
        limits=LIMITS,
        results=RESULTS,
    )


@bp.route("/experiments/<id:id>/result", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def result(id: int) -> Any:
    """What came of it?"""
    tried = _experiment(id)
    require(current_person(), "commitment.own", tried.commitment)
    form = ResultForm()
    if request.method == "GET":
        return render_template("commitments/result.html", form=form, tried=tried)
    try:
        with transaction():
            tell(current_person(), _experiment(id), form.result.data or "", form.word.data or "")
    except Invalid as error:
        form.refuse(error)
        return render_template("commitments/result.html", form=form, tried=_experiment(id)), 422
    flash("Thank you for trying, and for saying so.", "done")
    return go_to("commitments.show_experiment", id=id)


@bp.post("/experiments/<id:id>/backing")
@limiter.limit(post_limit)
def create_backing(id: int) -> Any:
    """Stand behind it."""
    with transaction():
        back(current_person(), _experiment(id))
    flash("Your name stands behind it now. You are told what comes of it.", "done")
    return go_to("commitments.show_experiment", id=id)


@bp.post("/experiments/<id:id>/thanks")
@limiter.limit(post_limit)
def create_thanks(id: int) -> Any:
    """Thank you for having tried."""
    with transaction():
        thank(current_person(), _experiment(id), request.form.get("line", ""))
    return go_to("commitments.show_experiment", id=id)


@bp.post("/blockers/<id:id>/removal")
@limiter.limit(post_limit)
def create_removal(id: int) -> Any:
    """It stands in the way no longer."""
    with transaction():
        blocker = _blocker(id)
        remove_blocker(current_person(), blocker)
    if blocker.commitment_id is None:
        return redirect("/team", code=303)
    return go_to("commitments.show", id=blocker.commitment_id)


@bp.route("/blockers/<id:id>/reply", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def reply(id: int) -> Any:
    """Is the way open?"""
    blocker = _blocker(id)
    require(current_person(), "blocker.reply", blocker)
    if blocker.commitment is not None:
        get_visible(Post, blocker.commitment.page_id)
    form = KeyForm()
    if request.method == "GET":
        return _reply_page(form, blocker)
    try:
        with transaction():
            reply_to(current_person(), _blocker(id), form.reply.data or "", form.answer.data or "")
    except Invalid as error:
        form.refuse(error)
        return _reply_page(form, blocker), 422
    flash("Thank you. Your colleague is told.", "done")
    return go_to("commitments.index")


def _in_the_way() -> str:
    noted, moment = measuring.read(), now()
    offered = quarters(launch(), moment)
    found = (measuring.quarter(noted, retold(each.name, [QUARTER]), each.begin, each.end, moment) for each in offered)
    over = [each for each in found if each]
    return render_template(
        "commitments/in_the_way.html", quarters=over, kinds=BLOCKERS, tab="blockers", tabs=listing.TABS.items()
    )


def _report_page(form: ReportForm, commitment: Commitment) -> str:
    page = get_visible(Post, commitment.page_id)
    shown = {"commitment": commitment, "page": page, "counts": can_count(current_person(), page)}
    return render_template("commitments/report.html", form=form, **shown)


def _blocker(id: int) -> Blocker:
    return db.session.get(Blocker, id) or abort(404)


def _fill(form: CommitForm, blocker_id: int, turn_id: int) -> None:
    """Begin with what was in one's own way, as private as that was, or with what one said in a chat by name; the
    words are in no address."""
    blocker = db.session.get(Blocker, blocker_id)
    if blocker is not None and blocker.commitment is not None and blocker.person_id == current_person().id:
        form.deed.data, form.is_private.data = blocker.words, blocker.commitment.is_private
    turn = db.session.get(ChatTurn, turn_id)
    if turn is not None and turn.author_id == current_person().id:
        form.deed.data = clean_line(turn.words, LONGEST)


def _reply_page(form: KeyForm, blocker: Blocker) -> str:
    commitment = db.session.scalars(_loaded().where(Commitment.id == blocker.commitment_id)).one_or_none()
    asker = db.session.get_one(Person, blocker.person_id)
    shown = {"blocker": blocker, "commitment": commitment, "asker": asker, "kinds": BLOCKERS}
    return render_template("commitments/reply.html", form=form, **shown)


def _page(id: int) -> Post:
    """The question or practice with that id: nothing else carries commitments."""
    post = get_visible(Post, id)
    return post if post.kind in CAN_CARRY else abort(404)


def _commitment(id: int) -> Commitment:
    """The commitment with that id. Answers 404 for one that is not the person's to see: it says nothing of it."""
    commitment = db.session.scalars(_loaded().where(Commitment.id == id)).one_or_none() or abort(404)
    person = current_person()
    if commitment.is_private and person.id not in (commitment.person_id, commitment.with_id):
        abort(404)
    require(person, "commitment.see", commitment)
    return commitment


def _experiment(id: int) -> Experiment:
    _commitment(id)
    return find_experiment(id) or abort(404)


def _loaded() -> Any:
    return (
        select(Commitment)
        .options(joinedload(Commitment.person), joinedload(Commitment.partner))
        .execution_options(populate_existing=True)
    )
