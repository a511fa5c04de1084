"""Who leads whom."""

from __future__ import annotations

from forum.core.clock import now
from forum.people.models import Person
from forum.teams.leading import DIRECTLY, lead_of, leaders_of, people_led_by, stakeholders
from tests import factories


def test_whoever_answers_for_a_department_leads_the_others_in_it(head: Person, staff: list[Person]) -> None:
    (team,) = lead_of(head).teams
    assert (team.name, team.people) == ("Sales", {person.id for person in staff})
    assert people_led_by(head.id) == team.people


def test_whoever_others_report_to_leads_these(top: Person, head: Person) -> None:
    (team,) = lead_of(top).teams
    assert (team.name, team.department_id, team.people) == (DIRECTLY, None, {head.id})


def test_nobody_is_led_by_a_colleague_and_nobody_leads_who_has_left(staff: list[Person], head: Person) -> None:
    assert lead_of(staff[0]).teams == ()
    for person in staff:
        person.left_at = now()
    assert lead_of(head).teams == ()


def test_one_is_led_by_whom_one_reports_to_and_who_answers_for_the_department(
    head: Person, staff: list[Person], top: Person
) -> None:
    staff[0].manager_id = top.id
    assert list(leaders_of(staff[0])) == [head, top]
    assert list(leaders_of(head)) == [top]
    assert list(leaders_of(top)) == []


def test_stakeholders_are_those_who_answer_for_a_department_now(head: Person, staff: list[Person]) -> None:
    gone = factories.person("Gone Head", None, "stakeholder")
    gone.left_at = now()
    assert list(stakeholders()) == [head.id]
