"""Colours: what stands on something can be read, in every theme, and nothing is coloured beside the tokens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from forum.core.config import PROJECT
from forum.styleguide.colours import COLOUR, HIGH, ON, TOKENS, contrast, luminance, pairs, themes

CSS = TOKENS.read_text(encoding="utf-8")
THEMES = ("Light", "Dark", "High contrast", "High contrast on a dark device")
# What is written beside the tokens, and why.
ELSEWHERE = {"code.css": "colours of code come as a set", "avatar.css": "eight hues of one formula, checked below"}
HUES = (40, 85, 130, 165, 205, 250, 300, 350)


def test_black_on_white_is_twenty_one_and_a_colour_on_itself_one() -> None:
    assert contrast((0, 0, 0), (1, 0, 0)) == pytest.approx(21, abs=0.01)
    assert contrast((0.5, 0.1, 42), (0.5, 0.1, 42)) == 1


@pytest.mark.parametrize(
    ("colour", "bright"),
    # The corners of sRGB in OKLCH, and how bright WCAG says that they are.
    [
        ((0.62796, 0.25768, 29.234), 0.2126),
        ((0.86644, 0.29483, 142.495), 0.7152),
        ((0.45201, 0.31321, 264.052), 0.0722),
    ],
)
def test_red_green_and_blue_are_as_bright_as_their_definition_says(
    colour: tuple[float, float, float], bright: float
) -> None:
    assert luminance(*colour) == pytest.approx(bright, abs=0.001)


@pytest.mark.parametrize("theme", THEMES)
def test_whatever_stands_on_something_can_be_told_apart_from_it(theme: str) -> None:
    assert [pair for pair in pairs(theme) if not pair.is_enough] == []


def test_every_theme_has_every_colour() -> None:
    assert tuple(themes()) == THEMES
    assert {frozenset(theme) for theme in themes().values()} == {frozenset(themes()["Light"])}
    assert themes()["High contrast"]["paper"] == (1, 0, 0)


def test_every_colour_has_something_to_stand_on_or_to_bear() -> None:
    paired = {name for _, front, backs in ON for name in (front, *backs.split())}
    assert paired == set(themes()["Light"]), "say in forum/styleguide/colours.py what a new colour is used with"


def test_every_token_with_a_colour_is_read() -> None:
    lines = [line for line in CSS.splitlines() if "oklch" in line and "--shadow" not in line]
    assert [line for line in lines if not COLOUR.search(line)] == []


def test_high_contrast_is_the_same_whether_chosen_here_or_on_the_device() -> None:
    chosen, of_the_device = (re.split(r"\n *}", part)[0] for part in CSS.split('-theme="')[-2:])
    assert CSS.count(HIGH) == 1
    assert _lines(chosen)[1:] == _lines(of_the_device)[1:]
    assert len(_lines(chosen)) > 20


@pytest.mark.parametrize("sheet", sorted((PROJECT / "static" / "css").rglob("*.css")), ids=lambda path: path.name)
def test_a_style_sheet_takes_its_colours_from_the_tokens(sheet: Path) -> None:
    if sheet == TOKENS or sheet.name in ELSEWHERE:
        return
    assert re.findall(r"oklch\(.*?\)|#[0-9a-f]{3,8}\b|rgba?\(.*?\)|hsla?\(.*?\)", sheet.read_text("utf-8")) == []


@pytest.mark.parametrize("hue", HUES)
def test_initials_can_be_read_in_every_theme(hue: int) -> None:
    css = (PROJECT / "static/css/components/avatar.css").read_text("utf-8")
    assert [int(each) for each in re.findall(r"--hue: (\d+);", css)] == list(HUES)
    colours = [(float(a), float(b), hue) for a, b in re.findall(r"oklch\(([\d.]+) ([\d.]+) var\(--hue\)\)", css)]
    light_ground, dark_ground, light_ink, dark_ink = colours
    assert contrast(light_ground, light_ink) >= 7
    assert contrast(dark_ground, dark_ink) >= 7


def _lines(css: str) -> list[str]:
    return [line.strip() for line in css.splitlines() if line.strip()]
