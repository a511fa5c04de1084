"""Promoting what somebody wrote to a best practice, revising it, and retiring it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select

from forum.answers.models import Answer
from forum.core import text
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid, Refused
from forum.core.events import PostEvent, publish
from forum.core.languages import Message, messages
from forum.core.permissions import require
from forum.departments.labelling import chosen_departments, slug_of, typed_tags
from forum.people.models import Person
from forum.posts import revisions
from forum.posts.models import Post
from forum.posts.writing import Written, write
from forum.practices.models import FORMS, REVIEW_PACES, SECTIONS, Practice
from forum.questions.models import Question

SHORTEST_TITLE, LONGEST_TITLE = 5, 120  # characters
# What a practice cannot do without, as it is asked for.
WANTED = messages(
    {
        "problem": "Say what the problem was, in the words of whoever had it.",
        "body": "Say what to do, step by step.",
        "why_it_works": "Say why it works, so that others can tell whether it will for them.",
        "when_not": "Say when not to do it, or that there is no such case.",
        "what_it_takes": "Say what it takes: the minutes, the money or the permission, or in a sentence.",
    }
)
LONGEST_FACT = 200  # characters
NEW_FOR = timedelta(days=1)  # since an answer was written: within it hardly anybody can have tried it
# A question whose answer is a deed, in one sentence; and the words of whoever asked, as others say them.
ASKS_HOW = re.compile(r"how (?:do|can|should|could|would) (?:i|you|we|one) (?P<deed>[^?.!:;]+)\?", re.IGNORECASE)
MINE = re.compile(r"\b(?:my|our|I|we|me|us)\b")
YOURS = {"my": "your", "our": "your", "i": "you", "we": "you", "me": "you", "us": "you"}
MOST_MINUTES = 10_000  # four weeks of work; what takes longer is a project


@dataclass(frozen=True, kw_only=True)
class PracticePromoted(PostEvent):
    """Something a colleague wrote became a best practice."""

    source_id: int
    question_id: int


@dataclass(frozen=True, kw_only=True)
class PracticeHandedOver(PostEvent):
    """Who looks after a practice, or whom it concerns, changed."""


@dataclass(frozen=True, kw_only=True)
class PracticeRetired(PostEvent):
    """A practice is no longer recommended; it stays readable with the reason."""


class PromotedBefore(Refused):
    """The same post carries one practice at most."""

    message = "This has been promoted already. Revise that practice instead, or put it back if it was removed."


class NothingToPromote(Refused):
    """Only what answers a question becomes a practice: a question's own text says what is needed, not what to do."""

    message = "Only an answer or a comment on a question's page can become a practice. Open the menu of what helped."


@dataclass(frozen=True)
class Texts:
    """The written parts of a practice: its title and each section, cleaned and rendered."""

    title: str
    sections: Mapping[str, Written]


@dataclass(frozen=True)
class Facts:
    """What can be said of a practice in a word, each only if somebody knows: its form, and what it takes."""

    form: str = ""
    minutes: int | None = None
    is_free: bool = False
    cost: str = ""
    permission: str = ""
    contact: str = ""

    @property
    def tells(self) -> Collection[str]:
        """The sections that these facts tell already, so that nobody has to write them."""
        said = self.minutes is not None or self.is_free or self.cost.strip() or self.permission.strip()
        return ("what_it_takes",) if said else ()


def promote(
    moderator: Person,
    source: Post,
    *,
    texts: Texts,
    owner: Person,
    departments: Iterable[int],
    tags: str,
    review_pace: str,
    facts: Facts = Facts(),
) -> Practice:
    """Make a best practice of what somebody wrote; that person stays named as its author.

    Nobody decides about their own words. Raises `PromotedBefore`, `NothingToPromote`, or `Invalid` with the field at
    fault.
    """
    require(moderator, "nomination.decide", source)
    if source.kind == "question":
        raise NothingToPromote()
    if practice_of(source) is not None:
        raise PromotedBefore()
    made = Practice(
        author_id=source.author_id,
        author_department_id=source.author_department_id,
        source_id=source.id,
        question_id=question_of(source).id,
        owner_id=owner.id,
        promoted_by_id=moderator.id,
        review_pace=chosen_pace(review_pace),
        review_on=(now() + timedelta(days=REVIEW_PACES[review_pace])).date(),
        renderer=text.RENDERER,
        created_at=now(),
        departments=chosen_departments(departments),
        tags=typed_tags(tags),
    )
    put_texts(made, texts)
    put_facts(made, facts)
    db.session.add(made)
    db.session.flush()
    revisions.keep_first(made, moderator)
    publish(PracticePromoted(post_id=made.id, source_id=source.id, question_id=made.question_id), actor=moderator)
    return made


def doubts(source: Post) -> list[str]:
    """What speaks for waiting with a promotion, in words; nothing forbids it."""
    if not isinstance(source, Answer):
        return []
    tried = source.worked + source.partly + source.failed
    found: list[str] = []
    if not tried:
        found.append(Message("Nobody has said yet whether this answer worked."))
    elif not source.worked:
        found.append(Message("Nobody for whom this answer worked has said so yet."))
    if source.created_at > now() - NEW_FOR:
        found.append(
            Message("It was written less than a day ago, so colleagues have hardly had time to try it or to object.")
        )
    return found


def facts_of(practice: Practice) -> Facts:
    """What is known of a practice now."""
    return Facts(
        form=practice.form or "",
        minutes=practice.minutes,
        is_free=bool(practice.is_free),
        cost=practice.cost,
        permission=practice.permission,
        contact=practice.contact,
    )


def revise(person: Person, practice: Practice, texts: Texts, *, seen: int, note: str = "") -> bool:
    """Write the next version; anybody may, and the history shows who. See `revisions.edit` for `seen`."""
    require(person, "practice.revise", practice)
    return revisions.edit(person, practice, seen=seen, change=lambda: put_texts(practice, texts), reason=note)


def look_after(
    moderator: Person,
    practice: Practice,
    *,
    owner: Person,
    departments: Iterable[int],
    tags: str,
    review_pace: str,
    facts: Facts | None = None,
) -> None:
    """Change who owns a practice, whom it concerns, how often it is looked at again and, if given, its facts."""
    require(moderator, "practice.promote", practice)
    if facts is not None:
        put_facts(practice, facts)
    practice.departments, practice.tags = chosen_departments(departments), typed_tags(tags)
    practice.owner_id = owner.id
    if practice.review_pace != chosen_pace(review_pace):
        practice.review_pace = review_pace
        practice.review_on = (now() + timedelta(days=REVIEW_PACES[review_pace])).date()
        practice.asked_at = None
    publish(PracticeHandedOver(post_id=practice.id), actor=moderator)


def retire(moderator: Person, practice: Practice, *, because: str, successor: Practice | None = None) -> None:
    """Recommend it no longer. It stays readable with the reason and leads to its successor.

    Raises `Invalid` without a reason and for a successor that is not in use.
    """
    require(moderator, "practice.retire", practice)
    because = text.clean_line(because, 500)
    if not because:
        raise Invalid("Say why, so that nobody tries it again.", "reason")
    if successor is not None and (successor.id == practice.id or successor.removed_at or successor.retired_at):
        raise Invalid("Choose another practice that is in use.", "successor")
    practice.retired_at, practice.retired_because = now(), because
    practice.successor_id = successor.id if successor else None
    publish(PracticeRetired(post_id=practice.id), actor=moderator)


def practice_of(source: Post) -> Practice | None:
    """The practice that was made of this post, if any; a removed one too, for it can be put back."""
    return db.session.scalar(select(Practice).where(Practice.source_id == source.id))


def practices_of(question_id: int) -> dict[int, tuple[int, str]]:
    """The practices that came out of a question: id of the source post -> (practice id, title)."""
    rows = db.session.execute(_of_question(), {"question_id": question_id})
    return {source_id: (id, title) for source_id, id, title in rows}


@cache
def _of_question() -> Any:
    columns = select(Practice.source_id, Practice.id, Practice.title)
    shown = (Practice.question_id == bindparam("question_id"), Post.removed_at.is_(None))
    return columns.where(*shown, Practice.source_id.is_not(None))


def question_of(source: Post) -> Question:
    """The question on whose page the post stands. Raises `NothingToPromote` when there is none."""
    page_id = getattr(source, "question_id", None) or getattr(source, "page_id", None) or source.id
    question = db.session.get(Question, page_id)
    if question is None or source.kind == "practice":
        raise NothingToPromote()
    return question


def deed_of(question: str) -> str:
    """What to call a practice that answers a question: "How do I stop a shipment?" makes "Stop a shipment". A question
    that does not ask how stays as it is: only whoever promotes can put that into words."""
    asked = ASKS_HOW.fullmatch(question.strip())
    if asked is None:
        return question
    deed = MINE.sub(lambda found: YOURS[found[0].lower()], asked["deed"].strip())
    return deed[:1].upper() + deed[1:]


def address(id: int, title: str) -> str:
    """Where a practice stands on this site."""
    return f"/practices/{id}/{slug_of(title) or 'practice'}"


def texts_of(sources: Mapping[str, str], *, told: Collection[str] = (), at_least: int = 1) -> Texts:
    """Render the sections of a practice from their Markdown sources; those that are `told` otherwise may be empty.

    Raises `Invalid` naming the section at fault.
    """
    least = {name: 0 if name in told else at_least for name in SECTIONS}
    sections = {name: section_of(name, sources.get(name) or "", at_least=least[name]) for name in SECTIONS}
    return Texts(sources.get("title") or "", sections)


def section_of(name: str, source: str, *, at_least: int = 1) -> Written:
    """Render one section of a practice. Raises `Invalid` naming it."""
    if at_least and not source.strip():
        raise Invalid(WANTED[name], name)
    try:
        return write(source, at_least=at_least)
    except Invalid as error:
        raise Invalid(error.message, name) from None


def checked_title(typed: str) -> str:
    """A title as it is kept. Raises `Invalid` for one that says too little."""
    title = text.clean_line(typed, LONGEST_TITLE)
    if len(title) < SHORTEST_TITLE:
        raise Invalid("Give it a title that says what to do.", "title")
    return title


def doubt_title(typed: str, insisted: str = "") -> None:
    """Raises `Invalid` for a title that is a question, once: whoever sends the same again insists on it."""
    if asks(typed) and typed.strip() != insisted.strip():
        raise Invalid(
            "This title is a question. Colleagues look for what to do: say that. Or publish once more, and it stays.",
            "title",
        )


def asks(title: str) -> bool:
    """Whether a title is a question, in whichever script."""
    return title.strip().endswith(("?", "\N{ARABIC QUESTION MARK}", "\N{FULLWIDTH QUESTION MARK}"))


def put_texts(practice: Practice, texts: Texts) -> None:
    """Write the texts into the practice. Raises `Invalid` for a title that says too little."""
    practice.title = checked_title(texts.title)
    for name in SECTIONS:
        setattr(practice, name, texts.sections[name].source)
    practice.html = texts.sections["body"].html
    practice.sections_html = {name: written.html for name, written in texts.sections.items()}
    practice.renderer = text.RENDERER


def put_facts(practice: Practice, facts: Facts) -> None:
    """Write into the practice what is known of it. Raises `Invalid` for what cannot be."""
    check_facts(facts)
    practice.form, practice.minutes = facts.form or None, facts.minutes
    practice.cost = text.clean_line(facts.cost, LONGEST_FACT)
    practice.is_free = True if facts.is_free else False if practice.cost else None
    practice.permission = text.clean_line(facts.permission, LONGEST_FACT)
    practice.contact = text.clean_line(facts.contact, LONGEST_FACT)


def check_facts(facts: Facts) -> None:
    """Raises `Invalid` for what cannot be, or cannot be together."""
    if facts.form and facts.form not in FORMS:
        raise Invalid("Choose what it is, or leave it open.", "practice_form")
    if facts.minutes is not None and not 0 <= facts.minutes <= MOST_MINUTES:
        raise Invalid("Give the minutes as a number, or leave it out.", "minutes")
    if facts.is_free and text.clean_line(facts.cost, LONGEST_FACT):
        raise Invalid("Either it costs nothing, or say what it costs.", "cost")


def chosen_pace(name: str) -> str:
    """The name of a review pace. Raises `Invalid` for one that there is not."""
    if name not in REVIEW_PACES:
        raise Invalid("Choose how often it should be looked at again.", "review_pace")
    return name
