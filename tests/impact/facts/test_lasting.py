"""What outlasts a reading is what would come out anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from forum.impact.facts.facts import Facts
from forum.impact.facts.lasting import lasting
from forum.impact.facts.periods import QUARTER
from forum.impact.measures import used
from forum.impact.measures.figures import Figure
from forum.impact.measures.strips import computed, figures_of
from forum.impact.silos import counting
from tests.impact.worlds import LAUNCH, QUARTER_1, any_facts, any_need, facts, need

LATER = LAUNCH + QUARTER + timedelta(days=70)


@given(any_facts, any_need(), st.integers(0, 60))
def test_what_is_kept_would_come_out_the_same(known: Facts, changed: object, days: int) -> None:
    old = replace(known, as_of=LATER, kept={})
    figures_of(old, QUARTER_1)
    counting.quarter(old, QUARTER_1)
    needs = {**old.needs, changed.id: changed}  # type: ignore[attr-defined]
    new = replace(old, as_of=LATER + timedelta(days=days), needs=needs, kept={})
    for (make, period, *_), made in lasting(old, new, [changed.id]).items():  # type: ignore[attr-defined]
        anew = make(new, period)
        if isinstance(made, Figure):
            made, anew = replace(made, curve=None), replace(anew, curve=None)
        assert made == anew


def test_a_change_of_one_of_its_needs_ends_it_and_another_does_not() -> None:
    old = facts([need(said="resolved")], as_of=LATER)
    computed(old, QUARTER_1, used.confirmed)
    inside, long_after = need(opened_at=LAUNCH + QUARTER), need(opened_at=LATER)
    assert lasting(old, replace(old, needs={**old.needs, long_after.id: long_after}, kept={}), [long_after.id])
    assert not lasting(old, replace(old, needs={**old.needs, inside.id: inside}, kept={}), [inside.id])
    running = facts([need(said="resolved")], as_of=LAUNCH + timedelta(days=10))
    computed(running, QUARTER_1, used.confirmed)
    assert not lasting(running, running, [])
