"""The one source of time: the demonstration moves it, a replayed story holds it still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from forum.core import clock as clocks
from forum.core.clock import Clock, as_of, clock, now
from forum.core.db import db

SPRING = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.mark.usefixtures("app")
def test_now_is_the_real_moment_in_utc() -> None:
    with time_machine.travel(SPRING, tick=False):
        assert now() == SPRING
        assert now().tzinfo is UTC


@pytest.mark.usefixtures("app")
def test_inside_a_story_it_is_the_storys_time_and_outside_it_is_not() -> None:
    with time_machine.travel(SPRING, tick=False):
        with as_of(SPRING - timedelta(days=30)):
            assert now() == SPRING - timedelta(days=30)
            with as_of(SPRING - timedelta(days=20)):
                assert now() == SPRING - timedelta(days=20)
            assert now() == SPRING - timedelta(days=30)
        assert now() == SPRING


@pytest.mark.usefixtures("app")
def test_a_story_that_breaks_off_does_not_stop_the_clock() -> None:
    with time_machine.travel(SPRING, tick=False):
        with pytest.raises(RuntimeError), as_of(SPRING - timedelta(days=30)):
            raise RuntimeError
        assert now() == SPRING


def test_every_process_follows_a_clock_that_was_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "LOOK_EVERY", 0.0)
    of_the_server, of_the_worker = Clock(tmp_path / "clock"), Clock(tmp_path / "clock")
    assert of_the_worker.shift == timedelta()
    of_the_server.move(timedelta(days=3))
    of_the_server.move(timedelta(hours=4))
    assert of_the_worker.shift == timedelta(days=3, hours=4)


def test_the_clock_is_not_looked_for_at_every_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "LOOK_EVERY", 3_600.0)
    of_the_worker = Clock(tmp_path / "clock")
    assert of_the_worker.shift == timedelta()
    Clock(tmp_path / "clock").move(timedelta(days=3))
    assert of_the_worker.shift == timedelta()


def test_a_clock_that_was_moved_stays_so_after_a_restart(tmp_path: Path) -> None:
    Clock(tmp_path / "clock").move(timedelta(days=1))
    with time_machine.travel(SPRING, tick=False):
        assert Clock(tmp_path / "clock").now() == SPRING + timedelta(days=1)


def test_a_step_back_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    moved = Clock(tmp_path / "clock")
    moved.move(timedelta(days=1))
    with pytest.raises(ValueError, match="forward"):
        moved.move(timedelta(seconds=-1))
    assert moved.shift == timedelta(days=1)


@pytest.mark.usefixtures("app")
def test_the_database_keeps_the_moment_and_not_the_words_for_it() -> None:
    from forum.core.db import UTCDateTime

    kept, dialect = UTCDateTime(), db.engine.dialect
    moment = datetime.fromisoformat("2026-03-29T02:30:00+02:00")
    assert kept.process_bind_param(moment, dialect) == datetime(2026, 3, 29, 0, 30)
    assert kept.process_result_value(datetime(2026, 3, 29, 0, 30), dialect) == moment
    assert clock().shift == timedelta()
