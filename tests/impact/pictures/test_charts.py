"""Pictures: where things stand, that their tables say the same, and that all can be read in both themes."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from flask import Flask, current_app, render_template_string
from hypothesis import given
from hypothesis import strategies as st

from forum.core.statistics import survival
from forum.impact.pictures.charts import Cell, Picture, flow, heat_map, shade, shortened
from forum.impact.pictures.plots import Mark, Series, Share, line_with_marks, shares, waiting_curve
from forum.impact.pictures.scales import Scale, apart, in_lines, round_steps

FIRST = survival([0.5, 1, 2, 3, 4, 6], [2, 5, 20, 40])
SECOND = survival([0.5, 1, 1.5, 2, 3, 4, 6, 9, 15], [16])
DAY = date(2026, 6, 1)


def curve(*each: Series) -> Picture:
    return waiting_curve("curve", "Waiting", "Who still waits.", each, until=40)


def series(label: str, found: object, note: str = "") -> Series:
    return Series(label, [(step.at, step.left) for step in found.steps], note)  # type: ignore[attr-defined]


def every_picture() -> list[Picture]:
    """One of each kind, as a page that shows all of them would have them."""
    cells = [[Cell("6", "4.7 more", "6; 1.3 expected", 3), Cell("0", "gap", "0; 2.3 expected – a gap", -3, True)]] * 2
    names = ["Customer Service", "Production & Logistics"]
    amounts = {("Sales", "IT"): 3, ("Sales", "Finance"): 1, ("IT", "IT"): 2}
    points = [(DAY + timedelta(days=30 * n), value) for n, value in enumerate((9, 8, 8, 6, 3, 2))]
    marks = [Mark(DAY + timedelta(days=70), "P1 became a practice"), Mark(DAY + timedelta(days=120), "Ship-to fixed")]
    of = [
        Share("P1: read it back", 0.9, 0.5958, 0.9821, "9 of 10"),
        Share("All", 0.28, 0.16, 0.44, "10 of 36", (0.78, 1)),
    ]
    return [
        heat_map("heat", "Heat", "Words.", sides=names, tops=names, cells=cells, side_title="Asked", top_title="Gave"),
        flow("flow", "Flow", "Words.", amounts, places=["IT", "Sales", "Finance"], start_title="From", end_title="To"),
        curve(series("Last quarter", SECOND, "1 still waits"), series("Quarter before", FIRST)),
        shares("shares", "Shares", "Words.", of),
        line_with_marks("line", "Mis-shipped orders", "Words.", points, marks, unit="orders a month"),
    ]


@pytest.mark.parametrize("picture", every_picture(), ids=lambda picture: picture.name)
def test_a_picture_has_a_title_a_description_and_its_table(app: Flask, picture: Picture) -> None:
    page = drawn(picture)
    drawing = page.select_one("table.heat" if picture.kind == "heat" else "[role=img]")
    assert drawing is not None
    if picture.kind != "heat":  # which is its own table
        assert drawing["aria-labelledby"] == f"{picture.name}-title {picture.name}-words"
    said = [page.select_one(f"#{picture.name}-{part}") for part in ("title", "words")]
    assert [each.get_text() for each in said if each] == [picture.title, picture.description]
    cells = [tuple(cell.get_text() for cell in row.find_all(["th", "td"])) for row in page.select("tbody tr")]
    assert tuple(cells) == picture.rows
    assert all(len(row) == len(picture.head) for row in picture.rows)


@pytest.mark.parametrize("picture", every_picture(), ids=lambda picture: picture.name)
def test_a_picture_needs_neither_style_nor_script_and_stays_in_its_frame(app: Flask, picture: Picture) -> None:
    page = drawn(picture)
    assert not page.select("[style], style, script, [onload]")
    for name, most in (("x", picture.width), ("cx", picture.width), ("y", picture.height), ("cy", picture.height)):
        assert all(0 <= float(str(each[name])) <= most for each in page.select(f"svg [{name}]"))


def drawn(picture: Picture) -> BeautifulSoup:
    source = '{% from "components/charts.html" import picture %}{{ picture(it) }}'
    with current_app.test_request_context():
        return BeautifulSoup(render_template_string(source, it=picture), "html.parser")


def test_what_could_be_code_is_shown_as_words(app: Flask) -> None:
    found = drawn(shares("s", "<script>", "<b>", [Share("<i>x</i>", 0.5, 0.1, 0.9, "<u>")]))
    assert not found.select("script, b, i, u")


@pytest.mark.parametrize(
    ("ratio", "strength"), [(0.01, -3), (0.25, -3), (0.5, -2), (1, 0), (1.1, 0), (2.33, 2), (4, 3), (90, 3)]
)
def test_a_field_is_as_strong_as_its_ratio_up_to_four_times(ratio: float, strength: int) -> None:
    assert shade(ratio) == strength


@given(st.floats(0.001, 1000), st.floats(0.001, 1000))
def test_more_is_never_weaker(one: float, other: float) -> None:
    assert shade(min(one, other)) <= shade(max(one, other))
    assert shade(one) == -shade(1 / one)


@given(st.floats(0.01, 100_000), st.integers(4, 8))
def test_an_axis_has_few_round_numbers_and_reaches_the_highest(highest: float, at_most: int) -> None:
    steps = round_steps(highest, at_most)
    assert steps[0] == 0
    assert highest <= steps[-1] * (1 + 1e-6) + 1e-9
    assert 2 <= len(steps) <= at_most + 1


@given(st.lists(st.floats(0, 300), min_size=1, max_size=6), st.floats(1, 20))
def test_labels_keep_apart_and_in_order(places: list[float], least: float) -> None:
    moved = apart(places, least)
    order = sorted(range(len(places)), key=lambda n: (places[n], n))
    assert all(moved[after] - moved[before] >= least - 1e-9 for before, after in pairwise(order))
    assert all(new >= old for new, old in zip(moved, places, strict=True))


def test_a_scale_goes_from_start_to_end_also_upwards() -> None:
    assert [Scale(0, 10, 200, 0).at(value) for value in (0, 5, 10)] == [200, 100, 0]
    assert Scale(3, 3, 7, 9).at(3) == 7


def test_no_two_columns_of_a_narrow_heat_map_are_called_the_same() -> None:
    names = [
        "Customer Service",
        "IT",
        "Sales",
        "People & Learning",
        "Production & Logistics",
        "Production Line",
        "Salts",
    ]
    assert shortened(names) == ("CS", "IT", "Sal", "PL", "PrL", "PL2", "Salt")


def test_labels_are_broken_between_words() -> None:
    assert in_lines("Production & Logistics", 12) == ("Production &", "Logistics")
    assert in_lines("Donaudampfschifffahrt", 12) == ("Donaudampfsch…",)


@given(st.dictionaries(st.tuples(st.sampled_from("ABC"), st.sampled_from("ABC")), st.integers(0, 9)))
def test_what_leaves_a_bar_is_what_arrives(amounts: dict[tuple[str, str], int]) -> None:
    picture = flow("f", "F", "W", amounts, places="ABC", start_title="From", end_title="To")
    assert len(picture.ribbons) == sum(amount > 0 for amount in amounts.values())
    total = sum(bar.height for bar in picture.starts)
    assert total == pytest.approx(sum(bar.height for bar in picture.ends), abs=0.3)
    assert {row[2] for row in picture.rows} == {str(amount) for amount in amounts.values() if amount}


def test_the_table_of_a_curve_reads_what_still_waits_at_each_hour() -> None:
    picture = curve(series("Last quarter", FIRST))
    assert picture.head == ("After so many working hours", "Last quarter")
    assert picture.rows[0] == ("10", "31 %")


def test_a_curve_begins_with_everybody_and_never_goes_up() -> None:
    path = curve(series("Last", SECOND)).lines[0].path  # type: ignore[attr-defined]
    heights = [float(found) for found in re.findall(r"V([\d.]+)", path)]
    assert heights == sorted(heights)  # Downwards is a greater y.


def test_a_line_without_marks_or_with_one_reading_can_be_drawn(app: Flask) -> None:
    for points in ([(DAY, 3.0)], [(DAY, 0.0), (DAY + timedelta(days=1), 0.0)]):
        assert drawn(line_with_marks("l", "L", "W", points, [], unit="days")).select("circle")
