"""Roles and departments change from today; the past keeps its own."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.core.events import EventRow
from forum.people import changing
from forum.people.models import Membership, Person, Role
from tests import factories


def test_moving_keeps_the_department_of_earlier_posts_and_events(chris: Person, kim: Person, finance: Any) -> None:
    before = kim.department_id
    question = factories.question(kim)
    changing.move(chris, kim, finance)
    assert question.author_department_id == before
    asked = db.session.scalars(select(EventRow).where(EventRow.name == "QuestionAsked")).one()
    assert asked.actor_department_id == before
    spans = db.session.scalars(select(Membership).where(Membership.person_id == kim.id).order_by(Membership.id)).all()
    assert [(span.department_id, span.until is None) for span in spans] == [(before, False), (finance.id, True)]


def test_roles_add_up_and_ended_ones_stay_on_record(chris: Person, kim: Person, finance: Any) -> None:
    changing.set_roles(chris, kim, [("moderator", None), ("champion", finance.id)])
    assert kim.is_moderator
    assert kim.is_champion_of(finance.id)
    changing.set_roles(chris, kim, [("champion", finance.id)])
    assert not kim.is_moderator
    ended = db.session.scalars(select(Role).where(Role.person_id == kim.id, Role.until.is_not(None))).all()
    assert [role.name for role in ended] == ["moderator"]


def test_a_champion_is_one_of_a_department(chris: Person, kim: Person) -> None:
    with pytest.raises(Invalid):
        changing.set_roles(chris, kim, [("champion", None)])


def test_the_last_administrator_cannot_go(chris: Person, kim: Person) -> None:
    with pytest.raises(changing.LastAdministrator):
        changing.set_roles(chris, chris, [])
    with pytest.raises(changing.LastAdministrator):
        changing.deactivate(chris, chris)
    changing.set_roles(chris, kim, [("administrator", None)])
    changing.set_roles(chris, chris, [])
    assert not chris.is_administrator


def test_a_moderator_has_no_say_over_people_and_an_administrator_none_over_texts(
    chris: Person, farah: Person, kim: Person, finance: Any
) -> None:
    with pytest.raises(Forbidden):
        changing.move(farah, kim, finance)
    with pytest.raises(Forbidden):
        changing.deactivate(farah, kim)
    from forum.posts.removing import remove

    with pytest.raises(Forbidden):
        remove(chris, factories.question(kim))


def test_whoever_has_left_may_do_nothing(chris: Person, kim: Person) -> None:
    changing.deactivate(chris, kim)
    with pytest.raises(Forbidden):
        factories.question(kim)
    changing.reactivate(chris, kim)
    factories.question(kim)
