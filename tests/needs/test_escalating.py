"""Three people at once, then the next, champions, others, and a person with a name: each step once, in working time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.answering import accept
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.core.events import EventRow
from forum.needs import check_ins, inviting
from forum.needs.escalating import promise_of
from forum.needs.ledger import NotPossible
from forum.needs.models import AnswerInvitation, Need
from forum.needs.opening import asked_need, share, shared_by
from forum.needs.owning import name_owner
from forum.people.hours import go_away
from forum.people.models import Person, Role
from forum.posts.removing import remove, restore
from tests import factories
from tests.needs.conftest import MONDAY

Moments = Callable[[datetime], Any]
Passing = Callable[..., datetime]


@pytest.fixture(autouse=True)
def colleagues(finance: Any, sales: Any) -> list[Person]:
    """Four in Finance and a champion; three in another department, all of whom can sign in."""
    people = [factories.person(f"Finance {number}", finance) for number in range(4)]
    people.append(factories.person("Finance Champion", finance, "champion"))
    elsewhere = factories.department("Quality")
    elsewhere.calendar = sales.calendar
    people += [factories.person(f"Quality {number}", elsewhere) for number in range(3)]
    for person in people:
        person.password_hash = "not used here"
    db.session.commit()
    return people


@pytest.fixture
def asked(kim: Person, finance: Any, at: Moments) -> Any:
    with at(MONDAY):
        return factories.question(kim, departments=[finance])


@pytest.fixture
def need(asked: Any) -> Need:
    found = asked_need(asked)
    assert found is not None
    return found


def invitations(*steps: str) -> list[AnswerInvitation]:
    db.session.rollback()
    query = select(AnswerInvitation).order_by(AnswerInvitation.id)
    return [each for each in db.session.scalars(query) if not steps or each.step in steps]


def events(name: str) -> list[dict[str, Any]]:
    return [row.data for row in db.session.scalars(select(EventRow).where(EventRow.name == name).order_by(EventRow.id))]


def steps() -> list[str]:
    """The steps of waiting that were taken; several at once have no order."""
    return sorted(each["step"] for each in events("Escalated"))


def test_people_are_asked_at_once_and_the_champion_first(need: Need, pass_time: Passing) -> None:
    pass_time(MONDAY, minutes=1)
    sent = invitations("first")
    assert len(sent) == 3
    assert sent[0].reason == "You are a champion of a department that this concerns"
    assert need.state == "routed"
    assert [each.silent_at for each in sent] == [MONDAY + timedelta(hours=2)] * 3


def test_nobody_is_told_outside_their_working_time(kim: Person, finance: Any, at: Moments, pass_time: Passing) -> None:
    friday_evening = datetime.combine(date(2026, 11, 27), datetime.min.time(), MONDAY.tzinfo) + timedelta(hours=19)
    with at(friday_evening):
        factories.question(kim, departments=[finance])
    pass_time(friday_evening, hours=30)
    assert events("PersonInvited") == []
    assert {each.sent_at for each in invitations("first")} == {MONDAY + timedelta(days=7)}
    pass_time(MONDAY + timedelta(days=7), minutes=15)
    assert len(events("PersonInvited")) == 3


def test_silence_brings_the_next_person(need: Need, pass_time: Passing) -> None:
    pass_time(MONDAY, hours=2)
    assert [each.reply for each in invitations("first")] == ["silence"] * 3
    assert len(invitations("next")) >= 1


def test_the_steps_come_in_their_time_and_once(asked: Any, need: Need, pass_time: Passing) -> None:
    pass_time(MONDAY, days=4)
    assert [each["step"] for each in events("Escalated")] == ["champions", "others", "owner"]
    assert need.state == "open_problem"


def test_a_worker_that_was_away_takes_each_step_once(asked: Any, need: Need, pass_time: Passing) -> None:
    pass_time(MONDAY + timedelta(days=14), minutes=30)
    assert sorted(each["step"] for each in events("Escalated")) == ["champions", "others", "owner"]


def test_an_answer_stops_the_clock(marta: Person, asked: Any, need: Need, at: Moments, pass_time: Passing) -> None:
    pass_time(MONDAY, minutes=15)
    with at(MONDAY + timedelta(minutes=30)):
        factories.answer(marta, asked)
    pass_time(MONDAY + timedelta(minutes=30), days=4)
    assert events("Escalated") == []
    assert need.state == "answered"


def test_ones_own_answer_does_not_stop_it(kim: Person, asked: Any, need: Need, at: Moments) -> None:
    with at(MONDAY):
        factories.answer(kim, asked)
    assert need.is_waiting


def test_what_was_to_happen_while_a_question_was_removed_happens_when_it_is_back(
    kim: Person, asked: Any, need: Need, at: Moments, pass_time: Passing
) -> None:
    later = pass_time(MONDAY, hours=5)
    with at(later):
        remove(kim, asked)
    later = pass_time(later, days=7)
    assert steps() == ["champions"]
    with at(later):
        restore(kim, asked)
    pass_time(later, minutes=1)
    assert steps() == ["champions", "others", "owner"]
    assert need.state == "open_problem"


def test_a_question_that_was_back_at_once_takes_each_step_once(
    kim: Person, asked: Any, at: Moments, pass_time: Passing
) -> None:
    with at(MONDAY):
        remove(kim, asked)
        restore(kim, asked)
    pass_time(MONDAY, days=7)
    assert steps() == ["champions", "others", "owner"]


def test_the_promise_is_kept_or_missed(marta: Person, asked: Any, need: Need, at: Moments, pass_time: Passing) -> None:
    promise = promise_of(need)
    assert promise is not None
    assert promise.due_at == MONDAY + timedelta(hours=8)
    with at(MONDAY + timedelta(hours=1)):
        factories.answer(marta, asked)
    db.session.refresh(promise)
    assert promise.kept is True


def test_a_promise_nobody_met_is_written_down_as_missed(need: Need, pass_time: Passing) -> None:
    pass_time(MONDAY, days=2)
    promise = promise_of(need)
    assert promise is not None
    assert promise.kept is False


def test_one_person_is_on_it_at_a_time_and_it_lapses_by_itself(
    marta: Person, farah: Person, asked: Any, at: Moments, pass_time: Passing
) -> None:
    with at(MONDAY):
        inviting.claim(marta, asked)
        with pytest.raises(inviting.TakenAlready):
            inviting.claim(farah, asked)
    pass_time(MONDAY, hours=4)
    with at(MONDAY + timedelta(hours=4)):
        assert inviting.claim(farah, asked).person_id == farah.id


def test_while_somebody_is_on_it_silence_brings_nobody_else(
    marta: Person, asked: Any, at: Moments, pass_time: Passing
) -> None:
    pass_time(MONDAY, minutes=15)
    with at(MONDAY + timedelta(minutes=20)):
        inviting.claim(marta, asked)
    pass_time(MONDAY + timedelta(minutes=30), hours=2)
    assert invitations("next") == []


def test_passing_brings_the_next_person_or_the_one_that_was_named(
    farah: Person, asked: Any, at: Moments, pass_time: Passing
) -> None:
    pass_time(MONDAY, minutes=1)
    first, second, _ = invitations("first")
    with at(MONDAY + timedelta(minutes=5)):
        inviting.pass_on(db.session.get_one(Person, first.person_id), first)
        hinted = inviting.pass_on(db.session.get_one(Person, second.person_id), second, hint=farah)
    db.session.commit()
    assert len(invitations("next")) == 1
    assert hinted is not None
    assert hinted.person_id == farah.id


def test_whoever_was_silent_can_still_take_it_or_pass_and_nobody_is_asked_for_it_twice(
    asked: Any, need: Need, at: Moments, pass_time: Passing
) -> None:
    later = pass_time(MONDAY, hours=2, minutes=30)
    first, second, *_ = invitations("first")
    asked_so_far = len(invitations())
    assert first.reply == second.reply == "silence"
    with at(later):
        inviting.pass_on(db.session.get_one(Person, first.person_id), first)
        inviting.take(db.session.get_one(Person, second.person_id), second)
    assert (first.reply, second.reply, len(invitations())) == ("pass", "take", asked_so_far)


def test_nobody_replies_to_somebody_elses_invitation(marta: Person, asked: Any, pass_time: Passing) -> None:
    pass_time(MONDAY, minutes=1)
    with pytest.raises(Forbidden):
        inviting.pass_on(marta, invitations("first")[0])


def test_nobody_is_asked_more_than_twice_a_day(kim: Person, finance: Any, at: Moments, pass_time: Passing) -> None:
    with at(MONDAY):
        for _ in range(6):
            factories.question(kim, departments=[finance])
    pass_time(MONDAY, minutes=30)
    counts: dict[int, int] = {}
    for each in invitations("first"):
        counts[each.person_id] = counts.get(each.person_id, 0) + 1
    assert max(counts.values()) <= 2


def test_an_open_problem_gets_an_owner_with_a_name(
    kim: Person, farah: Person, marta: Person, need: Need, at: Moments, pass_time: Passing
) -> None:
    end = pass_time(MONDAY, days=3)
    with at(end):
        with pytest.raises(Forbidden):
            name_owner(kim, need, marta, date(2026, 12, 1))
        name_owner(farah, need, marta, date(2026, 12, 1))
    assert (need.owner_id, need.next_on) == (marta.id, date(2026, 12, 1))


def test_only_an_open_problem_gets_an_owner(farah: Person, marta: Person, need: Need) -> None:
    with pytest.raises(NotPossible):
        name_owner(farah, need, marta, date(2030, 1, 1))


def test_what_did_not_work_goes_to_other_people_than_before(
    kim: Person, marta: Person, asked: Any, need: Need, at: Moments, pass_time: Passing
) -> None:
    pass_time(MONDAY, minutes=1)
    first_round = {each.person_id for each in invitations()}
    with at(MONDAY + timedelta(hours=1)):
        accept(kim, factories.answer(marta, asked))
        check_in = check_ins.latest_of(need)
        assert check_in is not None
        check_ins.reply(kim, check_in, "not")
    pass_time(MONDAY + timedelta(hours=1), minutes=15)
    second_round = {each.person_id for each in invitations()} - first_round
    assert second_round
    assert marta.id not in second_round
    assert need.state == "routed"


def test_a_champion_whose_answer_did_not_work_is_not_called_for_the_same_question(
    kim: Person, marta: Person, asked: Any, need: Need, at: Moments, pass_time: Passing
) -> None:
    champion = db.session.scalars(
        select(Person).join(Role, Role.person_id == Person.id).where(Role.name == "champion")
    ).one()
    with at(MONDAY):
        accept(kim, factories.answer(champion, asked))
        check_ins.reply(kim, check_ins.latest_of(need), "not")  # type: ignore[arg-type]
    pass_time(MONDAY, days=1)
    assert champion.id not in {each.person_id for each in invitations()}


def test_the_asker_is_asked_twice_whether_an_answer_helped_and_never_again(
    marta: Person, asked: Any, need: Need, at: Moments, pass_time: Passing
) -> None:
    with at(MONDAY):
        factories.answer(marta, asked)
    pass_time(MONDAY, days=14)
    assert [each["last"] for each in events("AcceptancePrompted")] == [False, True]
    assert need.state == "answered"


def test_whoever_shares_a_need_is_counted_once(kim: Person, marta: Person, farah: Person, asked: Any) -> None:
    share(marta, asked)
    share(marta, asked)
    share(farah, asked)
    assert shared_by(asked) == (3, 2)


def champion() -> Person:
    return db.session.query(Person).filter_by(name="Finance Champion").one()


def test_a_champion_who_is_away_is_not_asked_and_holds_nobody_up(
    kim: Person, finance: Any, at: Moments, pass_time: Passing
) -> None:
    with at(MONDAY):
        go_away(champion(), champion(), date(2027, 1, 10))
        factories.question(kim, departments=[finance])
    pass_time(MONDAY, hours=5)
    assert [each["step"] for each in events("Escalated")] == ["champions"]
    assert champion().id not in [each.person_id for each in invitations()]


def test_whoever_went_away_before_they_were_told_is_not_told_and_the_next_person_is_asked(
    kim: Person, finance: Any, at: Moments, pass_time: Passing
) -> None:
    evening = MONDAY - timedelta(days=2, hours=1)
    with at(evening):
        factories.question(kim, departments=[finance])
    pass_time(evening, hours=1)
    gone = db.session.get_one(Person, invitations("first")[0].person_id)
    with at(MONDAY - timedelta(hours=1)):
        go_away(gone, gone, date(2026, 11, 27))
    pass_time(MONDAY, minutes=1)
    assert gone.id not in [each["person_id"] for each in events("PersonInvited")]
    assert [each.reply for each in invitations("first")] == ["silence", None, None]
    assert len(invitations("next")) == 1


def test_a_colleague_who_is_away_cannot_be_named(farah: Person, asked: Any, at: Moments, pass_time: Passing) -> None:
    pass_time(MONDAY, minutes=1)
    first = invitations("first")[0]
    with at(MONDAY + timedelta(minutes=5)):
        go_away(farah, farah, date(2026, 11, 27))
        with pytest.raises(Invalid, match="Farah Aziz is away"):
            inviting.pass_on(db.session.get_one(Person, first.person_id), first, hint=farah)
    assert first.reply is None


def test_whoever_is_on_it_is_here_though_they_had_said_that_they_are_away(
    marta: Person, asked: Any, at: Moments
) -> None:
    with at(MONDAY):
        go_away(marta, marta, date(2026, 11, 27))
        assert inviting.claim(marta, asked).until == MONDAY + timedelta(hours=4)


def test_an_asker_who_is_away_is_asked_whether_it_helped_when_they_are_back(
    kim: Person, marta: Person, asked: Any, at: Moments, pass_time: Passing
) -> None:
    with at(MONDAY):
        factories.answer(marta, asked)
    with at(MONDAY + timedelta(hours=1)):
        go_away(kim, kim, date(2026, 11, 29))
    pass_time(MONDAY, days=30)
    prompts = db.session.scalars(select(EventRow).where(EventRow.name == "AcceptancePrompted").order_by(EventRow.id))
    back = MONDAY + timedelta(days=7)
    assert [row.at for row in prompts] == [back, back + timedelta(days=2, hours=8)]
