"""Who may do what: one table, from action to the predicates of which one must hold.

A predicate asks the subject, not its class, so this table knows no feature. A person is anybody signed in and not
deactivated; whoever has left may do nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from forum.core.errors import Forbidden

Predicate = Callable[[Any, Any], bool]


def anyone(person: Any, subject: Any) -> bool:
    """Every employee."""
    return True


def author(person: Any, subject: Any) -> bool:
    """Whoever wrote it."""
    return bool(subject.author_id == person.id)


def somebody_else(person: Any, subject: Any) -> bool:
    """Everybody but whoever wrote it."""
    return bool(subject.author_id != person.id)


def asker(person: Any, subject: Any) -> bool:
    """Whoever asked the question that this answers."""
    return bool(subject.question.author_id == person.id)


def own(person: Any, subject: Any) -> bool:
    """Whoever it belongs to; no role may speak for them."""
    return bool(subject.person_id == person.id)


def named(person: Any, subject: Any) -> bool:
    """Whoever it was offered to by name; nobody may reply for them."""
    return bool(subject.to_id == person.id)


def oneself(person: Any, subject: Any) -> bool:
    """The person in question."""
    return bool(subject.id == person.id)


def moderator(person: Any, subject: Any) -> bool:
    """A moderator."""
    return bool(person.is_moderator)


def keeper(person: Any, subject: Any) -> bool:
    """A moderator, or a champion of a department that it concerns; never whoever wrote it."""
    concerned = person.is_moderator or any(person.is_champion_of(each.id) for each in subject.departments)
    return bool(concerned and subject.author_id != person.id)


def decider(person: Any, subject: Any) -> bool:
    """Whoever did it."""
    return bool(subject.by_id == person.id)


def other_moderator(person: Any, subject: Any) -> bool:
    """A moderator who did not ask the question that it is about."""
    return bool(person.is_moderator and subject.question.author_id != person.id)


def impartial(person: Any, subject: Any) -> bool:
    """A moderator who did not write it."""
    return bool(person.is_moderator and subject.author_id != person.id)


def peer(person: Any, subject: Any) -> bool:
    """Everybody but whoever wrote it and whoever made it what it is."""
    return bool(person.id not in (subject.author_id, subject.promoted_by_id))


def second_person(person: Any, subject: Any) -> bool:
    """A moderator who neither did it nor asked the question that it is about."""
    return other_moderator(person, subject) and not decider(person, subject)


def champion(person: Any, subject: Any) -> bool:
    """A champion of any department."""
    return bool(person.championed)


def not_own(person: Any, subject: Any) -> bool:
    """Everybody but whoever it belongs to."""
    return bool(subject.person_id != person.id)


def partner(person: Any, subject: Any) -> bool:
    """Whoever was named to do it together."""
    return bool(subject.with_id == person.id)


def holder(person: Any, subject: Any) -> bool:
    """Whoever was asked for the key by name; nobody may reply for them."""
    return bool(subject.holder_id == person.id)


def one_up(person: Any, subject: Any) -> bool:
    """Whoever it was passed on to, since the one who was asked said nothing in time."""
    return bool(subject.passed_to_id == person.id)


def leader(person: Any, subject: Any) -> bool:
    """Whoever it belongs to, if somebody reports to them or they answer for a department."""
    return bool(subject.person_id == person.id and subject.teams)


def member(person: Any, subject: Any) -> bool:
    """Somebody of the team that it was promised to."""
    return person.id in subject.people


def stakeholder(person: Any, subject: Any) -> bool:
    """Whoever answers for a department."""
    return any(role.name == "stakeholder" for role in person.roles)


def open_to_all(person: Any, subject: Any) -> bool:
    """Everybody, unless it was made in private."""
    return not subject.is_private


def stays(person: Any, subject: Any) -> bool:
    """Whoever looks after it: was named to stay with an open problem, or owes a challenge its reply."""
    return bool(subject.owner_id == person.id)


def user(person: Any, subject: Any) -> bool:
    """Whoever used it lately, and it worked."""
    return person.id in subject.used_by


def outsider(person: Any, subject: Any) -> bool:
    """Everybody but whoever looks after it, which is whoever wrote it where nobody else does."""
    return bool(getattr(subject, "owner_id", subject.author_id) != person.id)


def third_person(person: Any, subject: Any) -> bool:
    """Neither whoever did it nor whoever looks after it."""
    return not decider(person, subject) and not stays(person, subject)


def uninvolved_moderator(person: Any, subject: Any) -> bool:
    """A moderator who did not do it."""
    return moderator(person, subject) and not decider(person, subject)


def administrator(person: Any, subject: Any) -> bool:
    """An administrator."""
    return bool(person.is_administrator)


ACTIONS: dict[str, list[Predicate]] = {
    "question.ask": [anyone],
    "question.claim": [anyone],
    "question.merge": [keeper],
    "merge.undo": [decider, other_moderator],
    "merge.keep": [second_person],
    "merge.object": [asker],
    "need.share": [anyone],
    "need.own": [own],
    "need.name_owner": [moderator],
    "need.promise_again": [stays, moderator],
    "problem.see": [moderator, champion],
    "problem.see_all": [moderator],
    "need.hand_over": [author],
    "handover.reply": [named],
    "invitation.own": [own],
    "answer.give": [anyone],
    "answer.accept": [asker, moderator],
    "comment.write": [anyone],
    "post.edit": [author, moderator],
    "post.remove": [author, moderator],
    "post.roll_back": [moderator],
    "post.vote": [somebody_else],
    "post.thank": [somebody_else],
    "follow.set": [anyone],
    "skill.declare": [anyone],
    "notification.mark": [anyone],
    "notification.choose": [anyone],
    "nomination.make": [anyone],
    "nomination.see": [moderator],
    "nomination.decide": [impartial],
    "candidate.see": [moderator],
    "candidate.dismiss": [moderator],
    "practice.promote": [moderator],
    "practice.validate": [peer],
    "practice.revise": [anyone],
    "practice.retire": [moderator],
    "commitment.make": [anyone],
    "commitment.see": [open_to_all, own, partner],
    "commitment.own": [own],
    "commitment.confirm": [partner],
    "experiment.back": [not_own],
    "experiment.thank": [not_own],
    "blocker.own": [own],
    "blocker.reply": [holder, one_up],
    "key.ask": [anyone],
    "pulse.reply": [own],
    "team.see": [leader],
    "pledge.make": [leader],
    "pledge.own": [own],
    "pledge.confirm": [member],
    "note.rate": [stakeholder],
    "practice.use": [anyone],
    "practice.queue": [moderator],
    "practice.adapt": [anyone],
    "practice.confirm": [stays, user, moderator],
    "post.challenge": [outsider],
    "challenge.join": [third_person],
    "challenge.reply": [stays, uninvolved_moderator],
    "challenge.withdraw": [decider],
    "search.remember": [anyone],
    "search.see_missed": [moderator],
    "search.dismiss_missed": [moderator],
    "person.edit": [oneself, administrator],
    "person.invite": [administrator],
    "person.deactivate": [administrator],
    "person.set_roles": [administrator],
    "person.move": [administrator],
    "department.edit": [administrator],
    "tag.describe": [moderator],
    "synonym.keep": [moderator],
    "organisation.edit": [administrator],
    "meaning.switch": [administrator],
    "clock.move": [administrator],
    "system.see": [administrator],
    "job.retry": [administrator],
    "mail.retry": [administrator],
    "mail.test": [administrator],
}


def allowed(person: Any, action: str, subject: Any = None) -> bool:
    """Whether `person` may do `action` to `subject`. Raises KeyError for an action that the table does not name."""
    predicates = ACTIONS[action]
    return bool(person.is_active) and any(holds(person, subject) for holds in predicates)


def require(person: Any, action: str, subject: Any = None) -> None:
    """Let it pass or raise `Forbidden`. Every verb starts with this."""
    if not allowed(person, action, subject):
        raise Forbidden()
