"""Feeds at secret addresses, for programmes that do not sign in, and making these addresses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, abort, current_app, flash, g, request
from werkzeug.wrappers import Response as BaseResponse

from forum.core.db import transaction
from forum.core.languages import gettext, language_of, speaking
from forum.core.rate_limits import limiter, person_or_address, post_limit, search_limit
from forum.core.web import OF_A_FILE, current_person, go_to, public
from forum.departments.labelling import found_department, found_tag
from forum.feeds import atom, icalendar
from forum.feeds.addresses import make_addresses, number_in, open_address
from forum.feeds.dates import dates_of
from forum.feeds.entries import MOST, Part, base, newest, stable_id
from forum.feeds.models import FeedAddress
from forum.people.models import Person
from forum.search.current import engine
from forum.search.pages import address as search_address
from forum.search.pages import understood
from forum.search.port import SearchUnavailable
from forum.search.synonyms import alternatives

bp = Blueprint("feeds", __name__)

NARROWS = ("tag", "department", "q")
FOUND_KINDS = ("question", "answer")


def _reader() -> str:
    """What a limit counts by: the address, wherever it is read from; else, for a wrong one, whoever tries it."""
    number = number_in((request.view_args or {}).get("token", ""))
    return f"feeds {number}" if number else person_or_address()


@bp.post("/settings/feeds")
@limiter.limit(post_limit)
def create() -> BaseResponse:
    """Make the addresses of one's feeds, or make them anew."""
    with transaction():
        make_addresses(current_person())
    flash("These are your addresses. If there were others, they have stopped.", "done")
    return go_to("people.settings", anchor="feeds-title")


@bp.get("/feeds/<token>/questions.atom")
@public
@limiter.shared_limit(search_limit, scope="feeds", key_func=_reader)
def questions(token: str) -> Response:
    """The newest questions and answers: of all, of a topic, of a department, or of what a search finds."""
    made, person = _opened(token)
    typed = {name: words for name in NARROWS if (words := request.args.get(name, "").strip())}
    with speaking(language_of(person)):
        part, about, path = _part(typed, person)
        entries = newest(part)
    feed = atom.Feed(
        id=stable_id(f"questions{'?' if typed else ''}{urlencode(typed, quote_via=quote)}"),
        title=f"{g.organisation.name}: {about}",
        url=base() + path,
        updated=max((entry.updated for entry in entries), default=made.made_at),
        language=language_of(person),
    )
    answer = _file(atom.written(feed, entries), atom.TYPE)
    answer.last_modified = feed.updated
    return answer.make_conditional(request)


@bp.get("/feeds/<token>/calendar.ics")
@public
@limiter.shared_limit(search_limit, scope="feeds", key_func=_reader)
def calendar(token: str) -> Response:
    """One's own dates."""
    _, person = _opened(token)
    with speaking(language_of(person)):
        body = icalendar.written(f"{g.organisation.name}: {gettext('my dates')}", dates_of(person))
    # No moment of its last change: of what was done or called off nothing is left that has one.
    return _file(body, icalendar.TYPE).make_conditional(request)


def _opened(token: str) -> tuple[FeedAddress, Person]:
    return open_address(token) or abort(404)  # Alike for one that never was, an old one, and whoever has left.


def _part(typed: dict[str, str], person: Person) -> tuple[Part, str, str]:
    """What a feed is narrowed to, in words, and the page that shows the same. A search narrows by itself."""
    if "q" in typed:
        words = gettext("new about “%(words)s”", words=typed["q"])
        return Part(ids=_found(typed["q"], person)), words, search_address(typed["q"])
    part, names, path = Part(), [], "/questions?tab=new"
    if "department" in typed:
        department = found_department(typed["department"]) or abort(404)
        part, path = replace(part, department=department), f"/departments/{department.slug}"
        names.append(department.name)
    if "tag" in typed:
        tag = found_tag(typed["tag"]) or abort(404)
        part, path = replace(part, tag=tag), f"/tags/{tag.slug}"
        names.append(tag.slug)
    about = gettext("new about “%(words)s”", words=", ".join(names)) if names else gettext("new questions and answers")
    return part, about, path


def _found(typed: str, person: Person) -> list[int]:
    """Numbers of the newest posts that a search finds; whether they may be seen is asked when they are read."""
    query = understood(typed, person)
    if query.is_empty:
        return []
    kinds = tuple(kind for kind in query.kinds if kind in FOUND_KINDS) if query.kinds else FOUND_KINDS
    if not kinds:
        return []
    query = replace(query, sort="newest", kinds=kinds, alternatives=alternatives(query.words))
    try:
        found = engine().search(query, per_page=MOST)
    except SearchUnavailable:
        abort(503)  # A reader keeps what it has and comes again; an empty feed would say that there is nothing.
    return [] if found.widened else [hit.post_id for hit in found.hits]


def _file(body: bytes, kind: str) -> Any:
    answer = current_app.response_class(body, content_type=f"{kind}; charset=utf-8")
    answer.add_etag()
    answer.headers["Cache-Control"] = "private, no-cache"  # Asked for again each time: an old address stops at once.
    answer.headers["Content-Security-Policy"] = OF_A_FILE
    return answer
