"""Excerpts: the passage that matches, and never any markup but our own."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from forum.search.highlight import highlight, mark


def test_words_are_marked_in_whatever_form_they_stand() -> None:
    assert mark("Invoices, invoiced and the invoice", ["invoice"]) == (
        "<mark>Invoices</mark>, <mark>invoiced</mark> and the <mark>invoice</mark>"
    )


def test_accents_make_no_difference() -> None:
    assert mark("Zając w Łodzi", ["zajac", "lodzi"]) == "<mark>Zając</mark> w <mark>Łodzi</mark>"


def test_names_with_signs_are_found() -> None:
    assert "<mark>C++</mark>" in mark("written in C++ once", ["C++"])
    assert "<mark>0x80070005</mark>" in mark("Error 0x80070005 again", ["0x80070005"])


def test_the_passage_with_most_of_the_words_is_shown() -> None:
    text = "invoice " + "filler " * 100 + "the late invoice of the supplier " + "filler " * 100
    shown = highlight(text, ["late", "supplier", "invoice"], length=120)
    assert "<mark>late</mark>" in shown
    assert "<mark>supplier</mark>" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")


def test_without_a_match_the_beginning_is_shown() -> None:
    assert highlight("The beginning of it.", ["nothing"]) == "The beginning of it."


@given(st.text(max_size=300), st.lists(st.text(max_size=20), max_size=4))
def test_no_markup_but_the_marks_gets_out(text: str, words: list[str]) -> None:
    for shown in (mark(text, words), highlight(text, words, length=60)):
        assert "<" not in re.sub(r"</?mark>", "", shown)


def test_markup_in_the_text_is_text() -> None:
    assert mark("<script>alert(1)</script>", ["alert"]) == ("&lt;script&gt;<mark>alert</mark>(1)&lt;/script&gt;")
