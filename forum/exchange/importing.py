"""Importing questions and answers from a folder of JSON lines; a second run of the same folder adds nothing.

`questions.jsonl` holds one question a line: `id` and `title`, and if there are any `body` (text) or `body_html`,
`tags`, `score`, `created` (ISO 8601, UTC) and `answers`, each with `id`, `body` or `body_html`, `score`, `created`
and `accepted`. What the folder is called is the source's name: with it and the ids a post is known again.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from markdownify import markdownify
from sqlalchemy import select

from forum.answers.models import Acceptance, Answer
from forum.core import text
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Refused
from forum.core.events import publish
from forum.departments.labelling import TAG_LENGTH, slug_of
from forum.departments.models import Department, Tag
from forum.exchange.events import PostsImported
from forum.people import joining
from forum.people.models import Person
from forum.posts import revisions
from forum.posts.models import Post
from forum.posts.writing import Written, rendered
from forum.questions.asking import LONGEST_TITLE
from forum.questions.models import Question

FILE = "questions.jsonl"
LARGEST_SCORE = 1_000_000_000  # votes; no post anywhere has more, and every database's integer holds it
LONGEST_ID = 200  # characters; what databases can keep an index of
FIRST_YEAR = 1970  # Nobody asked anything on a computer of today before.
# Names and numbers of elsewhere are nobody and nothing here: escaped, outside code, they link to nothing.
FOREIGN = re.compile(r"(?<![\w/&#@.\\])[#@](?=\w)")
HEADING = re.compile(r"^#{1,6}(?=\s)", re.MULTILINE)
ESCAPED = {"#": "\\#", "@": "&#64;"}
AT_ONCE = 100  # questions in one transaction: all of them or none, and never long in the way of anybody who writes
SHOWN_PROBLEMS = 20  # bad lines printed one by one; beyond that a number says enough


class NothingToImport(Refused):
    """The folder does not hold what an import needs."""


class BadLine(Exception):
    """A line that cannot be imported, and why."""


@dataclass
class Report:
    """What an import did: how many of each kind, and which lines were bad."""

    added: Counter[str] = field(default_factory=Counter)
    known: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The report in words, one line each."""
        counts = ", ".join(f"{self.added[kind]:,} {kind}" for kind in ("questions", "answers", "accepted", "tags"))
        said = [f"Added: {counts}.", f"Here already: {self.known:,} questions."]
        said += [f"Line {number} skipped: {why}" for number, why in self.problems[:SHOWN_PROBLEMS]]
        if len(self.problems) > SHOWN_PROBLEMS:
            said.append(f"... and {len(self.problems) - SHOWN_PROBLEMS:,} more lines skipped.")
        return said


@dataclass(frozen=True)
class Given:
    """One post of the file, checked and rendered."""

    id: str
    body: Written
    score: int
    created: datetime
    accepted: bool = False


@dataclass(frozen=True)
class GivenQuestion:
    """One line of the file, checked and rendered."""

    post: Given
    title: str
    tags: tuple[str, ...]
    answers: tuple[Given, ...]


def count(folder: Path) -> int:
    """How many lines there are to read. Raises `NothingToImport` when the folder has no such file."""
    with _open(folder) as lines:
        return sum(1 for _ in lines)


def import_folder(
    folder: Path, *, department: str | None = None, on_progress: Callable[[], None] = lambda: None
) -> Report:
    """Import what is new in the folder. Lines that are no good are reported and skipped, nothing is half written."""
    source = slug_of(folder.resolve().name) or "import"
    report = Report()
    with transaction():
        author, concerned = _author(source), _department(department)
    lines = _checked(folder, report, on_progress)
    while batch := list(islice(lines, AT_ONCE)):
        with transaction():
            _add(batch, source, author, concerned, report)
    return report


def _open(folder: Path) -> Any:
    file = folder / FILE
    if not file.is_file():
        raise NothingToImport(f"There is no {FILE} in {folder}.")
    return file.open(encoding="utf-8", errors="replace")


def _checked(folder: Path, report: Report, on_progress: Callable[[], None]) -> Iterator[GivenQuestion]:
    with _open(folder) as lines:
        for number, line in enumerate(lines, start=1):
            on_progress()
            if not line.strip():
                continue
            try:
                yield _question(line)
            except BadLine as bad:
                report.problems.append((number, str(bad)))


def _question(line: str) -> GivenQuestion:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadLine(f"not JSON ({error.msg} at character {error.pos})") from None
    except (ValueError, RecursionError):
        raise BadLine("not JSON (nested too deeply, or with a number too large to read)") from None
    if not isinstance(row, dict):
        raise BadLine("not an object")
    title = text.clean_line(_word(row, "title"), LONGEST_TITLE)
    if not title:
        raise BadLine("no title")
    answers = row.get("answers") or []
    tags = row.get("tags") or []
    if not isinstance(answers, list) or not isinstance(tags, list):
        raise BadLine("answers and tags must be lists")
    asked = _post(row, now())
    answered = tuple(_post(each, asked.created) for each in answers)
    if len({each.id for each in answered}) < len(answered):
        raise BadLine("two answers with the same id")
    slugs = dict.fromkeys(slug for tag in tags if (slug := slug_of(str(tag), TAG_LENGTH)))
    return GivenQuestion(asked, title, tuple(slugs), answered)


def _post(row: Any, default: datetime) -> Given:
    if (
        not isinstance(row, dict)
        or row.get("id") is None
        or not (id := text.clean_line(str(row["id"]), LONGEST_ID + 1))
    ):
        raise BadLine("a post without an id")
    if len(id) > LONGEST_ID:
        raise BadLine(f"an id longer than {LONGEST_ID} characters")
    score = row.get("score") or 0
    if not isinstance(score, int) or abs(score) > LARGEST_SCORE:
        raise BadLine(f"score {score!r} is not a whole number that a post can have")
    return Given(id, _body(row), score, _moment(row.get("created"), default), row.get("accepted") is True)


def _body(row: dict[str, Any]) -> Written:
    html = _word(row, "body_html")
    source = markdownify(html, heading_style="ATX", bullets="-") if html else _word(row, "body")
    cleaned = _without_references(text.clean_source(source), plain=not html)
    if len(cleaned) > text.MAX_SOURCE:
        raise BadLine(f"a text of {len(cleaned):,} characters; {text.MAX_SOURCE:,} is the most")
    return rendered(cleaned.strip())


def _without_references(source: str, *, plain: bool) -> str:
    """The source with names and numbers that mean nobody and nothing here; a `plain` text has no headings either."""

    def escape(prose: str) -> str:
        prose = FOREIGN.sub(lambda found: ESCAPED[found[0]], prose)
        return HEADING.sub(lambda found: "\\" + found[0], prose) if plain else prose

    parts, at = [], 0
    for code in text.CODE.finditer(source):
        parts += [escape(source[at : code.start()]), code[0]]
        at = code.end()
    return "".join([*parts, escape(source[at:])])


def _word(row: dict[str, Any], name: str) -> str:
    value = row.get(name) or ""
    if not isinstance(value, str):
        raise BadLine(f"{name} is not text")
    return value


def _moment(given: Any, default: datetime) -> datetime:
    if not given:
        return default
    try:
        moment = datetime.fromisoformat(given)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        raise BadLine(f"{given!r} is not a date") from None
    if moment.year < FIRST_YEAR:
        raise BadLine(f"{given!r} is too long ago")
    return moment


def _author(source: str) -> Person:
    """Whoever wrote the imported posts is nobody here: one name that nobody signs in with stands for them."""
    email = f"imported-from-{source}@import.invalid"
    found = db.session.scalar(select(Person).where(Person.email == email))
    return found or joining.join(
        name=f"Imported from {source}", email=email, department=_department(None), password=None
    )


def _department(name: str | None) -> Department:
    query = select(Department).order_by(Department.id)
    if name is not None:
        query = query.where((Department.name == name) | (Department.slug == slug_of(name)))
    found = db.session.scalar(query.limit(1))
    if found is None:
        raise NothingToImport(
            f"There is no department called {name}." if name else "Set the organisation up first, then import."
        )
    return found


def _add(batch: list[GivenQuestion], source: str, author: Person, concerned: Department, report: Report) -> None:
    keys = [f"{source}:q{given.post.id}" for given in batch]
    known = set(db.session.scalars(select(Post.imported_from).where(Post.imported_from.in_(keys))))
    fresh: dict[str, GivenQuestion] = {}
    for key, given in zip(keys, batch, strict=True):
        if key not in known:
            fresh.setdefault(key, given)
    report.known += len(batch) - len(fresh)
    tags = _tags({slug for given in fresh.values() for slug in given.tags}, report)
    added = [_add_question(key, given, author, concerned, tags) for key, given in fresh.items()]
    db.session.flush()
    for question, given in zip(added, fresh.values(), strict=True):
        _add_answers(question, given, author, report)
    report.added["questions"] += len(added)
    if added:
        publish(PostsImported(source=source, question_ids=[question.id for question in added]))


def _add_question(
    key: str, given: GivenQuestion, author: Person, concerned: Department, tags: dict[str, Tag]
) -> Question:
    latest = max([given.post.created, *(each.created for each in given.answers)])
    question = Question(
        **_columns(given.post, key, author),
        title=given.title,
        answer_count=len(given.answers),
        waits=not given.answers,
        last_activity_at=latest,
        departments=[concerned],
        tags=[tags[slug] for slug in given.tags],
    )
    db.session.add(question)
    return question


def _add_answers(question: Question, given: GivenQuestion, author: Person, report: Report) -> None:
    answers = [
        Answer(**_columns(each, f"{question.imported_from}:a{each.id}", author), question_id=question.id)
        for each in given.answers
    ]
    db.session.add_all(answers)
    db.session.flush()
    for post in (question, *answers):
        revisions.keep_first(post, author)
    accepted = [answer for answer, each in zip(answers, given.answers, strict=True) if each.accepted][:1]
    for answer in accepted:
        db.session.add(
            Acceptance(question_id=question.id, answer_id=answer.id, by_id=author.id, at=question.last_activity_at)
        )
        question.accepted_answer_id, question.confirmed = answer.id, True
    report.added.update(answers=len(answers), accepted=len(accepted))


def _columns(given: Given, key: str, author: Person) -> dict[str, Any]:
    return {
        "author_id": author.id,
        "author_department_id": author.department_id,
        "body": given.body.source,
        "html": given.body.html,
        "renderer": text.RENDERER,
        "score": given.score,
        "imported_score": given.score,
        "created_at": given.created,
        "imported_from": key,
    }


def _tags(slugs: set[str], report: Report) -> dict[str, Tag]:
    tags = {tag.slug: tag for tag in db.session.scalars(select(Tag).where(Tag.slug.in_(slugs)))}
    new = {slug: Tag(slug=slug, description="") for slug in sorted(slugs - tags.keys())}
    db.session.add_all(new.values())
    report.added["tags"] += len(new)
    return tags | new
