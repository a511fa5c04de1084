"""Where merging, handing over, absence and sharing meet: everybody's need and word stay their own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from forum.answers.answering import accept
from forum.core import jobs
from forum.core.clock import as_of
from forum.core.db import db
from forum.departments.models import Department
from forum.needs import check_ins, handing_over
from forum.needs.links import token_for
from forum.needs.listing import waiting
from forum.needs.merging import object_to
from forum.needs.models import CheckIn, Need
from forum.needs.opening import asked_need, need_of, share, withdraw
from forum.notifications.models import Notification
from forum.people.hours import go_away
from forum.people.models import Person
from forum.posts.removing import StillNeeded, remove, restore
from forum.questions.merging import merge
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.needs.conftest import MONDAY


@pytest.fixture
def ola(sales: Department) -> Person:
    return factories.person("Ola Berg", sales)


@pytest.fixture
def known(kim: Person) -> Question:
    with as_of(MONDAY):
        return factories.question(kim)


@pytest.fixture
def again(ola: Person) -> Question:
    with as_of(MONDAY):
        return factories.question(ola)


def need_behind(question: Question) -> Need:
    found = asked_need(question)
    assert found is not None
    db.session.refresh(found)
    return found


def latest(need: Need) -> CheckIn:
    found = check_ins.latest_of(need)
    assert found is not None
    return found


def work_off(moment: datetime) -> None:
    db.session.commit()
    with as_of(moment):
        while jobs.run_due():
            pass
    db.session.expire_all()


def test_a_question_that_stands_for_another_is_not_its_askers_alone_nor_is_the_merged_one(
    kim: Person, ola: Person, farah: Person, known: Question, again: Question
) -> None:
    merge(farah, again, known)
    db.session.commit()
    for asker, question in ((kim, known), (ola, again)):
        with pytest.raises(StillNeeded):
            remove(asker, question)


def test_sharing_withdrawing_and_sharing_again_does_not_open_what_is_solved(
    kim: Person, ola: Person, marta: Person, known: Question
) -> None:
    with as_of(MONDAY + timedelta(hours=1)):
        accept(kim, factories.answer(marta, known))
        check_ins.reply(kim, latest(need_behind(known)), "resolved")
        need = share(ola, known)
        withdraw(ola, need)
        share(ola, known)
    db.session.refresh(known)
    assert (need.state, need.came_back, known.waits) == ("trying", False, False)


def test_an_offer_stays_in_the_inbox_though_somebody_has_answered(kim: Person, ola: Person, marta: Person) -> None:
    with as_of(MONDAY):
        asked = factories.question(ola)
        handing_over.offer(ola, asked, kim)
    work_off(MONDAY)
    with as_of(MONDAY + timedelta(minutes=5)):
        factories.answer(marta, asked)
    standing = select(Notification.reason).where(Notification.person_id == kim.id, Notification.done_at.is_(None))
    assert "offered" in db.session.scalars(standing).all()


def test_the_typists_link_does_not_speak_for_the_colleague(
    kim: Person, ola: Person, marta: Person, client: Browser
) -> None:
    with as_of(MONDAY):
        asked = factories.question(ola)
        offered = handing_over.offer(ola, asked, kim)
        accept(ola, factories.answer(marta, asked))
        link = f"/did-it-work/{token_for(latest(need_behind(asked)).id, ola.id)}"
        handing_over.agree(kim, offered)
    assert client.post(link, data={"outcome": "resolved"}).status_code == 404
    assert need_behind(asked).state == "trying"


def test_a_question_that_was_offered_can_be_agreed_to_after_it_was_merged(
    kim: Person, ola: Person, marta: Person, farah: Person
) -> None:
    with as_of(MONDAY):
        known, asked = factories.question(marta), factories.question(ola)
        offered = handing_over.offer(ola, asked, kim)
        merge(farah, asked, known)
        handing_over.agree(kim, offered)
    need = need_of(kim, known, "asked")
    assert need is not None
    assert (need.merged_from_id, asked.author_id) == (asked.id, kim.id)


def test_whoever_was_away_when_it_was_merged_may_object_as_long_as_it_was_said(
    ola: Person, farah: Person, known: Question, again: Question
) -> None:
    with as_of(MONDAY):
        go_away(ola, ola, date(2026, 12, 4))
        made = merge(farah, again, known)
    with as_of(datetime(2026, 12, 7, 9, 30, tzinfo=UTC)):
        object_to(ola, made)
    assert made.is_contested


def test_a_need_that_waited_along_has_waited_all_the_time_and_has_not_come_back(
    kim: Person, ola: Person, marta: Person, farah: Person, known: Question, again: Question
) -> None:
    with as_of(MONDAY + timedelta(hours=1)):
        merge(farah, again, known)
    with as_of(MONDAY + timedelta(hours=6)):
        withdraw(kim, need_behind(known))
        db.session.commit()
        (row,) = [row for row in waiting(marta).rows if row.id == known.id]
    need = need_of(ola, known, "asked")
    assert need is not None
    assert (need.state, need.waiting_since) == ("open", MONDAY)
    assert "came back" not in row.reasons
    assert "waits 6 hours" in row.reasons


def test_whoever_waits_and_finds_out_alone_still_waits_in_the_list(
    ola: Person, kim: Person, farah: Person, known: Question, again: Question
) -> None:
    with as_of(MONDAY):
        merge(farah, again, known)
        withdraw(kim, need_behind(known))
        factories.answer(ola, known, "I am still looking.")
    db.session.refresh(known)
    assert known.waits


def test_a_check_in_of_a_removed_question_waits_until_it_is_back(
    kim: Person, marta: Person, farah: Person, known: Question
) -> None:
    with as_of(MONDAY):
        accept(kim, factories.answer(marta, known))
        remove(farah, known)
    for day in range(20):
        work_off(MONDAY + timedelta(days=day))
    assert need_behind(known).state == "trying"
    with as_of(MONDAY + timedelta(days=21)):
        restore(farah, known)
    work_off(MONDAY + timedelta(days=21))
    assert need_behind(known).state == "due"
