"""Writing a text: what is offered while one types, what is pasted, and that Ctrl+Z takes each of it back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from forum.questions.models import Question
from tests import factories
from tests.journeys.conftest import Site, Visit

pytestmark = pytest.mark.browser

# A browser lets no script paste from outside; this is the event that it would send.
PASTE = """(field, [text, html]) => {
  const clipboardData = new DataTransfer();
  if (text) clipboardData.setData("text/plain", text);
  if (html) clipboardData.setData("text/html", html);
  const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  if (field.dispatchEvent(event)) document.execCommand("insertText", false, text);
}"""
CHOSEN = "field => field.value.slice(field.selectionStart, field.selectionEnd)"


@pytest.fixture
def question(site: Site) -> Question:
    """A question of Kim's, which Ola answers."""
    with site.arranging():
        return factories.question(site.person("kim"), "Where do the pallets go on Fridays?")


@pytest.fixture
def page(visit: Visit, question: Question) -> Page:
    """The page of that question, as Ola sees it."""
    page = visit("ola")
    page.goto(f"/questions/{question.id}")
    return page


@pytest.fixture
def field(page: Page) -> Locator:
    """Where Ola writes the answer."""
    field = page.get_by_role("textbox", name="Your answer").or_(page.get_by_role("combobox", name="Your answer"))
    field.focus()
    page.wait_for_load_state("networkidle")  # The tools come once somebody goes near them.
    return field


def paste(field: Locator, text: str, html: str = "") -> None:
    field.evaluate(PASTE, [text, html])


def test_an_emoji_is_found_by_its_name_after_a_colon(page: Page, field: Locator) -> None:
    page.keyboard.type("Well done at 12:30 :thumbs")
    expect(page.get_by_role("option")).to_have_text(["👍 thumbsup", "👎 thumbsdown"])
    page.keyboard.press("Enter")
    expect(field).to_have_value("Well done at 12:30 👍 ")
    page.keyboard.press("Control+z")
    expect(field).to_have_value("Well done at 12:30 :thumbs")


def test_a_time_and_an_address_offer_no_emoji(page: Page, field: Locator) -> None:
    page.keyboard.type("At 12:30 see https://x.example/:smi and a: b")
    page.wait_for_timeout(300)
    expect(page.get_by_role("option")).to_have_count(0)


def test_escape_leaves_what_was_typed(page: Page, field: Locator) -> None:
    page.keyboard.type("Well :smi")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(field).to_have_value("Well :smi\n")


def test_a_colleague_is_named_and_ctrl_z_takes_the_name_back(page: Page, field: Locator) -> None:
    page.keyboard.type("Ask @piot")
    page.get_by_role("option", name="@piotr").click()
    expect(field).to_have_value("Ask @piotr ")
    page.keyboard.press("Control+z")
    expect(field).to_have_value("Ask @piot")


def test_a_block_begins_a_line_and_nothing_else(page: Page, field: Locator) -> None:
    page.keyboard.type("either/ta or /ta")
    page.wait_for_timeout(300)
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.type("\n/ta")
    expect(page.get_by_role("option")).to_have_text(["table"])
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Enter")
    expect(field).to_have_value("either/ta or /ta\n| What | Who | By when |\n|---|---|---|\n|  |  |  |")


@pytest.mark.parametrize(
    ("text", "html", "becomes"),
    [
        ("Part\tGrams\r\nlid\t12\r\n", "", "| Part | Grams |\n|---|---|\n| lid | 12 |\n"),
        (
            'Part\tNote\n"lid\nand ring"\tsays ""no""\n',
            "",
            '| Part | Note |\n|---|---|\n| lid and ring | says ""no"" |\n',
        ),
        ('a\tb\n"say ""no"""\ta|b', "", '| a | b |\n|---|---|\n| say "no" | a\\|b |\n'),
        ("a\tb\tc\n\t1", "<table><tr><td>a", "| a | b | c |\n|---|---|---|\n|  | 1 |  |\n"),
    ],
)
def test_a_copied_table_becomes_a_table(field: Locator, text: str, html: str, becomes: str) -> None:
    paste(field, text, html)
    expect(field).to_have_value(becomes)
    field.page.keyboard.press("Control+z")
    expect(field).to_have_value("")


@pytest.mark.parametrize(
    "text",
    ["one line\twith a tab", "\tif x:\n\t\ty()", "a\tb\nno tab here", "plain words\nin two lines", "<table>\n<td>"],
)
def test_what_is_no_table_is_pasted_as_it_is(field: Locator, text: str) -> None:
    paste(field, text)
    expect(field).to_have_value(text)


def test_what_is_pasted_before_the_tools_are_there_waits_for_them(page: Page) -> None:
    held: list[Route] = []
    page.route("**/editor*.js", lambda route: held.append(route))
    page.reload()
    field = page.get_by_label("Your answer", exact=True)
    field.focus()
    paste(field, "a\tb\nc\td")
    page.wait_for_timeout(300)
    expect(field).to_have_value("")
    held[0].continue_()
    expect(field).to_have_value("| a | b |\n|---|---|\n| c | d |\n")


COPIED = [
    (
        '<p>See <a href="https://x.example/a(b)">the <i>plan</i></a>.</p>',
        "See [the _plan_](https://x.example/a%28b%29).",
    ),
    (
        "<p>So:</p><ul><li>one<ol start=3><li>in<li>it</ol><li><b>two</b>",
        "So:\n\n- one\n    3. in\n    4. it\n- **two**",
    ),
    ("<h2>A <b>lid</b></h2><blockquote><p>said<br>so</blockquote>", "## A lid\n\n> said\n> so"),
    ("<pre>a *b\n<b>c</b></pre><p>use <code>d</code>", "```\na *b\nc\n```\n\nuse `d`"),
    ("<p>2 * 3, a*b, <em>c_d</em> &lt;b&gt; [x](y)", "2 * 3, a\\*b, _c_d_ &lt;b> \\[x](y)"),
    ("<p>so</p><table><tr><td>a<td>b<tr><td>1<td>2</table>", "so\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
    # Google Docs: bold is a style, and the tag for it says nothing.
    (
        '<b style="font-weight:normal"><p><span style="font-weight:700">a</span><span> c</span></p><p>d</p></b>',
        "**a** c\n\nd",
    ),
    # Word: items are paragraphs, and bold words come in pieces.
    (
        """<p style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·</span><![endif]>
        <b>a</b><b>b</b></p><p style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>1.</span>c</p>""",
        "- **ab**\n    1. c",
    ),
    # What says no more than its plain text, and code in the colours of an editor, are pasted as they are.
    ("<h2>Lid</h2>", "plain"),
    ("<span style='color:red'>Lid</span><br>", "plain"),
    ("<div style='white-space: pre;'><i>// lid</i></div>", "plain"),
]


def test_links_bold_words_and_lists_of_a_page_or_of_word_are_kept(field: Locator) -> None:
    for html, becomes in COPIED:
        field.fill("")
        paste(field, "plain", f"<meta charset='utf-8'>{html}")
        expect(field).to_have_value(becomes)
    field.fill("see: ")
    paste(field, "plain", "<ul><li>a</ul>")
    expect(field).to_have_value("see: \n\n- a")
    field.page.keyboard.press("Control+z")
    expect(field).to_have_value("see: ")


def test_the_clipboard_gives_markdown_its_words_alone_on_request_and_loads_nothing(page: Page, field: Locator) -> None:
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    page.evaluate(
        """() => {
          const words = document.createElement("div");
          words.id = "copied";
          words.innerText = "see the plan now";
          document.querySelector("main").append(words);
          document.addEventListener("copy", (event) => {
            event.preventDefault();
            event.clipboardData.setData("text/plain", "see the plan now");
            event.clipboardData.setData("text/html", `see <a href="https://p.example/1">the plan</a> <b>now</b>
              <img src="https://evil.example/1.png" onerror="document.title = 'run'"><style>@import "https://evil.example/2";
              </style><script>document.title = "run"</script><iframe src="https://evil.example/3"></iframe>`);
          }, { once: true });
          getSelection().selectAllChildren(words);
        }"""
    )
    field.blur()
    page.keyboard.press("Control+c")
    field.focus()
    page.keyboard.press("Control+v")
    expect(field).to_have_value("see [the plan](https://p.example/1) **now**")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+v")
    expect(field).to_have_value("see the plan now")
    page.wait_for_load_state("networkidle")
    assert [address for address in asked if "evil" in address] == []
    assert page.title() != "run"


def test_a_table_within_code_stays_as_it_is(page: Page, field: Locator) -> None:
    page.keyboard.type("```\n")
    paste(field, "a\tb\nc\td")
    expect(field).to_have_value("```\na\tb\nc\td")


def test_a_table_stands_apart_from_the_words_before_it(page: Page, field: Locator) -> None:
    page.keyboard.type("These:")
    paste(field, "a\tb\nc\td")
    expect(field).to_have_value("These:\n\n| a | b |\n|---|---|\n| c | d |\n")


def test_an_address_pasted_over_words_becomes_their_link(page: Page, field: Locator) -> None:
    page.keyboard.type("see the plan")
    field.select_text()
    paste(field, "https://plans.example/7")
    expect(field).to_have_value("[see the plan](https://plans.example/7)")
    page.keyboard.press("Control+z")
    expect(field).to_have_value("see the plan")


@pytest.mark.parametrize("pasted", ["javascript:alert(1)", "two words", "https://x.example/)[x](javascript:alert(1)"])
def test_what_is_no_address_takes_the_place_of_the_words(page: Page, field: Locator, pasted: str) -> None:
    page.keyboard.type("see the plan")
    field.select_text()
    paste(field, pasted)
    expect(field).to_have_value(pasted)


def test_the_buttons_put_their_signs_and_take_them_away(page: Page, field: Locator) -> None:
    page.keyboard.type("old lid")
    for key, becomes in [
        ("b", "old **lid**"),
        ("b", "old lid"),
        ("i", "old _lid_"),
        ("i", "old lid"),
        ("e", "old `lid`"),
    ]:
        page.keyboard.press(f"Control+{key}")
        expect(field).to_have_value(becomes)
    page.keyboard.press("Control+z")
    expect(field).to_have_value("old lid")
    page.keyboard.press("Control+k")
    expect(field).to_have_value("old [lid](url)")
    assert field.evaluate(CHOSEN) == "url"  # What is still to be typed.
    paste(field, "https://lids.example")
    expect(field).to_have_value("old [lid](https://lids.example)")


@pytest.mark.parametrize(
    ("button", "becomes"),
    [
        ("List", "- one\n- two"),
        ("Numbered list", "1. one\n2. two"),
        ("Task list", "- [ ] one\n- [ ] two"),
        ("Quote", "> one\n> two"),
        ("Code (Ctrl+E)", "```\none\ntwo\n```"),
    ],
)
def test_several_lines_are_one_list_quotation_or_piece_of_code(
    page: Page, field: Locator, button: str, becomes: str
) -> None:
    page.keyboard.type("one\ntwo")
    field.select_text()
    page.get_by_role("button", name=button, exact=True).click()
    expect(field).to_have_value(becomes)
    if "Code" not in button:
        page.get_by_role("button", name=button, exact=True).click()
        expect(field).to_have_value("one\ntwo")


def test_the_toolbar_is_one_stop_and_the_arrow_keys_go_through_it(page: Page, field: Locator) -> None:
    page.keyboard.type("lid")
    page.get_by_role("button", name="Bold").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Italic")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Task list")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(field).to_have_value("**lid**")
    expect(field).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Bold")).to_be_focused()


NEXT_LINES = [
    ("So:\n- one⏎two", "So:\n- one\n- two"),
    ("9. one⏎two", "9. one\n10. two"),
    ("1) one⏎two", "1) one\n2) two"),
    ("- [x] one⏎two", "- [x] one\n- [ ] two"),
    ("    * one⏎two", "    * one\n    * two"),
    ("> one⏎two", "> one\n> two"),
    ("> - one⏎two", "> - one\n> - two"),
    ("- one⏎⏎so", "- one\n\nso"),
    ("> - one⏎⏎so", "> - one\n> \n> so"),
    ("> one⏎⏎so", "> one\n\nso"),
    ("2019. That⏎was", "2019. That\nwas"),
    ("-5 to⏎it", "-5 to\nit"),
    ("* * *⏎so", "* * *\nso"),
    ("```\n> ls⏎so", "```\n> ls\nso"),
]


def test_enter_begins_the_next_line_of_a_list_or_ends_it(field: Locator) -> None:
    for typed, becomes in NEXT_LINES:
        first, *rest = typed.split("⏎")
        field.fill(first)
        for words in rest:
            field.press("Enter")
            field.page.keyboard.type(words)
        expect(field).to_have_value(becomes)


def test_ctrl_z_takes_the_next_line_back_and_shift_or_an_unfinished_word_begins_none(
    page: Page, field: Locator
) -> None:
    page.keyboard.type("- one")
    page.keyboard.press("Enter")
    expect(field).to_have_value("- one\n- ")
    page.keyboard.press("Control+z")
    expect(field).to_have_value("- one")
    page.keyboard.press("Shift+Enter")
    expect(field).to_have_value("- one\n")
    page.keyboard.type("- two")
    field.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(field).to_have_value("- one\n- two")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")  # Before the signs: an empty line above the item.
    expect(field).to_have_value("- one\n\n- two")
