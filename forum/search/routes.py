"""The search page, and titles offered while a search is typed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for

from forum.departments.labelling import all_departments
from forum.search.current import engine
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
