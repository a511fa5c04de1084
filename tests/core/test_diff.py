"""Differences: taking out what was added gives the old text, taking out what was removed the new one."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.core.diff import COMPARED, CONTEXT, word_diff

SAID = re.compile(r'<span class="visually-hidden">(?:\[removed: |\[added: |\])</span>')
WORDS = st.sampled_from(["a", "b", "carton", "the", ",", ".", "<b>", "&amp;", '"', "\u00e9", "1", "_"])
TEXTS = st.lists(st.one_of(WORDS, st.sampled_from([" ", "\n", "  ", "\n\n", "\t"])), max_size=60).map("".join)
few = settings(max_examples=150)


def without(html: str, tag: str) -> str:
    """The text of a difference without the parts of one kind, and without the words that say what a part is."""
    left = SAID.sub("", re.sub(rf"<{tag}>.*?</{tag}>", "", html, flags=re.DOTALL))
    return unescape(re.sub(r"</?(?:ins|del)>", "", left))


def is_part(shown: str, whole: str) -> bool:
    """Whether the text shown is the whole one, with nothing but unchanged stretches left out."""
    pattern = ".*?".join(re.escape(part) for part in shown.split(" … "))
    return re.fullmatch(pattern, whole, re.DOTALL) is not None


@few
@given(TEXTS, TEXTS)
def test_without_what_was_added_the_old_text_is_left(old: str, new: str) -> None:
    assert is_part(without(word_diff(old, new), "ins"), old)


@few
@given(TEXTS, TEXTS)
def test_without_what_was_removed_the_new_text_is_left(old: str, new: str) -> None:
    assert is_part(without(word_diff(old, new), "del"), new)


@few
@given(TEXTS, TEXTS, TEXTS)
def test_two_texts_around_a_change_are_told_apart_exactly(head: str, tail: str, added: str) -> None:
    html = word_diff(f"{head}x{tail}", f"{head}x{added}{tail}")
    assert is_part(without(html, "ins"), f"{head}x{tail}")
    assert is_part(without(html, "del"), f"{head}x{added}{tail}")


@few
@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_the_texts_hold_only_marks_of_a_change_are_html(old: str, new: str) -> None:
    html = SAID.sub("", word_diff(old, new))
    assert re.findall(r"<[^>]*>", re.sub(r"</?(?:ins|del)>", "", html)) == []
    assert html.count("<ins>") == html.count("</ins>")
    assert html.count("<del>") == html.count("</del>")


def test_markup_in_a_text_stays_words() -> None:
    html = word_diff("<b>old</b>", "<script>alert(1)</script>")
    assert "<script" not in html
    assert "&lt;" in html


def test_a_change_is_said_in_words_too() -> None:
    html = word_diff("two cartons", "two pallets")
    assert html == (
        'two <del><span class="visually-hidden">[removed: </span>cartons<span class="visually-hidden">]</span></del>'
        '<ins><span class="visually-hidden">[added: </span>pallets<span class="visually-hidden">]</span></ins>'
    )


def test_the_same_text_has_no_marks() -> None:
    assert word_diff("the same", "the same") == "the same"
    assert word_diff("", "") == ""


def test_a_first_text_is_all_added() -> None:
    assert without(word_diff("", "all new"), "ins") == ""


def test_long_stretches_that_stay_are_left_out() -> None:
    stays = " ".join(f"word{number}" for number in range(200))
    shown = without(word_diff(f"{stays} old {stays}", f"{stays} new {stays}"), "ins")
    assert shown.count(" … ") == 2
    assert len(shown.split()) < 5 * CONTEXT
    assert "old" in shown


@pytest.mark.parametrize("piece", ["a\n", "a "])
def test_very_long_texts_are_shown_as_one_change(piece: str) -> None:
    old, new = piece * (COMPARED + 1), "b" + piece * (COMPARED + 1)
    html = word_diff(old, new)
    assert without(html, "ins") == old
    assert without(html, "del") == new
    assert html.count("<del>") == 1
