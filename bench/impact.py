"""The impact page over a hundred thousand needs and a million events: the first look, the next ones, and after a deed.

Rows are written as they are, without texts: only what the page counts has to be there.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, update

from bench import filling
from bench.texts import DEPARTMENTS, PEOPLE, SEED
from forum import create_app
from forum.answers.models import Acceptance, Answer
from forum.cli import bring_up_to_date
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.events import EventRow
from forum.departments.models import Department
from forum.needs.models import CheckIn, Need
from forum.people.models import Person
from forum.people.sign_in import begin_session
from forum.posts.models import Post
from forum.practices.models import SECTIONS, Practice
from forum.questions.models import Question

SPAN = timedelta(days=730)  # eight quarters
PRACTICES = 300
AT_ONCE = 20_000  # rows in one statement
LOOKS = 7  # of which the median counts
# How often a need is of each origin, and how it goes on: out of a hundred.
ORIGINS = ("asked",) * 60 + ("me_too",) * 15 + ("reuse",) * 20 + ("deflected",) * 5
OUTCOMES = ("resolved",) * 60 + ("partly",) * 12 + ("not",) * 8 + ("no_reply",) * 20
WEEK = ("mon", "tue", "wed", "thu", "fri")
HOURS = {"timezone": "Europe/London", "hours": {day: [["09:00", "17:30"]] for day in WEEK}}


@dataclass(frozen=True)
class Took:
    """Seconds of one kind of look: by the clock, and of the processor, which other work on the machine leaves alone."""

    what: str
    seconds: float
    processor: float


def measured(needs: int, events: int, tell: Callable[[str], None]) -> Iterator[Took]:
    """Fill a SQLite database of its own with so many needs and events, and look at it."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app({"PROVEN_DATA": folder, "PROVEN_LOG": "error"})
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context():
            bring_up_to_date()
            began = time.perf_counter()
            fill(needs, events)
            size = (Path(folder) / "proven.sqlite").stat().st_size / 1e6
            took = time.perf_counter() - began
            tell(f"Filled with {needs:,} needs and {events:,} events in {took:.0f} s, {size:.0f} MB.")
            window = _signed_in(app)
            db.session.remove()
        yield from _looks(app, window)


def fill(needs: int, events: int) -> None:
    """Write needs in all states with what belongs to them, and events beside them up to the number that is wanted."""
    with transaction():
        organisation = filling.found(DEPARTMENTS)
        db.session.execute(update(Department).values(calendar=HOURS))
        made = _Rows(organisation, Random(SEED), needs)
        made.practices()
        for place in range(needs):
            made.need(place)
        made.more_events(events)
        for table in (Post, Question, Answer, Practice, Acceptance, Need, CheckIn, EventRow):
            rows = made.rows[table]
            for start in range(0, len(rows), AT_ONCE):
                db.session.execute(insert(table.__table__), rows[start : start + AT_ONCE])


class _Rows:
    """Rows by table, as they grow."""

    def __init__(self, organisation: filling.Organisation, random: Random, needs: int) -> None:
        self.organisation, self.random = organisation, random
        self.begin, self.step = now() - SPAN, SPAN / needs
        self.rows: dict[Any, list[dict[str, Any]]] = {
            table: [] for table in (Post, Question, Answer, Practice, Acceptance, Need, CheckIn, EventRow)
        }
        self.asked: list[int] = []
        self.of_practice: list[int] = []

    def practices(self) -> None:
        """Practices, each made of a question of its own."""
        for number in range(PRACTICES):
            question = self._question(number % PEOPLE, self.begin)
            id = self._post("practice", number % PEOPLE, self.begin + self.step * number)
            self.of_practice.append(id)
            facts = dict.fromkeys(SECTIONS, "") | {"title": f"Practice {number}", "sections_html": {}}
            facts.pop("body")
            day = (now() + timedelta(days=number - 30)).date()
            self.rows[Practice].append(
                {
                    "id": id,
                    "question_id": question,
                    "owner_id": self._person(number),
                    "retired_because": "",
                    "promoted_by_id": self._person(0),
                    "review_pace": "normal",
                    "review_on": day,
                    "due_on": day,
                    **facts,
                }
            )

    def need(self, place: int) -> None:
        """One need, and how it went on."""
        chance, at = self.random, self.begin + self.step * place
        person, origin = chance.randrange(PEOPLE), chance.choice(ORIGINS)
        if origin == "me_too" and not self.asked:
            origin = "asked"
        id = len(self.rows[Need]) + 1
        question = practice = answer = None
        if origin == "asked":
            question = self._question(person, at)
            self.asked.append(question)
        elif origin == "me_too":
            question, person = self.asked[-1], (id * 7) % PEOPLE
        else:
            practice = chance.choice(self.of_practice)
        is_answered = chance.random() < 0.93
        if question is not None and is_answered and origin == "asked":
            answer = self._answer(question, (person + 1 + chance.randrange(PEOPLE - 1)) % PEOPLE, at, chance)
            if chance.random() < 0.9:
                marked = {"question_id": question, "answer_id": answer, "by_id": self._person(person)}
                self.rows[Acceptance].append({**marked, "at": at + timedelta(hours=30), "in_askers_place": False})
        said = chance.choice(OUTCOMES) if is_answered else None
        again = said == "not" and chance.random() < 0.5
        state = {None: "open", "not": "open"}.get(said, said) if chance.random() > 0.01 else "withdrawn"
        self.rows[Need].append(
            {
                "id": id,
                "person_id": self._person(person),
                "department_id": self._department(person),
                "origin": origin,
                "state": state,
                "question_id": question,
                "practice_id": practice,
                "impact": "blocked" if place % 4 == 0 else "slowed",
                "tried": "",
                "opened_at": at,
                "waiting_since": at,
                "round": 2 if again else 1,
                "merged_from_id": None,
                "needed_by": (at + timedelta(days=2)).date() if place % 5 == 0 else None,
            }
        )
        about = question or practice
        self._moved(id, about, at, "open", "answered")
        if said:
            due = at + timedelta(days=4)
            tried = {"answer_id": answer, "practice_id": practice, "practice_version": 1 if practice else None}
            reply = {"due_at": due, "closed_at": due, "outcome": said, "note": "", "context": ""}
            minutes = chance.choice((None, 15, 30, 60))
            self.rows[CheckIn].append({"need_id": id, "round": 1, "minutes": minutes, **tried, **reply})
            self._moved(id, about, due, "due", "open" if said == "not" else said)
        if state == "withdrawn":
            self._moved(id, about, at + timedelta(days=1), "answered", "withdrawn")

    def more_events(self, wanted: int) -> None:
        """What else happens beside needs: people read, vote, write and are told."""
        many = len(self.rows[EventRow])
        for number in range(max(wanted - many, 0)):
            about = self.asked[number % len(self.asked)]
            self._event("PostVoted", about, self.begin + SPAN * (number / wanted), {})

    def _question(self, person: int, at: Any) -> int:
        id = self._post("question", person, at)
        self.rows[Question].append({"id": id, "title": f"Question {id}", "last_activity_at": at})
        return id

    def _answer(self, question: int, person: int, at: Any, chance: Random) -> int:
        id = self._post("answer", person, at + timedelta(hours=chance.expovariate(1 / 20)))
        self.rows[Answer].append({"id": id, "question_id": question})
        return id

    def _post(self, kind: str, person: int, at: Any) -> int:
        id = len(self.rows[Post]) + 1
        said = {"body": "", "html": "", "renderer": 1, "score": 0, "imported_score": 0, "version": 1}
        wrote = {"author_id": self._person(person), "author_department_id": self._department(person)}
        self.rows[Post].append({"id": id, "kind": kind, "created_at": at, **wrote, **said})
        return id

    def _moved(self, need: int, post: int | None, at: Any, before: str, after: str) -> None:
        data = {"need_id": need, "origin": "asked", "before": before, "after": after, "round": 1, "facts": {}}
        self._event("NeedMoved", post, at, data)

    def _event(self, name: str, post: int | None, at: Any, data: dict[str, Any]) -> None:
        self.rows[EventRow].append({"at": at, "name": name, "post_id": post, "data": data})

    def _person(self, number: int) -> int:
        return self.organisation.people[number % PEOPLE]

    def _department(self, number: int) -> int:
        return self.organisation.department_of(number % PEOPLE)


def _looks(app: Flask, window: FlaskClient) -> Iterator[Took]:
    yield Took("first look (facts are read)", *_look(window, "/impact"))
    for period in ("", "?period=all"):
        _look(window, f"/impact{period}")
        yield Took(
            f"next looks at /impact{period}", *_median([_look(window, f"/impact{period}") for _ in range(LOOKS)])
        )
    for opened in ("/impact?open=all", "/impact?period=all&open=all"):
        _look(window, opened)
        yield Took(f"next looks at {opened}", *_median([_look(window, opened) for _ in range(LOOKS)]))
    for silos in ("/impact/silos", "/impact/silos?period=all"):
        yield Took(f"first look at {silos}", *_look(window, silos))
        yield Took(f"next looks at {silos}", *_median([_look(window, silos) for _ in range(LOOKS)]))
    rows = "/impact/confirmed/rows?period=all"
    yield Took("rows behind a figure", *_median([_look(window, rows) for _ in range(LOOKS)]))
    for page in ("/impact", "/impact/silos"):
        yield Took(f"first look at {page} after something happened", *_median(_after_deeds(app, window, page)))
    for table in ("needs.csv?period=q7", "needs.csv?period=all", "figures.csv?period=all", "breakdowns.csv?period=all"):
        yield Took(f"the file /impact/{table}", *_median([_look(window, f"/impact/{table}") for _ in range(3)]))
    for page in ("/impact", "/impact/silos"):
        past = f"{page}?period=q4&as_of=q4"
        yield Took(f"first look at {past}", *_look(window, past))
        yield Took(f"next looks at {past}", *_median([_look(window, past) for _ in range(LOOKS)]))
    yield Took("first look at the past after something happened", *_median(_after_deeds(app, window, past)))


def _after_deeds(app: Flask, window: FlaskClient, page: str) -> list[tuple[float, float]]:
    took = []
    for _ in range(LOOKS):
        with app.app_context():
            _something_happens()
            db.session.remove()
        took.append(_look(window, page))
    return took


def _something_happens() -> None:
    """Somebody says how it went: what a reply leaves behind."""
    with transaction():
        need = db.session.query(Need).filter_by(state="open").order_by(Need.id.desc()).first()
        assert need is not None
        need.state = "no_reply"
        data = {"need_id": need.id, "before": "due", "after": "no_reply"}
        db.session.add(EventRow(at=now(), name="NeedMoved", post_id=need.subject_id, data=data))


def _look(window: FlaskClient, address: str) -> tuple[float, float]:
    began, used = time.perf_counter(), time.process_time()
    answer = window.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    answer.get_data()
    return time.perf_counter() - began, time.process_time() - used


def _median(times: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return sorted(times)[len(times) // 2]


def _signed_in(app: Flask) -> FlaskClient:
    person = db.session.query(Person).order_by(Person.id).first()
    assert person is not None
    with transaction():
        begin_session(person, browser="bench")
    window = app.test_client()
    with window.session_transaction() as session:
        session["_user_id"] = person.session_token
        session["_fresh"] = True
    return window
