"""Text: what is typed comes back as it was, is shown formatted, and is never more than text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.core import text
from forum.core.db import db
from forum.people.models import Person
from forum.posts.writing import write
from forum.questions.models import Question
from tests import factories
from tests.core.html_policy import as_browsers_read, breaches, words
from tests.pages import Page

MENTIONS = {"kim": "/people/1/kim", "kim-tran": "/people/2/kim-tran"}
QUESTIONS = {12: ("/questions/12", 'Who has "the" <key>?')}

SOURCES = {
    "plain words": "I looked in the handbook.\nNothing there.",
    "blanks at both ends": "  first\n\n last  \n\n",
    "a line break at the start": "\n\nafter two empty lines",
    "html": "<script>alert(1)</script><b onclick=x>bold</b> & &amp; &lt; \"quoted\" 'single'",
    "the end of a text field": "</textarea><textarea>",
    "tabs and no-break spaces": "a\tb\u00a0c",
    "other alphabets": "Привет, 你好, שלום, 👩🏽‍💻 e\u0301".replace("e\u0301", "é"),
    "markdown": "# Title\n\n* a\n  * b\n\n```python\nprint('#1')\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
}

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](//evil.example)",
    "[x](/&#47;evil.example)",
    "[x](/&#92;evil.example)",
    "[x](/&#9;/evil.example)",
    "<a href='https&colon;//evil.example'>x</a>",
    "![x](javascript:alert(1))",
    '![x" onload="alert(1)](/x)',
    "<javascript:alert(1)>",
    "<div style='position:fixed' class='flash flash--done'>Signed out. Sign in again:</div>",
    "<input name=password><input type=image src=/x><button>Send</button><form action=/sign-out>",
    "<h1 id=main>x</h1><a name=main id=main>x</a>",
    "</div></div></article><div>",
    '<table class="a"><tr><td>x</table>',
    "<table><table></table></table></div>",
    "<!-- <p> --> <![CDATA[<img src=x onerror=alert(1)>]]> <?php x ?>",
    "<iframe src=/sign-out></iframe><object data=x></object><embed src=x><base href=//evil.example>",
    "<a hx-get='/sign-out' hx-trigger='load' data-focus>x</a>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "`<img src=x onerror=alert(1)>`\n\n    <img src=x onerror=alert(1)>",
    "```html\n<img src=x onerror=alert(1)>\n```",
    "```<img src=x>\nx\n```",
    '```python hl_lines="1" title="<img src=x onerror=alert(1)>"\nx\n```',
    "[^1]\n\n[^1]: <img src=x onerror=alert(1)>",
    '[^"><img src=x>]\n\n[^"><img src=x>]: x',
    "@kim<img src=x onerror=alert(1)> #12<script>",
]

PIECES = st.sampled_from(
    [
        *(
            "\n",
            "\n\n",
            "    ",
            "\t",
            " ",
            "> ",
            "- ",
            "1. ",
            "# ",
            "- [x] ",
            "***",
            "`",
            "```",
            "```js\n",
            "~~",
            "|",
            "-|-\n",
        ),
        *(
            "[",
            "](",
            ")",
            "![",
            "]: ",
            "[^1]",
            "\n[^1]: ",
            "<",
            ">",
            "</",
            "/>",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<?",
        ),
        *("<a href=", "<a href='/", "<table class=a>", "</table>", "<td>", "</div>", "<pre>", "<input", " type=image"),
        *(
            " onclick=",
            " style=",
            " class=mention",
            " id=fn-1",
            '"',
            "'",
            "=",
            "&",
            "&#",
            "106;",
            "&colon;",
            "&#47;",
            "\\",
        ),
        *(
            "javascript:",
            "data:",
            "http://",
            "https:",
            "//",
            "/",
            "mailto:",
            "www.a.b",
            "a@b.c",
            "@kim",
            "#12",
            "\u202e",
        ),
        *("<svg>", "<style>", "<script>", "<math>", "<textarea>", "<b>", "<h1 id=x>", "word", "\u00e9", "\x00", "\x0b"),
    ]
)
TYPED = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=40).map("".join)


def shown(source: str) -> str:
    return text.render(source, mentions=MENTIONS, questions=QUESTIONS)


@settings(max_examples=300)
@given(TYPED)
def test_whatever_is_typed_only_allowed_tags_attributes_and_addresses_come_out(typed: str) -> None:
    assert breaches(shown(text.clean_source(typed))) == []


@settings(max_examples=150)
@given(TYPED)
def test_cleaning_holds_for_any_html_and_not_only_for_what_markdown_makes(html: str) -> None:
    assert breaches(text.clean(html)) == []


@pytest.mark.parametrize("typed", HOSTILE)
def test_a_known_trick_comes_out_as_harmless_words(typed: str) -> None:
    assert breaches(shown(typed)) == []


def test_the_collected_tricks_come_out_as_harmless_words(shared_data: Path) -> None:
    wrong = {id: found for id, payload in collected(shared_data)[::4] if (found := breaches(shown(payload)))}
    assert wrong == {}


def collected(shared_data: Path) -> list[tuple[str, str]]:
    """Every text of the collections of hostile input, by its id, as it would be stored."""
    files = sorted((shared_data / "security").glob("*.jsonl"))
    rows = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    texts = [(row["id"], row["payload"]) for row in rows if isinstance(row["payload"], str)]
    return [(id, text.clean_source(payload)[: text.MAX_SOURCE]) for id, payload in texts]


def test_the_judge_of_these_tests_sees_what_is_wrong() -> None:
    assert breaches("<p onclick='x'>a</p>")
    assert breaches("<script>x</script>")
    assert breaches('<a href="javascript:x">a</a>')
    assert breaches('<a href="/\\evil.example">a</a>')
    assert breaches("<p>a</p></div>")
    assert breaches("<p>a")
    assert breaches('<p class="flash">a</p>')
    assert breaches('<input type="checkbox">')
    assert breaches("<!-- a -->")
    assert breaches('<p>a <a href="/questions/1">b</a></p>') == []


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
def test_what_was_typed_stands_in_the_form_that_changes_it(
    browser: Callable[[Person], Any], kim: Person, source: str
) -> None:
    assert edited_again(browser(kim), kim, source) == source


def test_collected_texts_stand_in_the_form_that_changes_them(
    browser: Callable[[Person], Any], kim: Person, shared_data: Path
) -> None:
    window = browser(kim)
    kinds = ("commonmark", "naughty")
    texts = [source for id, source in collected(shared_data) if id.startswith(kinds) and source.strip()][::15]
    assert texts
    for source in texts:
        assert edited_again(window, kim, source) == source


def edited_again(window: Any, author: Person, source: str) -> str:
    """What stands in the edit form of a question that was asked with this text through its own form."""
    title = "How do I do this so that it stays as it was?"
    form = {"title": title, "body": source.replace("\n", "\r\n"), "departments": author.department_id}
    window.post("/ask", data={**form, "similar_seen": "yes"})
    asked = db.session.scalars(db.select(Question).order_by(Question.id.desc())).first()
    body = Page(window.get(f"/questions/{asked.id}/edit")).form()["body"]
    assert isinstance(body, str)
    return body


@settings(max_examples=200)
@given(TYPED)
def test_a_stored_text_is_not_changed_by_storing_it_again(typed: str) -> None:
    once = text.clean_source(typed)
    assert text.clean_source(once) == once
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\r]", once)


def test_half_a_character_is_dropped_and_composed_ones_are_composed() -> None:
    assert text.clean_source("a\ud83db\r\nc\rd\x00e\u2028f") == "ab\nc\ndef"
    assert text.clean_source("e\u0301") == "\u00e9"


def test_a_line_is_short_and_has_single_blanks() -> None:
    assert text.clean_line("  How \t do\r\n I  ", 60) == "How do I"
    assert text.clean_line("one two three", 8) == "one two"


@pytest.mark.parametrize("source", [*SOURCES.values(), *HOSTILE, "@kim-tran #1 `@kim-tran`", "x[^1]\n\n[^1]: y"])
def test_the_preview_is_what_is_stored(browser: Callable[[Person], Any], kim: Person, source: str) -> None:
    preview = browser(kim).post("/preview", data={"body": source}).text
    stored = factories.question(kim, body=source).html
    assert preview.endswith(f"</h2>{stored}")


def test_a_text_is_rendered_the_same_each_time() -> None:
    source = "\n\n".join(SOURCES.values()) + "\n\nx[^1]\n\n[^1]: y"
    assert shown(source) == shown(source)


def test_mentions_and_references_become_links() -> None:
    html = shown("Ask @Kim, or @kim-tran. See #12; not #13, not @nobody.")
    assert '<a class="mention" href="/people/1/kim">@Kim</a>,' in html
    assert '<a class="mention" href="/people/2/kim-tran">@kim-tran</a>.' in html
    assert 'href="/questions/12" title="Who has &quot;the&quot; &lt;key&gt;?">#12</a>;' in html
    assert "#13, not @nobody." in html


@pytest.mark.parametrize(
    "source",
    [
        "`@kim #12`",
        "``a ` @kim #12``",
        "```\n@kim #12\n```",
        "```python\n@kim #12\n```",
        "~~~\n@kim #12\n~~~",
        "    @kim #12",
        "- a\n\n        @kim #12",
    ],
)
def test_inside_code_nobody_is_mentioned_and_nothing_referred_to(source: str) -> None:
    html = shown(source)
    assert "@kim #12" in words(html)
    assert "<a " not in html
    assert text.mentioned_handles(source) == set()
    assert text.referred_questions(source) == set()


@pytest.mark.parametrize(
    "source", ["kim@kim.example", "https://a.example/@kim", "a#12", "&#12;x", "/#12", "@kim@b", "#0"]
)
def test_what_only_looks_like_a_mention_or_reference_is_none(source: str) -> None:
    assert 'class="mention"' not in shown(source)
    assert 'class="reference"' not in shown(source)
    assert text.mentioned_handles(source) == set()
    assert text.referred_questions(source) == set()


def test_a_link_of_ones_own_stays_as_it_was_written() -> None:
    assert shown("[see #12 by @kim](/help)") == '<p><a href="/help">see #12 by @kim</a></p>'


def test_a_line_may_begin_with_a_reference() -> None:
    assert shown("#12 says it").startswith('<p><a class="reference"')


def test_a_number_that_no_question_can_have_is_no_reference() -> None:
    assert text.referred_questions("#9999999999 #2147483647") == {2147483647}


def test_a_footnote_leads_to_its_note_and_back() -> None:
    html = shown("Weigh it twice[^scale].\n\n[^scale]: The old scale is slow.")
    there, back = re.findall(r'href="#([^"]+)"', html)
    assert {there, back} == set(re.findall(r'id="([^"]+)"', html))
    assert "The old scale is slow." in words(html)


def test_footnotes_of_two_texts_on_one_page_are_apart() -> None:
    ids = [re.findall(r'id="([^"]+)"', shown(f"{word}[^1]\n\n[^1]: note")) for word in ("one", "two")]
    assert set(ids[0]).isdisjoint(ids[1])


def test_a_task_list_has_boxes_that_nobody_can_tick() -> None:
    html = shown("- [x] asked\n- [ ] answered")
    boxes = re.findall(r"<input [^>]*>", html)
    assert [" checked" in box for box in boxes] == [True, False]
    assert all(" disabled" in box and ' aria-label="Step"' in box for box in boxes)


def test_a_field_that_looks_like_a_form_of_ours_is_left_out() -> None:
    assert shown('Password: <input type="password" name="password"> <input> <input type="image" src="/x">') == (
        "<p>Password:   </p>"
    )


def test_a_table_scrolls_by_itself_and_keeps_its_alignment() -> None:
    html = shown("| Item | Price |\n|:-----|------:|\n| Label | 1 |")
    assert html.startswith('<div class="table-scroll" tabindex="0" role="group" aria-label="Table"><table>')
    assert '<th align="right">Price</th>' in html
    assert html.endswith("</table></div>")


def test_code_is_highlighted_by_its_language_and_reachable_by_keyboard() -> None:
    html = shown('```python\nprint("<b>")\n```')
    assert '<div class="highlight"><pre tabindex="0"' in html
    assert '<span class="nb">print</span>' in html
    assert words(html).strip() == 'print("<b>")'


def test_headings_begin_below_those_of_the_page() -> None:
    assert re.findall(r"<h\d", shown("# a\n\n## b\n\n## c\n\n# d")) == ["<h3", "<h4", "<h4", "<h3"]


def test_headings_leave_no_step_out_whatever_they_begin_with() -> None:
    assert re.findall(r"<h\d", shown("## a\n\n##### b\n\n### c\n\n# d")) == ["<h3", "<h4", "<h4", "<h3"]


def test_lines_lists_quotes_and_marks_look_as_they_were_meant() -> None:
    assert shown("a\nb") == "<p>a<br>\nb</p>"
    assert shown("~~old~~ **new** *now*") == "<p><del>old</del> <strong>new</strong> <em>now</em></p>"
    assert shown("> said") == "<blockquote>\n<p>said</p>\n</blockquote>"
    assert shown("3. c\n4. d").startswith('<ol start="3">')


def test_addresses_become_links_that_say_they_lead_away() -> None:
    assert '<a rel="nofollow noopener ugc" href="https://a.example/x?b=1&amp;c=2">' in shown(
        "https://a.example/x?b=1&c=2"
    )
    assert '<a href="mailto:ola@a.example">ola@a.example</a>' in shown("ola@a.example")
    assert '<a href="/practices">' in shown("[ours](/practices)")


PICTURE = "0123456789abcdef" * 2
OWN = f"/attachments/{PICTURE}"


def test_an_attached_picture_has_its_place_and_leads_to_itself() -> None:
    html = text.render(f'![a "lamp"]({OWN})', pictures={PICTURE: (40, 30)})
    image = f'<img src="{OWN}" alt="a &quot;lamp&quot;" width="40" height="30" loading="lazy" decoding="async">'
    assert html == f'<p><a class="picture" href="{OWN}">{image}</a></p>'
    assert breaches(html) == []


def test_a_decorative_picture_is_a_link_with_a_name() -> None:
    html = text.render(f"![]({OWN})", pictures={PICTURE: (40, 30)})
    assert 'aria-label="Picture"' in html
    assert 'alt=""' in html


def test_a_picture_in_a_link_leads_where_the_link_does() -> None:
    html = text.render(f"[![a]({OWN})](/help)", pictures={PICTURE: (40, 30)})
    assert html.count("<a ") == 1
    assert 'href="/help"><img ' in html


def test_only_the_plain_address_of_an_attachment_is_shown() -> None:
    near = [f"{OWN}/../../help", f"{OWN}?x", f"//evil.example{OWN}", f"https://evil.example{OWN}", f"{OWN}0", "/help"]
    shown = [each for each in near if "<img" in text.render(f"![a]({each})", pictures={PICTURE: (40, 30)})]
    assert shown == []


def test_what_a_picture_shows_is_among_the_words() -> None:
    assert text.plain(text.render(f"See ![a lamp]({OWN}) there", pictures={PICTURE: (4, 3)})) == "See a lamp there"
    assert text.excerpt(f"See ![a lamp]({OWN}) there", 80) == "See a lamp there"


def test_a_picture_of_another_site_is_not_loaded_but_linked() -> None:
    html = shown("![the label](https://a.example/label.png)")
    assert html == '<p><a rel="nofollow noopener ugc" href="https://a.example/label.png">the label</a></p>'


def test_a_text_whose_html_would_be_huge_is_shown_as_it_was_typed() -> None:
    source = "a@b.c " * 4_900
    html = text.render(source)
    assert "could not be formatted" in html
    assert source.strip() in words(html)
    assert breaches(html) == []


def test_a_text_that_is_too_long_or_empty_is_refused(kim: Person) -> None:
    for typed in ("", " \n\t ", "x" * (text.MAX_SOURCE + 1)):
        with pytest.raises(Exception, match=r"Write a little more|is the most"):
            write(typed)
    assert write("x" * text.MAX_SOURCE).source == "x" * text.MAX_SOURCE


def test_the_words_of_a_post_are_those_a_reader_sees() -> None:
    html = shown("# Title\n\nOne **bo**ld & `code` word.\n\n- a\n- b")
    assert text.plain(html).split() == "Title One bold & code word. a b".split()


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("See #32, then #7.", "See #32, then #7."),
        ("Settings > Mail > Rules", "Settings > Mail > Rules"),
        ("If 5 > 3 and a < b", "If 5 > 3 and a < b"),
        ("> Somebody *said* so\n> twice", "Somebody said so twice"),
        ("## Two\n\n- one\n* two\n3. three", "Two one two three"),
        ("the field `order_no` is snake_case, _not_ __that__", "the field order_no is snake_case, not that"),
        ("2 * 3 and **bold** and ~~gone~~", "2 * 3 and bold and gone"),
        ("[Here](/questions/3) and <https://intra.example/x>", "Here and https://intra.example/x"),
        ("ps | grep <b>it</b>", "ps | grep it"),
        ("I tried:\n- one\n- two", "I tried: one two"),
    ],
)
def test_an_excerpt_keeps_what_is_no_markup_where_it_stands(source: str, shown: str) -> None:
    assert text.excerpt(source, 200) == shown


def test_an_excerpt_ends_at_a_word_and_shows_no_marks() -> None:
    source = "## Labels\n\n**Old** labels are [in the store](/help).\n\n1. Look first"
    assert text.excerpt(source, 200) == "Labels Old labels are in the store. Look first"
    assert text.excerpt(source, 22) == "Labels Old labels are…"
    assert (
        text.excerpt("Press **Share**, then *Plain page*. Or `.gitignore`", 200)
        == "Press Share, then Plain page. Or .gitignore"
    )
    assert text.excerpt("| What | By |\n| --- | ---: |\n| Orders | noon |", 200) == "What By Orders noon"


def test_addresses_are_judged_as_browsers_read_them() -> None:
    assert as_browsers_read("/\\evil.example/x") == "https://evil.example/x"
    assert as_browsers_read("/\t/evil.example") == "https://evil.example"
    assert as_browsers_read(" java\nscript:x").startswith("javascript:")
    assert as_browsers_read("/a?b=\\") == "https://proven.example/a?b=\\"
