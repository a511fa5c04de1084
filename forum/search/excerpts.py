"""The sentence by which something was found: in its own words, in an answer to it, or as somebody else had asked it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import or_, select

from forum.answers.models import Answer
from forum.core import text
from forum.core.db import db
from forum.core.languages import gettext
from forum.people.models import Person
from forum.posts.models import Post
from forum.practices.models import SECTIONS, Practice
from forum.questions.models import Question
from forum.search.highlight import beginnings, highlight, mark, matching, wanted

MOST_PARTS = 40  # answers of all questions on a page that are looked at for the words their questions lack


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text with what matched marked, and where it stands when that is not in the post itself."""

    html: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A text that helps to find a post; short enough to be shown whole, or `text` alone."""

    post_id: int
    place: str
    text: str
    whole: bool = False


def passages(rows: Iterable[Any], words: Sequence[str]) -> dict[int, Passage]:
    """For each post its passage with the most of the words; of another text that belongs to it, an answer or a merged
    wording for instance, when only that has one of them. A fixed number of statements, and none when all have all."""
    looked_for = wanted(words)
    found, lacks = {}, {}
    for row in rows:
        own = words_of(row.html)
        found[row.id] = Passage(highlight(own, words))
        lacking = looked_for - matching(own, words) - matching(row.title or "", words)
        if lacking and row.kind in ("question", "practice"):
            lacks[row.id] = (row.kind, lacking)
    most: dict[int, int] = defaultdict(int)
    for part in _parts(lacks):
        has = matching(part.text, words)
        if has & lacks[part.post_id][1] and len(has) > most[part.post_id]:
            most[part.post_id] = len(has)
            shown = mark(part.text, words) if part.whole else highlight(part.text, words)
            found[part.post_id] = Passage(shown, part.place)
    return found


@lru_cache(maxsize=1_000)
def words_of(html: str) -> str:
    """The words of a post, kept for the next search that finds it: about 5 MB."""
    return text.plain(html)


def _parts(lacks: Mapping[int, tuple[str, frozenset[str]]]) -> Iterator[Part]:
    """Texts that may have what these posts lack, the likeliest to be shown first."""
    begins = beginnings(frozenset(term for _, lacking in lacks.values() for term in lacking))
    questions = [id for id, (kind, _) in lacks.items() if kind == "question"]
    practices = [id for id, (kind, _) in lacks.items() if kind == "practice"]
    for row in _wordings(questions, begins) if questions else ():
        yield Part(row.id, gettext("Also asked as"), row.title, whole=True)
    for row in _answers(questions, begins) if questions else ():
        yield Part(row.id, gettext("In an answer by %(name)s", name=row.name), words_of(row.html))
    for id, *sections in _sections(practices) if practices else ():
        yield Part(id, "", text.words_of("\n\n".join(sections)))


def _wordings(ids: Collection[int], begins: Sequence[str]) -> Sequence[Any]:
    other, post = Question.__table__, Post.__table__
    return db.session.execute(
        select(other.c.merged_into_id.label("id"), other.c.title)
        .join(post, post.c.id == other.c.id)
        .where(post.c.removed_at.is_(None))
        .where(
            other.c.merged_into_id.in_(ids), or_(*(other.c.title.icontains(each, autoescape=True) for each in begins))
        )
        .order_by(other.c.id)
        .limit(MOST_PARTS)
    ).all()


def _answers(ids: Collection[int], begins: Sequence[str]) -> Sequence[Any]:
    post, answer, question = Post.__table__, Answer.__table__, Question.__table__
    return db.session.execute(
        select(answer.c.question_id.label("id"), post.c.html, Person.name)
        .join(post, post.c.id == answer.c.id)
        .join(question, question.c.id == answer.c.question_id)
        .join(Person, Person.id == post.c.author_id)
        .where(answer.c.question_id.in_(ids), post.c.removed_at.is_(None))
        .where(or_(*(post.c.html.icontains(each, autoescape=True) for each in begins)))
        .order_by((question.c.accepted_answer_id == answer.c.id).desc(), post.c.score.desc(), post.c.id)
        .limit(MOST_PARTS)
    ).all()


def _sections(ids: Collection[int]) -> Sequence[Any]:
    table: Any = Practice.__table__
    columns = [table.c[name] for name in SECTIONS if name != "body"]
    return db.session.execute(select(table.c.id, *columns).where(table.c.id.in_(ids))).all()
