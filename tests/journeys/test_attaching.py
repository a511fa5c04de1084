"""Somebody pastes a picture and drops a file into a text; a colleague sees one and gets the other."""

from __future__ import annotations

import base64
import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests import factories
from tests.attachments import files
from tests.journeys.conftest import Site, Visit, Watch

pytestmark = pytest.mark.browser

# A browser lets no script paste or drop a file from outside; these are the events that it would send.
HAND_OVER = """(field, [how, name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type }));
  const about = { bubbles: true, cancelable: true };
  field.focus();
  field.dispatchEvent(how === "paste"
    ? new ClipboardEvent("paste", { clipboardData: transfer, ...about })
    : new DragEvent("drop", { dataTransfer: transfer, ...about }));
}"""
SIZE = "(shown) => [shown.clientWidth, shown.clientHeight]"


def hand_over(page: Page, how: str, name: str, kind: str, data: bytes) -> None:
    """Paste or drop a file into the answer that is being written."""
    field = page.get_by_role("textbox", name="Your answer")
    field.evaluate(HAND_OVER, [how, name, kind, base64.b64encode(data).decode()])


def test_a_picture_is_pasted_and_a_file_dropped_into_an_answer(site: Site, visit: Visit, watch: Watch) -> None:
    watch.expect(422)  # For the drawing.
    with site.arranging():
        question = factories.question(site.person("kim"), "Where does the red half go?")
    page = visit("ola")
    page.goto(f"/questions/{question.id}")
    field = page.get_by_role("textbox", name="Your answer")
    field.fill("To the left.")

    hand_over(page, "paste", "image.png", "image/png", files.picture(size=(400, 200)))
    page.get_by_role("button", name="Post answer").click()
    expect(page.get_by_role("alert")).to_contain_text("Insert this into your text first")
    page.get_by_role("button", name="Insert").click()
    expect(page.get_by_role("alert")).to_contain_text("Say in a sentence what it shows")
    page.get_by_label("What does the picture show?").fill("Red on the left, black on the right")
    page.keyboard.press("Enter")
    expect(field).to_have_value(re.compile(r"To the left\.\n\n!\[Red on the left, black on the right\]\(/attachments/"))

    hand_over(page, "drop", "drawing.svg", "image/svg+xml", files.SVG)
    expect(page.get_by_role("alert")).to_contain_text("could run in a browser")
    page.get_by_role("button", name="Leave it out").click()
    hand_over(page, "drop", "plan.pdf", "application/pdf", files.PDF)
    expect(page.get_by_text("Sent", exact=True)).to_be_visible()
    page.get_by_role("button", name="Insert").click()
    expect(field).to_have_value(re.compile(r"\[plan\.pdf\]\(/attachments/\w+\)\n$"))
    page.get_by_role("button", name="Post answer").click()

    reader = visit("kim")
    held: list[Route] = []
    reader.route("**/attachments/*", lambda route: held.append(route))
    reader.goto(f"/questions/{question.id}", wait_until="domcontentloaded")
    picture = reader.get_by_role("img", name="Red on the left, black on the right")
    picture.scroll_into_view_if_needed()
    while not held:  # The test's own time limit ends it.
        reader.wait_for_timeout(50)
    place = picture.evaluate(SIZE)
    held[0].continue_()
    reader.unroute_all()
    expect(picture).to_have_js_property("naturalWidth", 400)
    assert place == picture.evaluate(SIZE) == [400, 200]  # Nothing moves when it comes.
    with reader.expect_download() as download:
        reader.get_by_role("link", name="plan.pdf").click()
    assert download.value.suggested_filename == "plan.pdf"
