"""Who hears of what: everybody concerned, once, for the strongest reason; nobody of what they did themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from forum.answers.answering import accept, edit_answer, withdraw_acceptance
from forum.answers.models import Answer
from forum.core.clock import as_of
from forum.core.db import db
from forum.core.events import EventRow, publish
from forum.core.jobs import EVENT_KINDS
from forum.departments.following import follow, unfollow
from forum.departments.models import Tag
from forum.needs import check_ins, handing_over, inviting
from forum.needs.escalating import AcceptancePrompted, Escalated
from forum.needs.ledger import move
from forum.needs.models import AnswerInvitation, CheckIn, Handover, Need
from forum.needs.opening import asked_need, share, withdraw
from forum.needs.owning import WordDue, WordMissed, name_owner, promise_again
from forum.nominations.nominating import nominate, refuse
from forum.notifications.listing import inbox
from forum.notifications.models import Notification
from forum.notifications.preferences import choose
from forum.notifications.recipients import needs as of_needs
from forum.notifications.recipients import threads as of_threads
from forum.notifications.words.sentences import SENTENCES
from forum.people.changing import deactivate
from forum.people.models import Person
from forum.posts.removing import remove
from forum.posts.taking_back import TAKE_BACK_FOR
from forum.posts.thanks import take_back, thank
from forum.posts.writing import write
from forum.practices.promoting import look_after, retire
from forum.practices.validating import PeerInvited, Validation, validate
from forum.questions.models import Question
from forum.subscriptions import SUBSCRIPTIONS
from tests import factories
from tests.notifications.conftest import MONDAY, PostOffice, notes, text_of

Work = Callable[..., None]


@pytest.fixture
def rita(sales: Any) -> Person:
    """A colleague who has to do with it only by what a test says."""
    return factories.person("Rita Reader", sales)


@pytest.fixture
def asked(kim: Person, finance: Any) -> Question:
    with as_of(MONDAY):
        return factories.question(kim, departments=[finance], tags="vat")


@pytest.fixture
def given(marta: Person, asked: Question) -> Answer:
    with as_of(MONDAY):
        return factories.answer(marta, asked)


def told_of(person: Person, about: Any) -> list[tuple[str, str]]:
    """What a person was told of one post."""
    own = (Notification.person_id == person.id, Notification.post_id == about.id)
    rows = db.session.execute(select(Notification.kind, Notification.reason).where(*own).order_by(Notification.id))
    return [(kind, reason) for kind, reason in rows]


def everybody_told_of(about: Any) -> dict[str, tuple[str, str]]:
    """Who was told of a post, and of what last: name -> (kind, reason)."""
    rows = db.session.execute(
        select(Person.name, Notification.kind, Notification.reason)
        .join(Person, Person.id == Notification.person_id)
        .where(Notification.post_id == about.id)
        .order_by(Notification.id)
    )
    return {name: (kind, reason) for name, kind, reason in rows}


# A question


@pytest.mark.parametrize("kind", ["tag", "department", "person"])
def test_a_question_is_told_to_whoever_follows_a_label_or_the_asker(
    kim: Person, rita: Person, finance: Any, noise: None, work: Work, kind: str
) -> None:
    with as_of(MONDAY):
        factories.question(kim, tags="vat")
    with as_of(MONDAY + timedelta(seconds=30)):
        tag = db.session.scalars(select(Tag)).one()
        follow(rita, kind, {"tag": tag.id, "department": finance.id, "person": kim.id}[kind])
    with as_of(MONDAY + timedelta(minutes=1)):
        question = factories.question(kim, departments=[finance], tags="vat")
    work(MONDAY + timedelta(minutes=2))
    assert everybody_told_of(question) == {"Rita Reader": ("question", f"follows_{kind}")}
    assert len(notes(rita)) == 1


def test_whoever_follows_in_three_ways_and_is_mentioned_hears_once_and_for_the_strongest_reason(
    kim: Person, rita: Person, finance: Any, work: Work
) -> None:
    with as_of(MONDAY):
        follow(rita, "person", kim.id)
        follow(rita, "department", finance.id)
        question = factories.question(kim, departments=[finance], body="Ask @rita-reader, who knew it last year.")
    work()
    assert told_of(rita, question) == [("mention", "mentioned")]


def test_whoever_began_to_follow_later_is_not_told_of_what_was_before(
    rita: Person, finance: Any, asked: Question, work: Work
) -> None:
    with as_of(MONDAY + timedelta(minutes=1)):
        follow(rita, "department", finance.id)
    work(MONDAY + timedelta(minutes=2))
    assert notes(rita) == []


# An answer


def test_an_answer_is_told_to_the_asker_whoever_shares_the_need_and_whoever_follows(
    farah: Person, chris: Person, rita: Person, asked: Question, noise: None, work: Work
) -> None:
    with as_of(MONDAY):
        follow(rita, "question", asked.id)
        share(chris, asked)
        follow(farah, "department", asked.departments[0].id)
        answer = factories.answer(farah, asked)
    work(MONDAY + timedelta(minutes=1))
    assert everybody_told_of(answer) == {
        "Kim Tran": ("answer", "asked"),
        "Chris Dunn": ("answer", "shares"),
        "Rita Reader": ("answer", "follows_question"),
    }


def test_nobody_is_told_of_their_own_answer_though_they_asked_and_follow(
    kim: Person, asked: Question, work: Work
) -> None:
    with as_of(MONDAY):
        factories.answer(kim, asked, "I found it, says @kim-tran.")
    work(MONDAY + timedelta(minutes=1))
    assert notes(kim) == []


def test_the_asker_who_follows_no_longer_still_hears_the_answer(
    kim: Person, asked: Question, given: Answer, work: Work
) -> None:
    with as_of(MONDAY):
        unfollow(kim, "question", asked.id)
    work()
    assert told_of(kim, given) == [("answer", "asked")]


# Acceptance


def test_acceptance_is_told_to_whoever_answered(kim: Person, marta: Person, given: Answer, work: Work) -> None:
    with as_of(MONDAY):
        accept(kim, given)
    work()
    assert told_of(marta, given) == [("outcome", "wrote")]
    assert ("outcome", "asked") not in notes(kim)


def test_acceptance_in_the_askers_place_is_told_to_the_asker_too(
    kim: Person, marta: Person, farah: Person, given: Answer, work: Work
) -> None:
    with as_of(MONDAY):
        accept(farah, given)
    work()
    assert ("outcome", "asked") in notes(kim)
    assert told_of(marta, given) == [("outcome", "wrote")]
    assert notes(farah) == []


def test_an_acceptance_that_was_withdrawn_meanwhile_is_not_told(
    kim: Person, marta: Person, given: Answer, work: Work
) -> None:
    with as_of(MONDAY):
        accept(kim, given)
        withdraw_acceptance(kim, given)
    work()
    assert notes(marta) == []


def test_an_acceptance_taken_and_given_again_and_again_is_told_once(
    kim: Person, marta: Person, given: Answer, work: Work
) -> None:
    for _ in range(3):
        with as_of(MONDAY):
            accept(kim, given)
        work()
        with as_of(MONDAY):
            withdraw_acceptance(kim, given)
        work()
    assert told_of(marta, given) == [("outcome", "wrote")]


# Comments and mentions


def test_a_comment_is_told_to_the_author_of_the_post_and_to_whoever_follows_the_thread_only(
    kim: Person, farah: Person, rita: Person, chris: Person, asked: Question, given: Answer, work: Work
) -> None:
    with as_of(MONDAY):
        follow(rita, "question", asked.id)
        follow(chris, "department", asked.departments[0].id)
        comment = factories.comment(farah, given)
    work(MONDAY + timedelta(minutes=1))
    assert everybody_told_of(comment) == {
        "Marta Silva": ("comment", "wrote"),
        "Kim Tran": ("comment", "follows_question"),
        "Rita Reader": ("comment", "follows_question"),
    }


def test_a_reply_is_told_to_whoever_is_replied_to(
    kim: Person, marta: Person, rita: Person, given: Answer, work: Work
) -> None:
    with as_of(MONDAY):
        first = factories.comment(rita, given)
        reply = factories.comment(marta, given, "Yes.", reply_to=first)
    work()
    assert told_of(rita, reply) == [("comment", "replied")]


def test_a_mention_in_code_is_none(kim: Person, marta: Person, rita: Person, given: Answer, work: Work) -> None:
    with as_of(MONDAY):
        factories.comment(marta, given, "Write `@rita-reader` in the field.")
    work()
    assert notes(rita) == []


def test_an_edit_tells_only_those_whom_it_mentions_anew(
    marta: Person, farah: Person, rita: Person, given: Answer, work: Work
) -> None:
    with as_of(MONDAY):
        edit_answer(marta, given, write("Ask @farah-aziz."), seen=1)
    work()
    with as_of(MONDAY):
        edit_answer(marta, given, write("Ask @farah-aziz or @rita-reader, not @marta-silva."), seen=2)
    work()
    assert told_of(farah, given) == [("mention", "mentioned")]
    assert told_of(rita, given) == [("mention", "mentioned")]
    assert notes(marta) == []


# Practices and thanks


def test_a_new_practice_is_told_to_author_asker_keeper_and_followers(
    farah: Person, rita: Person, chris: Person, asked: Question, given: Answer, noise: None, work: Work
) -> None:
    with as_of(MONDAY):
        follow(rita, "question", asked.id)
        made = factories.practice(farah, given, owner=chris)
    work(MONDAY + timedelta(minutes=1))
    assert everybody_told_of(made) == {
        "Marta Silva": ("practice", "wrote"),
        "Kim Tran": ("practice", "asked"),
        "Chris Dunn": ("practice", "keeps"),
        "Rita Reader": ("practice", "follows_question"),
    }


def test_a_nomination_is_told_to_the_moderators_and_settled_by_the_first_who_decides(
    kim: Person, farah: Person, chris: Person, sales: Any, given: Answer, noise: None, work: Work
) -> None:
    other = factories.person("Ania Wolf", sales, "moderator")
    with as_of(MONDAY):
        made = nominate(kim, given, why="Everybody who invoices should do it.")
    work()
    for moderator in (farah, other):
        assert told_of(moderator, given) == [("nomination", "moderates")]
    [thread] = inbox(other, None).rows
    [line] = thread.lines
    assert line.sentence == "Kim Tran nominated Marta Silva's answer as a best practice"
    assert (line.excerpt, line.act) == ("Everybody who invoices should do it.", "Decide")
    assert line.url == f"/practices/nominations#nomination-{made.id}"
    with as_of(MONDAY):
        refuse(farah, made, reason="unproved", words="Let two more try it.")
    work()
    assert (notes(other), notes(farah)) == ([], [])


def test_a_moderator_is_not_asked_to_decide_about_their_own_words(
    kim: Person, farah: Person, asked: Question, work: Work
) -> None:
    with as_of(MONDAY):
        nominate(kim, own := factories.answer(farah, asked), why="Everybody who invoices should do it.")
    work()
    assert told_of(farah, own) == []


def test_a_refusal_is_told_to_the_nominator_with_the_moderators_words(
    kim: Person, marta: Person, farah: Person, given: Answer, noise: None, work: Work
) -> None:
    with as_of(MONDAY):
        refuse(farah, nominate(kim, given, why="Everybody should."), reason="one_case", words="It fits our VAT only.")
    work()
    assert everybody_told_of(given)["Kim Tran"] == ("practice", "nominated")
    assert told_of(marta, given) == []
    line = next(line for thread in inbox(kim, None).rows for line in thread.lines if line.kind == "practice")
    assert line.sentence.endswith("the answer that you nominated. It fits one case only")
    assert line.excerpt == "It fits our VAT only."


def test_a_promotion_is_told_to_the_nominator_and_to_everybody_with_the_need_behind_it(
    kim: Person, farah: Person, rita: Person, chris: Person, asked: Question, given: Answer, work: Work
) -> None:
    with as_of(MONDAY):
        share(rita, asked)
        nominate(chris, given, why="Everybody should.")
        made = factories.practice(farah, given)
    work()
    assert everybody_told_of(made) == {
        "Marta Silva": ("practice", "wrote"),
        "Chris Dunn": ("practice", "nominated"),
        "Kim Tran": ("practice", "asked"),
        "Rita Reader": ("practice", "shares"),
    }


def test_whoever_is_asked_to_check_a_practice_is_told_until_they_have_said_something(
    farah: Person, rita: Person, given: Answer, work: Work
) -> None:
    with as_of(MONDAY):
        made = factories.practice(farah, given)
        db.session.add(Validation(practice_id=made.id, person_id=rita.id, department_id=rita.department_id))
        publish(PeerInvited(post_id=made.id, person_id=rita.id))
    work()
    [thread] = inbox(rita, None).rows
    assert thread.lines[0].act == "Read it and say so"
    with as_of(MONDAY):
        validate(rita, made, "works")
    assert notes(rita) == []


def test_a_remark_on_a_practice_is_told_to_its_author_and_its_keeper(
    kim: Person, farah: Person, chris: Person, given: Answer, work: Work
) -> None:
    with as_of(MONDAY):
        remark = factories.comment(kim, factories.practice(farah, given, owner=chris))
    work()
    assert everybody_told_of(remark) == {"Marta Silva": ("comment", "wrote"), "Chris Dunn": ("comment", "keeps")}


def test_whoever_is_given_a_practice_to_keep_is_told_once(
    farah: Person, rita: Person, sales: Any, given: Answer, work: Work
) -> None:
    with as_of(MONDAY):
        made = factories.practice(farah, given)
        for pace in ("fast", "slow"):
            look_after(farah, made, owner=rita, departments=[sales.id], tags="", review_pace=pace)
    work()
    assert told_of(rita, made) == [("practice", "keeps")]


def test_a_retired_practice_is_told_to_its_author(farah: Person, marta: Person, given: Answer, work: Work) -> None:
    with as_of(MONDAY):
        made = factories.practice(farah, given)
        work()
        retire(farah, made, because="It no longer works.")
    work()
    assert told_of(marta, made) == [("practice", "wrote")] * 2


def test_thanks_are_told_to_the_author_once_however_often_they_are_given(
    kim: Person, marta: Person, given: Answer, work: Work
) -> None:
    for _ in range(3):
        with as_of(MONDAY):
            thank(kim, given, "It saved my day.")
        work()
        with as_of(MONDAY):
            take_back(kim, given)
        work()
    assert told_of(marta, given) == [("thanks", "wrote")]


def test_thanks_that_were_taken_back_meanwhile_are_not_told(
    kim: Person, marta: Person, given: Answer, work: Work
) -> None:
    with as_of(MONDAY):
        thank(kim, given)
        take_back(kim, given)
    work()
    assert notes(marta) == []


# Invitations


@pytest.fixture
def invited(rita: Person, asked: Question) -> AnswerInvitation:
    need = asked_need(asked)
    assert need is not None
    with as_of(MONDAY):
        made = inviting.invite_person(need, asked, rita, step="hint", reason="A colleague thinks of you")
    assert made is not None
    return made


def test_an_invitation_is_told_to_whoever_is_invited(
    kim: Person, rita: Person, invited: AnswerInvitation, work: Work
) -> None:
    work()
    assert notes(rita) == [("invitation", "invited")]
    assert notes(kim) == []


def test_an_invitation_outside_working_time_is_told_when_that_begins(rita: Person, asked: Question, work: Work) -> None:
    need = asked_need(asked)
    assert need is not None
    with as_of(MONDAY + timedelta(hours=12)):
        inviting.invite_person(need, asked, rita, step="hint", reason="A colleague thinks of you")
    work(MONDAY + timedelta(hours=13))
    assert notes(rita) == []
    work(MONDAY + timedelta(hours=23))
    assert notes(rita) == [("invitation", "invited")]


def test_whoever_passed_before_the_note_was_written_gets_none(
    rita: Person, invited: AnswerInvitation, work: Work
) -> None:
    with as_of(MONDAY):
        inviting.pass_on(rita, invited)
    work()
    assert notes(rita) == []


def test_an_invitation_is_done_once_it_is_replied_to(rita: Person, invited: AnswerInvitation, work: Work) -> None:
    work()
    with as_of(MONDAY):
        inviting.pass_on(rita, invited)
    assert notes(rita) == []


def test_an_invitation_that_was_met_with_silence_stays_until_somebody_has_answered(
    rita: Person, marta: Person, asked: Question, invited: AnswerInvitation, work: Work
) -> None:
    work()
    work(invited.silent_at)
    db.session.refresh(invited)
    assert (invited.reply, notes(rita)) == ("silence", [("invitation", "invited")])
    factories.answer(marta, asked)
    assert notes(rita) == []


def test_an_invitation_is_done_once_the_invited_person_has_answered(
    rita: Person, asked: Question, invited: AnswerInvitation, work: Work
) -> None:
    work()
    with as_of(MONDAY):
        factories.answer(rita, asked)
    assert notes(rita) == []


# For a colleague


@pytest.fixture
def offered(kim: Person, rita: Person, asked: Question) -> Handover:
    """Kim asked it for Rita, who has not said anything yet."""
    with as_of(MONDAY):
        return handing_over.offer(kim, asked, rita)


def sentences(person: Person) -> list[str]:
    """What stands in the inbox of a person, in the words that are shown."""
    return [line.sentence for thread in inbox(person, None).rows for line in thread.lines]


def test_whoever_it_was_asked_for_is_asked_whether_it_is_theirs(
    rita: Person, offered: Handover, work: Work, post_office: PostOffice
) -> None:
    work(MONDAY + TAKE_BACK_FOR, mail=True)
    assert notes(rita) == [("invitation", "offered")]
    assert sentences(rita) == ["Kim Tran asked this for you. Is it yours?"]
    (letter,) = post_office.to(rita)
    assert str(letter["Subject"]).startswith("Is it yours?")
    assert "Say whether it is yours" in text_of(letter)


def test_whoever_it_was_asked_for_and_follows_its_department_is_told_once(
    rita: Person, finance: Any, offered: Handover, work: Work
) -> None:
    follow(rita, "department", finance.id)
    with as_of(MONDAY + timedelta(minutes=1)):
        again = factories.question(db.session.get_one(Person, offered.from_id), departments=[finance])
        handing_over.offer(db.session.get_one(Person, offered.from_id), again, rita)
    work(MONDAY + timedelta(minutes=2))
    assert told_of(rita, again) == [("invitation", "offered")]


def test_after_the_yes_only_the_typist_is_told_and_nothing_is_left_to_reply(
    kim: Person, rita: Person, offered: Handover, work: Work
) -> None:
    work()
    with as_of(MONDAY):
        handing_over.agree(rita, offered)
    work()
    assert notes(rita) == []
    assert sentences(kim) == ["Rita Reader says that it is theirs. You go on following it"]


def test_a_no_is_told_kindly(kim: Person, rita: Person, offered: Handover, work: Work) -> None:
    work()
    with as_of(MONDAY):
        handing_over.decline(rita, offered)
    work()
    assert notes(rita) == []
    assert sentences(kim) == ["Rita Reader says that it is not theirs, so it stays with you"]


def test_whoever_has_replied_already_is_not_asked(rita: Person, offered: Handover, work: Work) -> None:
    with as_of(MONDAY):
        handing_over.decline(rita, offered)
    work()
    assert notes(rita) == []


def test_a_check_in_that_waits_leaves_the_typist_and_comes_to_the_colleague(
    kim: Person, rita: Person, offered: Handover, due: CheckIn, work: Work
) -> None:
    assert check_in_notes(kim) == 1
    with as_of(due.due_at):
        handing_over.agree(rita, offered)
    work(due.due_at)
    assert (check_in_notes(kim), check_in_notes(rita)) == (0, 1)


# Check-ins and outcomes


@pytest.fixture
def tried(kim: Person, asked: Question, given: Answer) -> CheckIn:
    with as_of(MONDAY):
        accept(kim, given)
    need = asked_need(asked)
    assert need is not None
    found = check_ins.latest_of(need)
    assert found is not None
    return found


@pytest.fixture
def due(tried: CheckIn, work: Work) -> CheckIn:
    """The check-in has been asked."""
    work(tried.due_at)
    return tried


def check_in_notes(person: Person) -> int:
    return len([kind for kind, _ in notes(person) if kind == "check_in"])


def test_a_check_in_asks_whoever_has_the_need_and_nobody_else(
    kim: Person, marta: Person, farah: Person, due: CheckIn
) -> None:
    assert ("check_in", "needs") in notes(kim)
    assert check_in_notes(marta) == check_in_notes(farah) == 0


def test_the_reminder_takes_the_place_of_the_first_note(kim: Person, due: CheckIn, work: Work) -> None:
    work(due.due_at + timedelta(days=4))
    assert due.reminded_at is not None
    assert check_in_notes(kim) == 1
    assert told_of(kim, db.session.get_one(Answer, due.answer_id)).count(("check_in", "needs")) == 2


def test_a_check_in_is_done_once_it_is_replied_to(kim: Person, due: CheckIn) -> None:
    with as_of(due.due_at):
        check_ins.reply(kim, due, "resolved")
    assert check_in_notes(kim) == 0


def test_nobody_is_asked_what_they_can_no_longer_say(kim: Person, tried: CheckIn, given: Answer, work: Work) -> None:
    """The event was written, and before the note was, the acceptance was withdrawn."""
    with as_of(tried.due_at):
        check_ins.ask.run(check_ins.CheckInDue(check_in_id=tried.id))
        withdraw_acceptance(kim, given)
    work(tried.due_at)
    assert check_in_notes(kim) == 0


def test_a_check_in_that_waits_in_the_inbox_is_done_when_the_acceptance_is_withdrawn(
    kim: Person, due: CheckIn, given: Answer
) -> None:
    with as_of(due.due_at):
        withdraw_acceptance(kim, given)
    assert check_in_notes(kim) == 0


def test_a_check_in_left_without_a_reply_can_still_be_answered_from_the_inbox(
    kim: Person, due: CheckIn, work: Work
) -> None:
    for day in range(20):
        work(due.due_at + timedelta(days=day))
    assert due.outcome == "no_reply"
    assert check_in_notes(kim) == 1


@pytest.mark.parametrize("outcome", ["resolved", "partly", "not"])
def test_an_outcome_is_told_to_whoever_answered(
    kim: Person, marta: Person, due: CheckIn, given: Answer, work: Work, outcome: str
) -> None:
    before = told_of(marta, given)
    with as_of(due.due_at):
        check_ins.reply(kim, due, outcome)
    work(due.due_at)
    assert told_of(marta, given) == [*before, ("outcome", "wrote")]


def test_silence_is_told_to_nobody(marta: Person, due: CheckIn, given: Answer, work: Work) -> None:
    before = told_of(marta, given)
    for day in range(20):
        work(due.due_at + timedelta(days=day))
    assert told_of(marta, given) == before


def test_the_outcome_of_ones_own_answer_is_not_told(kim: Person, asked: Question, work: Work) -> None:
    with as_of(MONDAY):
        accept(kim, factories.answer(kim, asked))
        found = check_ins.latest_of(asked_need(asked))  # type: ignore[arg-type]
        assert found is not None
        check_ins.reply(kim, found, "not")
    work()
    assert [kind for kind, _ in notes(kim)] == []


# While nobody answers


def published(event: Any, work: Work) -> None:
    with as_of(MONDAY):
        publish(event)
    work(MONDAY + timedelta(minutes=1))


@pytest.fixture
def need(asked: Question) -> Need:
    found = asked_need(asked)
    assert found is not None
    return found


def escalated(need: Need, **given: Any) -> Escalated:
    return Escalated(post_id=need.subject_id, need_id=need.id, **{"step": "champions", "asked": 2, **given})


def test_the_asker_hears_that_more_people_were_asked(
    kim: Person, marta: Person, need: Need, asked: Question, work: Work
) -> None:
    published(escalated(need), work)
    assert everybody_told_of(asked) == {"Kim Tran": ("waiting", "asked")}


def test_an_escalation_that_found_nobody_is_no_news(kim: Person, need: Need, work: Work) -> None:
    published(escalated(need, asked=0), work)
    assert notes(kim) == []


def test_an_escalation_is_no_news_once_somebody_has_answered(
    kim: Person, marta: Person, need: Need, asked: Question, work: Work
) -> None:
    with as_of(MONDAY):
        factories.answer(marta, asked)
    published(escalated(need), work)
    assert [kind for kind, _ in notes(kim)] == ["answer"]


def test_an_answer_puts_the_notes_about_waiting_away(
    kim: Person, marta: Person, need: Need, asked: Question, work: Work
) -> None:
    published(escalated(need), work)
    with as_of(MONDAY):
        factories.answer(marta, asked)
    assert notes(kim) == []


def test_a_named_owner_and_the_asker_hear_of_it(
    kim: Person, marta: Person, farah: Person, need: Need, asked: Question, work: Work
) -> None:
    with as_of(MONDAY):
        move(need, "open_problem", actor=None)
        name_owner(farah, need, marta, date(2026, 12, 1))
    work()
    assert everybody_told_of(asked) == {"Kim Tran": ("waiting", "asked"), "Marta Silva": ("waiting", "stays")}


# Moderators, and whoever stays with an open problem


@pytest.fixture
def problem(need: Need, work: Work) -> Need:
    """The need has become an open problem, and everybody was told."""
    with as_of(MONDAY):
        move(need, "open_problem", actor=None)
    published(escalated(need, step="owner", asked=0), work)
    return need


@pytest.fixture
def owned(marta: Person, farah: Person, problem: Need, work: Work) -> Need:
    """Marta stays with it and has looked at that; Kim is to hear on Tuesday."""
    with as_of(MONDAY + timedelta(minutes=2)):
        name_owner(farah, problem, marta, date(2026, 11, 24))
    work(MONDAY + timedelta(minutes=3))
    return problem


@pytest.fixture
def due_today(owned: Need, work: Work) -> Need:
    """It is Tuesday morning."""
    work(MONDAY + timedelta(hours=23))
    return owned


@pytest.fixture
def missed(due_today: Need, work: Work) -> Need:
    """It is Wednesday morning."""
    work(MONDAY + timedelta(hours=47))
    return due_today


def shown(person: Person) -> list[tuple[str, str, str]]:
    """The notes of a person's inbox as they are shown: words, where they lead, the button."""
    return [(line.sentence, line.url, line.act) for thread in inbox(person, None).rows for line in thread.lines]


def test_moderators_are_asked_to_name_somebody_and_the_asker_hears_of_it(
    kim: Person, farah: Person, problem: Need
) -> None:
    assert notes(kim) == [("waiting", "asked")]
    assert notes(farah) == [("problem", "moderates")]
    words = "Nobody has answered for two working days. Who stays with it?"
    assert shown(farah) == [(words, f"/needs/{problem.id}/owner", "Name who stays with it")]


def test_moderators_hear_after_a_day_without_an_answer_also_when_nobody_else_could_be_asked(
    kim: Person, farah: Person, marta: Person, need: Need, work: Work
) -> None:
    published(escalated(need, step="others", asked=0), work)
    assert notes(kim) == notes(marta) == []
    assert notes(farah) == [("unanswered", "moderates")]
    assert shown(farah)[0][0] == "Nobody has answered yet, and nobody else could be asked"


def test_one_line_takes_the_place_of_the_other(farah: Person, need: Need, work: Work) -> None:
    published(escalated(need, step="others"), work)
    with as_of(MONDAY):
        move(need, "open_problem", actor=None)
    published(escalated(need, step="owner", asked=0), work)
    assert notes(farah) == [("problem", "moderates")]


def test_champions_are_the_moderators_business_only_from_the_second_step_on(
    farah: Person, need: Need, work: Work
) -> None:
    published(escalated(need, step="champions"), work)
    assert notes(farah) == []


@pytest.mark.parametrize("wanted", ["daily", "off"])
def test_a_moderator_who_asked_is_told_as_the_asker_and_never_as_a_moderator(
    farah: Person, finance: Any, work: Work, wanted: str
) -> None:
    other = factories.person("Mo Diaz", finance, "moderator")
    choose(farah, {"waiting": wanted}, no_mail=False)
    with as_of(MONDAY):
        need = asked_need(factories.question(farah))
        assert need is not None
        move(need, "open_problem", actor=None)
    published(escalated(need, step="owner", asked=0), work)
    assert notes(farah) == ([("waiting", "asked")] if wanted == "daily" else [])
    assert notes(other) == [("problem", "moderates")]


def test_when_one_moderator_has_named_somebody_the_others_need_not(
    finance: Any, farah: Person, marta: Person, need: Need, work: Work
) -> None:
    other = factories.person("Mo Diaz", finance, "moderator")
    with as_of(MONDAY):
        move(need, "open_problem", actor=None)
    published(escalated(need, step="owner", asked=0), work)
    assert notes(other) == notes(farah) == [("problem", "moderates")]
    with as_of(MONDAY + timedelta(minutes=2)):
        name_owner(farah, need, marta, date(2026, 11, 24))
    assert notes(other) == notes(farah) == []


def test_moderators_are_not_asked_for_what_was_done_before_the_note_was_written(
    farah: Person, chris: Person, marta: Person, need: Need, work: Work
) -> None:
    with as_of(MONDAY):
        move(need, "open_problem", actor=None)
        publish(escalated(need, step="owner", asked=0))
        name_owner(farah, need, marta, date(2026, 12, 1))
    work()
    assert "problem" not in [kind for kind, _ in notes(farah)]


@pytest.mark.parametrize("ended_by", ["answer", "withdrawal", "removal"])
def test_what_is_over_is_in_nobodys_inbox(
    kim: Person, farah: Person, marta: Person, missed: Need, asked: Question, work: Work, ended_by: str
) -> None:
    assert notes(farah) == [("problem", "moderates")]
    with as_of(MONDAY + timedelta(hours=48)):
        if ended_by == "answer":
            factories.answer(kim, asked)  # One's own ends nothing.
            factories.answer(factories.person(), asked)
        elif ended_by == "withdrawal":
            withdraw(kim, missed)
        else:
            remove(farah, asked)
    waiting = {"problem", "word", "waiting", "unanswered"}
    for person in (farah, marta, kim):
        assert waiting.isdisjoint(kind for kind, _ in notes(person))


def test_the_owner_is_told_on_the_day_with_a_way_to_say_something(
    kim: Person, farah: Person, marta: Person, due_today: Need
) -> None:
    assert notes(marta) == [("waiting", "stays"), ("word", "stays")]
    words = "You said that Kim Tran hears from you today, 24 November 2026"
    assert (words, f"/needs/{due_today.id}/word", "Say what has happened so far") in shown(marta)
    assert "word" not in [kind for kind, _ in notes(kim) + notes(farah)]


def test_moderators_hear_once_that_a_day_has_passed(kim: Person, farah: Person, missed: Need, work: Work) -> None:
    for day in range(3, 9):
        work(MONDAY + timedelta(days=day))
    assert notes(farah) == [("problem", "moderates")]
    words = "Kim Tran was to hear from Marta Silva by 24 November 2026, and nothing has come. Who stays with it?"
    assert shown(farah)[0][0] == words
    assert "problem" not in [kind for kind, _ in notes(kim)]


def test_a_moderator_who_stays_with_it_is_told_in_the_second_person(farah: Person, problem: Need, work: Work) -> None:
    with as_of(MONDAY + timedelta(minutes=2)):
        name_owner(farah, problem, farah, date(2026, 11, 24))
    for hours in (23, 47):
        work(MONDAY + timedelta(hours=hours))
    assert ("problem", "stays") in notes(farah)
    words = "Kim Tran was to hear from you by 24 November 2026, and nothing has come. Who stays with it?"
    assert words in [sentence for sentence, _, _ in shown(farah)]


def test_a_word_is_told_to_the_asker_and_settles_what_was_due(
    kim: Person, farah: Person, marta: Person, missed: Need, work: Work
) -> None:
    wednesday = MONDAY + timedelta(hours=48)
    with as_of(wednesday):
        promise_again(marta, missed, "The maker looks into it.", date(2026, 11, 27))
        assert notes(farah) == []
        assert "word" not in [kind for kind, _ in notes(marta)]
    work(wednesday)
    assert notes(kim) == [("waiting", "asked")]
    (line,) = inbox(kim, None).rows[0].lines[:1]
    assert line.sentence == "Marta Silva said what has happened so far, and you hear again on 27 November 2026"
    assert line.excerpt == "The maker looks into it."


def test_a_word_by_a_moderator_is_told_to_the_owner_too(
    kim: Person, farah: Person, marta: Person, due_today: Need, work: Work
) -> None:
    with as_of(MONDAY + timedelta(hours=24)):
        promise_again(farah, due_today, "I rang the maker.", date(2026, 11, 27))
    work(MONDAY + timedelta(hours=24))
    assert notes(marta) == [("waiting", "stays")]
    assert notes(kim) == [("waiting", "asked")]
    assert notes(farah) == []


# Reminders that nobody can act upon


@pytest.mark.parametrize("meanwhile", ["has left", "is removed", "is answered", "is withdrawn", "is promised anew"])
@pytest.mark.parametrize("name", ["WordDue", "WordMissed"])
def test_nobody_is_told_of_a_promise_that_is_over_before_the_note_is_written(
    kim: Person,
    farah: Person,
    marta: Person,
    chris: Person,
    owned: Need,
    asked: Question,
    work: Work,
    name: str,
    meanwhile: str,
) -> None:
    event = {"WordDue": WordDue, "WordMissed": WordMissed}[name]
    with as_of(MONDAY + timedelta(hours=1)):
        publish(event(post_id=asked.id, need_id=owned.id, owner_id=marta.id, next_on="2026-11-24"))
        if meanwhile == "has left":
            deactivate(chris, marta)
            deactivate(chris, farah)
        elif meanwhile == "is removed":
            remove(farah, asked)
        elif meanwhile == "is answered":
            factories.answer(chris, asked)
        elif meanwhile == "is withdrawn":
            withdraw(kim, owned)
        else:
            promise_again(marta, owned, "Not yet.", date(2026, 11, 30))
    work(MONDAY + timedelta(hours=1))
    for person in (kim, farah, marta):
        assert {"word", "problem"}.isdisjoint(kind for kind, _ in notes(person))


@pytest.mark.parametrize("meanwhile", ["has left", "is removed", "is withdrawn"])
def test_nobody_is_reminded_of_a_check_in_or_a_prompt_that_is_over(
    kim: Person, farah: Person, chris: Person, need: Need, given: Answer, asked: Question, work: Work, meanwhile: str
) -> None:
    with as_of(MONDAY):
        publish(prompted(need))
        if meanwhile == "has left":
            deactivate(chris, kim)
        elif meanwhile == "is removed":
            remove(farah, asked)
        else:
            withdraw(kim, need)
    for day in range(20):
        work(MONDAY + timedelta(days=day))
    assert {"prompt", "check_in"}.isdisjoint(kind for kind, _ in notes(kim))


def prompted(need: Need) -> AcceptancePrompted:
    return AcceptancePrompted(post_id=need.subject_id, person_id=need.person_id, last=False)


def test_the_asker_is_asked_whether_an_answer_helped(kim: Person, need: Need, given: Answer, work: Work) -> None:
    published(prompted(need), work)
    assert ("prompt", "asked") in notes(kim)


def test_whoever_has_accepted_is_not_asked_to(kim: Person, need: Need, given: Answer, work: Work) -> None:
    with as_of(MONDAY):
        accept(kim, given)
    published(prompted(need), work)
    assert ("prompt", "asked") not in notes(kim)


# Everything


def test_nobody_who_has_left_hears_anything(
    kim: Person, chris: Person, rita: Person, finance: Any, marta: Person, work: Work
) -> None:
    with as_of(MONDAY):
        follow(rita, "department", finance.id)
        question = factories.question(marta)
        deactivate(chris, rita)
    work()
    assert everybody_told_of(question) == {}


def test_what_was_removed_meanwhile_is_not_told(kim: Person, farah: Person, given: Answer, work: Work) -> None:
    with as_of(MONDAY):
        remove(farah, given)
    work()
    assert notes(kim) == []


def test_a_note_about_what_is_removed_later_is_done(kim: Person, farah: Person, given: Answer, work: Work) -> None:
    work()
    assert notes(kim) == [("answer", "asked")]
    remove(farah, given)
    assert notes(kim) == []


def test_everything_about_a_removed_question_is_done(
    kim: Person, marta: Person, farah: Person, asked: Question, given: Answer, work: Work
) -> None:
    elsewhere = factories.comment(farah, factories.question(kim))
    work(elsewhere.created_at + timedelta(minutes=1))
    remove(farah, asked)
    assert notes(kim) == [("comment", "wrote")]


def test_a_listener_that_runs_twice_tells_once(kim: Person, given: Answer, work: Work) -> None:
    work()
    row = db.session.scalars(select(EventRow).where(EventRow.name == "AnswerGiven")).one()
    event = EVENT_KINDS[row.name](event_id=row.id, post_id=row.post_id, **row.data)
    of_threads.tell_of_answer.run(event)
    assert notes(kim) == [("answer", "asked")]


def test_a_check_in_told_twice_stays_in_the_inbox(kim: Person, due: CheckIn) -> None:
    row = db.session.scalars(select(EventRow).where(EventRow.name == "CheckInAsked")).one()
    event = EVENT_KINDS[row.name](event_id=row.id, post_id=row.post_id, **row.data)
    with as_of(due.due_at):
        of_needs.tell_of_check_in.run(event)
    assert check_in_notes(kim) == 1


def test_a_kind_that_is_off_is_not_told_at_all(kim: Person, given: Answer, work: Work) -> None:
    choose(kim, {"answer": "off"}, no_mail=False)
    work()
    assert notes(kim) == []


def test_a_weaker_reason_counts_when_the_stronger_one_is_not_wanted(
    kim: Person, marta: Person, asked: Question, work: Work
) -> None:
    choose(kim, {"mention": "off"}, no_mail=False)
    with as_of(MONDAY):
        answer = factories.answer(marta, asked, "Here you are, @kim-tran.")
    work()
    assert told_of(kim, answer) == [("answer", "asked")]


def test_what_happened_long_ago_is_kept_as_read_and_never_mailed(kim: Person, given: Answer, work: Work) -> None:
    work(MONDAY + timedelta(days=30))
    note = db.session.scalars(select(Notification).where(Notification.kind == "answer")).one()
    assert note.read_at == note.created_at == MONDAY


def test_every_event_that_tells_somebody_has_words(app: Any) -> None:
    telling = {
        kind.__name__
        for kind, listeners in SUBSCRIPTIONS.items()
        if any(listener.name.startswith("tell_of") for listener in listeners)
    }
    assert telling - SENTENCES.keys() == {"PostEdited"}  # Only mentions, which have words of their own.
