"""Where Ctrl+K leads: a page by itself, and a list laid over any other."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from flask import Blueprint, Response, jsonify, render_template, request

from forum.core.languages import said
from forum.core.rate_limits import limiter, search_limit
from forum.core.web import current_person
from forum.home.going import KINDS, LONGEST, Goal, goals
from forum.search.current import engine
from forum.search.port import SearchUnavailable
from forum.search.results import titles_of

log = logging.getLogger(__name__)

bp = Blueprint("going", __name__)


@bp.get("/go")
@limiter.shared_limit(search_limit, scope="search")
def index() -> str:
    """Pages, questions, practices, people, departments and topics by their name, as far as one may open them."""
    typed = request.args.get("q", "")
    return render_template("home/going.html", typed=typed, rows=_goals(typed), kinds=KINDS)


@bp.get("/suggest/goals")
@limiter.shared_limit(search_limit, scope="search")
def suggest_goals() -> Response:
    """The same while one types, for a list: what each is called, of which kind it is, and its address."""
    found = _goals(request.args.get("q", ""))
    return jsonify(
        [
            {"title": each.title, "kind": said(KINDS.get(each.kind, "")), "about": each.about, "url": each.url}
            for each in found
        ]
    )


def _goals(typed: str) -> Sequence[Goal]:
    try:
        titles = titles_of(engine().suggest(typed[:LONGEST])) if typed.strip() else []
    except SearchUnavailable:
        log.warning("titles cannot be looked up: the search is away")
        titles = []
    return goals(current_person(), typed, titles)
