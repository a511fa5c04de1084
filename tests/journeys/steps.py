"""What people do again and again on the pages, in their words. Each works with JavaScript and without."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from forum.people import demo


def sign_in(page: Page, email: str, password: str = demo.PASSWORD) -> None:
    """Sign in with the form; without a password, as one of the demonstration's people."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def greeting(page: Page) -> Locator:
    """What the home page says first."""
    return page.get_by_role("heading", name=re.compile("^Good (morning|afternoon|evening), "), level=1)


def write_question(page: Page, title: str, body: str, department: str = "Sales") -> None:
    """Fill in the form of /ask, without sending it."""
    page.get_by_label("What do you need to know?").fill(title)
    page.get_by_role("textbox", name="What happened?").fill(body)
    page.get_by_role("checkbox", name=department, exact=True).check()


def post_question(page: Page) -> None:
    """Post what the form of /ask holds, and say no when colleagues may know already."""
    title = page.get_by_label("What do you need to know?").input_value()
    page.get_by_role("button", name="Post question").click()
    posted = page.get_by_role("heading", name=title, level=1)
    anyway = page.get_by_role("button", name="No, post my question")
    expect(posted.or_(anyway)).to_be_visible()
    if anyway.is_visible():
        anyway.click()
        expect(posted).to_be_visible()


def answer(page: Page, body: str) -> None:
    """Answer the question that is open."""
    page.get_by_role("textbox", name="Your answer").fill(body)
    page.get_by_role("button", name="Post answer").click()
    expect(answer_by_text(page, body)).to_be_visible()


def answer_by_text(page: Page, words: str) -> Locator:
    """The answer that says this."""
    return page.get_by_role("article", name="Answer by").filter(has_text=words)


def open_more(post: Locator) -> None:
    """Open the menu of a post."""
    post.locator("summary", has_text="More").first.click()


def nominate(page: Page, answer: str, why: str) -> None:
    """Nominate an answer of the question that is open from its menu."""
    post = answer_by_text(page, answer)
    open_more(post)
    post.get_by_role("link", name="Nominate as a best practice").click()
    page.get_by_label("Why should others work by it?").fill(why)
    page.get_by_role("button", name="Nominate").click()
    expect(page.get_by_text("A moderator decides, and you are told how.")).to_be_visible()


def fill_in_practice(page: Page, title: str) -> None:
    """Say in the form of a promotion what is not filled in by itself."""
    page.get_by_label("Title").fill(title)
    page.get_by_role("textbox", name="Why it works").fill("Nothing presses on the glass.")
    page.get_by_role("textbox", name="When not").fill("Crates without lids.")
    page.get_by_role("textbox", name="Or in a sentence").fill("Nothing but the habit.")
    page.get_by_label("Minutes").fill("1")
    page.get_by_label("It costs nothing").check()
    page.get_by_label("In which form?").select_option("Checklist")
