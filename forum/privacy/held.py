"""What the tables hold of a person: for every column that names one, whether it is exported and what erasing does.

A new column that refers to a person has to be added here; a test says which one is missing. So does the table that
hangs on such a row (`ALONG`), if what it holds is that person's.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Held:
    """How one column is treated.

    `title`: the heading in the export; empty for what is not exported, and then `because` says why. `goes`: erasing the
    person deletes the row. Otherwise the row stays with the person's id, which by then says nothing more.
    """

    title: str = ""
    because: str = ""
    goes: bool = False


@dataclass(frozen=True)
class Along:
    """A table that hangs on a row of a person: its column `by` is the id of `parent`, whose column `of` names them.

    `once`: a column that is filled in when the row may be told of; before that it belongs to whoever still decides.
    """

    title: str
    by: str
    parent: str
    of: str
    once: str = ""


OTHERS = "it belongs to somebody else, who decides about it"
NEVER_SHOWN = "it is a secret, or made of one; that it is there stands under the second factors"

HELD: dict[str, Held] = {
    "person.id": Held("Who you are"),
    "person.manager_id": Held(because="that somebody reports to you is about them"),
    "role.person_id": Held("Your roles"),
    "role.granted_by_id": Held(because=OTHERS),
    "membership.person_id": Held("Your departments"),
    "skill.person_id": Held("What you said you know about", goes=True),
    "session.person_id": Held("Where you are signed in", goes=True),
    "identity.person_id": Held("How your organisation’s sign-in knows you", goes=True),
    "directory_entry.person_id": Held("What your organisation’s directory calls you", goes=True),
    "directory_membership.person_id": Held("In which groups your organisation’s directory has you", goes=True),
    "directory_token.made_by_id": Held("Tokens that you made for a directory"),
    "code_app.person_id": Held("Your app that shows codes", goes=True),
    "passkey.person_id": Held("Your passkeys", goes=True),
    "passkey_challenge.person_id": Held(because=NEVER_SHOWN, goes=True),
    "recovery_code.person_id": Held("Your codes for an emergency, and when you used them", goes=True),
    "persona_link.persona_id": Held(because="it is sealed; what it leads to has headings of its own"),
    "invitation.person_id": Held("Links for a new password that were made for you", goes=True),
    "invitation.invited_by_id": Held(because="it holds the address of somebody else"),
    "preference.person_id": Held("How often you want to be told", goes=True),
    "follow.person_id": Held("What you follow or have muted, at which level", goes=True),
    "read_mark.person_id": Held("Up to where you have read which thread", goes=True),
    "reply_draft.person_id": Held("Answers and comments that you began", goes=True),
    "post.author_id": Held("Everything you posted"),
    "post.removed_by_id": Held(because=OTHERS),
    "held_post.colleague_id": Held(because="it was not offered yet, and belongs to whoever asks"),
    "attachment.person_id": Held("Pictures and files that you added"),
    "revision.by_id": Held("Every version that you wrote"),
    "vote.person_id": Held("Your votes"),
    "thanks.by_id": Held("Your thanks"),
    "acceptance.by_id": Held("Answers that you marked as the solution"),
    "acceptance.withdrawn_by_id": Held("Answers of which you took the mark back"),
    "claim.person_id": Held("Questions that you were on"),
    "need.person_id": Held("Your needs"),
    "need.owner_id": Held("Open problems that you stayed with"),
    "ask_session.person_id": Held("What you began to ask"),
    "answer_invitation.person_id": Held("When you were asked for help"),
    "answer_invitation.hint_person_id": Held(because="a colleague’s guess about who could help"),
    "handover.from_id": Held("Questions that you asked for somebody"),
    "handover.to_id": Held("Questions that somebody asked for you"),
    "merge.by_id": Held("Questions that you merged"),
    "merge.kept_by_id": Held("Merges that you looked at"),
    "merge.undone_by_id": Held("Merges that you undid"),
    "dismissal.by_id": Held("Candidates that you dismissed"),
    "nomination.by_id": Held("Your nominations"),
    "nomination.decided_by_id": Held("Nominations that you decided about"),
    "practice.owner_id": Held("Practices that you look after"),
    "practice.promoted_by_id": Held("Practices that you made"),
    "validation.person_id": Held("What you said as a peer"),
    "challenge.by_id": Held("What you challenged"),
    "challenge.owner_id": Held("Challenges that you owed a reply"),
    "challenge.replied_by_id": Held("Challenges that you replied to"),
    "challenge_backing.person_id": Held("Challenges that you joined"),
    "commitment.person_id": Held("Your commitments"),
    "commitment.with_id": Held("Commitments with you"),
    "bookmark.person_id": Held("What you bookmarked", goes=True),
    "feed_address.person_id": Held("That you read feeds elsewhere, and since when", goes=True),
    "blocker.person_id": Held("What stood in your way"),
    "blocker.holder_id": Held("What you were asked to open the way for"),
    "blocker.passed_to_id": Held("What was passed on to you"),
    "experiment.sponsor_id": Held("Experiments that you back"),
    "experiment_thanks.by_id": Held("Your thanks for an experiment"),
    "cause.delegate_id": Held("Causes that you speak for"),
    "cause.co_owner_id": Held("Causes that you see to with others"),
    "cause_doubt.person_id": Held("Causes that you doubted"),
    "cause_link.linked_by_id": Held("Causes that you linked"),
    "cause_link.refused_by_id": Held("Links to causes that you refused"),
    "cause_step.by_id": Held("Steps that you took with a cause"),
    "cause_telling.person_id": Held("Steps of causes that you were told of"),
    "cause_voice.person_id": Held("Causes that you have"),
    "cause_voice.quote_asked_by_id": Held(because="the quotation is of whoever said it"),
    "objective.by_id": Held("Objectives that you stated"),
    "objective_link.by_id": Held("What you said serves an objective"),
    "objective_link.removed_by_id": Held("Links to objectives that you took back"),
    "reading.by_id": Held("Readings that you entered"),
    "link_check.by_id": Held("Links that you judged"),
    "flag.by_id": Held("What you flagged"),
    "moderation_case.decided_by_id": Held("Cases that you decided"),
    "intervention.by_id": Held("What you hid or locked"),
    "intervention.confirmed_by_id": Held("What you confirmed as a second moderator"),
    "intervention.ended_by_id": Held("What you put back or opened again"),
    "canned_reason.by_id": Held("Reasons that you keep for moderators"),
    "watched_department.person_id": Held("Departments that you look after as a moderator", goes=True),
    "suggestion.by_id": Held("Edits that you suggested"),
    "suggestion.decided_by_id": Held(because="the text is of whoever suggested it"),
    "conversion.by_id": Held("Answers and comments of which you made the other"),
    "conversion.undone_by_id": Held("What of that you took back"),
    "moderation_deed.by_id": Held("Lines of the moderators’ log by you"),
    "reveal.persona_id": Held(because="whoever wrote it is told once two people agreed, on a page of its own"),
    "reveal.asked_by_id": Held("Names that you asked for"),
    "reveal.decided_by_id": Held("Names about which you decided"),
    "story.by_id": Held("Stories that you told"),
    "story.witness_id": Held("Stories that you were asked about"),
    "story.removed_by_id": Held(because=OTHERS),
    "request.owner_id": Held("Requests that you look after"),
    "request_check.person_id": Held("Whether what was agreed helped you"),
    "request_concerned.person_id": Held("Gaps that you feel"),
    "proposal.by_id": Held("What you proposed"),
    "chat_turn.author_id": Held("What you said in chats"),
    "chat_turn.struck_by_id": Held(because=OTHERS),
    "chat_coming.person_id": Held("Chats that you said you would come to", goes=True),
    "pulse_invitation.person_id": Held("When it was your turn in the pulse, and whether you replied"),
    "pledge.person_id": Held("Your pledges"),
    "pledge_confirmation.by_id": Held("Pledges that you confirmed"),
    "note_rating.person_id": Held("Whether notes of the month were useful to you"),
    "introduction.person_id": Held("Departments that you were proposed to"),
    "introduction.by_id": Held("Introductions that you made"),
    "warm_invitation.person_id": Held(because="whom was invited is shown to nobody, so that nobody feels counted"),
    "warm_invitation.by_id": Held(because="whom was invited is shown to nobody, so that nobody feels counted"),
    "quarter_note.by_id": Held("Your words on a quarter"),
    "synonym_group.added_by_id": Held("Words that you said mean the same"),
    "synonym_group.changed_by_id": Held("Words of the same meaning that you changed"),
    "recent_search.person_id": Held("Your last searches", goes=True),
    "missed_search.person_id": Held("Searches of yours that found nothing", goes=True),
    "missed_dismissal.by_id": Held("Missed searches that you dismissed"),
    "notification.person_id": Held("What you were told", goes=True),
    "notification.actor_id": Held(because="it is of whoever was told"),
    "mail.person_id": Held("Mails to you", goes=True),
    "refused_mailbox.person_id": Held("What the mail server said of your address", goes=True),
    "event.actor_id": Held("What you did, as the site remembers it"),
    "audit.actor_id": Held("Lines of the audit log by you"),
    "audit.person_id": Held("Lines of the audit log about you"),
    "erasure_request.person_id": Held("That you asked to be taken out"),
    "erasure_request.done_by_id": Held(because=OTHERS),
}

ALONG: dict[str, Along] = {
    "question": Along("Questions that you asked", "id", "post", "author_id"),
    "answer": Along("Answers that you gave", "id", "post", "author_id"),
    "comment": Along("Comments that you wrote", "id", "post", "author_id"),
    "cause": Along("Causes that you put into words", "id", "post", "author_id"),
    "request": Along("Courses that you asked for", "id", "post", "author_id"),
    "post_attachment": Along("Pictures and files in what you posted", "post_id", "post", "author_id"),
    "held_post": Along("What waits for approval", "post_id", "post", "author_id"),
    "intervention": Along("What moderators hid or locked of what you posted", "post_id", "post", "author_id"),
    "moderation_case": Along("What moderators decided about it", "post_id", "post", "author_id", once="decided_at"),
    "chat": Along("Chats that you hosted", "id", "post", "author_id"),
    "check_in": Along("What you said came of it", "need_id", "need", "person_id"),
    "promise": Along("When you were to hear", "need_id", "need", "person_id"),
    "experiment": Along("Experiments that you made", "commitment_id", "commitment", "person_id"),
}

# What is never exported of an exported row: secrets, and what is made anew from the text beside it.
LEFT_OUT = {
    *("password_hash", "token_hash", "sealed_secret", "last_step", "credential_id", "public_key", "fingerprint"),
    *("sealed_address", "secret", "challenge", "sealed", "previous", "hash", "html", "sections_html", "renderer"),
}
