"""The moderators' page about what is learned: how much of it is joined together, and whether rightly."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, render_template, request

from forum.core.db import transaction
from forum.core.forms import typed_id
from forum.core.permissions import require
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, go_to
from forum.impact.facts.facts import Facts, Practice
from forum.impact.links.judging import A_MONTH, judge, linked, to_judge
from forum.impact.measures.figures import between, of
from forum.impact.viewing import asked_for, frame
from forum.search.known import known

bp = Blueprint("links", __name__, url_prefix="/impact/links")

SUGGESTED = 3  # at the top of what is offered while somebody types: further down hardly anybody looks
LOOKED_AT = 50  # practices out of date, at most: each costs a search


@bp.get("")
def index() -> str:
    """The link rate, how many links are right, those to judge this month, and what is suggested though out of date."""
    require(current_person(), "impact.judge_links")
    facts, period = asked_for({"period": request.args.get("period", "")})
    found = linked(period)
    waiting, done = to_judge(period)
    return render_template(
        "impact/links.html",
        found=found,
        rate=of(found.linked, found.closed),
        accuracy=of(found.right, found.judged),
        between=between,
        waiting=waiting,
        done=done,
        a_month=A_MONTH,
        old=_suggested_though_old(facts),
        **frame(facts, period),
    )


@bp.post("/<id:id>")
@limiter.limit(post_limit)
def check(id: int) -> Any:
    """Keep whether the question with that id belongs to what it is linked to."""
    verdict, target_id = request.form.get("verdict"), typed_id(request.form.get("target"))
    if verdict not in ("right", "wrong"):
        abort(400)
    with transaction():
        if judge(current_person(), id, target_id, is_right=verdict == "right") is None:
            abort(404)
    flash("Kept." if verdict == "right" else "Kept. You can take the link away on the page of the question.", "done")
    return go_to("links.index", period=request.form.get("period"), anchor="judge")


def _suggested_though_old(facts: Facts) -> list[Practice]:
    """Practices out of date that stand among the first of what is suggested to whoever types their own title."""
    stale = [each for each in facts.practices if each.freshness == "stale" and not each.is_hidden][:LOOKED_AT]
    return [each for each in stale if each.id in {match.id for match in known(each.title, limit=SUGGESTED)}]
