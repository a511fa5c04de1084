"""Hostile Markdown: whatever it is, an answer comes, and the next text is rendered as if nothing had been."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from forum.core import markdown_child, text
from forum.core.markdown_child import CALM_LENGTH, Child, is_calm, to_html
from tests.core.html_policy import breaches, words

LONGEST = text.MAX_SOURCE
# What keeps Markdown libraries busy for seconds or minutes, as (what is repeated).
PATHOLOGICAL = {
    "openings of links": "[",
    "openings of pictures": "![",
    "links in links": "[a](",
    "pictures without end": "![[]()",
    "sections that are never closed": "<![CDATA[",
    "tags that are never closed": "<a ",
    "attributes that are never closed": '<x y="',
    "boxes in boxes": "<div>",
    "headings": "# a\n",
    "quotes in quotes": "> ",
    "lists in lists": "- ",
    "emphasis that crosses": "*a_ ",
    "emphasis in emphasis": "*a **b ",
    "code that never ends": "`a",
    "blocks of code": "```\n",
    "escapes": "\\",
    "entities": "&",
    "blanks": " ",
    "mail addresses": "a@b.c ",
    "cells": "|a",
}
STUBBORN = "[" * 8_000  # Takes the library ten seconds.


@pytest.fixture
def child() -> Iterator[Child]:
    made = Child()
    yield made
    made.stop()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same limit in a tenth of the time: what is stopped is stopped the same way."""
    monkeypatch.setattr(markdown_child, "TIME", 0.2)


def is_shown(html: str, source: str) -> bool:
    """Whether a text is formatted, or shown as it was typed."""
    return "could not be formatted" not in html or source in words(html)


@pytest.mark.parametrize("repeated", PATHOLOGICAL.values(), ids=PATHOLOGICAL.keys())
@pytest.mark.usefixtures("impatient")
def test_a_pathological_text_is_formatted_or_shown_as_it_was_typed(repeated: str) -> None:
    source = repeated * (LONGEST // len(repeated))
    html = text.render(source)
    assert breaches(html) == []
    assert is_shown(html, source)


@pytest.mark.usefixtures("impatient")
def test_pathological_texts_of_other_projects_are_formatted_or_shown_as_they_were_typed(shared_data: Path) -> None:
    file = shared_data / "security" / "markdown_html_pathological.jsonl"
    for line in file.read_text(encoding="utf-8").splitlines():
        source = text.clean_source(built(json.loads(line)["payload"]))
        html = text.render(source)
        assert breaches(html) == []
        assert is_shown(html, source)


def built(payload: object) -> str:
    """A text of the collection, cut to the length that a post may have."""
    if isinstance(payload, list):
        total = sum(len(piece) * times for piece, times in payload)
        scale = min(1.0, LONGEST / max(total, 1))
        return "".join(piece * max(1, int(times * scale)) for piece, times in payload)[:LONGEST]
    assert isinstance(payload, dict)
    pieces: list[str] = []
    for number in range(*payload["range"]):
        pieces += [piece * (k * number + m) for piece, k, m in payload["each"]]
        if sum(map(len, pieces)) > LONGEST:
            break
    return "".join(pieces)[:LONGEST]


def test_a_text_that_takes_too_long_is_shown_as_it_was_typed_and_says_so() -> None:
    html = text.render(STUBBORN)
    assert html.startswith('<p class="note">This text could not be formatted')
    assert words(html).endswith(STUBBORN)


def test_after_a_text_that_was_stopped_the_next_one_is_rendered(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown_child, "TIME", 0.2)
    assert child.ask(STUBBORN) is None
    monkeypatch.undo()
    assert child.ask("**calm**") == "<p><strong>calm</strong></p>"


def test_a_child_that_died_is_replaced(child: Child) -> None:
    assert child.ask("*one*") == "<p><em>one</em></p>"
    assert child._process is not None
    child._process.kill()
    child._process.wait()
    assert child.ask("*two*") == "<p><em>two</em></p>"


def test_the_child_renders_as_this_process_does(child: Child) -> None:
    for source in ("# a\n\n- [x] b\n\n```python\nprint(1)\n```", "é 你 \u2028 \n\n| a |\n|---|\n| b |", '"\\\\n"', ""):
        assert child.ask(source) == to_html(source)


def test_texts_of_several_threads_are_not_mixed_up(child: Child) -> None:
    answers: dict[int, str | None] = {}

    def ask(number: int) -> None:
        answers[number] = child.ask(f"number {number}")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: f"<p>number {number}</p>" for number in range(12)}


def test_a_text_nested_too_deeply_does_not_spoil_the_converter() -> None:
    assert to_html("1. " * 1_300) is None
    assert to_html("*calm*") == "<p><em>calm</em></p>"


def test_the_child_ends_when_its_input_does() -> None:
    """As it does when the server that started it is killed."""
    command = [sys.executable, markdown_child.__file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "ready\n"
        process.stdin.write(json.dumps("*a*") + "\n")
        process.stdin.close()
        assert json.loads(process.stdout.readline()) == "<p><em>a</em></p>"
        assert process.wait(timeout=60) == 0


def test_stopping_a_child_that_never_started_is_nothing() -> None:
    Child().stop()


@pytest.mark.parametrize(
    "source",
    [
        "I looked in the handbook, found nothing, and asked [Ola](/people/2).\n\n> She said *wait*.\n\n- one\n- two\n",
        "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 50,
        "```sql\nselect * from orders where a < 1 and b > 2 and c[1] = 3;\n```",
        "x" * CALM_LENGTH,
    ],
)
def test_what_people_write_is_rendered_in_this_process(source: str) -> None:
    assert is_calm(source)


@pytest.mark.parametrize("repeated", ["[", "![", "[a](", "<a ", "<![CDATA[", "\\", "&", "> " * 10 + "\n"])
def test_what_could_take_long_goes_to_the_child(repeated: str) -> None:
    assert not is_calm((repeated * CALM_LENGTH)[:CALM_LENGTH])
    assert not is_calm("x" * (CALM_LENGTH + 1))


@pytest.mark.parametrize("line", ["***a" * 13, "**_a" * 13, "*_" * 19, "_" * 39, " " * 39 + "x", "- " * 7, "> " * 7])
def test_looking_whether_a_text_is_calm_takes_no_time_itself(line: str) -> None:
    """Each line stands just below what the guard looks for, where a careless pattern tries every way to get there."""
    is_calm(((line + "\n") * CALM_LENGTH)[:CALM_LENGTH])


@pytest.mark.parametrize("repeated", ["`", "`a``", "@", "@a-", "#1-", "~~~\n", "    \n", "&#"])
def test_looking_for_mentions_and_references_takes_no_time_either(repeated: str) -> None:
    source = ("@#1 " + repeated * LONGEST)[:LONGEST]
    text.mentioned_handles(source)
    text.referred_questions(source)
