"""The pulse: answered in twenty seconds, and its results."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template

from forum.core.db import transaction
from forum.core.errors import Invalid
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, go_to
from forum.impact.measures.figures import change_in_words
from forum.impact.pictures import of_figures
from forum.pulse import measuring
from forum.pulse.forms import PulseForm
from forum.pulse.replying import NotYourTurn, reply, turn_of

bp = Blueprint("pulse", __name__)


@bp.get("/pulse")
def show() -> str:
    """The items, when it is one's turn; else when that is."""
    invitation = turn_of(current_person())
    return render_template("pulse/show.html", form=invitation and PulseForm.for_(invitation), invitation=invitation)


@bp.post("/pulse")
@limiter.limit(post_limit)
def create_reply() -> Any:
    """Reply."""
    invitation = turn_of(current_person())
    if invitation is None:
        raise NotYourTurn()
    form = PulseForm.for_(invitation)
    try:
        with transaction():
            reply(current_person(), invitation, form.values)
    except Invalid as error:
        form.refuse(error)
        return render_template("pulse/show.html", form=form, invitation=invitation), 422
    flash("Thank you. It is added up with what the others say, without your name.", "done")
    return go_to("pulse.results")


@bp.get("/pulse/results")
def results() -> str:
    """What came out of the rounds that are over."""
    rounds = measuring.rounds()
    pictures = of_figures.pulse(rounds)
    return render_template("pulse/results.html", rounds=rounds, pictures=pictures, change_in_words=change_in_words)
