"""What a department says of a cause, and what is said to it: one page for each, all alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Blueprint, flash, render_template, request

from forum.causes import linking
from forum.causes.answering import acknowledge, claim_fixed, decline, doubt, name_delegate, plan
from forum.causes.forms import DeclineForm, DelegateForm, DoubtForm, FixedForm, PlanForm, SeenForm, SignalForm
from forum.causes.models import Cause
from forum.causes.pages import shown_cause
from forum.core.db import transaction
from forum.core.errors import Invalid
from forum.core.forms import Form
from forum.core.languages import Message
from forum.core.permissions import require
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, go_to
from forum.people.listing import named
from forum.posts.pages import page_url

bp = Blueprint("cause_answers", __name__)


class Saying(NamedTuple):
    """What stands on one of these pages: its title, the line under it, its button, and what is answered."""

    title: str
    lead: str
    button: str
    done: str


SAYINGS: dict[str, Saying] = {
    "acknowledgement": Saying(
        Message("We have seen it"),
        Message("Everybody who asked is told, with your name and the day."),
        Message("Tell them"),
        Message("Thank you. Everybody who asked is told."),
    ),
    "plan": Saying(
        Message("What we will do"),
        Message(
            "A change and a day. It is owned by both sides: somebody of a department that asks is named beside you."
        ),
        Message("Tell them"),
        Message("Noted. Everybody who asked is told, and the co-owner with them."),
    ),
    "refusal": Saying(
        Message("It stays"),
        Message("A no with a reason and a way around is an answer. Silence is none."),
        Message("Tell them"),
        Message("Noted. Everybody who asked is told why, and what to do instead."),
    ),
    "fix": Saying(
        Message("It is fixed"),
        Message("Those who asked say whether it has stopped, and how often it still happens shows whether that is so."),
        Message("Tell them"),
        Message("Everybody who asked is told. Whether it has stopped is asked later."),
    ),
    "delegate": Saying(
        Message("Who speaks for your department?"),
        Message("They may say everything about this cause that you may. You may still, too."),
        Message("Save"),
        Message("Saved."),
    ),
    "signal": Saying(
        Message("It cannot wait"),
        Message("A matter of safety is told to its department at once, however rare it is."),
        Message("Signal it"),
        Message("Its department is told now."),
    ),
    "doubt": Saying(
        Message("It should not stay"),
        Message("When three colleagues say so, it is thought over once more. That happens once."),
        Message("Say so"),
        Message("Noted. Its department reads what you wrote."),
    ),
}


@bp.route("/causes/<id:id>/acknowledgement", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def acknowledgement(id: int) -> Any:
    """We have seen it."""
    require(current_person(), "cause.answer", shown_cause(id))

    def put(cause: Cause, form: Any) -> None:
        acknowledge(current_person(), cause, words=form.words.data or "", next_on=form.next_on.data)

    return _say(id, "acknowledgement", SeenForm, put)


@bp.route("/causes/<id:id>/plan", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def make_plan(id: int) -> Any:
    """What will be done, and by when."""
    require(current_person(), "cause.answer", shown_cause(id))

    def put(cause: Cause, form: Any) -> None:
        co_owner = named(form.co_owner.data or "", "co_owner")
        plan(current_person(), cause, words=form.words.data or "", on=form.on.data, co_owner=co_owner)

    return _say(id, "plan", PlanForm, put)


@bp.route("/causes/<id:id>/refusal", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def refusal(id: int) -> Any:
    """It stays."""
    require(current_person(), "cause.answer", shown_cause(id))

    def put(cause: Cause, form: Any) -> None:
        decline(current_person(), cause, words=form.words.data or "", instead=form.instead.data or "")

    return _say(id, "refusal", DeclineForm, put)


@bp.route("/causes/<id:id>/fix", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def fix(id: int) -> Any:
    """It is fixed."""
    require(current_person(), "cause.answer", shown_cause(id))

    def put(cause: Cause, form: Any) -> None:
        claim_fixed(current_person(), cause, words=form.words.data or "", effect_on=form.effect_on.data)

    return _say(id, "fix", FixedForm, put)


@bp.route("/causes/<id:id>/delegate", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def delegate(id: int) -> Any:
    """Who speaks for the department."""
    require(current_person(), "cause.delegate", shown_cause(id))

    def put(cause: Cause, form: Any) -> None:
        name_delegate(current_person(), cause, named(form.delegate.data or "", "delegate"))

    return _say(id, "delegate", DelegateForm, put)


@bp.route("/causes/<id:id>/signal", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def signal(id: int) -> Any:
    """It cannot wait."""
    require(current_person(), "cause.signal", shown_cause(id))

    def put(cause: Cause, form: Any) -> None:
        linking.signal(current_person(), cause, form.why.data or "")

    return _say(id, "signal", SignalForm, put)


@bp.route("/causes/<id:id>/doubt", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def create_doubt(id: int) -> Any:
    """It should not stay."""
    require(current_person(), "cause.doubt", shown_cause(id))

    def put(cause: Cause, form: Any) -> None:
        doubt(current_person(), cause, form.why.data or "")

    return _say(id, "doubt", DoubtForm, put)


def _say(id: int, name: str, kind: type[Form], put: Callable[[Cause, Any], None]) -> Any:
    """The page on which something is said of a cause, or what comes of it."""
    form = kind(formdata=None) if request.method == "GET" else kind()
    if request.method == "GET":
        return _page(name, form, shown_cause(id))
    try:
        with transaction():
            put(shown_cause(id), form)
    except Invalid as error:
        form.refuse(error)
        return _page(name, form, shown_cause(id)), 422
    flash(SAYINGS[name].done, "done")
    return go_to("causes.show", id=id)


def _page(name: str, form: Form, cause: Cause) -> str:
    saying = SAYINGS[name]
    return render_template(
        "causes/say.html", name=name, saying=saying, form=form, cause=cause, back_url=page_url(cause)
    )
