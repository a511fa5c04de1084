"""Background work: done once, tried again, given up loudly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from forum.core import jobs
from forum.core.db import db, transaction
from forum.core.events import Event, EventRow, publish

seen: list[object] = []


@dataclass(frozen=True, kw_only=True)
class KettleBoiled(Event):
    """Something that only these tests know."""

    kettle: int


@dataclass(frozen=True, kw_only=True)
class TeaMade(Event):
    """What follows."""

    kettle: int


@jobs.listener(once_per="kettle")
def make_tea(event: KettleBoiled) -> None:
    """A listener that notes what it did; kettle 13 is broken."""
    if event.kettle == 13:
        raise OSError("the kettle is broken")
    seen.append(event.kettle)


@jobs.listener(batched=True)
def count_kettles(events: list[KettleBoiled]) -> None:
    """A listener that takes many at once."""
    if any(event.kettle == 13 for event in events):
        raise OSError("one of them is broken")
    seen.append([event.kettle for event in events])


@jobs.listener(atomic=True)
def write_it_down(event: KettleBoiled) -> None:
    """A listener whose work is rows; kettle 13 breaks when half of them are written."""
    publish(TeaMade(kettle=event.kettle))
    db.session.flush()
    if event.kettle == 13:
        raise OSError("the pen is broken")


@pytest.fixture(autouse=True)
def kitchen(app: Flask) -> Iterator[None]:
    seen.clear()
    app.extensions["subscriptions"][KettleBoiled] = [make_tea]
    yield
    del app.extensions["subscriptions"][KettleBoiled]


def boil(*kettles: int) -> None:
    with transaction():
        for kettle in kettles:
            publish(KettleBoiled(kettle=kettle))


def boil_and_change_ones_mind() -> None:
    with transaction():
        publish(KettleBoiled(kettle=1))
        raise RuntimeError("changed my mind")


def waiting() -> list[jobs.Job]:
    db.session.rollback()
    return list(db.session.scalars(select(jobs.Job).execution_options(populate_existing=True)))


def test_an_event_becomes_a_row_and_its_listeners_run_later() -> None:
    boil(1)
    assert seen == []
    assert db.session.scalars(select(EventRow.name)).all() == ["KettleBoiled"]
    assert jobs.run_due() == 1
    assert seen == [1]
    assert waiting() == []


def test_nothing_is_queued_when_the_deed_is_rolled_back() -> None:
    with pytest.raises(RuntimeError):
        boil_and_change_ones_mind()
    assert waiting() == []
    assert db.session.scalars(select(EventRow)).all() == []


def test_the_same_work_asked_for_twice_while_it_waits_is_done_once() -> None:
    boil(2, 2)
    boil(2)
    jobs.run_due()
    assert seen == [2]


def test_work_asked_for_again_while_it_runs_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    boil(3)
    leased = jobs._lease()
    boil(3)
    jobs._run(make_tea, leased)
    assert jobs.run_due() == 1
    assert seen == [3, 3]
    assert waiting() == []


def test_work_asked_for_again_while_it_reads_the_database_is_done_again() -> None:
    boil(3)
    leased = jobs._lease()
    boil(3)
    db.session.rollback()  # As whatever reads the database does at its end.
    jobs._run(make_tea, leased)
    assert jobs.run_due() == 1
    assert seen == [3, 3]


def test_a_failing_job_is_kept_with_its_error_and_the_others_go_on() -> None:
    boil(13, 4)
    jobs.run_due()
    assert seen == [4]
    (failed,) = waiting()
    assert failed.error == "OSError: the kettle is broken"
    assert failed.given_up_at is None


def test_a_job_is_given_up_after_its_last_try_and_asking_again_revives_it() -> None:
    boil(13)
    for _ in range(jobs.TRIES):
        with transaction():
            db.session.execute(db.update(jobs.Job).values(due_at=jobs.now(), leased_until=None))
        jobs.run_due()
    assert waiting()[0].given_up_at is not None
    assert jobs.run_due() == 0
    boil(13)
    assert waiting()[0].given_up_at is None


def test_one_bad_event_of_a_batch_does_not_hold_up_the_rest(app: Flask) -> None:
    app.extensions["subscriptions"][KettleBoiled] = [count_kettles]
    boil(5, 13, 6)
    jobs.run_due()
    assert seen == [[5], [6]]
    assert len(waiting()) == 1


def test_a_leased_job_is_nobody_elses() -> None:
    boil(7)
    assert len(jobs._lease()) == 1
    assert jobs._lease() == []


def tea_made() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(EventRow).where(EventRow.name == "TeaMade")).all())


def test_atomic_work_that_fails_half_way_leaves_nothing_and_is_tried_again(app: Flask) -> None:
    app.extensions["subscriptions"][KettleBoiled] = [write_it_down]
    boil(13, 9)
    jobs.run_due()
    assert tea_made() == 1
    (failed,) = waiting()
    assert failed.error == "OSError: the pen is broken"


def test_atomic_work_is_done_once_though_two_workers_hold_its_lease(app: Flask) -> None:
    app.extensions["subscriptions"][KettleBoiled] = [write_it_down]
    boil(10)
    first = jobs._lease()
    db.session.expunge_all()
    with transaction():
        db.session.execute(db.update(jobs.Job).values(leased_until=None))
    second = jobs._lease()
    jobs._run(write_it_down, first)
    assert tea_made() == 0
    jobs._run(write_it_down, second)
    jobs._run(write_it_down, second)
    assert tea_made() == 1
    assert waiting() == []


def test_events_are_append_only() -> None:
    boil(8)
    row = db.session.scalars(select(EventRow)).one()
    with pytest.raises(TypeError, match="append-only"), transaction():
        row.name = "Something else"
