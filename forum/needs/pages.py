"""What the page of a question says about the needs behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from forum.core.db import db
from forum.core.events import EventRow
from forum.core.languages import messages
from forum.core.web import current_person, safe_next
from forum.needs import check_ins, inviting, opening
from forum.needs.escalating import promise_of
from forum.needs.models import AnswerInvitation, CheckIn, Claim, Handover, Need, Promise
from forum.people.models import Person
from forum.questions.models import Question

REPLIED = messages(
    {
        "resolved": "Thank you. Whoever needs this next will see that it worked.",
        "partly": "Thank you. Whoever needs this next will see that it worked in part.",
        "not": "It is open again, and other colleagues are asked than before. Nobody did anything wrong: now everybody "
        "knows.",
    }
)


@dataclass(frozen=True)
class Standing:
    """Where the needs behind a question stand, for one reader."""

    asked: Need | None
    waits: Need | None  # the one for which an answer is looked for; not always the asker's
    mine: Need | None
    check_in: CheckIn | None
    people: int
    departments: int
    promise: Promise | None
    claim: Claim | None
    invitation: AnswerInvitation | None
    invited: int  # how many were asked by name so far
    owner: Person | None
    handover: Handover | None
    steps: list[tuple[datetime, str, int]]


def standing(person: Person, question: Question) -> Standing:
    """Everything that the need card of a question's page shows to this person."""
    needs = opening.needs_seen_by(person, question)
    asked = next((need for need in needs if need.origin == "asked"), None)
    waits = next((need for need in needs if need.seeks and need.is_waiting), None)
    own = (need for need in needs if need.person_id in person.selves)
    mine = min(own, key=lambda need: need.state not in ("trying", "due"), default=None)
    people, departments = opening.shared_by(question)
    invitation = inviting.own_invitation(person, question) if waits else None
    return Standing(
        asked=asked,
        waits=waits,
        mine=mine,
        check_in=check_ins.latest_of(mine) if mine else None,
        people=people,
        departments=departments,
        promise=promise_of(waits) if waits else None,
        claim=inviting.standing_claim(question.id) if waits else None,
        invitation=invitation,
        invited=inviting.count_invited(question.id) if waits else 0,
        owner=db.session.get(Person, waits.owner_id) if waits and waits.owner_id else None,
        handover=_handover(needs, person),
        steps=_steps(question.id, waits) if waits else [],
    )


def need_card(question: Question) -> str:
    """What the reader sees beside a question of the needs behind it, when it has changed."""
    person = current_person()
    return render_template(
        "needs/_card.html", question=question, standing=standing(person, question), me=person.voice_for(question)
    )


def _handover(needs: Sequence[Need], person: Person) -> Handover | None:
    """The offer that this reader can reply to, also of a question merged into this one; else the question's own."""
    offers = [need.handover for need in needs if need.origin == "asked" and need.handover is not None]
    theirs = (offer for offer in offers if offer.to_id == person.id and offer.replied_at is None)
    return next(theirs, offers[0] if offers else None)


def _steps(question_id: int, waits: Need) -> list[tuple[datetime, str, int]]:
    """What was done while nobody answered, in the present round: when, which step, how many people were asked."""
    rows = db.session.execute(
        select(EventRow.at, EventRow.data)
        .where(EventRow.post_id == question_id, EventRow.name == "Escalated", EventRow.at >= waits.waiting_since)
        .order_by(EventRow.id)
    )
    return [(at, data["step"], data["asked"]) for at, data in rows]


def after_reply(replied: CheckIn, subject: str) -> Response:
    """Back to where "did it work?" was asked, else to what it is about. Where a practice did not work and nobody waits
    for an answer yet, to a page that offers to ask."""
    outcome = replied.outcome or ""
    if outcome == "not" and not replied.need.question_id:
        return redirect(url_for("needs.check_in", id=replied.id), code=303)
    flash(REPLIED[outcome], "done")
    return redirect(safe_next(request.form.get("next"), subject), code=303)
