"""What is sealed opens with the same key for the same purpose, and for nothing else."""

from __future__ import annotations

import pytest
from flask import Flask

from forum.core.sealing import CannotOpen, fingerprint, open_sealed, seal


def test_what_is_sealed_opens_for_the_same_purpose_only(app: Flask) -> None:
    sealed = seal("Who asked this?", "purpose")
    assert open_sealed(sealed, "purpose") == "Who asked this?"
    with pytest.raises(CannotOpen):
        open_sealed(sealed, "another purpose")


def test_sealing_twice_gives_two_texts_and_neither_shows_what_is_inside(app: Flask) -> None:
    sealed = {seal("secret words", "purpose") for _ in range(10)}
    assert len(sealed) == 10
    assert not any("secret" in each for each in sealed)


def test_a_changed_text_does_not_open(app: Flask) -> None:
    sealed = seal("secret words", "purpose")
    for place in range(0, len(sealed), 7):
        changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        with pytest.raises(CannotOpen):
            open_sealed(changed, "purpose")


@pytest.mark.parametrize("rubbish", ["", "x", "MQ==", "not base64 at all", "ü" * 40, "A" * 200])
def test_rubbish_does_not_open(rubbish: str, app: Flask) -> None:
    with pytest.raises(CannotOpen):
        open_sealed(rubbish, "purpose")


def test_nothing_opens_with_another_key(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed, print_of_it = seal("secret words", "purpose"), fingerprint("secret words", "purpose")
    monkeypatch.setitem(app.config, "SECRET_KEY", "another")
    assert fingerprint("secret words", "purpose") != print_of_it
    with pytest.raises(CannotOpen):
        open_sealed(sealed, "purpose")


def test_a_fingerprint_is_always_the_same_for_the_same_purpose_only(app: Flask) -> None:
    assert fingerprint("a", "purpose") == fingerprint("a", "purpose")
    assert fingerprint("a", "purpose") != fingerprint("a", "another purpose")
    assert fingerprint("a", "purpose") != fingerprint("b", "purpose")
