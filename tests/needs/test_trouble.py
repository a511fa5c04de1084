"""What trouble does to needs: workers that die, and two people who do the same at the same moment."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from forum.answers.answering import accept
from forum.core import jobs
from forum.core.clock import as_of
from forum.core.config import PROJECT
from forum.core.db import db, transaction
from forum.core.errors import Refused
from forum.core.events import EventRow
from forum.needs import check_ins, inviting, opening
from forum.needs.models import AnswerInvitation, CheckIn, Claim, Need, Promise
from forum.people.models import Person
from forum.questions.models import Question
from tests import factories
from tests.needs.conftest import MONDAY

TIMES = 100
DAYS = 60  # after which all that can become due has become due


KINDS = ("silent", "answered", "tried", "claimed")


def world(kim: Person, marta: Person, farah: Person) -> dict[int, str]:
    """Needs that between them want every timer there is, by question: nobody answers it, it is answered and not marked,
    it is tried and never spoken of again, somebody is on it and forgets it."""
    kinds = {}
    with as_of(MONDAY):
        for kind in KINDS * 3:
            asked = factories.question(kim)
            kinds[asked.id] = kind
            if kind == "answered":
                factories.answer(marta, asked)
            elif kind == "tried":
                accept(kim, factories.answer(marta, asked))
            elif kind == "claimed":
                inviting.claim(farah, asked)
    db.session.commit()
    return kinds


def acted() -> Counter[tuple[Any, ...]]:
    """What the timers did, as far as it does not depend on when somebody could be asked."""
    db.session.rollback()
    facts = {
        "Escalated": ("step",),
        "AcceptancePrompted": ("last",),
        "CheckInAsked": ("reminder",),
        "OutcomeGiven": ("outcome",),
    }
    rows = db.session.scalars(select(EventRow).where(EventRow.name.in_(facts)))
    return Counter((row.post_id, *(row.data[fact] for fact in facts[row.name])) for row in rows)


def test_a_worker_that_is_killed_a_hundred_times_loses_no_timer_and_doubles_none(
    app: Flask, kim: Person, marta: Person, farah: Person
) -> None:
    kinds = world(kim, marta, farah)
    environ = {
        **os.environ,
        "PROVEN_DATA": str(app.config["PROVEN_DATA"]),
        "PROVEN_DATABASE": app.config["SQLALCHEMY_DATABASE_URI"],
        "PROVEN_LOG": "error",
    }
    command = [sys.executable, "-m", "tests.needs.dying_worker", MONDAY.isoformat(), str(TIMES)]
    died = subprocess.run(command, cwd=PROJECT, env=environ, capture_output=True, text=True)
    assert died.returncode == 0, died.stderr
    assert int(died.stdout) == TIMES
    for day in range(DAYS):
        with as_of(MONDAY + timedelta(days=day)):
            while jobs.run_due():
                pass
    nobody = [("champions",), ("others",), ("owner",)]
    all_of = {"silent": nobody, "claimed": nobody, "answered": [(False,), (True,)]}
    all_of["tried"] = [(False,), (True,), ("no_reply",)]
    assert acted() == Counter((of, *step) for of, kind in kinds.items() for step in all_of[kind])
    end = {"silent": "open_problem", "claimed": "open_problem", "answered": "answered", "tried": "no_reply"}
    states = dict(db.session.execute(select(Need.question_id, Need.state)).all())
    assert states == {of: end[kind] for of, kind in kinds.items()}
    assert None not in db.session.scalars(select(Claim.released_at)).all()
    assert Counter(db.session.scalars(select(Promise.kept))) == {True: 6, False: 6}
    assert db.session.scalars(select(jobs.Job.listener)).all() == []


def at_once(app: Flask, *deeds: Callable[[], Any]) -> list[str]:
    """Let several people act at the same moment, each in a browser of their own. Says how it went for each."""
    db.session.commit()
    ready = threading.Barrier(len(deeds))
    went: list[str] = []

    def act(deed: Callable[[], Any]) -> None:
        with app.app_context(), as_of(MONDAY + timedelta(hours=1)):
            ready.wait()
            try:
                with transaction():
                    deed()
                went.append("done")
            except Refused as refusal:
                went.append(type(refusal).__name__)

    threads = [threading.Thread(target=act, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    return sorted(went)


def test_of_two_who_say_at_once_that_they_are_on_it_one_is(
    app: Flask, kim: Person, marta: Person, farah: Person
) -> None:
    asked, first, second = factories.question(kim).id, marta.id, farah.id

    def claim(person_id: int) -> None:
        inviting.claim(db.session.get_one(Person, person_id), db.session.get_one(Question, asked))

    assert at_once(app, lambda: claim(first), lambda: claim(second)) == ["TakenAlready", "done"]
    assert len(db.session.scalars(select(Claim)).all()) == 1


def test_two_tabs_that_answer_a_check_in_give_one_outcome(app: Flask, kim: Person, marta: Person) -> None:
    asked = factories.question(kim)
    given = factories.answer(marta, asked)
    accept(kim, given)
    need = opening.asked_need(asked)
    assert need is not None
    check_in_id, asker = check_ins.latest_of(need).id, kim.id  # type: ignore[union-attr]

    def reply(outcome: str) -> None:
        found = db.session.get_one(CheckIn, check_in_id)
        check_ins.reply(db.session.get_one(Person, asker), found, outcome)

    assert at_once(app, lambda: reply("resolved"), lambda: reply("not")) == ["NotPossible", "done"]
    outcome = db.session.get_one(CheckIn, check_in_id).outcome
    assert need.state == {"resolved": "resolved", "not": "open"}[outcome or ""]
    db.session.refresh(given)
    assert (given.worked, given.failed) == {"resolved": (1, 0), "not": (0, 1)}[outcome or ""]
    assert len(db.session.scalars(select(EventRow).where(EventRow.name == "OutcomeGiven")).all()) == 1


def test_two_tabs_that_share_a_need_make_one_need(app: Flask, kim: Person, marta: Person) -> None:
    asked, sharer = factories.question(kim).id, marta.id

    def share() -> None:
        opening.share(db.session.get_one(Person, sharer), db.session.get_one(Question, asked))

    assert at_once(app, share, share) == ["done", "done"]
    assert len(db.session.scalars(select(Need).where(Need.origin == "me_too")).all()) == 1


def test_of_a_withdrawal_and_an_answer_at_once_both_are_heard(app: Flask, kim: Person, marta: Person) -> None:
    asked = factories.question(kim)
    need = opening.asked_need(asked)
    assert need is not None
    need_id, question_id, asker, other = need.id, asked.id, kim.id, marta.id

    def withdraw() -> None:
        opening.withdraw(db.session.get_one(Person, asker), db.session.get_one(Need, need_id))

    def answer() -> None:
        factories.answer(db.session.get_one(Person, other), db.session.get_one(Question, question_id))

    assert at_once(app, withdraw, answer) == ["done", "done"]
    db.session.refresh(asked)
    assert (need.state, asked.waits) == ("withdrawn", False)


def test_one_invitation_taken_and_passed_on_in_two_tabs_has_one_reply(app: Flask, kim: Person, marta: Person) -> None:
    marta.password_hash = "somebody who has signed in"
    with as_of(MONDAY):
        asked = factories.question(kim, departments=[marta.department])
        db.session.commit()
        jobs.run_due()
    invitation = db.session.scalars(select(AnswerInvitation).where(AnswerInvitation.person_id == marta.id)).one()
    invitation_id, invited = invitation.id, marta.id
    assert asked.id == invitation.question_id

    def take() -> None:
        inviting.take(db.session.get_one(Person, invited), db.session.get_one(AnswerInvitation, invitation_id))

    def pass_on() -> None:
        inviting.pass_on(db.session.get_one(Person, invited), db.session.get_one(AnswerInvitation, invitation_id))

    assert at_once(app, take, pass_on) == ["NotPossible", "done"]
    standing = len(db.session.scalars(select(Claim).where(Claim.released_at.is_(None))).all())
    assert standing == (1 if db.session.get_one(AnswerInvitation, invitation_id).reply == "take" else 0)
