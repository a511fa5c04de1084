"""What the search page shows: the search as it was understood, what narrows it down, and what can be done next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote_plus

from flask import url_for
from sqlalchemy import or_, select

from forum.core.clock import now
from forum.core.db import db
from forum.core.languages import gettext, messages, said
from forum.departments.labelling import all_departments, slug_of
from forum.departments.models import Tag
from forum.people.models import Person
from forum.search.port import FACETS
from forum.search.query import FACET_FIELDS, Query, beside, parse, to_text, with_filter, without_filter
from forum.search.results import PER_PAGE, Found

LOOKED_AT = 500  # colleagues whose names begin like one that was typed; whoever means one of more types more of it
LAST_PAGE = 50  # 1,000 results: nobody looks further, and each page costs as much as all before it
TITLE_LENGTH = 150  # characters of a search that stand in the form for a question
# Of the states, in the order in which a need goes on; that something is a best practice is its kind.
FACET_STATES = messages(
    {
        "open": "Open",
        "answered": "Answered",
        "solved": "Accepted or solved",
        "withdrawn": "No longer needed",
        "accepted": "Accepted answers",
        "proven": "Proven",
        "retired": "Retired",
    }
)
FACET_NAMES = messages({"kind": "Kind", "state": "State", "department": "Department", "tag": "Tag"})
OPERATORS = {"kind": "is", "state": "is", "department": "dept", "tag": "tag"}
KINDS = messages(
    {
        "question": "Questions",
        "answer": "Answers",
        "comment": "Comments",
        "practice": "Best practices",
        "cause": "Causes",
        "chat": "Chats",
    }
)
SORTS = messages({"relevance": "Best match", "newest": "Newest", "active": "Latest activity", "votes": "Most votes"})


def understood(typed: str, person: Person) -> Query:
    """What was typed, with colleagues by their handles however they were named; says who and what is not known."""
    query = parse(typed)
    query = _with_departments(query) if query.departments else query
    return _with_authors(query, person) if query.authors else query


def start_page(typed: str, query: Query, person: Person) -> dict[str, Any]:
    """Nothing is searched for yet; if something was typed all the same, what is missing from it."""
    newest = db.session.scalar(select(Tag.slug).order_by(Tag.id.desc()).limit(1))
    return {"found": None, "notices": query.notices or _missing(typed, query), "examples": _examples(person, newest)}


def found_page(typed: str, query: Query, found: Found, number: int, person: Person) -> dict[str, Any]:
    """One page of what was found."""
    query = replace(query, authors=parse(typed).authors)  # As typed: a first name may stand for many.
    tags = found.page.facets.get("tag", ())
    more = found.page.total > number * PER_PAGE and number < LAST_PAGE
    suggestion = found.page.suggestion
    departments = {each.slug: each.name for each in all_departments()}
    return {
        "found": found,
        "results": found.results,
        "total": found.page.total,
        "widened": found.page.widened,
        "partial": found.page.partial,
        "at_least": found.page.at_least,
        "limited": found.limited,
        "notices": (*query.notices, *_unknown_departments(query, departments), *_too_common(query)),
        "words_alone": _words_alone(query),
        "too_common": query.is_too_common,
        "suggestion": suggestion and (suggestion, address(suggestion)),
        "facets": _facets(query, found.page.facets, departments),
        "active": _active(query),
        "sorts": [
            (said(label), address(with_filter(query, "sort", name)), query.sort == name)
            for name, label in SORTS.items()
        ],
        "ask_url": ask_address(" ".join((*query.words, *query.phrases))),
        "next_url": address(typed, number + 1) if more else None,
        "previous_url": address(typed, number - 1) if number > 1 else None,
        "examples": _examples(person, tags[0][0] if tags else None),
    }


def address(typed: str, page: int = 1) -> str:
    """Where a search stands. Written by hand: a page has forty of them, and `url_for` took a fifth of its time."""
    return f"/search?q={quote_plus(typed, safe=':')}" + (f"&page={page}" if page > 1 else "")


def ask_address(words: str) -> str:
    """Where a question can be asked that begins with these words."""
    return url_for("asking.new", title=words[:TITLE_LENGTH])


def _missing(typed: str, query: Query) -> tuple[str, ...]:
    typed = typed.strip()
    if query.excluded:
        return (
            gettext(
                "“%(typed)s” only says what to leave out. Add a word, or a filter such as is:question, to look for.",
                typed=typed,
            ),
        )
    if query.is_narrowed:
        return (
            gettext("“%(typed)s” only says in which order. Add a word, or a filter such as is:question.", typed=typed),
        )
    words = gettext("“%(typed)s” has no letter and no number to look for. Type a word.", typed=typed)
    return (words,) if typed else ()


def _words_alone(query: Query) -> str | None:
    """Where the words are looked for without the filters that narrow them; None when there are none of either."""
    words = Query(words=query.words, phrases=query.phrases, excluded=query.excluded)
    narrowed = replace(query, sort="relevance").is_narrowed
    return address(to_text(words)) if narrowed and (query.words or query.phrases) else None


def _too_common(query: Query) -> tuple[str, ...]:
    words = " ".join((*query.words, *query.phrases))
    told = gettext(
        "“%(words)s” stands nearly everywhere, so it is not looked for. Add a word that tells more.", words=words
    )
    return (told,) if query.is_too_common else ()


def _examples(person: Person, tag: str | None) -> list[tuple[str, str]]:
    """What can be typed, as searches that find something here, and what each finds."""
    own, by_name = person.department.slug, f'dept:"{person.department.name}"'
    return [
        ('"how do I"', gettext("these words in this order")),
        ("how -invoice", gettext("without that word")),
        *([(f"tag:{tag}", gettext("about a topic"))] if tag else ()),
        (
            f"dept:{own}",
            gettext("of a department, also by its name: %(example)s", example=by_name),
        ),
        ("author:me", gettext("by a colleague, or by you: %(example)s", example='author:ola, author:"Ola Mensah"')),
        (
            "is:open",
            gettext(
                "somebody waits; also is:answered (and nothing accepted), is:solved (or accepted), "
                "is:practice, is:retired"
            ),
        ),
        ("is:proven", gettext("practices that colleagues of several departments tried and that surely work")),
        ("is:question", gettext("also is:answer, is:comment")),
        ("after:2026", gettext("also after:2026-01, after:2026-01-31, after:yesterday, after:7d")),
        (f"is:question before:{now().date()}", gettext("what is older, written like after:")),
        ("is:question sort:newest", gettext("also sort:active, sort:votes")),
    ]


def _with_departments(query: Query) -> Query:
    """With departments by their address, however their names were written."""
    known: dict[str, str] = {}
    for each in all_departments():
        known |= {slug_of(each.name): each.slug, each.slug: each.slug}
    slugs = (known.get(name, name) for name in query.departments)
    return replace(query, departments=tuple(dict.fromkeys(slugs)))


def _with_authors(query: Query, person: Person) -> Query:
    handles: dict[str, list[str]] = {}
    names = [name for name in query.authors if name != "me"]
    if names:
        like = [Person.name.icontains(name.split("-")[0], autoescape=True) for name in names]
        rows = db.session.execute(
            select(Person.handle, Person.name)
            .where(or_(Person.handle.in_(names), *like), ~Person.is_persona)
            .order_by(Person.handle)
            .limit(LOOKED_AT)
        )
        people = {handle: slug_of(called) for handle, called in rows}
        for name in names:
            handles[name] = [name] if name in people else [each for each in people if _is_called(people[each], name)]
    handles["me"] = [person.handle]
    unknown = tuple(gettext("Nobody here is called “%(name)s”.", name=name) for name in names if not handles[name])
    authors = [handle for name in query.authors for handle in handles[name] or [name]]
    return replace(query, authors=tuple(dict.fromkeys(authors)), notices=(*query.notices, *unknown))


def _is_called(slug: str, typed: str) -> bool:
    """Whether that is the whole name, or one of its parts."""
    return slug == typed or typed in slug.split("-")


def _unknown_departments(query: Query, known: Mapping[str, str]) -> list[str]:
    return [
        gettext("There is no department called “%(name)s”.", name=slug)
        for slug in query.departments
        if slug not in known
    ]


def _facets(
    query: Query, facets: Mapping[str, Sequence[tuple[str, int]]], departments: Mapping[str, str]
) -> list[tuple[str, list[tuple[str, int, str, bool]]]]:
    """Each facet as (label, values), a value as (label, count, address that chooses it or takes it off, chosen)."""
    names: dict[str, Mapping[str, str]] = {"department": departments, "kind": KINDS, "state": FACET_STATES, "tag": {}}
    shown = {**facets, "state": _in_order(facets.get("state", ()))}
    without = {**dict.fromkeys(FACETS, query), **beside(query)}
    chosen = {name: getattr(query, field) for name, field in FACET_FIELDS.items()}
    return [
        (
            said(FACET_NAMES[name]),
            [
                (
                    said(names[name].get(value, value)),
                    count,
                    address(
                        without_filter(query, OPERATORS[name], value)
                        if value in chosen[name]
                        else with_filter(without[name], OPERATORS[name], value)
                    ),
                    value in chosen[name],
                )
                for value, count in shown[name]
            ],
        )
        for name in FACETS
        if shown.get(name)
    ]


def _in_order(states: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    counted = dict(states)
    return [(state, counted[state]) for state in FACET_STATES if state in counted]


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
        (f"{operator}:{value}", address(without_filter(query, operator, str(value))))
        for operator, value in given
        if value is not None
    ]
