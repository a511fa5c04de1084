"""Every page, in every theme, narrow and wide, keeps the rules of WCAG 2.2 AA and the good customs beside them.

Each page is loaded once and looked at in each width and in each theme once; `PROVEN_TEST_ALL_LOOKS=1` looks at each
theme in each width.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from forum.answers.answering import accept, edit_answer
from forum.answers.models import Answer
from forum.attachments import storing
from forum.attachments.keeping import keep
from forum.attachments.recognising import recognise
from forum.causes.linking import signal
from forum.chats import running as running_chats
from forum.chats.planning import plan as plan_chat
from forum.chats.summing_up import summarise
from forum.commitments.blocking import ask_for, note_blocker
from forum.commitments.committing import undertake
from forum.commitments.experimenting import back, experiment, tell
from forum.commitments.experimenting import thank as thank_for_trying
from forum.core.clock import now
from forum.core.db import db
from forum.impact.models import Introduction
from forum.moderation.canned import keep as keep_reason
from forum.moderation.deciding import hide_post
from forum.moderation.flagging import flag
from forum.moderation.intervening import lock as lock_page
from forum.moderation.suggesting import suggest
from forum.needs.check_ins import latest_of
from forum.needs.links import token_for
from forum.needs.merging import object_to
from forum.needs.models import AnswerInvitation, CheckIn, Need
from forum.needs.opening import asked_need
from forum.nominations.nominating import nominate, refuse
from forum.notifications.models import EVERYTHING as EVERY_KIND
from forum.notifications.models import Mail
from forum.notifications.preferences import stop_link
from forum.objectives.linking import link
from forum.objectives.stating import correct, enter, state
from forum.objectives.telling import reply as reply_to_story
from forum.objectives.telling import tell as tell_story
from forum.people import joining
from forum.people.embedding import let_embed
from forum.people.models import Role
from forum.posts.models import Comment
from forum.posts.thanks import thank
from forum.posts.voices import voice_in
from forum.posts.votes import cast
from forum.posts.writing import write
from forum.practices.models import Practice
from forum.practices.promoting import retire
from forum.questions.merging import merge
from forum.questions.models import Question
from forum.requests.agreeing import decide, diagnose, propose
from forum.requests.asking import RequestTimer
from forum.requests.asking import ask_for as ask_for_course
from forum.requests.checking import ask_whether_it_helped
from forum.requests.models import RequestCheck
from forum.revealing.revealing import ask_to_reveal
from forum.reviewing.challenging import challenge, join
from forum.reviewing.models import Challenge
from forum.search import keeping
from forum.teams.pledging import pledge
from tests import factories
from tests.attachments import files
from tests.journeys import axe
from tests.journeys.conftest import Site, Visit, Watch

pytestmark = pytest.mark.browser

LOOKS = axe.EVERY if os.environ.get("PROVEN_TEST_ALL_LOOKS") else axe.SPREAD

EVERYTHING = """## What I tried

1. the **first** thing with `code` and a [link](https://example.org/), see [^1]
2. - [x] done
   - [ ] not done

> Somebody said so.

| Part | Weight in grams, measured on the old scale | Carrier |
|------|-------:|---------|
| lid  | 12     | post    |

```python
def weigh(parts): return sum(part.weight for part in parts if part.is_there)  # one line that is wider than a telephone
```

Ask @piotr, *really*.

[^1]: In the cellar.
"""


@dataclass(frozen=True)
class World:
    """What the pages show: a thread with everything in it, and links that let somebody in."""

    answer: Answer
    merged: Question
    comment: Comment
    practice: Practice
    challenge: Challenge
    retired: Practice
    person: int
    department: int
    invitation: str
    password_link: str
    need: Need
    check_in: CheckIn
    asked: AnswerInvitation
    check_in_link: str
    stop_link: str
    synonyms: int
    commitment: int
    pledge: int
    key: int
    running: int
    failed: int
    objective: int
    reading: int
    told: int
    to_confirm: int
    chat: int
    chat_open: int
    chat_turn: int
    unnamed_turn: int
    request: int
    checked: int
    request_check: int
    month: str
    nominated: Answer
    nomination: int
    cause: int
    introduction: int
    unnamed: int
    reveal: int
    hidden: int
    locked: int
    sent_back: int
    suggestion: int
    picture: str


@pytest.fixture(scope="module")
def world(site: Site) -> World:
    with site.arranging():
        kim, piotr, farah, chris = (site.person(handle) for handle in ("kim", "piotr", "farah", "chris"))
        question = factories.question(kim, "What can a text hold?", body=EVERYTHING, tags="scales old-scale")
        answer = factories.answer(piotr, question, EVERYTHING)
        factories.answer(farah, question, "Or do something else.")
        comment = factories.comment(farah, answer, "Is `this` so?")
        factories.comment(piotr, answer, "It is.", reply_to=comment)
        accept(kim, answer)
        thank(kim, answer, "It weighed on me.")
        cast(farah, answer, 1)
        practice = factories.practice(farah, answer, texts={"body": EVERYTHING})
        for who, said in (("kim", "resolved"), ("chris", "not"), ("ewa", "partly")):
            factories.outcome(site.person(who), practice, said, context="A blue box", note="So it went.", minutes=5)
        edit_answer(piotr, answer, write("Shorter."), seen=answer.version, reason="Nobody read all that.")
        db.session.flush()
        need = asked_need(question)
        assert need is not None
        check_in = latest_of(need)
        assert check_in is not None
        asked = AnswerInvitation(
            question_id=question.id,
            person_id=farah.id,
            department_id=farah.department_id,
            step="t0",
            reason="She answered something like it.",
            sent_at=now(),
            silent_at=now() + timedelta(hours=8),
        )
        merged = factories.question(piotr, "What fits into a text here?")
        factories.comment(kim, merged, "Which text?")
        object_to(piotr, merge(farah, merged, question, "Both ask what a text holds."))
        nominated = factories.answer(piotr, question, EVERYTHING)
        refused_answer = factories.answer(piotr, question, "Or nothing.")
        refused = nominate(kim, refused_answer, why="It is the shortest.")
        refuse(farah, refused, reason="unproved", words="Let somebody try it first.")
        flag(kim, refused_answer, reason="hurtful", words="It makes fun of whoever asked.")
        hidden = factories.answer(piotr, question, "Nothing fits.")
        hide_post(farah, hidden, reason="hurtful", words="Please say it in a kind way.")
        locked = factories.question(kim, "Who broke the text?")
        factories.answer(piotr, locked, "Not me.")
        lock_page(farah, locked, reason="heated", words="Let us talk about it tomorrow.")
        sent_back = factories.comment(piotr, question, "Why?")
        sent_back.removed_at, sent_back.withheld, sent_back.withheld_because = now(), "refused", "elsewhere"
        suggestion = suggest(kim, nominated, {"body": "A text holds this."}, seen=1, why="It is shorter")
        keep_reason(farah, "Kindness", "Please say it in a kind way.")
        mail = Mail(person_id=piotr.id, due_at=now() + timedelta(days=1))
        doubted = challenge(kim, practice, what="The scales are gone.\nAll of them.", tried="The ones in the yard.")
        join(chris, doubted, note="In our hall, too.")
        retired = factories.practice(farah, factories.answer(piotr, question, "By hand."))
        retire(farah, retired, because="Nobody has hands free.", successor=practice)
        db.session.add(Role(person_id=farah.id, name="stakeholder", department_id=farah.department_id, since=now()))
        db.session.flush()
        db.session.expire(farah, ["roles"])
        pledged = pledge(farah, hours_a_week=2, purpose="weighing", until_on=now().date() + timedelta(days=9))
        soon = now().date() + timedelta(days=1)  # Late in the evening it is tomorrow already where Piotr works.
        ask_for(kim, farah, kind="time", words="An hour at the old scale.", wanted_by=soon)
        let_embed(chris, "https://intranet.example.org")
        db.session.add_all([asked, mail])
        plan = {"occasion": "a parcel is full", "deed": "weigh it once more", "due_on": soon}
        commitment = undertake(farah, practice, partner=kim, **plan)
        wanted = {"kind": "permission", "words": "Nobody may touch the old scale.", "wanted_by": soon}
        key = note_blocker(kim, undertake(kim, practice, **plan), holder=farah, **wanted)
        idea = {"title": "Weigh it twice", "expectation": "it weighs the same", "due_on": soon}
        running = experiment(farah, practice, test="ten parcels", limited_to="no_money", **idea)
        failed = experiment(piotr, question, test="one parcel", **idea)
        back(kim, failed)
        tell(piotr, failed, "failed", "It weighed less.")
        thank_for_trying(farah, failed, "Good to know.")
        note_blocker(farah, commitment, holder=piotr, **wanted)
        cause = factories.cause(kim, question, kim.department, objective="9 wrong weights a month")
        signal(farah, cause, "A scale may fall on somebody.")
        second = Introduction(
            asking_id=kim.department_id,
            answering_id=farah.department_id,
            person_id=farah.id,
            question_id=question.id,
            why="knows about scales",
            state="asked",
            by_id=chris.id,
            at=now(),
        )
        db.session.add(second)
        anna = site.person("anna")
        moves = {"title": "Parcels too heavy", "unit": "a month", "direction": "down", "baseline": "9", "target": "2"}
        aim = state(anna, anna.department, due_on=now().date() + timedelta(days=9), **moves)
        wrong = enter(anna, aim, value="91", on=now().date(), note="Counted twice.")
        right = correct(anna, wrong, value="9", on=now().date(), note="Once.")
        link(kim, practice, aim)
        happened = {"title": "It weighed nothing", "tale": "It was empty.\nReally.", "outcome": "We laughed."}
        told = tell_story(kim, practice, went="well", witness=anna, witness_as="manager", **happened)
        reply_to_story(anna, told, is_true=True, words="So it was.")
        to_confirm = tell_story(kim, practice, went="badly", witness=farah, witness_as="concerned", **happened)
        gap = {"gap": write("Nobody can lift."), "evidence": "Backs hurt."}
        request, checked = (
            ask_for_course(kim, title="a course on lifting", concerned=[piotr, anna], **gap) for _ in range(2)
        )
        diagnose(farah, checked, words="The parcels are too heavy.", posts=[question.id, practice.id])
        propose(farah, checked, way="other_way", options=["practice", "cause"], words="Make them lighter.")
        decide(kim, checked, "amended", "And the boxes smaller.")
        ask_whether_it_helped.run(RequestTimer(request_id=checked.id))
        soon = {"starts_at": now() + timedelta(minutes=9), "questions": "Who is wet?\nWho is dry?"}
        chat, chat_open = (plan_chat(kim, title="Rain", about="It rains.", **soon) for _ in range(2))
        for each in (chat, chat_open):
            running_chats.open_chat(kim, each)
            said = running_chats.take_turn(piotr, each, None, "I am.")
            said_unnamed = running_chats.take_turn(voice_in(anna, each, unnamed=True), each, None, "I was it.")
            struck = running_chats.take_turn(piotr, each, None, "Bo is.")
            running_chats.strike(farah, struck, "It names somebody.")
        running_chats.close(kim, chat)
        summarise(kim, chat, write("All were wet."), links=[question.id], seen=1)
        unnamed = factories.question(kim, "May I say that it is too heavy?", unnamed=True)
        reveal = ask_to_reveal(farah, unnamed, "Somebody may have been hurt and needs to be found.")
        own_check = db.session.scalars(db.select(RequestCheck).where(RequestCheck.person_id == kim.id)).all()[-1]
        drawn = recognise(files.picture(size=(400, 200)), "a.png")
        picture = keep(farah, drawn)
        storing.save(picture.token, drawn.data)
        db.session.flush()
        return World(
            picture=picture.token,
            objective=aim.id,
            reading=right.id,
            told=told.id,
            to_confirm=to_confirm.id,
            chat=chat.id,
            chat_open=chat_open.id,
            chat_turn=said.id,
            unnamed_turn=said_unnamed.id,
            request=request.id,
            checked=checked.id,
            request_check=own_check.id,
            month=f"{now():%Y-%m}",
            need=need,
            check_in=check_in,
            asked=asked,
            check_in_link=token_for(check_in.id, check_in.need.person_id),
            stop_link=stop_link(mail, EVERY_KIND),
            answer=answer,
            merged=merged,
            nominated=refused_answer,
            cause=cause.id,
            nomination=nominate(kim, nominated, why="Everybody writes texts.").id,
            synonyms=keeping.keep(farah, "RMA, return authorisation").id,
            comment=comment,
            commitment=commitment.id,
            pledge=pledged.id,
            key=key.id,
            running=running.commitment_id,
            failed=failed.commitment_id,
            practice=practice,
            introduction=second.id,
            unnamed=unnamed.id,
            reveal=reveal.id,
            hidden=hidden.id,
            locked=locked.id,
            sent_back=sent_back.id,
            suggestion=suggestion.id,
            challenge=doubted,
            retired=retired,
            person=piotr.id,
            department=kim.department_id,
            invitation=joining.invite(chris, email="axe@northwick.example", department=kim.department),
            password_link=joining.let_choose_password(chris, piotr),
        )


Place = Callable[[World], str]

# Every route that shows a page: who looks at it, and one address or several of what it can look like.
PAGES: dict[str, tuple[str | None, list[Place]]] = {
    "home.index": ("farah", [lambda _: "/"]),
    "home.arrive": ("kim", [lambda _: "/arrival"]),
    "going.index": ("kim", [lambda _: "/go?q=ma", lambda _: "/go"]),
    "questions.index": (
        "farah",
        [lambda _: "/questions", lambda _: "/questions?among=me", lambda _: "/questions?tab=following"],
    ),
    "asking.new": ("farah", [lambda _: "/ask"]),
    "questions.show": (
        "farah",
        [
            lambda world: f"/questions/{world.answer.question_id}",
            lambda world: f"/questions/{world.merged.id}",
            lambda world: f"/questions/{world.locked}",
        ],
    ),
    "attachments.new": ("farah", [lambda _: "/attachments/new"]),
    "attachments.line": (
        "farah",
        [
            lambda world: f"/attachments/{world.picture}/line",
            lambda world: f"/attachments/{world.picture}/line?alt=A+lamp",
        ],
    ),
    "following.of_question": ("farah", [lambda world: f"/questions/{world.answer.question_id}/level"]),
    "following.of_tag": ("farah", [lambda _: "/tags/scales/level"]),
    "following.of_department": ("farah", [lambda _: "/departments/sales/level"]),
    "following.index": ("kim", [lambda _: "/settings/following", lambda _: "/settings/following?show=muted"]),
    "bookmarks.index": ("farah", [lambda _: "/bookmarks"]),
    "bookmarks.mark": ("farah", [lambda world: f"/posts/{world.answer.id}/bookmark"]),
    "drafts.index": ("farah", [lambda _: "/drafts"]),
    "questions.wording": ("farah", [lambda world: f"/questions/{world.merged.id}/wording"]),
    "merging.merge_into": (
        "farah",
        [
            lambda world: f"/questions/{world.answer.question_id}/merge",
            lambda world: f"/questions/{world.answer.question_id}/merge?q=quokkas",
            lambda world: f"/questions/{world.answer.question_id}/merge?into=1",
        ],
    ),
    "questions.edit": ("farah", [lambda world: f"/questions/{world.answer.question_id}/edit"]),
    "posts.edit_an_answer": ("farah", [lambda world: f"/answers/{world.answer.id}/edit"]),
    "posts.edit_a_comment": ("farah", [lambda world: f"/comments/{world.comment.id}/edit"]),
    "comments.new": ("kim", [lambda world: f"/posts/{world.answer.id}/comments/new"]),
    "posts.history": (
        "farah",
        [
            lambda world: f"/posts/{world.answer.id}/history",
            lambda world: f"/posts/{world.answer.question_id}/history",
        ],
    ),
    "practices.index": (
        "farah",
        [lambda _: "/practices", lambda _: "/practices?state=retired", lambda _: "/practices?tag=scales&state=due"],
    ),
    "impact.index": ("farah", [lambda _: "/impact?period=all&open=all"]),
    "impact.rows": (
        "farah",
        [lambda _: "/impact/first-answer/rows?period=all", lambda _: "/impact/in-time/rows?period=all"],
    ),
    "impact.reach": ("farah", [lambda _: "/impact/reach?period=all"]),
    "impact.ten": ("farah", [lambda _: "/impact/ten?period=q1"]),
    "impact.ten_rows": (
        "farah",
        [
            lambda world: f"/impact/ten/propose/rows?department={world.department}&period=q1",
            lambda world: f"/impact/ten/know/rows?department={world.department}&part=those",
        ],
    ),
    "impact.method": ("farah", [lambda _: "/impact/method"]),
    "links.index": ("farah", [lambda _: "/impact/links?period=all"]),
    "impact.note": ("farah", [lambda _: "/impact/note?period=q1"]),
    "practices.show": ("farah", [lambda world: f"/practices/{world.practice.id}"]),
    "practices.outcomes": ("kim", [lambda world: f"/practices/{world.practice.id}/outcomes"]),
    "practices.use": ("kim", [lambda world: f"/practices/{world.practice.id}/use"]),
    "reviewing.challenge": ("farah", [lambda world: f"/posts/{world.answer.id}/challenge"]),
    "reviewing.queue_page": ("farah", [lambda _: "/practices/queue"]),
    "revealing.index": ("chris", [lambda _: "/reveals"]),
    "revealing.ask": ("farah", [lambda world: f"/posts/{world.unnamed}/reveal"]),
    "revealing.show": ("chris", [lambda world: f"/reveals/{world.reveal}"]),
    "reviewing.show": ("farah", [lambda world: f"/challenges/{world.challenge.id}"]),
    "promoting.new": ("farah", [lambda world: f"/posts/{world.nominated.id}/promotion/new"]),
    "nominations.new": ("kim", [lambda world: f"/answers/{world.nominated.id}/nomination/new"]),
    "nominations.index": (
        "farah",
        [lambda _: "/practices/nominations", lambda _: "/practices/nominations?tab=decided"],
    ),
    "nominations.what_to_write": (
        "farah",
        [
            lambda _: "/practices/candidates",
            lambda _: "/practices/candidates?tab=dismissed",
        ],
    ),
    "nominations.refusal": ("farah", [lambda world: f"/nominations/{world.nomination}/refusal"]),
    "upkeep.edit": ("farah", [lambda world: f"/practices/{world.practice.id}/edit"]),
    "job_aids.sheet": ("farah", [lambda world: f"/practices/{world.practice.id}/print"]),
    "job_aids.card": ("farah", [lambda world: f"/practices/{world.practice.id}/card"]),
    "practices.retired": ("farah", [lambda world: f"/practices/{world.retired.id}/retired"]),
    "promoting.adaptation": ("farah", [lambda world: f"/practices/{world.practice.id}/adaptation"]),
    "upkeep.care": ("farah", [lambda world: f"/practices/{world.practice.id}/care"]),
    "upkeep.withdraw_retirement": ("farah", [lambda world: f"/practices/{world.retired.id}/retirement/withdrawal"]),
    "upkeep.retirement": ("farah", [lambda world: f"/practices/{world.practice.id}/retirement"]),
    "objectives.index": ("farah", [lambda _: "/objectives"]),
    "objectives.new": ("anna", [lambda _: "/objectives/new"]),
    "objectives.show": ("anna", [lambda world: f"/objectives/{world.objective}"]),
    "objectives.new_reading": ("anna", [lambda world: f"/objectives/{world.objective}/readings/new"]),
    "objectives.correction": ("anna", [lambda world: f"/readings/{world.reading}/correction"]),
    "objectives.closing": ("anna", [lambda world: f"/objectives/{world.objective}/closing"]),
    "objectives.serves": ("farah", [lambda world: f"/posts/{world.practice.id}/objective"]),
    "objectives.stories": ("farah", [lambda _: "/stories"]),
    "objectives.on_page": ("farah", [lambda world: f"/posts/{world.practice.id}/stories"]),
    "objectives.new_story": ("farah", [lambda world: f"/posts/{world.practice.id}/stories/new"]),
    "objectives.story": (
        "farah",
        [lambda world: f"/stories/{world.told}", lambda world: f"/stories/{world.to_confirm}"],
    ),
    "chats.index": ("farah", [lambda _: "/chats", lambda _: "/chats?of=past"]),
    "chats.new": ("farah", [lambda _: "/chats/new"]),
    "chats.show": (
        "farah",
        [lambda world: f"/chats/{world.chat}", lambda world: f"/chats/{world.chat_open}"],
    ),
    "chats.striking": ("farah", [lambda world: f"/chat-turns/{world.chat_turn}/striking"]),
    "revealing.ask_of_turn": ("farah", [lambda world: f"/chat-turns/{world.unnamed_turn}/reveal"]),
    "chats.summary": ("kim", [lambda world: f"/chats/{world.chat}/summary"]),
    "requests.index": ("farah", [lambda _: "/requests", lambda _: "/requests?of=agreed"]),
    "requests.new": ("farah", [lambda _: "/requests/new"]),
    "requests.show": ("kim", [lambda world: f"/requests/{world.request}", lambda world: f"/requests/{world.checked}"]),
    "requests.diagnosis": ("farah", [lambda world: f"/requests/{world.request}/diagnosis"]),
    "requests.proposal": ("farah", [lambda world: f"/requests/{world.checked}/proposal"]),
    "requests.decision": ("kim", [lambda world: f"/requests/{world.request}/decision"]),
    "requests.check": ("kim", [lambda world: f"/request-checks/{world.request_check}"]),
    "commitments.index": (
        "farah",
        [lambda _: "/commitments", lambda _: "/commitments?of=all", lambda _: "/commitments?blockers"],
    ),
    "commitments.on_page": ("farah", [lambda world: f"/posts/{world.practice.id}/commitments"]),
    "commitments.new": ("farah", [lambda world: f"/posts/{world.practice.id}/commitments/new"]),
    "commitments.show": ("farah", [lambda world: f"/commitments/{world.commitment}"]),
    "commitments.report_on": ("farah", [lambda world: f"/commitments/{world.commitment}/report"]),
    "commitments.new_blocker": ("farah", [lambda world: f"/commitments/{world.commitment}/blockers/new"]),
    "commitments.experiments": ("farah", [lambda _: "/experiments", lambda _: "/experiments?result=failed"]),
    "commitments.new_experiment": ("farah", [lambda world: f"/posts/{world.practice.id}/experiments/new"]),
    "commitments.show_experiment": (
        "farah",
        [lambda world: f"/experiments/{world.running}", lambda world: f"/experiments/{world.failed}"],
    ),
    "commitments.result": ("farah", [lambda world: f"/experiments/{world.running}/result"]),
    "commitments.reply": ("farah", [lambda world: f"/blockers/{world.key}/reply"]),
    "causes.index": ("farah", [lambda _: "/causes", lambda _: "/causes?state=verified"]),
    "causes.show": ("farah", [lambda world: f"/causes/{world.cause}"]),
    "causes.evidence": ("farah", [lambda world: f"/causes/{world.cause}/evidence"]),
    "causes.of_post": ("farah", [lambda world: f"/posts/{world.answer.question_id}/causes"]),
    "causes.new": ("farah", [lambda world: f"/posts/{world.answer.question_id}/causes/new"]),
    "causes.edit": ("farah", [lambda world: f"/causes/{world.cause}/edit"]),
    "causes.stopped": ("kim", [lambda world: f"/causes/{world.cause}/stopped"]),
    "causes.new_quote": ("kim", [lambda world: f"/causes/{world.cause}/quotes/new"]),
    "causes.quote": ("kim", [lambda world: f"/causes/{world.cause}/quote"]),
    "cause_answers.acknowledgement": ("arthur", [lambda world: f"/causes/{world.cause}/acknowledgement"]),
    "cause_answers.make_plan": ("arthur", [lambda world: f"/causes/{world.cause}/plan"]),
    "cause_answers.refusal": ("arthur", [lambda world: f"/causes/{world.cause}/refusal"]),
    "cause_answers.fix": ("arthur", [lambda world: f"/causes/{world.cause}/fix"]),
    "cause_answers.delegate": ("arthur", [lambda world: f"/causes/{world.cause}/delegate"]),
    "cause_answers.signal": ("farah", [lambda world: f"/causes/{world.cause}/signal"]),
    "cause_answers.create_doubt": ("farah", [lambda world: f"/causes/{world.cause}/doubt"]),
    "silos.index": ("farah", [lambda _: "/impact/silos", lambda _: "/impact/silos?period=all"]),
    "silos.looking": ("farah", [lambda _: "/impact/silos/looked-first"]),
    "silos.thanks": ("farah", [lambda _: "/impact/silos/thanks"]),
    "silos.answers": ("farah", [lambda _: "/impact/silos/answers?asked=sales&answered=finance&period=all"]),
    "silos.introduction": ("farah", [lambda world: f"/impact/silos/introductions/{world.introduction}"]),
    "pulse.show": ("arthur", [lambda _: "/pulse"]),
    "pulse.results": ("arthur", [lambda _: "/pulse/results"]),
    "teams.show": ("farah", [lambda _: "/team"]),
    "teams.new_pledge": ("farah", [lambda _: "/team/pledges/new"]),
    "teams.new_request": ("kim", [lambda _: "/team/requests/new"]),
    "teams.report_on": ("farah", [lambda world: f"/pledges/{world.pledge}/report"]),
    "teams.notes": ("arthur", [lambda _: "/notes"]),
    "teams.show_note": ("arthur", [lambda world: f"/notes/{world.month}"]),
    "departments.index": ("farah", [lambda _: "/departments"]),
    "departments.show": ("farah", [lambda _: "/departments/sales"]),
    "departments.tags": ("farah", [lambda _: "/tags"]),
    "departments.tag": ("farah", [lambda _: "/tags/scales"]),
    "people.index": ("farah", [lambda _: "/people", lambda _: "/people?q=nobody"]),
    "people.show": (
        "farah",
        [
            lambda world: f"/people/{world.person}",
            lambda world: f"/people/{world.person}?tab=answers",
            lambda world: f"/people/{world.person}?tab=thanks",
            lambda world: f"/people/{world.person}?tab=practices",
        ],
    ),
    "people.hours": ("farah", [lambda _: "/settings/hours"]),
    "people.settings": ("farah", [lambda _: "/settings"]),
    "people.sign_in": (None, [lambda _: "/sign-in"]),
    "factors.ask": (None, [lambda _: "/sign-in/second-factor"]),
    "factors.index": ("farah", [lambda _: "/settings/second-factor"]),
    "factors.app": ("farah", [lambda _: "/settings/second-factor/app"]),
    "people.join": (None, [lambda world: f"/join/{world.invitation}"]),
    "people.new_password": (None, [lambda world: f"/new-password/{world.password_link}"]),
    "search.index": (
        "farah",
        [lambda _: "/search?q=parcel+dept:sales", lambda _: "/search?q=quokkas", lambda _: "/search"],
    ),
    "search.missed": ("farah", [lambda _: "/searches/missed"]),
    "search.synonyms": ("farah", [lambda _: "/synonyms"]),
    "search.change_synonyms": ("farah", [lambda world: f"/synonyms/{world.synonyms}/edit"]),
    "administration.people": ("chris", [lambda _: "/admin/people"]),
    "administration.person": ("chris", [lambda world: f"/admin/people/{world.person}"]),
    "administration.invitations": ("chris", [lambda _: "/admin/invitations"]),
    "organising.departments": ("chris", [lambda _: "/admin/departments"]),
    "organising.department": ("chris", [lambda world: f"/admin/departments/{world.department}"]),
    "organising.department_hours": ("chris", [lambda world: f"/admin/departments/{world.department}/hours"]),
    "organising.department_timers": ("chris", [lambda world: f"/admin/departments/{world.department}/timers"]),
    "organising.organisation": ("chris", [lambda _: "/admin/organisation"]),
    "hooks.index": ("chris", [lambda _: "/admin/hooks"]),
    "directory.index": ("chris", [lambda _: "/admin/directory"]),
    "system.mail": ("chris", [lambda _: "/admin/mail"]),
    "system.search": ("chris", [lambda _: "/admin/search"]),
    "system.system": ("chris", [lambda _: "/admin/system"]),
    "audit.index": ("chris", [lambda _: "/admin/audit", lambda _: "/admin/audit?person=nobody-at-all"]),
    "privacy.index": ("farah", [lambda _: "/settings/privacy"]),
    "privacy.requests": ("chris", [lambda _: "/admin/privacy"]),
    "privacy.take_out": ("chris", [lambda world: f"/admin/people/{world.person}/erasure"]),
    "needs.show": ("farah", [lambda world: f"/needs/{world.need.id}"]),
    "needs.check_in": ("kim", [lambda world: f"/check-ins/{world.check_in.id}"]),
    "needs.check_in_by_link": (None, [lambda world: f"/did-it-work/{world.check_in_link}"]),
    "needs.owner": ("farah", [lambda world: f"/needs/{world.need.id}/owner"]),
    "needs.word": ("farah", [lambda world: f"/needs/{world.need.id}/word"]),
    "moderation.flag": ("farah", [lambda world: f"/posts/{world.answer.id}/flag"]),
    "withholding.hide": ("farah", [lambda world: f"/posts/{world.answer.id}/hiding"]),
    "withholding.lock": ("farah", [lambda world: f"/posts/{world.answer.question_id}/locking"]),
    "withholding.state": (
        "piotr",
        [lambda world: f"/posts/{world.hidden}/state", lambda world: f"/posts/{world.sent_back}/state"],
    ),
    "moderation.show_queue": ("farah", [lambda _: "/moderation", lambda _: "/moderation?show=held"]),
    "moderation.choose_scope": ("farah", [lambda _: "/moderation/scope"]),
    "moderation.reasons": ("farah", [lambda _: "/moderation/reasons"]),
    "moderation.show_log": ("kim", [lambda _: "/moderation/log"]),
    "suggesting.suggest": ("kim", [lambda world: f"/posts/{world.answer.id}/suggestion"]),
    "suggesting.show_suggestion": ("piotr", [lambda world: f"/suggestions/{world.suggestion}"]),
    "converting.convert": ("farah", [lambda world: f"/posts/{world.nominated.id}/conversion"]),
    "converting.move": ("farah", [lambda world: f"/questions/{world.answer.question_id}/labels"]),
    "needs.problems": ("farah", [lambda _: "/open-problems"]),
    "needs.pass_on": ("farah", [lambda world: f"/invitations/{world.asked.id}/pass"]),
    "notifications.inbox": ("piotr", [lambda _: "/inbox", lambda _: "/inbox?show=done", lambda _: "/inbox?show=later"]),
    "notifications.settings": ("piotr", [lambda _: "/settings/notifications"]),
    "notifications.unsubscribe": (None, [lambda world: f"/unsubscribe/{world.stop_link}"]),
    "styleguide.index": ("farah", [lambda _: "/styleguide"]),
    "pages.help": ("farah", [lambda _: "/help"]),
}
NO_PAGES = {
    "static": "files",
    "chats.transcript": "a file",
    "feeds.questions": "a file for feed readers",
    "feeds.calendar": "a file for calendars",
    "pages.alive": "JSON for an operator",
    "pages.ready": "JSON for an operator",
    "identity.begin": "leads to the identity provider",
    "identity.answer": "leads back from the identity provider",
    "identity.signed_out": "leads to the sign-in page where there is no identity provider",
    "scim.service_provider_config": "JSON for a directory",
    "scim.resource_types": "JSON for a directory",
    "scim.schemas": "JSON for a directory",
    "scim.index": "JSON for a directory",
    "scim.show": "JSON for a directory",
    "scim.index_groups": "JSON for a directory",
    "scim.show_group": "JSON for a directory",
    "departments.suggest_tags": "JSON for a list",
    "people.suggest": "JSON for a list",
    "pages.shortcuts": "leads to the help; its part is laid over any page",
    "drafts.suggest_blocks": "JSON for a list",
    "drafts.suggest_emoji": "JSON for a list",
    "attachments.show": "a file",
    "needs.as_csv": "a file",
    "impact.table": "a file",
    "silos.as_csv": "a file",
    "audit.rows": "a file",
    "search.suggest": "JSON for a list",
    "going.suggest_goals": "JSON for a list",
    "search.recent": "JSON for a list",
    "asking.similar_questions": "a part of /ask",
    "questions.written_before": "a part of a question's page",
    "questions.related": "a part of a question's page",
    "questions.news": "a part of a question's page",
    "questions.answers": "a part of a question's page",
    "posts.show": "leads to the post's page",
    "posts.quotation": "words for a field",
    "drafts.show": "words for a field",
    "people.welcome": "checked where an empty organisation is set up",
}


def check(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")  # What is loaded after the page is looked at, too.
    assert axe.problems(page, LOOKS) == [], address


def test_every_route_that_answers_get_is_listed_here(site: Site) -> None:
    shown = {rule.endpoint for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or set())}
    assert shown == set(PAGES) | set(NO_PAGES), "say here how a new page looks, or why it is none"


@pytest.mark.parametrize("route", PAGES)
def test_a_page_keeps_every_rule(visit: Visit, world: World, route: str) -> None:
    who, places = PAGES[route]
    page = visit(who)
    for place in places:
        check(page, place(world))


def test_a_locked_page_asks_the_second_person_by_every_rule(visit: Visit, world: World) -> None:
    page = visit("ania")
    check(page, f"/posts/{world.locked}/state")
    assert page.get_by_role("button", name="Agree: it stays locked").is_visible()


MAIN = ["/", "/ask", "/search?q=parcel", "/practices"]


@pytest.mark.parametrize("address", [*MAIN, "thread"])
def test_a_main_page_keeps_every_rule_without_scripts(visit: Visit, world: World, address: str) -> None:
    page = visit("farah")
    # Not with scripts switched off: axe needs timers. Its scripts never arrive, and the page is the same.
    page.route("**/static/dist/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    check(page, f"/questions/{world.answer.question_id}" if address == "thread" else address)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("menu", ["Menu of", "More", "Say thanks"])
def test_an_open_menu_keeps_every_rule(visit: Visit, world: World, menu: str, width: int) -> None:
    page = visit("farah", width=width)
    page.goto(f"/questions/{world.answer.question_id}")
    page.locator("summary", has_text=menu).last.click()
    assert axe.violations(page, "[data-menu][open]") == []
    assert axe.small_targets(page) == []
    assert not axe.is_wider_than_the_screen(page)


def test_the_page_of_an_error_keeps_every_rule(visit: Visit, watch: Watch) -> None:
    watch.expect(404)
    check(visit("farah"), "/nothing-here")


def test_a_refused_form_keeps_every_rule(visit: Visit, watch: Watch) -> None:
    watch.expect(422)
    page = visit("farah")
    page.goto("/ask")
    page.get_by_role("button", name="Post question").click()
    page.get_by_role("alert").wait_for()
    assert axe.violations(page) == []
