"""What is attached to a reply: put below it by the one way in that all files have, or named when it is refused."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select

from forum.attachments import storing
from forum.attachments.models import Attachment
from forum.core.db import db
from forum.people.models import Person
from tests.attachments.files import PDF, archive, opened, photograph, picture
from tests.incoming.conftest import Receive, posts_by
from tests.incoming.letters import begun

WORDS = "So it looks in the yard."


def with_files(letter: EmailMessage, by: Person, *files: tuple[str, str, bytes]) -> bytes:
    reply = begun(letter, by)
    reply.set_content(WORDS)
    for kind, name, data in files:
        main, _, sub = kind.partition("/")
        reply.add_attachment(data, main, sub, filename=name)
    return reply.as_bytes()


def test_pictures_and_files_stand_below_the_words(kim: Person, letter: EmailMessage, receive: Receive) -> None:
    files = (("image/jpeg", "The yard.jpg", photograph()), ("application/pdf", "List [new].pdf", PDF))
    assert receive(with_files(letter, kim, *files, ("image/png", "image001.png", picture()))).code == 0
    (made,) = posts_by(kim)[1:]
    shown, linked, unsaid = db.session.scalars(select(Attachment).order_by(Attachment.id)).all()
    assert made.body.split("\n\n") == [
        WORDS,
        f"![picture]({shown.address})",
        f"[List \\[new\\].pdf]({linked.address})",
        f"![picture]({unsaid.address})",
    ]
    assert f'<img src="{shown.address}"' in made.html
    assert not opened(storing.read(shown.token)).getexif()


def test_what_cannot_be_attached_is_named_and_nothing_is_posted(
    kim: Person, letter: EmailMessage, receive: Receive, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = receive(
        with_files(letter, kim, ("application/zip", "all.zip", archive()), ("image/png", "a.png", picture()))
    )
    assert ended.code == 65
    assert ended.said.startswith("Not posted. The file all.zip cannot be added: Pictures (PNG, JPG, WebP, GIF), PDF")
    assert ended.said.endswith("Send the reply without it.\n")
    inner = EmailMessage()
    inner.set_content("forwarded")
    outer = begun(letter, kim)
    outer.set_content(WORDS)
    outer.add_attachment(inner)
    assert receive(outer.as_bytes()).code == 65
    assert receive(with_files(letter, kim, *[("image/png", "a.png", picture())] * 11)).code == 65
    monkeypatch.setitem(app.config, "PROVEN_ATTACHMENT_DAY", 10)
    assert "a lot today" in receive(with_files(letter, kim, ("image/png", "a.png", picture()))).said
    assert len(posts_by(kim)) == 1
    assert db.session.scalars(select(Attachment)).all() == []


def test_what_programmes_add_by_themselves_is_no_file(kim: Person, letter: EmailMessage, receive: Receive) -> None:
    card = ("text/vcard", "kim.vcf", b"BEGIN:VCARD\nFN:Kim\nEND:VCARD")
    signed = ("application/pkcs7-signature", "smime.p7s", b"\x30\x82")
    assert receive(with_files(letter, kim, card, signed)).code == 0
    assert posts_by(kim)[-1].body == WORDS


def test_a_picture_within_the_words_is_kept_and_one_in_the_signature_is_not(
    kim: Person, letter: EmailMessage, receive: Receive
) -> None:
    reply = begun(letter, kim)
    reply.set_content("Look:\n[cid:shot@1]\nThere.\n\nBest regards\nKim Tran\n[cid:logo@1]\n")
    page = '<p>Look:</p><img src="cid:shot@1"><p>There.</p><p>Best regards</p><p>Kim Tran</p><img src="cid:logo@1">'
    reply.add_alternative(page, subtype="html")
    parts: Any = reply.get_payload()
    for name in ("shot", "logo"):
        parts[1].add_related(picture(), "image", "png", cid=f"<{name}@1>", filename=f"{name}-of-it.png")
    assert receive(reply.as_bytes()).code == 0
    (kept,) = db.session.scalars(select(Attachment)).all()
    assert posts_by(kim)[-1].body == f"Look:\n\nThere.\n\n![picture]({kept.address})"


def test_a_picture_alone_is_a_reply(kim: Person, letter: EmailMessage, receive: Receive) -> None:
    reply = begun(letter, kim)
    reply.set_content(picture(), "image", "png", filename="yard.png")
    assert receive(reply.as_bytes()).code == 0
    assert posts_by(kim)[-1].body.startswith("![picture](/attachments/")


def test_a_scanner_that_is_away_is_asked_again_later(
    kim: Person, letter: EmailMessage, receive: Receive, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PROVEN_SCAN", ["false", "here"])
    data = with_files(letter, kim, ("image/png", "a.png", picture()))
    assert receive(data).code == 65  # It ends with 1: something was found.
    monkeypatch.setitem(app.config, "PROVEN_SCAN", ["/no/such/scanner"])
    assert receive(data).code == 75
    monkeypatch.setitem(app.config, "PROVEN_SCAN", [])
    assert receive(data).code == 0
    assert len(posts_by(kim)) == 2
