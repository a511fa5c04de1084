"""Anybody says which objective a page serves, one at a time, and the history shows who."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forum.core.clock import now
from forum.core.errors import Invalid, Refused
from forum.objectives import listing
from forum.objectives.linking import link, unlink
from forum.objectives.models import Objective
from forum.objectives.stating import close, state
from forum.people.models import Person
from forum.posts.removing import remove
from forum.practices.models import Practice
from tests import factories
from tests.objectives.conftest import GIVEN


def test_a_second_link_ends_the_first_and_both_stay_in_the_history(
    kim: Person, marta: Person, anna: Person, practice: Practice, objective: Objective
) -> None:
    other = state(anna, anna.department, due_on=now().date() + timedelta(days=9), **{**GIVEN, "title": "Other"})
    factories.question(kim)  # noise
    link(kim, practice, objective)
    link(kim, practice, objective)
    link(marta, practice, other)
    served = listing.brief_of(practice.id)
    assert served is not None
    assert (served[0].title, served[1]) == ("Other", "Marta Silva")
    ended = [(each.title, each.by, each.removed_by) for each in listing.pointers_to(objective)]
    assert ended == [("Read it back", "Kim Tran", "Marta Silva")]
    unlink(kim, practice)
    unlink(kim, practice)
    assert listing.brief_of(practice.id) is None
    assert [each.removed_by for each in listing.pointers_to(other)] == ["Kim Tran"]


def test_an_answer_serves_nothing_and_a_closed_objective_is_served_by_nothing(
    kim: Person, anna: Person, practice: Practice, objective: Objective
) -> None:
    with pytest.raises(Refused):
        link(kim, factories.answer(kim, factories.question(anna)), objective)
    close(anna, objective)
    with pytest.raises(Invalid):
        link(kim, practice, objective)


def test_what_was_removed_is_not_listed(kim: Person, objective: Objective) -> None:
    asked = factories.question(kim)
    link(kim, asked, objective)
    remove(kim, asked)
    assert listing.pointers_to(objective) == []
