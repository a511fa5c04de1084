"""What colleagues know already, ready to be judged at a glance: how like it is, what helped, and whether it worked."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select

from forum.answers.models import Answer
from forum.answers.ordering import reason, value
from forum.causes.linking import address as cause_address
from forum.causes.models import STATES as CAUSE_STATES
from forum.causes.models import Cause
from forum.core import text
from forum.core.db import db
from forum.core.languages import gettext, ngettext, number, said
from forum.departments.labelling import labels_of
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices.models import Practice
from forum.practices.promoting import address as practice_address
from forum.questions.asking import address as question_address
from forum.questions.models import Question, state_of
from forum.search.highlight import mark
from forum.search.indexing import ask_for_repair
from forum.search.port import SearchUnavailable
from forum.search.similar import Match, similar

log = logging.getLogger(__name__)

SHORTEST = 2  # words: below it anything is similar
EQUAL = 0.05  # Nearer than this two matches are equally like it, and what surely helps comes first.
SPARE = 3  # matches looked at for each one shown: some may have been removed since
LINE = 120  # characters of the answer that helps
BEGINNING = 4 * LINE  # characters read for that line
ADDRESSES = {"question": question_address, "practice": practice_address, "cause": cause_address}
OFTEN = 0.4  # of what is like a text: five are looked at, and a question has one department or two
LIKELY = 2  # departments that are proposed: of three, one is as good as the next
GONE = ("withdrawn", "retired")  # states in which nothing is left to take


@dataclass(frozen=True, slots=True)
class Known:
    """A question, practice or cause like a text. `also` is the wording of a merged question by which it was found,
    `evidence` what became of its best answer, and `helps` how that begins.
    """

    id: int
    kind: str
    url: str
    title: str
    title_html: str
    state: str
    is_close: bool
    score: float
    rank: int  # 0 for a practice or cause, 1 for what worked, 2 for what was accepted, 3 for all else
    also: str
    evidence: str
    worked: bool
    helps: str
    departments: Sequence[tuple[str, str]]  # (slug, name) of each
    answer_count: int
    author_id: int
    author_name: str
    created_at: datetime

    @property
    def is_proven(self) -> bool:
        """Whether a moderator, the asker or whoever tried it says that it helps."""
        return self.rank < 3 and self.kind != "cause"

    @property
    def link(self) -> str:
        """A link to it as one writes it into a text."""
        title = self.title.translate({ord(character): f"\\{character}" for character in "\\[]"})
        return f"[{title}]({self.url})"


def known(
    typed: str,
    *,
    limit: int = 5,
    kinds: Collection[str] = ("question", "practice", "cause"),
    exclude: Collection[str] = (),
    gone: bool = False,
) -> list[Known]:
    """What is like a text, what looks like the same first; nothing when the index is away, which is then repaired.

    Among equals practices come first, then what worked, then what was accepted. Withdrawn questions and retired
    practices only when `gone`; practices that may be out of date come last.
    """
    words = text.clean_line(typed, 300)
    if len(words.split()) < SHORTEST:
        return []
    try:
        matches = similar(words, limit=SPARE * limit, kinds=kinds, exclude=exclude)
    except SearchUnavailable as away:
        log.warning("search index unavailable: %s", away)
        ask_for_repair()
        return []
    found = [each for each in _described(matches) if gone or each.state not in GONE]
    # What looks like the same, what is like it, and last what may be out of date, however alike it is.
    groups: tuple[list[Known], ...] = ([], [], [])
    for each in found:
        groups[2 if each.state == "stale" else 0 if each.is_close else 1].append(each)
    return [each for group in groups for each in _in_order(group)][:limit]


def often_concerned(hits: Sequence[Known], slugs: Iterable[str]) -> list[str]:
    """Which of the departments with these slugs what is like a text often concerns: two of five, and never one alone;
    the one that is named most often first."""
    named = Counter(slug for hit in hits for slug, _ in hit.departments)
    likely = [slug for slug in slugs if named[slug] >= max(2, OFTEN * len(hits))]
    return sorted(likely, key=lambda slug: -named[slug])[:LIKELY]


def known_question(id: int) -> list[Known]:
    """The question with that id, if it may be seen, described in the same way."""
    return _described([Match(f"q{id}", 1.0, "", also=False, words=())])


def _in_order(found: Iterable[Known]) -> list[Known]:
    left, ordered = sorted(found, key=lambda each: (-each.score, each.id)), []
    while left:
        equal = [each for each in left if left[0].score - each.score < EQUAL]
        ordered += sorted(equal, key=lambda each: (each.rank, -each.score, each.id))
        left = left[len(equal) :]
    return ordered


def _described(matches: Sequence[Match]) -> list[Known]:
    """What these matches are, in the same order, in a fixed number of statements; without what may not be seen."""
    if not matches:
        return []
    pages = {row.id: row for row in db.session.execute(_pages(), {"ids": [match.post_id for match in matches]})}
    answers = _answers_of(pages)
    departments, _ = labels_of(pages)
    if any(match.also for match in matches):
        wordings = set(db.session.scalars(_wordings(), {"ids": list(pages)}))
        matches = [replace(match, also=match.also and match.wording in wordings) for match in matches]
    return [
        _known(match, pages[match.post_id], answers.get(match.post_id), departments[match.post_id])
        for match in matches
        if match.post_id in pages
    ]


def _known(match: Match, page: Any, answer: Any, departments: Sequence[tuple[str, str]]) -> Known:
    is_practice, is_cause = page.kind == "practice", page.kind == "cause"
    accepted = answer is not None and answer.id == page.accepted_answer_id
    worked = bool(page.worked if is_practice else answer is not None and answer.worked)
    shown = page.body if is_practice or is_cause else answer.body if answer is not None else ""
    return Known(
        id=page.id,
        kind=page.kind,
        url=ADDRESSES[page.kind](page.id, page.title),
        title=page.title,
        title_html=mark(page.title, match.words),
        state=_state(page),
        is_close=match.is_close,
        score=match.score,
        rank=0 if is_practice or is_cause else 1 if worked else 2 if accepted else 3,
        also=match.wording if match.also else "",
        worked=worked,
        evidence=_evidence(page, answer, accepted=accepted),
        helps=text.excerpt(shown, LINE),
        departments=departments,
        answer_count=page.answer_count or 0,
        author_id=page.author_id,
        author_name=page.author_name,
        created_at=page.created_at,
    )


def _evidence(page: Any, answer: Any, *, accepted: bool) -> str:
    """What became of it, in words."""
    if page.kind == "cause":
        return str(said(CAUSE_STATES[page.cause_state]))
    if page.kind == "practice":
        return _practised(page)
    return reason(answer, accepted=accepted) if answer is not None else ""


def _practised(page: Any) -> str:
    """What came of a practice, in words; nothing where nobody tried it."""
    if not page.tried:
        return ""
    counts = {"worked": number(page.worked), "tried": number(page.tried)}
    if not page.worked:
        return gettext("Worked for %(worked)s of %(tried)s", **counts)
    if page.label == "proven":
        return ngettext(
            "Proven: worked for %(worked)s of %(tried)s in %(num)s department",
            "Proven: worked for %(worked)s of %(tried)s in %(num)s departments",
            page.worked_departments,
            **counts,
        )
    return ngettext(
        "Worked for %(worked)s of %(tried)s in %(num)s department",
        "Worked for %(worked)s of %(tried)s in %(num)s departments",
        page.worked_departments,
        **counts,
    )


def _state(page: Any) -> str:
    if page.kind == "cause":
        return "cause"
    if page.kind == "practice":
        return "retired" if page.retired_at else "stale" if page.stale_since else "practice"
    return state_of(page)


def _answers_of(pages: Mapping[int, Any]) -> dict[int, Any]:
    """The answer that helps most, of each question."""
    found: dict[int, list[Any]] = defaultdict(list)
    for answer in db.session.execute(_answers(), {"questions": list(pages)}):
        found[answer.question_id].append(answer)
    return {page_id: max(answers, key=_standing(pages[page_id])) for page_id, answers in found.items()}


def _standing(page: Any) -> Callable[[Any], tuple[float, int, int]]:
    return lambda answer: (value(answer, accepted=answer.id == page.accepted_answer_id), answer.score, answer.id)


@cache  # Made once: putting so many tables together takes longer than reading the rows.
def _pages() -> Any:
    post, question, practice, cause = Post.__table__, Question.__table__, Practice.__table__, Cause.__table__
    person = Person.__table__
    return (
        select(
            post.c.id,
            post.c.kind,
            post.c.author_id,
            post.c.created_at,
            func.substr(post.c.body, 1, BEGINNING).label("body"),
            func.coalesce(question.c.title, practice.c.title, cause.c.title).label("title"),
            question.c.answer_count,
            question.c.accepted_answer_id,
            question.c.confirmed,
            question.c.waits,
            practice.c.retired_at,
            practice.c.worked,
            practice.c.tried,
            practice.c.worked_departments,
            practice.c.label,
            practice.c.stale_since,
            cause.c.state.label("cause_state"),
            person.c.name.label("author_name"),
        )
        .select_from(post)
        .join(person, person.c.id == post.c.author_id)
        .outerjoin(question, question.c.id == post.c.id)
        .outerjoin(practice, practice.c.id == post.c.id)
        .outerjoin(cause, cause.c.id == post.c.id)
        .where(post.c.id.in_(bindparam("ids", expanding=True)), post.c.removed_at.is_(None))
        .where(question.c.merged_into_id.is_(None), post.c.kind.in_(ADDRESSES))
    )


@cache
def _wordings() -> Any:
    """The titles of questions merged into these, as far as they may be seen: the index may not know yet."""
    post, other = Post.__table__, Question.__table__
    return (
        select(other.c.title)
        .join(post, post.c.id == other.c.id)
        .where(other.c.merged_into_id.in_(bindparam("ids", expanding=True)), post.c.removed_at.is_(None))
    )


@cache
def _answers() -> Any:
    post, answer = Post.__table__, Answer.__table__
    wanted = answer.c.question_id.in_(bindparam("questions", expanding=True))
    return (
        select(
            answer.c.id,
            answer.c.question_id,
            answer.c.worked,
            answer.c.partly,
            answer.c.failed,
            post.c.score,
            func.substr(post.c.body, 1, BEGINNING).label("body"),
        )
        .join(post, post.c.id == answer.c.id)
        .where(post.c.removed_at.is_(None), wanted)
    )
