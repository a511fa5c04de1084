"""Traps that other forums fell into: where each is held, by name. A test that is renamed must be renamed here too.

| trap | held by |
| --- | --- |
| Somebody is reminded who cannot do what they are reminded of | here |
| A reminder ignores that all mails were switched off | `notifications/test_timing.py` |
| A solution that was taken back cannot be given again | `needs/test_check_ins.py` |
| Anybody can take it back | `rules/test_permissions.py` |
| Points are made by pressing on and off | `notifications/test_recipients.py`, `posts/test_votes.py` |
| One is told of one's own deed, or twice | `notifications/test_recipients.py` |
| A question stands twice in a list because of a synonym | here |
| A chart and the list behind it differ | `impact/test_northwick.py` |
| The index is filled by hand only | `core/test_events.py` |
| An import leaves out what belongs to a post | `exchange/test_importing.py` |
| Opening a link of a mail changes something | `notifications/test_email.py` |
| Two flags make two entries | `moderation/test_flagging.py` |
| What waits for approval is invisible to its author, who posts it again | `moderation/test_approval.py` |
| The author of what was written without a name shows somewhere | `journeys/test_anonymity.py` |
| A post is seen, or not, because of one of its tags | cannot happen: no tag and no department hides anything |
"""

from __future__ import annotations

import re
from collections.abc import Callable

from forum.answers.answering import accept
from forum.core.config import PROJECT
from forum.core.db import db
from forum.needs.models import CheckIn, Need
from forum.people.models import Person
from forum.search.keeping import keep
from tests import factories
from tests.conftest import Browser
from tests.pages import Page

HELD = (
    "test_all_off_is_off_for_check_ins_and_their_reminders_too",
    "test_all_off_is_off_for_open_problems_and_promised_days_too",
    "test_a_withdrawn_acceptance_is_not_asked_about_and_can_be_given_again",
    "test_everybody_gets_what_the_table_says",
    "test_an_acceptance_taken_and_given_again_and_again_is_told_once",
    "test_voting_the_same_again_changes_nothing",
    "test_thanks_are_told_to_the_author_once_however_often_they_are_given",
    "test_nobody_is_told_of_their_own_answer_though_they_asked_and_follow",
    "test_whoever_follows_in_three_ways_and_is_mentioned_hears_once_and_for_the_strongest_reason",
    "test_every_number_leads_to_a_list_of_that_length",
    "test_every_change_of_a_post_that_can_be_found_reaches_the_index",
    "test_every_imported_post_has_its_history",
    "test_an_imported_acceptance_stands_with_a_trail",
    "test_nothing_is_changed_by_opening_what_a_mail_links_to",
    "test_two_flags_on_one_post_make_one_entry_of_the_queue",
    "test_its_author_finds_it_marked_and_is_not_led_to_post_it_twice",
    "test_no_exit_and_no_table_tells_which_of_two_wrote_without_a_name",
)


def test_every_trap_that_is_said_to_be_held_is_held() -> None:
    files = (PROJECT / "tests").rglob("test_*.py")
    known = {name for file in files for name in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)}
    assert sorted(set(HELD) - known) == []


def test_whoever_is_asked_whether_it_worked_has_the_buttons_to_say_so(
    browser: Callable[[Person], Browser], kim: Person, marta: Person
) -> None:
    question = factories.question(kim)
    accept(kim, factories.answer(marta, question))
    planned = db.session.scalars(db.select(CheckIn)).all()
    assert planned
    for asked in planned:
        person = db.session.get_one(Person, db.session.get_one(Need, asked.need_id).person_id)
        page = Page(browser(person).get(f"/check-ins/{asked.id}"))
        assert page.has_form(f"/check-ins/{asked.id}"), person.name


def test_a_question_with_a_word_and_its_synonym_is_found_once(
    browser: Callable[[Person], Browser], kim: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    keep(farah, "quokka, wallaby")
    question = factories.question(kim, "Where does the quokka of the wallaby sleep?", body="A quokka is no wallaby.")
    work_off()
    for words in ("quokka", "wallaby", "quokka wallaby"):
        found = Page(browser(kim).get(f"/search?q={words}"))
        links = [
            a["href"] for a in found.soup.select("main h2 a, main h3 a") if f"/questions/{question.id}/" in a["href"]
        ]
        assert len(links) == 1, words
