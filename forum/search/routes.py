"""The search page, titles offered while a search is typed, and the words that mean the same."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for

from forum.core.db import transaction
from forum.core.errors import Invalid
from forum.core.permissions import require
from forum.core.rate_limits import limiter, post_limit
from forum.core.web import current_person, get_visible
from forum.departments.labelling import all_departments
from forum.search import keeping
from forum.search.current import engine
from forum.search.forms import SynonymForm
from forum.search.models import SynonymGroup
from forum.search.port import FACETS, SearchUnavailable
from forum.search.query import Query, parse, with_filter, without_filter
from forum.search.results import PER_PAGE, STATES, find, titles_of

bp = Blueprint("search", __name__)

LAST_PAGE = 50  # 1,000 results: nobody looks further, and each page costs as much as all before it
FACET_NAMES = {"kind": "Kind", "state": "State", "department": "Department", "tag": "Tag"}
OPERATORS = {"kind": "is", "state": "is", "department": "dept", "tag": "tag"}
KINDS = {"question": "Questions", "answer": "Answers", "comment": "Comments", "practice": "Best practices"}
SORTS = {"relevance": "Best match", "newest": "Newest", "active": "Latest activity", "votes": "Most votes"}


@bp.get("/search")
def index() -> str:
    """What was found, with facets to narrow it down; every choice is part of the address."""
    typed = request.args.get("q", "")
    query = parse(typed)
    number = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    if query.is_empty:
        return render_template("search/index.html", query=typed, found=None, notices=query.notices)
    found = find(query, page=number)
    more = found.page.total > number * PER_PAGE and number < LAST_PAGE
    suggestion = found.page.suggestion
    return render_template(
        "search/index.html",
        query=typed,
        found=found,
        results=found.results,
        total=found.page.total,
        widened=found.page.widened,
        partial=found.page.partial,
        at_least=found.page.at_least,
        limited=found.limited,
        notices=query.notices,
        suggestion=suggestion and (suggestion, _address(suggestion)),
        facets=_facets(query, found.page.facets),
        active=_active(query),
        sorts=[
            (label, _address(with_filter(query, "sort", name)), query.sort == name) for name, label in SORTS.items()
        ],
        state_words=STATES,
        ask_url=url_for("questions.new", title=" ".join((*query.words, *query.phrases))[:150]),
        next_url=_address(typed, number + 1) if more else None,
        previous_url=_address(typed, number - 1) if number > 1 else None,
    )


@bp.get("/suggest")
def suggest() -> Any:
    """Titles that begin like what is being typed."""
    try:
        hits = engine().suggest(request.args.get("q", "")[:80])
    except SearchUnavailable:
        return jsonify([])
    return jsonify(titles_of(hits))


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


def _address(typed: str, page: int = 1) -> str:
    return url_for("search.index", q=typed, page=page if page > 1 else None)


def _facets(query: Query, facets: Any) -> list[tuple[str, str, list[tuple[str, str, int, str, bool]]]]:
    """Each facet as (name, label, values), a value as (value, label, count, address that toggles it, active)."""
    names = {
        "department": {each.slug: each.name for each in all_departments()},
        "kind": KINDS,
        "state": STATES,
        "tag": {},
    }
    shown = []
    for name in FACETS:
        chosen = _chosen(query, name)
        values = [
            (value, names[name].get(value, value), count, _toggle(query, name, value, value in chosen), value in chosen)
            for value, count in facets.get(name, ())
        ]
        if values:
            shown.append((name, FACET_NAMES[name], values))
    return shown


def _toggle(query: Query, name: str, value: str, active: bool) -> str:
    change = without_filter if active else with_filter
    return _address(change(query, OPERATORS[name], value))


def _chosen(query: Query, name: str) -> tuple[str, ...]:
    return {"department": query.departments, "tag": query.tags, "kind": query.kinds, "state": query.states}[name]


def _active(query: Query) -> list[tuple[str, str]]:
    """The filters in force as (words, address without it)."""
    given = [
        *(("is", value) for value in (*query.kinds, *query.states)),
        *(("dept", value) for value in query.departments),
        *(("tag", value) for value in query.tags),
        *(("author", value) for value in query.authors),
        ("after", query.after),
        ("before", query.before),
    ]
    return [
        (f"{operator}:{value}", _address(without_filter(query, operator, str(value))))
        for operator, value in given
        if value is not None
    ]
