"""The life of a cause: signalled with the third need, answered, fixed, verified or recurred; everybody is told."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from forum.causes import counting, measuring, quoting, stepping
from forum.causes.answering import (
    DoubtedOnce,
    acknowledge,
    claim_fixed,
    decline,
    doubt,
    name_delegate,
    not_mine,
    plan,
)
from forum.causes.evidence import pack_of
from forum.causes.linking import link, link_of, refuse, signal
from forum.causes.models import MOVES, CauseTelling, CauseVoice
from forum.causes.proposing import propose
from forum.causes.stepping import MovedOn
from forum.causes.stopping import NotAsked, reply
from forum.core.clock import as_of
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid, Refused
from forum.core.events import EventRow
from forum.needs.opening import share
from forum.notifications.models import Notification
from forum.people.models import Person
from tests import factories
from tests.causes.conftest import MONDAY, Story
from tests.conftest import Browser
from tests.pages import Page, words_of

DAY = timedelta(days=1)


@pytest.fixture
def signalled(story: Story) -> Story:
    """Three people have it, so IT knows."""
    with as_of(MONDAY + DAY):
        share(story.luca, story.question)
        share(story.beth, story.question)
    return story


@pytest.fixture
def planned(signalled: Story) -> Story:
    """IT has seen it and plans."""
    with as_of(MONDAY + 2 * DAY):
        _acknowledge(signalled)
        _plan(signalled)
    return signalled


def _acknowledge(story: Story, who: Person | None = None) -> None:
    acknowledge(who or story.raj, story.cause, words="We have seen it.", next_on=date(2026, 3, 31))


def _plan(story: Story) -> None:
    plan(story.raj, story.cause, words="We mend the job.", on=date(2026, 3, 31), co_owner=story.kim)


def told(names: tuple[str, ...] = ("CauseTold",)) -> list[tuple[int, str]]:
    query = select(Notification.person_id, Notification.reason).join(EventRow, EventRow.id == Notification.event_id)
    return [(id, reason) for id, reason in db.session.execute(query.where(EventRow.name.in_(names)))]


def test_the_third_need_of_two_people_signals_it(story: Story) -> None:
    with as_of(MONDAY + DAY):
        share(story.luca, story.question)
        assert story.cause.state == "suspected"
        share(story.beth, story.question)
    assert story.cause.state == "signalled"
    assert story.cause.due_at == MONDAY + 3 * DAY + timedelta(hours=8)  # 24 working hours of IT
    assert [step.needs for step in stepping.steps_of(story.cause.id)] == [3]


def test_everybody_who_asked_is_told_and_the_owner_is_asked(signalled: Story, pass_time: Any) -> None:
    pass_time(MONDAY + DAY, hours=1)
    assert {(each.id, "linked") for each in (signalled.luca, signalled.beth, signalled.kim)} <= set(told())
    assert told(("CauseMoved",)) == [(signalled.raj.id, "answers_for")]
    told_of = measuring.told()
    assert told_of.n == told_of.told > 0


def test_only_who_answers_for_the_department_may_say_anything(signalled: Story) -> None:
    with pytest.raises(Forbidden):
        _acknowledge(signalled, signalled.kim)
    moderator = factories.person(None, None, "moderator")
    with pytest.raises(Forbidden):
        _acknowledge(signalled, moderator)
    with as_of(MONDAY + DAY):
        name_delegate(signalled.raj, signalled.cause, moderator)
        _acknowledge(signalled, moderator)
    assert signalled.cause.state == "acknowledged"


def test_silence_goes_one_level_up_once(signalled: Story, pass_time: Callable[..., datetime]) -> None:
    moderator = factories.person(None, None, "moderator")
    pass_time(MONDAY + DAY, days=30)
    assert signalled.cause.overdue_at == MONDAY + 3 * DAY + timedelta(hours=8)
    assert sorted(told(("CauseOverdue",))) == sorted([(signalled.raj.id, "answers_for"), (moderator.id, "one_up")])


def test_a_late_plan_is_overdue_after_two_weeks(signalled: Story, pass_time: Any) -> None:
    with as_of(MONDAY + DAY):
        _acknowledge(signalled)
    pass_time(MONDAY + DAY, days=20)
    assert signalled.cause.overdue_at == MONDAY + 14 * DAY + timedelta(hours=8)


def test_a_plan_needs_a_co_owner_of_another_department(signalled: Story) -> None:
    with as_of(MONDAY + DAY):
        _acknowledge(signalled)
        for nobody in (None, signalled.raj):
            with pytest.raises(Invalid):
                plan(signalled.raj, signalled.cause, words="Soon.", on=date(2026, 3, 31), co_owner=nobody)


def test_a_refusal_needs_a_reason_and_a_way_around_and_is_thought_over_once(signalled: Story) -> None:
    with as_of(MONDAY + DAY):
        _acknowledge(signalled)
        with pytest.raises(Invalid):
            decline(signalled.raj, signalled.cause, words="No.", instead="")
        decline(signalled.raj, signalled.cause, words="It is the law.", instead="Ask for the form.")
        with pytest.raises(Forbidden):
            doubt(signalled.raj, signalled.cause)
        for each in (signalled.kim, signalled.kim, signalled.luca):
            doubt(each, signalled.cause, "It is not.")
        assert signalled.cause.state == "declined"
        doubt(signalled.beth, signalled.cause)
        assert signalled.cause.state == "signalled"
        _acknowledge(signalled)
        decline(signalled.raj, signalled.cause, words="Still the law.", instead="Ask for the form.")
        with pytest.raises(DoubtedOnce):
            doubt(signalled.kim, signalled.cause)


def test_why_it_should_not_stay_is_read_on_its_page_without_a_name(
    signalled: Story, browser: Callable[[Person], Browser]
) -> None:
    with as_of(MONDAY + DAY):
        _acknowledge(signalled)
        decline(signalled.raj, signalled.cause, words="It is the law.", instead="Ask for the form.")
        doubt(signalled.luca, signalled.cause, "It is <not>.")
        doubt(signalled.beth, signalled.cause)
    (quoted,) = Page(
        browser(signalled.raj).get(f"/causes/{signalled.cause.id}/any", follow_redirects=True)
    ).soup.select("#owner-title ~ blockquote")
    assert words_of(quoted) == "It is <not>. Why it should not stay"


def test_it_is_verified_by_its_rate_and_its_practice_proposed_for_retirement(planned: Story, pass_time: Any) -> None:
    moderator = factories.person(None, None, "moderator")
    answer = factories.answer(planned.raj, planned.question)
    practice = factories.practice(moderator, answer, owner=planned.kim)
    link(planned.kim, planned.cause, practice)
    fixed_at = MONDAY + 14 * DAY
    with as_of(fixed_at):
        claim_fixed(planned.raj, planned.cause, words="Mended.", effect_on=fixed_at.date())
    pass_time(fixed_at, days=40)
    assert planned.cause.state == "fixed"
    pass_time(fixed_at + 40 * DAY, days=20)
    assert planned.cause.state == "verified"
    assert (moderator.id, "moderates") in told(("RetirementProposed",))
    asked = db.session.scalars(select(CauseVoice).where(CauseVoice.asked_at.is_not(None))).all()
    assert {voice.person_id for voice in asked} == {planned.kim.id, planned.luca.id, planned.beth.id}


def test_two_needs_after_a_fix_bring_it_back(planned: Story, pass_time: Any) -> None:
    fixed_at = MONDAY + 14 * DAY
    with as_of(fixed_at):
        claim_fixed(planned.raj, planned.cause, words="Mended.", effect_on=fixed_at.date())
        with pytest.raises(NotAsked):
            reply(planned.kim, planned.cause, False)
    pass_time(fixed_at, days=30)
    with as_of(fixed_at + 30 * DAY):
        reply(planned.kim, planned.cause, False)
        assert planned.cause.state == "fixed"
        planned.strikes(planned.luca)
    assert planned.cause.state == "acknowledged"
    assert stepping.steps_of(planned.cause.id)[-1].kind == "recurred"
    assert planned.cause.effect_on is None


def test_what_was_something_else_does_not_count_and_is_not_told(signalled: Story) -> None:
    not_mine(signalled.beth, signalled.cause)
    assert signalled.beth.id not in counting.linked_people(signalled.cause.id)
    assert pack_of(signalled.cause).needs == 2
    not_mine(signalled.beth, signalled.cause, mine=True)
    assert pack_of(signalled.cause).needs == 3


def test_a_refused_proposal_is_not_made_again(story: Story) -> None:
    asked = factories.question(story.luca)
    propose(asked, [story.cause.id])
    assert len(counting.found(story.cause)) == 1
    proposed = link_of(story.cause, asked.id)
    assert proposed is not None
    refuse(story.beth, story.cause, proposed)
    propose(asked, [story.cause.id])
    assert proposed.linked_at is None
    link(story.luca, story.cause, asked)  # A person may think again.
    assert len(counting.found(story.cause)) == 2


def test_a_matter_of_safety_does_not_wait_for_a_third_need(story: Story) -> None:
    moderator = factories.person(None, None, "moderator")
    with pytest.raises(Forbidden):
        signal(story.kim, story.cause, "Somebody may be hurt.")
    signal(moderator, story.cause, "Somebody may be hurt.")
    assert story.cause.state == "signalled"


def test_a_quote_stands_in_the_evidence_only_while_its_author_agrees(signalled: Story) -> None:
    quoting.ask_to_quote(signalled.luca, signalled.cause, signalled.kim, "The old one is back every morning.")
    assert pack_of(signalled.cause).quotes == []
    quoting.answer(signalled.kim, signalled.cause, agreed=True)
    assert [each.quote for each in pack_of(signalled.cause).quotes] == ["The old one is back every morning."]
    quoting.answer(signalled.kim, signalled.cause, agreed=False)
    assert pack_of(signalled.cause).quotes == []


def test_what_is_known_of_a_cause_is_there_to_be_counted(signalled: Story) -> None:
    with as_of(MONDAY + 3 * DAY):
        _acknowledge(signalled)
    (known,) = measuring.known()
    assert (known.title, known.state, known.days) == (signalled.cause.title, "acknowledged", 2.0)
    assert (known.effect_on, known.weighed) == (None, None)


DEEDS = ("seen", "plan", "decline", "fix", "doubt", "strike", "stopped", "goes_on", "not_mine")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 3)), max_size=12))
def test_whatever_people_do_in_whichever_order_the_steps_are_a_chain(
    signalled: Story, pass_time: Any, deeds: list[tuple[str, int]]
) -> None:
    moment = MONDAY + DAY
    db.session.begin_nested()
    for deed, who in deeds:
        with as_of(moment), suppress(Refused):
            _do(signalled, deed, (signalled.kim, signalled.luca, signalled.beth, signalled.raj)[who], moment)
        moment += 5 * DAY
    stands = "suspected"
    for row in db.session.scalars(select(EventRow).where(EventRow.name == "CauseMoved").order_by(EventRow.id)):
        assert row.data["before"] == stands
        assert row.data["after"] in MOVES[stands]
        stands = row.data["after"]
    assert signalled.cause.state == stands
    said = [step for step in stepping.steps_of(signalled.cause.id) if step.kind in ("planned", "declined", "fixed")]
    assert {step.by_id for step in said} <= {signalled.raj.id}
    assert all(step.words for step in said)
    tellings = db.session.execute(select(CauseTelling.step_id, CauseTelling.person_id)).all()
    assert len(tellings) == len(set(tellings))
    db.session.rollback()


def _do(story: Story, deed: str, who: Person, moment: datetime) -> None:
    cause, day = story.cause, moment.date() + 3 * DAY
    deeds: dict[str, Callable[[], Any]] = {
        "seen": lambda: acknowledge(who, cause, words="Seen.", next_on=day),
        "plan": lambda: plan(who, cause, words="Mend it.", on=day, co_owner=story.kim),
        "decline": lambda: decline(who, cause, words="It is the law.", instead="Ask."),
        "fix": lambda: claim_fixed(who, cause, words="Mended.", effect_on=moment.date()),
        "doubt": lambda: doubt(who, cause),
        "strike": lambda: story.strikes(who),
        "stopped": lambda: reply(who, cause, False),
        "goes_on": lambda: None,
        "not_mine": lambda: not_mine(who, cause),
    }
    deeds[deed]()


def test_a_step_that_does_not_follow_is_refused(signalled: Story) -> None:
    with as_of(MONDAY + DAY), pytest.raises(MovedOn):
        _plan(signalled)
