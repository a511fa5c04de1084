"""What stands in the audit log: one table, from event to line. To audit something new, publish it and add it here.

`keeps` names the fields of the event that go into the line: ids, numbers, yes or no, and words of a closed list; never
what somebody typed. A field `person_id` says whom it was done to. What people do with their own is not audited, so a
line of which only the deed of another matters is marked `not_own`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from forum.administration.retrying import WorkRetried
from forum.answers.answering import AcceptanceWithdrawn, AnswerAccepted
from forum.audit.denying import DENIED
from forum.audit.writing import note
from forum.causes.linking import CauseLinked
from forum.causes.stepping import CauseMoved
from forum.chats.running import TurnApproved, TurnStruck
from forum.core.db import db
from forum.core.events import Event, EventRow
from forum.core.jobs import Listener, listener
from forum.core.languages import Message, messages
from forum.departments.hours import HoursChanged
from forum.departments.labelling import DepartmentDescribed, TagDescribed
from forum.exchange.events import PostsImported
from forum.hooks.registering import HookRegistered, HookRemoved, HookSwitched, HookTried
from forum.identity.groups import GroupChangedByDirectory
from forum.identity.meanings import DirectoryConfigured
from forum.identity.provisioning import ProvisionedByDirectory
from forum.identity.signing_in import IdentityLinked, ProvisionedByProvider
from forum.identity.tokens import TokenMade, TokenRevoked
from forum.impact.links.judging import LinkChecked
from forum.impact.noting import QuarterNoted
from forum.impact.reach.welcoming import ColleagueInvited
from forum.impact.silos.introducing import SecondPersonAsked, SecondPersonRefused
from forum.moderation.converting import ConversionUndone, PostConverted
from forum.moderation.deciding import CaseDecided
from forum.moderation.intervening import (
    InterventionConfirmed,
    InterventionLapsed,
    InterventionLifted,
    PageLocked,
    PostHidden,
)
from forum.moderation.labelling import QuestionMoved
from forum.moderation.suggesting import SuggestionDecided
from forum.needs.owning import OwnerNamed, WordGiven
from forum.needs.timers import TimersChanged
from forum.nominations.candidates import CandidateDismissed
from forum.nominations.nominating import NominationRefused
from forum.notifications.digests import MailRetried
from forum.objectives.telling import StoryChosen, StoryRemoved
from forum.people.changing import ManagerChanged, PersonLeft, PersonMoved, ProfileChanged, RolesChanged
from forum.people.embedding import EmbeddingChanged
from forum.people.factors import SecondFactorAdded, SecondFactorRemoved, SecondFactorsReset
from forum.people.joining import (
    ColleagueLetIn,
    JoinLinkRenewed,
    JoinLinkWithdrawn,
    OrganisationRenamed,
    PasswordLinkMade,
    PersonJoined,
)
from forum.people.models import Person
from forum.people.personas import UnnamedChanged
from forum.people.recovery import RecoveryCodesMade, RecoveryCodeUsed
from forum.people.requiring import FactorRequired
from forum.people.sign_in import PasswordChanged, SessionsEnded, SignedIn, SignInFailed
from forum.posts.holding import ApprovalSwitched
from forum.posts.models import Post
from forum.posts.removing import PostRemoved, PostRestored
from forum.posts.revisions import PostEdited
from forum.practices.ageing import KeeperAsked, PracticeConfirmed
from forum.practices.bringing_back import PracticeBroughtBack
from forum.practices.promoting import PracticeHandedOver, PracticePromoted, PracticeRetired
from forum.privacy.asking import ErasureAsked
from forum.privacy.erasing import PersonErased
from forum.privacy.exporting import DataTaken
from forum.questions.merging import MergeKept, MergeUndone, QuestionsMerged
from forum.revealing.revealing import RevealAgreed, RevealAsked, RevealRefused
from forum.reviewing.challenging import ChallengeSettled
from forum.search.history import MissedSearchDismissed
from forum.search.indexing import IndexFellBehind
from forum.search.keeping import SynonymsKept
from forum.search.vector_jobs import MeaningSwitched


@dataclass(frozen=True)
class Line:
    """How an event is kept: under which kind, in which words it is shown, and with which of its fields."""

    kind: str
    says: str
    keeps: tuple[str, ...] = ()
    not_own: bool = False  # Only if somebody else wrote the post.


AUDITED: dict[type[Event], Line] = {
    SignedIn: Line("sign_in.done", "signed in", ("person_id",)),
    SignInFailed: Line("sign_in.failed", "gave a wrong password or an unknown address", ("person_id",)),
    PasswordChanged: Line("sign_in.password_changed", "chose a new password", ("person_id",)),
    PasswordLinkMade: Line("sign_in.link_made", "made a link for a new password", ("person_id",)),
    PersonJoined: Line("person.joined", "came in", ("person_id",)),
    ColleagueLetIn: Line("person.invited", "invited somebody new", ("department_id",)),
    JoinLinkRenewed: Line("person.invitation_renewed", "made a new link for an invitation", ("department_id",)),
    JoinLinkWithdrawn: Line("person.invitation_withdrawn", "withdrew an invitation", ("department_id",)),
    ProfileChanged: Line("person.described", "changed a profile", ("person_id",)),
    PersonMoved: Line("person.moved", "moved somebody to another department", ("person_id", "department_id")),
    ManagerChanged: Line("person.manager_changed", "changed whom somebody reports to", ("person_id", "manager_id")),
    RolesChanged: Line("person.roles_changed", "changed somebody’s roles", ("person_id", "roles")),
    PersonLeft: Line("person.left", "let somebody leave or come back", ("person_id", "back")),
    ColleagueInvited: Line("person.welcomed", "invited a colleague to bring a first need", ("person_id",)),
    ErasureAsked: Line("person.erasure_asked", "asked to be taken out, or took it back", ("person_id", "withdrawn")),
    PersonErased: Line("person.erased", "took somebody out", ("person_id", "places")),
    DataTaken: Line("person.exported", "took away what is kept about them", ("person_id",)),
    DepartmentDescribed: Line("organisation.department", "made or described a department", ("department_id",)),
    HoursChanged: Line("organisation.hours", "changed working hours", ("department_id", "person_id")),
    TimersChanged: Line("organisation.timers", "changed a department’s timers", ("department_id",)),
    OrganisationRenamed: Line("organisation.saved", "saved the organisation’s name"),
    EmbeddingChanged: Line("organisation.embedding", "changed which sites may show cards"),
    HookRegistered: Line("organisation.hook", "registered a web hook", ("hook_id",)),
    HookSwitched: Line("organisation.hook_switched", "switched a web hook on or off", ("hook_id", "on")),
    HookTried: Line("organisation.hook_tried", "had a test sent to a web hook", ("hook_id",)),
    HookRemoved: Line("organisation.hook_removed", "removed a web hook", ("hook_id",)),
    MeaningSwitched: Line("organisation.meaning", "switched searching by meaning", ("on",)),
    MailRetried: Line("system.mail_retried", "let mails be tried again", ("person_id",)),
    WorkRetried: Line("system.work_retried", "let background work be tried again", ("job_id",)),
    IndexFellBehind: Line("system.index", "had the search index built anew"),
    PostsImported: Line("system.imported", "imported posts"),
    PostEdited: Line("post.edited", "edited what somebody else wrote", ("kind", "version"), not_own=True),
    PostRemoved: Line("post.removed", "removed what somebody else wrote", ("kind",), not_own=True),
    PostRestored: Line("post.restored", "put back what somebody else wrote", ("kind",), not_own=True),
    QuestionsMerged: Line("post.merged", "merged a question", ("into_id",)),
    MergeUndone: Line("post.merge_undone", "undid a merge", ("into_id",)),
    MergeKept: Line("post.merge_kept", "left a question merged", ("into_id",)),
    AnswerAccepted: Line("post.accepted", "accepted an answer", ("question_id", "in_askers_place")),
    AcceptanceWithdrawn: Line("post.unaccepted", "took back accepting an answer", ("question_id",)),
    OwnerNamed: Line("post.owner_named", "named who stays with an open problem", ("need_id", "owner_id")),
    WordGiven: Line("post.word_given", "told the asker how far an open problem is", ("need_id",)),
    ChallengeSettled: Line("post.challenge_settled", "decided about a challenge", ("challenge_id", "outcome")),
    TurnApproved: Line("post.turn_approved", "let stand what somebody said in a chat and waited", ("turn_id",)),
    TurnStruck: Line("post.turn_struck", "struck what somebody said in a chat", ("turn_id",)),
    CauseLinked: Line("post.cause_linked", "said that a question has a cause or not", ("linked_id", "link")),
    CauseMoved: Line("post.cause_moved", "took a step with a cause", ("step_id", "before", "after")),
    PracticePromoted: Line("practice.promoted", "made a best practice", ("source_id",)),
    PracticeHandedOver: Line("practice.handed_over", "changed who looks after a practice, or whom it concerns"),
    PracticeRetired: Line("practice.retired", "retired a practice"),
    PracticeBroughtBack: Line("practice.brought_back", "recommended a retired practice again"),
    PracticeConfirmed: Line("practice.confirmed", "confirmed a practice", ("by_use",)),
    KeeperAsked: Line("practice.keeper_asked", "asked whether a practice still holds"),
    NominationRefused: Line("practice.refused", "refused a nomination", ("nomination_id", "reason")),
    CandidateDismissed: Line("practice.candidate", "dismissed a candidate or put it back", ("is_back",)),
    StoryRemoved: Line("story.removed", "removed a story", ("story_id",)),
    StoryChosen: Line("story.chosen", "chose a story or put it back", ("story_id", "is_out")),
    TagDescribed: Line("search.tag_described", "described a topic", ("tag_id",)),
    SynonymsKept: Line("search.synonyms", "said which words mean the same", ("group_id",)),
    MissedSearchDismissed: Line("search.dismissed", "dismissed words that nothing was found for", ("is_back",)),
    QuarterNoted: Line("impact.noted", "wrote a word on a quarter", ("note_id",)),
    SecondPersonAsked: Line("impact.asked", "asked somebody to be a second person", ("introduction_id", "person_id")),
    SecondPersonRefused: Line("impact.refused", "refused a second person", ("introduction_id", "person_id")),
    SessionsEnded: Line("sign_in.ended", "ended somebody’s sessions", ("person_id",)),
    SecondFactorAdded: Line("sign_in.factor_added", "added a second factor", ("person_id", "kind")),
    SecondFactorRemoved: Line("sign_in.factor_removed", "removed a second factor", ("person_id", "kind")),
    SecondFactorsReset: Line("sign_in.factors_reset", "took off somebody’s second factors", ("person_id",)),
    RecoveryCodesMade: Line("sign_in.codes_made", "was given codes for an emergency", ("person_id",)),
    RecoveryCodeUsed: Line("sign_in.code_used", "used a code for an emergency", ("person_id", "left")),
    FactorRequired: Line("organisation.factor", "said whether a second factor is needed", ("on",)),
    IdentityLinked: Line(
        "sign_in.linked", "came in by the identity provider for the first time", ("person_id", "was_here")
    ),
    ProvisionedByProvider: Line("person.provided", "came or changed as the provider says", ("person_id",)),
    GroupChangedByDirectory: Line(
        "person.group_provisioned", "changed a group as the directory says", ("group_id", "token_id", "deed")
    ),
    ProvisionedByDirectory: Line(
        "person.provisioned",
        "kept an account as the directory says",
        ("person_id", "token_id", "deed"),
    ),
    DirectoryConfigured: Line(
        "organisation.directory",
        "said what the directory means",
        ("default_department_id", "links_by_email"),
    ),
    TokenMade: Line("organisation.token_made", "made a token for a directory", ("token_id",)),
    TokenRevoked: Line("organisation.token_revoked", "revoked a token of a directory", ("token_id",)),
    UnnamedChanged: Line("organisation.unnamed", "said who may write without a name", ("chosen",)),
    ApprovalSwitched: Line("organisation.approval", "said whose posts wait for approval", ("mode", "first_posts")),
    RevealAsked: Line("reveal.asked", "asked who wrote without a name", ("reveal_id", "wanted")),
    RevealAgreed: Line("reveal.agreed", "agreed to see who wrote without a name", ("reveal_id",)),
    RevealRefused: Line("reveal.refused", "refused to see who wrote without a name", ("reveal_id",)),
    CaseDecided: Line("post.case_decided", "decided about a post", ("case_id", "kind", "outcome", "reason")),
    PostHidden: Line("post.hidden", "hid a post", ("intervention_id", "reason")),
    PageLocked: Line("post.locked", "locked a page", ("intervention_id", "reason")),
    InterventionConfirmed: Line("post.confirmed", "confirmed what another moderator did", ("intervention_id", "act")),
    InterventionLifted: Line("post.lifted", "took back hiding or locking", ("intervention_id", "act")),
    InterventionLapsed: Line("post.lapsed", "ended hiding that nobody confirmed", ("intervention_id", "act")),
    PostConverted: Line("post.converted", "made an answer a comment, or a comment an answer", ("was_id", "kind")),
    ConversionUndone: Line("post.conversion_undone", "took that back", ("was_id", "kind")),
    QuestionMoved: Line("post.moved", "moved a question to other departments or topics"),
    SuggestionDecided: Line("post.suggestion_decided", "decided about a suggested edit", ("suggestion_id", "outcome")),
    LinkChecked: Line("impact.link_checked", "judged a link", ("check_id",)),
}

# Every kind there is, with its words; the first part of a kind is its group.
KINDS = messages(
    {line.kind: line.says for line in AUDITED.values()} | {DENIED: Message("was refused what is not theirs")}
)
GROUPS = messages(
    {
        "sign_in": "Signing in",
        "access": "Refused access",
        "reveal": "Who wrote without a name",
        "person": "People",
        "organisation": "Organisation",
        "system": "System",
        "post": "Questions and answers",
        "practice": "Practices",
        "story": "Stories",
        "search": "Search and topics",
        "impact": "Impact",
    }
)


@listener(at_once=True)
def audit(happened: Event) -> None:
    """Write the line of an event, in the transaction of the deed.

    A persona does nothing but with its own, such as accepting an answer. The minute, between the lines of who came in
    before and after, would help to tell who it is.
    """
    line = AUDITED[type(happened)]
    row = db.session.get_one(EventRow, happened.event_id)
    if row.actor_id is not None and db.session.get_one(Person, row.actor_id).is_persona:
        return
    if line.not_own and db.session.get_one(Post, row.post_id).author_id == row.actor_id:
        return
    kept: dict[str, Any] = {name: getattr(happened, name) for name in line.keeps}
    note(
        line.kind,
        at=row.at,
        actor_id=row.actor_id,
        person_id=kept.pop("person_id", None),
        post_id=row.post_id,
        data=kept,
    )


def with_audit(table: dict[type[Event], list[Listener]]) -> dict[type[Event], list[Listener]]:
    """The table of who listens to what, with the audit log first wherever it listens."""
    return table | {kind: [audit, *table.get(kind, [])] for kind in AUDITED}
