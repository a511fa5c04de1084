"""The home page: what to do now."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from forum.core.web import current_person
from forum.home import listing
from forum.impact.reach.norm import norm_for
from forum.needs.listing import first_for
from forum.objectives.listing import at_home
from forum.posts.holding import own_withheld
from forum.pulse.replying import turn_of

bp = Blueprint("home", __name__)

OF_THE_LIST = ("tab", "among", "after")  # parameters of the list of questions, which once stood at this address


@bp.get("/")
def index() -> Any:
    """What waits for whoever is signed in, what is theirs, and what changed."""
    kept: dict[str, Any] = {name: request.args[name] for name in OF_THE_LIST if name in request.args}
    if kept:
        return redirect(url_for("questions.index", **kept))
    person = current_person()
    own = listing.own(person)
    return render_template(
        "home/index.html",
        greeting=listing.greeting(person),
        waiting=first_for(person, listing.FEW + 1),
        few=listing.FEW,
        due=listing.due(person),
        own=own,
        withheld=own_withheld(person),
        to_decide=listing.to_decide(person),
        aims=at_home(),
        news=listing.news(),
        solved=listing.solved_nearby(person),
        pulse_turn=turn_of(person),
        norm=None if own else norm_for(person),
    )
