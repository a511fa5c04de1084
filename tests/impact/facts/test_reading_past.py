"""What is read of the past later is what was known then, while nothing later had happened."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.answers.answering import accept, withdraw_acceptance
from forum.causes.answering import acknowledge, claim_fixed, plan
from forum.causes.linking import link, recur, refuse, signal
from forum.causes.models import CauseLink
from forum.commitments.committing import report, undertake
from forum.core.clock import as_of, now
from forum.core.db import db
from forum.impact.facts import keeping
from forum.impact.facts.facts import Facts
from forum.impact.facts.periods import Period
from forum.impact.facts.reading import read, read_past
from forum.impact.measures.strips import figures_of
from forum.impact.reach.counting import reach_of
from forum.impact.silos import counting
from forum.impact.tables import TABLES
from forum.impact.ten import checking
from forum.needs.check_ins import latest_of, reply
from forum.needs.models import Need
from forum.needs.opening import asked_need, share, take_known, withdraw
from forum.objectives import linking, stating
from forum.objectives.telling import reply as confirm_story
from forum.objectives.telling import tell
from forum.people.changing import deactivate, move
from forum.people.models import Person
from forum.posts.removing import remove
from forum.practices.ageing import become_stale, confirm
from forum.practices.promoting import retire
from forum.questions.merging import merge, undo
from forum.questions.models import Question
from tests import factories
from tests.demonstration import THEN
from tests.needs.conftest import MONDAY, pass_time

__all__ = ["pass_time"]

READ_ANEW = ("as_of", "past", "kept", "departments", "calendars", "undisclosed")


@pytest.fixture
def then_and_later(northwick: Flask) -> Iterator[tuple[Facts, Facts]]:
    """The first quarter of the demonstration as it was known when it ended, and as it is read half a year later."""
    end: datetime = northwick.extensions["story_ends"]
    with as_of(end):
        first = read().quarters[0]
        then: Facts = pickle.loads((northwick.config["PROVEN_DATA"] / THEN).read_bytes())
        yield replace(then, past=first), read_past(first)


def test_every_fact_of_the_first_quarter_is_found_again(then_and_later: tuple[Facts, Facts]) -> None:
    then, later = then_and_later
    assert then.needs
    for each in fields(Facts):
        if each.name not in READ_ANEW:
            assert getattr(later, each.name) == getattr(then, each.name), each.name


def test_every_figure_list_and_table_of_it_is_the_same(then_and_later: tuple[Facts, Facts]) -> None:
    then, later = then_and_later
    assert [each.key for each in later.periods] == ["all", "h1", "q1"]
    for period in later.periods:
        assert figures_of(later, period) == figures_of(then, period)
        assert reach_of(later, period) == reach_of(then, period)
        assert _matrix(later, period) == _matrix(then, period)
        for name, (_, table) in TABLES.items():
            assert table(later, period) == table(then, period), name
    assert checking.history(later) == checking.history(then)


def _matrix(facts: Facts, period: Any) -> tuple[Any, ...]:
    found = counting.quarter(facts, period)
    return found.matrix, found.expected, found.given, found.carriers


def test_after_many_deeds_each_day_is_found_again_as_it_was(
    kim: Person, marta: Person, farah: Person, chris: Person, pass_time: Callable[..., datetime]
) -> None:
    """One deed a day, with a worker at work; what was known at the end of each day is read again after the last."""
    begin = MONDAY + timedelta(weeks=1 + max((now() - MONDAY) // timedelta(weeks=1), 0))  # when all of them are here
    then, day = list[Facts](), begin
    deeds = Deeds(kim, marta, farah, chris).deeds()
    while True:
        with as_of(day + timedelta(minutes=1)):  # What happens at the moment itself belongs to it.
            deed = next(deeds, None)
            if deed is None:
                break
            deed()
        day = pass_time(day, days=1)
        with as_of(day):
            then.append(read())
    with as_of(day):
        for before in then:
            later = read_past(Period("q1", "Until then", begin, before.as_of))
            for each in fields(Facts):
                if each.name not in READ_ANEW:
                    assert told(later, each.name) == told(before, each.name), (before.as_of, each.name)


def told(facts: Facts, name: str) -> Any:
    """A part of the facts, without what is not kept: at which level of today somebody was."""
    found = getattr(facts, name)
    return [replace(each, level="") for each in found] if name == "people" else found


class Deeds:
    """Whatever is done to a question, a practice, a cause, an objective; and nothing that is removed."""

    def __init__(self, kim: Person, marta: Person, farah: Person, chris: Person) -> None:
        self.kim, self.marta, self.farah, self.chris = kim, marta, farah, chris

    def deeds(self) -> Iterator[Callable[[], Any]]:
        yield self.begin
        yield from (self.answer, self.silence_begins)
        yield from [lambda: None] * 14  # Nobody replies, and the check-in closes.
        yield lambda: reply(self.kim, self.check_in, "not", minutes=5)
        yield lambda: factories.answer(self.farah, self.question)
        yield lambda: setattr(self, "merged", merge(self.farah, self.other, self.question))
        yield lambda: factories.answer(self.chris, self.question)
        yield lambda: undo(self.farah, self.merged)
        yield lambda: merge(self.farah, self.third, self.question)
        yield lambda: withdraw_acceptance(self.marta, self.accepted)
        yield lambda: withdraw(self.farah, need_of(self.fourth))
        yield lambda: factories.outcome(self.kim, self.practice, "resolved", minutes=5)
        yield lambda: factories.outcome(self.chris, self.practice, "not")
        yield lambda: become_stale(self.practice, "challenge")
        yield lambda: confirm(self.marta, self.practice)
        yield lambda: become_stale(self.practice, "overdue")
        yield lambda: retire(self.farah, self.practice, because="There is a better one.")
        yield self.undertake
        yield from [lambda: None] * 12  # Nobody says how it went.
        yield lambda: report(self.kim, self.commitment, "kept")
        yield from self.of_a_cause()
        yield from self.of_an_objective()
        yield lambda: move(self.chris, self.kim, factories.department())
        yield lambda: deactivate(self.chris, self.kim)

    def begin(self) -> None:
        self.question, self.other = factories.question(self.kim), factories.question(self.marta)
        self.third, self.fourth = factories.question(self.chris), factories.question(self.farah)
        source = factories.answer(self.marta, factories.question(self.kim))
        self.practice = factories.practice(self.farah, source)
        share(self.farah, self.question)

    def answer(self) -> None:
        self.given = factories.answer(self.marta, self.question)
        self.accepted = factories.answer(self.chris, self.other)
        accept(self.marta, self.accepted)
        take_known(self.farah, self.other)

    def silence_begins(self) -> None:
        accept(self.kim, self.given)
        found = latest_of(need_of(self.question))
        assert found is not None
        self.check_in = found

    def undertake(self) -> None:
        self.commitment = undertake(
            self.kim, self.question, occasion="it rains", deed="bring an umbrella", due_on=today() + timedelta(days=2)
        )

    def of_a_cause(self) -> Iterator[Callable[[], Any]]:
        stores = factories.department("Stores")
        stores.calendar = self.kim.department.calendar
        raj = factories.person("Raj Patel", stores, "stakeholder")
        asked = [factories.question(each) for each in (self.marta, self.farah, self.chris)]
        cause = factories.cause(self.kim, asked[0], stores)
        yield lambda: link(self.kim, cause, asked[1])
        yield lambda: signal(self.farah, cause, "It costs a day each time.")
        yield lambda: link(self.kim, cause, asked[2])
        yield lambda: refuse(self.kim, cause, of(asked[1]))
        yield lambda: acknowledge(raj, cause, words="We have seen it.", next_on=today() + timedelta(days=3))
        yield lambda: plan(raj, cause, words="We mend it.", on=today() + timedelta(days=3), co_owner=self.marta)
        yield lambda: claim_fixed(raj, cause, words="It is mended.", effect_on=today())
        yield lambda: link(self.kim, cause, factories.question(self.marta))
        yield lambda: recur(cause)

    def of_an_objective(self) -> Iterator[Callable[[], Any]]:
        head = factories.person("Anna Head", None, "stakeholder")
        assert head.department is not None
        aim = {"title": "Parcels that go astray", "unit": "a month", "direction": "down"}
        until = today() + timedelta(days=90)
        made = stating.state(head, head.department, **aim, baseline="9", target="2", due_on=until)
        yield lambda: setattr(self, "read", stating.enter(head, made, value="7", on=today()))
        yield lambda: linking.link(head, self.practice, made)
        yield lambda: stating.correct(head, self.read, value="8", on=today(), note="Miscounted.")
        yield lambda: linking.unlink(head, self.practice)
        yield lambda: setattr(self, "story", self.told(head))
        yield lambda: confirm_story(head, self.story, is_true=True)

    def told(self, witness: Person) -> Any:
        words = {"title": "It held", "tale": "We tried it for a week.", "outcome": "None went astray.", "went": "well"}
        return tell(self.marta, self.practice, **words, witness=witness, witness_as="manager")


def need_of(question: Question) -> Need:
    found = asked_need(question)
    assert found is not None
    return found


def of(question: Question) -> CauseLink:
    return db.session.scalars(select(CauseLink).where(CauseLink.post_id == question.id)).one()


def today() -> date:
    return now().date()


def test_what_was_removed_since_is_left_out_of_the_past_at_the_next_look(kim: Person, marta: Person) -> None:
    with as_of(MONDAY):
        question = factories.question(kim)
        answer = factories.answer(marta, question)
    quarter = Period("q1", "Until then", MONDAY, MONDAY + timedelta(days=1))
    with as_of(MONDAY + timedelta(days=2)):
        keeping.facts()
        assert keeping.past_facts(quarter).needs[need_of(question).id].answered_at == MONDAY
        remove(marta, answer)
        keeping.facts()
        assert keeping.past_facts(quarter).needs[need_of(question).id].answered_at is None


def test_the_past_is_read_once_whatever_happens_later(kim: Person, statements: Callable[[], Any], noise: None) -> None:
    with as_of(MONDAY):
        factories.question(kim)
    quarter = Period("q1", "Until then", MONDAY, MONDAY + timedelta(days=1))
    with as_of(MONDAY + timedelta(days=2)):
        keeping.facts()
        known = keeping.past_facts(quarter)
        present = keeping.facts()
        assert all(need is present.needs[id] for id, need in known.needs.items())  # kept once
        factories.question(kim)
        keeping.facts()
        with statements() as seen:
            assert keeping.past_facts(quarter) is known
            assert keeping.past_facts(quarter) is known
        assert len(seen) == 1  # whether anything happened that changes the past
    with as_of(MONDAY + timedelta(days=2, hours=2)):
        again = keeping.past_facts(quarter)
    assert again is not known
    assert again == known
