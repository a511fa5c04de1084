"""Who may do what: one table, from action to the predicates of which one must hold.

A predicate asks the subject, not its class, so this table knows no feature. A person is anybody signed in and not
deactivated; whoever has left may do nothing.

Whoever writes without a name acts as a persona. A predicate that says who may do something compares ids as they are:
where nobody thought of personas, it refuses. One that says who may not looks through the person's own personas, since
nobody decides about themselves under another name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from forum.core.errors import Forbidden

Predicate = Callable[[Any, Any], bool]


def _is_any(person: Any, *ids: int | None) -> bool:
    """Whether one of these is the person, by name or without."""
    return bool(not person.selves.isdisjoint(ids))


def anyone(person: Any, subject: Any) -> bool:
    """Every employee."""
    return True


def author(person: Any, subject: Any) -> bool:
    """Whoever wrote it."""
    return bool(subject.author_id == person.id)


def somebody_else(person: Any, subject: Any) -> bool:
    """Everybody but whoever wrote it."""
    return not _is_any(person, subject.author_id)


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


def newcomer(person: Any, subject: Any) -> bool:
    """The person in question, in their first days here."""
    return bool(subject.id == person.id and subject.is_new)


def moderator(person: Any, subject: Any) -> bool:
    """A moderator."""
    return bool(person.is_moderator)


def keeper(person: Any, subject: Any) -> bool:
    """A moderator, or a champion of a department that it concerns; never whoever wrote it."""
    concerned = person.is_moderator or any(person.is_champion_of(each.id) for each in subject.departments)
    return bool(concerned and not _is_any(person, subject.author_id))


def decider(person: Any, subject: Any) -> bool:
    """Whoever did it."""
    return bool(subject.by_id == person.id)


def other_moderator(person: Any, subject: Any) -> bool:
    """A moderator who did not ask the question that it is about."""
    return bool(person.is_moderator and not _is_any(person, subject.question.author_id))


def impartial(person: Any, subject: Any) -> bool:
    """A moderator who did not write it."""
    return bool(person.is_moderator and not _is_any(person, subject.author_id))


def peer(person: Any, subject: Any) -> bool:
    """Everybody but whoever wrote it and whoever made it what it is."""
    return not _is_any(person, subject.author_id, subject.promoted_by_id)


def second_person(person: Any, subject: Any) -> bool:
    """A moderator who neither did it nor asked the question that it is about."""
    return other_moderator(person, subject) and not _is_any(person, subject.by_id)


def second_moderator(person: Any, subject: Any) -> bool:
    """A moderator who neither did it nor wrote what it was done to."""
    return impartial(person, subject) and not _is_any(person, subject.by_id)


def champion(person: Any, subject: Any) -> bool:
    """A champion of any department."""
    return bool(person.championed)


def not_own(person: Any, subject: Any) -> bool:
    """Everybody but whoever it belongs to."""
    return not _is_any(person, subject.person_id)


def partner(person: Any, subject: Any) -> bool:
    """Whoever was named to do it together."""
    return bool(subject.with_id == person.id)


def holder(person: Any, subject: Any) -> bool:
    """Whoever was asked for the key by name; nobody may reply for them."""
    return bool(subject.holder_id == person.id)


def carrier(person: Any, subject: Any) -> bool:
    """A champion of the department. The subject is the department."""
    return bool(person.is_champion_of(subject.id))


def go_between(person: Any, subject: Any) -> bool:
    """A moderator, or a champion of either of the two departments between which it is."""
    either = (subject.asking_id, subject.answering_id)
    return bool(person.is_moderator or any(person.is_champion_of(id) for id in either))


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
    return bool(person.stakes)


def open_to_all(person: Any, subject: Any) -> bool:
    """Everybody, unless it was made in private."""
    return not subject.is_private


def host(person: Any, subject: Any) -> bool:
    """Whoever hosts the chat in which it was said."""
    return bool(subject.host_id == person.id)


def stays(person: Any, subject: Any) -> bool:
    """Whoever looks after it: was named to stay with an open problem, or owes a challenge its reply."""
    return bool(subject.owner_id == person.id)


def user(person: Any, subject: Any) -> bool:
    """Whoever used it lately, and it worked."""
    return person.id in subject.used_by


def outsider(person: Any, subject: Any) -> bool:
    """Everybody but whoever looks after it, which is whoever wrote it where nobody else does."""
    return not _is_any(person, getattr(subject, "owner_id", subject.author_id))


def third_person(person: Any, subject: Any) -> bool:
    """Neither whoever did it nor whoever looks after it."""
    return not _is_any(person, subject.by_id, subject.owner_id)


def uninvolved_moderator(person: Any, subject: Any) -> bool:
    """A moderator who did not do it."""
    return moderator(person, subject) and not _is_any(person, subject.by_id)


def in_charge(person: Any, subject: Any) -> bool:
    """Whoever answers for the department: its stakeholder. The subject is the department."""
    return bool(person.is_stakeholder_of(subject.id))


def answers_for(person: Any, subject: Any) -> bool:
    """Whoever answers for the department that it belongs to."""
    return bool(person.is_stakeholder_of(subject.department_id))


def delegate(person: Any, subject: Any) -> bool:
    """Whoever was named to speak for that department in this matter."""
    return bool(subject.delegate_id == person.id)


def not_responsible(person: Any, subject: Any) -> bool:
    """Everybody but those who speak for the department that it belongs to."""
    return not answers_for(person, subject) and not delegate(person, subject)


def leads(person: Any, subject: Any) -> bool:
    """Whoever answers for a department, or has the subject, a colleague, report to them."""
    return bool(person.stakes or subject.manager_id == person.id)


def witness(person: Any, subject: Any) -> bool:
    """Whoever was named to say whether it is so; nobody may say it for them."""
    return bool(subject.witness_id == person.id)


def other_side(person: Any, subject: Any) -> bool:
    """Everybody of another department than whoever wrote it was of then."""
    return bool(subject.author_department_id != person.department_id and not _is_any(person, subject.author_id))


def administrator(person: Any, subject: Any) -> bool:
    """An administrator."""
    return bool(person.is_administrator)


def half_key(person: Any, subject: Any) -> bool:
    """A moderator or an administrator who did not write it: one of the two who are needed."""
    return bool((person.is_moderator or person.is_administrator) and not _is_any(person, subject.author_id))


def other_half(person: Any, subject: Any) -> bool:
    """Somebody else than whoever asked, of the role that is wanted; never whoever wrote it."""
    has_role = person.is_administrator if subject.wanted == "administrator" else person.is_moderator
    return bool(has_role and not _is_any(person, subject.asked_by_id, subject.author_id))


def one_of_two(person: Any, subject: Any) -> bool:
    """Whoever asked, or agreed."""
    return bool(person.id in (subject.asked_by_id, subject.decided_by_id))


def told(person: Any, subject: Any) -> bool:
    """Whoever wrote it, once it is known."""
    return bool(subject.agreed and subject.author_id == person.id)


def directory(person: Any, subject: Any) -> bool:
    """The organisation's own directory, which is no person: it says who works here, and as what."""
    return bool(getattr(person, "is_directory", False))


ACTIONS: dict[str, list[Predicate]] = {
    "persona.take": [anyone],
    "reveal.ask": [half_key],
    "reveal.see": [moderator, administrator],
    "reveal.read": [moderator, administrator, told],
    "reveal.decide": [other_half],
    "reveal.look": [one_of_two],
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
    "post.take_back": [author],
    "post.roll_back": [moderator],
    "post.vote": [somebody_else],
    "post.thank": [somebody_else],
    "post.skip_approval": [moderator],
    "post.see_withheld": [author, moderator],
    "post.flag": [somebody_else],
    "post.hide": [impartial],
    "post.lock": [impartial],
    "post.send_again": [author],
    "post.convert": [impartial],
    "intervention.confirm": [second_moderator],
    "intervention.lift": [impartial],
    "conversion.undo": [moderator],
    "question.label": [keeper],
    "case.decide": [impartial],
    "moderation.see": [moderator, champion],
    "moderation.choose_scope": [moderator],
    "moderation.read_log": [anyone],
    "canned_reason.keep": [moderator, administrator],
    "edit.suggest": [somebody_else],
    "suggestion.decide": [author, second_moderator],
    "suggestion.withdraw": [decider],
    "attachment.upload": [anyone],
    "attachment.own": [own],
    "bookmark.keep": [anyone],
    "follow.set": [anyone],
    "skill.declare": [anyone],
    "notification.mark": [anyone],
    "read_mark.set": [anyone],
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
    "chat.host": [anyone],
    "chat.come": [anyone],
    "chat.run": [author],
    "turn.take": [anyone],
    "turn.strike": [author, host, moderator],
    "turn.approve": [impartial],
    "turn.see_waiting": [author, moderator],
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
    "impact.see_load": [moderator],
    "impact.note": [moderator],
    "impact.judge_links": [moderator],
    "cause.suspect": [anyone],
    "cause.revise": [anyone],
    "cause.link": [anyone],
    "cause.signal": [moderator],
    "cause.answer": [answers_for, delegate],
    "cause.delegate": [answers_for],
    "cause.doubt": [not_responsible],
    "cause.ask_to_quote": [anyone],
    "cause.speak": [anyone],
    "colleague.invite": [carrier, moderator],
    "introduction.see": [moderator, champion],
    "introduction.make": [go_between],
    "introduction.reply": [own],
    "breadth.see": [oneself, moderator],
    "objective.state": [in_charge],
    "objective.own": [answers_for],
    "objective.link": [anyone],
    "story.tell": [anyone],
    "story.vouch": [leads],
    "story.confirm": [witness],
    "story.remove": [decider, moderator],
    "story.choose": [moderator],
    "request.make": [anyone],
    "request.diagnose": [other_side],
    "request.propose": [stays],
    "request.decide": [author],
    "request.check": [own],
    "search.remember": [anyone],
    "search.see_missed": [moderator],
    "search.dismiss_missed": [moderator],
    "factor.keep": [oneself],
    "factor.must": [moderator, administrator],
    "factor.reset": [administrator],
    "session.end": [oneself, administrator],
    "person.edit": [oneself, administrator, directory],
    "person.invite": [administrator],
    "person.deactivate": [administrator, directory],
    "person.set_roles": [administrator, directory],
    "person.move": [administrator, directory],
    "person.choose_department": [newcomer],
    "person.provision": [directory],
    "sign_in.break_glass": [administrator],
    "directory.configure": [administrator],
    "directory.make_token": [administrator],
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
    "audit.see": [administrator],
    "person.export": [oneself],
    "person.ask_erasure": [oneself],
    "person.erase": [administrator],
}


def allowed(person: Any, action: str, subject: Any = None) -> bool:
    """Whether `person` may do `action` to `subject`. Raises KeyError for an action that the table does not name."""
    predicates = ACTIONS[action]
    return bool(person.is_active) and any(holds(person, subject) for holds in predicates)


def require(person: Any, action: str, subject: Any = None) -> None:
    """Let it pass or raise `Forbidden`. Every verb starts with this."""
    if not allowed(person, action, subject):
        raise Forbidden(tells_who_wrote=_is_because_of_a_persona(person, action, subject))


class _ByName:
    """The person as everybody knows them: of the personas under which they speak nothing is known."""

    def __init__(self, person: Any) -> None:
        self._person = person
        self.selves = frozenset({person.id})

    def __getattr__(self, name: str) -> Any:
        return getattr(self._person, name)


def _is_because_of_a_persona(person: Any, action: str, subject: Any) -> bool:
    """Whether somebody else in the person's place would be let, or it belongs to a persona of theirs."""
    if getattr(person, "is_persona", False):
        return True
    if len(getattr(person, "selves", ())) < 2:
        return False
    return allowed(_ByName(person), action, subject) or person.owner_among(subject) is not person
