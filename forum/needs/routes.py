"""Having the same need, being asked, being on it, and saying whether it worked."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask import redirect as go
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as BaseResponse

from forum.answers.models import Answer
from forum.core import text
from forum.core.db import db, transaction
from forum.core.errors import Invalid
from forum.core.forms import typed_id
from forum.core.languages import Message
from forum.core.permissions import require
from forum.core.rate_limits import limiter, post_limit
from forum.core.spreadsheets import as_file
from forum.core.web import current_person, get_visible, go_to, public, saying, wants_fragment
from forum.needs import check_ins, drafts, handing_over, inviting, links, opening
from forum.needs.escalating import promises_of
from forum.needs.forms import OutcomeForm, OwnerForm, PassForm, TryForm, WordForm
from forum.needs.ledger import history
from forum.needs.models import AnswerInvitation, CheckIn, Handover, Need
from forum.needs.owning import name_owner, promise_again
from forum.needs.pages import after_reply, need_card
from forum.needs.problems import open_problems
from forum.people.listing import away_words, named
from forum.people.models import Person
from forum.posts.models import Post
from forum.posts.pages import page_url
from forum.practices.models import Practice
from forum.questions.asking import address
from forum.questions.models import Question
from forum.questions.pages import shown_question, standing_question

bp = Blueprint("needs", __name__)

SHARED = Message("Noted: you need this too. When something is found, you are asked whether it worked for you.")
EXCERPT = 200  # characters of an answer: enough to know it again


@bp.post("/questions/<id:id>/sharing")
@limiter.limit(post_limit)
def share(id: int) -> BaseResponse | str:
    """Have the same need."""
    with transaction():
        question = standing_question(id)
        opening.share(current_person().voice_for(question), question)
        if request.form.get("draft"):  # Found while it was being asked.
            drafts.end(current_person(), request.form["draft"], "deflected", question)
    if wants_fragment():
        return saying(SHARED, need_card(shown_question(question.id)))
    flash(SHARED, "done")
    return _to_question(id)


@bp.post("/needs/<id:id>/withdrawal")
@limiter.limit(post_limit)
def withdraw(id: int) -> BaseResponse:
    """The need is gone."""
    with transaction():
        need = _need(id)
        opening.withdraw(current_person().owner_among(need), need)
    flash("Nobody is asked for it any more. “I need it after all” beside it takes that back.", "done")
    return _to_subject(need)


@bp.post("/known")
@limiter.limit(post_limit)
def take_known() -> BaseResponse:
    """This answers it: nothing is posted, and whether it worked is asked later."""
    post = get_visible(Post, typed_id(request.form.get("post")))
    with transaction():
        if post.kind == "practice":
            practice = get_visible(Practice, post.id)
            need = opening.use_practice(current_person(), practice.id, origin="deflected")
            check_ins.plan(need, practice_version=practice.version)
        elif post.kind == "question":
            question = standing_question(post.id)
            need = opening.take_known(current_person().voice_for(question), question)
            if check_ins.latest_of(need) is None:
                check_ins.plan(need, answer=_accepted(question))
        else:
            abort(400)
        drafts.end(current_person(), request.form.get("draft", ""), "deflected", post)
        latest = check_ins.latest_of(need)
    if latest is not None and latest.closed_at is None:
        flash("Good. In three working days you are asked whether it worked.", "done")
    else:
        flash("You took this before and said how it went. If it is open again, its page says so.", "done")
    return go(page_url(post), code=303)


@bp.post("/questions/<id:id>/claim")
@limiter.limit(post_limit)
def claim(id: int) -> BaseResponse:
    """I am on it."""
    with transaction():
        inviting.claim(current_person(), standing_question(id))
    flash("You are on it. The asker sees that, and nobody else is asked for the next hours.", "done")
    return _to_question(id)


@bp.post("/questions/<id:id>/claim/release")
@limiter.limit(post_limit)
def release(id: int) -> BaseResponse:
    """I am on it no longer."""
    with transaction():
        inviting.release(current_person(), standing_question(id))
    return _to_question(id)


@bp.post("/invitations/<id:id>/take")
@limiter.limit(post_limit)
def take(id: int) -> BaseResponse:
    """Take what one was asked."""
    with transaction():
        invitation = get_visible(AnswerInvitation, id)
        inviting.take(current_person(), invitation)
    return _to_question(invitation.question_id)


@bp.route("/invitations/<id:id>/pass", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def pass_on(id: int) -> Any:
    """Not me, or: not me, ask somebody else."""
    invitation = get_visible(AnswerInvitation, id)
    require(current_person(), "invitation.own", invitation)
    question = get_visible(Question, invitation.question_id)
    form = PassForm()
    if request.method == "GET":
        return render_template("needs/pass.html", form=form, invitation=invitation, question=question)
    try:
        with transaction():
            inviting.pass_on(current_person(), get_visible(AnswerInvitation, id), named(form.hint.data or "", "hint"))
    except Invalid as error:
        form.refuse(error)
        return render_template("needs/pass.html", form=form, invitation=invitation, question=question), 422
    flash("Thank you for saying so. Somebody else is asked; nobody is told that you passed.", "done")
    return go_to("home.index")


@bp.post("/handovers/<id:id>/agreement")
@limiter.limit(post_limit)
def agree(id: int) -> BaseResponse:
    """Yes, it is mine."""
    with transaction():
        handover = _handover(id)
        handing_over.agree(current_person(), handover)
    flash("It is your question now. You mark the answer that helps, and you are asked whether it worked.", "done")
    return _to_question(handover.question_id)


@bp.post("/handovers/<id:id>/refusal")
@limiter.limit(post_limit)
def decline(id: int) -> BaseResponse:
    """No, it is not mine."""
    with transaction():
        handover = _handover(id)
        handing_over.decline(current_person(), handover)
    flash("Thank you for saying so. It stays with whoever asked it.", "done")
    return _to_question(handover.question_id)


@bp.get("/check-ins/<id:id>")
def check_in(id: int) -> Any:
    """Did it work? With the reply that was pressed where it was asked, so that more can be said with it."""
    found = _own_check_in(id)
    form = OutcomeForm(formdata=None)
    form.outcome.data = request.args.get("outcome")
    return _check_in_page(found, form, url_for("needs.reply", id=id))


@bp.post("/check-ins/<id:id>")
@limiter.limit(post_limit)
def reply(id: int) -> Any:
    """Say whether it worked, and go on where one was."""
    found = _own_check_in(id)
    refused = _reply(found, url_for("needs.reply", id=id))
    if refused is not None:
        return refused
    return after_reply(found, _subject(found.need)[1])


@bp.get("/did-it-work/<token>")
@public
def check_in_by_link(token: str) -> Any:
    """The page that a mail links to; opening it changes nothing, because mail scanners open links."""
    return _check_in_page(
        links.check_in(token), OutcomeForm(formdata=None), url_for("needs.reply_by_link", token=token)
    )


@bp.post("/did-it-work/<token>")
@public
@limiter.limit(post_limit)
def reply_by_link(token: str) -> Any:
    """Say whether it worked, also signed out: the link is signed for this one thing and expires."""
    url = url_for("needs.reply_by_link", token=token)
    return _reply(links.check_in(token), url) or go(url, code=303)  # Its page says thank you, however often it is seen.


@bp.post("/check-ins/<id:id>/day")
@limiter.limit(post_limit)
def try_on(id: int) -> Any:
    """Say when one will have tried it."""
    form = TryForm()
    found = _own_check_in(id)
    try:
        if form.day.data is None:
            raise Invalid("Choose a day.", "day")
        with transaction():
            found = _own_check_in(id)
            check_ins.try_on(current_person().owner_among(found.need), found, form.day.data)
    except Invalid as error:
        form.refuse(error)
        return render_template("needs/try.html", form=form, check_in=found, subject=_subject(found.need)), 422
    flash("Good. You are asked after that day.", "done")
    return _to_subject(found.need)


@bp.post("/needs/<id:id>/return")
@limiter.limit(post_limit)
def come_back(id: int) -> BaseResponse:
    """It came back."""
    with transaction():
        need = _need(id)
        check_ins.came_back(current_person().owner_among(need), need)
    flash("It is open again, and colleagues are asked.", "done")
    return _to_subject(need)


@bp.route("/needs/<id:id>/owner", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def owner(id: int) -> Any:
    """Name who stays with an open problem."""
    need = _need(id)
    require(current_person(), "need.name_owner", need)
    form = OwnerForm()
    form.offer(_colleagues())
    if request.method == "GET":
        form.owner.data, form.outside.data = need.owner_id or current_person().id, need.asked_outside
        return render_template("needs/owner.html", form=form, need=need, subject=_subject(need))
    try:
        named = db.session.get(Person, form.owner.data or 0)
        if named is None or form.next_on.data is None:
            raise Invalid("Choose somebody, and a day.", "owner" if named is None else "next_on")
        said, outside = form.so_far.data or "", bool(form.outside.data)
        with transaction():
            name_owner(current_person(), _need(id), named, form.next_on.data, so_far=said, outside=outside)
    except Invalid as error:
        form.refuse(error)
        return render_template("needs/owner.html", form=form, need=need, subject=_subject(need)), 422
    return _to_subject(need)


@bp.route("/needs/<id:id>/word", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def word(id: int) -> Any:
    """Say what has happened so far with an open problem, and when the asker hears again."""
    need = _need(id)
    require(current_person(), "need.promise_again", need)
    form = WordForm()
    if request.method == "GET":
        return render_template("needs/word.html", form=form, need=need, subject=_subject(need))
    try:
        if form.next_on.data is None:
            raise Invalid("Choose a day.", "next_on")
        with transaction():
            promise_again(current_person(), _need(id), form.so_far.data or "", form.next_on.data)
    except Invalid as error:
        form.refuse(error)
        return render_template("needs/word.html", form=form, need=need, subject=_subject(need)), 422
    flash("Said. The asker is told, and sees when they hear again.", "done")
    return _to_subject(need)


@bp.get("/open-problems")
def problems() -> str:
    """What nobody has answered, those that nobody stays with first."""
    page = open_problems(current_person(), request.args.get("after"))
    return render_template(
        "needs/problems.html",
        rows=page.rows,
        next_url=page.next_key and url_for(".problems", after=page.next_key),
    )


@bp.get("/needs/<id:id>")
def show(id: int) -> Any:
    """The ledger of a need: every step, by whom, from which state to which."""
    need, subject = _readable(id)
    return render_template(
        "needs/show.html",
        need=need,
        steps=history(need),
        promises=[] if need.person.is_persona and need.person_id not in current_person().selves else promises_of(need),
        subject=subject,
    )


@bp.get("/needs/<id:id>.csv")
def as_csv(id: int) -> BaseResponse:
    """The same as a table."""
    need, _ = _readable(id)
    rows = [
        (
            *(f"{step.at:%Y-%m-%d %H:%M:%S}", step.who, step.department, step.before, step.after),
            "; ".join(f"{name}={value}" for name, value in step.facts.items() if value is not None),
        )
        for step in history(need)
    ]
    return as_file(f"need-{id}", ("at (UTC)", "who", "department", "from", "to", "facts"), rows)


def _reply(found: CheckIn, url: str) -> Any:
    """Write a reply down. The page with what is wrong when it is refused, else None."""
    form = OutcomeForm()
    person = db.session.get_one(Person, found.need.person_id)
    try:
        if form.minutes.process_errors and request.form.get("minutes", "").strip():  # Words in place of a number.
            raise Invalid(check_ins.MINUTES_WANTED, "minutes")
        with transaction():
            check_ins.reply(
                person,
                get_visible(CheckIn, found.id),
                form.outcome.data or "",
                minutes=form.minutes.data,
                context=form.context.data or "",
                note=form.note.data or "",
                changed_work=True if form.changed_work.data else None,
                fits=form.says_fits,
                still_open=bool(form.still_open.data),
            )
    except Invalid as error:
        form.refuse(error)
        return _check_in_page(found, form, url), 422
    return None


def _check_in_page(found: CheckIn, form: OutcomeForm, url: str) -> str:
    subject = _subject(found.need)
    if found.outcome not in (None, "no_reply"):
        return render_template("needs/replied.html", check_in=found, subject=subject, outcome=found.outcome)
    query = select(Answer).where(Answer.id == found.answer_id).options(joinedload(Answer.author))
    answer = db.session.scalar(query) if found.answer_id else None
    said = text.excerpt(answer.body, EXCERPT) if answer else ""
    return render_template(
        "needs/check_in.html", form=form, check_in=found, subject=subject, answer=answer, said=said, url=url
    )


def _own_check_in(id: int) -> CheckIn:
    found = get_visible(CheckIn, id)
    require(current_person().owner_among(found.need), "need.own", found.need)
    return found


def _need(id: int) -> Need:
    return get_visible(Need, id)


def _handover(id: int) -> Handover:
    """A handover; answers 404 where its question was removed."""
    found = get_visible(Handover, id)
    get_visible(Question, found.question_id)
    return found


def _readable(id: int) -> tuple[Need, tuple[str, str]]:
    """A need and what it is about. That of a question is everybody's to read, every other its owner's alone."""
    query = select(Need).where(Need.id == id).options(joinedload(Need.owner), joinedload(Need.person))
    need = db.session.scalar(query) or abort(404)
    if need.origin != "asked":
        require(current_person().owner_among(need), "need.own", need)
    return need, _subject(need)


def _subject(need: Need) -> tuple[str, str]:
    """Title and address of what a need is about. Answers 404 where that was removed."""
    if need.question_id is not None:
        question = get_visible(Question, need.question_id)
        return question.title, address(question.id, question.title)
    practice = get_visible(Practice, need.subject_id)
    return practice.title, f"/practices/{practice.id}"


def _to_subject(need: Need) -> BaseResponse:
    return go(_subject(need)[1], code=303)


def _to_question(id: int) -> BaseResponse:
    question = get_visible(Question, id)
    return go(address(question.id, question.title), code=303)


def _accepted(question: Question) -> Any:
    return db.session.get(Answer, question.accepted_answer_id) if question.accepted_answer_id else None


def _colleagues() -> list[tuple[int, str]]:
    columns = (Person.id, Person.name, Person.away_until)
    query = select(*columns).where(Person.left_at.is_(None)).order_by(Person.name)
    return [(id, name + away_words(until)) for id, name, until in db.session.execute(query)]
