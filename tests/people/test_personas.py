"""Writing without a name: what a persona is, who it hides, and what its person can go on doing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, text

from forum.answers.answering import OwnAnswer, accept
from forum.core.clock import as_of
from forum.core.db import db
from forum.core.errors import Forbidden, Invalid
from forum.core.jobs import Job
from forum.core.permissions import allowed
from forum.departments.labelling import undisclosed
from forum.needs.models import AskSession, Need
from forum.notifications.listing import inbox
from forum.people import persona_links, personas
from forum.people.listing import directory, everybody, headcounts, suggested
from forum.people.models import Person
from forum.posts.models import Post
from forum.posts.removing import remove
from forum.posts.voices import voice_in
from forum.posts.votes import cast
from forum.posts.writing import write
from forum.practices.using import OwnPractice
from forum.questions.asking import ask
from forum.questions.models import Question
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

Browsers = Callable[[Person], Browser]
TITLE = "Who may see what I asked for last year?"


def unnamed(by: Person, **given: Any) -> Question:
    """A question that somebody asked without a name."""
    return ask(by, title=TITLE, body=write("Nobody tells me."), departments=[by.department_id], unnamed=True, **given)


@pytest.fixture
def asked(kim: Person) -> Question:
    """What Kim asked without a name."""
    made = unnamed(kim)
    db.session.commit()
    return made


def test_a_persona_is_in_no_list_count_or_picker_of_people(asked: Question, kim: Person) -> None:
    persona = asked.author_id
    assert persona != kim.id
    assert persona not in {each.id for _, people in directory() for each in people}
    assert persona not in {each.id for each in everybody()[0].rows}
    assert suggested("Ask") == suggested("persona") == []
    assert sum(headcounts().values()) == 1


def test_nobody_can_look_at_a_persona_or_sign_in_as_it(asked: Question, browser: Browsers, chris: Person) -> None:
    administrator = browser(chris)
    for address in (f"/people/{asked.author_id}", f"/admin/people/{asked.author_id}"):
        assert administrator.get(address, follow_redirects=True).status_code == 404
    assert db.session.get_one(Person, asked.author_id).password_hash is None


def test_the_asker_goes_on_as_the_same_unnamed_person(asked: Question, kim: Person, marta: Person) -> None:
    given = factories.answer(marta, asked)
    voice = voice_in(kim, asked)
    assert (voice.id, voice.name) == (asked.author_id, "Asker")
    accept(kim.owner_among(asked), given)
    assert asked.accepted_answer_id == given.id
    need = db.session.scalars(select(Need)).one()
    assert (need.person_id, need.state) == (voice.id, "trying")


def test_colleagues_are_numbered_in_each_thread_and_new_in_the_next(marta: Person, kim: Person, chris: Person) -> None:
    first, second = factories.question(marta), factories.question(marta)
    names = [voice_in(who, page, unnamed=True).name for page in (first, second) for who in (kim, chris)]
    assert names == ["Colleague 1", "Colleague 2", "Colleague 1", "Colleague 2"]
    assert voice_in(kim, first).id != voice_in(kim, second).id


def test_whoever_spoke_by_name_in_a_thread_goes_on_by_name(kim: Person, marta: Person) -> None:
    question = factories.question(marta)
    factories.comment(kim, question)
    with pytest.raises(Invalid, match="under your name"):
        voice_in(kim, question, unnamed=True)
    assert voice_in(kim, question) is kim


def test_what_only_the_author_may_do_is_refused_to_the_person_by_name(asked: Question, kim: Person) -> None:
    assert not allowed(kim, "post.edit", asked)
    assert allowed(kim.owner_among(asked), "post.edit", asked)
    with pytest.raises(Forbidden):
        remove(kim, asked)


def test_nobody_votes_for_or_decides_about_what_they_wrote_without_a_name(farah: Person) -> None:
    own = unnamed(farah)
    with pytest.raises(Forbidden):
        cast(farah, own, 1)
    for action in ("question.merge", "nomination.decide", "post.thank", "post.challenge", "reveal.ask"):
        assert not allowed(farah, action, own), action


def test_an_answer_of_ones_own_is_not_accepted_as_somebody_elses(kim: Person) -> None:
    """As it can be after two questions were merged: asked without a name, answered by name."""
    asked = unnamed(kim)
    given = factories.answer(kim, asked)
    with pytest.raises(OwnAnswer):
        accept(kim.owner_among(asked), given)


def test_a_practice_of_ones_own_is_not_used_as_somebody_elses(kim: Person, marta: Person, farah: Person) -> None:
    question = factories.question(marta)
    given = factories.answer(voice_in(kim, question, unnamed=True), question)
    practice = factories.practice(farah, given, owner=marta)
    with pytest.raises(OwnPractice):
        factories.outcome(kim, practice)


def test_a_department_is_shown_when_it_is_wished_and_large_enough(kim: Person, marta: Person) -> None:
    for _ in range(4):
        factories.person(of=kim.department)
    assert unnamed(kim, shows_department=True).author_department_id == kim.department_id
    assert unnamed(kim).author_department_id == undisclosed().id
    with pytest.raises(Invalid, match="fewer than 5"):
        unnamed(marta, shows_department=True)


def test_what_is_stored_tells_the_half_day_and_not_the_minute(kim: Person) -> None:
    with as_of(datetime(2026, 3, 2, 15, 37, 41, tzinfo=UTC)):
        made = unnamed(kim)
    assert made.created_at == made.last_activity_at == datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_the_asker_hears_of_an_answer_under_the_persona(
    asked: Question, kim: Person, marta: Person, work_off: Callable[[], None]
) -> None:
    factories.answer(marta, asked)
    work_off()
    (thread,) = inbox(kim, None).rows
    assert thread.title == TITLE
    rows = db.session.execute(text("SELECT person_id FROM notification")).scalars().all()
    assert asked.author_id in rows
    assert kim.id not in rows


def test_no_row_says_who_it_was_and_a_lost_key_ends_it(asked: Question, kim: Person, app: Any) -> None:
    assert persona_links.person_behind(asked.author_id) == kim.id
    assert kim.selves == {kim.id, asked.author_id}
    before, kept = app.extensions["personas"], app.config["PROVEN_PERSONA_KEY"]
    app.config["PROVEN_PERSONA_KEY"] = "another key"
    try:
        persona_links.attach(app)
        assert persona_links.person_behind(asked.author_id) is None
        assert kim.selves == {kim.id}
    finally:
        app.config["PROVEN_PERSONA_KEY"], app.extensions["personas"] = kept, before


def test_no_row_says_by_its_length_how_early_somebody_came(asked: Question, marta: Person) -> None:
    persona_links.link(marta.id, asked.id, 1_234_567)
    sealed = db.session.scalars(text("SELECT sealed FROM persona_link")).all()
    assert len({len(each) for each in sealed}) == 1
    assert persona_links.person_behind(marta.id) == 1_234_567


def test_a_persona_that_was_not_stored_is_forgotten(kim: Person, marta: Person) -> None:
    db.session.commit()
    first = unnamed(kim).author_id
    assert first in kim.selves
    db.session.rollback()
    second = unnamed(marta).author_id
    assert (kim.selves, marta.selves) == ({kim.id}, {marta.id, second})


def test_asking_by_the_form_leaves_nothing_that_joins_person_and_question(
    browser: Browsers, kim: Person, marta: Person
) -> None:
    asking = browser(kim)
    typed = {"title": TITLE, "body": "Nobody tells me.", "departments": str(marta.department_id), "draft": "abc"}
    asking.post("/ask/draft", data=typed)
    assert asking.post("/ask", data={**typed, "unnamed": "y", "impact": "slowed"}).status_code == 303
    made = db.session.scalars(select(Question)).one()
    begun = db.session.scalars(select(AskSession)).one()
    assert (begun.ending, begun.person_id) == ("posted", made.author_id)
    timers = select(Job).where(Job.listener.in_(("abandon", "forget")))
    assert not db.session.scalars(timers).all()  # They are due by the hours of who typed it.
    own = Page(asking.get(f"/questions/{made.id}", follow_redirects=True))
    assert "You, as “Asker”" in own.words
    assert "You go on here without your name" in own.words
    assert "Edit" in own.words
    theirs = Page(browser(marta).get(f"/questions/{made.id}", follow_redirects=True))
    assert "Kim" not in theirs.words
    assert "Asker" in theirs.words
    assert TITLE in Page(asking.get("/questions?tab=mine")).words


def test_the_boxes_of_the_forms_are_followed(browser: Browsers, kim: Person, marta: Person) -> None:
    question = factories.question(marta)
    answering = browser(kim)
    answering.post(f"/questions/{question.id}/answers", data={"body": "Ask the archive about it.", "unnamed": "y"})
    answering.post(f"/posts/{question.id}/comments", data={"body": "Or look yourself."})
    written = db.session.scalars(select(Post).where(Post.kind != "question")).all()
    assert len({each.author_id for each in written}) == 1
    assert kim.id not in {each.author_id for each in written}


@pytest.mark.parametrize(("chosen", "asks", "answers"), [("everybody", 1, 1), ("askers", 1, 0), ("nobody", 0, 0)])
def test_an_organisation_says_who_may_write_without_a_name(
    kim: Person, marta: Person, chris: Person, chosen: str, asks: bool, answers: bool
) -> None:
    question = factories.question(marta)
    personas.choose_unnamed(chris, chosen)
    for wanted, act in ((asks, lambda: unnamed(kim)), (answers, lambda: voice_in(kim, question, unnamed=True))):
        if wanted:
            act()
        else:
            with pytest.raises(personas.SwitchedOff):
                act()


def test_a_moderator_mends_what_others_answer_to_what_they_asked_without_a_name(
    browser: Browsers, farah: Person, marta: Person
) -> None:
    asked = unnamed(farah)
    given = factories.answer(marta, asked)
    changed = {"body": "Ask the archive, in writing.", "version": "1"}
    assert browser(farah).post(f"/answers/{given.id}/edit", data=changed).status_code == 303
    assert given.body == changed["body"]
