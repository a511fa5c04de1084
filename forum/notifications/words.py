"""What a note says, made when it is shown or mailed: who did what, and why this person hears of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from forum.core.templating import day, plural
from forum.moderation.models import REASONS as FLAG_REASONS
from forum.nominations.models import REFUSALS
from forum.posts.locking import LOCKS

# Reasons complete "You get this because ...".
REASONS = {
    "mentioned": "you were mentioned",
    "asked": "you asked this",
    "shares": "you have the same need",
    "wrote": "you wrote what this is about",
    "replied": "you wrote the comment that this replies to",
    "nominated": "you nominated this",
    "tried": "you tried this",
    "peer": "you know such things, or work elsewhere than whoever wrote it",
    "keeps": "you look after this practice",
    "inspired": "you wrote what it was made of",
    "keeps_original": "you look after the practice it was made of",
    "challenged": "you said that it no longer works",
    "agrees": "you said that it does not work for you, either",
    "invited": "you were asked by name",
    "needs": "it is your need",
    "stays": "you were named to stay with it",
    "merged": "you merged it",
    "decides": "you are a moderator, and somebody else than whoever merged it decides",
    "moderates": "you are a moderator",
    "second_moderator": "you are a moderator, and somebody else than whoever did it decides whether it stays",
    "moderated": "you did this as a moderator",
    "flagged": "you flagged this",
    "suggested": "you suggested it",
    "offered": "a colleague asked it for you",
    "typed": "you wrote it down for them",
    "committed": "you said that you would do it",
    "bookmarked": "you bookmarked it and wanted to be reminded",
    "with": "you were named to do it together",
    "backs": "you back this experiment",
    "second": "you know such things, and so far one colleague alone is asked",
    "colleague": "you have not brought anything here yet, and this comes once a quarter at most",
    "witness": "you were named as somebody who can say whether it is so",
    "told": "you told this story",
    "requested": "you asked for it",
    "other_side": "you look after this request from the other side",
    "comes": "you said that you will come",
    "hosts": "you host it",
    "took_part": "you took part",
    "spoke": "you said it",
    "concerned": "it concerns you, or you asked about the same",
    "champions": "you are the champion of a department whose colleague asks for it",
    "holds": "you were asked for the key by name",
    "linked": "you asked about it, or need the same",
    "suspected": "you put it into words",
    "answers_for": "you answer for a department",
    "one_up": "nobody has replied in time, and it goes one level up",
    "co_owns": "you own it together with the department that can remove it",
    "follows_cause": "you follow this cause",
    "needs_key": "you asked for it",
    "revealed": "you wrote it without your name",
    "half": "two people have to agree, and you have the other role",
    "seeks_name": "you asked who wrote it",
    "turn": "it is your turn this quarter",
    "pledged": "you pledged it to your team",
    "team": "it was pledged to your team",
    "follows_question": "you follow this question",
    "follows_person": "you follow whoever asked it",
    "follows_tag": "you follow one of its topics",
    "follows_department": "you follow a department that it concerns",
}
POSTS = {
    "question": "a question",
    "answer": "an answer",
    "comment": "a comment",
    "practice": "a practice",
    "cause": "a cause",
    "chat": "a chat",
}
# What is asked, by its event, or by its kind where one event tells several people different things: the subject of its
# mail, and the button. For all the rest the words lead to the place.
SUBJECTS = {
    "CheckInAsked": "Did it work?",
    "PersonInvited": "Can you help?",
    "AcceptancePrompted": "Did an answer help?",
    "NeedOffered": "Is it yours?",
    "WordDue": "A word is due today:",
    "CommitmentDue": "How did it go?",
    "KeyAsked": "Can you open the way?",
    "KeyPassedUp": "Somebody waits for a reply",
    "ColleagueInvited": "Is something in your way?",
    "PulseAsked": "A few short questions: twenty seconds",
    "PledgeDue": "Did you find the time?",
    "PledgeReported": "Was it so?",
    "PeerInvited": "Would it work for you?",
    "StoppedAsked": "Has it stopped?",
    "QuoteAsked": "May we quote you?",
    "cause_asked": "What do you say?",
    "SecondPersonAsked": "Would you be the second one?",
    "StoryTold": "Is it so?",
    "RequestReceived": "What is needed?",
    "RequestProposed": "Is that fine?",
    "RequestCheckAsked": "Did it help?",
    "ChatBegins": "It begins in a quarter of an hour:",
    "ChatClosed": "What are you doing about it?",
    "ChatSummaryDue": "Your summary is due",
    "ChatFollowedUp": "How did it go?",
    "moderation": "A moderator is needed",
    "EditSuggested": "A better text?",
    "problem": "Who stays with it?",
    "nomination": "A best practice?",
    "challenge": "Does it still work?",
    "review": "Does it still hold?",
}
ACTS = {
    "CheckInAsked": "Say whether it worked",
    "PersonInvited": "Look at the question",
    "AcceptancePrompted": "Look at the answers",
    "NeedOffered": "Say whether it is yours",
    "WordDue": "Say what has happened so far",
    "CommitmentDue": "Say how it went",
    "KeyAsked": "Say whether the way is open",
    "KeyPassedUp": "Look at it",
    "ColleagueInvited": "Ask",
    "PulseAsked": "Answer them",
    "PledgeDue": "Say how it went",
    "PledgeReported": "Say whether it was",
    "MonthlyNoteSent": "Read it, and say whether it was useful",
    "PeerInvited": "Read it and say so",
    "StoppedAsked": "Say whether it has stopped",
    "QuoteAsked": "Look at the words",
    "cause_asked": "Look at the evidence",
    "SecondPersonAsked": "Say yes or no",
    "StoryTold": "Say whether it is so",
    "RevealAsked": "Read the reason, and decide",
    "RequestReceived": "Look at it together",
    "RequestWaits": "Look at it together",
    "RequestProposed": "Reply",
    "RequestCheckAsked": "Say whether it helped",
    "ChatBegins": "Come in",
    "ChatClosed": "Say what you will do",
    "ChatSummaryDue": "Write it",
    "ChatFollowedUp": "Say how it went",
    "problem": "Name who stays with it",
    "nomination": "Decide",
    "challenge": "Reply",
    "review": "Say whether it still holds",
    "upkeep": "Look at it",
    "moderation": "Look at it",
    "EditSuggested": "Look at it",
}


def sentence(note: Any) -> str:
    """What happened, in one sentence. `note` is a row of listing.py."""
    if note.kind == "mention":
        return f"{note.actor} mentioned you in {POSTS[note.post_kind]}"
    return SENTENCES[note.event](note, note.facts)


def _word(facts: Mapping[str, Any]) -> str:
    """The public word of what a moderator did: why it is hidden, or its page locked."""
    if facts.get("act") == "locked":
        return LOCKS[facts["reason"]]
    return FLAG_REASONS[facts["reason"]].lower()


def _intervened(note: Any, facts: Mapping[str, Any]) -> str:
    what, word = ("hid a post" if facts["act"] == "hidden" else "locked a page"), _word(facts)
    if note.reason == "second_moderator":
        return f"{note.actor} {what}: {word}. Without a second moderator it comes back by itself. Do you agree?"
    yours = "hid what you wrote" if facts["act"] == "hidden" else "locked the page of what you wrote"
    return f"{note.actor} {yours}: {word}. A second moderator looks at it"


def _agreed(note: Any, facts: Mapping[str, Any]) -> str:
    whose = "what you wrote" if note.reason == "wrote" else "what you did"
    if facts["act"] == "locked":
        whose = "the page" if note.reason == "wrote" else whose
    stays = "it stays hidden" if facts["act"] == "hidden" else "it stays locked"
    return f"{note.actor} looked at {whose} as a second moderator: {stays}"


def _lifted(note: Any, facts: Mapping[str, Any]) -> str:
    what = "put back what was hidden" if facts["act"] == "hidden" else "opened the page again that was locked"
    return f"{note.actor} {what}"


def _lapsed(note: Any, facts: Mapping[str, Any]) -> str:
    what = "What was hidden is back" if facts["act"] == "hidden" else "The page that was locked is open again"
    return f"{what}: no second moderator agreed in time"


def _decided_case(note: Any, facts: Mapping[str, Any]) -> str:
    if facts["kind"] == "held" and facts["outcome"] == "approved":
        return f"{note.actor} approved what you wrote. It is out now"
    if facts["kind"] == "held":
        return f"{note.actor} sent back what you wrote: {_word(facts)}. You can change it and send it again"
    if facts["outcome"] == "hidden":
        return f"{note.actor} hid what you flagged. Thank you for looking after this place"
    return f"{note.actor} looked at what you flagged and leaves it as it is. Thank you for saying so"


def _converted(note: Any, facts: Mapping[str, Any]) -> str:
    made = {"comment": "a comment of your answer", "answer": "an answer of your comment"}
    return f"{note.actor} made {made[facts['kind']]}. The text is as it was"


def _suggestion_decided(note: Any, facts: Mapping[str, Any]) -> str:
    if facts["outcome"] == "accepted":
        return f"{note.actor} put in what you suggested. Thank you for it"
    return f"{note.actor} leaves the text as it is, and says why"


def _answered(note: Any, facts: Mapping[str, Any]) -> str:
    return f"{note.actor} answered{' your question' if note.reason == 'asked' else ''}"


def _accepted(note: Any, facts: Mapping[str, Any]) -> str:
    if note.reason == "asked":
        return f"{note.actor} marked an answer as the one that helped, in your place"
    return f"{note.actor} marked your answer as the one that helped"


def _commented(note: Any, facts: Mapping[str, Any]) -> str:
    told = {"replied": "replied to you", "wrote": "commented on what you wrote"}
    return f"{note.actor} {told.get(note.reason, 'commented')}"


def _promoted(note: Any, facts: Mapping[str, Any]) -> str:
    told = {
        "wrote": "made a best practice of what you wrote",
        "keeps": "made a best practice that you look after",
        "asked": "made a best practice of an answer to your question",
        "nominated": "made a best practice of the answer that you nominated",
        "shares": "made a best practice of an answer to what you need too",
        "tried": "made a best practice of an answer that you tried",
    }
    return f"{note.actor} {told.get(note.reason, 'made this a best practice')}"


def _labelled(note: Any, facts: Mapping[str, Any]) -> str:
    counts = f"it worked for {facts['worked']} of {facts['tried']}"
    return f"This practice is Proven now: {counts}" if facts["after"] == "proven" else f"No longer Proven: {counts}"


def _contested(note: Any, facts: Mapping[str, Any]) -> str:
    where, counts = facts["department"], f"it worked there for {facts['worked']} of {facts['tried']}"
    return f"Does not work in {where}: {counts}. Find out what is different there"


def _nominated(note: Any, facts: Mapping[str, Any]) -> str:
    return (
        f"{note.actor} {'proposes' if note.actor_id is None else 'nominated'} {note.author}'s answer as a best practice"
    )


def _not_promoted(note: Any, facts: Mapping[str, Any]) -> str:
    why = REFUSALS[facts["reason"]]
    return f"{note.actor} did not make a best practice of the answer that you nominated. {why}"


def _invited(note: Any, facts: Mapping[str, Any]) -> str:
    return f"Can you help? {note.invited_because}" if note.invited_because else "Can you help?"


def _checked_in(note: Any, facts: Mapping[str, Any]) -> str:
    whose = f"the answer of {note.author}" if note.post_kind == "answer" else "this practice"
    return f"{'One more time: did' if facts['reminder'] else 'Did'} {whose} work for you?"


def _outcome(note: Any, facts: Mapping[str, Any]) -> str:
    told = {
        "resolved": "tried your answer and it worked. Thank you for it",
        "partly": "tried your answer and it helped in part",
        "not": "tried your answer. This time it did not work, and now we know; more colleagues are asked",
    }
    return f"{note.actor} {told[facts['outcome']]}"


def _escalated(note: Any, facts: Mapping[str, Any]) -> str:
    if note.kind == "problem":
        how_long = "a working day" if note.impact == "blocked" else "two working days"
        return f"Nobody has answered for {how_long}. Who stays with it?"
    if note.kind == "unanswered":
        asked = plural(facts["asked"], "more person was", "more people were")
        return f"Nobody has answered yet, and {asked if facts['asked'] else 'nobody else could be'} asked"
    if facts["step"] == "owner":
        return "Nobody has answered yet, so somebody will be named who stays with it until it is solved"
    return f"Nobody has answered yet, so {plural(facts['asked'], 'more person was', 'more people were')} asked"


def _owned(note: Any, facts: Mapping[str, Any]) -> str:
    who = "You stay" if note.reason == "stays" else f"{note.owner or 'A colleague'} stays"
    until = day(date.fromisoformat(facts["next_on"]))
    whom = f"{note.needy} hears" if note.reason == "stays" else "you hear"
    return f"{who} with this problem, and {whom} again on {until}"


def _merged(note: Any, facts: Mapping[str, Any]) -> str:
    yours = "your question" if note.reason == "asked" else "a question that you need too"
    found = plural(facts["answers"], "answer") if facts["answers"] else "no answer yet"
    return f"{note.actor} merged {yours} into this one, which asks the same and has {found}"


def _objected(note: Any, facts: Mapping[str, Any]) -> str:
    asks = "somebody else decides whether it stays merged" if note.reason == "merged" else "should it stay merged?"
    return f"{note.actor} says that it was another question: {asks}"


def _taken_apart(note: Any, facts: Mapping[str, Any]) -> str:
    return f"{note.actor} made {'your question' if note.reason == 'asked' else 'it'} a question of its own again"


def _kept(note: Any, facts: Mapping[str, Any]) -> str:
    return f"{note.actor} compared the two questions and leaves them merged"


def _word_given(note: Any, facts: Mapping[str, Any]) -> str:
    whom = f"{note.needy} hears" if note.reason == "stays" else "you hear"
    until = day(date.fromisoformat(facts["next_on"]))
    return f"{note.actor} said what has happened so far, and {whom} again on {until}"


def _word_due(note: Any, facts: Mapping[str, Any]) -> str:
    next_on = date.fromisoformat(facts["next_on"])
    when = f"today, {day(next_on)}" if note.created_at.date() == next_on else f"by {day(next_on)}"
    return f"You said that {note.needy} hears from you {when}"


def _word_missed(note: Any, facts: Mapping[str, Any]) -> str:
    whom = "you" if note.reason == "stays" else note.owner or "a colleague"
    until = day(date.fromisoformat(facts["next_on"]))
    return f"{note.needy} was to hear from {whom} by {until}, and nothing has come. Who stays with it?"


def _prompted(note: Any, facts: Mapping[str, Any]) -> str:
    once_more = "One more time: did" if facts["last"] else "Did"
    return f"{once_more} an answer help? Mark it, and the next person finds it"


def _committed(note: Any, facts: Mapping[str, Any]) -> str:
    return f"{note.actor} will do something about it and named you to do it together"


def _commitment_due(note: Any, facts: Mapping[str, Any]) -> str:
    return f"{'One more time: you' if facts['reminder'] else 'You'} said what you would do about it. How did it go?"


def _reported(note: Any, facts: Mapping[str, Any]) -> str:
    told = {"kept": "did what you wanted to do together", "partly": "did a part of what you wanted to do together"}
    let_go = f"{note.actor} let go what you wanted to do together, and says why"
    became = told.get(facts["state"])
    return f"{note.actor} {became}. Can you confirm it?" if became else let_go


def _experiment_told(note: Any, facts: Mapping[str, Any]) -> str:
    told = {"worked": "it went as expected", "mixed": "it went as expected in part", "stopped": "it was stopped"}
    return f"{note.actor} says what came of the experiment: {told.get(facts['result'], 'it went otherwise')}"


def _key_asked(note: Any, facts: Mapping[str, Any]) -> str:
    until = day(date.fromisoformat(facts["wanted_by"]))
    once_more = "One more time: something" if facts["reminder"] else "Something"
    who = note.key_asker or "a colleague"
    return f"{once_more} stands in the way of {who}, and you have the key. Can you open the way by {until}?"


def _key_replied(note: Any, facts: Mapping[str, Any]) -> str:
    if facts["reply"] == "opened":
        return f"{note.actor} has opened the way for what you want to do"
    return f"{note.actor} says that the way cannot be opened, and why"


def _key_passed_up(note: Any, facts: Mapping[str, Any]) -> str:
    return f"{note.key_asker} needs something, and {note.key_holder} has not replied for three days. Can you help?"


def _pulse_asked(note: Any, facts: Mapping[str, Any]) -> str:
    once_more = "The last time this quarter: how" if facts["reminder"] else "How"
    return f"{once_more} is it to ask and to learn here? What you say is added up without your name"


def _welcome(note: Any, facts: Mapping[str, Any]) -> str:
    norm = f"{facts['solved']} of {facts['colleagues']} of your colleagues in {facts['department']}"
    why = f"{norm} had a need solved here. " if facts["colleagues"] else ""
    return f"{note.actor} invites you. {why}What is in your way just now? Ask, and somebody who knows is found"


def _pledge_due(note: Any, facts: Mapping[str, Any]) -> str:
    return "The time is over for which you pledged something to your team. Could you keep it?"


def _pledge_reported(note: Any, facts: Mapping[str, Any]) -> str:
    told = {"kept": "kept what was pledged to your team", "partly": "kept a part of what was pledged to your team"}
    if facts["state"] in told:
        return f"{note.actor} says: I {told[facts['state']]}. Was it so?"
    return f"{note.actor} could not keep what was pledged to your team, and says why"


def _monthly(note: Any, facts: Mapping[str, Any]) -> str:
    return f"What came of it in {month_in_words(facts['month'])}, on one page"


def month_in_words(month: str) -> str:
    """2026-10 as October 2026."""
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"


def _challenged(note: Any, facts: Mapping[str, Any]) -> str:
    what = {"answer": "your answer" if note.reason == "wrote" else "an answer", "practice": "this practice"}
    by = f". A reply is due by {day(date.fromisoformat(facts['due_on']))}" if note.kind == "challenge" else ""
    return f"{note.actor} says that {what[note.post_kind]} no longer works{by}"


def _passed_on(note: Any, facts: Mapping[str, Any]) -> str:
    until = day(date.fromisoformat(facts["due_on"]))
    return f"It is said that this practice no longer works. You look after it now, and a reply is due by {until}"


def _overdue(note: Any, facts: Mapping[str, Any]) -> str:
    what = "This practice" if note.post_kind == "practice" else "An accepted answer"
    if note.kind == "upkeep":
        return f"{what} was challenged, and nobody has replied in time. Does it still work?"
    return f"{what} was challenged, and the reply is overdue. The moderators have been told, and may decide"


def _settled(note: Any, facts: Mapping[str, Any]) -> str:
    what = "this practice" if note.post_kind == "practice" else "the answer"
    yours = note.reason in ("challenged", "agrees")
    told = {
        "changed": f"changed {what} after {'your' if yours else 'the'} challenge",
        "right": f"looked at {what} after {'your' if yours else 'the'} challenge: it still works",
        "upheld": f"agrees that {what} no longer works. Its page says so until it is mended",
        "retired": f"retired {what} after {'your' if yours else 'the'} challenge",
        "withdrawn": f"took back that {what} no longer works",
    }
    return f"{note.actor} {told[facts['outcome']]}"


def _due(note: Any, facts: Mapping[str, Any]) -> str:
    return "The date has come to look at this practice again. Does it still hold?"


def _stale(note: Any, facts: Mapping[str, Any]) -> str:
    because = {
        "overdue": "Nobody has looked at this practice for four weeks since its date",
        "outcomes": "This practice failed for two of the last five who tried it",
        "challenge": "This practice was challenged, and rightly",
    }
    return f"{because[facts['because']]}: it counts as out of date until somebody mends it"


def _confirmed(note: Any, facts: Mapping[str, Any]) -> str:
    if facts["by_use"]:
        return "This practice worked for two colleagues since its date: that counts as a review"
    return f"{note.actor} says that this practice still holds"


def _adapted(note: Any, facts: Mapping[str, Any]) -> str:
    told = {
        "inspired": "adapted your practice for their own department. Thank you for it",
        "keeps_original": "adapted a practice that you look after for their own department",
    }
    return f"{note.actor} {told.get(note.reason, 'adapted a practice for their own department')}"


def _cause_told(note: Any, facts: Mapping[str, Any]) -> str:
    told = {
        "signalled": "What you need has a cause that others have met too. The department that can remove it knows now",
        "acknowledged": f"{note.actor} has seen what lies behind it, and says by when you hear more",
        "planned": f"{note.actor} says what will be done about it, and by when",
        "declined": f"{note.actor} says that it stays, why, and what to do instead",
        "challenged": "Three colleagues do not accept that it stays: it is thought over once more",
        "fixed": f"{note.actor} says that it is fixed. Later you are asked whether it has stopped for you",
        "verified": "It has stopped: it happens less than half as often as before. Thank you for having asked",
        "recurred": "It happens again, so the fix does not hold. A new plan is owed",
    }
    return told[facts["kind"]]


def _cause_owed(note: Any, facts: Mapping[str, Any]) -> str:
    told = {
        "signalled": "Several colleagues need something because of this, and your department can remove it",
        "challenged": "Three colleagues do not accept that this stays. Is there another way?",
        "recurred": "This happens again, so the fix does not hold. What do you plan?",
        "verified": "This has stopped. Thank you for removing it",
    }
    return told[facts["kind"]]


def _cause_late(note: Any, facts: Mapping[str, Any]) -> str:
    owed = {
        "signalled": "Nobody has said in time that this cause has been seen",
        "acknowledged": "This cause has been seen, and neither a plan nor a reason came in time",
        "planned": "What was planned about this cause is overdue",
    }
    return f"{owed[facts['state']]}{'. Can you see to it?' if note.reason == 'one_up' else ''}"


def _quote_asked(note: Any, facts: Mapping[str, Any]) -> str:
    return f"{note.actor} would like to quote you in the evidence of this cause. May we?"


def _story_replied(note: Any, facts: Mapping[str, Any]) -> str:
    if note.reason != "told":
        return f"A story is told of this, and {note.actor} confirms it"
    return f"{note.actor} confirms your story" if facts["is_true"] else f"{note.actor} says that it was otherwise"


def _request_agreed(note: Any, facts: Mapping[str, Any]) -> str:
    told = {
        "accepted": "accepts what you proposed",
        "amended": "accepts what you proposed, with a change",
        "insisted": "still needs the course, and says why",
    }
    return f"{note.actor} {told[facts['reply']]}"


def _request_check(note: Any, facts: Mapping[str, Any]) -> str:
    return f"{'One more time: did' if facts['reminder'] else 'Did'} what was agreed help? One tap is enough"


SENTENCES: dict[str, Callable[[Any, Mapping[str, Any]], str]] = {
    "QuestionAsked": lambda note, facts: f"{note.actor} asked",
    "AnswerGiven": _answered,
    "AnswerAccepted": _accepted,
    "CommentWritten": _commented,
    "PracticePromoted": _promoted,
    "AnswerNominated": _nominated,
    "NominationRefused": _not_promoted,
    "PeerInvited": lambda note, facts: "This is new. Would it work for you, or is it correct and safe?",
    "PracticeHandedOver": lambda note, facts: f"{note.actor} asks you to look after this practice",
    "PracticeRetired": lambda note, facts: f"{note.actor} retired this practice: it is no longer recommended",
    "PracticeBroughtBack": lambda note, facts: (
        f"{note.actor} recommends this practice again{': “' + facts['because'] + '”' if facts['because'] else ''}"
    ),
    "PracticeContested": _contested,
    "PracticeLabelled": _labelled,
    "PracticeAdapted": _adapted,
    "PracticeDue": _due,
    "PracticeStale": _stale,
    "PracticeConfirmed": _confirmed,
    "KeeperAsked": lambda note, facts: f"{note.actor} asks you whether this practice still holds",
    "PostChallenged": _challenged,
    "ChallengeJoined": lambda note, facts: f"{note.actor} sees the same: it no longer works",
    "ChallengePassedOn": _passed_on,
    "ChallengeOverdue": _overdue,
    "ChallengeSettled": _settled,
    "PostThanked": lambda note, facts: f"{note.actor} says thank you",
    "PersonInvited": _invited,
    "CheckInAsked": _checked_in,
    "OutcomeGiven": _outcome,
    "Escalated": _escalated,
    "OwnerNamed": _owned,
    "WordGiven": _word_given,
    "WordDue": _word_due,
    "WordMissed": _word_missed,
    "AcceptancePrompted": _prompted,
    "QuestionsMerged": _merged,
    "MergeObjected": _objected,
    "MergeUndone": _taken_apart,
    "MergeKept": _kept,
    "CommitmentMade": _committed,
    "CommitmentDue": _commitment_due,
    "BookmarkDue": lambda note, facts: "You wanted to be reminded of this today",
    "CommitmentReported": _reported,
    "CommitmentConfirmed": lambda note, facts: f"{note.actor} confirms that you did it",
    "ExperimentBegun": lambda note, facts: f"{note.actor} tries something new about it",
    "ExperimentTold": _experiment_told,
    "ExperimentBacked": lambda note, facts: f"{note.actor} stands behind your experiment",
    "ExperimentThanked": lambda note, facts: (
        f"{note.actor} thanks you for trying{': “' + facts['line'] + '”' if facts['line'] else ''}"
    ),
    "CauseLinked": lambda note, facts: f"{note.actor} says that this lies behind what you asked",
    "CauseMoved": _cause_owed,
    "CauseTold": _cause_told,
    "CauseOverdue": _cause_late,
    "CauseDoubted": lambda note, facts: f"{note.actor} does not accept that this stays",
    "DelegateNamed": lambda note, facts: f"{note.actor} asks you to speak for the department about this cause",
    "QuoteAsked": _quote_asked,
    "StoppedAsked": lambda note, facts: "This was said to be fixed four weeks ago. Has it stopped for you?",
    "RetirementProposed": lambda note, facts: "What this practice works around has stopped. Is it still needed?",
    "KeyAsked": _key_asked,
    "KeyReplied": _key_replied,
    "SecondPersonAsked": lambda note, facts: (
        f"{note.actor} asks you to be the second one whom {facts['asking']} can turn to with questions like this"
    ),
    "StoryTold": lambda note, facts: f"{note.actor} tells what happened and names you as somebody who knows. Is it so?",
    "StoryReplied": _story_replied,
    "RequestReceived": lambda note, facts: f"{note.actor} asks for a course. What is needed?",
    "RevealAsked": lambda note, facts: f"{note.actor} asks who wrote this without a name, and needs a second person",
    "RevealAgreed": lambda note, facts: (
        f"{note.actor} agreed: you see who it is for 24 hours"
        if note.reason == "seeks_name"
        else "Two people, a moderator and an administrator, now know that you wrote this. Their reason is on its page"
    ),
    "RevealRefused": lambda note, facts: f"{note.actor} refused, and nobody is told who wrote it",
    "RequestWaits": lambda note, facts: "A request for a course has waited for a working week. Who looks at it?",
    "RequestDiagnosed": lambda note, facts: f"{note.actor} looked at what you asked for, and says what they found",
    "RequestProposed": lambda note, facts: f"{note.actor} proposes what to do. You decide",
    "RequestAgreed": _request_agreed,
    "RequestCheckAsked": _request_check,
    "ChatPlanned": lambda note, facts: f"{note.actor} hosts a chat, and you may come",
    "ChatCalledOff": lambda note, facts: f"{note.actor} called this chat off",
    "ChatBegins": lambda note, facts: "This chat begins in a quarter of an hour",
    "ChatClosed": lambda note, facts: "The chat is over. What are you doing about it?",
    "ChatSummaryDue": lambda note, facts: "Two days have passed since your chat. Its summary is due",
    "ChatSummarised": lambda note, facts: f"{note.actor} wrote what came of the chat",
    "ChatFollowedUp": lambda note, facts: "Four weeks ago you said here what you will do. How did it go?",
    "TurnHeld": lambda note, facts: f"What {note.actor} said in a chat waits for approval",
    "TurnStruck": lambda note, facts: f"{note.actor} struck what you said, and says why",
    "RequestChecked": lambda note, facts: "Everybody has said whether what was agreed helped",
    "KeyPassedUp": _key_passed_up,
    "ColleagueInvited": _welcome,
    "PulseAsked": _pulse_asked,
    "PledgeDue": _pledge_due,
    "PledgeReported": _pledge_reported,
    "PledgeConfirmed": lambda note, facts: f"{note.actor} confirms that you kept what you pledged",
    "MonthlyNoteSent": _monthly,
    "PostFlagged": lambda note, facts: f"A post was flagged: {_word(facts)}",
    "PostHeld": lambda note, facts: f"{note.actor} wrote something that waits for approval",
    "PostSentAgain": lambda note, facts: f"{note.actor} changed a post and asks for another look",
    "ApprovedChanged": lambda note, facts: f"{note.actor} changed what was approved. Is it still right?",
    "PostHidden": _intervened,
    "PageLocked": _intervened,
    "InterventionConfirmed": _agreed,
    "InterventionLifted": _lifted,
    "InterventionLapsed": _lapsed,
    "CaseDecided": _decided_case,
    "PostConverted": _converted,
    "ConversionUndone": lambda note, facts: f"{note.actor} made what you wrote what it was before",
    "QuestionMoved": lambda note, facts: f"{note.actor} gave your question other departments or topics",
    "EditSuggested": lambda note, facts: f"{note.actor} suggests a better text for what you wrote",
    "SuggestionDecided": _suggestion_decided,
    "NeedOffered": lambda note, facts: f"{note.actor} asked this for you. Is it yours?",
    "NeedHandedOver": lambda note, facts: f"{note.actor} says that it is theirs. You go on following it",
    "OfferDeclined": lambda note, facts: f"{note.actor} says that it is not theirs, so it stays with you",
}
