"""Fifteen traps that other forums fell into, by number: what it was, and which tests hold it here.

Whoever looks for a trap reads `TRAPS`; a test that is renamed must be renamed there too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from forum.answers.answering import accept, withdraw_acceptance
from forum.core.config import PROJECT
from forum.core.db import db
from forum.departments import following
from forum.departments.models import Tag
from forum.impact.facts.periods import quarters
from forum.impact.measures.at_once import first_answer
from forum.needs.models import CheckIn, Need
from forum.notifications.models import KINDS, MODERATED, Notification
from forum.notifications.reading import ASKED_FOR_A_ROLE
from forum.people.changing import set_roles
from forum.people.models import Person
from forum.search.keeping import keep
from tests import factories
from tests.conftest import Browser
from tests.impact.worlds import LAUNCH, QUARTER_1, facts, need
from tests.notifications.conftest import notes
from tests.pages import Page

Browsers = Callable[[Person], Browser]


@dataclass(frozen=True)
class Trap:
    """What others fell into, and the tests that fail if it happens here."""

    what: str
    held_by: tuple[str, ...]


TRAPS = {
    1: Trap(
        "Somebody is reminded who has not the button for it",
        (
            "test_whoever_is_asked_whether_it_worked_has_the_buttons_to_say_so",
            "test_whoever_is_no_longer_a_moderator_is_asked_for_nothing_that_only_moderators_can_do",
            "test_nobody_is_reminded_of_a_check_in_or_a_prompt_that_is_over",
            "test_an_owner_who_has_left_is_not_reminded_and_the_moderators_hear_of_it",
            "test_a_link_in_a_mail_ends_with_the_account",
        ),
    ),
    2: Trap(
        "A reminder ignores that all mails were switched off",
        (
            "test_all_off_is_off_for_check_ins_and_their_reminders_too",
            "test_all_off_is_off_for_open_problems_and_promised_days_too",
            "test_what_is_wanted_in_the_inbox_only_or_not_at_all_is_never_mailed",
        ),
    ),
    3: Trap(
        "A solution that was taken back cannot be given again",
        (
            "test_an_acceptance_can_be_withdrawn_and_given_again",
            "test_a_withdrawn_acceptance_is_not_asked_about_and_can_be_given_again",
        ),
    ),
    4: Trap(
        "Anybody can take the solution back",
        ("test_a_stranger_neither_accepts_nor_withdraws", "test_everybody_gets_what_the_table_says"),
    ),
    5: Trap(
        "Something is gained by pressing on and off",
        (
            "test_marking_and_taking_back_ten_times_leaves_what_one_mark_leaves",
            "test_an_acceptance_taken_and_given_again_and_again_is_told_once",
            "test_voting_the_same_again_changes_nothing",
            "test_thanks_are_told_to_the_author_once_however_often_they_are_given",
        ),
    ),
    6: Trap(
        "One is told of one's own deed, or twice of another's",
        (
            "test_nobody_is_told_of_their_own_answer_though_they_asked_and_follow",
            "test_whoever_follows_in_three_ways_and_is_mentioned_hears_once_and_for_the_strongest_reason",
            "test_a_listener_that_runs_twice_tells_once",
        ),
    ),
    7: Trap(
        "A question stands twice in a list, because of a synonym or a second label",
        (
            "test_a_question_with_a_word_and_its_synonym_is_found_once",
            "test_a_question_that_one_follows_in_four_ways_stands_once_in_the_list",
        ),
    ),
    8: Trap("Two flags make two entries of the queue", ("test_two_flags_on_one_post_make_one_entry_of_the_queue",)),
    9: Trap(
        "A chart and the list behind it differ: by a part of a part, the last day, or one's own answers",
        (
            "test_every_number_leads_to_a_list_of_that_length",
            "test_the_list_behind_a_number_is_as_long_as_the_number",
            "test_causes_objectives_stories_and_rounds_are_listed_as_long_as_their_number",
            "test_every_moment_since_launch_lies_in_exactly_one_quarter",
            "test_what_is_asked_in_the_last_second_of_a_quarter_is_in_its_number_and_in_its_list",
            "test_an_answer_of_ones_own_and_what_was_removed_are_left_out",
            "test_nobodys_own_answer_answers_their_need",
        ),
    ),
    10: Trap(
        "The author of what was written without a name shows: in search, a drop-down, data, or the address of a file",
        (
            "test_no_exit_and_no_table_tells_which_of_two_wrote_without_a_name",
            "test_no_exit_tells_the_hour_at_which_somebody_wrote_without_a_name",
            "test_in_a_text_without_a_name_nothing_leads_to_whoever_added_the_file",
            "test_no_table_but_one_can_hold_who_a_persona_is",
        ),
    ),
    11: Trap(
        "The index is filled by hand only",
        (
            "test_every_change_of_a_post_that_can_be_found_reaches_the_index",
            "test_a_lost_index_is_built_anew_by_the_next_job",
            "test_without_an_index_nothing_is_shown_and_it_is_built",
        ),
    ),
    12: Trap(
        "An import leaves out what belongs to a post, where it belongs, or who can get at it",
        (
            "test_everything_that_the_format_holds_arrives",
            "test_the_department_can_be_named_and_is_the_first_otherwise",
            "test_whoever_wrote_it_is_a_name_that_nobody_signs_in_with",
            "test_every_imported_post_has_its_history",
            "test_an_imported_acceptance_stands_with_a_trail",
        ),
    ),
    13: Trap(
        "Opening a link of a mail changes something",
        (
            "test_nothing_is_changed_by_opening_what_a_mail_links_to",
            "test_a_programme_that_opens_every_link_leaves_every_button_to_press",
            "test_looking_at_the_page_of_the_link_changes_nothing",
            "test_looking_changes_nothing",
        ),
    ),
    14: Trap(
        "What waits for approval is invisible to its author, who posts it again",
        (
            "test_its_author_finds_it_marked_and_is_not_led_to_post_it_twice",
            "test_what_waits_is_there_for_whoever_said_it_and_for_moderators_alone",
        ),
    ),
    15: Trap(
        "A post is hidden, or shown, because of one of its labels",
        ("test_no_label_hides_a_question_and_each_of_them_leads_to_it",),
    ),
}


def test_every_trap_names_tests_that_there_are() -> None:
    assert [*TRAPS] == [*range(1, 16)]
    files = (PROJECT / "tests").rglob("test_*.py")
    known = {name for file in files for name in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)}
    missing = [f"trap {number} names {name}" for number, trap in TRAPS.items() for name in {*trap.held_by} - known]
    assert missing == []
    assert all(trap.what and trap.held_by for trap in TRAPS.values())


# Trap 1


def test_whoever_is_asked_whether_it_worked_has_the_buttons_to_say_so(
    browser: Browsers, kim: Person, marta: Person
) -> None:
    question = factories.question(kim)
    accept(kim, factories.answer(marta, question))
    planned = db.session.scalars(select(CheckIn)).all()
    assert planned
    for asked in planned:
        person = db.session.get_one(Person, db.session.get_one(Need, asked.need_id).person_id)
        page = Page(browser(person).get(f"/check-ins/{asked.id}"))
        assert page.has_form(f"/check-ins/{asked.id}"), person.name


def test_whoever_is_no_longer_a_moderator_is_asked_for_nothing_that_only_moderators_can_do(
    browser: Browsers, kim: Person, marta: Person, farah: Person, chris: Person, work_off: Callable[[], None]
) -> None:
    question = factories.question(kim)
    browser(marta).post(f"/posts/{question.id}/flag", data={"reason": "elsewhere"})
    factories.comment(kim, factories.answer(farah, question))
    work_off()
    assert {kind for kind, _ in notes(farah)} == {"moderation", "comment"}
    set_roles(chris, farah, [])
    db.session.commit()
    assert notes(farah) == [("comment", "wrote")]
    told = select(Notification.reason).where(Notification.person_id == farah.id, Notification.read_at.is_(None))
    assert db.session.scalars(told).all() == ["wrote"]  # What is read is never mailed.


def test_what_moderators_are_told_has_a_reason_that_ends_with_the_role(northwick: Any) -> None:
    moderated = [kind for kind, each in KINDS.items() if each.group == MODERATED]
    told = db.session.scalars(select(Notification.reason).where(Notification.kind.in_(moderated)).distinct()).all()
    assert set(told) <= {reason for reason, roles in ASKED_FOR_A_ROLE.items() if "moderator" in roles}


# Trap 5


def test_marking_and_taking_back_ten_times_leaves_what_one_mark_leaves(
    kim: Person, marta: Person, work_off: Callable[[], None]
) -> None:
    def left_by(times: int) -> tuple[Any, ...]:
        answer = factories.answer(marta, question := factories.question(kim))
        for _ in range(times):
            accept(kim, answer)
            withdraw_acceptance(kim, answer)
        accept(kim, answer)
        work_off()
        told = (Notification.page_id == question.id, Notification.person_id == marta.id)
        asked = select(func.count(CheckIn.id)).where(CheckIn.answer_id == answer.id, CheckIn.closed_at.is_(None))
        return (
            answer.score,
            question.state,
            db.session.scalar(select(func.count()).select_from(Notification).where(*told)),
            db.session.scalar(asked),
        )

    assert left_by(10) == left_by(0)


# Trap 7


def test_a_question_with_a_word_and_its_synonym_is_found_once(
    browser: Browsers, kim: Person, farah: Person, work_off: Callable[[], None]
) -> None:
    keep(farah, "quokka, wallaby")
    question = factories.question(
        kim, "Where does the quokka of the wallaby sleep?", body="A quokka is no wallaby.", tags="quokka, wallaby"
    )
    work_off()
    for words in ("quokka", "wallaby", "quokka wallaby"):
        assert _listed(browser(kim), f"/search?q={words}", question.id) == 1, words
    for topic in ("quokka", "wallaby"):
        assert _listed(browser(kim), f"/tags/{topic}", question.id) == 1, topic


def test_a_question_that_one_follows_in_four_ways_stands_once_in_the_list(
    browser: Browsers, kim: Person, marta: Person, sales: Any, finance: Any
) -> None:
    question = factories.question(kim, tags="boxes, labels", departments=[sales, finance])
    labels = [("tag", id) for id in db.session.scalars(select(Tag.id))]
    labels += [("department", sales.id), ("department", finance.id)]
    for kind, id in [*labels, ("person", kim.id), ("question", question.id)]:
        following.follow(marta, kind, id)
    window = browser(marta)
    for list_of in ("/questions?tab=following", "/questions?tab=new", "/tags/boxes", "/tags/labels"):
        assert _listed(window, list_of, question.id) == 1, list_of


def _listed(window: Browser, address: str, question_id: int) -> int:
    """How often a list shows a question by its title."""
    links = Page(window.get(address)).soup.select("main h2 a, main h3 a, main h4 a")
    return sum(f"/questions/{question_id}/" in str(link["href"]) for link in links)


# Trap 9


def test_what_is_asked_in_the_last_second_of_a_quarter_is_in_its_number_and_in_its_list() -> None:
    second = timedelta(seconds=1)
    known = facts([need(opened_at=moment) for moment in (LAUNCH, QUARTER_1.end - second, QUARTER_1.end)])
    figure = first_answer(known, QUARTER_1)
    assert (figure.n, len(figure.ids)) == (2, 2)
    following_quarter = quarters(LAUNCH, QUARTER_1.end)[1]
    assert first_answer(known, following_quarter).n == 1
    assert QUARTER_1.last_day == (QUARTER_1.end - second).date()


# Trap 15


def test_no_label_hides_a_question_and_each_of_them_leads_to_it(
    browser: Browsers, kim: Person, sales: Any, finance: Any, work_off: Callable[[], None]
) -> None:
    empty = factories.department("Quality")
    question = factories.question(
        kim, "Where do the quokkas sleep?", tags="boxes, labels, internal", departments=[sales, finance, empty]
    )
    answer = factories.answer(factories.person(), question, "In the boxes, as all quokkas do.")
    work_off()
    readers = [factories.person(of=each, name=f"Reader of {each.name}") for each in (sales, finance, empty)]
    outside = factories.department("Legal")
    readers += [factories.person("Somebody Else", outside)]
    readers += [factories.person(f"A {role}", outside, role) for role in ("champion", "stakeholder", "moderator")]
    for reader in readers:
        window = browser(reader)
        assert f"post-{answer.id}" in window.get(f"/questions/{question.id}/any", follow_redirects=True).text
        lists = [f"/departments/{each}" for each in ("sales", "finance", "quality")]
        lists += [f"/tags/{each}" for each in ("boxes", "labels", "internal")]
        for address in (*lists, "/questions?tab=new", "/search?q=quokkas+sleep", "/search?q=quokkas+dept:quality"):
            assert _listed(window, address, question.id) >= 1, (reader.name, address)
