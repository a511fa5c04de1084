"""The need machine under random actors: whatever people and timers do in whichever order, its promises hold.

The invariants are those of the design: nobody's need is met without their own word, a need has one pending check-in at
most, a timer acts once though two workers run it, and what was written down stays as it was.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import selectinload

from forum.answers.answering import accept, withdraw_acceptance
from forum.answers.models import Answer
from forum.core import jobs
from forum.core.clock import as_of
from forum.core.db import db, transaction
from forum.core.errors import Refused
from forum.core.events import EventRow
from forum.departments.models import Department
from forum.needs import check_ins, handing_over, inviting, opening, owning
from forum.needs.ledger import MOVES
from forum.needs.merging import object_to
from forum.needs.models import IMPACTS, WAITING, AnswerInvitation, CheckIn, Claim, Handover, Need, Promise
from forum.people.changing import deactivate, move, set_roles
from forum.people.models import Person
from forum.posts.models import Post
from forum.posts.removing import remove, restore
from forum.posts.writing import write
from forum.questions import merging
from forum.questions.asking import ask
from forum.questions.models import Merge, Question
from tests import factories
from tests.needs.conftest import MONDAY, WEEK

EXAMPLES = int(os.environ.get("PROVEN_TEST_EXAMPLES", "25"))  # stories; a few hundred take minutes
PEOPLE = 6  # Enough for an asker, people in two other departments, a moderator, an administrator and somebody who left.
people = st.integers(0, PEOPLE - 1)


class World(RuleBasedStateMachine):
    """Six people of three departments ask, answer, try and reply while time goes by and workers run and die."""

    questions = Bundle("questions")
    answers = Bundle("answers")

    def __init__(self) -> None:
        super().__init__()
        self.now = MONDAY
        with as_of(self.now), transaction():
            db.session.execute(delete(jobs.Job))
            self.seen = db.session.scalar(select(func.max(EventRow.id))) or 0
            self.first_event = self.seen
            self.first_need = db.session.scalar(select(func.max(Need.id))) or 0
            of = [factories.department() for _ in range(3)]
            for department in of:
                department.calendar = {"timezone": "UTC", "hours": WEEK}
            roles: list[tuple[str, ...]] = [(), ("champion",), (), ("moderator",), ("administrator",), ()]
            made = [factories.person(None, of[place % 3], *given) for place, given in enumerate(roles)]
            source = factories.answer(made[1], factories.question(made[0]))
            self.people = [person.id for person in made]
            self.departments = [department.id for department in of]
            self.practice = factories.practice(made[3], source).id
        self.written: dict[int, tuple[Any, ...]] = {}

    # What people do. Whoever may not, or comes too late, is refused: that is part of the game.

    @rule(target=questions, who=people, where=st.integers(0, 2), impact=st.sampled_from(sorted(IMPACTS)))
    def asks(self, who: int, where: int, impact: str) -> int:
        def put(person: Person) -> Question:
            return ask(
                person,
                title="How does this go?",
                body=write("I looked everywhere and found nothing."),
                departments=[self.departments[where]],
                tags="",
                diagnosis={"impact": impact},
            )

        return self._try(who, put) or 0

    @rule(target=answers, who=people, to=questions)
    def answers_it(self, who: int, to: int) -> int:
        return self._try(who, lambda person: factories.answer(person, _visible(Question, to))) or 0

    @rule(who=people, to=questions)
    def shares_it(self, who: int, to: int) -> None:
        self._try(who, lambda person: opening.share(person, _visible(Question, to)))

    @rule(who=people, of=questions)
    def takes_a_known_answer(self, who: int, of: int) -> None:
        def take(person: Person) -> None:
            question = _visible(Question, of)
            need = opening.take_known(person, question)
            if check_ins.latest_of(need) is None:
                check_ins.plan(need, answer=db.session.get(Answer, question.accepted_answer_id or 0))

        self._try(who, take)

    @rule(who=people)
    def uses_the_practice(self, who: int) -> None:
        def use(person: Person) -> None:
            check_ins.plan(opening.use_practice(person, self.practice), practice_version=1)

        self._try(who, use)

    @rule(who=people, given=answers)
    def accepts(self, who: int, given: int) -> None:
        self._try(who, lambda person: accept(person, _visible(Answer, given)))

    @rule(given=answers)
    def the_asker_accepts(self, given: int) -> None:
        answer = db.session.get(Answer, given)
        if answer is not None and answer.question.author_id in self.people:
            self._try(
                self.people.index(answer.question.author_id), lambda asker: accept(asker, _visible(Answer, given))
            )

    @rule(who=people, given=answers)
    def takes_the_mark_back(self, who: int, given: int) -> None:
        self._try(who, lambda person: withdraw_acceptance(person, _visible(Answer, given)))

    @rule(
        who=people, place=st.integers(0, 9), outcome=st.sampled_from(["resolved", "partly", "not"]), more=st.booleans()
    )
    def replies(self, who: int, place: int, outcome: str, more: bool) -> None:
        def put(person: Person) -> None:
            check_ins.reply(person, self._some(CheckIn, place), outcome, still_open=more)

        self._try(who, put)

    @rule(place=st.integers(0, 9), outcome=st.sampled_from(["resolved", "partly", "not"]), more=st.booleans())
    def whoever_has_the_need_replies(self, place: int, outcome: str, more: bool) -> None:
        with suppress(Refused):
            owner = self._some(CheckIn, place).need.person_id
            self.replies(self.people.index(owner), place, outcome, more)

    @rule(who=people, place=st.integers(0, 9), days=st.integers(-1, 100))
    def chooses_a_day(self, who: int, place: int, days: int) -> None:
        day = self.now.date() + timedelta(days=days)
        self._try(who, lambda person: check_ins.try_on(person, self._some(CheckIn, place), day))

    @rule(who=people, place=st.integers(0, 9))
    def says_it_came_back(self, who: int, place: int) -> None:
        self._try(who, lambda person: check_ins.came_back(person, self._some(Need, place)))

    @rule(who=people, place=st.integers(0, 9))
    def needs_it_no_more(self, who: int, place: int) -> None:
        self._try(who, lambda person: opening.withdraw(person, self._some(Need, place)))

    @rule(who=people, to=questions)
    def is_on_it(self, who: int, to: int) -> None:
        self._try(who, lambda person: inviting.claim(person, _visible(Question, to)))

    @rule(who=people, to=questions)
    def leaves_it_to_others(self, who: int, to: int) -> None:
        self._try(who, lambda person: inviting.release(person, _visible(Question, to)))

    @rule(place=st.integers(0, 9), hint=st.none() | people)
    def passes(self, place: int, hint: int | None) -> None:
        def put(person: Person) -> None:
            named = db.session.get_one(Person, self.people[hint]) if hint is not None else None
            inviting.pass_on(person, self._some(AnswerInvitation, place), named)

        with suppress(Refused):
            invited = self._some(AnswerInvitation, place).person_id
            self._try(self.people.index(invited), put)

    @rule(who=people, place=st.integers(0, 9), owner=people, days=st.integers(-1, 9))
    def names_an_owner(self, who: int, place: int, owner: int, days: int) -> None:
        def put(person: Person) -> None:
            named = db.session.get_one(Person, self.people[owner])
            owning.name_owner(person, self._some(Need, place), named, self.now.date() + timedelta(days=days))

        self._try(who, put)

    @rule(question=questions, colleague=people)
    def was_asked_for_a_colleague(self, question: int, colleague: int) -> None:
        def put(typist: Person) -> None:
            handing_over.offer(typist, _visible(Question, question), db.session.get_one(Person, self.people[colleague]))

        asked = db.session.get(Question, question)
        if asked is not None and db.session.scalar(select(Handover.id).where(Handover.question_id == question)) is None:
            self._try(self.people.index(asked.author_id), put)

    @rule(place=st.integers(0, 9), deed=st.sampled_from([handing_over.agree, handing_over.decline]))
    def says_whether_it_is_theirs(self, place: int, deed: Callable[..., None]) -> None:
        with suppress(Refused):
            offered = self._some(Handover, place)
            self._try(self.people.index(offered.to_id), lambda person: deed(person, self._some(Handover, place)))

    @rule(who=people, question=questions, into=questions)
    def merges(self, who: int, question: int, into: int) -> None:
        self._try(who, lambda person: merging.merge(person, _labelled(question), _visible(Question, into)))

    @rule(who=people, place=st.integers(0, 9), deed=st.sampled_from([merging.undo, merging.keep, object_to]))
    def decides_about_a_merge(self, who: int, place: int, deed: Callable[..., None]) -> None:
        self._try(who, lambda person: deed(person, self._some(Merge, place)))

    @rule(who=people, post=questions | answers, back=st.booleans())
    def removes_or_restores(self, who: int, post: int, back: bool) -> None:
        def put(person: Person) -> None:
            (restore if back else remove)(person, db.session.get_one(Post, post))

        if post:
            self._try(who, put)

    @rule(whom=people, to=st.integers(0, 2))
    def moves_to_another_department(self, whom: int, to: int) -> None:
        def put(administrator: Person) -> None:
            move(
                administrator,
                db.session.get_one(Person, self.people[whom]),
                db.session.get_one(Department, self.departments[to]),
            )

        self._try(4, put)

    @rule(whom=st.integers(0, 3), role=st.none() | st.just("moderator"))
    def gets_or_loses_a_role(self, whom: int, role: str | None) -> None:
        def put(administrator: Person) -> None:
            set_roles(administrator, db.session.get_one(Person, self.people[whom]), [(role, None)] if role else [])

        self._try(4, put)

    @rule()
    def somebody_leaves(self) -> None:
        self._try(4, lambda administrator: deactivate(administrator, db.session.get_one(Person, self.people[5])))

    # What time does.

    @rule(hours=st.sampled_from([1, 3, 8, 24, 72, 24 * 8]))
    def time_goes_by(self, hours: int) -> None:
        end = self.now + timedelta(hours=hours)
        while (due := _next_due()) is not None and due <= end:
            with as_of(max(due, self.now)):
                jobs.run_due()
        self.now = end

    @rule(hours=st.sampled_from([4, 24, 24 * 8]))
    def two_workers_run_the_same_work_after_a_standstill(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        with as_of(self.now):
            late = jobs._lease()
            db.session.expunge_all()
            with transaction():
                db.session.execute(update(jobs.Job).values(leased_until=None))
            jobs.run_due()
            for job in late:
                jobs._run(jobs.LISTENERS[job.listener], [job])

    # What always holds.

    @invariant()
    def nothing_is_resolved_without_the_word_of_whoever_has_the_need(self) -> None:
        for need in self._needs():
            if need.state in ("resolved", "partly"):
                said = [row for row in self._events("OutcomeGiven") if row.data["need_id"] == need.id]
                assert said[-1].data["outcome"] == need.state
                assert said[-1].actor_id == need.person_id

    @invariant()
    def a_need_has_one_pending_check_in_at_most_and_only_while_it_is_tried(self) -> None:
        pending = Counter(
            db.session.scalars(
                select(CheckIn.need_id).where(CheckIn.closed_at.is_(None), CheckIn.need_id > self.first_need)
            )
        )
        assert max(pending.values(), default=0) <= 1
        assert set(pending) == {need.id for need in self._needs() if need.state in ("trying", "due")}

    @invariant()
    def each_timer_acts_once(self) -> None:
        acted: Counter[tuple[Any, ...]] = Counter()
        for row in self._events("Escalated"):
            acted["Escalated", row.data["need_id"], row.data["step"], self._round_at(row)] += 1
        for row in self._events("CheckInAsked"):
            acted["CheckInAsked", row.data["check_in_id"], row.data["reminder"]] += 1
        for row in self._events("OutcomeGiven"):
            if row.actor_id is None:
                acted["no reply", row.data["check_in_id"]] += 1
        for row in self._events("PersonInvited"):
            acted["PersonInvited", row.data["invitation_id"]] += 1
        assert [key for key, times in acted.items() if times > 1] == []

    @invariant()
    def no_timer_is_lost(self) -> None:
        waiting = db.session.scalars(select(jobs.Job)).all()
        assert [job.error for job in waiting if job.error] == []
        problems = {(job.data["need_id"], job.data["round"]) for job in waiting if job.listener == "call_it_a_problem"}
        about = {
            (job.data["check_in_id"], job.listener) for job in waiting if job.listener in ("ask", "remind", "close")
        }
        removed = set(db.session.scalars(select(Post.id).where(Post.removed_at.is_not(None))))
        for need in self._needs():
            shown = need.question_id not in removed
            if need.state in ("open", "routed") and need.seeks and shown:
                assert (need.id, need.round) in problems
            if need.state in ("trying", "due") and shown:
                check_in = check_ins.latest_of(need)
                assert check_in is not None
                step = "close" if check_in.reminded_at else "remind" if check_in.asked_at else "ask"
                assert (check_in.id, step) in about

    @invariant()
    def merging_changes_neither_the_number_of_needs_nor_whose_they_are(self) -> None:
        whose = {row.data["need_id"]: row.actor_id for row in self._events("NeedOpened")}
        whose |= {row.data["need_id"]: row.actor_id for row in self._events("NeedHandedOver")}
        assert whose == {need.id: need.person_id for need in self._needs()}

    @invariant()
    def the_ledger_is_a_chain_that_ends_where_the_need_stands(self) -> None:
        stands: dict[int, str] = {}
        for row in self._events("NeedOpened"):
            known = row.data["origin"] in ("deflected", "reuse")
            stands[row.data["need_id"]] = "trying" if known else "open"
        for row in self._events("NeedMoved"):
            assert stands[row.data["need_id"]] == row.data["before"]
            assert row.data["after"] in MOVES[row.data["before"]]
            stands[row.data["need_id"]] = row.data["after"]
        assert stands == {need.id: need.state for need in self._needs()}

    @invariant()
    def lists_and_counters_say_what_the_rows_say(self) -> None:
        waiting = Counter(need.question_id for need in self._needs() if need.seeks and need.state in WAITING)
        assert max(waiting.values(), default=0) <= 1, "two sets of timers run for one question"
        shown = (Question.id.in_(self._question_ids()), Question.merged_into_id.is_(None))
        for question in db.session.scalars(select(Question).where(*shown)):
            assert question.waits == bool(waiting[question.id])
        outcomes = Counter(
            (answer_id, outcome)
            for answer_id, outcome, person_id, author_id in db.session.execute(
                select(CheckIn.answer_id, CheckIn.outcome, Need.person_id, Post.author_id)
                .join(Need, Need.id == CheckIn.need_id)
                .join(Post, Post.id == CheckIn.answer_id)
                .where(CheckIn.outcome.in_(("resolved", "partly", "not")))
            )
            if person_id != author_id
        )
        for answer in db.session.scalars(select(Answer).where(Answer.question_id.in_(self._question_ids()))):
            kept = (answer.worked, answer.partly, answer.failed)
            assert kept == tuple(outcomes[answer.id, outcome] for outcome in ("resolved", "partly", "not"))

    @invariant()
    def one_person_is_on_it_and_nobody_is_asked_about_their_own(self) -> None:
        on_it = Counter(db.session.scalars(select(Claim.question_id).where(Claim.released_at.is_(None))))
        assert max(on_it.values(), default=0) <= 1
        own = select(AnswerInvitation.id).join(Post, Post.id == AnswerInvitation.question_id)
        assert db.session.scalars(own.where(Post.author_id == AnswerInvitation.person_id)).all() == []

    @invariant()
    def a_promise_is_settled_when_the_waiting_ends(self) -> None:
        open_ones = db.session.scalars(
            select(Promise.need_id).where(Promise.settled_at.is_(None), Promise.need_id > self.first_need)
        )
        states = {need.id: need.state for need in self._needs()}
        assert {states[id] for id in open_ones} <= {*WAITING, "merged"}

    @invariant()
    def what_was_written_down_stays_as_it_was(self) -> None:
        db.session.expire_all()
        now_written = {
            row.id: (row.name, row.at, row.actor_id, row.actor_department_id, row.post_id, repr(row.data))
            for row in db.session.scalars(select(EventRow).where(EventRow.id > self.first_event))
        }
        assert {id: now_written.get(id) for id in self.written} == self.written
        self.written = now_written

    def teardown(self) -> None:
        db.session.rollback()

    def _try(self, who: int, deed: Callable[[Person], Any]) -> Any:
        """Let a person do something, as a page would: all of it, or a refusal and nothing."""
        try:
            with as_of(self.now), transaction():
                made = deed(db.session.get_one(Person, self.people[who]))
                return getattr(made, "id", None)
        except Refused:
            return None

    def _some(self, model: Any, place: int) -> Any:
        """One of the rows there are, the later ones first."""
        of_now = {Need: Need.id, CheckIn: CheckIn.need_id}.get(model)
        query = select(model).order_by(model.id.desc())
        rows = db.session.scalars(query.where(of_now > self.first_need) if of_now is not None else query).all()
        whose = {Handover: "to_id", Merge: "by_id"}.get(model, "person_id")
        rows = [row for row in rows if getattr(row, whose, self.people[0]) in self.people]
        if not rows:
            raise Refused()
        return rows[place % len(rows)]

    def _needs(self) -> Iterable[Need]:
        return db.session.scalars(select(Need).where(Need.id > self.first_need)).all()

    def _question_ids(self) -> Any:
        return select(Need.question_id).where(Need.id > self.first_need, Need.question_id.is_not(None))

    def _events(self, name: str) -> Any:
        query = select(EventRow).where(EventRow.name == name, EventRow.id > self.first_event)
        return db.session.scalars(query.order_by(EventRow.id)).all()

    def _round_at(self, escalated: EventRow) -> int:
        """In which round of its need something happened."""
        moves = [
            row.data["round"]
            for row in self._events("NeedMoved")
            if row.data["need_id"] == escalated.data["need_id"] and row.id < escalated.id
        ]
        return int(moves[-1]) if moves else 1


def _visible(model: Any, id: int) -> Any:
    """The post, or a refusal as a page would give: there is none, or it was removed."""
    post = db.session.get(model, id)
    if post is None or post.removed_at is not None:
        raise Refused()
    return post


def _labelled(id: int) -> Question:
    """A question with its departments, which say who may merge it."""
    _visible(Question, id)
    return db.session.scalars(
        select(Question).where(Question.id == id).options(selectinload(Question.departments))
    ).one()


def _next_due() -> datetime | None:
    db.session.rollback()
    return db.session.scalar(select(func.min(jobs.Job.due_at)).where(jobs.Job.given_up_at.is_(None)))


def test_whatever_people_and_timers_do_the_promises_of_a_need_hold(app: Flask) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        World,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=40,
            deadline=None,
            phases=[Phase.generate],  # A shorter story of the same failure takes minutes to find.
            derandomize="PROVEN_TEST_EXAMPLES"
            not in os.environ,  # The same stories each time, unless more are asked for.
            suppress_health_check=list(HealthCheck),
        ),
    )
