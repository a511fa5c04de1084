"""Signing in and out, joining, the directory, profiles and one's own settings."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, g, jsonify, render_template, request, session, url_for
from flask import redirect as go
from flask_login import logout_user
from werkzeug.wrappers import Response as BaseResponse

from forum.answers.listing import given_by
from forum.core.db import db, transaction
from forum.core.errors import Forbidden, Invalid, Refused
from forum.core.languages import LANGUAGES, gettext, messages
from forum.core.permissions import allowed
from forum.core.rate_limits import ALL_WRONG_TRIES, everybody, limiter, post_limit, sign_in_limit
from forum.core.web import current_person, get_visible, go_to, public, safe_next
from forum.departments import calendar
from forum.departments.following import following
from forum.departments.forms import HoursForm
from forum.feeds.addresses import feed_addresses
from forum.home.arriving import greet
from forum.identity import current as provider
from forum.impact.silos.breadth import breadth_of
from forum.people import demo, joining, passkeys
from forum.people import sign_in as signing_in
from forum.people.changing import describe, prefer
from forum.people.forms import (
    AwayForm,
    JoinForm,
    LooksForm,
    NewPasswordForm,
    PasswordForm,
    ProfileForm,
    SignInForm,
    WelcomeForm,
)
from forum.people.hours import come_back, go_away, hours_of, is_away, set_own_hours
from forum.people.listing import directory, suggested
from forum.people.models import THEMES, Person
from forum.people.pages import enter, go_on, let_in
from forum.people.requiring import has_factor
from forum.people.skills import skills_of
from forum.posts.thanks import thanks_to
from forum.practices.listing import of_person as practices_of_person
from forum.questions.listing import asked_by, with_news

bp = Blueprint("people", __name__)


class PasswordsAreOff(Refused):
    """One comes in by the identity provider, so a password would open nothing."""

    status = 403
    title = "No password is needed here"
    message = "You come in with the account of your organisation. Go to the sign-in page and follow its button."


# What one comes for first: what they know.
PROFILE_TABS = messages({"answers": "Answers", "practices": "Practices", "thanks": "Thanks", "questions": "Questions"})


def _was_refused(answer: Response) -> bool:
    return answer.status_code == 422


def _typed_address() -> str:
    return f"sign-in of {signing_in.normal_email(request.form.get('email', ''))}"


@bp.route("/sign-in", methods=["GET", "POST"])
@public
# Only wrong tries count, or a whole office behind one address would stand before a closed door at nine o'clock.
@limiter.limit(sign_in_limit, methods=["POST"], deduct_when=_was_refused)
@limiter.limit(sign_in_limit, methods=["POST"], deduct_when=_was_refused, key_func=_typed_address)
@limiter.limit(ALL_WRONG_TRIES, methods=["POST"], deduct_when=_was_refused, key_func=everybody)
def sign_in() -> Any:
    """Sign in with e-mail and password."""
    if current_person().is_authenticated:
        return go(safe_next(request.values.get("next"), url_for("home.index")))
    form = SignInForm()
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
        return _sign_in_page(form)
    try:
        person = signing_in.check_password(form.email.data or "", form.password.data or "")
        if not provider.may_use_password(person):
            raise signing_in.WrongPassword()  # The same words, or they would tell that the password was right.
    except Invalid as error:
        with transaction():
            signing_in.note_failure(form.email.data or "", "password")
        form.refuse(error)
        return _sign_in_page(form), 422
    return enter(person, safe_next(form.next.data, url_for("home.index")), password=form.password.data)


def _sign_in_page(form: SignInForm) -> str:
    people = db.session.execute(
        db.select(Person.handle, Person.name, Person.email).where(Person.handle.in_(demo.PEOPLE)).order_by(Person.name)
    )
    return render_template(
        "people/sign_in.html",
        form=form,
        demo_people=[{"name": name, "email": email, "what": demo.PEOPLE[handle]} for handle, name, email in people]
        if g.organisation.is_demo
        else [],
        demo_password=demo.PASSWORD,
        passkey_origin=passkeys.origin(),
        provider_name=provider.name() if provider.is_configured() else "",
        passwords=provider.who_has_passwords(),
    )


@bp.post("/sign-out")
def sign_out() -> BaseResponse:
    """End this session, here and in the database."""
    token = current_person().session_token
    with transaction():
        signing_in.end_session(token)
    logout_user()
    came_by_provider = "by_provider" in session
    session.clear()
    answer = go_to("identity.signed_out" if came_by_provider else "people.sign_in")
    answer.headers["Clear-Site-Data"] = '"storage"'  # Texts kept by the browser belong to whoever typed them.
    return answer


@bp.route("/join/<token>", methods=["GET", "POST"])
@public
@limiter.limit(sign_in_limit, methods=["POST"])
def join(token: str) -> Any:
    """Come in by an invitation."""
    if provider.who_has_passwords() != "on":
        raise PasswordsAreOff()
    invitation = joining.open_invitation(token)
    if invitation.person_id is not None:
        raise joining.NoLongerOpen()
    form = JoinForm()
    if request.method == "GET":
        return render_template("people/join.html", form=form, invitation=invitation)
    try:
        with transaction():
            person = joining.accept_invitation(token, name=form.name.data or "", password=form.password.data or "")
    except Invalid as error:
        form.refuse(error)
        return render_template("people/join.html", form=form, invitation=invitation), 422
    answer = let_in(person, url_for("home.index"))
    flash(gettext("Welcome, %(name)s.", name=person.name), "done")
    return answer


@bp.route("/new-password/<token>", methods=["GET", "POST"])
@public
@limiter.limit(sign_in_limit, methods=["POST"])
def new_password(token: str) -> Any:
    """Choose a new password by a link from an administrator."""
    invited = joining.open_invitation(token).person_id
    if invited is None:
        raise joining.NoLongerOpen()
    if not provider.may_use_password(get_visible(Person, invited)):
        raise PasswordsAreOff()
    form = NewPasswordForm()
    if request.method == "GET":
        return render_template("people/new_password.html", form=form)
    try:
        with transaction():
            person = joining.choose_password(token, form.password.data or "")
    except Invalid as error:
        form.refuse(error)
        return render_template("people/new_password.html", form=form), 422
    return enter(person, url_for("home.index"))


@bp.route("/welcome", methods=["GET", "POST"])
@public
@limiter.limit(sign_in_limit, methods=["POST"])
def welcome() -> Any:
    """The first run: whoever has the key from the console sets the organisation up and looks after it."""
    if g.organisation is not None:
        return go(url_for("home.index"))
    form = WelcomeForm()
    form.key.data = request.values.get("key", "")
    if form.key.data != joining.setup_key():
        raise Forbidden("Open the address that the server printed when it started: it carries the key of this page.")
    if request.method == "GET":
        return render_template("people/welcome.html", form=form)
    try:
        with transaction():
            joining.found(form.organisation.data or "")
            first, *_ = joining.add_departments((form.departments.data or "").splitlines())
            person = joining.join(
                name=form.name.data or "",
                email=form.email.data or "",
                department=first,
                password=form.password.data or "",
            )
            joining.first_administrator(person)
            greet(person)  # They have just said all that they would be asked.
    except Invalid as error:
        form.refuse(error)
        return render_template("people/welcome.html", form=form), 422
    answer = let_in(person, url_for("administration.invitations"))
    flash("Your organisation is set up. Invite the first colleagues.", "done")
    return answer


@bp.get("/people")
def index() -> str:
    """The directory."""
    words = request.args.get("q", "")
    return render_template("people/index.html", groups=directory(words), words=words)


@bp.get("/people/suggest")
def suggest() -> Response:
    """Names to choose from while an @ is being typed."""
    return jsonify(suggested(request.args.get("q", "")[:80]))


@bp.get("/people/<id:id>")
@bp.get("/people/<id:id>/<handle>")
def show(id: int, handle: str = "") -> Any:
    """A person: what they asked, what they know, what they were thanked for."""
    person = get_visible(Person, id)
    tab = request.args.get("tab", "answers")
    if tab not in PROFILE_TABS:
        abort(404)
    key = request.args.get("after")
    page = {"questions": asked_by, "answers": given_by}.get(tab, lambda *_: None)(person, key)
    return render_template(
        "people/show.html",
        person=person,
        away=is_away(person),
        tab=tab,
        tabs=[
            (name, gettext(PROFILE_TABS[name]), url_for("people.show", id=id, handle=person.handle, tab=name))
            for name in PROFILE_TABS
        ],
        rows=with_news(current_person(), page.rows) if page else [],
        next_url=page
        and page.next_key
        and url_for("people.show", id=id, handle=person.handle, tab=tab, after=page.next_key),
        thanks=thanks_to(person) if tab == "thanks" else [],
        practices=practices_of_person(person) if tab == "practices" else [],
        follow_state=following(current_person(), "person", person.id),
        skills=skills_of(person),
        breadth=breadth_of(person) if allowed(current_person(), "breadth.see", person) else 0,
    )


@bp.get("/settings")
def settings() -> str:
    """One's own settings."""
    return _settings_page()


@bp.post("/settings/profile")
@limiter.limit(post_limit)
def save_profile() -> Any:
    """Change one's profile."""
    form = ProfileForm()
    try:
        with transaction():
            describe(
                current_person(),
                current_person(),
                name=form.name.data or "",
                job_title=form.job_title.data or "",
                about=form.about.data or "",
            )
    except Invalid as error:
        form.refuse(error)
        return _settings_page(profile=form), 422
    flash("Your profile is saved.", "done")
    return go_to("people.settings")


@bp.route("/settings/hours", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def hours() -> Any:
    """When one works, where that is not as the department does."""
    person = current_person()
    form = HoursForm()
    if request.method == "GET":
        form.show(person.calendar or person.department.calendar)
    elif "repeat" in request.form:
        form.repeat_monday()
    else:
        try:
            with transaction():
                set_own_hours(person, person, form.typed)
            flash("Your hours are saved. They count for what begins from now on.", "done")
            return go_to("people.settings")
        except Invalid as error:
            form.refuse(error)
    page = render_template("people/hours.html", form=form, time_zones=calendar.time_zones())
    return page, 422 if form.problems else 200


@bp.post("/settings/hours/withdrawal")
@limiter.limit(post_limit)
def withdraw_hours() -> BaseResponse:
    """Work as the department does."""
    with transaction():
        set_own_hours(current_person(), current_person(), None)
    flash("You work as your department does.", "done")
    return go_to("people.settings")


@bp.post("/settings/away")
@limiter.limit(post_limit)
def be_away() -> Any:
    """Be away until a day."""
    form = AwayForm()
    try:
        with transaction():
            go_away(current_person(), current_person(), form.until.data)
    except Invalid as error:
        form.refuse(error)
        return _settings_page(away=form), 422
    flash("Noted. You are asked nothing meanwhile, and mails wait.", "done")
    return go_to("people.settings")


@bp.post("/settings/away/withdrawal")
@limiter.limit(post_limit)
def be_back() -> BaseResponse:
    """Be here again."""
    with transaction():
        come_back(current_person(), current_person())
    flash("Welcome back.", "done")
    return go_to("people.settings")


@bp.post("/settings/password")
@limiter.limit(sign_in_limit)
def save_password() -> Any:
    """Change one's password; every other session ends."""
    form = PasswordForm()
    try:
        with transaction():
            signing_in.change_password(current_person(), current=form.current.data or "", new=form.password.data or "")
    except Invalid as error:
        form.refuse(error)
        return _settings_page(password=form), 422
    go_on(current_person())
    flash("Your password is changed. Everywhere else you are signed out.", "done")
    return go_to("people.settings")


@bp.post("/settings/looks")
@limiter.limit(post_limit)
def save_looks() -> BaseResponse:
    """Choose colours, and whether keys are shortcuts."""
    form = LooksForm()
    chosen, only = form.theme.data if form.theme.data in THEMES else "auto", request.form.get("only")
    with transaction():
        person = current_person()
        theme = person.theme if only == "shortcuts" else chosen
        keys = person.shortcuts if only == "theme" else bool(form.shortcuts.data)
        said = form.language.data
        language = said if only is None and said in ("", *LANGUAGES) else person.language
        prefer(person, theme=theme, shortcuts=keys, language=language)
    return go(safe_next(request.form.get("next"), url_for("people.settings")), code=303)


@bp.post("/settings/sessions/<id:id>/end")
@limiter.limit(post_limit)
def end_session(id: int) -> BaseResponse:
    """Sign another of one's browsers out."""
    with transaction():
        signing_in.end_sessions(current_person(), only=id)
    return go_to("people.settings")


def _settings_page(
    *, profile: ProfileForm | None = None, password: PasswordForm | None = None, away: AwayForm | None = None
) -> str:
    person = current_person()
    works = hours_of(person)
    return render_template(
        "people/settings.html",
        profile_form=profile or ProfileForm(formdata=None, obj=person),
        password_form=password or PasswordForm(formdata=None),
        away_form=away or AwayForm(formdata=None),
        away=is_away(person),
        hours=calendar.in_words({"timezone": works.timezone, "hours": works.hours}),
        looks_form=LooksForm(formdata=None, obj=person),
        has_factor=has_factor(person),
        feeds=feed_addresses(person),
        sessions=signing_in.sessions_of(person),
        current_hash=signing_in.hash_token(person.session_token or ""),
    )
