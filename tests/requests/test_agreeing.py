"""Whoever asks decides, somebody of another department proposes, and what both said stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum.core.errors import Forbidden, Invalid, Refused
from forum.people.models import Person
from forum.requests import listing
from forum.requests.agreeing import decide, diagnose, propose, standing_proposal
from forum.requests.models import REPLIES, STATES, WAYS, Request
from tests import factories
from tests.requests.conftest import ask

LOOKED = {"words": "Nobody knows what is due when.", "posts": []}


def test_a_request_is_looked_after_by_one_from_each_side(kim: Person, mina: Person, received: Request) -> None:
    colleague = factories.person("Same Department", kim.department)
    for person in (kim, colleague):
        with pytest.raises(Forbidden):
            diagnose(person, received, **LOOKED)
    diagnose(mina, received, **LOOKED)
    assert (received.state, received.author_id, received.owner_id) == ("diagnosed", kim.id, mina.id)


def test_until_there_is_a_proposal_somebody_else_may_look_again_and_takes_it_over(
    marta: Person, mina: Person, farah: Person, received: Request
) -> None:
    diagnose(mina, received, **LOOKED)
    diagnose(farah, received, words="It is the sheet.", posts=[])
    assert (received.owner_id, received.diagnosis) == (farah.id, "It is the sheet.")
    with pytest.raises(Forbidden):
        propose(mina, received, way="as_asked", options=[], words="A course.")
    propose(farah, received, way="as_asked", options=[], words="A course.")
    with pytest.raises(Refused):
        diagnose(mina, received, **LOOKED)


def test_matching_needs_are_counted_over_the_questions_that_were_found(
    kim: Person, marta: Person, mina: Person, farah: Person, received: Request
) -> None:
    question = factories.question(marta, "What has to be in before month-end?")
    practice = factories.practice(farah, factories.answer(mina, question))
    factories.question(marta, "Something else entirely?")  # noise
    diagnose(mina, received, words="Here.", posts=[practice.id, question.id, question.id])
    found = listing.evidence(received)
    assert [(each.kind, each.id, each.needs) for each in found] == [
        ("question", question.id, 1),
        ("practice", practice.id, 0),
    ]
    for nothing in (0, received.id, factories.answer(kim, question).id):
        with pytest.raises(Invalid):
            diagnose(mina, received, words="Here.", posts=[nothing])


def test_anything_but_the_course_says_what_is_done_in_its_place(mina: Person, received: Request) -> None:
    with pytest.raises(Forbidden):
        propose(mina, received, way="as_asked", options=[], words="A course.")
    diagnose(mina, received, **LOOKED)
    for wrong, field in (
        ({"way": "some_way"}, "way"),
        ({"options": []}, "options"),
        ({"options": ["course", "nonsense"]}, "options"),
        ({"words": " "}, "words"),
    ):
        said: dict[str, Any] = {"way": "none", "options": ["cause"], "words": "Mend it.", **wrong}
        with pytest.raises(Invalid) as refused:
            propose(mina, received, **said)
        assert refused.value.field == field
    propose(mina, received, way="none", options=["cause"], words="Mend it.")
    assert received.state == "proposed"


def test_a_second_proposal_takes_the_place_of_one_without_a_reply(kim: Person, mina: Person, proposed: Request) -> None:
    propose(mina, proposed, way="as_asked", options=["course"], words="The course, then.")
    decide(kim, proposed, "accepted")
    assert proposed.way == "as_asked"
    assert [each.reply for each in listing.proposals(proposed)] == ["accepted", None]
    with pytest.raises(Refused):
        propose(mina, proposed, way="none", options=["cause"], words="Or not.")


@pytest.mark.parametrize(
    ("reply", "way"), [("accepted", "other_way"), ("amended", "other_way"), ("insisted", "as_asked")]
)
def test_each_reply_is_an_agreement_and_is_kept_with_its_words(
    kim: Person, mina: Person, proposed: Request, reply: str, way: str
) -> None:
    with pytest.raises(Forbidden):
        decide(mina, proposed, reply, "For them.")
    if reply != "accepted":
        with pytest.raises(Invalid) as refused:
            decide(kim, proposed, reply, " ")
        assert refused.value.field == "words"
    decide(kim, proposed, reply, "Because.")
    said = standing_proposal(proposed)
    assert said is not None
    assert (proposed.state, proposed.way, said.reply, said.reply_words) == ("agreed", way, reply, "Because.")
    with pytest.raises(Refused):
        decide(kim, proposed, "accepted")


def test_a_wish_without_a_reason_is_asked_for_one(kim: Person) -> None:
    for wrong, field in (({"title": ""}, "title"), ({"title": "x" * 200}, "title"), ({"evidence": ""}, "evidence")):
        with pytest.raises(Invalid) as refused:
            ask(kim, **wrong)
        assert refused.value.field == field


def test_too_many_who_feel_it_are_refused(kim: Person) -> None:
    with pytest.raises(Invalid) as refused:
        ask(kim, *(factories.person() for _ in range(11)))
    assert refused.value.field == "concerned"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["diagnose", "propose", "decide"]),
        st.sampled_from(["asker", "other", "third"]),
        st.sampled_from([*WAYS]),
        st.sampled_from([*REPLIES]),
    ),
    max_size=12,
)


@given(steps=STEPS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_people_do_a_request_only_goes_forward(
    kim: Person, mina: Person, farah: Person, steps: list[tuple[str, str, str, str]]
) -> None:
    people = {"asker": kim, "other": mina, "third": farah}
    request = ask(kim)
    for step, who, way, reply in steps:
        before = STATES.index(request.state)
        _try(step, people[who], request, way, reply)
        assert STATES.index(request.state) >= before
        assert request.owner_id != request.author_id
        assert (request.way is None) == (request.agreed_at is None) == (request.state not in ("agreed", "checked"))
        replied = [each for each in listing.proposals(request) if each.reply is not None]
        assert len(replied) == (1 if request.state == "agreed" else 0)


def _try(step: str, person: Person, request: Request, way: str, reply: str) -> None:
    deeds: dict[str, Callable[[], Any]] = {
        "diagnose": lambda: diagnose(person, request, **LOOKED),
        "propose": lambda: propose(person, request, way=way, options=["answer"], words="So."),
        "decide": lambda: decide(person, request, reply, "Because."),
    }
    try:
        deeds[step]()
    except (Refused, Invalid, Forbidden):
        return
