"""What happened is written down as it was at that moment, once and for all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from forum.core.clock import as_of
from forum.core.db import db, transaction
from forum.core.events import EventRow, PostEvent
from forum.core.jobs import EVENT_KINDS, LISTENERS, Listener
from forum.people import changing
from forum.people.models import Person
from forum.subscriptions import (
    EVERY,
    SUBSCRIPTIONS,
    causes,
    deeds,
    index,
    moderation,
    needs,
    people,
    practices,
    threads,
)
from tests import factories


def rows(name: str) -> list[EventRow]:
    return list(db.session.scalars(select(EventRow).where(EventRow.name == name).order_by(EventRow.id)))


def test_an_event_says_who_did_what_to_which_post_and_when(kim: Person) -> None:
    with as_of(datetime(2026, 3, 1, 9, tzinfo=UTC)):
        question = factories.question(kim)
    (row,) = rows("QuestionAsked")
    assert (row.actor_id, row.post_id, row.at) == (kim.id, question.id, datetime(2026, 3, 1, 9, tzinfo=UTC))


def test_an_event_keeps_the_department_of_its_time(kim: Person, chris: Person, finance: Any) -> None:
    then = kim.department_id
    factories.question(kim)
    changing.move(chris, kim, finance)
    factories.question(kim)
    assert [row.actor_department_id for row in rows("QuestionAsked")] == [then, finance.id]


def test_what_more_there_is_to_say_is_kept_beside_the_post(kim: Person, marta: Person) -> None:
    question = factories.question(kim)
    answer = factories.answer(marta, question)
    (row,) = rows("AnswerGiven")
    assert (row.post_id, row.data) == (answer.id, {"question_id": question.id})


def test_what_the_system_does_has_no_actor(kim: Person, marta: Person) -> None:
    from forum.posts.votes import cast

    cast(marta, factories.question(kim), 1)
    (row,) = rows("PostVoted")
    assert (row.actor_id, row.actor_department_id) == (None, None)


def test_an_event_can_be_neither_changed_nor_deleted(kim: Person) -> None:
    factories.question(kim)
    db.session.commit()
    (row,) = rows("QuestionAsked")
    for change in (lambda: setattr(row, "name", "Something else"), lambda: db.session.delete(row)):
        with pytest.raises(TypeError, match="append-only"), transaction():
            change()
    assert len(rows("QuestionAsked")) == 1


def test_whoever_listens_has_registered_under_a_name_of_its_own() -> None:
    listeners = [each for heard in SUBSCRIPTIONS.values() for each in heard]
    assert listeners
    assert all(isinstance(each, Listener) and LISTENERS[each.name] is each for each in listeners)


def test_an_event_stands_in_one_part_of_the_table_only() -> None:
    """Of two parts that name the same one, only the last would be heard."""
    parts = (causes, deeds, index, moderation, needs, people, practices, threads)
    assert sum(len(part.SUBSCRIPTIONS) for part in parts) == len(SUBSCRIPTIONS)


def test_every_event_that_is_listened_to_can_be_made_again_from_its_row() -> None:
    assert all(EVENT_KINDS[kind.__name__] is kind for kind in SUBSCRIPTIONS)


def test_what_makes_two_jobs_the_same_is_a_field_of_every_event_they_come_from() -> None:
    for kind, heard in SUBSCRIPTIONS.items():
        for each in heard:
            assert each.once_per is None or each.once_per in kind.__dataclass_fields__, (kind, each.name)


def test_every_change_of_a_post_that_can_be_found_reaches_the_index() -> None:
    ours = {kind for kind in EVENT_KINDS.values() if kind.__module__.startswith("forum.")}
    unheard = {kind.__name__ for kind in ours if issubclass(kind, PostEvent)} - {
        kind.__name__ for kind in SUBSCRIPTIONS
    }
    changes_no_text = {"QuestionClaimed", "ObjectiveLinked", "ObjectiveUnlinked"}
    changes_no_text |= {"CandidateDismissed", "StoryChosen", "SecondPersonRefused"}
    changes_no_text |= {"TurnTaken"}  # Of a chat only the summary is found.
    assert unheard == {"PostEvent", "MergeEvent", "InterventionEvent", *changes_no_text}


def test_what_the_worker_does_by_itself_is_done_at_intervals_of_real_length() -> None:
    assert all(interval.total_seconds() >= 60 and callable(function) for interval, function in EVERY)
