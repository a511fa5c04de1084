"""Facts are what the rows say; and what is brought up to date is the same as what is read anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.answering import accept, withdraw_acceptance
from forum.causes.linking import link, refuse, signal
from forum.causes.models import CauseLink
from forum.commitments.committing import undertake
from forum.core.clock import as_of, now
from forum.core.db import db
from forum.impact.facts import keeping
from forum.impact.facts.facts import Course, Facts, Need
from forum.impact.facts.reading import read
from forum.needs.check_ins import latest_of, reply
from forum.needs.models import Need as NeedRow
from forum.needs.opening import asked_need, share, take_known, withdraw
from forum.people.models import Person
from forum.people.sign_in import begin_session
from forum.posts.removing import remove
from forum.posts.writing import write
from forum.practices.models import Practice
from forum.questions.merging import merge, undo
from forum.questions.models import Question
from forum.requests.agreeing import decide, diagnose, propose
from forum.requests.asking import ask_for
from tests import factories
from tests.needs.conftest import MONDAY


def fact(of: Question) -> Need:
    need = asked_need(of)
    assert need is not None
    return read().needs[need.id]


def hour(number: float) -> Any:
    """Inside it is so many hours after Monday morning."""
    return as_of(MONDAY + timedelta(hours=number))


def says(person: Person, need: NeedRow, outcome: str, **given: Any) -> None:
    found = latest_of(need)
    assert found is not None
    reply(person, found, outcome, **given)


def test_the_first_answer_by_somebody_else_counts(kim: Person, marta: Person, noise: None) -> None:
    with hour(0):
        question = factories.question(kim)
    with hour(1):
        factories.answer(kim, question)
    with hour(2):
        gone = factories.answer(marta, question)
        remove(marta, gone)
    with hour(3):
        factories.answer(marta, question)
    with hour(4):
        factories.answer(marta, question)
        assert fact(question).answered_at == MONDAY + timedelta(hours=3)


def test_only_the_askers_own_mark_verifies(kim: Person, marta: Person, farah: Person, noise: None) -> None:
    question = factories.question(kim)
    answer = factories.answer(marta, question)
    accept(farah, answer)
    assert fact(question).accepted_at is not None
    assert fact(question).verified is None
    withdraw_acceptance(farah, answer)
    assert fact(question).accepted_at is None
    accept(kim, answer)
    found = fact(question).verified
    assert found is not None
    assert found.department_id == marta.department_id


def test_a_reply_that_it_worked_verifies_what_a_moderator_marked(kim: Person, marta: Person, farah: Person) -> None:
    question = factories.question(kim)
    accept(farah, factories.answer(marta, question))
    need = asked_need(question)
    assert need is not None
    says(kim, need, "resolved", minutes=20)
    found = fact(question)
    assert found.verified is not None
    assert found.first is not None
    assert (found.first.outcome, found.first.minutes, found.first.helper_id) == ("resolved", 20, marta.id)
    assert found.met == found.first
    assert not found.first.is_known


def test_the_first_reply_stays_the_first_and_the_wait_begins_again(kim: Person, marta: Person, noise: None) -> None:
    with hour(0):
        question = factories.question(kim)
        accept(kim, factories.answer(marta, question))
        need = asked_need(question)
        assert need is not None
    with hour(1):
        says(kim, need, "not")
    with hour(2):
        better = factories.answer(marta, question)
    with hour(3):
        accept(kim, better)
        says(kim, need, "resolved")
        found = fact(question)
    assert found.rounds == ((MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=2)),)
    assert found.first is not None
    assert found.met is not None
    assert (found.first.outcome, found.met.outcome, found.met_again) == ("not", "resolved", True)


def test_a_withdrawn_need_was_there_until_then(kim: Person, noise: None) -> None:
    with hour(0):
        question = factories.question(kim)
    with hour(5):
        need = asked_need(question)
        assert need is not None
        withdraw(kim, need)
        assert fact(question).withdrawn_at == MONDAY + timedelta(hours=5)


def test_what_was_there_before_is_known(kim: Person, marta: Person, farah: Person) -> None:
    with hour(0):
        question = factories.question(marta)
        answer = factories.answer(farah, question)
        accept(marta, answer)
    with hour(1):
        sharing = share(kim, question)
        says(kim, sharing, "resolved")
        found = read().needs[sharing.id]
    assert found.met is not None
    assert found.met.is_known


def test_a_use_of_ones_own_practice_is_told_apart(kim: Person, marta: Person, farah: Person) -> None:
    made = practice_of(marta, farah, kim)
    used = factories.outcome(kim, made)
    found = read()
    need = found.needs[used.need_id]
    assert (need.practice_id, need.is_own, need.origin) == (made.id, False, "reuse")
    assert [(each.id, each.worked, each.tried) for each in found.practices] == [(made.id, 1, 1)]


def practice_of(author: Person, moderator: Person, asker: Person) -> Practice:
    return factories.practice(moderator, factories.answer(author, factories.question(asker)))


def same(kept: Facts, anew: Facts) -> bool:
    """Whether two readings say the same, whatever moment they are of."""
    parts = ("needs", "practices", "commitments", "people", "beginnings", "departments", "calendars", "launch")
    return all(getattr(kept, part) == getattr(anew, part) for part in parts)


def test_what_is_brought_up_to_date_is_what_is_read_anew(
    kim: Person, marta: Person, farah: Person, work_off: Callable[[], None], noise: None
) -> None:
    """After each of many deeds, one after the other."""
    question, other = factories.question(kim), factories.question(marta)
    need = asked_need(question)
    assert need is not None
    first = factories.answer(farah, question)
    made = practice_of(marta, farah, kim)

    def merged_and_apart() -> None:
        made = merge(farah, other, question)
        looked()
        factories.answer(farah, question)
        looked()
        undo(farah, made)

    def looked() -> None:
        db.session.flush()
        assert same(keeping.facts(), read())

    deeds: list[Callable[[], Any]] = [
        lambda: factories.question(marta),
        lambda: factories.answer(marta, question),
        lambda: share(farah, question),
        lambda: accept(kim, first),
        lambda: says(kim, need, "not"),
        lambda: factories.answer(marta, question),
        merged_and_apart,
        lambda: factories.outcome(kim, made, "resolved", minutes=5),
        lambda: factories.outcome(farah, made, "not"),
        lambda: take_known(marta, question),
        lambda: remove(farah, first),
        lambda: undertake(kim, question, occasion="it rains", deed="bring an umbrella", due_on=_soon()),
        work_off,
        lambda: withdraw(kim, need),
        lambda: remove(farah, question),
    ]
    looked()
    for deed in deeds:
        deed()
        looked()


def _soon() -> date:
    return (now() + timedelta(days=7)).date()


def test_nothing_is_read_again_while_nothing_happens(kim: Person, statements: Callable[[], Any], noise: None) -> None:
    known = keeping.facts()
    begin_session(kim)  # Somebody comes in, which changes nothing that is counted.
    db.session.flush()
    with statements() as seen:
        assert keeping.facts() is known
    assert len(seen) == 1
    factories.question(kim)
    assert keeping.facts() is not known


def test_who_waits_waits_longer_although_nothing_happens(kim: Person, noise: None) -> None:
    known = keeping.facts()
    with as_of(now() + timedelta(hours=2)):
        later = keeping.facts()
    assert later.as_of - known.as_of >= timedelta(hours=1)
    assert same(later, known)


@pytest.mark.parametrize("limit", ["MOST_EVENTS", "MOST_PLACES"])
def test_after_very_many_events_all_is_read_anew(kim: Person, limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    keeping.facts()
    monkeypatch.setattr(keeping, limit, 0)
    factories.question(kim)
    assert same(keeping.facts(), read())


def test_what_an_asker_says_of_a_need_is_kept_without_its_words(kim: Person, noise: None) -> None:
    question = factories.question(kim)
    plain = fact(question)
    need = asked_need(question)
    assert need is not None
    need.moment, need.tried = "apply", "The manual."
    db.session.flush()
    said = fact(question)
    assert ((plain.moment, plain.says_tried), (said.moment, said.says_tried)) == ((None, False), ("apply", True))


def test_who_helped_counts_for_the_department_of_that_day(kim: Person, marta: Person, noise: None) -> None:
    with hour(0):
        question = factories.question(kim)
        accept(kim, factories.answer(marta, question))
    department = marta.department_id
    need = asked_need(question)
    assert need is not None
    says(kim, need, "not")
    marta.department_id = factories.department("Elsewhere").id
    first = fact(question).first
    assert first is not None
    assert first.helper_department_id == department


def test_a_cause_is_heard_of_once_its_department_knows_and_the_question_is_linked(
    kim: Person, marta: Person, farah: Person, noise: None
) -> None:
    with hour(0):
        first, second, other = (factories.question(kim) for _ in range(3))
        cause = factories.cause(kim, first, factories.department("Stores"))
        link(kim, cause, other)
        assert read().heard == {}
    with hour(1):
        signal(farah, cause, "It costs a day each time.")
    with hour(2):
        link(kim, cause, second)
        assert read().heard == {
            **dict.fromkeys((first.id, other.id), MONDAY + timedelta(hours=1)),
            second.id: MONDAY + timedelta(hours=2),
        }
        refuse(kim, cause, db.session.scalars(select(CauseLink).where(CauseLink.post_id == other.id)).one())
        assert other.id not in read().heard
        remove(farah, cause)
        assert read().heard == {}


def test_a_course_is_a_request_that_ended_as_it_was_asked(kim: Person, marta: Person, noise: None) -> None:
    mina = factories.person("Mina Park", factories.department("People"))
    ended = {}
    for way, option in (("as_asked", "course"), ("other_way", "practice")):
        with hour(0):
            request = ask_for(kim, title="a course", gap=write("They copy."), evidence="Three sums.", concerned=[marta])
            diagnose(mina, request, words="Nobody knows.", posts=[])
            propose(mina, request, way=way, options=[option], words="So.")
        with hour(1):
            decide(kim, request, "accepted")
        ended[way] = request.id
    assert read().courses == [Course(ended["as_asked"], kim.department_id or 0, MONDAY + timedelta(hours=1))]
