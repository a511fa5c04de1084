"""Whom to ask: the score by the values worked out on paper, and who is chosen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.answering import accept
from forum.core.db import db
from forum.departments.following import choose_level
from forum.departments.models import Tag
from forum.identity.models import DirectoryEntry, Identity
from forum.needs import check_ins, inviting, routing
from forum.needs.inviting import invite_person
from forum.needs.models import AnswerInvitation
from forum.needs.opening import asked_need
from forum.needs.routing import Candidate, Evidence, candidates, choose, reason_for
from forum.people.models import Person, Skill
from forum.posts.removing import take_off
from tests import factories
from tests.needs.conftest import MONDAY

Moments = Callable[[datetime], Any]
QUALITY, IT, FINANCE, PRODUCTION, SALES = range(1, 6)


def solved(similarity: float, *ages: float, outcome: str = "resolved") -> tuple[Evidence, ...]:
    return tuple(Evidence(outcome, similarity, age) for age in ages)


ANIA = Candidate(1, QUALITY, solved(0.8, 30, 90, 400), open_requests=1)
BEN = Candidate(2, IT, solved(0.6, 10, 10, 10, 10, 10, outcome="accepted"), open_requests=4)
CARLA = Candidate(3, FINANCE, solved(0.9, 20), hours_to_opening=1.5)
DAN = Candidate(4, PRODUCTION, solved(0.7, 60, 60))
EVA = Candidate(5, SALES, declared="customs")
EVERYBODY = [ANIA, BEN, CARLA, DAN, EVA]


@pytest.mark.parametrize(
    ("person", "expertise", "score"),
    [(ANIA, 1.804, 0.483), (BEN, 1.177, 0.232), (CARLA, 0.866, 0.338), (DAN, 1.249, 0.555), (EVA, 0.250, 0.200)],
)
def test_the_score_has_the_value_worked_out_on_paper(person: Candidate, expertise: float, score: float) -> None:
    assert round(person.expertise, 3) == expertise
    assert round(person.score, 3) == score


def names(chosen: list[Candidate]) -> list[int]:
    return [each.person_id for each in chosen]


def test_three_are_chosen_and_the_second_is_a_bridge() -> None:
    chosen = choose(EVERYBODY, asker_department=PRODUCTION)
    assert names(chosen) == names([DAN, ANIA, CARLA])
    assert [each.is_bridge for each in chosen] == [False, True, False]


def test_every_so_often_the_third_is_somebody_who_has_not_shown_it_yet() -> None:
    assert names(choose(EVERYBODY, asker_department=PRODUCTION, newcomer=True)) == names([DAN, ANIA, EVA])


def test_without_anybody_elsewhere_the_next_best_of_ones_own_is_asked() -> None:
    own = [Candidate(each, SALES, solved(0.5, 1)) for each in (7, 8)]
    assert names(choose(own, asker_department=SALES)) == [7, 8]


def test_of_the_askers_managers_at_most_one_is_asked() -> None:
    managers = [Candidate(each, IT, solved(0.9, 1), is_managers=True) for each in (7, 8)]
    assert names(choose([*managers, EVA], asker_department=SALES)) == [7, EVA.person_id]


def test_what_did_not_work_counts_against_and_never_below_nothing() -> None:
    assert Candidate(9, IT, solved(1.0, 0, 0, outcome="not")).score == 0


@pytest.fixture
def dev(finance: Any) -> Person:
    return factories.person("Dev Anand", finance, password="long enough for a test")


@pytest.fixture
def proved(kim: Person, dev: Person, at: Moments) -> Any:
    """Dev answered a question of Kim's in September, and it worked."""
    with at(MONDAY - timedelta(days=60)):
        question = factories.question(kim, "How do I get a customs number for a sample?")
        accept(kim, factories.answer(dev, question))
        need = asked_need(question)
        assert need is not None
        check_in = check_ins.latest_of(need)
        assert check_in is not None
        check_ins.reply(kim, check_in, "resolved")
    return question


def found(person: Person, question: Any, similar: dict[int, float]) -> Candidate | None:
    loaded = {each.person_id: each for each in candidates(question, similar)}
    return loaded.get(person.id)


def test_the_evidence_is_read_from_what_was_verified(kim: Person, dev: Person, proved: Any, at: Moments) -> None:
    with at(MONDAY):
        asked = factories.question(kim, "Customs number for a balance to Norway?")
        candidate = found(dev, asked, {proved.id: 0.8})
    assert candidate is not None
    assert [(each.outcome, each.similarity, round(each.age)) for each in candidate.evidence] == [("resolved", 0.8, 60)]
    assert candidate.reason == "You solved a similar one in September: “How do I get a customs number for a sample?”"


def test_a_reason_names_nothing_that_was_removed_since(
    kim: Person, dev: Person, farah: Person, proved: Any, at: Moments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inviting, "similar_questions", lambda _question: {proved.id: 0.8})
    with at(MONDAY):
        asked = factories.question(kim, "Customs number for a balance to Norway?")
        inviting.invite_three(asked.id)
        sent = db.session.scalars(select(AnswerInvitation).where(AnswerInvitation.person_id == dev.id)).one()
        assert proved.title in sent.because
        take_off(farah, proved, withheld="hidden")
        db.session.refresh(sent)
        assert sent.because == "You solved a similar one"
        later = factories.question(kim, "Customs number for two balances to Norway?")
        candidate = found(dev, later, {proved.id: 0.8})
    assert candidate is not None
    assert candidate.evidence == ()


def test_nobody_is_asked_who_is_away_has_left_or_asked(
    kim: Person, dev: Person, proved: Any, finance: Any, at: Moments
) -> None:
    with at(MONDAY):
        asked = factories.question(kim, "Customs number for a balance to Norway?")
        assert found(kim, asked, {proved.id: 0.8}) is None
        dev.away_until = date(2026, 11, 23)
        assert found(dev, asked, {proved.id: 0.8}) is None
        dev.away_until = date(2026, 11, 22)
        assert found(dev, asked, {proved.id: 0.8}) is not None
        dev.left_at = MONDAY
        assert found(dev, asked, {proved.id: 0.8}) is None


@pytest.mark.parametrize(
    ("chosen", "is_asked"),
    [
        ({"question": "muted"}, False),
        ({"tag": "muted"}, False),
        ({"department": "muted"}, False),
        ({"department": "muted", "tag": "first_posts"}, True),
        ({"department": "muted", "question": "normal"}, True),
        ({"tag": "normal"}, True),
    ],
)
def test_nobody_is_chosen_for_what_they_have_muted(
    kim: Person, dev: Person, finance: Any, at: Moments, chosen: dict[str, str], is_asked: bool
) -> None:
    with at(MONDAY):
        question = factories.question(kim, departments=[finance], tags="customs")
        ids = {"question": question.id, "tag": question.tags[0].id, "department": finance.id}
        for kind, level in chosen.items():
            choose_level(dev, kind, ids[kind], level)
        assert (found(dev, question, {}) is not None) is is_asked


@pytest.mark.parametrize(("timers", "more"), [({}, 2), ({"a_day": 1}, 1), ({"a_day": 4}, 4), ({"a_week": 1}, 1)])
def test_how_often_somebody_is_asked_is_what_their_department_allows(
    kim: Person, dev: Person, finance: Any, at: Moments, timers: dict[str, int], more: int
) -> None:
    finance.timers = timers
    with at(MONDAY):
        asked = 0
        while found(dev, question := factories.question(kim, departments=[finance]), {}) is not None:
            need = asked_need(question)
            assert need is not None
            invite_person(need, question, dev, step="first", reason="You know")
            asked += 1
    assert asked == more


def test_whoever_comes_in_by_the_provider_is_asked_and_whoever_cannot_come_in_is_not(sales: Any) -> None:
    provided, told, imported = (factories.person(of=sales) for _ in range(3))
    db.session.add(Identity(issuer="i", subject="1", person_id=provided.id, linked_at=MONDAY, used_at=MONDAY))
    db.session.add(DirectoryEntry(person_id=told.id, user_name="t", user_key="t", since=MONDAY))
    db.session.flush()
    asked = {each.id for each in routing._people()}
    assert {provided.id, told.id} <= asked
    assert imported.id not in asked


def test_a_declared_skill_counts_where_the_topic_is_named(kim: Person, dev: Person, at: Moments) -> None:
    with at(MONDAY):
        asked = factories.question(kim, tags="customs")
        tag = db.session.scalars(db.select(Tag)).one()
        db.session.add(Skill(person_id=dev.id, tag_id=tag.id))
        candidate = found(dev, asked, {})
    assert candidate is not None
    assert (candidate.declared, candidate.reason) == ("customs", "You said that you know about customs")


def test_where_nobody_has_solved_anything_like_it_the_departments_it_concerns_are_asked(
    kim: Person, dev: Person, finance: Any, at: Moments
) -> None:
    with at(MONDAY):
        asked = factories.question(kim, departments=[finance])
        candidate = found(dev, asked, {})
    assert candidate is not None
    assert candidate.expertise == routing.MEMBER
    assert reason_for(candidate) == "You work in Finance, which this concerns"
