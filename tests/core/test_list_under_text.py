"""A list right under a line of text is one, as on most sites; every other text looks as it did."""

from __future__ import annotations

import re

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.core import markdown_child, text

LISTS = st.sampled_from(
    ["- a\n- b", "* a\n* b", "+ a", "1. a\n2. b", "1) a\n2) b", "- [ ] a\n- [x] b", "- a\n    - b\n    - c\n- d"]
)
WORDS = st.sampled_from(["I tried:", "one\ntwo", "It cost 5 - 3 = 2.", "2019. That was", "*so*", "-no", "1.5 of it"])
OTHERS = st.sampled_from(
    [
        "```\nout\n- a\n```",
        "    - a\n    out",
        "| a | b |\n|---|---|\n- c | d",
        "<div>\nout\n- a\n</div>",
        "> out",
        "out\n    - a",
        "# Title",
        "out\n---",
    ]
)


def as_before(source: str) -> str:
    """The HTML as the library alone would make it."""
    made = markdown.Markdown(
        extensions=markdown_child.EXTENSIONS, extension_configs=markdown_child.SETTINGS, output_format="html"
    )
    made.parser.blockprocessors["hashheader"].RE = markdown_child.HASH_HEADING
    return re.sub(r"(</?h)\d", r"\1", made.convert(source))


def now(source: str) -> str:
    return re.sub(r"(</?h)\d", r"\1", markdown_child._convert(source) or "")


@pytest.mark.parametrize("first", ["- ", "* ", "+ ", "1. ", "1) "])
def test_a_list_begins_right_under_a_line_of_text(first: str) -> None:
    kind = "ol" if first[0] == "1" else "ul"
    assert text.render(f"I tried:\n{first}one") == f"<p>I tried:</p>\n<{kind}>\n<li>one</li>\n</{kind}>"


@pytest.mark.parametrize("line", ["2. one", "2019. That was", "-one", "-", "- ", "1.one", "    - one", "-- "])
def test_a_line_that_begins_no_list_goes_on_with_the_text(line: str) -> None:
    assert text.render(f"I tried:\n{line}\nso").count("<li>") == 0


def test_in_a_quotation_and_in_a_step_too() -> None:
    assert text.render("> said\n> - one").count("<li>") == 1
    assert text.render("1. Open it\n- left\n- right\n2. Close it").count("<ol>") == 1


@given(WORDS.filter(lambda words: not words.startswith("2019")), LISTS)
def test_it_looks_like_the_same_list_after_an_empty_line(words: str, listed: str) -> None:
    assert text.render(f"{words}\n{listed}") == text.render(f"{words}\n\n{listed}")
    assert text.excerpt(f"{words}\n{listed}", 200) == text.excerpt(f"{words}\n\n{listed}", 200)


@settings(max_examples=300)
@given(st.lists(st.one_of(WORDS, LISTS.filter(lambda listed: ")" not in listed), OTHERS), max_size=6))
def test_a_text_with_empty_lines_between_its_parts_looks_as_before(parts: list[str]) -> None:
    assert now("\n\n".join(parts)) == as_before("\n\n".join(parts))


LINES = ["- {}", "1. {}", "1) {}", "2. {}", "{}", "{}", "> {}", "> - {}", "    - {}", "  - {}", "    {}", "# {}", ""]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(LINES), max_size=8))
def test_nothing_is_lost_or_moved(lines: list[str]) -> None:
    source = "\n".join(line.format(f"w{place}") for place, line in enumerate(lines))
    words = re.findall(r"w\d", source)
    if re.findall(r"w\d", as_before(source)) == words:  # The library itself moves some.
        assert re.findall(r"w\d", now(source)) == words
