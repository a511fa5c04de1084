"""What people have chosen to hear of a thread: the statement for many threads says the same as the rule for one."""

from __future__ import annotations

from itertools import product
from typing import Any

from sqlalchemy import select

from forum.core.db import db
from forum.departments.following import choose_level, has_label_at, is_left_out, unfollow
from forum.departments.levels import FOLLOWED, LEVELS, LEVELS_OF, level_in
from forum.departments.models import Follow
from forum.people.models import Person
from forum.posts.wishes import NOTHING, chosen_about
from forum.questions.models import Question
from tests import factories


def test_what_is_left_out_by_a_statement_is_what_the_rule_calls_muted(
    kim: Person, marta: Person, finance: Any, noise: None
) -> None:
    question = factories.question(marta, tags="vat yard", departments=[finance])
    vat, yard = (tag.id for tag in question.tags)
    whose = Follow.person_id == kim.id
    left_out = select(Question.id).where(Question.id == question.id, is_left_out(Question.id, whose))
    followed = select(Question.id).where(Question.id == question.id, has_label_at(Question.id, whose, FOLLOWED))
    places = (("question", question.id, LEVELS_OF["question"]), ("tag", vat, LEVELS), ("tag", yard, LEVELS))
    for levels in product(*((None, *levels) for *_, levels in places), (None, "watching", "muted")):
        for (kind, id, _), level in zip((*places, ("department", finance.id, ())), levels, strict=True):
            choose_level(kim, kind, id, level) if level else unfollow(kim, kind, id)
        thread, labels = levels[0], [level for level in levels[1:] if level not in (None, "normal")]
        muted = level_in(thread, labels) == "muted"
        assert (db.session.scalar(left_out) is not None) == muted, levels
        assert chosen_about(question).get(kim.id, NOTHING).is_muted == muted, levels
        assert (db.session.scalar(followed) is not None) == bool(set(labels) & set(FOLLOWED)), levels


def test_nobody_else_is_asked_for_and_nobody_elses_choice_counts(kim: Person, marta: Person) -> None:
    question = factories.question(marta, tags="vat")
    choose_level(kim, "question", question.id, "muted")
    assert chosen_about(question, people=[marta.id])[marta.id].thread == "watching"
    assert kim.id not in chosen_about(question, people=[marta.id])
    assert chosen_about(question)[kim.id].is_muted
