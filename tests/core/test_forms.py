"""Forms: a complaint stands beside what it is about, and whatever was tampered with is no failure."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from wtforms import StringField

from forum.core.errors import Invalid
from forum.core.forms import Checkboxes, Form, PostForm, options, typed_id


class LunchForm(Form):
    """What only these tests know."""

    dish = StringField("Dish")
    sides = Checkboxes("Sides", coerce=int, choices=options([(1, "Rice"), (2, "Beans")]))


@pytest.fixture
def sent(app: Flask) -> Iterator[Flask]:
    """A request that carries an order."""
    order = {"dish": "Soup", "sides": ["1", "7", "rubbish"], "version": "3"}
    with app.test_request_context(method="POST", data=order):
        yield app


@pytest.mark.usefixtures("sent")
def test_a_form_holds_what_was_sent() -> None:
    form = LunchForm()
    assert form.dish.data == "Soup"


@pytest.mark.usefixtures("sent")
def test_everything_that_is_wrong_is_said_at_once_and_each_only_once() -> None:
    def refuse(words: str, field: str) -> None:
        raise Invalid(words, field)

    form = LunchForm()
    no_soup = Invalid("There is no soup today.", "dish")
    form.refuse(no_soup, lambda: refuse(no_soup.message, "dish"), lambda: None, lambda: refuse("One side.", "sides"))
    assert form.errors == {"dish": ["There is no soup today."], "sides": ["One side."]}


@pytest.mark.usefixtures("sent")
def test_a_complaint_stands_at_its_field() -> None:
    form = LunchForm()
    form.refuse(Invalid("There is no soup today.", "dish"))
    assert form.errors == {"dish": ["There is no soup today."]}
    assert form.problems == [("dish", "There is no soup today.")]
    assert form.dish.data == "Soup"


@pytest.mark.usefixtures("sent")
def test_a_complaint_about_nothing_in_the_form_stands_on_top() -> None:
    form = LunchForm()
    form.refuse(Invalid("There is no soup today.", "dish"))
    form.refuse(Invalid("The kitchen is closed."))
    form.refuse(Invalid("The weather is bad.", "weather"))
    assert form.problems == [
        ("", "The kitchen is closed."),
        ("", "The weather is bad."),
        ("dish", "There is no soup today."),
    ]


@pytest.mark.usefixtures("sent")
def test_two_complaints_about_one_field_are_both_told() -> None:
    form = LunchForm()
    for words in ("Too hot.", "Too salty."):
        form.refuse(Invalid(words, "dish"))
    assert form.errors["dish"] == ["Too hot.", "Too salty."]


def test_a_box_that_is_not_offered_is_left_to_the_verb(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"sides": ["1", "7"]}):
        form = LunchForm()
        assert form.validate()
        assert form.sides.data == [1, 7]


@pytest.mark.usefixtures("sent")
def test_rubbish_sent_as_a_box_ticks_nothing() -> None:
    assert not LunchForm().sides.data


@pytest.mark.usefixtures("app")
def test_boxes_keep_what_was_ticked(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"sides": ["2", "1"]}):
        form = LunchForm()
        assert form.sides.data == [2, 1]
        assert [option.checked for option in form.sides] == [True, True]
        assert form.validate()


@pytest.mark.parametrize(
    ("typed", "seen"),
    [("3", 3), ("0", 0), ("", 0), ("-1", 0), ("3.0", 0), ("x", 0), ("9" * 5_000, 0), ("2147483648", 0), ("\x003", 0)],
)
def test_a_version_that_was_tampered_with_matches_no_text(app: Flask, typed: str, seen: int) -> None:
    with app.test_request_context(method="POST", data={"version": typed}):
        assert PostForm().seen == seen


def test_a_form_without_a_version_was_tampered_with(app: Flask) -> None:
    with app.test_request_context(method="POST", data={}):
        assert PostForm().seen == 0


@pytest.mark.parametrize(
    ("typed", "id"), [("1", 1), (1, 1), ("2147483647", 2147483647), ("2147483648", 0), (None, 0), ("", 0), ("1 ", 0)]
)
def test_a_typed_number_is_one_that_a_key_can_hold_or_nobodys(typed: object, id: int) -> None:
    assert typed_id(typed) == id
