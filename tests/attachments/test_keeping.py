"""How much one person may keep, and what becomes of what nobody uses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from forum.attachments import storing
from forum.attachments.keeping import (
    A_DAY,
    UNUSED_FOR,
    NoRoom,
    attachments_of,
    forget,
    keep,
    throw_away_unused,
)
from forum.attachments.models import Attachment
from forum.attachments.recognising import Recognised
from forum.core.clock import as_of, now
from forum.core.db import db
from forum.people.models import Person
from tests import factories


def kept(by: Person, data: bytes = b"bytes", **given: Any) -> Attachment:
    """An attachment with its bytes."""
    made = keep(by, Recognised(**{"kind": "png", "data": data, "width": 4, "height": 3, **given}))
    storing.save(made.token, data)
    return made


def show(attachment: Attachment, by: Person) -> Any:
    """A question that shows it."""
    return factories.question(by, body=f"Look: ![a lamp]({attachment.address})")


def is_stored(token: str) -> bool:
    try:
        return bool(storing.read(token))
    except storing.StorageAway:
        return False


@pytest.fixture
def small_quotas(app: Flask) -> Iterator[None]:
    """Ten bytes a day, fifteen altogether."""
    before = dict(app.config)
    app.config.update(PROVEN_ATTACHMENT_DAY=10, PROVEN_ATTACHMENT_TOTAL=15)
    yield
    app.config.update(before)


def test_a_day_has_its_quota(small_quotas: None, kim: Person, marta: Person) -> None:
    kept(kim, bytes(10))
    with pytest.raises(NoRoom, match="Try again tomorrow"):
        kept(kim, b"1")
    kept(marta, bytes(10))


def test_the_next_day_begins_anew_and_a_person_has_a_quota_too(small_quotas: None, kim: Person) -> None:
    with as_of(now() - A_DAY - timedelta(minutes=1)):
        kept(kim, bytes(10))
    kept(kim, bytes(5))
    with pytest.raises(NoRoom, match="for one person"):
        kept(kim, b"1")


def test_the_mark_of_the_bytes_is_kept(kim: Person) -> None:
    assert kept(kim, b"abc").sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_what_no_post_uses_is_thrown_away_after_two_weeks(kim: Person) -> None:
    with as_of(now() - UNUSED_FOR - timedelta(minutes=1)):
        forgotten, used = kept(kim), kept(kim)
        show(used, kim)
    fresh = kept(kim)
    throw_away_unused()
    assert set(db.session.scalars(select(Attachment.token))) == {used.token, fresh.token}
    assert [is_stored(each.token) for each in (forgotten, used, fresh)] == [False, True, True]


def test_while_the_storage_is_away_the_row_stays_to_be_found_again(
    kim: Person, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    with as_of(now() - UNUSED_FOR - timedelta(minutes=1)):
        forgotten = kept(kim)
    folder = app.config["PROVEN_DATA"] / storing.FOLDER
    aside = folder.rename(folder.with_name("aside"))
    folder.write_text("in the way")
    storing.attach(app)
    with pytest.raises(storing.StorageAway):
        throw_away_unused()
    folder.unlink()
    aside.rename(folder)
    assert db.session.scalars(select(Attachment.thrown_away_at)).one() is not None
    throw_away_unused()
    assert not is_stored(forgotten.token)
    assert db.session.scalar(select(Attachment.id)) is None


def test_whoever_is_forgotten_leaves_what_posts_show_and_no_name(kim: Person, marta: Person) -> None:
    shown, unused, of_another = kept(kim, kind="txt", name="Kim.txt"), kept(kim), kept(marta)
    show(shown, kim)
    assert {each.id for each in attachments_of(kim)} == {shown.id, unused.id}
    forget(kim)
    forget(kim)
    db.session.expire_all()
    assert attachments_of(kim) == []
    assert (shown.person_id, shown.name, shown.thrown_away_at) == (None, "", None)
    assert unused.thrown_away_at is not None
    assert of_another.person_id == marta.id
    throw_away_unused()
    assert [is_stored(each) for each in (shown.token, unused.token)] == [True, False]


def test_a_kind_that_is_none_is_refused_by_the_table(kim: Person) -> None:
    with pytest.raises(IntegrityError):
        kept(kim, kind="svg")
    db.session.rollback()
