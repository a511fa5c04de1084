"""The main pages in a language of other letters: nothing of ours is left in English.

What stands there in Latin letters was not looked up, in this language or in any other. That each language has all that
is looked up is held by core/test_catalogues.py, and that templates look up their words by rules/test_templates.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup, Comment, Doctype, Tag
from flask import Flask
from sqlalchemy import select

from forum import create_app
from forum.answers.models import Answer
from forum.causes.models import Cause
from forum.chats.models import Chat
from forum.commitments.models import Blocker, Commitment, Experiment
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.departments.models import Department
from forum.departments.models import Tag as Topic
from forum.hooks.models import KINDS, Delivery, Hook
from forum.needs.models import CheckIn, Need
from forum.objectives.models import Objective, Story
from forum.people.models import Organisation, Person
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.questions.models import Question
from forum.requests.models import Request
from forum.reviewing.models import Challenge
from tests import demonstration
from tests.conftest import Browser

LANGUAGE = "ar"  # A word in Latin letters is none of its own.
READERS = ("kim", "piotr", "farah", "arthur", "chris")  # an employee, a champion, a moderator, a head, an administrator
APART = 7  # Of the threads each reader sees every so many: a spread, in seconds instead of minutes.
PAGES = (
    "/",
    "/ask",
    "/practices",
    "/practices?state=due",
    "/questions",
    "/questions?tab=mine",
    "/not-there",
    "/search",
)
PAGES += ("/search?q=invoice", "/search?q=zzqx", "/search?q=%3F%21", "/search?q=invoice+is:nothing+sort:oldest")
PAGES += (
    "/departments",
    "/arrival",
    "/settings",
    "/inbox",
    "/inbox?show=done",
    "/inbox?show=later",
    "/settings/notifications",
)
# What one reader alone looks at: pages that look alike to everybody who may see them.
OF_ONE = {
    "kim": (
        *("/people", "/people?q=nobody+of+that+name", "/people/1?tab=thanks", "/people/13", "/settings/hours"),
        *("/tags", "/tags/invoices", "/departments/sales", "/bookmarks", "/drafts"),
        *("/commitments", "/commitments?of=all", "/commitments?blockers", "/experiments", "/experiments?result=failed"),
        *(
            "/chats",
            "/chats?of=past",
            "/chats/new",
            "/requests",
            "/requests?of=agreed",
            "/requests/new",
            "/causes",
            "/causes?state=verified",
            "/stories",
            "/pulse",
            "/pulse/results",
            "/objectives",
            "/notes",
            "/help",
            "/team",
            "/team/requests/new",
            "/settings/privacy",
            "/attachments/new",
            "/impact?open=all",
            "/impact/silos",
            "/impact/silos/looked-first",
            "/impact/silos/thanks",
            "/impact/reach",
            "/impact/ten",
            "/impact/confirmed/rows",
            "/moderation/log",
            "/reveals",
        ),
    ),
    "farah": (
        *("/people/13?tab=answers", "/open-problems", "/practices/candidates", "/practices/candidates?tab=dismissed"),
        *("/practices/nominations", "/practices/nominations?tab=decided"),
        *("/moderation", "/moderation/scope", "/moderation/reasons", "/practices/queue", "/synonyms"),
        *("/searches/missed", "/impact/links", "/impact/note"),
    ),
}
OF_ONE["arthur"] = ("/objectives/new", "/team", "/team/pledges/new")
OF_ONE["chris"] = (
    *("/admin/people", "/admin/people/13", "/admin/people/13/erasure", "/admin/invitations", "/admin/departments"),
    *("/admin/departments/1", "/admin/departments/1/timers", "/admin/departments/1/hours", "/admin/organisation"),
    *("/admin/mail", "/admin/search", "/admin/hooks", "/admin/audit", "/admin/privacy", "/admin/system"),
    *("/admin/directory", "/admin/audit?day=2001-01-01"),
)
# The same of the first two rows of a table, by a moderator.
OF_ROWS: dict[str, Any] = {
    "/commitments/{}": Commitment.id,
    "/experiments/{}": Experiment.commitment_id,
    "/requests/{}": Request.id,
    "/chats/{}": Chat.id,
    "/chats/{}/summary": Chat.id,
    "/challenges/{}": Challenge.id,
    "/needs/{}": Need.id,
    "/blockers/{}/reply": Blocker.id,
    "/posts/{}/history": Post.id,
    "/posts/{}/edit": Question.id,
    "/posts/{}/bookmark": Practice.id,
    "/posts/{}/comments/new": Answer.id,
    "/posts/{}/challenge": Practice.id,
    "/posts/{}/commitments/new": Practice.id,
    "/posts/{}/experiments/new": Practice.id,
    "/answers/{}/nomination/new": Answer.id,
    "/check-ins/{}": CheckIn.id,
    "/stories/{}": Story.id,
    "/causes/{}": Cause.id,
    "/causes/{}/evidence": Cause.id,
    "/causes/{}/quotes/new": Cause.id,
    "/posts/{}/causes": Practice.id,
    "/posts/{}/causes/new": Question.id,
    "/posts/{}/stories/new": Practice.id,
    "/posts/{}/promotion": Answer.id,
    "/objectives/{}": Objective.id,
    "/questions/{}/merge": Question.id,
    "/posts/{}/flag": Answer.id,
    "/posts/{}/hiding": Answer.id,
    "/posts/{}/locking": Practice.id,
    "/posts/{}/conversion": Answer.id,
    "/posts/{}/suggestion": Answer.id,
    "/posts/{}/objective": Practice.id,
    "/practices/{}": Practice.id,
    "/practices/{}/outcomes": Practice.id,
    "/practices/{}/use": Practice.id,
    "/practices/{}/edit": Practice.id,
    "/practices/{}/adaptation": Practice.id,
    "/practices/{}/care": Practice.id,
    "/practices/{}/retirement": Practice.id,
    "/practices/{}/print": Practice.id,
}
PARTS = ("/ask/similar?title=How+do+I+correct+an+invoice", "/shortcuts")
FRAGMENTS = ("/questions/{}/known", "/questions/{}/similar", "/posts/{}/commitments", "/posts/{}/stories")
# What people wrote, by where it stands; whatever has its own direction is somebody's text, too.
WRITTEN = "[dir=auto], bdi, .prose, .avatar, .label--tag, .label--department, .linklist > li > a, .aim__unit"
WRITTEN += ", kbd, code, script, style, template, .search-help dd, .chip, .filter__link, input, textarea"
WRITTEN += ", [lang]:not(html)"
SAID_ALOUD = ("title", "aria-label", "placeholder", "alt", "label", "data-then")
NOT_OURS = re.compile(
    r"Proven|https://\S+|Europe/\w+|Ctrl[+ ]\w|Cmd|Mac|Enter|@\w+|\b(?:is|sort):\w+|\S+@\S+|#\d+|\b(?:UTC|CSV)\b"
    r"|relevance, newest, active, votes|JavaScript|/table|/result"
    r"|\b(?:PNG|JPG|WebP|GIF|PDF|TXT|MB|TOTP|RMA|Wilson|UTF-8|JSON|Slack|Mattermost|Teams|TLS|Entra)\b|SCIM 2\.0"
    r"|[“„«][^“”„»]* = [^“”„»]*[“”»]"  # an example of what can be typed
)
LATIN = re.compile(r"[A-Za-zÀ-ɏ]{2,}")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, worker_name: str) -> Iterator[Flask]:
    """A demonstration of these tests' own: looking at a page notes what was read and searched for."""
    folder = tmp_path_factory.mktemp("translated")
    shared = demonstration.shared_folder(tmp_path_factory)
    filled = demonstration.copy_to(folder, shared, f"{worker_name}_translated")
    made = create_app(
        {
            "PROVEN_DATA": str(folder),
            "PROVEN_DATABASE": filled.database,
            "PROVEN_LOG": "error",
            "PROVEN_HOOKS": "outside",
        }
    )
    made.test_client_class = Browser
    with made.app_context(), transaction():
        _add_a_hook()
    yield made
    with made.app_context():
        db.engine.dispose()


def _add_a_hook() -> None:
    """The demonstration has none, as it sends nothing anywhere."""
    made = Hook(name="#1", host="chat.example", sealed_address="", sealed_secret="", kinds=list(KINDS), made_at=now())
    made.department_ids, made.off_at, made.gave_up = [1, 2], now(), True
    db.session.add(made)
    db.session.flush()
    for status, problem in ((200, ""), (500, "it answered 500"), (None, "it did not answer in time")):
        db.session.add(Delivery(hook_id=made.id, at=now(), kind="test", status=status, problem=problem))


@pytest.fixture(scope="module")
def names(site: Flask) -> list[str]:
    """What people, departments and so on are called, the longest first: sentences of ours have them as they are."""
    named = (
        Person.name,
        Department.name,
        Organisation.name,
        Topic.slug,
        Question.title,
        Practice.title,
        Objective.title,
        Objective.unit,
        Cause.title,
        Request.title,
    )
    with site.app_context():
        found = {name for column in named for name in db.session.scalars(select(column))}
        found |= {name.split()[0] for name in db.session.scalars(select(Person.name))}
        found |= {unit.capitalize() for unit in db.session.scalars(select(Objective.unit))}  # Above a column.
        db.session.remove()
    return sorted((name for name in found if name), key=len, reverse=True)


def pages_of(site: Flask) -> Iterator[tuple[str, BeautifulSoup]]:
    """Every main page as each of the readers sees it, with its address."""
    with site.app_context():
        threads = list(
            db.session.scalars(select(Question.id).where(Question.removed_at.is_(None)).order_by(Question.id))
        )
        for place, handle in enumerate(READERS):
            person = db.session.scalars(select(Person).where(Person.handle == handle)).one()
            window = site.test_client().sign_in(person)  # type: ignore[attr-defined]
            own = threads[place :: APART * len(READERS)]
            wholes = [*PAGES, *(f"/questions/{id}" for id in own), *OF_ONE.get(handle, ())]
            if handle == "farah":
                wholes += [address.format(id) for address, column in OF_ROWS.items() for id in _first(column)]
            parts = [*PARTS, *(fragment.format(id) for id in own for fragment in FRAGMENTS)]
            for address in wholes:
                yield f"{address} ({handle})", _read(window, address, {})
            for address in parts:
                yield f"{address} ({handle})", _read(window, address, {"HX-Request": "true"})
        db.session.remove()


def _first(column: Any) -> list[int]:
    return list(db.session.scalars(select(column).order_by(column).limit(2)))


def _read(window: Browser, address: str, headers: dict[str, str]) -> BeautifulSoup:
    response = window.get(address, headers={"Accept-Language": LANGUAGE, **headers}, follow_redirects=True)
    assert response.status_code < 500, address
    return BeautifulSoup(response.text, "html.parser")


def ours(soup: BeautifulSoup, names: list[str]) -> Iterator[str]:
    """The words on a page that the product says, with what has a name left out."""
    title, heading = soup.find("title"), soup.select_one("h1[dir=auto], h1 bdi")
    if isinstance(title, Tag) and heading:
        title.string = title.get_text().replace(heading.get_text(), "")
    for written in soup.select(WRITTEN):
        if not written.decomposed:
            written.decompose()
    for element in soup.find_all(True):
        yield from (_without(str(element[name]), names) for name in SAID_ALOUD if element.get(name))
    for text in soup.find_all(string=True):
        if not isinstance(text, Comment | Doctype) and text.strip():
            yield _without(str(text).strip(), names)


def _without(words: str, names: list[str]) -> str:
    words = NOT_OURS.sub("", words)
    for name in names:
        if name in words:
            words = words.replace(name, "")
    return words


def test_no_english_is_left(site: Flask, names: list[str]) -> None:
    left = {
        (words, address.split("?")[0])
        for address, soup in pages_of(site)
        for words in ours(soup, names)
        if LATIN.search(words)
    }
    assert sorted(left) == []
