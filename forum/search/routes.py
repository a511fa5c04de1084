"""The search page, what is offered while a search is typed, what people searched for, and words that mean the same."""

from __future__ import annotations

import logging
from datetime import timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from forum.core.clock import now
from forum.core.db import transaction
from forum.core.errors import Invalid
from forum.core.languages import gettext
from forum.core.permissions import require
from forum.core.rate_limits import limiter, post_limit, search_limit
from forum.core.web import current_person, get_visible, go_to, is_prefetch, wants_fragment
from forum.search import history, keeping
from forum.search.current import engine
from forum.search.forms import SynonymForm
from forum.search.models import SynonymGroup
from forum.search.pages import LAST_PAGE, address, ask_address, found_page, start_page, understood
from forum.search.port import SearchUnavailable
from forum.search.query import Query
from forum.search.results import Found, find, titles_of

log = logging.getLogger(__name__)
bp = Blueprint("search", __name__)


@bp.get("/search")
@limiter.shared_limit(search_limit, scope="search")
def index() -> str:
    """What was found, with facets to narrow it down; every choice is part of the address.

    While somebody types, only what rests for some seconds is remembered: the page sends it then.
    """
    typed, person, typing = request.args.get("q", ""), current_person(), wants_fragment()
    query = understood(typed, person)
    shared = {"query": typed, "live": True, "typing": typing}
    if query.is_empty:
        return render_template(
            "search/index.html", recent=_addresses(history.recent(person)), **shared, **start_page(typed, query, person)
        )
    number = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    found = find(query, page=number, by=person)
    if number > 1 and not found.results:  # Past the end, by an old address: from the beginning.
        number = 1
        found = find(query, page=number, by=person)
    if number == 1 and not typing and not is_prefetch():
        _remember(query, found)
    return render_template("search/index.html", **shared, **found_page(typed, query, found, number, person))


@bp.get("/suggest")
@limiter.shared_limit(search_limit, scope="search")
def suggest() -> Any:
    """Titles that begin like what is being typed."""
    try:
        hits = engine().suggest(request.args.get("q", "")[:80])
    except SearchUnavailable:
        return jsonify([])
    return jsonify(titles_of(hits))


@bp.get("/searches")
def recent() -> Any:
    """What the person searched for last."""
    return jsonify([{"title": words, "url": url} for words, url in _addresses(history.recent(current_person()))])


@bp.get("/synonyms")
def synonyms() -> str:
    """The words that mean the same here."""
    return _synonyms_page(SynonymForm(formdata=None))


@bp.post("/synonyms")
@limiter.limit(post_limit)
def add_synonyms() -> Any:
    """Let words mean the same."""
    form = SynonymForm()
    try:
        with transaction():
            keeping.keep(current_person(), form.words.data or "")
    except Invalid as error:
        form.refuse(error)
        return _synonyms_page(form), 422
    flash("Noted. Whoever looks for one of them now finds all.", "done")
    return redirect(url_for(".synonyms"), code=303)


@bp.route("/synonyms/<id:id>/edit", methods=["GET", "POST"])
@limiter.limit(post_limit, methods=["POST"])
def change_synonyms(id: int) -> Any:
    """Mend a group of words that mean the same."""
    require(current_person(), "synonym.keep")
    group = get_visible(SynonymGroup, id)
    form = SynonymForm()
    if request.method == "GET":
        form.words.data = group.as_typed
        return render_template("search/synonym.html", form=form, group=group)
    try:
        with transaction():
            keeping.change(current_person(), get_visible(SynonymGroup, id), form.words.data or "")
    except Invalid as error:
        form.refuse(error)
        return render_template("search/synonym.html", form=form, group=get_visible(SynonymGroup, id)), 422
    flash("Saved. Whoever looks for one of them now finds all.", "done")
    return redirect(url_for(".synonyms"), code=303)


@bp.post("/synonyms/<id:id>/removal")
@limiter.limit(post_limit)
def drop_synonyms(id: int) -> Any:
    """Let words no longer mean the same."""
    with transaction():
        keeping.drop(current_person(), get_visible(SynonymGroup, id))
    flash("Gone: each of the words now finds only itself.", "done")
    return redirect(url_for(".synonyms"), code=303)


def _synonyms_page(form: SynonymForm) -> str:
    return render_template("search/synonyms.html", form=form, groups=keeping.kept(current_person()))


@bp.post("/searches")
@limiter.limit(post_limit)
def create_search() -> Any:
    """Remember a search that was typed and not sent, but looked at."""
    query = understood(request.form.get("q", ""), current_person())
    if not query.is_empty:
        _remember(query, find(query, page=1))
    return Response(status=204)


@bp.post("/searches/removal")
@limiter.limit(post_limit)
def forget_searches() -> Any:
    """Forget what the person searched for."""
    with transaction():
        history.forget(current_person())
    flash("Forgotten: your list of searches is empty.", "done")
    return go_to(".index")


@bp.get("/searches/missed")
def missed() -> str:
    """What several people looked for in vain, without a word about who."""
    require(current_person(), "search.see_missed")
    since = (now() - timedelta(days=90)).date()
    rows = sorted(history.missed(since), key=lambda each: each.week, reverse=True)
    weeks = [
        (week, [(each, address(each.words), ask_address(each.words)) for each in of_it])
        for week, of_it in groupby(rows, key=lambda each: each.week)
    ]
    this_week = now().date() - timedelta(days=now().weekday())
    dismissed = history.dismissed(since)
    return render_template("search/missed.html", weeks=weeks, this_week=this_week, dismissed=dismissed)


@bp.post("/searches/missed/dismissals")
@limiter.limit(post_limit)
def dismiss_missed() -> Any:
    """Take words off the list of what is missing."""
    words = request.form.get("words", "")
    with transaction():
        history.dismiss(current_person(), words)
    flash(
        gettext(
            "“%(words)s” is off the list. It stands at the end of this page, should it have to come back.",
            words=words[:80],
        ),
        "done",
    )
    return redirect(url_for(".missed"), code=303)


@bp.post("/searches/missed/dismissals/removal")
@limiter.limit(post_limit)
def bring_back_missed() -> Any:
    """Put words on the list of what is missing again."""
    words = request.form.get("words", "")
    with transaction():
        history.bring_back(current_person(), words)
    flash(gettext("“%(words)s” is on the list again, as long as people look for it in vain.", words=words[:80]), "done")
    return redirect(url_for(".missed"), code=303)


def _remember(query: Query, found: Found) -> None:
    person = current_person()
    if history.is_known(person, query):
        return
    try:
        with transaction():
            history.remember(person, query, None if found.limited else found.page)
    except OperationalError:  # What was found is ready to be read; that it was looked for is worth less.
        log.warning("a search was not remembered: the database is busy or away")


def _addresses(searches: Any) -> list[tuple[str, str]]:
    return [(words, address(words)) for words in searches]
