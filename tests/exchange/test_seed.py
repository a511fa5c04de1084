"""The demonstration organisation: the whole story is told, every count is right, and anybody can walk in."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from forum.answers.answering import drifted_counts
from forum.answers.models import Acceptance, Answer
from forum.core import jobs
from forum.core.clock import as_of, now
from forum.core.db import db
from forum.departments.calendar import in_words
from forum.departments.models import FOLLOWED_KINDS, Department, Follow, Tag
from forum.exchange import seed
from forum.exchange.world import FOLDER, LENGTH
from forum.needs.launch import launch
from forum.nominations import listing as nominations
from forum.people import demo
from forum.people.models import Organisation, Person, Role
from forum.people.passwords import is_right
from forum.people.sign_in import check_password
from forum.posts.models import Comment, Post, Revision, Thanks, Vote
from forum.posts.votes import drifted_scores
from forum.practices.models import Practice
from forum.practices.validating import Validation, validated_among
from forum.questions.models import Question
from forum.requests.models import Request
from forum.search import comparing
from forum.search.current import engine
from tests.pages import Page

DEPARTMENTS = {
    "CS": ("Customer Service", 6),
    "IT": ("IT", 5),
    "SA": ("Sales", 6),
    "FI": ("Finance", 4),
    "PE": ("People & Learning", 4),
    "OP": ("Production & Logistics", 7),
    "QR": ("Quality & Regulatory", 4),
    "MK": ("Marketing", 4),
}

# Number, who asked, who answered, whether the asker accepted it, the practice the thread leads to, and the title.
FORTY = """
 1 CS OP yes P1  Customer says the parcel went to their old warehouse, but I entered the new address. What happened?
 2 CS OP yes P1  How do I stop a shipment that has already been released to the warehouse?
 3 SA IT yes P1  Ship-to address reverts overnight, is it me or the system?
 4 OP FI yes P1  Invoice address and delivery address differ: which one does the pick list use?
 5 FI CS yes P1  Credit note for a parcel sent to the wrong site: who pays the second freight?
 6 CS SA yes P2  Caller has been transferred three times and is shouting. What do I say first?
 7 SA CS yes P2  Customer threatens to cancel the contract over a late invoice. Who may promise what?
 8 CS CS yes P2  How do you log a complaint call without writing a novel?
 9 SA FI yes P3  What has to be in before month-end, and by what hour?
10 OP FI yes P3  Goods received on the 31st but invoice dated the 2nd: which month is it?
11 MK FI no  P3  Can marketing book the trade-fair cost this quarter if the fair is next quarter?
12 CS IT yes P4  What do you write when you hand a case to second level?
13 OP IT yes P4  Night shift leaves notes I cannot use. What should a shift handover contain?
14 SA PE yes P4  Colleague goes on parental leave on Friday: how do I take over 14 open accounts?
15 CS FI yes P5  Who may change a customer's VAT number?
16 OP QR yes P5  Item master changed and 200 labels were wrong. How do others check changes?
17 FI IT yes P5  Bank details of a supplier changed by mail: is this real?
18 SA FI yes P6  What is my discount limit on a bundle?
19 SA FI yes P6  Discount approval takes four days. How do you get it faster?
20 SA FI no  P6  Margin shown in the quote differs from the finance report
21 OP IT yes P7  Locked out at 06:00 and the desk opens at 08:00
22 MK IT yes P7  New phone, old authenticator gone: how do I get back in?
23 SA IT yes P13 VPN drops every hour on hotel Wi-Fi
24 SA OP yes P8  We lost a tender and nobody knows why. How do you find out without blame?
25 MK OP yes P8  Launch e-mail went out with the wrong price. How do we look back fairly?
26 OP OP yes P8  How long should a review after a line stop take?
27 PE PE yes P9  I start Monday and do not know who to ask about anything
28 IT PE yes P9  What do you show a new colleague in the first week?
29 MK QR yes P9  Is there a list of abbreviations we use?
30 CS QR yes P10 What does Quality need from me to act on a complaint?
31 SA QR yes P10 Complaint rejected for lack of batch number, customer threw the box away
32 CS QR yes P10 Photo of the defect is 40 MB, where do I put it?
33 MK QR yes P11 May we write 'most accurate in its class' on the website?
34 MK SA yes P11 Who signs off a customer quote in a brochure?
35 OP QR yes P12 Supplier is two weeks late and does not answer
36 OP FI no  P12 Supplier wants prepayment to deliver on time. Can I agree?
37 SA FI yes P14 Which of our expense rules still applies to the company card?
38 SA QR no  P14 Do I really need a signature on paper for a sample shipment?
39 FI PE yes P15 I was asked to book a two-day Excel course for my team. Is that what they need?
40 FI CS yes P16 Can I try calling late payers before the reminder letter?
"""
LINE = re.compile(r" ?(\d+) (\w\w) (\w\w) (yes|no) +(P\d+) +(.+)")

# Number, the department that keeps it, the title.
PRACTICES = """
P1  CS Read the ship-to back and check the morning report before release
P2  CS First ten minutes with an angry caller
P3  FI Month-end on one page
P4  IT Hand over in five lines
P5  QR Two people check every master-data change
P6  FI Ask for a discount with the margin already in the mail
P7  IT Get back in without the help desk
P8  OP Fifteen-minute look-back without blame
P9  PE First-week buddy and ten questions nobody asks
P10 QR A complaint Quality can act on: what, where, batch, photo
P11 QR Claims in marketing texts: evidence table
P12 QR Late supplier: three calls before you escalate
P13 IT VPN on hotel Wi-Fi: old client
P14 PE Is this really a rule? Ask the policy owner
P15 PE Before you book a course: the needs behind it
P16 FI Call late payers before the reminder letter
"""

# What a file of each kind may say; a name that the replay does not know would be told to nobody.
TOLD: dict[str, set[str]] = {
    "question": set(
        "title asked_by day hour before departments tags impact moment looked_first needed_in tried body votes me_too "
        "withdrawn came_back owner merged comment edit answer unnamed".split()
    ),
    "answer": set(
        "by after body votes votes_down accepted_after outcome replied_after minutes note still_open came_back_after "
        "to_be_tried_in "
        "comment edit thanks".split()
    ),
    "comment": set("by after body replies".split()),
    "edit": set("by after title body reason".split()),
    "thanks": set("by after line".split()),
    "me_too": set("by after outcome".split()),
    "withdrawn": set("after before".split()),
    "came_back": set("after before".split()),
    "owner": set("who by after before next_in".split()),
    "merged": set("into by why after outcome".split()),
    "practice": set(
        "question answer promoted_by owner day hour departments tags review_pace title problem body why_it_works "
        "when_not what_it_takes form minutes is_free cost permission checked revision retired".split()
    ),
    "checked": set("by day hour verdict".split()),
    "revision": set("by day hour note title problem body why_it_works when_not what_it_takes".split()),
    "retired": set("by day hour reason successor".split()),
}


def number_of(kind: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(kind)) or 0


def code_of() -> dict[int, str]:
    """The short name of each department, by id."""
    codes = {name: code for code, (name, _) in DEPARTMENTS.items()}
    return {each.id: codes[each.name] for each in db.session.scalars(select(Department))}


def test_forty_people_work_in_eight_departments(northwick: Flask) -> None:
    people = select(Department.name, func.count()).join(Person).where(~Person.is_persona)
    rows = db.session.execute(people.group_by(Department.name)).all()
    assert dict(rows) == dict(DEPARTMENTS.values())


def test_nine_asked_without_a_name_one_of_them_locked_out_at_six(northwick: Flask) -> None:
    asked = select(Question.title).join(Person, Person.id == Post.author_id).where(Person.is_persona)
    titles = db.session.scalars(asked).all()
    assert len(titles) == 9
    assert "Locked out at 06:00 and the desk opens at 08:00" in titles


def test_every_department_says_what_it_does_and_when_it_is_open(northwick: Flask) -> None:
    for department in db.session.scalars(select(Department)):
        assert department.description
        assert in_words(department.calendar)[-1] in ("Europe/London time", "Europe/Warsaw time")


def test_every_department_has_a_champion_and_there_are_moderators_and_an_administrator(northwick: Flask) -> None:
    roles = Counter(db.session.scalars(select(Role.name)))
    championed = set(db.session.scalars(select(Role.department_id).where(Role.name == "champion")))
    assert (roles["moderator"], roles["administrator"]) == (2, 1)
    assert len(championed) == len(DEPARTMENTS)


def test_everybody_can_sign_in_with_the_password_of_the_demonstration(northwick: Flask) -> None:
    hashes = set(db.session.scalars(select(Person.password_hash).where(~Person.is_persona)))
    assert [is_right(demo.PASSWORD, hashed) for hashed in hashes] == [True]


def test_those_whom_the_sign_in_page_offers_are_who_it_says(northwick: Flask) -> None:
    page = Page(northwick.test_client().get("/sign-in"))
    offered = [sent["email"] for _, sent in page.forms() if sent.get("password") == demo.PASSWORD]
    people = {person.handle: person for person in (check_password(email, demo.PASSWORD) for email in offered)}
    assert people.keys() == demo.PEOPLE.keys()
    for handle, what in demo.PEOPLE.items():
        said = {role for role in ("champion", "moderator", "administrator") if role in what.lower()}
        assert said <= {role.name for role in people[handle].roles}


def test_the_forty_questions_were_asked_answered_and_accepted_as_the_story_has_it(northwick: Flask) -> None:
    code = code_of()
    answers = db.session.scalars(select(Answer).order_by(Answer.id)).all()
    told = {}
    for question in db.session.scalars(select(Question)):
        given = sorted(
            (answer for answer in answers if answer.question_id == question.id),
            key=lambda answer: answer.id != question.accepted_answer_id,
        )
        accepted = "yes" if question.accepted_answer_id else "no"
        answered_by = code[given[0].author_department_id] if given else ""
        told[question.title] = (code[question.author_department_id], answered_by, accepted)
    story = {title: (asked, answered, accepted) for asked, answered, accepted, _, title in forty()}
    assert {title: told.get(title) for title in story} == story


def test_every_practice_came_out_of_a_question_that_leads_to_it(northwick: Flask) -> None:
    titles = {question.id: question.title for question in db.session.scalars(select(Question))}
    leads_to = {title: practice for *_, practice, title in forty()}
    sources = {each.title: titles[each.question_id] for each in db.session.scalars(select(Practice))}
    assert {practice: leads_to[source] for practice, source in sources.items()} == {
        title: number for number, _, title in practice_table()
    }


def forty() -> list[tuple[str, ...]]:
    """Asked by, answered by, accepted, practice, title."""
    lines = [LINE.fullmatch(line) for line in FORTY.strip("\n").splitlines()]
    found = [line.groups()[1:] for line in lines if line]
    assert len(found) == 40
    return found


def practice_table() -> list[tuple[str, str, str]]:
    lines = (line.split(maxsplit=2) for line in PRACTICES.strip().splitlines())
    return [(number, department, title) for number, department, title in lines]


def test_sixteen_practices_are_kept_by_the_departments_they_come_from(northwick: Flask) -> None:
    code = code_of()
    practices = db.session.scalars(select(Practice).options(joinedload(Practice.owner))).all()
    assert {each.title: code[each.owner.department_id] for each in practices} == {
        title: department for _, department, title in practice_table()
    }


def test_one_practice_is_retired_for_a_better_one_and_one_is_due(northwick: Flask) -> None:
    practices = {
        each.title: each for each in db.session.scalars(select(Practice).options(joinedload(Practice.successor)))
    }
    retired = practices["VPN on hotel Wi-Fi: old client"]
    assert retired.retired_because
    assert retired.successor is not None
    assert retired.successor.title == "Get back in without the help desk"
    assert [title for title, each in practices.items() if each.is_due(now().date())] == ["Hand over in five lines"]


def test_the_story_ends_today_and_began_half_a_year_ago(northwick: Flask) -> None:
    first, last = db.session.execute(select(func.min(Post.created_at), func.max(Post.created_at))).one()
    assert now() - LENGTH - timedelta(days=1) < first < now() - LENGTH + timedelta(days=14)
    assert now() - timedelta(days=14) < last <= now()
    assert (db.session.scalar(select(func.max(Question.last_activity_at))) or now()) <= now()
    assert launch() == northwick.extensions["story_ends"] - LENGTH  # its second quarter is over, and holds all of today


def test_everything_that_the_files_tell_has_happened(northwick: Flask) -> None:
    questions, practices = ([told for _, told in read(folder)] for folder in ("questions", "practices"))
    answers = [answer for question in questions for answer in question.get("answer", [])]
    posts = [*questions, *answers]
    comments = [comment for post in posts for comment in with_replies(post.get("comment", []))]
    follows = tomllib.loads((FOLDER / "follows.toml").read_text(encoding="utf-8"))["follow"]
    causes = tomllib.loads((FOLDER / "causes.toml").read_text(encoding="utf-8"))["cause"]
    told = {
        Question: len(questions),
        Answer: len(answers),
        Practice: len(practices),
        Comment: len(comments),
        Vote: sum(len(post.get(name, [])) for post in posts for name in ("votes", "votes_down")),
        Thanks: sum(len(answer.get("thanks", [])) for answer in answers),
        Acceptance: sum("accepted_after" in answer for answer in answers),
        Follow: len({*asking(questions), *((each["by"], each["kind"], each["what"]) for each in follows)})
        + sum(len(each.get("followed_by", ())) for each in causes),
        Revision: len(posts)
        + 2 * len(tomllib.loads((FOLDER / "chats.toml").read_text(encoding="utf-8"))["chat"])
        + len(tomllib.loads((FOLDER / "requests.toml").read_text(encoding="utf-8"))["request"])
        + len(comments)
        + len(causes)
        + len(practices)
        + sum(len(each.get(name, [])) for each in (*posts, *practices) for name in ("edit", "revision")),
    }
    assert {kind.__name__: number_of(kind) for kind in told} == {kind.__name__: count for kind, count in told.items()}


def with_replies(comments: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for comment in comments:
        yield comment
        yield from with_replies(comment.get("replies", []))


def asking(questions: list[dict[str, Any]]) -> Iterator[tuple[str, str, int]]:
    """Whoever asks follows; also the question that is found to ask the same."""
    for number, question in enumerate(questions, start=1):
        yield question["asked_by"], "question", number
        if "merged" in question:
            yield question["asked_by"], "question", question["merged"]["into"]


def test_the_story_holds_some_of_everything(northwick: Flask) -> None:
    assert min(number_of(kind) for kind in (Comment, Vote, Thanks, Follow, Tag)) >= 20
    assert set(db.session.scalars(select(Follow.kind))) == set(FOLLOWED_KINDS)
    assert {question.state for question in db.session.scalars(select(Question))} == {
        "open",
        "accepted",
        "answered",
        "solved",
        "withdrawn",
    }


def test_every_counter_is_right_and_everything_is_found(northwick: Flask) -> None:
    assert (drifted_scores(), drifted_counts(), comparing.drift()) == ({}, {}, set())
    merged = db.session.scalar(select(func.count()).where(Question.merged_into_id.is_not(None)))
    assert len(engine().versions()) == number_of(Post) - (merged or 0) - number_of(Request)
    assert jobs.backlog()[:2] == (0, 0)


def test_the_commands_find_nothing_to_mend(northwick: Flask) -> None:
    run = northwick.test_cli_runner().invoke(args=["reconcile"])
    assert run.exit_code == 0
    assert "scores wrong: 0, question counters wrong: 0, places wrong: 0, posts to index: 0" in run.output


def test_it_is_not_filled_in_over_what_is_there(northwick: Flask) -> None:
    before = number_of(Post)
    run = northwick.test_cli_runner().invoke(args=["demo", "load"])
    assert run.exit_code == 1
    assert "There is an organisation already." in run.output
    assert number_of(Post) == before


def test_every_page_of_the_demonstration_renders(northwick: Flask) -> None:
    kim = db.session.scalars(select(Person).where(Person.handle == "kim")).one()
    kim_is_at: Any = northwick.test_client()
    kim_is_at.sign_in(kim)
    pages = [f"/questions/{id}" for id in db.session.scalars(select(Question.id))]
    pages += [f"/practices/{id}" for id in db.session.scalars(select(Practice.id))]
    pages += [f"/departments/{slug}" for slug in db.session.scalars(select(Department.slug))]
    pages += ["/", "/practices", "/people", "/tags", f"/people/{kim.id}", "/search?q=address"]
    wrong = [page for page in pages if kim_is_at.get(page, follow_redirects=True).status_code != 200]
    assert wrong == []


def test_all_of_it_is_invented_and_says_so(northwick: Flask) -> None:
    assert db.session.query(Organisation).one().is_demo
    emails = db.session.scalars(select(Person.email).where(~Person.is_persona)).all()
    assert all(email.endswith("@northwick.example") for email in emails)


# The files


def read(folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted((FOLDER / folder).glob("*.toml")):
        yield file.name, tomllib.loads(file.read_text(encoding="utf-8"))


def unknown_names(kind: str, told: dict[str, Any]) -> Iterator[str]:
    """Names in a part of a file that the replay would pass over, with those of its parts."""
    yield from (f"{kind}.{name}" for name in told.keys() - TOLD[kind])
    for name, value in told.items():
        part = {"replies": "comment"}.get(name, name)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict) and part in TOLD:
                yield from unknown_names(part, each)


@pytest.mark.parametrize(("folder", "kind"), [("questions", "question"), ("practices", "practice")])
def test_nothing_is_told_in_a_file_that_the_replay_does_not_know(folder: str, kind: str) -> None:
    assert {
        file: list(unknown_names(kind, told)) for file, told in read(folder) if list(unknown_names(kind, told))
    } == {}


def test_three_nominations_wait_one_of_them_too_long_and_each_kind_of_decision_was_taken(northwick: Flask) -> None:
    with as_of(northwick.extensions["story_ends"]):
        farah = db.session.scalars(select(Person).where(Person.handle == "farah")).one()
        assert [row.overdue for row in nominations.waiting(farah).rows] == [True, False, False]
        decided = nominations.decided(farah)
        assert [row.by for row in decided if not row.promoted] == ["Inês Duarte", None]
        assert {row.by for row in decided if row.promoted} == {None}  # What helped several was proposed by itself.


def test_four_practices_were_checked_by_two_and_two_by_one(northwick: Flask) -> None:
    said = Counter(db.session.scalars(select(Validation.practice_id).where(Validation.verdict.is_not(None))))
    assert sorted(said.values()) == [1, 1, 2, 2, 2, 2]
    assert validated_among(list(said)) == {id for id, count in said.items() if count == 2}


def test_every_file_is_counted_as_a_step_of_the_progress() -> None:
    assert seed.steps() == sum(1 for _ in Path(FOLDER).rglob("*.toml"))
    assert seed.steps() == 120 + 16 + 20


def test_every_moment_lies_inside_the_half_year() -> None:
    days = {file: told.get("day", 0) for folder in ("questions", "practices") for file, told in read(folder)}
    assert [file for file, day in days.items() if not 0 <= day < LENGTH.days] == []
