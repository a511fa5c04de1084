"""Every page of the site, from its own map of addresses: each with something to show, and somebody who may see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Flask
from sqlalchemy import select, text

from bench.attacks import mails
from bench.attacks.planting import EVERY
from forum.attachments.models import Attachment
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.departments.models import Department, Tag
from forum.needs.links import token_for
from forum.needs.models import CheckIn, Need
from forum.people.joining import invite
from forum.people.models import Person, Role
from forum.people.sign_in import begin_session

# Of what the number in an address is, by the beginning of the address; the longest one counts.
SUBJECTS = {
    "/admin/departments": "department",
    "/admin/hooks": "hook",
    "/admin/people": "person",
    "/answers": "answer",
    "/attacked/mails": "person",
    "/blockers": "blocker",
    "/bookmarks": "bookmark",
    "/causes": "cause",
    "/chat-turns": "chat_turn",
    "/chats": "chat",
    "/challenges": "challenge",
    "/check-ins": "check_in",
    "/comments": "comment",
    "/commitments": "commitment",
    "/drafts": "reply_draft",
    "/experiments": "experiment",
    "/impact/silos/introductions": "introduction",
    "/invitations": "answer_invitation",
    "/needs": "need",
    "/nominations": "nomination",
    "/objectives": "objective",
    "/people": "person",
    "/pledges": "pledge",
    "/posts": "post",
    "/practices": "practice",
    "/questions": "question",
    "/readings": "reading",
    "/request-checks": "request_check",
    "/requests": "request",
    "/reveals": "reveal",
    "/stories": "story",
    "/suggestions": "suggestion",
    "/synonyms": "synonym_group",
}
# Where not every subject has all that the page can print: those that have it first, and a visit for each line.
PREFERRED = {
    "/answers/<id:id>/nomination/new": ("rowid NOT IN (SELECT post_id FROM nomination WHERE decision = 'refused')",),
    "/causes/<id:id>/<slug>": (
        "rowid NOT IN (SELECT cause_id FROM cause_doubt WHERE why <> '')",
        "rowid NOT IN (SELECT cause_id FROM cause_voice WHERE quote <> '')",
    ),
    "/commitments/<id:id>": (
        "rowid NOT IN (SELECT commitment_id FROM blocker WHERE answer <> '' AND commitment_id IS NOT NULL)",
    ),
    "/experiments/<id:id>": ("rowid NOT IN (SELECT commitment_id FROM experiment_thanks WHERE line <> '')",),
    "/posts/<id:id>/history": (f"rowid NOT IN (SELECT post_id FROM revision WHERE rowid % {EVERY} = 0)",),
    "/posts/<id:id>/state": (
        "rowid NOT IN (SELECT post_id FROM intervention)",
        "rowid NOT IN (SELECT post_id FROM moderation_case WHERE outcome = 'refused')",
    ),
    "/practices/<id:id>/<slug>": ("rowid NOT IN (SELECT post_id FROM challenge)",),
    "/questions/<id:id>/<slug>": (
        "rowid NOT IN (SELECT question_id FROM answer)",
        "rowid NOT IN (SELECT question_id FROM need WHERE tried <> '' AND origin = 'asked')",
    ),
    "/questions/<id:id>/wording": ("rowid NOT IN (SELECT question_id FROM merge WHERE undone_at IS NULL)",),
    "/suggestions/<id:id>": ("decided_at IS NULL", "decided_at IS NOT NULL"),
}
# What is shown only to whoever asks for it in the address.
ASKED_FOR = {
    "/impact": ("?open=all",),
    "/impact/silos/answers": ("?from=sales&to=finance&asking=1&answering=2",),
    "/practices/nominations": ("", "?tab=decided"),
}
WORDS = {"slug": "any", "handle": "any", "month": "2026-06", "measure": "confirmed", "table": "figures"}
# Fragments, data and files: nobody opens them as a page.
NOT_PAGES = {
    "static",
    "pages.alive",
    "pages.ready",
    "departments.suggest_tags",
    "people.suggest",
    "drafts.suggest_blocks",
    "drafts.suggest_emoji",
    "going.suggest_goals",
    "search.suggest",
    "search.recent",
    "attachments.show",
    "chats.transcript",
    "feeds.questions",
    "feeds.calendar",
}
NOT_PAGES_BELOW = ("/scim/",)
TRIES = 12  # subjects of a kind that are looked at for one that somebody may see
PEOPLE_TRIED = 9  # of those whom a subject belongs to
EVERYTHING = ("moderator", "administrator", "stakeholder", "champion")


@dataclass(frozen=True)
class Visit:
    """A page to look at: the rule of its address, the address, and who looks."""

    rule: str
    path: str
    person: int


class Pages:
    """Finds visits on the filled site. After `visits`, `missing` holds the rules for which there was nothing to see."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._clients: dict[int, Any] = {}
        self.missing: list[str] = []

    @cached_property
    def everything(self) -> int:
        """Id of a person with every role."""
        with transaction():
            person = db.session.scalars(select(Person).where(Person.left_at.is_(None)).order_by(Person.id)).first()
            assert person is not None, "nobody is there"
            known = set(db.session.scalars(select(Role.name).where(Role.person_id == person.id)))
            for name in set(EVERYTHING) - known:
                db.session.add(Role(person_id=person.id, name=name, since=now()))
            return person.id

    @cached_property
    def anybody(self) -> int:
        """Id of a person without a role."""
        with_role = select(Role.person_id)
        query = (
            select(Person.id).where(Person.left_at.is_(None), Person.id.not_in(with_role)).order_by(Person.id.desc())
        )
        return db.session.scalars(query).first() or self.everything

    @cached_property
    def _heads(self) -> list[int]:
        """Those who answer for a department."""
        return list(db.session.scalars(select(Role.person_id).where(Role.name == "stakeholder").distinct()).all())

    def visits(self, only: tuple[str, ...] = ()) -> list[Visit]:
        """One visit for every address that shows a page, with subjects that were planted where there are any.

        `only` are beginnings of addresses to keep to; none is all.
        """
        found = []
        for rule in sorted(self._app.url_map.iter_rules(), key=lambda rule: rule.rule):
            wanted = rule.rule.startswith(only or ("/",))
            if (
                wanted
                and "GET" in (rule.methods or ())
                and rule.endpoint not in NOT_PAGES
                and not rule.rule.endswith(".csv")
                and not rule.rule.startswith(NOT_PAGES_BELOW)
            ):
                visits = self._visits(rule.rule)
                found.extend(visits)
                if not visits:
                    self.missing.append(rule.rule)
        return found

    def client(self, person: int) -> Any:
        """A client of the application that is signed in as that person."""
        if person not in self._clients:
            self._clients[person] = self._app.test_client()
            cookie = self.token(person)
            with self._clients[person].session_transaction() as session:
                session["_user_id"] = cookie
                session["_fresh"] = True
        return self._clients[person]

    def forget(self, person: int) -> None:
        """Let the next client of that person be a new one."""
        self._clients.pop(person, None)

    def token(self, person: int) -> str:
        """The secret of a new session."""
        with transaction():
            whose = db.session.get_one(Person, person)
            begin_session(whose, browser="attacks")
            return str(whose.session_token)

    def _visits(self, rule: str) -> list[Visit]:
        """A visit for each thing that the page can show, without those that turn out to be the same."""
        orders, asked = PREFERRED.get(rule, ("",)), ASKED_FOR.get(rule, ("",))
        visits = (self._visit(rule, order, words) for order in orders for words in asked)
        return list(dict.fromkeys(visit for visit in visits if visit is not None))

    def _visit(self, rule: str, order: str, asked: str) -> Visit | None:
        for path, people in self._candidates(rule, order, asked):
            for person in people:
                answer = self.client(person).get(path)
                for _ in range(2):  # Of an address without its words to the one with them.
                    if answer.status_code in (301, 302) and answer.location.startswith(path.rpartition("/")[0] + "/"):
                        path = answer.location
                        answer = self.client(person).get(path)
                if answer.status_code == 200 and answer.mimetype == "text/html":
                    return Visit(rule, path, person)
        return None

    def _candidates(self, rule: str, order: str, asked: str) -> Iterator[tuple[str, list[int]]]:
        if "<token>" in rule:
            yield from ((rule.replace("<token>", token), [self.everything]) for token in self._tokens(rule))
        elif "<id:" in rule or "<practice>" in rule:
            table = SUBJECTS.get(max((start for start in SUBJECTS if rule.startswith(start)), key=len, default=""))
            for id, people in self._subjects(table or ("practice" if "<practice>" in rule else ""), order):
                yield _filled(re.sub(r"<id:\w+>|<practice>", str(id), rule)), people
        elif "<slug>" in rule:
            kind = Tag if rule.startswith("/tags") else Department
            for slug in db.session.scalars(select(kind.slug).where(kind.id % EVERY == 0).limit(TRIES)).all():
                yield rule.replace("<slug>", slug), [self.everything]
        elif "<month>" in rule:
            months = db.session.execute(text("SELECT DISTINCT month FROM monthly_note ORDER BY 1 DESC")).scalars().all()
            yield from ((rule.replace("<month>", str(month)[:7]), [self.everything]) for month in months)
        else:
            yield _filled(rule) + asked, [self.everything]

    def _tokens(self, rule: str) -> list[str]:
        if rule.startswith("/did-it-work"):
            rows = db.session.scalars(select(CheckIn).order_by(CheckIn.id.desc()).limit(TRIES)).all()
            return [token_for(row.id, db.session.get_one(Need, row.need_id).person_id) for row in rows]
        if rule.startswith("/join"):
            with transaction():
                person = db.session.get_one(Person, self.everything)
                return [invite(person, email="invited@attacked.example", department=person.department)]
        if rule.startswith("/attachments"):
            return list(db.session.scalars(select(Attachment.token)).all())
        return []

    def _subjects(self, table: str, order: str) -> Iterator[tuple[int, list[int]]]:
        """Ids of a table, planted ones first and newest first, each with those who may be let in to it."""
        if not table:
            return
        known = db.metadata.tables[table]
        owners = [column.name for column in known.columns if _is_person(column)]
        first = f"{order}, " if order else ""
        query = f'SELECT rowid AS key, * FROM "{table}" ORDER BY {first}rowid % {EVERY} > 0, rowid DESC LIMIT {TRIES}'
        for row in db.session.execute(text(query)).mappings().all():
            whose = [row[name] for name in owners if row[name] is not None]
            yield row["key"], [*dict.fromkeys([self.everything, *whose, *self._heads])][:PEOPLE_TRIED]


def _filled(rule: str) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: WORDS.get(found[1], "any"), rule)


def _is_person(column: Any) -> bool:
    return any(key.column.table.name == "person" for key in column.foreign_keys)


def mail_visits(most: int = 3) -> list[Visit]:
    """The mails of those who have most to be told."""
    query = "SELECT person_id FROM notification GROUP BY person_id ORDER BY count(*) DESC LIMIT :most"
    people = db.session.execute(text(query), {"most": most}).scalars().all()
    return [Visit(f"{mails.ADDRESS}/<id:id>", f"{mails.ADDRESS}/{person}", person) for person in people]
