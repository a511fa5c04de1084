"""In which order answers are read: by what became of them, then by the asker's mark, then by votes that fade."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select

from forum.answers.models import Answer
from forum.core.clock import now
from forum.core.db import db
from forum.core.languages import gettext, ngettext, number
from forum.core.statistics import wilson
from forum.posts.models import Vote

WORKED_ONCE = 0.35  # at least, when it worked and never failed: one success says more than any vote
ACCEPTED = 0.30  # marked by the asker, and nobody has said yet how it went
VOTES = 0.20  # how much votes can weigh at most
FAILED = -1.0  # did not work for whoever tried it, and for nobody else: last
HALF_LIFE = 365.0  # days in which a vote loses half its weight


def value(answer: Any, *, accepted: bool, votes: Iterable[tuple[int, float]] = ()) -> float:
    """How high an answer stands, from `FAILED` to 1: the lower bound of its outcomes, else its mark, else its votes.

    `votes` are (1 or -1, age in days).
    """
    tried = answer.worked + answer.partly + answer.failed
    if answer.failed and not answer.worked:
        return FAILED
    if tried:
        bound = wilson(answer.worked, tried).low
        return max(bound, WORKED_ONCE) if answer.worked and not answer.failed else bound
    if accepted:
        return ACCEPTED
    weighted = [(vote, 2 ** (-age / HALF_LIFE)) for vote, age in votes]
    total = sum(weight for _, weight in weighted)
    return VOTES * wilson(sum(weight for vote, weight in weighted if vote > 0), total).low if total else 0.0


def reason(answer: Any, *, accepted: bool) -> str:
    """Why it stands where it stands, in words; nothing to say about votes, which are shown."""
    tried = answer.worked + answer.partly + answer.failed
    if answer.failed and not answer.worked:
        return ngettext("Did not work for the one who tried it", "Did not work for whoever tried it", answer.failed)
    if tried:
        return gettext("Worked for %(worked)s of %(tried)s", worked=number(answer.worked), tried=number(tried))
    return gettext("Accepted, not confirmed yet") if accepted else ""


def in_order(answers: Sequence[Answer], accepted_id: int | None) -> list[Answer]:
    """The answers of one question as they are read; ties: the newer first."""
    untried = [answer.id for answer in answers if not (answer.worked + answer.partly + answer.failed)]
    votes = _votes(untried, now()) if len(answers) > 1 else {}
    return sorted(
        answers,
        key=lambda answer: (
            -value(answer, accepted=answer.id == accepted_id, votes=votes.get(answer.id, ())),
            -answer.id,
        ),
    )


def _votes(answer_ids: Sequence[int], moment: datetime) -> Mapping[int, list[tuple[int, float]]]:
    found: dict[int, list[tuple[int, float]]] = {}
    for post_id, vote, at in db.session.execute(_statement(), {"ids": list(answer_ids)}) if answer_ids else ():
        found.setdefault(post_id, []).append((vote, (moment - at).total_seconds() / 86_400))
    return found


@cache
def _statement() -> Any:
    return select(Vote.post_id, Vote.value, Vote.cast_at).where(Vote.post_id.in_(bindparam("ids", expanding=True)))
