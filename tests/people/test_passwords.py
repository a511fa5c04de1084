"""Passwords: long is what counts, and nothing readable is kept."""

from __future__ import annotations

from typing import Any

import pytest
from argon2 import PasswordHasher
from werkzeug.security import generate_password_hash

from forum.core.errors import Invalid
from forum.people.passwords import LONGEST, SHORTEST, check_strength, hash_password, is_right, rehashed

GOOD = "correct horse battery staple"


def test_only_the_right_password_fits_its_hash() -> None:
    hashed = hash_password(GOOD)
    assert is_right(GOOD, hashed)
    assert not is_right(GOOD + " ", hashed)
    assert GOOD not in hashed


def test_to_guess_a_password_takes_as_much_memory_and_time_as_argon2_advises(real_hasher: Any) -> None:
    if real_hasher is None:
        pytest.skip("no argon2 on this machine")
    hashed = real_hasher.hash(GOOD)
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert is_right(GOOD, hashed)


def test_the_same_password_is_kept_differently_each_time() -> None:
    assert hash_password(GOOD) != hash_password(GOOD)


def test_nobody_gets_in_without_a_hash_whatever_they_type() -> None:
    assert not is_right("nobody has this password", None)
    assert not is_right("", None)


def test_a_hash_that_cannot_be_read_fits_nothing() -> None:
    for damaged in ("$argon2id$v=19$broken", "rubbish", "scrypt:32768:8:1$broken"):
        assert not is_right(GOOD, damaged)


def test_a_password_too_long_to_be_hashed_is_wrong_at_once() -> None:
    assert not is_right("x" * (LONGEST + 1), hash_password(GOOD))


@pytest.mark.parametrize(
    "password", [GOOD, "x1y2z3" * 2, "пароль из слов", "日本語の長い合言葉です。は", "a" * 8 + "bcdef"]
)
def test_length_is_all_that_is_asked_for(password: str) -> None:
    check_strength(password, names=("Ola Mensah", "Ola", "Mensah"))


@pytest.mark.parametrize(
    "password",
    ["x" * (SHORTEST - 1), "", "abababababababab", "a" * LONGEST + "bcdef", "Mensah123456!", "ola mensah 2026."],
)
def test_what_would_be_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_strength(password, names=("Ola Mensah", "Ola", "Mensah"))
    assert refusal.value.field == "password"


def test_a_short_name_inside_a_password_does_no_harm() -> None:
    check_strength("solarpanels on the roof", names=("Ola",))


@pytest.mark.parametrize(
    "password",
    [
        "Password1234!",
        "P@ssw0rd-2026!!",
        "Summer2026!!!!",
        "qwertyuiop123",
        "1qaz2wsx3edc",
        "123456789012",
        "poiuytrewq!!",
        "Welcome to 2026!",
        "iloveyouforever",
        "liverpoolliverpool",
        "Willkommen2026",
        "Northwick2026!!",
        "CustomerService1",
        "northwick-customer-99",
    ],
)
def test_favourite_words_with_numbers_and_keys_in_a_row_are_refused(password: str) -> None:
    with pytest.raises(Invalid):
        check_strength(password, ours=["Northwick Instruments", "Customer Service"])


@pytest.mark.parametrize(
    "password",
    [
        "monkey dragon tree house",
        "the summer my scales broke",
        "8391-x-2275-q-1234-wv",
        "!§%&/(=?12#<",
        "northwick owls eat parcels",
        "passing clouds on thursday",
    ],
)
def test_words_that_do_not_belong_together_are_fine_though_one_is_a_favourite(password: str) -> None:
    check_strength(password, ours=["Northwick Instruments", "Customer Service"])


def test_a_password_of_the_list_of_an_operator_is_refused() -> None:
    check_strength("Solar panels on roofs")
    with pytest.raises(Invalid):
        check_strength("Solar panels on roofs", listed={"solar panels on roofs"})


def test_a_hash_of_another_way_is_made_anew_and_a_present_one_is_kept() -> None:
    old = [generate_password_hash(GOOD), PasswordHasher(time_cost=1, memory_cost=8_192).hash(GOOD)]
    for hashed in old:
        fresh = rehashed(GOOD, hashed)
        assert fresh != hashed
        assert is_right(GOOD, fresh)
        assert rehashed(GOOD, fresh) == fresh
