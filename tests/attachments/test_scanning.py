"""The organisation's virus scanner: a real programme that reads the file, and what becomes of its word."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.attachments import scanning, storing
from forum.attachments.models import Attachment
from forum.core.config import WrongSetting, load
from forum.core.db import db
from forum.people.models import Person
from tests.attachments import files
from tests.attachments.sending import send
from tests.conftest import Browser

Window = Callable[[Person], Browser]
# Ends as ClamAV's does: 1 for what it knows, 2 when it could not look.
SCANNER = """
import pathlib, sys, time
data = sys.stdin.buffer.read()
pathlib.Path(__file__).with_name("seen").write_bytes(data)
if b"SLOW" in data: time.sleep(30)
if b"BROKEN" in data: sys.exit(2)
if b"QUOKKA-TEST-VIRUS" in data:
    print("stdin: Quokka.Test FOUND")
    sys.exit(1)
"""


@pytest.fixture
def seen(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with a scanner; the file in which it keeps what it was given last."""
    programme = tmp_path / "scanner.py"
    programme.write_text(SCANNER)
    monkeypatch.setitem(app.config, "PROVEN_SCAN", [sys.executable, str(programme)])
    return tmp_path / "seen"


def kept() -> int:
    return db.session.scalars(select(func.count()).select_from(Attachment)).one()


def test_what_the_scanner_calls_clean_is_kept_and_it_was_given_every_byte(
    browser: Window, kim: Person, seen: Path
) -> None:
    assert send(browser(kim), b"Turn it twice.", "a.txt").status_code == 201
    assert seen.read_bytes() == b"Turn it twice."
    photograph = files.photograph()
    assert send(browser(kim), photograph, "a.jpg").status_code == 201
    assert seen.read_bytes() == photograph  # As it was sent, before anything else reads it.
    assert kept() == 2


@pytest.mark.parametrize("headers", [None, {}], ids=["in an editor", "without JavaScript"])
def test_an_infected_file_is_refused_in_words_and_nothing_of_it_stays(
    browser: Window, kim: Person, seen: Path, caplog: pytest.LogCaptureFixture, headers: dict[str, str] | None
) -> None:
    answer = send(browser(kim), b"QUOKKA-TEST-VIRUS", "a.txt", headers=headers)
    assert answer.status_code == 422
    assert "found something in this file" in answer.get_data(as_text=True)
    assert kept() == 0
    assert "Quokka.Test FOUND" in caplog.text


@pytest.mark.parametrize("said", [b"BROKEN", b"SLOW"])
def test_while_the_scanner_is_away_no_file_is_kept_and_texts_go_on(
    browser: Window, kim: Person, seen: Path, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(scanning, "TIME", 1.5)
    answer = send(browser(kim), said, "a.txt")
    assert (answer.status_code, kept()) == (503, 0)
    assert "no file is kept unchecked" in answer.get_json()["message"]
    assert browser(kim).post("/preview", data={"body": "Turn it twice."}).status_code == 200


def test_a_scanner_that_was_taken_away_since_the_start_keeps_nothing(
    browser: Window, kim: Person, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PROVEN_SCAN", ["/nowhere/clamdscan", "-"])
    assert send(browser(kim), b"Turn it twice.", "a.txt").status_code == 503
    assert kept() == 0


def test_without_a_scanner_none_is_asked(browser: Window, kim: Person, app: Flask) -> None:
    assert app.config["PROVEN_SCAN"] == []
    assert send(browser(kim), b"QUOKKA-TEST-VIRUS", "a.txt").status_code == 201
    assert storing.read(db.session.scalars(select(Attachment.token)).one()) == b"QUOKKA-TEST-VIRUS"


@pytest.mark.parametrize("given", ["no-such-programme -", "'unclosed"])
def test_the_start_refuses_a_scanner_that_is_not_there(tmp_path: Path, given: str) -> None:
    with pytest.raises(WrongSetting, match="PROVEN_SCAN"):
        load({"PROVEN_DATA": str(tmp_path), "PROVEN_SCAN": given})


def test_a_scanner_is_given_its_words_as_a_shell_would(tmp_path: Path) -> None:
    command = f'"{sys.executable}" -c "print(1)"'
    assert load({"PROVEN_DATA": str(tmp_path), "PROVEN_SCAN": command})["PROVEN_SCAN"] == [
        sys.executable,
        "-c",
        "print(1)",
    ]
