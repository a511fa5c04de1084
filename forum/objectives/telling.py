"""Telling what happened once, and having somebody else say that it is so. The worst are told as the best are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import func, select

from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import PostEvent, publish
from forum.core.languages import Message, gettext
from forum.core.permissions import allowed, require
from forum.objectives.evidence import weigh_stories
from forum.objectives.models import WENT, WITNESSES, Story
from forum.people.models import Person
from forum.posts.models import Post

THREE = 3  # of each kind in a quarter: the extremes say why something works, the middle does not (Brinkerhoff)
LONGEST_TITLE = 120  # characters
LONGEST = 3_000


@dataclass(frozen=True, kw_only=True)
class StoryTold(PostEvent):
    """Somebody told what happened; the witness is asked whether it is so."""

    story_id: int
    witness_id: int


@dataclass(frozen=True, kw_only=True)
class StoryReplied(PostEvent):
    """The witness said whether it is so."""

    story_id: int
    is_true: bool


@dataclass(frozen=True, kw_only=True)
class StoryRemoved(PostEvent):
    """A story was taken off the page, by its teller or a moderator."""

    story_id: int


@dataclass(frozen=True, kw_only=True)
class StoryChosen(PostEvent):
    """A moderator put a story among the three of its quarter, or took it out."""

    story_id: int
    is_out: bool = False


def tell(
    person: Person,
    page: Post,
    *,
    title: str,
    tale: str,
    outcome: str,
    went: str,
    witness: Person | None,
    witness_as: str,
) -> Story:
    """Tell what happened with a question or a practice and what came of it. Somebody else is asked whether it is so:
    whom it happened to, or a manager: their own, or whoever answers for a department.

    Raises `Invalid` with the field at fault.
    """
    require(person, "story.tell", page)
    if went not in WENT:
        raise Invalid("Say whether it went well or badly. Both are worth telling.", "went")
    made = Story(
        page_id=page.id,
        by_id=person.id,
        department_id=person.department_id,
        title=_text(title, "title", Message("Say in one line what happened."), LONGEST_TITLE),
        tale=_text(tale, "tale", Message("Tell what happened, as you would a colleague at the next desk.")),
        outcome=_text(outcome, "outcome", Message("Say what came of it: for a customer, for the work, for somebody.")),
        went=went,
        told_at=now(),
        witness_id=_witness(person, witness, witness_as).id,
        witness_as=witness_as,
        words="",
    )
    db.session.add(made)
    db.session.flush()
    publish(StoryTold(post_id=page.id, story_id=made.id, witness_id=made.witness_id), actor=person)
    return made


def reply(person: Person, story: Story, *, is_true: bool | None, words: str = "") -> None:
    """The witness says whether it is so; not so needs a word why. Can be said once."""
    require(person, "story.confirm", story)
    db.session.refresh(story, ["is_true", "removed_at"], with_for_update={"of": Story.__table__})
    if story.is_true is not None or story.removed_at is not None:
        raise Refused("This has been settled already. Reload the page to see how.")
    if is_true is None:
        raise Invalid("Say whether it is so.", "is_true")
    words = text.clean_source(words).strip()[:LONGEST]
    if not is_true and not words:
        raise Invalid("Say in a few words what was otherwise, so that it can be told right.", "words")
    story.is_true, story.words, story.replied_at = is_true, words, now()
    publish(StoryReplied(post_id=story.page_id, story_id=story.id, is_true=is_true), actor=person)
    weigh_stories(story.page_id)


def withdraw(person: Person, story: Story) -> None:
    """Take a story off the page: whoever told it, or a moderator. Twice is once."""
    require(person, "story.remove", story)
    if story.removed_at is None:
        story.removed_at, story.removed_by_id, story.chosen_at = now(), person.id, None
        publish(StoryRemoved(post_id=story.page_id, story_id=story.id), actor=person)
        weigh_stories(story.page_id)


def choose(moderator: Person, story: Story) -> None:
    """Put a confirmed story among the three of its quarter, of those that went as it did."""
    require(moderator, "story.choose", story)
    if not story.is_true or story.removed_at is not None:
        raise Refused("Only a story that somebody else confirmed can be chosen.")
    if story.chosen_at is None and _chosen_beside(story) >= THREE:
        raise Refused("Three are chosen for this quarter already. Put one of them back first.")
    story.chosen_at = story.chosen_at or now()
    publish(StoryChosen(post_id=story.page_id, story_id=story.id), actor=moderator)


def put_back(moderator: Person, story: Story) -> None:
    """Take a story out of the three of its quarter; it can still be read."""
    require(moderator, "story.choose", story)
    story.chosen_at = None
    publish(StoryChosen(post_id=story.page_id, story_id=story.id, is_out=True), actor=moderator)


def quarter_of(day: date) -> tuple[date, date]:
    """The first day of the quarter of a year in which a day lies, and that of the next one."""
    first = date(day.year, day.month - (day.month - 1) % 3, 1)
    return first, date(day.year + day.month // 10, (first.month + 2) % 12 + 1, 1)


def moments_of(day: date) -> tuple[datetime, datetime]:
    """From when until before when a story belongs to the quarter of a day."""
    begin, end = (datetime(each.year, each.month, each.day, tzinfo=UTC) for each in quarter_of(day))
    return begin, end


def _chosen_beside(story: Story) -> int:
    begin, end = moments_of(story.told_at.date())
    beside = (Story.went == story.went, Story.told_at >= begin, Story.told_at < end, Story.chosen_at.is_not(None))
    return db.session.scalar(select(func.count()).where(*beside, Story.id != story.id)) or 0


def _witness(teller: Person, witness: Person | None, witness_as: str) -> Person:
    if witness_as not in WITNESSES:
        raise Invalid("Say how they can know.", "witness_as")
    if witness is None or witness.id == teller.id or not witness.is_active:
        raise Invalid("Name a colleague who can say that it is so: somebody else than you.", "witness")
    if witness_as == "manager" and not allowed(witness, "story.vouch", teller):
        raise Invalid("They are no manager of yours or of a department. Name one, or whom it happened to.", "witness")
    return witness


def _text(typed: str, field: str, wanted: str, longest: int = LONGEST) -> str:
    clean = text.clean_line(typed, longest + 1) if field == "title" else text.clean_source(typed).strip()
    if not clean:
        raise Invalid(wanted, field)
    if len(clean) > longest:
        raise Invalid(gettext("At most %(most)s characters, please.", most=f"{longest:,}"), field)
    return clean
