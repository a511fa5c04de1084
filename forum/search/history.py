"""What people searched for: the last searches of each, for them alone; and what nobody has written about yet.

Of a search that found what it was for, only its owner's short list remembers anything. One that found nothing is kept
by person and day, so that somebody who tries five times counts once; moderators see words and how many people, never
who, and dismiss what nobody has to write. docs/decisions/0028 has the reasons.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, delete, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.clock import now
from forum.core.db import Model, UTCDateTime, db, transaction
from forum.core.events import Event, publish
from forum.core.permissions import require
from forum.core.text import clean_line
from forum.people.models import Person
from forum.search.analysis import fold, terms
from forum.search.port import Page
from forum.search.query import Query, to_text

MOST_RECENT = 10  # searches offered again: a list that is read at a glance
REFINED = timedelta(minutes=1)  # within it, a search that goes on from the one before takes its place
KEEP_FOR = timedelta(days=180)  # long enough to see that a word comes back each quarter, and no longer
LEAST_PEOPLE = 2  # What one person alone looked for could say who it was.


LONGEST_MISSED = 512  # characters: as many as a search has


class RecentSearch(Model):
    """Something a person searched for, as they would type it again."""

    __tablename__ = "recent_search"
    __table_args__ = (UniqueConstraint("person_id", "words"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    words: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class MissedSearch(Model):
    """On that day a person looked for these words and nothing had them all."""

    __tablename__ = "missed_search"
    __table_args__ = (UniqueConstraint("person_id", "words", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    words: Mapped[str]
    day: Mapped[date] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class MissedDismissal(Model):
    """A moderator found that nothing has to be written about these words: whoever misses them, they are not listed."""

    __tablename__ = "missed_dismissal"

    key: Mapped[str] = mapped_column(primary_key=True)
    words: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


@dataclass(frozen=True, kw_only=True)
class MissedSearchDismissed(Event):
    """A moderator found that nothing has to be written about some words, or that it has after all. Not which words."""

    is_back: bool = False


@dataclass(frozen=True, slots=True)
class Missed:
    """What so many people looked for and did not find, in the wording most of them used; the last one on that day."""

    words: str
    people: int
    last: date

    @property
    def week(self) -> date:
        """The Monday of the week in which it was missed last."""
        return self.last - timedelta(days=self.last.weekday())


def is_known(person: Person, query: Query) -> bool:
    """Whether there is nothing to remember: no search at all, or the one that was remembered just now."""
    last = db.session.execute(
        select(RecentSearch.words, RecentSearch.at)
        .where(RecentSearch.person_id == person.id)
        .order_by(RecentSearch.at.desc(), RecentSearch.id.desc())
        .limit(1)
    ).first()
    words = _as_typed(query)
    return not words or (last is not None and last.words == words and now() - last.at < REFINED)


def remember(person: Person, query: Query, found: Page | None) -> None:
    """Keep a search among the person's last ones, and count it when nothing had all its words.

    One that goes on from what the person searched for within the last minute, or goes back, takes its place. `found`
    is None while the index is away: then nobody knows what is missing.
    """
    require(person, "search.remember")
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    _keep_recent(person, _as_typed(query))
    if found is not None and not found.partial and _asks_for_words_alone(query):
        _count(person, " ".join((*query.words, *query.phrases)), is_missed=found.widened or not found.total)


def recent(person: Person) -> Sequence[str]:
    """What the person searched for last, the latest first."""
    return db.session.scalars(_own_recent(person).with_only_columns(RecentSearch.words).limit(MOST_RECENT)).all()


def forget(person: Person) -> None:
    """Forget what the person searched for, and that they missed it; nothing happens when there is nothing."""
    require(person, "search.remember")
    for kind in (RecentSearch, MissedSearch):
        db.session.execute(delete(kind).where(kind.person_id == person.id))


def missed(since: date, people: int = LEAST_PEOPLE) -> list[Missed]:
    """What at least so many people looked for and did not find since that day, the most wanted first.

    The same words in another order or form are the same. Somebody who tried again, on other days too, counts once.
    Without what a moderator dismissed.
    """
    gone = set(db.session.scalars(select(MissedDismissal.key)))
    rows = db.session.execute(
        select(MissedSearch.person_id, MissedSearch.words, MissedSearch.day)
        .where(MissedSearch.day >= since)
        .order_by(MissedSearch.id)
    ).all()
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[_key(row.words)].append(row)
    found = [
        Missed(
            words=_wording([row.words for row in group]),
            people=len({row.person_id for row in group}),
            last=max(row.day for row in group),
        )
        for key, group in groups.items()
        if key not in gone
    ]
    wanted = [each for each in found if each.people >= people]
    return sorted(wanted, key=lambda each: (-each.people, -each.last.toordinal(), each.words))


def dismiss(person: Person, words: str) -> None:
    """List these words no longer, however they are written and whoever misses them; half a year, as all that is kept of
    searches."""
    require(person, "search.dismiss_missed")
    words = clean_line(words, LONGEST_MISSED)
    if not words:
        return
    db.session.merge(MissedDismissal(key=_key(words), words=words, by_id=person.id, at=now()))
    db.session.flush()
    publish(MissedSearchDismissed(), actor=person)


def bring_back(person: Person, words: str) -> None:
    """List these words again, as long as people miss them; nothing happens when nobody dismissed them."""
    require(person, "search.dismiss_missed")
    db.session.execute(delete(MissedDismissal).where(MissedDismissal.key == _key(clean_line(words, LONGEST_MISSED))))
    publish(MissedSearchDismissed(is_back=True), actor=person)


def dismissed(since: date) -> Sequence[tuple[str, str, datetime]]:
    """What was dismissed since that day, by whom and when, the latest first."""
    rows = db.session.execute(
        select(MissedDismissal.words, Person.name, MissedDismissal.at)
        .join(Person, Person.id == MissedDismissal.by_id)
        .where(MissedDismissal.at >= datetime(since.year, since.month, since.day, tzinfo=UTC))
        .order_by(MissedDismissal.at.desc(), MissedDismissal.key)
    )
    return [(words, name, at) for words, name, at in rows]


def forget_old_searches() -> None:
    """Delete what is older than half a year; the worker does it now and then."""
    with transaction():
        db.session.execute(delete(RecentSearch).where(RecentSearch.at < now() - KEEP_FOR))
        db.session.execute(delete(MissedSearch).where(MissedSearch.day < (now() - KEEP_FOR).date()))
        db.session.execute(delete(MissedDismissal).where(MissedDismissal.at < now() - KEEP_FOR))


def _as_typed(query: Query) -> str:
    return "" if query.is_empty else to_text(replace(query, sort="relevance"))


def _asks_for_words_alone(query: Query) -> bool:
    """Whether only words are asked for. With a filter, or without a word, something may be there all the same."""
    return bool(query.words or query.phrases) and query == Query(
        words=query.words, phrases=query.phrases, sort=query.sort
    )


def _key(words: str) -> str:
    """What two ways to write the same search have in common."""
    return " ".join(sorted(set(terms(words)))) or fold(words)


def _wording(written: Sequence[str]) -> str:
    """The wording that most used, with the capitals that most of them gave it."""
    folded = Counter(map(fold, written)).most_common(1)[0][0]
    return Counter(words for words in written if fold(words) == folded).most_common(1)[0][0]


def _own_recent(person: Person) -> Any:
    own = select(RecentSearch).where(RecentSearch.person_id == person.id)
    return own.order_by(RecentSearch.at.desc(), RecentSearch.id.desc())


def _keep_recent(person: Person, words: str) -> None:
    kept = db.session.scalars(_own_recent(person)).all()
    refined = {row.words for row in _just_now(kept) if _goes_on(row.words, words)}
    outdated = [row.id for row in kept if row.words == words or row.words in refined]
    outdated += [row.id for row in [row for row in kept if row.id not in outdated][MOST_RECENT - 1 :]]
    db.session.execute(delete(RecentSearch).where(RecentSearch.id.in_(outdated)))
    db.session.add(RecentSearch(person_id=person.id, words=words, at=now()))
    db.session.flush()


def _count(person: Person, words: str, *, is_missed: bool) -> None:
    """Of searches that go on from each other only the last counts, and none when that one found something."""
    own = select(MissedSearch).where(
        MissedSearch.person_id == person.id,
        or_(MissedSearch.at > now() - REFINED, MissedSearch.day == now().date()),
    )
    rows = db.session.scalars(own).all()
    refined = [row.id for row in _just_now(rows) if fold(row.words) != fold(words) and _goes_on(row.words, words)]
    db.session.execute(delete(MissedSearch).where(MissedSearch.id.in_(refined)))
    counted = any(fold(row.words) == fold(words) and row.day == now().date() for row in rows)
    if is_missed and not counted:
        db.session.add(MissedSearch(person_id=person.id, words=words, day=now().date(), at=now()))
        db.session.flush()


def _just_now(rows: Iterable[Any]) -> list[Any]:
    return [row for row in rows if now() - row.at < REFINED]


def _goes_on(earlier: str, later: str) -> bool:
    """Whether one of them is the beginning of the other: somebody typed on, or took a word back."""
    earlier, later = fold(earlier), fold(later)
    return later.startswith(earlier) or earlier.startswith(later)
