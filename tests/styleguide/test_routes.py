"""The style guide: for demonstrations and for whoever works on the site, drawn by the macros of the pages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from forum.core.config import PROJECT
from forum.core.db import db
from forum.people.joining import organisation
from forum.people.models import Person
from forum.styleguide.colours import ON, themes
from tests.conftest import Browser
from tests.pages import Page

SignIn = Callable[[Person], Browser]


@pytest.fixture
def demonstration(app: Flask) -> None:
    founded = organisation()
    assert founded is not None
    founded.is_demo = True
    db.session.commit()


def test_an_organisation_at_work_has_no_style_guide(browser: SignIn, chris: Person) -> None:
    assert browser(chris).get("/styleguide").status_code == 404


@pytest.mark.usefixtures("demonstration")
def test_the_style_guide_names_every_colour_with_its_contrast(browser: SignIn, kim: Person) -> None:
    page = Page(browser(kim).get("/styleguide"))
    rows = page.soup.select("table.table--small tbody tr")
    assert len(rows) == len(themes()) * sum(len(backs.split()) for _, _, backs in ON)
    assert [cell.text for cell in rows[0].select("td.numeric")] == ["15.1", "4.5"]


@pytest.mark.usefixtures("demonstration")
def test_the_style_guide_shows_every_shape_of_the_main_components(browser: SignIn, kim: Person) -> None:
    text = browser(kim).get("/styleguide").get_data(as_text=True)
    shown = set(re.findall(r"[\w-]+", " ".join(re.findall(r'class="([^"]*)"', text))))
    for component in ("button", "badge", "vote", "field", "flash", "avatar", "tabs", "menu", "empty", "pager"):
        css = (PROJECT / f"static/css/components/{component}.css").read_text("utf-8")
        shapes = {name for name in re.findall(r"\.([\w-]+)", css) if re.fullmatch(rf"{component}(--\w+)?", name)}
        assert shapes - shown <= NOT_SHOWN, component


# Shapes that differ in size alone and stand on one page.
NOT_SHOWN = {"button--wide"}


@pytest.mark.usefixtures("demonstration")
def test_a_sample_cannot_be_voted_on(browser: SignIn, kim: Person) -> None:
    window = browser(kim)
    action = Page(window.get("/styleguide")).soup.select_one(".vote form")
    assert action is not None
    assert window.post(str(action["action"]), data={"value": "1"}).status_code == 404
