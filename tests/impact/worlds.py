"""Facts as a test needs them: only what matters has to be named. Every hour is a working hour here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import strategies as st

from forum.causes.measuring import Known, Telling
from forum.causes.models import STATES
from forum.causes.rates import weigh
from forum.core.suppression import shown
from forum.core.working_time import DAYS, Calendar
from forum.impact.facts.facts import Commitment, Course, Facts, Need, Outcome, Person, Practice, Story, Verified
from forum.impact.facts.periods import QUARTER, Period
from forum.objectives.measuring import Movement, Point
from forum.pulse.measuring import Favour, Item, Round

LAUNCH = datetime(2026, 1, 5, tzinfo=UTC)
QUARTER_1 = Period("q1", "Months 1–3", LAUNCH, LAUNCH + QUARTER)
AS_OF = LAUNCH + timedelta(days=60)
ALWAYS = Calendar("UTC", dict.fromkeys(DAYS, (("00:00", "24:00"),)))
SALES, FINANCE = 1, 2

_number = count(1)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def outcome(said: str = "resolved", after: float = 72, **given: Any) -> Outcome:
    """What was said, so many hours after launch."""
    at = LAUNCH + hours(after)
    return Outcome(
        **{
            "outcome": said,
            "due_at": at,
            "closed_at": at,
            "minutes": None,
            "is_known": False,
            "helper_id": None,
            **given,
        }
    )


def need(**given: Any) -> Need:
    """A need of Sales, asked at launch; `answered`, `accepted` and `worked` after so many hours."""
    opened = given.pop("opened_at", LAUNCH)
    for name in ("answered", "accepted", "withdrawn"):
        after = given.pop(name, None)
        if after is not None:
            given[f"{name}_at"] = opened + hours(after)
    said = given.pop("said", None)
    if said is not None:
        given["first"] = outcome(said) if isinstance(said, str) else said
        if given["first"].outcome == "resolved":
            given.setdefault("met", given["first"])
    base = {
        "id": next(_number),
        "person_id": 1,
        "department_id": SALES,
        "origin": "asked",
        "state": "open",
        "impact": "slowed",
        "needed_by": None,
        "opened_at": opened,
        "question_id": next(_number),
        "practice_id": None,
    }
    return Need(**{**base, **given})


def practice(**given: Any) -> Practice:
    """A practice of Finance, made at launch."""
    base = {
        "id": next(_number),
        "title": "Look first",
        "department_id": FINANCE,
        "created_at": LAUNCH,
        "label": "too_early",
        "freshness": "in date",
        "worked": 0,
        "tried": 0,
    }
    return Practice(**{**base, **given})


def commitment(state: str = "kept", **given: Any) -> Commitment:
    """A commitment for ten days after launch."""
    base = {
        "id": next(_number),
        "person_id": 1,
        "with_id": None,
        "due_on": (LAUNCH + timedelta(days=10)).date(),
        "state": state,
        "is_private": False,
        "made_at": LAUNCH,
    }
    return Commitment(**{**base, **given})


def course(**given: Any) -> Course:
    """A course for Sales, agreed at launch."""
    return Course(**{"id": next(_number), "department_id": SALES, "agreed_at": LAUNCH, **given})


def person(id: int, department_id: int = SALES, **given: Any) -> Person:
    """Somebody who has been here since launch."""
    joined = given.pop("joined_at", LAUNCH)
    base = {"joined_at": joined, "left_at": None, "level": "front", "places": ((department_id, joined, None),)}
    return Person(id=id, **{**base, **given})


def facts(needs: Iterable[Need] = (), **given: Any) -> Facts:
    """Facts of two departments."""
    base: dict[str, Any] = {
        "as_of": AS_OF,
        "launch": LAUNCH,
        "departments": {SALES: "Sales", FINANCE: "Finance"},
        "calendars": {SALES: ALWAYS, FINANCE: ALWAYS},
    }
    return Facts(needs={each.id: each for each in needs}, **{**base, **given})


moments = st.integers(-24 * 20, 24 * 120).map(lambda number: LAUNCH + hours(number))
maybe_moments = st.none() | moments
outcomes = st.builds(
    Outcome,
    outcome=st.sampled_from(("resolved", "partly", "not", "no_reply")),
    due_at=moments,
    closed_at=moments,
    minutes=st.none() | st.integers(0, 400),
    is_known=st.booleans(),
    helper_id=st.none() | st.integers(1, 9),
    helper_department_id=st.sampled_from((None, SALES, FINANCE)),
    fits=st.none() | st.booleans(),
)


@st.composite
def any_need(draw: st.DrawFn) -> Need:
    """A need in any state whatever, also in some that cannot be."""
    opened = draw(moments)
    later = st.none() | st.integers(0, 24 * 40).map(lambda number: opened + hours(number))
    first = draw(st.none() | outcomes)
    met = first if first and first.outcome == "resolved" else draw(st.none() | outcomes)
    origin = draw(st.sampled_from(("asked", "asked", "me_too", "deflected", "reuse")))
    return Need(
        id=next(_number),
        person_id=draw(st.integers(1, 9)),
        department_id=draw(st.sampled_from((SALES, FINANCE))),
        origin=origin,
        state=draw(
            st.sampled_from(("open", "routed", "open_problem", "answered", "resolved", "no_reply", "withdrawn"))
        ),
        impact=draw(st.sampled_from(("blocked", "slowed", "curious"))),
        needed_by=draw(st.none() | moments.map(datetime.date)),
        opened_at=opened,
        question_id=draw(st.integers(1, 30)),
        practice_id=draw(st.integers(1, 3)) if origin == "reuse" else None,
        is_merged=draw(st.booleans()),
        is_hidden=draw(st.booleans()),
        is_own=draw(st.booleans()),
        moment=draw(st.sampled_from((None, "new", "apply"))),
        says_tried=draw(st.booleans()),
        answered_at=draw(later),
        accepted_at=draw(later),
        verified=draw(st.none() | st.builds(Verified, at=moments, department_id=st.sampled_from((SALES, FINANCE)))),
        withdrawn_at=draw(later),
        rounds=tuple(draw(st.lists(st.tuples(moments, st.none()), max_size=2))),
        first=first,
        met=met if first else None,
        met_again=draw(st.booleans()),
    )


any_practice = st.builds(
    practice,
    id=st.integers(1, 3),
    label=st.sampled_from(("proven", "promising", "mixed", "too_early", "does_not_work")),
    freshness=st.sampled_from(("in date", "due", "stale", "retired")),
    is_hidden=st.booleans(),
    worked=st.integers(0, 5),
    tried=st.integers(5, 9),
    created_at=moments,
)
any_commitment = st.builds(
    commitment,
    state=st.sampled_from(("made", "due", "kept", "partly", "dropped", "no_reply")),
    person_id=st.integers(1, 3),
    with_id=st.none() | st.integers(1, 3),
    is_private=st.booleans(),
    due_on=moments.map(datetime.date),
)
any_course = st.builds(course, department_id=st.sampled_from((SALES, FINANCE)), agreed_at=moments)
any_weighed = st.builds(weigh, st.integers(0, 20), st.integers(0, 90), st.integers(0, 20), st.integers(0, 60))
any_cause = st.builds(
    Known,
    id=st.integers(1, 6),
    title=st.just("The old address comes back"),
    url=st.just("/causes/1"),
    state=st.sampled_from(tuple(STATES)),
    department_id=st.sampled_from((SALES, FINANCE)),
    signalled_at=maybe_moments,
    seen_at=maybe_moments,
    days=st.floats(0, 60),
    effect_on=st.none() | moments.map(datetime.date),
    weighed=st.none() | any_weighed,
)
any_telling = st.builds(
    Telling, id=st.integers(1, 20), cause_id=st.just(1), at=moments, in_time=st.none() | st.booleans()
)
any_movement = st.builds(
    Movement,
    objective_id=st.integers(1, 5),
    title=st.just("Mis-shipped orders"),
    unit=st.just("a month"),
    direction=st.sampled_from(("down", "up")),
    baseline=st.floats(0, 20),
    target=st.floats(0, 20),
    points=st.lists(st.builds(Point, moments.map(datetime.date), st.floats(0, 20), st.just("")), max_size=3),
    marks=st.just(()),
)
any_story = st.builds(
    Story,
    id=st.integers(1, 9),
    title=st.just("The parcel"),
    went=st.sampled_from(("well", "badly")),
    told_at=moments,
    is_true=st.sampled_from((True, None)),
)


@st.composite
def any_round(draw: st.DrawFn) -> Round:
    """A round of the pulse with one item."""
    invited = draw(st.integers(0, 40))
    replied = draw(st.integers(0, invited))
    favour = Favour(draw(st.integers(0, replied)), replied, invited)
    ends = draw(moments).date()
    item = Item(1, "I can ask here", favour, None, shown(()))
    return Round(draw(st.integers(1, 8)), ends - timedelta(days=91), ends, invited, replied, (item,))


def _unique(name: str) -> Any:
    return lambda each: getattr(each, name)


any_facts = st.builds(
    facts,
    needs=st.lists(any_need(), max_size=25),
    practices=st.lists(any_practice, max_size=3, unique_by=lambda each: each.id),
    commitments=st.lists(any_commitment, max_size=8),
    courses=st.lists(any_course, max_size=3),
    heard=st.dictionaries(st.integers(1, 30), moments, max_size=9),
)
any_results = st.builds(
    facts,
    causes=st.lists(any_cause, max_size=6, unique_by=_unique("id")),
    tellings=st.lists(any_telling, max_size=20, unique_by=_unique("id")),
    movements=st.lists(any_movement, max_size=5, unique_by=_unique("objective_id")),
    stories=st.lists(any_story, max_size=9, unique_by=_unique("id")),
    rounds=st.lists(any_round(), max_size=3, unique_by=_unique("number")),
)
