"""Second factors: asked for at sign-in, kept in the settings, and reset by an administrator."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, g, make_response, render_template, request, session, url_for
from flask import redirect as go
from werkzeug.wrappers import Response as BaseResponse

from forum.core.db import transaction
from forum.core.errors import Invalid
from forum.core.languages import gettext
from forum.core.rate_limits import factor_limit, limiter, post_limit, sign_in_limit
from forum.core.web import current_person, get_visible, go_to, public, safe_next
from forum.identity import current as provider
from forum.people import code_apps, factors, passkeys, recovery, requiring
from forum.people import sign_in as signing_in
from forum.people.forms import CodeAppForm, FactorForm, PasskeyForm
from forum.people.models import Person
from forum.people.pages import freshly_confirmed, go_on, let_in

bp = Blueprint("factors", __name__)

# What somebody may do who has to add a second factor first.
WHILE_SETTING_UP = ("factors.", "sessions.")
BESIDES = ("people.sign_out",)
TO_OTHERS = ("factors.reset", "sessions.end_all")  # What administrators do to the accounts of others waits.


@bp.before_app_request
def lead_to_setting_up() -> Any:
    """Whoever must have a second factor and has none can do nothing else before."""
    endpoint = request.endpoint or ""
    is_own = endpoint.startswith(WHILE_SETTING_UP) and endpoint not in TO_OTHERS
    if is_own or endpoint in BESIDES or "organisation" not in g:  # Files and what a supervisor asks for are nobody's.
        return None
    person = current_person()
    if not person.is_authenticated or person.session is None or person.session.stage != "setup":
        return None
    if request.method not in ("GET", "HEAD"):
        abort(403)
    return go(url_for("factors.index"))


def _was_refused(answer: Response) -> bool:
    return answer.status_code == 422


def _was_sent_back(answer: Response) -> bool:
    return str(answer.location).startswith(url_for("people.sign_in"))


def _due() -> Person | None:
    return signing_in.whose_factor_is_due(str(session.get("factor_due", "")))


def _whose() -> str:
    person = _due()
    return f"second factor of {person.id}" if person else "second factor of nobody"


@bp.route("/sign-in/second-factor", methods=["GET", "POST"])
@public
@limiter.limit(factor_limit, methods=["POST"], deduct_when=_was_refused, key_func=_whose)
def ask() -> Any:
    """The password was right; now the second factor."""
    person = _due()
    if person is None:
        return go(url_for("people.sign_in"))
    form = FactorForm()
    if request.method == "GET":
        return _ask_page(person, form)
    try:
        with transaction():
            if form.credential.data:
                passkeys.take_signature(form.credential.data, passkeys.FACTOR, person)
            else:
                factors.take_code(person, form.code.data or "")
            signing_in.end_session(session["factor_due"])
    except Invalid as error:
        with transaction():
            signing_in.note_failure(person.email, "factor")
        form.refuse(error)
        return _ask_page(person, form), 422
    return let_in(person, session.get("next", ""))


def _ask_page(person: Person, form: FactorForm) -> str:
    return render_template(
        "people/second_factor.html",
        form=form,
        has_passkey=bool(passkeys.passkeys_of(person)),
        passkey_origin=passkeys.origin(),
    )


@bp.post("/sign-in/second-factor/options")
@public
@limiter.limit(post_limit)
def factor_options() -> BaseResponse:
    """What a browser needs to sign with a passkey as the second factor."""
    person = _due()
    if person is None:
        abort(401)
    with transaction():
        return _json(passkeys.ask_to_sign(passkeys.FACTOR, person))


@bp.post("/sign-in/passkey/options")
@public
@limiter.limit(post_limit)
def passkey_options() -> BaseResponse:
    """What a browser needs to sign in with a passkey alone."""
    with transaction():
        return _json(passkeys.ask_to_sign(passkeys.SIGN_IN, None))


@bp.post("/sign-in/passkey")
@public
@limiter.limit(sign_in_limit, deduct_when=_was_sent_back)
def sign_in() -> Any:
    """Sign in with a passkey that has asked for a finger, a face or its own code: that is two factors in one."""
    try:
        with transaction():
            person = passkeys.take_signature(request.form.get("credential", ""), passkeys.SIGN_IN)
        if not provider.may_use_password(person):
            raise Invalid(
                gettext("Here you sign in with %(provider)s: follow that button.", provider=provider.name()),
                "credential",
            )
    except Invalid as error:
        flash(error.message, "problem")
        return go_to("people.sign_in", next=safe_next(request.form.get("next"), ""))
    return let_in(person, request.form.get("next", ""))


@bp.get("/settings/second-factor")
def index() -> str:
    """One's second factors."""
    return _page(PasskeyForm(formdata=None))


def _page(form: PasskeyForm) -> str:
    person = current_person()
    app, keys = factors.app_of(person), passkeys.passkeys_of(person)
    return render_template(
        "people/second_factors.html",
        form=form,
        app=app,
        passkeys=keys,
        passkey_origin=passkeys.origin(),
        codes_left=recovery.codes_left(person) if app or keys else None,
        must=person.session.stage == "setup",
    )


@bp.route("/settings/second-factor/app", methods=["GET", "POST"])
@limiter.limit(factor_limit, methods=["POST"], deduct_when=_was_refused)
@freshly_confirmed
def app() -> Any:
    """Add an app that shows codes, or another one in its place."""
    person, form = current_person(), CodeAppForm()
    if request.method == "GET":
        form.sealed.data = code_apps.new_secret(person)
        return _app_page(form)
    try:
        with transaction():
            codes = factors.add_app(person, sealed=form.sealed.data or "", code=form.code.data or "")
    except code_apps.WrongCode as error:
        form.refuse(error)
        return _app_page(form), 422
    go_on(person)
    return _added(codes, "The app is added. From now on you are asked for a code when you sign in.")


def _app_page(form: CodeAppForm) -> str:
    secret = code_apps.secret_of(current_person(), form.sealed.data or "")
    return render_template(
        "people/code_app.html",
        form=form,
        picture=code_apps.picture_of(current_person(), secret, g.organisation.name),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    )


@bp.post("/settings/second-factor/app/removal")
@limiter.limit(post_limit)
@freshly_confirmed
def remove_app() -> BaseResponse:
    """Be asked for a code of the app no more."""
    with transaction():
        factors.remove_app(current_person())
    return _changed("The app is removed.")


@bp.post("/settings/second-factor/passkeys/options")
@limiter.limit(post_limit)
def new_passkey_options() -> BaseResponse:
    """What a browser needs to make a passkey."""
    with transaction():
        return _json(passkeys.ask_to_add(current_person(), g.organisation.name))


@bp.post("/settings/second-factor/passkeys")
@limiter.limit(post_limit)
@freshly_confirmed
def add_passkey() -> Any:
    """Add the passkey that a device has made."""
    person, form = current_person(), PasskeyForm()
    try:
        with transaction():
            codes = factors.add_passkey(person, answer=form.credential.data or "", name=form.name.data or "")
    except Invalid as error:
        form.refuse(error)
        return _page(form), 422
    go_on(person)
    return _added(codes, "The passkey is added. From now on you are asked for it when you sign in.")


@bp.post("/settings/second-factor/passkeys/<id:id>/removal")
@limiter.limit(post_limit)
@freshly_confirmed
def remove_passkey(id: int) -> BaseResponse:
    """One of one's passkeys opens nothing any more."""
    with transaction():
        factors.remove_passkey(current_person(), id)
    return _changed("The passkey is removed. Delete it on the device, too, or it goes on offering itself.")


@bp.post("/settings/second-factor/codes")
@limiter.limit(post_limit)
@freshly_confirmed
def make_codes() -> Any:
    """New codes for an emergency, in place of the old ones; shown once."""
    person = current_person()
    if not requiring.has_factor(person):
        return go_to("factors.index")
    with transaction():
        codes = recovery.make_codes(person, person)
    return _added(codes, "")


@bp.post("/settings/second-factor/codes/file")
@limiter.limit(post_limit)
def codes_file() -> Any:
    """The codes that were just shown, as a file; nothing but one's own codes is given back."""
    codes = request.form.get("codes", "")[:1_000].split()
    if not recovery.are_theirs(current_person(), codes):
        return go_to("factors.index")
    answer = make_response("\r\n".join(["Proven: codes for an emergency. Each works once.", "", *codes, ""]))
    answer.mimetype = "text/plain"
    answer.headers["Content-Disposition"] = 'attachment; filename="proven-codes.txt"'
    return answer


@bp.post("/admin/people/<id:id>/second-factor/reset")
@limiter.limit(post_limit)
@freshly_confirmed
def reset(id: int) -> BaseResponse:
    """Somebody lost every second factor: take them off the account, and tell the person."""
    person = get_visible(Person, id)
    with transaction():
        factors.reset_factors(current_person(), person)
    flash(
        gettext(
            "The second factors of %(name)s are removed, and a mail says so. The password lets them in.",
            name=person.name,
        ),
        "done",
    )
    return go_to("administration.person", id=id)


def _added(codes: list[str], words: str) -> Any:
    if words:
        flash(words, "done")
    return render_template("people/recovery_codes.html", codes=codes) if codes else go_to("factors.index")


def _changed(words: str) -> BaseResponse:
    go_on(current_person())
    flash(words, "done")
    return go_to("factors.index")


def _json(text: str) -> BaseResponse:
    return Response(text, mimetype="application/json")
