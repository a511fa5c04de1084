"""Recommending again what was retired: at once without a word by whoever did it, later with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.core.clock import as_of, now
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.notifications.models import Notification
from forum.people.models import Person
from forum.practices.bringing_back import bring_back
from forum.practices.models import Practice
from forum.practices.promoting import retire
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

SignIn = Callable[[Person], Browser]


@pytest.fixture
def retired(kim: Person, marta: Person, farah: Person) -> Practice:
    """Marta wrote it, Farah made a practice of it and has just retired it."""
    question = factories.question(kim)
    made = factories.practice(farah, factories.answer(marta, question))
    retire(farah, made, because="No paint.", successor=factories.practice(farah, factories.answer(kim, question)))
    db.session.commit()
    return made


def test_whoever_retired_it_undoes_it_without_a_reason(farah: Person, retired: Practice) -> None:
    bring_back(farah, retired)
    assert (retired.retired_at, retired.retired_because, retired.successor_id) == (None, "", None)


def test_after_ten_minutes_a_reason_is_wanted(farah: Person, retired: Practice) -> None:
    with as_of(now() + timedelta(minutes=11)):
        with pytest.raises(Invalid, match="Say why it holds again"):
            bring_back(farah, retired, because=" ")
        bring_back(farah, retired, because="There is paint again.")
    assert retired.retired_at is None


def test_another_moderator_needs_a_reason_at_once(retired: Practice) -> None:
    other = factories.person(None, None, "moderator")
    with pytest.raises(Invalid):
        bring_back(other, retired)


def test_nobody_else_may(marta: Person, retired: Practice) -> None:
    with pytest.raises(Forbidden):
        bring_back(marta, retired, because="I wrote it.")


def test_its_author_is_told_if_they_were_told_that_it_was_retired(
    farah: Person, marta: Person, retired: Practice, work_off: Any
) -> None:
    def told() -> list[str]:
        db.session.expire_all()
        rows = db.session.execute(select(Notification.person_id, Notification.kind).order_by(Notification.id))
        return [kind for person_id, kind in rows if person_id == marta.id]

    work_off()
    before = len(told())
    bring_back(farah, retired)
    db.session.commit()
    work_off()
    assert len(told()) == before + 1


def test_its_author_hears_nothing_of_a_slip_of_the_hand(
    farah: Person, marta: Person, retired: Practice, work_off: Any
) -> None:
    bring_back(farah, retired)
    db.session.commit()
    work_off()
    names = select(Notification).where(Notification.person_id == marta.id, Notification.post_id == retired.id)
    assert [note.kind for note in db.session.scalars(names) if note.reason == "keeps"] == []


def test_the_page_offers_undo_and_later_a_form(
    browser: SignIn, farah: Person, marta: Person, retired: Practice
) -> None:
    here, back = f"/practices/{retired.id}/retired", f"/practices/{retired.id}/retirement/withdrawal"
    assert not Page(browser(marta).get(here)).has_form(back)
    window = browser(farah)
    assert Page(window.get(here)).has_form(back)
    with as_of(now() + timedelta(minutes=11)):
        later = Page(window.get(here))
        assert not later.has_form(back)
        assert later.links()["Bring it back"] == back
        refused = Page(window.post(back, data={"reason": ""}))
        assert (refused.status, refused.problems) == (422, ["reason"])
        done = window.post(back, data={"reason": "It was one week."}, follow_redirects=True)
    assert "It is recommended again." in done.text
    assert "Retired." not in Page(done).words
