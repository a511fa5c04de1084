"""The permission table: each predicate, what holds for whoever has left, and what an unknown action is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from forum.core import who
from forum.core.errors import Forbidden
from forum.core.permissions import ACTIONS, allowed, require


@dataclass
class Somebody:
    """As much of a person as the table asks for."""

    id: int = 1
    is_active: bool = True
    is_moderator: bool = False
    is_administrator: bool = False
    is_directory: bool = False
    champion_of: int = 0
    department_id: int = 7
    stakes: tuple[int, ...] = ()
    selves: frozenset[int] = frozenset({1})

    def is_champion_of(self, department_id: int) -> bool:
        """Whether it is that department's champion."""
        return department_id == self.champion_of

    def is_stakeholder_of(self, department_id: int) -> bool:
        """Whether it answers for that department."""
        return department_id in self.stakes

    @property
    def championed(self) -> list[int]:
        """Of which departments it is the champion."""
        return [self.champion_of] if self.champion_of else []


@dataclass
class Something:
    """As much of a post, an answer, a need or a person as the table asks for."""

    id: int = 10
    author_id: int = 2
    person_id: int = 2
    by_id: int = 2
    host_id: int = 0
    has_second: bool = False
    owner_id: int = 2
    to_id: int = 1
    with_id: int = 1
    holder_id: int = 1
    delegate_id: int | None = None
    asking_id: int = 7
    answering_id: int = 8
    witness_id: int = 1
    manager_id: int | None = None
    is_new: bool = True
    department_id: int = 7
    author_department_id: int = 7
    passed_to_id: int | None = None
    teams: tuple[int, ...] = (7,)
    people: tuple[int, ...] = (1,)
    asked_by_id: int = 2
    decided_by_id: int | None = None
    wanted: str = "administrator"
    agreed: bool | None = None
    promoted_by_id: int = 2
    is_private: bool = True
    used_by: tuple[int, ...] = ()
    question: Any = field(default=None)
    departments: list[Any] = field(default_factory=list)


ME = Somebody()
MINE, NOT_MINE = Something(author_id=1), Something(author_id=2)
ADMINISTRATOR = Somebody(is_administrator=True)
# A moderator who wrote what is "not mine" without a name.
UNNAMED = Somebody(is_moderator=True, selves=frozenset({1, 2}))
MODERATOR, CHAMPION = Somebody(is_moderator=True), Somebody(champion_of=7)
STAKEHOLDER = Somebody(stakes=(7,))
OF_SEVEN = Something(departments=[Something(id=7)])


@pytest.mark.parametrize(
    ("predicate", "person", "subject", "holds"),
    [
        (who.anyone, ME, None, True),
        (who.half_key, MODERATOR, NOT_MINE, True),
        (who.half_key, ADMINISTRATOR, NOT_MINE, True),
        (who.half_key, MODERATOR, MINE, False),
        (who.half_key, ME, NOT_MINE, False),
        (who.other_half, ADMINISTRATOR, Something(), True),
        (who.other_half, ADMINISTRATOR, Something(wanted="moderator"), False),
        (who.other_half, MODERATOR, Something(wanted="moderator"), True),
        (who.other_half, ADMINISTRATOR, Something(asked_by_id=1), False),
        (who.other_half, ADMINISTRATOR, MINE, False),
        (who.one_of_two, ME, Something(asked_by_id=1), True),
        (who.one_of_two, ME, Something(decided_by_id=1), True),
        (who.one_of_two, ADMINISTRATOR, Something(), False),
        (who.told, ME, Something(author_id=1, agreed=True), True),
        (who.told, ME, Something(author_id=1, agreed=False), False),
        (who.told, ME, Something(author_id=1), False),
        (who.told, ME, Something(agreed=True), False),
        (who.author, UNNAMED, NOT_MINE, False),
        (who.own, UNNAMED, Something(), False),
        (who.asker, UNNAMED, Something(question=NOT_MINE), False),
        (who.somebody_else, UNNAMED, NOT_MINE, False),
        (who.not_own, UNNAMED, Something(), False),
        (who.peer, UNNAMED, Something(promoted_by_id=3), False),
        (who.outsider, UNNAMED, Something(), False),
        (who.third_person, UNNAMED, Something(by_id=3), False),
        (who.impartial, UNNAMED, NOT_MINE, False),
        (who.keeper, UNNAMED, NOT_MINE, False),
        (who.other_moderator, UNNAMED, Something(question=NOT_MINE), False),
        (who.second_person, UNNAMED, Something(by_id=2, question=Something(author_id=3)), False),
        (who.uninvolved_moderator, UNNAMED, Something(), False),
        (who.other_side, UNNAMED, Something(author_department_id=8), False),
        (who.second_moderator, UNNAMED, Something(author_id=3, by_id=2), False),
        (who.half_key, UNNAMED, NOT_MINE, False),
        (who.author, ME, MINE, True),
        (who.author, ME, NOT_MINE, False),
        (who.somebody_else, ME, MINE, False),
        (who.somebody_else, ME, NOT_MINE, True),
        (who.asker, ME, Something(author_id=2, question=MINE), True),
        (who.asker, ME, Something(author_id=1, question=NOT_MINE), False),
        (who.in_charge, STAKEHOLDER, Something(id=7), True),
        (who.in_charge, STAKEHOLDER, Something(id=8), False),
        (who.in_charge, Somebody(is_administrator=True, is_moderator=True), Something(id=7), False),
        (who.answers_for, STAKEHOLDER, Something(department_id=7), True),
        (who.answers_for, STAKEHOLDER, Something(department_id=8), False),
        (who.leads, STAKEHOLDER, Something(), True),
        (who.leads, ME, Something(manager_id=1), True),
        (who.leads, MODERATOR, Something(), False),
        (who.witness, ME, Something(witness_id=1), True),
        (who.witness, MODERATOR, Something(witness_id=2), False),
        (who.other_side, ME, Something(author_department_id=8), True),
        (who.other_side, ME, Something(author_department_id=7), False),
        (who.other_side, ME, Something(author_department_id=8, author_id=1), False),
        (who.champion, CHAMPION, None, True),
        (who.champion, ME, None, False),
        (who.stays, ME, Something(owner_id=1), True),
        (who.stays, MODERATOR, Something(owner_id=2, author_id=1), False),
        (who.host, ME, Something(host_id=1), True),
        (who.host, MODERATOR, Something(host_id=2, author_id=1), False),
        (who.named, ME, Something(to_id=1), True),
        (who.named, MODERATOR, Something(to_id=2, author_id=1), False),
        (who.own, ME, Something(person_id=1), True),
        (who.own, ME, Something(person_id=2), False),
        (who.own, Somebody(is_moderator=True, is_administrator=True), Something(person_id=2), False),
        (who.oneself, ME, Something(id=1), True),
        (who.oneself, ME, Something(id=2), False),
        (who.moderator, Somebody(is_moderator=True), None, True),
        (who.moderator, Somebody(is_administrator=True), None, False),
        (who.keeper, MODERATOR, NOT_MINE, True),
        (who.keeper, MODERATOR, MINE, False),
        (who.keeper, CHAMPION, OF_SEVEN, True),
        (who.keeper, CHAMPION, NOT_MINE, False),
        (who.keeper, ME, OF_SEVEN, False),
        (who.decider, ME, Something(by_id=1), True),
        (who.decider, MODERATOR, Something(by_id=2), False),
        (who.other_moderator, MODERATOR, Something(by_id=1, question=NOT_MINE), True),
        (who.other_moderator, MODERATOR, Something(question=MINE), False),
        (who.other_moderator, ME, Something(question=NOT_MINE), False),
        (who.second_person, MODERATOR, Something(by_id=2, question=NOT_MINE), True),
        (who.second_person, MODERATOR, Something(by_id=1, question=NOT_MINE), False),
        (who.second_person, MODERATOR, Something(by_id=2, question=MINE), False),
        (who.partner, ME, Something(with_id=1), True),
        (who.partner, MODERATOR, Something(with_id=2, person_id=1), False),
        (who.holder, ME, Something(holder_id=1), True),
        (who.go_between, MODERATOR, Something(asking_id=1), True),
        (who.go_between, CHAMPION, Something(asking_id=7, answering_id=8), True),
        (who.go_between, CHAMPION, Something(asking_id=8, answering_id=7), True),
        (who.go_between, CHAMPION, Something(asking_id=8, answering_id=9), False),
        (who.go_between, ME, Something(person_id=1), False),
        (who.one_up, ME, Something(passed_to_id=1), True),
        (who.one_up, MODERATOR, Something(passed_to_id=None, holder_id=1, person_id=1), False),
        (who.leader, ME, Something(person_id=1, teams=(7,)), True),
        (who.leader, ME, Something(person_id=1, teams=()), False),
        (who.leader, MODERATOR, Something(person_id=2, teams=(7,)), False),
        (who.member, ME, Something(people=(1, 2)), True),
        (who.member, MODERATOR, Something(people=(2,)), False),
        (who.stakeholder, STAKEHOLDER, Something(), True),
        (who.stakeholder, MODERATOR, Something(), False),
        (who.holder, MODERATOR, Something(holder_id=2, person_id=1), False),
        (who.open_to_all, ME, Something(is_private=False), True),
        (who.open_to_all, MODERATOR, Something(is_private=True), False),
        (who.not_own, ME, Something(person_id=2), True),
        (who.not_own, MODERATOR, Something(person_id=1), False),
        (who.impartial, MODERATOR, NOT_MINE, True),
        (who.impartial, MODERATOR, MINE, False),
        (who.impartial, ME, NOT_MINE, False),
        (who.second_moderator, MODERATOR, Something(by_id=2), True),
        (who.second_moderator, MODERATOR, Something(by_id=1), False),
        (who.second_moderator, MODERATOR, Something(by_id=2, author_id=1), False),
        (who.second_moderator, ME, Something(by_id=2), False),
        (who.stand_in, ADMINISTRATOR, Something(by_id=2, has_second=False), True),
        (who.stand_in, ADMINISTRATOR, Something(by_id=2, has_second=True), False),
        (who.stand_in, ADMINISTRATOR, Something(by_id=1, has_second=False), False),
        (who.stand_in, ADMINISTRATOR, Something(by_id=2, author_id=1, has_second=False), False),
        (who.stand_in, ME, Something(by_id=2, has_second=False), False),
        (who.peer, ME, Something(promoted_by_id=2), True),
        (who.peer, ME, Something(promoted_by_id=1), False),
        (who.peer, ME, MINE, False),
        (who.user, ME, Something(used_by=(1,)), True),
        (who.user, MODERATOR, Something(used_by=(2,)), False),
        (who.outsider, ME, Something(owner_id=2), True),
        (who.outsider, ME, Something(owner_id=1), False),
        (who.third_person, ME, Something(), True),
        (who.third_person, ME, Something(by_id=1), False),
        (who.third_person, ME, Something(owner_id=1), False),
        (who.uninvolved_moderator, MODERATOR, Something(), True),
        (who.uninvolved_moderator, MODERATOR, Something(by_id=1), False),
        (who.uninvolved_moderator, ME, Something(), False),
        (who.answers_for, Somebody(stakes=(7,)), Something(), True),
        (who.answers_for, Somebody(stakes=(8,), is_moderator=True), Something(), False),
        (who.delegate, ME, Something(delegate_id=1), True),
        (who.delegate, ME, Something(delegate_id=2), False),
        (who.not_responsible, ME, Something(), True),
        (who.not_responsible, ME, Something(delegate_id=1), False),
        (who.not_responsible, Somebody(stakes=(7,)), Something(), False),
        (who.administrator, Somebody(is_administrator=True), None, True),
        (who.administrator, Somebody(is_moderator=True), None, False),
        (who.directory, Somebody(is_directory=True), None, True),
        (who.directory, Somebody(is_administrator=True), None, False),
    ],
)
def test_a_predicate_holds_for_whom_it_names(predicate: Any, person: Any, subject: Any, holds: bool) -> None:
    assert predicate(person, subject) is holds


@pytest.mark.parametrize("action", ACTIONS)
def test_whoever_has_left_may_do_nothing_at_all(action: str) -> None:
    gone = Somebody(is_active=False, is_moderator=True, is_administrator=True)
    assert not allowed(gone, action, Something(id=1, author_id=1, person_id=1, question=MINE))
    with pytest.raises(Forbidden):
        require(gone, action, Something(id=1, author_id=1, person_id=1, question=MINE))


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_is_somebodys(action: str) -> None:
    everything = Somebody(is_moderator=True, is_administrator=True, is_directory=True, stakes=(1, 7))
    subjects = [
        Something(
            id=1,
            author_id=author_id,
            person_id=whose,
            by_id=whose,
            decided_by_id=whose,
            owner_id=whose,
            question=each,
            department_id=6 + whose,
            author_department_id=8,
        )
        for each in (MINE, NOT_MINE)
        for author_id in (1, 2)
        for whose in (1, 2)
    ]
    for subject in [each for each in subjects if allowed(everything, action, each)] or pytest.fail("nobody's"):
        require(everything, action, subject)


def test_one_predicate_that_holds_is_enough() -> None:
    assert allowed(ME, "post.edit", MINE)
    assert allowed(Somebody(is_moderator=True), "post.edit", NOT_MINE)
    assert not allowed(ME, "post.edit", NOT_MINE)


def test_looking_after_people_gives_no_right_over_what_they_wrote() -> None:
    administrator = Somebody(is_administrator=True)
    of_texts = ("post.edit", "post.remove", "post.roll_back", "practice.promote", "practice.retire", "answer.accept")
    subject = Something(author_id=2, question=NOT_MINE)
    assert [action for action in of_texts if allowed(administrator, action, subject)] == []


def test_an_action_that_the_table_does_not_name_is_a_mistake_of_ours_and_no_permission() -> None:
    with pytest.raises(KeyError):
        allowed(ME, "post.publish_in_the_newspaper", MINE)


def test_a_refusal_says_whom_to_ask() -> None:
    with pytest.raises(Forbidden, match="ask a moderator"):
        require(ME, "post.edit", NOT_MINE)
